"""Texts cut into pieces and batches, as the fits read them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch

from probes.tags import IMPOSSIBLE, can_begin, can_end

_BATCH_TOKENS = 8192
_PIECE = 192


@dataclass(frozen=True, slots=True)
class FitText:
    """What the fit knows of its texts.

    `allowed`: bool `[n_tokens, n_tags]`, the tags that each token may have; the loss is -log of the probability of all paths
    through allowed tags, so what a source does not label neither teaches nor punishes. Its width says how many classes are
    fitted. `weights`: fp32 `[n_texts]`, weight of each text's tokens. `texts`: ids of the texts to fit on.
    """

    allowed: np.ndarray
    weights: np.ndarray
    texts: np.ndarray

    @property
    def n_tags(self) -> int:
        return int(self.allowed.shape[1])


def padded(rows: torch.Tensor, lengths: torch.Tensor, fill: float | bool) -> torch.Tensor:
    """Rows `[n, c]` of pieces one after the other as `[n_pieces, longest, c]`."""
    longest = int(lengths.max())
    place = torch.cat([torch.arange(int(length)) + i * longest for i, length in enumerate(lengths)])
    flat = torch.full((len(lengths) * longest, rows.shape[1]), fill, dtype=rows.dtype)
    return flat.index_copy(0, place, rows).view(len(lengths), longest, -1)


def bounded(logits: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """Padded tag logits `[n_pieces, longest, n_tags]`, `IMPOSSIBLE` where a piece may not begin or end so, zero in padding."""
    n_types = (logits.shape[2] - 1) // 4
    at, end = torch.arange(logits.shape[1])[None, :, None], lengths[:, None, None]
    none = torch.zeros(logits.shape[2])
    begins = none.masked_fill(~torch.from_numpy(can_begin(n_types)), IMPOSSIBLE)
    ends = none.masked_fill(~torch.from_numpy(can_end(n_types)), IMPOSSIBLE)
    return (logits + begins * (at == 0) + ends * (at == end - 1)) * (at < end)


def rows(text_starts: np.ndarray, batch: np.ndarray) -> np.ndarray:
    """Tokens of a batch, one piece after the other."""
    return np.concatenate([np.arange(text_starts[i] + first, text_starts[i] + last) for i, first, last in batch])


def batches(text_starts: np.ndarray, text: FitText, rng: np.random.Generator) -> list[np.ndarray]:
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
