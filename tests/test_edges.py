"""Token spans to offsets: what belongs to a finding of each class, and what only stands around it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.edges import character_span
from probes.tags import TokenSpan
from probes.tokens import Tokens


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


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("mira at example dot com", "mira at example dot com"),
        ('"M"<m@example.com>', "m@example.com"),
        ("to: m@example.com, please", "m@example.com"),
        ("連絡先（ｍ＠ｅｘａｍｐｌｅ．ｊｐ）", "ｍ＠ｅｘａｍｐｌｅ．ｊｐ"),
        ("plus @example", None),
        ("mira@ home", None),
    ],
)
def test_an_address_is_what_stands_around_the_at(text: str, address: str | None) -> None:
    assert cut(text, "EMAIL") == address


def test_a_phone_number_begins_with_a_digit() -> None:
    assert cut("は03-5550-0142", "PHONE") == "03-5550-0142"
    assert cut("tel (020) 7946", "PHONE") == "(020) 7946"


def test_only_the_tokens_of_the_span_count() -> None:
    tokens = Tokens(np.zeros(3, dtype=np.int64), np.array([0, 4, 9]), np.array([3, 8, 12]))
    text = "Ann Maria Lee"
    assert character_span(text, tokens, TokenSpan(1, 2, 1), "SECRET") == (4, 8)
    assert character_span(text, tokens, TokenSpan(0, 2, 1), "SECRET") == (0, 8)
