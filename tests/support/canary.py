"""Strings that nobody may find: looked for in raw bytes, in every form in which a program might have written them.

`raw` sees what a thief of a folder sees. `with_keys` sees what one sees who has DIR.keys as well: every page of every
database and WAL decrypted, free pages too, and every private part that the journal still opens.
"""

import base64
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import zstandard
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from kiosk.errors import EnvironmentalError
from kiosk.store.home import Home
from kiosk.store.journal import Journal

PAGE, RESERVED, SALT = 4096, 80, 16
WAL_HEADER, FRAME_HEADER = 32, 24
FOR_EVER = 2**40


def raw(canaries: Mapping[str, str], *folders: Path) -> list[str]:
    """Where one of these stands in any file under the folders, as the bytes are."""
    return _hits(canaries, ((str(path), _unpacked(path)) for path in _files(folders)))


def _unpacked(path: Path) -> bytes:
    """The file's bytes, and behind them what a snapshot holds packed."""
    data = path.read_bytes()
    if path.suffix != ".zst":
        return data
    with zstandard.ZstdDecompressor().stream_reader(data) as reader:
        return data + reader.read()


def with_keys(canaries: Mapping[str, str], keys: Path, *folders: Path) -> list[str]:
    """Where one of these stands for somebody who holds these keys beside the folders."""
    return _hits(canaries, _pieces(keys, folders))


def forms(word: str) -> Iterator[tuple[str, bytes]]:
    """The byte strings under which a word may stand in a file."""
    for case in {word, word.lower(), word.upper(), word.swapcase()}:
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            data = case.encode(encoding)
            yield encoding, data
            yield f"hex of {encoding}", data.hex().encode()
            yield f"hex of {encoding}", data.hex().upper().encode()
            for shift in range(3):
                yield f"base64 of {encoding}", _inner_base64(data, shift)
        yield "JSON", case.encode("unicode_escape")


def _inner_base64(data: bytes, shift: int) -> bytes:
    """What every base64 of a text has in common that holds these bytes at a place of this remainder by three."""
    whole = base64.b64encode(bytes(shift) + data)
    return whole[-(-8 * shift // 6) : (8 * (shift + len(data))) // 6]


def _hits(canaries: Mapping[str, str], pieces: Iterable[tuple[str, bytes]]) -> list[str]:
    needles = [(name, form, data) for name, word in canaries.items() for form, data in forms(word)]
    return sorted(
        {f"{name} as {form} in {place}" for place, data in pieces for name, form, needle in needles if needle in data}
    )


def _files(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in sorted(folder.rglob("*")) if path.is_file())


def _pieces(keys: Path, folders: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    key = (keys / "database.key").read_bytes()
    for path in _files(folders):
        data = path.read_bytes()
        yield str(path), data
        if path.suffix == ".zst":
            yield f"{path} unpacked", zstandard.ZstdDecompressor().decompressobj().decompress(data)
        elif path.name.endswith("-wal"):
            yield f"{path} decrypted", b"".join(_frames(data, key))
        elif path.suffix == ".db":
            yield f"{path} decrypted", b"".join(_decrypted(data, key))
        if path.name.startswith("journal") and path.suffix == ".db":
            yield from _private_parts(path, keys)


def _decrypted(data: bytes, key: bytes) -> Iterator[bytes]:
    for number in range(len(data) // PAGE):
        yield _page(data[number * PAGE : (number + 1) * PAGE], key, is_first=number == 0)


def _frames(data: bytes, key: bytes) -> Iterator[bytes]:
    for at in range(WAL_HEADER, len(data) - FRAME_HEADER - PAGE + 1, FRAME_HEADER + PAGE):
        number = int.from_bytes(data[at : at + 4], "big")
        frame = data[at + FRAME_HEADER : at + FRAME_HEADER + PAGE]
        yield _page(frame, key, is_first=number == 1)


def _page(page: bytes, key: bytes, *, is_first: bool) -> bytes:
    """One page of SQLCipher 4 under a raw key: AES-256-CBC, the vector at the head of the reserved bytes."""
    body, reserved = page[SALT if is_first else 0 : PAGE - RESERVED], page[PAGE - RESERVED :]
    opener = Cipher(algorithms.AES(key), modes.CBC(reserved[:16])).decryptor()
    return opener.update(body) + opener.finalize()


def _private_parts(path: Path, keys: Path) -> Iterator[tuple[str, bytes]]:
    """What the journal itself says to whoever opens it with these keys: private parts, and contacts."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "thief")
        shutil.copytree(path.parent, home.kiosk, ignore=shutil.ignore_patterns("*-shm", "lock"))
        shutil.copytree(keys, home.keys)
        for suffix in ("", "-wal"):
            source = path.with_name(path.name + suffix)
            if source.exists() and path.name != "journal.db":
                shutil.copy(source, home.kiosk / f"journal.db{suffix}")
        record = home.device
        if record is None:
            return
        try:
            with closing(Journal.open(home, record.device, readonly=True)) as journal:
                for entry in list(journal.between(0, FOR_EVER)):
                    known = journal.get(entry.id)
                    if known is not None and known.private is not None:
                        yield f"{path}, the private part of {entry.id}", str(known.private).encode()
                yield from _wires(journal, path)
                for permit in journal.contacts():
                    yield f"{path}, the contact of {permit.hex()}", journal.contact(permit) or b""
        except EnvironmentalError:
            return  # what the product cannot open, its thief does by the pages above


def _wires(journal: Journal, path: Path) -> Iterator[tuple[str, bytes]]:
    for wire in journal.after(0, 0, 100_000):
        yield f"{path}, {wire.key} as it is sent", wire.private or b""
