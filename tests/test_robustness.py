"""The robustness report, with detectors that know the answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

import pytest

from probes.entity import Span
from probes.training import robustness
from probes.training.example import Example
from probes.training.generate.evasion import KINDS
from probes.training.generate.noise import NOISES
from probes.training.generate.segments import Segment, assemble
from probes.training.metrics import Estimate
from probes.training.robustness import KindReport, NoiseReport, noise_report, piece_of

EXAMPLE = assemble(
    [Segment("Ask "), Segment("Mira Holt", "PERSON"), Segment(" ("), Segment("mira@example.com", "EMAIL"), Segment(").")], "en"
)


@pytest.fixture(autouse=True)
def documents(monkeypatch: pytest.MonkeyPatch) -> None:
    def generate(count: int, seed: int, languages: Sequence[str], *, held_out: bool, noise: bool) -> Iterator[Example]:
        assert held_out
        assert tuple(languages) == ("en",)
        return iter([EXAMPLE] * count)

    monkeypatch.setattr(robustness, "generate", generate)


def finder(*patterns: tuple[str, str]) -> Callable[[Sequence[str]], list[list[Span]]]:
    def detect(texts: Sequence[str]) -> list[list[Span]]:
        return [[Span(m.start(), m.end(), entity) for entity, p in patterns for m in re.finditer(p, text)] for text in texts]

    return detect


EXACT = finder(("PERSON", "Mira Holt"), ("EMAIL", r"mira@example\.com"))


def by_kind(report: NoiseReport) -> dict[str, KindReport]:
    return {k.kind: k for k in report.kinds}


def value(estimate: Estimate | None) -> float:
    assert estimate is not None
    assert estimate.low <= estimate.value <= estimate.high
    return estimate.value


def test_every_kind_is_reported_once_and_the_clean_documents_first() -> None:
    report = noise_report(EXACT, 8, 0, ["en"], resamples=20)
    assert [k.kind for k in report.kinds] == ["none", *NOISES, *KINDS]
    assert report.kinds[0].group == "clean"
    assert report.kinds[0].changed == 0
    assert report.documents == 8


def test_a_detector_of_fixed_strings_is_right_on_clean_text_and_blind_to_what_changes_it() -> None:
    kinds = by_kind(noise_report(EXACT, 10, 0, ["en"], resamples=20))
    clean = kinds["none"]
    assert [value(x) for x in (clean.iou_f1, clean.person_f1, clean.any_class_recall, clean.leak_rate)] == [1, 1, 1, 0]
    upper = kinds["upper"]
    assert upper.changed == 10
    assert [value(x) for x in (upper.iou_f1, upper.person_f1, upper.any_class_recall, upper.leak_rate)] == [0, 0, 0, 1]
    # Only names are written in leet.
    assert value(kinds["leet"].any_class_recall) >= 0.5
    assert kinds["full_width_digits"].changed == 0


def test_f1_over_all_classes_counts_every_class_once_and_needs_the_right_class() -> None:
    wrong_class = finder(("PERSON", "Mira Holt"), ("USERNAME", r"mira@example\.com"))
    clean = noise_report(wrong_class, 5, 0, ["en"], resamples=20).kinds[0]
    # Of two labels and two findings one is right.
    assert value(clean.iou_f1) == 0.5
    assert value(clean.person_f1) == 1
    assert value(clean.any_class_recall) == 1
    assert value(clean.leak_rate) == 0


def test_the_same_arguments_give_the_same_report() -> None:
    assert noise_report(EXACT, 6, 3, ["en"], resamples=20) == noise_report(EXACT, 6, 3, ["en"], resamples=20, batch=2)


def test_a_detector_that_leaves_texts_out_is_an_error() -> None:
    with pytest.raises(ValueError, match="answered"):
        noise_report(lambda texts: [[]] * (len(texts) - 1), 3, 0, ["en"])


@pytest.mark.parametrize(("count", "batch"), [(0, 1), (1, 0)])
def test_counts_below_one_are_refused(count: int, batch: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        noise_report(EXACT, count, 0, ["en"], batch=batch)


def test_markdown_has_a_line_a_kind_with_intervals() -> None:
    report = noise_report(EXACT, 4, 0, ["en"], resamples=20)
    lines = report.as_markdown().splitlines()
    assert len(lines) == 2 + len(report.kinds)
    assert lines[2] == (
        "| clean | none | 0 of 4 | 1.000 [1.000, 1.000] | 1.000 [1.000, 1.000] | 1.000 [1.000, 1.000] | 0.000 [0.000, 0.000] |"
    )


def test_an_example_taken_apart_and_put_together_is_the_same() -> None:
    again = assemble(piece_of(EXAMPLE), "en")
    assert (again.text, again.labels) == (EXAMPLE.text, EXAMPLE.labels)
    assert [s.entity for s in piece_of(EXAMPLE)] == ["", "PERSON", "", "EMAIL", ""]
