"""Noise and evasion: labels keep covering their values, plain text stays text, and folding undoes what it can."""

from __future__ import annotations

import random
import re
from collections import Counter
from itertools import pairwise

import pytest

from probes.folding import fold
from probes.training.generate.documents import document
from probes.training.generate.evasion import KINDS, add_evasion, evade
from probes.training.generate.language import Scene
from probes.training.generate.material import material
from probes.training.generate.noise import NOISES, add_noise
from probes.training.generate.segments import Piece, Segment, assemble
from probes.training.generate.slots import LANGUAGES

PIECE: Piece = [
    Segment("Please call "),
    Segment("Mira Holt", "PERSON"),
    Segment(" at "),
    Segment("555 0100 200", "PHONE"),
    Segment(", or write to "),
    Segment("mira.holt@example.com", "EMAIL"),
    Segment(". The secret is "),
    Segment("hunter-Two", "SECRET"),
    Segment(". "),
    Segment("Tom Ölaf Reed", "PERSON"),
    Segment(", "),
    Segment("Ann Lee", "PERSON"),
    Segment(" are waiting.\nThanks!"),
]
JAPANESE: Piece = [
    Segment("担当は"),
    Segment("山田太郎", "PERSON"),
    Segment("です。電話は"),
    Segment("090-1234-5678", "PHONE"),
    Segment("でございます。"),
]


def pieces(code: str, count: int) -> list[Piece]:
    rng, language = random.Random(code), LANGUAGES[code]
    return [document(Scene(rng, language), material(language, False), pii=rng.random() < 0.65) for _ in range(count)]


def values(piece: Piece) -> list[tuple[str, str]]:
    return [(s.entity, s.text) for s in piece if s.entity]


def text(piece: Piece) -> str:
    return "".join(s.text for s in piece)


def touching(piece: Piece) -> int:
    """How many values follow another with nothing but blanks between."""
    shown = [s.entity for s in piece if s.text.strip(" ")]
    return sum(bool(one and two) for one, two in pairwise(shown))


def labelled(piece: Piece) -> list[tuple[str, str]]:
    example = assemble(piece, "en")
    return [(next(iter(x.candidates)), example.text[x.start : x.end]) for x in example.labels]


@pytest.mark.parametrize("kind", NOISES)
@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_every_value_is_still_there_labelled_and_apart_from_the_next(kind: str, code: str) -> None:
    rng = random.Random(3)
    for piece in pieces(code, 60):
        noisy = NOISES[kind](piece, rng, code)
        entities = [e for e, _ in values(noisy)]
        if kind != "code_switch":
            assert entities == [e for e, _ in values(piece)]
        assert len(assemble(noisy, code).labels) == len(entities)
        assert touching(noisy) <= touching(piece)


@pytest.mark.parametrize("kind", NOISES)
def test_the_same_source_gives_the_same_noise(kind: str) -> None:
    one, two = (NOISES[kind](PIECE, random.Random(5), "en") for _ in range(2))
    assert one == two


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("lower", "mira holt"), ("upper", "MIRA HOLT"), ("title", "Mira Holt"), ("caps_lock", "mIRA hOLT")],
)
def test_letter_case_of_all_but_secrets(kind: str, expected: str) -> None:
    noisy = NOISES[kind](PIECE, random.Random(0), "en")
    assert ("PERSON", expected) in values(noisy)
    assert ("SECRET", "hunter-Two") in values(noisy)


@pytest.mark.parametrize(("code", "piece"), [("en", PIECE), ("ja", JAPANESE)])
def test_typos_come_in_sentences_and_now_and_then_in_names_but_never_in_numbers(code: str, piece: Piece) -> None:
    rng = random.Random(1)
    seen: Counter[str] = Counter()
    for _ in range(400):
        for old, new in zip(piece, NOISES["typos"](piece, rng, code), strict=True):
            seen[old.entity] += old != new
            assert abs(len(new.text) - len(old.text)) <= 4
    assert seen[""] > 40
    assert all(seen[e] == 0 for e in ("PHONE", "EMAIL", "SECRET"))
    if code == "en":
        assert 0 < seen["PERSON"] < seen[""]


def test_a_typo_is_a_key_beside_on_the_keyboard_of_the_language() -> None:
    piece = [Segment("zzzz " * 50)]
    near = {
        code: set("".join(text(NOISES["typos"](piece, random.Random(i), code)) for i in range(30))) - set("z ")
        for code in ("en", "de", "fr")
    }
    assert near == {"en": {"x"}, "de": {"t", "u"}, "fr": {"a", "e"}}


def test_missing_spaces_and_punctuation_never_join_two_values() -> None:
    rng = random.Random(2)
    for kind in ("missing_spaces", "missing_punctuation"):
        noisy = [NOISES[kind](PIECE, rng, "en") for _ in range(100)]
        assert all(piece[10].text == ", " for piece in noisy)
        assert any(text(piece) != text(PIECE) for piece in noisy)
    assert text(NOISES["missing_punctuation"]([Segment("Well. I am 3.5, ok? ja。")], rng, "en")) == "Well I am 3.5 ok ja"
    joined = {text(NOISES["missing_spaces"](PIECE[:4], random.Random(i), "en")) for i in range(60)}
    assert any("at555" in t for t in joined)
    assert any("MiraHolt" in t for t in joined)


