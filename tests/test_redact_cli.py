"""The commands that rewrite a text and put it back."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import Start
from fakes import FakeDetector
from typer.testing import CliRunner, Result

from piiprobe.redaction import Policy, Pseudonym, Replace, read_key, redact
from probes.finding import Detection
from service import cli

ANNA = "write to anna@example.com"
POLICIES = "share: {operators: {EMAIL: pseudonym}}\nseal: {otherwise: encrypt}\n"


class Found:
    entity_type, probability, start, end = "EMAIL", 0.75, 9, 25


def invoke(*arguments: str, **options: Any) -> Result:
    return CliRunner().invoke(cli.app, list(arguments), **options)


@pytest.fixture(autouse=True)
def _in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "_load", lambda settings: FakeDetector())
    monkeypatch.delenv("PIIPROBE_REDACTION_KEY_FILE", raising=False)


@pytest.fixture
def policies(tmp_path: Path) -> str:
    path = tmp_path / "policies.yaml"
    path.write_text(POLICIES)
    return str(path)


@pytest.fixture
def key(tmp_path: Path) -> str:
    path = tmp_path / "key"
    assert invoke("redact-key", str(path)).exit_code == 0
    return str(path)


def test_a_key_is_made_once_and_for_its_owner(key: str) -> None:
    held = read_key(key)
    assert stat.S_IMODE(Path(key).stat().st_mode) == 0o600
    again = invoke("redact-key", key)
    assert (again.exit_code, again.output) == (1, f"piiprobe: {key}: File exists\n")
    assert read_key(key) == held


def test_without_a_policy_everything_is_replaced() -> None:
    result = invoke("redact", "--local", ANNA)
    assert (result.exit_code, result.stdout) == (0, "write to <EMAIL>\n")


async def test_a_server_is_asked_for_findings_and_the_policy_is_applied_here(start: Start, policies: str, key: str) -> None:
    server = await start()
    flags = ("--policy", policies, "--policy-name", "share", "--key-file", key, "--target", server.target)
    result = await asyncio.to_thread(invoke, "redact", ANNA, *flags)
    expected = redact(ANNA, [Found()], Policy(operators={"EMAIL": Pseudonym()}, otherwise=Replace()), read_key(key)).text
    assert (result.exit_code, result.stdout) == (0, f"{expected}\n")
    assert server.detector.seen == [ANNA]


async def test_a_server_that_is_not_there_is_a_plain_message() -> None:
    result = await asyncio.to_thread(invoke, "redact", ANNA, "--target", "127.0.0.1:1", "--timeout", "2")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "piiprobe: UNAVAILABLE" in result.stderr


def test_what_was_encrypted_comes_back_byte_for_byte(policies: str, key: str) -> None:
    text = f"{ANNA}\r\n👋 and zoë@example.jp\n\n"
    flags = ("--local", "--policy", policies, "--policy-name", "seal")
    sealed = invoke("redact", "-", *flags, input=text.encode(), env={"PIIPROBE_REDACTION_KEY_FILE": key})
    assert sealed.exit_code == 0
    assert "@" not in sealed.stdout
    back = invoke("restore", "-", "--key-file", key, input=sealed.stdout_bytes)
    assert (back.exit_code, back.stdout_bytes) == (0, text.encode())
    assert back.stderr == "2 put back, 0 of another key, 0 changed\n"


def test_restore_says_what_stays(tmp_path: Path, policies: str, key: str) -> None:
    sealed = invoke("redact", "--local", ANNA, "--policy", policies, "--policy-name", "seal", "--key-file", key).stdout.strip()
    other = tmp_path / "other"
    assert invoke("redact-key", str(other)).exit_code == 0
    result = invoke("restore", f"{sealed} [EMAIL:v1:AAAA]", "--key-file", str(other))
    assert (result.exit_code, result.stdout) == (1, f"{sealed} [EMAIL:v1:AAAA]\n")
    assert result.stderr == "0 put back, 1 of another key, 1 changed\n"


class Forgetful(FakeDetector):
    """Finds the first address of a text alone."""

    def detect(self, texts: Sequence[str], **options: Any) -> list[Detection]:
        return [replace(each, findings=each.findings[:1]) for each in super().detect(texts, **options)]


def test_the_check_fails_where_something_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    assert invoke("redact", "--local", "--check", ANNA).exit_code == 0
    monkeypatch.setattr(cli, "_load", lambda settings: Forgetful())
    result = invoke("redact", "--local", "--check", f"{ANNA} or zoë@example.jp")
    assert (result.exit_code, result.stdout) == (1, "write to <EMAIL> or zoë@example.jp\n")
    assert result.stderr == "still found: EMAIL 20..34\n"


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--policy-name", "share"), "--policy-name needs --policy"),
        (("--policy", "{policies}"), "--policy-name: one of share, seal"),
        (("--policy", "{policies}", "--policy-name", "other"), "--policy-name: one of share, seal"),
        (("--policy", "{policies}", "--policy-name", "share"), "the policy needs --key-file"),
        (("--policy", "{policies}", "--policy-name", "share", "--key-file", "{policies}"), "{policies}: the file holds no key"),
        (("--policy", "{policies}", "--policy-name", "share", "--key-file", "absent"), "absent: No such file"),
        (("--policy", "absent"), "absent: No such file"),
        (("--policy", "{key}"), "{key}: no mapping from names to policies"),
    ],
)
def test_what_is_wrong_is_said(policies: str, key: str, flags: tuple[str, ...], said: str) -> None:
    places = {"policies": policies, "key": key}
    result = invoke("redact", "--local", ANNA, *(flag.format(**places) for flag in flags))
    assert result.exit_code == 2
    assert f"piiprobe: {said.format(**places)}" in result.stderr
    assert result.stdout == ""


def test_restore_needs_a_key() -> None:
    assert invoke("restore", "x").exit_code == 2


def test_what_is_not_utf_8_is_refused_without_it(key: str) -> None:
    result = invoke("restore", "-", "--key-file", key, input=b"canary \xff")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "piiprobe: standard input is not UTF-8\n"


@pytest.mark.parametrize("command", [("redact", "x"), ("restore", "x"), ("redact-key", "x")])
def test_a_missing_extra_is_named(command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "find_spec", lambda module: None)
    result = invoke(*command)
    assert result.exit_code == 2
    assert "pip install 'piiprobe[redact]'" in result.output
