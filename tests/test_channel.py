"""Where a token may go, and which arguments fit together."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import grpc
import pytest
from certificates import Authority

from piiprobe import PiiClient
from piiprobe.channel import Connection, stays_here
from piiprobe.tokens import read_tokens

TOKEN = "an-invented-token-0123"
HERE = [
    "127.0.0.1:50051",
    "127.1.2.3:50051",
    "localhost:50051",
    "LocalHost",
    "[::1]:50051",
    "::1",
    "ipv4:127.0.0.1:50051",
    "ipv4:127.0.0.1:50051,127.0.0.2:50051",
    "ipv6:[::1]:50051",
    "dns:localhost:50051",
    "dns:///localhost:50051",
    "unix:piiprobe.sock",
    "unix:///run/piiprobe.sock",
    "unix-abstract:piiprobe",
]
ELSEWHERE = [
    "",
    "pii.example:50051",
    "192.0.2.1:50051",
    "0.0.0.0:50051",
    "[2001:db8::1]:50051",
    "localhost.example:50051",
    "ipv4:127.0.0.1:50051,192.0.2.1:50051",
    "dns:///pii.example:50051",
    "dns://192.0.2.1/localhost:50051",
    "xds:///localhost:50051",
    "user@localhost:50051",
    "127.0.0.1.example:50051",
]


@pytest.mark.parametrize("target", HERE)
def test_a_token_may_go_through_this_machine_in_plain(target: str) -> None:
    assert stays_here(target)
    Connection(target, token=TOKEN).open().close()


@pytest.mark.parametrize("target", ELSEWHERE)
def test_a_token_does_not_leave_this_machine_in_plain(target: str) -> None:
    assert not stays_here(target)
    with pytest.raises(ValueError, match="without TLS") as caught:
        PiiClient(target, token=TOKEN)
    assert TOKEN not in str(caught.value)
    PiiClient(target, token=TOKEN, ca=Authority("invented").pem).close()
    PiiClient(target, token=TOKEN, credentials=grpc.ssl_channel_credentials()).close()


@pytest.mark.parametrize(
    "arguments",
    [
        {"certificate": b"c"},
        {"key": b"k"},
        {"ca": b"a", "credentials": grpc.ssl_channel_credentials()},
        {"server_name": "pii.example"},
        {"token": "two words"},
        {"token": "a\nheader"},
        {"token": ""},
    ],
    ids=lambda arguments: ", ".join(arguments),
)
def test_arguments_that_do_not_fit_together_are_an_error(arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(arguments))):
        Connection("127.0.0.1:1", **arguments)


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        PiiClient("127.0.0.1:1", ca=tmp_path / "missing.pem")


def test_a_file_of_tokens(tmp_path: Path) -> None:
    path = tmp_path / "tokens"
    path.write_text(f"# comment\n\n {TOKEN} \r\nx==\n")
    assert read_tokens(path) == (TOKEN, "x==")


SCRIPT = """
import grpc, sys
from piiprobe import PiiClient, PiiprobeError
with PiiClient("127.0.0.1:1", token="an-invented-token-0123", timeout=5, retry_for=0) as client:
    try:
        client.detect("x")
    except PiiprobeError as error:
        print(error.code)
"""


def test_what_is_meant_for_this_machine_does_not_go_through_a_proxy() -> None:
    taken: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as proxy:

        def take() -> None:
            while True:
                try:
                    connection, _ = proxy.accept()
                except OSError:
                    return
                with connection:
                    taken.append(connection.recv(1000))

        thread = threading.Thread(target=take)
        thread.start()
        environment = {"http_proxy": f"http://127.0.0.1:{proxy.getsockname()[1]}", "PYTHONPATH": ":".join(sys.path)}
        done = subprocess.run([sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, check=True)
        proxy.shutdown(socket.SHUT_RDWR)
        thread.join(5)
    assert done.stdout.strip() == "UNAVAILABLE"
    assert not taken
