"""What a control found in the sample, kept in the work folder, so that an interrupted run goes on from there."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from probes.entity import Span
from probes.training.controls.sample import EvalSet, digest
from probes.training.metrics import SpanLike

Findings = list[list[Span]]


@dataclass(frozen=True, slots=True)
class Fitted:
    name: str
    seconds: float
    find: Callable[[EvalSet], Sequence[Sequence[SpanLike]]]
    note: Callable[[], str] = str


@dataclass(frozen=True, slots=True)
class Job:
    """Detectors that are fitted together. `key` names everything that their answers depend on but the texts."""

    names: tuple[str, ...]
    regime: str
    key: str
    fit: Callable[[], Iterator[Fitted]]
    languages: Collection[str] | None = None
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Answers:
    fit_seconds: float
    find_seconds: float
    note: str
    findings: dict[str, Findings] = field(default_factory=dict)


def answers(job: Job, sets: Sequence[EvalSet], folder: Path) -> list[Answers]:
    """What the job's detectors found, from the work folder or by fitting and asking them."""
    paths = [folder / f"{_file_name(name, job, sets)}.json.gz" for name in job.names]
    if not all(path.is_file() for path in paths):
        for path, fitted in zip(paths, job.fit(), strict=True):
            _write(path, _ask(fitted, sets))
    return [_read(path) for path in paths]


def _ask(fitted: Fitted, sets: Sequence[EvalSet]) -> Answers:
    started = time.perf_counter()
    findings = {}
    for each in sets:
        found = fitted.find(each)
        if len(found) != len(each.texts):
            raise ValueError(f"{fitted.name} answered {len(found)} texts of {len(each.texts)} in {each.name}")
        findings[each.name] = [[Span(f.start, f.end, f.entity_type) for f in document] for document in found]
    return Answers(fitted.seconds, time.perf_counter() - started, fitted.note(), findings)


def _file_name(name: str, job: Job, sets: Sequence[EvalSet]) -> str:
    key = "\0".join((name, job.regime, job.key, digest(sets)))
    return (
        f"{re.sub('[^a-z0-9]+', '-', f'{name} {job.regime}'.lower()).strip('-')}.{hashlib.sha256(key.encode()).hexdigest()[:16]}"
    )


def _write(path: Path, answers: Answers) -> None:
    """Offsets and classes only: no text is stored."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial")
    with gzip.open(partial, "wt", encoding="utf-8") as out:
        json.dump(asdict(answers), out)
    partial.replace(path)


def _read(path: Path) -> Answers:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        stored = json.load(lines)
    findings = {name: [[Span(**found) for found in document] for document in each] for name, each in stored["findings"].items()}
    return Answers(stored["fit_seconds"], stored["find_seconds"], stored["note"], findings)
