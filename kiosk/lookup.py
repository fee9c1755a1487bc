"""Permits by what somebody says who has no ticket at hand: a plate, a telephone, a document, words of a name.

The replica knows keyed hashes only; what was asked for is hashed in the same way and never written down.
"""

from collections.abc import Mapping

from kiosk.errors import UsageError
from kiosk.rules.permit import Permit
from kiosk.rules.personal import LookUp, word_for
from kiosk.store.replica import ReplicaReader

_NEEDED = {
    LookUp.PLATE: "a letter or digit",
    LookUp.PHONE: "a digit",
    LookUp.DOCUMENT: "a letter or digit",
    LookUp.NAME: "a letter",
    LookUp.RECEIPT: "a letter or digit",
}


def found(replica: ReplicaReader, lookup_key: bytes, wanted: Mapping[LookUp, str]) -> list[Permit]:
    """The permits that all of these fit, by the beginning of their validity; UsageError for a value of no use."""
    words = [word for kind, value in wanted.items() for word in _words(kind, value, lookup_key)]
    matches = [{permit.id: permit for permit in replica.by_search(word)} for word in words]
    if not matches:
        return []
    common = set.intersection(*(set(each) for each in matches))
    return sorted((matches[0][permit] for permit in common), key=lambda permit: (permit.nbf, permit.id))


def _words(kind: LookUp, value: str, lookup_key: bytes) -> tuple[bytes, ...]:
    words = word_for(kind, value, lookup_key)
    if not words:
        raise UsageError(f"--{kind} needs {_NEEDED[kind]}: there is none in what was given")
    return words
