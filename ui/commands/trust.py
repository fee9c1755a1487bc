"""registry trust: the ceremonies by which officers say whom kiosks believe, each step a command on its own machine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.errors import UsageError
from ui.commands.books import database_option, opened
from ui.commands.common import EXIT_DONE, EXIT_NO, Output, every_command
from ui.commands.passphrases import PARK_VARIABLE, ask_passphrase, new_passphrase

if TYPE_CHECKING:
    from sync.registry.trust_folder import Prepared
    from sync.registry.trust_officer import PublicHalf
    from sync.registry.trust_status import RoleState

_FILE = click.Path(path_type=Path)
_OUT = click.option("--out", type=_FILE, required=True, metavar="FOLDER", help="A new folder, as on a stick.")
_PARK = click.option("--park", type=click.IntRange(min=1), required=True, help="The park's number.")
_ANEW = click.option(
    "--anew", "is_anew", is_flag=True, help="Discard a next key that waits already, as after a theft of the machine."
)
_SIGN_NEXT = "Next: each officer, on a machine without a network: qaqpa registry trust sign {0} --key FILE"
_PUBLISH_NEXT = "Next, on the registry: qaqpa registry trust publish {0}"
_HERE = (
    "All keys lie in this registry's folder: whoever copies it can make kiosks believe anything. This is for a trial; "
    "a park makes its keys by `qaqpa registry trust key make`, each on another machine (docs/KEYS.md)."
)


@click.group(epilog="Example: qaqpa registry trust status")
def trust() -> None:
    """Say whom kiosks believe: officers sign with keys that no machine on a network has (docs/KEYS.md)."""


@trust.group(epilog="Example: qaqpa registry trust key make --role root --out /media/aigul/aigul.key")
def key() -> None:
    """An officer's own key."""


@key.command(epilog="Example: qaqpa registry trust key make --role root --out /media/aigul/aigul.key")
@click.option("--role", type=click.Choice(("root", "targets")), required=True, help="What it signs.")
@click.option("--out", type=_FILE, required=True, metavar="FILE", help="Where it is kept; its public half is FILE.pub.")
@click.option("--name", metavar="NAME", help="What it is called for all to read (default: FILE without its ending).")
@every_command
def make(role: str, out: Path, name: str | None, folder: Path, output: Output) -> int:
    """Make one officer's key, sealed under a passphrase; its public half goes to the registry."""
    from sync.registry import trust_officer as officer

    named = name or out.stem
    half = officer.make(out, role, named, new_passphrase(f"the {role} key {named}"))
    file = officer.public_file(out)
    output.result(
        _half_record(half) | {"file": str(out), "public_file": str(file)},
        f"{role} key {half.name}, {half.fingerprint}, is in {out}",
    )
    output.say(f"Next: copy {out} once more, keep both apart, and hand {file} to whoever keeps the registry.")
    return EXIT_DONE


@key.command(epilog="Example: qaqpa registry trust key show /media/aigul/aigul.key.pub")
@click.argument("file", type=_FILE, metavar="FILE")
@every_command
def show(file: Path, folder: Path, output: Output) -> int:
    """Say whose key is in a file and its fingerprint, to be compared over the telephone; no passphrase is asked for."""
    from sync.registry import trust_officer as officer

    half = officer.read_public(file) if file.suffix == ".pub" else officer.whose(file)
    output.result(_half_record(half), f"{half.role} key {half.name}, {half.fingerprint}")
    return EXIT_DONE


@trust.command(
    epilog="Example: qaqpa registry trust begin --root a.pub --root b.pub --root c.pub --targets d.pub --out /media/x/1"
)
@click.option(
    "--root", "roots", type=_FILE, multiple=True, metavar="PUB", help="A root key's public half; three or more."
)
@click.option(
    "--threshold", type=click.IntRange(min=1), default=2, show_default=True, help="How many of them must sign."
)
@click.option("--targets", type=_FILE, metavar="PUB", help="The public half of the key that signs the list of keys.")
@click.option("--out", type=_FILE, metavar="FOLDER", help="A new folder, as on a stick.")
@click.option(
    "--all-here", is_flag=True, help="For a trial: make all keys here, in clear, and sign everything at once."
)
@database_option
@every_command
def begin(
    roots: tuple[Path, ...],
    threshold: int,
    targets: Path | None,
    out: Path | None,
    all_here: bool,
    database: str | None,
    folder: Path,
    output: Output,
) -> int:
    """Prepare the first root and list of keys of this registry, for its officers to sign."""
    if all_here:
        if roots or targets is not None or out is not None:
            raise UsageError("--all-here makes every key itself: give nothing else with it")
        with opened(folder, database) as service:
            service.make_trust_here()
        output.result({"all_here": True}, "Kiosks can be enrolled: qaqpa registry enrol")
        output.say(_HERE)
        return EXIT_DONE
    if targets is None or out is None:
        raise UsageError("Give --root for each officer, --targets and --out; for a trial on one machine, --all-here")
    from sync.registry.trust_desk import TrustDesk

    with opened(folder, database) as service:
        prepared = TrustDesk(service).begin(_halves(roots), threshold, _halves([targets])[0])
    return _prepared(prepared, out, output)


