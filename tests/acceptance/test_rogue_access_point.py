"""A rogue access point at enrolment: whoever answers in the registry's place learns no secret and installs nothing.

The code on paper names the first root. A thief may serve roots of their own, relay the honest registry's files, or
speak no TLS at all; what they heard is looked at byte for byte, and the code is good at the honest registry afterwards.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.clock import machine_seconds
from kiosk.rules.words import LaneDirection
from kiosk.store.home import Home
from sync.enrolment_code import EnrolmentCode
from sync.registry.park_ca import ParkCa
from sync.registry.service import RegistryService, init_registry, open_registry
from sync.registry.serving import RegistryServer
from sync.registry.wire import RegistryEnd
from tests.support.hostile_server import Answer, Authority, Heard, hostile_server, whole
from tests.support.park import PARK, SmallPark
from tests.support.shell import qaqpa_here
from tests.support.trust_repository import TrustRepository

DAY = 86_400
ROOT, SECOND = "/v1/trust/metadata/1.root.json", "/v1/trust/metadata/2.root.json"
PAGE = b"<!DOCTYPE html><html><body>Welcome to Free WiFi</body></html>"


@dataclass(frozen=True)
class Office:
    """The honest registry, whose officers have signed for its certificate, and a code that it has made."""

    folder: Path
    service: RegistryService
    code: str


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office") / "registry"
    service = init_registry(folder, is_demo=True)
    ParkCa(service.folder).make(["localhost", "127.0.0.1"], machine_seconds())
    service.publish_set(PARK)
    service.close()
    return folder


@pytest.fixture
def office(books: Path) -> Iterator[Office]:
    service = open_registry(books)
    yield Office(books, service, service.enrol(PARK, 1, 1, LaneDirection.ENTRY).text)
    service.close()


@contextmanager
def rogue(answer: Answer, tmp_path: Path, *, is_encrypted: bool = True) -> Iterator[tuple[str, Heard]]:
    """The access point's own server, with a certificate of the thief's own authority."""
    now = machine_seconds()
    context = Authority.new(now).context(tmp_path / "rogue.pem", now - DAY, now + DAY) if is_encrypted else None
    with hostile_server(answer, context) as (port, heard):
        yield f"https://localhost:{port}", heard


def files(source: TrustRepository | RegistryEnd) -> Answer:
    """The signed files of a registry, the thief's own or relayed."""

    def answer(path: str) -> Iterator[bytes]:
        data = source.trust_file(path.removeprefix("/v1/trust/"))
        yield whole(data) if data is not None else whole(b"{}", "404 Not Found", "application/problem+json")

    return answer


def expect_nothing(office: Office, heard: Heard, home: Home) -> None:
    """No request but for signed files was heard, nothing of the code or of a key in it, and the folder is no kiosk."""
    said = b"".join(heard.heads)
    assert all(head.startswith(b"GET /v1/trust/") for head in heard.heads)
    code = EnrolmentCode.parse(office.code)
    lowered = said.lower()
    for word in (code.secret, office.code, code.anchor, "signature", "public_key", "content-digest"):
        assert word.lower().encode() not in lowered
    assert home.device is None
    assert not list(home.trust.glob("*.json"))
    assert not home.journal_file.exists()


def enrol(home: Home, url: str, code: str) -> tuple[int, str]:
    done = qaqpa_here("enrol", url, code, "--data", home.path, env={"QAQPA_PIN": "480275"})
    return done.code, done.err


def test_a_thief_with_roots_of_their_own_hears_which_files_are_looked_for(office: Office, tmp_path: Path) -> None:
    thief, home = TrustRepository(machine_seconds(), name="thief"), Home(tmp_path / "kiosk")
    thief.publish(SmallPark().keys_file(), {PARK: SmallPark().park_file()})
    with rogue(files(thief), tmp_path) as (url, heard):
        code, said = enrol(home, url, office.code)
    assert (code, heard.paths) == (3, [ROOT, SECOND])
    assert "another registry answers" in said
    expect_nothing(office, heard, home)


def test_a_thief_who_relays_the_honest_files_cannot_prove_who_they_are(office: Office, tmp_path: Path) -> None:
    home = Home(tmp_path / "kiosk")
    with rogue(files(RegistryEnd(office.service)), tmp_path) as (url, heard):
        code, said = enrol(home, url, office.code)
    assert code == 3
    assert "not signed by this park's authority" in said
    assert heard.paths[0] == ROOT
    expect_nothing(office, heard, home)


def test_a_thief_who_relays_all_but_puts_in_an_authority_of_their_own_is_found_out(
    office: Office, tmp_path: Path
) -> None:
    end, home = RegistryEnd(office.service), Home(tmp_path / "kiosk")

    def answer(path: str) -> Iterator[bytes]:
        data = end.trust_file(path.removeprefix("/v1/trust/"))
        if data is not None and path.endswith("keys.json"):
            data = data.replace(b"BEGIN CERTIFICATE-----\\nM", b"BEGIN CERTIFICATE-----\\nN")
        yield whole(data) if data is not None else whole(b"{}", "404 Not Found", "application/problem+json")

    with rogue(answer, tmp_path) as (url, heard):
        code, said = enrol(home, url, office.code)
    assert code == 3
    assert "do not hold together" in said
    expect_nothing(office, heard, home)


@pytest.mark.parametrize(
    ("answer", "is_encrypted", "said"),
    [
        (lambda _path: iter([whole(PAGE, kind="text/html")]), True, "log in"),
        (
            lambda _path: iter([whole(b"", "302 Found", "text/html", "Location: https://login.example/")]),
            True,
            "log in",
        ),
        (lambda _path: iter([whole(b"{}")]), False, "does not encrypt"),
        (lambda _path: iter([whole(b"[" * 100_000)]), True, "another registry answers"),
    ],
    ids=["a portal", "a redirect", "no TLS", "nonsense"],
)
def test_whatever_else_answers_hears_no_more(
    office: Office, tmp_path: Path, answer: Answer, is_encrypted: bool, said: str
) -> None:
    home = Home(tmp_path / "kiosk")
    with rogue(answer, tmp_path, is_encrypted=is_encrypted) as (url, heard):
        code, sentence = enrol(home, url, office.code)
    assert code == 3
    assert said in sentence
    assert heard.paths in ([ROOT], [], [""]) or not is_encrypted
    if is_encrypted:
        expect_nothing(office, heard, home)
    assert home.device is None


def test_the_code_is_good_at_the_honest_registry_after_all_that_and_tls_is_pinned_from_then_on(
    office: Office, tmp_path: Path
) -> None:
    home = Home(tmp_path / "kiosk")
    with rogue(files(RegistryEnd(office.service)), tmp_path) as (url, _heard):
        assert enrol(home, url, office.code)[0] == 3
    server = RegistryServer(office.service, "127.0.0.1", 0, is_secure=True)
    server.start()
    try:
        url = server.url.replace("127.0.0.1", "localhost")
        assert enrol(home, url, office.code) == (0, "")
        assert home.enrolled().registry == url
        assert home.park_ca_file.read_bytes() == (office.folder / "keys" / "park-ca.pem").read_bytes()
        assert qaqpa_here("sync", "--once", "--data", home.path, "--json").record["network_state"] == "ok"
    finally:
        server.stop()
