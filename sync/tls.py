"""How a kiosk knows its registry: by a certificate of its park's own authority, of nobody else's, at its own time.

The machine's store of authorities, its environment and its clock have no say: a gate whose clock battery died must
still find its registry, so that a certificate is refused only when it is out of date at every time that it may be now.
Whoever asks gives the time as far as it is proven: a clock that came up weeks ahead makes no good certificate bad.
"""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509

from kiosk.rules.moment import Moment
from sync.errors import UnreachableError
from sync.network_state import NetworkState

# X509_V_FLAG_NO_CHECK_TIME (openssl/x509_vfy.h); Python has no name for it
_NO_CHECK_TIME = 0x200000
# of x509_vfy.h, X509_V_ERR_…
_VERIFY_CODES = {
    9: NetworkState.CERTIFICATE_NOT_YET_VALID,
    10: NetworkState.CERTIFICATE_EXPIRED,
    18: NetworkState.CERTIFICATE_SELF_SIGNED,
    19: NetworkState.CERTIFICATE_OF_ANOTHER_CA,
    20: NetworkState.CERTIFICATE_OF_ANOTHER_CA,
    21: NetworkState.CERTIFICATE_OF_ANOTHER_CA,
    62: NetworkState.CERTIFICATE_OF_ANOTHER_HOST,
    64: NetworkState.CERTIFICATE_OF_ANOTHER_HOST,
}
# what OpenSSL makes of an answer that is no TLS
_NO_TLS = {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG", "UNKNOWN_PROTOCOL"}
_SAID = {
    NetworkState.CERTIFICATE_OF_ANOTHER_HOST: "its certificate is for another address",
    NetworkState.CERTIFICATE_SELF_SIGNED: "its certificate is signed by itself, not by this park's authority",
    NetworkState.CERTIFICATE_OF_ANOTHER_CA: (
        "its certificate is not signed by this park's authority: it is another server, or this network looks into what "
        "is encrypted"
    ),
    NetworkState.NOT_ENCRYPTED: "something answers at its https address that does not encrypt",
}


class CertificateTimeError(ssl.SSLError):
    """A certificate that is good at no time that it may be now."""

    def __init__(self, state: NetworkState, sentence: str) -> None:
        super().__init__(sentence)
        self.state, self.sentence = state, sentence


def pinned_context(ca_file: Path) -> ssl.SSLContext:
    """TLS 1.2 or newer with a server that this authority vouches for by name; UnreachableError if there is none."""
    context = _context()
    try:
        context.load_verify_locations(cafile=str(ca_file))
    except (OSError, ssl.SSLError) as error:
        raise UnreachableError(
            f"The certificate of the park's authority, {ca_file}, cannot be read ({error}): the registry cannot prove "
            "who it is.",
            state=NetworkState.NO_PARK_CA,
        ) from error
    context.verify_flags |= ssl.VerifyFlags(_NO_CHECK_TIME)  # `expect_in_date` does, by a clock that knows its doubts
    return context


def unchecked_context() -> ssl.SSLContext:
    """TLS with whoever answers: for first contact alone, whose answers are worth nothing until they are verified."""
    context = _context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _context() -> ssl.SSLContext:
    # not create_default_context, which obeys SSLKEYLOGFILE and SSL_CERT_FILE
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    return context


def expect_in_date(certificate: bytes | None, moment: Moment) -> None:
    """CertificateTimeError unless this certificate (DER) may be good now."""
    if certificate is None:
        raise CertificateTimeError(NetworkState.CERTIFICATE_REFUSED, "it shows no certificate")
    try:
        read = x509.load_der_x509_certificate(certificate)
        begins, ends = read.not_valid_before_utc, read.not_valid_after_utc
    except ValueError as error:
        raise CertificateTimeError(
            NetworkState.CERTIFICATE_REFUSED, f"its certificate cannot be read: {error}"
        ) from error
    if ends.timestamp() < moment.earliest:
        today = datetime.fromtimestamp(moment.earliest, UTC)
        here = f"here it is {today:%Y-%m-%d}: renew it at the registry with `qaqpa registry tls renew`"
        said = f"its certificate ran out on {ends:%Y-%m-%d}, and {here}"
        raise CertificateTimeError(NetworkState.CERTIFICATE_EXPIRED, said)
    if begins.timestamp() > moment.latest:
        today = datetime.fromtimestamp(moment.latest, UTC)
        here = f"here it is {today:%Y-%m-%d}: this kiosk's clock may be wrong"
        said = f"its certificate begins on {begins:%Y-%m-%d}, and {here}"
        raise CertificateTimeError(NetworkState.CERTIFICATE_NOT_YET_VALID, said)


def tls_fault(causes: Iterator[BaseException]) -> UnreachableError:
    """What went wrong before the registry had proved who it is, in a word and a sentence; nothing was sent."""
    state, said = NetworkState.CERTIFICATE_REFUSED, "it could not agree on encryption"
    for cause in causes:
        match cause:
            case CertificateTimeError():
                state, said = cause.state, cause.sentence
            case ssl.SSLCertVerificationError():
                state = _VERIFY_CODES.get(cause.verify_code, NetworkState.CERTIFICATE_REFUSED)
                said = _SAID.get(state, f"its certificate is refused: {cause.verify_message}")
            case ssl.SSLError(reason=str() as reason) if reason in _NO_TLS:
                state, said = NetworkState.NOT_ENCRYPTED, _SAID[NetworkState.NOT_ENCRYPTED]
            case ssl.SSLError(reason=str() as reason):
                said = f"it could not agree on encryption ({reason.lower().replace('_', ' ')})"
            case _:
                continue
        break
    return UnreachableError(f"The registry could not prove who it is: {said}.", state=state)
