"""Commands that ask a server: how they find it, and what they show it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from certificates import Authority
from conftest import Start
from fakes import FakeDetector
from typer.testing import CliRunner, Result

from service import cli
from service.connection import default_target

TOKEN = "an-invented-token-0123"


def invoke(*arguments: str, **options: Any) -> Result:
    return CliRunner().invoke(cli.app, list(arguments), **options)


@pytest.fixture
def guarded(tmp_path: Path) -> tuple[dict[str, Any], list[str]]:
    """Settings of a server with mutual TLS and a token, and the flags with which a command passes."""
    servers, clients = Authority("servers"), Authority("clients")
    certificate, key = servers.issue("pii.example").write(tmp_path, "server")
    own, own_key = clients.issue("client.example").write(tmp_path, "client")
    for name, authority in (("servers", servers), ("clients", clients)):
        (tmp_path / f"{name}.pem").write_bytes(authority.pem)
    tokens = tmp_path / "tokens"
    tokens.write_text(f"# ours\n{TOKEN}\n")
    settings = {"tls_certificate": certificate, "tls_key": key, "tls_client_ca": tmp_path / "clients.pem", "token_file": tokens}
    files = {"ca": tmp_path / "servers.pem", "cert": own, "key": own_key, "token-file": tokens}
    flags = [part for name, path in files.items() for part in (f"--{name}", str(path))]
    return settings, [*flags, "--server-name", "pii.example"]


async def test_the_commands_pass_where_the_flags_are_given(
    start: Start, guarded: tuple[dict[str, Any], list[str]], labelled: Path
) -> None:
    settings, flags = guarded
    server = await start(**settings)
    for command in (["detect", "a@example.com"], ["evaluate", "--data", str(labelled)], ["health"]):
        at = [*command, "--target", server.target]
        passed = await asyncio.to_thread(invoke, *at, *flags)
        assert passed.exit_code == 0, passed.output
        assert (await asyncio.to_thread(invoke, *at)).exit_code == 1


async def test_flags_may_be_variables(start: Start, guarded: tuple[dict[str, Any], list[str]]) -> None:
    settings, flags = guarded
    server = await start(**settings)
    names = [flag[2:].replace("-", "_").upper() for flag in flags[::2]]
    environment = {f"PIIPROBE_{name}": value for name, value in zip(names, flags[1::2], strict=True)}
    result = await asyncio.to_thread(invoke, "detect", "a@example.com", "--json", "--target", server.target, env=environment)
    assert len(json.loads(result.stdout)["findings"]) == 1


@pytest.mark.parametrize(
    ("flags", "named"),
    [
        (["--token-file", "missing"], "missing"),
        (["--ca", "missing"], "missing"),
        (["--cert", str(Path(__file__))], "key"),
        (["--token-file", str(Path(__file__))], "line 1"),
    ],
)
def test_flags_that_cannot_be_used_are_named(flags: list[str], named: str) -> None:
    result = invoke("health", *flags)
    assert result.exit_code == 2
    assert named in result.output


def test_a_token_for_another_machine_needs_tls(tmp_path: Path) -> None:
    (tmp_path / "tokens").write_text(TOKEN)
    result = invoke("detect", "x", "--target", "pii.example:50051", "--token-file", str(tmp_path / "tokens"))
    assert result.exit_code == 2
    assert "TLS" in result.output
    assert TOKEN not in result.output


@pytest.mark.parametrize(
    ("environment", "target"),
    [
        ({}, "127.0.0.1:50051"),
        ({"PIIPROBE_PORT": "1234"}, "127.0.0.1:1234"),
        ({"PIIPROBE_PORT": "1234", "PIIPROBE_SOCKET": "/run/x.sock"}, "unix:/run/x.sock"),
        ({"PIIPROBE_PORT": "", "PIIPROBE_SOCKET": ""}, "127.0.0.1:50051"),
    ],
)
def test_the_target_is_the_server_of_the_same_environment(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], target: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert default_target() == target


async def test_health_tells_the_states_apart(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "piiprobe.sock"
    loaded = threading.Event()

    def load() -> FakeDetector:
        loaded.wait(10)
        return FakeDetector()

    server = await start(load, wait=False, socket=path)
    environment = {"PIIPROBE_SOCKET": str(path)}
    loading = await asyncio.to_thread(invoke, "health", env=environment)
    assert (loading.exit_code, loading.output) == (1, "NOT_SERVING\n")
    loaded.set()
    await asyncio.wait_for(server.server.ready.wait(), 10)
    for service in ("piiprobe.v1.PiiService", ""):
        serving = await asyncio.to_thread(invoke, "health", "--service", service, env=environment)
        assert (serving.exit_code, serving.output) == (0, "SERVING\n")
    unknown = await asyncio.to_thread(invoke, "health", "--service", "nothing.v1.Nothing", env=environment)
    assert unknown.exit_code == 1
    assert "NOT_FOUND" in unknown.output


def test_health_of_no_server_is_unavailable() -> None:
    result = invoke("health", "--target", "127.0.0.1:1")
    assert result.exit_code == 1
    assert "UNAVAILABLE" in result.output


def test_health_imports_no_server_and_no_model() -> None:
    heavy = ["torch", "transformers", "numpy", "pydantic_settings", "probes", "service.config"]
    script = f"""
import sys
from service import cli
try:
    cli.app(["health", "--target", "127.0.0.1:1"])
except SystemExit as end:
    print(end.code, [name for name in {heavy!r} if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1 []"
