"""Two gates and a registry under a random walk, with a small account of its own of what must be true of them.

The account knows nothing of journals: it counts heads by permit and gate, and which answers were given.
"""

import random
import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from kiosk.checkpoint import CodesLockedError
from kiosk.errors import EnvironmentalError, UsageError
from kiosk.facts import Scan
from kiosk.rules.entries import ActBody, DecisionBody, Entry
from kiosk.rules.facts import Answers, Question
from kiosk.rules.permit import Party, permit_id
from kiosk.rules.ticket import Claims
from kiosk.rules.words import ActKind, Direction, Outcome, Reason, Source
from kiosk.store.home import Home
from sync.enrolment import enrol
from sync.protocol import SentEntry
from sync.registry.uses import conflicts_of
from tests.support.clock import ManualClock
from tests.support.commits import Commits, Fate
from tests.support.crashing_kiosk import CrashingKiosk, DiedError
from tests.support.line import Back, Line, Trouble
from tests.support.park import NOON, SmallPark, permit_of
from tests.support.registry_simulator import RegistrySimulator

FOR_EVER = 2**40
OWED_SECONDS = 120
Answered = tuple[str, str, bytes | None, int]


@dataclass
class Ticket:
    """A ticket and what the account knows of it over both gates."""

    text: str
    code: str
    permit: bytes
    cti: bytes
    heads: int
    entries: int
    is_plain: bool
    """Nobody leaves on it, nobody overrides, one entry: its heads can be counted on the fingers."""
    is_listed: bool
    overridden: int = 0


@dataclass
class Admission:
    """Heads that went in, or out, by one entry."""

    permit: bytes
    heads: int
    direction: Direction
    number: int
    at: int
    is_override: bool = False
    is_annulled: bool = False
    owes_pulse: bool = False


@dataclass
class Account:
    """What one gate has answered, and what it can have heard."""

    kiosk: CrashingKiosk
    line: Line
    answered: dict[str, Answered] = field(default_factory=dict)
    admissions: dict[str, Admission] = field(default_factory=dict)
    by_permit: dict[bytes, list[str]] = field(default_factory=dict)
    may_pulse_again: Counter[str] = field(default_factory=Counter)
    heard_place: int = 0
    heard: dict[bytes, dict[str, int]] = field(default_factory=dict)
    revoked: set[bytes] = field(default_factory=set)

    def heads_here(self, permit: bytes) -> int:
        """Heads of a permit that went in here and were not taken back."""
        mine = (self.admissions[key] for key in self.by_permit.get(permit, ()))
        return sum(one.heads for one in mine if one.direction is Direction.ENTRY and not one.is_annulled)

    def heads_heard(self, permit: bytes) -> int:
        """Heads of a permit that went in at the other gate, as far as the registry has told."""
        return sum(heads for key, heads in self.heard.get(permit, {}).items() if key not in self.admissions)


