"""The park's own certificate authority, and the certificates by which kiosks know their registry.

Kiosks believe this authority and no other, so nobody else's carelessness opens a gate. Its private key signs a server's
certificate once a year and lies in the registry's folder of keys; what is public of it travels in the signed keys. The
server's key and certificate are one file, so that a new pair takes the place of the old one in one step.
"""

import hashlib
import ipaddress
import re
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kiosk.errors import EnvironmentalError, UsageError
from kiosk.store.files import read_bytes, replace_file
from sync.registry.folder import RegistryFolder

AUTHORITY_DAYS = 3_652
SERVER_DAYS = 398
RENEW_DAYS = 30
"""With so many days left a certificate is to be renewed."""
_BEFORE = timedelta(days=1)  # a kiosk's clock may be a little behind
_MOST_HOSTS = 20
_NAME = re.compile(r"(?=.{1,253}$)(?!-)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class CertificateState:
    """A certificate as people compare it: the SHA-256 of its bytes, for whom it is, and when it is good."""

    sha256: str
    hosts: tuple[str, ...]
    begins: int
    ends: int

    def is_due(self, now: int) -> bool:
        """Whether it is time to renew it."""
        return self.ends - now < RENEW_DAYS * 86_400


@dataclass(frozen=True, kw_only=True, slots=True)
class TlsState:
    """The authority and the certificate that the server shows."""

    authority: CertificateState
    server: CertificateState
    following: CertificateState | None = None
    """The authority that waits until all kiosks know it."""


class ParkCa:
    """The authority in a registry's folder: `park-ca.key`, `park-ca.pem`, and `tls.pem` of the server.

    It is followed by another in two steps, so that no kiosk is locked out: `make_next`, which the signed keys then name
    beside it, and `switch` when every kiosk has them.
    """

    def __init__(self, folder: RegistryFolder) -> None:
        self._folder = folder

    @property
    def server_file(self) -> Path:
        """The server's private key with its certificate."""
        return self._folder.keys / "tls.pem"

    @property
    def certificate_file(self) -> Path:
        """The authority's certificate, which is what kiosks pin; it is public."""
        return self._folder.keys / "park-ca.pem"

    def certificates(self) -> tuple[str, ...]:
        """What the signed keys name as `park_ca`: each certificate as PEM; none where there is no authority."""
        found = (read_bytes(path) for path in (self.certificate_file, self._next("pem")))
        return tuple(pem.decode("ascii") for pem in found if pem is not None)

    def make(self, hosts: Sequence[str], now: int) -> TlsState:
        """An authority, unless there is one, and a certificate of it for a server under these names and addresses."""
        names = _alternative_names(hosts)
        if read_bytes(self.certificate_file) is None:
            self._make_authority(now, self.certificate_file, self._key_file)
        self._certify(names, now)
        return self.state()

    def make_next(self, now: int) -> TlsState:
        """The authority that will follow; it signs nothing until `switch`."""
        self.state()
        if read_bytes(self._next("pem")) is not None:
            raise UsageError("The next authority is there already: publish it with the keys, then `tls switch`.")
        self._make_authority(now, self._next("pem"), self._next("key"))
        return self.state()

    def switch(self, now: int) -> TlsState:
        """Let the next authority follow, and certify the server by it; done again after a crash it ends the same."""
        key, certificate = (read_bytes(self._next(kind)) for kind in ("key", "pem"))
        if key is None or certificate is None:
            raise UsageError(
                "There is no next authority: make one with `qaqpa registry tls next`, and publish it first."
            )
        names = _alternative_names(self.state().server.hosts)
        replace_file(self._key_file, key)
        replace_file(self.certificate_file, certificate)
        self._certify(names, now)
        self._next("key").unlink(missing_ok=True)
        self._next("pem").unlink(missing_ok=True)
        return self.state()

    def renew(self, now: int, hosts: Sequence[str] = ()) -> TlsState:
        """A new key and certificate for the server, for the same names unless others are given."""
        names = _alternative_names(hosts or self.state().server.hosts)
        self._certify(names, now)
        return self.state()

    def state(self) -> TlsState:
        """What there is; EnvironmentalError says how to make it."""
        return TlsState(
            authority=_state(self._read(self.certificate_file)),
            server=_state(self._read(self.server_file)),
            following=_state(self._read(self._next("pem"))) if self._next("pem").exists() else None,
        )

    @property
    def _key_file(self) -> Path:
        return self._folder.keys / "park-ca.key"

    def _next(self, kind: str) -> Path:
        return self._folder.keys / f"park-ca-next.{kind}"

    def _make_authority(self, now: int, certificate_file: Path, key_file: Path) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        public = key.public_key()
        mark = hashlib.sha256(public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)).hexdigest()[:8]
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Qaqpa park authority {mark}")])
        own = x509.SubjectKeyIdentifier.from_public_key(public)
        builder = _builder(name, name, public, now, AUTHORITY_DAYS)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        builder = builder.add_extension(_usage(signs_certificates=True), critical=True)
        certificate = builder.add_extension(own, critical=False).sign(key, hashes.SHA256())
        # the certificate last: with it the authority is there
        replace_file(key_file, _pem(key))
        replace_file(certificate_file, certificate.public_bytes(Encoding.PEM))

    def _certify(self, names: x509.SubjectAlternativeName, now: int) -> None:
        authority, signing = self._read(self.certificate_file), self._signing_key()
        left = int((authority.not_valid_after_utc - datetime.fromtimestamp(now, UTC)).days)
        if left < 1:
            raise EnvironmentalError(
                f"The park's authority {self.certificate_file} ran out: move it and its key away, make another with "
                "`qaqpa registry tls make`, publish it, and bring it to the kiosks on a stick."
            )
        if authority.public_key() != signing.public_key():
            raise EnvironmentalError(
                f"{self._key_file} is not the key of {self.certificate_file}: run `qaqpa registry tls switch` again "
                "where it was cut off, or restore both from a backup."
            )
        key = ec.generate_private_key(ec.SECP256R1())
        first = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Qaqpa registry")])
        builder = _builder(first, authority.subject, key.public_key(), now, min(SERVER_DAYS, left))
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(_usage(signs_certificates=False), critical=True)
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        builder = builder.add_extension(names, critical=False)
        own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        above = x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key())
        builder = builder.add_extension(own, critical=False).add_extension(above, critical=False)
        certificate = builder.sign(signing, hashes.SHA256())
        replace_file(self.server_file, _pem(key) + certificate.public_bytes(Encoding.PEM))

    def _signing_key(self) -> ec.EllipticCurvePrivateKey:
        data = read_bytes(self._key_file)
        try:
            key = load_pem_private_key(data or b"", password=None)
        except ValueError as error:
            raise EnvironmentalError(
                f"The key of the park's authority {self._key_file} is missing or damaged: restore it from a backup."
            ) from error
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise EnvironmentalError(f"The key of the park's authority {self._key_file} is of another kind.")
        return key

    def _read(self, path: Path) -> x509.Certificate:
        data = read_bytes(path)
        if data is None:
            raise EnvironmentalError(f"There is no {path}: make it with `qaqpa registry tls make --host NAME`.")
        try:
            return x509.load_pem_x509_certificate(data)
        except ValueError as error:
            raise EnvironmentalError(f"{path} holds no certificate: restore it, or make it anew ({error}).") from error


