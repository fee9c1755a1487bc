"""The muster list on paper: a box to tick beside each party, for a fire, a flood, or a search at dusk.

A4 pages are drawn here; receipt paper takes the same words as a sheet.

The fonts are those of the tickets and have every Kazakh letter. Plates and contacts are on it only when they were asked
for with the PIN; then the sheet says that it must be destroyed afterwards.
"""

from collections.abc import Mapping
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import TableBordersLayout, VAlign
from fpdf.fonts import FontFace

from kiosk.errors import EnvironmentalError
from kiosk.rules.policy import PolicySet
from kiosk.rules.presence import Visit
from kiosk.rules.words import Step
from ui.assets import FONTS
from ui.muster import Muster, Row
from ui.sheets import Row as Line
from ui.sheets import Section, Sheet
from ui.words import local, party_line

_INK, _SECOND, _LINE, _DUE = (0x13, 0x21, 0x1C), (0x3D, 0x4A, 0x44), (0xDA, 0xD5, 0xC7), (0xFB, 0xE3, 0xB8)
_WIDTHS = (8, 46, 56, 30, 30, 24, 24, 52)
_WORDS: Mapping[str, Mapping[str, str]] = {
    "kk": {
        "title": "Паркте қалғандар", "late": "Кешіккен топтар",
        "sum": "Адам: {heads} · топ: {parties} · кешіккені: {overdue}",
        "party": "Кім", "ticket": "Билет", "plate": "Нөмірі", "gate": "Кірген жері", "since": "Кірген уақыты",
        "due": "Шығуы тиіс", "next": "Не істеу керек", "revoked": "билеті жойылған",
        "gate_lane": "{gate}, жолақ {lane}", "no_ticket": "билетсіз", "other_gate": "басқа қақпа арқылы кірген",
        "wait": "күту", "call_leader": "топ жетекшісіне қоңырау шалу", "call_contact": "жақынына қоңырау шалу",
        "call_rescue": "112 шақыру", "rescue_called": "112 шақырылды", "contact": "Байланыс: {contact}",
        "witnesses": "Көрген болуы мүмкін: {who}",
        "secret": "Жеке деректер бар: іс біткен соң жойыңыз.",
    },
    "ru": {
        "title": "Кто сейчас в парке", "late": "Опаздывающие группы",
        "sum": "Людей: {heads} · групп: {parties} · опаздывают: {overdue}",
        "party": "Кто", "ticket": "Билет", "plate": "Госномер", "gate": "Где вошли", "since": "Когда",
        "due": "Должны выйти", "next": "Что делать", "revoked": "билет аннулирован",
        "gate_lane": "{gate}, полоса {lane}", "no_ticket": "без билета", "other_gate": "через другой КПП",
        "wait": "ждать", "call_leader": "позвонить старшему группы", "call_contact": "позвонить близким",
        "call_rescue": "вызвать 112", "rescue_called": "112 вызвана", "contact": "Контакт: {contact}",
        "witnesses": "Могли их видеть: {who}",
        "secret": "Здесь личные данные: уничтожьте лист, когда он больше не нужен.",
    },
    "en": {
        "title": "Who is in the park", "late": "Parties that are late",
        "sum": "People: {heads} · parties: {parties} · late: {overdue}",
        "party": "Who", "ticket": "Ticket", "plate": "Plate", "gate": "Came in at", "since": "When",
        "due": "Due out", "next": "What to do", "revoked": "ticket revoked",
        "gate_lane": "{gate}, lane {lane}", "no_ticket": "no ticket", "other_gate": "by another gate",
        "wait": "wait", "call_leader": "call the leader", "call_contact": "call the contact",
        "call_rescue": "call 112", "rescue_called": "112 was called", "contact": "Contact: {contact}",
        "witnesses": "May have seen them: {who}",
        "secret": "Personal details: destroy this sheet when it is no longer needed.",
    },
}  # fmt: skip


def write_sheet(found: Muster, policy: PolicySet, language: str, path: Path) -> None:
    """Leave the sheet at the path."""
    try:
        path.write_bytes(as_pdf(found, policy, language))
    except OSError as error:
        raise EnvironmentalError(f"{path} cannot be written: {error.strerror}") from error


def as_pdf(found: Muster, policy: PolicySet, language: str) -> bytes:
    """The list as A4 pages, its head line on each."""
    words, page = _WORDS[language], _Page(language)
    page.add_page()
    title = words["late" if found.is_overdue_only else "title"]
    page.heading(f"{policy.park_name(policy.park, language)}: {title}", 20)
    page.heading(f"{_time(found.at, policy, is_long=True)} · {_sum(found, words)}", 12)
    if found.has_contacts:
        page.heading(words["secret"], 10)
    head = ("", *(words[name] for name in ("party", "ticket", "plate", "gate", "since", "due", "next")))
    with page.table(
        col_widths=_WIDTHS,
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        headings_style=FontFace(emphasis="BOLD", color=_SECOND),
        line_height=5,
        padding=1.4,
        v_align=VAlign.T,
        text_align="LEFT",
    ) as table:
        table.row(head)
        for row in found.rows:
            table.row(_cells(row, policy, language), style=FontFace(fill_color=_DUE) if row.is_overdue else None)
    return bytes(page.output())


