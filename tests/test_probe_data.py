"""Labels to the tags that each token may have."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import tiny
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.entity import ENTITY_TYPES, NONE
from probes.tags import BEGIN, END, INSIDE, SINGLE, can_begin, can_end, can_follow, count, tag
from probes.tokens import TextTokenizer, Tokens
from probes.training.crf import log_partition
from probes.training.example import Example, Label
from probes.training.probe_data import allowed_tags, is_held_out

N_TAGS = count(len(ENTITY_TYPES))


def tag_of(name: str, position: int) -> int:
    return tag(1 + ENTITY_TYPES.index(name), position)


def any_of(*classes: str) -> set[int]:
    """All tags of some classes."""
    every = (BEGIN, INSIDE, END, SINGLE)
    return {0 for name in classes if name == NONE} | {tag_of(name, each) for name in classes if name != NONE for each in every}


def allowed_sets(example: Example, tokens: Tokens) -> list[set[int]]:
    allowed = allowed_tags(example, tokens)
    assert allowed.dtype == bool
    assert allowed.shape == (len(tokens), N_TAGS)
    return [set(np.flatnonzero(row).tolist()) for row in allowed]


def tokens_of(*bounds: tuple[int, int]) -> Tokens:
    starts, ends = np.array(bounds, dtype=np.int64).reshape(-1, 2).T
    return Tokens(np.zeros(len(bounds), dtype=np.int64), starts, ends)


def example_of(text: str, *labels: tuple[int, int, set[str]], unlabelled: frozenset[str] = frozenset()) -> Example:
    return Example(text, tuple(Label(a, b, frozenset(names)) for a, b, names in labels), "en", "test", unlabelled)


def test_a_label_gives_its_tokens_one_tag_each() -> None:
    #                                       0  3  6  9
    example = example_of("aa bb cc dd ee", (3, 11, {"PERSON"}), (12, 14, {"EMAIL"}))
    tokens = tokens_of((0, 2), (3, 5), (6, 8), (9, 11), (12, 14))
    assert allowed_sets(example, tokens) == [
        {0},
        {tag_of("PERSON", BEGIN)},
        {tag_of("PERSON", INSIDE)},
        {tag_of("PERSON", END)},
        {tag_of("EMAIL", SINGLE)},
    ]


def test_a_coarse_label_allows_any_tag_of_its_classes() -> None:
    example = example_of("aa bb cc", (0, 5, {"NATIONAL_ID", "BANK_ACCOUNT"}), (6, 8, {"PERSON", NONE}))
    allowed = allowed_sets(example, tokens_of((0, 2), (3, 5), (6, 8)))
    assert allowed == [any_of("NATIONAL_ID", "BANK_ACCOUNT")] * 2 + [any_of("PERSON", NONE)]


def test_outside_of_labels_the_unlabelled_classes_are_open() -> None:
    example = example_of("aa bb", (3, 5, {"PERSON"}), unlabelled=frozenset({"EMAIL", "PHONE"}))
    assert allowed_sets(example, tokens_of((0, 2), (3, 5))) == [any_of(NONE, "EMAIL", "PHONE"), {tag_of("PERSON", SINGLE)}]


def test_a_token_in_two_labels_may_be_either_or_none() -> None:
    """One character, several byte tokens or one token over a label's edge: no path of tags says both."""
    example = example_of("abcd", (0, 2, {"PERSON"}), (2, 4, {"ADDRESS"}))
    first, shared, last = allowed_sets(example, tokens_of((0, 1), (1, 3), (3, 4)))
    assert first == {tag_of("PERSON", BEGIN)}
    assert shared == {tag_of("PERSON", END)} | any_of(NONE, "ADDRESS")
    assert last == any_of(NONE, "ADDRESS")


def test_blanks_belong_to_a_label_only_inside_of_it() -> None:
    #       0123456789012
    text = "\nAb \n Cd\nEf\n"
    tokens = tokens_of((1, 1), (1, 3), (5, 5), (6, 8), (9, 9), (9, 11), (12, 12))
    example = example_of(text, (1, 8, {"PERSON"}), (9, 11, {"PERSON"}))
    begin, inside, end, single = ({tag_of("PERSON", each)} for each in (BEGIN, INSIDE, END, SINGLE))
    assert allowed_sets(example, tokens) == [{0}, begin, inside, end, {0}, single, {0}]


def test_a_label_without_tokens_says_nothing() -> None:
    assert allowed_sets(example_of("a  b", (1, 3, {"PERSON"})), tokens_of((0, 1), (3, 4))) == [{0}, {0}]
    assert allowed_tags(example_of(""), tokens_of()).shape == (0, N_TAGS)


