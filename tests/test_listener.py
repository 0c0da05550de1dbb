"""Where the server listens, and where it refuses to."""

from __future__ import annotations

import asyncio
import logging
import socket
import stat
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import grpc
import pytest
from conftest import Start
from fakes import SLOW, FakeDetector
from pydantic import ValidationError

from piiprobe import PiiClient
from piiprobe.v1 import pii_pb2
from service import listener
from service.config import Settings
from service.errors import StartError
from service.listener import Listener
from service.server import Server


def request(text: str) -> pii_pb2.DetectRequest:
    return pii_pb2.DetectRequest(document=pii_pb2.Document(text=text))


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "fe80::1", "pii.example", "", "localhost.example"])
def test_plain_text_to_a_network_is_refused_unless_it_is_allowed(host: str) -> None:
    with pytest.raises(StartError) as caught:
        Listener(Settings(host=host))
    for setting in ("tls_certificate", "tls_key", "allow_plaintext", "socket"):
        assert setting in str(caught.value)
    Listener(Settings(host=host, allow_plaintext=True))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.8.7", "::1", "localhost"])
def test_the_loopback_needs_no_permission(host: str) -> None:
    Listener(Settings(host=host))


@pytest.mark.parametrize("settings", [{}, {"token_file": True}])
async def test_a_network_that_anyone_may_call_from_is_warned_of(
    start: Start, tmp_path: Path, settings: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    if settings:
        settings = {"token_file": tmp_path / "tokens"}
        settings["token_file"].write_text("an-invented-token-0123\n")
    await start(host="0.0.0.0", allow_plaintext=True, **settings)
    assert ("whoever reaches" in caplog.text) is not bool(settings)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"tls_certificate": "c"}, ("tls_certificate", "tls_key")),
        ({"tls_key": "k"}, ("tls_certificate", "tls_key")),
        ({"tls_client_ca": "a"}, ("tls_client_ca", "tls_certificate", "tls_key")),
    ],
)
def test_half_of_what_tls_needs_is_an_error_with_the_names(given: dict[str, Any], named: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError) as caught:
        Settings(**given)
    assert all(name in str(caught.value) for name in named)


def test_a_file_without_a_name_is_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SOCKET", "TLS_CERTIFICATE", "TLS_KEY", "TLS_CLIENT_CA", "TOKEN_FILE"):
        monkeypatch.setenv(f"PIIPROBE_{name}", "")
    settings = Settings()
    assert (settings.socket, settings.tls_certificate, settings.tls_client_ca, settings.token_file) == (None,) * 4


def test_a_process_that_may_not_listen_says_why_and_fails() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "service.cli", "serve", "--host", "0.0.0.0"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "allow_plaintext" in done.stderr
    assert "Traceback" not in done.stderr


async def test_a_unix_socket_from_end_to_end(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "piiprobe.sock"
    server = await start(socket=path)
    assert server.target == f"unix:{path}"
    assert stat.S_IMODE(path.stat().st_mode) == 0o660

    def ask() -> int:
        with PiiClient(f"unix:{path}", token="an-invented-token-0123") as client:
            return len(client.detect("write to zoë@example.com").findings)

    assert await asyncio.to_thread(ask) == 1
    server.server.stop()
    await server.outcome
    assert not path.exists()


async def test_the_socket_of_a_dead_server_is_replaced(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "piiprobe.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    server = await start(socket=path)
    assert (await server.stub.Detect(request("a@example.com"))).result.findings


async def test_the_socket_of_a_living_server_is_left_alone(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "piiprobe.sock"
    first = await start(socket=path)
    with pytest.raises(StartError, match="is in use"):
        await Server(Settings(socket=path, metrics_port=None), FakeDetector).start()
    assert (await first.stub.Detect(request("a@example.com"))).result.findings


async def test_a_file_in_the_place_of_the_socket_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("kept")
    with pytest.raises(StartError, match="no socket"):
        await Server(Settings(socket=path, metrics_port=None), FakeDetector).start()
    assert path.read_text() == "kept"


@pytest.mark.parametrize("name", ["missing/piiprobe.sock", "x" * 200])
async def test_a_path_that_no_socket_can_have_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(StartError, match=str(tmp_path / name)):
        await Server(Settings(socket=tmp_path / name, metrics_port=None), FakeDetector).start()


async def test_an_old_connection_is_left_and_its_call_is_finished(start: Start) -> None:
    server = await start(workers=2, max_connection_age_s=0.5)
    slow = asyncio.ensure_future(server.stub.Detect(request(SLOW)))
    assert await asyncio.to_thread(server.detector.started.wait, 5)
    assert server.channel.get_state() is grpc.ChannelConnectivity.READY
    # Told to go, the client connects anew for its next call.
    async with asyncio.timeout(10):
        await server.channel.wait_for_state_change(grpc.ChannelConnectivity.READY)
    assert await server.stub.ListEntityTypes(pii_pb2.ListEntityTypesRequest())
    assert not slow.done()
    server.detector.go_on.set()
    assert (await slow).HasField("result")


GOAWAY, PING = 7, 6


def told_to_go(port: int) -> bool:
    """Whether a connection without calls that pings six times at once is closed for it."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        settings = struct.pack(">I", 0)[1:] + bytes([4, 0]) + struct.pack(">I", 0)
        connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + settings)
        ping = struct.pack(">I", 8)[1:] + bytes([PING, 0]) + struct.pack(">I", 0) + b"12345678"
        acknowledged = 0
        with connection.makefile("rb") as frames:
            connection.sendall(ping)
            while acknowledged < 6:
                head = frames.read(9)
                if not head or head[3] == GOAWAY:
                    return True
                frames.read(int.from_bytes(head[:3], "big"))
                if head[3] == PING:
                    acknowledged += 1
                    connection.sendall(ping)
    return False


@pytest.mark.parametrize("interval_ms", [0, 60_000])
async def test_pings_are_counted_by_the_interval_that_is_set(
    start: Start, monkeypatch: pytest.MonkeyPatch, interval_ms: int
) -> None:
    monkeypatch.setattr(listener, "MIN_PING_INTERVAL_MS", interval_ms)
    server = await start()
    assert await asyncio.to_thread(told_to_go, server.server.port) is (interval_ms > 0)


async def test_the_address_is_on_the_log(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    server = await start(host="::1")
    assert f"ready on [::1]:{server.server.port} after" in caplog.text
