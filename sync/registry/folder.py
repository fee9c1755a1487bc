"""The registry's folder: its private keys, its operator's token and its snapshots. Keys never leave it."""

import secrets
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from kiosk.errors import EnvironmentalError, QaqpaError, UsageError
from kiosk.rules.personal import lookup_key_of
from kiosk.store.files import make_file_once, read_bytes, replace_file, shred, told
from sync.registry.sealed_key import about, is_sealed, seal, unseal
from sync.signing import key_id

_PRIVATE = 0o600
_SEED_BYTES = 32
_TOKEN_BYTES = 24
_ONLINE = "trust-online"
NEXT = "-next"
_FORMER = ".former"
_SEALED_KIND = "qaqpa park key"
Passphrase = Callable[[str], str]
"""Asks somebody for the passphrase of what is named."""


class SealedKeyError(EnvironmentalError):
    """A key that is there, and cannot be used before somebody says its passphrase."""


class RegistryFolder:
    """One folder: registry.db, keys/ (mode 0700, files 0600) and snapshots/."""

    def __init__(self, path: Path, passphrase: Passphrase | None = None) -> None:
        self.path = path
        self._passphrase = passphrase
        self._opened: dict[bytes, Ed25519PrivateKey] = {}
        self._said: dict[str, list[str]] = {}
        self._refused: set[bytes] = set()

    @property
    def database_url(self) -> str:
        """The address of the embedded database, used where no other is given."""
        return f"sqlite:///{self.path / 'registry.db'}"

    @property
    def requests_url(self) -> str:
        """The address of the embedded memory of requests, which is used beside an embedded database."""
        return f"sqlite:///{self.path / 'requests.db'}"

    @property
    def snapshots(self) -> Path:
        """Where snapshot files are kept under the digest of their bytes."""
        return self.path / "snapshots"

    @property
    def keys(self) -> Path:
        """Where what is private lies, for its owner alone."""
        return self.path / "keys"

    def make(self) -> None:
        """Make the folder and its parts where they are missing."""
        try:
            self.snapshots.mkdir(parents=True, exist_ok=True)
            self.path.chmod(0o700)  # the database holds the identities of tickets
            self.keys.mkdir(exist_ok=True)
            self.keys.chmod(0o700)
        except OSError as error:
            raise EnvironmentalError(f"The registry's folder {self.path} cannot be made: {error.strerror}.") from error

    def set_key(self, park: int) -> Ed25519PrivateKey:
        """The key that signs the park's sets; SealedKeyError where its passphrase is not to be had."""
        return self._set_key(f"set-{park}")

    def fitting_set_key(self, park: int, public_key: bytes) -> Ed25519PrivateKey:
        """The park's key with this public half, the only one that anybody is asked for; EnvironmentalError for none."""
        return self._set_key(self._fitting(park, public_key))

    def expect_set_key(self, park: int, public_key: bytes) -> None:
        """EnvironmentalError unless the park's key with this public half is here, sealed or not."""
        self._fitting(park, public_key)

    def open_set_keys(self, named: Mapping[int, bytes]) -> list[int]:
        """Ask now for what is sealed, as a server does before it starts, and nobody any more after it.

        The parks whose keys stay shut. A wrong passphrase is a UsageError, unless another key is on its way.
        """
        shut = []
        for park, public_key in named.items():
            next_name = f"set-{park}{NEXT}"
            has_next = self._file(next_name).exists()
            try:
                self.fitting_set_key(park, public_key)
            except UsageError:
                if not has_next:
                    raise
                shut.append(park)
            except EnvironmentalError:
                shut.append(park)
            if has_next:
                with suppress(QaqpaError):  # it is not needed yet, and may never be
                    self._set_key(next_name)
        self._passphrase = None
        return shut

    def seal_set_key(self, park: int, passphrase: str) -> None:
        """Keep the park's key, and the one that waits to follow it, under a passphrase from now on."""
        keys = {name: self._set_key(name) for name in self._set_names(park)}
        for name, key in keys.items():
            data = seal(key, passphrase, {"kind": _SEALED_KIND, "name": name})
            self._replace(name, data)
            self._opened[data.strip()] = key

    def unseal_set_key(self, park: int) -> None:
        """Keep the park's key, and the one that waits to follow it, in clear again."""
        keys = {name: self._set_key(name) for name in self._set_names(park)}
        for name, key in keys.items():
            self._replace(name, (key.private_bytes_raw().hex() + "\n").encode())

    def online_key(self, park: int) -> Ed25519PrivateKey:
        """The key that signs the park's manifests and changes."""
        return self._key(f"online-{park}")

    def issuer_key(self, park: int, kid: str) -> Ed25519PrivateKey:
        """The key that signs tickets under this key id."""
        return self._key(f"issuer-{park}-{kid}")

    def trust_key(self, name: str) -> Ed25519PrivateKey:
        """A key of the signed data: `online`, or an officer's where a trial keeps them here."""
        return self._key(f"trust-{name}")

    def online_trust_keys(self) -> list[Ed25519PrivateKey]:
        """The online key of the signed data, and the next one while it waits for the officers."""
        return [self._key(name) for name in (_ONLINE, _ONLINE + NEXT) if self._file(name).exists()]

    def make_next_online_trust_key(self) -> bytes:
        """The online key that is to follow; its public half."""
        return self._make_key(_ONLINE + NEXT)

    def make_next_set_key(self, park: int, passphrase: Passphrase | None = None) -> bytes:
        """The park's set key that is to follow; its public half. After a sealed key it is sealed before it is written.

        The key before it is neither opened nor needed: it may be lost, or its passphrase forgotten.
        """
        name, before = f"set-{park}{NEXT}", read_bytes(self._file(f"set-{park}"))
        if self._file(name).exists() or before is None or not is_sealed(before):
            return self._make_key(name)
        if (ask := passphrase or self._passphrase) is None:
            raise SealedKeyError(
                f"The set key of park {park} is sealed under a passphrase, and so must the next one be: start this at "
                "a terminal, or set $QAQPA_PARK_PASSPHRASE."
            )
        said = ask(f"the next set key of park {park}")
        key = Ed25519PrivateKey.generate()
        data = make_file_once(self._file(name), seal(key, said, {"kind": _SEALED_KIND, "name": name}))
        self._opened[data.strip()] = key  # as it is read
        return self._public(name)

    def next_set_key(self, park: int) -> bytes | None:
        """The public half of the set key that is to follow, if there is one."""
        name = f"set-{park}{NEXT}"
        return self._public(name) if self._file(name).exists() else None

    def discard_next_online_trust_key(self) -> None:
        """Let go of a next online key that waits: what was prepared with it can never be taken in."""
        shred(self._file(_ONLINE + NEXT))

    def discard_next_set_key(self, park: int) -> None:
        """Let go of a park's next key that waits: what was prepared with it can never be taken in."""
        shred(self._file(f"set-{park}{NEXT}"))

    def settle_next_keys(self, in_force: Collection[bytes]) -> None:
        """Put each next key that is in force now in the place of the one before it."""
        for former in self.keys.glob(f"set-*.key{_FORMER}"):  # a crash while a key was sealed
            shred(former)
        waiting = {*self.keys.glob(f"set-*{NEXT}.key"), *self.keys.glob(f"{_ONLINE}{NEXT}.key")}
        for path in sorted(waiting):
            name = path.name.removesuffix(".key")
            if self._public(name) in in_force:
                path.replace(self._file(name.removesuffix(NEXT)))

    def remove_trust_key(self, name: str) -> None:
        """Remove an officer's key of a trial that is good for nothing any more."""
        shred(self._file(f"trust-{name}"))

    def make_trust_key(self, name: str) -> bytes:
        """A new key of the signed data, unless there is one; its public half."""
        return self._make_key(f"trust-{name}")

    def has_trust_key(self, name: str) -> bool:
        """Whether this key lies here."""
        return self._file(f"trust-{name}").exists()

    def make_set_key(self, park: int) -> bytes:
        """A new set key, unless there is one; its public half."""
        return self._make_key(f"set-{park}")

    def make_online_key(self, park: int) -> bytes:
        """A new online key, unless there is one; its public half."""
        return self._make_key(f"online-{park}")

    def make_issuer_key(self, park: int, kid: str) -> bytes:
        """A new issuer key, unless there is one; its public half."""
        return self._make_key(f"issuer-{park}-{kid}")

    @contextmanager
    def no_keys_left_of(self, park: int) -> Iterator[None]:
        """Make a new park's keys inside: where that fails, those made are removed again, and only those."""
        before = self._files_of(park)
        try:
            yield
        except BaseException:
            for path in self._files_of(park) - before:
                path.unlink(missing_ok=True)
            raise

    def _files_of(self, park: int) -> set[Path]:
        # by their whole names: `*-{park}.key` would be another park's issuer key too, under that key id
        single = (self._file(f"{role}-{park}") for role in ("set", "online", "pepper", "handover"))
        return {*(path for path in single if path.exists()), *self.keys.glob(f"issuer-{park}-*.key")}

    def handover_key(self, park: int) -> X25519PrivateKey:
        """The key that opens what kiosks sealed for this registry alone; made when first asked for."""
        name = f"handover-{park}"
        if not self._file(name).exists():
            self._write(name, secrets.token_hex(_SEED_BYTES))
        try:
            return X25519PrivateKey.from_private_bytes(bytes.fromhex(self._read(name)))
        except ValueError as error:
            raise EnvironmentalError(
                f"The key file {self._file(name)} is damaged: restore it from a backup."
            ) from error

    def season_pepper(self, park: int) -> bytes:
        """The secret that plate and holder tags of the season are made with; made when first asked for."""
        name = f"pepper-{park}"
        if not self._file(name).exists():
            self._write(name, secrets.token_hex(_SEED_BYTES))
        return bytes.fromhex(self._read(name))

    def lookup_key(self, park: int) -> bytes:
        """The key of the season's look-ups, which enrolled devices get."""
        return lookup_key_of(self.season_pepper(park))

    def nonce_key(self) -> bytes:
        """What this registry knows its own nonces by; made when first asked for, by whichever process is first."""
        path = self._file("nonce")
        data = read_bytes(path) or make_file_once(path, secrets.token_hex(_SEED_BYTES).encode() + b"\n")
        try:
            return bytes.fromhex(data.decode("ascii").strip())
        except ValueError as error:
            raise EnvironmentalError(f"The key file {path} is damaged: remove it, and another is made.") from error

    def operator_token(self) -> str:
        """What an administrator's program shows to read counts; made when first asked for."""
        name = "operator.token"
        if not (self.keys / name).exists():
            self._write(name, secrets.token_urlsafe(_TOKEN_BYTES))
        return self._read(name)

    def _file(self, name: str) -> Path:
        return self.keys / (name if name.endswith(".token") else f"{name}.key")

    def _key(self, name: str) -> Ed25519PrivateKey:
        try:
            return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(self._read(name)))
        except ValueError as error:
            raise EnvironmentalError(
                f"The key file {self._file(name)} is damaged: restore it from a backup."
            ) from error

    def _set_names(self, park: int) -> list[str]:
        """The park's key and the next one, as far as they are there; where none is, the first, which says so."""
        names = [name for name in (f"set-{park}", f"set-{park}{NEXT}") if self._file(name).exists()]
        return names or [f"set-{park}"]

    def _fitting(self, park: int, public_key: bytes) -> str:
        for name in self._set_names(park):
            with suppress(QaqpaError):  # one that is damaged does not hide the other
                if self._public(name) == public_key:
                    return name
        raise EnvironmentalError(
            f"What is here as the set key of park {park} is not the key that the officers signed "
            f"({key_id(public_key)}): take it from a backup, or give the park another one (docs/KEYS.md)."
        )

    def _set_key(self, name: str) -> Ed25519PrivateKey:
        data = self._read(name).encode()
        if not is_sealed(data):
            return self._key(name)
        if data not in self._opened:  # once a process: it takes a noticeable part of a second
            self._open(data, name.removeprefix("set-").removesuffix(NEXT), is_next=name.endswith(NEXT))
        return self._opened[data]

    def _open(self, data: bytes, park: str, *, is_next: bool) -> None:
        what = f"the {'next ' if is_next else ''}set key of park {park}"
        said = self._said.setdefault(park, [])
        for given in said if data not in self._refused else ():
            with suppress(UsageError):
                self._opened[data] = unseal(data, given, what)
                return
        if self._passphrase is None:
            self._refused.add(data)
            raise SealedKeyError(
                f"{what.capitalize()} is sealed under a passphrase, so nothing of the park can be published here: "
                "start this at a terminal, or set $QAQPA_PARK_PASSPHRASE."
            )
        given = self._passphrase(what)
        self._opened[data] = unseal(data, given, what)
        said.append(given)

    def _replace(self, name: str, data: bytes) -> None:
        """Other bytes in this key's file; what was there, perhaps in clear, is overwritten after it."""
        path = self._file(name)
        former = path.with_name(f"{path.name}{_FORMER}")
        shred(former)
        with told(path):
            former.hardlink_to(path)
        replace_file(path, data)
        shred(former)

    def _public(self, name: str) -> bytes:
        data = self._read(name).encode()
        if is_sealed(data):
            return bytes.fromhex(about(data, str(self._file(name)))["public_key"])
        return self._key(name).public_key().public_bytes_raw()

    def _make_key(self, name: str) -> bytes:
        if not self._file(name).exists():
            self._write(name, secrets.token_hex(_SEED_BYTES))
        return self._public(name)

    def _read(self, name: str) -> str:
        try:
            return self._file(name).read_text(encoding="ascii").strip()
        except FileNotFoundError as error:
            raise EnvironmentalError(
                f"The key file {self._file(name)} is missing: make the registry with `qaqpa registry init`, "
                "or restore its folder from a backup."
            ) from error
        except (OSError, UnicodeDecodeError) as error:
            raise EnvironmentalError(f"The key file {self._file(name)} cannot be read: {error}.") from error

    def _write(self, name: str, text: str) -> None:
        path = self._file(name)
        try:
            path.touch(mode=_PRIVATE, exist_ok=False)
            path.write_text(text + "\n", encoding="ascii")
        except OSError as error:
            raise EnvironmentalError(f"The key file {path} cannot be written: {error.strerror}.") from error
