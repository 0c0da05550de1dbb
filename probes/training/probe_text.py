"""All text that the probe is fitted on, with its residuals and what is known of its labels."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from probes.base_model import BaseModel
from probes.tokens import Tokens
from probes.training import corpora, vary
from probes.training.example import Example
from probes.training.harvest import Harvest, harvest, texts_key
from probes.training.pieces import FitText
from probes.training.probe_data import allowed_tags, is_held_out, source_weights
from probes.training.teacher import TeacherConfig, fit_teacher

_TOGETHER = 32


@dataclass(frozen=True, slots=True)
class ProbeText:
    """Source, example, tokens and harvest of each text, in one order; `names` are the sources of the texts."""

    names: list[str]
    examples: list[Example]
    tokens: list[Tokens]
    harvests: list[Harvest]

    @property
    def lengths(self) -> np.ndarray:
        """int64 `[n_texts]`, tokens of each text."""
        return np.concatenate([h.lengths for h in self.harvests])

    @property
    def starts(self) -> np.ndarray:
        """int64 `[n_texts + 1]`, first token of each text."""
        return np.concatenate([[0], np.cumsum(self.lengths)])

    @property
    def unlabelled(self) -> np.ndarray:
        """bool `[n_texts]`: whether nobody labelled the text."""
        return np.array([name.startswith(corpora.PREFIX) for name in self.names])

    @property
    def held_out(self) -> np.ndarray:
        """bool `[n_texts]`: whether a text is kept for calibration. Varied texts are copies of texts that are fitted on."""
        copies = np.array([name.startswith(vary.PREFIX) for name in self.names])
        held: np.ndarray = np.array([is_held_out(example) for example in self.examples]) & ~copies
        return held

    def allowed(self) -> np.ndarray:
        """bool `[n_tokens, n_tags]`, see `allowed_tags`."""
        return np.concatenate([allowed_tags(example, each) for example, each in zip(self.examples, self.tokens, strict=True)])

    def weights(self, balance: float, share: float) -> np.ndarray:
        """fp32 `[n_texts]`, see `source_weights`; those of corpora and varied copies are multiplied by `share`."""
        second = np.array([name.startswith((corpora.PREFIX, vary.PREFIX)) for name in self.names])
        weights: np.ndarray = source_weights(self.names, self.lengths, balance) * np.where(second, share, 1.0).astype(np.float32)
        return weights

    def tokens_by_source(self) -> dict[str, int]:
        totals: dict[str, int] = {}
        for name, length in zip(self.names, self.lengths, strict=True):
            totals[name] = totals.get(name, 0) + int(length)
        return totals


def harvest_probe_text(model: BaseModel, sources: dict[str, list[Example]], folder: Path) -> ProbeText:
    """Harvest the sources, a folder each, so that a new one costs only its own text."""
    harvests = []
    for name, examples in sources.items():
        texts = [example.text for example in examples]
        harvests.append(harvest(model, texts, folder / name, texts_key(texts), label=name))
    examples = [example for each in sources.values() for example in each]
    names = [name for name, each in sources.items() for _ in each]
    return ProbeText(names, examples, model.tokenizer.encode([example.text for example in examples]), harvests)


def teach(text: ProbeText, allowed: np.ndarray, weights: np.ndarray, config: TeacherConfig, path: Path) -> np.ndarray:
    """`allowed` with fewer tags where nobody labelled: those that a teacher, fitted on the labelled texts, finds plausible.

    What it said is kept in `path` for a later run on the same text.
    """
    key = sha256(repr(config).encode() + text.lengths.tobytes() + allowed.tobytes() + weights.tobytes()).hexdigest()
    if path.is_file() and (kept := np.load(path))["key"] == key:
        unpacked: np.ndarray = np.unpackbits(kept["taught"], axis=1, count=allowed.shape[1]).astype(bool)
        return unpacked
    taught = _taught(text, allowed, weights, config)
    np.savez(path, key=key, taught=np.packbits(taught, axis=1))
    return taught


def _taught(text: ProbeText, allowed: np.ndarray, weights: np.ndarray, config: TeacherConfig) -> np.ndarray:
    unlabelled, starts = text.unlabelled, text.starts
    # Labelled sources come first, so `starts` holds for them alone. In memory, because rows are drawn at random.
    sources = zip(dict.fromkeys(text.names), text.harvests, strict=True)
    resid_post = torch.cat([h.resid_post for name, h in sources if not name.startswith(corpora.PREFIX)])
    fitted_on = np.flatnonzero(~unlabelled & ~text.held_out & (text.lengths > 0))
    teacher = fit_teacher(resid_post, starts, FitText(allowed, weights, fitted_on), config)
    taught = allowed.copy()
    residuals = [row for h in text.harvests for row in h.resid_post.split(h.lengths.tolist())]
    order = sorted(np.flatnonzero(unlabelled & (text.lengths > 0)), key=lambda i: int(text.lengths[i]))
    for at in tqdm(range(0, len(order), _TOGETHER), desc="teach", unit="batch"):
        part = order[at : at + _TOGETHER]
        spans = [slice(starts[i], starts[i + 1]) for i in part]
        for span, tags in zip(
            spans, teacher.narrow([residuals[i] for i in part], [allowed[span] for span in spans]), strict=True
        ):
            taught[span] = tags
    return taught
