"""Shares of a quota at the registry: divided among lanes, moved between gates, and never given twice."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from kiosk.errors import UsageError
from kiosk.rules.entries import TrustBody
from kiosk.rules.policy import DAY_SECONDS
from sync.registry import database as db
from sync.registry.enrolling import DeviceStatus
from sync.registry.issuing import IssuedTicket
from sync.registry.service import RegistryService
from sync.registry.shares import ShareState, grants
from tests.support.park import names
from tests.sync.registry.conftest import NOON, Gate, HeldClock

GateAt = Callable[..., Gate]
Issue = Callable[..., IssuedTicket]
ORDER: dict[str, Any] = {"authority": names("Park"), "document": "No 3"}


def want(service: RegistryService, *shares: dict[str, int], heads: int = 66, **fields: Any) -> None:
    """Write the quota into the park's tables, and publish it."""
    quota = {"quota": "day", "counts": "entered", "per": "day", "heads": heads, "since": "2026-05-01", "until": None}
    tables = {"quotas": [quota | {"shares": list(shares)} | ORDER | fields]}
    with service.database.writing() as connection:
        connection.execute(update(db.park).where(db.park.c.park_id == 7).values(tables=tables))
    service.publish_set(7)


def share(gate: int, heads: int, lane: int | None = None) -> dict[str, int]:
    return {"gate": gate, "heads": heads} | ({} if lane is None else {"lane": lane})


def published(service: RegistryService) -> dict[tuple[int, int], int]:
    """What the newest set gives to each lane."""
    (quota,) = service.policy_set(7).tables.quotas
    return {(each.gate, each.lane): each.heads for each in quota.shares}


def believe(service: RegistryService, gate: Gate, at: int = NOON) -> None:
    """The gate writes down that it believes the newest set, and hands its entries over."""
    trust = service.policy_set(7)
    gate.push(gate.write(TrustBody(park=7, version=trust.version, digest=trust.digest), at))


def states(service: RegistryService) -> dict[tuple[int, int], ShareState]:
    return {(state.gate, state.lane): state for state in service.shares(7)}


def test_what_a_gate_has_is_divided_among_its_lanes_for_entering(service: RegistryService) -> None:
    want(service, share(1, 40), share(2, 5), share(3, 9, lane=1))
    assert published(service) == {(1, 1): 40, (2, 1): 3, (2, 2): 2, (3, 1): 9}


def test_a_share_is_taken_at_once_and_given_when_the_giver_has_said_so(
    service: RegistryService, gate_at: GateAt
) -> None:
    want(service, share(3, 40), share(4, 26))
    third, fourth = gate_at(7, 3), gate_at(7, 4)
    believe(service, third)
    believe(service, fourth)
    version = service.move_share(7, "day", giver=3, taker=4, heads=10).version
    assert published(service) == {(3, 1): 30, (4, 1): 26}
    assert states(service)[3, 1] == ShareState(quota="day", gate=3, lane=1, wanted=30, granted=30, held=40, used=0)
    believe(service, fourth)
    assert service.policy_set(7).version == version, "not the taker's word is waited for"
    believe(service, third)
    assert service.policy_set(7).version == version + 1
    assert published(service) == {(3, 1): 30, (4, 1): 36}
    assert all(state.is_settled for state in service.shares(7))
    assert service.settle_shares(7) is None


def test_what_the_giver_let_in_before_it_knew_is_taken_off_until_the_next_day(
    service: RegistryService, gate_at: GateAt, ticket: Issue, clock: HeldClock
) -> None:
    want(service, share(3, 40), share(4, 26))
    third, fourth = gate_at(7, 3), gate_at(7, 4)
    believe(service, third)
    believe(service, fourth)
    third.push(third.admit(ticket(adults=36)))
    service.move_share(7, "day", giver=3, taker=4, heads=10)
    believe(service, third)
    assert published(service) == {(3, 1): 30, (4, 1): 30}, "36 and 30 are 66"
    assert states(service)[3, 1].used == 36
    believe(service, fourth)
    clock.at += DAY_SECONDS
    assert service.settle_shares(7) is not None
    assert published(service) == {(3, 1): 30, (4, 1): 36}


