"""The provisional slip of a claim: what a visitor keeps until the registry has found the payment. Text or a page.

It bears the entry's id, by which anybody of the park finds the claim, and nothing of who they are.
"""

from pathlib import Path

from kiosk.errors import EnvironmentalError, UsageError
from kiosk.rules.entries import DecisionBody, Entry
from kiosk.rules.permit import Party
from kiosk.rules.policy import PolicySet
from ui.sentences import LANGUAGES, catalogue
from ui.sheets import Row, Section, Sheet
from ui.words import date, local, party_line, time

_FORMS = (".txt", ".pdf")
_DEFAULT_OFFSET_MINUTES = 300


def expect_form(path: Path) -> None:
    """UsageError for a file of a form that no slip has."""
    if path.suffix.lower() not in _FORMS:
        raise UsageError(f"{path} must end with {' or '.join(_FORMS)}")


def slip_lines(entry: Entry, policy: PolicySet | None, language: str) -> list[str]:
    """What the slip says in one language."""
    body = entry.body
    assert isinstance(body, DecisionBody)
    words = catalogue(language)
    now = local(entry.at, policy.policy.utc_offset_minutes if policy else _DEFAULT_OFFSET_MINUTES)
    place = [policy.park_name(body.place.park, language), policy.gate_name(body.place.gate, language)] if policy else []
    said = party_line(body.party if body.party.heads else _asked(body), language)
    return [
        words.text("slip.title"),
        ", ".join([*place, words.filled("date.time", date=date(now, now, language), time=time(now))]),
        said,
        words.text("slip.admitted" if body.party.heads else "slip.referred"),
        words.text("slip.keep"),
    ]


def as_sheet(entry: Entry, policy: PolicySet | None) -> Sheet:
    """The slip for receipt paper."""
    parts = [slip_lines(entry, policy, language) for language in LANGUAGES]
    return Sheet(
        title=entry.id,
        under=(),
        sections=tuple(
            Section(heading=heading, rows=tuple(Row(label=line) for line in lines)) for heading, *lines in parts
        ),
    )


def _asked(body: DecisionBody) -> Party:
    return body.right or Party()


def write_slip(entry: Entry, policy: PolicySet | None, path: Path) -> None:
    """Leave the slip in all three languages at the path."""
    parts = [slip_lines(entry, policy, language) for language in LANGUAGES]
    try:
        if path.suffix.lower() == ".pdf":
            _write_page(entry.id, parts, path)
        else:
            text = "\n\n".join("\n".join(part) for part in parts)
            path.write_text(f"{entry.id}\n\n{text}\n", encoding="utf-8")
    except OSError as error:
        raise EnvironmentalError(f"{path} cannot be written: {error.strerror}") from error


def _write_page(entry_id: str, parts: list[list[str]], path: Path) -> None:
    from fpdf import FPDF

    from ui.assets import FONTS

    page = FPDF(format=(105, 148))
    page.add_font("Inter", "", FONTS / "Inter-Medium-print.ttf")
    page.set_margin(10)
    page.add_page()
    page.set_font("Inter", size=15)
    page.multi_cell(0, 8, entry_id, new_x="LMARGIN", new_y="NEXT")
    page.set_font("Inter", size=9)
    for part in parts:
        page.ln(3)
        for line in part:
            page.multi_cell(0, 4.4, line, align="L", new_x="LMARGIN", new_y="NEXT")
    page.output(str(path))
