"""Loss of a linear-chain CRF whose labels are partly known, over many texts at once.

Lafferty et al. 2001; with sets of allowed tags in place of one tag: Bellare and McCallum 2007 ("partially labelled" CRF).
"""

from __future__ import annotations

import torch

from probes.tags import IMPOSSIBLE, can_follow


def partial_loss(
    emissions: torch.Tensor, allowed: torch.Tensor, lengths: torch.Tensor, transitions: torch.Tensor
) -> torch.Tensor:
    """`-log P(some path of allowed tags)` of each text.

    Args:
        emissions: fp32 `[n_texts, longest, n_tags]`.
        allowed: bool, same shape: the tags that a token may have. Every token needs a path through its allowed tags.
        lengths: int64 `[n_texts]`, each at least 1.
        transitions: `[n_tags, n_tags]`, score of going from row to column; `IMPOSSIBLE` where that cannot be.

    Returns:
        fp32 `[n_texts]`.
    """
    clamped = emissions.masked_fill(~allowed, IMPOSSIBLE)
    both = log_partition(torch.cat([emissions, clamped]), torch.cat([lengths, lengths]), transitions)
    free, known = both.chunk(2)
    return free - known


def log_partition(emissions: torch.Tensor, lengths: torch.Tensor, transitions: torch.Tensor) -> torch.Tensor:
    """Log of the summed scores of all paths `[n_texts]`; arguments as in `partial_loss`."""
    following = transitions.exp()
    # Unbound once: the gradient of a slice is as large as the whole.
    score, *rest = emissions.unbind(1)
    for t, emission in enumerate(rest, 1):
        # A product of exponentials is several times faster than a logsumexp over [n_texts, n_tags, n_tags].
        highest = score.detach().amax(1, keepdim=True)
        reached = ((score - highest).exp() @ following).clamp(min=1e-30).log() + highest + emission
        score = torch.where((lengths > t)[:, None], reached, score)
    return score.logsumexp(1)


def impossible(n_tags: int) -> torch.Tensor:
    """`[n_tags, n_tags]`: `IMPOSSIBLE` where the column's tag may not follow the row's, else zero."""
    allowed = torch.from_numpy(can_follow((n_tags - 1) // 4))
    return torch.zeros(n_tags, n_tags).masked_fill(~allowed, IMPOSSIBLE)
