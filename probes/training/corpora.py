"""Unlabelled text that the probe learns from: how much of each corpus, and which classes that kind of text does not hold.

A teacher says what it may be (`probes.training.teacher`); what the table calls absent is `NONE` for sure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from probes.training.example import Example, sample
from probes.training.harvest import read_texts
from probes.training.label_rules import ALL, NOT_IN_PROSE, NUMBERS, types

PREFIX = "corpus/"
"""Before the name of a source that is a corpus."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """`characters`: texts are taken until they have that many; `absent`: classes that its text does not hold."""

    characters: int
    absent: frozenset[str] = NUMBERS


_PROSE = NOT_IN_PROSE | {"ADDRESS"}
_SPOKEN = NUMBERS | types("IP_ADDRESS USERNAME SECRET DATE_OF_BIRTH")
# Host names, accounts and daemons' users stand in logs; people's numbers and addresses do not.
_LOGS = NUMBERS | types("PHONE ADDRESS DATE_OF_BIRTH SECRET")

CORPORA: dict[str, Corpus] = {
    "en.ewt_train_only": Corpus(1_100_000),
    "en.spamassassin_mail": Corpus(800_000),
    "en.ubuntu_irc": Corpus(200_000, NUMBERS | types("PHONE ADDRESS DATE_OF_BIRTH")),
    "en.taskmaster": Corpus(350_000, _SPOKEN),
    "en.clinc_banking_utt": Corpus(300_000, _SPOKEN),
    "en.privacylens_agent": Corpus(250_000),
    "en.alpaca_eval_outputs": Corpus(150_000),
    "en.litbank_novels": Corpus(150_000, _PROSE | {"DATE_OF_BIRTH"}),
    "en.loghub": Corpus(400_000, _LOGS),
    "ja.jaquad_wikipedia": Corpus(1_000_000, _PROSE),
    "ja.real_persona_chat": Corpus(150_000, _SPOKEN | _PROSE),
    "ja.aozora": Corpus(60_000, _PROSE | {"DATE_OF_BIRTH"}),
    "ja.asdc_hotel_dialog": Corpus(150_000, _SPOKEN),
    "de.xquad_wikipedia": Corpus(250_000, _PROSE),
    "de.eltec_novels": Corpus(250_000, _PROSE | {"DATE_OF_BIRTH"}),
    "es.xquad_wikipedia": Corpus(250_000, _PROSE),
    "es.eltec_novels": Corpus(100_000, _PROSE | {"DATE_OF_BIRTH"}),
    "fr.eltec_novels": Corpus(300_000, _PROSE | {"DATE_OF_BIRTH"}),
}

_PIECE = re.compile(r"[\n。]|(?<=[.!?])\s")
_LONG = 25


def corpus_sources(folder: Path, held_out: Iterable[Example], seed: int) -> dict[str, list[Example]]:
    """Examples without labels by source, `PREFIX` and the corpus's name.

    Args:
        folder: with `LANG.NAME.jsonl.gz`; corpora of `CORPORA` that it lacks are left out.
        held_out: texts to measure on; a text that shares a line or sentence of some length with one of them is left out.
        seed: of the choice of texts.
    """
    known = {piece for example in held_out for piece in _pieces(example.text)}
    sources = {}
    for name, corpus in CORPORA.items():
        path = folder / f"{name}.jsonl.gz"
        if not path.is_file():
            continue
        language = name.split(".", 1)[0]
        texts = [text for text in read_texts(path) if known.isdisjoint(_pieces(text))]
        examples = [Example(text, (), language, name, ALL - corpus.absent) for text in texts]
        sources[PREFIX + name] = sample(examples, corpus.characters, seed)
    return sources


def _pieces(text: str) -> set[str]:
    return {piece for each in _PIECE.split(text) if len(piece := each.strip()) >= _LONG}
