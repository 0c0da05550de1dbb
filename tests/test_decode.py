"""Tag logits to token spans."""

from __future__ import annotations

import numpy as np
import pytest

from probes.decode import joined, token_spans
from probes.tags import IMPOSSIBLE, TokenSpan, can_follow, count, span_tags
from probes.tokens import Tokens

N_TYPES = 2
TRANSITIONS = np.where(can_follow(N_TYPES), 0.0, IMPOSSIBLE)


def tokens_of(*bounds: tuple[int, int]) -> Tokens:
    starts, ends = np.array(bounds, dtype=np.int64).reshape(-1, 2).T
    return Tokens(np.zeros(len(bounds), dtype=np.int64), starts, ends)


def logits_of(n: int, *spans: tuple[TokenSpan, float]) -> np.ndarray:
    """Logits under which each span is worth that much a token, and `NONE` nothing."""
    logits = np.full((n, count(N_TYPES)), -50.0, dtype=np.float32)
    logits[:, 0] = 0
    for span, value in spans:
        logits[np.arange(span.start, span.end), span_tags(span.label, span.end - span.start)] = value
    return logits


def test_a_number_has_one_class() -> None:
    text, tokens = "DE89 3704 now", tokens_of((0, 4), (5, 7), (7, 9), (10, 13))
    # The path changes its mind in the middle of 3704.
    first, second = TokenSpan(0, 2, 1), TokenSpan(2, 3, 2)
    assert token_spans(text, tokens, logits_of(4, (first, 3.0), (second, 2.0)), TRANSITIONS, 0.0) == [TokenSpan(0, 3, 1)]
    assert token_spans(text, tokens, logits_of(4, (first, 1.0), (second, 60.0)), TRANSITIONS, 0.0) == [TokenSpan(0, 3, 2)]


def test_all_pieces_of_a_word_are_joined() -> None:
    tokens = tokens_of((0, 2), (2, 4), (4, 6), (7, 9))
    found = [TokenSpan(0, 1, 1), TokenSpan(1, 2, 1), TokenSpan(2, 3, 2), TokenSpan(3, 4, 2)]
    logits = logits_of(4, *((span, 2.0) for span in found))
    assert joined("abc4ef gh", tokens, logits, found) == [TokenSpan(0, 3, 1), TokenSpan(3, 4, 2)]


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("DE89 3704", [(0, 4), (5, 9)]),
        ("DE89-3704", [(0, 5), (5, 9)]),
        ("田中鈴木", [(0, 2), (2, 4)]),
        ("Ann田中", [(0, 3), (3, 5)]),
    ],
)
def test_spans_that_meet_between_words_stay_apart(text: str, bounds: list[tuple[int, int]]) -> None:
    found = [TokenSpan(0, 1, 1), TokenSpan(1, 2, 1)]
    logits = logits_of(2, *((span, 2.0) for span in found))
    assert token_spans(text, tokens_of(*bounds), logits, TRANSITIONS, 0.0) == found


def test_spans_with_a_token_between_them_stay_apart() -> None:
    found = [TokenSpan(0, 1, 1), TokenSpan(2, 3, 1)]
    logits = logits_of(3, *((span, 2.0) for span in found))
    assert token_spans("abcdef", tokens_of((0, 2), (2, 4), (4, 6)), logits, TRANSITIONS, 0.0) == found


def test_the_bias_of_none_decides_what_is_weak() -> None:
    weak, strong = TokenSpan(0, 1, 1), TokenSpan(2, 4, 2)
    logits, tokens = logits_of(4, (weak, 1.0), (strong, 3.0)), tokens_of((0, 2), (3, 5), (6, 8), (9, 11))
    text = "ab cd ef gh"
    given = logits.copy()
    assert token_spans(text, tokens, logits, TRANSITIONS, 0.0) == [weak, strong]
    assert token_spans(text, tokens, logits, TRANSITIONS, 2.0) == [strong]
    assert token_spans(text, tokens, logits, TRANSITIONS, 4.0) == []
    assert token_spans(text, tokens, logits_of(4, (weak, -1.0)), TRANSITIONS, -2.0)[0] == weak
    assert np.array_equal(logits, given)


def test_no_tokens() -> None:
    assert token_spans("", tokens_of(), np.zeros((0, count(N_TYPES)), dtype=np.float32), TRANSITIONS, 0.0) == []
