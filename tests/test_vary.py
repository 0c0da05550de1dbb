"""Renamed and recased copies of labelled texts: every label still says what it said, of another person."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.entity import NONE
from probes.training import vary as module
from probes.training.example import Example, Label
from probes.training.generate.people import Person
from probes.training.vary import PREFIX, varied_sources, vary

PERSON = frozenset({"PERSON"})
Part = tuple[str, frozenset[str] | None]

CASES: tuple[Callable[[str], str], ...] = (str, str.lower, str.upper)


def example_of(*parts: Part, language: str = "en") -> Example:
    """A text of parts, those with classes labelled."""
    text, labels = "", []
    for part, candidates in parts:
        if candidates:
            labels.append(Label(len(text), len(text) + len(part), candidates))
        text += part
    return Example(text, tuple(labels), language, "test", frozenset({"PHONE"}))


def pieces(example: Example) -> tuple[list[str], list[str]]:
    """What stands in the labels, and around them."""
    edges = [0, *(edge for label in sorted(example.labels, key=lambda x: x.start) for edge in (label.start, label.end))]
    parts = [example.text[a:b] for a, b in zip(edges, [*edges[1:], len(example.text)], strict=True)]
    return parts[1::2], parts[::2]


# İ in lower case and ß in upper case are two characters.
_TEXT = st.text("ab Z.\n田@ßİ", max_size=6)
_NAME = st.sampled_from(["Mira Holt", "Mira", "HOLT", "@mira", "田中花子", "田中", "Jan·İ", "x"])
_CLASSES = st.sampled_from([PERSON, PERSON, PERSON | {NONE}, frozenset({"EMAIL"}), frozenset({"ADDRESS", NONE})])


@given(
    st.lists(st.tuples(_TEXT, st.one_of(_NAME, st.text("aB1@ß", min_size=1, max_size=5)), _CLASSES), max_size=6),
    _TEXT,
    st.sampled_from(["en", "ja", "de", "xx", ""]),
    st.integers(0, 2**31),
    st.booleans(),
)
@settings(max_examples=400, deadline=None)
def test_labels_stay_where_they_were_and_only_persons_are_renamed(
    parts: list[tuple[str, str, frozenset[str]]], end: str, language: str, seed: int, reverse: bool
) -> None:
    listed: list[Part] = [part for gap, name, classes in parts for part in ((gap, None), (name, classes))]
    example = example_of(*listed, (end, None), language=language)
    if reverse:
        example = Example(example.text, example.labels[::-1], language, "test", example.unlabelled)
    (varied,) = vary([example], seed)
    assert (varied.language, varied.source, varied.unlabelled) == (language, "test", example.unlabelled)
    assert [label.candidates for label in varied.labels] == [classes for _, _, classes in parts]
    (before, around), (after, around_after) = pieces(example), pieces(varied)
    kept = [(a, b) for a, b, (_, _, classes) in zip(before, after, parts, strict=True) if classes != PERSON]
    kept += zip(around, around_after, strict=True)
    assert any(all(case(a) == b for a, b in kept) for case in CASES)
    renamed: dict[str, set[str]] = {}
    for a, b, (_, _, classes) in zip(before, after, parts, strict=True):
        if classes == PERSON:
            assert b.strip()
            renamed.setdefault(a, set()).add(b)
    assert all(len(names) == 1 for names in renamed.values())


def test_a_name_is_another_one_in_every_text() -> None:
    example = example_of(("I saw ", None), ("Barack Obama", PERSON), (" and ", None), ("Obama", PERSON))
    names = [pieces(each)[0] for each in vary([example] * 60, 0)]
    assert len({full.lower() for full, _ in names}) > 50
    assert not any(full.lower() == "barack obama" for full, _ in names)
    assert all(" " in full for full, _ in names)


def invented(monkeypatch: pytest.MonkeyPatch, language: str, person: Person) -> None:
    monkeypatch.setitem(module.LANGUAGES, language, SimpleNamespace(person=lambda rng: person))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("language", "person", "name", "expected"),
    [
        ("en", Person("Ida", "Voss", "", "latin"), "Mira Holt", {"Ida Voss"}),
        ("en", Person("Ida", "Voss", "", "latin"), "Mira J. Holt", {"Ida Voss"}),
        ("en", Person("Ida", "Voss", "", "latin"), "Mira", {"Ida", "Voss"}),
        ("en", Person("Ida", "Voss", "", "latin"), "@mira", {"Ida", "Voss"}),
        ("en", Person("Ida", "Voss", "", "latin"), " Mira ", {"Ida", "Voss"}),
        ("ja", Person("太郎", "山田", "", "kanji"), "田中花子", {"山田太郎"}),
        ("ja", Person("太郎", "山田", "", "kanji"), "田中", {"太郎", "山田"}),
        ("ja", Person("ジョン", "スミス", "", "katakana"), "マリー・キュリー", {"ジョン・スミス"}),
        ("ja", Person("ジョン", "スミス", "", "katakana"), "マリー", {"ジョン", "スミス"}),
    ],
)
def test_a_name_of_one_part_becomes_one_part(
    language: str, person: Person, name: str, expected: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    invented(monkeypatch, language, person)
    found = {module._like(name, language, random.Random(seed)) for seed in range(20)}
    assert found == expected


def test_an_unknown_language_is_named_as_english(monkeypatch: pytest.MonkeyPatch) -> None:
    invented(monkeypatch, "en", Person("Ida", "Voss", "", "latin"))
    (varied,) = vary([example_of(("Mira Holt", PERSON), (" 1", None), language="sv")], 0)
    assert varied.text.lower() == "ida voss 1"


def test_some_texts_are_recased_as_a_whole() -> None:
    example = example_of(("Call ", None), ("Mira", PERSON), (" at ", None), ("A@b.c", frozenset({"EMAIL"})), (" Now", None))
    cases = Counter(next(case for case in CASES if case("Call ") == each.text[:5]) for each in vary([example] * 1000, 1))
    assert cases[str.lower] == pytest.approx(300, abs=60)
    assert cases[str.upper] == pytest.approx(50, abs=30)
    for each in vary([example] * 200, 1):
        if each.text.startswith("call"):
            assert each.text == each.text.lower()
        if each.text.startswith("CALL"):
            assert each.text == each.text.upper()


def test_a_text_keeps_its_case_where_another_would_move_labels() -> None:
    example = example_of(("İ ", None), ("x", PERSON | {NONE}))
    assert {each.text for each in vary([example] * 200, 0)} == {"İ x", "İ X"}


def test_only_texts_with_persons_are_varied() -> None:
    person = example_of(("Mira", PERSON), (" 1", None))
    others = [
        example_of(("nobody 2", None)),
        example_of(("Mira", PERSON | {NONE}), (" 3", None)),
        example_of(("a@b.c", frozenset({"EMAIL"})), (" 4", None)),
    ]
    sources = {"generated": [person], "wnut17.train": [*others, person, person], "btc.train": others, "own.de": [person]}
    varied = varied_sources(sources, 0)
    assert set(varied) - {PREFIX + "btc.train"} == {PREFIX + "wnut17.train"}
    assert [each.text[-1] for each in varied[PREFIX + "wnut17.train"]] == ["1", "1"]
    assert not varied.get(PREFIX + "btc.train")


def test_a_set_is_sampled_up_to_its_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(module.VARIED, "wnut17.train", 100)
    examples = [example_of(("Mira", PERSON), (f" {i:05}", None)) for i in range(50)]
    varied = varied_sources({"wnut17.train": examples}, 0)[PREFIX + "wnut17.train"]
    assert len(varied) == len({each.text[-5:] for each in varied}) == 10


def test_the_seed_decides() -> None:
    examples = [example_of(("Mira Holt", PERSON), (f" {i}", None)) for i in range(20)]
    assert list(vary(examples, 3)) == list(vary(examples, 3))
    assert list(vary(examples, 3)) != list(vary(examples, 4))
    sources = {"wnut17.train": examples}
    assert varied_sources(sources, 3) == varied_sources(sources, 3)
    assert varied_sources(sources, 3) != varied_sources(sources, 4)
