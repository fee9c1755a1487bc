"""Situations at a gate, continued: who is inside, who is late, and what is done about it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.story import PIN, Gate, Story, gist, told

PLATE, CONTACT = "917 CNY 05", "Dana Serikova, +7 701 555 01 02"


@pytest.fixture
def burabay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    with told(tmp_path, "Burabay", begins="2026-07-04T08:00", monkeypatch=monkeypatch) as story:
        yield story


@pytest.fixture
def gate(burabay: Story) -> Gate:
    return burabay.gate("gate-3", 3)


def test_34_35_a_party_that_is_late_is_listed_with_whom_to_call_and_each_step_is_an_entry(
    burabay: Story, gate: Gate
) -> None:
    (hikers,) = burabay.sell("adults=2", contact=CONTACT, plate=PLATE, expected_return="2026-07-04T17:00")
    (witnesses,) = burabay.sell("adults=3")
    gate.sync()
    burabay.cut()
    burabay.it_is("09:00")
    assert {gist(answer) for answer in gate.scan(hikers, witnesses)} == {("admitted", "ok", 2), ("admitted", "ok", 3)}
    burabay.it_is("15:00")
    assert gist(gate.shows(witnesses, "--direction", "exit")) == ("admitted", "exit", 3)

    # not yet late, then the leader, then the contact, then 112: each step is written down, and the next one follows
    burabay.it_is("16:59")
    assert gate.run("inside", "--overdue").code == 0
    steps = []
    for at, whom in (("20:01", "leader"), ("2026-07-05T00:01", "contact"), ("2026-07-05T00:30", "112")):
        burabay.it_is(at)
        told_now = gate.run("inside", "--overdue", "--contacts", pin=PIN)
        assert told_now.code == 1
        (late,) = told_now.records
        steps.append(late["step"])
        assert (late["heads"], late["contact"]) == (2, CONTACT)
        assert [other["left"] for other in late["witnesses"]] == ["2026-07-04T10:00:00Z"], "who was there too, and left"
        gate.do("called", late["entry_id"], "--whom", whom, "--reason", "no answer", pin=PIN)
    assert steps == ["call_leader", "call_contact", "call_rescue"]
    (late,) = gate.run("inside", "--overdue").records
    assert late["step"] == "rescue_called"
    assert "contact" not in late, "whom to call is told to whoever has the PIN"
    acts = [entry["act"] for entry in gate.journal("act") if entry["act"].endswith("_called")]
    assert acts == ["leader_called", "contact_called", "rescue_called"]
    assert "Serikova" not in str(gate.journal())

    # they come out in the morning by themselves
    burabay.it_is("2026-07-05T07:10")
    assert gist(gate.shows(hikers, "--direction", "exit")) == ("admitted", "exit", 2)
    assert gate.run("inside", "--overdue").code == 0
    assert gate.is_sound()


def test_36_a_missing_child_s_party_is_found_at_one_gate_and_told_at_the_others(burabay: Story, gate: Gate) -> None:
    other = burabay.gate("gate-4", 4)
    (family,) = burabay.sell("adults=2", "children=1", plate=PLATE)
    gate.sync()
    other.sync()
    burabay.it_is("09:00")
    gate.scan(family)
    burabay.it_is("13:20")
    found = gate.do("report", "person", "--plate", PLATE, "--words", "a boy of six in a red coat")
    assert (found["inside"], found["passages"][0]["gate"]) == (3, 3)
    assert [entry["what"] for entry in gate.journal("report")] == ["missing"]
    assert "red coat" not in str(gate.journal()), "what names a person is in no core"
    gate.sync()
    other.sync()

    # whoever leaves with him is told of at the gate where they leave, and nobody is kept in
    burabay.it_is("13:40")
    leaving = other.shows(family, "--direction", "exit")
    assert gist(leaving) == ("admitted", "exit", 3)
    assert leaving["details"]["sought"] == {"what": "missing", "since": 1_783_153_200, "gate": 3}
    assert [entry["permit"] for entry in other.run("status").record["sought"]] == [found["permit"]]
    other.do("report", "person", "--plate", PLATE, "--found", "--words", "he is with them")
    other.sync()
    gate.sync()
    assert gate.run("status").record["sought"] == []
