"""A scan that is killed and made again writes what one writes that is not; so does one whose server is restarted."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from conftest import Start
from fakes import BRIEF, FakeDetector
from scanned import places, rows, scan, write_lake
from served import served

from service import cli
from service.process import free_port
from service.scan import text as text_format
from service.scan.checkpoint import Appended
from service.scan.rows import finding_row

POLICIES = "share: {operators: {EMAIL: pseudonym}}\n"
_WITHIN_S = 120.0


class KilledError(BaseException):
    """In the place of a SIGKILL."""


def write_slow_lake(folder: Path) -> Path:
    """One that takes a server some seconds."""
    lake = write_lake(folder, repeat=150)
    with (lake / "b.jsonl").open("a", encoding="utf-8") as file:
        file.writelines(f'{{"note": "{BRIEF} {number}@b.example"}}\n' for number in range(600))
    line = f"{'word ' * 100}zoë@example.com {BRIEF}\n"
    (lake / "long.txt").write_text(line * 300, encoding="utf-8")
    return lake


def written(folder: Path) -> dict[str, bytes]:
    """All files below, with what they hold."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def flags(folder: Path) -> list[str]:
    """All that a scan can write, into a folder."""
    names = {"out": "out.jsonl", "sarif": "out.sarif", "redacted-to": "copies"}
    return [part for flag, name in names.items() for part in (f"--{flag}", str(folder / name))]


@contextlib.contextmanager
def scanning(root: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "service.cli", "scan", *arguments, "--save-every", "0.02"]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        try:
            yield process
        finally:
            process.kill()


def finished(process: subprocess.Popen[bytes]) -> str:
    output, _ = process.communicate(timeout=_WITHIN_S)
    assert process.returncode == 0, output.decode()
    return output.decode()


