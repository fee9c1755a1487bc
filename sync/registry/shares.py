"""The shares of a quota: divided among lanes, and moved from one to another without ever being given twice.

What a park wants stands in its tables, by gate or by lane. What is published is what may be granted: a lane gets more
only when those that give have written down that they believe a set with less, and what they let in before is taken off.
So the whole is never exceeded, whichever of the gates is out of reach, and whatever an operator writes into the tables.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from kiosk.errors import UsageError
from kiosk.rules.entries import Place, TrustBody, read_core
from kiosk.rules.limits import offset_of
from kiosk.rules.passages import passages_of
from kiosk.rules.policy import PolicySet, read_policy_set
from kiosk.rules.quota import period_at
from kiosk.rules.running import tallied
from kiosk.rules.words import Direction, EntryKind, LaneDirection
from sync.registry import database as db
from sync.registry import enrolling
from sync.registry.enrolling import Device, DeviceStatus

Lane = tuple[int, int]
ENTERING = (LaneDirection.ENTRY, LaneDirection.BOTH)


@dataclass(frozen=True, kw_only=True, slots=True)
class ShareState:
    """One lane's share: what the park wants, what may be granted now, what its devices may still hold or have used."""

    quota: str
    gate: int
    lane: int
    wanted: int
    granted: int
    held: int
    """The most that a device of this lane may believe until it has written down a newer set."""
    used: int
    """Heads that it is known to have let in during the present period."""

    @property
    def is_settled(self) -> bool:
        """Whether the lane has what the park wants, and believes no more."""
        return self.granted == self.wanted and self.held <= self.wanted


def granted(connection: Connection, park: int, tables: Mapping[str, Any], now: int) -> dict[str, Any]:
    """The tables as they may be published now: each quota with the shares that its lanes may have."""
    rows = tables.get("quotas")
    if not rows:
        return dict(tables)
    known = _Known(connection, park, now)
    return {**tables, "quotas": [{**row, "shares": known.published(row)} for row in rows]}


def states(connection: Connection, park: int, tables: Mapping[str, Any], now: int) -> list[ShareState]:
    """Every lane's share of every quota, in the order of the tables and then of gates and lanes."""
    known = _Known(connection, park, now)
    return [state for row in tables.get("quotas") or [] for state in known.states(row)]


def wanted_shares(connection: Connection, park: int, row: Mapping[str, Any]) -> dict[Lane, int]:
    """What a quota's row wants, by lane; what it says of a gate alone is divided among its lanes for entering."""
    found: dict[Lane, int] = defaultdict(int)
    for share in row.get("shares") or []:
        gate, lane = share["gate"], share.get("lane")
        lanes = [lane] if lane is not None else entry_lanes(connection, park, gate)
        each, more = divmod(share["heads"], len(lanes))
        for place, number in enumerate(lanes):
            found[gate, number] += each + (place < more)
    return dict(sorted(found.items()))


def moved(
    connection: Connection, park: int, row: Mapping[str, Any], giver: int, taker: int, heads: int
) -> dict[str, Any]:
    """The quota's row with so many heads less at one gate and more at another; UsageError where it has not so many."""
    shares = wanted_shares(connection, park, row)
    has = sum(number for (gate, _), number in shares.items() if gate == giver)
    if giver == taker:
        raise UsageError("A share is moved from one gate to another: these are the same.")
    if not 1 <= heads <= has:
        raise UsageError(f"Gate {giver} has {has} heads of the quota {row['quota']!r}: it cannot give {heads}.")
    lanes = entry_lanes(connection, park, taker)
    for _ in range(heads):  # one by one, so that the lanes of a gate stay about alike
        most = max((lane for lane in shares if lane[0] == giver), key=lambda lane: shares[lane])
        least = min(lanes, key=lambda lane: shares.get((taker, lane), 0))
        shares[most] -= 1
        shares[taker, least] = shares.get((taker, least), 0) + 1
    return {**row, "shares": [_share(lane, number) for lane, number in sorted(shares.items())]}


def grants(
    heads: int, wanted: Mapping[Lane, int], held: Mapping[Lane, int], used: Mapping[Lane, int]
) -> dict[Lane, int]:
    """What each lane may have in a set published now, so that the whole is not exceeded, whoever hears of it when.

    `held` is the most that a lane may go by until it is heard of again, `used` what it is known to have let in.
    """
    # what is spent of the whole, should every lane do all that it may without hearing of this set
    pool = heads - sum(max(held[lane], used[lane]) for lane in wanted)
    found = {}
    for lane, want in wanted.items():
        has = held[lane]
        found[lane] = min(want, has)
        if want > has and pool >= 0:
            found[lane] = min(want, max(has, used[lane]) + pool)
            pool -= max(0, found[lane] - max(has, used[lane]))
    return found


def entry_lanes(connection: Connection, park: int, gate: int) -> list[int]:
    """The lanes of a gate by which one enters; UsageError where there is none."""
    lanes = lanes_for_entering(connection, park, gate)
    if not lanes:
        raise UsageError(f"Park {park} has no gate {gate} with a lane by which anybody enters.")
    return lanes


def lanes_for_entering(connection: Connection, park: int, gate: int) -> list[int]:
    """The lanes of a gate by which one enters, rising; none where it has only others, or is not there."""
    table = db.lane
    here = table.c.park_id == park, table.c.gate == gate, table.c.direction.in_([way.value for way in ENTERING])
    return list(connection.execute(select(table.c.lane).where(*here).order_by(table.c.lane)).scalars())


