"""A lane's share of a quota, as the journal on the disk has it: over restarts, acts, damage and a clock in doubt."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.errors import EnvironmentalError
from kiosk.facts import Scan
from kiosk.replaying import decisions, replay_all
from kiosk.rules.entries import DecisionBody, Entry
from kiosk.rules.facts import Answers
from kiosk.rules.moment import Moment
from kiosk.rules.permit import Party
from kiosk.rules.ticket import LATEST_TIME
from kiosk.rules.words import ClockTrust, Direction, Reason, Source
from kiosk.store import driver
from kiosk.store.driver import Connection
from tests.support.gate import Gate, gate
from tests.support.park import NOON, SmallPark, names

HOUR, DAY = 3600, 86_400
MIDNIGHT = NOON - 12 * HOUR
ORDER: dict[str, Any] = {"authority": names("Park"), "document": "No 3"}
THREE = {"party": Party(adults=2, children=1)}
LONG: dict[str, Any] = {"nbf": MIDNIGHT - 5 * DAY, "exp": MIDNIGHT + 5 * DAY, "iat": MIDNIGHT - 6 * DAY}


def park(*, version: int = 1, heads: int = 6, **fields: Any) -> SmallPark:
    quota = {"quota": "day", "counts": "entered", "per": "day", "heads": 66, "since": "2026-05-01"} | ORDER
    quota |= {"shares": [{"gate": 1, "lane": 1, "heads": heads}]}
    return SmallPark(version=version, tables={"quotas": [quota | fields]})


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Gate]:
    with gate(tmp_path / "gate", park()) as made:
        yield made


def scan(here: Gate, serial: int, heads: int | None = None, **claims: Any) -> DecisionBody:
    return body(scanned(here, serial, heads, **claims))


def scanned(here: Gate, serial: int, heads: int | None = None, **claims: Any) -> Entry:
    here.clock.at += 150  # beyond what may be the same scan
    text = here.park.ticket(serial, **(LONG | claims))
    entry = here.checkpoint.scan(Scan(text=text, source=Source.CAMERA), Answers(heads=heads))
    assert isinstance(entry, Entry), entry
    return entry


def body(entry: Entry) -> DecisionBody:
    assert isinstance(entry.body, DecisionBody)
    return entry.body


def test_a_lane_lets_in_its_share_and_not_one_more(here: Gate) -> None:
    assert [scan(here, serial).reason for serial in (1, 2)] == [Reason.UNLISTED, Reason.UNLISTED]
    full = scan(here, 3)
    assert (full.reason, full.details["left"], full.details["share"]) == (Reason.FULL, 0, 6)
    here.clock.at += DAY
    assert scan(here, 3).reason is Reason.UNLISTED


def test_of_a_larger_party_as_many_go_in_as_are_left(here: Gate) -> None:
    scan(here, 1)
    assert scan(here, 2, party=Party(adults=5)).details["left"] == 3
    assert scan(here, 2, heads=3, party=Party(adults=5)).reason is Reason.PARTIAL
    assert scan(here, 4).details["left"] == 0


def test_a_restart_forgets_nothing(here: Gate) -> None:
    scan(here, 1)
    with gate(here.home.path, here.park) as again:
        again.clock.at = here.clock.at
        assert scan(again, 2).reason is Reason.UNLISTED
        assert scan(again, 3).reason is Reason.FULL
    here.clock.at += 1000
    assert scan(here, 3).reason is Reason.FULL, "nor does a process that another one wrote beside"


def test_an_entry_that_never_reached_the_disk_takes_no_place(here: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    scan(here, 1)
    real = driver.writing

    def failing(database: Connection, name: str) -> Any:
        raise EnvironmentalError("journal.db: Input/output error")

    monkeypatch.setattr(driver, "writing", failing)
    with pytest.raises(EnvironmentalError):
        scan(here, 2)
    monkeypatch.setattr(driver, "writing", real)
    assert scan(here, 2).reason is Reason.UNLISTED
    assert scan(here, 3).reason is Reason.FULL


def test_annulments_corrections_and_overrides_count(here: Gate) -> None:
    first = scanned(here, 1)
    scan(here, 2)
    here.checkpoint.acts.annul(first.id, reason="the turnstile did not turn", by="device")
    third = scanned(here, 3)
    assert body(third).reason is Reason.UNLISTED
    here.checkpoint.acts.correct(third.id, party=Party(adults=2), reason="counted", by="device")
    assert scan(here, 4).details["left"] == 1
    full = scanned(here, 5)
    here.checkpoint.acts.override(full.id, reason="a child", by="device", party=Party(children=1))
    assert scan(here, 4).details["left"] == 0


def test_one_out_one_in(tmp_path: Path) -> None:
    with gate(tmp_path / "gate", park(counts="inside", per="stay")) as here:
        scan(here, 1)
        scan(here, 2)
        assert (scan(here, 3).reason, scan(here, 3).details["counts"]) == (Reason.FULL, "inside")
        here.clock.at += DAY
        assert scan(here, 3).reason is Reason.FULL, "nobody left over night"
        here.checkpoint.turn(Direction.EXIT)
        assert scan(here, 1, heads=2).reason is Reason.EXIT
        here.checkpoint.turn(Direction.ENTRY)
        assert scan(here, 3).details["left"] == 2


def test_a_set_that_counts_otherwise_counts_what_was_before_it(here: Gate) -> None:
    scan(here, 1)
    here.stage(park(version=2, heads=4))
    assert scan(here, 2).details["left"] == 1
    here.stage(park(version=3, per="slot", slots=["00:00-12:30", "12:30-23:00"]))
    here.clock.at = NOON + HOUR
    assert scan(here, 2).reason is Reason.UNLISTED
    here.clock.at = NOON + HOUR // 4
    assert scan(here, 4).reason is Reason.UNLISTED
    assert scan(here, 5).reason is Reason.FULL


def test_a_lost_journal_is_never_taken_for_an_empty_one(here: Gate) -> None:
    scan(here, 1)
    here.deliveries.witness(here.journal.head())
    here.deliveries.signed(NOON)
    here.home.journal_file.write_bytes(bytes(8192))
    with gate(here.home.path, here.park) as again:
        again.know(*(again.park.claims(serial, **LONG) for serial in (2, 3)))
        again.deliveries.signed(NOON)
        again.clock.at = here.clock.at
        # each of the permit's own uses was told back, what the lane counted was not
        lost = scan(again, 2)
        assert (lost.reason, lost.outcome) == (Reason.USES_UNKNOWN, "referred")
        again.clock.at += DAY
        assert scan(again, 3).reason is Reason.OK


class Doubtful:
    """A clock in doubt, or not."""

    def __init__(self) -> None:
        self.moment = Moment.at(NOON)

    def now(self) -> Moment:
        return self.moment

    def proven(self) -> Moment:
        return self.moment

    def wall(self) -> int:
        return self.moment.now

    def signed(self, at: int, *, is_live: bool = False) -> None:
        pass

    def lowest(self) -> int:
        return 0

    def confirm(self, at: int) -> None:
        self.moment = Moment.at(at)


def test_heads_let_in_while_the_day_was_in_doubt_count_on_each_day_it_may_have_been(tmp_path: Path) -> None:
    clock = Doubtful()
    with gate(tmp_path / "gate", park(), clock=clock) as here:
        clock.moment = Moment(earliest=NOON - DAY, latest=NOON + DAY, trust=ClockTrust.SUSPECT, best=NOON - DAY)
        entry = here.checkpoint.scan(Scan(text=here.park.ticket(1, **LONG), source=Source.CAMERA))
        assert isinstance(entry, Entry)
        assert (entry.at, body(entry).reason) == (NOON - DAY, Reason.UNLISTED)
        clock.moment = Moment.at(NOON)
        assert scan(here, 2).reason is Reason.UNLISTED
        assert scan(here, 3).reason is Reason.FULL
        # what happened before a known time did not happen after it
        clock.moment = Moment.at(NOON + DAY)
        assert [scan(here, serial).reason for serial in (4, 5, 6)] == [Reason.UNLISTED, Reason.UNLISTED, Reason.FULL]
    with gate(tmp_path / "gate", park(), clock=clock) as here:
        clock.moment = Moment.at(NOON + 1)
        assert scan(here, 3).reason is Reason.FULL


def test_what_was_lost_while_nobody_knew_how_late_it_was_is_in_doubt_until_the_next_known_time(here: Gate) -> None:
    scan(here, 1)
    here.deliveries.witness(here.journal.head())
    here.deliveries.signed(NOON)
    here.home.journal_file.write_bytes(bytes(8192))
    clock = Doubtful()
    clock.moment = Moment.between(NOON, LATEST_TIME, NOON)
    with gate(here.home.path, here.park, clock=clock) as again:
        again.know(*(again.park.claims(serial, **LONG) for serial in (2, 3)))
        again.deliveries.signed(NOON)
        assert scan(again, 2).outcome == "referred"
        clock.moment = Moment.at(NOON + HOUR)
        assert scan(again, 2).reason is Reason.USES_UNKNOWN
        clock.moment = Moment.at(NOON + DAY)
        assert scan(again, 3).reason is Reason.OK


def test_every_verdict_is_decided_again_the_same(here: Gate) -> None:
    for serial in range(1, 7):
        scan(here, serial, party=Party(adults=serial))
    told = replay_all(decisions(here.journal, days=60), here.policies)
    assert (told.decisions, told.same) == (6, 6), told


def test_a_closure_that_arrives_by_sync_holds_from_its_own_second(tmp_path: Path) -> None:
    with gate(tmp_path / "gate") as here:
        fire = {"cause": "fire", "since": NOON + 1000, "until": None} | ORDER
        here.stage(SmallPark(version=2, tables={"closures": [fire]}))
        here.clock.at = NOON + 1000 - 151
        assert scan(here, 1).reason is Reason.UNLISTED
        here.clock.at = NOON + 1000 - 150
        assert scan(here, 2).reason is Reason.CLOSED
        here.stage(replace(park(), version=3, tables={"closures": [fire | {"until": NOON + 2000}]}))
        here.clock.at = NOON + 2000 - 150
        assert scan(here, 2).reason is Reason.UNLISTED
