"""Feature activations without the zeros: one token has some sixty of thousands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np


@dataclass(frozen=True, slots=True)
class Active:
    """Rows of activations, one a token: `ids` int32 and `values` fp32 `[nnz]`; row t is `[starts[t], starts[t + 1])`, int64."""

    ids: np.ndarray
    values: np.ndarray
    starts: np.ndarray

    def __len__(self) -> int:
        return len(self.starts) - 1

    def rows(self, first: int, end: int) -> Active:
        """Rows `[first, end)`."""
        low, high = self.starts[first], self.starts[end]
        return Active(self.ids[low:high], self.values[low:high], self.starts[first : end + 1] - low)

    def split(self, lengths: Sequence[int]) -> Iterator[Active]:
        """The rows of texts of these lengths."""
        for first, end in pairwise(np.cumsum([0, *lengths]).tolist()):
            yield self.rows(first, end)


def joined(parts: Sequence[Active]) -> Active:
    """The rows of all parts, one after the other."""
    starts = [np.zeros(1, dtype=np.int64)]
    for part in parts:
        starts.append(part.starts[1:] + starts[-1][-1])
    ids = [np.zeros(0, dtype=np.int32), *(part.ids for part in parts)]
    values = [np.zeros(0, dtype=np.float32), *(part.values for part in parts)]
    return Active(np.concatenate(ids), np.concatenate(values), np.concatenate(starts))
