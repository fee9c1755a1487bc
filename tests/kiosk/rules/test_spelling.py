"""Names meet in whatever spelling they come, and different names stay apart."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.spelling import skeletons

SAME = """
Айдана Aidana Aydana AIDANA Áidana
Жібек Zhibek Jibek Жибек Žibek
Ғалымжан Galymzhan Ğalymjan Ghalymzhan Галымжан Galimjan
Қуаныш Kuanysh Quanysh Kuanish Quanyş Куаныш
Мұхтар Mukhtar Muhtar Мухтар Mūhtar
Бауыржан Baurzhan Bauyrzhan Baurjan Бауржан
Тоқаев Tokayev Toqaev Tokaev Токаев Toqayev
Әсел Асель Assel Asel Äsel Asel' Aesel
Өмірбек Omirbek Ömirbek Омирбек Oemirbek Ómirbek
Үміт Umit Ümit Умит Úmit
Шыңғыс Shyngys Şyñğys Shynggys Шынгыс Shyńǵys
Жансая Zhansaya Jansaya Zhansaia
Һадиша Hadisha Хадиша Khadisha
Әлихан Alikhan Alihan Алихан Älihan
Еңлік Enlik Yenlik Енлик Englik
Гүлнұр Gulnur Gülnūr Гульнур G'ulnur
Ілияс Ilyas Iliyas Ильяс Илияс
Ерлан Yerlan Erlan
Елена Yelena Elena
Юлия Yuliya Iuliia Yulia
Сергей Sergey Sergei Sergej
Алексей Alexey Aleksei Alexei Aleksey
Щербаков Shcherbakov Scherbakov
Чернов Chernov Tchernov Çernov
Пётр Петр Petr Pyotr Piotr
Соловьёв Solovyov Solovyev Soloviev Соловьев
Дмитрий Dmitry Dmitriy Dmitrii Dmitri
Наталья Natalya Natalia Наталия Nataliya
Юрьев Yuryev Yuriev Iurev
Мюллер Müller Mueller
Достоевский Dostoevsky Dostoyevskiy Dostoevskii
Иванов Ivanov Ivanoff Iwanow
Сара Sarah
Ксения Kseniya Xenia
Людмила Lyudmila Ludmila Liudmila
Вячеслав Vyacheslav Viacheslav
Джамиля Dzhamilya Djamilia Жамиля Jamilya Zhamilya
Цой Tsoy Tsoi
"""
SPELLINGS = [line.split() for line in SAME.split("\n") if line]

# Each letter with the ways in which people write it; syllables of them are names that nobody has thought of before.
CONSONANTS = [
    ["б", "b"], ["в", "v", "w"], ["г", "g"], ["ғ", "g", "gh", "ğ"], ["д", "d"], ["ж", "zh", "j", "ž"], ["з", "z"],
    ["к", "k"], ["қ", "q", "k"], ["л", "l"], ["м", "m"], ["н", "n"], ["ң", "n", "ng", "ñ"], ["п", "p"], ["р", "r"],
    ["с", "s", "ss"], ["т", "t"], ["ф", "f", "ph"], ["х", "kh", "h"], ["һ", "h"], ["ц", "ts", "tz"],
    ["ч", "ch", "ç", "tch"], ["ш", "sh", "ş"], ["щ", "shch", "sch", "ş"],
]  # fmt: skip
VOWELS = [
    ["а", "a"], ["ә", "a", "ä", "á", "ae"], ["е", "e", "ye"], ["ё", "yo", "io", "e"], ["и", "i", "y"], ["й", "i", "y"],
    ["о", "o"], ["ө", "o", "ö", "oe"], ["у", "u"], ["ұ", "u", "ū"], ["ү", "u", "ü", "ue"], ["ы", "y", "i", "ı"],
    ["і", "i"], ["э", "e"], ["ю", "yu", "iu"], ["я", "ya", "ia"],
]  # fmt: skip
vowels = st.lists(st.sampled_from(VOWELS), min_size=1, max_size=2)
syllables = st.builds(lambda consonant, vowel: [consonant, *vowel], st.sampled_from(CONSONANTS), vowels)
names = st.lists(syllables, min_size=1, max_size=5).map(lambda parts: [letter for part in parts for letter in part])


@pytest.mark.parametrize("spellings", SPELLINGS, ids=lambda spellings: spellings[1])
def test_the_spellings_of_a_name_meet(spellings: list[str]) -> None:
    assert len({skeletons(spelling) for spelling in spellings}) == 1, {each: skeletons(each) for each in spellings}


def test_different_names_stay_apart() -> None:
    found = [skeletons(spellings[0]) for spellings in SPELLINGS]
    assert len(set(found)) == len(SPELLINGS)


@given(names, st.data())
def test_a_made_up_name_meets_itself_however_each_letter_is_written(
    letters: list[list[str]], data: st.DataObject
) -> None:
    cyrillic = "".join(ways[0] for ways in letters)
    first, second = ("".join(data.draw(st.sampled_from(ways[1:])) for ways in letters) for _ in range(2))
    assert skeletons(cyrillic) == skeletons(first) == skeletons(second.title())


@given(st.text(max_size=40))
def test_any_text_at_all_has_skeletons_that_case_and_form_do_not_change(text: str) -> None:
    once = skeletons(text)
    assert all(once)
    for form in ("NFC", "NFD", "NFKC"):
        assert skeletons(unicodedata.normalize(form, text)) == once or "´" in text or "`" in text


@pytest.mark.parametrize(
    "slipped, meant",
    [("Cергей", "Сергей"), ("CӘУЛE", "Сәуле"), ("Ерлaн", "Ерлан"), ("Аidana", "Aidana"), ("Сhernov", "Chernov")],
)
def test_a_letter_of_the_other_keyboard_that_looks_the_same_does_not_matter(slipped: str, meant: str) -> None:
    assert slipped != meant
    assert skeletons(slipped) == skeletons(meant)


def test_each_word_stands_by_itself_and_hyphens_part_words() -> None:
    assert skeletons("  Қасым-Жомарт  Кемелұлы ") == skeletons("Kassym") + skeletons("Jomart") + skeletons("Kemeluly")
    assert skeletons("O'Брайен\u200b O’Brien") == skeletons("обрайен") + skeletons("obrien")
    assert skeletons("— … !") == skeletons("") == skeletons("ь") == ()
