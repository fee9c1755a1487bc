"""The signed data as a kiosk would follow it, from the first root on: what the registry is about to hand out is tried.

It is the kiosk's own code (`sync/trust.py`), over whatever gives the files; where that stops, no kiosk goes further.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from kiosk.errors import QaqpaError
from kiosk.store.files import read_bytes, replace_file
from sync.errors import SyncError
from sync.trust import Chain, first_chain, refreshed
from sync.trust_roles import KEYS_PATH, set_path

Files = Callable[[str], bytes | None]


class CannotFollowError(QaqpaError):
    """Signed data that a kiosk would refuse."""


@dataclass(frozen=True, slots=True)
class _Source:
    trust_file: Files


def follow(files: Files, root: bytes, parks: Iterable[int], now: int, cache: Path | None = None) -> dict[str, bytes]:
    """The list of keys and the sets of these parks, as a kiosk has them that knows this root, or the cache."""
    source, kept = _Source(files), read_bytes(cache) if cache else None
    found: dict[str, bytes] = {}
    try:
        chain = (Chain.from_bytes(kept) if kept else None) or first_chain(source, lambda data: data == root)
        wanted: list[int | None] = [*parks]
        for park in wanted or [None]:
            chain = refreshed(source, chain, park=park, now=now)
            names = [KEYS_PATH, *([] if park is None else [set_path(park)])]
            found |= {name: chain.targets[name] for name in names}
    except SyncError as error:
        raise CannotFollowError(f"A kiosk would refuse this signed data: {error}") from error
    if cache:
        replace_file(cache, chain.as_bytes())
    return found
