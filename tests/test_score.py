"""Margins and evidence to probabilities, and what is kept of candidates that overlap."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from readings import read_as, score_of

from probes.candidate import EVIDENCE_KINDS, REPEATED, Candidate, Reading, Reason
from probes.entity import ENTITY_TYPES
from probes.score import CERTAIN, Score, Scored
from probes.tags import TokenSpan

CARD = "4111 1111 1111 1111"


def shown(reading: Reading, found: list[Scored]) -> list[tuple[str, str]]:
    return [(s.candidate.entity_type, reading.text[s.candidate.start : s.candidate.end]) for s in found]


def test_a_logit_is_margin_and_evidence_and_each_class_has_its_own_numbers() -> None:
    rng = np.random.default_rng(0)
    platt, evidence = rng.uniform(0.1, 1, (len(ENTITY_TYPES), 2)), rng.normal(size=(len(ENTITY_TYPES), len(EVIDENCE_KINDS)))
    score = Score(ENTITY_TYPES, platt, evidence)
    for row, entity_type in enumerate(ENTITY_TYPES):
        named = (Reason("luhn", "confirms.checksum"), Reason(REPEATED, REPEATED, 2.5))
        found = score.of(Candidate(0, 3, entity_type, TokenSpan(0, 1, row + 1), 1.5, named))
        first, second = evidence[row, EVIDENCE_KINDS.index("confirms.checksum")], evidence[row, EVIDENCE_KINDS.index(REPEATED)]
        assert [(share.name, share.logit) for share in found.evidence] == [("luhn", first), (REPEATED, 2.5 * second)]
        assert found.logit == pytest.approx(1.5 + first + 2.5 * second)
        assert found.probability == pytest.approx(1 / (1 + math.exp(-(platt[row, 0] * found.logit + platt[row, 1]))))


@pytest.mark.parametrize("margin", [-1e6, -100.0, 100.0, 1e6])
def test_no_margin_is_too_large(margin: float) -> None:
    probability = score_of().of(Candidate(0, 3, "PERSON", TokenSpan(0, 1, 1), margin)).probability
    assert probability == pytest.approx(float(margin > 0), abs=1e-9)


def test_evidence_moves_the_probability() -> None:
    text = f"pay {CARD} now"
    reading = read_as(text, (CARD, "CREDIT_CARD", 0.1))
    score = score_of(confirms_checksum=4.0, refutes_checksum=-4.0)
    (plain,), (confirmed,) = score.read(reading, 0.0, structure=False), score.read(reading, 0.0)
    assert plain.evidence == ()
    assert confirmed.logit == pytest.approx(plain.logit + 4)
    assert confirmed.probability > plain.probability
    wrong = CARD[:-1] + "2"
    (refuted,) = score.read(read_as(f"pay {wrong} now", (wrong, "CREDIT_CARD", 0.1)), 0.0)
    assert refuted.logit == pytest.approx(plain.logit - 4)


def test_a_name_once_certain_is_found_elsewhere() -> None:
    text = "Mira Holm wrote. Then Mira Holm left."
    score = score_of(repeated_mention=0.75)
    sure = read_as(text, ("Mira Holm", "PERSON", 3.0))
    first, second = score.read(sure, 0.0)
    assert first.probability > CERTAIN
    assert first.evidence == ()
    assert [share.name for share in second.evidence] == [REPEATED]
    # Three quarters of the way from its own margin to the other's.
    assert second.logit == pytest.approx(-4 + 0.75 * (6 - -4))
    assert len(score.read(sure, 0.0, structure=False)) == 1
    # A name that is not certain vouches for nobody.
    unsure = read_as(text, ("Mira Holm", "PERSON", 0.5))
    (only,) = score.read(unsure, 0.0)
    assert only.probability < CERTAIN


def test_a_short_word_is_not_looked_for_elsewhere() -> None:
    reading = read_as("Ann wrote. Then Ann left.", ("Ann", "PERSON", 9.0))
    assert len(score_of(repeated_mention=1.0).read(reading, 0.0)) == 1
    reading = read_as("Anna wrote. Then Anna left.", ("Anna", "PERSON", 9.0))
    assert len(score_of(repeated_mention=1.0).read(reading, 0.0)) == 2


def test_without_structure_there_is_no_evidence_at_all() -> None:
    text = f"Mira Holm, {CARD}, a@example.com; 2024-01-15. Mira Holm"
    reading = read_as(text, ("Mira Holm", "PERSON", 5.0), (CARD, "PHONE", 3.0), ("2024-01-15", "PHONE", 3.0))
    score = score_of(confirms_checksum=4.0, confirms_grammar=4.0, refutes_grammar=-4.0, repeated_mention=1.0)
    plain = score.read(reading, 0.0, structure=False)
    assert shown(reading, plain) == [("PERSON", "Mira Holm"), ("PHONE", CARD), ("PHONE", "2024-01-15")]
    assert all(found.evidence == () and found.logit == found.candidate.margin for found in plain)
    assert shown(reading, score.read(reading, 0.0)) == [
        ("PERSON", "Mira Holm"),
        ("CREDIT_CARD", CARD),
        ("EMAIL", "a@example.com"),
        ("PHONE", "2024-01-15"),
        ("PERSON", "Mira Holm"),
    ]


def test_of_two_that_overlap_the_likelier_stays() -> None:
    # Two spans of the path that are snapped to one card.
    text = f"pay {CARD} now"
    start = text.index(CARD)
    parts = ((start, start + 9), "CREDIT_CARD", 3.0), ((start + 10, start + 19), "PHONE", 2.0)
    reading = read_as(text, *parts)
    assert len(score_of().read(reading, 0.0, structure=False)) == 2
    assert shown(reading, score_of().read(reading, 0.0)) == [("CREDIT_CARD", CARD)]


def test_what_is_kept_is_in_order_and_does_not_overlap(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    reading = read_as("x" * 60)
    for _ in range(200):
        starts = sorted(int(s) for s in rng.integers(0, 40, 8))
        found = [Candidate(s, s + int(rng.integers(1, 15)), "PERSON", TokenSpan(0, 1, 1), float(rng.normal())) for s in starts]
        monkeypatch.setattr(Reading, "candidates", lambda *_, found=found, **__: found)
        kept = score_of().read(reading, 0.0, structure=False)
        assert all(a.candidate.end <= b.candidate.start for a, b in pairwise(kept))
        assert max(found, key=lambda c: c.margin) in [each.candidate for each in kept]