def as_sheet(found: Muster, policy: PolicySet, language: str) -> Sheet:
    """The same list in one column, for receipt paper."""
    words = _WORDS[language]
    title = words["late" if found.is_overdue_only else "title"]
    under = [policy.park_name(policy.park, language), _time(found.at, policy, is_long=True), _sum(found, words)]
    if found.has_contacts:
        under.append(words["secret"])
    rows = tuple(_line(row, policy, language) for row in found.rows)
    return Sheet(title=title, under=tuple(under), sections=(Section(heading="", rows=rows),) if rows else ())


def _line(row: Row, policy: PolicySet, language: str) -> Line:
    words, visit = _WORDS[language], row.visit
    gate = words["gate_lane"].format(gate=policy.gate_name(visit.came.gate, language), lane=visit.came.lane)
    came = f"{gate}, {_time(visit.since, policy)}"
    due = [] if row.due is None else [f"{words['due']}: {_time(row.due, policy)}"]
    plates = [f"{words['plate']}: {', '.join(row.plates)}"] if row.plates else []
    return Line(
        label=f"{visit.heads}: {party_line(visit.party, language)}",
        strong=row.is_overdue,
        tick=True,
        notes=(*_ticket(visit, policy, language), *plates, came, *due, *_next(row, policy, language)),
    )


class _Page(FPDF):
    """A4 across, in the house's one ink."""

    def __init__(self, language: str) -> None:
        super().__init__(orientation="landscape", unit="mm", format="A4")
        self.set_margin(12)
        self.set_auto_page_break(auto=True, margin=14)
        self.set_lang(language)
        self.add_font("Inter", "", FONTS / "Inter-Medium-print.ttf")
        self.add_font("Inter", "B", FONTS / "Inter-Bold-print.ttf")
        self.set_draw_color(*_LINE)

    def heading(self, text: str, size: float) -> None:
        """A line above the table."""
        self.set_font("Inter", "B" if size > 11 else "", size)
        self.set_text_color(*_INK)
        self.multi_cell(0, size * 0.5, text, new_x="LMARGIN", new_y="NEXT")
        self.ln(1.5)
        self.set_font("Inter", "", 9.5)

    def footer(self) -> None:
        """The page's number, so that a lost page is missed."""
        self.set_y(-10)
        self.set_font("Inter", "", 9)
        self.cell(0, 5, f"{self.page_no()} / {{nb}}", align="R")


def _cells(row: Row, policy: PolicySet, language: str) -> tuple[str, ...]:
    words, visit = _WORDS[language], row.visit
    came = visit.came
    gate = policy.gate_name(came.gate, language)
    return (
        "[   ]",
        f"{visit.heads}: {party_line(visit.party, language)}",
        "\n".join(_ticket(visit, policy, language)),
        ", ".join(row.plates),
        words["gate_lane"].format(gate=gate, lane=came.lane),
        _time(visit.since, policy),
        _time(row.due, policy),
        "\n".join(_next(row, policy, language)),
    )


def _ticket(visit: Visit, policy: PolicySet, language: str) -> list[str]:
    words = _WORDS[language]
    product = policy.products.get(visit.product) if visit.product is not None else None
    lines = [product.names.in_language(language) if product else words["no_ticket" if visit.entry_id else "other_gate"]]
    marks = [visit.vehicle_class, f"…{visit.code_tail}" if visit.code_tail else None, visit.entry_id]
    lines.append(" · ".join(mark for mark in marks if mark))
    if visit.revoked_at is not None:
        lines.append(f"{words['revoked']}: {_time(visit.revoked_at, policy)}")
    return [line for line in lines if line]


def _next(row: Row, policy: PolicySet, language: str) -> list[str]:
    words = _WORDS[language]
    lines = [] if row.step is None else [words[Step(row.step)]]
    if row.contact:
        lines.append(words["contact"].format(contact=row.contact))
    seen = [f"…{other.code_tail} {_time(other.since, policy)}" for other in row.witnesses if other.code_tail]
    return [*lines, *([words["witnesses"].format(who=", ".join(seen))] if seen else [])]


def _sum(found: Muster, words: Mapping[str, str]) -> str:
    return words["sum"].format(heads=found.heads, parties=found.parties, overdue=found.overdue)


def _time(at: int | None, policy: PolicySet, *, is_long: bool = False) -> str:
    if at is None:
        return "–"
    return f"{local(at, policy.policy.utc_offset_minutes):{'%d.%m.%Y %H:%M' if is_long else '%d.%m %H:%M'}}"
