"""One kiosk's files with some of them damaged, started as `qaqpa run` starts it, and what it then lets in.

The files lie in memory as bytes; each case writes them out, damages one, and presents the same few tickets.
"""

import random
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NoReturn, Self

from kiosk.errors import BugError, QaqpaError
from kiosk.facts import Scan
from kiosk.rules.entries import ActBody, DecisionBody, Private
from kiosk.rules.facts import Question
from kiosk.rules.permit import Party
from kiosk.rules.words import Outcome, Source
from kiosk.store.home import Home
from sync.enrolment import enrol
from tests.support.clock import ManualClock
from tests.support.crashing_kiosk import CrashingKiosk, copy_home
from tests.support.damage import Damage, damaged
from tests.support.line import Back, Line, Trouble
from tests.support.park import NOON, SmallPark, permit_of
from tests.support.registry_simulator import RegistrySimulator

Files = dict[str, bytes]
FRESH, UNLISTED, SPENT_LONG_AGO, SPENT, SPENT_AND_UNHEARD, SPENT_AND_UNSENT = range(1, 7)
REVOKED, REVOKED_SINCE, EXPIRED, FOREIGN = range(7, 11)
STATES = ("killed", "told", "closed")
_FILLING = 25
_AFTERWARDS_SECONDS = 600  # no pulse is owed any more


@dataclass(frozen=True, kw_only=True)
class Original:
    """A kiosk that was killed, one that was closed, and a copy of each file from earlier in its life."""

    killed: Files
    told: Files
    """Killed before the last ticket: the registry was told all that is in it, and could tell nothing back."""
    closed: Files
    older: Files
    back: Back
    texts: Mapping[str, str]

    def targets(self, what: str) -> list[str]:
        """The files of this kind: `journal`, `sync`, `permits` or `revocations` with their WAL, or `keys`."""
        if what == "keys":
            return [name for name in self.killed if name.startswith("keys/")]
        return [name for name in self.killed if name.startswith(f"data/kiosk/{what}")]


@dataclass(kw_only=True)
class Findings:
    """What became of the cases."""

    answers: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    lost_writes: list[str] = field(default_factory=list)
    uncaught: list[str] = field(default_factory=list)

    def __iadd__(self, other: Self) -> Self:
        self.answers += other.answers
        self.wrong += other.wrong
        self.lost_writes += other.lost_writes
        self.uncaught += other.uncaught
        return self


