"""One scan, start to finish: what is on the disk, what the barrier did, and in which order."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.believing import NoPolicyError
from kiosk.checkpoint import CodesLockedError
from kiosk.devices.barrier import SimulatedBarrier, read_pulse_log
from kiosk.errors import EnvironmentalError, UsageError
from kiosk.facts import Scan
from kiosk.rules.codes import typed_code
from kiosk.rules.entries import ActBody, AlarmBody, DecisionBody, Entry, Private, ReportBody, TrustBody
from kiosk.rules.facts import Answers, Question
from kiosk.rules.permit import Party, permit_id
from kiosk.rules.ticket import Flag
from kiosk.rules.words import ActKind, AlarmKind, Direction, EntryKind, Outcome, Reason, ReportKind, Source
from kiosk.store.journal import Journal
from tests.support.gate import Gate, gate
from tests.support.park import HIGH_RISK, NOON, SmallPark

PARK = SmallPark()
TWELVE: dict[str, Any] = {"party": Party(adults=8, children=4)}


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Gate]:
    with gate(tmp_path / "gate") as made:
        yield made


def shown(text: str, source: Source = Source.CAMERA) -> Scan:
    return Scan(text=text, source=source)


def scanned(here: Gate, text: str, answers: Answers | None = None, **more: Any) -> Entry:
    entry = here.checkpoint.scan(shown(text), answers or Answers(), **more)
    assert isinstance(entry, Entry), entry
    return entry


def decision(entry: Entry) -> DecisionBody:
    assert isinstance(entry.body, DecisionBody)
    return entry.body


def acts(here: Gate, entry: Entry) -> list[ActKind]:
    return [act.body.act for act in here.journal.acts_on(entry.id) if isinstance(act.body, ActBody)]


def test_an_admission_is_journalled_then_pulsed_and_the_pulse_is_journalled_too(here: Gate) -> None:
    entry = scanned(here, PARK.ticket())
    assert decision(entry).reason is Reason.UNLISTED
    assert here.journal.get(entry.id) == entry
    assert [pulse.cause for pulse in here.barrier.pulses] == [entry.id]
    assert acts(here, entry) == [ActKind.PULSE]


def test_a_journal_that_cannot_commit_moves_no_barrier(here: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise EnvironmentalError("journal.db: the disk is full; free some space")

    monkeypatch.setattr(Journal, "append", full)
    with pytest.raises(EnvironmentalError, match="disk is full"):
        scanned(here, PARK.ticket())
    assert here.barrier.pulses == ()


def test_every_refusal_is_an_entry_and_none_is_pulsed(here: Gate) -> None:
    texts = [
        "https://example.org",
        "KP1:BROKEN",
        PARK.ticket(exp=NOON - 86_400, nbf=NOON - 90_000),
        PARK.ticket(park=12),
    ]
    reasons = [decision(scanned(here, text)).reason for text in texts]
    assert reasons == [Reason.NOT_A_TICKET, Reason.MALFORMED, Reason.EXPIRED, Reason.WRONG_PARK]
    assert len(here.checkpoint.latest(10)) == 4
    assert here.barrier.pulses == ()


def test_no_entry_holds_the_text_of_a_code(here: Gate) -> None:
    ticket, foreign = PARK.ticket(), "https://pay.example.org/secret-invoice-77"
    scanned(here, ticket)
    scanned(here, foreign)
    stored = b"".join(entry.core + (entry.private or b"") for entry in here.journal.after(0, 0, 100))
    assert b"secret-invoice" not in stored
    assert ticket[4:60].encode() not in stored


def test_one_foreign_code_in_view_is_one_entry_in_ten_seconds(here: Gate) -> None:
    first = scanned(here, "WIFI:S:cafe;;")
    here.clock.at += 9
    assert scanned(here, "WIFI:S:cafe;;").id == first.id
    here.clock.at += 2
    assert scanned(here, "WIFI:S:cafe;;").id != first.id


def test_a_copy_is_refused_with_time_and_lane(here: Gate) -> None:
    scanned(here, PARK.ticket())
    here.clock.at += 60
    body = decision(scanned(here, PARK.ticket()))
    assert (body.reason, body.remaining) == (Reason.ALREADY_USED, 0)
    assert body.first_use is not None
    assert (body.first_use.at, body.first_use.gate, body.first_use.lane) == (NOON, 1, 1)


def test_a_question_leaves_no_trace_until_it_is_answered(here: Gate) -> None:
    ticket = PARK.ticket(**TWELVE)
    assert isinstance(here.checkpoint.scan(shown(ticket)), Question)
    assert here.checkpoint.latest(10) == []
    body = decision(scanned(here, ticket, Answers(heads=5)))
    assert (body.reason, body.remaining) == (Reason.PARTIAL, 7)
    rest = decision(scanned(here, ticket, Answers(heads=7)))
    assert (rest.outcome, rest.remaining) == (Outcome.ADMITTED, 0)
    assert decision(scanned(here, ticket)).reason is Reason.ALREADY_USED


def test_a_question_nobody_answered_is_an_entry_without_heads(here: Gate) -> None:
    entry = here.checkpoint.lapse(shown(PARK.ticket(**TWELVE)))
    assert (decision(entry).reason, decision(entry).party.heads) == (Reason.UNANSWERED, 0)


def test_leaving_and_coming_back_is_no_second_visit(here: Gate) -> None:
    scanned(here, PARK.ticket())
    here.checkpoint.turn(Direction.EXIT)
    left = decision(scanned(here, PARK.ticket()))
    assert (left.reason, left.party) == (Reason.EXIT, Party(adults=2, children=1))
    here.checkpoint.turn(Direction.ENTRY)
    back = decision(scanned(here, PARK.ticket()))
    assert (back.reason, back.returning) == (Reason.WELCOME_BACK, 3)
    assert len(here.barrier.pulses) == 3


def test_a_typed_code_counts_against_the_same_right(tmp_path: Path) -> None:
    with gate(tmp_path / "gate", SmallPark(policy={"typed_code_alone": "admit"})) as here:
        here.know(PARK.claims())
        code = typed_code(PARK.claims().cti)
        entry = here.checkpoint.scan(shown(f" {code[:3].lower()}-{code[3:]}", Source.TYPED))
        assert isinstance(entry, Entry)
        assert (decision(entry).reason, decision(entry).code_tail) == (Reason.OK, code[-3:])
        assert decision(scanned(here, here.park.ticket())).reason is Reason.ALREADY_USED


def test_wrong_codes_are_limited_to_five_a_minute(here: Gate) -> None:
    for serial in range(5):
        code = typed_code(PARK.claims(serial + 100).cti)
        entry = here.checkpoint.scan(shown(code, Source.TYPED))
        assert isinstance(entry, Entry)
        assert decision(entry).reason is Reason.TYPED_ONLY
    with pytest.raises(CodesLockedError):
        here.checkpoint.scan(shown(typed_code(PARK.claims(200).cti), Source.TYPED))
    here.clock.at += 61
    assert isinstance(here.checkpoint.scan(shown(typed_code(PARK.claims(200).cti), Source.TYPED)), Entry)


def test_a_mistyped_code_is_said_and_not_journalled(here: Gate) -> None:
    with pytest.raises(UsageError, match="mistyped"):
        here.checkpoint.scan(shown("222222222A", Source.TYPED))
    assert here.checkpoint.latest(1) == []


def test_a_revocation_and_a_use_elsewhere_are_heard(here: Gate) -> None:
    revoked, used = PARK.claims(1), PARK.claims(2)
    use = ["u", permit_id(used.cti).hex(), 1, [2, 1], 3, 1, "entry", NOON - 60, "0000000004000000000G"]
    here.know(revoked, used, ["r", 1, revoked.cti[:8].hex(), "revoke", NOON - 100, 0], use)
    assert decision(scanned(here, PARK.ticket(1))).reason is Reason.REVOKED
    body = decision(scanned(here, PARK.ticket(2)))
    assert body.reason is Reason.ALREADY_USED
    assert body.first_use is not None
    assert body.first_use.gate == 3


def test_an_information_scan_records_and_moves_nothing(here: Gate) -> None:
    answer = here.checkpoint.information(shown(PARK.ticket()))
    assert isinstance(answer, DecisionBody)
    assert answer.outcome is Outcome.ADMITTED
    assert (here.checkpoint.latest(1), here.barrier.pulses) == ([], ())


# ---- a crash between the commit and the pulse -----------------------------------------------------------------------


def test_a_rescan_of_an_admission_without_a_pulse_pulses_the_same_entry(
    here: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(SimulatedBarrier, "pulse", _power_cut)
        with pytest.raises(PowerCut):
            scanned(here, PARK.ticket())
    (before,) = here.checkpoint.latest(5)
    here.clock.at += 100
    entry = scanned(here, PARK.ticket())
    assert entry.id == before.entry.id
    assert read_pulse_log(here.home.path / "pulses.log") == [entry.id]
    assert decision(scanned(here, PARK.ticket())).reason is Reason.ALREADY_USED


def test_after_two_minutes_the_rescan_is_a_copy_and_the_ranger_decides(
    here: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(SimulatedBarrier, "pulse", _power_cut)
        with pytest.raises(PowerCut):
            scanned(here, PARK.ticket())
    here.clock.at += 121
    assert decision(scanned(here, PARK.ticket())).reason is Reason.ALREADY_USED


class PowerCut(BaseException):
    """What no code may catch."""


def _power_cut(*_: object) -> None:
    raise PowerCut


def test_a_barrier_that_does_not_answer_leaves_the_admission_and_says_so(here: Gate) -> None:
    here.barrier.break_down(True)
    entry = scanned(here, PARK.ticket())
    assert decision(entry).outcome is Outcome.ADMITTED
    assert acts(here, entry) == [ActKind.POSITION]
    here.barrier.break_down(False)
    assert scanned(here, PARK.ticket()).id == entry.id
    assert acts(here, entry) == [ActKind.POSITION, ActKind.PULSE]


# ---- a ranger's acts ------------------------------------------------------------------------------------------------


def test_an_override_lets_in_pulses_and_keeps_its_reason_erasable(here: Gate) -> None:
    scanned(here, PARK.ticket())
    copy = scanned(here, PARK.ticket())
    act = here.checkpoint.acts.override(copy.id, reason="lost sight of the family", by="Saule")
    assert isinstance(act.body, ActBody)
    assert (act.body.act, act.body.target, act.body.party) == (ActKind.OVERRIDE, copy.id, Party(adults=2, children=1))
    assert [pulse.cause for pulse in here.barrier.pulses][-1] == act.id
    assert act.private == Private(reason="lost sight of the family")
    with pytest.raises(UsageError, match="overridden already"):
        here.checkpoint.acts.override(copy.id, reason="again", by="Saule")


def test_an_override_of_a_scan_without_a_party_asks_for_one(here: Gate) -> None:
    entry = scanned(here, "KP1:BROKEN")
    with pytest.raises(UsageError, match="how many"):
        here.checkpoint.acts.override(entry.id, reason="paper receipt", by="Saule")
    assert here.checkpoint.acts.override(entry.id, reason="paper receipt", by="Saule", party=Party(adults=2)).id


def test_a_training_ticket_is_never_overridden_because_it_would_be_counted(here: Gate) -> None:
    expired = scanned(here, PARK.ticket(flags=int(Flag.TRAINING), nbf=NOON - 90_000, exp=NOON - 86_400))
    with pytest.raises(UsageError, match="training"):
        here.checkpoint.acts.override(expired.id, reason="let the trainee in", by="Saule")


def test_an_annulled_admission_gives_the_right_back(here: Gate) -> None:
    entry = scanned(here, PARK.ticket())
    here.checkpoint.acts.annul(entry.id, reason="turnstile did not turn", by="Saule")
    assert here.checkpoint.latest(1)[0].is_annulled
    assert decision(scanned(here, PARK.ticket())).outcome is Outcome.ADMITTED
    with pytest.raises(UsageError, match="annulled already"):
        here.checkpoint.acts.annul(entry.id, reason="twice", by="Saule")


def test_an_act_finds_its_entry_however_its_id_was_typed(here: Gate) -> None:
    entry = scanned(here, PARK.ticket())
    typed = f" {entry.id.lower().replace('0', 'o', 1)} "
    here.checkpoint.acts.annul(typed, reason="turnstile did not turn", by="Saule")
    assert here.checkpoint.latest(1)[0].is_annulled
    assert decision(scanned(here, PARK.ticket())).outcome is Outcome.ADMITTED


@pytest.mark.parametrize("words", ["a" * 1001, "caf\udce9"])
def test_words_that_no_journal_or_registry_can_hold_are_sent_back_before_anything_happens(
    here: Gate, words: str
) -> None:
    entry, refused = scanned(here, PARK.ticket()), scanned(here, PARK.ticket())
    with pytest.raises(UsageError):
        here.checkpoint.acts.annul(entry.id, reason=words, by="Saule")
    with pytest.raises(UsageError):
        here.checkpoint.acts.override(refused.id, reason=words, by="Saule")
    with pytest.raises(UsageError):
        scanned(here, PARK.ticket(2), private=Private(guide=words))
    assert len(here.barrier.pulses) == 1
    assert here.journal.verify() == []


HOSTILE = ["", "\0", "\ud800", "KP1:", "KP1:\0", "KP1:\udfff", "KP1:" + "A" * 600, "x" * 3000, "\u202eKP1:", "KQ1:A"]


@pytest.mark.parametrize("way", Direction)
@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_no_text_whatever_ends_a_scan_without_an_entry(here: Gate, text: str, way: Direction) -> None:
    here.checkpoint.turn(way)
    assert scanned(here, text).kind is EntryKind.DECISION
    with pytest.raises(UsageError) as said:
        here.checkpoint.scan(shown(text, Source.TYPED))
    assert len(str(said.value)) < 200
    assert here.journal.verify() == []


def test_a_correction_changes_what_is_left(here: Gate) -> None:
    entry = scanned(here, PARK.ticket())
    here.checkpoint.acts.correct(entry.id, party=Party(adults=1), reason="two waited outside", by="Saule")
    body = decision(scanned(here, PARK.ticket()))
    assert (body.outcome, body.party.heads) == (Outcome.ADMITTED, 2)


def test_a_correction_stands_until_the_next_one_and_no_act_is_acted_upon(here: Gate) -> None:
    entry = scanned(here, PARK.ticket())
    first = here.checkpoint.acts.correct(entry.id, party=Party(adults=1), reason="two waited outside", by="Saule")
    with pytest.raises(UsageError, match="says so already: 1 went through"):
        here.checkpoint.acts.correct(entry.id, party=Party(adults=1), reason="again", by="Saule")
    with pytest.raises(UsageError, match=f"{first.id} is itself an act upon {entry.id}: it stays; correct or annul"):
        here.checkpoint.acts.annul(first.id, reason="x", by="Saule")
    here.checkpoint.acts.correct(entry.id, party=Party(adults=2), reason="one more came", by="Saule")
    assert decision(scanned(here, PARK.ticket())).party.heads == 1
    annulled = here.checkpoint.acts.annul(entry.id, reason="another ticket", by="Saule")
    with pytest.raises(UsageError, match=f"annulled already by {annulled.id}"):
        here.checkpoint.acts.correct(entry.id, party=Party(adults=1), reason="x", by="Saule")
    with pytest.raises(UsageError, match="it stays; if they do go in, scan the ticket again"):
        here.checkpoint.acts.annul(annulled.id, reason="x", by="Saule")


def test_who_left_had_gone_in(here: Gate) -> None:
    entry = scanned(here, PARK.ticket())
    here.checkpoint.turn(Direction.EXIT)
    out = here.checkpoint.scan(shown(PARK.ticket()), Answers(heads=2))
    assert isinstance(out, Entry)
    with pytest.raises(UsageError, match=f"2 of them left again since.*{out.id}, gate 1, lane 1"):
        here.checkpoint.acts.correct(entry.id, party=Party(adults=1), reason="x", by="Saule")
    with pytest.raises(UsageError, match="Fewer than that had gone in"):
        here.checkpoint.acts.correct(out.id, party=Party(adults=4), reason="x", by="Saule")
    here.checkpoint.acts.correct(entry.id, party=Party(adults=2), reason="one stayed behind", by="Saule")
    here.checkpoint.acts.annul(out.id, reason="they only looked out", by="Saule")
    here.checkpoint.acts.annul(entry.id, reason="another ticket", by="Saule")


def test_an_entry_of_another_device_is_acted_upon_where_it_was_written(here: Gate) -> None:
    entry = scanned(here, PARK.ticket())
    other = str(replace(entry.key, device=4712))
    for act in (here.checkpoint.acts.annul, here.checkpoint.acts.override):
        with pytest.raises(UsageError, match="is an entry of device 4712, and this is device 4711"):
            act(other, reason="x", by="Saule")
    assert here.journal.verify() == []


def test_an_opening_by_hand_is_an_entry_with_a_pulse_and_lets_nobody_count(here: Gate) -> None:
    opened = here.checkpoint.acts.open_by_hand(reason="a tractor of the park", by="Saule")
    assert isinstance(opened.body, ActBody)
    assert (opened.body.act, opened.body.target, opened.body.by) == (ActKind.OPEN, "", "Saule")
    assert [pulse.cause for pulse in here.barrier.pulses] == [opened.id]
    assert acts(here, opened) == [ActKind.PULSE]
    refused = scanned(here, "KP1:BROKEN")
    about = here.checkpoint.acts.open_by_hand(reason="the reader broke", by="Saule", about=refused.id)
    assert isinstance(about.body, ActBody)
    assert about.body.target == refused.id
    with pytest.raises(UsageError, match="let nobody through"):
        here.checkpoint.acts.annul(opened.id, reason="x", by="Saule")
    assert here.journal.verify() == []
    assert here.journal.get(opened.id) == opened


def test_a_refusal_cannot_be_annulled_and_an_admission_not_overridden(here: Gate) -> None:
    refused, admitted = scanned(here, "KP1:BROKEN"), scanned(here, PARK.ticket())
    with pytest.raises(UsageError, match="nobody"):
        here.checkpoint.acts.annul(refused.id, reason="x", by="Saule")
    with pytest.raises(UsageError, match="admitted"):
        here.checkpoint.acts.override(admitted.id, reason="x", by="Saule")
    with pytest.raises(UsageError, match="no entry"):
        here.checkpoint.acts.annul(str(replace(refused.key, n=999)), reason="x", by="Saule")


def test_a_lane_for_both_goes_on_as_it_ran_after_a_power_cut(tmp_path: Path) -> None:
    with gate(tmp_path / "gate") as before:
        before.checkpoint.turn(Direction.EXIT)
        scanned(before, PARK.ticket())
    with gate(tmp_path / "gate") as after:
        assert after.checkpoint.place.direction is Direction.EXIT


def test_a_right_does_not_come_back_when_the_journal_is_lost(tmp_path: Path) -> None:
    with gate(tmp_path / "gate") as before:
        entry = scanned(before, PARK.ticket())
        before.know(["u", permit_id(PARK.claims().cti).hex(), 1, [2, 1], 1, 1, "entry", entry.at, entry.id])
        assert decision(scanned(before, PARK.ticket())).reason is Reason.ALREADY_USED
        path = before.home.journal_file
    for file in path.parent.glob(path.name + "*"):
        file.unlink()
    with gate(tmp_path / "gate") as after:
        assert decision(scanned(after, PARK.ticket())).reason is Reason.ALREADY_USED


# ---- what is believed -----------------------------------------------------------------------------------------------


def test_a_new_set_is_an_entry_before_it_decides(here: Gate) -> None:
    scanned(here, PARK.ticket())
    here.stage(SmallPark(version=2, key_fields={"status": "revoked"}))
    entry = scanned(here, PARK.ticket(2))
    assert decision(entry).reason is Reason.KEY_NOT_VALID
    trust = here.journal.newest(EntryKind.TRUST)
    assert trust is not None
    assert isinstance(trust.body, TrustBody)
    assert (trust.body.version, trust.body.digest) == (2, entry.policy)


def test_the_journal_keeps_the_floor_of_versions_when_the_trust_folder_is_put_back(tmp_path: Path) -> None:
    with gate(tmp_path / "gate", SmallPark(version=5)) as here:
        scanned(here, PARK.ticket())
        for path in here.home.trust.iterdir():
            path.unlink()
    with gate(tmp_path / "gate", SmallPark(version=4)) as here, pytest.raises(NoPolicyError, match="version 5"):
        scanned(here, PARK.ticket(2))


def test_the_status_is_computed_from_what_is_there(here: Gate) -> None:
    scanned(here, PARK.ticket())
    status = here.checkpoint.status()
    assert (status.policy_version, status.permits, status.staleness) == (1, None, "fresh")
    assert status.pending == here.journal.count()
    here.clock.at += 10 * 86_400
    assert here.checkpoint.status().staleness == "ageing"


def test_stale_data_refers_a_high_risk_ticket_only(here: Gate) -> None:
    here.clock.at += 31 * 86_400
    window = {"nbf": here.clock.at - 60, "exp": here.clock.at + 60}
    assert decision(scanned(here, PARK.ticket(1, **window))).outcome is Outcome.ADMITTED
    assert decision(scanned(here, PARK.ticket(2, product=HIGH_RISK, **window))).reason is Reason.STALE_TRUST


def test_the_chain_is_sound_after_all_of_it(here: Gate) -> None:
    scanned(here, PARK.ticket())
    copy = scanned(here, PARK.ticket())
    here.checkpoint.acts.override(copy.id, reason="r", by="Saule")
    assert here.journal.verify() == []


def test_what_is_no_scan_is_written_down_and_moves_no_barrier(here: Gate) -> None:
    written = here.checkpoint.note(AlarmBody(alarm=AlarmKind.DOOR, place=here.checkpoint.place))
    report = ReportBody(report=ReportKind.INCIDENT, place=here.checkpoint.place, what="fire", by="device")
    told = here.checkpoint.note(report, Private(reason="by the lake"))
    assert [here.journal.get(entry.id) for entry in (written, told)] == [written, told]
    assert here.journal.verify([]) == []
    assert not here.barrier.pulses
