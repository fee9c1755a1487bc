"""At an admission the ticket is in hand, so its permit's personal part opens: of it the contact is kept, and no more.

Only of a party that said when it means to be back; in the entry's erasable part, under the device's key.
"""

import logging
from dataclasses import replace

from kiosk.rules.codes import typed_code
from kiosk.rules.entries import DecisionBody, Private
from kiosk.rules.keyring import Ticket
from kiosk.rules.permit import permit_id
from kiosk.rules.personal import kept_at_admission, unseal
from kiosk.rules.policy import PolicySet
from kiosk.rules.words import Outcome
from kiosk.store.driver import DamagedError
from kiosk.store.replica import Replicas

_log = logging.getLogger("qaqpa.kiosk")


def with_contact(
    verdict: DecisionBody, private: Private | None, text: str, policy: PolicySet, replicas: Replicas
) -> tuple[DecisionBody, Private | None]:
    """The decision and its private part with the contact to keep; both as they were where there is none to keep."""
    if verdict.outcome is not Outcome.ADMITTED or verdict.ticket is None:
        return verdict, private
    try:
        replica = replicas.current()
        # by its code, which the row's index begins with; the whole id then says that it is the one
        rows = replica.by_code(typed_code(verdict.ticket)) if replica else []
    except DamagedError as error:
        _log.error("%s; no contact is kept of this party", error)  # nobody waits outside for that
        return verdict, private
    sealed = next((row.sealed for row in rows if row.id == permit_id(verdict.ticket)), b"")
    if not sealed:
        return verdict, private
    opened = policy.keyring.open(text)
    if not isinstance(opened, Ticket) or opened.claims.cti != verdict.ticket:
        return verdict, private
    kept = kept_at_admission(unseal(sealed, opened.signature, permit_id(verdict.ticket)), verdict)
    if kept is None:
        return verdict, private
    told = private or Private()
    details = verdict.details | {"expected_return": kept.expected_return}
    return replace(verdict, details=details), replace(told, contact=told.contact or kept.contact)
