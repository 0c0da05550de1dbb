"""What the controls are measured on and fitted on: drawn once, from a seed, and the same for all of them."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from probes.entity import ENTITY_TYPES, NONE
from probes.errors import ProbesError
from probes.tokens import Tokens
from probes.training.example import Example
from probes.training.harvest import Harvest
from probes.training.labelled import LabelledSet, load_set, set_name, set_paths
from probes.training.probe_data import GENERATED, allowed_tags, is_held_out, source_weights

CLASSES: tuple[str, ...] = (NONE, *ENTITY_TYPES)
"""Order of what the heads answer."""

LABELLED = "generated + labelled"
"""The training regime that adds `labelled/train` to the generator's texts; the other one has the name of their source."""


@dataclass(frozen=True, slots=True)
class EvalSet:
    """The documents of one eval set that all detectors read."""

    name: str
    data: LabelledSet

    @property
    def texts(self) -> list[str]:
        return [example.text for example in self.data.examples]

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(sorted({example.language for example in self.data.examples}))


def eval_sets(
    folder: Path, names: Collection[str] | None = None, *, documents: int, characters: int, longest: int | None = None, seed: int
) -> tuple[EvalSet, ...]:
    """At most `documents` documents of each set, in file order.

    Args:
        folder: `labelled/eval`.
        names: sets to read; all if not given.
        characters: drawing stops when so many are reached, so that a set of long documents does not take all the time.
        longest: leave out documents of more characters.
        seed: with the set's name, decides the draw: a set added to the folder changes nothing for the others.
    """
    sets = []
    for path in set_paths(folder, names):
        name, data = set_name(path), load_set(path)
        short = [i for i, example in enumerate(data.examples) if longest is None or len(example.text) <= longest]
        random.Random(f"{seed} {name}").shuffle(short)
        drawn: list[int] = []
        total = 0
        for i in short[:documents]:
            if total >= characters:
                break
            drawn.append(i)
            total += len(data.examples[i].text)
        sets.append(EvalSet(name, LabelledSet([data.examples[i] for i in sorted(drawn)], data.complete)))
    return tuple(sets)


def digest(sets: Sequence[EvalSet]) -> str:
    """SHA-256 over the texts, in order: names what a cached answer belongs to."""
    hashed = hashlib.sha256()
    for each in sets:
        for text in (each.name, *each.texts):
            hashed.update(text.encode("utf-8", "surrogatepass") + b"\0")
    return hashed.hexdigest()


@dataclass(frozen=True, slots=True)
class TrainingText:
    """The probe text with its residuals, cut into the part to fit on and the part to choose settings on.

    `sources` and `examples` run in the order of the harvest.
    """

    examples: list[Example]
    sources: list[str]
    tokens: list[Tokens]
    harvest: Harvest

    @classmethod
    def of(cls, sources: Mapping[str, Sequence[Example]], tokens: list[Tokens], harvest: Harvest) -> TrainingText:
        """
        Raises:
            ProbesError: the harvest was made from other texts.
        """
        if [len(each) for each in tokens] != harvest.lengths.tolist():
            raise ProbesError("the harvest does not belong to these texts: make it again")
        examples = [example for each in sources.values() for example in each]
        return cls(examples, [name for name, each in sources.items() for _ in each], tokens, harvest)

    def digest(self) -> str:
        """SHA-256 over sources, texts and labels: names what a cached answer was fitted on."""
        hashed = hashlib.sha256()
        for source, example in zip(self.sources, self.examples, strict=True):
            labels = [(label.start, label.end, sorted(label.candidates)) for label in example.labels]
            written = repr((source, example.text, labels, sorted(example.unlabelled)))
            hashed.update(written.encode("utf-8", "surrogatepass"))
        return hashed.hexdigest()

    def kept(self, regime: str) -> list[int]:
        """Texts to fit on."""
        return [i for i in self._of(regime) if not is_held_out(self.examples[i])]

    def held_out(self, regime: str, texts: int, seed: int) -> list[int]:
        """At most `texts` texts to choose settings on."""
        held = [i for i in self._of(regime) if is_held_out(self.examples[i])]
        return sorted(random.Random(seed).sample(held, min(texts, len(held))))

    def _of(self, regime: str) -> list[int]:
        return [i for i, name in enumerate(self.sources) if len(self.tokens[i]) and (regime == LABELLED or name == GENERATED)]

    def starts(self) -> np.ndarray:
        """int64 `[n_texts + 1]`: first row of each text in the harvest."""
        return np.concatenate([[0], np.cumsum(self.harvest.lengths)])

    def resid_post(self, texts: Sequence[int]) -> list[torch.Tensor]:
        """`[n_tokens, d_model]` of each of these texts."""
        starts = self.starts()
        return [self.harvest.resid_post[starts[i] : starts[i + 1]] for i in texts]


