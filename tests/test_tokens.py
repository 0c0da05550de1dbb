"""Tokens: exact offsets, no control tokens out of user text, and windows that cover everything."""

from __future__ import annotations

from pathlib import Path

import pytest
import tiny
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import AddedToken

from probes.errors import BaseModelError
from probes.folding import fold
from probes.memory import give_back_memory
from probes.tokens import LEFT_CONTEXT, WINDOW, TextTokenizer, windows

VOCAB = tiny.make_tokenizer()


@pytest.fixture(scope="module")
def tokenizer(tiny_model_folder: Path) -> TextTokenizer:
    return TextTokenizer(tiny_model_folder)


def names(tokenizer: TextTokenizer, text: str) -> list[str | None]:
    return [VOCAB.id_to_token(int(i)) for i in tokenizer.encode([text])[0].ids]


@given(length=st.integers(0, 5 * WINDOW) | st.integers(0, 200_000))
@settings(deadline=None)
def test_every_token_is_kept_once_with_enough_left_context(length: int) -> None:
    at = 0
    for window in windows(length):
        assert window.keep == at
        assert window.start >= 0
        assert window.start <= window.keep < window.end <= length
        assert window.end - window.start <= WINDOW
        assert window.keep - window.start >= min(LEFT_CONTEXT, window.keep)
        at = window.end
    assert at == length


def test_short_text_is_one_window_and_no_text_is_none() -> None:
    assert [(w.start, w.keep, w.end) for w in windows(WINDOW)] == [(0, 0, WINDOW)]
    assert [(w.start, w.keep, w.end) for w in windows(WINDOW + 1)] == [
        (0, 0, WINDOW),
        (WINDOW - LEFT_CONTEXT, WINDOW, WINDOW + 1),
    ]
    assert list(windows(0)) == []


def test_blanks_at_either_end_of_a_token_are_left_out(tokenizer: TextTokenizer) -> None:
    text = "  the\t end  of\n"
    (tokens,) = tokenizer.encode([text])
    pieces = [text[start:end] for start, end in zip(tokens.starts, tokens.ends, strict=True)]
    assert pieces == [piece.strip() for piece in pieces]
    assert "".join(pieces) == "theendof"
    assert len(tokens) == len(tokens.ids) == len(tokens.starts) == len(tokens.ends)


def test_a_token_of_blanks_only_is_empty(tokenizer: TextTokenizer) -> None:
    (tokens,) = tokenizer.encode(["   \n "])
    assert len(tokens) > 0
    assert (tokens.starts == tokens.ends).all()


def test_no_text_has_no_tokens(tokenizer: TextTokenizer) -> None:
    assert [len(tokens) for tokens in tokenizer.encode(["", "x", ""])] == [0, 1, 0]
    assert tokenizer.encode([]) == []


@pytest.mark.parametrize("name", tiny.CONTROL)
@pytest.mark.parametrize("template", ["{}", "the {} end", "the{}end", "{0}{0}"])
def test_control_strings_stay_text(tokenizer: TextTokenizer, name: str, template: str) -> None:
    text = template.format(name)
    assert not set(names(tokenizer, text)) & set(tiny.CONTROL)
    (tokens,) = tokenizer.encode([text])
    assert "".join(text[s:e] for s, e in zip(tokens.starts, tokens.ends, strict=True)) == text.replace(" ", "")


@pytest.mark.parametrize("name", ["[multimodal]", "<start_of_image>", "<end_of_image>"])
def test_control_tokens_that_the_file_does_not_mark_stay_text(name: str, tmp_path: Path) -> None:
    made = tiny.make_tokenizer()
    made.add_tokens([AddedToken(name, normalized=False)])
    made.save(str(tmp_path / "tokenizer.json"))
    (tokens,) = TextTokenizer(tmp_path).encode([f"the {name} end"])
    assert made.token_to_id(name) not in tokens.ids
    assert len(tokens) > 5


def test_padding_and_truncation_in_the_file_are_off(tmp_path: Path) -> None:
    made = tiny.make_tokenizer()
    made.enable_truncation(4)
    made.enable_padding(length=50)
    made.save(str(tmp_path / "tokenizer.json"))
    text = "the end of the turn is near"
    (tokens,) = TextTokenizer(tmp_path).encode([text])
    assert tokens.ends[-1] == len(text)
    assert 4 < len(tokens) < 50


def test_a_character_outside_the_vocabulary_is_several_tokens_at_one_place(tokenizer: TextTokenizer) -> None:
    (tokens,) = tokenizer.encode(["a😀b"])
    assert tokens.starts.tolist() == [0, 1, 1, 1, 1, 2]
    assert tokens.ends.tolist() == [1, 2, 2, 2, 2, 3]


def test_half_a_surrogate_pair_keeps_its_place(tokenizer: TextTokenizer) -> None:
    (tokens,) = tokenizer.encode(["a\ud800b"])
    assert (tokens.starts[-1], tokens.ends[-1]) == (2, 3)


ODD = st.text(st.sampled_from("the end\u200b\ufeffｔﾊﾟe\u0301ﬁо\u00a0\n"), max_size=30)


@given(text=st.text(max_size=60) | ODD)
@settings(deadline=None)
def test_offsets_are_ordered_within_the_text_and_cover_what_is_read(tokenizer: TextTokenizer, text: str) -> None:
    (tokens,) = tokenizer.encode([text])
    assert (tokens.starts >= 0).all()
    assert (tokens.starts <= tokens.ends).all()
    assert (tokens.ends <= len(text)).all()
    assert (tokens.starts[1:] >= tokens.starts[:-1]).all()
    covered = {i for start, end in zip(tokens.starts, tokens.ends, strict=True) for i in range(start, end)}
    folded = fold(text)
    assert {int(i) for i, character in zip(folded.starts, folded.text, strict=True) if not character.isspace()} <= covered


def test_text_that_nobody_sees_has_no_tokens(tokenizer: TextTokenizer) -> None:
    assert [len(tokens) for tokens in tokenizer.encode(["\u200b", "\ufeff\u2060"])] == [0, 0]


@pytest.mark.parametrize("content", [None, b"", b"garbage", b"{}"])
def test_a_missing_or_damaged_file_is_named(content: bytes | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "tokenizer.json").write_bytes(content)
    with pytest.raises(BaseModelError, match=r"tokenizer\.json"):
        TextTokenizer(tmp_path)


def test_a_tokenizer_without_bos_is_refused(tmp_path: Path) -> None:
    text = tiny.make_tokenizer().to_str().replace("<bos>", "<s>")
    (tmp_path / "tokenizer.json").write_text(text)
    with pytest.raises(BaseModelError, match=r"tokenizer\.json has no <bos>"):
        TextTokenizer(tmp_path)


def heap_mib() -> float:
    give_back_memory()
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["RssAnon"].split()[0]) / 1024


def test_no_text_is_kept(tokenizer: TextTokenizer) -> None:
    texts = [f"{number:06}" + "xyz" * 70 for number in range(2000)]
    tokenizer.encode(texts[:100])
    before = heap_mib()
    for text in texts:
        tokenizer.encode([text])
    # With the library's cache it is 14 MiB.
    assert heap_mib() - before < 5