def test_an_entry_that_hangs_in_the_air_is_no_word(service: RegistryService, gate_at: GateAt, ticket: Issue) -> None:
    want(service, share(3, 40), share(4, 26))
    third = gate_at(7, 3)
    gate_at(7, 4)
    believe(service, third)
    service.move_share(7, "day", giver=3, taker=4, heads=10)
    admitted = third.admit(ticket(adults=38))
    believe(service, third)
    assert published(service)[4, 1] == 26, "an entry before it has not come in"
    third.push(admitted)
    assert published(service)[4, 1] == 28


def test_a_lane_without_a_kiosk_gives_at_once_and_a_revoked_one_holds_nothing(
    service: RegistryService, gate_at: GateAt
) -> None:
    want(service, share(3, 40), share(4, 26))
    service.move_share(7, "day", giver=3, taker=4, heads=10)
    assert published(service) == {(3, 1): 30, (4, 1): 36}
    third = gate_at(7, 3)
    service.move_share(7, "day", giver=3, taker=4, heads=10)
    assert published(service) == {(3, 1): 20, (4, 1): 36}, "it may have fetched the set of the day it was enrolled"
    service.set_device_status(third.device, DeviceStatus.REVOKED, "stolen")
    service.settle_shares(7)
    assert published(service) == {(3, 1): 20, (4, 1): 46}


def test_a_kiosk_that_takes_anothers_place_counts_from_then_on(
    service: RegistryService, gate_at: GateAt, clock: HeldClock
) -> None:
    want(service, share(3, 40), share(4, 26))
    gate_at(7, 3)
    assert service.policy_set(7).tables.quotas[0].counted_from(3, 1) is None
    clock.at += 60
    gate_at(7, 3)
    quota = service.policy_set(7).tables.quotas[0]
    assert quota.counted_from(3, 1) == NOON + 60
    assert quota.counted_from(4, 1) is None


def test_tables_written_by_hand_are_granted_as_carefully(service: RegistryService, gate_at: GateAt) -> None:
    want(service, share(3, 40), share(4, 26))
    believe(service, third := gate_at(7, 3))
    want(service, share(4, 66))
    assert published(service) == {(3, 1): 0, (4, 1): 26}
    want(service, share(5, 40), heads=40)
    assert published(service) == {(3, 1): 0, (5, 1): 0}, "nothing may be given away before it is given up"
    believe(service, third)
    assert published(service) == {(5, 1): 40}


def test_a_move_that_cannot_be_meant_is_a_sentence(service: RegistryService) -> None:
    assert service.shares(7) == []
    with pytest.raises(UsageError, match="no quota 'day': it has none"):
        service.move_share(7, "day", giver=3, taker=4, heads=1)
    want(service, share(3, 40), share(4, 26))
    for giver, taker, heads, words in (
        (3, 3, 1, "these are the same"), (3, 4, 41, "Gate 3 has 40 heads"), (5, 4, 1, "Gate 5 has 0 heads"),
        (3, 9, 1, "no gate 9"), (3, 4, 0, "cannot give 0"),
    ):  # fmt: skip
        with pytest.raises(UsageError, match=words):
            service.move_share(7, "day", giver=giver, taker=taker, heads=heads)
    with pytest.raises(UsageError, match="no quota 'night': day"):
        service.move_share(7, "night", giver=3, taker=4, heads=1)


def test_of_a_park_that_is_not_there_it_is_said_that_it_is_not(service: RegistryService) -> None:
    for ask in (
        service.shares,
        service.settle_shares,
        lambda park: service.move_share(park, "day", giver=3, taker=4, heads=1),
    ):
        with pytest.raises(UsageError, match="There is no park 99 in this registry"):
            ask(99)