class TwoGates:
    """The world of one data folder's life; `step` does one event, `settle` brings all together and weighs it."""

    def __init__(self, folder: Path, seed: int, commits: Commits) -> None:
        self.chance = random.Random(seed)
        self.commits = commits
        self.clock = ManualClock(NOON - 4 * 3600)
        self.registry = RegistrySimulator(park=SmallPark(), now=self.clock.at, page_rows=40)
        self.back = Back(registry=self.registry)
        self.tickets: list[Ticket] = []
        self.faults: list[str] = []
        self.events: Counter[str] = Counter()
        self._serial = seed * 1_000_000
        self._revocations = 0
        for _ in range(4):
            self._new_ticket()
        self.gates = [self._gate(folder / f"gate-{gate}", gate) for gate in (1, 2)]
        weighed = (
            (self._scan_new, 16),
            (self._scan_known, 26),
            (self._scan_twice, 4),
            (self._scan_party, 5),
            (self._scan_exit, 5),
            (self._scan_junk, 10),
            (self._scan_code, 2),
            (self._tick, 14),
            (self._annul, 2),
            (self._override, 2),
            (self._correct, 1),
            (self._cycle, 2),
            (self._cycle_in_trouble, 2),
            (self._revoke, 1),
            (self._publish, 1),
            (self._look, 2),
            (self._crash, 0.5),
            (self._crash_at_the_barrier, 1.5),
            (self._barrier_refuses, 1),
            (self._commit_fails, 1.5),
        )
        self._steps: list[Callable[[Account], None]] = [step for step, _ in weighed]
        self._weights = [weight for _, weight in weighed]

    def close(self) -> None:
        """Give the files back."""
        for gate in self.gates:
            gate.kiosk.close()

    def step(self) -> None:
        """One event at one gate."""
        (step,) = self.chance.choices(self._steps, self._weights)
        self.events[step.__name__.strip("_")] += 1
        step(self.chance.choice(self.gates))

    def settle(self) -> None:
        """Undisturbed cycles until all is told, then every account is laid beside journals and registry."""
        for _ in range(3):
            for gate in self.gates:
                gate.line.trouble = None
                self._run(gate)
        journals: dict[str, Entry] = {}
        for gate in self.gates:
            entries = list(gate.kiosk.journal.between(0, FOR_EVER))
            self._weigh(gate, entries)
            journals |= {entry.id: entry for entry in entries}
        held = {str(key): sent for key, sent in self.registry.entries.items()}
        self._expect(held.keys() == journals.keys(), f"the registry holds {len(held)} of {len(journals)} entries")
        self._expect(not self.registry.quarantine, f"{len(self.registry.quarantine)} entries are in quarantine")
        for gate in self.gates:
            wires = gate.kiosk.journal.after(0, 0, len(journals) + 1)
            changed = [str(wire.key) for wire in wires if _core_of(held.get(str(wire.key))) != wire.core]
            self._expect(not changed, f"the registry holds other words under {changed[:3]}")
        self._weigh_conflicts()

    # ---- events -----------------------------------------------------------------------------------------------------

    def _scan_new(self, gate: Account) -> None:
        self._scan(gate, self._new_ticket())

    def _scan_known(self, gate: Account) -> None:
        recent = self.tickets[-40:] if self.chance.random() < 0.7 else self.tickets
        self._scan(gate, self.chance.choice(recent))

    def _scan_twice(self, gate: Account) -> None:
        """The answer was lost on its way to the person, who presents the ticket again."""
        ticket = self._new_ticket()
        self._scan(gate, ticket)
        self._scan(gate, ticket)

    def _scan_party(self, gate: Account) -> None:
        """A large party goes in by parts; now and then its question lapses."""
        ticket = self._new_ticket(adults=self.chance.randint(7, 12)) if self.chance.random() < 0.3 else None
        ticket = ticket or self.chance.choice([one for one in self.tickets if one.heads > 6] or self.tickets)
        if self.chance.random() < 0.1:
            entry = gate.kiosk.checkpoint.lapse(Scan(text=ticket.text, source=Source.CAMERA))
            self._note(gate, entry)
            return
        self._scan(gate, ticket, Answers(heads=self.chance.randint(1, 5)))

    def _scan_exit(self, gate: Account) -> None:
        """Those who went in go out, and some of them come back."""
        ticket = self.chance.choice(self.tickets[-200:])
        if ticket.is_plain and self.chance.random() < 0.8:
            return
        ticket.is_plain = False
        gate.kiosk.checkpoint.turn(Direction.EXIT)
        try:
            self._present(gate, ticket.text, ticket.permit)
        finally:
            gate.kiosk.checkpoint.turn(Direction.ENTRY)

    def _scan_junk(self, gate: Account) -> None:
        text = self.chance.choice(("https://park.example", "KP1:", self.tickets[-1].text[:-7] + "0000000", "Ж" * 40))
        entry = self._present(gate, text + str(self.chance.randint(0, 30)), None)
        if entry is not None and _is_admitted(entry):
            self.faults.append(f"{text!r} was admitted")

    def _scan_code(self, gate: Account) -> None:
        """Somebody types a code; alone it admits nobody under this policy."""
        ticket = self.chance.choice(self.tickets)
        owed = self._owed(gate, ticket)
        entry = self._present(gate, ticket.code, None, source=Source.TYPED)
        # what the ticket itself was admitted for, and the barrier still owes, the code may ask for too
        if entry is not None and _is_admitted(entry):
            self._expect(entry.id == owed, f"a typed code alone was admitted: {entry.id}, owed was {owed}")

    def _tick(self, gate: Account) -> None:
        self.clock.at += self.chance.choice((1, 1, 2, 3, 5, 11, 45, 150))
        self.registry.now = self.clock.at

    def _annul(self, gate: Account) -> None:
        key = self._some_admission(gate)
        if key is not None:
            self._act(gate, lambda: gate.kiosk.checkpoint.acts.annul(key, reason="a mistake", by="r1"))

    def _correct(self, gate: Account) -> None:
        key = self._some_admission(gate)
        if key is None or gate.admissions[key].direction is not Direction.ENTRY:
            return
        party = Party(adults=self.chance.randint(1, gate.admissions[key].heads or 1))
        self._act(gate, lambda: gate.kiosk.checkpoint.acts.correct(key, party=party, reason="counted", by="r1"))

    def _override(self, gate: Account) -> None:
        recent = [key for key, (outcome, _, permit, _) in list(gate.answered.items())[-60:] if outcome and permit]
        keys = [key for key in recent if key not in gate.admissions]
        if keys:
            key = self.chance.choice(keys)
            self._act(gate, lambda: gate.kiosk.checkpoint.acts.override(key, reason="they were here", by="r1"))

    def _cycle(self, gate: Account) -> None:
        gate.line.trouble = None
        self._run(gate)

    def _cycle_in_trouble(self, gate: Account) -> None:
        gate.line.trouble = self.chance.choice(list(Trouble))
        self._run(gate)
        gate.line.trouble = None

    def _revoke(self, gate: Account) -> None:
        ticket = self.chance.choice(self.tickets[-30:])
        self._revocations += 1
        self.registry.add(["r", self._revocations, ticket.cti[:8].hex(), "revoke", self.clock.at, 0])

    def _publish(self, gate: Account) -> None:
        if self.chance.random() < 0.15:
            self.registry.build_snapshot()
            if self.chance.random() < 0.5:
                self.registry.compact()

    def _look(self, gate: Account) -> None:
        checkpoint = gate.kiosk.checkpoint
        self._expect(checkpoint.status().pending >= 0, "fewer than no entries wait")
        checkpoint.latest(3)

    def _crash(self, gate: Account) -> None:
        with suppress(DiedError):
            gate.kiosk.die()
        self._rise(gate)

    def _crash_at_the_barrier(self, gate: Account) -> None:
        """Between the commit and the pulse, or between the pulse and its act."""
        gate.kiosk.boom.dies = self.chance.choice(("before", "after"))
        self._scan(gate, self._new_ticket() if self.chance.random() < 0.5 else self.chance.choice(self.tickets[-20:]))
        gate.kiosk.boom.dies = ""

    def _barrier_refuses(self, gate: Account) -> None:
        gate.kiosk.boom.refuses = True
        self._scan(gate, self._new_ticket() if self.chance.random() < 0.5 else self.chance.choice(self.tickets[-20:]))
        gate.kiosk.boom.refuses = False

    def _commit_fails(self, gate: Account) -> None:
        """The COMMIT of an entry or of its pulse raises, whether or not it is on the disk; the ticket comes again."""
        ticket = self._new_ticket() if self.chance.random() < 0.6 else self.chance.choice(self.tickets[-20:])
        last = next(iter(gate.kiosk.journal.latest(1)), None)
        self.commits.arm("/journal.db", self.chance.choice(list(Fate)), skip=self.chance.choice((0, 0, 1)))
        self._scan(gate, ticket)
        self.commits.disarm()
        newest = gate.kiosk.journal.latest(3)
        written = next((place for place, entry in enumerate(newest) if last and entry.id == last.id), 0)
        self._expect(written <= 1, f"one scan was written down {written} times: {newest[0].id}")
        self._scan(gate, ticket)

    # ---- inside one event -------------------------------------------------------------------------------------------

    def _new_ticket(self, adults: int | None = None) -> Ticket:
        self._serial += 1
        entries = 3 if self.chance.random() < 0.05 else 1
        party = Party(adults=adults) if adults else Party(adults=self.chance.randint(1, 3), children=1)
        claims: Claims = self.registry.park.claims(self._serial, party=party, entries=entries)
        permit = permit_of(claims)
        is_listed = self.chance.random() < 0.7
        ticket = Ticket(
            text=self.registry.park.ticket(self._serial, party=party, entries=entries),
            code=permit.code,
            permit=permit_id(claims.cti),
            cti=claims.cti,
            heads=party.heads,
            entries=entries,
            is_plain=entries == 1,
            is_listed=is_listed,
        )
        if is_listed:
            self.registry.put(permit)
        self.tickets.append(ticket)
        return ticket

    def _scan(self, gate: Account, ticket: Ticket, answers: Answers | None = None) -> None:
        """Present a ticket, and compare the answer with what the account says it must be."""
        answers = answers or Answers()
        owed = self._owed(gate, ticket)
        left = ticket.heads - gate.heads_here(ticket.permit) - gate.heads_heard(ticket.permit)
        is_revoked = ticket.cti[:8] in gate.revoked
        entry = self._present(gate, ticket.text, ticket.permit, answers=answers)
        if entry is None or not ticket.is_plain:
            return
        if owed is not None and not is_revoked and left <= 6 and answers.wanted is None:
            self._expect(entry.id == owed, f"{entry.id} was written where {owed} owed its pulse")
            return
        expected = 0 if is_revoked or left <= 0 else left if answers.wanted is None else answers.wanted
        given = gate.admissions[entry.id].heads if _is_admitted(entry) else 0
        # an entry that owed its pulse may come back for any answer
        if entry.id != owed:
            self._expect(given == expected, f"{entry.id} let in {given} heads where {expected} were left ({left})")

    def _owed(self, gate: Account, ticket: Ticket) -> str | None:
        keys = [key for key in gate.by_permit.get(ticket.permit, ()) if not gate.admissions[key].is_annulled]
        if not keys or not gate.admissions[keys[-1]].owes_pulse or gate.admissions[keys[-1]].is_override:
            return None
        return keys[-1] if gate.admissions[keys[-1]].at >= self.clock.at - OWED_SECONDS else None

    def _present(
        self,
        gate: Account,
        text: str,
        permit: bytes | None,
        *,
        answers: Answers | None = None,
        source: Source = Source.CAMERA,
    ) -> Entry | None:
        scan = Scan(text=text, source=source)
        try:
            entry = gate.kiosk.checkpoint.scan(scan, answers or Answers())
        except DiedError:
            self._rise(gate)
            self._note_the_dead(gate)
            return None
        except CodesLockedError:
            return None
        except EnvironmentalError as error:
            self._expect(self.commits.struck > 0, f"a scan failed: {error}")
            self._adopt(gate, permit)
            return None
        if isinstance(entry, Question):
            return None
        self._note(gate, entry)
        return entry

    def _rise(self, gate: Account) -> None:
        gate.kiosk.come_back()
        gate.kiosk.checkpoint.turn(Direction.ENTRY)  # it comes up as its last decision ran, which may be an exit

    def _act(self, gate: Account, act: Callable[[], Entry]) -> None:
        try:
            entry = act()
        except UsageError:
            return
        self._note(gate, entry)

    def _note(self, gate: Account, entry: Entry) -> None:
        """An answer was given: it must never be lost, and it counts once."""
        body = entry.body
        assert isinstance(body, DecisionBody | ActBody)
        answered = _answered(entry)
        self._expect(gate.answered.setdefault(entry.id, answered) == answered, f"{entry.id} changed its words")
        if isinstance(body, ActBody) and body.act in (ActKind.ANNUL, ActKind.CORRECT):
            target = gate.admissions[body.target]
            if body.act is ActKind.ANNUL:
                target.is_annulled = True
            else:
                assert body.party is not None
                target.heads = body.party.heads
        elif _is_admitted(entry):
            self._enter(gate, entry)
            gate.admissions[entry.id].owes_pulse = gate.kiosk.boom.refuses

    def _enter(self, gate: Account, entry: Entry) -> None:
        body = entry.body
        assert isinstance(body, DecisionBody | ActBody)
        if entry.id in gate.admissions or body.permit is None:
            if entry.id in gate.admissions:
                return
            gate.admissions[entry.id] = Admission(
                permit=b"", heads=0, direction=body.place.direction, number=0, at=entry.at
            )
            return
        is_override = isinstance(body, ActBody)
        heads = body.party.heads if body.party else 0
        gate.admissions[entry.id] = Admission(
            permit=body.permit,
            heads=heads,
            direction=body.place.direction,
            number=body.entry_number or 0,
            at=entry.at,
            is_override=is_override,
        )
        gate.by_permit.setdefault(body.permit, []).append(entry.id)
        if is_override:
            ticket = next(one for one in self.tickets if one.permit == body.permit)
            ticket.overridden += heads
            ticket.is_plain = False

    def _note_the_dead(self, gate: Account) -> None:
        """The kiosk died at its barrier: the cause was on the disk before, whatever came after."""
        cause = gate.kiosk.boom.last
        entry = gate.kiosk.journal.get(cause)
        if entry is None:
            self.faults.append(f"the barrier was asked for {cause}, which is not in the journal")
            return
        self._enter(gate, entry)
        gate.admissions[cause].owes_pulse = True
        gate.may_pulse_again[cause] += 1

    def _adopt(self, gate: Account, permit: bytes | None) -> None:
        """A scan raised: at most one entry of it may be there, which then counts as if it had been answered."""
        found = gate.kiosk.journal.of_permit(permit) if permit else []
        new = [entry for entry in found if _is_admitted(entry) and entry.id not in gate.admissions]
        self._expect(len(new) <= 1, f"a scan that failed left {len(new)} admissions")
        for entry in new:
            self._enter(gate, entry)
            acts = gate.kiosk.journal.acts_on(entry.id)
            gate.admissions[entry.id].owes_pulse = not any(_is_pulse(act) for act in acts)
            if not _is_unmoved(gate, entry.id):
                gate.may_pulse_again[entry.id] += 1
        for key in gate.by_permit.get(permit or b"", ()):
            acts = gate.kiosk.journal.acts_on(key)
            gate.admissions[key].owes_pulse = not any(_is_pulse(act) for act in acts)
            gate.may_pulse_again[key] += 1

    def _some_admission(self, gate: Account) -> str | None:
        keys = list(gate.by_permit.items())[-40:]
        return self.chance.choice(self.chance.choice(keys)[1]) if keys else None

    def _run(self, gate: Account) -> None:
        try:
            gate.kiosk.engine.run_cycle()
        except DiedError:
            self._rise(gate)
        self._hear(gate)

    def _hear(self, gate: Account) -> None:
        # the log comes before the feed: a cycle that broke off between the two has brought revocations and no uses
        logged = gate.kiosk.memory.revocations.state().head.last
        gate.revoked |= {row.cti8 for row in self.registry.log[:logged]}
        reader = gate.kiosk.memory.replicas.current()
        if reader is None:
            return
        place = int(reader.cursor.partition(".")[2])
        for row in self.registry.feed[gate.heard_place : place]:
            if row[0] == "u":
                heads = sum(row[3]) if row[6] == "entry" else 0
                gate.heard.setdefault(bytes.fromhex(row[1]), {})[row[8]] = heads
            elif row[0] == "r":
                gate.revoked.add(bytes.fromhex(row[2]))
        gate.heard_place = place

    def _gate(self, folder: Path, number: int) -> Account:
        home = Home(folder)
        code = self.registry.code(gate=number)
        enrol(
            home,
            "http://127.0.0.1:9",
            code,
            software="test",
            now=lambda: self.clock.at,
            connect=lambda *_, **__: self.registry,
        )
        line = Line(self.back, self.chance, self._die_at(number))
        kiosk = CrashingKiosk(home, clock=self.clock, registry=line)
        kiosk.open()
        return Account(kiosk=kiosk, line=line)

    def _die_at(self, gate: int) -> Callable[[], NoReturn]:
        def die() -> NoReturn:
            self.gates[gate - 1].kiosk.die()

        return die

    # ---- the weighing -----------------------------------------------------------------------------------------------

    def _expect(self, holds: bool, fault: str) -> None:
        if not holds:
            self.faults.append(fault)

    def _weigh(self, gate: Account, entries: list[Entry]) -> None:
        journal = gate.kiosk.journal
        self.faults += journal.verify()
        known = {entry.id: entry for entry in entries}
        self._expect(len(known) == len(entries) == journal.count(), "an entry is there twice")
        for key, answered in gate.answered.items():
            self._expect(key in known, f"the answer {key} was lost")
            self._expect(key not in known or _answered(known[key]) == answered, f"the answer {key} changed")
        admitted = {key for key, entry in known.items() if _is_admitted(entry)}
        self._expect(admitted == gate.admissions.keys(), f"admissions nobody asked for: {len(admitted)}")
        acts = Counter(entry.body.target for entry in entries if _is_pulse(entry) and isinstance(entry.body, ActBody))
        for cause, count in gate.kiosk.boom.pulses.items():
            self._expect(cause in admitted, f"a pulse without an entry: {cause}")
            most = 1 + gate.may_pulse_again[cause]
            self._expect(count <= most, f"{cause} pulsed {count} times, {most} at most")
        for cause, count in acts.items():
            self._expect(count == 1, f"{cause} has {count} pulse acts")
            self._expect(cause in gate.kiosk.boom.pulses, f"{cause} has an act of a pulse that never was")
        for ticket in self.tickets:
            self._weigh_ticket(gate, ticket)

    def _weigh_ticket(self, gate: Account, ticket: Ticket) -> None:
        """At one gate nobody is let in beyond the right, whatever it heard of the other."""
        mine = [gate.admissions[key] for key in gate.by_permit.get(ticket.permit, ())]
        out = sum(
            other.admissions[key].heads
            for other in self.gates
            for key in other.by_permit.get(ticket.permit, ())
            if other.admissions[key].direction is Direction.EXIT
        )
        entered = sum(one.heads for one in mine if one.direction is Direction.ENTRY and not one.is_annulled)
        most = ticket.heads * max(1, ticket.entries) + ticket.overridden + out
        self._expect(entered <= most, f"{entered} heads went in on a ticket for {ticket.heads}")

    def _weigh_conflicts(self) -> None:
        """The registry's conflicts are exactly the heads beyond the right, as fingers count them."""
        policy = self.registry.park.set()
        for ticket in self.tickets:
            if not ticket.is_plain:
                continue
            total = sum(gate.heads_here(ticket.permit) for gate in self.gates)
            entries = self.back.entries(ticket.permit)
            found = conflicts_of(ticket.permit, entries, self.back.uses(ticket.permit), policy)
            excess = sum(conflict.excess for conflict in found)
            expected = max(0, total - ticket.heads)
            self._expect(excess == expected, f"{excess} heads in conflict, {expected} beyond the right")
            self.events["heads in conflict"] += excess


