"""The texts of a comparison: a balanced draw to fit on, and one of the eval sets to measure on, both from a seed."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from probes.entity import ENTITY_TYPES
from probes.errors import ProbesError
from probes.tags import BEGIN, tag
from probes.tokens import TextTokenizer, Tokens
from probes.training.example import Example
from probes.training.labelled import LabelledSet, load_set, set_name, set_paths
from probes.training.pieces import FitText
from probes.training.probe_data import GENERATED, allowed_tags, is_held_out, probe_sources, source_weights

ENTITY_TYPE = "PERSON"
"""The class compared: the one that every set labels, and where context decides."""

SHARES = {
    GENERATED: 0.33,
    "wikigold.all": 0.11,
    "stockmark_ja.dev": 0.10,
    "btc.train": 0.08,
    "wnut17.train": 0.08,
    "presidio.generated_large": 0.08,
    "lifebench.all": 0.08,
    "multidogo_conv.train": 0.08,
    "restaurant8k.train": 0.05,
    "meddocan_es.train": 0.05,
    "wac_ja.train": 0.05,
}
"""Of the training tokens, by source: those that label names wherever they stand. A source that runs out leaves its rest to the
others.
"""

EVAL_SETS = (
    "uner_ewt.dev",
    "btc.dev",
    "wnut17.dev",
    "stockmark_ja.dev",
    "ja_gsd_ne.dev",
    "germeval14.dev",
    "slurp.dev",
)

# They have about 40, and a third of the tokens is theirs, so a few texts are generated in vain.
_TOKENS_A_GENERATED_TEXT = 40


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts of several sources or sets: name, example and tokens of each, in one order.

    `complete`: the classes that a set labels wherever they occur, for the sets that are measured on.
    """

    names: list[str]
    examples: list[Example]
    tokens: list[Tokens]
    complete: Mapping[str, frozenset[str]]

    @property
    def texts(self) -> list[str]:
        return [example.text for example in self.examples]

    @property
    def lengths(self) -> np.ndarray:
        """int64 `[n_texts]`, tokens of each."""
        return np.array([len(tokens) for tokens in self.tokens], dtype=np.int64)

    @property
    def key(self) -> str:
        """A key for exactly these texts, their labels and where they come from."""
        digest = hashlib.sha256()
        for name, example in zip(self.names, self.examples, strict=True):
            labels = [(label.start, label.end, sorted(label.candidates)) for label in example.labels]
            digest.update(repr((name, example.text, labels, sorted(example.unlabelled))).encode())
        digest.update(repr(sorted((name, sorted(classes)) for name, classes in self.complete.items())).encode())
        return digest.hexdigest()

    def tokens_by_name(self) -> dict[str, int]:
        totals = dict.fromkeys(self.names, 0)
        for name, length in zip(self.names, self.lengths, strict=True):
            totals[name] += int(length)
        return totals

    def data(self, which: Sequence[int], complete: frozenset[str]) -> LabelledSet:
        """Some of the texts as a set to score."""
        return LabelledSet([self.examples[i] for i in which], complete)


def training_texts(data: Path, tokenizer: TextTokenizer, tokens: int, seed: int) -> Texts:
    """About `tokens` tokens of generated and labelled text, divided as `SHARES` says.

    Raises:
        ProbesError: `data` has none of the labelled sets.
    """
    sources = probe_sources(data, generated=max(100, tokens // _TOKENS_A_GENERATED_TEXT), seed=seed)
    shares = {name: share for name, share in SHARES.items() if name in sources}
    if len(shares) < 2:
        raise ProbesError(f"{data / 'labelled' / 'train'} has none of {', '.join(name for name in SHARES if name != GENERATED)}")
    return _draw({name: sources[name] for name in shares}, shares, {}, tokenizer, tokens, seed)


def eval_texts(folder: Path, names: Sequence[str], tokenizer: TextTokenizer, tokens: int, seed: int) -> Texts:
    """About `tokens` tokens of these sets of `labelled/eval`, as many of each as there are; a small set is read whole.

    Raises:
        LabelledDataError: a set is missing.
    """
    sets = {set_name(path): load_set(path) for path in set_paths(folder, names)}
    examples = {name: sets[name].examples for name in names}
    return _draw(examples, dict.fromkeys(names, 1.0), {n: sets[n].complete for n in names}, tokenizer, tokens, seed)


def _draw(
    sources: Mapping[str, Sequence[Example]],
    shares: Mapping[str, float],
    complete: Mapping[str, frozenset[str]],
    tokenizer: TextTokenizer,
    tokens: int,
    seed: int,
) -> Texts:
    """Texts in random order, always of the source that is furthest behind its share; empty ones are left out."""
    left = {name: random.Random(f"{seed} {name}").sample(list(examples), len(examples)) for name, examples in sources.items()}
    given = dict.fromkeys(sources, 0)
    drawn: list[tuple[str, Example, Tokens]] = []
    while left and sum(given.values()) < tokens:
        name = min(left, key=lambda each: given[each] / shares[each])
        if not left[name]:
            del left[name]
            continue
        example = left[name].pop()
        (encoded,) = tokenizer.encode([example.text])
        if len(encoded):
            drawn.append((name, example, encoded))
            given[name] += len(encoded)
    drawn.sort(key=lambda each: list(sources).index(each[0]))
    return Texts([n for n, _, _ in drawn], [e for _, e, _ in drawn], [t for _, _, t in drawn], complete)


def fit_text(texts: Texts, balance: float) -> FitText:
    """What a probe for `ENTITY_TYPE` alone is fitted on: nine tenths of the texts, five tags."""
    allowed = np.concatenate([allowed_tags(example, each) for example, each in zip(texts.examples, texts.tokens, strict=True)])
    own = only(ENTITY_TYPE, allowed)
    held = np.array([is_held_out(example) for example in texts.examples])
    return FitText(own, source_weights(texts.names, texts.lengths, balance), np.flatnonzero(~held))


def held_out(texts: Texts) -> list[int]:
    """Ids of the texts that `fit_text` leaves out and that label every `ENTITY_TYPE`: settings are chosen on them."""
    return [i for i, e in enumerate(texts.examples) if is_held_out(e) and ENTITY_TYPE not in e.unlabelled]


def only(entity_type: str, allowed: np.ndarray) -> np.ndarray:
    """The tags `[n_tokens, 5]` of one class out of those of all `[n_tokens, n_tags]`: every other class becomes `NONE`."""
    first = tag(1 + ENTITY_TYPES.index(entity_type), BEGIN)
    own = np.arange(first, first + 4)
    others = np.delete(allowed, own, axis=1)
    return np.column_stack([others.any(axis=1), allowed[:, own]])
