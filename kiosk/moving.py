"""A disk in another machine than before: moved after a repair, or copied. The gate goes on, and says so.

Nobody at the gate can tell the two apart, and it may have no network for days. So the next entry opens a chain of its
own that names it, which keeps two copies of one journal from writing the same entry twice; an alarm stands until a
ranger has seen to it, and the registry hears of it at the first contact (docs/adr/0043).
"""

import logging

from kiosk.rules.machine import Machine
from kiosk.store.home import Home
from kiosk.store.journal import Journal
from kiosk.store.machine import note_machine, noted_machine

_log = logging.getLogger(__name__)


def heed_machine(home: Home, journal: Journal, machine: Machine) -> bool:
    """Note on which machine this folder is used; whether it is another one than before. It may be begun again."""
    before = noted_machine(home)
    if before is None or before.is_same(machine):
        if machine.marks and machine != before:  # a card was exchanged, or nobody had noted it yet
            note_machine(home, machine)
        return False
    _log.warning("%s was last used in another machine: its disk was moved or copied", home.path)
    journal.owe_moved()
    note_machine(home, machine)  # only now: whoever is killed before notices it again, and owes the same chain
    return True
