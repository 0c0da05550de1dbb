"""Calibration on made-up margins of known worth, and thresholds against trying them all."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from readings import read_as, score_of

from probes.candidate import EVIDENCE_KINDS
from probes.entity import ENTITY_TYPES
from probes.operating_point import OPERATING_POINTS
from probes.training import calibrate as module
from probes.training.calibrate import FLOORS, Held, calibrate, fit_score
from probes.training.example import Example, Label

KINDS = len(EVIDENCE_KINDS)


def sigmoid(x: np.ndarray) -> np.ndarray:
    value: np.ndarray = 1 / (1 + np.exp(-x))
    return value


def made_up(n: int, slope: float, offset: float, worth: np.ndarray, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Margins, evidence and outcomes of candidates that follow these numbers."""
    rng = np.random.default_rng(seed)
    margins = rng.normal(2, 5, n)
    evidence = (rng.random((n, KINDS)) < 0.3).astype(float)
    return margins, evidence, rng.random(n) < sigmoid(slope * (margins + evidence @ worth) + offset)


def test_known_numbers_are_recovered() -> None:
    worth = np.array([4.0, 2.0, 1.0, -4.0, -2.0, 1.0])
    margins, evidence, right = made_up(40_000, 0.5, -0.7, worth)
    (slope, offset), found = fit_score(margins, evidence, right, np.ones(len(margins)))
    assert slope == pytest.approx(0.5, abs=0.03)
    assert offset == pytest.approx(-0.7, abs=0.1)
    np.testing.assert_allclose(found, worth, atol=0.4)


def test_weights_count_as_copies() -> None:
    margins, evidence, right = made_up(300, 0.5, 0.3, np.zeros(KINDS))
    weights = np.arange(300) % 3.0
    copies = weights.astype(int)
    (slope, offset), found = fit_score(margins, evidence, right, weights)
    again, expected = fit_score(*(np.repeat(each, copies, axis=0) for each in (margins, evidence, right)), np.ones(copies.sum()))
    assert (slope, offset) == pytest.approx(again, abs=1e-4)
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-3)


def test_with_nothing_to_learn_from_the_priors_stay() -> None:
    (slope, offset), worth = fit_score(np.array([]), np.zeros((0, KINDS)), np.array([], dtype=bool), np.array([]))
    assert (slope, offset) == pytest.approx((0.3, 0.0))
    confirms = [i for i, kind in enumerate(EVIDENCE_KINDS) if kind.startswith("confirms") or kind == "repeated_mention"]
    refutes = [i for i, kind in enumerate(EVIDENCE_KINDS) if kind.startswith("refutes")]
    assert (worth[confirms] > 0).all()
    assert (worth[refutes] < 0).all()


def test_a_passed_check_never_counts_against_a_span_nor_a_failed_one_for_it() -> None:
    margins, kinds = np.zeros(400), np.zeros((400, len(EVIDENCE_KINDS)))
    kinds[:200, EVIDENCE_KINDS.index("confirms.grammar")] = 1
    kinds[200:, EVIDENCE_KINDS.index("refutes.grammar")] = 1
    right = np.arange(400) >= 200
    _, added = module.fit_score(margins, kinds, right, np.ones(400))
    assert added[EVIDENCE_KINDS.index("confirms.grammar")] == 0
    assert added[EVIDENCE_KINDS.index("refutes.grammar")] == 0


def test_a_mention_comes_up_to_the_best_one_whatever_the_text_says() -> None:
    kinds = np.zeros((400, KINDS))
    kinds[:200, EVIDENCE_KINDS.index("repeated_mention")] = 8
    for right in (np.arange(400) >= 200, np.arange(400) < 200):
        _, added = fit_score(np.zeros(400), kinds, right, np.ones(400))
        assert added[EVIDENCE_KINDS.index("repeated_mention")] == 1


def test_the_larger_margin_is_never_the_less_likely() -> None:
    margins, evidence, right = made_up(2000, 0.5, 0.0, np.zeros(KINDS))
    (slope, _), _ = fit_score(margins, evidence, ~right, np.ones(2000))
    assert slope > 0


# Thresholds.


