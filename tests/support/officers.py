"""Officers of a ceremony, each with a key of their own, as small real things."""

from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.registry import trust_folder
from sync.registry.trust_ceremony import RootChange
from sync.registry.trust_desk import TrustDesk
from sync.registry.trust_folder import Parts, Prepared
from sync.registry.trust_officer import PublicHalf
from sync.signing import public_half


@dataclass
class Officer:
    """Somebody who holds one key."""

    name: str
    role: str = "root"
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    @property
    def half(self) -> PublicHalf:
        """What they hand to the registry."""
        return PublicHalf(name=self.name, role=self.role, public_key=public_half(self.key))

    def sign(self, path: Path) -> list[str]:
        """Their signature on what is in this folder."""
        return trust_folder.sign(path, trust_folder.read(path), self.key)


@dataclass
class Officers:
    """Three who hold root keys, one with the targets key, and the folder on the stick between them and the registry."""

    desk: TrustDesk
    sticks: Path
    roots: list[Officer] = field(default_factory=lambda: [Officer("aigul"), Officer("berik"), Officer("chingiz")])
    targets: Officer = field(default_factory=lambda: Officer("dana", "targets"))
    count: int = 0

    def written(self, prepared: Prepared) -> Path:
        """What was prepared, on a stick."""
        self.count += 1
        path = self.sticks / f"ceremony-{self.count}"
        trust_folder.write(path, prepared)
        return path

    def begin(self) -> None:
        """The first ceremony, from beginning to end."""
        path = self.written(self.desk.begin([officer.half for officer in self.roots], 2, self.targets.half))
        for officer in (*self.roots[:2], self.targets):
            officer.sign(path)
        self.desk.take_in(path)

    def written_before(self) -> Parts:
        """What is believed now, as a folder tells of it."""
        return self.desk.rotate(RootChange()).before

    def publish_keys(self) -> None:
        """The list of keys as the database has it, signed and taken in."""
        path = self.written(self.desk.prepare_keys())
        self.targets.sign(path)
        self.desk.take_in(path)
