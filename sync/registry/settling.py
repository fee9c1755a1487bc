"""Settling a kiosk that cannot push any more: its hand-over file or its disk, taken in exactly as pushed entries are.

Everything may be sent again: what the registry has is a duplicate. The disk itself is only read; what is opened is a
copy in the registry's folder, because a database that was not closed must be written to be read.
"""

import hashlib
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from kiosk.errors import BusyError, EnvironmentalError, UsageError
from kiosk.rules.receipts import Receipt, ReceiptResult
from kiosk.store.driver import KEY_BYTES
from kiosk.store.files import PRIVATE_FOLDER, read_bytes, told
from kiosk.store.home import DeviceRecord, Home
from kiosk.store.journal import Journal
from kiosk.store.mark import MarkFile
from kiosk.store.recovery import open_recovery_key
from sync.exporting import Reading, batches
from sync.handover import Handover
from sync.protocol import SentEntry
from sync.registry import trust_store as store
from sync.registry.enrolling import Device
from sync.registry.service import RegistryService
from sync.registry.wire import RegistryEnd

Told = Callable[[int, int | None], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """What came of one file or disk."""

    park: int
    device: int
    entries: int
    receipts: Counter[ReceiptResult]
    flagged: tuple[Receipt, ...]
    missing: int
    is_cut: bool

    @property
    def is_good(self) -> bool:
        """Whether all of it is here and nobody need look."""
        return not (self.flagged or self.missing or self.is_cut)


def settle(service: RegistryService, path: Path, notify: Told = lambda done, total: None) -> Settled:
    """Take in what this hand-over file or data folder holds; a sentence when it is not this registry's."""
    with told(path):
        is_folder = path.is_dir()
    return _settle_folder(service, path, notify) if is_folder else _settle_file(service, path, notify)


def _settle_file(service: RegistryService, path: Path, notify: Told) -> Settled:
    handover = Handover.open(path)
    header = handover.header
    device = _device(service, header.park, header.device, path)
    private = service.folder.handover_key(header.park)
    handover.expect_sealed_to(private)
    # before anything is unpacked: the key it is sealed to is public, and a stranger may have it
    handover.expect_signed_by(device.public_key)
    taken = _take(service, device, handover.batches(private), header.entries, notify)
    return _settled(device, taken, missing=header.missing, is_cut=bool(header.is_cut))


def _settle_folder(service: RegistryService, path: Path, notify: Told) -> Settled:
    home = Home(path)
    record = home.enrolled()
    if home.is_locked:
        raise BusyError(f"{path} is in use by a kiosk that runs: let it send its entries itself (`qaqpa sync --once`)")
    device = _device(service, record.park, record.device, path)
    _expect_ours(service, record, home, device)
    key = _key_of(service, home, record)
    reading = Reading()
    with _copied(home, key, service.folder.path, record.device) as copy:

        def journal() -> Journal:
            return Journal.open(copy, record.device, readonly=True)

        with closing(journal()) as whole:
            if not home.has_device_key and not whole.is_signed_by(device.public_key):
                raise UsageError(
                    f"Nothing in {home.path} is signed by device {record.device}: bring its folder of keys, too"
                )
            # without the mark of its folder of keys nobody knows how far a damaged journal went
            reading.is_cut = whole.is_chain_due and MarkFile(copy.mark_file).read(record.device) is None
        taken = _take(service, device, batches(journal, reading), None, notify)
    if not taken:
        raise EnvironmentalError(f"{home.path} holds no entry: its journal.db is damaged from its beginning, or empty")
    return _settled(device, taken, missing=reading.missing, is_cut=reading.is_cut)


def _take(
    service: RegistryService, device: Device, found: Iterable[tuple[SentEntry, ...]], total: int | None, notify: Told
) -> list[Receipt]:
    """A push for each batch, each durable before the next: whoever stops it may begin again."""
    end, receipts = RegistryEnd(service), list[Receipt]()
    for batch in found:
        if batch:
            receipts += end.push(device.device, batch).receipts
            notify(len(receipts), total)
    return receipts


def _settled(device: Device, receipts: list[Receipt], *, missing: int, is_cut: bool) -> Settled:
    watched = (ReceiptResult.CONFLICT, ReceiptResult.QUARANTINED)
    return Settled(
        park=device.park,
        device=device.device,
        entries=len(receipts),
        receipts=Counter(receipt.result for receipt in receipts),
        flagged=tuple(receipt for receipt in receipts if receipt.result in watched),
        missing=missing,
        is_cut=is_cut,
    )


def _device(service: RegistryService, park: int, number: int, path: Path) -> Device:
    if park not in service.parks():
        raise UsageError(f"{path} is of park {park}, which this registry does not keep: settle it at that park's")
    device = next((state.device for state in service.devices(park) if state.device.device == number), None)
    if device is None:
        raise UsageError(f"{path} is of device {number}, which this registry never enrolled in park {park}")
    return device


def _expect_ours(service: RegistryService, record: DeviceRecord, home: Home, device: Device) -> None:
    """UsageError for a kiosk of another registry that happens to have the same numbers."""
    with service.database.reading() as connection:
        roots = {hashlib.sha256(root).digest() for root in store.roots(connection)}
    # a kiosk that is older than any root names none; its own key says enough
    is_other = bool(record.root_sha256) and record.root_sha256 not in roots
    if home.has_device_key:
        is_other |= home.device_key().public_key().public_bytes_raw() != device.public_key
    if is_other:
        raise UsageError(f"{home.path} was enrolled at another registry: settle it there")


def _key_of(service: RegistryService, home: Home, record: DeviceRecord) -> bytes:
    """The key beside the disk, or the one that the kiosk left for this registry; never one of this machine's own."""
    key = read_bytes(home.keys / "database.key")
    if key is None:
        key = open_recovery_key(home, service.folder.handover_key(record.park))
    if key is None or len(key) != KEY_BYTES:
        raise EnvironmentalError(
            f"{home.path} cannot be opened: neither {home.keys / 'database.key'} nor {home.recovery_file} is there. "
            f"Put the kiosk's folder of keys beside it, as {home.keys}"
        )
    return key


@contextmanager
def _copied(home: Home, key: bytes, beside: Path, device: int) -> Iterator[Home]:
    """The journal and what belongs to it, in a folder of our own that is gone afterwards."""
    with told(home.path), tempfile.TemporaryDirectory(prefix=".settling-", dir=beside) as folder:
        copy = Home(Path(folder) / "data", database_key=key)
        copy.kiosk.mkdir(mode=PRIVATE_FOLDER, parents=True)
        _copy_files([home.kiosk / name for name in ("journal.db", "journal.db-wal", "device.json")], copy.kiosk)
        _copy_files(home.kiosk.glob("journal-damaged-*"), copy.kiosk)  # the power may have gone between two names
        if home.keys.is_dir():  # the keys of private parts, where the disk still has them
            copy.keys.mkdir(mode=PRIVATE_FOLDER)
            _copy_files(home.keys.iterdir(), copy.keys)
        with suppress(EnvironmentalError):  # an older schema is upgraded, a damaged file carried over
            Journal.open(copy, device).close()
        yield copy


def _copy_files(paths: Iterable[Path], folder: Path) -> None:
    """Copy those that are files; a link on a disk that somebody brings leads nowhere here."""
    for path in paths:
        if path.is_file() and not path.is_symlink():
            shutil.copyfile(path, folder / path.name)
