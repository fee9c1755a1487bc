"""The data folder of one kiosk: where each file is, its device record, its two keys and the one lock.

DIR/kiosk/ holds what the kiosk remembers; DIR.keys/ beside it holds the keys, so that a copy of DIR tells nothing.
"""

import fcntl
import json
import logging
import os
from collections.abc import Container, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from kiosk.errors import BusyError, EnvironmentalError
from kiosk.rules.canon import CanonError, plain, rebuild
from kiosk.rules.personal import LOOKUP_KEY_BYTES, lookup_key_id
from kiosk.rules.words import LaneDirection
from kiosk.store import keys as key_files
from kiosk.store.files import PRIVATE_FILE, make_file_once, make_folder, read_bytes, replace_file, shred, told

_log = logging.getLogger(__name__)
_SCHEMA = 1
_FORMER = "lookup-"


class NotEnrolledError(EnvironmentalError):
    """This folder is not yet a kiosk of any park."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviceRecord:
    """Which kiosk this is, as the registry said at enrolment."""

    device: int
    park: int
    gate: int
    lane: int
    direction: LaneDirection
    registry: str
    root_sha256: bytes
    """Of the first root, by which all that is signed is believed; empty in a kiosk that is older than any root."""
    enrolled_at: int
    poll_after_seconds: int


class Home:
    """A data folder; asking it for something makes no file, except a key that is asked for the first time."""

    def __init__(self, path: Path, *, database_key: bytes | None = None) -> None:
        self.path = Path(path).absolute()
        self._database_key = database_key  # of a disk whose own key came to us by another way

    @property
    def config_file(self) -> Path:
        """The settings of this machine."""
        return self.path / "config.toml"

    @property
    def kiosk(self) -> Path:
        """What the kiosk remembers."""
        return self.path / "kiosk"

    @property
    def registry(self) -> Path:
        """A registry's files, where this machine keeps one."""
        return self.path / "registry"

    @property
    def demo_marker(self) -> Path:
        """The file that says that all data here is made up."""
        return self.path / "DEMO"

    @property
    def keys(self) -> Path:
        """The folder of the keys, beside the data and not in it."""
        return self.path.with_name(self.path.name + ".keys")

    @property
    def chain_file(self) -> Path:
        """What was verified last of the signed data (sync/trust.py)."""
        return self.trust / "chain.tuf"

    @property
    def journal_file(self) -> Path:
        """What happened here."""
        return self.kiosk / "journal.db"

    @property
    def paper_file(self) -> Path:
        """What came of the last page of paper mode."""
        return self.kiosk / "paper.json"

    @property
    def devices_note(self) -> Path:
        """How the devices are, by the kiosk that runs (kiosk/devices/noted.py)."""
        return self.kiosk / "devices.json"

    @property
    def contacts(self) -> Path:
        """Where the contacts of the case leave their files (kiosk/tamper.py)."""
        return self.kiosk / "contacts"

    @property
    def crossings_file(self) -> Path:
        """How many crossed the barrier's loop."""
        return self.kiosk / "crossings.json"

    @property
    def sync_file(self) -> Path:
        """Which replica is current, and what the registry has of the journal."""
        return self.kiosk / "sync.db"

    @property
    def revocations_file(self) -> Path:
        """The revocation log, as far as it was verified here."""
        return self.kiosk / "revocations.db"

    @property
    def vault_file(self) -> Path:
        """The keys of the private parts in the journal."""
        return self.keys / "private.keys"

    @property
    def mark_file(self) -> Path:
        """The newest head that the journal is known to have had."""
        return self.keys / "journal.mark"

    @property
    def revoked_file(self) -> Path:
        """The note that the park has revoked this device (kiosk/store/revoked.py)."""
        return self.keys / "revoked.json"

    @property
    def machine_file(self) -> Path:
        """The machine that this folder was last used in (kiosk/store/machine.py)."""
        return self.kiosk / "machine.json"

    @property
    def incoming(self) -> Path:
        """Where parts of a snapshot wait for the rest of it."""
        return self.kiosk / "incoming"

    @property
    def doubt_file(self) -> Path:
        """Left where a reader found the journal damaged, for whoever writes it to renew it."""
        return self.kiosk / "journal.doubt"

    @property
    def log_file(self) -> Path:
        """What the running kiosk did, for whoever looks after the machine; older parts carry a number."""
        return self.kiosk / "qaqpa.log"

    @property
    def recovery_file(self) -> Path:
        """The databases' key, sealed to the registry's hand-over key."""
        return self.kiosk / "recovery.key"

    @property
    def trust(self) -> Path:
        """The signed sets of the park."""
        return self.kiosk / "trust"

    @property
    def park_ca_file(self) -> Path:
        """The certificates of the park's authority, by which alone the registry is known over https."""
        return self.trust / "park-ca.pem"

    @property
    def network_note(self) -> Path:
        """How the line to the registry is, in a word and a sentence (sync/network_note.py)."""
        return self.kiosk / "network.json"

    def prepare(self) -> None:
        """Make the folders that a kiosk writes to."""
        make_folder(self.kiosk)
        for sentence in self.mend_keys():  # before the folder is shut without a word
            _log.warning("%s", sentence)
        make_folder(self.keys)

    # ---- the device -------------------------------------------------------------------------------------------------

    @property
    def device(self) -> DeviceRecord | None:
        """The record of enrolment, or None before it."""
        data = read_bytes(self._device_file)
        return None if data is None else _read_record(data, self._device_file)

    def enrolled(self) -> DeviceRecord:
        """The record of enrolment; NotEnrolledError says how to get one."""
        record = self.device
        if record is None:
            raise NotEnrolledError(
                f"{self.path} is not enrolled as a kiosk of any park: get an enrolment code from the registry "
                f"(`qaqpa registry enrol`) and run `qaqpa enrol`{self._remains()}"
            )
        return record

    def _remains(self) -> str:
        """What a lost folder has left behind, for whoever reads that there is no kiosk here."""
        if self.journal_file.exists():
            return f". It holds a journal all the same: {self._device_file.name} may only be lost, so restore it first"
        if self.mark_file.exists():
            return f". {self.keys} is of an earlier kiosk whose data are gone: restore them first, if there is a backup"
        return ""

    def save_device(self, record: DeviceRecord) -> None:
        """Remember the enrolment."""
        self.prepare()
        fields = plain(record) | {"schema": _SCHEMA, "root_sha256": record.root_sha256.hex()}
        replace_file(self._device_file, json.dumps(fields, indent=1).encode() + b"\n")

    @property
    def _device_file(self) -> Path:
        return self.kiosk / "device.json"

    # ---- the keys ---------------------------------------------------------------------------------------------------

    def device_key(self) -> Ed25519PrivateKey:
        """The device's own signing key, made once; it never leaves this folder."""
        path = self.keys / "device.pem"
        pem = read_bytes(path)
        if pem is None:
            self._expect_no_earlier_key(path)
            make_folder(self.keys)
            made = Ed25519PrivateKey.generate()
            pem = make_file_once(path, made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        try:
            key = load_pem_private_key(pem, password=None)
        except ValueError as error:
            raise EnvironmentalError(f"{path} is not a private key: restore it, or enrol the kiosk again") from error
        if not isinstance(key, Ed25519PrivateKey):
            raise EnvironmentalError(f"{path} is not an Ed25519 key: restore it, or enrol the kiosk again")
        return key

    def _expect_no_earlier_key(self, path: Path) -> None:
        """A new key in an old kiosk's folder would be heard by nobody: the registry knows the one that is gone."""
        if self._device_file.exists() and self._key_place.mark.exists():
            raise EnvironmentalError(
                f"{path} is missing, and the registry hears this device by that key alone: restore {self.keys} from "
                f"a backup. If there is none, keep {self.path}: the registry settles its journal from it (`qaqpa "
                "registry settle`), and the machine is enrolled in an empty folder with a new code. Nothing was changed"
            )

    @property
    def has_device_key(self) -> bool:
        """Whether the device's own key is here."""
        return (self.keys / "device.pem").exists()

    def database_key(self) -> bytes:
        """The key of every database here, from systemd or from the folder of keys; made once where there is none."""
        return self._database_key or key_files.database_key(self._key_place)

    def key_source(self) -> str:
        """In words, where the databases' key is and who can read it."""
        return key_files.source(self._key_place)

    def key_exposures(self) -> list[str]:
        """What lets others read the keys, each in a sentence."""
        return key_files.exposures(self._key_place)

    def mend_keys(self) -> list[str]:
        """Shut the folder of keys to others, and say what was open."""
        return key_files.mend(self._key_place)

    def remember_key(self) -> None:
        """Note that the present key opens what is here."""
        key_files.remember(self.database_key(), self._key_place)

    @property
    def _key_place(self) -> key_files.KeyPlace:
        return key_files.KeyPlace(keys=self.keys, data=self.kiosk)

    def lookup_key(self) -> bytes | None:
        """The key of the season's look-ups, or None before the registry gave it."""
        key = read_bytes(self._lookup_file)
        # one that is damaged is as good as none: sync fetches it again
        return key if key is not None and len(key) == LOOKUP_KEY_BYTES else None

    def save_lookup_key(self, key: bytes) -> None:
        """Keep the key of the season's look-ups; the one before stays for the tags of tickets that were signed then."""
        make_folder(self.keys)
        former = self.lookup_key()
        if former is not None and former != key:
            replace_file(self._former_file(lookup_key_id(former)), former)
        replace_file(self._lookup_file, key)

    def season_keys(self) -> dict[str, bytes]:
        """The look-up keys that are here by their ids: of this season and of those before."""
        files = (self._lookup_file, *sorted(self.keys.glob(f"{_FORMER}*.key")))
        keys = (read_bytes(file) for file in files)
        return {lookup_key_id(key): key for key in keys if key is not None and len(key) == LOOKUP_KEY_BYTES}

    def keep_season_keys(self, wanted: Container[str]) -> None:
        """Let go of former look-up keys but these."""
        for file in self.keys.glob(f"{_FORMER}*.key"):
            if file.stem.removeprefix(_FORMER) not in wanted:
                file.unlink(missing_ok=True)

    def forget_lookup_keys(self) -> bool:
        """Overwrite and remove every look-up key; whether there was one."""
        files = [self._lookup_file, *sorted(self.keys.glob(f"{_FORMER}*.key"))]
        return sum(shred(file) for file in files) > 0

    def _former_file(self, key_id: str) -> Path:
        return self.keys / f"{_FORMER}{key_id}.key"

    @property
    def _lookup_file(self) -> Path:
        return self.keys / "lookup.key"

    # ---- the lock ---------------------------------------------------------------------------------------------------

    @contextmanager
    def lock(self, purpose: str) -> Iterator[None]:
        """Be the one process that works in this folder; BusyError names the other one."""
        self.prepare()
        path = self.kiosk / "lock"
        with told(path):
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE)
        try:
            try:
                # of the kernel, not of the file's content: it ends with the process, however that ends
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise BusyError(f"{self.path} is in use by {_holder(descriptor)}") from error
            # who holds it is a courtesy: a full or failed disk does not take it, and the lock holds all the same
            with suppress(OSError):
                os.ftruncate(descriptor, 0)
                os.pwrite(descriptor, f"{os.getpid()} {purpose}\n".encode(), 0)
            try:
                yield
            finally:
                with suppress(OSError):
                    os.ftruncate(descriptor, 0)
        finally:
            os.close(descriptor)

    @property
    def is_locked(self) -> bool:
        """Whether a process works in this folder now; asking changes nothing there."""
        path = self.kiosk / "lock"
        with told(path):
            try:
                descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            except FileNotFoundError:
                return False
            try:
                fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
            finally:
                os.close(descriptor)
        return False


def _holder(descriptor: int) -> str:
    pid, _, purpose = os.pread(descriptor, 200, 0).decode(errors="replace").strip().partition(" ")
    return f"process {pid} ({purpose})" if pid else "another process"


def _read_record(data: bytes, path: Path) -> DeviceRecord:
    try:
        raw = json.loads(data)
        if not isinstance(raw, dict):
            raise CanonError("not a JSON object")
        if raw.get("schema") != _SCHEMA:
            raise CanonError(f"schema {raw.get('schema')!r} is not {_SCHEMA}")
        return rebuild(DeviceRecord, raw | {"root_sha256": bytes.fromhex(raw.get("root_sha256", ""))}, "device")
    except (CanonError, ValueError, KeyError, TypeError) as error:
        raise EnvironmentalError(f"{path} cannot be read ({error}): enrol the kiosk again") from error
