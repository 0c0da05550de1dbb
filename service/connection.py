"""The flags with which commands reach a server, and the client that they make. Needs the base install alone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from piiprobe import PiiClient
from piiprobe.tokens import read_tokens

Target = Annotated[
    str | None,
    typer.Option(
        help="The server: host:port, or unix:/path.", show_default="PIIPROBE_SOCKET, or PIIPROBE_PORT (50051) on this machine"
    ),
]
Ca = Annotated[
    Path | None, typer.Option("--ca", envvar="PIIPROBE_CA", help="Connect by TLS to a server that these sign for (PEM).")
]
Cert = Annotated[
    Path | None, typer.Option("--cert", envvar="PIIPROBE_CERT", help="Certificate to show to the server (PEM), with --key.")
]
Key = Annotated[Path | None, typer.Option("--key", envvar="PIIPROBE_KEY", help="Key of --cert (PEM).")]
ServerName = Annotated[
    str | None,
    typer.Option(
        "--server-name", envvar="PIIPROBE_SERVER_NAME", help="Name in the server's certificate, if not that of --target."
    ),
]
TokenFile = Annotated[
    Path | None,
    typer.Option("--token-file", envvar="PIIPROBE_TOKEN_FILE", help="Bearer tokens as for serve; the first one is sent."),
]


def connect(
    target: str | None,
    ca: Path | None,
    cert: Path | None,
    key: Path | None,
    server_name: str | None,
    token_file: Path | None,
    *,
    timeout: float,
    retry_for: float = 0.0,
) -> PiiClient:
    """The client of these flags; `timeout` and `retry_for` in seconds. Raises `typer.BadParameter` where they cannot be used."""
    try:
        token = read_tokens(token_file)[0] if token_file else None
        return PiiClient(
            target or default_target(),
            timeout=timeout,
            retry_for=retry_for,
            token=token,
            ca=ca,
            certificate=cert,
            key=key,
            server_name=server_name,
        )
    except (OSError, ValueError) as error:
        raise typer.BadParameter(str(error)) from None


def default_target() -> str:
    """Where a server with the same environment listens, seen from its machine."""
    socket = os.environ.get("PIIPROBE_SOCKET")
    return f"unix:{socket}" if socket else f"127.0.0.1:{os.environ.get('PIIPROBE_PORT') or 50051}"
