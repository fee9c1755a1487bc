"""The command line, a public contract (docs/COMMANDS.md): which commands there are, and whose fault an end was.

Each family of commands is one module of `ui.commands`, loaded when it is asked for; Qt, FastAPI and OpenCV are
imported inside the commands that need them, so that `qaqpa --help` is quick.
"""

from __future__ import annotations

import io
import os
import sys
import traceback
import warnings
from collections.abc import Sequence

import click

from kiosk.errors import BugError, EnvironmentalError, UsageError
from ui.commands.common import EXIT_BUG, EXIT_DONE, EXIT_ENVIRONMENT, EXIT_USAGE, Invocation, Lazy, LazyGroup
from ui.version import version

STOPPED = 130  # what shells expect of a program ended by Ctrl-C (128 + SIGINT)

COMMANDS = {
    "demo": Lazy("ui.commands.screens:demo", "Show everything on one machine."),
    "run": Lazy("ui.commands.screens:run", "Run the kiosk on its screen."),
    "scan": Lazy("ui.commands.scan:scan", "Decode, decide and journal pictures, videos or texts."),
    "decode": Lazy("ui.commands.tickets:decode", "Only read the QR codes of pictures."),
    "verify": Lazy("ui.commands.tickets:verify", "Check tickets against a key list, without a database."),
    "registry": Lazy("ui.commands.registry:registry", "Keep the registry: permits, kiosks, visitor counts."),
    "enrol": Lazy("ui.commands.sync:enrol", "Make this machine a kiosk of a registry."),
    "sync": Lazy("ui.commands.sync:sync", "Tell the registry what happened, and learn what changed."),
    "status": Lazy("ui.commands.sync:status", "Say how this kiosk is."),
    "find": Lazy("ui.commands.find:find", "Find a permit by plate, telephone, document or name."),
    "price": Lazy("ui.commands.price:price", "Say what a visit costs by the park's tables."),
    "inside": Lazy("ui.commands.inside:inside", "Say who is inside, and who is late."),
    "export": Lazy("ui.commands.export:export", "Write visitor counts to a file."),
    "admit": Lazy("ui.commands.admit:admit", "Let in who needs no ticket in hand."),
    "override": Lazy("ui.commands.acts:override", "Let in whom the rules refused."),
    "annul": Lazy("ui.commands.acts:annul", "Take an entry back."),
    "correct": Lazy("ui.commands.acts:correct", "Say how many really went through."),
    "gate": Lazy("ui.commands.gate:gate", "Open the barrier by hand."),
    "scanner": Lazy("ui.commands.scanner:scanner", "Make a hardware scanner known to this kiosk."),
    "left": Lazy("ui.commands.inside:left", "Strike a party off that went out unseen."),
    "called": Lazy("ui.commands.inside:called", "Write down whom somebody called about a late party."),
    "shift": Lazy("ui.commands.shift:shift", "Open, hand over and close a ranger's shift."),
    "alarm": Lazy("ui.commands.alarm:alarm", "List alarms, and say that one was seen to."),
    "report": Lazy("ui.commands.report:report", "Report what happened in the park."),
    "printer": Lazy("ui.commands.printing:printer", "Try the receipt printer."),
    "staff": Lazy("ui.commands.staff:staff", "Say who may act here, and let them choose their PINs."),
    "clock": Lazy("ui.commands.clock:clock", "Say what time this kiosk believes it is, and set it."),
    "journal": Lazy("ui.commands.journal:journal", "Read and check the journal."),
    "doctor": Lazy("ui.commands.doctor:doctor", "Find what is missing on this machine."),
    "bench": Lazy("ui.commands.bench:bench", "Measure how fast and how large things are here."),
}


@click.group(cls=LazyGroup, commands_by_name=COMMANDS, epilog="Example: qaqpa demo")
@click.version_option(version(), prog_name="qaqpa", message="%(prog)s %(version)s")
def qaqpa() -> None:
    """Qaqpa: a checkpoint that decides offline, and the registry it agrees with later."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the value is its exit code: 0 done, 1 no, 2 usage, 3 environment, 4 our bug."""
    invocation = Invocation()
    _prepare()
    try:
        code = qaqpa.main(args=arguments, prog_name="qaqpa", standalone_mode=False, obj=invocation)
        sys.stdout.flush()
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.ClickException as error:
        error.show()
        return EXIT_USAGE
    except (click.Abort, KeyboardInterrupt):
        return _complain("Stopped.", STOPPED)
    except BrokenPipeError:
        # Whoever reads our output has seen enough; the interpreter must not complain about it on its way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_DONE
    except UsageError as error:
        return _blame(error, EXIT_USAGE, invocation)
    except EnvironmentalError as error:
        return _blame(error, EXIT_ENVIRONMENT, invocation)
    except OSError as error:
        return _blame(error, EXIT_ENVIRONMENT, invocation, f"{error.filename or 'The machine'}: {error.strerror}")
    except BugError as error:
        return _blame(error, EXIT_BUG, invocation)
    except Exception as error:  # noqa: BLE001  the last line of defence: a sentence, never a traceback
        sentence = f"This is our bug, not yours ({type(error).__name__}): run it again with --debug and report it."
        return _blame(error, EXIT_BUG, invocation, sentence)
    else:
        return code if isinstance(code, int) else EXIT_DONE


def _prepare() -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):  # a terminal that lacks a letter shows its number, and goes on
        sys.stdout.reconfigure(errors="backslashreplace")
    if not sys.warnoptions:  # a library's remark to its programmers is no message for whoever types commands
        warnings.simplefilter("ignore")


def _blame(error: Exception, code: int, invocation: Invocation, sentence: str | None = None) -> int:
    if invocation.debug:
        traceback.print_exception(error, file=sys.stderr)
    return _complain(sentence or str(error), code)


def _complain(sentence: str, code: int) -> int:
    click.echo(f"qaqpa: {sentence}", err=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
