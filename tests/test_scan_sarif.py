"""Findings for code hosts: what SARIF 2.1.0 asks of a log, and whether its places are those of the text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest
from fakes import FakeDetector
from scanned import LAKE, scan, write_lake

from service import cli
from service.scan import text as text_format

# What the specification (OASIS, SARIF 2.1.0) says of the objects that are written; the section is that of the object.
MESSAGE = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}  # 3.11
REGION = {  # 3.30
    "type": "object",
    "required": ["startLine"],
    "properties": {name: {"type": "integer", "minimum": 1} for name in ("startLine", "endLine", "startColumn", "endColumn")},
    "additionalProperties": False,
}
LOCATION = {  # 3.28, with 3.29 (physical), 3.4 (artifact) and 3.33 (logical)
    "type": "object",
    "required": ["physicalLocation"],
    "properties": {
        "physicalLocation": {
            "type": "object",
            "required": ["artifactLocation"],
            "properties": {
                "artifactLocation": {
                    "type": "object",
                    "required": ["uri"],
                    "properties": {"uri": {"type": "string", "pattern": r"^(file:///)?[A-Za-z0-9._~%/-]+$"}},
                    "additionalProperties": False,
                },
                "region": REGION,
            },
            "additionalProperties": False,
        },
        "logicalLocations": {
            "type": "array",
            "items": {"type": "object", "required": ["fullyQualifiedName"]},
            "uniqueItems": True,
        },
    },
    "additionalProperties": False,
}
RESULT = {  # 3.27
    "type": "object",
    "required": ["ruleId", "message", "locations"],
    "properties": {
        "ruleId": {"type": "string"},
        "level": {"enum": ["none", "note", "warning", "error"]},
        "message": MESSAGE,
        "rank": {"type": "number", "minimum": 0, "maximum": 100},
        "locations": {"type": "array", "items": LOCATION},
    },
    "additionalProperties": False,
}
RULE = {  # 3.49
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string"}, "name": {"type": "string"}, "shortDescription": MESSAGE},
    "additionalProperties": False,
}
DRIVER = {  # 3.19
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"const": "piiprobe"},
        "version": {"type": "string"},
        "rules": {"type": "array", "items": RULE, "uniqueItems": True},
    },
    "additionalProperties": False,
}
INVOCATION = {  # 3.20, with 3.58 (notification)
    "type": "object",
    "required": ["executionSuccessful"],
    "properties": {
        "executionSuccessful": {"type": "boolean"},
        "toolExecutionNotifications": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["message"],
                "properties": {
                    "level": {"const": "error"},
                    "message": MESSAGE,
                    "locations": {"type": "array", "items": LOCATION},
                },
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}
RUN = {  # 3.14
    "type": "object",
    "required": ["tool", "results"],
    "properties": {
        "tool": {"type": "object", "required": ["driver"], "properties": {"driver": DRIVER}},
        "columnKind": {"const": "utf16CodeUnits"},
        "results": {"type": "array", "items": RESULT},
        "invocations": {"type": "array", "items": INVOCATION},
    },
    "additionalProperties": False,
}
LOG = {  # 3.13
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {"type": "array", "items": RUN},
    },
    "additionalProperties": False,
}


@pytest.fixture(autouse=True)
def _in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "_load", lambda settings: FakeDetector())


def sarif(tmp_path: Path, *arguments: Any) -> dict[str, Any]:
    """The run of a log that is what it should be."""
    out = tmp_path / "out.sarif"
    assert scan(*arguments, "--local", "--sarif", out).exit_code in (0, 3)
    log = json.loads(out.read_text(encoding="utf-8"))
    jsonschema.validate(log, LOG)
    (run,) = log["runs"]
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(set(ids)) == len(ids)
    assert {result["ruleId"] for result in run["results"]} <= set(ids)
    assert not list(tmp_path.glob("*.partial"))
    return dict(run)


def marked(result: dict[str, Any]) -> str:
    """The text at a result's place, as a reader finds it who counts lines and UTF-16 code units."""
    physical = result["locations"][0]["physicalLocation"]
    uri, region = physical["artifactLocation"]["uri"], physical["region"]
    text = Path(unquote(uri.removeprefix("file://"))).read_bytes().decode("utf-8-sig")
    lines = text.split("\n")[region["startLine"] - 1 : region["endLine"]]
    assert len(lines) == 1
    units = lines[0].encode("utf-16-le")
    return units[2 * region["startColumn"] - 2 : 2 * region["endColumn"] - 2].decode("utf-16-le")


