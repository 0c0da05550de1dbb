"""Fits the linear probe and the transitions of its decoder together, as a CRF over tags."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np
import torch
from tqdm import tqdm

from probes.probe import BLOCKS, Block, Probe
from probes.tags import IMPOSSIBLE, can_begin, can_end, can_follow
from probes.training.crf import partial_loss
from probes.training.features import SparseFeatures, activation_scale

_BATCH_TOKENS = 8192
_PIECE = 192


@dataclass(frozen=True, slots=True)
class FitConfig:
    """`features`: how many the probe keeps; `sparsity`: strength of the lasso that ranks them; `decay`: L2 of the last fit.

    `balance`: 0 weighs every token alike, 1 every source.
    """

    features: int = 4096
    sparsity: float = 2e-3
    decay: float = 1e-5
    balance: float = 0.65
    select_epochs: int = 1
    epochs: int = 5
    lr: float = 4e-3
    blocks: tuple[Block, ...] = BLOCKS
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Fitted:
    """The probe over `feature_ids` (ids of the full SAE, ascending) and fp32 `[n_tags, n_tags]` transitions, `IMPOSSIBLE`
    where a tag may not follow another.
    """

    probe: Probe
    transitions: np.ndarray
    feature_ids: list[int]


@dataclass(frozen=True, slots=True)
class FitText:
    """What the fit knows of its texts.

    `allowed`: bool `[n_tokens, n_tags]`, the tags that each token may have; the loss is -log of the probability of all paths
    through allowed tags, so what a source does not label neither teaches nor punishes. Its width says how many classes are
    fitted. `weights`: fp32 `[n_texts]`, weight of
    each text's tokens. `texts`: ids of the texts to fit on.
    """

    allowed: np.ndarray
    weights: np.ndarray
    texts: np.ndarray

    @property
    def n_tags(self) -> int:
        return int(self.allowed.shape[1])


class Inputs(Protocol):
    """What a linear map over tokens reads: sparse features, or residuals where those are compared with.

    `text_starts` int64 `[n_texts + 1]`: first tokens of the texts.
    """

    @property
    def text_starts(self) -> np.ndarray: ...

    def project(self, tokens: np.ndarray, weight: torch.Tensor) -> torch.Tensor:
        """Inputs of these tokens times `weight` `[n_inputs, m]`: `[n, m]`."""


def fit_probe(features: SparseFeatures, text: FitText, config: FitConfig) -> Fitted:
    """Fit on sparse features: on all of them with a group lasso first, then on those that matter alone."""
    scale, ceiling = activation_scale(features)
    scaled = features.cut(ceiling).scaled(1 / scale)
    zeros = _Linear.zeros(features.d_sae, text.n_tags, config)
    everything = _fit(scaled, text, config.select_epochs, config, zeros, lasso=config.sparsity, label="select features")
    feature_ids = select(everything.weight, scaled, config.features)
    start = _Linear(everything.weight[feature_ids], everything.bias, everything.transitions)
    few = _fit(scaled.select(feature_ids), text, config.epochs, config, start, label="fit probe")
    return _fitted(few, scale[feature_ids], ceiling[feature_ids], feature_ids, config)


def fit_all(inputs: Inputs, n_inputs: int, text: FitText, config: FitConfig) -> Fitted:
    """Fit on dense inputs of about unit variance, all of them, for as many epochs as `fit_probe`: residuals, to compare with."""
    everything = _fit(
        inputs,
        text,
        config.select_epochs + config.epochs,
        config,
        _Linear.zeros(n_inputs, text.n_tags, config),
        label="fit all inputs",
    )
    return _fitted(everything, torch.ones(n_inputs), torch.full((n_inputs,), torch.inf), torch.arange(n_inputs), config)


def select(weight: torch.Tensor, features: SparseFeatures, most: int) -> torch.Tensor:
    """Ids of the `most` features with the largest share in the logits: group norm times root mean square activation."""
    power = torch.zeros(features.d_sae).index_add_(0, features.ids.long(), features.values.square())
    importance = weight.norm(dim=1) * power.sqrt()
    best: torch.Tensor = importance.topk(min(most, int((importance > 0).sum()))).indices
    return best.sort().values


@dataclass(frozen=True, slots=True)
class _Linear:
    """`weight` `[n_features, n_blocks * n_tags]`, `bias` `[n_tags]`, `transitions` `[n_tags, n_tags]`."""

    weight: torch.Tensor
    bias: torch.Tensor
    transitions: torch.Tensor

    @classmethod
    def zeros(cls, n_features: int, n_tags: int, config: FitConfig) -> _Linear:
        return cls(torch.zeros(n_features, len(config.blocks) * n_tags), torch.zeros(n_tags), torch.zeros(n_tags, n_tags))

    def parameters(self) -> list[torch.Tensor]:
        return [self.weight, self.bias, self.transitions]


def _fitted(linear: _Linear, scale: torch.Tensor, ceiling: torch.Tensor, ids: torch.Tensor, config: FitConfig) -> Fitted:
    """The probe that reads inputs as they come, where `linear` read them divided by `scale`."""
    weight = (linear.weight / scale[:, None]).view(len(ids), len(config.blocks), -1)
    # Rounded as the bundle stores it, so that what is calibrated is what is shipped.
    W = weight.permute(1, 0, 2).bfloat16().float()
    transitions = (linear.transitions + _impossible(len(linear.bias))).numpy()
    return Fitted(Probe(config.blocks, W, linear.bias, ceiling), transitions, ids.tolist())


def _fit(
    features: Inputs, text: FitText, epochs: int, config: FitConfig, start: _Linear, *, lasso: float = 0.0, label: str
) -> _Linear:
    model = _Linear(*(parameter.clone().requires_grad_() for parameter in start.parameters()))
    # The end of the path is averaged: Adam on correlated inputs never comes to rest (Polyak and Juditsky 1992).
    average = _Linear(*(torch.zeros_like(parameter) for parameter in start.parameters()))
    averaged = 0
    optimizer = torch.optim.Adam(model.parameters(), lr=config.lr, fused=True)
    rng = np.random.default_rng(config.seed)
    batches = [batch for _ in range(epochs) for batch in _batches(features.text_starts, text, rng)]
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: max(0.02, 1 - step / len(batches)))
    impossible = _impossible(text.n_tags)
    running = 0.0
    with tqdm(batches, desc=label, unit="batch") as bar:
        for step, batch in enumerate(bar):
            emissions = batch_emissions(features, batch, model.weight, model.bias, config.blocks)
            lengths = torch.from_numpy(batch[:, 2] - batch[:, 1])
            weights = torch.from_numpy(text.weights[batch[:, 0]])
            allowed = _padded(torch.from_numpy(text.allowed[_rows(features.text_starts, batch)]), lengths, fill=True)
            loss = (partial_loss(emissions, allowed, lengths, model.transitions + impossible) * weights).sum()
            loss = loss / (weights * lengths).sum()
            if not lasso:
                loss = loss + config.decay * model.weight.square().sum()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            if lasso:
                _shrink(model.weight, optimizer.param_groups[0]["lr"] * lasso)
            schedule.step()
            if step >= len(batches) // 2:
                averaged += 1
                for mean, parameter in zip(average.parameters(), model.parameters(), strict=True):
                    mean += (parameter.detach() - mean) / averaged
            running = 0.95 * running + 0.05 * float(loss.detach()) if running else float(loss.detach())
            bar.set_postfix(loss=f"{running:.4f}")
    return average


@torch.no_grad()
def _shrink(weight: torch.Tensor, amount: float) -> None:
    """Proximal step of the group lasso: one group is all weights of a feature."""
    norms = weight.norm(dim=1, keepdim=True)
    weight.mul_((1 - amount / norms.clamp(min=1e-12)).clamp(min=0))


def _impossible(n_tags: int) -> torch.Tensor:
    allowed = torch.from_numpy(can_follow((n_tags - 1) // 4))
    return torch.zeros(n_tags, n_tags).masked_fill(~allowed, IMPOSSIBLE)


def batch_emissions(
    features: Inputs, batch: np.ndarray, weight: torch.Tensor, bias: torch.Tensor, blocks: Sequence[Block]
) -> torch.Tensor:
    """Tag logits `[n_pieces, longest, n_tags]` of pieces of texts.

    Args:
        features: what `weight` maps.
        batch: int64 `[n_pieces, 3]`: id of the text, first token of the piece, last token plus one.
        weight: `[n_features, n_blocks * n_tags]`.
        bias: `[n_tags]`.
        blocks: as in `Probe`.
    """
    projected = features.project(_rows(features.text_starts, batch), weight)
    lengths = torch.from_numpy(batch[:, 2] - batch[:, 1])
    padded = _padded(projected, lengths, fill=0.0).view(len(batch), int(lengths.max()), len(blocks), -1)
    total = bias.expand(*padded.shape[:2], -1)
    longest = padded.shape[1]
    for i, (low, high) in enumerate(blocks):
        values = padded[:, :, i]
        # Zeros on both sides, then the block is a difference of running sums.
        reach = max(abs(low), abs(high)) + 1
        around = torch.nn.functional.pad(values, (0, 0, reach, reach))
        if low == high:
            total = total + around[:, reach + low : reach + low + longest]
        else:
            sums = around.cumsum(1)
            first, last = reach + low - 1, reach + high
            total = total + (sums[:, last : last + longest] - sums[:, first : first + longest]) / (high - low + 1)
    inner = torch.arange(longest)[None] < lengths[:, None]
    n_types = (len(bias) - 1) // 4
    edge = torch.zeros_like(total[:1, :1])
    begins = edge.masked_fill(~torch.from_numpy(can_begin(n_types)), IMPOSSIBLE)
    ends = edge.masked_fill(~torch.from_numpy(can_end(n_types)), IMPOSSIBLE)
    at = torch.arange(longest)[None, :, None]
    return (total + begins * (at == 0) + ends * (at == lengths[:, None, None] - 1)) * inner[:, :, None]


def _padded(rows: torch.Tensor, lengths: torch.Tensor, fill: float | bool) -> torch.Tensor:
    """Rows `[n, c]` of pieces one after the other as `[n_pieces, longest, c]`."""
    longest = int(lengths.max())
    place = torch.cat([torch.arange(int(length)) + i * longest for i, length in enumerate(lengths)])
    flat = torch.full((len(lengths) * longest, rows.shape[1]), fill, dtype=rows.dtype)
    return flat.index_copy(0, place, rows).view(len(lengths), longest, -1)


def _rows(text_starts: np.ndarray, batch: np.ndarray) -> np.ndarray:
    return np.concatenate([np.arange(text_starts[i] + first, text_starts[i] + last) for i, first, last in batch])


def _batches(text_starts: np.ndarray, text: FitText, rng: np.random.Generator) -> list[np.ndarray]:
    """Pieces of similar lengths together, batches in random order."""
    pieces = np.concatenate([_pieces(text, int(i), int(text_starts[i]), int(text_starts[i + 1])) for i in text.texts])
    lengths = pieces[:, 2] - pieces[:, 1]
    order = np.argsort(lengths + rng.uniform(0, 16, len(lengths)))
    edges = np.flatnonzero(np.diff(np.cumsum(lengths[order]) // _BATCH_TOKENS)) + 1
    batches = np.split(pieces[order], edges)
    return [batches[i] for i in rng.permutation(len(batches))]


def _pieces(text: FitText, i: int, first: int, last: int) -> np.ndarray:
    """Pieces of about `_PIECE` tokens of one text, cut only where the token before and the one after may both be `NONE`."""
    cuts, n = [0], last - first
    while n - cuts[-1] > _PIECE:
        free = text.allowed[first + cuts[-1] : last, 0]
        places = np.flatnonzero(free[_PIECE // 2 : -1] & free[_PIECE // 2 + 1 :])
        if not len(places):
            break
        near = places[np.abs(places - _PIECE // 2).argmin()]
        cuts.append(cuts[-1] + _PIECE // 2 + int(near) + 1)
    edges = [*cuts, n]
    return np.array([(i, a, b) for a, b in pairwise(edges) if b > a], dtype=np.int64).reshape(-1, 3)
