"""What libFuzzer runs: bytes as a text, as a ticket, as an honestly signed payload, or as a signed header.

Started as a process with a folder for the corpus and libFuzzer's own options. QAQPA_PLANT=trailing lets bytes behind an
item pass, to be found.
"""

import os
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["kiosk.rules"]):
    from kiosk.rules import closed_cbor, ticket
    from kiosk.rules.closed_cbor import CborError
    from kiosk.rules.keyring import Ticket

from tests.support.forging import VALID
from tests.support.tickets import header, signed_text, written
from tests.support.trial import Trial

TRIAL = Trial()
KNOWN = {valid.text: valid for valid in VALID} | {valid.twin: valid for valid in VALID if valid.twin}


def test_one(data: bytes) -> None:
    """One input: the first byte says what the rest stands for."""
    kind, rest = data[:1], data[1:]
    match kind:
        case b"\0":
            _forged(rest.decode("latin-1"))
        case b"\1":
            _forged(written(rest))
        case b"\2":
            _signed(signed_text(rest), rest)
        case _:
            _signed(signed_text(VALID[0].outer.payload, rest), rest)


def _forged(text: str) -> None:
    TRIAL.hold(text, KNOWN.get(text, VALID[0]))
    if TRIAL.faults:
        raise AssertionError(TRIAL.faults[0])


def _signed(text: str, spelt: bytes) -> None:
    """What the honest key signed may open, but in no spelling than the one."""
    opened = TRIAL.keyring.open(text)
    if not isinstance(opened, Ticket):
        return
    if spelt != header() and spelt != closed_cbor.encode(closed_cbor.decode(spelt)):
        raise AssertionError(f"another spelling is taken: {spelt.hex()}")


def _lenient(data: bytes) -> object:
    try:
        return closed_cbor._item(data, 0, closed_cbor.MAXIMUM_DEPTH)[0]
    except IndexError as error:
        raise CborError(closed_cbor.CborFault.CBOR) from error


def _sow(corpus: Path) -> None:
    """Begin with what is valid: P-256 signs differently each time, so only this process knows its tickets."""
    for place, valid in enumerate(VALID):
        for name, seed in (
            ("text", b"\0" + valid.text.encode()),
            ("bytes", b"\1" + valid.data),
            ("payload", b"\2" + valid.outer.payload),
            ("header", b"\3" + valid.protected),
        ):
            (corpus / f"{name}-{place}").write_bytes(seed)


if __name__ == "__main__":
    _sow(Path(sys.argv[1]))
    if os.environ.get("QAQPA_PLANT") == "trailing":
        closed_cbor.decode = ticket.decode = _lenient  # type: ignore[attr-defined]
    atheris.Setup(sys.argv, test_one)
    atheris.Fuzz()