def original(folder: Path) -> Original:
    """A kiosk with some life behind it: tickets spent long ago, just now and not yet sent; revocations; a backup."""
    clock = ManualClock(NOON)
    registry = RegistrySimulator(park=SmallPark(), now=NOON)
    park = registry.park
    registry.put(*(permit_of(park.claims(serial)) for serial in (FRESH, SPENT_LONG_AGO, SPENT, REVOKED, 100, 101)))
    registry.put(*(permit_of(park.claims(serial)) for serial in range(200, 260)))
    registry.add(["r", 1, park.claims(REVOKED).cti[:8].hex(), "revoke", NOON - 60, 0])
    home = Home(folder / "first")
    enrol(
        home,
        "http://127.0.0.1:9",
        registry.code(),
        software="test",
        now=lambda: clock.at,
        connect=lambda *_, **__: registry,
    )
    back = Back(registry=registry)
    line = _line(back)
    kiosk = CrashingKiosk(home, clock=clock, registry=line)
    kiosk.open()
    try:
        kiosk.engine.run_cycle()
        _spend(kiosk, park.ticket(SPENT_LONG_AGO))
        for number in range(_FILLING):
            kiosk.checkpoint.scan(Scan(text=f"no ticket {number}", source=Source.CAMERA))
        kiosk.engine.run_cycle()
        kiosk.close()
        copy_home(kiosk.home, Home(folder / "older"))
        kiosk.open()
        clock.at = registry.now = NOON + 60
        for number in range(_FILLING):
            kiosk.checkpoint.scan(Scan(text=f"no ticket {number}", source=Source.SCANNER))
        registry.add(["r", 2, park.claims(REVOKED_SINCE).cti[:8].hex(), "revoke", NOON, 0])
        _spend(kiosk, park.ticket(SPENT))
        kiosk.engine.run_cycle()
        _spend(kiosk, park.ticket(SPENT_AND_UNHEARD))
        line.trouble = Trouble.NOTHING_COMES_BACK
        assert kiosk.engine.run_cycle().pushed
        copy_home(kiosk.home, Home(folder / "told"))
        _spend(kiosk, park.ticket(SPENT_AND_UNSENT))
        copy_home(kiosk.home, Home(folder / "killed"))
    finally:
        kiosk.close()
    clock.at = NOON + _AFTERWARDS_SECONDS
    return Original(
        killed=_read(folder, "killed"),
        told=_read(folder, "told"),
        closed=_read(folder, "first"),
        older=_read(folder, "older"),
        back=back,
        texts={
            "fresh": park.ticket(FRESH),
            "unlisted": park.ticket(UNLISTED),
            "spent long ago": park.ticket(SPENT_LONG_AGO),
            "spent": park.ticket(SPENT),
            "spent and unheard": park.ticket(SPENT_AND_UNHEARD),
            "spent and unsent": park.ticket(SPENT_AND_UNSENT),
            "revoked": park.ticket(REVOKED),
            "revoked since": park.ticket(REVOKED_SINCE),
            "expired": park.ticket(EXPIRED, iat=NOON - 40 * 3600, nbf=NOON - 39 * 3600, exp=NOON - 12 * 3600),
            "forged": replace(park, seed=bytes(32)).ticket(FOREIGN),
        },
    )


def try_out(
    first: Original, what: str, cases: int, chance: random.Random, folder: Path, *, cycle_every: int = 4
) -> Findings:
    """So many damaged starts, files of this kind only."""
    findings = Findings()
    for number in range(cases):
        state = chance.choice(STATES)
        files: Files = getattr(first, state)
        target = chance.choice([name for name in first.targets(what) if name in files])
        kind = chance.choice(list(Damage))
        foreign = first.killed[
            chance.choice([name for name in first.killed if name.endswith(".db") and name != target])
        ]
        old = first.older.get(target, b"")
        changed = damaged(kind, files[target], chance, older=old, foreign=foreign)
        if changed == files[target]:
            findings.answers["the same bytes"] += 1
        case = f"{target.rpartition('/')[2]} ({state}): {kind}"
        home = _write(folder, files | {target: changed})
        _start(first, home, case, kind, findings, has_cycle=number % cycle_every == 0)
    return findings


def _start(first: Original, home: Home, case: str, kind: Damage, findings: Findings, *, has_cycle: bool) -> None:
    back = _as_it_was(first.back)
    registry = back.registry
    kiosk = CrashingKiosk(home, clock=ManualClock(registry.now), registry=_line(back))
    try:
        kiosk.open(has_sync=has_cycle)
    except QaqpaError as error:
        _caught(error, case, findings)
        findings.answers["did not start"] += 1
        return
    except Exception as error:  # noqa: BLE001  that is what is looked for
        findings.uncaught.append(f"{case}: {error!r}")
        return
    try:
        texts = {name: text for name, text in first.texts.items() if "(told)" not in case or name != "spent and unsent"}
        for name, text in texts.items():
            _present(kiosk, name, text, case, kind, findings)
        _look(kiosk, case, findings)
        if has_cycle:
            _cycle(kiosk, registry, case, findings)
            for name in texts.keys() - {"fresh", "unlisted"}:
                _present(kiosk, name, texts[name], f"{case}, after a cycle", kind, findings)
    finally:
        kiosk.close()


