"""In one word, how a kiosk's line to its registry is: for screens, logs and programs, beside the sentence that says it.

Nothing is decided by these words. They tell whoever looks after a gate where to look.
"""

from enum import StrEnum


class NetworkState(StrEnum):
    """What came of the newest talk with the registry."""

    OK = "ok"
    NO_CONNECTION = "no_connection"
    CUT_OFF = "cut_off"
    TOO_SLOW = "too_slow"
    TOO_LONG = "too_long"
    UNREADABLE = "unreadable"
    CAPTIVE_PORTAL = "captive_portal"
    REDIRECTED = "redirected"
    NO_PARK_CA = "no_park_ca"
    NOT_ENCRYPTED = "not_encrypted"
    CERTIFICATE_EXPIRED = "certificate_expired"
    CERTIFICATE_NOT_YET_VALID = "certificate_not_yet_valid"
    CERTIFICATE_OF_ANOTHER_HOST = "certificate_of_another_host"
    CERTIFICATE_OF_ANOTHER_CA = "certificate_of_another_ca"
    CERTIFICATE_SELF_SIGNED = "certificate_self_signed"
    CERTIFICATE_REFUSED = "certificate_refused"
    REGISTRY_UNAVAILABLE = "registry_unavailable"
    REQUEST_REFUSED = "request_refused"
    DEVICE_SUSPENDED = "device_suspended"
    DEVICE_REVOKED = "device_revoked"
    NOT_BELIEVED = "not_believed"
