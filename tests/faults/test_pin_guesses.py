"""PINs guessed at with kills, restarts, clock jumps and two processes at once: never more looks than the policy allows.

The true time is the test's own; the kiosk only sees a boot's id and age and a wall clock, which all jump. The bound is
worked out here from the tables alone: so many looks, a pause, so many more.
"""

import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from kiosk.rules.lockout import ATTEMPTS, DAY, DEVICE_ATTEMPTS, DEVICE_PAUSES, HOUR, PERSON_PAUSES
from tests.faults.guesser import PERSONS, PIN

ROOT = Path(__file__).parents[2]
*VICTIMS, ON_DUTY = PERSONS
"""The last one signs in by the right PIN in between, which must give nobody else an attempt back."""
WRONG = "111112"
FAULTS = [
    "count after the check", "forget at a restart", "believe the uptime of any boot", "believe the wall clock",
    "count each process for itself",
]  # fmt: skip


@dataclass
class World:
    """What is true, what the machine shows of it, and what happened."""

    draw: random.Random
    true: float = 0.0
    boots: int = 1
    seconds: float = 50.0
    wall: float = 1_784_012_400.0
    tally: Counter[str] = field(default_factory=Counter)
    right: set[int] = field(default_factory=set)
    """Whose right PIN was looked at in the end, once the longest pause was over."""

    def pass_time(self, seconds: float) -> None:
        """Let time pass."""
        self.true += seconds
        self.seconds += seconds
        self.wall += seconds

    def restart(self) -> None:
        """Pull the plug and put it in again; the new boot may look older than the last."""
        self.boots += 1
        self.true += self.draw.uniform(0, 20)
        self.seconds = self.draw.choice((0.0, 10.0, self.seconds, self.seconds + DAY, 1e9))
        self.tally["restarts"] += 1

    def jump(self) -> None:
        """Set the wall clock."""
        years = 365.0 * DAY
        self.wall += self.draw.choice((10 * years, -10 * years, HOUR, -HOUR, 3 * DAY, -3 * DAY))
        self.wall = min(max(self.wall, 1e6), 4e9)
        self.tally["clock jumps"] += 1

    def order(self, guesses: Sequence[tuple[int, str, float | None]], **more: Any) -> dict[str, Any]:
        """What the guessing processes are told."""
        told = {"true": self.true, "boot": f"boot {self.boots}", "seconds": self.seconds, "wall": self.wall}
        return told | {"guesses": guesses} | more


@contextmanager
def guessing(folder: Path, fault: str) -> Iterator[Callable[[dict[str, Any]], int]]:
    """Gives orders; each says how many of its guesses were killed."""
    command = [sys.executable, "-c", "from tests.faults.guesser import serve; serve()", str(folder), fault]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        orders, answers = process.stdin, process.stdout

        def give(order: dict[str, Any]) -> int:
            orders.write(json.dumps(order) + "\n")
            orders.flush()
            return int(answers.readline())

        try:
            yield give
        finally:
            orders.close()


def walk(folder: Path, guesses: int, seed: int, fault: str = "") -> tuple[World, list[tuple[int, float]]]:
    """An attacker with the machine in their hands for so many guesses: what happened, and who was looked at when."""
    world = World(draw=random.Random(seed))
    draw = world.draw
    with guessing(folder, fault) as give:
        for who in (*VICTIMS, ON_DUTY):
            give(world.order([(who, PIN, None)], activates=True))
        made, target, burst = 0, 1, 0
        while made < guesses:
            target = draw.choice(VICTIMS) if not burst and draw.random() < 0.1 else target
            both = [draw.choice(VICTIMS) if draw.random() < 0.3 else target for _ in range(draw.choice((1, 1, 1, 2)))]
            kills = [draw.uniform(0, 0.01) if draw.random() < 0.4 else None for _ in both]
            world.tally["kills"] += give(
                world.order([(who, WRONG, kill) for who, kill in zip(both, kills, strict=True)])
            )
            made += len(both)
            if draw.random() < 0.03:
                give(world.order([(ON_DUTY, PIN, None)]))
            if burst:
                burst -= 1
                world.pass_time(draw.uniform(0, 1))
            elif (chance := draw.random()) < 0.12:
                world.restart() if chance < 0.06 else world.jump()
                burst = 2 * ATTEMPTS  # whoever has just done that tries what it was good for
            else:
                world.pass_time(_wait(draw))
        give(world.order([(1, WRONG, None)]))  # what the last kill cut off is counted, and the new boot noted
        world.wall -= 20 * 365 * DAY
        world.pass_time(max(PERSON_PAUSES) + 1)
        for who in VICTIMS:
            give(world.order([(who, PIN, None)]))
    world.tally["guesses"] = made
    looks = [line.split() for line in (folder / "looked.log").read_text().splitlines()]
    world.right = {int(who) for who, true, is_right in looks if is_right == "1" and float(true) == world.true}
    return world, [(int(who), float(true)) for who, true, is_right in looks if is_right == "0"]