def judged(margins: np.ndarray, right: np.ndarray, gold: float, weights: np.ndarray | None = None) -> module._Judged:
    count = len(margins)
    return module._Judged(margins, np.zeros((count, KINDS)), right, np.ones(count) if weights is None else weights, gold)


@st.composite
def outcomes(draw: st.DrawFn) -> module._Judged:
    n = draw(st.integers(1, 30))
    margins = np.array(draw(st.lists(st.integers(-300, 300), min_size=n, max_size=n, unique=True))) / 100
    right = np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    weights = np.array(draw(st.lists(st.sampled_from([0.5, 1.0, 3.0]), min_size=n, max_size=n)))
    return judged(margins, right, float((right * weights).sum()) + draw(st.integers(15, 40)), weights)


def at(each: module._Judged, threshold: float) -> tuple[float, float, float]:
    """Precision, recall and F1 of what is reported from a threshold on."""
    kept = sigmoid(each.margins) >= threshold
    hits, found = float((each.weights * each.right)[kept].sum()), float(each.weights[kept].sum())
    return hits / found if found else 1.0, hits / each.gold, 2 * hits / (found + each.gold)


def every_threshold(each: module._Judged) -> list[float]:
    return [*np.linspace(0, 1, 100), *sigmoid(each.margins)]


@given(outcomes())
@settings(max_examples=150, deadline=None)
def test_no_threshold_has_a_better_f1(each: module._Judged) -> None:
    # Margins end at 3, a probability of 0.953, so that no threshold is clipped from above.
    threshold, value = module._best_threshold(score_of(), 0, each, None)
    assert at(each, threshold)[2] == pytest.approx(value)
    assert max(at(each, other)[2] for other in every_threshold(each)) <= value + 1e-9


@given(outcomes(), st.sampled_from([0.3, 0.5, 0.9, 0.99]))
@settings(max_examples=150, deadline=None)
def test_a_point_lies_on_its_side_of_the_best_f1_and_finds_what_its_floor_allows(each: module._Judged, floor: float) -> None:
    threshold, value = module._best_threshold(score_of(), 0, each, floor)
    best, _ = module._best_threshold(score_of(), 0, each, None)
    enough = [other for other in sigmoid(each.margins) if at(each, other)[0] >= floor]
    if not enough:
        assert (threshold, value) == module._best_threshold(score_of(), 0, each, None)
        return
    _, recall, _ = at(each, threshold)
    assert recall == pytest.approx(value)
    if floor <= 0.5:
        assert threshold <= best
        assert threshold <= min(enough)
        assert value >= max(at(each, other)[1] for other in enough) - 1e-9
    else:
        assert threshold >= best
        assert threshold == best or at(each, threshold)[0] >= floor - 1e-9


@given(outcomes())
@settings(max_examples=150, deadline=None)
def test_a_lower_floor_asks_for_less(each: module._Judged) -> None:
    reached = [floor for floor in (0.5, 0.99) if any(at(each, other)[0] >= floor for other in sigmoid(each.margins))]
    found = [module._best_threshold(score_of(), 0, each, floor)[0] for floor in reached]
    assert found == sorted(found)


def test_too_few_labels_choose_no_threshold() -> None:
    each = judged(np.array([1.0, 2.0]), np.array([True, True]), 14.0)
    assert module._best_threshold(score_of(), 0, each, None) == (0.5, 0.0)
    nothing = judged(np.array([]), np.array([], dtype=bool), 100.0)
    assert module._best_threshold(score_of(), 0, nothing, 0.5) == (0.5, 0.0)


# From readings to a calibration.


def held_texts(n: int = 240, seed: int = 0) -> list[Held]:
    """Texts with one name; the probe sees every name, less and less surely, and takes other words for one, ever more surely."""
    rng = np.random.default_rng(seed)
    held = []
    for i in range(n):
        text = f"then Mira{'abcdefghij'[i % 10]} met Orlov in Porto"
        name = text.split()[1]
        seen = [(name, "PERSON", float(rng.normal(3, 2)))]
        if i % 2:
            seen.append(("Porto", "PERSON", float(rng.normal(0, 2))))
        label = Label(text.index(name), text.index(name) + len(name), frozenset({"PERSON"}))
        held.append(Held(Example(text, (label,), "en", "test"), read_as(text, *seen), 1.0 + i % 2))
    return held


