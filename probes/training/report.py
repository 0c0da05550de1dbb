"""Runs a detector over a folder of labelled sets and reports its accuracy for each set and class."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from probes.training.labelled import LabelledSet, load_set, set_name, set_paths
from probes.training.metrics import Estimate, Scored, Scores, SpanLike, score, words

Detect = Callable[[Sequence[str]], Sequence[Sequence[SpanLike]]]
"""Texts to the findings of each: a detector in process, or a client's call."""

LEAST_GOLD = 5


@dataclass(frozen=True, slots=True)
class SetReport:
    name: str
    languages: tuple[str, ...]
    scores: Scores


@dataclass(frozen=True, slots=True)
class Report:
    """One line a set and class; a mean over sets would hide what matters."""

    sets: tuple[SetReport, ...]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def as_json(self) -> str:
        return json.dumps(self.as_dict(), indent=2)

    def as_markdown(self) -> str:
        return "\n\n".join(table for table in (self._classes(), self._documents()) if table) + "\n"

    def _classes(self) -> str:
        rows = [
            [
                report.name,
                c.entity_type,
                str(c.gold),
                interval(c.exact.f1),
                interval(c.iou.f1),
                figure(c.exact.precision),
                figure(c.exact.recall),
                figure(c.iou.precision),
                figure(c.iou.recall),
            ]
            for report in self.sets
            for c in report.scores.classes
            if c.gold >= LEAST_GOLD
        ]
        heads = ["set", "class", "n", "exact F1", "IoU ≥ 0.5 F1", "exact P", "exact R", "IoU P", "IoU R"]
        return table(heads, rows)

    def _documents(self) -> str:
        rows = [
            [
                report.name,
                " ".join(report.languages),
                str(report.scores.documents),
                str(report.scores.gold),
                interval(report.scores.any_class_recall),
                interval(report.scores.leak_rate),
                interval(report.scores.false_positives, 2),
            ]
            for report in self.sets
        ]
        heads = ["set", "language", "documents", "PII spans", "recall, any class", "characters leaked", "findings / 1,000 words"]
        return table(heads, rows)


def evaluate(
    detect: Detect,
    folder: Path,
    *,
    sets: Collection[str] | None = None,
    batch: int = 64,
    progress: bool = False,
    resamples: int = 1000,
    seed: int = 0,
) -> Report:
    """`sets`: names (without suffix) of the sets to read; all of the folder if not given."""
    if batch < 1:
        raise ValueError(f"batch must be at least 1, not {batch}")
    reports = []
    for path in set_paths(folder, sets):
        name, data = set_name(path), load_set(path)
        texts = [example.text for example in data.examples]
        findings = [found for part in batches(texts, batch, name if progress else None) for found in checked(detect, part)]
        languages = tuple(sorted({example.language for example in data.examples}))
        reports.append(SetReport(name, languages, score_set(data, findings, resamples=resamples, seed=seed)))
    return Report(tuple(reports))


def score_set(data: LabelledSet, findings: Sequence[Sequence[SpanLike]], *, resamples: int = 1000, seed: int = 0) -> Scores:
    documents = [Scored(e.labels, f, words(e.text)) for e, f in zip(data.examples, findings, strict=True)]
    return score(documents, data.complete, resamples=resamples, seed=seed)


def checked(detect: Detect, texts: Sequence[str]) -> Sequence[Sequence[SpanLike]]:
    findings = detect(texts)
    if len(findings) != len(texts):
        raise ValueError(f"the detector answered {len(findings)} texts of {len(texts)}")
    return findings


def batches(texts: Sequence[str], size: int, title: str | None) -> Iterator[list[str]]:
    if title is None:
        rest = iter(texts)
        while part := list(islice(rest, size)):
            yield part
        return
    # Only those who ask for a bar need tqdm.
    from tqdm import tqdm

    with tqdm(total=len(texts), desc=title, unit="text") as bar:
        for part in batches(texts, size, None):
            yield part
            bar.update(len(part))


def table(heads: list[str], rows: list[list[str]]) -> str:
    if not rows:
        return ""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def figure(estimate: Estimate | None, digits: int = 3) -> str:
    return "–" if estimate is None else f"{estimate.value:.{digits}f}"


def interval(estimate: Estimate | None, digits: int = 3) -> str:
    if estimate is None:
        return "–"
    return f"{estimate.value:.{digits}f} [{estimate.low:.{digits}f}, {estimate.high:.{digits}f}]"
