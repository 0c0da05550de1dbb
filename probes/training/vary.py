"""Labelled texts once more, with other names and other case, so that a probe does not learn who is famous."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence

from probes.training.example import Example, Label, sample
from probes.training.generate.people import Person
from probes.training.generate.slots import LANGUAGES

PREFIX = "varied/"
"""Before the name of the source that was varied."""

VARIED: dict[str, int] = {
    "wikigold.all": 180_000,
    "wnut17.train": 200_000,
    "btc.train": 250_000,
    "lifebench.all": 200_000,
    "presidio.generated_large": 120_000,
    "restaurant8k.train": 60_000,
    "german_ler.dev": 100_000,
    "meddocan_es.train": 120_000,
    "stockmark_ja.dev": 100_000,
    "wac_ja.train": 300_000,
}
"""Characters that are taken of each set whose names stand in running text."""

_LOWER, _UPPER = 0.3, 0.05


def varied_sources(sources: Mapping[str, Sequence[Example]], seed: int) -> dict[str, list[Example]]:
    """Of the sets in `VARIED`, texts with persons, every person renamed and some texts recased, by `PREFIX` and source."""
    return {
        PREFIX + name: list(vary(sample([e for e in sources[name] if _persons(e)], characters, seed), seed))
        for name, characters in VARIED.items()
        if name in sources
    }


def vary(examples: Iterable[Example], seed: int) -> Iterator[Example]:
    """The same texts with an invented person in place of each labelled one (the same for the same name) and in other case."""
    rng = random.Random(seed)
    for example in examples:
        recase = rng.choices((None, str.lower, str.upper), (1 - _LOWER - _UPPER, _LOWER, _UPPER))[0]
        text, labels, at = "", [], 0
        people: dict[str, str] = {}
        for label in sorted(example.labels, key=lambda each: each.start):
            inside = example.text[label.start : label.end]
            if label.candidates == {"PERSON"}:
                inside = people.setdefault(inside, _like(inside, example.language, rng))
            text += example.text[at : label.start]
            labels.append(Label(len(text), len(text) + len(inside), label.candidates))
            text, at = text + inside, label.end
        text += example.text[at:]
        # A letter whose other case has another length would move every label after it.
        if recase and len(recase(text)) == len(text):
            text = recase(text)
        yield Example(text, tuple(labels), example.language, example.source, example.unlabelled)


def _persons(example: Example) -> bool:
    return any(label.candidates == {"PERSON"} for label in example.labels)


def _like(name: str, language: str, rng: random.Random) -> str:
    """An invented name of as many parts, with what is not part of it (a title, a handle's @) left away."""
    person = LANGUAGES[language if language in LANGUAGES else "en"].person(rng)
    return person.full if _is_full(name, person) else rng.choice((person.first, person.last))


def _is_full(name: str, person: Person) -> bool:
    return len(name) > 2 if person.script == "kanji" else any(gap in name.strip() for gap in " ・=＝")
