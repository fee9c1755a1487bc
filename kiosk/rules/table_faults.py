"""What is wrong with the tables of a set before it is published: each fault is a sentence with its path.

A gate leaves alone what it does not know, for a newer registry may have written it. Whoever loads tables wrote them for
this version: there a member that nobody reads is a slip of the pen, and is said.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import fields
from typing import Any, get_args, get_origin, get_type_hints

from kiosk.rules.canon import CanonError, rebuild
from kiosk.rules.exemption import exemption_faults
from kiosk.rules.quota import Quota
from kiosk.rules.tables import Tables
from kiosk.rules.tariff import index_faults, tariff_faults

PATH = "tables"
CHECKS: tuple[Callable[[Tables], tuple[str, ...]], ...] = (
    lambda tables: exemption_faults(tables.exemptions),
    lambda tables: tariff_faults(tables.tariffs, tables.indices),
    lambda tables: index_faults(tables.indices),
    lambda tables: _quota_faults(tables.quotas),
)
"""What rows that can be read may still not say together."""


def table_faults(raw: Any) -> tuple[str, ...]:
    """Every fault of these tables; nothing where they can be published."""
    if not isinstance(raw, dict):
        return (f"{PATH}: expected an object, got {type(raw).__name__}",)
    if faults := unreadable(raw, Tables):
        return faults
    tables = rebuild(Tables, raw, PATH)
    return tuple(fault for check in CHECKS for fault in check(tables))


def reference_faults(tables: Tables, gates: Collection[int], products: Collection[int]) -> tuple[str, ...]:
    """What rows name that the park does not have: such a row would never hold, and nobody would hear of it."""
    zones = {zone.zone for zone in tables.zones}
    known = {"gates": gates, "zones": zones, "products": products, "lets_in": products, "any_hour": products}
    return tuple(
        f"{PATH}.{field.name}[{place}].{name}: the park has no {number}"
        for field in fields(Tables)
        if isinstance(rows := getattr(tables, field.name), tuple)
        for place, row in enumerate(rows)
        for name, numbers in known.items()
        for number in getattr(row, name, None) or ()
        if number not in numbers
    )


def share_faults(raw: Mapping[str, Any], lanes: Mapping[int, Collection[int]]) -> tuple[str, ...]:
    """The shares that nobody could use, of tables without a fault; `lanes` are those for entering, by their gates.

    Read as they are written: a share of a whole gate names no lane, and Tables would say that it is the first one's.
    """
    return tuple(
        f"{PATH}.quotas[{place}].shares[{at}].{fault}"
        for place, row in enumerate(raw.get("quotas", ()))
        for at, share in enumerate(row["shares"])
        if share["heads"] and (fault := _share_fault(share["gate"], share.get("lane"), lanes))
    )


def _share_fault(gate: int, lane: int | None, lanes: Mapping[int, Collection[int]]) -> str | None:
    if gate not in lanes:
        return f"gate: the park has no {gate}"
    if lane is None:
        return None if lanes[gate] else f"gate: gate {gate} has no lane by which anybody enters"
    return None if lane in lanes[gate] else f"lane: gate {gate} has no lane {lane} by which anybody enters"


def _quota_faults(quotas: Iterable[Quota]) -> tuple[str, ...]:
    return tuple(
        f"{PATH}.quotas[{place}]: {quota.counts!r} by {quota.per!r} is not counted by this version"
        for place, quota in enumerate(quotas)
        if not quota.is_known
    )


def unreadable(raw: dict[str, Any], kind: Any) -> tuple[str, ...]:
    """What a gate could not read of these sections, or would leave alone; `kind` is the class that they make up."""
    hints = get_type_hints(kind)
    sections = ((field.name, hints[field.name]) for field in fields(kind))
    return (*_unknown(raw, kind, PATH), *(fault for name, hint in sections for fault in _rows(raw, name, hint)))


def _rows(raw: dict[str, Any], name: str, kind: Any) -> Iterable[str]:
    """The faults of one section: of each row, so that all are said at once."""
    rows, path = raw.get(name), f"{PATH}.{name}"
    if get_origin(kind) is not tuple:
        if rows is not None:
            yield from _row(rows, next(arm for arm in get_args(kind) if arm is not type(None)), path)
    elif isinstance(rows, list):
        for place, row in enumerate(rows):
            yield from _row(row, get_args(kind)[0], f"{path}[{place}]")
    elif name in raw:
        yield f"{path}: expected a list, got {type(rows).__name__}"


def _row(row: Any, kind: Any, path: str) -> Iterable[str]:
    yield from _unknown(row, kind, path)
    try:
        rebuild(kind, row, path)
    except CanonError as error:
        yield str(error)


def _unknown(raw: Any, kind: Any, path: str) -> Iterable[str]:
    if not isinstance(raw, dict):
        return
    known = [field.name for field in fields(kind)]
    for name in raw:
        if name not in known:
            yield f"{path}.{name}: nothing is called so here; there are {', '.join(known)}"