# ---- in values: the registry and its lanes, whoever hears of what when ---------------------------------------------


class Park:
    """A quota of 66 for three lanes: each believes some set since the one it spoke of last, and lets in what it may."""

    def __init__(self) -> None:
        self.wanted = {(3, 1): 30, (4, 1): 20, (5, 1): 16}
        self.sets = [dict(self.wanted)]
        self.believed, self.spoken = dict.fromkeys(self.wanted, 0), dict.fromkeys(self.wanted, 0)
        self.used, self.known = dict.fromkeys(self.wanted, 0), dict.fromkeys(self.wanted, 0)

    def publish(self) -> None:
        """A further set, by what the lanes have said of themselves."""
        held = {lane: max(each[lane] for each in self.sets[self.spoken[lane] :]) for lane in self.wanted}
        self.sets.append(grants(66, self.wanted, held, self.known))

    def move(self, giver: int, taker: int, heads: int) -> None:
        """Less here, more there."""
        heads = min(heads, self.wanted[giver, 1])
        self.wanted[giver, 1] -= heads
        self.wanted[taker, 1] += heads
        self.publish()

    def act(self, what: str, gate: int, heads: int) -> None:
        """Fetch the newest set, speak to the registry, or let in as many as the share leaves."""
        lane = gate, 1
        if what == "hear":
            self.believed[lane] = len(self.sets) - 1
        elif what == "speak":
            self.spoken[lane], self.known[lane] = self.believed[lane], self.used[lane]
            self.publish()
        else:
            share = self.sets[self.believed[lane]][lane]
            self.used[lane] += max(0, min(heads, share - self.used[lane]))

    def sleep(self) -> None:
        """The next day begins, for everybody."""
        self.used, self.known = dict.fromkeys(self.wanted, 0), dict.fromkeys(self.wanted, 0)


gates = st.integers(3, 5)
moves = st.tuples(st.just("move"), gates, gates, st.integers(1, 40))
acts = st.tuples(st.sampled_from(["hear", "speak", "fill", "fill"]), gates, gates, st.sampled_from([1, 7, 66]))
nights = st.tuples(st.just("night"), gates, gates, st.just(0))


def excess(walk: list[tuple[str, int, int, int]]) -> int:
    """How far beyond the quota the lanes together ever got."""
    park, most = Park(), 0
    for what, gate, taker, heads in walk:
        if what == "night":
            park.sleep()
        elif what == "move":
            park.move(gate, taker, heads)
        else:
            park.act(what, gate, heads)
        most = max(most, sum(park.used.values()) - 66)
    return most


@settings(max_examples=500)
@given(walk=st.lists(moves | acts | acts | acts | nights, max_size=40))
def test_whatever_is_moved_heard_and_said_in_whatever_order_the_whole_is_never_exceeded(
    walk: list[tuple[str, int, int, int]],
) -> None:
    assert excess(walk) <= 0


def test_the_walk_finds_a_share_that_is_given_before_it_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    full = [("fill", gate, 3, 66) for gate in (3, 4, 5)]
    early: list[tuple[str, int, int, int]] = [*full, ("move", 3, 4, 10), ("hear", 4, 3, 0), ("fill", 4, 3, 66)]
    late: list[tuple[str, int, int, int]] = [
        *full, ("move", 3, 4, 10), ("hear", 3, 3, 0), ("speak", 3, 3, 0), ("hear", 4, 3, 0), ("fill", 4, 3, 66),
    ]  # fmt: skip
    assert (excess(early), excess(late)) == (0, 0)
    real = grants
    monkeypatch.setitem(globals(), "grants", lambda heads, wanted, held, used: dict(wanted))
    assert excess(early) == 10
    nothing = dict.fromkeys(Park().wanted, 0)
    monkeypatch.setitem(globals(), "grants", lambda heads, wanted, held, used: real(heads, wanted, held, nothing))
    assert excess(late) == 10
