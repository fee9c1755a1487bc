"""One skeleton for the many spellings of a name: Айдана, Aidana and Aydana meet, and so do Жібек, Zhibek and Jibek.

Kazakh and Russian Cyrillic and the usual Latin spellings of both (passports of several decades, the alphabets of 2017
to 2021, English and German habits) come to the same letters. A skeleton is for comparing only: it loses differences on
purpose, and nobody could read a name back from it for certain.
"""

import re
import unicodedata

_DROPPED = frozenset("'’‘‛ʻʼʽˈʹ`´′")  # Uzbek oʻ, Kazakh a' of 2017, Russian soft signs; no break of a word

# Letter by letter to plain Latin; letters with other marks lose these afterwards. Cyrillic of the neighbours included.
_LATIN_OF = str.maketrans(
    {
        **dict(zip("абвгдезийклмнопрстуфыэ", "abvgdeziiklmnoprstufye", strict=True)),
        **dict(zip("әғқңөұүһі", "agknouuhi", strict=True)),
        "ё": "e",
        "ж": "zh",
        "х": "kh",
        "ц": "ts",
        "ч": "ch",
        "ш": "sh",
        "щ": "shch",
        "ъ": "",
        "ь": "",
        "ю": "iu",
        "я": "ia",
        "є": "ie",
        "ї": "i",
        "ґ": "g",
        "ј": "i",
        "ѣ": "e",
        "җ": "j",
        "ҷ": "j",
        "ҳ": "h",
        "ҡ": "k",
        "ҙ": "z",
        "ҫ": "s",
        "ђ": "dj",
        "љ": "l",
        "њ": "n",
        "ћ": "ch",
        "џ": "dzh",
        "ş": "sh",
        "ș": "sh",
        "š": "sh",
        "ç": "ch",
        "č": "ch",
        "ć": "ch",
        "ž": "zh",
        "ţ": "ts",
        "ț": "ts",
        "ı": "i",
        "ə": "a",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ŋ": "n",
    }
)

# Letters that look the same in both alphabets: one of the other keyboard is a slip (Сергей with a Latin C).
_LATIN_ALIKE, _CYRILLIC_ALIKE = "ABCEHIKMOPTXYaceiopxy", "АВСЕНІКМОРТХУасеіорху"
_MEANT_CYRILLIC = str.maketrans(_LATIN_ALIKE, _CYRILLIC_ALIKE)
_MEANT_LATIN = str.maketrans(_CYRILLIC_ALIKE, _LATIN_ALIKE)

# In this order, each once: several letters that mean one sound become one sign, capitals where Latin has none.
_SOUNDS = (
    ("kh", "h"), ("gh", "g"), ("ph", "f"), ("th", "t"),
    ("shch", "S"), ("sch", "S"), ("sh", "S"),
    ("zh", "J"), ("j", "J"), ("dJ", "J"),
    ("tch", "C"), ("ch", "C"),
    ("tz", "ts"), ("tc", "ts"), ("c", "k"), ("q", "k"), ("x", "ks"), ("w", "v"),
    ("ng", "n"),  # ң is n or ng
    ("y", "i"),
)  # fmt: skip
# Again and again until nothing changes: a glide before a vowel, an umlaut written out, a vowel that comes and goes
# (Бауыржан and Бауржан).
_VOWELS = (
    ("ie", "e"), ("io", "e"), ("iu", "u"), ("ae", "a"), ("oe", "o"), ("ue", "u"), ("ui", "u"), ("ou", "u"), ("eo", "e"),
)  # fmt: skip
_DOUBLED = re.compile(r"(.)\1+")
_ENDS = (
    (re.compile(r"f$"), "v"),  # Ivanoff
    (re.compile(r"(?<=[aeiou])J$"), "i"),  # Sergej
    (re.compile(r"(?<=[aeiou])h$"), ""),  # Sarah
)


def skeletons(name: str) -> tuple[str, ...]:
    """The skeleton of each word of a name, in their order; a word without any letter has none."""
    found = (_skeleton(word) for word in _words(name))
    return tuple(skeleton for skeleton in found if skeleton)


def _words(name: str) -> list[str]:
    # before NFKC, which makes a blank of an acute accent that stands alone
    kept = "".join(sign for sign in name if sign not in _DROPPED and unicodedata.category(sign) != "Cf")
    plain = unicodedata.normalize("NFKC", kept)
    words = "".join(sign if unicodedata.category(sign)[0] in "LMN" else " " for sign in plain).split()
    return [unicodedata.normalize("NFKC", _of_one_keyboard(word).casefold()) for word in words]


def _of_one_keyboard(word: str) -> str:
    latin = sum("a" <= sign <= "z" for sign in word.lower())
    cyrillic = sum("\u0400" <= sign <= "\u04ff" for sign in word)
    if not (latin and cyrillic):
        return word
    return word.translate(_MEANT_CYRILLIC if cyrillic > latin else _MEANT_LATIN)


def _skeleton(word: str) -> str:
    latin = word.translate(_LATIN_OF)
    bare = "".join(sign for sign in unicodedata.normalize("NFD", latin) if unicodedata.category(sign)[0] != "M")
    sounds = _single(bare.translate(_LATIN_OF))  # once more: a letter may have worn an accent
    for written, sound in _SOUNDS:
        sounds = sounds.replace(written, sound)
    before = ""
    while sounds != before:
        before = sounds
        for written, sound in _VOWELS:
            sounds = _single(sounds.replace(written, sound))
    for pattern, sound in _ENDS:
        sounds = pattern.sub(sound, sounds)
    return _single(sounds)


def _single(text: str) -> str:
    return _DOUBLED.sub(r"\1", text)
