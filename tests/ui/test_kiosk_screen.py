"""What the screen does when codes and fingers come."""

from dataclasses import replace

from PySide6.QtGui import QGuiApplication

from kiosk.checkpoint import CodesLockedError
from kiosk.errors import EnvironmentalError, UsageError
from kiosk.rules.closures import Advisory
from kiosk.rules.entries import Private
from kiosk.rules.facts import Question, Right
from kiosk.rules.names import Names
from kiosk.rules.permit import Party
from kiosk.rules.tags import Tag
from kiosk.rules.words import Direction, Reason, Source, Topic
from kiosk.staff import PinAnswer
from tests.support.screen import NOW, PIN, Shown, SmallGate, shown_screen, until, verdict, visible
from ui.ranger import Panel, Row
from ui.timing import Timing

GROUP = Party(adults=7, children=4)


def question(topic: Topic = Topic.HEADS) -> Question:
    right = Right(permit=b"p", park=7, product=1, party=GROUP, entries=1, nbf=0, exp=1, gates=None)
    return Question(topic=topic, right=right, left=GROUP)


def test_a_scan_is_shown_as_its_verdict_and_the_next_one_replaces_it_at_once(shown: Shown) -> None:
    shown.gate.answers = {"copy": verdict(Reason.ALREADY_USED)}
    shown.screen.present(["good"])
    shown.settle()
    assert shown.screen.stage.page == "verdict"
    assert shown.screen.verdict.outcome == "admitted"
    shown.screen.present(["copy"])
    shown.settle()
    assert shown.screen.verdict.reason == "already_used"
    assert "Өтуге болмайды" in shown.texts()


def test_a_verdict_leaves_by_itself_and_its_ring_counts_down(qapp: QGuiApplication) -> None:
    with shown_screen(qapp, timing=Timing(admitted=0.4, guard=0.0)) as shown:
        shown.screen.present(["good"])
        shown.settle()
        first = shown.screen.stage.ringLeft
        until(lambda: shown.screen.stage.ringLeft < first)
        until(lambda: shown.screen.stage.page == "ready")


def test_a_referred_visitor_waits_until_somebody_answers_and_the_ranger_is_called(qapp: QGuiApplication) -> None:
    gate = SmallGate(answers={"odd": verdict(Reason.UNKNOWN_KEY)})
    with shown_screen(qapp, gate, Timing(admitted=0.1, refused=0.1, guard=0.0)) as shown:
        shown.screen.present(["odd"])
        shown.settle()
        assert shown.screen.stage.calledAt > 0
        QGuiApplication.processEvents()
        assert shown.screen.stage.page == "verdict"
        assert shown.screen.stage.ringSeconds == 0


def test_a_group_says_how_many_go_in_now(shown: Shown) -> None:
    shown.gate.answers = {"group": question()}
    shown.screen.present(["group"])
    shown.settle()
    assert shown.screen.stage.page == "question"
    assert shown.screen.question.heads == 11
    shown.press("fewer")
    shown.press("fewer-adults")
    shown.press("confirm")
    assert shown.gate.scans[-1][1].party == Party(adults=6, children=3)
    assert shown.screen.verdict.reason == "partial"


def test_an_unanswered_question_lapses_and_another_visitor_may_come_meanwhile(shown: Shown) -> None:
    shown.gate.answers = {"group": question()}
    shown.screen.present(["group"])
    shown.settle()
    shown.screen.present(["good"])
    shown.settle()
    assert [scan.text for scan in shown.gate.lapsed] == ["group"]
    assert shown.screen.verdict.reason == "ok"


def test_the_same_code_again_leaves_its_question_as_it_is(shown: Shown) -> None:
    shown.gate.answers = {"group": question()}
    shown.screen.present(["group"])
    shown.settle()
    shown.press("fewer")
    shown.screen.present(["group"])
    shown.settle()
    assert shown.screen.question.heads == 10
    assert not shown.gate.lapsed


