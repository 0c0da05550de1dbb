"""Whole-word search for many terms at once, against a search for each by itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.terms import _UNIT, Terms, folded


def found(terms: list[str], text: str) -> list[tuple[str, int]]:
    return [(text[start:end], index) for start, end, index in Terms(terms).matches(text)]


@pytest.mark.parametrize(
    ("term", "text", "matches"),
    [
        ("Quist", "QUIST quist, Quist's Quists Marquist 'quist'", ["QUIST", "quist", "Quist", "quist"]),
        ("Zoë Quist", "Zoë\n  Quist Zoe\u0308 quist ZoëQuist", ["Zoë\n  Quist", "Zoe\u0308 quist"]),
        ("Zoe", "Zoe\u0308 zoe", ["zoe"]),
        ("Weißfeld", "WEISSFELD weissfeld", ["WEISSFELD", "weissfeld"]),
        ("Quist", "Ｑｕｉｓｔ", ["Ｑｕｉｓｔ"]),
        ("4711", "4711 14711 4711a 47-4711", ["4711", "4711"]),
        ("q@x.org", "q@x.org, eq@x.org q@x.organ", ["q@x.org"]),
        ("山田", "山田さんと小山田課長、Xは山田", ["山田", "山田", "山田"]),
        ("カフェ", "カフェテラス", ["カフェ"]),
        ("김하나", "김하나는", ["김하나"]),
        ("Quist", "お客様はQuistさん", ["Quist"]),
        ("***", "a *** b", ["***"]),
    ],
)
def test_a_term_is_found_as_a_whole_word_in_any_case(term: str, text: str, matches: list[str]) -> None:
    assert [match for match, _ in found([term], text)] == matches


def test_the_longest_of_several_is_named_and_of_equal_ones_the_first() -> None:
    assert found(["B", "A B", "b", "A B C D", "C"], "A B C") == [("A B", 1), ("C", 4)]


def test_a_term_that_begins_inside_another_is_found() -> None:
    assert found(["a b c d", "b c x", "c"], "a b c x") == [("c", 2), ("b c x", 1)]


WORDS = st.lists(st.sampled_from(["a", "A", "b", "ab", " ", "  ", ".", "山", "é"]), max_size=12).map("".join)


@given(terms=st.lists(WORDS.map(str.strip).filter(bool), max_size=6), text=WORDS)
def test_what_is_found_is_what_each_term_alone_would_find(terms: list[str], text: str) -> None:
    units = list(_UNIT.finditer(text))

    def keys(whole: str) -> list[str]:
        return [" " if unit[0].isspace() else folded(unit[0]) for unit in _UNIT.finditer(whole)]

    expected: dict[int, int] = {}
    for term in terms:
        wanted = keys(term)
        for at in range(len(units) - len(wanted) + 1):
            if keys(text)[at : at + len(wanted)] == wanted:
                start, end = units[at].start(), units[at + len(wanted) - 1].end()
                expected[end] = min(start, expected.get(end, start))
    assert {end: start for start, end, _ in Terms(terms).matches(text)} == expected
