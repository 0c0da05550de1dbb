"""The generated training documents: labels, shares, check digits."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import iban, luhn
from stdnum.at import vnr
from stdnum.be import nn
from stdnum.ch import ssn as ahv
from stdnum.de import idnr
from stdnum.es import dni, nie
from stdnum.fr import nir
from stdnum.jp import in_ as jp_individual
from stdnum.mx import curp

from probes.entity import ENTITY_TYPES
from probes.training.example import Example
from probes.training.generate import european_ids, generate, identifiers
from probes.training.generate.german_slots import genitive
from probes.training.generate.language import Scene
from probes.training.generate.material import material, templates
from probes.training.generate.segments import Segment, assemble
from probes.training.generate.slots import LANGUAGES, fill_slot, template_slots

_LANGUAGES = sorted(LANGUAGES)
_BLOCKS = ("prose", "chats", "mails", "logs", "plain")


@pytest.fixture(scope="module", params=_LANGUAGES)
def documents(request: pytest.FixtureRequest) -> list[Example]:
    return list(generate(3000, 7, [request.param]))


def _ascii_digits(text: str) -> str:
    return "".join(str(int(c)) for c in text if c.isdecimal())


def test_same_seed_gives_the_same_documents() -> None:
    assert list(generate(300, 3)) == list(generate(300, 3))
    assert list(generate(300, 3)) != list(generate(300, 4))
    assert {d.language for d in generate(100, 3)} == set(LANGUAGES)


def test_documents_do_not_depend_on_the_hash_seed() -> None:
    code = "from probes.training.generate import generate; print([ascii(e.text) for e in generate(800, 1)])"
    outputs = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            cwd=Path(__file__).parent.parent,
        ).stdout
        for seed in ("1", "2", "3")
    ]
    assert outputs[0] == outputs[1] == outputs[2]


@given(st.integers(0, 2**40))
@settings(max_examples=60, deadline=None)
def test_labels_are_trimmed_ordered_and_inside(seed: int) -> None:
    for example in generate(8, seed):
        assert example.source == "generated"
        assert example.unlabelled == frozenset()
        assert example.text
        for left, right in pairwise(example.labels):
            assert left.end <= right.start
        for label in example.labels:
            assert 0 <= label.start < label.end <= len(example.text)
            (entity,) = label.candidates
            assert entity in ENTITY_TYPES
            text = example.text[label.start : label.end]
            assert text == text.strip()
            if entity not in ("SECRET", "PHONE"):
                assert text[0].isalnum() or text[0] in "〒|=" or entity == "IP_ADDRESS", text
                assert text[-1].isalnum() or entity == "IP_ADDRESS" or (text[-1] == ")" and "(" in text), text


def test_every_type_occurs(documents: list[Example]) -> None:
    seen = Counter(entity for d in documents for label in d.labels for entity in label.candidates)
    assert set(seen) == set(ENTITY_TYPES)
    assert min(seen.values()) >= 30


def test_share_without_labels(documents: list[Example]) -> None:
    share = sum(not d.labels for d in documents) / len(documents)
    assert 0.25 <= share <= 0.45


@pytest.mark.parametrize("language", _LANGUAGES)
def test_check_digits(language: str) -> None:
    # Of the slots themselves: documents may have digits that were read or typed wrongly.
    scene = Scene(random.Random(3), LANGUAGES[language])
    for _ in range(300):
        assert luhn.is_valid(_ascii_digits(fill_slot(scene, "card")[0].text))
        assert iban.is_valid(fill_slot(scene, "iban")[0].text)


def test_my_numbers_have_their_check_digit() -> None:
    scene = Scene(random.Random(3), LANGUAGES["ja"])
    assert all(jp_individual.is_valid(_ascii_digits(fill_slot(scene, "my_number")[0].text)) for _ in range(300))


def test_letter_case() -> None:
    texts = [d.text for d in generate(2000, 5, ["en"])]
    cased = [t for t in texts if t.upper() != t.lower()]
    assert 0.06 < sum(t == t.lower() for t in cased) / len(cased) < 0.25
    assert 0.02 < sum(t == t.upper() for t in cased) / len(cased) < 0.12


@pytest.mark.parametrize("language", _LANGUAGES)
def test_templates_use_known_slots(language: str) -> None:
    known = LANGUAGES[language].slots
    every = [t for block in _BLOCKS for t in templates(getattr(LANGUAGES[language], block))]
    assert len(set(every)) >= 180
    for template in every:
        assert template_slots(template) <= known, template
    assert {slot.rstrip("0123456789") for _, slot in LANGUAGES[language].fields + LANGUAGES[language].plain_fields} <= known


@pytest.mark.parametrize("language", _LANGUAGES)
def test_plain_documents_have_no_labels(language: str) -> None:
    spoken = LANGUAGES[language]
    labelled = {*spoken.values, *spoken.forms, *spoken.honorifics, "person", "id_pair"}
    for template in templates(spoken.plain):
        assert not template_slots(template) & labelled, template
    for _, slot in spoken.plain_fields:
        assert slot not in labelled


@pytest.mark.parametrize("language", _LANGUAGES)
def test_held_out_templates_and_labels_are_never_trained_on(language: str) -> None:
    seen, unseen = (material(LANGUAGES[language], held_out=held_out) for held_out in (False, True))
    for block in _BLOCKS:
        every = templates(getattr(LANGUAGES[language], block))
        train, test = set(getattr(seen, block)), set(getattr(unseen, block))
        assert not train & test
        assert train | test == set(every)
        assert len(test) >= 3
        assert len(train) >= 5
    for fields in ("fields", "plain_fields"):
        train, test = ({name for names, _ in getattr(side, fields) for name in names} for side in (seen, unseen))
        assert test
        assert not train & test
        # No field may stand among the held-out ones alone, or its slot would never be learned as a field.
        assert {slot for _, slot in getattr(seen, fields)} == {slot for _, slot in getattr(LANGUAGES[language], fields)}


def test_held_out_documents() -> None:
    assert {d.text for d in generate(300, 5, held_out=True)}.isdisjoint(d.text for d in generate(300, 5))
    seen = {entity for d in generate(2500, 5, held_out=True) for label in d.labels for entity in label.candidates}
    assert seen == set(ENTITY_TYPES)


_CHECKED = (
    (identifiers.steuer_id, idnr.is_valid),
    (european_ids.austrian_svnr, vnr.is_valid),
    (european_ids.swiss_ahv, ahv.is_valid),
    (european_ids.spanish_dni, lambda text: dni.is_valid(text.replace(".", ""))),
    (european_ids.spanish_nie, nie.is_valid),
    (european_ids.mexican_curp, curp.is_valid),
    (european_ids.belgian_national, nn.is_valid),
    (identifiers.french_nir, nir.is_valid),
)


@pytest.mark.parametrize(("make", "is_valid"), _CHECKED, ids=lambda f: f.__name__)
def test_european_identifiers_have_their_check_digits(
    make: Callable[[random.Random], str], is_valid: Callable[[str], bool]
) -> None:
    rng = random.Random(9)
    for _ in range(300):
        text = make(rng)
        assert is_valid(text), text


def test_identifiers_that_stdnum_does_not_know() -> None:
    # Examples of the German pension insurance and of the Spanish social security.
    assert european_ids.pension_check("65170839", "J", "00") == 3
    assert european_ids.social_check("28", "12345678") == "40"


@pytest.mark.parametrize(
    ("name", "expected"), [("Anna", "Annas"), ("Müller", "Müllers"), ("Hans", "Hans’"), ("Max", "Max’"), ("Weiß", "Weiß’")]
)
def test_german_genitive(name: str, expected: str) -> None:
    assert genitive(name) == expected


def test_bracket_that_a_label_opens_belongs_to_it() -> None:
    example = assemble([Segment("(in "), Segment("Calle Real 3, Reus (Tarragona)", "ADDRESS"), Segment(")")], "es")
    (label,) = example.labels
    assert example.text[label.start : label.end] == "Calle Real 3, Reus (Tarragona)"
