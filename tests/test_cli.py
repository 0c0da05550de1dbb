"""The command line against a real server, in process and out of it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from conftest import Start
from fakes import FakeDetector
from typer.testing import CliRunner, Result

from probes.errors import BundleError
from service import cli, demo

TEXT = "write to zoë@example.com\x1b[31m\r\n"


def invoke(*arguments: str, **options: Any) -> Result:
    return CliRunner().invoke(cli.app, list(arguments), **options)


@pytest.fixture
def _extras_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "_require", lambda extra: None)


def test_version() -> None:
    assert invoke("version").output.strip() == f"piiprobe {version('piiprobe')}"


@pytest.mark.parametrize(
    ("command", "extra"),
    [(["serve"], "serve"), (["prepare"], "serve"), (["train"], "train"), (["evaluate", "--data", "."], "train")],
)
def test_a_missing_extra_is_named(command: list[str], extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "find_spec", lambda module: None)
    result = invoke(*command)
    assert result.exit_code == 2
    assert f"pip install 'piiprobe[{extra}]'" in result.output


async def test_detect_asks_a_server(start: Start) -> None:
    server = await start()
    result = await asyncio.to_thread(invoke, "detect", TEXT, "--target", server.target, "--top-features", "2")
    assert result.exit_code == 0
    first, second = result.output.splitlines()
    assert first == r"write to [EMAIL zoë@example.com]\x1b[31m\r\n"
    assert second.split()[:3] == ["EMAIL", "9..24", "p=0.750"]
    assert "bias +0.25, #1 +1.00, #2 +0.50, others" in second


async def test_detect_reads_standard_input_and_prints_json(start: Start) -> None:
    server = await start()
    result = await asyncio.to_thread(invoke, "detect", "-", "--json", "--target", server.target, input="a@example.com")
    answer = json.loads(result.output)
    assert [finding["entity_type"] for finding in answer["findings"]] == ["EMAIL"]
    assert answer["model"]["name"] == "fake"


async def test_detect_names_what_is_wrong(start: Start) -> None:
    server = await start()
    result = await asyncio.to_thread(invoke, "detect", "x", "--entity-type", "NOTHING", "--target", server.target)
    assert result.exit_code == 1
    assert "options.entity_types[0]" in result.output


@pytest.mark.usefixtures("_extras_installed")
def test_detect_in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "_load", lambda settings: FakeDetector())
    assert "[EMAIL a@example.com]" in invoke("detect", "--local", "a@example.com").output
    assert "EMAIL" not in invoke("detect", "--local", "a@example.com", "--entity-type", "PERSON").output
    assert invoke("detect", "--local", "a@example.com", "--entity-type", "NOTHING").exit_code == 2


@pytest.mark.usefixtures("_extras_installed")
def test_a_bundle_that_cannot_be_loaded_is_a_plain_message(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(settings: object) -> FakeDetector:
        raise BundleError("probe.safetensors is missing")

    monkeypatch.setattr(cli, "_load", load)
    result = invoke("detect", "--local", "x")
    assert result.exit_code == 1
    assert result.output.strip() == "piiprobe: probe.safetensors is missing"


@pytest.mark.usefixtures("_extras_installed")
def test_a_wrong_setting_is_named_without_its_value() -> None:
    result = invoke("serve", env={"PIIPROBE_MAX_DOCUMENTS": "s3cret"})
    assert result.exit_code == 2
    assert "max_documents" in result.output
    assert "s3cret" not in result.output


def test_help_imports_no_model() -> None:
    script = "import sys, service.cli; print([name for name in ('torch', 'pydantic', 'probes') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_demo_shows_every_message(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    def command(port: int) -> list[str]:
        monkeypatch.setenv("PIIPROBE_PORT", str(port))
        return [sys.executable, str(Path(__file__).with_name("fakes.py"))]

    monkeypatch.setattr(demo, "_serve_command", command)
    assert demo.main() == 0
    shown = capfd.readouterr().out
    assert "12 of 12 messages read" in shown
    assert "MISSED CREDIT_CARD" in shown
    assert shown.count("ok: silent") == 3


def test_the_demo_fails_where_the_server_does(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(demo, "_serve_command", lambda port: [sys.executable, "-c", "raise SystemExit(3)"])
    assert demo.main() == 1
    assert "ended with code 3" in capfd.readouterr().err
