"""What tests of the kiosk's memory start from: an enrolled data folder, decisions to journal, permits to know."""

from pathlib import Path

from kiosk.rules.entries import DecisionBody, EntryKey, Place
from kiosk.rules.moment import Moment
from kiosk.rules.permit import Party, Permit, PermitStatus
from kiosk.rules.words import Direction, LaneDirection, Outcome, Reason, Source
from kiosk.store.home import DeviceRecord, Home

DEVICE = 7001
PARK = 7
START = 1_783_148_400
POLICY = bytes(range(32))
PLACE = Place(park=PARK, gate=1, lane=1, direction=Direction.ENTRY)


def record(device: int = DEVICE) -> DeviceRecord:
    """An enrolment at gate 1, lane 1."""
    return DeviceRecord(
        device=device,
        park=PARK,
        gate=1,
        lane=1,
        direction=LaneDirection.BOTH,
        registry="http://127.0.0.1:1",
        root_sha256=bytes(32),
        enrolled_at=START,
        poll_after_seconds=10,
    )


def enrolled_home(path: Path) -> Home:
    """A data folder of an enrolled kiosk."""
    home = Home(path / "data")
    home.save_device(record())
    return home


def permit_id_of(number: int) -> bytes:
    """A made-up permit id."""
    return number.to_bytes(16, "big")


def admitted(number: int = 1, adults: int = 2, place: Place = PLACE) -> DecisionBody:
    """A party that was let in on permit `number`."""
    return DecisionBody(
        place=place,
        source=Source.CAMERA,
        outcome=Outcome.ADMITTED,
        reason=Reason.OK,
        permit=permit_id_of(number),
        ticket=bytes(16),
        product=1,
        right=Party(adults=adults),
        entry_number=1,
        party=Party(adults=adults),
        facts={"moment": START},
    )


def refused(text_hash: bytes = b"12345678") -> DecisionBody:
    """A text that is no ticket."""
    return DecisionBody(
        place=PLACE, source=Source.CAMERA, outcome=Outcome.REFUSED, reason=Reason.NOT_A_TICKET, text_hash=text_hash
    )


def moment(at: int = START) -> Moment:
    """A trusted instant."""
    return Moment.at(at)


def permit(number: int = 1, adults: int = 2, code: str = "U648SJSDVB") -> Permit:
    """A live permit."""
    return Permit(
        id=permit_id_of(number),
        code=code,
        product=1,
        nbf=START,
        exp=START + 86_400,
        party=Party(adults=adults),
        entries=1,
        gates=(1, 3),
        status=PermitStatus.ACTIVE,
    )


def use(number: int, *, adults: int = 1, device: int = 8002, n: int = 2, at: int = START) -> list[object]:
    """A use of permit `number` at gate 2, as a row; no adults take it back."""
    entry_id = str(EntryKey(device=device, chain=1, n=n))
    return ["u", permit_id_of(number).hex(), 1, [adults] if adults else [], 2, 1, "entry", at, entry_id]


def revocation(seq: int, cti: bytes, action: str = "revoke") -> list[object]:
    """A row of the revocation log."""
    return ["r", seq, cti[:8].hex(), action, START, 0]
