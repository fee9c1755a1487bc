"""The guard without any HTTP: what is made now, what is the first, and that no single byte can be changed."""

from dataclasses import dataclass, field

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.errors import RegistryRefusedError
from sync.protocol import ProblemKind
from sync.request_guard import (
    ARRIVAL_SECONDS,
    NONCE_SECONDS,
    WINDOW_SECONDS,
    Heard,
    NonceMint,
    RequestGuard,
    Whose,
)
from sync.signing import Freshness, SignatureError, VerifiedRequest, public_half, sign_request, verify_request
from tests.support.park import NOON

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
MINT = NonceMint(b"k" * 32)
HERE = Whose(park=7, device=17)
TEN_YEARS = 10 * 365 * 86_400


@dataclass
class Remembered:
    """A memory in a dictionary."""

    kept: dict[tuple[int, str], int] = field(default_factory=dict)

    def remember(self, whose: Whose, nonce: str, *, until: int, now: int) -> Heard:
        self.kept = {key: end for key, end in self.kept.items() if end > now}
        if (whose.device, nonce) in self.kept:
            return Heard.BEFORE
        self.kept[whose.device, nonce] = until
        return Heard.FIRST


def by_time(created: int, nonce: str = "n" * 22) -> VerifiedRequest:
    return VerifiedRequest(key_id="17", created=created, nonce=nonce, freshness=Freshness.TIME)


def by_nonce(nonce: str, created: int = NOON) -> VerifiedRequest:
    return VerifiedRequest(key_id="17", created=created, nonce=nonce, freshness=Freshness.NONCE)


def hear(guard: RequestGuard, request: VerifiedRequest, arrived: int, took: int = 0) -> str:
    """The kind of problem, or nothing where it is heard."""
    try:
        until = guard.expect_made_now(request, arrived)
        guard.expect_first(request, HERE, until=until, now=arrived + took)
    except RegistryRefusedError as error:
        return error.kind
    return ""


@pytest.mark.parametrize(
    ("ahead", "kind"),
    [
        (0, ""),
        (WINDOW_SECONDS, ""),
        (-WINDOW_SECONDS, ""),
        (WINDOW_SECONDS + 1, ProblemKind.NOT_NOW),
        (-WINDOW_SECONDS - 1, ProblemKind.NOT_NOW),
        (TEN_YEARS, ProblemKind.NOT_NOW),
        (-TEN_YEARS, ProblemKind.NOT_NOW),
    ],
)
def test_what_a_clock_signs_is_heard_within_five_minutes_of_the_hearer_s(ahead: int, kind: str) -> None:
    assert hear(RequestGuard(MINT, Remembered()), by_time(NOON + ahead), NOON) == kind


@given(
    ahead=st.integers(-WINDOW_SECONDS, WINDOW_SECONDS),
    took=st.integers(0, ARRIVAL_SECONDS),
    later=st.integers(0, 4 * WINDOW_SECONDS),
    took_again=st.integers(0, ARRIVAL_SECONDS),
)
def test_a_request_is_never_heard_twice_however_slowly_its_bodies_come(
    ahead: int, took: int, later: int, took_again: int
) -> None:
    guard, request = RequestGuard(MINT, Remembered()), by_time(NOON + ahead)
    assert hear(guard, request, NOON, took) == ""
    # others of the device come meanwhile, and let go of what is over
    hear(guard, by_time(NOON + took + later, "o" * 22), NOON + took + later)
    assert hear(guard, request, NOON + later, max(took_again, took - later)) in (
        ProblemKind.REPLAYED,
        ProblemKind.NOT_NOW,
    )


@pytest.mark.parametrize("ahead", [-WINDOW_SECONDS, 0, WINDOW_SECONDS])
@pytest.mark.parametrize("late", [0, 1, TEN_YEARS])
def test_what_comes_in_when_its_original_may_be_forgotten_is_not_heard_again(ahead: int, late: int) -> None:
    guard, request = RequestGuard(MINT, Remembered()), by_time(NOON + ahead)
    until = guard.expect_made_now(request, NOON)
    assert hear(guard, request, NOON) == ""
    # of a hearer whose clock was set meanwhile, or who was stopped for a while
    assert hear(guard, request, NOON, until - NOON + late) == ProblemKind.NOT_NOW
    assert hear(guard, request, NOON, until - NOON - 1) == ProblemKind.REPLAYED


def test_requests_may_overtake_each_other_and_one_that_was_kept_back_is_refused_when_its_time_is_over() -> None:
    guard = RequestGuard(MINT, Remembered())
    first, second = by_time(NOON, "a" * 22), by_time(NOON + 5, "b" * 22)
    assert hear(guard, second, NOON + 6) == ""
    assert hear(guard, first, NOON + 7) == ""
    kept_back = by_time(NOON + 10, "c" * 22)
    assert hear(guard, kept_back, NOON + 10 + WINDOW_SECONDS + 1) == ProblemKind.NOT_NOW


