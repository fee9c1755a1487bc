"""The box's own devices (printer, sound, light, power, climate, modem, door) put together for a kiosk on its screen."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from kiosk.devices.body import Body, make_body
from kiosk.devices.power import PowerReading
from kiosk.tamper import ContactFolder
from ui.assembly import Kiosk
from ui.telling import DEFAULT_OFFSET_MINUTES
from ui.words import local

_log = logging.getLogger(__name__)


def fit(kiosk: Kiosk, send_now: Callable[[], None]) -> Body:
    """The body of this kiosk; `send_now` is called when the mains go, while there is still power to send with."""
    policies, clock, home = kiosk.policies.current(), kiosk.clock, kiosk.memory.home
    offset_minutes = policies.policy.utc_offset_minutes if policies else DEFAULT_OFFSET_MINUTES

    def local_time() -> datetime:
        return local(clock.now().now, offset_minutes)

    def mains_lost(reading: PowerReading) -> None:
        # every entry is on the disk already; what the registry does not have yet should leave before the battery ends
        _log.warning("The mains are gone: what has not been sent is sent now")
        send_now()

    return make_body(
        kiosk.config,
        local_time=local_time,
        leave=ContactFolder(home.contacts).raise_,
        folder=home.kiosk,
        on_mains_lost=mains_lost,
    )
