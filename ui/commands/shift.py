"""shift: open, count, hand over and close a ranger's shift; each step is an entry, signed by PIN."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.errors import EnvironmentalError, UsageError
from kiosk.rules.entries import ShiftBody
from kiosk.rules.roles import Right
from ui.commands.acts import staff_name
from ui.commands.common import EXIT_DONE, EXIT_ENVIRONMENT, EXIT_NO, Output, by_option, every_command, language_option
from ui.commands.printing import expect_printable, print_job, print_options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiosk.devices.printer import Job
    from kiosk.rules.policy import PolicySet
    from kiosk.rules.readiness import Card
    from kiosk.shift import Page, Shifts
    from ui.assembly import Kiosk
    from ui.sheets import Sheet

_COUNTER = click.option(
    "--counter", type=click.IntRange(0, 2**31 - 1), metavar="N", help="What the barrier's own counter shows now."
)


@click.group(epilog="Example: qaqpa shift open --by Aigul")
def shift() -> None:
    """Open, hand over and close a ranger's shift."""


@shift.command("open", epilog="Example: qaqpa shift open --by Aigul --counter 120433")
@by_option
@_COUNTER
@language_option
@every_command
def open_(by: str, counter: int | None, language: str, folder: Path, output: Output) -> int:
    """Begin a shift: the readiness card and the entry. 1 when the gate is not ready; the shift is open all the same."""
    from ui.readiness import readiness
    from ui.sheets import lines
    from ui.shift_sheet import card_sheet

    with _signed(folder, "shift open", by) as (kiosk, shifts, name):
        entry = shifts.open(by=name, counter=counter)
        policy, card = kiosk.policies.current(), readiness(kiosk)
        record = {"entry_id": entry.id, "by": name, "card": _card_record(card)}
        sheet = card_sheet(card, kiosk.checkpoint.place, policy, language)
        output.result(record, [*lines(sheet), "", f"shift open: written down as {entry.id}"])
    return EXIT_DONE if card.is_ready else EXIT_NO


@shift.command(epilog="Example: qaqpa shift count 120871")
@click.argument("counter", type=click.IntRange(0, 2**31 - 1), metavar="[N]", required=False)
@by_option
@every_command
def count(counter: int | None, by: str, folder: Path, output: Output) -> int:
    """Write down what the barrier's own counter or loop shows; 1 when more passed than it was opened for."""
    with _signed(folder, "shift count", by) as (kiosk, shifts, name):
        entry = shifts.count(counter, by=name)
        page = shifts.page(kiosk.checkpoint.status(), kiosk.clock.now().now)
        passages = _passages_record(page)
        told = "the counter was not read at the opening, or its count was lost since: nothing to compare with"
        if page.passages is not None:
            passed = page.passages
            told = f"passed: {passed.counted}, openings: {passed.openings}, difference: {passed.difference}"
        assert isinstance(entry.body, ShiftBody)
        output.result({"entry_id": entry.id, "counter": entry.body.figures["counter"], "passages": passages}, told)
    return EXIT_NO if page.passages is not None and page.passages.difference > 0 else EXIT_DONE


@shift.command(epilog="Example: qaqpa shift page --pdf hand-over.pdf --language kk")
@click.option("--pdf", type=click.Path(path_type=Path), metavar="FILE", help="Write the page as a PDF to print.")
@print_options
@language_option
@every_command
def page(pdf: Path | None, on_paper: bool, strip: Path | None, language: str, folder: Path, output: Output) -> int:
    """The hand-over page as it is now; it works beside a running kiosk."""
    from kiosk.config import read_config
    from kiosk.shift import Shifts
    from kiosk.store.home import Home
    from ui.assembly import open_reader, reading_checkpoint

    expect_printable(folder, on_paper=on_paper, strip=strip)
    home = Home(folder)
    with open_reader(home) as memory:
        checkpoint, clock = reading_checkpoint(home, memory)
        policy = memory.policies.current()
        if policy is None:
            raise EnvironmentalError("This kiosk has no rules of its park yet: connect it to the registry")
        shifts = Shifts(
            checkpoint=checkpoint,
            journal=memory.journal,
            replicas=memory.replicas,
            policy=policy,
            counts_people=read_config(home.config_file).wiring.counts_people,
        )
        found = shifts.page(checkpoint.status(), clock.now().now)
    sheet = _tell_page(found, policy, language, output, pdf)
    print_job(folder, output, lambda dots: [_job(sheet, language, dots)], on_paper=on_paper, strip=strip)
    return EXIT_DONE


@shift.command(epilog="Example: qaqpa shift close --by Aigul --relieved-by Askar")
@by_option
@click.option("--relieved-by", metavar="NAME", help="Who takes over; signs by PIN too.")
@_COUNTER
@click.option("--pdf", type=click.Path(path_type=Path), metavar="FILE", help="Write the page as a PDF to print.")
@print_options
@language_option
@every_command
def close(
    by: str,
    relieved_by: str | None,
    counter: int | None,
    pdf: Path | None,
    on_paper: bool,
    strip: Path | None,
    language: str,
    folder: Path,
    output: Output,
) -> int:
    """End the shift with its figures; both who goes and who comes sign by PIN."""
    from ui.commands.pins import signs

    expect_printable(folder, on_paper=on_paper, strip=strip)
    with _signed(folder, "shift close", by) as (kiosk, shifts, name):
        relief = staff_name(kiosk, relieved_by) if relieved_by is not None else None
        now = kiosk.clock.now().now
        if relief is not None and not signs(kiosk.memory, relief, Right.SHIFT, now, is_second=True, names=True):
            return EXIT_NO
        if counter is not None or shifts.loop is not None:
            shifts.count(counter, by=name)
        found = shifts.page(kiosk.checkpoint.status(), now)
        entry = shifts.close(by=name, relieved_by=relief, page=found)
        policy = kiosk.policies.current()
        sheet = _tell_page(found, policy, language, output, pdf, entry_id=entry.id, relieved_by=relief or "")
    print_job(folder, output, lambda dots: [_job(sheet, language, dots)], on_paper=on_paper, strip=strip)
    return EXIT_DONE


