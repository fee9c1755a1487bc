"""LMDB's look-up of the same keys, for comparison: run as a process by the Python of the peers' environment.

It imports nothing of this program, and this program imports nothing of it: LMDB is a peer, not a dependency. Standard
output is one JSON object.
"""

import json
import struct
import sys
import time
from pathlib import Path

KEY_BYTES = 16
_VALUE = struct.Struct(">QIIIBB")  # what a permit's row says beside its id: code, product, nbf, exp, party, entries
_BATCH = 100_000


def main(keys_file: str, sample_file: str, folder: str) -> None:
    """Load the keys in order, then look each of the sample up in a transaction of its own, as a scan does."""
    import lmdb

    data = Path(keys_file).read_bytes()
    begun = time.perf_counter()
    keys = sorted(data[at : at + KEY_BYTES] for at in range(0, len(data), KEY_BYTES))
    environment = lmdb.open(folder, map_size=1 << 36, subdir=True)
    for first in range(0, len(keys), _BATCH):
        with environment.begin(write=True) as writing:
            cursor = writing.cursor()
            for key in keys[first : first + _BATCH]:
                cursor.put(key, _VALUE.pack(1, 1, 1_783_105_200, 1_783_191_600, 2, 1), append=True)
    environment.sync(force=True)
    loaded = time.perf_counter() - begun
    count = len(keys)
    del keys, data
    sample = Path(sample_file).read_bytes()
    taken = []
    for at in range(0, len(sample), KEY_BYTES):
        start = time.perf_counter_ns()
        with environment.begin() as reading:
            found = reading.get(sample[at : at + KEY_BYTES])
        taken.append(time.perf_counter_ns() - start)
        if found is None:
            sys.exit("a key that was loaded is not found")
    taken.sort()
    size = (Path(folder) / "data.mdb").stat().st_blocks * 512
    report = {
        "version": ".".join(map(str, lmdb.version())),
        "keys": count,
        "load_seconds": round(loaded, 2),
        "bytes": size,
        "p50_us": taken[len(taken) // 2] / 1000,
        "p99_us": taken[len(taken) * 99 // 100] / 1000,
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main(*sys.argv[1:4])