def test_a_guide_is_named_by_typing(shown: Shown) -> None:
    shown.gate.answers = {"guided": question(Topic.GUIDE)}
    shown.screen.present(["guided"])
    shown.settle()
    shown.press("confirm")
    for letter in "асан":
        shown.press(f"pad-{letter}", settle=False)
    shown.press("confirm")
    assert shown.gate.guides == ["Асан"]
    assert shown.gate.scans[-1][1].guide_named


def test_a_plate_is_typed_for_a_spot_check_and_goes_with_the_scan(shown: Shown) -> None:
    shown.gate.answers = {"checked": replace(question(Topic.HOLDER), tags=(Tag.PLATE, Tag.HOLDER))}
    shown.screen.present(["checked"])
    shown.settle()
    assert (shown.screen.question.topic, shown.screen.question.tag) == ("holder", "plate")
    shown.press("confirm")
    for letter in "91cn":
        shown.press(f"pad-{letter}", settle=False)
    shown.press("confirm")
    assert shown.gate.privates[-1] == Private(plate="91cn".capitalize())
    assert not shown.gate.scans[-1][1].holder_seen


def test_what_one_question_was_answered_with_is_not_lost_by_the_next(shown: Shown) -> None:
    shown.gate.answers = {"guided": question(Topic.GUIDE)}
    shown.screen.present(["guided"])
    shown.settle()
    shown.press("confirm")
    shown.press("pad-а", settle=False)
    shown.gate.again = replace(question(Topic.HOLDER), tags=(Tag.HOLDER,))
    shown.press("confirm")
    shown.press("confirm")
    shown.press("pad-7", settle=False)
    shown.gate.again = question()
    shown.press("confirm")
    shown.gate.again = None
    shown.press("confirm")
    assert shown.gate.privates[-1] == Private(guide="А", holder="7")
    assert shown.gate.scans[-1][1].guide_named
    assert shown.gate.scans[-1][1].party is not None


def test_two_codes_in_view_are_asked_to_come_one_at_a_time(shown: Shown) -> None:
    shown.screen.present(["one", "two"])
    shown.settle()
    assert shown.gate.scans == []
    assert "Бір ғана код көрсетіңіз" in shown.texts()


def test_a_language_chosen_before_a_scan_is_kept_for_it_and_kazakh_comes_back(shown: Shown) -> None:
    shown.press("language-ru")
    assert "Покажите QR-код билета камере" in shown.texts()
    shown.screen.present(["good"])
    shown.settle()
    assert "Проходите" in shown.texts()
    shown.screen.present(["next visitor"])
    shown.settle()
    assert "Өтіңіз" in shown.texts()


def test_a_ticket_may_bring_its_language(shown: Shown) -> None:
    shown.gate.answers = {"guest": verdict(Reason.OK, language="en")}
    shown.screen.present(["guest"])
    shown.settle()
    assert "Go ahead" in shown.texts()
    shown.screen._home()
    assert shown.screen.stage.language == "kk"


def test_a_finger_that_comes_too_late_presses_nothing(qapp: QGuiApplication) -> None:
    with shown_screen(qapp, timing=Timing(guard=0.3)) as shown:
        shown.press("code")
        assert shown.screen.stage.page == "code"
        shown.screen._home()
        shown.press("ranger", settle=False)
        assert shown.screen.stage.page == "ready"
        until(lambda: not shown.screen.stage.guarded)
        shown.press("ranger", settle=False)
        assert shown.screen.stage.page == "pin"


def test_a_typed_code_is_a_scan_and_a_wrong_one_is_said_so(shown: Shown) -> None:
    shown.gate.answers = {"2345678922": UsageError("mistyped"), "2345678923": CodesLockedError("too many")}
    shown.press("code")
    for letter in "2345678922":
        shown.press(f"key-{letter}", settle=False)
    shown.press("done")
    assert shown.gate.scans[-1][0].source is Source.TYPED
    assert shown.screen.code.trouble == "wrong"
    assert shown.screen.stage.page == "code"
    shown.screen.type("2345678923")
    shown.settle()
    assert shown.screen.code.trouble == "wait"