class ServedCertificate:
    """The server's side of TLS: it takes up a renewed certificate with the next connection, and ends none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = self._stamp()
        self._context = self._load()

    @property
    def context(self) -> ssl.SSLContext:
        """What connections begin with."""
        return self._context

    def _load(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
        context.set_alpn_protocols(["http/1.1"])
        try:
            context.load_cert_chain(self._path)
        except (OSError, ssl.SSLError) as error:
            raise EnvironmentalError(
                f"The server's certificate {self._path} cannot be used ({error}): make it with `qaqpa registry tls "
                "make`."
            ) from error
        context.sni_callback = self._chosen
        return context

    def _chosen(self, connection: ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> None:
        """Asked at the beginning of each connection, whether it names a host or not."""
        stamp = self._stamp()
        if stamp is not None and stamp != self._seen:
            self._seen = stamp
            try:
                self._context = self._load()
            except EnvironmentalError:
                return  # the one before goes on being shown; `qaqpa registry tls status` says what is wrong
        connection.context = self._context

    def _stamp(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns


def _builder(
    subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey, now: int, days: int
) -> x509.CertificateBuilder:
    at = datetime.fromtimestamp(now, UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public)
    builder = builder.serial_number(x509.random_serial_number())
    return builder.not_valid_before(at - _BEFORE).not_valid_after(at + timedelta(days=days))


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _alternative_names(hosts: Sequence[str]) -> x509.SubjectAlternativeName:
    if not 1 <= len(hosts) <= _MOST_HOSTS:
        raise UsageError(f"A certificate is for 1 to {_MOST_HOSTS} names or addresses, not {len(hosts)}.")
    return x509.SubjectAlternativeName([_alternative_name(host) for host in dict.fromkeys(hosts)])


def _alternative_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        pass
    try:
        name = host.lower().rstrip(".").encode("idna").decode("ascii")
    except UnicodeError:
        name = ""
    if not _NAME.fullmatch(name):
        raise UsageError(f"{host!r} is no name of a server and no address, as registry.example.kz and 10.0.0.5 are.")
    return x509.DNSName(name)


def _state(certificate: x509.Certificate) -> CertificateState:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        names = x509.SubjectAlternativeName([])
    addresses = [str(address) for address in names.get_values_for_type(x509.IPAddress)]
    return CertificateState(
        sha256=certificate.fingerprint(hashes.SHA256()).hex(),
        hosts=(*names.get_values_for_type(x509.DNSName), *addresses),
        begins=int(certificate.not_valid_before_utc.timestamp()),
        ends=int(certificate.not_valid_after_utc.timestamp()),
    )


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
