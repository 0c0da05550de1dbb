"""The way of a newcomer, in README.md: installed into an environment of its own, every command as it stands there."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest
from manifests import ROOT
from served import FAKE, served

from service.process import wait_until_serving

# What an installation is made from.
SOURCES = ("LICENSE", "NOTICE", "README.md", "probes", "proto", "pyproject.toml", "service")
SHIPPED = (sys.executable, "-m", "service.cli", "serve")


def commands() -> str:
    """Of the section of the README."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = re.search(r"^## From a folder to redacted files\n(.*?)^## ", text, re.MULTILINE | re.DOTALL)
    assert section
    (block,) = re.findall(r"^```sh\n(.*?)^```$", section[1], re.MULTILINE | re.DOTALL)
    return str(block)


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An environment with pip and nothing else."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in SOURCES:
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, tmp_path / name)
    return tmp_path


def walk(checkout: Path, environment: Path, target: str) -> subprocess.CompletedProcess[str]:
    """Runs the commands, with the port of `target` for the one that they mean."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("PIIPROBE_", "PYTHON"))}
    variables["PATH"] = os.pathsep.join([str(environment / "bin"), os.environ["PATH"]])
    variables["PIIPROBE_PORT"] = target.rpartition(":")[2]
    command = ["bash", "-e", "-o", "pipefail", "-c", commands()]
    result = subprocess.run(command, cwd=checkout, env=variables, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result


def found(folder: Path) -> set[tuple[str, str, str]]:
    """File, field and class of what the scan has found."""
    lines = (folder / "found.jsonl").read_text(encoding="utf-8").splitlines()
    return {(Path(row["file"]).name, row["field"], row["entity_type"]) for row in map(json.loads, lines)}


ADDRESSES = {("one.txt", "", "EMAIL"), ("two.jsonl", "/from/email", "EMAIL")}
NAMES = {("one.txt", "", "PERSON"), ("two.jsonl", "/from/name", "PERSON")}


@pytest.mark.parametrize(("server", "expected"), [(FAKE, ADDRESSES), (SHIPPED, ADDRESSES | NAMES)], ids=["fake", "shipped"])
def test_a_newcomer_scans_redacts_and_restores(
    server: tuple[str, ...], expected: set[tuple[str, str, str]], checkout: Path, environment: Path
) -> None:
    with served(server) as serving:
        wait_until_serving(serving.process, serving.target, 600)
        result = walk(checkout, environment, serving.target)
    assert result.stdout.splitlines()[-1] == "m.okafor@example.com"
    assert "1 put back, 0 of another key, 0 changed" in result.stderr
    folder = checkout / "first"
    assert found(folder) == expected
    redacted = "".join((folder / "redacted" / name).read_text(encoding="utf-8") for name in ("one.txt", "two.jsonl"))
    assert redacted.count(":v1:") == len(expected)
    assert "@" not in redacted
    installed = {path.name for path in environment.glob("lib/python*/site-packages/*")}
    assert installed & {"grpc", "pyarrow", "torch", "transformers"} == {"grpc", "pyarrow"}
