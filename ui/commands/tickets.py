"""decode and verify: only the eye, or only the ticket. Neither looks into the data folder or writes anything."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.errors import EnvironmentalError, UsageError
from ui.commands.common import EXIT_DONE, EXIT_NO, TIME, Output, every_command, unix
from ui.commands.pictures import PictureError, PictureFault

if TYPE_CHECKING:
    from kiosk.rules.keyring import Keyring

_NO_OFFSET_KNOWN = 300  # verify knows no park's policy; every park of the country keeps UTC+5


@click.command(epilog="Example: qaqpa decode ticket.png --json")
@click.argument("pictures", nargs=-1, required=True, metavar="PICTURE...", type=click.Path(path_type=Path))
@every_command
def decode(pictures: tuple[Path, ...], folder: Path, output: Output) -> int:
    """Read the QR codes of pictures and print their texts; nothing is decided."""
    from ui.commands.pictures import texts_of_picture

    worst = EXIT_DONE
    for picture in pictures:
        began = time.perf_counter()
        try:
            texts = texts_of_picture(picture)
        except PictureError as error:
            output.result({"file": str(picture), "error": error.fault})
            output.say(str(error))
            worst = max(worst, error.exit_code)
            continue
        record = {"file": str(picture), "texts": texts, "milliseconds": round((time.perf_counter() - began) * 1000, 1)}
        output.result(record if texts else {**record, "error": PictureFault.NO_CODE}, texts)
        if not texts:
            output.say(f"{picture}: there is no QR code in the picture, or none that can be read.")
            worst = max(worst, EXIT_NO)
    return worst


@click.command(epilog='Example: qaqpa verify "KP1:NWGS..." --keys keys.json --park 7')
@click.argument("texts", nargs=-1, required=True, metavar="TEXT...")
@click.option("--keys", "keys", type=click.Path(path_type=Path), required=True, metavar="FILE", help="The key list.")
@click.option("--park", type=click.IntRange(min=0), required=True, help="The park's number.")
@click.option("--gate", type=click.IntRange(1, 32), help="The gate's number (default: any gate of the ticket).")
@click.option("--at", type=TIME, help="The time to check at (default: now).")
@every_command
def verify(
    texts: tuple[str, ...],
    keys: Path,
    park: int,
    gate: int | None,
    at: datetime | None,
    folder: Path,
    output: Output,
) -> int:
    """Check the texts of tickets against a key list, without a database; `-` reads them from standard input."""
    check = checker(_read_keys(keys), park, gate, at)
    worst = EXIT_DONE
    for text in _lines(texts):
        answer = check(text)
        output.result(answer, f"{'valid' if answer['valid'] else 'NOT VALID'}: {answer['reason']}")
        if not answer["valid"]:
            worst = EXIT_NO
            if not answer["claims"] and _is_file(text):
                output.say(
                    f"{text} is a file: verify takes the text of a ticket; `qaqpa decode` reads it from a picture."
                )
    return worst


def _lines(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        if text != "-":
            yield text
            continue
        # A line of any bytes is a text: what is no UTF-8 is no ticket either, and never an error.
        for line in sys.stdin.buffer:
            yield line.decode("utf-8", errors="replace").rstrip("\r\n")


def checker(ring: Keyring, park: int, gate: int | None, at: datetime | None) -> Callable[[str], dict[str, Any]]:
    """What says of one text whether it is valid: the ticket's own rules up to the gate, with the skew and no grace."""
    from kiosk.clock import machine_seconds
    from kiosk.rules.admission import ticket_objection
    from kiosk.rules.entries import Place
    from kiosk.rules.keyring import Rejected
    from kiosk.rules.names import Names
    from kiosk.rules.policy import Policy, PolicySet, WrongGate
    from kiosk.rules.words import Direction, Reason

    now = machine_seconds() if at is None else unix(at, _NO_OFFSET_KNOWN)
    nameless = Names(kk=str(park), ru=str(park), en=str(park))
    rules = PolicySet(
        park=park,
        version=0,
        signed_at=now,
        names=nameless,
        gates=(),
        keyring=ring,
        online_keys=(),
        products={},
        policy=Policy(wrong_gate=WrongGate.ADMIT if gate is None else WrongGate.REFUSE),
    )
    place = Place(park=park, gate=gate or 1, lane=1, direction=Direction.ENTRY)

    def check(text: str) -> dict[str, Any]:
        opened = ring.open(text)
        if isinstance(opened, Rejected):
            return {"valid": False, "reason": opened.reason, "claims": None}
        claims = {"kid": opened.key.kid, **opened.claims.as_dict()}
        objection = ticket_objection(opened.claims, opened.key.kid, rules, place, now)
        return {"valid": objection is None, "reason": objection.reason if objection else Reason.OK, "claims": claims}

    return check


def _read_keys(path: Path) -> Keyring:
    from kiosk.rules.keyring import Keyring, KeyringError

    try:
        return Keyring.from_json(json.loads(path.read_bytes()))
    except OSError as error:
        raise EnvironmentalError(f"The key list {path} cannot be read: {error.strerror}") from error
    except KeyringError as error:
        raise UsageError(f"The key list {path} is refused: {error}") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"The key list {path} is not JSON: {error}") from error


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):  # too long for a path, or with a zero in it
        return False
