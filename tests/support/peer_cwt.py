"""An independent issuer and reader of tickets, python-cwt: run as a process by the Python of the peers' environment.

It imports nothing of this program and knows only the published form: an untagged COSE_Sign1 with the algorithm and the
key id in its protected header. Each line of standard input is one order as JSON, each line of output its answer.
Values that JSON has no form for travel as {"bytes": hex} and {"map": [[key, value], …]}.
"""

import json
import sys
from collections.abc import Callable
from typing import Any

import cbor2
import cwt

SIGN1 = 18
_FOR_EVER = 2**40  # tickets of another season are read too


def main() -> None:
    """Answer each order."""
    for line in sys.stdin:
        order = json.loads(line)
        print(json.dumps(ORDERS[order.pop("do")](**order)), flush=True)


def sign(kid: str, alg: int, public: str, private: str, claims: Any) -> str:
    """The bytes of a ticket with these claims, signed by cwt's COSE layer and untagged."""
    issuer = cwt.COSE.new(deterministic_header=True)
    payload = cbor2.dumps(value_of(claims), canonical=True)
    protected = {1: alg, 4: bytes.fromhex(kid)}
    message = issuer.encode(payload, key(kid, alg, public, private), protected=protected, out="cbor2/CBORTag")
    return cbor2.dumps(message.value).hex()


def read(kid: str, alg: int, public: str, ticket: str) -> dict[str, Any]:
    """The header and the claims of a ticket that cwt's COSE and CWT layers verify; an exception's name otherwise."""
    message = cbor2.CBORTag(SIGN1, cbor2.loads(bytes.fromhex(ticket)))
    try:
        protected, unprotected, _ = cwt.COSE.new(verify_kid=True).decode_with_headers(message, key(kid, alg, public))
        claims = cwt.CWT.new(leeway=_FOR_EVER).decode(cbor2.dumps(message), key(kid, alg, public))
    except Exception as error:  # noqa: BLE001  a refusal is an answer
        return {"refused": type(error).__name__}
    return {"protected": plain(protected), "unprotected": plain(unprotected), "claims": plain(claims)}


def key(kid: str, alg: int, public: str, private: str = "") -> Any:
    """A COSE_Key of the two kinds that tickets are signed with."""
    data = bytes.fromhex(public)
    parameters: dict[int, Any] = {2: bytes.fromhex(kid), 3: alg}
    parameters |= {1: 1, -1: 6, -2: data} if len(data) == 32 else {1: 2, -1: 1, -2: data[1:33], -3: data[33:]}
    return cwt.COSEKey.new(parameters | ({-4: bytes.fromhex(private)} if private else {}))


def value_of(plain_value: Any) -> Any:
    """What a plain value stands for."""
    match plain_value:
        case {"bytes": data}:
            return bytes.fromhex(data)
        case {"map": pairs}:
            return {value_of(key): value_of(value) for key, value in pairs}
        case list():
            return [value_of(item) for item in plain_value]
        case _:
            return plain_value


def plain(value: Any) -> Any:
    """A value as it travels."""
    match value:
        case bytes():
            return {"bytes": value.hex()}
        case dict():
            return {"map": [[plain(key), plain(item)] for key, item in value.items()]}
        case list():
            return [plain(item) for item in value]
        case _:
            return value


ORDERS: dict[str, Callable[..., Any]] = {"sign": sign, "read": read}

if __name__ == "__main__":
    main()
