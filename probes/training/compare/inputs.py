"""What the probes of a comparison read: standardised residuals of one or more layers, or the features of an SAE."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch

from probes.training.features import SparseFeatures
from probes.training.fit import FitConfig, Fitted, Inputs, fit_all, fit_probe
from probes.training.harvest import Harvest
from probes.training.pieces import FitText

CLIP = 6.0
"""Standardised residuals are cut here: single tokens are far above the rest."""

_ROWS = 16_384


class Subject(Protocol):
    """Inputs for the training texts and for the eval texts, and how a probe is fitted on them."""

    @property
    def n_inputs(self) -> int: ...

    def fit(self, text: FitText, config: FitConfig) -> Fitted: ...

    def training(self, fitted: Fitted) -> Inputs:
        """The training texts as the fitted probe reads them."""

    def evaluation(self, fitted: Fitted) -> Inputs:
        """The eval texts as the fitted probe reads them."""


@dataclass(frozen=True, slots=True)
class Standardised:
    """`values`: bf16 `[n_tokens, n_inputs]`, mean 0 and deviation 1 on the training texts."""

    values: torch.Tensor
    text_starts: np.ndarray

    def project(self, tokens: np.ndarray, weight: torch.Tensor) -> torch.Tensor:
        """As `Inputs` says."""
        return self.values[torch.from_numpy(tokens)].float() @ weight


@dataclass(frozen=True, slots=True)
class Residuals:
    """Standardised residuals, all of them read."""

    train: Standardised
    eval: Standardised

    @classmethod
    def of(cls, train: Sequence[Harvest], evaluation: Sequence[Harvest]) -> Residuals:
        """Layers side by side, standardised by the training texts."""
        mean, deviation = _moments(train)
        return cls(_standardised(train, mean, deviation), _standardised(evaluation, mean, deviation))

    @property
    def n_inputs(self) -> int:
        return self.train.values.shape[1]

    def fit(self, text: FitText, config: FitConfig) -> Fitted:
        return fit_all(self.train, self.n_inputs, text, config)

    def training(self, fitted: Fitted) -> Inputs:
        return self.train

    def evaluation(self, fitted: Fitted) -> Inputs:
        return self.eval


@dataclass(frozen=True, slots=True)
class Features:
    """Features of an SAE, those that `FitConfig` keeps."""

    train: SparseFeatures
    eval: SparseFeatures

    @property
    def n_inputs(self) -> int:
        return self.train.d_sae

    def fit(self, text: FitText, config: FitConfig) -> Fitted:
        return fit_probe(self.train, text, config)

    def training(self, fitted: Fitted) -> Inputs:
        return _read(self.train, fitted)

    def evaluation(self, fitted: Fitted) -> Inputs:
        return _read(self.eval, fitted)


def _read(features: SparseFeatures, fitted: Fitted) -> SparseFeatures:
    return features.select(torch.tensor(fitted.feature_ids)).cut(fitted.probe.ceiling)


def _chunks(layers: Sequence[Harvest]) -> list[tuple[torch.Tensor, ...]]:
    return list(zip(*(each.resid_post.split(_ROWS) for each in layers), strict=True))


def _moments(layers: Sequence[Harvest]) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean and standard deviation of each input, fp32."""
    n = len(layers[0].resid_post)
    total = square = torch.zeros(1, dtype=torch.float64)
    for parts in _chunks(layers):
        rows = torch.cat(parts, dim=1).double()
        total, square = total + rows.sum(0), square + rows.square().sum(0)
    mean = total / n
    return mean.float(), (square / n - mean.square()).clamp(min=1e-12).sqrt().float()


def _standardised(layers: Sequence[Harvest], mean: torch.Tensor, deviation: torch.Tensor) -> Standardised:
    rows = [((torch.cat(p, dim=1).float() - mean) / deviation).clamp(-CLIP, CLIP).bfloat16() for p in _chunks(layers)]
    return Standardised(torch.cat(rows), np.concatenate([[0], np.cumsum(layers[0].lengths)]))
