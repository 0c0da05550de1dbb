"""How a client reaches a server: without encryption or with TLS, and where a bearer token may travel."""

from __future__ import annotations

import os
from ipaddress import ip_address
from pathlib import Path

import grpc

from piiprobe.tokens import is_token

Pem = bytes | str | os.PathLike[str]
"""PEM text as bytes, or the path of a file that holds it."""


def open_channel(
    target: str,
    *,
    credentials: grpc.ChannelCredentials | None = None,
    token: str | None = None,
    ca: Pem | None = None,
    certificate: Pem | None = None,
    key: Pem | None = None,
    server_name: str | None = None,
) -> grpc.Channel:
    """A channel to `target`; `PiiClient` says what the arguments are.

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
    if own:
        credentials = grpc.ssl_channel_credentials(_pem(ca), _pem(key), _pem(certificate))
    here = stays_here(target)
    if token is not None:
        if not is_token(token):
            raise ValueError("the token is not one: letters, digits and -._~+/ only")
        if not credentials and not here:
            raise ValueError("a token may not leave this machine without TLS: give ca, or credentials")
    # Findings can outweigh their text, and an answer that is worked out must not be lost to the default limit of 4 MiB.
    options: list[tuple[str, str | int]] = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
    # A name may stand for several servers, and grpc would ask the first of them alone.
    options.append(("grpc.lb_policy_name", "round_robin"))
    if here:
        # grpc would send what is meant for this machine through the proxy that `http_proxy` names.
        options.append(("grpc.enable_http_proxy", 0))
    if server_name is not None:
        options.append(("grpc.ssl_target_name_override", server_name))
    return grpc.secure_channel(target, credentials, options) if credentials else grpc.insecure_channel(target, options)


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
