"""At an admission the ticket is in hand, so its permit's personal part opens: of it the contact is kept, and no more.

Only of a party that said when it means to be back; beside the entries, under a key of its own, and never sent anywhere.
"""

import logging
from dataclasses import replace

from kiosk.rules.codes import typed_code
from kiosk.rules.entries import DecisionBody
from kiosk.rules.keyring import Ticket
from kiosk.rules.permit import permit_id
from kiosk.rules.personal import Kept, kept_at_admission, unseal
from kiosk.rules.policy import PolicySet
from kiosk.rules.words import Outcome
from kiosk.store.driver import DamagedError
from kiosk.store.journal import Journal
from kiosk.store.replica import Replicas

_log = logging.getLogger("qaqpa.kiosk")


def with_contact(
    verdict: DecisionBody, text: str, policy: PolicySet, replicas: Replicas, journal: Journal
) -> DecisionBody:
    """The decision, told when the party is expected back, once its contact is kept; the same where there is none."""
    kept = _kept(verdict, text, policy, replicas)
    if kept is None or verdict.permit is None:
        return verdict
    contact = kept.contact.encode()
    if journal.contact(verdict.permit) != contact:  # a part of the party came before
        journal.keep_contact(verdict.permit, contact)
    return replace(verdict, details=verdict.details | {"expected_return": kept.expected_return})


def _kept(verdict: DecisionBody, text: str, policy: PolicySet, replicas: Replicas) -> Kept | None:
    if verdict.outcome is not Outcome.ADMITTED or verdict.ticket is None:
        return None
    try:
        replica = replicas.current()
        row = replica.find(permit_id(verdict.ticket), typed_code(verdict.ticket)) if replica else None
    except DamagedError as error:
        _log.error("%s; no contact is kept of this party", error)  # nobody waits outside for that
        return None
    opened = policy.keyring.open(text) if row and row.sealed else None
    if row is None or not isinstance(opened, Ticket) or opened.claims.cti != verdict.ticket:
        return None
    return kept_at_admission(unseal(row.sealed, opened.signature, row.id), verdict)
