"""The labelled text that probes are fitted on, and which tags each token may have."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np

from probes.entity import ENTITY_TYPES, NONE
from probes.tags import class_tags, count, span_tags
from probes.tokens import Tokens
from probes.training.example import Example, sample
from probes.training.generate import generate
from probes.training.labelled import read_folder, without

LEFT_OUT = frozenset({"stackoverflow_ner.train"})
"""974 of its 1,638 posts stand word for word in eval/hardneg.en, and others share lines with it."""


MOST_CHARACTERS = {
    "multidogo_conv.train": 1_200_000,
    "lifebench.all": 800_000,
    "meddocan_es.train": 800_000,
    "wac_ja.train": 600_000,
    "german_ler.dev": 200_000,
    "evi_spoken.all_en": 200_000,
}
"""Most characters taken from a set, by what its labels are worth."""

_MOST_CHARACTERS = 450_000

GENERATED = "generated"


def probe_sources(data: Path, *, generated: int, seed: int, labelled: bool = True) -> dict[str, list[Example]]:
    """Examples by source: `GENERATED` and, with `labelled`, every set of `data/labelled/train`.

    Args:
        data: folder with `labelled/train`, and `labelled/eval` if there is one: texts that stand in both are left out.
        generated: number of generated texts.
        seed: of the generator and of the choice of texts.
        labelled: whether to take the labelled sets.
    """
    sources = {GENERATED: list(generate(generated, seed))}
    if labelled:
        folder = data / "labelled" / "eval"
        held_out = [example for examples in read_folder(folder).values() for example in examples] if folder.is_dir() else []
        for name, examples in read_folder(data / "labelled" / "train").items():
            if name not in LEFT_OUT:
                sources[name] = sample(without(examples, held_out), MOST_CHARACTERS.get(name, _MOST_CHARACTERS), seed)
    return sources


def is_held_out(example: Example) -> bool:
    """Whether a text belongs to the tenth that calibration and thresholds are chosen on; decided by the text alone."""
    return zlib.crc32(example.text.encode(errors="surrogatepass")) % 10 == 0


def allowed_tags(example: Example, tokens: Tokens) -> np.ndarray:
    """bool `[n_tokens, n_tags]`: the tags that each token may have.

    Outside labels that is `NONE` and any tag of the classes that the source does not label; a label of one class gives its
    tokens one tag each; where a label is coarser than our classes, or may be none, its tokens may have any tag of those.
    """
    allowed = np.zeros((len(tokens), count(len(ENTITY_TYPES))), dtype=bool)
    allowed[:] = _any_tag({NONE, *example.unlabelled})
    taken = np.zeros(len(tokens), dtype=bool)
    for label in example.labels:
        # A token of blanks only (start == end) belongs to the label that it stands inside, not to one that begins right after it.
        inside = np.flatnonzero((tokens.starts < label.end) & (tokens.ends > label.start))
        if not len(inside):
            continue
        # Several tokens of one character may stand in two labels, and no path of tags says so.
        shared = bool(taken[inside].any())
        taken[inside] = True
        if shared:
            allowed[inside] |= _any_tag({NONE, *label.candidates})
        elif len(label.candidates) == 1 and NONE not in label.candidates:
            (name,) = label.candidates
            allowed[inside] = False
            allowed[inside, span_tags(1 + ENTITY_TYPES.index(name), len(inside))] = True
        else:
            allowed[inside] = _any_tag(label.candidates)
    return allowed


def _any_tag(classes: Collection[str]) -> np.ndarray:
    allowed = np.zeros(count(len(ENTITY_TYPES)), dtype=bool)
    for name in classes:
        if name == NONE:
            allowed[0] = True
        else:
            allowed[class_tags(1 + ENTITY_TYPES.index(name))] = True
    return allowed


def source_weights(names: Sequence[str], lengths: Sequence[int] | np.ndarray, balance: float) -> np.ndarray:
    """fp32 `[n_texts]`, weight of a text's tokens: a source of n tokens counts as n ** (1 - balance), so that no large one
    decides alone. `names` and `lengths`: source and tokens of each text.
    """
    totals: dict[str, int] = {}
    for name, length in zip(names, lengths, strict=True):
        totals[name] = totals.get(name, 0) + int(length)
    mean = float(np.mean(list(totals.values())))
    return np.array([(mean / max(1, totals[name])) ** balance for name in names], dtype=np.float32)