def grown(process: subprocess.Popen[bytes], path: Path, size: int) -> bool:
    """Waits until a file has that size; False where the process ended before."""
    deadline = time.monotonic() + _WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_size >= size:
                return True
        time.sleep(0.002)
    return False


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with a policy and a key, in which names are short."""
    (tmp_path / "policies.yaml").write_text(POLICIES)
    (tmp_path / "key").write_bytes(bytes(range(32)))
    return tmp_path


KEYED = ["--redact", "policies.yaml", "--key-file", "key"]


def test_killed_at_any_time_it_writes_the_same_in_the_end(root: Path) -> None:
    write_slow_lake(root / "lake")
    with served() as server:
        asked = ["lake", "--target", server.target, *KEYED]
        with scanning(root, *asked, *flags(root / "whole")) as process:
            finished(process)
        whole = written(root / "whole")
        size = len(whole["out.jsonl"])
        draw = random.Random(7)
        kills = 0
        for least in sorted(draw.randrange(size) for _ in range(6)):
            with scanning(root, *asked, *flags(root / "killed")) as process:
                if not grown(process, root / "killed" / "out.jsonl.partial", least):
                    break
                time.sleep(0.05 * draw.random())
                process.send_signal(signal.SIGKILL)
                process.wait(_WITHIN_S)
                kills += process.returncode == -signal.SIGKILL
            assert not (root / "killed" / "out.jsonl").exists()
        assert kills >= 3
        with scanning(root, *asked, *flags(root / "killed")) as process:
            assert "going on behind" in finished(process)
    assert set(whole) == {"out.jsonl", "out.sarif", *(f"copies/{name}" for name in written(root / "lake"))}
    assert written(root / "killed") == whole


def test_a_server_that_is_restarted_loses_nothing(root: Path) -> None:
    write_slow_lake(root / "lake")
    port = free_port()
    asked = ["lake", "--target", f"127.0.0.1:{port}", *KEYED]
    with served(port=port), scanning(root, *asked, *flags(root / "whole")) as process:
        finished(process)
    whole = written(root / "whole")
    partial = root / "restarted" / "out.jsonl.partial"
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(served(port=port))
        process = stack.enter_context(scanning(root, *asked, *flags(root / "restarted")))
        # While lines are read, and while the long text is.
        lengths = [len(whole["out.jsonl"]) // 4, whole["out.jsonl"].index(b"long.txt")]
        for length in lengths:
            assert grown(process, partial, length - 200)
            server.process.kill()
            server.process.wait()
            server = stack.enter_context(served(port=port))
        finished(process)
    assert written(root / "restarted") == whole


@pytest.fixture
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_format, "PART", 400)
    monkeypatch.setattr(text_format, "_LOOK_BACK", 100)


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch, root: Path, _small_parts: None) -> Path:
    monkeypatch.setattr(cli, "_load", lambda settings: FakeDetector())
    monkeypatch.setattr("service.scan.local._BATCH_DOCUMENTS", 2)
    monkeypatch.chdir(root)
    return root


def crashes(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, at: int) -> None:
    """Ends the scan in the place of the call with that number, counted from 0."""
    calls = iter(range(at + 1))
    real = getattr(owner, name)

    def crash(*arguments: Any, **options: Any) -> Any:
        if next(calls, None) == at:
            raise KilledError
        return real(*arguments, **options)

    monkeypatch.setattr(owner, name, crash)


@pytest.mark.parametrize(("owner", "name", "stride"), [(os, "fsync", 29), (Path, "replace", 7), (Path, "unlink", 1)])
def test_whatever_step_it_dies_at_it_goes_on(
    monkeypatch: pytest.MonkeyPatch, in_process: Path, owner: Any, name: str, stride: int
) -> None:
    write_lake(in_process / "lake", repeat=2)
    asked = ["lake", "--local", *KEYED, "--save-every", "0"]
    whole_result = scan(*asked, *flags(in_process / "whole"))
    assert whole_result.exit_code == 0, whole_result.output
    whole = written(in_process / "whole")
    died = 0
    for at in range(0, 10**6, stride):
        folder = in_process / f"{name}{at}"
        with monkeypatch.context() as patch:
            crashes(patch, owner, name, at)
            try:
                result = scan(*asked, *flags(folder))
            except KilledError:
                result = None
        if result is not None:
            assert result.exit_code == 0
            assert written(folder) == whole
            break
        died += 1
        again = scan(*asked, *flags(folder))
        assert again.exit_code == 0, again.output
        assert written(folder) == whole
        assert again.stderr.splitlines()[-10:] == whole_result.stderr.splitlines()[-10:]
    assert died


def test_a_failure_before_the_kill_is_not_forgotten(monkeypatch: pytest.MonkeyPatch, in_process: Path) -> None:
    (in_process / "a.jsonl").write_text("broken\n" + '{"m": "a@b.example"}\n' * 20)
    asked = ["a.jsonl", "--local", "--out", "out.jsonl", "--save-every", "0"]
    with monkeypatch.context() as patch:
        crashes(patch, os, "fsync", 40)
        with pytest.raises(KilledError):
            scan(*asked)
    result = scan(*asked)
    assert "going on behind" in result.stderr
    assert result.exit_code == 3
    assert "1 failures" in result.stderr


@pytest.fixture
def killed(monkeypatch: pytest.MonkeyPatch, in_process: Path) -> Path:
    """A folder in which a scan of `lake` into `out.jsonl` was killed."""
    write_lake(in_process / "lake", repeat=3)
    with monkeypatch.context() as patch:
        crashes(patch, os, "fsync", 20)
        with pytest.raises(KilledError):
            scan("lake", "--local", "--out", "out.jsonl", "--save-every", "0")
    return in_process


CHANGED = [
    (("--show-text",), "options"),
    (("--field", "note"), "options"),
    (("--operating-point", "recall"), "model and options"),
    (("--entity-type", "EMAIL"), "options"),
    (("--sarif", "out.sarif"), "options"),
    (("--exclude", "*.txt"), "inputs"),
]


@pytest.mark.parametrize(("changed", "named"), CHANGED)
def test_another_scan_does_not_go_on_with_what_this_one_found(killed: Path, changed: Sequence[str], named: str) -> None:
    again = ("lake", "--local", "--out", "out.jsonl", *changed)
    refused = scan(*again)
    assert refused.exit_code == 2
    assert f"is of a scan with other {named}" in refused.stderr
    anew = scan(*again, "--restart")
    assert anew.exit_code == 0, anew.output
    assert "going on" not in anew.stderr


def test_files_that_changed_are_not_read_on(killed: Path) -> None:
    with (killed / "lake" / "b.jsonl").open("a") as file:
        file.write("1\n")
    refused = scan("lake", "--local", "--out", "out.jsonl")
    assert refused.exit_code == 2
    assert "other inputs" in refused.stderr


def test_a_model_that_changed_does_not_go_on(killed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeDetector, "digest", "cd" * 32)
    refused = scan("lake", "--local", "--out", "out.jsonl")
    assert refused.exit_code == 2
    assert "other model" in refused.stderr


@pytest.mark.parametrize("damage", ["checkpoint", "findings"])
def test_what_was_damaged_is_not_gone_on_with(killed: Path, damage: str) -> None:
    if damage == "checkpoint":
        (killed / "out.jsonl.checkpoint").write_text("{")
    else:
        (killed / "out.jsonl.partial").write_text("")
    refused = scan("lake", "--local", "--out", "out.jsonl")
    assert refused.exit_code == 2
    assert "--restart" in refused.stderr


def test_what_may_hold_text_is_for_its_owner_alone(killed: Path) -> None:
    for suffix in ("partial", "checkpoint"):
        assert (killed / f"out.jsonl.{suffix}").stat().st_mode & 0o777 == 0o600
    assert "@" not in (killed / "out.jsonl.checkpoint").read_text()


def test_two_scans_do_not_write_one_file(in_process: Path) -> None:
    (in_process / "a.txt").write_text("a@b.example")
    with contextlib.closing(Appended(in_process / "out.jsonl.partial")):
        refused = scan("a.txt", "--local", "--out", "out.jsonl")
    assert refused.exit_code == 2
    assert "out.jsonl.partial is being written by another scan" in refused.stderr
    assert scan("a.txt", "--local", "--out", "out.jsonl").exit_code == 0


async def test_a_server_that_comes_back_with_another_model_ends_the_scan(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = await start()
    path = tmp_path / "a.jsonl"
    path.write_text("".join(f'{{"m": "{number}@b.example"}}\n' for number in range(3_000)))
    out = tmp_path / "out.jsonl"
    asked = (path, "--target", server.target, "--out", out, "--save-every", "0")
    made = iter(range(200))

    def changes(*arguments: Any) -> Any:
        if next(made, None) is None:
            server.detector.digest = "cd" * 32
        return finding_row(*arguments)

    monkeypatch.setattr("service.scan.run.finding_row", changes)
    result = await asyncio.to_thread(scan, *asked)
    assert result.exit_code == 3
    assert "another model" in result.stderr
    assert not out.exists()
    monkeypatch.undo()
    server.detector.digest = FakeDetector.digest
    again = await asyncio.to_thread(scan, *asked)
    assert again.exit_code == 0, again.output
    assert places(rows(out)) == [("a.jsonl", line + 1, "/m", 0, len(f"{line}@b.example")) for line in range(3_000)]
