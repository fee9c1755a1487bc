"""scan: what a kiosk does with a visitor, from a picture, a video, a text or a typed code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.errors import EnvironmentalError, UsageError
from kiosk.rules.parties import class_of_seats
from kiosk.rules.words import VehicleClass
from ui.commands.common import (
    EXIT_ENVIRONMENT,
    EXIT_NO,
    EXIT_USAGE,
    TIME,
    Output,
    every_command,
    language_option,
    progress,
    unix,
)
from ui.commands.heads import HEADS, Heads
from ui.commands.pictures import PictureError, PictureFault, code_of_picture, is_video, views_of_video

if TYPE_CHECKING:
    from kiosk.facts import Scan
    from kiosk.rules.entries import DecisionBody, Entry, Private
    from kiosk.rules.facts import Answers, Question
    from kiosk.store.home import Home
    from ui.assembly import Kiosk

_DIRECTIONS = ("entry", "exit")


class VehicleType(click.ParamType[VehicleClass]):
    """A class by its word, or by how many seats there are, as in `16`."""

    name = "CLASS"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> VehicleClass:
        """The class that was written."""
        if str(value).isascii() and str(value).isdigit():
            return class_of_seats(int(value))
        try:
            return VehicleClass(value)
        except ValueError:
            words = ", ".join(VehicleClass)
            self.fail(f"{value!r} is no class of vehicle: write one of {words}, or its seats", param, ctx)


VEHICLE = VehicleType()


@dataclass(frozen=True, kw_only=True, slots=True)
class Presentation:
    """One scan and the file it came from."""

    scan: Scan
    file: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Inputs:
    """What was given on the command line, in its order: files, then texts, then typed codes."""

    files: tuple[Path, ...]
    texts: tuple[str, ...]
    codes: tuple[str, ...]

    @property
    def names(self) -> list[str | None]:
        """The file of each input, None for a text or a code."""
        return [*map(str, self.files), *[None] * (len(self.texts) + len(self.codes))]


@click.command(epilog="Example: qaqpa scan phone.png --heads 5 --json")
@click.argument("files", nargs=-1, metavar="PICTURE_OR_VIDEO...", type=click.Path(path_type=Path))
@click.option("--text", "texts", multiple=True, metavar="TEXT", help="A text instead of a picture of it.")
@click.option("--code", "codes", multiple=True, metavar="XXXXXXXXXX", help="A typed code instead of a picture.")
@click.option("--direction", type=click.Choice(_DIRECTIONS), help="Which way (default: the lane's own, else entry).")
@click.option("--heads", type=HEADS, help="How many go through: 5, or by category 2+3 in the ticket's order.")
@click.option("--acknowledge", is_flag=True, help="A warning was seen.")
@click.option("--guide", "guides", multiple=True, metavar="NAME", help="Who guides the party; one for each group.")
@click.option("--holder", metavar="VALUE", help="The document shown; compared, and kept in the entry's erasable part.")
@click.option("--plate", metavar="VALUE", help="The plate seen; compared, and kept in the entry's erasable part.")
@click.option(
    "--vehicle", type=VEHICLE, help="The class of the vehicle seen; one larger than was paid for is referred."
)
@click.option("--holder-seen", is_flag=True, help="The ranger looked and found it right.")
@click.option("--dry-run", is_flag=True, help="Decide without writing anything down.")
@click.option("--at", type=TIME, help="Take this time as given: only with --dry-run, or on demo data.")
@language_option
@every_command
def scan(
    files: tuple[Path, ...],
    texts: tuple[str, ...],
    codes: tuple[str, ...],
    direction: str | None,
    heads: Heads | None,
    acknowledge: bool,
    guides: tuple[str, ...],
    holder: str | None,
    plate: str | None,
    vehicle: VehicleClass | None,
    holder_seen: bool,
    dry_run: bool,
    at: datetime | None,
    language: str,
    folder: Path,
    output: Output,
) -> int:
    """Decode, decide and journal; one decision a line. A question that no option answers is printed and ends with 1."""
    from kiosk.rules.entries import Private
    from kiosk.rules.facts import Answers
    from kiosk.rules.words import Direction, LaneDirection
    from kiosk.store.home import Home
    from ui.assembly import open_checkpoint

    inputs = Inputs(files=files, texts=texts, codes=codes)
    if not inputs.names:
        raise UsageError("There is nothing to scan: give a picture, a video, --text or --code")
    home = Home(folder)
    with ExitStack() as stack:
        try:
            given = None if at is None else given_time(home, at, dry_run=dry_run)
            kiosk = stack.enter_context(open_checkpoint(home, purpose="scan", at=given))
        except EnvironmentalError as error:
            for name in inputs.names:
                output.result({"file": name, "error": PictureFault.UNREADABLE})
            output.say(f"qaqpa: {error}")
            return EXIT_ENVIRONMENT
        if direction is not None:
            kiosk.checkpoint.turn(Direction(direction))
        elif kiosk.memory.record.direction is LaneDirection.BOTH:
            kiosk.checkpoint.turn(Direction.ENTRY)  # a script says what it means; only the screen goes on as it ran
        answers = Answers(
            heads=heads.total if heads and heads.party is None else None,
            party=heads.party if heads else None,
            acknowledged=acknowledge,
            guide_named=bool(guides),
            guides=len(guides) if len(guides) > 1 else 0,
            vehicle_class=vehicle,
            holder_seen=holder_seen,
        )
        guide = ", ".join(guides) or None
        private = Private(guide=guide, holder=holder, plate=plate) if guide or holder or plate else None
        lane = _Lane(kiosk, output, language, answers, private, is_dry=dry_run)
        return max((lane.take(each) for each in progress(_presentations(inputs, lane))), default=EXIT_NO)


def given_time(home: Home, at: datetime, *, dry_run: bool) -> int:
    """The time that was given, if one may be given here; without an offset it is the park's local time."""
    from kiosk.store.policies import Policies

    if not dry_run and not home.demo_marker.exists():
        raise UsageError("--at needs --dry-run: only demo data may be written under a given time")
    policy = Policies(home).current()
    return unix(at, policy.policy.utc_offset_minutes if policy else 0)