@shift.command(epilog="Example: qaqpa shift paper --out paper.pdf")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE", help="Where (default: the stick of config.toml)."
)
@language_option
@every_command
def paper(out: Path | None, language: str, folder: Path, output: Output) -> int:
    """Make the page of paper mode now: who is inside, who is expected today, blank slips. It needs no lock."""
    from kiosk.clock import SystemClock
    from kiosk.config import read_config
    from kiosk.store.home import Home
    from kiosk.store.revoked import noted, sentence
    from ui.assembly import open_reader
    from ui.paper_mode import PaperState, sheets, write
    from ui.sheets import as_pdf, save

    home = Home(folder)
    config = read_config(home.config_file)
    if out is None and config.paper_folder is None:
        raise UsageError('No stick is set: say --out FILE, or set paper.folder = "/media/stick" in config.toml')
    if (revoked := noted(home, home.enrolled().device)) is not None:
        raise EnvironmentalError(f"No page is made: {sentence(revoked)}")
    with open_reader(home) as memory:
        policy, now = memory.policies.current(), SystemClock(memory.floor()).now().now
        if policy is None:
            raise EnvironmentalError("This kiosk has no rules of its park yet: connect it to the registry")
        data = as_pdf(sheets(memory, policy, now, language), language)
    if out is not None:
        save(out, data)
        output.result({"file": str(out), "state": "ok"}, f"written as {out}")
        return EXIT_DONE
    written = write(home, config, data, now)
    output.result({"file": str(config.paper_folder), "state": str(written.state)}, f"paper mode: {written.state}")
    return EXIT_DONE if written.state is PaperState.OK else EXIT_ENVIRONMENT


@contextmanager
def _signed(folder: Path, purpose: str, by: str) -> Iterator[tuple[Kiosk, Shifts, str]]:
    """The kiosk and its shifts, once this person has signed."""
    from kiosk.shift import Shifts
    from kiosk.store.home import Home
    from ui.assembly import open_checkpoint
    from ui.commands.pins import signs

    with open_checkpoint(Home(folder), purpose=purpose) as kiosk:
        name = staff_name(kiosk, by)
        if not signs(kiosk.memory, name, Right.SHIFT, kiosk.clock.now().now, names=True):
            raise click.exceptions.Exit(EXIT_NO)
        policy = kiosk.checkpoint.believe()
        memory = kiosk.memory
        shifts = Shifts(
            checkpoint=kiosk.checkpoint,
            journal=memory.journal,
            replicas=memory.replicas,
            policy=policy,
            counts_people=kiosk.config.wiring.counts_people,
        )
        yield kiosk, shifts, name


def _job(sheet: Sheet, language: str, dots: int) -> Job:
    from ui.strip import job_of, sheet_strip

    return job_of("hand-over page", sheet_strip(sheet, dots), language)


def _tell_page(
    found: Page,
    policy: PolicySet | None,
    language: str,
    output: Output,
    pdf: Path | None,
    *,
    entry_id: str | None = None,
    relieved_by: str = "",
) -> Sheet:
    from ui.sheets import as_pdf, lines, save
    from ui.shift_sheet import page_sheet

    sheet = page_sheet(found, policy, language, relieved_by)
    if pdf is not None:
        save(pdf, as_pdf([sheet], language))
    record = _page_record(found) | {"entry_id": entry_id, "file": str(pdf) if pdf else None}
    output.result(record, [*lines(sheet), *([f"written as {pdf}"] if pdf else [])])
    return sheet


def _page_record(found: Page) -> dict[str, Any]:
    from kiosk.export import iso

    return {
        "opened": found.opened.id,
        "opened_at": iso(found.opened.at),
        "opened_by": found.opened_by,
        "at": iso(found.now),
        "figures": found.figures.as_words(),
        "exempt_shares": [
            {"category": share.category, "heads": share.heads, "share": share.share / 1000}
            | {"usual": None if share.usual is None else share.usual / 1000, "unusual": share.is_unusual}
            for share in found.shares
        ],
        "inside": found.inside,
        "unsent": found.unsent,
        "faults": [str(fault) for fault in found.faults],
        "alarms": [
            {"entry_id": alarm.entry.id, "alarm": str(alarm.kind), "at": iso(alarm.entry.at), "open": alarm.is_open}
            for alarm in found.alarms
        ],
        "passages": _passages_record(found),
    }


def _passages_record(found: Page) -> dict[str, int] | None:
    passed = found.passages
    if passed is None:
        return None
    return {"counted": passed.counted, "openings": passed.openings, "difference": passed.difference}


def _card_record(card: Card) -> dict[str, Any]:
    from kiosk.export import iso

    return {
        "ready": card.is_ready,
        "ready_until": None if card.ready_until is None else iso(card.ready_until),
        "items": [
            {"part": str(item.part), "mark": str(item.mark), "figure": item.figure, "word": item.word or None}
            | {"until": None if item.until is None else iso(item.until)}
            for item in card.items
        ],
    }
