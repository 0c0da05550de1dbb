"""The CRF against sums over all paths, one by one."""

from __future__ import annotations

from itertools import pairwise, product

import pytest
import torch

from probes.tags import IMPOSSIBLE, can_follow, count
from probes.training.crf import log_partition, partial_loss

TAGS = count(1)
LENGTHS = [4, 1, 3]


def enumerated(emissions: torch.Tensor, transitions: torch.Tensor, allowed: torch.Tensor | None = None) -> torch.Tensor:
    """Log of the summed scores of all paths of one text, of allowed tags only if they are given."""
    n = len(emissions)
    paths = [
        path for path in product(range(TAGS), repeat=n) if allowed is None or all(allowed[t, tag] for t, tag in enumerate(path))
    ]
    scores = []
    for path in paths:
        steps = [transitions[a, b] for a, b in pairwise(path)]
        scores.append(torch.stack([*(emissions[t, tag] for t, tag in enumerate(path)), *steps]).sum())
    return torch.stack(scores).logsumexp(0)


def problem(seed: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Emissions and allowed tags `[3, 4, n_tags]`, lengths, transitions."""
    generator = torch.Generator().manual_seed(seed)
    emissions = torch.randn(3, 4, TAGS, generator=generator) * 3
    transitions = torch.randn(TAGS, TAGS, generator=generator)
    transitions = transitions.masked_fill(~torch.from_numpy(can_follow(1)), IMPOSSIBLE)
    # NONE is always allowed, so there is always a path.
    allowed = torch.rand(3, 4, TAGS, generator=generator) < 0.4
    allowed[:, :, 0] = True
    return emissions, allowed, torch.tensor(LENGTHS), transitions


@pytest.mark.parametrize("seed", range(4))
def test_the_partition_is_the_sum_over_all_paths(seed: int) -> None:
    emissions, _, lengths, transitions = problem(seed)
    expected = torch.stack([enumerated(emissions[i, :n], transitions) for i, n in enumerate(LENGTHS)])
    torch.testing.assert_close(log_partition(emissions, lengths, transitions), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("seed", range(4))
def test_the_loss_is_the_share_of_allowed_paths(seed: int) -> None:
    emissions, allowed, lengths, transitions = problem(seed)
    expected = torch.stack(
        [
            enumerated(emissions[i, :n], transitions) - enumerated(emissions[i, :n], transitions, allowed[i, :n])
            for i, n in enumerate(LENGTHS)
        ]
    )
    found = partial_loss(emissions, allowed, lengths, transitions)
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4)
    assert (found > 0).all()
    assert partial_loss(emissions, torch.ones_like(allowed), lengths, transitions).tolist() == pytest.approx([0, 0, 0], abs=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_gradients_are_those_of_the_sum_over_all_paths(seed: int) -> None:
    emissions, allowed, lengths, transitions = problem(seed)
    emissions.requires_grad_()
    transitions.requires_grad_()
    found = torch.autograd.grad(partial_loss(emissions, allowed, lengths, transitions).sum(), [emissions, transitions])
    slow = torch.stack(
        [
            enumerated(emissions[i, :n], transitions) - enumerated(emissions[i, :n], transitions, allowed[i, :n])
            for i, n in enumerate(LENGTHS)
        ]
    )
    for gradient, expected in zip(found, torch.autograd.grad(slow.sum(), [emissions, transitions]), strict=True):
        torch.testing.assert_close(gradient, expected, rtol=1e-3, atol=1e-4)
    # What lies beyond the end of a text has no say.
    assert (found[0][1, 1:] == 0).all()


def test_padding_does_not_change_the_loss_of_a_text() -> None:
    emissions, allowed, lengths, transitions = problem(0)
    together = partial_loss(emissions, allowed, lengths, transitions)
    for i, n in enumerate(LENGTHS):
        alone = partial_loss(emissions[i : i + 1, :n], allowed[i : i + 1, :n], lengths[i : i + 1], transitions)
        torch.testing.assert_close(alone, together[i : i + 1])
        wide = torch.nn.functional.pad(emissions[i : i + 1, :n], (0, 0, 0, 5), value=7.0)
        open_end = torch.nn.functional.pad(allowed[i : i + 1, :n], (0, 0, 0, 5), value=True)
        torch.testing.assert_close(partial_loss(wide, open_end, lengths[i : i + 1], transitions), alone)


def test_one_known_path_of_a_sure_model_costs_nothing() -> None:
    emissions = torch.zeros(1, 3, TAGS)
    emissions[0, :, 0] = 50.0
    known = torch.zeros(1, 3, TAGS, dtype=torch.bool)
    known[0, :, 0] = True
    transitions = torch.zeros(TAGS, TAGS).masked_fill(~torch.from_numpy(can_follow(1)), IMPOSSIBLE)
    assert float(partial_loss(emissions, known, torch.tensor([3]), transitions)) == pytest.approx(0, abs=1e-5)
    assert float(partial_loss(-emissions, known, torch.tensor([3]), transitions)) > 50
