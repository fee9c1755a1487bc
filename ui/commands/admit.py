"""admit: who needs no ticket in hand, let in on a ranger's word, and journalled and counted as a scan is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.errors import BugError, UsageError
from kiosk.rules.roles import Right
from ui.commands.common import EXIT_DONE, EXIT_NO, TIME, Function, Output, by_option, every_command, language_option
from ui.commands.heads import HEADS, Heads
from ui.commands.printing import expect_printable, print_job, print_options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiosk.rules.entries import Entry
    from kiosk.rules.permit import Party
    from ui.assembly import Kiosk

_HEADS_HELP = "How many go through: 5, or by category 2+3 in the ticket's order."


@click.group(epilog="Example: qaqpa admit exempt --category pensioners --heads 2 --document pension_certificate")
def admit() -> None:
    """Let in who needs no ticket: exempt visitors, residents, staff, officials."""


def _options(function: Function) -> Function:
    """What every admission without a scan may be told."""
    options = (
        click.option("--direction", type=click.Choice(("entry", "exit")), help="Which way (default: the lane's own)."),
        click.option("--acknowledge", is_flag=True, help="A warning was seen."),
        click.option("--second-look", metavar="NAME", help="Who of the park's list looked a second time."),
        by_option,
        click.option("--at", type=TIME, help="Take this time as given: only on demo data."),
        language_option,
        every_command,
    )
    for option in reversed(options):
        function = option(function)
    return function


def _heads(*, required: bool) -> Callable[[Function], Function]:
    return click.option("--heads", type=HEADS, required=required, help=_HEADS_HELP)


@admit.command(epilog="Example: qaqpa admit exempt --category pensioners --heads 2 --document pension_certificate")
@click.option("--category", required=True, metavar="WORD", help="The exemption, by its word in the park's tables.")
@_heads(required=True)
@click.option("--document", metavar="KIND", help="The kind of document that was seen; never its number.")
@_options
def exempt(category: str, heads: Heads, document: str | None, **common: Any) -> int:
    """Let in, free of charge, whom the park's table exempts."""
    return _let_in("exempt", common, category=category, document=document, party=heads.of(None))


@admit.command(epilog='Example: qaqpa admit resident --plate "917 CNY 05" --heads 3')
@click.option("--plate", required=True, metavar="PLATE", help="The plate that the pass was issued for.")
@_heads(required=False)
@_options
def resident(plate: str, heads: Heads | None, **common: Any) -> int:
    """Let in a resident by the plate; a pass in hand is scanned like a ticket."""
    return _let_in("resident", common, plate=plate, party=heads.of(None) if heads else None)


@admit.command(epilog='Example: qaqpa admit staff --name "A. Bekova"')
@click.option("--name", required=True, metavar="NAME", help="Who of the park's staff list; a card is scanned.")
@_heads(required=False)
@_options
def staff(name: str, heads: Heads | None, **common: Any) -> int:
    """Let in a person of the staff list: never counted as a visit."""
    return _let_in("staff", common, staff=name, party=_one_or(heads))


@admit.command(epilog="Example: qaqpa admit official --reason ambulance --heads 3")
@click.option("--reason", metavar="WORD", help="ambulance, fire, police, rescue, inspection, delegation or works.")
@_heads(required=False)
@click.option("--complete", "entry", metavar="ENTRY", help="Fill in the form of this entry, instead of opening.")
@click.option("--open-forms", is_flag=True, help="List the entries whose form is not filled in yet.")
@click.option("--who", metavar="TEXT", help="Form: who it was.")
@click.option("--plate", metavar="PLATE", help="Form: the vehicle's plate.")
@click.option("--words", metavar="TEXT", help="Form: what for, in free words.")
@_options
def official(
    reason: str | None,
    heads: Heads | None,
    entry: str | None,
    open_forms: bool,
    who: str | None,
    plate: str | None,
    words: str | None,
    **common: Any,
) -> int:
    """Open for emergency services and officials at once, without a question or a PIN; the form comes later."""
    if open_forms:
        return _list_forms(common)
    if entry is not None:
        return _complete(entry, common, who=who, plate=plate, words=words)
    if reason is None:
        raise UsageError("Say why the barrier opens, with --reason; or fill in a form with --complete ENTRY")
    return _let_in("official", common, asks_pin=False, category=reason, party=_one_or(heads), plate=plate, words=words)


