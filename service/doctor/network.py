"""What the server listens on, and who can call."""

from __future__ import annotations

import http.client
import os
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from piiprobe import PiiClient, PiiprobeError
from service.auth import Auth
from service.certificate import expiry
from service.config import Settings
from service.doctor.check import Check
from service.errors import StartError
from service.listener import Listener

_EXPIRES_SOON_DAYS = 14
# Bytes of a path in a socket's address.
_LONGEST_SOCKET = 107
_ANSWERS_WITHIN_S = 1.0


def transport(settings: Settings) -> Check:
    """Whether the server would listen as the settings say, and whether that is safe."""
    try:
        listener = Listener(settings)
        if settings.token_file:
            Auth(settings.token_file)
    except StartError as error:
        return Check("transport", "fail", str(error), "see Security in docs/operations.md")
    way = "mutual TLS" if settings.tls_client_ca else "TLS" if settings.tls_certificate else "no TLS"
    message = f"{listener.address}: {way}, {'tokens' if settings.token_file else 'no tokens'}"
    if listener.local:
        return Check("transport", "ok", message)
    if not (settings.token_file or settings.tls_client_ca):
        remedy = "PIIPROBE_TOKEN_FILE or PIIPROBE_TLS_CLIENT_CA: whoever reaches it may call"
        return Check("transport", "warning", message, remedy)
    if settings.tls_certificate is None:
        remedy = "PIIPROBE_TLS_CERTIFICATE and PIIPROBE_TLS_KEY, unless a mesh or tunnel encrypts"
        return Check("transport", "warning", message, remedy)
    return Check("transport", "ok", message)


def certificate(settings: Settings) -> Check | None:
    """Whether a client would take it, and for how long; None without TLS."""
    path, key = settings.tls_certificate, settings.tls_key
    if path is None or key is None:
        return None
    try:
        days = (expiry(path, key) - datetime.now(UTC)).days
    except OSError as error:
        # ssl.SSLError is one of them.
        reason = getattr(error, "verify_message", "") or error.strerror or type(error).__name__
        return Check("certificate", "fail", f"{path}: {reason}", "a certificate for servers that is valid, and its own key")
    message = f"{path} is valid for another {days} days"
    if days < _EXPIRES_SOON_DAYS:
        return Check("certificate", "warning", message, "renew it; the files are read again when they change")
    return Check("certificate", "ok", message)


def secrets(settings: Settings) -> Check | None:
    """Who else may read the files of keys and tokens; None where there are none."""
    paths = [path for path in (settings.tls_key, settings.token_file) if path is not None and path.exists()]
    if not paths:
        return None
    modes = ", ".join(f"{path} has mode {path.stat().st_mode & 0o777:03o}" for path in paths)
    if any(path.stat().st_mode & 0o007 for path in paths):
        return Check("secrets", "warning", modes, "chmod o= them: every user of this machine may use them")
    return Check("secrets", "ok", modes)


def address(settings: Settings) -> Check:
    """Whether the server can take it."""
    if settings.socket is not None:
        return _socket(settings.socket)
    target = _target(settings.host, settings.port)
    return _port("address", settings.host, settings.port, "PIIPROBE_PORT", lambda: _serves(target))


def metrics(settings: Settings) -> Check | None:
    """Whether the port of the metrics can be taken; None where there is to be none."""
    host, port = settings.metrics_host, settings.metrics_port
    if port is None:
        return None
    return _port("metrics", host, port, "PIIPROBE_METRICS_PORT", lambda: _lives(host, port))


def _socket(path: Path) -> Check:
    folder = path.absolute().parent
    if len(os.fsencode(path)) > _LONGEST_SOCKET:
        return Check("address", "fail", f"{path} is longer than {_LONGEST_SOCKET} bytes", "a shorter PIIPROBE_SOCKET")
    if not os.access(folder, os.W_OK):
        return Check(
            "address", "fail", f"{folder} cannot be written", "let the server's user write there, or another PIIPROBE_SOCKET"
        )
    if path.exists() and not path.is_socket():
        return Check("address", "fail", f"{path} is a file, and no socket", "remove it, or another PIIPROBE_SOCKET")
    if path.exists() and _serves(f"unix:{path}"):
        return _running("address", str(path), "PIIPROBE_SOCKET")
    return Check("address", "ok", f"{path} can be listened on")


def _port(name: str, host: str, port: int, setting: str, is_ours: Callable[[], bool]) -> Check:
    taken = _taken(host, port)
    if taken is None:
        return Check(name, "ok", f"{_target(host, port)} can be listened on")
    if is_ours():
        return _running(name, _target(host, port), setting)
    return Check(name, "fail", f"{_target(host, port)}: {taken.strerror}", f"end what listens there, or another {setting}")


def _running(name: str, where: str, setting: str) -> Check:
    return Check(
        name, "warning", f"a piiprobe server listens on {where}", f"fine if it is this one; a second needs another {setting}"
    )


def _target(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _taken(host: str, port: int) -> OSError | None:
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            # As grpc: connections of a server that ended are no hindrance.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen()
    except OSError as error:
        return error
    return None


def _serves(target: str) -> bool:
    try:
        with PiiClient(target, timeout=_ANSWERS_WITHIN_S) as client:
            return bool(client.health())
    except PiiprobeError:
        return False


def _lives(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=_ANSWERS_WITHIN_S)
    try:
        connection.request("GET", "/livez")
        return connection.getresponse().read() == b"ok\n"
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
