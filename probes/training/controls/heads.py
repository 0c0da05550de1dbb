"""Heads on the probe's input: linear, random forest and gradient boosting, on SAE features or on raw activations.

Every head gives log-probabilities of plain classes, and one decoder makes spans of them. Trees know no loss over several allowed
classes; they are taught the allowed class that the linear head of the same input thinks likeliest (one step of hard EM).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from scipy import sparse
from tqdm import tqdm

from probes.entity import Span
from probes.probe import BLOCKS
from probes.sae import Encoder
from probes.tokens import Tokens
from probes.training.controls.sample import CLASSES, SampledTokens, TrainingText, sample_tokens
from probes.training.controls.spans import GRID, Decoder, choose
from probes.training.controls.windows import Matrix, RawReader, Reader, SaeReader, block_means, compact, windows

SAE_LINEAR, SAE_FOREST, SAE_BOOSTING = "SAE features, linear", "SAE features, random forest", "SAE features, boosting"
RAW_LINEAR, RAW_BOOSTING = "raw activations, linear", "raw activations, boosting"
HEADS = (SAE_LINEAR, SAE_FOREST, SAE_BOOSTING, RAW_LINEAR, RAW_BOOSTING)

_GROUP_TOKENS = 8192
# What a forest's vote of zero counts as: without a floor one token could veto a path.
_FLOOR = 1e-4


@dataclass(frozen=True, slots=True)
class HeadsConfig:
    """Sizes of the heads' fits.

    `tokens`: sampled for fitting, at most; `pii_share`: see `sample_tokens`; `balance`: see `source_weights`; `held_out`: texts
    that the decoder's settings are chosen on; `tree_features`: features or residual dimensions that the trees read, those
    with the largest share in the linear head's logits; `column_share`: of their columns, what one boosted tree may split on.
    """

    tokens: int = 30_000
    pii_share: float = 1 / 3
    balance: float = 0.7
    held_out: int = 300
    tree_features: int = 256
    epochs: int = 8
    batch: int = 2048
    lr: float = 3e-3
    decay: float = 1e-4
    forest_trees: int = 60
    forest_leaf: int = 3
    boosting_rounds: int = 40
    boosting_leaves: int = 31
    boosting_lr: float = 0.1
    column_share: float = 0.25
    threads: int = 2
    seed: int = 0


class TokenModel(Protocol):
    def log_probs(self, x: Matrix) -> np.ndarray:
        """Windows `[n, len(BLOCKS) * width]` to log-probabilities `[n, n_classes]`."""


@dataclass(frozen=True, slots=True)
class Linear:
    """Multinomial: `weight` `[len(BLOCKS) * width, n_classes]`, `bias` `[n_classes]`."""

    weight: np.ndarray
    bias: np.ndarray

    def log_probs(self, x: Matrix) -> np.ndarray:
        logits = np.asarray(x @ self.weight) + self.bias
        return log_softmax(logits)


@dataclass(frozen=True, slots=True)
class Trees:
    """A fitted ensemble: `predict` gives probabilities `[n, len(classes)]` of the class indices `classes`."""

    predict: Callable[[Matrix], np.ndarray]
    classes: np.ndarray

    def log_probs(self, x: Matrix) -> np.ndarray:
        probabilities = np.full((x.shape[0], len(CLASSES)), _FLOOR)
        probabilities[:, self.classes] = np.maximum(self.predict(x), _FLOOR)
        log_probs: np.ndarray = np.log(probabilities / probabilities.sum(1, keepdims=True))
        return log_probs


@dataclass(frozen=True, slots=True)
class Head:
    """A fitted head with what it reads and how its answers become spans."""

    name: str
    reader: Reader
    model: TokenModel
    decoder: Decoder = GRID[0]

    def log_probs(self, resid_post: Sequence[torch.Tensor]) -> list[np.ndarray]:
        """`[n_tokens, n_classes]` of each text."""
        answers: list[np.ndarray] = []
        for group in _groups([len(each) for each in resid_post]):
            lengths = [len(each) for each in resid_post[group]]
            if not sum(lengths):
                answers += [np.zeros((0, len(CLASSES)))] * len(lengths)
                continue
            x = windows(self.reader.read(torch.cat(list(resid_post[group]))), block_means(lengths))
            answers += np.split(self.model.log_probs(x), np.cumsum(lengths)[:-1])
        return answers

    def spans(self, texts: Sequence[str], tokens: Sequence[Tokens], resid_post: Sequence[torch.Tensor]) -> list[list[Span]]:
        return [self.decoder.spans(*each) for each in zip(texts, tokens, self.log_probs(resid_post), strict=True)]


def fit_heads(text: TrainingText, regime: str, encoder: Encoder, config: HeadsConfig) -> Iterator[Head]:
    """The five `HEADS`, in that order, each ready to use."""
    sample = sample_tokens(text, text.kept(regime), config.tokens, config.pii_share, config.balance, config.seed)
    rows, means = compact(block_means(text.harvest.lengths, sample.rows))
    resid_post = text.harvest.resid_post[torch.from_numpy(rows)]
    held = text.held_out(regime, config.held_out, config.seed)

    def fitted(names: Sequence[str], whole: Reader) -> Iterator[Head]:
        x = windows(whole.read(resid_post), means)
        linear = fit_linear(x, sample, config, label=names[0])
        yield _decoded(Head(names[0], whole, linear), text, held)
        labels = taught(linear, x, sample.allowed)
        few = whole.select(strongest(linear, x, config.tree_features))
        x = windows(few.read(resid_post), means)
        for name in names[1:]:
            fit_trees = fit_forest if name == SAE_FOREST else fit_boosting
            yield _decoded(Head(name, few, fit_trees(x, labels, sample.weights, config)), text, held)

    yield from fitted((SAE_LINEAR, SAE_FOREST, SAE_BOOSTING), SaeReader.of(encoder, resid_post))
    yield from fitted((RAW_LINEAR, RAW_BOOSTING), RawReader.of(resid_post))


def _decoded(head: Head, text: TrainingText, held: Sequence[int]) -> Head:
    examples, tokens = [text.examples[i] for i in held], [text.tokens[i] for i in held]
    log_probs = head.log_probs(text.resid_post(held))

    def find(decoder: Decoder) -> list[list[Span]]:
        return [decoder.spans(e.text, t, p) for e, t, p in zip(examples, tokens, log_probs, strict=True)]

    return Head(head.name, head.reader, head.model, choose(examples, GRID, find))


def fit_linear(x: Matrix, sample: SampledTokens, config: HeadsConfig, *, label: str) -> Linear:
    """Adam on -log of the probability of all allowed classes, the rate falling to zero."""
    mask = allowed_mask(sample.allowed)
    weight = torch.zeros(x.shape[1], len(CLASSES), requires_grad=True)
    bias = torch.zeros(len(CLASSES), requires_grad=True)
    optimizer = torch.optim.Adam([weight, bias], lr=config.lr, fused=True)
    rng = np.random.default_rng(config.seed)
    batches = [b for _ in range(config.epochs) for b in _batches(rng.permutation(x.shape[0]), config.batch)]
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: max(0.0, 1 - step / len(batches)))
    for batch in tqdm(batches, desc=label, unit="batch"):
        part = x[batch]
        log_probs = log_softmax(np.asarray(part @ weight.detach().numpy()) + bias.detach().numpy())
        shares = sample.weights[batch] / sample.weights[batch].sum()
        slope = (logit_slope(log_probs, mask[batch]) * shares[:, None]).astype(np.float32)
        weight.grad = torch.from_numpy(np.asarray(part.T @ slope)) + 2 * config.decay * weight.detach()
        bias.grad = torch.from_numpy(slope.sum(0))
        optimizer.step()
        schedule.step()
    return Linear(weight.detach().numpy(), bias.detach().numpy())


def logit_slope(log_probs: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Gradient by the logits of -log of the probability of what `mask` allows: p - p(· | allowed).

    By hand, because torch has no gradient for rows of a scipy matrix.
    """
    slope: np.ndarray = np.exp(log_probs) - np.exp(log_softmax(np.where(mask, log_probs, -np.inf)))
    return slope


