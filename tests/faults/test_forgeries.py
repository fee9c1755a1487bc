"""No text gets in that no listed key signed: every flip of a bit, a million mutants, an hour of fuzzing, weak keys.

Each text is opened, decided at a gate and asked of `qaqpa verify`; none may be admitted, raise, go without a reason or
take more than 5 ms of a processor: one that seems to is tried up to ten times more, and the least is taken, so that a
pause of the garbage collector is not the text's. The only other text of a valid ticket is the one under ECDSA's second
signature, which has the same identity.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import cbor2
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ed25519
from hypothesis import HealthCheck, Phase, given, seed, settings

from kiosk.rules import keyring, ticket
from kiosk.rules.keyring import Keyring, KeyringError
from kiosk.rules.ticket import PREFIX
from kiosk.rules.words import Reason
from tests.support import trial as trying
from tests.support.forging import VALID, Valid, flips, mutants, neighbours, respellings, signed_by
from tests.support.shell import ROOT, qaqpa
from tests.support.tickets import KEY, KID, TEXT, Outer, header
from tests.support.trial import Trial

NEIGHBOURS = 9  # tried beside each mutant that Hypothesis draws, because drawing one takes longer than trying ten
VALID_AT = "2026-07-02T12:00"  # the park's local time
PARTS = 50  # Hypothesis keeps what it has drawn: many short runs need less memory than one long one


def test_the_valid_tickets_are_admitted_so_the_gate_can_say_yes() -> None:
    trial = Trial()
    for valid in VALID:
        body = trial.decide(valid.text)
        assert body.reason is Reason.UNLISTED
        assert body.ticket == valid.claims.cti
        trial.hold(valid.text, valid)
    assert trial.faults == []


def test_every_flip_of_a_bit_is_refused_with_its_reason(
    size: Callable[[int, int], int], figure: Callable[[str], None]
) -> None:
    trial = Trial()
    for valid in VALID[: size(2, len(VALID))]:
        for text in flips(valid):
            trial.hold(text, valid)
    figure(trial.told())
    assert trial.faults == []
    assert trial.twins == 0


def tried(trial: Trial, examples: int, number: int) -> None:
    """Hold this many mutants before the gate."""

    @seed(number)
    @settings(
        max_examples=examples // (1 + NEIGHBOURS),
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(mutants)
    def run(mutant: tuple[Valid, str]) -> None:
        valid, text = mutant
        for each in (text, *neighbours(text, NEIGHBOURS)):
            trial.hold(each, valid)

    run()


def test_no_mutant_of_a_ticket_gets_in(size: Callable[[int, int], int], figure: Callable[[str], None]) -> None:
    trial = Trial()
    for number in range(size(2, PARTS)):
        tried(trial, size(10_000, 1_000_000) // size(2, PARTS), number)
    figure(trial.told())
    assert trial.faults == []
    assert {Reason.FORGED, Reason.MALFORMED, Reason.UNKNOWN_KEY, Reason.NOT_A_TICKET} <= trial.reasons.keys()
    assert trial.twins > 0


def test_no_second_spelling_is_taken_even_if_the_honest_key_signed_it() -> None:
    trial = Trial()
    for valid in VALID:
        for spelt in respellings(valid.outer.payload):
            text = signed_by(valid.key, valid.protected, spelt)
            trial.hold(text, valid)
            assert trial.decide(text).reason is Reason.MALFORMED
    assert trial.faults == []


# ---- weak keys -------------------------------------------------------------------------------------------------------

# The identity, in a signature that needs no private key: R is the identity and S is zero.
IDENTITY = b"\1" + bytes(31)
WEAK = Outer(
    protected=header(kid=bytes.fromhex(KID)), payload=VALID[0].outer.payload, signature=IDENTITY + bytes(32)
).text()


def test_a_key_of_low_order_would_open_to_a_forgery_and_so_refuses_the_list() -> None:
    weak = replace(KEY, public_key=IDENTITY)
    with pytest.raises(KeyringError):
        Keyring.from_keys([weak])
    # without that check the forgery gets in: the library does not look
    with patch.object(keyring, "_ed25519_verifier", _of_the_library):
        trial = Trial(keyring=Keyring.from_keys([weak]))
    trial.hold(WEAK, replace(VALID[0], text=TEXT))
    assert len(trial.admitted) == 1


def _of_the_library(public_key: bytes, _path: str) -> keyring.Verifier:
    return ed25519.Ed25519PublicKey.from_public_bytes(public_key).verify


def test_the_forgery_under_a_weak_key_is_refused_under_every_good_one() -> None:
    trial = Trial()
    trial.hold(WEAK, VALID[0])
    assert trial.faults == []


# ---- fuzzing ---------------------------------------------------------------------------------------------------------


def fuzz(folder: Path, seconds: int, plant: str = "") -> subprocess.CompletedProcess[str]:
    """Run atheris in a process of its own that begins with valid tickets."""
    corpus = folder / "corpus"
    corpus.mkdir()
    return subprocess.run(
        [sys.executable, "-m", "tests.support.fuzz_ticket", corpus, f"-max_total_time={seconds}", "-max_len=620",
         f"-artifact_prefix={folder}/", "-print_final_stats=1", "-rss_limit_mb=2048"],
        cwd=ROOT, env=os.environ | {"QAQPA_PLANT": plant}, capture_output=True, text=True, check=False,
        timeout=seconds + 240,
    )  # fmt: skip


@pytest.mark.timeout(0)
def test_an_hour_of_fuzzing_gets_nothing_in_and_nothing_out(
    tmp_path: Path, size: Callable[[int, int], int], figure: Callable[[str], None]
) -> None:
    pytest.importorskip("atheris", reason="atheris has no wheel for this machine")
    ended = fuzz(tmp_path, size(5, 3600))
    assert ended.returncode == 0, _fault_of(ended.stderr)
    runs = re.search(r"stat::number_of_executed_units:\s*(\d+)", ended.stderr)
    cover = re.findall(r"cov: (\d+)", ended.stderr)
    assert runs is not None
    assert cover
    figure(f"{int(runs[1]):,} runs in {size(5, 3600)} s, {cover[-1]} edges of the rules, 0 admitted, 0 uncaught")
    assert int(runs[1]) > 1000


def _fault_of(told: str) -> str:
    """What ended the fuzzer: the exception, and the input that libFuzzer names last."""
    begin = max(0, told.find("=== Uncaught Python exception"))
    return f"{told[begin : begin + 2000]}\n[...]\n{told[-2000:]}"


# ---- the rigs can fail -----------------------------------------------------------------------------------------------


def _bytes_behind_are_let_pass() -> AbstractContextManager[Any]:
    from kiosk.rules import closed_cbor

    return patch.object(ticket, "decode", lambda data: closed_cbor._item(data, 0, 4)[0])


def _any_spelling_is_taken() -> AbstractContextManager[Any]:
    return patch.object(ticket, "decode", cbor2.loads)


def _one_byte_is_not_looked_at() -> AbstractContextManager[Any]:
    """An Ed25519 verification that says yes whatever the last byte but one is."""

    def careless(public_key: bytes, _path: str) -> keyring.Verifier:
        key = ed25519.Ed25519PublicKey.from_public_bytes(public_key)

        def verify(signature: bytes, signed: bytes) -> None:
            for byte in range(256):
                try:
                    return key.verify(signature[:62] + bytes([byte]) + signature[63:], signed)
                except InvalidSignature:
                    continue
            raise InvalidSignature

        return verify

    return patch.object(keyring, "_ed25519_verifier", careless)


def _the_algorithm_is_the_token_s() -> AbstractContextManager[Any]:
    honest = keyring._open

    def trusting(outer: ticket.SignedTicket, key: keyring.IssuerKey, verify: keyring.Verifier) -> keyring.Opened:
        return honest(replace(outer, algorithm=key.alg), key, verify)

    return patch.object(keyring, "_open", trusting)


@pytest.mark.torture
@pytest.mark.parametrize("planted", [_bytes_behind_are_let_pass, _any_spelling_is_taken, _the_algorithm_is_the_token_s])
def test_the_mutants_find(planted: Callable[[], AbstractContextManager[Any]], figure: Callable[[str], None]) -> None:
    with planted():
        trial = Trial()
        for number in range(50):
            tried(trial, 1_000, number)
            if trial.admitted:
                figure(f"after {trial.texts:,} mutants: {trial.admitted[0][:60]}…")
                return
    pytest.fail("fifty thousand mutants did not find the planted fault")


@pytest.mark.torture
def test_the_flips_find_a_signature_that_is_not_looked_at_whole(figure: Callable[[str], None]) -> None:
    with _one_byte_is_not_looked_at(), patch.object(trying, "_AGAIN", 0):  # that they are slow is known
        trial = Trial()
        # only the flips of that one byte and its neighbours: each costs 256 verifications
        first = (len(VALID[0].data) - 3) * 8
        for text in flips(VALID[0])[first : first + 24]:
            trial.hold(text, VALID[0])
    figure(f"{len(trial.admitted)} of {trial.texts} flips got in")
    assert len(trial.admitted) == 8


def test_the_clock_finds_a_text_that_takes_too_long() -> None:
    honest = ticket.read

    def slow(text: object) -> ticket.SignedTicket | ticket.Unreadable:
        for _ in range(400):
            honest(VALID[0].text)
        return honest(text)

    with patch.object(keyring, "read", slow):
        trial = Trial()
        trial.hold(PREFIX + "AB", VALID[0])
    assert len(trial.slow) == 1


@pytest.mark.torture
def test_the_fuzzer_finds_bytes_that_are_let_pass_behind(tmp_path: Path, figure: Callable[[str], None]) -> None:
    pytest.importorskip("atheris", reason="atheris has no wheel for this machine")
    ended = fuzz(tmp_path, 120, plant="trailing")
    assert ended.returncode != 0
    found = re.search(r"AssertionError: (admitted|another spelling)", ended.stderr + ended.stdout)
    assert found is not None
    figure(found[0])


def test_the_command_gives_a_reason_for_each_and_ends_with_one(tmp_path: Path) -> None:
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps([key.as_json() for key in Trial().keyring]))
    texts = [text for text in flips(VALID[0])[::7] if text.isprintable() and text.isascii()]
    told = qaqpa("verify", "-", "--keys", keys, "--park", "7", "--at", VALID_AT, "--json", given="\n".join(texts))
    answers = told.records
    assert told.code == 1
    assert len(answers) == len(texts)
    assert not any(answer["valid"] for answer in answers)
    assert {Reason(answer["reason"]) for answer in answers} >= {Reason.FORGED, Reason.MALFORMED}
