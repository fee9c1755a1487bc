"""The demo: a registry, an enrolled kiosk and a queue of visitors on one machine, from nothing to counts that agree.

Nothing in it is simulated but the people: the registry and the kiosk are processes of their own, the kiosk gets the
camera's frames and the touches of fingers and nothing else, and the line between the two is really cut.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from kiosk.clock import machine_seconds
from kiosk.errors import EnvironmentalError, UsageError
from kiosk.rules.policy import Policy
from kiosk.rules.words import LaneDirection
from kiosk.staff import DevicePin
from kiosk.store.home import Home
from sync.enrolment import enrol
from sync.registry.service import RegistryService, init_registry, open_registry
from sync.report import Report
from ui.assembly import open_checkpoint, open_reader, open_sync
from ui.commands.common import EXIT_DONE, EXIT_NO, Output
from ui.demo_cast import DEMO, FRAMES_A_SECOND, PIN, Script
from ui.demo_children import Child, Children, ended_by_sigterm, free_port, wait_for_port
from ui.demo_counts import Counts, Place, kiosk_counts, registry_counts
from ui.demo_film import Files, Shot, shoot
from ui.demo_report import Visit, compare, counts_table, read_lines
from ui.demo_teller import Teller
from ui.demo_tickets import (
    BOUGHT,
    BOUGHT_LATE,
    GATE,
    LANE,
    PARK,
    REVOKED,
    Wallet,
    buy,
    never_sold,
    seconds_to_midnight,
)
from ui.display import display_trouble
from ui.version import version
from ui.words import local

PICTURES = Path("demo-output")
_MIDNIGHT_MARGIN_SECONDS = 240
_LATE_SECONDS = 60.0
"""How much longer than the film a window may take: the film stands still while fingers type."""
_LAST_SECONDS = 4.0
"""How long the last visitor's verdict is left to itself before a window."""
_NOTICE_SECONDS = 90.0
"""A kiosk tries its registry at least once a minute."""
_SILENCE_SECONDS = 60.0
"""A kiosk without a window that says nothing for so long is stuck."""


