"""Turns the kiosk's decisions, as they come, into lines for a person: the sentence is the one the visitor reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import Any

from kiosk.rules.entries import DecisionBody
from kiosk.rules.permit import Party
from kiosk.store.home import Home
from ui.assembly import open_reader
from ui.demo_report import Attribution, decision_line
from ui.telling import verdict_of
from ui.words import local, party_line, tell

_LANGUAGE = "en"


class Teller:
    """Reads the journal beside the kiosk that writes it."""

    def __init__(self, home: Home, scenes: Sequence[Mapping[str, Any]]) -> None:
        self._scenes = Attribution(scenes)
        self._stack = ExitStack()
        self._memory = self._stack.enter_context(open_reader(home))
        self._policy = self._memory.policies.current()

    def close(self) -> None:
        """Give the journal back."""
        self._stack.close()

    def line(self, decision: Mapping[str, Any]) -> str:
        """One decision: when, who came, the verdict, who goes through, and what the visitor reads."""
        scene = self._scenes.of(decision)
        who = f"{scene['visitor']:>2} {scene['who']}" if scene else ""
        party = party_line(Party(**decision["party"]), _LANGUAGE) if decision["admitted_now"] else ""
        at = int(datetime.fromisoformat(decision["decided_at"]).timestamp())
        offset = self._policy.policy.utc_offset_minutes if self._policy else 0
        return decision_line(decision, who, party, self._sentence(decision), f"{local(at, offset):%H:%M:%S}")

    def _sentence(self, decision: Mapping[str, Any]) -> str:
        entry = self._memory.journal.get(decision["entry_id"]) if decision["entry_id"] else None
        if entry is None or not isinstance(entry.body, DecisionBody):
            return ""
        return str(tell(verdict_of(entry, self._policy).telling, _LANGUAGE))
