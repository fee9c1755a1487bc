"""Burabay on a summer Saturday: 350 cars an hour over three lanes, and the registry is down for six hours."""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from kiosk.checkpoint import Checkpoint
from tests.support.story import PIN, Story, described_park, seconds_of, told

CARS_AN_HOUR, LANES = 350, 3
COPIES, EXEMPT = 0.04, 0.07
HANDLING_SECONDS = 18.0  # a window goes down, a phone is held up, the car drives on: without any kiosk
PARTIES = (("adults=2",), ("adults=2", "children=1"), ("adults=1",), ("adults=2", "children=2"), ("adults=4",))
CAR, GLADE = 2, 60
SATURDAY = "2026-07-04"
ADMINISTRATION = {"kk": "Парк әкімшілігі", "ru": "Администрация парка", "en": "Park administration"}
FREE = (  # who needs no ticket, how many in the car, and what proves it
    ("pensioners", 2, "pension_certificate"),
    ("disabled", 1, "disability_certificate"),
    ("residents", 3, "residence_certificate"),
    ("electric_car", 2, "vehicle_certificate"),
)
Figure = Callable[[str], None]


@dataclass
class Verdicts:
    """What each verdict took of a processor and of the wall's clock, in seconds."""

    processor: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    def watch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Time every scan from now on."""
        scan = Checkpoint.scan

        def timed(*arguments: Any, **named: Any) -> Any:
            begun, spent = time.perf_counter(), time.thread_time()
            answer = scan(*arguments, **named)
            self.processor.append(time.thread_time() - spent)
            self.wall.append(time.perf_counter() - begun)
            return answer

        monkeypatch.setattr(Checkpoint, "scan", timed)

    def __str__(self) -> str:
        taken = sorted(self.processor)
        p50, p99 = (taken[int(len(taken) * share)] * 1000 for share in (0.5, 0.99))
        return f"{len(taken)} verdicts, CPU p50 {p50:.2f} ms, p99 {p99:.2f} ms"


@dataclass
class Account:
    """What the story itself knows must come of the day, counted on its fingers."""

    persons: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    used_at: dict[str, set[str]] = field(default_factory=dict)
    excess: int = 0
    exempt: int = 0

    def note(self, text: str, lane: str, answer: dict[str, Any]) -> None:
        """One answer of a gate."""
        self.answers[answer["reason"]] += 1
        if answer["admitted_now"]:
            self.persons += answer["admitted_now"]
            lanes = self.used_at.setdefault(text, set())
            self.excess += answer["admitted_now"] if lanes else 0
            lanes.add(lane)


@pytest.fixture
def burabay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    """Friday evening at the office; its second gate has three lanes."""
    park = described_park("Burabay")
    park["gates"][1]["lanes"] = [{"lane": lane, "direction": "both"} for lane in range(1, LANES + 1)]
    for row in park["tables"]["exemptions"]:
        row.pop("second_look_every", None)  # who looks at whom twice is told elsewhere
    _plan_the_closure(park)
    with told(tmp_path, park, begins="2026-07-03T18:00", monkeypatch=monkeypatch) as story:
        yield story


def _plan_the_closure(park: dict[str, Any]) -> None:
    """A glade with tickets of its own, which is closed for a concert from half past eleven on Saturday."""
    lake = {"kk": "Бурабай көлі", "ru": "Озеро Боровое", "en": "Lake Burabay"}
    glade = {"kk": "Абылайхан алаңы", "ru": "Поляна Абылай хана", "en": "Abylai Khan Glade"}
    park["products"].append({"product": GLADE, "names": glade, "vehicle_class": "car", "zones": [2]})
    park["keys"][0]["products"].append(GLADE)
    park["tables"]["zones"] = [{"zone": 1, "names": lake}, {"zone": 2, "names": glade}]
    since, until = (int(seconds_of(f"{SATURDAY}T{at}")) for at in ("11:30", "20:00"))
    order = {"authority": ADMINISTRATION, "document": "№ 57", "cause": "event", "zones": [2]}
    park["tables"]["closures"] = [order | {"since": since, "until": until}]


def waits(arrivals: list[float], served: list[float]) -> list[float]:
    """How long each car waits in one lane, by Lindley's recursion: arrivals and service times in seconds."""
    free, found = 0.0, []
    for at, seconds in zip(arrivals, served, strict=True):
        found.append(max(0.0, free - at))
        free = max(free, at) + seconds
    return found


def sold(story: Story, cars: int, chance: random.Random, product: int = CAR) -> list[str]:
    """Car tickets for Saturday, of families as they come."""
    each = cars // len(PARTIES) + 1
    texts = [text for party in PARTIES for text in story.sell(*party, product=product, count=each, day=SATURDAY)]
    chance.shuffle(texts)
    return texts[:cars]