def _share(lane: Lane, heads: int) -> dict[str, int]:
    return {"gate": lane[0], "lane": lane[1], "heads": heads}


class _Known:
    """What the registry knows of the devices of a park, for one decision about its shares."""

    def __init__(self, connection: Connection, park: int, now: int) -> None:
        self._connection, self._park, self._now = connection, park, now
        self._devices: dict[Lane, list[Device]] = defaultdict(list)
        for device in enrolling.of_park(connection, park):
            self._devices[device.gate, device.lane].append(device)
        self._sets = _published_shares(connection, park)
        self._rules = _newest_rules(connection, park)

    def published(self, row: Mapping[str, Any]) -> list[dict[str, int]]:
        """The shares as they stand in a set that is published now."""
        return [
            _share((each.gate, each.lane), each.granted) | self._counted_from((each.gate, each.lane))
            for each in self.states(row)
        ]

    def states(self, row: Mapping[str, Any]) -> list[ShareState]:
        """The lanes of one quota, those included that are to give up all they have."""
        name = row["quota"]
        wanted = wanted_shares(self._connection, self._park, row)
        ever = {*wanted, *(lane for shares in self._sets.values() for lane in shares.get(name, {}))}
        held = {lane: self._held(name, lane) for lane in sorted(ever)}
        lanes = [lane for lane in held if wanted.get(lane, 0) or held[lane]]
        wants_more = any(wanted.get(lane, 0) > held[lane] for lane in lanes)
        used = {lane: self._used(name, lane) if wants_more else 0 for lane in lanes}
        may_have = grants(row["heads"], {lane: wanted.get(lane, 0) for lane in lanes}, held, used)
        return [
            ShareState(
                quota=name,
                gate=gate,
                lane=number,
                wanted=wanted.get((gate, number), 0),
                granted=may_have[gate, number],
                held=held[gate, number],
                used=used[gate, number],
            )
            for gate, number in lanes
        ]

    def _held(self, name: str, lane: Lane) -> int:
        """The most that the devices of this lane may go by: of all sets since the one they are known to believe."""
        return sum(
            max(
                (shares.get(name, {}).get(lane, 0) for version, shares in self._sets.items() if version >= since),
                default=0,
            )
            for device in self._devices[lane]
            if device.status is not DeviceStatus.REVOKED and (since := self._believed(device)) is not None
        )

    def _believed(self, device: Device) -> int:
        """The newest set that the device wrote down, in entries that hang together; else that of its enrolment."""
        table = db.entry
        mine = table.c.park_id == device.park, table.c.device == device.device
        of_trust = *mine, table.c.kind == EntryKind.TRUST.value, table.c.hash.is_not(None)
        newest = select(table.c.core).where(*of_trust).order_by(table.c.chain.desc(), table.c.n.desc()).limit(1)
        core = self._connection.execute(newest).scalar()
        body = read_core(core).body if core is not None else None
        if isinstance(body, TrustBody):
            return body.version
        sets = db.published_set
        before = sets.c.park_id == device.park, sets.c.signed_at <= device.enrolled_at
        versions = self._connection.execute(select(sets.c.version).where(*before)).scalars()
        return max(versions, default=0)

    def _used(self, name: str, lane: Lane) -> int:
        """Heads that the lane let in during the present period, by whichever device, as far as was heard."""
        rules = self._rules
        quota = next((each for each in rules.tables.quotas if each.quota == name), None) if rules else None
        period = period_at(quota, self._now, offset_of(rules)) if quota is not None and rules else None
        if rules is None or quota is None or period is None:
            return 0
        place = Place(park=self._park, gate=lane[0], lane=lane[1], direction=Direction.ENTRY)
        entries = (entry for device in self._devices[lane] for entry in self._heard(device, period.start))
        passages = passages_of(entries, place)
        return sum(each.heads for each in tallied(rules, quota, place, passages, self._now, self._now))

    def _heard(self, device: Device, since: int) -> Iterable[Any]:
        """What the device sent since then: whatever happened since came in since, be its clock wrong."""
        table = db.entry
        kinds = (EntryKind.DECISION.value, EntryKind.ACT.value)
        mine = table.c.park_id == device.park, table.c.device == device.device
        wanted = select(table.c.core).where(*mine, table.c.received_at >= since, table.c.kind.in_(kinds))
        return map(read_core, self._connection.execute(wanted.order_by(table.c.chain, table.c.n)).scalars())

    def _counted_from(self, lane: Lane) -> dict[str, int]:
        """Since when the lane's kiosk has counted, where it took another one's place."""
        devices = self._devices[lane]
        return {"counted_from": max(device.enrolled_at for device in devices)} if len(devices) > 1 else {}


def _published_shares(connection: Connection, park: int) -> dict[int, dict[str, dict[Lane, int]]]:
    """The shares of each set that was ever published, by its version and the quota's name."""
    table = db.published_set
    found: dict[int, dict[str, dict[Lane, int]]] = {}
    for version, data in connection.execute(select(table.c.version, table.c.data).where(table.c.park_id == park)):
        rows = (json.loads(data).get("tables") or {}).get("quotas") or []
        found[version] = {
            row["quota"]: {(share["gate"], share.get("lane", 1)): share["heads"] for share in row["shares"]}
            for row in rows
        }
    return found


def _newest_rules(connection: Connection, park: int) -> PolicySet | None:
    table = db.published_set
    newest = select(table.c.data).where(table.c.park_id == park).order_by(table.c.version.desc()).limit(1)
    data = connection.execute(newest).scalar()
    return None if data is None else read_policy_set(data)