def test_with_a_real_tokenizer_the_tags_spell_the_label(tiny_model_folder: Path) -> None:
    text = tiny.SENTENCES[0]
    (tokens,) = TextTokenizer(tiny_model_folder).encode([text])
    example = example_of(text, (0, 11, {"PERSON"}))
    path = [min(each) for each in allowed_sets(example, tokens)]
    inside = [i for i in range(len(tokens)) if tokens.starts[i] < 11 and tokens.ends[i] > tokens.starts[i]]
    assert all(len(each) == 1 for each in allowed_sets(example, tokens))
    assert len(inside) > 1
    assert path[inside[0]] == tag_of("PERSON", BEGIN)
    assert path[inside[-1]] == tag_of("PERSON", END)
    assert set(path[inside[-1] + 1 :]) == {0}


@st.composite
def labelled_tokens(draw: st.DrawFn) -> tuple[Example, Tokens]:
    """Any labels, overlapping ones too, on any tokens in order: gaps, blanks, several of one character."""
    at, bounds = 0, []
    for gap, size, again in draw(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 4), st.integers(1, 3)), max_size=12)):
        bounds += [(at + gap, at + gap + size)] * again
        at += gap + size
    names = st.sets(st.sampled_from([NONE, *ENTITY_TYPES[:3]]), min_size=1, max_size=3)
    parts = st.tuples(st.integers(0, 30), st.integers(1, 12), names)
    labels = [(start, start + size, each) for start, size, each in draw(st.lists(parts, max_size=6))]
    unlabelled = frozenset(draw(st.sets(st.sampled_from(ENTITY_TYPES), max_size=3)))
    return example_of("x" * max(at, 42), *labels, unlabelled=unlabelled), tokens_of(*bounds)


@given(labelled_tokens())
@settings(max_examples=300, deadline=None)
def test_there_is_always_a_path(drawn: tuple[Example, Tokens]) -> None:
    allowed = allowed_tags(*drawn)
    follow, n_types = can_follow(len(ENTITY_TYPES)), len(ENTITY_TYPES)
    reached = can_begin(n_types)
    for row in allowed:
        reached = row & reached
        assert reached.any()
        last, reached = reached, follow[reached].any(0)
    assert not len(allowed) or (last & can_end(n_types)).any()


@given(labelled_tokens())
@settings(max_examples=100, deadline=None)
def test_sure_labels_that_no_other_touches_leave_one_path(drawn: tuple[Example, Tokens]) -> None:
    example, tokens = drawn
    allowed = allowed_tags(example, tokens)
    inside = [np.flatnonzero((tokens.starts < label.end) & (tokens.ends > label.start)) for label in example.labels]
    for i, label in enumerate(example.labels):
        others = np.concatenate([inside[j] for j in range(len(inside)) if j != i] or [np.zeros(0, dtype=np.int64)])
        if len(label.candidates) == 1 and NONE not in label.candidates and len(inside[i]) and not set(inside[i]) & set(others):
            (name,) = label.candidates
            path = [int(np.flatnonzero(row)[0]) for row in allowed[inside[i]]]
            assert (allowed[inside[i]].sum(1) == 1).all()
            assert path[0] in (tag_of(name, BEGIN), tag_of(name, SINGLE))
            assert path[-1] in (tag_of(name, END), tag_of(name, SINGLE))
            assert all(can_follow(len(ENTITY_TYPES))[a, b] for a, b in pairwise(path))


def test_a_known_path_is_one_path_to_the_loss() -> None:
    example = example_of("aa bb cc dd", (3, 8, {"PERSON"}))
    allowed = torch.from_numpy(allowed_tags(example, tokens_of((0, 2), (3, 5), (6, 8), (9, 11))))
    emissions = torch.zeros(1, 4, N_TAGS).masked_fill(~allowed, -1e4)
    transitions = torch.zeros(N_TAGS, N_TAGS).masked_fill(~torch.from_numpy(can_follow(len(ENTITY_TYPES))), -1e4)
    assert float(log_partition(emissions, torch.tensor([4]), transitions)) == pytest.approx(0)


def test_about_a_tenth_is_held_out_by_the_text_alone() -> None:
    examples = [example_of(f"text {i}") for i in range(2000)]
    share = np.mean([is_held_out(example) for example in examples])
    assert 0.07 < share < 0.13
    again = example_of("text 7", (0, 4, {"PERSON"}))
    assert is_held_out(again) == is_held_out(examples[7])
    assert not is_held_out(example_of("\ud800 half a character"))
