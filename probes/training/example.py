"""One labelled training or evaluation text."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Label:
    """A labelled stretch `[start, end)` of code points.

    `candidates` are the classes (entity types or `NONE`) that the label allows there: one for a clear label,
    several where a set's label is coarser than ours (an "ID" may be a NATIONAL_ID or a BANK_ACCOUNT).
    """

    start: int
    end: int
    candidates: frozenset[str]


@dataclass(frozen=True, slots=True)
class Example:
    """A text, what is labelled in it, and what its source does not label.

    Outside `labels` every token is `NONE` *or* one of `unlabelled`: a class that a set never marks is unknown there, not absent.
    """

    text: str
    labels: tuple[Label, ...]
    language: str
    source: str
    unlabelled: frozenset[str] = frozenset()


def sample(examples: Sequence[Example], characters: int, seed: int) -> list[Example]:
    """Examples in random order until they have at least `characters`; all of them if they have fewer."""
    shuffled = list(examples)
    random.Random(seed).shuffle(shuffled)
    taken, total = [], 0
    for example in shuffled:
        if total >= characters:
            break
        taken.append(example)
        total += len(example.text)
    return taken
