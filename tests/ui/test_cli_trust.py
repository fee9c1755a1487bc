"""The ceremonies from a shell: a registry, four officers and a stick, each in a folder of their own."""

import json
from pathlib import Path

import pytest

from sync.enrolment_code import EnrolmentTicket
from sync.registry.trust_follow import follow
from tests.support.shell import Finished, qaqpa_here

PASSPHRASE = "correct horse battery staple"
SEALED = {"QAQPA_TRUST_PASSPHRASE": PASSPHRASE}
PARKED = {"QAQPA_PARK_PASSPHRASE": "another horse entirely"}
PARK = {
    "park": 21,
    "names": {"kk": "Қатон", "ru": "Катон", "en": "Katon"},
    "gates": [{"gate": 1, "names": {"kk": "1", "ru": "1", "en": "1"}, "lanes": [{"lane": 1, "direction": "both"}]}],
    "products": [{"product": 1, "names": {"kk": "Күн", "ru": "День", "en": "Day"}, "kind": "day"}],
}


def key_of(folder: Path, name: str, role: str = "root") -> Path:
    """A new officer's key."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.key"
    told = qaqpa_here("registry", "trust", "key", "make", "--role", role, "--out", file, "--json", env=SEALED)
    assert told.code == 0, told.err
    return file


def pub(file: Path) -> Path:
    return file.with_name(f"{file.name}.pub")


def sign(path: Path, key: Path, *more: str) -> Finished:
    return qaqpa_here("registry", "trust", "sign", path, "--key", key, "--yes", "--json", *more, env=SEALED)


def trust(registry: Path, *words: object) -> Finished:
    return qaqpa_here("registry", "trust", *map(str, words), "--data", registry, "--json")


@pytest.fixture
def keys(tmp_path: Path) -> dict[str, Path]:
    """Three root keys and a targets key, each on a stick of its own."""
    roots = {name: key_of(tmp_path / name, name) for name in ("aigul", "berik", "chingiz")}
    return roots | {"dana": key_of(tmp_path / "dana", "dana", "targets")}


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    """A registry with a park, and without any root."""
    folder = tmp_path / "registry"
    park = tmp_path / "park.json"
    park.write_text(json.dumps(PARK), encoding="utf-8")
    assert qaqpa_here("registry", "init", "--data", folder).code == 0
    assert qaqpa_here("registry", "park", "add", park, "--data", folder).code == 0
    return folder


def begun(registry: Path, keys: dict[str, Path], stick: Path) -> None:
    """The first ceremony."""
    roots = [word for name in ("aigul", "berik", "chingiz") for word in ("--root", pub(keys[name]))]
    assert trust(registry, "begin", *roots, "--targets", pub(keys["dana"]), "--out", stick).code == 0
    for name in ("aigul", "berik", "dana"):
        assert sign(stick, keys[name]).code == 0
    assert trust(registry, "publish", stick).record["root"] == 1


def test_a_park_begins_as_the_page_says(registry: Path, keys: dict[str, Path], tmp_path: Path) -> None:
    stick = tmp_path / "stick" / "first"
    lane = ("--park", "21", "--gate", "1", "--lane", "1", "--direction", "entry")
    told = qaqpa_here("registry", "enrol", *lane, "--data", registry)
    assert told.code == 2
    assert "qaqpa registry trust begin" in told.err
    assert trust(registry, "status").code == 1
    roots = [word for name in ("aigul", "berik", "chingiz") for word in ("--root", pub(keys[name]))]
    told = trust(registry, "begin", *roots, "--targets", pub(keys["dana"]), "--out", stick)
    assert (told.code, told.record["missing"]) == (0, 3)
    assert "2 of 3 root keys must sign" in told.err
    assert "park 21 is new" in told.err
    first = sign(stick, keys["aigul"])
    assert (first.record["missing"], "2 more signatures needed" in first.err) == (2, True)
    early = trust(registry, "publish", stick)
    assert early.code == 2
    assert "1 more of berik, chingiz" in early.err
    assert sign(stick, keys["aigul"]).record["missing"] == 2  # the same officer twice is one
    assert sign(stick, keys["berik"]).record["missing"] == 1
    assert sign(stick, keys["dana"]).record["missing"] == 0
    assert trust(registry, "status", "--folder", stick).err.count("aigul") == 1
    assert trust(registry, "publish", stick).record == {"root": 1, "targets": 1, "keys": 1, "parks": [21]}
    status = trust(registry, "status")
    assert status.code == 0
    assert [record["role"] for record in status.records] == ["root", "targets", "park-21", "snapshot", "timestamp"]
    assert status.records[0]["keys"] == ["aigul", "berik", "chingiz"]
    assert qaqpa_here("registry", "enrol", *lane, "--data", registry).code == 0
    last = trust(registry, "clock-is-right")
    assert (last.code, last.record["signed_at"] > 0) == (0, True)


def test_a_next_issuer_key_waits_for_the_officer_and_goes_onto_a_stick(
    registry: Path, keys: dict[str, Path], tmp_path: Path
) -> None:
    begun(registry, keys, tmp_path / "first")
    told = qaqpa_here("registry", "keys", "add", "--park", "21", "--data", registry, "--json")
    assert told.code == 0
    assert "No kiosk knows of it before the officer signs" in told.err
    kid = told.record["kid"]
    second = tmp_path / "second"
    assert f"issuer key {kid} of park 21" in trust(registry, "status").err
    assert trust(registry, "keys", "prepare", "--out", second).code == 0
    assert sign(second, keys["aigul"]).code == 2  # a root key has no say in it
    assert f"issuer key {kid} of park 21" in sign(second, keys["dana"]).err
    assert trust(registry, "publish", second).record["keys"] == 2
    again = trust(registry, "keys", "prepare", "--out", tmp_path / "third")
    assert again.code == 2
    assert "nothing to sign" in again.err
    stick = tmp_path / "kiosk-stick"
    stick.mkdir()
    written = trust(registry, "stick", stick).record
    folder = Path(written["folder"])
    root = (folder / "metadata" / "1.root.json").read_bytes()
    now = json.loads((folder / "metadata" / "timestamp.json").read_bytes())["signed"]["signed_at"]
    found = follow(lambda name: _read(folder / name), root, [21], now)
    assert kid in [key["kid"] for key in json.loads(found["keys.json"])["keys"]]


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def test_each_key_is_changed_and_a_kiosks_stick_follows(registry: Path, keys: dict[str, Path], tmp_path: Path) -> None:
    begun(registry, keys, tmp_path / "first")
    yerlan, madina = key_of(tmp_path / "yerlan", "yerlan"), key_of(tmp_path / "madina", "madina", "targets")
    rounds = [
        (("rotate", "root", "--remove", "chingiz", "--add", pub(yerlan)), ("aigul", "berik")),
        (("rotate", "online"), ("aigul", "berik")),
        (("rotate", "targets", "--to", pub(madina)), ("aigul", "berik", "madina")),
        (("rotate", "park", "--park", "21"), ("madina",)),
        (("revoke", "berik", "--by", pub(keys["chingiz"])), ("aigul", "yerlan")),
    ]
    known = keys | {"yerlan": yerlan, "madina": madina}
    for number, (words, signers) in enumerate(rounds):
        path = tmp_path / f"round-{number}"
        told = trust(registry, *words, "--out", path)
        assert told.code == 0, told.err
        for name in signers:
            told = sign(path, known[name])
            assert told.code == 0, told.err
        assert trust(registry, "publish", path).code == 0
    versions = {record["role"]: record["version"] for record in trust(registry, "status").records}
    assert (versions["root"], versions["targets"]) == (5, 3)
    stick = tmp_path / "kiosk-stick"
    stick.mkdir()
    assert trust(registry, "stick", stick, "--park", 21).record["parks"] == [21]
    assert trust(registry, "status").records[0]["keys"] == ["aigul", "yerlan", "chingiz"]


def test_a_passphrase_that_is_short_wrong_or_not_to_be_had_is_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "aigul.key"
    make = ("registry", "trust", "key", "make", "--role", "root", "--out", file)
    assert "at least 12 letters" in qaqpa_here(*make, env={"QAQPA_TRUST_PASSPHRASE": "short"}).err
    assert "QAQPA_TRUST_PASSPHRASE" in qaqpa_here(*make).err
    assert not file.exists()
    assert qaqpa_here(*make, env=SEALED).code == 0
    assert PASSPHRASE not in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    assert "never written over" in qaqpa_here(*make, env=SEALED).err
    shown = [qaqpa_here("registry", "trust", "key", "show", each, "--json").record for each in (file, pub(file))]
    assert shown[0] == shown[1]


def test_the_wrong_passphrase_signs_nothing(registry: Path, keys: dict[str, Path], tmp_path: Path) -> None:
    roots = [word for name in ("aigul", "berik", "chingiz") for word in ("--root", pub(keys[name]))]
    stick = tmp_path / "first"
    assert trust(registry, "begin", *roots, "--targets", pub(keys["dana"]), "--out", stick).code == 0
    before = (stick / "1.root.json").read_bytes()
    wrong = {"QAQPA_TRUST_PASSPHRASE": PASSPHRASE.upper()}
    told = qaqpa_here("registry", "trust", "sign", stick, "--key", keys["aigul"], "--yes", env=wrong)
    assert told.code == 2
    assert "not the passphrase" in told.err
    told = qaqpa_here("registry", "trust", "sign", stick, "--key", keys["aigul"], env=SEALED)  # nobody says yes
    assert told.code != 0
    assert (stick / "1.root.json").read_bytes() == before


def test_a_trial_signs_everything_at_once_and_says_what_it_is(registry: Path, tmp_path: Path) -> None:
    told = trust(registry, "begin", "--all-here")
    assert (told.code, told.record) == (0, {"all_here": True})
    assert "for a trial" in told.err
    assert "No kiosk knows" not in qaqpa_here("registry", "keys", "add", "--park", "21", "--data", registry).err
    assert trust(registry, "status").code == 0
    out = tmp_path / "ticket.txt"
    lane = ("--park", "21", "--gate", "1", "--lane", "1", "--direction", "entry")
    assert qaqpa_here("registry", "enrol", *lane, "--out", out, "--data", registry).code == 2
    url = "https://registry.katon.kz:8600"
    told = qaqpa_here("registry", "enrol", *lane, "--url", url, "--out", out, "--data", registry, "--json")
    assert told.record["ticket"] == out.read_text().strip()
    ticket = EnrolmentTicket.parse(out.read_text())
    assert (str(ticket.code), ticket.url) == (told.record["code"], url)


@pytest.mark.parametrize("first", ["targets", "root"])
def test_a_trial_is_handed_over_in_either_order(
    registry: Path, keys: dict[str, Path], tmp_path: Path, first: str
) -> None:
    assert trust(registry, "begin", "--all-here").code == 0
    added = [word for name in ("aigul", "berik", "chingiz") for word in ("--add", pub(keys[name]))]
    removed = [word for number in (1, 2, 3) for word in ("--remove", f"root-{number}")]
    steps = {
        "targets": (("rotate", "targets", "--to", pub(keys["dana"])), ["dana"]),
        "root": (("rotate", "root", *added, *removed), ["aigul", "berik"]),
    }
    for number, step in enumerate(sorted(steps, key=lambda each: each != first)):
        words, signers = steps[step]
        told = trust(registry, *words, "--out", tmp_path / step)
        assert told.code == 0, told.err
        for name in [*signers, *(["aigul", "berik"] if number and step == "targets" else [])]:
            assert sign(tmp_path / step, keys[name]).code == 0
        told = trust(registry, "publish", tmp_path / step)
        assert told.code == 0, told.err
        left = {path.name for path in (registry / "registry" / "keys").glob("trust-*")}
        assert len(left) == 1 + (0 if number else {"targets": 3, "root": 1}[step])
    assert trust(registry, "status").records[0]["keys"] == ["aigul", "berik", "chingiz"]


@pytest.mark.parametrize("suffix", [".png", ".pdf"])
def test_a_ticket_on_paper_is_read_by_the_gates_own_decoder(registry: Path, tmp_path: Path, suffix: str) -> None:
    assert trust(registry, "begin", "--all-here").code == 0
    out = tmp_path / f"ticket{suffix}"
    lane = ("--park", "21", "--gate", "1", "--lane", "1", "--direction", "entry")
    told = qaqpa_here(
        "registry", "enrol", *lane, "--url", "https://registry.katon.kz", "--out", out, "--data", registry, "--json"
    )
    assert told.code == 0, told.err
    if suffix == ".png":
        assert told.record["ticket"] in qaqpa_here("decode", out, "--json").out
    else:
        assert out.read_bytes().startswith(b"%PDF")


def test_a_sealed_park_key_publishes_nothing_without_its_passphrase(registry: Path) -> None:
    assert trust(registry, "begin", "--all-here").code == 0
    seal = ("registry", "trust", "park-key", "--park", "21", "--data", registry, "--json")
    assert qaqpa_here(*seal, "--seal", env=PARKED).record == {"park": 21, "sealed": True}
    add = ("registry", "keys", "add", "--park", "21", "--data", registry, "--json")
    told = qaqpa_here(*add)
    assert told.code == 3
    assert "sealed under a passphrase" in told.err
    keys = ("registry", "keys", "list", "--park", "21", "--data", registry, "--json")
    assert len(qaqpa_here(*keys).records) == 1  # nothing of it was done
    assert qaqpa_here(*add, env={"QAQPA_PARK_PASSPHRASE": "some other horse"}).code == 2
    assert qaqpa_here(*add, env=PARKED).code == 0
    assert len(qaqpa_here(*keys).records) == 2
    assert qaqpa_here(*seal, "--unseal", env=PARKED).record == {"park": 21, "sealed": False}
    assert qaqpa_here(*add).code == 0
