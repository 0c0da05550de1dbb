"""Where the base model comes from. The slow steps are stand-ins here; `make demo` runs the real ones."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from probes import gguf
from probes.errors import BaseModelError
from probes.prepare import EMBEDDED, prepare

FILES = {"config.json", "model.safetensors", "tokenizer.json"}


class Steps:
    """Stand-ins for the steps of the conversion; `calls` lists them in a file, because two processes write it."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.fail: str | None = None
        self.pause = 0.0

    @property
    def calls(self) -> list[str]:
        return self.log.read_text().split() if self.log.exists() else []

    def _run(self, name: str, target: Path) -> None:
        with self.log.open("a") as log:
            log.write(f"{name}\n")
        target.with_suffix(".writing").write_text("half")
        time.sleep(self.pause)
        if self.fail == name:
            raise KeyboardInterrupt
        target.with_suffix(".writing").replace(target)

    def assemble(self, target: Path, *, progress: bool) -> None:
        self._run("assemble", target)

    def write_weights(self, joined: Path, target: Path, layers: int, *, progress: bool) -> None:
        assert joined.is_file()
        self._run("weights", target)

    def write_tokenizer(self, joined: Path, target: Path, *, progress: bool) -> None:
        assert joined.is_file()
        self._run("tokenizer", target)

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("assemble", "write_weights", "write_tokenizer"):
            monkeypatch.setattr(gguf, name, getattr(self, name))


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    return tmp_path / "cache"


