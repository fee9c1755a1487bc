"""Nairobi: the central payment system fails for a day, and visitors must not wait six hours."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.story import PIN, Story, described_park, gist, told


@pytest.fixture
def park(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    """A park that lets in on a receipt while its till is down."""
    described = described_park("Burabay")
    described["policy"]["claims"] = "admit"
    with told(tmp_path, described, begins="2026-07-04T06:00", monkeypatch=monkeypatch) as story:
        yield story


def test_they_go_in_on_their_receipts_and_the_payments_are_found_afterwards(park: Story) -> None:
    gate = park.gate("gate-3", 3)
    park.cut()

    # given: the money is taken, but no ticket comes out; every visitor has a receipt and nothing else
    receipts = [f"4471-{number:04}" for number in range(12)]
    answered = []
    for number, receipt in enumerate(receipts):
        park.it_is(f"{8 + number // 4:02}:{number % 4 * 15:02}")
        slip = park.folder / f"slip-{number}.txt"
        told_now = gate.do("admit", "claim", "--receipt", receipt, "--heads", "2", "--slip", slip, pin=PIN)
        answered.append(told_now)
        assert gist(told_now) == ("admitted", "claim", 2)
        assert told_now["entry_id"] in slip.read_text(encoding="utf-8"), "by this number the claim is found again"
    assert gate.persons() == 24
    # nobody waited: each was decided at the gate, and counted like any visitor
    assert [answer["decided_at"][11:16] for answer in answered[:5]] == ["03:00", "03:15", "03:30", "03:45", "04:00"]

    # when: the payment system is back in the evening, and books what it had taken; one receipt it never saw
    park.it_is("20:00")
    park.connect()
    for receipt in receipts[:-1]:
        park.sell("adults=2", receipt=receipt)
    gate.sync()

    # then: eleven claims have found their payment, and one is for a person to look into
    claims = park.registry("claims", "--park", "7", code=1)
    assert [claim["matched"] for claim in claims].count(True) == 11
    (unmatched,) = park.registry("claims", "--park", "7", "--unmatched", code=1)
    assert (unmatched["entry_id"], unmatched["heads"]) == (answered[-1]["entry_id"], 2)
    assert gate.persons() == 24, "a payment that is found afterwards counts nobody twice"
    assert receipts[0] not in str(gate.journal()), "a receipt's number is in the erasable part only"
    assert gate.is_sound()