def test_a_disk_that_fails_is_told_and_calls_the_ranger(shown: Shown) -> None:
    shown.gate.answers = {"good": EnvironmentalError("the disk is full")}
    shown.screen.present(["good"])
    shown.settle()
    assert shown.screen.verdict.reason == "journal_failed"
    assert shown.screen.verdict.form == "ranger"
    assert shown.screen.stage.calledAt > 0


def test_the_ranger_lets_somebody_in_and_takes_a_record_back_with_a_reason(shown: Shown) -> None:
    waiting = Row(
        entry_id="W", at=1.0, outcome="referred", reason="typed_only", party=Party(), waiting_minutes=1, act="override"
    )
    gone = Row(entry_id="G", at=1.0, outcome="admitted", reason="ok", party=GROUP, act="annul")
    shown.gate.rows = (waiting, gone)
    sign_in(shown)
    shown.press("override-W")
    shown.press("heads-more")
    shown.press("why-document_seen")
    shown.press("annul-G")
    shown.press("why-not_passed")
    assert shown.gate.acts == [("override", "W", "document_seen", 2, ""), ("annul", "G", "not_passed", 0, "")]
    assert "Орындалды" in shown.texts()


def test_the_ranger_is_told_who_did_not_turn_and_annuls_it_with_two_fingers(shown: Shown) -> None:
    shown.gate.rows = (
        Row(entry_id="T", at=1.0, outcome="admitted", reason="ok", party=GROUP, act="annul", state="not_turned"),
    )
    sign_in(shown)
    assert any("турникет айналмады" in text for text in shown.texts())
    shown.press("annul-T")
    shown.press("why-not_passed")
    assert shown.gate.acts == [("annul", "T", "not_passed", 0, "")]


def test_a_warning_is_read_and_acknowledged(shown: Shown) -> None:
    akimat = Names(kk="Аудан әкімдігі", ru="акимат района", en="the district akimat")
    storm = Advisory(warning="storm", authority=akimat, document="№ 7", since=0, until=int(NOW.timestamp()) + 3600)
    shown.gate.answers = {"warned": replace(question(Topic.ACKNOWLEDGE), warnings=(storm,))}
    shown.screen.present(["warned"])
    shown.settle()
    assert any("Ескерту: дауыл" in text and "Аудан әкімдігі, № 7" in text for text in shown.texts())
    shown.press("confirm")
    assert shown.gate.scans[-1][1].acknowledged
    assert shown.screen.stage.page == "verdict"


def test_the_ranger_holds_the_barrier_open_and_sets_it_back(shown: Shown) -> None:
    sign_in(shown)
    shown.press("barrier")
    shown.press("why-fire")
    assert shown.gate.acts == [("keep_open", "", "fire", 0, "")]
    shown.screen.ranger.tell("")
    shown.screen.ranger.show(Panel(kept_open_since=int(NOW.timestamp())), ())
    shown.settle()
    assert any("Шлагбаум ашық тұр" in text for text in shown.texts())
    shown.press("barrier")
    shown.press("why-over")
    assert shown.gate.acts[-1] == ("set_back", "", "over", 0, "")


def test_a_reason_may_be_typed(shown: Shown) -> None:
    shown.gate.rows = (Row(entry_id="G", at=1.0, outcome="admitted", reason="ok", party=GROUP, act="annul"),)
    sign_in(shown)
    shown.press("annul-G")
    shown.press("why-other")
    for letter in "жол":
        shown.press(f"pad-{letter}", settle=False)
    shown.press("why-confirm")
    assert shown.gate.acts == [("annul", "G", "Жол", 0, "")]


def test_the_ranger_switches_the_lane_syncs_and_locks(shown: Shown) -> None:
    sign_in(shown)
    shown.press("turn")
    assert shown.gate.direction is Direction.EXIT
    shown.press("sync")
    assert shown.gate.syncs == 1
    shown.press("lock")
    assert shown.screen.stage.page == "ready"


