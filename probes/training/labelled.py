"""Reads labelled files into examples: how each set's labels map to our classes, and what each set leaves unlabelled.

A file is `NAME.jsonl.gz`, one object a line: `{"text", "spans": [{"start", "end", "label", "pii"}], "lang", "source", ...}`,
offsets in code points. The sets known by name are in `label_rules.SETS`; any other file is read by the common class `pii`.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from probes.entity import NONE
from probes.errors import ProbesError
from probes.training.example import Example, Label
from probes.training.label_rules import ALL, SetRules, rules_by_common_class, rules_for

SUFFIX = ".jsonl.gz"


class LabelledDataError(ProbesError):
    """A folder or a set is missing, or a line of it is not in the format."""


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """The examples of one file."""

    examples: list[Example]
    complete: frozenset[str]
    """Classes of which every one in the texts is labelled, or that do not occur: a finding of them elsewhere is wrong."""


def read_set(path: Path) -> list[Example]:
    return load_set(path).examples


def read_folder(folder: Path, names: Collection[str] | None = None) -> dict[str, list[Example]]:
    """Every set of a folder (or those named) by its name, sorted."""
    return {set_name(path): read_set(path) for path in set_paths(folder, names)}


def without(examples: Iterable[Example], held_out: Iterable[Example]) -> list[Example]:
    """The examples whose text is not among `held_out`: some published sets share texts."""
    texts = {e.text.strip() for e in held_out}
    return [e for e in examples if e.text.strip() not in texts]


def set_name(path: Path) -> str:
    return path.name.removesuffix(SUFFIX)


def set_paths(folder: Path, names: Collection[str] | None = None) -> list[Path]:
    if not folder.is_dir():
        raise LabelledDataError(f"no folder of labelled sets at {folder}")
    paths = sorted(folder.glob(f"*{SUFFIX}"))
    if not paths:
        raise LabelledDataError(f"no labelled set (NAME{SUFFIX}) in {folder}")
    if names is None:
        return paths
    missing = sorted(set(names) - {set_name(p) for p in paths})
    if missing:
        raise LabelledDataError(f"missing in {folder}: {', '.join(n + SUFFIX for n in missing)}")
    return [p for p in paths if set_name(p) in names]


def load_set(path: Path) -> LabelledSet:
    records = list(_records(path))
    rules = rules_for(set_name(path)) or rules_by_common_class(records)
    examples = [_example(record, rules) for record in records]
    return LabelledSet(examples, ALL - rules.unlabelled)


def _records(path: Path) -> Iterable[dict[str, Any]]:
    if not path.is_file():
        raise LabelledDataError(f"no labelled set at {path}")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                record = json.loads(line)
                size = len(record["text"])
                for span in record["spans"]:
                    if not 0 <= span["start"] <= span["end"] <= size or "label" not in span:
                        raise ValueError(f"span {span['start']}:{span['end']} in a text of {size} code points")
            except (ValueError, KeyError, TypeError) as error:
                raise LabelledDataError(f"{path}, line {number}: {error}") from error
            yield record


def _example(record: Mapping[str, Any], rules: SetRules) -> Example:
    text = record["text"]
    labels = []
    for span in record["spans"]:
        candidates = rules.candidates(record, span)
        label = None if candidates is None else _trimmed(text, Label(span["start"], span["end"], candidates))
        if label is not None:
            labels.append(_refined(text, label, rules))
    labels = _outermost(labels)
    if rules.name_gap:
        labels = _joined(text, labels, re.compile(rules.name_gap), "PERSON")
    if rules.address_gap:
        labels = _joined(text, labels, re.compile(rules.address_gap), "ADDRESS")
    return Example(text, tuple(labels), record.get("lang", ""), record.get("source", ""), rules.unlabelled)


def _trimmed(text: str, label: Label) -> Label | None:
    inside = text[label.start : label.end]
    start = label.start + len(inside) - len(inside.lstrip())
    end = label.end - (len(inside) - len(inside.rstrip()))
    return Label(start, end, label.candidates) if start < end else None


def _refined(text: str, label: Label, rules: SetRules) -> Label:
    start = label.start - 1 if label.start and text[label.start - 1] == "@" else label.start
    if text[start] == "@":
        for labelled, meant in rules.handles:
            if label.candidates == labelled:
                return Label(start, label.end, meant)
    inside = text[label.start : label.end]
    unsure, pattern = rules.unsure
    if unsure in label.candidates and re.fullmatch(pattern, inside):
        return replace(label, candidates=label.candidates | {NONE})
    sure, pattern = rules.sure
    if sure in label.candidates and re.fullmatch(pattern, inside):
        return replace(label, candidates=frozenset({sure}))
    return label


def _outermost(labels: list[Label]) -> list[Label]:
    """Without overlaps: of two labels that overlap the longer stays, of two equally long ones the one with fewer candidates."""
    kept: list[Label] = []
    for label in sorted(labels, key=lambda x: (x.start - x.end, len(x.candidates), x.start)):
        if all(label.end <= other.start or other.end <= label.start for other in kept):
            kept.append(label)
    return sorted(kept, key=lambda x: x.start)


def _joined(text: str, labels: list[Label], gap: re.Pattern[str], entity_type: str) -> list[Label]:
    """Neighbours that may be `entity_type` become one, if one of them is it for sure."""
    runs: list[list[Label]] = []
    for label in labels:
        before = runs[-1][-1] if runs else None
        if (
            before is not None
            and entity_type in before.candidates & label.candidates
            and gap.fullmatch(text[before.end : label.start])
        ):
            runs[-1].append(label)
        else:
            runs.append([label])
    joined: list[Label] = []
    for run in runs:
        if any(label.candidates == {entity_type} for label in run):
            joined.append(Label(run[0].start, run[-1].end, frozenset({entity_type})))
        else:
            joined.extend(run)
    return joined