@pytest.mark.parametrize("ahead", [0, TEN_YEARS, -TEN_YEARS])
def test_a_nonce_lets_a_request_of_any_time_in_once(ahead: int) -> None:
    guard = RequestGuard(MINT, Remembered())
    nonce = guard.give_nonce("17", NOON)
    assert hear(guard, by_nonce(nonce, NOON + ahead), NOON + NONCE_SECONDS) == ""
    assert hear(guard, by_nonce(nonce, NOON + ahead), NOON + NONCE_SECONDS) == ProblemKind.REPLAYED
    assert hear(guard, by_nonce(nonce), NOON + NONCE_SECONDS + 1) == ProblemKind.NONCE_REFUSED


def test_what_was_signed_by_a_clock_ten_years_ahead_is_not_good_in_ten_years_on_a_nonce_s_word() -> None:
    guard = RequestGuard(MINT, Remembered())
    nonce = guard.give_nonce("17", NOON)
    ahead = by_nonce(nonce, NOON + TEN_YEARS)
    assert hear(guard, ahead, NOON + TEN_YEARS) == ProblemKind.NONCE_REFUSED


@given(nonce=st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_", min_size=16, max_size=64))
def test_nobody_but_the_mint_makes_a_nonce(nonce: str) -> None:
    assert MINT.given_at("17", nonce) is None


def test_a_nonce_is_of_one_key_one_name_and_one_spelling() -> None:
    nonce = MINT.new("17", NOON)
    assert MINT.given_at("17", nonce) == NOON
    assert MINT.given_at("18", nonce) is None
    assert NonceMint(b"K" * 32).given_at("17", nonce) is None
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    others = {nonce[:place] + letter + nonce[place + 1 :] for place in range(len(nonce)) for letter in letters}
    assert [other for other in others - {nonce} if MINT.given_at("17", other) is not None] == []
    assert MINT.given_at("17", nonce + "=") is None


# ---- any single byte ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sent:
    """A request as bytes on the wire, by its parts."""

    method: bytes
    target: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    @classmethod
    def of(cls, method: str, target: str, body: bytes | None, created: int) -> "Sent":
        headers = sign_request(KEY, name="17", method=method, target=target, body=body, created=created)
        pairs = tuple((name.encode(), value.encode()) for name, value in headers.items())
        return cls(method=method.encode(), target=target.encode(), headers=pairs, body=body or b"")

    def parts(self) -> list[bytes]:
        return [self.method, self.target, *(part for pair in self.headers for part in pair), self.body]

    def changed(self, place: int, to: int) -> "Sent":
        """With one byte of it changed, the parts laid end to end."""
        parts = self.parts()
        for number, part in enumerate(parts):
            if place < len(part):
                parts[number] = part[:place] + bytes([to]) + part[place + 1 :]
                break
            place -= len(part)
        names = parts[2:-1:2]
        return Sent(
            method=parts[0],
            target=parts[1],
            headers=tuple(zip(names, parts[3:-1:2], strict=True)),
            body=parts[-1],
        )

    def understood(self) -> tuple[str, str, bytes, VerifiedRequest] | None:
        """What a registry takes it for; None where it is refused."""
        method, target = self.method.decode("latin-1"), self.target.decode("latin-1")
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in self.headers}
        try:
            found = verify_request(
                lambda name: public_half(KEY) if name == "17" else None,
                method=method,
                target=target,
                headers=headers,
                body=self.body,
            )
        except SignatureError:
            return None
        return method, target, self.body, found


targets = st.from_regex(r"/v1/(scopes|devices)/[0-9]{1,4}/[a-z]{1,8}(\?[a-z]{1,5}=[0-9A-Za-z]{0,6})?", fullmatch=True)
requests = st.builds(
    Sent.of, st.sampled_from(["GET", "POST", "PUT"]), targets, st.none() | st.binary(max_size=40), st.just(NOON)
)


@settings(max_examples=400)
@given(sent=requests, chosen=st.data())
def test_a_request_with_any_one_byte_changed_is_refused_or_still_the_same_request(
    sent: Sent, chosen: st.DataObject
) -> None:
    whole = sent.understood()
    assert whole is not None
    size = sum(map(len, sent.parts()))
    place, to = chosen.draw(st.integers(0, size - 1)), chosen.draw(st.integers(0, 255))
    # a header's name in another case, a bit that base64 does not use: it says the same, under the same nonce
    assert sent.changed(place, to).understood() in (None, whole)


def test_every_byte_of_one_request_changed_in_every_bit() -> None:
    sent = Sent.of("POST", "/v1/devices/17/entries?a=1", b'{"entries":[]}', NOON)
    whole = sent.understood()
    raw = b"".join(sent.parts())
    same = 0
    for place, byte in enumerate(raw):
        for bit in range(8):
            found = sent.changed(place, byte ^ (1 << bit)).understood()
            assert found in (None, whole)
            same += found is not None
    assert same < 60, "only what says the same"
