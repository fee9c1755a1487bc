"""What is known of a kiosk, put together for its readiness card."""

from kiosk.alarms import open_alarms
from kiosk.config import CameraKind, Config
from kiosk.rules.readiness import Card, State, card
from kiosk.store.preflight import DAY_BYTES, look
from ui.assembly import Kiosk
from ui.paper_mode import paper_state


def readiness(kiosk: Kiosk, *, has_camera: bool | None = None) -> Card:
    """The card of this kiosk now; `has_camera` by whoever looks through it, else by the settings."""
    status, memory = kiosk.checkpoint.status(), kiosk.memory
    now = kiosk.clock.now().now
    state = State(
        now=now,
        signed_at=status.signed_at,
        revocations_at=status.revocations_at,
        permits=status.permits,
        clock=status.clock,
        free_bytes=look(memory.home.kiosk).free_bytes,
        day_bytes=DAY_BYTES,
        faults=status.faults,
        barrier=str(status.barrier or ""),
        has_camera=_has_camera(kiosk.config) if has_camera is None else has_camera,
        paper=paper_state(memory.home, kiosk.config, now),
        pending=status.pending,
        alarms=len(open_alarms(memory.journal)),
    )
    return card(state, kiosk.policies.current())


def _has_camera(config: Config) -> bool | None:
    """Whether one is set up at all; whether it sees, only a running kiosk knows."""
    if config.camera_source is None:
        return False
    return None if config.camera_source.kind is CameraKind.V4L2 else True
