"""What an entry's row repeats of its core, for look-ups: one rule for whoever writes it and whoever audits it."""

from kiosk.rules.entries import ActBody, DecisionBody, Entry, ReportBody


def columns(entry: Entry) -> tuple[object, ...]:
    """The repeated values, in the order of the table."""
    outcome = reason = permit = target = text_hash = None
    match entry.body:
        case DecisionBody() as body:
            outcome, reason, permit, text_hash = str(body.outcome), str(body.reason), body.permit, body.text_hash
        case ActBody() | ReportBody() as body:
            permit, target = body.permit, body.target
        case _:
            pass
    return (entry.at, str(entry.clock), str(entry.kind), outcome, reason, permit, target, text_hash)