class _Lane:
    """One lane of the command line: it takes presentations one after the other and prints what came of each."""

    def __init__(
        self,
        kiosk: Kiosk,
        output: Output,
        language: str,
        answers: Answers,
        private: Private | None,
        *,
        is_dry: bool,
    ) -> None:
        self._kiosk, self._output, self._language = kiosk, output, language
        self._answers, self._private, self._is_dry = answers, private, is_dry

    def take(self, presentation: Presentation | int) -> int:
        """The exit code of one presentation, or of an input that gave none."""
        if isinstance(presentation, int):
            return presentation
        try:
            return self._decide(presentation)
        except UsageError as error:  # a code with a typing mistake, or too many of them
            self.complain(PictureFault.UNREADABLE, presentation.file, str(error))
            return EXIT_USAGE
        except EnvironmentalError as error:  # nothing can be decided: no rules, or a damaged file
            self.complain(PictureFault.UNREADABLE, presentation.file, f"qaqpa: {error}")
            return EXIT_ENVIRONMENT

    def complain(self, fault: PictureFault, file: str | None, sentence: str) -> None:
        """Print the line of an input that gave no decision."""
        self._output.result({"file": file, "error": fault})
        self._output.say(sentence)

    def _decide(self, presentation: Presentation) -> int:
        from kiosk.believing import NoPolicyError
        from kiosk.revoked import RevokedError
        from kiosk.rules.facts import Question

        checkpoint = self._kiosk.checkpoint
        if self._is_dry:
            verdict = checkpoint.information(presentation.scan, self._answers, self._private)
            if isinstance(verdict, Question):
                return self._ask(verdict, presentation)
            return self._show(verdict, presentation, None)
        try:
            entry = checkpoint.scan(presentation.scan, self._answers, self._private)
        except (NoPolicyError, RevokedError):
            raise
        except EnvironmentalError as error:
            return self._failed(error, presentation)
        if isinstance(entry, Question):
            return self._ask(entry, presentation)
        return self._show_entry(entry, presentation)

    def _ask(self, question: Question, presentation: Presentation) -> int:
        from ui.commands.decisions import question_line
        from ui.decision_json import question_json

        line = question_line(question, self._language, presentation.file)
        self._output.result(question_json(question, file=presentation.file), line)
        return EXIT_NO

    def _show_entry(self, entry: Entry, presentation: Presentation) -> int:
        from kiosk.errors import BugError
        from kiosk.rules.entries import DecisionBody

        if not isinstance(entry.body, DecisionBody):
            raise BugError(f"The scan was answered by the entry {entry.id}, which is no decision")
        return self._show(entry.body, presentation, entry)

    def _show(self, body: DecisionBody, presentation: Presentation, entry: Entry | None) -> int:
        from ui.commands.decisions import decision_line, exit_code_of
        from ui.decision_json import verdict_json

        moment = self._kiosk.clock.now()
        at, trust = (entry.at, entry.clock) if entry else (moment.now, moment.trust)
        record = verdict_json(
            body,
            at=at,
            clock=trust,
            offline=self._kiosk.is_offline(),
            entry_id=entry.id if entry else None,
            file=presentation.file,
        )
        policy = self._kiosk.policies.current()
        line = decision_line(body, at=at, policy=policy, language=self._language, file=presentation.file)
        self._output.result(record, line)
        return exit_code_of(body)

    def _failed(self, error: EnvironmentalError, presentation: Presentation) -> int:
        """Nothing could be written down, so nobody was let in: printed, and never an entry."""
        from kiosk.rules.entries import DecisionBody
        from kiosk.rules.words import Outcome, Reason

        body = DecisionBody(
            place=self._kiosk.checkpoint.place,
            source=presentation.scan.source,
            outcome=Outcome.REFERRED,
            reason=Reason.JOURNAL_FAILED,
            staleness=self._kiosk.checkpoint.status().staleness,
        )
        self._show(body, presentation, None)
        self._output.say(f"qaqpa: {error}")
        return EXIT_ENVIRONMENT


