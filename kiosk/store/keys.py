"""Where the key of the databases is: with systemd, which may have had it from a TPM, or in DIR.keys beside the data.

A key is made once, and never while something is there that another key opens. Nothing is ever locked again under a new
key: whoever moves a kiosk's key elsewhere moves the same 32 bytes.
"""

import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from kiosk.errors import EnvironmentalError
from kiosk.store.driver import KEY_BYTES
from kiosk.store.files import (
    PRIVATE_FILE,
    PRIVATE_FOLDER,
    make_file_once,
    make_folder,
    read_bytes,
    replace_file,
    told,
)

CREDENTIAL = "qaqpa-database-key"
_DIRECTORY = "CREDENTIALS_DIRECTORY"  # systemd.exec(5), "Credentials"
_OTHERS = 0o077
_MARK_DOMAIN = b"qaqpa database key mark"


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyPlace:
    """Where a kiosk's key may lie; `mark` is a file among the data that tells this key from others, and no more."""

    keys: Path
    data: Path

    @property
    def file(self) -> Path:
        """The key as a file of its owner."""
        return self.keys / "database.key"

    @property
    def credential(self) -> Path | None:
        """The key as systemd handed it to this service, if it did."""
        folder = os.environ.get(_DIRECTORY)
        path = Path(folder) / CREDENTIAL if folder else None
        return path if path is not None and path.exists() else None

    @property
    def mark(self) -> Path:
        """By which a key that is not this folder's is known before anything is opened with it."""
        return self.data / "key.json"

    def is_in_use(self) -> bool:
        """Whether there is anything that only the right key opens."""
        return any(self.data.glob("*.db"))


def database_key(place: KeyPlace) -> bytes:
    """The key of every database here; made once, and never again while a database is there that it would lock."""
    given, kept = _of_credential(place), _of_file(place)
    if given is not None and kept is not None and given != kept:
        raise EnvironmentalError(
            f"The systemd credential {CREDENTIAL} and {place.file} are two different keys: make the credential from "
            f"that file, as SECURITY.md says, or move the file away if the credential is the right one"
        )
    key = given if given is not None else kept
    if key is None:
        key = _make(place)
    _expect_right(key, place)
    return key


def remember(key: bytes, place: KeyPlace) -> None:
    """Note that this key opens what is here; once noted, another is refused before it is tried."""
    if not place.mark.exists():
        replace_file(place.mark, json.dumps({"schema": 1, "key": mark_of(key)}).encode() + b"\n")


def mark_of(key: bytes) -> str:
    """What tells one key from another and helps nobody to find it: 32 random bytes cannot be guessed."""
    return hmac.digest(key, _MARK_DOMAIN, hashlib.sha256)[:8].hex()


def source(place: KeyPlace) -> str:
    """In words, where the key is and who can read it."""
    if place.credential is not None:
        return f"systemd credential {CREDENTIAL}"
    if not place.file.exists():
        return "no key yet"
    exposed = exposures(place)
    return f"{place.file}: " + ("; ".join(exposed) if exposed else "readable by its owner only")


def exposures(place: KeyPlace) -> list[str]:
    """What about the folder of keys lets others read or change it, each in a sentence."""
    return [
        f"others can read {path} (mode {mode:04o})" if mode & 0o044 else f"others can reach {path} (mode {mode:04o})"
        for path, mode in _exposed(place)
    ]


def mend(place: KeyPlace) -> list[str]:
    """Shut the folder of keys to others; what was open is told, because it may have been copied meanwhile.

    A gate that did not start would get no key back that somebody has copied: so it is shut, said, and goes on.
    """
    sentences = []
    for path, mode in _exposed(place):
        wanted = PRIVATE_FOLDER if path.is_dir() else PRIVATE_FILE
        try:
            path.chmod(wanted)
        except OSError as error:
            sentences.append(
                f"Others can read {path} (mode {mode:04o}), and that cannot be mended ({error.strerror}): "
                f"give it to the user of the kiosk with mode {wanted:04o}"
            )
        else:
            sentences.append(
                f"Others could read {path} (mode {mode:04o}); its mode is {wanted:04o} now. If strangers use this "
                "machine, enrol the kiosk again: they may have copied its keys"
            )
    return sentences


def _exposed(place: KeyPlace) -> list[tuple[Path, int]]:
    if not place.keys.is_dir():
        return []
    with told(place.keys):
        paths = [place.keys, *sorted(place.keys.iterdir())]
        modes = [(path, path.stat().st_mode & 0o777) for path in paths if not path.is_symlink()]
    if modes[0][1] & _OTHERS == 0:
        return []  # nobody else comes past the folder, whatever its files' modes say
    return [(path, mode) for path, mode in modes if mode & _OTHERS]


def _of_credential(place: KeyPlace) -> bytes | None:
    path = place.credential
    if path is None:
        return None
    key = read_bytes(path)
    if key is None or len(key) != KEY_BYTES:
        raise EnvironmentalError(
            f"The systemd credential {CREDENTIAL} holds {len(key or b'')} bytes, not {KEY_BYTES}: make it again from "
            "the key itself, as SECURITY.md says"
        )
    return key


def _of_file(place: KeyPlace) -> bytes | None:
    key = read_bytes(place.file)
    if key is not None and len(key) != KEY_BYTES:
        raise EnvironmentalError(f"{place.file} is damaged: it holds {len(key)} bytes, not {KEY_BYTES}; restore it")
    return key


def _make(place: KeyPlace) -> bytes:
    if place.is_in_use():
        raise EnvironmentalError(
            f"{place.file} is missing, and without it nothing in {place.data} can be read: restore it from a backup. "
            f"Where systemd keeps the key, only the service has it: run the command as `systemd-run --pipe --wait "
            f"--property=LoadCredentialEncrypted={CREDENTIAL} qaqpa …`"
        )
    make_folder(place.keys)
    return make_file_once(place.file, secrets.token_bytes(KEY_BYTES))


def _expect_right(key: bytes, place: KeyPlace) -> None:
    data = read_bytes(place.mark)
    if data is None or not place.is_in_use():
        return
    try:
        noted = json.loads(data)["key"]
    except (ValueError, KeyError, TypeError):
        return  # the note is a help; what it is about is proved by the databases themselves
    if noted != mark_of(key):
        where = f"the systemd credential {CREDENTIAL}" if place.credential is not None else str(place.file)
        raise EnvironmentalError(
            f"{where} is not the key of {place.data}: its databases were written under another one; nothing was "
            "touched. Put that key back, as SECURITY.md says"
        )
