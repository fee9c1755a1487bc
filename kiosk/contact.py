"""At an admission the ticket is in hand, so its permit's personal part opens: of it the contact is kept, and no more.

Only of a party that said when it means to be back; beside the entries, under a key of its own, and never sent anywhere.
"""

from dataclasses import replace

from kiosk.facts import Found
from kiosk.rules.entries import DecisionBody
from kiosk.rules.personal import Kept, kept_at_admission, unseal
from kiosk.rules.words import Outcome
from kiosk.store.journal import Journal


def with_contact(verdict: DecisionBody, found: Found, journal: Journal) -> DecisionBody:
    """The decision, told when the party is expected back, once its contact is kept; the same where there is none."""
    kept = _kept(verdict, found)
    if kept is None or verdict.permit is None:
        return verdict
    contact = kept.contact.encode()
    if journal.contact(verdict.permit) != contact:  # a part of the party came before
        journal.keep_contact(verdict.permit, contact)
    return replace(verdict, details=verdict.details | {"expected_return": kept.expected_return})


def _kept(verdict: DecisionBody, found: Found) -> Kept | None:
    if verdict.outcome is not Outcome.ADMITTED or found.ticket is None or not found.sealed or verdict.permit is None:
        return None
    return kept_at_admission(unseal(found.sealed, found.ticket.signature, verdict.permit), verdict)
