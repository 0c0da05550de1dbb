"""Folding: what is undone, what a script needs and keeps, and offsets that always point into the original."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from probes.folding import Folded, fold
from probes.tokens import TextTokenizer

HIDDEN = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u202a\u202e\u2066\u2069\ufe0f\U000e0041"
ODD = st.text(
    st.sampled_from(
        HIDDEN + "Jo hn4٣@.ＪＯ４＠．：－ｶﾞﾟﾞﾊｱーガ山　𝓙Ⓐ④🅹оаЖομΩe\u0301\u0336\u20e3\u3099ﬁé❤👩\u1112\u1161\u0643\n\x07\xa0\ud800"
    ),
    max_size=40,
)


def original(text: str, folded: Folded, start: int, end: int) -> str:
    return text[folded.starts[start] : folded.ends[end - 1]]


@given(text=st.text(max_size=60) | ODD)
@example("\u200b")
@example("\ufeffﬁ\u200b")
@example("e\u200b\u0301\u200b")
@example("ﬁ\u0301")
@settings(deadline=None, max_examples=400)
def test_every_folded_character_stands_for_a_slice_of_the_original_in_order(text: str) -> None:
    folded = fold(text)
    assert folded.starts.dtype == folded.ends.dtype == np.int64
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    assert (folded.starts >= 0).all()
    assert (folded.ends <= len(text)).all()
    assert (folded.starts < folded.ends).all()
    assert (np.diff(folded.starts) >= 0).all()
    assert (np.diff(folded.ends) >= 0).all()
    if folded.text:
        assert folded.ends[-1] == len(text)
        # Nothing in between is left out, and no two slices overlap unless they are the same.
        same = np.diff(folded.starts) == 0
        assert (folded.ends[:-1] == np.where(same, folded.ends[1:], folded.starts[1:])).all()


@given(text=st.text(max_size=60) | ODD)
@settings(deadline=None)
def test_the_start_that_no_character_stands_for_is_invisible(text: str) -> None:
    folded = fold(text)
    before = text[: folded.starts[0]] if folded.text else text
    assert fold(f"x{before}").text == "x"


@given(
    text=st.text(
        st.characters(codec="ascii", exclude_categories=("Cc",))
        | st.sampled_from("\n\t\réßñ山田太郎さんラーメン、。「」：（）！　Привет")
    )
)
def test_plain_text_stays_as_it_is(text: str) -> None:
    # A wide blank or colon and Cyrillic letters are ordinary only where they do not stand in a Latin word.
    text = " ".join(part for part in text.split(" ") if part.isascii() or not any("!" <= c <= "~" or c in "éßñ" for c in part))
    folded = fold(text)
    assert folded.text == text
    assert folded.starts.tolist() == list(range(len(text)))
    assert folded.ends.tolist() == list(range(1, len(text) + 1))


@pytest.mark.parametrize("character", HIDDEN)
def test_a_name_with_an_invisible_character_inside_is_one_stretch(character: str) -> None:
    name = character.join("Mira Holt")
    text = f"Call {character}{name} now"
    folded = fold(text)
    assert folded.text == "Call Mira Holt now"
    at = folded.text.index("Mira Holt")
    assert original(text, folded, at, at + len("Mira Holt")) == name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ｍｉｒａ　Ｈｏｌｔ", "Mira Holt"),
        ("ｍｉｒａ＠ｅｘａｍｐｌｅ．ｃｏｍ", "mira@example.com"),
        ("０９０－１２３４－５６７８", "090-1234-5678"),
        ("０９０ー１２３４ー５６７８", "090-1234-5678"),
        ("090−1234‐5678", "090-1234-5678"),
        ("１２：３０", "12:30"),
        ("ﾔﾏﾀﾞ ﾊﾟﾄﾘｼｱ", "ヤマダ パトリシア"),
        ("𝓜𝓲𝓻𝓪 𝟒𝟓", "Mira 45"),
        ("Ⓜⓘⓡⓐ 🄼🅸🅁🅐 ᴍɪʀᴀ", "Mira MIRA MIRA"),
        ("④⑤③②", "4532"),
        ("4\ufe0f\u20e35\ufe0f\u20e3", "45"),
        ("Mirа Ноlt", "Mira Holt"),
        ("Jοhn", "John"),
        ("Jose\u0301", "José"),
        ("か\u3099", "が"),
        ("M\u0336i\u0336r\u0336a\u0336", "Mira"),
        ("M\u0335\u0301\u0301\u0301\u0301ira", "Ḿira"),
        ("Mira\u00a0Holt\u2009now\u2028end", "Mira Holt now\nend"),
        ("ﬁne", "fine"),
        ("Mi\x07ra", "Mira"),
        ("葛\U000e0100城", "葛城"),
        ("\u1112\u1161\u11ab", "한"),
    ],
)
def test_what_is_undone(text: str, expected: str) -> None:
    assert fold(text).text == expected


@pytest.mark.parametrize(
    "text",
    [
        "氏名：山田　太郎（ラーメン店）！",
        "می\u200cخواهم",
        "क्\u200dष क्\u200cष",
        "👩\u200d❤\ufe0f\u200d👨 👨\u200d👩\u200d👧",
        "ภาษา\u200bไทย",
        "Анна Сомова, Όμηρος",
        "аА оО",
        "Mосква",
        "①山田 ②田中",
        "x² ¹",
        "8=FIX\x0149=A\x0156=B",
        "1990–2000 – „Wort“ ’s",
        "1º 2ª ½ № ㈱",
        "\x00\x1b[31m",
    ],
)
def test_what_a_script_or_format_needs_stays(text: str) -> None:
    folded = fold(text)
    assert folded.text == text
    assert folded.ends.tolist() == list(range(1, len(text) + 1))


def test_several_for_one_and_one_for_several() -> None:
    folded = fold("ﬁﾊﾟ")
    assert folded.text == "fiパ"
    assert folded.starts.tolist() == [0, 0, 1]
    assert folded.ends.tolist() == [1, 1, 3]


@pytest.mark.parametrize(
    "unit",
    ["Ｍ", "M\u200b", "\u0301", "ｶﾞ", "ﾞ", "а", "Mа", "＠", "\u200d", "\x07", "²", "ー", "a\x07", "⌚\u200d", "\ufe0f", "山"],
)
@pytest.mark.parametrize("before", ["a", "\u200b。"])
def test_time_grows_with_the_text_and_no_faster(unit: str, before: str) -> None:
    def seconds(length: int) -> float:
        text = before + unit * (length // len(unit)) + "о"
        best = float("inf")
        for _ in range(3):
            begun = time.process_time()
            fold(text)
            best = min(best, time.process_time() - begun)
        return best

    small, large = seconds(10_000), seconds(160_000)
    # A quadratic fold takes 256 times as long, and a small text's time is mostly noise.
    assert large < 64 * max(small, 0.005)


def test_tokens_of_folded_text_point_into_the_original(tiny_model_folder: Path) -> None:
    tokenizer = TextTokenizer(tiny_model_folder)
    text = "the \u200be\u200bn\u200bd\u200b of\u00a0\u200bｔｈｅ"
    plain, odd = tokenizer.encode(["the end of the", text])
    assert odd.ids.tolist() == plain.ids.tolist()
    pieces = [text[s:e] for s, e in zip(odd.starts, odd.ends, strict=True)]
    assert [fold(piece).text for piece in pieces] == [
        "the end of the"[s:e] for s, e in zip(plain.starts, plain.ends, strict=True)
    ]
    assert text.index("e\u200bn") in odd.starts