def fit_forest(x: Matrix, labels: np.ndarray, weights: np.ndarray, config: HeadsConfig) -> Trees:
    from sklearn.ensemble import RandomForestClassifier

    forest = RandomForestClassifier(
        n_estimators=config.forest_trees,
        min_samples_leaf=config.forest_leaf,
        n_jobs=config.threads,
        random_state=config.seed,
    )
    # Dense: scikit-learn's trees search a sparse matrix several times slower than 1,024 columns laid out.
    forest.fit(_dense(x), labels, sample_weight=weights)
    return Trees(lambda rows: np.asarray(forest.predict_proba(_dense(rows))), forest.classes_)


def fit_boosting(x: Matrix, labels: np.ndarray, weights: np.ndarray, config: HeadsConfig) -> Trees:
    import lightgbm

    # LightGBM wants classes 0, 1, … without gaps.
    classes, codes = np.unique(labels, return_inverse=True)
    parameters: dict[str, Any] = {
        "objective": "multiclass",
        "num_class": len(classes),
        "num_leaves": config.boosting_leaves,
        "learning_rate": config.boosting_lr,
        "feature_fraction": config.column_share,
        "max_bin": 63,
        "min_data_in_leaf": 20,
        "num_threads": config.threads,
        "seed": config.seed,
        "deterministic": True,
        "force_col_wise": True,
        "verbosity": -1,
    }
    data = lightgbm.Dataset(_known(x), codes, weight=weights)
    booster = lightgbm.train(parameters, data, num_boost_round=config.boosting_rounds)
    return Trees(lambda rows: np.asarray(booster.predict(_known(rows))), classes)


