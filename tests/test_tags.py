"""Tags against a plain reading of what BIOES means."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.tags import BEGIN, END, INSIDE, SINGLE, TokenSpan, can_begin, can_end, can_follow, count, span_tags, spans, tag


def names(n_types: int) -> list[str]:
    """`O`, then `B1`, `I1`, `E1`, `S1`, `B2`, …"""
    return ["O", *(f"{position}{label}" for label in range(1, n_types + 1) for position in "BIES")]


def follows(before: str, after: str) -> bool:
    if before[0] in "BI":
        return after[0] in "IE" and after[1:] == before[1:]
    return after[0] in "OBS"


@st.composite
def layouts(draw: st.DrawFn) -> tuple[list[int], list[TokenSpan]]:
    """A path of tags built span by span, and the spans."""
    path: list[int] = []
    found = []
    for gap, length, label in draw(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 5), st.integers(1, 3)), max_size=6)):
        path += [0] * gap
        found.append(TokenSpan(len(path), len(path) + length, label))
        path += span_tags(label, length)
    return path + [0] * draw(st.integers(0, 2)), found


def test_a_tag_is_its_class_and_its_position() -> None:
    assert count(3) == len(names(3)) == 13
    for label in (1, 2, 3):
        for position, letter in ((BEGIN, "B"), (INSIDE, "I"), (END, "E"), (SINGLE, "S")):
            assert names(3)[tag(label, position)] == f"{letter}{label}"


@pytest.mark.parametrize(("length", "expected"), [(1, "S2"), (2, "B2 E2"), (3, "B2 I2 E2"), (5, "B2 I2 I2 I2 E2")])
def test_the_tags_of_a_span(length: int, expected: str) -> None:
    assert " ".join(names(2)[each] for each in span_tags(2, length)) == expected


@pytest.mark.parametrize("n_types", [1, 2, 3, 11])
def test_what_may_follow_what(n_types: int) -> None:
    allowed = can_follow(n_types)
    every = names(n_types)
    assert allowed.dtype == bool
    assert allowed.tolist() == [[follows(before, after) for after in every] for before in every]
    # A text begins and ends as if `NONE` stood around it.
    assert can_begin(n_types).tolist() == [follows("O", name) for name in every]
    assert can_end(n_types).tolist() == [follows(name, "O") for name in every]


@given(layouts())
def test_spans_are_read_off_the_path_that_they_were_written_to(layout: tuple[list[int], list[TokenSpan]]) -> None:
    path, written = layout
    assert spans(np.array(path, dtype=np.int64)) == written
    allowed = can_follow(3)
    assert all(allowed[a, b] for a, b in zip([0, *path], [*path, 0], strict=True))


def test_neighbours_of_one_class_stay_two() -> None:
    assert spans(np.array([tag(1, SINGLE), *span_tags(1, 2), *span_tags(2, 2)])) == [
        TokenSpan(0, 1, 1),
        TokenSpan(1, 3, 1),
        TokenSpan(3, 5, 2),
    ]
