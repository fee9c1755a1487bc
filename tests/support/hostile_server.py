"""A server on the loopback that may lie in every way, below TLS and above: its certificate, its words, its pace.

It keeps what it was sent after a handshake, so that a test can show that nothing was.
"""

import contextlib
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import NameOID

HERE = ("localhost", "127.0.0.1")
Answer = Callable[[str], Iterator[bytes]]
"""(path and query of a request) → what goes out, piece by piece."""


@dataclass
class Heard:
    """What came in."""

    heads: list[bytes] = field(default_factory=list)
    connections: int = 0

    @property
    def paths(self) -> list[str]:
        """What was asked for."""
        return [_target(head) for head in self.heads]


@dataclass(frozen=True)
class Authority:
    """A certificate authority with its key, good or bad."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @classmethod
    def new(cls, now: int) -> "Authority":
        """One that nobody knows."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder("Somebody's authority", None, key, now - 86_400, now + 3650 * 86_400)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        return cls(builder.sign(key, hashes.SHA256()), key)

    @classmethod
    def of(cls, keys: Path) -> "Authority":
        """The one that a registry made in this folder."""
        key = load_pem_private_key((keys / "park-ca.key").read_bytes(), password=None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return cls(x509.load_pem_x509_certificate((keys / "park-ca.pem").read_bytes()), key)

    def pem(self) -> bytes:
        """What a kiosk pins."""
        return self.certificate.public_bytes(Encoding.PEM)

    def context(self, file: Path, begins: int, ends: int, hosts: Sequence[str] = HERE) -> ssl.SSLContext:
        """A server's side of TLS with a certificate by this authority; it is written to the file first."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _server(self.certificate.subject, key, begins, ends, hosts)
        return _context(file, key, builder.sign(self.key, hashes.SHA256()))


def self_signed(file: Path, begins: int, ends: int) -> ssl.SSLContext:
    """A server's side of TLS with a certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    return _context(file, key, _server(name, key, begins, ends, HERE, name).sign(key, hashes.SHA256()))


def _server(
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    begins: int,
    ends: int,
    hosts: Sequence[str],
    subject: x509.Name | None = None,
) -> x509.CertificateBuilder:
    builder = _builder("a server", issuer, key, begins, ends, subject)
    names = [x509.IPAddress(ipaddress.ip_address(host)) if host[0].isdigit() else x509.DNSName(host) for host in hosts]
    return builder.add_extension(x509.SubjectAlternativeName(names), critical=False)


def _builder(
    name: str,
    issuer: x509.Name | None,
    key: ec.EllipticCurvePrivateKey,
    begins: int,
    ends: int,
    subject: x509.Name | None = None,
) -> x509.CertificateBuilder:
    own = subject or x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder().subject_name(own).issuer_name(issuer or own).public_key(key.public_key())
    zero = datetime(1970, 1, 1, tzinfo=UTC)
    builder = builder.not_valid_before(zero + timedelta(seconds=begins)).not_valid_after(zero + timedelta(seconds=ends))
    return builder.serial_number(x509.random_serial_number())


def _context(file: Path, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> ssl.SSLContext:
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(pem + certificate.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@contextmanager
def hostile_server(answer: Answer, context: ssl.SSLContext | None) -> Iterator[tuple[int, Heard]]:
    """The port of a server that answers so while the block runs, and what it heard; without a context no TLS."""
    heard, stopped = Heard(), threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))
    open_now: set[socket.socket] = set()

    def accept() -> None:
        while not stopped.is_set():
            try:
                client, _ = listener.accept()
            except OSError:
                return
            heard.connections += 1
            open_now.add(client)
            threading.Thread(target=_serve, args=(client, context, answer, heard, open_now), daemon=True).start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield listener.getsockname()[1], heard
    finally:
        stopped.set()
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for client in list(open_now):
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)
        accepting.join(5)


def _serve(
    client: socket.socket, context: ssl.SSLContext | None, answer: Answer, heard: Heard, open_now: set[socket.socket]
) -> None:
    with contextlib.suppress(OSError, ssl.SSLError):
        connection = client if context is None else context.wrap_socket(client, server_side=True)
        open_now.discard(client)
        open_now.add(connection)
        with connection:
            head = _read_head(connection)
            if head:
                heard.heads.append(head)
                for piece in answer(_target(head)):
                    connection.sendall(piece)
        open_now.discard(connection)
        client.close()


def _read_head(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data and (more := connection.recv(4096)):
        data += more
        if data.startswith(b"\x16"):  # somebody speaks TLS to a server that does not: no such server waits for more
            break
    return data


def _target(head: bytes) -> str:
    words = head.split(b"\r\n", 1)[0].split(b" ")
    return words[1].decode("latin-1") if len(words) > 1 else ""


def whole(body: bytes, status: str = "200 OK", kind: str = "application/json", *more: str) -> bytes:
    """An answer of one piece."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", "Connection: close", *more]
    return "\r\n".join([*lines, "", ""]).encode() + body
