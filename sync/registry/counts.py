"""Visitor counts of a park or one of its gates: the kiosk's own counting rules over all the entries held here."""

from datetime import date
from importlib.metadata import PackageNotFoundError, version

from kiosk.errors import UsageError
from kiosk.export import Export
from kiosk.rules.events import events
from kiosk.rules.statistics import By, Period, count
from sync.registry.service import RegistryService


def counts(
    service: RegistryService, park: int, *, first: date, last: date, by: By = By.DAY, gate: int | None = None
) -> Export:
    """The counts of these local days, and how far each kiosk's entries are in."""
    policy = service.policy_set(park)
    if last < first:
        raise UsageError(f"The period ends on {last}, before it begins on {first}.")
    period = Period(first=first, last=last)
    first_at, before = period.bounds(policy.policy)
    return Export(
        park=park,
        by=by,
        period=period,
        completeness=service.completeness(park, gate),
        software=software(),
        rows=tuple(count(service.entries(park, gate, first_at, before), policy, by, period)),
        # read once more, not kept: a park's year would not fit into memory
        events=tuple(events(service.entries(park, gate, first_at, before), policy, period)),
    )


def software() -> str:
    """The name and version of this program."""
    try:
        return f"qaqpa {version('qaqpa')}"
    except PackageNotFoundError:  # run from a source tree that was never installed
        return "qaqpa"