def _presentations(inputs: Inputs, lane: _Lane) -> Iterator[Presentation | int]:
    """Every scan of the inputs in order; an input without one has its line printed, and its exit code comes instead."""
    from kiosk.facts import Scan
    from kiosk.rules.words import Source

    for path in inputs.files:
        try:
            if is_video(path):
                yield from _of_video(path, lane)
            else:
                yield Presentation(scan=Scan(text=code_of_picture(path), source=Source.PICTURE), file=str(path))
        except PictureError as error:
            lane.complain(error.fault, str(path), str(error))
            yield error.exit_code
    for text in inputs.texts:
        yield Presentation(scan=Scan(text=text, source=Source.TEXT), file=None)
    for code in inputs.codes:
        yield Presentation(scan=Scan(text=code, source=Source.TYPED), file=None)


def _of_video(path: Path, lane: _Lane) -> Iterator[Presentation | int]:
    """A video is a camera: the same code held up is one scan, and of several codes in view one is asked for."""
    from kiosk.facts import Scan
    from kiosk.rules.words import Source

    seen = False
    for view in views_of_video(path):
        seen = True
        if len(view) == 1:
            yield Presentation(scan=Scan(text=view[0], source=Source.CAMERA), file=str(path))
        else:
            sentence = f"{path}: {len(view)} different codes are in view together; show one alone."
            lane.complain(PictureFault.SEVERAL_CODES, str(path), sentence)
            yield EXIT_NO
    if not seen:
        raise PictureError(PictureFault.NO_CODE, f"{path}: no QR code was seen in the video.")
