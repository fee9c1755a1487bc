"""The signed data as a kiosk would follow it, from the first root on: what the registry is about to hand out is tried.

It is python-tuf's own client, over whatever gives the files; where the client stops, no kiosk would go further.
"""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from tuf.api.exceptions import DownloadError, DownloadHTTPError, RepositoryError
from tuf.ngclient import FetcherInterface, Updater, UpdaterConfig

from kiosk.errors import QaqpaError

Files = Callable[[str], bytes | None]
_BASE = "qaqpa:"
LARGEST_TARGET_BYTES = 16 * 1024 * 1024


class CannotFollowError(QaqpaError):
    """Signed data that a kiosk would refuse."""


class _Fetcher(FetcherInterface):
    def __init__(self, files: Files) -> None:
        self._files = files

    def _fetch(self, url: str) -> Iterator[bytes]:
        data = self._files(url.removeprefix(f"{_BASE}/"))
        if data is None:
            raise DownloadHTTPError(f"{url} is not there", 404)
        return iter([data])


def follow(files: Files, root: bytes, paths: Iterable[str], now: int, cache: Path | None = None) -> dict[str, bytes]:
    """The targets of these paths as a client has them that knows this root; CannotFollowError says where it stops."""
    with tempfile.TemporaryDirectory(prefix="qaqpa-trust-") as own:
        folder = cache or Path(own)
        try:
            updater = Updater(
                str(folder),
                f"{_BASE}/metadata/",
                fetcher=_Fetcher(files),
                config=UpdaterConfig(targets_max_length=LARGEST_TARGET_BYTES),
                bootstrap=root,
            )
            # WORKAROUND python-tuf 7.0: expiry is judged by the machine's own clock, and nothing public says otherwise
            updater._trusted_set.reference_time = datetime.fromtimestamp(now, UTC)  # noqa: SLF001
            updater.refresh()
            return {path: _target(updater, path, Path(own)) for path in paths}
        except (RepositoryError, DownloadError) as error:
            raise CannotFollowError(f"A kiosk would refuse this signed data: {error}") from error


def _target(updater: Updater, path: str, folder: Path) -> bytes:
    found = updater.get_targetinfo(path)
    if found is None:
        raise CannotFollowError(f"A kiosk would find no {path} in this signed data.")
    file = folder / "target"
    updater.download_target(found, str(file), f"{_BASE}/targets/")
    return file.read_bytes()
