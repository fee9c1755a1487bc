"""The registry's commands, enrol and sync from a shell: a registry and a kiosk as two processes on one machine."""

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from kiosk.store.home import Home
from tests.support.enrolled import PIN
from tests.support.shell import Finished, command, environment, qaqpa_here, tied

TODAY = datetime.now(timezone(timedelta(hours=5))).date()
FIRST, LAST = (str(TODAY + timedelta(days=days)) for days in (-1, 1))
PERIOD = ("--from", FIRST, "--to", LAST)
TICKET = ("--park", "7", "--product", "1", *PERIOD)


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo registry's data folder."""
    folder = tmp_path_factory.mktemp("registry")
    told = qaqpa_here("registry", "init", "--demo", "--data", folder, "--json")
    assert (told.code, told.record["parks"]) == (0, [7, 12])
    return folder


@pytest.fixture(scope="module")
def url(registry: Path) -> Iterator[str]:
    """Where that registry is served."""
    with served(registry) as address:
        yield address


@contextmanager
def served(folder: Path) -> Iterator[str]:
    process = subprocess.Popen(
        tied(*command("registry", "serve", "--port", "0", "--data", folder, "--json")),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(),
        text=True,
    )
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())["url"]
    finally:
        process.send_signal(signal.SIGINT)
        code = process.wait(timeout=20)
        process.stdout.close()
    assert code == 0


@pytest.fixture
def kiosk(tmp_path: Path, registry: Path, url: str) -> Path:
    """An enrolled kiosk's data folder, with the registry's permits."""
    folder = tmp_path / "kiosk"
    assert enrol(folder, url, code(registry)).code == 0
    assert qaqpa_here("sync", "--once", "--data", folder).code == 0
    return folder


def code(registry: Path, gate: int = 1) -> str:
    told = qaqpa_here(
        "registry", "enrol", "--park", "7", "--gate", str(gate), "--lane", "1", "--direction", "entry",
        "--data", registry, "--json",
    )  # fmt: skip
    assert told.code == 0
    text: str = told.record["code"]
    return text


def enrol(folder: Path, url: str, code: str, pin: str = PIN) -> Finished:
    return qaqpa_here("enrol", url, code, "--data", folder, "--json", env={"QAQPA_PIN": pin})


def issue(registry: Path, *options: str | Path) -> Finished:
    return qaqpa_here("registry", "issue", "--data", registry, "--json", *TICKET, *options)


# ---- the registry alone ---------------------------------------------------------------------------------------------


def test_a_registry_is_made_once_and_never_over_another(registry: Path) -> None:
    again = qaqpa_here("registry", "init", "--demo", "--data", registry, "--json")
    assert (again.code, again.out) == (2, "")


