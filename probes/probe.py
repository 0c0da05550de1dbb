"""The linear probe: features of a few tokens around t to class logits at t."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

OFFSETS: tuple[int, ...] = (-1, 0, 1, 2)
"""Tokens that the probe reads. The base model is causal: token t has not seen its right context, so the probe looks ahead."""


@dataclass(frozen=True, slots=True)
class Probe:
    """Multinomial linear probe over a window of features.

    Attributes:
        W: `[len(OFFSETS), n_features, n_classes]`.
        b: `[n_classes]`; class 0 is `NONE`.
        ceiling: `[n_features]`; activations are cut here. Rare tokens have residuals ten times the usual norm, and a linear map
            would let them decide everything around them.
    """

    W: torch.Tensor
    b: torch.Tensor
    ceiling: torch.Tensor

    def read(self, features: torch.Tensor) -> torch.Tensor:
        """What the probe sees of activations `[n, n_features]`: the same, cut at the ceiling."""
        return torch.minimum(features, self.ceiling)

    def logits(self, features: torch.Tensor) -> torch.Tensor:
        """Class logits `[n, n_classes]` of one text, from its features `[n, n_features]` as `read` gives them."""
        return self.b + gather_offsets(torch.stack([features @ self.W[o] for o in range(len(OFFSETS))], dim=1))

    def contributions(self, features: torch.Tensor, start: int, end: int, label: int) -> tuple[np.ndarray, float]:
        """Decompose the mean margin of class `label` over `NONE` on tokens `[start, end)`.

        Returns:
            float64 `[n_features]`, what each feature added over all tokens and offsets, and the bias. Their sum is the margin.
        """
        total = np.zeros(features.shape[1])
        for o, offset in enumerate(OFFSETS):
            rows = features[max(0, start + offset) : max(0, end + offset)]
            weight = (self.W[o, :, label] - self.W[o, :, 0]).double().numpy()
            total += rows.double().sum(0).numpy() * weight
        return total / (end - start), float(self.b[label].double() - self.b[0].double())


def gather_offsets(projected: torch.Tensor) -> torch.Tensor:
    """Sum over offsets: `[n, len(OFFSETS), c]` per-token projections to `[n, c]`; tokens beyond either end count as zero."""
    n, _, classes = projected.shape
    result = projected.new_zeros(n, classes)
    for o, offset in enumerate(OFFSETS):
        source = slice(max(0, offset), max(0, min(n, n + offset)))
        target = slice(max(0, -offset), max(0, min(n, n - offset)))
        result[target] += projected[source, o]
    return result