def test_a_log_has_a_result_for_each_finding_and_no_text(tmp_path: Path) -> None:
    run = sarif(tmp_path, write_lake(tmp_path / "lake"))
    assert len(run["results"]) == len(LAKE)
    assert run["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]
    assert "@" not in (tmp_path / "out.sarif").read_text(encoding="utf-8")
    regions = [result["locations"][0]["physicalLocation"].get("region") for result in run["results"]]
    assert regions[6:] == [
        {"startLine": 2, "endLine": 3},
        {"startLine": 5, "endLine": 5},
        {"startLine": 5, "endLine": 5},
        *[None] * 3,
    ]
    assert run["results"][-1]["locations"][0]["logicalLocations"] == [{"fullyQualifiedName": "/3/note"}]


def test_places_in_texts_and_lines_of_json_are_exact(tmp_path: Path) -> None:
    odd = tmp_path / "odd näme #1"
    odd.mkdir()
    (odd / "a.txt").write_text("\ufeff👋 a@b.example\r\n\n👋👋\tzoë@b.example", encoding="utf-8")
    lines = ['  {"👋": "👋 a@b.example"}', '"zoë@b.example"', r'{"a": "\ud83d\udc4b a@b.example"}', '["no", 1, "zoë@b.example"]']
    (odd / "b.jsonl").write_text("\ufeff" + "\n\n".join(lines), encoding="utf-8")
    results = sarif(tmp_path, odd)["results"]
    # Of a string with escapes the whole is shown.
    assert [marked(result) for result in results] == [
        "a@b.example",
        "zoë@b.example",
        "a@b.example",
        "zoë@b.example",
        r'"\ud83d\udc4b a@b.example"',
        "zoë@b.example",
    ]


def test_places_in_a_text_that_is_cut_are_those_of_the_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_format, "PART", 1_000)
    monkeypatch.setattr(text_format, "_LOOK_BACK", 100)
    (tmp_path / "a.txt").write_text(("👋 a@b.example " * 300 + "\n") * 3, encoding="utf-8")
    results = sarif(tmp_path, tmp_path / "a.txt")["results"]
    assert len(results) == 900
    assert {marked(result) for result in results} == {"a@b.example"}


def test_what_was_not_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'"a@b.example"\nbroken\n')
    (tmp_path / "b.txt").write_bytes(b"\xff")
    run = sarif(tmp_path, tmp_path)
    assert len(run["results"]) == 1
    (invocation,) = run["invocations"]
    assert not invocation["executionSuccessful"]
    first, second = invocation["toolExecutionNotifications"]
    assert first["locations"][0]["physicalLocation"]["region"] == {"startLine": 2, "endLine": 2}
    assert first["message"]["text"] == "not read: json is not a JSON value (INVALID_ARGUMENT)"
    assert second["message"]["text"] == "not read: is no utf-8 (UNREADABLE)"


def test_a_class_of_the_caller_s_has_a_rule(tmp_path: Path) -> None:
    (tmp_path / "deny").write_text("PROJECT Kestrel\n")
    (tmp_path / "a.txt").write_text("Kestrel")
    run = sarif(tmp_path, tmp_path / "a.txt", "--deny", tmp_path / "deny")
    assert [result["ruleId"] for result in run["results"]] == ["PROJECT"]
