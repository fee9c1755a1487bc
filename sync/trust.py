"""What a kiosk believes, under TUF: fetched from a registry or a stick with the same checks, and swapped as a whole.

python-tuf verifies; this module says what it verifies against (a root whose hash the enrolment code carried, the
kiosk's own time, what was verified before) and keeps its answer as exact bytes. The only module of the kiosk's end that
knows `tuf`.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from tuf.api import exceptions
from tuf.api.metadata import Metadata, Root, Targets, Timestamp
from tuf.ngclient import FetcherInterface, Updater, UpdaterConfig

from sync.errors import SyncError, UnreadableReplyError
from sync.trust_roles import KEYS_PATH, LARGEST_FILE_BYTES, SIGNED_AT, STICK_FOLDER, set_path
from sync.trust_set import OlderError, TrustError

TIMESTAMP = "metadata/timestamp.json"
_SCHEMA = 1
_MOST_ROOTS, _LARGEST_ROOT_BYTES = 64, 64 * 1024
_LIMITS = UpdaterConfig(
    max_root_rotations=_MOST_ROOTS,
    root_max_length=_LARGEST_ROOT_BYTES,
    timestamp_max_length=16 * 1024,
    snapshot_max_length=256 * 1024,
    targets_max_length=1024 * 1024,
)


class TrustSource(Protocol):
    """Where signed files come from; none of them is believed for where it came from."""

    def trust_file(self, path: str) -> bytes | None:
        """The file, `metadata/…` or `targets/…`, or None where there is none of this name."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Chain:
    """What was verified last: the newest metadata of each role and the signed files, as exact bytes."""

    metadata: Mapping[str, bytes]
    targets: Mapping[str, bytes]

    @property
    def root_version(self) -> int:
        """The version of the newest root."""
        return Metadata[Root].from_bytes(self.metadata["root.json"]).signed.version

    @property
    def root_sha256(self) -> bytes:
        """The SHA-256 of its exact bytes."""
        return hashlib.sha256(self.metadata["root.json"]).digest()

    @property
    def signed_until(self) -> int:
        """Until when what officers signed off line holds, root and keys; nothing on line was signed later than that."""
        root = Metadata[Root].from_bytes(self.metadata["root.json"]).signed
        targets = Metadata[Targets].from_bytes(self.metadata["targets.json"]).signed
        return int(min(root.expires, targets.expires).timestamp())

    @property
    def timestamp(self) -> bytes | None:
        """The newest timestamp, if there was one yet."""
        return self.metadata.get("timestamp.json")

    @property
    def signed_at(self) -> int | None:
        """When the registry signed last."""
        if self.timestamp is None:
            return None
        said = Metadata[Timestamp].from_bytes(self.timestamp).signed.unrecognized_fields.get(SIGNED_AT)
        return said if type(said) is int and said >= 0 else None

    def as_bytes(self) -> bytes:
        """The chain as one file: it is swapped whole or not at all."""
        parts = {"metadata": self.metadata, "targets": self.targets}
        texts = {part: {name: data.decode() for name, data in files.items()} for part, files in parts.items()}
        return json.dumps({"schema": _SCHEMA, **texts}, ensure_ascii=False).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Chain | None":
        """The chain of such a file, or None where it is damaged: then it begins again with the newest known root."""
        try:
            raw: Any = json.loads(data)
            if raw["schema"] != _SCHEMA:
                return None
            chain = cls(
                metadata={str(name): text.encode() for name, text in raw["metadata"].items()},
                targets={str(name): text.encode() for name, text in raw["targets"].items()},
            )
            chain.root_version, chain.signed_at  # noqa: B018  both must be readable
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, exceptions.RepositoryError):
            return None
        return chain