def allowed_mask(allowed: np.ndarray) -> np.ndarray:
    """bool `[n, n_classes]` of `allowed_classes`."""
    mask: np.ndarray = (allowed[:, None] >> np.arange(len(CLASSES), dtype=np.int16) & 1).astype(bool)
    return mask


def taught(linear: Linear, x: Matrix, allowed: np.ndarray) -> np.ndarray:
    """int64 `[n]`: the class of each token, or the likeliest by `linear` where several are allowed."""
    labels: np.ndarray = np.where(allowed_mask(allowed), linear.log_probs(x), -np.inf).argmax(1)
    return labels


def strongest(linear: Linear, x: Matrix, most: int) -> list[int]:
    """Ids, ascending, of the features with the largest share in the logits: norm of their weights times root mean square."""
    per_column = (linear.weight**2).sum(1) * np.asarray((x * x).mean(0)).ravel()
    importance = per_column.reshape(len(BLOCKS), -1).sum(0)
    return sorted(np.argsort(-importance, kind="stable")[:most].tolist())


def _dense(x: Matrix) -> np.ndarray:
    rows: np.ndarray = x if isinstance(x, np.ndarray) else x.toarray()
    return rows


def _known(x: Matrix) -> Matrix:
    """LightGBM knows scipy's matrices, not its arrays."""
    return sparse.csr_matrix(x) if sparse.issparse(x) else x


def log_softmax(logits: np.ndarray) -> np.ndarray:
    shifted: np.ndarray = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    return shifted


def _batches(order: np.ndarray, size: int) -> list[np.ndarray]:
    return [order[at : at + size] for at in range(0, len(order), size)]


def _groups(lengths: Sequence[int]) -> Iterator[slice]:
    start = total = 0
    for i, length in enumerate(lengths):
        if i > start and total + length > _GROUP_TOKENS:
            yield slice(start, i)
            start, total = i, 0
        total += length
    if start < len(lengths):
        yield slice(start, len(lengths))
