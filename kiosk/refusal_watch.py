"""Watching for a jump of refusals after a new set: now and then, between two scans, never inside one.

What it finds is an alarm in the journal, once for each set and reason; it changes no verdict.
"""

from kiosk.rules.entries import AlarmBody, DecisionBody, Entry, Place, TrustBody
from kiosk.rules.moment import Moment
from kiosk.rules.refusals import WATCHED_SECONDS, WEEK_SECONDS, Answers, Jump, jumps, row_of, table_of
from kiosk.rules.words import AlarmKind, ClockTrust, EntryKind, Outcome, Reason
from kiosk.store.journal import Journal
from kiosk.store.journal_reader import JournalReader

EVERY_SECONDS = 300
_MOST_ALARMS = 200
_MOST_TRUSTS = 50
_LOOKED_AT = 200  # answers, to find the row that most of them name


class RefusalWatch:
    """Looks at most every few minutes; between two looks it costs nothing."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._looked_at: int | None = None

    def look(self, moment: Moment, place: Place) -> list[AlarmBody]:
        """The alarms that are to be written now."""
        is_recent = self._looked_at is not None and 0 <= moment.now - self._looked_at < EVERY_SECONDS
        if moment.trust is not ClockTrust.TRUSTED or is_recent:
            return []
        self._looked_at = moment.now
        came = _newest_set(self._journal)
        if came is None or moment.now - came.at > WATCHED_SECONDS or not isinstance(came.body, TrustBody):
            return []
        version = came.body.version
        known = {str(alarm.details.get("reason")) for alarm in refusal_alarms(self._journal, version)}
        now = _answers(self._journal, came.at, moment.now)
        before = _answers(self._journal, came.at - WEEK_SECONDS, moment.now - WEEK_SECONDS)
        return [
            self._alarm(jump, version, came.at, place) for jump in jumps(now, before) if str(jump.reason) not in known
        ]

    def _alarm(self, jump: Jump, version: int, since: int, place: Place) -> AlarmBody:
        answers = self._journal.of_reason(jump.reason, since)[-_LOOKED_AT:]
        row = row_of(entry.body.details for entry in answers if isinstance(entry.body, DecisionBody))
        details = {
            "reason": str(jump.reason),
            "set": version,
            "table": table_of(jump.reason),
            "row": row,
            "now": jump.now,
            "of": jump.of,
            "before": jump.before,
            "before_of": jump.before_of,
        }
        return AlarmBody(
            alarm=AlarmKind.REFUSALS,
            place=place,
            details={name: value for name, value in details.items() if value is not None},
        )


def refusal_alarms(journal: JournalReader, version: int) -> list[AlarmBody]:
    """The alarms of this kind that were written about a set, newest first."""
    bodies = [entry.body for entry in journal.latest(_MOST_ALARMS, EntryKind.ALARM)]
    return [
        body
        for body in bodies
        if isinstance(body, AlarmBody) and body.alarm is AlarmKind.REFUSALS and body.details.get("set") == version
    ]


def _newest_set(journal: JournalReader) -> Entry | None:
    """The entry that says when the newest set came in; None where it is the first one: nothing changed by it."""
    newest: Entry | None = None
    for entry in journal.latest(_MOST_TRUSTS, EntryKind.TRUST):
        if newest is not None and _version(entry) != _version(newest):
            return newest
        newest = entry  # pruning writes the same once more: the oldest of them is when it came
    return None


def _version(entry: Entry) -> int | None:
    return entry.body.version if isinstance(entry.body, TrustBody) else None


def _answers(journal: JournalReader, first_at: int, before: int) -> Answers:
    counts = journal.counts(first_at, before)
    refused = {
        Reason(reason): count
        for (outcome, reason), count in counts.items()
        if outcome != Outcome.ADMITTED.value and reason in set(Reason)
    }
    return Answers(all=sum(counts.values()), refused=refused)