@trust.group("keys", epilog="Example: qaqpa registry trust keys prepare --out /media/x/keys-2")
def keys_group() -> None:
    """The list of issuer keys, online keys and certificates that kiosks believe."""


@keys_group.command(epilog="Example: qaqpa registry trust keys prepare --out /media/x/keys-2")
@_OUT
@database_option
@every_command
def prepare(out: Path, database: str | None, folder: Path, output: Output) -> int:
    """Prepare the list of keys as the registry has it now, for the officer of the targets key."""
    from sync.registry.trust_desk import TrustDesk

    with opened(folder, database) as service:
        prepared = TrustDesk(service).prepare_keys()
    return _prepared(prepared, out, output)


@trust.command(epilog="Example: qaqpa registry trust sign /media/x/keys-2 --key /media/aigul/aigul.key")
@click.argument("path", type=_FILE, metavar="FOLDER")
@click.option("--key", "key_file", type=_FILE, required=True, metavar="FILE", help="The officer's key.")
@click.option("--yes", is_flag=True, help="Do not ask; for scripts that have shown it before.")
@every_command
def sign(path: Path, key_file: Path, yes: bool, folder: Path, output: Output) -> int:
    """Show in words what is to be signed and what it changes, ask, and add one officer's signature."""
    from sync.registry import trust_folder, trust_words
    from sync.registry import trust_officer as officer

    prepared, half = trust_folder.read(path), officer.whose(key_file)
    for line in trust_words.described(prepared, trust_folder.vouched(prepared, half.public_key)):
        output.say(line)
    if not yes and not click.confirm(f"Sign this with the {half.role} key {half.name}?", err=True):
        output.say("Nothing was signed.")
        return EXIT_NO
    opened_key = officer.open_key(key_file, ask_passphrase(f"the {half.role} key {half.name}"))
    done = trust_folder.sign(path, prepared, opened_key)
    left = trust_words.missing(trust_folder.read(path))
    output.result({"signed": done, "by": half.name, "missing": left}, f"{half.name} has signed {' and '.join(done)}.")
    output.say(
        _PUBLISH_NEXT.format(path)
        if not left
        else f"{left} more signature{'s' * (left > 1)} needed. " + _SIGN_NEXT.format(path)
    )
    return EXIT_DONE


@trust.command(epilog="Example: qaqpa registry trust publish /media/x/keys-2")
@click.argument("path", type=_FILE, metavar="FOLDER")
@database_option
@every_command
def publish(path: Path, database: str | None, folder: Path, output: Output) -> int:
    """Take in what was signed, if a kiosk would: kiosks believe it from their next sync on."""
    from dataclasses import asdict

    from sync.registry.trust_desk import TrustDesk

    with opened(folder, database) as service:
        taken = TrustDesk(service).take_in(path)
    output.result(
        asdict(taken),
        f"Kiosks believe root {taken.root} and list of keys {taken.keys} from their next sync on; "
        f"parks {', '.join(map(str, taken.parks)) or 'none yet'}.",
    )
    output.say("Next: write the sticks of kiosks without a network anew: qaqpa registry trust stick FOLDER")
    return EXIT_DONE


@trust.group(epilog="Example: qaqpa registry trust rotate online --out /media/x/root-2")
def rotate() -> None:
    """Prepare the next root: other officers, another targets key, another online key, or five more years."""


@rotate.command(
    "root", epilog="Example: qaqpa registry trust rotate root --remove berik --add dana.key.pub --out /media/x/r2"
)
@click.option("--add", type=_FILE, multiple=True, metavar="PUB", help="The public half of a further root key.")
@click.option("--remove", multiple=True, metavar="NAME", help="A root key that is believed no more.")
@click.option("--threshold", type=click.IntRange(min=1), help="How many must sign from then on.")
@_OUT
@database_option
@every_command
def rotate_root(
    add: tuple[Path, ...],
    remove: tuple[str, ...],
    threshold: int | None,
    out: Path,
    database: str | None,
    folder: Path,
    output: Output,
) -> int:
    """Prepare a root with other officers; without any change it is the same one for five more years."""
    from sync.registry.trust_ceremony import RootChange
    from sync.registry.trust_desk import TrustDesk

    with opened(folder, database) as service:
        desk = TrustDesk(service)
        roots = _changed(desk.root_keys(), _halves(add), remove) if add or remove else None
        prepared = desk.rotate(RootChange(roots=roots, threshold=threshold))
    return _prepared(prepared, out, output)


