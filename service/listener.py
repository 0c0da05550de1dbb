"""Where and how the gRPC server listens: the loopback, a Unix socket, or TLS; never plain text to a network unless told to."""

from __future__ import annotations

import logging
import os
import socket
import ssl
from pathlib import Path

import grpc

from piiprobe.channel import is_loopback
from service.config import Settings
from service.errors import StartError
from service.reloaded import Reloaded

log = logging.getLogger(__name__)

# Clients that ask every 30 s whether the server is there must not be sent away for it; timers are not exact.
MIN_PING_INTERVAL_MS = 20_000
# Owner and group may connect: the group is what a pod's containers share.
_SOCKET_UMASK = 0o117


class Listener:
    """One address for one server: `options` are the server's, `open` takes the address.

    Attributes:
        port: that of TCP; the one that was taken once `open` has returned.
        local: whether nobody on another machine can reach it.
    """

    def __init__(self, settings: Settings) -> None:
        """Raises `StartError` where the files of TLS cannot be used, or text would cross a network in plain."""
        self._settings = settings
        self._certificates = _certificates(settings)
        self.local = settings.socket is not None or is_loopback(settings.host)
        self.port = settings.port
        if not (self.local or self._certificates or settings.allow_plaintext):
            raise StartError(
                f"host {settings.host} is not the loopback, and text would cross the network in plain: set tls_certificate and "
                "tls_key, or allow_plaintext where something else encrypts, or listen on a socket"
            )

    @property
    def address(self) -> str:
        """As a gRPC target."""
        if self._settings.socket is not None:
            return f"unix:{self._settings.socket}"
        host = self._settings.host
        return f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"

    @property
    def options(self) -> list[tuple[str, int]]:
        """Of the server that listens."""
        return [
            ("grpc.max_receive_message_length", self._settings.max_message_bytes),
            # Otherwise two servers share a port without a word, and each gets some of the calls.
            ("grpc.so_reuseport", 0),
            ("grpc.max_connection_age_ms", _milliseconds(self._settings.max_connection_age_s)),
            ("grpc.http2.min_ping_interval_without_data_ms", MIN_PING_INTERVAL_MS),
            ("grpc.keepalive_permit_without_calls", 1),
        ]

    def open(self, server: grpc.aio.Server) -> None:
        """Takes the address; a Unix socket is removed when `server` stops. Raises `StartError` where that cannot be."""
        settings = self._settings
        if not (self.local or settings.token_file or settings.tls_client_ca):
            log.warning("whoever reaches %s may call: set token_file or tls_client_ca", self.address)
        if settings.socket is not None:
            _clear(settings.socket)
        mask = os.umask(_SOCKET_UMASK)
        try:
            self.port = self._add_port(server)
        except RuntimeError:
            raise StartError(f"cannot listen on {self.address}: is another server there?") from None
        finally:
            os.umask(mask)

    def _add_port(self, server: grpc.aio.Server) -> int:
        certificates = self._certificates
        if certificates is None:
            return server.add_insecure_port(self.address)
        given = certificates.current()

        def changed() -> grpc.ServerCertificateConfiguration | None:
            nonlocal given
            before, given = given, certificates.current()
            return None if given is before else given

        mutual = self._settings.tls_client_ca is not None
        # None is for "as before", which the stubs do not know.
        credentials = grpc.dynamic_ssl_server_credentials(given, changed, mutual)  # type: ignore[arg-type]
        return server.add_secure_port(self.address, credentials)


def _clear(path: Path) -> None:
    # grpc would take the socket of a living server away from it without a word.
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1)
        try:
            probe.connect(str(path))
        except FileNotFoundError:
            return
        except ConnectionRefusedError:
            # Nobody listens there: a server that died left it.
            if path.is_socket():
                path.unlink(missing_ok=True)
                return
            problem = "is a file, and no socket"
        except OSError as error:
            problem = f"cannot be used: {error.strerror or error}"
        else:
            problem = "is in use: another server listens there"
    raise StartError(f"socket {path} {problem}")


def _certificates(settings: Settings) -> Reloaded[grpc.ServerCertificateConfiguration] | None:
    certificate, key, client_ca = settings.tls_certificate, settings.tls_key, settings.tls_client_ca
    if certificate is None or key is None:
        return None
    paths = {"tls_certificate": certificate, "tls_key": key} | ({"tls_client_ca": client_ca} if client_ca else {})
    return Reloaded(", ".join(paths), list(paths.values()), lambda: _configuration(certificate, key, client_ca))


def _configuration(certificate: Path, key: Path, client_ca: Path | None) -> grpc.ServerCertificateConfiguration:
    pair = (key.read_bytes(), certificate.read_bytes())
    ca = client_ca.read_bytes() if client_ca else None
    # grpc takes files that are no certificates too, and then fails at each handshake.
    trial = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        trial.load_cert_chain(certificate, key, password="")
    except ssl.SSLError:
        raise ValueError("not a certificate with its own key in PEM, the key without a password") from None
    if ca is not None:
        try:
            trial.load_verify_locations(cadata=ca.decode("ascii", errors="replace"))
        except (ssl.SSLError, ValueError):
            raise ValueError("tls_client_ca holds no certificate in PEM") from None
    return grpc.ssl_server_certificate_configuration([pair], ca)


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)
