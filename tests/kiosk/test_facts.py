"""What a verdict is decided from, as the kiosk's own memory gives it."""

from pathlib import Path

from kiosk.facts import FactFinder, Scan
from kiosk.rules.admission import Answers
from kiosk.rules.entries import DecisionBody, Entry, core_bytes
from kiosk.rules.permit import Party, permit_id
from kiosk.rules.words import Direction, Outcome, Source
from tests.support.gate import Gate, gate
from tests.support.park import NOON, SmallPark

DAY = 86_400
SEASON = SmallPark(key_fields={"longest_validity_seconds": 400 * DAY})


def passed(here: Gate, text: str, way: Direction) -> Entry:
    here.checkpoint.turn(way)
    entry = here.checkpoint.scan(Scan(text=text, source=Source.CAMERA))
    assert isinstance(entry, Entry)
    assert isinstance(entry.body, DecisionBody)
    assert entry.body.outcome is Outcome.ADMITTED
    return entry


def test_an_entry_of_a_season_ticket_is_no_longer_after_many_days_than_after_a_few(tmp_path: Path) -> None:
    with gate(tmp_path / "gate", SEASON) as here:
        ticket = SEASON.ticket(entries=0, party=Party(adults=6), exp=NOON + 390 * DAY)
        lengths = []
        for day in range(12):
            here.clock.at = NOON + day * DAY
            lengths.append(len(core_bytes(passed(here, ticket, Direction.ENTRY))))
            here.clock.at += 3600
            passed(here, ticket, Direction.EXIT)
        assert lengths[-1] <= lengths[2] + 8  # its facts would otherwise outgrow what a registry takes in one entry


def test_a_use_that_an_earlier_device_of_this_disk_wrote_counts_once(tmp_path: Path) -> None:
    claims = SEASON.claims()
    with gate(tmp_path / "gate", SEASON) as here:
        first = here.checkpoint.scan(Scan(text=SEASON.ticket(), source=Source.CAMERA), Answers(heads=1))
        assert isinstance(first, Entry)
        told = ["u", permit_id(claims.cti).hex(), 1, [1], 1, 1, "entry", first.at, first.id]
        here.know(claims, told)
        anew = FactFinder(
            journal=here.journal,
            replicas=here.replicas,
            revocations=here.revocations,
            deliveries=here.deliveries,
        )
        assert [use.entry_id for use in anew.uses(permit_id(claims.cti))] == [first.id]
