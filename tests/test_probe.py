"""The probe against loops over tokens and blocks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.active import Active
from probes.path import span_margin, transition_margin
from probes.probe import BLOCKS, Probe
from probes.tags import count, span_tags

N_TYPES, N_FEATURES = 2, 6


def random_probe(seed: int = 0) -> Probe:
    generator = torch.Generator().manual_seed(seed)
    tags = count(N_TYPES)
    W = torch.randn(len(BLOCKS), N_FEATURES, tags, generator=generator)
    return Probe(BLOCKS, W, torch.randn(tags, generator=generator), torch.full((N_FEATURES,), 2.0))


def random_features(n: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(n, N_FEATURES, generator=torch.Generator().manual_seed(100 + seed)) * 2


def active(features: torch.Tensor) -> Active:
    """The same without its zeros."""
    rows, ids = features.nonzero(as_tuple=True)
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows.numpy(), minlength=len(features)))])
    return Active(ids.to(torch.int32).numpy(), features[rows, ids].numpy(), starts)


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


@given(lengths=st.lists(st.integers(0, 25), min_size=1, max_size=5), seed=st.integers(0, 99))
@settings(max_examples=100, deadline=None)
def test_what_a_text_spreads_is_its_part_alone_wherever_it_is_cut(lengths: list[int], seed: int) -> None:
    """Parts of one text, each with zeros for the others, add up to the text; texts in one call know nothing of each other."""
    probe, features = random_probe(seed), random_features(sum(lengths), seed)
    before, behind = probe.reach
    assert (before, behind) == (10, 8)
    spreads = probe.spread(features @ probe.flat(), lengths)
    assert [len(each) for each in spreads] == [length + before + behind for length in lengths]
    total = torch.zeros(before + sum(lengths) + behind, count(N_TYPES))
    for first, each in zip(np.cumsum([0, *lengths]), spreads, strict=False):
        total[first : first + len(each)] += each
    whole = probe.b + total[before : before + sum(lengths)]
    np.testing.assert_allclose(whole.numpy(), naive_logits(probe, features.double().numpy()), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("blocks", [((0, 0),), ((1, 3),), ((-4, -2),), ((-1, 0), (2, 2))])
def test_other_blocks(blocks: tuple[tuple[int, int], ...]) -> None:
    probe = replace(random_probe(), blocks=blocks, W=random_probe().W[: len(blocks)])
    features = random_features(6)
    logits = probe.logits(features @ probe.flat())
    np.testing.assert_allclose(logits.numpy(), naive_logits(probe, features.double().numpy()), rtol=1e-4, atol=1e-4)


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
    shares = probe.contributions(active(features), start, end - start, probe.margin_weights(label))
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

    shares = probe.contributions(active(features), 9, 3, probe.margin_weights(2))
    for k in range(N_FEATURES):
        without = features.clone()
        without[:, k] = 0
        assert margin(features) - margin(without) == pytest.approx(shares[k], abs=1e-5)
