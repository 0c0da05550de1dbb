from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_labelled import Row, write_set

from probes.entity import ENTITY_TYPES, NONE, Span
from probes.training.example import Label
from probes.training.labelled import LabelledDataError
from probes.training.metrics import Estimate, Matching, Scored, Scores, calibration_error, covered, iou, matches, score, words
from probes.training.report import LEAST_GOLD, evaluate

ALL = frozenset(ENTITY_TYPES)


def label(start: int, end: int, *candidates: str) -> Label:
    return Label(start, end, frozenset(candidates))


def measured(labels: Sequence[Label], findings: Sequence[Span], complete: frozenset[str] = ALL) -> Scores:
    return score([Scored(labels, findings, 10)], complete, resamples=20)


def values(m: Matching) -> tuple[float | None, float | None, float | None]:
    return tuple(None if e is None else round(e.value, 4) for e in (m.precision, m.recall, m.f1))  # type: ignore[return-value]


def value(estimate: Estimate | None) -> float:
    assert estimate is not None
    return estimate.value


def test_a_hand_computed_document() -> None:
    gold = [label(0, 10, "PERSON"), label(20, 30, "PERSON"), label(40, 50, "EMAIL")]
    # One exact, one with 6 of 10 characters, one nowhere; the e-mail under another class.
    found = [Span(0, 10, "PERSON"), Span(20, 26, "PERSON"), Span(60, 65, "PERSON"), Span(40, 44, "SECRET")]
    scores = measured(gold, found)
    person, email = scores.classes
    assert (person.entity_type, person.gold, person.found) == ("PERSON", 2, 3)
    assert values(person.exact) == (0.3333, 0.5, 0.4)
    assert values(person.iou) == (0.6667, 1.0, 0.8)
    assert values(email.exact) == (None, 0.0, 0.0)
    assert value(scores.any_class_recall) == pytest.approx(2 / 3)
    assert value(scores.leak_rate) == pytest.approx((4 + 6) / 30)
    assert scores.false_positives is None


def test_half_is_enough_for_coverage_and_for_iou() -> None:
    scores = measured([label(0, 10, "PHONE")], [Span(0, 5, "PHONE")])
    assert value(scores.any_class_recall) == 1
    assert values(scores.classes[0].iou) == (1, 1, 1)
    assert values(scores.classes[0].exact) == (0, 0, 0)


def test_pieces_of_two_findings_cover_together_and_overlaps_count_once() -> None:
    assert covered((10, 20), [Span(0, 12, "PHONE"), Span(11, 14, "EMAIL"), Span(18, 40, "PHONE")]) == 6


def test_a_second_finding_on_the_same_label_is_wrong() -> None:
    person = measured([label(0, 10, "PERSON")], [Span(0, 10, "PERSON"), Span(0, 9, "PERSON")]).classes[0]
    assert values(person.iou) == (0.5, 1.0, 0.6667)


def test_the_closest_pair_is_matched_first() -> None:
    assert matches([(0, 10), (10, 18)], [(4, 18), (10, 18)], 0.5) == {1: 1}


def test_an_ambiguous_label_makes_a_finding_neither_right_nor_wrong() -> None:
    gold = [label(0, 10, "PERSON"), label(20, 30, "PERSON", NONE), label(40, 50, "ADDRESS", NONE)]
    right = Span(0, 10, "PERSON")
    assert values(measured(gold, [right, Span(20, 30, "PERSON")]).classes[0].exact) == (1, 1, 1)
    # The second label allows no person.
    assert values(measured(gold, [right, Span(40, 50, "PERSON")]).classes[0].exact) == (0.5, 1, 0.6667)


def test_a_finding_that_runs_from_a_sure_label_into_an_unsure_one_has_wrong_edges() -> None:
    gold = [label(0, 10, "ADDRESS"), label(11, 20, "ADDRESS", NONE)]
    assert values(measured(gold, [Span(0, 20, "ADDRESS")]).classes[0].exact) == (0, 0, 0)