def test_probabilities_are_shares_and_every_point_is_complete() -> None:
    found = calibrate(held_texts())
    assert set(found.points) == set(OPERATING_POINTS)
    for point in found.points.values():
        assert set(point.thresholds) == set(ENTITY_TYPES)
        assert all(0 < threshold < 1 for threshold in point.thresholds.values())
        assert point.none_bias in module._NONE_BIAS
    assert set(found.error) == {"PERSON"}
    assert found.error["PERSON"] < 0.1
    assert found.f1["PERSON"] > 0.8
    assert found.f1["EMAIL"] == 0
    slope, offset = found.score.platt[0]
    assert slope > 0.1
    assert math.isfinite(offset)


def test_points_keep_what_their_names_promise(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(FLOORS) == set(OPERATING_POINTS)
    monkeypatch.setattr(module, "_NONE_BIAS", (-1.0,))
    held = held_texts()
    found = calibrate(held)
    thresholds = [found.points[name].thresholds["PERSON"] for name in ("recall", "balanced", "precision")]
    assert thresholds == sorted(set(thresholds))

    def counts(threshold: float) -> tuple[float, float]:
        """Precision and recall by weight."""
        right = total = 0.0
        for text in held:
            (label,) = text.example.labels
            for scored in found.score.read(text.reading, -1.0):
                if scored.probability >= threshold:
                    total += text.weight
                    right += text.weight * ((scored.candidate.start, scored.candidate.end) == (label.start, label.end))
        return right / total, right / sum(text.weight for text in held)

    recall, balanced, precision = map(counts, thresholds)
    assert recall[0] >= 0.5
    assert precision[0] >= 0.95
    assert recall[1] > balanced[1] > precision[1]
    assert 2 * balanced[0] * balanced[1] / sum(balanced) == pytest.approx(found.f1["PERSON"])


def test_of_equally_good_decoders_recall_takes_the_most_lenient() -> None:
    held = held_texts()
    sure = [Held(text.example, read_as(text.example.text, (text.example.text.split()[1], "PERSON", 9.0))) for text in held]
    points = calibrate(sure).points
    assert points["recall"].none_bias == min(module._NONE_BIAS)


@pytest.mark.parametrize(
    ("candidates", "unlabelled", "rows"),
    [
        # The label of the class itself: right.
        ({"PERSON"}, set(), [True]),
        # Another class: wrong.
        ({"ADDRESS"}, set(), [False]),
        # Nobody can say.
        ({"PERSON", "USERNAME"}, set(), []),
        ({"PERSON", "NONE"}, set(), []),
        # The source does not label persons, wherever they are.
        ({"ADDRESS"}, {"PERSON"}, []),
        (None, {"PERSON"}, []),
        (None, set(), [False]),
    ],
)
def test_what_nobody_can_judge_does_not_count(candidates: set[str] | None, unlabelled: set[str], rows: list[bool]) -> None:
    text = "then Mira left"
    labels = () if candidates is None else (Label(5, 9, frozenset(candidates)),)
    held = Held(Example(text, labels, "en", "test", frozenset(unlabelled)), read_as(text, ("Mira", "PERSON", 3.0)), 2.0)
    person = module._judge([held], score_of(), 0.0)[0]
    assert person.right.tolist() == rows
    assert person.weights.tolist() == [2.0] * len(rows)
    assert person.gold == (2.0 if candidates == {"PERSON"} else 0.0)
    assert person.margins.tolist() == [3.0] * len(rows)


def test_a_span_of_half_the_union_is_right_and_a_smaller_one_wrong() -> None:
    text = "then Mira Holm left"
    label = (Label(5, 14, frozenset({"PERSON"})),)
    for part, expected in (("Mira Holm left", [True]), ("Mira", [False])):
        held = Held(Example(text, label, "en", "test"), read_as(text, (part, "PERSON", 3.0)))
        assert module._judge([held], score_of(), 0.0)[0].right.tolist() == expected