def walk(
    folder: Path, seed: int, steps: int, commits: Commits, *, lifetime: int = 3000
) -> tuple[Counter[str], list[str]]:
    """So many steps, in worlds of `lifetime` steps each: what happened, and every fault found."""
    events: Counter[str] = Counter()
    done = 0
    while done < steps:
        home = folder / f"world-{seed}-{done}"
        home.mkdir()
        world = TwoGates(home, seed * 10_007 + done, commits)
        with closing(world):
            for _ in range(min(lifetime, steps - done)):
                world.step()
            world.settle()
        events += world.events
        events["entries"] += len(world.registry.entries)
        events["lives"] += sum(1 + gate.kiosk.lives for gate in world.gates)
        done += lifetime
        shutil.rmtree(home)
        if world.faults:
            return events, world.faults
    return events, []


def _core_of(sent: SentEntry | None) -> bytes:
    return sent.core if sent else b""


def _answered(entry: Entry) -> Answered:
    match entry.body:
        case DecisionBody() as body:
            return str(body.outcome), str(body.reason), body.permit, body.party.heads
        case ActBody() as body:
            return "", str(body.act), body.permit, body.party.heads if body.party else 0
        case _:
            return "", "", None, 0


def _is_admitted(entry: Entry) -> bool:
    match entry.body:
        case DecisionBody(outcome=Outcome.ADMITTED, reason=reason):
            return reason is not Reason.TRAINING
        case ActBody(act=ActKind.OVERRIDE):
            return True
        case _:
            return False


def _is_pulse(entry: Entry) -> bool:
    return isinstance(entry.body, ActBody) and entry.body.act is ActKind.PULSE


def _is_unmoved(gate: Account, key: str) -> bool:
    return key not in gate.kiosk.boom.pulses
