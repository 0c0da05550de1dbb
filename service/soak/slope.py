"""How fast a noisy figure grows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_RESAMPLES = 400
_BLOCKS = 8
_SEED = 20261125


@dataclass(frozen=True, slots=True)
class Slope:
    """Of y by x, `low` and `high` 95 % bounds; `level`: y in the middle of the samples."""

    value: float
    low: float
    high: float
    level: float


def slope(x: Sequence[float], y: Sequence[float]) -> Slope | None:
    """The median of the slopes between all pairs (Theil 1950, Sen 1968); None below `_BLOCKS` samples of different x.

    The bounds come from residuals that are drawn again in blocks, since neighbours in time are alike.
    """
    xs, ys = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if len(np.unique(xs)) < _BLOCKS:
        return None
    value = _theil_sen(xs, ys)
    line = np.median(ys - value * xs) + value * xs
    residuals = ys - line
    length = -(-len(xs) // _BLOCKS)
    rng = np.random.default_rng(_SEED)
    drawn = []
    for _ in range(_RESAMPLES):
        starts = rng.integers(0, len(xs) - length + 1, _BLOCKS)
        again = np.concatenate([residuals[start : start + length] for start in starts])[: len(xs)]
        drawn.append(_theil_sen(xs, line + again))
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Slope(value, float(low), float(high), float(np.median(ys)))


def _theil_sen(x: np.ndarray, y: np.ndarray) -> float:
    first, second = np.triu_indices(len(x), 1)
    run = x[second] - x[first]
    apart = run > 0
    return float(np.median((y[second] - y[first])[apart] / run[apart]))