def test_a_class_that_the_set_labels_with_gaps_has_recall_only() -> None:
    person = measured([label(0, 10, "PERSON")], [Span(0, 10, "PERSON"), Span(20, 30, "PERSON")], ALL - {"PERSON"}).classes[0]
    assert values(person.exact) == values(person.iou) == (None, 1, None)


def test_labels_that_allow_none_are_no_pii() -> None:
    scores = measured([label(0, 10, "PERSON", NONE), label(20, 30, "PERSON", "USERNAME")], [])
    assert scores.gold == 1
    assert scores.classes == ()
    assert value(scores.leak_rate) == 1


def test_findings_per_thousand_words_only_where_no_pii_is_known() -> None:
    documents = [Scored([], [Span(0, 3, "PERSON")], 500), Scored([], [], 1500)]
    assert value(score(documents, ALL, resamples=50).false_positives) == 0.5
    assert score(documents, ALL - {"SECRET"}, resamples=50).false_positives is None
    assert score([replace(documents[0], labels=[label(0, 3, "PERSON")])], ALL, resamples=50).false_positives is None


def test_no_documents() -> None:
    scores = score([], ALL)
    assert (scores.documents, scores.classes, scores.leak_rate, scores.false_positives) == (0, (), None, None)


def test_the_interval_holds_the_value_narrows_with_documents_and_repeats() -> None:
    def recall(documents: int) -> Estimate:
        half = [Scored([label(0, 4, "PERSON")], [Span(0, 4, "PERSON")] if i % 2 else []) for i in range(documents)]
        estimate = score(half, ALL, seed=7).classes[0].exact.recall
        assert estimate is not None
        return estimate

    few, many = recall(20), recall(2000)
    assert few.low < few.value == 0.5 < few.high
    assert 0 < many.high - many.low < (few.high - few.low) / 5
    # Binomial: 1.96 * sqrt(0.25 / 2000) on either side.
    assert many.high - 0.5 == pytest.approx(0.0219, abs=0.004)
    assert recall(20) == few


def test_words() -> None:
    assert words("two words") == 2
    assert words("東京都 Tokyo") == 2.5
    assert words("") == 0


def test_calibration_error_by_hand() -> None:
    probabilities = np.array([0.05, 0.08, 0.62, 0.68, 0.91, 1.0])
    right = np.array([False, True, True, False, True, True])
    # Bins 0, 6 and 9 hold two each: |.13 - 1|, |1.3 - 1| and |1.91 - 2|, of six.
    assert calibration_error(probabilities, right) == pytest.approx((0.87 + 0.30 + 0.09) / 6)
    assert calibration_error(probabilities, right, bins=1) == pytest.approx(abs(probabilities.sum() - 4) / 6)
    assert calibration_error(np.array([0.0, 1.0]), np.array([False, True])) == 0
    assert calibration_error(np.array([0.0, 1.0]), np.array([True, False])) == 1
    assert calibration_error(np.array([]), np.array([], dtype=bool)) == 0


edges = st.integers(0, 60)
ranges = st.tuples(edges, st.integers(1, 20)).map(lambda p: (p[0], p[0] + p[1]))


@st.composite
def spans(draw: st.DrawFn) -> list[Span]:
    """No two overlap, as labels and findings of one text."""
    position, result = 0, []
    for gap, size, name in draw(st.lists(st.tuples(edges, st.integers(1, 9), st.sampled_from(ENTITY_TYPES)), max_size=6)):
        result.append(Span(position + gap, position + gap + size, name))
        position = result[-1].end
    return result


documents = st.lists(spans(), min_size=1, max_size=5)


def gold(found: Sequence[Span]) -> list[Label]:
    return [label(s.start, s.end, s.entity_type) for s in found]