@rotate.command(
    "targets", epilog="Example: qaqpa registry trust rotate targets --to dana.key.pub --out /media/x/root-2"
)
@click.option("--to", type=_FILE, required=True, metavar="PUB", help="The public half of the targets key to come.")
@_OUT
@database_option
@every_command
def rotate_targets(to: Path, out: Path, database: str | None, folder: Path, output: Output) -> int:
    """Prepare a root with another targets key, and the list of keys for that key to sign."""
    from sync.registry.trust_ceremony import RootChange
    from sync.registry.trust_desk import TrustDesk

    with opened(folder, database) as service:
        prepared = TrustDesk(service).rotate(RootChange(targets=_halves([to])[0]))
    return _prepared(prepared, out, output)


@rotate.command("online", epilog="Example: qaqpa registry trust rotate online --out /media/x/root-2")
@_ANEW
@_OUT
@database_option
@every_command
def rotate_online(is_anew: bool, out: Path, database: str | None, folder: Path, output: Output) -> int:
    """Make another online key here, and prepare the root that names it; the one in force signs until then."""
    from sync.registry.trust_ceremony import RootChange
    from sync.registry.trust_desk import TrustDesk

    with opened(folder, database) as service:
        prepared = TrustDesk(service).rotate(RootChange(is_online_new=True), is_anew=is_anew)
    return _prepared(prepared, out, output)


@rotate.command("park", epilog="Example: qaqpa registry trust rotate park --park 7 --out /media/x/keys-3")
@_PARK
@_ANEW
@_OUT
@database_option
@every_command
def rotate_park(park: int, is_anew: bool, out: Path, database: str | None, folder: Path, output: Output) -> int:
    """Make another key for a park's sets here, and prepare the list of keys that names it."""
    from sync.registry.trust_desk import TrustDesk

    with opened(folder, database) as service:
        desk = TrustDesk(service)
        desk.next_park_key(park, lambda what: new_passphrase(what, PARK_VARIABLE), is_anew=is_anew)
        prepared = desk.prepare_keys()
    return _prepared(prepared, out, output)


@trust.command("park-key", epilog="Example: qaqpa registry trust park-key --park 7 --seal")
@_PARK
@click.option(
    "--seal/--unseal", "is_sealing", required=True, default=None, help="Under a passphrase, or in clear again."
)
@database_option
@every_command
def park_key(park: int, is_sealing: bool, database: str | None, folder: Path, output: Output) -> int:
    """Keep a park's key under a passphrase, which whatever publishes for the park asks for from then on."""
    with opened(folder, database) as service:
        service.policy_set(park)
        if is_sealing:
            service.folder.seal_set_key(park, new_passphrase(f"the key of park {park}", PARK_VARIABLE))
        else:
            service.folder.unseal_set_key(park)
    output.result(
        {"park": park, "sealed": is_sealing}, f"The key of park {park} is {'sealed' if is_sealing else 'in clear'}."
    )
    if is_sealing:
        output.say("Next: end a server that runs, and start it with $QAQPA_PARK_PASSPHRASE, or it publishes nothing.")
    return EXIT_DONE


@trust.command(epilog="Example: qaqpa registry trust revoke berik --by dana.key.pub --out /media/x/root-2")
@click.argument("name", metavar="NAME")
@click.option(
    "--by", "successor", type=_FILE, required=True, metavar="PUB", help="The public half of the key in its place."
)
@_OUT
@database_option
@every_command
def revoke(name: str, successor: Path, out: Path, database: str | None, folder: Path, output: Output) -> int:
    """Prepare a root that believes one officer's key no more, root or targets, and another in its place."""
    from sync.registry.trust_ceremony import RootChange
    from sync.registry.trust_desk import TrustDesk

    half = _halves([successor])[0]
    with opened(folder, database) as service:
        desk = TrustDesk(service)
        targets = [state.keys for state in desk.state().roles if state.role == "targets"]
        if targets and name in targets[0]:
            change = RootChange(targets=half)
        else:
            change = RootChange(roots=_changed(desk.root_keys(), [half], [name]))
        prepared = desk.rotate(change)
    return _prepared(prepared, out, output)