@admit.command(epilog="Example: qaqpa admit claim --receipt 4471-0093 --heads 2")
@click.option("--receipt", required=True, metavar="NUMBER", help="The receipt's number; kept in the erasable part.")
@_heads(required=True)
@click.option("--plate", metavar="PLATE", help="The vehicle's plate; kept in the erasable part.")
@click.option("--slip", type=click.Path(path_type=Path), metavar="FILE", help="A provisional slip: FILE.txt or .pdf.")
@print_options
@_options
def claim(
    receipt: str,
    heads: Heads,
    plate: str | None,
    slip: Path | None,
    on_paper: bool,
    strip: Path | None,
    **common: Any,
) -> int:
    """Write down "paid but no ticket"; the park's policy says whether it lets in, the registry finds the payment."""
    from ui.slip import as_sheet, expect_form, write_slip
    from ui.strip import job_of, sheet_strip

    folder, output, language = common["folder"], common["output"], common["language"]
    expect_printable(folder, on_paper=on_paper, strip=strip)
    if slip is not None:
        expect_form(slip)
    drawn = []

    def after(entry: Entry, kiosk: Kiosk) -> None:
        drawn.append(as_sheet(entry, kiosk.policies.current()))
        if slip is not None:
            write_slip(entry, kiosk.policies.current(), slip)
            output.say(f"The provisional slip is {slip}")

    code = _let_in("claim", common, after=after, receipt=receipt, plate=plate, party=heads.of(None))
    if drawn:  # only now: nobody waits for paper while the kiosk is held
        print_job(
            folder,
            output,
            lambda dots: [job_of("provisional slip", sheet_strip(sheet, dots), language) for sheet in drawn],
            on_paper=on_paper,
            strip=strip,
        )
    return code


@admit.command(epilog='Example: qaqpa admit found --plate "917 CNY 05" --holder-seen')
@click.option("--code", metavar="XXXXXXXXXX", help="The lost ticket's typed code.")
@click.option("--plate", metavar="PLATE", help="The vehicle's plate.")
@click.option("--phone", metavar="NUMBER", help="The holder's telephone number.")
@click.option("--document", metavar="NUMBER", help="The number of the document that the holder shows.")
@click.option("--name", metavar="WORDS", help="Words of the holder's name.")
@click.option("--receipt", metavar="NUMBER", help="The number of the receipt it was paid by.")
@click.option("--permit", metavar="HEX", help="Which one, where several are found; as `qaqpa find` prints it.")
@click.option("--holder-seen", is_flag=True, help="The ranger looked and found it right.")
@_heads(required=False)
@_options
def found(
    code: str | None,
    plate: str | None,
    phone: str | None,
    document: str | None,
    name: str | None,
    receipt: str | None,
    permit: str | None,
    holder_seen: bool,
    heads: Heads | None,
    **common: Any,
) -> int:
    """Let in on the permit of a lost ticket, never beyond its right; the registry is asked for a new ticket."""
    from kiosk.rules.personal import LookUp

    given = {LookUp.PLATE: plate, LookUp.PHONE: phone, LookUp.DOCUMENT: document, LookUp.NAME: name}
    given[LookUp.RECEIPT] = receipt
    lookups = {kind: value for kind, value in given.items() if value is not None}
    party = heads.of(None) if heads else None
    return _let_in("found", common, is_seen=holder_seen, code=code, lookups=lookups, permit=permit, party=party)


@admit.command(epilog="Example: qaqpa admit event --product 40 --heads 12 --bags 30")
@click.option("--product", type=click.IntRange(0), help="The clean-up day's product.")
@_heads(required=False)
@click.option("--bags", type=click.IntRange(0, 99_999), help="Bags of waste they bring back.")
@click.option("--entry", metavar="ENTRY", help="Add the bags to this entry, instead of letting anybody in.")
@_options
def event(product: int | None, heads: Heads | None, bags: int | None, entry: str | None, **common: Any) -> int:
    """Let in who takes part in a clean-up day, and count their bags, now or when they come back."""
    if entry is not None:
        if bags is None:
            raise UsageError("Say how many bags came back, with --bags")
        return _act(
            common, "bags", Right.EVENT, lambda kiosk, name: kiosk.checkpoint.acts.add_bags(entry, bags, by=name)
        )
    if product is None or heads is None:
        raise UsageError("Say which clean-up day with --product, and how many take part with --heads")
    return _let_in("event", common, product=product, bags=bags, party=heads.of(None))


def _one_or(heads: Heads | None) -> Party:
    from kiosk.rules.permit import Party

    return heads.of(None) if heads else Party(adults=1)


@contextmanager
def _opened(common: dict[str, Any], purpose: str) -> Iterator[Kiosk]:
    from kiosk.rules.words import Direction, LaneDirection
    from kiosk.store.home import Home
    from ui.assembly import open_checkpoint
    from ui.commands.scan import given_time

    home = Home(common["folder"])
    at: datetime | None = common["at"]
    with ExitStack() as stack:
        given = None if at is None else given_time(home, at, dry_run=False)
        kiosk = stack.enter_context(open_checkpoint(home, purpose=purpose, at=given))
        if common["direction"] is not None:
            kiosk.checkpoint.turn(Direction(common["direction"]))
        elif kiosk.memory.record.direction is LaneDirection.BOTH:
            kiosk.checkpoint.turn(Direction.ENTRY)  # as scan does
        yield kiosk


