"""A ticket on receipt paper, and the page that tries a printer: QR code, typed code, words in three languages.

The words are those of the printed ticket (`sync.registry.paper_words`), so that paper of either size says the same.
"""

from __future__ import annotations

from PIL import Image, ImageDraw

from kiosk.devices.printer import Job
from sync.registry.issuing import IssuedTicket
from sync.registry.paper_words import Said, grouped, order_of, said
from ui.sentences import LANGUAGES, catalogue
from ui.strip import WIDE, Strip, face, job_of

KAZAKH = "Ә Ғ Қ Ң Ө Ұ Ү Һ І"
_LETTERS = "АӘБВГҒДЕЁЖЗИЙКҚЛМНҢОӨПРСТУҰҮФХҺЦЧШЩЪЫІЬЭЮЯ"
_PAIRS = " ".join(letter + letter.lower() for letter in _LETTERS)
_LATIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ abcdefghijklmnopqrstuvwxyz"
_SIGNS = "0123456789 № ₸ … · – « » ! ? % / + ( )"


def ticket_strip(ticket: IssuedTicket, width: int = WIDE) -> Image.Image:
    """One ticket: its own language large, the other two small."""
    own, *others = (said(ticket, language) for language in order_of(ticket))
    strip = Strip(width)
    if own.test:
        strip.banner(" · ".join(words.test or "" for words in (own, *others)), 28)
        strip.space(10)
    strip.text(own.park, 36, font="InterDisplay-Bold", centred=True, spacing=1.2)
    strip.space(4)
    strip.code(ticket.text)
    strip.text(grouped(ticket.code), 52, font="InterDisplay-Bold", centred=True, spacing=1.25)
    strip.space(12)
    strip.rule(4)
    strip.space(10)
    _own(strip, own)
    for words in others:
        strip.space(10)
        strip.rule(2, dotted=True)
        strip.space(8)
        _other(strip, words)
    strip.space(10)
    strip.rule(2)
    strip.space(8)
    strip.text(own.how, 20)
    strip.space(30)
    return strip.picture()


def _own(strip: Strip, words: Said) -> None:
    strip.text(words.product, 32, font="Inter-Bold", spacing=1.25)
    strip.text(words.party, 28, font="Inter-Bold")
    strip.space(4)
    for line in (*words.dates, *words.more):
        strip.text(line, 26)


def _other(strip: Strip, words: Said) -> None:
    strip.text(f"{words.park} · {words.product}", 21, font="Inter-Bold")
    for line in (words.party, *words.dates, *words.more):
        strip.text(line, 21)


def ticket_job(ticket: IssuedTicket, width: int) -> Job:
    """The ticket as a job; one that may be on paper twice says so, for it is still one right."""
    language = ticket.claims.language or LANGUAGES[0]
    return job_of(f"ticket …{ticket.code[-3:]}", ticket_strip(ticket, width), language)


def trial_strip(width: int = WIDE) -> Image.Image:
    """All letters, a ruler in millimetres and fine lines: they show whether a printer and its paper are right."""
    strip = Strip(width)
    strip.text("Qaqpa", 44, font="InterDisplay-Bold", centred=True, spacing=1.2)
    for language in LANGUAGES:
        strip.text(catalogue(language).text("strip.trial"), 22, centred=True)
    strip.space(10)
    strip.rule(4)
    strip.space(10)
    strip.text(KAZAKH, 46, font="InterDisplay-Bold", centred=True)
    strip.text(KAZAKH.lower(), 46, font="Inter-Medium", centred=True)
    strip.space(10)
    for text, size, font in (
        (_PAIRS, 26, "Inter-Bold"),
        (_PAIRS, 22, "Inter-Medium"),
        (f"{_LATIN} {_SIGNS}", 22, "Inter-Medium"),
    ):
        strip.text(text, size, font=font)
        strip.space(8)
    strip.rule(2)
    strip.space(6)
    strip.place(_ruler(width))
    strip.space(14)
    strip.place(_fine_lines(width))
    strip.space(14)
    strip.code(f"QAQPA PRINTER TEST {width}")
    strip.banner(f"{width} × 203 dpi")
    strip.space(30)
    return strip.picture()


def trial_job(width: int) -> Job:
    """The trial as a job."""
    return job_of("trial", trial_strip(width), LANGUAGES[0])


def _ruler(width: int) -> Image.Image:
    """Millimetres from edge to edge: what is missing at an end is what the printer cannot reach."""
    block = Image.new("L", (width, 62), 255)
    draw = ImageDraw.Draw(block)
    for millimetre in range(width // 8 + 1):
        left = min(millimetre * 8, width - 2)
        height = 26 if millimetre % 10 == 0 else 18 if millimetre % 5 == 0 else 10
        draw.rectangle((left, 0, left + 1, height), fill=0)
        if millimetre % 10 == 0 and 0 < millimetre < width // 8 - 1:
            draw.text((left, 44), str(millimetre), font=face("Inter-Medium", 20), fill=0, anchor="mm")
    return block


def _fine_lines(width: int) -> Image.Image:
    """Lines of one, two and three dots: a blocked nozzle or a weak battery shows here first."""
    block = Image.new("L", (width, 48), 255)
    draw = ImageDraw.Draw(block)
    part = width // 3
    for place in range(3):
        for left in range(place * part, (place + 1) * part - 8, 2 * (place + 1)):
            draw.rectangle((left, 0, left + place, 47), fill=0)
    return block
