"""The decoder's path against all paths, one by one."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from probes.path import best_path, span_margin, transition_margin
from probes.tags import IMPOSSIBLE, SINGLE, can_begin, can_end, can_follow, count, span_tags, tag

SCORES = st.floats(-30, 30, width=32)


def score(path: tuple[int, ...], logits: np.ndarray, transitions: np.ndarray) -> float:
    steps = sum(float(transitions[a, b]) for a, b in pairwise(path))
    return steps + sum(float(logits[t, each]) for t, each in enumerate(path))


def valid_paths(n: int, n_types: int) -> list[tuple[int, ...]]:
    allowed = can_follow(n_types)
    every = product(range(count(n_types)), repeat=n)
    return [path for path in every if all(allowed[a, b] for a, b in pairwise((0, *path, 0)))]


@st.composite
def problems(draw: st.DrawFn, longest: int = 5) -> tuple[np.ndarray, np.ndarray, int]:
    n_types = draw(st.integers(1, 2))
    n = draw(st.integers(1, longest if n_types == 1 else min(longest, 4)))
    tags = count(n_types)
    logits = draw(arrays.arrays(np.float32, (n, tags), elements=SCORES))
    transitions = draw(arrays.arrays(np.float32, (tags, tags), elements=SCORES))
    return logits, np.where(can_follow(n_types), transitions, IMPOSSIBLE).astype(np.float32), n_types


@given(problems())
@settings(max_examples=120, deadline=None)
def test_no_valid_path_scores_higher(problem: tuple[np.ndarray, np.ndarray, int]) -> None:
    logits, transitions, n_types = problem
    best = max(score(path, logits, transitions) for path in valid_paths(len(logits), n_types))
    found = tuple(int(each) for each in best_path(logits, transitions))
    assert found in valid_paths(len(logits), n_types)
    assert score(found, logits, transitions) == pytest.approx(best, abs=1e-6)


@given(n=st.integers(1, 60), n_types=st.integers(1, 11), seed=st.integers(0, 999))
@settings(max_examples=60, deadline=None)
def test_a_path_never_leaves_what_is_allowed(n: int, n_types: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    allowed = can_follow(n_types)
    transitions = np.where(allowed, rng.normal(0, 5, allowed.shape), IMPOSSIBLE)
    # Logits that push towards tags that cannot stand there.
    path = best_path(rng.normal(0, 50, (n, count(n_types))), transitions)
    assert can_begin(n_types)[path[0]]
    assert can_end(n_types)[path[-1]]
    assert all(allowed[a, b] for a, b in pairwise(path))


def test_the_path_of_nothing() -> None:
    assert best_path(np.zeros((0, 5)), np.zeros((5, 5))).tolist() == []


def test_transitions_go_from_row_to_column() -> None:
    single = tag(1, SINGLE)
    transitions = np.where(can_follow(1), 0.0, IMPOSSIBLE)
    transitions[0, single] = -9
    logits = np.full((2, 5), -99.0)
    logits[:, [0, single]] = [[0, 5], [0, 5]]
    # Only the way from NONE to a span costs anything, so two spans in a row are worth it.
    assert best_path(logits, transitions).tolist() == [single, single]
    logits[0, 0] = 20
    assert best_path(logits, transitions).tolist() == [0, 0]


def test_the_far_end_of_a_long_text_is_decoded_as_its_beginning() -> None:
    single = tag(1, SINGLE)
    step = np.full((3, 5), -99.0, dtype=np.float32)
    step[:, [0, single]] = [[-40, -40.001], [-40, -40.003], [-40.001, -40]]
    transitions = np.where(can_follow(1), -0.002, IMPOSSIBLE)
    transitions[[0, single], [0, single]] = 0
    path = best_path(np.tile(step, (10_000, 1)), transitions)
    assert (path[:-3].reshape(-1, 3) == path[:3]).all()


@given(problem=problems(), data=st.data())
@settings(max_examples=120, deadline=None)
def test_a_margin_is_the_difference_of_two_paths(problem: tuple[np.ndarray, np.ndarray, int], data: st.DataObject) -> None:
    logits, transitions, n_types = problem
    n = len(logits)
    start = data.draw(st.integers(0, n - 1))
    end = data.draw(st.integers(start + 1, n))
    label = data.draw(st.integers(1, n_types))
    path = (*[0] * start, *span_tags(label, end - start), *[0] * (n - end))
    expected = score(path, logits, transitions) - score((0,) * n, logits, transitions)
    assert span_margin(logits, transitions, start, end, label) == pytest.approx(expected, abs=1e-4)


def test_a_margin_of_transitions_counts_the_neighbours_that_there_are() -> None:
    transitions = np.arange(25.0).reshape(5, 5)
    single = tag(1, SINGLE)
    assert transition_margin(transitions, [single], None, None) == 0
    assert transition_margin(transitions, [single], 0, None) == transitions[0, single] - transitions[0, 0]
    assert transition_margin(transitions, [single], single, 0) == (
        transitions[single, single] + transitions[single, 0] - transitions[single, 0] - transitions[0, 0]
    )