@pytest.mark.parametrize(
    "arguments",
    [("serve", "--port", "0"), ("issue", *TICKET, "--adults", "1"), ("revoke", "x", "--reason", "x"),
     ("enrol", "--park", "7", "--gate", "1", "--lane", "1", "--direction", "entry"),
     ("export", "--park", "7", *PERIOD)],
)  # fmt: skip
def test_without_a_registry_its_commands_say_how_to_make_one(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    told = qaqpa_here("registry", *arguments, "--data", tmp_path)
    assert (told.code, told.out) == (3, "")
    assert "qaqpa registry init" in told.err


def test_a_ticket_is_issued_as_text_picture_and_page(registry: Path, tmp_path: Path) -> None:
    told = issue(registry, "--adults", "2", "--children", "1", "--plate", "777 ABC 02", "--language", "kk")
    record = told.record
    assert record["text"].startswith("KP1:")
    assert (record["party"], record["language"], record["file"]) == ({"adults": 2, "children": 1}, "kk", None)
    for name, magic in (("t.txt", b"KP1:"), ("t.png", b"\x89PNG"), ("t.pdf", b"%PDF-")):
        told = issue(registry, "--adults", "1", "--out", tmp_path / name)
        assert (told.code, told.record["file"]) == (0, str(tmp_path / name))
        assert (tmp_path / name).read_bytes().startswith(magic)
    decoded = qaqpa_here("decode", tmp_path / "t.png", "--json")
    assert decoded.record["texts"][0].startswith("KP1:")


def test_many_tickets_are_many_permits(registry: Path, tmp_path: Path) -> None:
    told = issue(registry, "--adults", "1", "--count", "3", "--out", tmp_path / "t.png")
    assert len({record["ticket"] for record in told.records}) == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["t-1.png", "t-2.png", "t-3.png"]
    issue(registry, "--adults", "1", "--count", "3", "--out", tmp_path / "t.txt")
    assert len((tmp_path / "t.txt").read_text().splitlines()) == 3


@pytest.mark.parametrize(
    "options, status, words",
    [
        ((), 2, "--adults"),
        (("--adults", "1", "--product", "999"), 2, "sells no product 999"),
        (("--adults", "1", "--park", "99"), 2, "Park 99"),
        (("--adults", "1", "--to", "2020-01-01"), 2, "exchange --from and --to"),
        (("--adults", "1", "--from", "soon"), 2, "'soon' is no time"),
        (("--adults", "1", "--gate", "31"), 2, "31"),
        (("--adults", "1", "--out", "ticket.doc"), 2, ".pdf"),
        (("--adults", "1", "--out", "missing/folder/ticket.pdf"), 3, "missing/folder"),
    ],
)
def test_a_ticket_that_cannot_be_issued_is_a_sentence(
    registry: Path, options: tuple[str, ...], status: int, words: str
) -> None:
    told = issue(registry, *options)
    assert (told.code, told.out) == (status, "")
    assert words in told.err


def test_a_ticket_is_revoked_by_identity_text_or_code_and_once(registry: Path) -> None:
    def revoke(which: str) -> Finished:
        return qaqpa_here("registry", "revoke", which, "--reason", "refunded", "--data", registry, "--json")

    first, second, third = issue(registry, "--adults", "1", "--count", "3").records
    for which in (first["ticket"], second["text"], third["code"]):
        told = revoke(which)
        assert (told.code, told.record["was_revoked"]) == (0, False)
    assert revoke(first["code"]).record["was_revoked"]
    assert revoke("nothing").code == 2


def test_a_revocation_is_taken_back_once(registry: Path) -> None:
    ticket = issue(registry, "--adults", "1").record
    options = ("--reason", "a mistake", "--data", registry, "--json")
    assert qaqpa_here("registry", "restore", ticket["code"], *options).record["was_revoked"] is False
    assert qaqpa_here("registry", "revoke", ticket["code"], *options).record["was_revoked"] is False
    restored = qaqpa_here("registry", "restore", ticket["code"], *options).record
    assert restored["was_revoked"] is True
    assert qaqpa_here("registry", "restore", ticket["code"], *options[:-1]).out == "It is not revoked.\n"


def test_a_holder_is_sealed_and_printed_nowhere(registry: Path, tmp_path: Path) -> None:
    back = ("--contact", "Ержан", "--expected-return", LAST)
    holder = ("--name", "Қанағат Шыңғысқызы", "--phone", "+7 701 555 01 99", "--document", "KZ00998877")
    told = issue(registry, "--adults", "2", "--plate", "771QAU02", *holder, *back)
    assert told.code == 0
    for value in ("Қанағат", "555 01 99", "KZ00998877", "771QAU02", "Ержан"):
        assert value not in told.out + told.err
        assert not [path for path in registry.rglob("*") if path.is_file() and value.encode() in path.read_bytes()]


@pytest.mark.parametrize(
    "options, words",
    [
        (("--name", "x" * 201), "'name'"),
        (("--phone", ""), "'phone'"),
        (("--expected-return", "2020-01-01"), "expected back before"),
        (("--expected-return", "soon"), "'soon' is no time"),
    ],
)
def test_a_holder_who_cannot_be_kept_is_a_sentence(registry: Path, options: tuple[str, ...], words: str) -> None:
    told = issue(registry, "--adults", "1", *options)
    assert (told.code, told.out) == (2, "")
    assert words in told.err
    assert "xxx" not in told.err


def test_a_person_is_erased_once_and_by_any_name(registry: Path) -> None:
    def erase(which: str, reason: str = "asked for") -> Finished:
        return qaqpa_here("registry", "erase", which, "--reason", reason, "--data", registry, "--json")

    first = issue(registry, "--adults", "1", "--name", "Qanagat").record
    told = erase(first["text"])
    assert told.code == 0
    assert set(told.record) == {"park", "permit", "at", "entries", "was_erased"}
    assert (told.record["park"], told.record["entries"], told.record["was_erased"]) == (7, 0, False)
    assert erase(first["code"]).record["was_erased"]
    assert (erase("nothing").code, erase(first["code"], " ").code) == (2, 2)


# ---- a kiosk and its registry ---------------------------------------------------------------------------------------


def test_enrolment_makes_a_kiosk_with_its_own_pin_and_journal(tmp_path: Path, registry: Path, url: str) -> None:
    folder = tmp_path / "kiosk"
    told = enrol(folder, url, code(registry, gate=2))
    assert told.code == 0
    assert {name: told.record[name] for name in ("park", "gate", "lane", "direction")} == {
        "park": 7, "gate": 2, "lane": 1, "direction": "entry",
    }  # fmt: skip
    assert [r["kind"] for r in qaqpa_here("journal", "show", "--data", folder, "--json").records] == ["chain", "trust"]
    again = enrol(folder, url, code(registry))
    assert (again.code, again.out) == (2, "")
    assert "already" in again.err


def test_an_enrolment_that_cannot_be_leaves_no_kiosk(tmp_path: Path, registry: Path, url: str) -> None:
    good = code(registry)
    used = code(registry)
    assert enrol(tmp_path / "first", url, used).code == 0
    attempts = (
        (url, used, PIN, 3),
        (url, "rubbish", PIN, 2),
        (url, good, "12345", 2),
        (url, good, "000000", 2),
        ("http://127.0.0.1:9", good, PIN, 3),
        ("ftp://registry.example", good, PIN, 2),
        (url, good[:-1] + ("0" if good[-1] != "0" else "1"), PIN, 3),
    )
    for number, (address, text, pin, status) in enumerate(attempts):
        folder = tmp_path / f"kiosk-{number}"
        told = enrol(folder, address, text, pin)
        assert (told.code, told.out) == (status, ""), told.err
        assert told.err
        assert Home(folder).device is None


def test_what_a_gate_saw_is_what_the_registry_counts(registry: Path, url: str, tmp_path: Path) -> None:
    kiosk, ticket = tmp_path / "kiosk", tmp_path / "t.png"
    enrol(kiosk, url, code(registry, gate=3))
    issue(registry, "--adults", "2", "--children", "1", "--out", ticket)
    assert qaqpa_here("scan", ticket, "--data", kiosk, "--json").record["reason"] == "unlisted"
    assert qaqpa_here("scan", ticket, "--data", kiosk, "--json").record["reason"] == "already_used"
    report = qaqpa_here("sync", "--once", "--data", kiosk, "--json").record
    assert (report["contact"], report["sent"], report["receipts"]) == (True, 5, {"accepted": 5})
    own = qaqpa_here("export", *PERIOD, "--data", kiosk).out
    at_gate = qaqpa_here("registry", "export", "--park", "7", "--gate", "3", *PERIOD, "--data", registry)
    assert own.count("\n") == 3
    assert at_gate.out == own
    assert "gate 3, lane 1: up to" in at_gate.err
    sound = qaqpa_here("journal", "verify", "--data", kiosk, "--json").record
    assert (sound["sound"], sound["witnessed"]["n"]) == (True, sound["entries"])


def test_a_revoked_ticket_is_refused_after_the_next_sync(registry: Path, kiosk: Path) -> None:
    record = issue(registry, "--adults", "1").record
    qaqpa_here("registry", "revoke", record["ticket"], "--reason", "refunded", "--data", registry)
    assert qaqpa_here("sync", "--once", "--data", kiosk).code == 0
    told = qaqpa_here("scan", "--text", record["text"], "--data", kiosk, "--json")
    assert (told.code, told.record["reason"], told.record["offline"]) == (1, "revoked", False)


def test_a_holder_is_found_at_the_gate_let_in_and_forgotten(registry: Path, kiosk: Path) -> None:
    back = ("--contact", "Ержан 8 702 555 02 88", "--expected-return", LAST)
    sold = issue(registry, "--adults", "1", "--name", "Қанағат Шыңғысқызы", "--phone", "+7 701 555 07 99", *back).record
    assert qaqpa_here("sync", "--once", "--data", kiosk).code == 0
    by_name = qaqpa_here("find", "--name", "kanagat shyngyskyzy", "--phone", "87015550799", "--data", kiosk, "--json")
    assert (by_name.code, by_name.record["code_tail"]) == (0, sold["code"][-3:])
    told = qaqpa_here("scan", "--text", sold["text"], "--plate", "123 ABC 02", "--data", kiosk, "--json")
    assert (told.code, "expected_return" in told.record["details"]) == (0, True)
    assert qaqpa_here("sync", "--once", "--data", kiosk).code == 0
    erased = qaqpa_here("registry", "erase", told.record["entry_id"], "--reason", "asked", "--data", registry, "--json")
    assert (erased.record["permit"], erased.record["entries"]) == (by_name.record["permit"], 1)
    assert qaqpa_here("sync", "--once", "--data", kiosk).code == 0
    assert qaqpa_here("find", "--phone", "87015550799", "--data", kiosk).code == 1


def test_status_after_a_sync_knows_the_permits_and_the_age_of_the_data(kiosk: Path) -> None:
    told = qaqpa_here("status", "--data", kiosk, "--json")
    assert told.code == 0
    record = told.record
    assert record["permits"] > 1000
    assert (record["offline"], record["staleness"], record["clock"], record["pending"]) == (
        False,
        "fresh",
        "trusted",
        0,
    )