@pytest.fixture
def steps(cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Steps:
    made = Steps(tmp_path / "calls")
    made.install(monkeypatch)
    return made


def embedded(layers: int = 6) -> Path:
    return prepare(EMBEDDED, layers, progress=False)


def test_the_embedded_model_is_converted_once(steps: Steps, cache: Path) -> None:
    folder = embedded()
    assert folder.is_relative_to(cache)
    assert {path.name for path in folder.iterdir()} == FILES
    assert json.loads((folder / "config.json").read_text())["num_hidden_layers"] == 6
    assert embedded() == folder
    assert steps.calls == ["assemble", "weights", "tokenizer"]


def test_each_number_of_layers_has_its_folder(steps: Steps) -> None:
    assert embedded(6) != embedded(7)
    assert len(steps.calls) == 6


@pytest.mark.parametrize(
    ("step", "after"),
    [
        ("assemble", ["assemble", "weights", "tokenizer"]),
        ("weights", ["weights", "tokenizer"]),
        ("tokenizer", ["tokenizer"]),
    ],
)
def test_a_killed_step_leaves_no_folder_and_the_next_call_goes_on(step: str, after: list[str], steps: Steps, cache: Path) -> None:
    steps.fail = step
    with pytest.raises(KeyboardInterrupt):
        embedded()
    assert not [path for path in (cache / "piiprobe" / "models").iterdir() if path.suffix not in (".partial", ".lock")]
    done = len(steps.calls)
    steps.fail = None
    folder = embedded()
    assert steps.calls[done:] == after
    assert {path.name for path in folder.iterdir()} == FILES
    assert not list(folder.parent.glob("*.partial"))


def test_killed_before_the_last_rename(steps: Steps, monkeypatch: pytest.MonkeyPatch) -> None:
    replace = Path.replace

    def kill(path: Path, target: Path) -> Path:
        if path.suffix == ".partial":
            raise KeyboardInterrupt
        return replace(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", kill)
        with pytest.raises(KeyboardInterrupt):
            embedded()
    assert {path.name for path in embedded().iterdir()} == FILES


def test_two_threads_do_the_work_once(steps: Steps) -> None:
    steps.pause = 0.05
    with ThreadPoolExecutor(4) as pool:
        folders = set(pool.map(lambda _: embedded(), range(4)))
    assert len(folders) == 1
    assert steps.calls == ["assemble", "weights", "tokenizer"]


def _in_a_process(steps: Steps) -> None:
    assert {path.name for path in embedded().iterdir()} == FILES


def test_two_processes_do_the_work_once(steps: Steps) -> None:
    steps.pause = 0.1
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=_in_a_process, args=(steps,)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(30)
    assert [process.exitcode for process in processes] == [0, 0]
    assert steps.calls == ["assemble", "weights", "tokenizer"]


@pytest.mark.parametrize("layers", [0, -1, gguf.LAYERS + 1])
def test_layers_that_the_embedded_model_does_not_have(layers: int, steps: Steps) -> None:
    with pytest.raises(BaseModelError, match=r"18 layers"):
        embedded(layers)
    assert steps.calls == []


def test_a_local_folder_is_taken_as_it_is(
    steps: Steps, tmp_path: Path, tiny_model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert prepare(str(tiny_model_folder), 2, progress=False) == tiny_model_folder
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "gemma").mkdir()
    assert prepare("~/gemma", 2, progress=False) == tmp_path / "gemma"
    assert steps.calls == []


@pytest.mark.parametrize("name", ["nobody/no-such-model", "./no/such/folder", "/no/such/folder", "", "a b", "nothing"])
def test_what_cannot_be_had_is_an_error_that_says_so(name: str, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The library reads the variable when it is imported, which may have been before this test.
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(BaseModelError, match="neither"):
        prepare(name, 2, progress=False)


PARTS = [b"one" * 100, b"two", b"", b"three" * 1000]


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Four packages with the parts of a file, whose hash is the pinned one."""
    chunks, paths = [], []
    for i, content in enumerate(PARTS):
        name = f"piiprobe_test_chunk_{tmp_path.name.replace('-', '_')}_{i}"
        data = tmp_path / "packages" / name / "data"
        data.mkdir(parents=True)
        (data.parent / "__init__.py").touch()
        (data / f"part{i}").write_bytes(content)
        chunks.append((name, f"part{i}"))
        paths.append(data / f"part{i}")
    monkeypatch.syspath_prepend(tmp_path / "packages")
    monkeypatch.setattr(gguf, "_CHUNKS", tuple(chunks))
    monkeypatch.setattr(gguf, "SHA256", hashlib.sha256(b"".join(PARTS)).hexdigest())
    return paths


def assemble(folder: Path) -> Path:
    folder.mkdir()
    gguf.assemble(folder / "model.gguf", progress=False)
    return folder / "model.gguf"


def test_chunks_are_joined_in_order(packages: list[Path], tmp_path: Path) -> None:
    joined = assemble(tmp_path / "out")
    assert joined.read_bytes() == b"".join(PARTS)
    assert list(joined.parent.iterdir()) == [joined]


def _swap(packages: list[Path]) -> None:
    first, second = packages[0].read_bytes(), packages[1].read_bytes()
    packages[0].write_bytes(second)
    packages[1].write_bytes(first)


@pytest.mark.parametrize(
    "damage", [lambda parts: parts[1].write_bytes(b"twp"), lambda parts: parts[3].write_bytes(PARTS[3][:-1]), _swap]
)
def test_another_file_than_the_pinned_one_is_refused(
    damage: Callable[[list[Path]], object], packages: list[Path], tmp_path: Path
) -> None:
    damage(packages)
    with pytest.raises(BaseModelError, match="SHA-256"):
        assemble(tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_missing_chunk_file_is_named(packages: list[Path], tmp_path: Path) -> None:
    packages[2].unlink()
    with pytest.raises(BaseModelError, match="part2 is missing"):
        assemble(tmp_path / "out")


def test_a_package_that_is_not_installed_is_named(packages: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gguf, "_CHUNKS", (*gguf._CHUNKS, ("piiprobe_no_such_package", "part4")))
    with pytest.raises(BaseModelError, match="piiprobe_no_such_package is not installed: pip install"):
        assemble(tmp_path / "out")
    assert "piiprobe_no_such_package" not in sys.modules
