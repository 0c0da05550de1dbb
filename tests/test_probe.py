"""The probe against loops over tokens and blocks."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.path import span_margin, transition_margin
from probes.probe import BLOCKS, Block, Probe, block_mean
from probes.tags import count, span_tags

N_TYPES, N_FEATURES = 2, 6


def random_probe(seed: int = 0) -> Probe:
    generator = torch.Generator().manual_seed(seed)
    tags = count(N_TYPES)
    W = torch.randn(len(BLOCKS), N_FEATURES, tags, generator=generator)
    return Probe(BLOCKS, W, torch.randn(tags, generator=generator), torch.full((N_FEATURES,), 2.0))


def random_features(n: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(n, N_FEATURES, generator=torch.Generator().manual_seed(100 + seed)) * 2


def naive_logits(probe: Probe, features: np.ndarray) -> np.ndarray:
    """`features` as `Probe.read` gives them."""
    W = probe.W.double().numpy()
    logits = np.tile(probe.b.double().numpy(), (len(features), 1))
    for t in range(len(features)):
        for i, (low, high) in enumerate(probe.blocks):
            for offset in range(low, high + 1):
                if 0 <= t + offset < len(features):
                    logits[t] += features[t + offset] @ W[i] / (high - low + 1)
    return logits


@pytest.mark.parametrize("n", [0, 1, 2, 3, 7, 11, 40])
def test_logits_read_the_tokens_around(n: int) -> None:
    probe, features = random_probe(), random_features(n)
    logits = probe.logits(features @ probe.flat())
    assert logits.shape == (n, count(N_TYPES))
    np.testing.assert_allclose(logits.numpy(), naive_logits(probe, features.double().numpy()), rtol=1e-4, atol=1e-4)


def test_blocks_do_not_overlap() -> None:
    offsets = [offset for low, high in BLOCKS for offset in range(low, high + 1)]
    assert offsets == sorted(set(offsets))
    assert 0 in offsets


@given(n=st.integers(0, 12), low=st.integers(-14, 14), width=st.integers(1, 6))
@settings(max_examples=200, deadline=None)
def test_a_block_mean_counts_what_lies_beyond_the_text_as_zero(n: int, low: int, width: int) -> None:
    values = torch.arange(1.0, 2 * n + 1).view(n, 2)
    high = low + width - 1
    expected = [
        [sum(values[s, c].item() for s in range(t + low, t + high + 1) if 0 <= s < n) / width for c in (0, 1)] for t in range(n)
    ]
    found = block_mean(values, (low, high))
    assert found.dtype == values.dtype
    torch.testing.assert_close(found, torch.tensor(expected).view(n, 2))


@pytest.mark.parametrize("block", [(-8, -3), (5, 10), (0, 0)])
def test_a_block_mean_is_as_exact_at_the_end_of_a_long_text(block: Block) -> None:
    short = 1000 + torch.randn(50, 3, generator=torch.Generator().manual_seed(0))
    long = torch.cat([torch.full((50_000, 3), 1000.0), short])
    torch.testing.assert_close(block_mean(long, block)[-40:], block_mean(short, block)[-40:], rtol=1e-6, atol=1e-4)


def test_activations_are_cut_at_the_ceiling() -> None:
    assert random_probe().read(torch.tensor([[0.0, 1.0, 2.0, 3.0, 99.0, 0.5]])).tolist() == [[0, 1, 2, 2, 2, 0.5]]


@given(data=st.data(), n=st.integers(1, 14), seed=st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_contributions_and_the_share_of_the_biases_are_the_margin(data: st.DataObject, n: int, seed: int) -> None:
    probe, features = random_probe(seed), random_features(n, seed)
    start = data.draw(st.integers(0, n - 1))
    end = data.draw(st.integers(start + 1, n))
    label = data.draw(st.integers(1, N_TYPES))
    tags = span_tags(label, end - start)
    transitions = np.random.default_rng(seed).normal(size=(count(N_TYPES), count(N_TYPES)))
    shares = probe.contributions(features, start, tags)
    assert shares.dtype == np.float64
    biases = sum(float(probe.b[each] - probe.b[0]) for each in tags)
    steps = transition_margin(transitions, tags, 0 if start else None, 0 if end < n else None)
    margin = span_margin(naive_logits(probe, features.double().numpy()), transitions, start, end, label)
    assert shares.sum() + biases + steps == pytest.approx(margin, abs=1e-4)


def test_a_contribution_is_what_goes_missing_without_the_feature() -> None:
    probe, features = random_probe(), random_features(20)
    tags = span_tags(2, 3)

    def margin(of: torch.Tensor) -> float:
        own = naive_logits(probe, of.double().numpy())[9:12]
        return float((own[[0, 1, 2], tags] - own[:, 0]).sum())

    shares = probe.contributions(features, 9, tags)
    for k in range(N_FEATURES):
        without = features.clone()
        without[:, k] = 0
        assert margin(features) - margin(without) == pytest.approx(shares[k], abs=1e-5)
