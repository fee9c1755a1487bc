"""Several gates of a park under a random walk, beside an account that counts people on its fingers.

The gates are real checkpoints over stores in memory, cut off from the registry and joined to it again at random. The
account (tests/support/heads_account.py) knows nothing of their rules: what it says must be is compared with every
answer, every pulse, and in the end with what the registry makes of it all.
"""

import hashlib
import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from kiosk.admitting import Admission
from kiosk.errors import UsageError
from kiosk.facts import Scan
from kiosk.rules.entries import ActBody, DecisionBody, Entry, EntryKey, Use, core_bytes, read_core
from kiosk.rules.facts import NONE, Answers, Question
from kiosk.rules.keyring import Ticket as OpenedTicket
from kiosk.rules.permit import Party, PermitStatus
from kiosk.rules.policy import PolicySet, read_policy_set
from kiosk.rules.replay import replay
from kiosk.rules.revocation import Revocation, RevocationAction
from kiosk.rules.special import OfficialReason, SpecialKind
from kiosk.rules.standing import inside, settled
from kiosk.rules.ticket import Claims, Flag
from kiosk.rules.words import ActKind, Direction, Outcome, Reason, Source
from sync.registry.uses import conflicts_of
from tests.support.crashing_kiosk import DiedError
from tests.support.heads_account import (
    DAY,
    HeadsAccount,
    Right,
    Went,
    beyond,
    day_of,
    entries_less_exits,
    explained,
    is_guesswork,
)
from tests.support.memory_kiosk import MemoryKiosk, RingOfTexts, by_key, is_moving
from tests.support.park import DAY_TICKET, FREE_REENTRY, KID, NOON, SLOT, SmallPark, names, permit_of

PASS, CAR = 11, 12
CAR_SEATS = 9
LANES = ((1, 1), (2, 1), (3, 1), (3, 2))
MORNING = NOON - 6 * 3600
SAMPLED = 0.02


# what one lane may let in by itself: in a day, and of those inside at once
DAY_SHARE, INSIDE_SHARE = 25, 40


def _quota(name: str, counts: str, per: str, share: int) -> dict[str, Any]:
    shares = [{"gate": gate, "lane": lane, "heads": share} for gate, lane in LANES]
    order = {"authority": names("Akimat"), "document": "Order 12", "since": "2026-01-01"}
    return {"quota": name, "counts": counts, "per": per, "heads": share * len(LANES), "shares": shares} | order


@cache
def _rules(typed_code: str, *, has_quotas: bool) -> PolicySet:
    content = json.loads(SmallPark(policy={"typed_code_alone": typed_code}).set_bytes())
    content["products"] += [
        {"product": PASS, "names": names("Pass"), "kind": "pass"},
        {"product": CAR, "names": names("Car"), "kind": "day", "vehicle_class": "car"},
    ]
    if has_quotas:
        day, stay = _quota("day", "entered", "day", DAY_SHARE), _quota("stay", "inside", "stay", INSIDE_SHARE)
        content["tables"] = {"quotas": [day, stay]}
    return read_policy_set(json.dumps(content).encode())


@dataclass
class Ticket:
    """A ticket, and where it can be found."""

    text: str
    code: str
    claims: Claims
    right: Right
    product: int

    @property
    def permit(self) -> bytes:
        """The permit it names."""
        return self.right.permit


@dataclass
class Registry:
    """What a registry does with entries: it works out uses, and tells them to whoever asks."""

    entries: dict[bytes, dict[EntryKey, Entry]] = field(default_factory=lambda: defaultdict(dict))
    uses: dict[bytes, tuple[Use, ...]] = field(default_factory=dict)
    news: list[bytes] = field(default_factory=list)
    revocations: list[Revocation] = field(default_factory=list)

    def push(self, entries: Iterable[Entry]) -> None:
        """Take in what a gate wrote."""
        touched: dict[bytes, None] = {}
        for entry in entries:
            body = entry.body
            if isinstance(body, DecisionBody | ActBody) and body.permit is not None:
                self.entries[body.permit][entry.key] = entry
                touched[body.permit] = None
        for permit in touched:
            self.uses[permit] = settled(self.of_permit(permit))
            self.news.append(permit)

    def of_permit(self, permit: bytes) -> list[Entry]:
        """A permit's entries of all gates."""
        return by_key(list(self.entries.get(permit, {}).values()))


