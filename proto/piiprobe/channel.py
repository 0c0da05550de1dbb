"""How a client reaches a server: without encryption or with TLS, and where a bearer token may travel."""

from __future__ import annotations

import os
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path

import grpc

from piiprobe.tokens import is_token

KEEPALIVE_MS = 30_000
"""Between pings that tell whether the connection of a call still is one; servers permit one every 20 s."""

# What is not said here is grpc's default.
_OPTIONS: Mapping[str, str | int] = {
    # Findings can outweigh their text, and an answer that is worked out must not be lost to the default limit of 4 MiB.
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
    "grpc.keepalive_time_ms": KEEPALIVE_MS,
    "grpc.keepalive_timeout_ms": 10_000,
    # A server that reads a long text sends nothing for longer than two pings.
    "grpc.http2.max_pings_without_data": 0,
    # A name may stand for several servers, and grpc would ask the first of them alone.
    "grpc.lb_policy_name": "round_robin",
    # A server that was restarted is found again within seconds; the default goes up to two minutes.
    "grpc.initial_reconnect_backoff_ms": 100,
    "grpc.max_reconnect_backoff_ms": 2_000,
}

Pem = bytes | str | os.PathLike[str]
"""PEM text as bytes, or the path of a file that holds it."""


class Connection:
    """A server and how to reach it; nothing is opened until `open` or `open_async`.

    Attributes:
        metadata: what every call carries.
    """

    def __init__(
        self,
        target: str,
        *,
        credentials: grpc.ChannelCredentials | None = None,
        token: str | None = None,
        ca: Pem | None = None,
        certificate: Pem | None = None,
        key: Pem | None = None,
        server_name: str | None = None,
    ) -> None:
        """`PiiClient` says what the arguments are.

        Raises:
            ValueError: they contradict each other, or `token` would leave this machine unencrypted.
            OSError: a file cannot be read.
        """
        own = ca is not None or certificate is not None
        if (certificate is None) != (key is None):
            raise ValueError("certificate and key belong together")
        if own and credentials:
            raise ValueError("either credentials, or ca, certificate and key")
        if server_name is not None and not own and not credentials:
            raise ValueError("server_name is checked by TLS: give ca, or credentials")
        here = stays_here(target)
        if token is not None:
            if not is_token(token):
                raise ValueError("the token is not one: letters, digits and -._~+/ only")
            if not own and not credentials and not here:
                raise ValueError("a token may not leave this machine without TLS: give ca, or credentials")
        self._target = target
        self._credentials = credentials
        self._pems = (_pem(ca), _pem(key), _pem(certificate)) if own else None
        self._options = dict(_OPTIONS)
        if here:
            # grpc would send what is meant for this machine through the proxy that `http_proxy` names.
            self._options["grpc.enable_http_proxy"] = 0
        if server_name is not None:
            self._options["grpc.ssl_target_name_override"] = server_name
        self.metadata = () if token is None else (("authorization", f"Bearer {token}"),)

    def open(self) -> grpc.Channel:
        """A channel of threads."""
        credentials, options = self._secured(), list(self._options.items())
        if credentials:
            return grpc.secure_channel(self._target, credentials, options)
        return grpc.insecure_channel(self._target, options)

    def open_async(self) -> grpc.aio.Channel:
        """A channel of the running event loop."""
        credentials, options = self._secured(), list(self._options.items())
        if credentials:
            return grpc.aio.secure_channel(self._target, credentials, options)
        return grpc.aio.insecure_channel(self._target, options)

    def _secured(self) -> grpc.ChannelCredentials | None:
        return grpc.ssl_channel_credentials(*self._pems) if self._pems else self._credentials


def stays_here(target: str) -> bool:
    """Whether a gRPC target names nothing but the loopback or a Unix socket; False for what is not understood."""
    if target.startswith(("unix:", "unix-abstract:")):
        return True
    for scheme in ("dns:///", "dns:", "ipv4:", "ipv6:"):
        target = target.removeprefix(scheme)
    return all(is_loopback(_host(address)) for address in target.split(","))


def is_loopback(host: str) -> bool:
    """Whether `host`, a name or an address without brackets, is this machine's loopback."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _host(address: str) -> str:
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.partition(":")[0] if address.count(":") == 1 else address


def _pem(source: Pem | None) -> bytes | None:
    return source if source is None or isinstance(source, bytes) else Path(source).read_bytes()
