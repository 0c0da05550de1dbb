"""Candidates: what the decoder's path says, what checks of form make of it, and what they find besides."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from readings import UNSEEN, read_as

from probes.candidate import EVIDENCE_KINDS, REPEATED, Candidate, Reason, distinctive
from probes.entity import ENTITY_TYPES
from probes.evidence import Strength, Verdict

CARD, IBAN, EMAIL = "4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00", "taro@example.jp"


def shown(text: str, found: list[Candidate]) -> list[tuple[str, str, list[str]]]:
    return [(c.entity_type, text[c.start : c.end], [each.kind for each in c.evidence]) for c in found]


def test_every_kind_of_evidence_has_a_weight() -> None:
    given = {f"{verdict.value}.{strength.value}" for verdict in Verdict for strength in Strength}
    # Nothing refutes by a check digit.
    assert set(EVIDENCE_KINDS) == given - {"refutes.check_digit"} | {REPEATED}


def test_a_check_confirms_what_the_path_found() -> None:
    text = f"pay {CARD} now"
    assert shown(text, read_as(text, (CARD, "CREDIT_CARD", 3.0)).candidates(0.0)) == [
        ("CREDIT_CARD", CARD, ["confirms.checksum"])
    ]
    text = f"write to {EMAIL} now"
    assert shown(text, read_as(text, (EMAIL, "EMAIL", 3.0)).candidates(0.0)) == [("EMAIL", EMAIL, ["confirms.grammar"])]


def test_a_check_refutes_what_the_path_found_and_leaves_it_where_it_is() -> None:
    wrong = CARD[:-1] + "2"
    text = f"part {wrong} now"
    reading = read_as(text, (wrong, "CREDIT_CARD", 3.0))
    (candidate,) = reading.candidates(0.0)
    assert shown(text, [candidate]) == [("CREDIT_CARD", wrong, ["refutes.checksum"])]
    (plain,) = reading.candidates(0.0, structure=False)
    assert (candidate.tokens, candidate.margin) == (plain.tokens, plain.margin)
    text = "on 2024-01-15 at"
    assert shown(text, read_as(text, ("2024-01-15", "PHONE", 3.0)).candidates(0.0)) == [
        ("PHONE", "2024-01-15", ["refutes.grammar"])
    ]


def test_a_cut_value_is_made_whole_and_a_label_left_out() -> None:
    text = f"card {CARD} now"
    for part in ("1111 1111 1111", f"card {CARD}"):
        reading = read_as(text, (part, "CREDIT_CARD", 3.0))
        (candidate,) = reading.candidates(0.0)
        assert shown(text, [candidate]) == [("CREDIT_CARD", CARD, ["confirms.checksum"])]
        # Sixteen digits, after the token "card".
        assert (candidate.tokens.start, candidate.tokens.end) == (1, 17)


def test_a_check_sum_changes_the_class() -> None:
    text = f"call me: {CARD}"
    reading = read_as(text, (CARD, "PHONE", 3.0))
    (candidate,) = reading.candidates(0.0)
    assert shown(text, [candidate]) == [("CREDIT_CARD", CARD, ["confirms.checksum"])]
    assert candidate.tokens.label == 1 + ENTITY_TYPES.index("CREDIT_CARD")
    # The margin is that of the class that it has now.
    assert candidate.margin == pytest.approx(16 * UNSEEN)
    assert shown(text, reading.candidates(0.0, structure=False)) == [("PHONE", CARD, [])]


def test_a_well_formed_value_that_the_path_missed_is_a_candidate() -> None:
    text = f"for {EMAIL}, account {IBAN}."
    reading = read_as(text, ("for", "PERSON", 1.0))
    assert shown(text, reading.candidates(0.0)) == [
        ("PERSON", "for", []),
        ("EMAIL", EMAIL, ["confirms.grammar"]),
        ("BANK_ACCOUNT", IBAN, ["confirms.checksum"]),
    ]
    assert shown(text, reading.candidates(0.0, structure=False)) == [("PERSON", "for", [])]
    assert reading.candidates(0.0)[1].margin == pytest.approx(5 * UNSEEN)


def test_what_meets_a_span_of_the_path_is_not_offered_again() -> None:
    text = f"Taro <{EMAIL}>"
    assert shown(text, read_as(text, (EMAIL, "SECRET", 3.0)).candidates(0.0)) == [("SECRET", EMAIL, [])]


def test_a_class_that_the_bundle_lacks_is_never_offered() -> None:
    text = f"write to {EMAIL} now"
    reading = read_as(text)
    types = [name for name in ENTITY_TYPES if name != "EMAIL"]
    assert type(reading)(text, reading.tokens, reading.logits[:, :41], reading.transitions[:41, :41], types).candidates(0.0) == []
    assert len(reading.candidates(0.0)) == 1


def test_the_margin_is_worth_of_the_span_over_none() -> None:
    text = "see Mira Holm today"
    for bias in (0.0, -1.0, 1.5):
        (candidate,) = read_as(text, ("Mira Holm", "PERSON", 2.0)).candidates(bias)
        # The bias decides what is a candidate, not what it is worth.
        assert candidate.margin == pytest.approx(4.0)
    assert read_as(text, ("Mira Holm", "PERSON", 2.0)).candidates(2.5) == []


def test_other_mentions_of_a_name_are_found() -> None:
    text = "Mira Holm wrote. Then Mira Holm left; Mira Holmes stayed."
    reading = read_as(text, ("Mira Holm", "PERSON", 3.0))
    found = reading.candidates(0.0)
    assert shown(text, found) == [("PERSON", "Mira Holm", [])]
    with_mentions = reading.mentions(found, found)
    assert shown(text, with_mentions) == [("PERSON", "Mira Holm", []), ("PERSON", "Mira Holm", [REPEATED])]
    assert with_mentions[1].start == text.rindex("Mira Holm left")
    assert with_mentions[1].margin == pytest.approx(2 * UNSEEN)


def test_a_better_mention_vouches_for_a_worse_one() -> None:
    text = "Mira Holm wrote. Then Mira Holm left."
    second = text.rindex("Mira"), text.rindex("Mira") + 9
    reading = read_as(text, ("Mira Holm", "PERSON", 3.0), (second, "PERSON", 1.0))
    found = reading.candidates(0.0)
    sure, unsure = found
    for certain in ([sure], found):
        best, other = reading.mentions(certain, found)
        assert best.evidence == ()
        assert other.evidence == (Reason(REPEATED, REPEATED, pytest.approx(sure.margin - unsure.margin)),)
    assert [c.evidence for c in reading.mentions([unsure], found)] == [(), ()]
    assert reading.mentions([], found) == found
    assert unsure.margin < sure.margin


def test_names_without_blanks_between_words_are_found_too() -> None:
    text = "田中太郎です。昨日、田中太郎が来た。"
    reading = read_as(text, ("田中太郎", "PERSON", 3.0))
    found = reading.candidates(0.0)
    assert shown(text, reading.mentions(found, found)) == [("PERSON", "田中太郎", []), ("PERSON", "田中太郎", [REPEATED])]


def test_a_mention_inside_of_another_finding_is_left_alone() -> None:
    text = "Mira wrote from Mira Street 5"
    reading = read_as(text, ("Mira", "PERSON", 3.0), ("Mira Street 5", "ADDRESS", 3.0))
    found = reading.candidates(0.0)
    assert reading.mentions(found[:1], found) == found
    # Nor is another class helped by sharing the name.
    text = "Mira wrote, user Mira"
    last = (len(text) - 4, len(text))
    reading = read_as(text, ("Mira", "PERSON", 3.0), (last, "USERNAME", 3.0))
    found = reading.candidates(0.0)
    assert [c.evidence for c in reading.mentions(found[:1], found)] == [(), ()]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ann", False),
        ("Mira", True),
        ("Li Wu", True),
        ("田", False),
        ("田中", True),
        ("R2D2", False),
        ("Mark1", False),
        ("José", True),
    ],
)
def test_short_words_are_not_distinctive(name: str, expected: bool) -> None:
    assert distinctive(name) == expected


PARTS = st.sampled_from(
    ["Mira Holm", "Ann", CARD, IBAN, EMAIL, "+44 7700 900123", "2024-01-15", "192.0.2.1", "田中太郎", ",", "x1"]
)


@given(st.data(), st.lists(PARTS, max_size=7))
@settings(max_examples=100, deadline=None)
def test_candidates_lie_in_the_text_and_on_their_tokens(data: st.DataObject, parts: list[str]) -> None:
    text = " ".join(parts)
    edge = st.integers(0, max(0, len(text) - 1))
    piece = st.tuples(edge, st.integers(1, 20)).map(lambda p: (p[0], min(len(text), p[0] + p[1])))
    seen = data.draw(st.lists(st.tuples(piece, st.sampled_from(ENTITY_TYPES), st.floats(0, 5)), max_size=4)) if text else []
    reading = read_as(text, *seen)
    found = reading.candidates(0.0)
    found = reading.mentions([c for c in found if c.entity_type == "PERSON"], found)
    assert [c.start for c in found] == sorted(c.start for c in found)
    tokens = reading.tokens
    for c in found:
        assert 0 <= c.start < c.end <= len(text)
        assert reading.entity_types[c.tokens.label - 1] == c.entity_type
        assert all(each.kind in EVIDENCE_KINDS for each in c.evidence)
        assert tokens.starts[c.tokens.start] < c.end
        assert tokens.ends[c.tokens.end - 1] > c.start


def test_work_grows_with_the_text_and_no_faster() -> None:
    def seconds(count: int) -> float:
        reading = read_as("a@b.co Mira " * count, ("Mira", "PERSON", 3.0))
        started = time.process_time()
        found = reading.candidates(0.0)
        assert len(reading.mentions([c for c in found if c.entity_type == "PERSON"], found)) == 2 * count
        return time.process_time() - started

    seconds(200)
    assert seconds(8000) < 8 * 4 * seconds(1000)
