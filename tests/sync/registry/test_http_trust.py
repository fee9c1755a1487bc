"""The signed data over HTTP: open to everybody, told how long it may be kept, and nothing but stored names."""

import http.client

import pytest
import requests

from sync.registry.serving import RegistryServer
from tests.sync.registry.conftest import NOON, HeldClock

ROOT = "/v1/trust/metadata/1.root.json"
TIMESTAMP = "/v1/trust/metadata/timestamp.json"


def get(server: RegistryServer, path: str, **headers: str) -> requests.Response:
    return requests.get(server.url + path, headers=headers, timeout=10)


def test_the_timestamp_is_asked_for_each_time_and_answers_304_while_it_is_the_same(
    server: RegistryServer, clock: HeldClock
) -> None:
    first = get(server, TIMESTAMP)
    assert (first.status_code, first.headers["Cache-Control"]) == (200, "no-cache, no-transform")
    again = get(server, TIMESTAMP, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    clock.at += 86_400
    later = get(server, TIMESTAMP, **{"If-None-Match": first.headers["ETag"]})
    assert later.status_code == 200
    assert later.json()["signed"]["signed_at"] == NOON + 86_400


def test_what_has_a_version_or_a_digest_in_its_name_may_be_kept_for_ever(server: RegistryServer) -> None:
    targets = get(server, "/v1/trust/metadata/1.targets.json")
    digest = targets.json()["signed"]["targets"]["keys.json"]["hashes"]["sha256"]
    park = get(server, "/v1/trust/metadata/1.park-7.json").json()["signed"]["targets"]["parks/7/set.json"]
    names = (ROOT, f"/v1/trust/targets/{digest}.keys.json")
    own = f"/v1/trust/targets/parks/7/{park['hashes']['sha256']}.set.json"
    for path in (*names, own):
        answer = get(server, path)
        assert (answer.status_code, "immutable" in answer.headers["Cache-Control"]) == (200, True), path
        assert answer.headers["Content-Type"] == "application/json"
    assert get(server, own).json()["park"] == 7


@pytest.mark.parametrize(
    "path",
    [
        "/v1/trust/metadata/../metadata/1.root.json", "/v1/trust/targets/../metadata/1.root.json",
        "/v1/trust/targets/%2e%2e/metadata/1.root.json", "/v1/trust/metadata/..%2fmetadata%2f1.root.json",
        "/v1/trust/metadata/1.root.json%00", "/v1/trust/metadata/1.root.json%0a", "/v1/trust/metadata/1.root.json/",
        "/v1/trust/metadata//1.root.json", "/v1/trust/targets/..%2f..%2fkeys%2ftrust-online.key",
        "/v1/trust/targets//etc/passwd", "/v1/trust/metadata/%EF%BC%91.root.json", "/v1/trust/metadata/1.Root.json",
        "/v1/trust/metadata/0.root.json", "/v1/trust/metadata/-1.root.json", "/v1/trust/targets/keys.json",
        "/v1/trust/metadata/1.timestamp.json", "/v1/trust/metadata/", "/v1/trust/targets/",
    ],
)  # fmt: skip
def test_no_trick_with_a_path_finds_anything(server: RegistryServer, path: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", int(server.url.rpartition(":")[2]), timeout=10)
    connection.request("GET", path)  # as it is: requests would tidy it up
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    assert answer.status == 404 or (answer.status == 307 and not body), (answer.status, body)
