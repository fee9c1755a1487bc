"""Every page in every language: nothing is cut short, nothing warns, everything can be hit with a glove."""

from collections.abc import Iterator

import pytest

from kiosk.devices.health import DeviceKind
from kiosk.devices.problems import Problem
from kiosk.rules.closures import Advisory
from kiosk.rules.names import Names
from kiosk.rules.permit import Party
from kiosk.rules.roles import Right
from kiosk.rules.tags import Tag
from kiosk.rules.words import ClockTrust, Reason, Staleness, Topic
from tests.support.screen import BURABAY, NOW, PLACE, Shown, misfits, verdict, visible
from ui import sentences
from ui.devices import DeviceState
from ui.limit_words import advisories_told
from ui.overrides import Overrides
from ui.persons import Person
from ui.question import Asked
from ui.ranger import Panel, Row
from ui.ready import Condition
from ui.sentences import LANGUAGES, Catalogue, catalogue

PRIMARY = 118
STEPPERS_AND_KEYS = (
    "key-",
    "fewer",
    "more",
    "confirm",
    "done",
    "code",
    "call",
    "ranger",
    "cancel",
    "annul-",
    "override-",
    "staff-",
    "name-",
    "names-more",
    "new-code",
    "show-question",
)


@pytest.fixture
def long_words(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every language 40 % longer than it is."""
    read = sentences.read_catalogue

    def longer(language: str, folder: object) -> Catalogue:
        words = read(language, folder)  # type: ignore[arg-type]
        forms = {key: tuple(_longer(key, form) for form in forms) for key, forms in words.forms.items()}
        return Catalogue(language=language, forms=forms)

    monkeypatch.setattr(sentences, "read_catalogue", longer)
    catalogue.cache_clear()
    yield
    catalogue.cache_clear()


def _longer(key: str, text: str) -> str:
    if not key.startswith(("reason.", "step.", "ready.", "button.", "question.", "next.", "limits", "code.", "card.")):
        return text
    parts = [
        part + " " + "ұзақ " * max(1, round(len(part) * 0.4 / 5)) if len(part) > 6 else part for part in text.split("▸")
    ]
    return "▸".join(parts).strip()


AKIMAT = Names(kk="Бурабай ауданының әкімдігі", ru="акимат Бурабайского района", en="the akimat of Burabay district")
NOON = int(NOW.timestamp())
STORM = Advisory(warning="storm", authority=AKIMAT, document="№ а-7/214", since=NOON, until=NOON + 7 * 3600)
FIRE_DANGER = Advisory(
    warning="fire_danger", level=5, authority=AKIMAT, document="№ а-7/215", since=NOON, until=None,
    text=Names(kk="Орманда от жақпаңыз", ru="Не разводите огонь в лесу", en="Light no fires in the forest"),
)  # fmt: skip
OLD_LIST = Condition(age_seconds=8 * 86_400, staleness=Staleness.AGEING, are_revocations_stale=True, barrier="faulted")


def every_state(shown: Shown) -> Iterator[str]:
    """Show one state after the other."""
    screen, now = shown.screen, int(NOW.timestamp())
    stage = screen.stage
    for night in (False, True):
        stage.light(night=night)
        stage.turn("ready")
        screen.ready.show(Condition(online=not night, age_seconds=3 * 3600, barrier="held"))
        yield f"ready {night}"
    stage.light(night=False)
    stage.call(float(now))
    yield "ready, ranger called"
    screen.ready.show(Condition(camera=False, age_seconds=None, barrier="faulted"))
    yield "ready, no camera"
    screen.ready.show(Condition(camera=False, scanner=True, age_seconds=None, barrier="faulted"))
    yield "ready, a scanner in place of the camera"
    screen.ready.show(OLD_LIST)
    yield "ready, an old list of revocations"
    screen.stage.turn("verdict")
    for reason in Reason:
        screen.verdict.show(verdict(reason), now - 720, float(now))
        stage.ring(0.7, 8)
        yield f"verdict {reason}"
    stage.turn("question")
    left = Party(adults=7, children=4, preferential=1)
    for asked in (
        Asked(topic=Topic.HEADS, total=50, left=left, tail="H8P"),
        Asked(topic=Topic.HEADS, total=9, left=Party(adults=2, children=2, preferential=2, preschool=2, other=1)),
        Asked(topic=Topic.HEADS, total=50, left=left, leaving=True),
        Asked(topic=Topic.ACKNOWLEDGE, advisory=advisories_told((STORM, FIRE_DANGER), NOON, 300)),
        Asked(topic=Topic.GUIDE),
        Asked(topic=Topic.HOLDER, tag=Tag.PLATE),
        Asked(topic=Topic.HOLDER, tag=Tag.HOLDER),
    ):
        screen.question.ask(asked)
        yield f"question {asked.topic} {asked.leaving}"
    for trouble in ("", "wrong", "wait"):
        stage.turn("code")
        screen.code.clear(trouble)
        yield f"code {trouble}"
    for trouble in ("", "wrong", "locked", "unset"):
        stage.turn("pin")
        screen.pin.clear(trouble, 4, 59)
        yield f"pin {trouble}"
    yield from signing_in(shown)
    stage.turn("locked")
    yield "locked"
    stage.turn("ranger")
    for alarm in ("door", "cable", "tilt"):
        screen.ranger.ask_alarm(alarm, "A")
        yield f"ranger asks what came of an alarm: {alarm}"
    screen.ranger.dismiss()
    screen.ranger.show(
        Panel(
            exchanged_seconds=720,
            unsent=5021,
            overrides=Overrides(by=(("Асқар Әбдіқадыров", 9), ("Saule", 3)), usual=10),
            both=True,
        ),
        rows(),
    )
    yield "ranger"
    screen.ranger.show(Panel(exchanged_seconds=3 * 86_400, online=False, inside=12_345, overdue=123), rows())
    yield "ranger, offline"
    for act, entry in (("override", "A"), ("annul", "B")):
        screen.ranger.ask(act, entry)
        yield f"ranger asks why: {act}"
        screen.ranger.wait(waiting=True)
        yield f"ranger asks why, a visitor waits: {act}"
        screen.ranger.dismiss()
        yield "ranger, a visitor waits"
        screen.ranger.wait(waiting=False)
    for since in (None, now):
        screen.ranger.show(Panel(exchanged_seconds=720, kept_open_since=since), rows())
        yield f"ranger, held open since {since}"
        screen.ranger.askBarrier()
        yield f"ranger asks why: {screen.ranger.asking}"
        screen.ranger.dismiss()
    screen.ready.show(Condition(clock=ClockTrust.SUSPECT, age_seconds=None))
    yield "ranger, time in doubt"
    for trouble in ("", "wrong", "over"):
        screen.time.show(float(now), 300)
        screen.time.refuse(trouble)
        yield f"what time it is {trouble}"
    screen.time.dismiss()
    screen.devices.wanted()
    for states in ((), *device_troubles()):
        screen.devices.show(states)
        yield f"devices {[state.problem for state in states if state.problem]}"
    screen.devices.close()
    screen.ranger.enter(tuple(f"Құсайынова-Бекмұхамбетова Гүлжаһан {number}" for number in range(11)))
    yield "who acts"
    screen.ranger.pick("Құсайынова-Бекмұхамбетова Гүлжаһан 1")
    yield "ranger with a name"


def signing_in(shown: Shown) -> Iterator[str]:
    """The pages on which a person says who they are, chooses a PIN and is let wait."""
    screen = shown.screen
    rangers, stage = screen.rangers, screen.stage
    roles = ("ranger", "senior", "administrator", "director")
    name = "Құсайынова-Бекмұхамбетова Гүлжаһан"
    rangers.signing.show(tuple(Person(name=f"{name} {n}", role=roles[n % 4]) for n in range(11)))
    stage.turn("names")
    yield "names"
    rangers.signing.more()
    yield "more names"
    stage.turn("activate")
    for trouble in ("", "wrong", "slip", "none", "locked", "checking"):
        rangers.activation.begin(name, trouble, 86_400)
        yield f"activation {trouble}"
    for letter in "9SX24Q7HC0VBKM1M":
        rangers.activation.press(letter)
    yield "activation, all letters"
    stage.turn("pin")
    for trouble in ("", "wrong", "locked"):
        rangers.pin.begin(name)
        rangers.pin.know(trouble, 4, 86_400 if trouble == "locked" else 0)
        yield f"own pin {trouble}"
    for step, trouble in (("choose", ""), ("choose", "trivial"), ("choose", "differs"), ("repeat", "")):
        rangers.pin.begin(name, step, trouble)
        yield f"pin {step} {trouble}"
    rangers.pin.begin(name)
    for digit in "135791":
        rangers.pin.press(digit)
    rangers.pin.done()
    yield "a pin is looked at"
    shown.settle()
    for role in ("ranger", "senior", "administrator"):
        stage.turn("ranger")
        screen.ranger.enter(who=name, role=role)
        screen.ranger.allows(Right.SET_CLOCK)
        screen.ranger.allows(Right.OVERRIDE)
        yield f"ranger's page of a {role}"
        screen.ranger.tell("")
    screen.ranger.enter()


def device_troubles() -> list[tuple[DeviceState, ...]]:
    """Every problem once, three at a time, beside all other devices that are well."""
    problems = [problem for problem in Problem if problem is not Problem.NONE]
    shown = []
    for first in range(0, len(problems), 3):
        unwell = [
            DeviceState(kind=problem.split("_")[0], problem=problem, minutes=1439, works=number % 2 == 0)
            for number, problem in enumerate(problems[first : first + 3])
        ]
        well = [DeviceState(kind=kind, problem="", minutes=0, works=True) for kind in DeviceKind]
        kinds = {state.kind for state in unwell}
        shown.append((*unwell, *(state for state in well if state.kind not in kinds)))
    return shown


def rows() -> tuple[Row, ...]:
    at = NOW.timestamp()
    big = Party(adults=7, children=4, preferential=3)
    return (
        Row(
            entry_id="A",
            at=at,
            outcome="referred",
            reason="guide_required",
            party=big,
            tail="M4T",
            waiting_minutes=7,
            act="override",
            is_sought=True,
        ),
        Row(entry_id="B", at=at, outcome="admitted", reason="flagged_gate", party=big, tail="7KQ", act="annul"),
        Row(entry_id="C", at=at, outcome="refused", reason="already_used", party=big, tail="7KQ", act="override"),
        Row(entry_id="D", at=at, outcome="admitted", reason="ok", party=big, tail="P2D", state="annulled"),
        Row(entry_id="E", at=at, outcome="admitted", reason="ok", party=big),
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_fits_in_every_language(shown: Shown, language: str) -> None:
    shown.screen._speak(language)
    found = {state: bad for state in every_state(shown) if (bad := misfits(shown.window))}
    assert found == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_40_percent_longer_still_fit(long_words: None, shown: Shown, language: str) -> None:
    shown.screen._speak("ru" if language != "ru" else "en")
    shown.screen._speak(language)
    found = {state: bad for state in every_state(shown) if (bad := misfits(shown.window))}
    assert found == {}


def test_every_state_can_be_drawn(shown: Shown) -> None:
    for state in every_state(shown):
        image = shown.window.grabWindow()
        assert (image.width(), image.height()) == (1280, 800), state


def test_what_is_pressed_is_large_enough_for_a_glove(shown: Shown) -> None:
    small = [
        (state, item.objectName(), item.width(), item.height())
        for state in every_state(shown)
        for item in visible(shown.window)
        if item.objectName().startswith(STEPPERS_AND_KEYS) and min(item.width(), item.height()) < PRIMARY
    ]
    assert small == []


def test_a_verdict_is_whole_in_its_first_frame(shown: Shown) -> None:
    shown.screen.verdict.show(verdict(Reason.OK), None, 0.0)
    shown.screen.stage.turn("verdict")
    first, later = shown.window.grabWindow(), shown.window.grabWindow()
    shown.settle()
    assert first == later == shown.window.grabWindow()
    # The disc of the tick is white, its ground green: pictures that load late would leave a hole.
    assert first.pixelColor(80, 382).name() == "#ffffff"
    assert first.pixelColor(1200, 160).name() == "#0a5a2d"


def test_the_foot_line_says_that_the_list_of_revocations_is_too_old(shown: Shown) -> None:
    old = {"kk": "тізімі ескірген", "ru": "билетов устарел", "en": "cancelled tickets is out of date"}
    for language, words in old.items():
        shown.press(f"language-{language}")
        shown.screen.ready.show(OLD_LIST)
        shown.settle()
        assert any(words in text for text in shown.texts())
        shown.screen.ready.show(Condition(online=True, age_seconds=60))
        shown.settle()
        assert not any(words in text for text in shown.texts())


def test_the_head_line_names_park_gate_and_time(shown: Shown) -> None:
    assert BURABAY.kk in shown.texts()
    assert f"{PLACE.gate}-қақпа · кіру" in shown.texts()
    assert "09:58" in shown.texts()