def test_a_saturday_at_burabay(
    burabay: Story, monkeypatch: pytest.MonkeyPatch, size: Callable[[int, int], int], figure: Figure
) -> None:
    chance = random.Random(20260704)
    minutes = size(12, 12 * 60)  # the sample: six minutes before the closure, and six after it
    begins = 11 * 60 + 24 if minutes == 12 else 8 * 60
    cars = round(CARS_AN_HOUR * minutes / 60)
    # given: three lanes that were on line on Friday evening; a third of the cars buy on their way there
    for_glade = set(sold(burabay, cars // 7, chance, GLADE))
    ahead = [*sold(burabay, cars * 2 // 3 - len(for_glade), chance), *sorted(for_glade)]
    lanes = [burabay.gate(f"lane-{lane}", 2, lane) for lane in range(1, LANES + 1)]
    burabay.cut()
    late = sold(burabay, cars - len(ahead), chance)
    tickets = ahead + late
    chance.shuffle(tickets)

    burabay.it_is(f"{SATURDAY}T{begins // 60:02}:{begins % 60:02}")
    for kiosk in lanes:
        kiosk.run("shift", "open", pin=PIN)

    # when: they come, minute by minute, and one in 25 shows a picture of somebody else's ticket
    verdicts, account = Verdicts(), Account()
    verdicts.watch(monkeypatch)
    shown: list[tuple[str, int]] = []
    copies = exempt = 0
    arrivals: list[list[float]] = [[] for _ in lanes]
    taken: list[list[float]] = [[] for _ in lanes]
    comes = sorted(chance.uniform(0, minutes * 60) for _ in tickets)
    queue = list(zip(comes, tickets, strict=True))
    for minute in range(minutes):
        burabay.it_is(f"{SATURDAY}T{(begins + minute) // 60:02}:{(begins + minute) % 60:02}")
        by_lane: list[list[str]] = [[] for _ in lanes]
        while queue and queue[0][0] < (minute + 1) * 60:
            at, text = queue.pop(0)
            number = min(range(LANES), key=lambda n: len(arrivals[n]))
            by_lane[number].append(text)
            arrivals[number].append(at)
            if shown and (len(shown) + copies) * COPIES > copies:
                copied, where = chance.choice(shown)
                copies += 1
                other = where if copies % 3 else (where + 1) % LANES  # every third tries another lane
                by_lane[other].append(copied)
                arrivals[other].append(at)
        for number, texts in enumerate(by_lane):
            begun = len(verdicts.wall)
            for text, answer in zip(texts, lanes[number].scan(*texts) if texts else [], strict=True):
                account.note(text, str(number), answer)
                is_closed = text in for_glade and begins + minute >= 11 * 60 + 30
                assert (answer["reason"] == "closed") == is_closed, "at 11:30 to the minute, and nobody else"
            taken[number] += verdicts.wall[begun:]
            shown += [(text, number) for text in texts]
        while exempt < EXEMPT * (len(tickets) - len(queue)):  # seven in a hundred of those that came need no ticket
            category, heads, document = FREE[exempt % len(FREE)]
            words = ("--category", category, "--heads", str(heads), "--document", document)
            answer = lanes[exempt % LANES].do("admit", "exempt", *words, pin=PIN)
            account.note(f"exempt {exempt}", str(exempt % LANES), answer)
            account.exempt += heads
            exempt += 1

    # then: no queue grows because of us
    with_us: list[float] = []
    without: list[float] = []
    for came, ours in zip(arrivals, taken, strict=True):
        without += waits(came, [HANDLING_SECONDS] * len(came))
        with_us += waits(came, [HANDLING_SECONDS + seconds for seconds in ours])
    longer = sum(with_us) / len(with_us) - sum(without) / len(without)
    assert longer < 1.0, f"a car waits {longer:.2f} s longer on average because of us"

    # and a copy is refused at its own lane; at another one, which cannot ask, it is found out afterwards
    assert set(account.answers) == {"ok", "unlisted", "already_used", "exempt", "closed"}
    assert account.excess > 0

    # and the page of each lane's shift says what happened there
    pages = [kiosk.do("shift", "close", pin=PIN)["figures"] for kiosk in lanes]
    assert sum(page["entered"] for page in pages) == account.persons
    refused = sum((Counter(page["reasons"]) for page in pages), Counter())
    assert refused == {reason: account.answers[reason] for reason in ("already_used", "closed")}
    assert sum((Counter(page["exempt"]) for page in pages), Counter()).total() == account.exempt

    # and no entry is lost: everything is settled the next day
    burabay.it_is("2026-07-05T09:00")
    burabay.connect()
    reports = [kiosk.sync() for kiosk in lanes]
    assert all(report["errors"] == [] for report in reports)
    assert [kiosk.status()["pending"] for kiosk in lanes] == [0, 0, 0]
    assert sum(conflict["excess"] for conflict in burabay.conflicts()) == account.excess
    assert all(kiosk.is_sound() for kiosk in lanes)

    # and the day's report adds up: what the story saw, what each lane counts, and what the registry counts
    here = sum(kiosk.persons(SATURDAY, SATURDAY) for kiosk in lanes)
    assert here == account.persons
    rows = burabay.registry("export", "--park", "7", "--from", SATURDAY, "--to", SATURDAY, "--format", "json")[0][
        "rows"
    ]
    assert sum(row["persons"] for row in rows if row["direction"] == "entry") == account.persons
    figure(str(verdicts))
    figure(
        f"{cars} cars in {minutes} min, {account.persons} persons in, {dict(account.answers)}, "
        f"{account.excess} heads beyond a right found after the sync; waiting grows by {longer * 1000:.0f} ms a car"
    )
