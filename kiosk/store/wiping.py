"""What a revoked device lets go: the replica, look-up keys, contacts, PINs, and what names people and is handed over.

The journal, its keys and the device's own key stay: they are what is still owed to the registry. Every step may be done
again, so whoever is killed on the way begins anew at the next start. A file is overwritten before its name goes; what a
flash disk keeps of its former blocks is not ours to say (SECURITY.md).
"""

import logging
import shutil

from kiosk.store.delivery import Deliveries
from kiosk.store.files import shred, told
from kiosk.store.home import Home
from kiosk.store.journal import Journal
from kiosk.store.replica import Replicas

_log = logging.getLogger(__name__)


class Wiping:
    """The files of one revoked device; the checkpoint's own connections, because it is their one writer."""

    def __init__(self, *, home: Home, journal: Journal, replicas: Replicas, deliveries: Deliveries) -> None:
        self._home, self._journal, self._replicas, self._deliveries = home, journal, replicas, deliveries

    def step(self) -> bool:
        """Let go whatever may go by now; whether there was any. What waits to be sent keeps its private part."""
        gone = self._replicas.wipe()
        gone |= self._home.forget_lookup_keys()
        gone |= self._drop_incoming() | self._drop_copies() | self._drop_pins()
        gone |= self._journal.forget_contacts(self._journal.contacts()) > 0
        gone |= self._forget_private()
        if gone:
            _log.warning("What this revoked device had been given is wiped")
        return gone

    def _drop_incoming(self) -> bool:
        """The parts of a snapshot that was on its way."""
        folder = self._home.incoming
        if not folder.is_dir():
            return False
        with told(folder):
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    shred(path)
            shutil.rmtree(folder)
        return True

    def _drop_copies(self) -> bool:
        """What upgrades left of older files: all of it that is owed stands in the newer ones."""
        with told(self._home.kiosk):
            copies = sorted(self._home.kiosk.glob("*-schema*.db*"))
        return sum(shred(path) for path in copies) > 0

    def _drop_pins(self) -> bool:
        """The verifiers of its people's PINs, their counts and the pepper: six digits are soon guessed from them."""
        kiosk, keys = self._home.kiosk, self._home.keys
        gone = [shred(keys / "pin-pepper"), shred(kiosk / "pins.json"), shred(kiosk / "pin.json")]
        gone.append(shred(keys / "pin-tries.json"))
        for lock in (kiosk / "pin.lock", keys / "pin-tries.lock"):
            shred(lock)  # whoever looks at a PIN makes them again: they are nothing that was there to be wiped
        return any(gone)

    def _forget_private(self) -> bool:
        """The private parts of entries that have their receipt: the registry answers for them now."""
        keys = self._journal.private_keys()
        if not keys:
            return False
        waiting = self._deliveries.waiting()
        keys = [key for key in keys if key not in waiting]
        # of an earlier device of this folder nothing can be sent any more, and its disk is settled as a whole
        own = [key for key in keys if key.device == self._journal.device or not waiting]
        return self._journal.erase(own) > 0