@trust.command(epilog="Example: qaqpa registry trust stick /media/stick --park 7")
@click.argument("path", type=_FILE, metavar="FOLDER")
@click.option("--park", "parks", type=click.IntRange(min=1), multiple=True, help="Only this park; may be repeated.")
@database_option
@every_command
def stick(path: Path, parks: tuple[int, ...], database: str | None, folder: Path, output: Output) -> int:
    """Write all that is signed to a stick, for kiosks without a network; it is read back before it counts."""
    from sync.registry.trust_desk import TrustDesk

    with opened(folder, database) as service:
        written = TrustDesk(service).stick(path, parks or None)
    output.result(
        {"folder": str(written.folder), "files": written.files, "bytes": written.size, "parks": list(written.parks)},
        f"{written.folder}: {written.files} files, {written.size} bytes, parks {', '.join(map(str, written.parks))}",
    )
    output.say("Next: put it into each kiosk within 35 days.")
    return EXIT_DONE


@trust.command(epilog="Example: qaqpa registry trust status")
@click.option("--folder", "path", type=_FILE, metavar="FOLDER", help="Also who has signed what in this folder.")
@database_option
@every_command
def status(path: Path | None, database: str | None, folder: Path, output: Output) -> int:
    """Say who signs what and until when; 1 where something has expired or has to be signed within 30 days."""
    from sync.registry import trust_folder, trust_words
    from sync.registry.trust_desk import TrustDesk

    with opened(folder, database) as service:
        state = TrustDesk(service).state()
    for role in state.roles:
        output.result(_role_record(role), _role_line(role))
    if not state.roles:
        output.say("There is no signed root: begin with `qaqpa registry trust begin` (docs/KEYS.md).")
    for line in state.waiting:
        output.say(f"Not signed yet: {line}")
    if state.waiting:
        output.say("Next: qaqpa registry trust keys prepare --out FOLDER")
    if state.is_here:
        output.say(_HERE)
    if state.clock is not None:
        output.say(state.clock)
    if path is not None:
        for line in trust_words.standing(trust_folder.read(path)):
            output.say(line)
    return EXIT_DONE if state.is_good else EXIT_NO


@trust.command("clock-is-right", epilog="Example: qaqpa registry trust clock-is-right")
@database_option
@every_command
def clock_is_right(database: str | None, folder: Path, output: Output) -> int:
    """Sign with this machine's clock though it is far from the last signature, as after months off."""
    from datetime import UTC, datetime

    from sync.registry.trust_desk import TrustDesk

    with opened(folder, database) as service:
        now = TrustDesk(service).believe_clock()
    said = datetime.fromtimestamp(now, UTC).isoformat()
    output.result({"signed_at": now}, f"Signed at {said}: kiosks believe that time from their next sync on.")
    return EXIT_DONE


def _halves(paths: Sequence[Path]) -> list[PublicHalf]:
    from sync.registry.trust_officer import read_public

    return [read_public(path) for path in paths]


def _changed(known: dict[str, PublicHalf], add: Sequence[PublicHalf], remove: Sequence[str]) -> list[PublicHalf]:
    if unknown := [name for name in remove if name not in known]:
        raise UsageError(f"There is no root key {unknown[0]}: {', '.join(known)}")
    return [*(half for name, half in known.items() if name not in remove), *add]


def _prepared(prepared: Prepared, out: Path, output: Output) -> int:
    from sync.registry import trust_folder, trust_words

    trust_folder.write(out, prepared)
    for line in trust_words.described(prepared):
        output.say(line)
    output.result({"folder": str(out), "missing": trust_words.missing(prepared)}, str(out))
    output.say(_SIGN_NEXT.format(out))
    return EXIT_DONE


def _half_record(half: PublicHalf) -> dict[str, Any]:
    return {"name": half.name, "role": half.role, "fingerprint": half.fingerprint}


def _role_record(state: RoleState) -> dict[str, Any]:
    return {
        "role": state.role,
        "version": state.version,
        "keys": list(state.keys),
        "threshold": state.threshold,
        "days": state.days,
        "due": state.is_due,
    }


def _role_line(state: RoleState) -> str:
    names = ", ".join(state.keys)
    until = f"holds for {state.days} more days" if state.days >= 0 else "HAS EXPIRED"
    due = ": HAS TO BE SIGNED ANEW" if state.is_due else ""
    return f"{state.role} {state.version}: {until}{due}; {state.threshold} of {len(state.keys)} ({names})"
