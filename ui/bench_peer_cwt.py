"""An independent reader of the same tickets, for comparison: run as a process by the Python of the peers' environment.

It imports nothing of this program, and this program imports nothing of it: cwt is a peer, not a dependency. Standard
input and output are one JSON object each. It is given bytes, not Base45.
"""

import json
import statistics
import sys
import time
from typing import Any

COSE_SIGN1 = b"\xd2"  # the tag that KP1 leaves out and cwt asks for
_FOR_EVER = 2**40


def main() -> None:
    """Verify each ticket once, and one Ed25519 signature between any two of them."""
    import cwt
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    asked: dict[str, Any] = json.load(sys.stdin)
    public = bytes.fromhex(asked["public_key"])
    parameters: dict[int, Any] = {2: bytes.fromhex(asked["kid"]), 3: asked["alg"]}
    if len(public) == 32:
        parameters |= {1: 1, -1: 6, -2: public}
    else:
        parameters |= {1: 2, -1: 1, -2: public[1:33], -3: public[33:]}
    key = cwt.COSEKey.new(parameters)
    reader = cwt.CWT.new(leeway=_FOR_EVER)
    private = Ed25519PrivateKey.generate()
    limit, message = private.public_key(), bytes(100)
    signature = private.sign(message)
    taken, bare = [], []
    for ticket in asked["tickets"]:
        data = COSE_SIGN1 + bytes.fromhex(ticket)
        begun = time.thread_time_ns()
        reader.decode(data, key)
        middle = time.thread_time_ns()
        limit.verify(signature, message)
        bare.append(time.thread_time_ns() - middle)
        taken.append(middle - begun)
    to_bare = statistics.median(one / other for one, other in zip(taken, bare, strict=True))
    p50 = statistics.median(taken) / 1000
    report = {"version": cwt.__version__, "p50_us": round(p50, 1), "to_bare": round(to_bare, 2)}
    print(json.dumps(report))


if __name__ == "__main__":
    main()
