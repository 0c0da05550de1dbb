"""Fits the linear probe: first on all features to find the few that matter, then on those alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from tqdm import tqdm

from probes.probe import OFFSETS, Probe
from probes.training.features import SparseFeatures, activation_scale
from probes.training.probe_data import CLASSES

_BATCH_TOKENS = 8192


@dataclass(frozen=True, slots=True)
class FitConfig:
    """`features`: how many the probe keeps; `sparsity`: strength of the lasso that ranks them; `decay`: L2 of the last fit.

    `balance`: 0 weighs every token alike, 1 every source.
    """

    features: int = 3072
    sparsity: float = 2e-3
    decay: float = 1e-5
    balance: float = 0.7
    select_epochs: int = 2
    epochs: int = 6
    lr: float = 5e-3
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Fitted:
    """The probe over `feature_ids` (ids of the full SAE, ascending)."""

    probe: Probe
    feature_ids: list[int]


def fit_probe(
    features: SparseFeatures, allowed: np.ndarray, weights: np.ndarray, texts: Sequence[int], config: FitConfig
) -> Fitted:
    """Fit on `texts`.

    Args:
        features: sparse features of all texts.
        allowed: int16 `[n_tokens]`, bit i: the token may be of class i. The loss is -log of the probability of all allowed
            classes, so what a source does not label neither teaches nor punishes.
        weights: fp32 `[n_texts]`, weight of each text's tokens.
        texts: ids of the texts to fit on.
        config: sizes and rates.
    """
    scale, ceiling = activation_scale(features)
    cut = torch.minimum(features.values, ceiling[features.ids.long()])
    scaled = SparseFeatures(features.ids, cut / scale[features.ids.long()], features.starts, features.text_starts, features.d_sae)
    everything = _fit(
        scaled, allowed, weights, texts, config.select_epochs, config, lasso=config.sparsity, label="select features"
    )
    feature_ids = select(everything.weight, scaled, config.features)
    few = _fit(
        scaled.select(feature_ids), allowed, weights, texts, config.epochs, config,
        start=_Linear(everything.weight[feature_ids], everything.bias), label="fit probe",
    )  # fmt: skip
    weight = few.weight / scale[feature_ids, None]
    W = weight.view(len(feature_ids), len(OFFSETS), len(CLASSES)).permute(1, 0, 2).contiguous()
    return Fitted(Probe(W, few.bias, ceiling[feature_ids]), feature_ids.tolist())


def select(weight: torch.Tensor, features: SparseFeatures, most: int) -> torch.Tensor:
    """Ids of the `most` features with the largest share in the logits: group norm times root mean square activation."""
    power = torch.zeros(features.d_sae).index_add_(0, features.ids.long(), features.values.square())
    importance = weight.norm(dim=1) * power.sqrt()
    best: torch.Tensor = importance.topk(min(most, int((importance > 0).sum()))).indices
    return best.sort().values


@dataclass(frozen=True, slots=True)
class _Linear:
    """`weight` `[n_features, len(OFFSETS) * n_classes]`, `bias` `[n_classes]`."""

    weight: torch.Tensor
    bias: torch.Tensor


def _fit(
    features: SparseFeatures,
    allowed: np.ndarray,
    weights: np.ndarray,
    texts: Sequence[int],
    epochs: int,
    config: FitConfig,
    *,
    lasso: float = 0.0,
    start: _Linear | None = None,
    label: str,
) -> _Linear:
    width = len(OFFSETS) * len(CLASSES)
    weight = (start.weight.clone() if start else torch.zeros(features.d_sae, width)).requires_grad_()
    bias = (start.bias.clone() if start else torch.zeros(len(CLASSES))).requires_grad_()
    optimizer = torch.optim.Adam([weight, bias], lr=config.lr, fused=True)
    rng = np.random.default_rng(config.seed)
    batches = [batch for _ in range(epochs) for batch in _batches(features, texts, rng)]
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: max(0.0, 1 - step / len(batches)))
    bits = torch.arange(len(CLASSES), dtype=torch.int16)
    running = 0.0
    with tqdm(batches, desc=label, unit="batch") as bar:
        for batch in bar:
            logits, token_ids, lengths = window_logits(features, batch, weight, bias)
            mask = (torch.from_numpy(allowed[token_ids])[:, None] >> bits & 1).bool()
            loss_per_token = logits.logsumexp(1) - logits.masked_fill(~mask, -torch.inf).logsumexp(1)
            token_weights = torch.from_numpy(np.repeat(weights[batch], lengths).astype(np.float32))
            loss = (loss_per_token * token_weights).sum() / token_weights.sum()
            if not lasso:
                loss = loss + config.decay * weight.square().sum()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            if lasso:
                _shrink(weight, optimizer.param_groups[0]["lr"] * lasso)
            schedule.step()
            running = 0.95 * running + 0.05 * float(loss.detach()) if running else float(loss.detach())
            bar.set_postfix(loss=f"{running:.4f}")
    return _Linear(weight.detach(), bias.detach())


@torch.no_grad()
def _shrink(weight: torch.Tensor, amount: float) -> None:
    """Proximal step of the group lasso: one group is all weights of a feature."""
    norms = weight.norm(dim=1, keepdim=True)
    weight.mul_((1 - amount / norms.clamp(min=1e-12)).clamp(min=0))


def window_logits(
    features: SparseFeatures, texts: Sequence[int] | np.ndarray, weight: torch.Tensor, bias: torch.Tensor
) -> tuple[torch.Tensor, np.ndarray, np.ndarray]:
    """Class logits of the tokens of `texts`, the ids of those tokens, and the length of each text."""
    projected, token_ids, lengths = features.project(texts, weight)
    projected = projected.view(len(token_ids), len(OFFSETS), -1)
    text_of = torch.from_numpy(np.repeat(np.arange(len(lengths)), lengths))
    n = len(token_ids)
    logits = bias.expand(n, -1)
    for o, offset in enumerate(OFFSETS):
        neighbour = torch.arange(n) + offset
        inside = neighbour.clamp(0, n - 1)
        same_text = (neighbour == inside) & (text_of[inside] == text_of)
        logits = logits + projected[inside, o] * same_text[:, None]
    return logits, token_ids, lengths


def _batches(features: SparseFeatures, texts: Sequence[int], rng: np.random.Generator) -> list[np.ndarray]:
    order = rng.permutation(np.asarray(texts))
    lengths = features.text_starts[order + 1] - features.text_starts[order]
    order, lengths = order[lengths > 0], lengths[lengths > 0]
    edges = np.flatnonzero(np.diff(np.cumsum(lengths) // _BATCH_TOKENS)) + 1
    return [batch for batch in np.split(order, edges) if len(batch)]
