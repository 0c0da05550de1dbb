"""The labelled text that probes are fitted on, and which classes each token may have."""

from __future__ import annotations

import random
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from probes.entity import ENTITY_TYPES, NONE
from probes.tokens import Tokens
from probes.training.example import Example
from probes.training.generate import generate
from probes.training.labelled import read_folder, without

CLASSES: tuple[str, ...] = (NONE, *ENTITY_TYPES)
"""Order of the probe's outputs."""

_BIT = {name: 1 << i for i, name in enumerate(CLASSES)}

LEFT_OUT = frozenset({"stackoverflow_ner.train"})
"""974 of its 1,638 posts stand word for word in eval/hardneg.en, and others share lines with it."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Examples by source. `generated` is ours; the others are sets of `labelled/train`."""

    examples: dict[str, list[Example]]

    def flat(self) -> list[Example]:
        """All examples, source after source: the order of the harvest."""
        return [example for examples in self.examples.values() for example in examples]

    def names(self) -> list[str]:
        """Source of each example in `flat`."""
        return [name for name, examples in self.examples.items() for _ in examples]


def probe_sources(data: Path, *, generated: int, characters: int, seed: int, labelled: bool = True) -> Sources:
    """Generated text and, with `labelled`, every set of `data/labelled/train`.

    Args:
        data: folder with `labelled/train`, and `labelled/eval` if there is one: texts that stand in both are left out.
        generated: number of generated texts.
        characters: most characters taken from one set, so that long ones do not drown the others.
        seed: of the generator and of the choice of texts.
    """
    sources = {"generated": list(generate(generated, seed))}
    if labelled:
        folder = data / "labelled" / "eval"
        held_out = [example for examples in read_folder(folder).values() for example in examples] if folder.is_dir() else []
        for name, examples in read_folder(data / "labelled" / "train").items():
            if name not in LEFT_OUT:
                sources[name] = _sample(without(examples, held_out), characters, seed)
    return Sources(sources)


def _sample(examples: Sequence[Example], characters: int, seed: int) -> list[Example]:
    shuffled = list(examples)
    random.Random(seed).shuffle(shuffled)
    taken, total = [], 0
    for example in shuffled:
        if total >= characters:
            break
        taken.append(example)
        total += len(example.text)
    return taken


def is_held_out(example: Example) -> bool:
    """Whether a text belongs to the tenth that calibration and thresholds are chosen on; decided by the text alone."""
    return zlib.crc32(example.text.encode()) % 10 == 0


def allowed_classes(example: Example, tokens: Tokens) -> np.ndarray:
    """int16 `[n_tokens]`: bit i says that the token may be of class `CLASSES[i]`."""
    outside = _BIT[NONE] | sum(_BIT[name] for name in example.unlabelled)
    allowed = np.full(len(tokens), outside, dtype=np.int16)
    for label in example.labels:
        # A token of blanks only (start == end) belongs to the label that it stands inside, not to one that begins right after it.
        inside = (tokens.starts < label.end) & (tokens.ends > label.start)
        allowed[inside] = sum(_BIT[name] for name in label.candidates)
    return allowed
