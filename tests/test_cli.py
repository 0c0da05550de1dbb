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
    assert ", idn +1.50, repeated_mention -0.12  zoë@example.com" in second


async def test_detect_passes_operating_point_and_structure_on(start: Start) -> None:
    server = await start(operating_point="precision")
    ask = ("detect", "a@example.com", "--json", "--target", server.target)
    results = [
        await asyncio.to_thread(invoke, *ask, *flags)
        for flags in ((), ("--operating-point", "recall"), ("--operating-point", "recall", "--no-structure"))
    ]
    assert server.detector.asked == [("precision", True), ("recall", True), ("recall", False)]
    answers = [json.loads(result.output) for result in results]
    assert [answer["operating_point"] for answer in answers] == ["precision", "recall", "recall"]
    assert [[len(finding["evidence"]) for finding in answer["findings"]] for answer in answers] == [[], [2], [0]]


@pytest.mark.parametrize("command", [("detect", "x"), ("evaluate", "--data", "."), ("serve",)])
def test_an_operating_point_that_does_not_exist_is_refused(command: tuple[str, ...]) -> None:
    result = invoke(*command, "--operating-point", "strict")
    assert result.exit_code == 2
    assert "recall" in result.output


# What the fake is asked where the default is `precision`, and whether it then finds the address.
EVALUATED = pytest.mark.parametrize(
    ("flags", "asked", "recall"),
    [
        ((), ("precision", True), 0.0),
        (("--operating-point", "recall"), ("recall", True), 1.0),
        (("--operating-point", "balanced"), ("balanced", True), 1.0),
        (("--operating-point", "balanced", "--no-structure"), ("balanced", False), 0.0),
    ],
)


def evaluated(labelled: Path, *flags: str, **options: Any) -> float:
    result = invoke("evaluate", "--data", str(labelled), "--json", *flags, **options)
    assert result.exit_code == 0, result.output
    (measured,) = json.loads(result.stdout)["sets"]
    return float(measured["scores"]["any_class_recall"]["value"])


@EVALUATED
async def test_evaluate_measures_a_server_at_an_operating_point(
    start: Start, labelled: Path, flags: tuple[str, ...], asked: tuple[str, bool], recall: float
) -> None:
    server = await start(operating_point="precision")
    assert await asyncio.to_thread(evaluated, labelled, "--target", server.target, *flags) == recall
    assert server.detector.asked == [asked]


@pytest.mark.usefixtures("_extras_installed")
@EVALUATED
def test_evaluate_measures_a_bundle_at_an_operating_point(
    labelled: Path, monkeypatch: pytest.MonkeyPatch, flags: tuple[str, ...], asked: tuple[str, bool], recall: float
) -> None:
    detector = FakeDetector()
    monkeypatch.setattr(cli, "_load", lambda settings: detector)
    assert evaluated(labelled, "--local", *flags, env={"PIIPROBE_OPERATING_POINT": "precision"}) == recall
    assert detector.asked == [asked]


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
def test_detect_in_process_at_an_operating_point(monkeypatch: pytest.MonkeyPatch) -> None:
    detector = FakeDetector()
    monkeypatch.setattr(cli, "_load", lambda settings: detector)
    ask, precision = ("detect", "--local", "--json", "a@example.com"), {"PIIPROBE_OPERATING_POINT": "precision"}
    answers = [
        json.loads(invoke(*ask).output),
        json.loads(invoke(*ask, env=precision).output),
        json.loads(invoke(*ask, "--operating-point", "recall", "--no-structure", env=precision).output),
    ]
    assert detector.asked == [("balanced", True), ("precision", True), ("recall", False)]
    assert [answer["operating_point"] for answer in answers] == ["balanced", "precision", "recall"]
    assert [[len(finding["evidence"]) for finding in answer["findings"]] for answer in answers] == [[2], [], [0]]


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


@pytest.mark.usefixtures("_extras_installed")
def test_settings_that_need_each_other_are_named() -> None:
    result = invoke("serve", "--tls-certificate", "server.pem")
    assert result.exit_code == 2
    assert result.output == "piiprobe: tls_certificate and tls_key: both or neither\n"


def test_help_imports_no_model() -> None:
    script = "import sys, service.cli; print([name for name in ('torch', 'pydantic', 'probes') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_demo_shows_every_message(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    def command(port: int) -> list[str]:
        monkeypatch.setenv("PIIPROBE_PORT", str(port))
        monkeypatch.setenv("PIIPROBE_METRICS_PORT", "0")
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