def allowed_classes(example: Example, tokens: Tokens) -> np.ndarray:
    """int16 `[n_tokens]`: bit i says that the token may be of class `CLASSES[i]`, wherever in a span of it."""
    tags = allowed_tags(example, tokens)
    classes = np.concatenate([tags[:, :1], tags[:, 1:].reshape(len(tags), len(ENTITY_TYPES), -1).any(2)], axis=1)
    bits: np.ndarray = (classes << np.arange(len(CLASSES))).sum(1).astype(np.int16)
    return bits


@dataclass(frozen=True, slots=True)
class SampledTokens:
    """`rows` int64 `[n]` of the harvest, ascending; `allowed` int16 `[n]`: see `allowed_classes`; `weights` fp64 `[n]`."""

    rows: np.ndarray
    allowed: np.ndarray
    weights: np.ndarray


def sample_tokens(
    text: TrainingText, texts: Sequence[int], most: int, pii_share: float, balance: float, seed: int
) -> SampledTokens:
    """Draw at most `most` tokens of these texts: `pii_share` of them where the label excludes NONE, or all of those if they are
    fewer.

    Within each part every set of allowed classes gets an equal share as far as it has tokens, so that rare classes are kept
    whole. The weights undo that: a weighted sum over the sample estimates the sum over all tokens.
    """
    starts = text.starts()
    rows = np.concatenate([np.arange(starts[i], starts[i + 1]) for i in texts])
    allowed = np.concatenate([allowed_classes(text.examples[i], text.tokens[i]) for i in texts])
    lengths = [len(text.tokens[i]) for i in texts]
    weights = np.repeat(source_weights([text.sources[i] for i in texts], lengths, balance), lengths)
    may_be_none = (allowed & 1).astype(bool)
    kept_pii = min(round(most * pii_share), int((~may_be_none).sum()))
    rng = np.random.default_rng(seed)
    drawn, factors = [], []
    for part, budget in ((~may_be_none, kept_pii), (may_be_none, most - kept_pii)):
        kinds, counts = np.unique(allowed[part], return_counts=True)
        for kind, count, share in zip(kinds, counts, shares(counts, budget), strict=True):
            if share:
                drawn.append(rng.choice(np.flatnonzero(allowed == kind), size=share, replace=False))
                factors.append(np.full(share, count / share))
    index = np.concatenate(drawn)
    weight = weights[index] * np.concatenate(factors)
    order = np.argsort(index)
    index, weight = index[order], weight[order]
    return SampledTokens(rows[index], allowed[index], weight / weight.mean())


def shares(counts: np.ndarray, budget: int) -> np.ndarray:
    """Split `budget` into equal parts, none larger than its count: what a small one leaves goes to the others."""
    result = np.zeros(len(counts), dtype=np.int64)
    left = min(budget, int(counts.sum()))
    for done, i in enumerate(np.argsort(counts, kind="stable")):
        result[i] = min(int(counts[i]), left // (len(counts) - done))
        left -= result[i]
    return result
