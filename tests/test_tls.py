"""TLS on a real port, with certificates made on the spot."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest
from certificates import Authority, encrypted
from conftest import Running, Start
from fakes import FakeDetector

from piiprobe import PiiClient, UnavailableError
from piiprobe.channel import Pem
from service.config import Settings
from service.errors import StartError
from service.server import Server, serve

CANARY = "canary-7f3a"


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority("invented authority")


@pytest.fixture
def tls(authority: Authority, tmp_path: Path) -> dict[str, Any]:
    """The settings of a server with a certificate of `authority`."""
    certificate, key = authority.issue().write(tmp_path, "server")
    return {"tls_certificate": certificate, "tls_key": key}


async def found(server: Running, ca: Pem | None = None, **connection: Any) -> int:
    """Findings that a new connection is told of."""

    def ask() -> int:
        with PiiClient(server.target, ca=ca, timeout=10, retry_for=0, **connection) as client:
            return len(client.detect("write to zoë@example.com").findings)

    return await asyncio.to_thread(ask)


async def is_refused(server: Running, ca: Pem | None = None, **connection: Any) -> bool:
    try:
        await found(server, ca, **connection)
    except UnavailableError:
        return True
    return False


async def test_a_client_that_trusts_the_certificate_is_answered_and_no_other(
    start: Start, authority: Authority, tls: dict[str, Any], tmp_path: Path
) -> None:
    server = await start(**tls)
    assert await found(server, authority.pem) == 1
    path = tmp_path / "ca.pem"
    path.write_bytes(authority.pem)
    assert await found(server, path) == await found(server, str(path)) == 1
    assert await is_refused(server, Authority("somebody else").pem)
    assert await is_refused(server)


async def test_a_host_that_is_not_the_loopback_may_be_listened_on_with_tls(
    start: Start, authority: Authority, tls: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = await start(host="0.0.0.0", **tls)
    monkeypatch.setattr(Running, "target", f"127.0.0.1:{server.server.port}")
    assert await found(server, authority.pem) == 1


async def test_a_unix_socket_may_have_tls_too(start: Start, authority: Authority, tls: dict[str, Any], tmp_path: Path) -> None:
    server = await start(socket=tmp_path / "piiprobe.sock", **tls)
    # The path is the name to check unless another is given.
    assert await found(server, authority.pem, server_name="localhost") == 1
    assert await is_refused(server)


async def test_a_name_other_than_the_target_is_checked_where_it_is_given(
    start: Start, authority: Authority, tmp_path: Path
) -> None:
    certificate, key = authority.issue("pii.example").write(tmp_path, "server")
    server = await start(tls_certificate=certificate, tls_key=key)
    assert await found(server, authority.pem, server_name="pii.example") == 1
    assert await is_refused(server, authority.pem)
    assert await is_refused(server, authority.pem, server_name="other.example")


async def test_a_new_certificate_is_shown_to_new_connections(
    start: Start, authority: Authority, tls: dict[str, Any], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    server = await start(**tls)
    assert await found(server, authority.pem) == 1
    tomorrow = Authority("authority of tomorrow")
    assert await is_refused(server, tomorrow.pem)
    tomorrow.issue().write(tmp_path, "server")
    assert await found(server, tomorrow.pem) == 1
    assert await is_refused(server, authority.pem)
    assert caplog.text.count("tls_certificate, tls_key: read again") == 1


async def test_a_certificate_that_breaks_leaves_the_old_one(
    start: Start, authority: Authority, tls: dict[str, Any], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server = await start(**tls)
    tls["tls_certificate"].write_text(CANARY)
    assert await found(server, authority.pem) == await found(server, authority.pem) == 1
    # A certificate with the key of another.
    tls["tls_certificate"].write_bytes(authority.issue().certificate)
    assert await found(server, authority.pem) == 1
    tls["tls_key"].unlink()
    assert await found(server, authority.pem) == 1
    assert [record.levelno for record in caplog.records] == [logging.ERROR] * 3
    assert CANARY not in caplog.text
    tomorrow = Authority("authority of tomorrow")
    tomorrow.issue().write(tmp_path, "server")
    assert await found(server, tomorrow.pem) == 1


async def test_mutual_tls_refuses_a_client_without_a_certificate(
    start: Start, authority: Authority, tls: dict[str, Any], tmp_path: Path
) -> None:
    clients = Authority("authority of clients")
    client_ca = tmp_path / "clients.pem"
    client_ca.write_bytes(clients.pem)
    server = await start(tls_client_ca=client_ca, **tls)
    one, other = clients.issue("client.example"), Authority("somebody else").issue("client.example")
    assert await found(server, authority.pem, certificate=one.certificate, key=one.key) == 1
    assert await is_refused(server, authority.pem)
    assert await is_refused(server, authority.pem, certificate=other.certificate, key=other.key)

    # Who may sign for clients is read again as well.
    tomorrow = Authority("clients of tomorrow")
    client_ca.write_bytes(tomorrow.pem)
    two = tomorrow.issue("client.example")
    assert await found(server, authority.pem, certificate=two.certificate, key=two.key) == 1
    assert await is_refused(server, authority.pem, certificate=one.certificate, key=one.key)


@pytest.mark.parametrize("fault", ["no file", "no certificate", "another key", "a password", "no client authority"])
async def test_files_that_cannot_be_used_are_refused_at_the_start(
    authority: Authority, tls: dict[str, Any], tmp_path: Path, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    match fault:
        case "no file":
            tls["tls_key"].unlink()
        case "no certificate":
            tls["tls_certificate"].write_text(CANARY)
        case "another key":
            tls["tls_key"].write_bytes(authority.issue().key)
        case "a password":
            tls["tls_key"].write_bytes(encrypted(tls["tls_key"].read_bytes()))
        case "no client authority":
            tls["tls_client_ca"] = tmp_path / "clients.pem"
            tls["tls_client_ca"].write_text(CANARY)
    settings = Settings(port=0, **tls)
    with pytest.raises(StartError, match="tls_certificate, tls_key"):
        Server(settings, FakeDetector)
    assert await serve(settings, FakeDetector) == 1
    assert "tls_certificate, tls_key" in caplog.text
    assert CANARY not in caplog.text
