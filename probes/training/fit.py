"""Fits the linear probe and the transitions of its decoder together, as a CRF over tags."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from tqdm import tqdm

from probes.probe import BLOCKS, Block, Probe
from probes.training.crf import impossible, partial_loss
from probes.training.features import SparseFeatures, activation_scale
from probes.training.pieces import FitText, batches, bounded, padded, rows


@dataclass(frozen=True, slots=True)
class FitConfig:
    """`features`: how many the probe keeps; `sparsity`: strength of the lasso that ranks them; `decay`: L2 of the last fit.

    `dropout`: share of the features that a batch of the last fit does without, so that no tag rests on a few of them (feature
    noising for CRFs: Wang et al. 2013). `balance`: 0 weighs every token alike, 1 every source.
    """

    features: int = 4096
    sparsity: float = 2e-3
    decay: float = 1e-5
    dropout: float = 0.0
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


class Inputs(Protocol):
    """What a linear map over tokens reads: sparse features, or residuals where those are compared with.

    `text_starts` int64 `[n_texts + 1]`: first tokens of the texts.
    """

    @property
    def text_starts(self) -> np.ndarray: ...

    def project(self, tokens: np.ndarray, weight: torch.Tensor) -> torch.Tensor:
        """Inputs of these tokens times `weight` `[n_inputs, m]`: `[n, m]`."""


def fit_probe(features: SparseFeatures, text: FitText, config: FitConfig) -> Fitted:
    """Fit on sparse features: where there are more than wanted, with a group lasso first, then on those that matter alone."""
    scale, ceiling = activation_scale(features)
    scaled = features.cut(ceiling).scaled(1 / scale)
    zeros = _Linear.zeros(features.d_sae, text.n_tags, config)
    if features.d_sae > config.features:
        everything = _fit(scaled, text, config.select_epochs, config, zeros, lasso=config.sparsity, label="select features")
        feature_ids = select(everything.weight, scaled, config.features)
        start = _Linear(everything.weight[feature_ids], everything.bias, everything.transitions)
    else:
        feature_ids, start = torch.arange(features.d_sae), zeros
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
    transitions = (linear.transitions + impossible(len(linear.bias))).numpy()
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
    steps = [batch for _ in range(epochs) for batch in batches(features.text_starts, text, rng)]
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: max(0.02, 1 - step / len(steps)))
    fixed = impossible(text.n_tags)
    running = 0.0
    with tqdm(steps, desc=label, unit="batch") as bar:
        for step, batch in enumerate(bar):
            weight = model.weight
            if config.dropout and not lasso:
                kept = torch.from_numpy(rng.random(len(weight)) >= config.dropout)
                weight = weight * (kept / (1 - config.dropout))[:, None]
            emissions = batch_emissions(features, batch, weight, model.bias, config.blocks)
            lengths = torch.from_numpy(batch[:, 2] - batch[:, 1])
            weights = torch.from_numpy(text.weights[batch[:, 0]])
            allowed = padded(torch.from_numpy(text.allowed[rows(features.text_starts, batch)]), lengths, fill=True)
            loss = (partial_loss(emissions, allowed, lengths, model.transitions + fixed) * weights).sum()
            loss = loss / (weights * lengths).sum()
            if not lasso:
                loss = loss + config.decay * model.weight.square().sum()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            if lasso:
                _shrink(model.weight, optimizer.param_groups[0]["lr"] * lasso)
            schedule.step()
            if step >= len(steps) // 2:
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
    projected = features.project(rows(features.text_starts, batch), weight)
    lengths = torch.from_numpy(batch[:, 2] - batch[:, 1])
    by_block = padded(projected, lengths, fill=0.0).view(len(batch), int(lengths.max()), len(blocks), -1)
    total = bias.expand(*by_block.shape[:2], -1)
    longest = by_block.shape[1]
    for i, (low, high) in enumerate(blocks):
        values = by_block[:, :, i]
        # Zeros on both sides, then the block is a difference of running sums.
        reach = max(abs(low), abs(high)) + 1
        around = torch.nn.functional.pad(values, (0, 0, reach, reach))
        if low == high:
            total = total + around[:, reach + low : reach + low + longest]
        else:
            sums = around.cumsum(1)
            first, last = reach + low - 1, reach + high
            total = total + (sums[:, last : last + longest] - sums[:, first : first + longest]) / (high - low + 1)
    return bounded(total, lengths)
