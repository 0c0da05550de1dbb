"""Label paths to spans."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from probes.decode import TokenSpan, best_path, character_span, runs, split, token_spans
from probes.tokens import Tokens

SCORES = st.floats(-8, 8, allow_nan=False, width=32)


def path_score(path: tuple[int, ...], log_probs: np.ndarray, transitions: np.ndarray) -> float:
    steps = sum(float(transitions[a, b]) for a, b in pairwise(path))
    return steps + sum(float(log_probs[t, label]) for t, label in enumerate(path))


@given(data=st.data(), n=st.integers(1, 5), classes=st.integers(1, 3))
@settings(max_examples=80, deadline=None)
def test_viterbi_is_as_good_as_brute_force(data: st.DataObject, n: int, classes: int) -> None:
    log_probs = data.draw(arrays.arrays(np.float64, (n, classes), elements=SCORES))
    transitions = data.draw(arrays.arrays(np.float64, (classes, classes), elements=SCORES))
    best = max(path_score(path, log_probs, transitions) for path in product(range(classes), repeat=n))
    found = best_path(log_probs, transitions)
    assert found.shape == (n,)
    assert path_score(tuple(found), log_probs, transitions) == pytest.approx(best, abs=1e-9)


def test_viterbi_of_nothing() -> None:
    assert best_path(np.zeros((0, 3)), np.zeros((3, 3))).tolist() == []


def test_transitions_go_from_row_to_column() -> None:
    transitions = np.array([[0.0, -9.0], [0.0, 0.0]])
    # Going into class 1 costs 9, leaving it nothing.
    assert best_path(np.array([[0.0, 0.0], [0.0, 5.0], [0.0, 0.0]]), transitions).tolist()[:2] != [0, 1]
    assert best_path(np.array([[0.0, 5.0], [5.0, 0.0]]), transitions).tolist() == [1, 0]


def test_the_far_end_of_a_long_text_is_decoded_as_its_beginning() -> None:
    step = np.array([[-40.0, -40.001], [-40.0, -40.003], [-40.001, -40.0]], dtype=np.float32)
    transitions = np.array([[0.0, -0.002], [-0.002, 0.0]], dtype=np.float32)
    path = best_path(np.tile(step, (10_000, 1)), transitions)
    assert (path[:-3].reshape(-1, 3) == path[:3]).all()


@given(path=st.lists(st.integers(0, 3), max_size=40))
def test_runs_are_the_maximal_stretches_of_one_class(path: list[int]) -> None:
    spans = runs(np.array(path, dtype=np.int64))
    rebuilt = [0] * len(path)
    for span in spans:
        assert span.start < span.end
        assert span.label != 0
        assert span.start == 0 or path[span.start - 1] != span.label
        assert span.end == len(path) or path[span.end] != span.label
        rebuilt[span.start : span.end] = [span.label] * (span.end - span.start)
    assert rebuilt == path
    assert all(a.end <= b.start for a, b in pairwise(spans))


def test_two_classes_side_by_side_are_two_runs() -> None:
    assert runs(np.array([1, 1, 2, 0, 2])) == [TokenSpan(0, 2, 1), TokenSpan(2, 3, 2), TokenSpan(4, 5, 2)]


def cut(text: str, entity_type: str, least: int = 0) -> str | None:
    """The whole text as one token, through `character_span`."""
    tokens = Tokens(np.array([1]), np.array([0]), np.array([len(text)]))
    bounds = character_span(text, tokens, TokenSpan(0, 1, 1), entity_type, least)
    return None if bounds is None else text[bounds[0] : bounds[1]]


@pytest.mark.parametrize(
    ("text", "entity_type", "expected"),
    [
        (" 'Maria Lopez', ", "PERSON", "Maria Lopez"),
        ("「田中さん」。", "PERSON", "田中さん"),
        ("\u00a0\u2003Maria\u0085", "PERSON", "Maria"),
        ("<a@b.org>.", "EMAIL", "a@b.org"),
        ("_a@b.org", "EMAIL", "_a@b.org"),
        ("(+49 30 1234)", "PHONE", "+49 30 1234"),
        ("(020) 7946 0018.", "PHONE", "(020) 7946 0018"),
        ("( 555 1234", "PHONE", "555 1234"),
        ("（０３）１２３４", "PHONE", "（０３）１２３４"),
        ("（０３ １２３４", "PHONE", "０３ １２３４"),
        ("((555", "PHONE", "555"),
        ("〒100-0001 東京都、", "ADDRESS", "〒100-0001 東京都"),
        ("[::1].", "IP_ADDRESS", "[::1]"),
        ("_neo_,", "USERNAME", "_neo_"),
        ('"-p@ss!"', "SECRET", "-p@ss!"),
    ],
)
def test_edges_are_trimmed_by_class(text: str, entity_type: str, expected: str) -> None:
    assert cut(text, entity_type) == expected


@pytest.mark.parametrize("entity_type", ["PERSON", "PHONE", "SECRET", "IP_ADDRESS", "USERNAME"])
@pytest.mark.parametrize("text", ["", " ", "\n\t ", '"', " ' "])
def test_nothing_but_edges_is_no_span(text: str, entity_type: str) -> None:
    assert cut(text, entity_type) is None


@pytest.mark.parametrize("text", [".", "(", "((", "( ", ")", "()", "（"])
def test_punctuation_alone_is_no_number(text: str) -> None:
    assert cut(text, "PHONE") is None


def test_a_span_begins_after_what_was_reported() -> None:
    assert cut("ab, cd", "PERSON", 2) == "cd"
    assert cut("ab", "PERSON", 2) is None
    assert cut("ab", "PERSON", 9) is None


@given(
    text=st.text(alphabet="a1(（)） .,'\"-_:[]+〒」\n\u3000", max_size=12),
    entity_type=st.sampled_from(["PERSON", "PHONE", "SECRET", "EMAIL", "ADDRESS", "IP_ADDRESS", "USERNAME"]),
)
@settings(max_examples=300)
def test_what_is_left_is_stripped_text(text: str, entity_type: str) -> None:
    found = cut(text, entity_type)
    if found is None:
        assert not any(character.isalnum() for character in text)
    else:
        assert found == found.strip() != ""
        kept = text[text.index("1") :] if entity_type == "PHONE" and "1" in text else text
        assert [c for c in found if c.isalnum()] == [c for c in kept if c.isalnum()]


def spans_of(text: str, entity_type: str, cuts: list[tuple[int, int]]) -> list[str]:
    """Split and trim one run over the tokens `cuts` of `text`."""
    tokens = Tokens(np.zeros(len(cuts), dtype=np.int64), *(np.array(column) for column in zip(*cuts, strict=True)))
    parts = split(text, tokens, TokenSpan(0, len(cuts), 1), entity_type)
    bounds = [character_span(text, tokens, part, entity_type) for part in parts]
    return [text[start:end] for start, end in (each for each in bounds if each)]


def test_names_in_a_list_are_parted() -> None:
    assert spans_of("田中、鈴木", "PERSON", [(0, 2), (2, 3), (3, 5)]) == ["田中", "鈴木"]
    assert spans_of("田中・鈴木", "PERSON", [(0, 2), (2, 3), (3, 5)]) == ["田中", "鈴木"]
    assert spans_of("ジョン・スミス", "PERSON", [(0, 3), (3, 4), (4, 7)]) == ["ジョン・スミス"]
    assert spans_of("田中・鈴木", "ADDRESS", [(0, 2), (2, 3), (3, 5)]) == ["田中・鈴木"]


def test_addresses_in_a_list_are_parted() -> None:
    text = "Email: a@b.example c@d.example"
    assert spans_of(text, "EMAIL", [(0, 5), (5, 6), (7, 18), (19, 30)]) == ["a@b.example", "c@d.example"]
    assert spans_of("mira at example dot com", "EMAIL", [(0, 4), (5, 7), (8, 15), (16, 19), (20, 23)]) == [
        "mira at example dot com"
    ]
    assert spans_of("www.example.com", "EMAIL", [(0, 3), (3, 15)]) == []
    assert spans_of("is example.com.", "EMAIL", [(0, 2), (3, 14), (14, 15)]) == []
    assert spans_of('"M"<m@example.com>', "EMAIL", [(0, 4), (4, 17), (17, 18)]) == ["m@example.com"]
    assert spans_of("plus @example", "EMAIL", [(0, 4), (5, 13)]) == []


@pytest.mark.parametrize(
    ("text", "cut", "name"),
    [
        ("Mira Holtman called", (0, 9), "Mira Holtman"),
        ("Mira Holtman called", (0, 6), "Mira"),
        ("with Mira", (4, 9), "Mira"),
        ("シュミットさん", (2, 5), "シュミット"),
        ("シュミットさん", (0, 2), None),
        ("ジョン・スミスさん", (0, 5), "ジョン・スミス"),
        ("ガイア・エネルギー社", (0, 3), None),
        ("田中さん", (0, 2), "田中"),
        ("x" * 500, (100, 110), None),
    ],
)
def test_names_do_not_cut_words(text: str, cut: tuple[int, int], name: str | None) -> None:
    tokens = Tokens(np.zeros(1, dtype=np.int64), np.array([cut[0]]), np.array([cut[1]]))
    bounds = character_span(text, tokens, TokenSpan(0, 1, 1), "PERSON")
    assert (bounds and text[slice(*bounds)]) == name


def test_a_number_has_one_class() -> None:
    text = "DE89 3704 now"
    tokens = Tokens(np.zeros(4, dtype=np.int64), np.array([0, 5, 7, 10]), np.array([4, 7, 9, 13]))
    evidence = np.log(np.array([[0.1, 0.8, 0.1], [0.1, 0.7, 0.2], [0.1, 0.4, 0.5], [0.9, 0.05, 0.05]]))
    spans = token_spans(text, tokens, evidence, np.zeros((3, 3)), 0.0, ["BANK_ACCOUNT", "CREDIT_CARD"])
    assert spans == [TokenSpan(0, 3, 1)]


def test_runs_that_meet_between_words_stay_apart() -> None:
    tokens = Tokens(np.zeros(2, dtype=np.int64), np.array([0, 5]), np.array([4, 9]))
    evidence = np.log(np.array([[0.1, 0.8, 0.1], [0.1, 0.2, 0.7]]))
    assert len(token_spans("DE89 3704", tokens, evidence, np.zeros((3, 3)), 0.0, ["BANK_ACCOUNT", "CREDIT_CARD"])) == 2


def test_a_phone_number_begins_with_a_digit() -> None:
    assert spans_of("は03-5550-0142", "PHONE", [(0, 13)]) == ["03-5550-0142"]
    assert spans_of("tel (020) 7946", "PHONE", [(0, 14)]) == ["(020) 7946"]