@given(ranges, ranges, edges)
def test_iou_is_symmetric_and_stays_when_both_move(a: tuple[int, int], b: tuple[int, int], by: int) -> None:
    assert iou(a, b) == iou(b, a)
    assert iou(a, b) == iou((a[0] + by, a[1] + by), (b[0] + by, b[1] + by))
    assert 0 <= iou(a, b) <= 1
    assert iou(a, a) == 1


@settings(max_examples=40)
@given(documents)
def test_perfect_findings_score_one(found: list[list[Span]]) -> None:
    scores = score([Scored(gold(f), f) for f in found], ALL, resamples=20)
    for one in scores.classes:
        assert values(one.exact) == values(one.iou) == (1, 1, 1)
    if scores.gold:
        assert (value(scores.any_class_recall), value(scores.leak_rate)) == (1, 0)


@settings(max_examples=40)
@given(documents)
def test_no_findings_leak_everything(found: list[list[Span]]) -> None:
    scores = score([Scored(gold(f), []) for f in found], ALL, resamples=20)
    for one in scores.classes:
        assert values(one.exact) == values(one.iou) == (None, 0, 0)
    if scores.gold:
        assert (value(scores.any_class_recall), value(scores.leak_rate)) == (0, 1)


@settings(max_examples=40)
@given(spans(), spans(), edges)
def test_moving_a_text_changes_nothing_and_iou_is_never_below_exact(labelled: list[Span], found: list[Span], by: int) -> None:
    def moved(all_spans: list[Span]) -> list[Span]:
        return [Span(s.start + by, s.end + by, s.entity_type) for s in all_spans]

    scores = measured(gold(labelled), found)
    assert measured(gold(moved(labelled)), moved(found)) == scores
    for one in scores.classes:
        assert value(one.iou.recall) >= value(one.exact.recall)
        assert value(one.iou.f1) >= value(one.exact.f1)


@dataclass
class Names:
    """Finds the word "Ann", and remembers how many texts came at once."""

    sizes: list[int]

    def __call__(self, texts: Sequence[str]) -> list[list[Span]]:
        self.sizes.append(len(texts))
        return [[Span(t.index("Ann"), t.index("Ann") + 3, "PERSON")] if "Ann" in t else [] for t in texts]


def test_a_report_over_a_folder(tmp_path: Path) -> None:
    sang: Row = ("Ann sang", [(0, 3, "PER", "PERSON")])
    write_set(tmp_path, "wikigold.dev", *[sang] * LEAST_GOLD)
    write_set(tmp_path, "hardneg.en", ("version 1 2 3 of Annex", []), ("nothing at all", []))
    detect = Names([])
    report = evaluate(detect, tmp_path, batch=2, resamples=20)
    assert detect.sizes == [2, 2, 2, 1]
    assert [s.name for s in report.sets] == ["hardneg.en", "wikigold.dev"]
    table = report.as_markdown()
    assert "| wikigold.dev | PERSON | 5 | 1.000 [1.000, 1.000] |" in table
    assert "| hardneg.en | en | 2 | 0 | – | – | 111.11 [" in table
    assert json.loads(report.as_json())["sets"][1]["scores"]["classes"][0]["exact"]["f1"]["value"] == 1
    assert [s.name for s in evaluate(detect, tmp_path, sets=["hardneg.en"], resamples=5).sets] == ["hardneg.en"]


def test_a_report_refuses_what_it_cannot_measure(tmp_path: Path) -> None:
    write_set(tmp_path, "mine", ("Ann", []))
    with pytest.raises(ValueError, match="answered 0 texts of 1"):
        evaluate(lambda texts: [], tmp_path)
    with pytest.raises(ValueError, match="batch"):
        evaluate(Names([]), tmp_path, batch=0)
    with pytest.raises(LabelledDataError, match=r"missing in .*yours\.jsonl\.gz"):
        evaluate(Names([]), tmp_path, sets=["yours"])