class Folder:
    """The signed files in a folder, as on a stick; whatever else lies there is never looked at."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @classmethod
    def on_stick(cls, stick: Path) -> "Folder | None":
        """The files on a stick, or None while it has none, or is not there."""
        path = stick / STICK_FOLDER
        try:
            return cls(path) if (path / TIMESTAMP).exists() else None
        except OSError as error:  # a stick that is dying, or was pulled out half
            raise UnreadableReplyError(f"{path} cannot be read: {error.strerror}") from error

    def trust_file(self, path: str) -> bytes | None:
        """The file of this name."""
        place = self._path / path
        try:
            if not place.is_file():  # a pipe would never end
                return None
            with place.open("rb") as file:
                return file.read(LARGEST_FILE_BYTES + 1)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError) as error:
            raise UnreadableReplyError(f"{place} cannot be read: {error}") from error


def root_path(version: int) -> str:
    """Where a source has the root of this version."""
    return f"metadata/{version}.root.json"


def first_chain(source: TrustSource, fits: Callable[[bytes], bool]) -> Chain:
    """The chain that begins with the root this kiosk was told of, of whatever version; TrustError where it is not here.

    It is found by its hash: what older roots have signed since they were exchanged is never looked at.
    """
    for version in range(1, _MOST_ROOTS + 1):
        root = source.trust_file(root_path(version))
        if root is None and version == 1:
            raise SyncError(f"There is no {root_path(1)}: these are not the signed files of a registry.")
        if root is None or len(root) > _LARGEST_ROOT_BYTES:
            break
        if fits(root):
            return _beginning_with(root)
    raise TrustError("None of the roots here is the one this kiosk was told of: another registry answers.")


def _beginning_with(root: bytes) -> Chain:
    chain = Chain(metadata={"root.json": root}, targets={})
    try:
        _ = chain.root_version
    except exceptions.RepositoryError as error:
        raise TrustError(f"The root that this kiosk was told of cannot be read: {error}") from error
    return chain


def refreshed(
    source: TrustSource, chain: Chain, *, park: int | None, now: int, give_way: Callable[[], None] = lambda: None
) -> Chain:
    """The newest chain that the source has and that follows from this one; nothing is kept where any part does not.

    A scan goes first before each file that is checked. `now` is the earliest that it can be: nothing counts as expired
    while that is in doubt. Without a park, keys alone.
    """
    wanted = [KEYS_PATH, *([] if park is None else [set_path(park)])]
    with _told(chain), TemporaryDirectory(prefix="qaqpa-trust-") as name:
        folder = Path(name)
        for file, data in chain.metadata.items():
            if file != "root.json":
                (folder / file).write_bytes(data)
        updater = Updater(
            name,
            "metadata/",
            target_dir=str(folder / "files"),
            target_base_url="targets/",
            fetcher=_Fetcher(source, give_way),
            config=_LIMITS,
            bootstrap=chain.metadata["root.json"],
        )
        # python-tuf has no public way to be told the time, and the machine's clock is not ours to believe
        updater._trusted_set.reference_time = datetime.fromtimestamp(now, UTC)  # noqa: SLF001
        give_way()
        updater.refresh()
        targets = {path: _target(updater, path, chain, folder / "target") for path in wanted}
        metadata = {file.name: file.read_bytes() for file in folder.glob("*.json")}
        return Chain(metadata=metadata, targets=targets)


def expect_fresh(chain: Chain, now: int) -> None:
    """TrustError where what the source still hands out has expired: somebody may be holding the newer one back."""
    if chain.timestamp is not None:
        expires = Metadata[Timestamp].from_bytes(chain.timestamp).signed.expires
        if datetime.fromtimestamp(now, UTC) >= expires:
            raise TrustError(_EXPIRED)


def _target(updater: Updater, path: str, chain: Chain, place: Path) -> bytes:
    found = updater.get_targetinfo(path)
    if found is None:
        raise TrustError(f"Nobody who may has signed {path}.")
    if found.length > LARGEST_FILE_BYTES:
        raise TrustError(f"The signed {path} is larger than {LARGEST_FILE_BYTES} bytes.")
    held = chain.targets.get(path)
    if held is not None and _is_same(found, held):
        return held
    return Path(updater.download_target(found, str(place))).read_bytes()


def _is_same(found: Any, held: bytes) -> bool:
    try:
        found.verify_length_and_hashes(held)
    except exceptions.LengthOrHashMismatchError:
        return False
    return True


class _Fetcher(FetcherInterface):
    """Hands python-tuf what a source has, however it is reached."""

    def __init__(self, source: TrustSource, give_way: Callable[[], None]) -> None:
        self._source, self._give_way = source, give_way

    def _fetch(self, url: str) -> Iterator[bytes]:
        data = self._source.trust_file(url)
        self._give_way()
        if data is None:
            raise exceptions.DownloadHTTPError(url, 404)
        yield data


_EXPIRED = (
    "The registry's signed data have expired: somebody may be holding newer ones back, the registry does not sign any "
    "more, or this kiosk's clock is wrong. What is believed here stays in force."
)


class _told:  # noqa: N801  used as the context it is
    """What python-tuf objects to, as a sentence of ours; what the source itself said is said unchanged."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        match error:
            case exceptions.DownloadLengthMismatchError():
                raise TrustError(f"A file of the signed data is longer than it may be: {error}") from error
            case exceptions.DownloadHTTPError():
                raise UnreadableReplyError(f"A file of the signed data is missing: {error}") from error
            case exceptions.DownloadError():
                raise UnreadableReplyError(f"A file of the signed data did not come: {error}") from error
            case exceptions.ExpiredMetadataError():
                raise TrustError(f"{_EXPIRED} ({error})") from error
            case exceptions.UnsignedMetadataError():
                version = self._chain.root_version
                raise TrustError(
                    f"The signed data lack signatures: {error}. Root version {version} is believed here; where keys "
                    f"were changed since, {version + 1}.root.json must be among the files."
                ) from error
            case exceptions.BadVersionNumberError() if "New timestamp" in str(error):
                raise OlderError(f"The signed data are older than what is believed here: {error}") from error
            case exceptions.RepositoryError():
                raise TrustError(f"The signed data do not hold together: {error}") from error
            case OSError():
                raise SyncError(f"There is no room to check the signed data in: {error}") from error
