"""How much accuracy each kind of noise and evasion costs, on the same generated documents with held-out templates."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from probes.entity import ENTITY_TYPES, Span
from probes.training.example import Example, Label
from probes.training.generate import generate
from probes.training.generate.evasion import KINDS, evade
from probes.training.generate.noise import NOISES
from probes.training.generate.segments import Piece, Segment, assemble
from probes.training.metrics import ClassScore, Estimate, Scored, Scores, SpanLike, score, words
from probes.training.report import Detect, batches, checked, interval, table

Change = Callable[[Piece, random.Random, str], Piece]


@dataclass(frozen=True, slots=True)
class KindReport:
    """The figures of one kind over all documents; None where there is nothing to divide by."""

    group: str
    """`clean`, `noise` or `evasion`."""
    kind: str
    changed: int
    """Documents that this kind makes another text of: it finds nothing to change in the others."""
    iou_f1: Estimate | None
    """IoU ≥ 0.5 F1 over the findings of all classes together; the class must be right, too."""
    person_f1: Estimate | None
    any_class_recall: Estimate | None
    leak_rate: Estimate | None


@dataclass(frozen=True, slots=True)
class NoiseReport:
    documents: int
    kinds: tuple[KindReport, ...]
    """The unchanged documents first."""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def as_json(self) -> str:
        return json.dumps(self.as_dict(), indent=2)

    def as_markdown(self) -> str:
        rows = [
            [
                k.group,
                k.kind.replace("_", " "),
                f"{k.changed} of {self.documents}",
                interval(k.iou_f1),
                interval(k.person_f1),
                interval(k.any_class_recall),
                interval(k.leak_rate),
            ]
            for k in self.kinds
        ]
        heads = ["", "kind", "documents changed", "IoU ≥ 0.5 F1", "PERSON F1", "recall, any class", "characters leaked"]
        return table(heads, rows) + "\n"


def noise_report(
    detect: Detect, count: int, seed: int, languages: Sequence[str], *, batch: int = 64, resamples: int = 1000
) -> NoiseReport:
    """Every kind alone over the same `count` documents, which were generated with `held_out`.

    Raises:
        ValueError: `count` or `batch` is below 1, or the detector did not answer every text.
    """
    if count < 1 or batch < 1:
        raise ValueError(f"count and batch must be at least 1, not {count} and {batch}")
    documents = list(generate(count, seed, languages, held_out=True, noise=False))
    reports = []
    for group, kind, change in _kinds():
        # Each document has a source of its own, so that a change in one kind moves no other figure.
        noisy = [_applied(change, document, f"{seed} {kind} {i}") for i, document in enumerate(documents)]
        changed = sum(new.text != old.text for new, old in zip(noisy, documents, strict=True))
        found = [f for part in batches([e.text for e in noisy], batch, None) for f in checked(detect, part)]
        reports.append(_report(group, kind, changed, noisy, found, resamples))
    return NoiseReport(count, tuple(reports))


def piece_of(example: Example) -> Piece:
    """The segments of an example whose labels are clear, the inverse of `assemble`."""
    piece: Piece = []
    at = 0
    for label in sorted(example.labels, key=lambda label: label.start):
        (entity,) = label.candidates
        piece += [Segment(example.text[at : label.start]), Segment(example.text[label.start : label.end], entity)]
        at = label.end
    piece.append(Segment(example.text[at:]))
    return [segment for segment in piece if segment.text]


def _kinds() -> Iterator[tuple[str, str, Change]]:
    yield "clean", "none", lambda piece, rng, language: piece
    for kind, noise in NOISES.items():
        yield "noise", kind, noise
    for kind in KINDS:
        yield "evasion", kind, partial(_evaded, kind)


def _evaded(kind: str, piece: Piece, rng: random.Random, language: str) -> Piece:
    return evade(piece, rng, kind)


def _applied(change: Change, example: Example, seed: str) -> Example:
    return assemble(change(piece_of(example), random.Random(seed), example.language), example.language)


def _report(
    group: str, kind: str, changed: int, examples: Sequence[Example], findings: Sequence[Sequence[SpanLike]], resamples: int
) -> KindReport:
    scored = [Scored(e.labels, f, words(e.text)) for e, f in zip(examples, findings, strict=True)]
    scores = score(scored, ENTITY_TYPES, resamples=resamples)
    together = score([_as_one_class(e, f) for e, f in zip(examples, findings, strict=True)], ENTITY_TYPES, resamples=resamples)
    return KindReport(group, kind, changed, _iou_f1(together), _iou_f1(scores), scores.any_class_recall, scores.leak_rate)


def _as_one_class(example: Example, findings: Sequence[SpanLike]) -> Scored:
    """Every class on a line of its own, as PERSON: then PERSON is scored as all classes together are, and no two classes meet."""
    longest = max([len(example.text), *(f.end for f in findings)]) + 1
    line = {entity_type: i * longest for i, entity_type in enumerate(ENTITY_TYPES)}
    labels = []
    for label in example.labels:
        (entity,) = label.candidates
        labels.append(Label(line[entity] + label.start, line[entity] + label.end, frozenset({"PERSON"})))
    spans = [Span(line[f.entity_type] + f.start, line[f.entity_type] + f.end, "PERSON") for f in findings]
    return Scored(labels, spans)


def _iou_f1(scores: Scores) -> Estimate | None:
    persons: list[ClassScore] = [c for c in scores.classes if c.entity_type == "PERSON"]
    return persons[0].iou.f1 if persons else None