def run_demo(
    home: Home,
    *,
    headless: bool,
    keep: bool,
    output: Output | None = None,
    script: Script = DEMO,
    pictures: Path = PICTURES,
) -> int:
    """Show everything once; 0 when every decision and both ends' counts are as expected, 1 when anything differs."""
    demo = _Demo(
        Home(home.path / "demo"),
        output or Output(as_json=False),
        script,
        pictures.absolute(),
        is_headless=headless or display_trouble() is not None,
    )
    with ended_by_sigterm(), Children() as children:
        return demo.run(children, keep=keep)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Line:
    """The line between kiosk and registry: the registry's process and where it listens."""

    port: int
    child: Child

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class _Demo:
    def __init__(self, home: Home, output: Output, script: Script, pictures: Path, *, is_headless: bool) -> None:
        self._home, self._output, self._script, self._pictures = home, output, script, pictures
        self._is_headless = is_headless
        self._files = Files(folder=home.path)
        self._began = time.monotonic()

    def run(self, children: Children, *, keep: bool) -> int:
        goes_on = keep and self._home.demo_marker.exists() and self._home.device is not None
        self._output.say(f"Qaqpa {version()}: a demo. All data is made up and stays in {self._home.path}")
        if not goes_on:
            self._clear()
        with closing(self._open_registry(goes_on=goes_on)) as service:
            policy = service.policy_set(PARK).policy
            self._wait_past_midnight(policy)
            wallet = self._sell(service)
            line = self._connect(children, self._port(goes_on=goes_on))
            self._enrol(service, line, goes_on=goes_on)
            self._cut(children, line, service, wallet)
            shots = self._shoot(wallet)
            first_day = _today(policy)
            decisions, kiosk = self._visits(children, shots)
            self._connect(children, line.port)
            self._settle(kiosk)
            token = service.folder.operator_token()
        counts = self._counts(children, line, token, first_day, _today(policy))
        visits = compare(read_lines(self._files.scenes), read_lines(self._files.expected), decisions)
        return self._conclude(visits, counts, kiosk)

    # ---- before the first visitor -----------------------------------------------------------------------------------

    def _clear(self) -> None:
        """Start from nothing; only a folder that holds our own marker file is ever deleted."""
        path = self._home.path
        if path.exists() and any(path.iterdir()) and not self._home.demo_marker.exists():
            raise UsageError(
                f"{path} holds no file DEMO, so it is not the demo's and stays as it is: choose another DIR"
            )
        if path.exists():
            if self._home.kiosk.exists():
                with self._home.lock("demo"):  # another demo may be running in it
                    pass
            shutil.rmtree(path)
            shutil.rmtree(self._home.keys, ignore_errors=True)
        path.mkdir(parents=True)
        self._home.demo_marker.write_text("All data in this folder is made up; `qaqpa demo` deletes it.\n")

    def _open_registry(self, *, goes_on: bool) -> RegistryService:
        if goes_on:
            service = open_registry(self._home.registry)
            self._step("The registry of the last demo goes on")
            return service
        service = init_registry(self._home.registry, is_demo=True, progress=self._progress("permits"))
        self._step("A registry with the demo parks Burabay and Altyn-Emel", "qaqpa registry init --demo")
        return service

    def _wait_past_midnight(self, policy: Policy) -> None:
        left = seconds_to_midnight(policy, machine_seconds())
        if left < _MIDNIGHT_MARGIN_SECONDS:
            self._output.say(f"It is nearly midnight in the park, where today's tickets end: waiting {left} s")
            time.sleep(left + 1)

    def _sell(self, service: RegistryService) -> Wallet:
        wallet = Wallet(texts=never_sold())
        buy(service, wallet, BOUGHT, service.now())
        service.revoke(wallet.texts[REVOKED], reason="refunded")
        if self._script.before_contact is not None:
            self._script.before_contact(service)
        self._step(f"{len(BOUGHT)} tickets are sold, and one of them is refunded", "qaqpa registry issue, revoke")
        return wallet

    def _port(self, *, goes_on: bool) -> int:
        """Where the registry listens: the kiosk remembers its address from enrolment."""
        record = self._home.device
        return (urlsplit(record.registry).port if goes_on and record else None) or free_port()

    def _connect(self, children: Children, port: int) -> _Line:
        arguments = ("registry", "serve", "--port", str(port), "--data", self._home.path)
        child = children.start("registry", arguments, self._home.path / "registry.log")
        wait_for_port(child, port)
        line = _Line(port=port, child=child)
        self._step(f"The registry listens at {line.url}", "qaqpa registry serve")
        return line

    def _cut(self, children: Children, line: _Line, service: RegistryService, wallet: Wallet) -> None:
        children.stop(line.child)
        buy(service, wallet, BOUGHT_LATE, service.now())
        self._step(f"The line is cut; at an office {len(BOUGHT_LATE)} more tickets are bought meanwhile")

    def _enrol(self, service: RegistryService, line: _Line, *, goes_on: bool) -> None:
        if not goes_on:
            code = service.enrol(PARK, GATE, LANE, LaneDirection.BOTH).text
            with self._home.lock("enrol"):
                enrol(self._home, line.url, code, software=f"qaqpa {version()}", now=machine_seconds)
                DevicePin.of(self._home).choose(PIN)
            with open_checkpoint(self._home, purpose="enrol") as kiosk:
                kiosk.checkpoint.believe()
        report = self._sync_here()
        gate = service.policy_set(PARK).gate_name(GATE, "en")
        self._step(
            f"A kiosk stands at gate {GATE} ({gate}), lane {LANE}, PIN {PIN}; its first contact: {report}",
            "qaqpa enrol, qaqpa sync --once",
        )

    def _sync_here(self) -> Report:
        with self._home.lock("sync"), open_sync(self._home) as end:
            return end.engine.run_cycle()

    # ---- the visitors -----------------------------------------------------------------------------------------------

    def _shoot(self, wallet: Wallet) -> list[Shot]:
        shots = shoot(self._script, wallet, self._files, slow=not self._is_headless, progress=self._progress("frames"))
        self._home.config_file.write_text(
            f"[camera]\nsource = {json.dumps(f'video:{self._files.video}', ensure_ascii=False)}\n\n"
            "[screen]\nfullscreen = false\n",
            encoding="utf-8",
        )
        self._step(f"{len(shots)} visitors are drawn as a camera would see them: {self._files.video.name}")
        return shots

    def _visits(self, children: Children, shots: Sequence[Shot]) -> tuple[list[dict[str, Any]], Child]:
        self._pictures.mkdir(parents=True, exist_ok=True)
        for old in self._pictures.glob("*.png"):
            old.unlink()
        arguments: list[str | Path] = ["run", "--data", self._home.path, "--decisions"]
        arguments += ["--touches", self._files.touches]
        arguments += ["--screenshots", self._pictures]
        if self._is_headless:
            arguments += ["--headless", "--until-end"]
        self._step("The kiosk is on its own, and the visitors come", "qaqpa run")
        self._output.say("          It gets frames and touches only; what should happen stands in expected.jsonl")
        kiosk = children.start("kiosk", arguments, self._home.path / "kiosk.log")
        decisions = []
        with closing(Teller(self._home, read_lines(self._files.scenes))) as teller:
            for text in self._said(kiosk, shots):
                decision = json.loads(text)
                decisions.append(decision)
                self._output.result(decision, teller.line(decision))
        self._step(f"{len(decisions)} decisions, all without the registry; screenshots are in {self._pictures}")
        return decisions, kiosk

    def _said(self, kiosk: Child, shots: Sequence[Shot]) -> Iterator[str]:
        """Each line of the kiosk as it comes, until it ends; before a window, until the film is over."""
        film_seconds = shots[-1].until / FRAMES_A_SECOND
        over = time.monotonic() + film_seconds + _LATE_SECONDS
        heard = time.monotonic()
        while not kiosk.has_ended:
            text = kiosk.line(0.5)
            now = time.monotonic()
            if text is not None:
                heard = now
                if json.loads(text).get("frame", 0) >= shots[-1].first:
                    over = min(over, now + _LAST_SECONDS)
                yield text
            elif self._is_headless and now - heard > _SILENCE_SECONDS:
                raise EnvironmentalError(f"The kiosk says nothing any more; its log is {self._home.path / 'kiosk.log'}")
            elif not self._is_headless and now > over:
                return
        if kiosk.wait(_SILENCE_SECONDS) not in (0, None):
            raise kiosk.failure()

    # ---- after the last visitor -------------------------------------------------------------------------------------

    def _settle(self, kiosk: Child) -> None:
        """Let the kiosk tell the registry all of it: by itself where its window is open, else by one cycle."""
        until = time.monotonic() + _NOTICE_SECONDS
        if kiosk.code is None:
            self._output.say("The kiosk will notice by itself that the line is back, within a minute")
        while kiosk.code is None and time.monotonic() < until:
            with open_reader(self._home) as memory:
                if memory.deliveries.pending_count() == 0:
                    self._step("The line is back; the kiosk has told the registry everything by itself")
                    return
            time.sleep(0.5)
        if kiosk.code is None:
            raise EnvironmentalError("The kiosk does not reach its registry again: see its log in the demo's folder")
        report = self._sync_here()
        self._step(f"The line is back: {report}", "qaqpa sync --once")

    def _counts(self, children: Children, line: _Line, token: str, first: date, last: date) -> Counts:
        place = Place(park=PARK, gate=GATE)
        return Counts(
            kiosk=kiosk_counts(children, self._home, first, last),
            registry=registry_counts(place, line.port, token, self._home.path, first, last),
        )

    def _conclude(self, visits: Sequence[Visit], counts: Counts, kiosk: Child) -> int:
        self._step(
            "The counts of gate 3 today, the kiosk's own and the registry's", "qaqpa export; GET /v1/parks/7/counts"
        )
        differences = [visit.difference for visit in visits if visit.difference]
        agreed = not differences and counts.agree
        record = {"visitors": len(visits), "differences": differences, "counts_agree": counts.agree}
        verdict = f"{len(visits) - len(differences)} of {len(visits)} visitors were answered as expected"
        self._output.result(
            record,
            [
                *counts_table(counts.kiosk, counts.registry),
                *(f"DIFFERENT: {difference}" for difference in differences),
                verdict + ("; the counts agree." if counts.agree else "; THE COUNTS DIFFER."),
            ],
        )
        if not self._is_headless and kiosk.code is None:
            self._output.say("The kiosk stays open until its window is closed (or Ctrl-C is typed here).")
            with suppress(KeyboardInterrupt):  # the demo is over: ending it is no failure
                while kiosk.code is None:
                    time.sleep(0.2)
        return EXIT_DONE if agreed else EXIT_NO

    # ---- telling ----------------------------------------------------------------------------------------------------

    def _step(self, sentence: str, command: str = "") -> None:
        shown = f"   ({command})" if command else ""
        self._output.say(f"[{time.monotonic() - self._began:5.1f} s] {sentence}{shown}")

    def _progress(self, what: str) -> Callable[[int, int], None]:
        """A counter on standard error, where a person looks at it."""

        def told(done: int, total: int) -> None:
            if sys.stderr.isatty():
                click.echo(f"\r          {done} of {total} {what} ", err=True, nl=False)
                if done >= total:
                    click.echo("\r" + " " * 40 + "\r", err=True, nl=False)

        return told


def _today(policy: Policy) -> date:
    return local(machine_seconds(), policy.utc_offset_minutes).date()
