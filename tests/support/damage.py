"""What disks, cables and people do to a file: each kind of damage as a function of its bytes, seeded."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

PAGE = 4096


class Damage(StrEnum):
    """The kinds of damage, worst first as far as a page's MAC can tell."""

    OLDER_COPY = "older copy"
    STALE_PAGE = "a page of an older copy"
    FOREIGN_PAGE = "a page of another file under the same key"
    FOREIGN_FILE = "another file under the same key"
    SWAPPED_PAGES = "two pages swapped"
    DUPLICATED_PAGE = "a page twice"
    ZEROED_PAGE = "a page of zeros"
    RANDOM_PAGE = "a page of noise"
    FLIPPED_BITS = "flipped bits"
    TRUNCATED = "cut short"
    LENGTHENED = "noise behind the end"
    EMPTY = "emptied"
    GONE = "gone"
    GARBAGE = "another program's file"


Harm = Callable[["Victim"], bytes | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Victim:
    """A file's bytes, two of its pages, and what may come in their place."""

    data: bytes
    older: bytes
    foreign: bytes
    chance: random.Random
    place: int
    other: int

    def page(self, place: int) -> bytes:
        """The bytes of one page."""
        return _page(self.data, place)

    def with_page(self, new: bytes) -> bytes:
        """The file with another page in its place."""
        return _with(self.data, self.place, new)


def damaged(kind: Damage, data: bytes, chance: random.Random, *, older: bytes, foreign: bytes) -> bytes | None:
    """The bytes after such damage, or None where the file is gone; very small files are damaged as they can be."""
    count = max(1, -(-len(data) // PAGE))
    place, other = chance.randrange(count), chance.randrange(count)
    return _HARMS[kind](Victim(data=data, older=older, foreign=foreign, chance=chance, place=place, other=other))


def _foreign_page(file: Victim) -> bytes:
    return file.with_page(_page(file.foreign, file.chance.randrange(max(1, len(file.foreign) // PAGE))))


def _swapped(file: Victim) -> bytes:
    return _with(file.with_page(file.page(file.other)), file.other, file.page(file.place))


def _cut(file: Victim) -> bytes:
    cut = file.chance.randrange(max(1, len(file.data)))
    return file.data[: cut - cut % PAGE if file.chance.random() < 0.5 else cut]


def _garbage(file: Victim) -> bytes:
    return file.chance.choice((b"SQLite format 3\0", b"PK\3\4", b"\xff\xd8\xff")) + file.chance.randbytes(2 * PAGE)


def _flipped(file: Victim) -> bytes:
    changed = bytearray(file.data)
    for _ in range(file.chance.choice((1, 1, 2, 8, 64)) if changed else 0):
        changed[file.chance.randrange(len(changed))] ^= 1 << file.chance.randrange(8)
    return bytes(changed)


def _page(data: bytes, place: int) -> bytes:
    return data[place * PAGE : (place + 1) * PAGE]


def _with(data: bytes, place: int, new: bytes) -> bytes:
    return data[: place * PAGE] + new + data[(place + 1) * PAGE :]


_HARMS: dict[Damage, Harm] = {
    Damage.OLDER_COPY: lambda file: file.older,
    Damage.STALE_PAGE: lambda file: file.with_page(_page(file.older, file.place) or file.page(file.place)),
    Damage.FOREIGN_PAGE: _foreign_page,
    Damage.FOREIGN_FILE: lambda file: file.foreign,
    Damage.SWAPPED_PAGES: _swapped,
    Damage.DUPLICATED_PAGE: lambda file: file.with_page(file.page(file.other)),
    Damage.ZEROED_PAGE: lambda file: file.with_page(bytes(len(file.page(file.place)))),
    Damage.RANDOM_PAGE: lambda file: file.with_page(file.chance.randbytes(len(file.page(file.place)))),
    Damage.FLIPPED_BITS: _flipped,
    Damage.TRUNCATED: _cut,
    Damage.LENGTHENED: lambda file: file.data + file.chance.randbytes(file.chance.choice((1, 100, PAGE, 3 * PAGE))),
    Damage.EMPTY: lambda _: b"",
    Damage.GONE: lambda _: None,
    Damage.GARBAGE: _garbage,
}
