"""Unlabelled corpora as sources: which texts are taken, and what is known of them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.training import corpora
from probes.training.corpora import CORPORA, PREFIX, Corpus, corpus_sources
from probes.training.example import Example
from probes.training.label_rules import ALL

LOGS, NOVELS = "en.loghub", "ja.aozora"


def write_corpus(folder: Path, name: str, texts: Sequence[str]) -> None:
    with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as out:
        out.writelines(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in texts)


def taken(folder: Path, measured: Sequence[str] = (), name: str = LOGS, seed: int = 0) -> list[str]:
    held_out = [Example(text, (), "en", "eval") for text in measured]
    return [example.text for example in corpus_sources(folder, held_out, seed)[PREFIX + name]]


def test_a_text_that_shares_a_line_or_sentence_with_a_measured_one_is_left_out(tmp_path: Path) -> None:
    line, sentence = "from here to there and back again", "This sentence stands in both of them."
    japanese = "この文はどちらの本文にもそのまま書かれていますので、必ず除かれます"
    measured = [f"Hello.\n  {line}\nBye.", f"One. {sentence} Two.", f"はい。{japanese}。いいえ。"]
    shared = [f"{line}\t\nand more", f"Before it! {sentence}", f"前。{japanese}\n後"]
    own = ["Hello.\nBye.", f"inside a longer line {line} it is another line", "One. Two.", "はい。いいえ。"]
    write_corpus(tmp_path, LOGS, [*shared, *own])
    assert sorted(taken(tmp_path, measured)) == sorted(own)
    assert sorted(taken(tmp_path)) == sorted([*shared, *own])


_LINES = st.lists(st.sampled_from([f"line {i} which is as long as a line must be" for i in range(6)] + ["short", ""]), max_size=4)


@given(st.lists(_LINES, max_size=3), st.lists(_LINES, min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_exactly_the_texts_without_a_measured_line_are_taken(
    tmp_path_factory: pytest.TempPathFactory, measured: list[list[str]], texts: list[list[str]]
) -> None:
    folder = tmp_path_factory.mktemp("corpus")
    write_corpus(folder, LOGS, ["\n".join(lines) for lines in texts])
    known = {line for lines in measured for line in lines if line.startswith("line")}
    expected = ["\n".join(lines) for lines in texts if not known & set(lines)]
    assert sorted(taken(folder, ["\n".join(lines) for lines in measured])) == sorted(expected)


def test_of_an_unlabelled_text_only_the_absent_classes_are_known(tmp_path: Path) -> None:
    for name in CORPORA:
        write_corpus(tmp_path, name, ["some text"])
    sources = corpus_sources(tmp_path, [], 0)
    assert list(sources) == [PREFIX + name for name in CORPORA]
    for name, corpus in CORPORA.items():
        assert corpus.absent
        assert corpus.absent < ALL
        assert sources[PREFIX + name] == [Example("some text", (), name[:2], name, ALL - corpus.absent)]
    assert "ADDRESS" not in sources[PREFIX + "de.xquad_wikipedia"][0].unlabelled
    assert "PERSON" in sources[PREFIX + "de.xquad_wikipedia"][0].unlabelled


def test_a_corpus_is_sampled_up_to_its_characters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"text {i:05}" for i in range(100)]
    write_corpus(tmp_path, LOGS, texts)
    assert sorted(taken(tmp_path)) == texts
    monkeypatch.setitem(corpora.CORPORA, LOGS, Corpus(200))
    some = taken(tmp_path)
    assert len(some) == len(set(some)) == 20
    assert some == taken(tmp_path)
    assert set(some) != set(taken(tmp_path, seed=1))


def test_other_files_of_the_folder_are_left_alone_and_missing_corpora_left_out(tmp_path: Path) -> None:
    write_corpus(tmp_path, "en.unknown", ["text"])
    assert corpus_sources(tmp_path, [], 0) == {}
    write_corpus(tmp_path, NOVELS, ["text"])
    assert list(corpus_sources(tmp_path, [], 0)) == [PREFIX + NOVELS]