def test_the_ranger_says_what_time_it_is(shown: Shown) -> None:
    sign_in(shown)
    shown.press("set-time")
    assert any("11.07.2026 09:58" in text for text in shown.texts())
    for digit in "310220261007":
        shown.press(f"key-{digit}", settle=False)
    shown.press("done-time")
    assert shown.screen.time.trouble == "wrong"  # no 31 February
    for digit in "110720260807":
        shown.press(f"key-{digit}", settle=False)
    shown.press("done-time")
    assert shown.screen.time.trouble == "over"
    for digit in "1107202610079":
        shown.press(f"key-{digit}", settle=False)
    assert "11.07.2026 10:07" in shown.texts()
    shown.press("erase-time")
    shown.press("key-8", settle=False)
    shown.press("done-time")
    assert shown.gate.times == [(int(NOW.timestamp()) + 600, "")]
    assert not shown.screen.time.open
    assert "Орындалды" in shown.texts()


def test_a_ranger_who_goes_leaves_no_half_typed_time(shown: Shown) -> None:
    sign_in(shown)
    shown.press("set-time")
    shown.press("key-1", settle=False)
    shown.press("cancel-time")
    shown.press("set-time")
    assert "__.__.____ __:__" in shown.texts()
    shown.screen._home()
    assert not shown.screen.time.open
    assert shown.gate.times == []


def test_a_wrong_pin_opens_nothing(shown: Shown) -> None:
    shown.press("ranger")
    for digit in "000000":
        shown.press(f"key-{digit}", settle=False)
    shown.press("done")
    assert shown.screen.stage.page == "pin"
    assert shown.screen.pin.trouble == "wrong"
    assert shown.screen.pin.attemptsLeft == 4


def test_what_earlier_attempts_left_is_known_before_the_first_digit(shown: Shown) -> None:
    shown.gate.left = PinAnswer(is_right=False, attempts_left=2)
    shown.press("ranger")
    assert "Қалған әрекет: 2" in "\n".join(shown.texts())


def test_a_lock_from_before_a_restart_counts_down_and_ends(shown: Shown) -> None:
    shown.gate.left = PinAnswer(is_right=False, attempts_left=0, locked_seconds=2)
    shown.press("ranger")
    assert "Күтіңіз: 2 с" in shown.texts()
    until(lambda: shown.screen.pin.waitSeconds == 1)
    until(lambda: shown.screen.pin.waitSeconds == 0)
    assert shown.screen.pin.attemptsLeft == 5
    assert shown.screen.pin.trouble == ""


def test_an_act_bears_the_name_that_the_ranger_picked(shown: Shown) -> None:
    shown.gate.staff = tuple(f"Инспектор {number}" for number in range(9))
    shown.gate.rows = (Row(entry_id="G", at=1.0, outcome="admitted", reason="ok", party=GROUP, act="annul"),)
    shown.screen._look_now()
    shown.settle()
    sign_in(shown)
    assert shown.screen.ranger.choosing
    shown.press("staff-more")
    shown.press("staff-0")
    assert any("Инспектор 8" in text for text in shown.texts())
    shown.press("annul-G")
    shown.press("why-test")
    assert shown.gate.acts == [("annul", "G", "test", 0, "Инспектор 8")]
    shown.press("lock")
    sign_in(shown)
    assert shown.screen.ranger.choosing
    shown.press("staff-none")
    shown.press("annul-G")
    shown.press("why-test")
    assert shown.gate.acts[1][4] == ""


def test_a_question_does_not_throw_the_ranger_out_of_an_act(qapp: QGuiApplication) -> None:
    rows = (Row(entry_id="G", at=1.0, outcome="admitted", reason="ok", party=GROUP, act="annul"),)
    gate = SmallGate(answers={"group": question()}, rows=rows)
    with shown_screen(qapp, gate, Timing(guard=0.0, question=1.0)) as shown:
        sign_in(shown)
        shown.press("annul-G")
        shown.screen.present(["group"])
        shown.settle()
        assert shown.screen.ranger.asking == "annul"
        assert "Келуші күтіп тұр" in shown.texts()
        shown.press("why-test")
        assert [act[0] for act in gate.acts] == ["annul"]
        until(lambda: [scan.text for scan in gate.lapsed] == ["group"])
        shown.settle()
        assert shown.screen.stage.page == "ranger"
        assert not shown.screen.ranger.waiting