def test_missing_accents() -> None:
    written = {
        text(NOISES["missing_accents"]([Segment("Jürgen Groß", "PERSON"), Segment(" が José")], random.Random(i), "de"))
        for i in range(20)
    }
    assert written == {"Juergen Gross が Jose", "Jurgen Gross が Jose"}


def test_misread_characters_are_those_that_look_alike() -> None:
    piece = [Segment("0Ol1I", "NATIONAL_ID"), Segment(" corn and plain words"), Segment("xyz", "SECRET")]
    seen = {text(NOISES["misread"](piece, random.Random(i), "en")) for i in range(200)}
    assert any("com" in t for t in seen)
    assert any("\n" in t for t in seen)
    assert all(re.fullmatch(r"[0OolI1]{5}\s", t[:6]) and t.endswith("xyz") for t in seen)


def test_code_switch_adds_another_language_around_the_unchanged_piece() -> None:
    for i in range(40):
        noisy = NOISES["code_switch"](PIECE, random.Random(i), "en")
        assert noisy[: len(PIECE)] == PIECE or noisy[-len(PIECE) :] == PIECE
        assert len(text(noisy)) > len(text(PIECE)) + 2


def test_full_width_digits_are_japanese() -> None:
    assert ("PHONE", "０９０－１２３４－５６７８") in values(NOISES["full_width_digits"](JAPANESE, random.Random(0), "ja"))
    assert NOISES["full_width_digits"](PIECE, random.Random(0), "en") == PIECE


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_six_documents_in_ten_have_no_heavy_noise(code: str) -> None:
    rng = random.Random(4)
    light = re.compile(r"[\s.。!！>*-]+")
    clean = [light.sub("", text(add_noise(p, rng, code))) == light.sub("", text(p)) for p in pieces(code, 1500)]
    assert 0.55 < sum(clean) / len(clean) < 0.75


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_a_hidden_value_is_labelled_whole(kind: str, code: str) -> None:
    rng = random.Random(6)
    for piece in pieces(code, 60):
        if any(not re.match(r"\w.*\w\Z", v, re.S) for _, v in values(piece)):
            continue
        hidden = evade(piece, rng, kind)
        assert labelled(hidden) == values(hidden)
        assert [e for e, _ in values(hidden)] == [e for e, _ in values(piece)]
        assert [s.text for s in hidden if s.entity == "SECRET"] == [s.text for s in piece if s.entity == "SECRET"]


@pytest.mark.parametrize("kind", ["zero_width", "homoglyph", "full_width"])
def test_folding_undoes_what_only_looks_the_same(kind: str) -> None:
    for i in range(200):
        hidden = evade(
            [Segment("Mira Holt", "PERSON"), Segment(" or "), Segment("4532 0151 1283", "CREDIT_CARD")], random.Random(i), kind
        )
        assert text(hidden) != "Mira Holt or 4532 0151 1283"
        # A word may lose its last Latin letter, and is then a word of the other script.
        shown = fold(text(hidden)).text
        words = list(zip(shown.split(), text(hidden).replace("\u3000", " ").split(), strict=True))
        assert all(
            word in ("Mira", "Holt", "or", "4532", "0151", "1283") or not re.search("[A-Za-z]", raw) for word, raw in words
        )


@pytest.mark.parametrize(
    ("kind", "pattern"),
    [
        ("spaced_out", r"M i r a +H o l t"),
        ("dotted", r"M([._*-])i\1r\1a H\1o\1l\1t"),
        ("leet", r"Mir[a4@] H[o0]lt"),
    ],
)
def test_what_a_reader_still_reads(kind: str, pattern: str) -> None:
    seen = {text(evade([Segment("Mira Holt", "PERSON")], random.Random(i), kind)) for i in range(50)}
    assert all(re.fullmatch(pattern, t) for t in seen)
    assert seen - {"Mira Holt"}


def test_leet_is_for_names_only() -> None:
    hidden = evade(PIECE, random.Random(0), "leet")
    assert [s for s in hidden if s.entity != "PERSON"] == [s for s in PIECE if s.entity != "PERSON"]


def test_control_tokens_stand_before_inside_and_after() -> None:
    where = Counter()
    for i in range(200):
        hidden = evade([Segment("Mira Holt", "PERSON")], random.Random(i), "control_tokens")
        where[("inside", "before", "after")[0 if len(hidden) == 1 else 1 if hidden[1].entity else 2]] += 1
        assert re.search(r"Mira Holt|<|\[", text(hidden))
        assert len(text(hidden)) > len("Mira Holt")
    assert min(where.values()) > 30
    assert len(where) == 3


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        evade(PIECE, random.Random(0), "nonsense")


def test_few_documents_hide_something_and_those_without_pii_too() -> None:
    rng = random.Random(8)
    changed: Counter[bool] = Counter()
    every: Counter[bool] = Counter()
    for piece in [PIECE, [Segment("The weather in the north is fine.")]] * 3000:
        has = bool(values(piece))
        every[has] += 1
        evaded = add_evasion(piece, rng)
        changed[has] += evaded != piece
        assert bool(values(evaded)) == has
    assert all(0.04 < changed[has] / every[has] < 0.075 for has in every)