@dataclass
class Lane:
    """A kiosk, what is counted there, and how far it and the registry have told each other."""

    kiosk: MemoryKiosk
    account: HeadsAccount
    is_cut_off: bool = False
    was_in_doubt: bool = False
    pushed: int = 0
    heard: int = 0
    revoked: int = 0
    queue: list[Went] = field(default_factory=list)
    """What may still be overridden, annulled or corrected."""


@dataclass
class Seen:
    """What one act at a gate did."""

    answer: Entry | Question | None
    written: list[Entry]
    pulses: list[str]
    told: str = ""
    """Why nothing was done."""


class SeveralGates:
    """One park for some days; `step` does one event, `settle` brings all together and weighs it."""

    def __init__(self, seed: int, *, is_together: bool = False) -> None:
        self.chance = random.Random(seed)
        self.is_together = is_together
        """No gate is ever alone: each hears of all others after every event."""
        self.typed_admits = self.chance.random() < 0.5
        self.has_quotas = self.chance.random() < 0.5
        rules = _rules("admit" if self.typed_admits else "refer", has_quotas=self.has_quotas)
        self.ring = RingOfTexts(rules.keyring)
        self.policy = replace(rules, keyring=self.ring)
        self.at = MORNING
        self.registry = Registry()
        self.board: dict[bytes, dict[str, Went]] = defaultdict(dict)
        self.tickets: list[Ticket] = []
        self.lasting: list[Ticket] = []
        self._rights: dict[bytes, Right] = {}
        self.faults: list[str] = []
        self.events: Counter[str] = Counter()
        self._serial = seed * 1_000_000
        self.lanes = [self._lane(device, *place) for device, place in enumerate(LANES, start=1)]
        weighed: tuple[tuple[Callable[[Lane], None], float], ...] = (
            (self._scan_new, 13),
            (self._scan_known, 30),
            (self._scan_twice, 3),
            (self._scan_party, 7),
            (self._scan_exit, 13),
            (self._scan_code, 2),
            (self._scan_junk, 2),
            (self._tick, 17),
            (self._scan_lost, 1),
            (self._ambulance, 0.7),
            (self._strike_off, 1),
            (self._annul, 1.5),
            (self._override, 2),
            (self._correct, 1),
            (self._lapse, 0.4),
            (self._sync, 4),
            (self._push, 1),
            (self._pull, 1),
            (self._cut_off, 0.4),
            (self._joined_again, 0.6),
            (self._revoke, 0.7),
            (self._doubt, 0.4),
            (self._sure, 0.8),
            (self._restart, 0.3),
            (self._barrier_in_trouble, 1.5),
        )
        self._steps = [step for step, _ in weighed]
        self._weights = [weight for _, weight in weighed]
        for _ in range(4):
            self._new_ticket()

    def step(self) -> None:
        """One event at one lane."""
        self._pass_time(1)  # nobody goes out and comes in again within a second
        (step,) = self.chance.choices(self._steps, self._weights)
        self.events[step.__name__.strip("_")] += 1
        step(self.chance.choice(self.lanes))
        if self.is_together:
            self._meet()

    def settle(self) -> None:
        """All gates are joined again; what the registry makes of their entries is what the fingers say."""
        for lane in self.lanes:
            lane.is_cut_off = False
        self._meet()
        for lane in self.lanes:
            self._weigh_pulses(lane)
        for ticket in self.tickets:
            self._weigh_merged(ticket)

    # ---- events -----------------------------------------------------------------------------------------------------

    def _scan_new(self, lane: Lane) -> None:
        self._scan(lane, self._new_ticket())

    def _scan_known(self, lane: Lane) -> None:
        self._scan(lane, self._some_ticket())

    def _scan_twice(self, lane: Lane) -> None:
        ticket = self._some_ticket()
        self._scan(lane, ticket)
        self._scan(lane, ticket)

    def _scan_party(self, lane: Lane) -> None:
        """A party says how many of it go in now, rightly or not."""
        large = [one for one in self.tickets[-60:] if one.right.heads > 6]
        ticket = self.chance.choice(large) if large and self.chance.random() < 0.6 else self._some_ticket()
        most = self.chance.choice((2, ticket.right.heads, ticket.right.heads + 2))
        heads = self.chance.randint(0, most)
        answers = Answers(heads=heads)
        if self.chance.random() < 0.3 and heads:
            answers = Answers(party=Party(adults=heads - heads // 3, children=heads // 3))
        self._scan(lane, ticket, answers=answers)

    def _scan_exit(self, lane: Lane) -> None:
        heads = self.chance.choice((None, None, None, 1, 2, 5, 60))
        self._scan(lane, self._some_ticket(), direction=Direction.EXIT, answers=Answers(heads=heads))

    def _scan_code(self, lane: Lane) -> None:
        self._scan(lane, self._some_ticket(), is_typed=True)

    def _scan_lost(self, lane: Lane) -> None:
        """The ticket is lost and its permit is found by its code: the same right, on a ranger's word."""
        listed = [one for one in self.tickets[-40:] if one.code in lane.kiosk.replica.codes]
        if listed:
            way = self.chance.choice((Direction.ENTRY, Direction.ENTRY, Direction.EXIT))
            answers = Answers(heads=self.chance.choice((None, 1, 3)), holder_seen=True)
            self._scan(lane, self.chance.choice(listed), direction=way, answers=answers, is_lost=True)

    def _ambulance(self, lane: Lane) -> None:
        """The barrier first, the form later: no ticket, no right, and never a refusal."""
        lane.kiosk.checkpoint.turn(self.chance.choice(list(Direction)))
        lane.kiosk.barrier.trouble = self.chance.choice(("", "", "", "refuses", "dies_before", "dies_after"))
        trouble = lane.kiosk.barrier.trouble
        heads = self.chance.randint(1, 4)
        wanted = Admission(
            kind=SpecialKind.OFFICIAL,
            by="r1",
            category=OfficialReason.AMBULANCE,
            party=Party(adults=heads),
            second_by=str(self._serial + len(lane.kiosk.journal.entries)),
        )
        for each in (trouble, "") if trouble else ("",):  # and once more, if the barrier did not move
            seen = self._watched(lane, lambda: lane.kiosk.checkpoint.admit(wanted))
            body = seen.answer.body if isinstance(seen.answer, Entry) else None
            is_in = isinstance(body, DecisionBody) and body.outcome is Outcome.ADMITTED and body.party.heads == heads
            self._expect(is_in, f"an ambulance was not let in: {body} {seen.told}")
            if isinstance(seen.answer, Entry) and seen.written:
                self._record(lane, seen.answer)
            # where the barrier refused, somebody opened by hand, and who is said again is the next ambulance
            is_next = trouble in (each, "refuses")
            self._expect(bool(seen.written) is is_next, f"an ambulance was written down twice or not at all: {seen}")
            self._weigh_pulse(lane, seen, seen.answer, each)
            if each == "dies_after" or (each == "" and trouble):
                break

    def _strike_off(self, lane: Lane) -> None:
        """A ranger's word that a party is out, all of it or some."""
        went = self._some_admission(lane)
        if went is None or went.permit is None or went.direction is Direction.EXIT:
            return
        known = lane.account.known(went.permit)
        there, is_clear = entries_less_exits(known)
        party = Party(adults=1) if self.chance.random() < 0.3 else None
        act = lambda: lane.kiosk.checkpoint.acts.strike_off(went.entry_id, reason="seen on foot", by="r1", party=party)  # noqa: E731
        seen = self._watched(lane, act)
        self._expect(not seen.pulses, "a striking off moved the barrier")
        body = seen.answer.body if isinstance(seen.answer, Entry) else None
        heads = body.party.heads if isinstance(body, ActBody) and body.party else 0
        right = self._rights[went.permit]
        is_plain = (
            right.entries == 1 and not right.is_free and not right.seats and not lane.account.is_amended(went.permit)
        )
        came = sum(one.heads for one in known if one.direction is Direction.ENTRY)
        # gates that were alone may have seen the same heads leave twice: then fingers cannot tell who is inside
        if is_clear and is_plain and came <= right.heads and not is_guesswork(right, known):
            expected = there if party is None else min(1, there)
            self._expect(heads == expected, f"{heads} were struck off of {there}: {went}, {seen.told}")
        if isinstance(seen.answer, Entry) and seen.written:
            self._record(lane, seen.answer)

    def _scan_junk(self, lane: Lane) -> None:
        text = f"https://park.example/{self.chance.randint(0, 5)}"
        direction = self.chance.choice((Direction.ENTRY, Direction.EXIT))
        lane.kiosk.checkpoint.turn(direction)
        seen = self._watched(lane, lambda: lane.kiosk.checkpoint.scan(Scan(text=text, source=Source.CAMERA)))
        body = seen.answer.body if isinstance(seen.answer, Entry) else None
        is_refused = isinstance(body, DecisionBody) and body.reason is Reason.NOT_A_TICKET
        self._expect(is_refused and not seen.pulses, f"{text} was {body}")

    def _tick(self, _: Lane) -> None:
        step = self.chance.choice((1, 2, 3, 5, 20, 60, 119, 121, 300, 901, 1800, 3600))
        if self.chance.random() < 0.03:  # to the last seconds before midnight
            step = DAY - (self.at - MORNING + 6 * 3600) % DAY - self.chance.choice((1, 2, 30))
        self._pass_time(max(1, step))

    def _annul(self, lane: Lane) -> None:
        went = self._some_admission(lane)
        if went is None:
            return
        seen = self._watched(lane, lambda: lane.kiosk.checkpoint.acts.annul(went.entry_id, reason="a mistake", by="r1"))
        has_left = any(one.direction is Direction.EXIT for one in lane.account.known(went.permit))
        self._expect(not seen.pulses, f"annulling {went.entry_id} moved the barrier")
        if seen.written:
            lane.account.annul(went)
        elif went.direction is Direction.EXIT or not has_left:  # else somebody would have left who never came
            self.faults.append(f"{went.entry_id} could not be annulled: {seen.told}")

    def _correct(self, lane: Lane) -> None:
        went = self._some_admission(lane)
        if went is None or went.direction is Direction.EXIT or not went.heads:
            return
        party = Party(adults=self.chance.randint(1, went.heads + 1))
        act = lambda: lane.kiosk.checkpoint.acts.correct(went.entry_id, party=party, reason="counted", by="r1")  # noqa: E731
        if self._watched(lane, act).written:
            lane.account.correct(went, party.heads)

    def _override(self, lane: Lane) -> None:
        """A ranger lets in whom the gate did not: all of the party, or so many."""
        target = next((one for one in lane.kiosk.journal.latest(6) if _is_refusal(one)), None)
        if target is None or not isinstance(target.body, DecisionBody):
            return
        party = Party(adults=self.chance.randint(1, 4)) if self.chance.random() < 0.5 else None
        act = lambda: lane.kiosk.checkpoint.acts.override(target.id, reason="they were here", by="r1", party=party)  # noqa: E731
        seen = self._watched(lane, act)
        if not isinstance(seen.answer, Entry):
            return  # it was overridden before, is a rehearsal, or names no party
        body = seen.answer.body
        heads = party.heads if party else target.body.right.heads if target.body.right else 0
        assert isinstance(body, ActBody)
        if seen.written:
            self._expect(body.party is not None and body.party.heads == heads, f"{heads} heads, {body.party} went in")
            self._record(lane, seen.answer)
        self._weigh_pulse(lane, seen, seen.answer, trouble="")

    def _lapse(self, lane: Lane) -> None:
        ticket = self._some_ticket()
        scan = Scan(text=ticket.text, source=Source.CAMERA)
        seen = self._watched(lane, lambda: lane.kiosk.checkpoint.lapse(scan))
        self._expect(not seen.pulses, "a lapsed question moved a barrier")

    def _sync(self, lane: Lane) -> None:
        self._push(lane)
        self._pull(lane)

    def _push(self, lane: Lane) -> None:
        if lane.is_cut_off:
            return
        entries = lane.kiosk.journal.entries[lane.pushed :]
        lane.pushed += len(entries)
        self.registry.push([entry for entry in entries if is_moving(entry)])
        lane.account.tell(self.board)
        for entry in entries:
            if self.chance.random() < SAMPLED:
                again = read_core(core_bytes(entry))
                self._expect(core_bytes(again) == core_bytes(entry), f"{entry.id} is read as another entry")

    def _pull(self, lane: Lane) -> None:
        if lane.is_cut_off:
            return
        news = dict.fromkeys(self.registry.news[lane.heard :])
        lane.heard = len(self.registry.news)
        for permit in news:
            lane.kiosk.replica.of_gates[permit] = self.registry.uses[permit]
        lane.account.hear(self.board, news)
        for revocation in self.registry.revocations[lane.revoked :]:
            lane.kiosk.replica.revoke(revocation)
            lane.account.revoked[revocation.cti8] = revocation.effective
        lane.revoked = len(self.registry.revocations)
        lane.kiosk.replica.heard_at = self.at

    def _cut_off(self, lane: Lane) -> None:
        lane.is_cut_off = not self.is_together

    def _joined_again(self, lane: Lane) -> None:
        lane.is_cut_off = False
        self._sync(lane)

    def _revoke(self, _: Lane) -> None:
        ticket = self._some_ticket()
        row = Revocation(
            seq=len(self.registry.revocations) + 1,
            cti8=ticket.claims.cti[:8],
            action=RevocationAction.REVOKE,
            effective=self.at + self.chance.choice((-10, 0, 3600)),
        )
        self.registry.revocations.append(row)

    def _doubt(self, lane: Lane) -> None:
        """The clock was dead: somewhere around the true time, or an hour beside it."""
        if not self.is_together:  # what is written under a wrong time is weighed in its order, not in the true one
            off = self.chance.choice((0, 0, 0, -3000, 3000))
            lane.was_in_doubt = True
            lane.kiosk.clock.doubt = (self.chance.randint(4000, 2 * DAY), self.chance.randint(4000, DAY), off)

    def _sure(self, lane: Lane) -> None:
        lane.kiosk.clock.doubt = None

    def _restart(self, lane: Lane) -> None:
        lane.kiosk.restart()

    def _barrier_in_trouble(self, lane: Lane) -> None:
        """The barrier refuses a pulse, or the process ends before or after it; the ticket may come again at once."""
        trouble = self.chance.choice(("refuses", "dies_before", "dies_after"))
        ticket = self._new_ticket() if self.chance.random() < 0.5 else self._some_ticket()
        direction = Direction.EXIT if self.chance.random() < 0.2 else Direction.ENTRY
        self._scan(lane, ticket, direction=direction, trouble=trouble)
        if self.chance.random() < 0.7:
            self._scan(lane, ticket, direction=direction)

    # ---- one scan ---------------------------------------------------------------------------------------------------

    def _scan(
        self,
        lane: Lane,
        ticket: Ticket,
        *,
        direction: Direction = Direction.ENTRY,
        answers: Answers = NONE,
        is_typed: bool = False,
        is_lost: bool = False,
        trouble: str = "",
    ) -> None:
        kiosk, account = lane.kiosk, lane.account
        kiosk.checkpoint.turn(direction)
        kiosk.barrier.trouble = trouble
        moment = kiosk.clock.now()
        is_found = not is_typed or ticket.code in kiosk.replica.codes
        # a permit that is found asks for no pulse that its ticket is owed
        owed = account.owed(ticket.permit, direction, moment.now) if is_found and not is_lost else None
        source, text = (Source.TYPED, ticket.code) if is_typed else (Source.CAMERA, ticket.text)
        scan = Scan(text=text, source=source)
        lost = Admission(kind=SpecialKind.FOUND, by="r1", code=ticket.code)
        admitting = kiosk.checkpoint.admit
        seen = self._watched(
            lane, lambda: admitting(lost, answers) if is_lost else kiosk.checkpoint.scan(scan, answers)
        )
        answer = seen.answer
        where = f"gate {kiosk.record.gate}.{kiosk.record.lane} at {moment.now}, ticket {ticket.right}, {answers}"
        if owed is not None:
            got = answer.id if isinstance(answer, Entry) else answer
            self._expect(got == owed.entry_id and not seen.written, f"{owed.entry_id} owed its pulse, got {got}")
            self._weigh_pulse(lane, seen, answer, trouble)
            return
        if direction is Direction.EXIT:
            problem = account.exit_problem(ticket.right, answer, answers.wanted, is_found=is_found)
        else:
            wanted = answers.wanted
            is_closed = is_typed and not (is_found and self.typed_admits)
            right = ticket.right
            if (is_typed or is_lost) and right.cti8 in account.revoked:  # what the row says holds at any time
                right = replace(right, revoked_from=0)
            problem = account.entry_problem(right, answer, moment, wanted, is_closed=is_closed)
        if problem is not None:
            told = [(one.at, one.direction.value, one.heads) for one in account.known(ticket.permit)]
            self.faults.append(f"{problem}: {where}, known were {told}")
        self._expect(len(seen.written) == isinstance(answer, Entry), f"one scan wrote {len(seen.written)} entries")
        if isinstance(answer, Entry):
            self._weigh_replay(answer)
            if _is_admission(answer):
                self._record(lane, answer, answers.heads)
            self._weigh_shares(lane, answer, ticket.right)
        self._weigh_pulse(lane, seen, answer, trouble)

    def _watched(self, lane: Lane, act: Callable[[], Entry | Question]) -> Seen:
        """What an act answers, writes and moves; a process that died in it goes on as the next one."""
        journal, barrier = lane.kiosk.journal, lane.kiosk.barrier
        written, pulses = len(journal.entries), len(barrier.causes)
        answer: Entry | Question | None = None
        has_died, told = False, ""
        try:
            answer = act()
        except DiedError:
            has_died = True
            lane.kiosk.restart()
        except UsageError as error:
            told = str(error)
        barrier.trouble = ""
        new = [entry for entry in journal.entries[written:] if _is_of_a_person(entry)]
        if has_died:  # what the person at the gate did not hear
            answer = journal.get(barrier.last)
        return Seen(answer=answer, written=new, pulses=barrier.causes[pulses:], told=told)

    def _record(self, lane: Lane, entry: Entry, said: int | None = None) -> None:
        body = entry.body
        assert isinstance(body, DecisionBody | ActBody)
        went = Went(
            entry_id=entry.id,
            permit=body.permit,
            direction=body.place.direction,
            heads=body.party.heads if body.party and body.entry_number is not None else 0,
            returning=body.returning,
            at=entry.at,
            is_unknown=isinstance(body, DecisionBody) and body.reason is Reason.EXIT_UNKNOWN,
            said=said,
            is_by_hand=isinstance(body, ActBody),
            is_visitor=body.product != PASS and not (isinstance(body, DecisionBody) and body.reason is Reason.OFFICIAL),
            # of what a ranger did while the clock was in doubt only the estimate is written down
            true_at=entry.at if isinstance(body, ActBody) else self.at,
            most=None if isinstance(body, ActBody) else self._most_inside(body.permit),
            is_counted=not (isinstance(body, DecisionBody) and body.reason is Reason.TRAINING),
        )
        lane.account.record(went)
        lane.queue = [*lane.queue[-30:], went]

    def _most_inside(self, permit: bytes | None) -> int | None:
        right = self._rights.get(permit) if permit is not None else None
        return None if right is None or right.seats else right.heads

    # ---- weighing ---------------------------------------------------------------------------------------------------

    def _weigh_pulse(self, lane: Lane, seen: Seen, answer: Entry | Question | None, trouble: str) -> None:
        """Only an admission moves the barrier, once, and only if it still owes that."""
        went = lane.account.went.get(answer.id) if isinstance(answer, Entry) else None
        if went is None:
            self._expect(not seen.pulses, f"{seen.pulses} moved the barrier without an admission")
            return
        is_due = not went.is_pulsed
        expected = [went.entry_id] if is_due and trouble in ("", "dies_after") else []
        self._expect(seen.pulses == expected, f"pulses {seen.pulses} where {expected} were due, {trouble}")
        went.pulses += len(seen.pulses)
        if trouble == "dies_after" and seen.pulses:
            went.unwritten += 1
        elif seen.pulses:
            went.is_pulsed = True
        self.events["pulses"] += len(seen.pulses)

    def _weigh_pulses(self, lane: Lane) -> None:
        for cause, count in Counter(lane.kiosk.barrier.causes).items():
            went = lane.account.went.get(cause)
            self._expect(went is not None, f"a pulse without an admission: {cause}")
            if went is not None:
                self._expect(count == went.pulses <= 1 + went.unwritten, f"{cause} moved the barrier {count} times")

    def _weigh_shares(self, lane: Lane, answer: Entry, right: Right) -> None:
        """Nobody goes in by a lane beyond its share of a quota, and nobody is kept out while there is room."""
        body, account = answer.body, lane.account
        went = account.went.get(answer.id)
        if not self.has_quotas or not isinstance(body, DecisionBody) or body.place.direction is Direction.EXIT:
            return
        entered, there = account.entered(day_of(self.at)), account.inside_here()
        if body.reason is Reason.FULL:
            self.events["full"] += 1
            # who comes back on a ranger's word, or on an entry begun on another day, counts again: the strict way
            free = min(DAY_SHARE - account.entered(day_of(self.at), is_gross=True), INSIDE_SHARE - there)
            is_sure = not lane.was_in_doubt
            self._expect(not is_sure or free < _most(right), f"full, with {free} to go in: {right}, {body.details}")
        elif went is not None and went.is_there and went.is_visitor:
            is_new = went.heads > went.returning
            self._expect(not is_new or entered <= DAY_SHARE, f"{entered} came in here today, of {DAY_SHARE}: {went}")
            # whoever may come again without having left is counted where they came in first
            is_within = right.is_free or there <= INSIDE_SHARE
            self._expect(is_within, f"{there} came in here and are inside, of {INSIDE_SHARE}: {went}")

    def _weigh_replay(self, entry: Entry) -> None:
        if self.chance.random() < SAMPLED:
            again = read_core(core_bytes(entry))
            assert isinstance(again.body, DecisionBody)
            told = replay(again, again.body, self.policy)
            self._expect(not told.differences and told.undecidable is None, f"decided again: {told}")

    def _weigh_merged(self, ticket: Ticket) -> None:
        """Conflicts are the heads beyond the right over all gates, and who is inside is who came less who left."""
        right, entries = ticket.right, self.registry.of_permit(ticket.permit)
        uses = self.registry.uses.get(ticket.permit, ())
        went = [one for lane in self.lanes for one in lane.account.of(ticket.permit)]
        is_amended = any(one.is_amended for one in went)
        counted = explained(went)
        excess = sum(conflict.excess for conflict in conflicts_of(ticket.permit, entries, uses, self.policy))
        self.events["heads in conflict"] += excess
        told = f"{ticket.right} went {[(one.at, one.direction.value, one.heads) for one in counted]}"
        has_exits = any(one.direction is Direction.EXIT for one in went)
        if right.is_free or is_amended:
            return
        if self.is_together:
            self._expect(excess == 0, f"{excess} in conflict where no gate was ever alone: {told}")
        if not has_exits and right.seats is None:  # whoever sits in it, a vehicle has one way in
            expected = beyond(right, counted)
            self._expect(excess == expected, f"{excess} heads in conflict, {expected} beyond the right: {told}")
            self.events["conflicts weighed"] += expected > 0
        there = inside(uses)
        inside_now = sum(one.heads if one.direction is Direction.ENTRY else -one.heads for one in counted)
        if right.entries == 1 and inside_now >= 0:
            self._expect((there.party.heads if there else 0) == inside_now, f"{there} inside, {inside_now}: {told}")

    # ---- the world --------------------------------------------------------------------------------------------------

    def _lane(self, device: int, gate: int, lane: int) -> Lane:
        kiosk = MemoryKiosk(device=device, gate=gate, lane=lane, policy=self.policy, at=self.at)
        return Lane(kiosk=kiosk, account=HeadsAccount())

    def _meet(self) -> None:
        for act in (self._push, self._pull):
            for lane in self.lanes:
                act(lane)

    def _new_ticket(self) -> Ticket:
        self._serial += 1
        chance, midnight = self.chance, self.at - (self.at - MORNING + 6 * 3600) % DAY
        product = chance.choices((DAY_TICKET, SLOT, FREE_REENTRY, PASS, CAR), (55, 8, 10, 12, 15))[0]
        entries, nbf, exp = 1, midnight, midnight + DAY
        match product:
            case _ if product == PASS:
                entries, nbf, exp = 0, midnight - 5 * DAY, midnight + 20 * DAY
            case _ if product == SLOT:
                nbf = self.at + chance.choice((-3600, 0, 1800))
                exp = nbf + 3 * 3600
            case _ if chance.random() < 0.3:
                entries = chance.choice((1, 2, 3, 3, 0))
                exp = midnight + chance.choice((2, 3, 5)) * DAY
        party = Party(adults=chance.randint(1, 4), children=chance.choice((0, 0, 1, 2)))
        if chance.random() < 0.12:
            party = Party(
                adults=chance.randint(1, 40), preferential=chance.randint(0, 5), preschool=chance.randint(0, 5)
            )
        claims = Claims(
            cti=hashlib.sha256(self._serial.to_bytes(8, "big")).digest()[:16],
            park=self.policy.park,
            product=product,
            party=party,
            entries=entries,
            iat=midnight - DAY,
            nbf=nbf,
            exp=exp,
            gates=(1,) if chance.random() < 0.1 else None,
            flags=int(Flag.TRAINING) if chance.random() < 0.02 else 0,
        )
        row, text = permit_of(claims, PermitStatus.ACTIVE), f"KP1:{self._serial}"
        ticket = Ticket(text=text, code=row.code, claims=claims, right=_right(claims, row.id), product=product)
        key = self.ring.get(KID)
        assert key is not None
        self.ring.tickets[text] = OpenedTicket(claims=claims, key=key, signature=b"")
        # a typed code does not tell that its ticket is for a rehearsal
        if chance.random() < 0.7 and not ticket.right.is_rehearsal:
            for lane in self.lanes:
                lane.kiosk.replica.put(row, claims.cti)
        self.tickets.append(ticket)
        self._rights[row.id] = ticket.right
        if exp > midnight + DAY:
            self.lasting.append(ticket)
        return ticket

    def _some_ticket(self) -> Ticket:
        lot = self.chance.random()
        if lot < 0.25 and self.lasting:
            return self.chance.choice(self.lasting[-25:])
        return self.chance.choice(self.tickets[-25:] if lot < 0.9 else self.tickets[-200:])

    def _some_admission(self, lane: Lane) -> Went | None:
        open_ = [one for one in lane.queue if not one.is_annulled]
        return self.chance.choice(open_) if open_ else None

    def _pass_time(self, seconds: int) -> None:
        self.at += seconds
        for lane in self.lanes:
            lane.kiosk.clock.at = self.at

    def _expect(self, is_so: bool, otherwise: str) -> None:
        if not is_so:
            self.faults.append(otherwise)


def walk(seed: int, steps: int, *, lifetime: int = 2000) -> tuple[Counter[str], list[str]]:
    """So many steps, in parks of `lifetime` steps each, one in four of which is never cut off: events and faults."""
    events: Counter[str] = Counter()
    for life, done in enumerate(range(0, steps, lifetime)):
        world = SeveralGates(seed * 10_007 + life, is_together=life % 4 == 1)
        for _ in range(min(lifetime, steps - done)):
            world.step()
            if world.faults:
                return events + world.events, [f"seed {seed}, life {life}: {fault}" for fault in world.faults]
        world.settle()
        events += world.events
        events["parks"] += 1
        events["days"] += day_of(world.at) - day_of(MORNING) + 1
        events["tickets"] += len(world.tickets)
        if world.faults:
            return events, [f"seed {seed}, life {life}: {fault}" for fault in world.faults]
    return events, []


def _most(right: Right) -> int:
    return right.seats or right.heads


def _right(claims: Claims, permit: bytes) -> Right:
    is_day = claims.product in (DAY_TICKET, FREE_REENTRY, CAR)
    return Right(
        permit=permit,
        cti8=claims.cti[:8],
        heads=claims.party.heads,
        entries=claims.entries,
        good_from=claims.nbf - (1200 if is_day else 300),
        good_until=claims.exp + (7500 if is_day else 300),
        is_free=claims.product == FREE_REENTRY,
        is_rehearsal=claims.has(Flag.TRAINING),
        seats=max(CAR_SEATS, claims.party.heads) if claims.product == CAR else None,
    )


def _is_admission(entry: Entry) -> bool:
    body = entry.body
    if isinstance(body, DecisionBody):
        return body.outcome is Outcome.ADMITTED
    return isinstance(body, ActBody) and body.act is ActKind.OVERRIDE


def _is_refusal(entry: Entry) -> bool:
    return isinstance(entry.body, DecisionBody) and entry.body.outcome is not Outcome.ADMITTED


def _is_of_a_person(entry: Entry) -> bool:
    """Not what a kiosk writes by itself: the opening of its chain, its trust, and what its barrier did."""
    body = entry.body
    return isinstance(body, DecisionBody) or (
        isinstance(body, ActBody) and body.act not in (ActKind.PULSE, ActKind.POSITION)
    )