def _wait(draw: random.Random) -> float:
    """Mostly as fast as it goes; sometimes until a pause is over, to the second, and seldom for days."""
    chance = draw.random()
    if chance < 0.65:
        return draw.uniform(0, 2)
    pauses = PERSON_PAUSES[:3] if chance < 0.9 else PERSON_PAUSES[3:]
    return draw.choice(pauses) + draw.uniform(-1, 1)


def allowed(span: float, attempts: int, pauses: Sequence[int]) -> int:
    """The most looks in any span of so many seconds: they are most where the pauses have only begun."""
    looks, left = attempts, span
    for pause in (*pauses, *(pauses[-1],) * (int(span // pauses[-1]) + 1)):
        left -= pause
        if left < 0:
            return looks
        looks += attempts
    return looks


def excess(times: Iterable[float], attempts: int, pauses: Sequence[int]) -> str:
    """The first span in which there were more looks than allowed; empty where there is none."""
    times = sorted(times)
    for last, end in enumerate(times):
        for first in range(last, -1, -1):
            count, span = last - first + 1, end - times[first]
            if count > allowed(span, attempts, pauses):
                return f"{count} looks within {span:.1f} s, {allowed(span, attempts, pauses)} are allowed"
            if last - first > _MOST_COMPARED:
                break
        # from the first look on: the k-th pause has been waited for too
        if last + 1 > allowed(end - times[0], attempts, pauses):
            return f"{last + 1} looks since the first one"
    return ""


_MOST_COMPARED = 300


def faults(looks: Sequence[tuple[int, float]]) -> list[str]:
    """What the policy does not allow, of each person and of all together."""
    found = [f"P{who}: {told}" for who in VICTIMS if (told := excess(_times(looks, who), ATTEMPTS, PERSON_PAUSES))]
    together = excess((true for _, true in looks), DEVICE_ATTEMPTS, DEVICE_PAUSES)
    return found + ([f"all: {together}"] if together else [])


def _times(looks: Sequence[tuple[int, float]], who: int) -> list[float]:
    return [true for looked_at, true in looks if looked_at == who]


def test_no_more_pins_are_looked_at_than_the_policy_allows_whatever_is_done_to_the_machine(
    tmp_path: Path, size: Callable[[int, int], int], figure: Callable[[str], None]
) -> None:
    guesses = size(400, 10_000)
    world, looks = walk(tmp_path, guesses, seed=7)
    assert faults(looks) == []
    assert world.right == set(VICTIMS)  # no pause is longer than the table says, and no kill takes a PIN away
    assert len(looks) > guesses // 20
    tally = world.tally
    assert tally["kills"] > guesses // 10
    most = sum(allowed(world.true, ATTEMPTS, PERSON_PAUSES) for _ in VICTIMS)
    figure(
        f"{tally['guesses']} guesses in {world.true / DAY:.1f} days of true time with {tally['kills']} kills, "
        f"{tally['restarts']} restarts, {tally['clock jumps']} clock jumps: {len(looks)} were looked at, "
        f"at most {most} are allowed, 0 too many in any span"
    )


@pytest.mark.parametrize("fault", FAULTS)
def test_the_rig_finds(tmp_path: Path, fault: str) -> None:
    for seed in range(8):
        _, looks = walk(tmp_path / str(seed), 150, seed=seed, fault=fault)
        if faults(looks):
            return
    pytest.fail(f"the rig has not found: {fault}")


def test_the_bound_is_what_the_tables_say() -> None:
    assert [allowed(span, ATTEMPTS, PERSON_PAUSES) for span in (0, 59, 60, 359, 360)] == [5, 5, 10, 10, 15]
    whole = sum(PERSON_PAUSES)
    assert allowed(whole, ATTEMPTS, PERSON_PAUSES) == 5 * (len(PERSON_PAUSES) + 1)
    assert allowed(whole + 10 * DAY, ATTEMPTS, PERSON_PAUSES) == 5 * (len(PERSON_PAUSES) + 11)
    assert excess([0.0] * 6, ATTEMPTS, PERSON_PAUSES) == "6 looks within 0.0 s, 5 are allowed"
    assert excess([0.0] * 5 + [60.0] * 5, ATTEMPTS, PERSON_PAUSES) == ""
