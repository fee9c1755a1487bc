"""Guesses at PINs, each in a process of its own that may be killed while it guesses. Told what to do a line at a time.

The program is loaded once; an order forks its guesses. Which boot of the machine it is, how long it has lasted and what
the wall clock says are part of the order. What is really looked at is written down by the hash itself, beside the disk
that the kiosk writes to, so that the count of the kiosk can be laid beside it.
"""

import hashlib
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any, Literal

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from kiosk.people import People
from kiosk.rules import lockout
from kiosk.rules.lockout import Tries, Uptime, counted
from kiosk.rules.policy import StaffMember
from kiosk.store import pins as pin_files
from kiosk.store.pins import PinState, PinStore
from tests.support.people import activation, code

PIN = "582914"


class CheapHasher(PasswordHasher):
    """A hash that costs nothing, and tells of each look: whose PIN, and when by the true time."""

    def __init__(self, log: Path, told: str) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self._log, self._told = log, told

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        """Its digest."""
        return hashlib.sha256(bytes(password)).hexdigest()  # type: ignore[arg-type]

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002  the library's own name
        """Whether it fits, once it is written down that it was looked at."""
        file = os.open(self._log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(file, f"{self._told}\n".encode())
        os.close(file)
        time.sleep(0.001)  # a kill finds it here too
        if self.hash(password) != hash:
            raise VerifyMismatchError
        return True


PERSONS = {
    number: StaffMember(name=f"P{number}", role="ranger", id=f"{number:04}", activation=activation(number))
    for number in range(1, 8)
}
"""The list."""


def people(folder: Path, order: dict[str, Any], who: int, told: str) -> People:
    """The device's people at this moment."""
    store = PinStore(pins=folder / "kiosk" / "pins.json", tries=folder / "keys" / "pin-tries.json")
    return People(
        store=store,
        pepper=folder / "keys" / "pin-pepper",
        device=1,
        hasher=CheapHasher(folder / "looked.log", told),
        is_code=lambda _, given: given == code(who).replace("-", ""),
        uptime=lambda: Uptime(boot=order["boot"], seconds=order["seconds"]),
    )


def guess(folder: Path, order: dict[str, Any], who: int, pin: str) -> None:
    """One guess, or where nobody has chosen one yet the choice of a PIN."""
    time.time = lambda: float(order["wall"])  # whoever asks the wall clock is told this
    here = people(folder, order, who, f"{who} {order['true']} {int(pin == PIN)}")
    if order.get("activates"):
        here.activate(PERSONS[who], code(who), pin, int(order["wall"]))
    else:
        here.check(PERSONS[who], pin)


def serve() -> None:
    """Do what each line says and answer each, until there is no more."""
    folder, fault = Path(sys.argv[1]), sys.argv[2]
    for name in ("kiosk", "keys"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    _FAULTS[fault]()
    for line in sys.stdin:
        order = json.loads(line)
        killed = 0
        children = []
        for who, pin, kill_after in order["guesses"]:
            child = os.fork()
            if not child:
                guess(folder, order, who, pin)
                os._exit(0)
            children.append((child, kill_after))
        for child, kill_after in sorted(children, key=lambda pair: pair[1] or 9.0):
            if kill_after is not None:
                time.sleep(kill_after)
                os.kill(child, signal.SIGKILL)
            status = os.waitpid(child, 0)[1]
            killed += os.WIFSIGNALED(status)
            if not os.WIFSIGNALED(status) and status:
                raise SystemExit("a guess ended with an error")
        print(killed, flush=True)


# ---- the faults that the rig must find ------------------------------------------------------------------------------


def _count_after_the_check() -> None:
    def check(self: People, member: StaffMember, pin: str) -> object:
        with self._opened() as state:
            key, own = f"pin:{member.id}", state.pins.get(member.id)
            if own is None or lockout.pause_seconds(state.tries, key):
                return None
            if not self._holds(own.verifier, self._peppered(member, pin)):
                self._store.write(PinState(pins=state.pins, used=state.used, tries=counted(state.tries, key)))
            return None

    People.check = check  # type: ignore[method-assign, assignment]


def _forget_at_a_restart() -> None:
    honest = lockout.waited

    def forgetful(tries: Tries, uptime: Uptime) -> Tries:
        return honest(tries if tries.boot == uptime.boot else Tries(), uptime)

    vars(pin_files)["waited"] = forgetful


def _believe_the_uptime_of_any_boot() -> None:
    honest = lockout.waited

    def credulous(tries: Tries, uptime: Uptime) -> Tries:
        return honest(tries, Uptime(boot=tries.boot, seconds=uptime.seconds))

    vars(pin_files)["waited"] = credulous


def _believe_the_wall_clock() -> None:
    honest = lockout.waited

    def credulous(tries: Tries, uptime: Uptime) -> Tries:
        return honest(tries, Uptime(boot=tries.boot, seconds=time.time()))

    vars(pin_files)["waited"] = credulous


def _count_each_process_for_itself() -> None:
    from contextlib import nullcontext

    PinStore.alone = lambda _: nullcontext()  # type: ignore[method-assign, assignment, return-value]


_FAULTS = {
    "": lambda: None,
    "count after the check": _count_after_the_check,
    "forget at a restart": _forget_at_a_restart,
    "believe the uptime of any boot": _believe_the_uptime_of_any_boot,
    "believe the wall clock": _believe_the_wall_clock,
    "count each process for itself": _count_each_process_for_itself,
}