def _present(kiosk: CrashingKiosk, name: str, text: str, case: str, kind: Damage, findings: Findings) -> None:
    before = kiosk.boom.pulses.total()
    try:
        entry = kiosk.checkpoint.scan(Scan(text=text, source=Source.CAMERA))
    except QaqpaError as error:
        _caught(error, case, findings)
        findings.answers[f"{name}: a sentence"] += 1
        if kiosk.boom.pulses.total() != before:
            findings.wrong.append(f"{case}: {name} moved the barrier without an answer")
        return
    except Exception as error:  # noqa: BLE001  that is what is looked for
        findings.uncaught.append(f"{case}: {name}: {error!r}")
        return
    assert not isinstance(entry, Question)
    body = entry.body
    assert isinstance(body, DecisionBody | ActBody)
    reason = body.reason
    findings.answers[f"{name}: {reason}"] += 1
    if not isinstance(body, DecisionBody) or body.outcome is not Outcome.ADMITTED or name in ("fresh", "unlisted"):
        return
    wrong = findings.lost_writes if kind is Damage.STALE_PAGE else findings.wrong
    wrong.append(f"{case}: {name} was admitted ({reason})")


def _look(kiosk: CrashingKiosk, case: str, findings: Findings) -> None:
    for look in (kiosk.checkpoint.status, lambda: kiosk.checkpoint.latest(5)):
        try:
            look()
        except QaqpaError as error:
            _caught(error, case, findings)
        except Exception as error:  # noqa: BLE001  that is what is looked for
            findings.uncaught.append(f"{case}: {look}: {error!r}")


def _cycle(kiosk: CrashingKiosk, registry: RegistrySimulator, case: str, findings: Findings) -> None:
    before = dict(registry.entries)
    try:
        report = kiosk.engine.run_cycle()
    except Exception as error:  # noqa: BLE001  a cycle lets nothing out but what is a bug
        findings.uncaught.append(f"{case}: cycle: {error!r}")
        return
    findings.answers["cycles"] += 1
    findings.answers["cycles with an entry id given twice"] += any(one.result == "conflict" for one in report.flagged)
    if any(registry.entries.get(key) != sent for key, sent in before.items()):
        findings.wrong.append(f"{case}: the registry's entries changed")


def _caught(error: QaqpaError, case: str, findings: Findings) -> None:
    if isinstance(error, BugError):
        findings.uncaught.append(f"{case}: {error!r}")


def _spend(kiosk: CrashingKiosk, text: str) -> None:
    entry = kiosk.checkpoint.scan(Scan(text=text, source=Source.CAMERA), private=Private(plate="777ABC02"))
    assert not isinstance(entry, Question)
    assert isinstance(entry.body, DecisionBody)
    assert entry.body.party == Party(adults=2, children=1)


def _line(back: Back) -> Line:
    def never() -> NoReturn:
        raise AssertionError("this kiosk dies by being copied")

    return Line(back, random.Random(1), never)


def _as_it_was(back: Back) -> Back:
    registry = replace(
        back.registry,
        now=NOON + _AFTERWARDS_SECONDS,
        entries=dict(back.registry.entries),
        feed=list(back.registry.feed),
        quarantine=[],
    )
    of_permit = {permit: dict(entries) for permit, entries in back.of_permit.items()}
    return Back(registry=registry, of_permit=of_permit, told=dict(back.told))


def _read(folder: Path, name: str) -> Files:
    home = Home(folder / name)
    return dict([*_under(home.path, "data"), *_under(home.keys, "keys")])


def _under(root: Path, name: str) -> Iterator[tuple[str, bytes]]:
    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.name.endswith("-shm"):
            yield f"{name}/{path.relative_to(root)}", path.read_bytes()


def _write(folder: Path, files: Mapping[str, bytes | None]) -> Home:
    home = Home(folder / "case")
    roots = {"data": home.path, "keys": home.keys}
    for folder_ in roots.values():
        shutil.rmtree(folder_, ignore_errors=True)
    for name, data in files.items():
        if data is not None:
            root, _, rest = name.partition("/")
            path = roots[root] / rest
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.write_bytes(data)
    return home