def test_the_ranger_hands_the_screen_to_a_visitor_who_has_a_question(shown: Shown) -> None:
    shown.gate.answers = {"group": question()}
    for way in ("show-question", "lock"):
        sign_in(shown)
        shown.screen.present(["group"])
        shown.settle()
        assert shown.screen.stage.page == "ranger"
        shown.press(way)
        assert shown.screen.stage.page == "question"
        shown.press("confirm")
        assert shown.screen.verdict.reason == "partial"
        shown.screen._home()
        shown.settle()
    assert not shown.gate.lapsed


def test_a_called_ranger_is_words_on_a_refusal_and_no_key_that_is_off(shown: Shown) -> None:
    shown.gate.answers = {"copy": verdict(Reason.ALREADY_USED)}
    shown.press("call")
    shown.screen.present(["copy"])
    shown.settle()
    assert "Инспектор шақырылды: 09:58" in shown.texts()
    assert "verdict-call" not in [item.objectName() for item in visible(shown.window)]


def test_calling_the_ranger_is_seen_and_answered(shown: Shown) -> None:
    shown.press("call")
    assert shown.screen.stage.calledAt > 0
    assert "Инспектор шақырылды: 09:58" in shown.texts()
    sign_in(shown)
    assert shown.screen.stage.calledAt == 0


def sign_in(shown: Shown) -> None:
    shown.press("ranger")
    for digit in PIN:
        shown.press(f"key-{digit}", settle=False)
    shown.press("done")
    shown.settle()
    assert shown.screen.stage.page == "ranger"


def locked(shown: Shown) -> None:
    shown.gate.alarm = "door"
    shown.screen._look_now()
    shown.settle()


def test_an_alarm_locks_the_screen_and_no_visitor_goes_on(shown: Shown) -> None:
    shown.gate.answers = {"group": question()}
    shown.screen.present(["group"])
    shown.settle()
    locked(shown)
    assert shown.screen.stage.page == "locked"
    assert [scan.text for scan in shown.gate.lapsed] == ["group"]
    assert "Инспекторды күтіңіз" in shown.texts()
    assert shown.screen.stage.calledAt > 0
    before = len(shown.gate.scans)
    shown.screen.present(["good"])
    shown.screen.type("ABC")
    shown.settle()
    assert (len(shown.gate.scans), shown.screen.stage.page) == (before, "locked")


def test_a_ranger_says_what_came_of_an_alarm_and_the_screen_is_open_again(shown: Shown) -> None:
    locked(shown)
    shown.press("ranger")
    shown.screen.rangers.check(PIN)
    shown.settle()
    assert shown.screen.stage.page == "ranger"
    assert shown.screen.ranger.asking == "acknowledge"
    assert any("Есік ашылды" in text for text in shown.texts())
    shown.screen.ranger.dismiss()
    shown.screen._home()
    shown.settle()
    assert shown.screen.stage.page == "locked"  # nothing was said, so it stays locked
    shown.press("ranger")
    shown.screen.rangers.check(PIN)
    shown.settle()
    shown.press("why-no_trace")
    shown.settle()
    assert shown.gate.acts == [("acknowledge", "ALARM", "no_trace", 0, "")]
    shown.screen._home()
    assert shown.screen.stage.page == "ready"


def test_an_alarm_that_is_seen_to_elsewhere_opens_the_screen_by_itself(shown: Shown) -> None:
    locked(shown)
    shown.gate.alarm = ""
    shown.screen._look_now()
    shown.settle()
    assert shown.screen.stage.page == "ready"


def test_an_alarm_locks_a_ranger_s_page_too(shown: Shown) -> None:
    shown.screen.rangers.open()
    shown.screen.rangers.check(PIN)
    shown.settle()
    assert shown.screen.stage.page == "ranger"
    locked(shown)
    assert shown.screen.stage.page == "locked"