def _let_in(
    kind: str,
    common: dict[str, Any],
    *,
    asks_pin: bool = True,
    is_seen: bool = False,
    after: Callable[[Entry, Kiosk], None] | None = None,
    **wanted: Any,
) -> int:
    from kiosk.admitting import Admission
    from kiosk.rules.facts import Answers, Question
    from kiosk.rules.special import SpecialKind
    from ui.commands.acts import staff_name, unsigned_name

    with _opened(common, f"admit {kind}") as kiosk:
        by = (staff_name if asks_pin else unsigned_name)(kiosk, common["by"])
        second_by = _second(kiosk, by, common["second_look"], asks_pin=asks_pin)
        if asks_pin and not _sign(kiosk, by, second_by, Right(kind)):
            return EXIT_NO
        answers = Answers(acknowledged=common["acknowledge"], holder_seen=is_seen)
        admission = Admission(kind=SpecialKind(kind), by=by, second_by=second_by, **wanted)
        answer = kiosk.checkpoint.admit(admission, answers)
        if isinstance(answer, Question):
            from ui.commands.decisions import question_line
            from ui.decision_json import question_json

            common["output"].result(question_json(answer), question_line(answer, common["language"], None))
            return EXIT_NO
        code = _show(answer, kiosk, common)
        if after is not None:
            after(answer, kiosk)
        return code


def _second(kiosk: Kiosk, by: str, name: str | None, *, asks_pin: bool) -> str | None:
    """Who looked a second time: a name of the list, and not the same person again; nobody where nobody signs."""
    from ui.commands.acts import staff_name

    if name is None:
        return None
    if name == by:
        raise UsageError(f"{name!r} cannot be the second pair of eyes: another of the staff looks")
    policy = kiosk.policies.current()
    if not asks_pin and policy is not None and policy.has_activations:
        raise UsageError("This opens at once and asks for nobody's PIN, so nobody can look a second time")
    return staff_name(kiosk, name)


def _sign(kiosk: Kiosk, by: str, second_by: str | None, right: Right) -> bool:
    """Whether all have signed; the second pair of eyes too, where each person signs for themselves."""
    from ui.commands.pins import signs

    now, policy = kiosk.clock.now().now, kiosk.policies.current()
    if not signs(kiosk.memory, by, right, now):
        return False
    if second_by is None or policy is None or not policy.has_activations:
        return True
    return signs(kiosk.memory, second_by, Right.SECOND_LOOK, now, is_second=True)


def _show(entry: Entry, kiosk: Kiosk, common: dict[str, Any]) -> int:
    from kiosk.rules.entries import DecisionBody
    from ui.commands.decisions import decision_line, exit_code_of
    from ui.decision_json import verdict_json

    body = entry.body
    if not isinstance(body, DecisionBody):
        raise BugError(f"The admission was answered by the entry {entry.id}, which is no decision")
    record = verdict_json(
        body, at=entry.at, clock=entry.clock, offline=kiosk.is_offline(), entry_id=entry.id, file=None
    )
    policy = kiosk.policies.current()
    line = decision_line(body, at=entry.at, policy=policy, language=common["language"], file=None)
    common["output"].result(record, line)
    return exit_code_of(body)


def _complete(entry: str, common: dict[str, Any], *, who: str | None, plate: str | None, words: str | None) -> int:
    from kiosk.rules.entries import Private

    private = Private(holder=who, plate=plate, reason=words)
    if private == Private():
        raise UsageError("Say what the form holds: --who, --plate or --words")

    def act(kiosk: Kiosk, name: str) -> Entry:
        return kiosk.checkpoint.acts.complete(entry, private=private, by=name)

    return _act(common, "complete", Right.OFFICIAL, act)


def _act(common: dict[str, Any], purpose: str, right: Right, act: Callable[[Kiosk, str], Entry]) -> int:
    from ui.commands.acts import staff_name
    from ui.decision_json import entry_json

    with _opened(common, purpose) as kiosk:
        name = staff_name(kiosk, common["by"])
        if not _sign(kiosk, name, None, right):
            return EXIT_NO
        entry = act(kiosk, name)
        common["output"].result(entry_json(entry), f"{purpose}: written down as {entry.id}")
        return EXIT_DONE


def _list_forms(common: dict[str, Any]) -> int:
    """The open forms, oldest first; it works beside a running kiosk."""
    from kiosk.admitting import open_forms
    from kiosk.store.home import Home
    from ui.assembly import open_reader
    from ui.commands.decisions import entry_line
    from ui.decision_json import entry_json

    output: Output = common["output"]
    with open_reader(Home(common["folder"])) as memory:
        policy = memory.policies.current()
        entries = open_forms(memory.journal)
        for entry in entries:
            output.result(entry_json(entry), entry_line(entry, policy, common["language"]))
    forms = "1 form is" if len(entries) == 1 else f"{len(entries) or 'No'} forms are"
    output.say(f"{forms} open")
    return EXIT_DONE
