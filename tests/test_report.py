"""Reports at several settings from one reading, targets, the full report and the model card; the readers know the answers."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from probes.entity import ENTITY_TYPES
from probes.errors import ProbesError
from probes.operating_point import BALANCED, OPERATING_POINTS
from probes.training.example import Example, Label
from probes.training.full_report import FullReport, measure_everything, read_report
from probes.training.labelled import LabelledSet
from probes.training.settings_report import SETTINGS, SettingsReport, measure
from probes.training.settings_tables import calibration_table, false_positives_table, points_tables, structure_tables
from probes.training.targets import TARGETS, Outcome, Target, measure_target, targets_table

if TYPE_CHECKING:
    from probes.detector import Detector

ALL = frozenset(ENTITY_TYPES)
PERSON = frozenset({"PERSON"})
THRESHOLDS = {"recall": 0.2, "balanced": 0.5, "precision": 0.8}


@dataclass
class Rules:
    """Finds `(pattern, entity type, probability, probability without structure)`; a reading is the text itself."""

    patterns: Sequence[tuple[str, str, float, float]]
    read: Counter[str] = field(default_factory=Counter)

    def readings(self, texts: Sequence[str]) -> list[str]:
        self.read.update(texts)
        return list(texts)

    def decide(self, reading: str, operating_point: str, *, structure: bool = True) -> list[Any]:
        return [
            SimpleNamespace(candidate=SimpleNamespace(start=m.start(), end=m.end(), entity_type=entity_type), probability=p)
            for pattern, entity_type, with_it, without in self.patterns
            for m in re.finditer(pattern, reading)
            if (p := with_it if structure else without) >= THRESHOLDS[operating_point]
        ]


def example(text: str, *labels: tuple[str, str], language: str = "en") -> Example:
    """A label for the first place of each value."""
    spans = [Label(text.index(value), text.index(value) + len(value), frozenset(types.split())) for value, types in labels]
    return Example(text, tuple(spans), language, "test")


def people(count: int) -> list[Example]:
    return [example("Ann met Bob", ("Ann", "PERSON"), ("Bob", "PERSON"))] * count


def report(rules: Rules, **sets: LabelledSet) -> SettingsReport:
    return measure(rules, sets.items(), resamples=20, batch=3)


SURE_AND_UNSURE = (("Ann", "PERSON", 0.9, 0.9), ("Bob", "PERSON", 0.3, 0.3), ("met", "PERSON", 0.25, 0.25))


def test_a_set_is_read_once_and_decided_at_every_setting() -> None:
    rules = Rules(SURE_AND_UNSURE)
    names = [example(f"Ann {i} met Bob", ("Ann", "PERSON"), ("Bob", "PERSON")) for i in range(7)]
    (measured,) = report(rules, own=LabelledSet(names, PERSON)).sets
    assert set(rules.read.values()) == {1}
    assert len(rules.read) == 7
    found = {point: scores.classes[0] for point, scores in measured.points.items()}
    assert list(found) == list(OPERATING_POINTS)
    values = {p: (s.iou.precision.value, s.iou.recall.value) for p, s in found.items() if s.iou.precision and s.iou.recall}
    assert values == {"recall": (2 / 3, 1), "balanced": (1, 0.5), "precision": (1, 0.5)}


def test_the_points_table_has_precision_recall_and_f1_of_each_point() -> None:
    own = LabelledSet(people(5), PERSON)
    lines = points_tables(report(Rules(SURE_AND_UNSURE), own=own)).splitlines()
    assert "| own | PERSON | 0.667 | 1.000 | 0.800 | 1.000 | 0.500 | 0.667 | 1.000 | 0.500 | 0.667 |" in lines
    assert "| own | 0.000 [0.000, 0.000] | 0.500 [0.500, 0.500] | 0.500 [0.500, 0.500] | – | – | – |" in lines
    assert "PERSON" not in points_tables(report(Rules(SURE_AND_UNSURE), own=LabelledSet(people(2), PERSON)))


def test_structure_shows_only_what_it_changes() -> None:
    text = example("Ann has 4111", ("Ann", "PERSON"), ("4111", "CREDIT_CARD"))
    rules = Rules((("Ann", "PERSON", 0.9, 0.9), (r"\d{4}", "CREDIT_CARD", 0.9, 0.3), ("v7", "SECRET", 0.1, 0.6)))
    clean = LabelledSet([example("version v7 is out")], ALL)
    shown = structure_tables(report(rules, cards=LabelledSet([text] * 5, ALL), hard=clean)).splitlines()
    rows = [line for line in shown if line.startswith(("| cards", "| hard"))]
    assert rows == [
        "| cards | CREDIT_CARD | 1.000 | 0.000 | +1.000 | 1.000 | – | 1.000 | 0.000 |",
        "| cards | 0.000 | 0.571 | – | – |",
        "| hard | – | – | 0.00 | 250.00 |",
    ]
    assert structure_tables(report(Rules(SURE_AND_UNSURE), own=LabelledSet(people(5), PERSON))) == "It changes nothing."


def test_calibration_counts_only_findings_that_can_be_judged() -> None:
    # Half of the findings with probability .9 are right, all of those with .3.
    texts = [example("Ann met Bob", ("Ann", "PERSON"), ("Bob", "PERSON")), example("Ann sang", ("sang", "NONE PERSON"))] * 20
    rules = Rules((("Ann", "PERSON", 0.9, 0.9), ("Bob", "PERSON", 0.3, 0.3), ("sang", "PERSON", 0.7, 0.7)))
    measured = report(rules, own=LabelledSet(texts, PERSON), gaps=LabelledSet(texts, frozenset()))
    (one,) = measured.sets[0].calibration
    assert (one.entity_type, one.findings) == ("PERSON", 60)
    assert one.stated == pytest.approx(0.7)
    assert one.right == pytest.approx(2 / 3)
    assert one.error == pytest.approx((40 * 0.4 + 20 * 0.7) / 60)
    assert measured.sets[1].calibration == ()
    assert measured.calibration == (one,)
    assert "| own | PERSON | 60 | 0.700 | 0.667 | 0.500 |" in calibration_table(measured)


def test_few_findings_say_nothing_about_calibration_but_count_in_the_pool() -> None:
    measured = report(Rules(SURE_AND_UNSURE[:1]), a=LabelledSet(people(20), PERSON), b=LabelledSet(people(15), PERSON))
    assert [each.calibration for each in measured.sets] == [(), ()]
    assert [each.findings for each in measured.calibration] == [35]


def test_false_positives_are_told_apart_by_class_where_a_set_has_no_pii() -> None:
    clean = LabelledSet([example("May 5 is a day"), example("or 12 of them all")], ALL)
    rules = Rules((("May", "PERSON", 0.9, 0.9), (r"\d+", "PHONE", 0.3, 0.3)))
    measured = report(rules, hard=clean, own=LabelledSet(people(3), PERSON))
    rates = measured.sets[0].false_positives
    assert {t: {p: e.value for p, e in rate.items()} for t, rate in rates.items()} == {
        "PERSON": dict.fromkeys(OPERATING_POINTS, 100),
        "PHONE": {"recall": 200},
    }
    assert measured.sets[1].false_positives == {}
    assert len(false_positives_table(measured).splitlines()) == 4


def test_a_reader_that_leaves_texts_out_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = Rules(())
    monkeypatch.setattr(rules, "readings", lambda texts: texts[1:])
    with pytest.raises(ValueError, match="read 1 texts of 2"):
        report(rules, own=LabelledSet(people(2), PERSON))
    with pytest.raises(ValueError, match="batch"):
        measure(rules, [], batch=0)


def spans(*found: tuple[int, int, str]) -> list[Any]:
    return [SimpleNamespace(start=start, end=end, entity_type=entity_type) for start, end, entity_type in found]


def test_a_target_for_f1_is_of_one_class() -> None:
    data = LabelledSet(people(4), PERSON)
    half = [spans((0, 3, "PERSON")), spans((0, 3, "PERSON"), (8, 11, "PERSON"))] * 2
    outcome = measure_target(Target("own", "f1", 0.85), data, half, resamples=20)
    assert outcome.measured is not None
    assert outcome.measured.value == pytest.approx(6 / 7)
    assert outcome.met is True
    assert measure_target(Target("own", "f1", 0.86), data, half, resamples=20).met is False
    assert measure_target(Target("own", "f1", 0.1, ("EMAIL",)), data, half, resamples=20).met is None
    # Findings without a label count as wrong, whether or not the set labels every one.
    gaps = LabelledSet(people(4), frozenset())
    assert measure_target(Target("own", "f1", 0.85), gaps, half, resamples=20).measured == outcome.measured


def test_a_target_for_leaks_counts_the_labels_of_its_classes() -> None:
    data = LabelledSet([example("Ann, Rome 12", ("Ann", "PERSON"), ("Rome 12", "ADDRESS"))], ALL)
    found = [spans((0, 3, "PERSON"))]
    every = measure_target(Target("own", "leak", 0.1, ()), data, found, resamples=20)
    names = measure_target(Target("own", "leak", 0.1), data, found, resamples=20)
    assert every.measured is not None
    assert every.measured.value == pytest.approx(0.7)
    assert every.met is False
    assert names.measured is not None
    assert (names.measured.value, names.met) == (0, True)


def test_a_target_for_false_positives_is_a_rate() -> None:
    data = LabelledSet([example("one two three four")], ALL)
    outcome = measure_target(Target("own", "false_positives", 3.0, ()), data, [spans((0, 3, "PERSON"))], resamples=20)
    assert outcome.measured is not None
    assert outcome.measured.value == 250
    assert outcome.met is False


def test_every_target_has_a_row_and_what_was_not_measured_is_not_met() -> None:
    first = TARGETS[0]
    measured = measure_target(first, LabelledSet(people(3), PERSON), [spans((0, 3, "PERSON"))] * 3, resamples=20)
    unjudged = Outcome(TARGETS[1], None)
    lines = targets_table([measured, unjudged]).splitlines()[2:]
    assert len(lines) == len(TARGETS)
    assert lines[0] == "| uner_ewt.dev | balanced | PERSON F1 ≥ 0.90 | 0.667 [0.667, 0.667] | **no** |"
    assert lines[1].endswith("| – | cannot be judged |")
    assert all(line.endswith("| – | not measured |") for line in lines[2:])


def test_settings_are_the_three_points_and_the_balanced_one_without_structure() -> None:
    assert [(s.operating_point, s.structure) for s in SETTINGS] == [(p, True) for p in OPERATING_POINTS] + [(BALANCED, False)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sets")

    def write(name: str, language: str, *rows: tuple[str, list[dict[str, Any]]]) -> None:
        with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
            for text, labels in rows:
                file.write(json.dumps({"text": text, "spans": labels, "lang": language, "source": "test"}) + "\n")

    ann = {"start": 0, "end": 3, "label": "PER", "pii": "PERSON"}
    mail = {"start": 12, "end": 19, "label": "EMAIL", "pii": "EMAIL"}
    write("uner_ewt.dev", "en", *[("Ann wrote to a@b.com", [ann, {**mail, "start": 13, "end": 20}])] * 6)
    write("own.de", "de", *[("Ann, Bob und c@d.com", [ann, {**ann, "start": 5, "end": 8}])] * 6)
    write("hardneg.en", "en", ("a version of 1.2.3 that Annex holds", []))
    return folder


MANY = Rules((("Ann", "PERSON", 0.9, 0.9), (r"[\w.]+@[\w.]+\w", "EMAIL", 0.6, 0.4), (r"\+?\d[\d ()-]{7,}\d", "PHONE", 0.9, 0.9)))


@pytest.fixture(scope="module")
def full(folder: Path) -> FullReport:
    return measure_everything(
        MANY,
        folder,
        name="tiny",
        version="3",
        digest="ab" * 32,
        command="piiprobe evaluate --full",
        documents=30,
        noise_documents=6,
        resamples=10,
        progress=False,
    )


def test_the_full_report_has_its_sections_in_order(full: FullReport) -> None:
    text = full.as_markdown()
    heads = [line[3:] for line in text.splitlines() if line.startswith("## ")]
    assert heads == [
        "Targets",
        "By set and class, balanced point",
        "Operating points",
        "Evidence from structure, on and off",
        "Calibration",
        "False positives by class",
        "Generated text, held-out templates",
        "Noise and evasion",
    ]
    assert "| uner_ewt.dev | balanced | PERSON F1 ≥ 0.90 | 1.000 [1.000, 1.000] | yes |" in text
    assert "| hardneg.en | PERSON | " in text
    assert [each.name for each in full.generated.sets] == [f"generated.{code}" for code in ("en", "ja", "de", "es", "fr")]
    assert list(full.noise) == ["en", "ja", "de", "es", "fr"]


def test_generated_sets_give_address_and_phone_of_each_language(full: FullReport) -> None:
    targets = {outcome.target for outcome in full.outcomes}
    assert {t for t in TARGETS if t.set.startswith("generated")} <= targets
    for each in full.generated.sets:
        assert {"ADDRESS", "PHONE"} <= {c.entity_type for c in each.points[BALANCED].classes}


def test_a_text_that_noise_leaves_alone_is_read_once(full: FullReport) -> None:
    rules = Rules(MANY.patterns)
    from probes.training.full_report import _noise

    again = _noise(rules, "ja", 6, 10, 0, False)
    assert max(rules.read.values()) == 1
    assert again == full.noise["ja"]


def test_the_full_report_comes_back_from_json(full: FullReport, tmp_path: Path) -> None:
    (tmp_path / "accuracy.json").write_text(full.as_json())
    assert read_report(tmp_path / "accuracy.json") == full
    (tmp_path / "other.json").write_text("{}")
    for name in ("other.json", "none.json"):
        with pytest.raises(ProbesError, match=name):
            read_report(tmp_path / name)


def manifest(**changes: Any) -> Any:
    from tiny import bundle_values

    from probes.bundle import FORMAT, Manifest

    return Manifest.model_validate({**bundle_values(), "format": FORMAT, "files": {}, **changes})


def card(tmp_path: Path, *arguments: Any) -> str:
    from probes.training.card import write_card

    write_card(tmp_path, *arguments)
    return (tmp_path / "MODEL_CARD.md").read_text()


def test_the_card_names_extremes_targets_cases_and_languages(full: FullReport, tmp_path: Path) -> None:
    text = card(tmp_path, manifest(), full)
    # Of two sets one is the best and one the worst.
    assert "Strongest: EMAIL in uner_ewt.dev (1.000). Weakest: PERSON in own.de (0.667)." in text
    assert f"of {len(TARGETS)} targets are met" in text
    assert "hardneg.en findings / 1,000 words ≤ 3 (" in text
    for language in ("de", "en", "es", "fr", "ja"):
        assert re.search(rf"\| {language} \| all classes \| [\d.]+ \[", text), language
    # "Ann" is found wherever it stands, and the German set labels another name that is not.
    assert "| de | 2 | " in text
    assert "0.667 (own.de)" in text
    assert "In en, where clean text has F1 " in text


def test_the_card_of_a_bundle_that_was_not_measured_in_full_says_what_the_manifest_knows(tmp_path: Path) -> None:
    accuracy = {"a": {"PERSON.iou_f1": 0.5, "PERSON.exact_f1": 0.4}, "b": {"PERSON.iou_f1": 0.75, "leak_rate": 0.1}}
    text = card(tmp_path, manifest(accuracy=accuracy))
    assert "Strongest: PERSON in b (0.750). Weakest: PERSON in a (0.500)." in text
    assert "| b | PERSON 0.750, leak_rate 0.100 |" in text
    assert "0.4" not in text.split("## Operating points")[0]
    many = {f"set{i}": {"PERSON.iou_f1": i / 10, "EMAIL.iou_f1": 0.95} for i in range(8)}
    (said,) = [line for line in card(tmp_path, manifest(accuracy=many)).splitlines() if line.startswith("Strongest")]
    assert re.findall(r"(\w+) in \w+ \(", said) == ["EMAIL"] * 5 + ["PERSON"] * 5
    assert re.findall(r"set(\d) \(0\.\d00\)", said) == ["0", "1", "2", "3", "4"]
    assert "Not measured yet." in card(tmp_path, manifest(accuracy={}))


def test_the_card_shows_thresholds_errors_and_sources(tmp_path: Path) -> None:
    values = manifest()
    values = values.model_copy(
        update={
            "calibration_error": {"PERSON": 0.0312},
            "provenance": values.provenance.model_copy(
                update={"sources": {"generated": 1200, "varied/sgd.train": 30, "corpus/en.some": 3, "elsewhere": 1}}
            ),
        }
    )
    text = card(tmp_path, values)
    thresholds = [values.operating_points[point].thresholds["PERSON"] for point in OPERATING_POINTS]
    assert f"| PERSON | {' | '.join(f'{t:.2f}' for t in thresholds)} | 0.031 |" in text
    assert "1,234 tokens for the probe" in text
    assert "| generated | 1,200 | Apache-2.0" in text
    assert "| varied/sgd.train | 30 | CC BY-SA 4.0 |" in text
    assert "| corpus/en.some | 3 | mixed public text" in text
    assert "| elsewhere | 1 | unknown |" in text


class Bundled(Rules):
    digest = "cd" * 32

    @property
    def manifest(self) -> Any:
        return manifest()


def test_a_detector_decides_from_a_reading_what_it_detects(tiny_detector: Detector) -> None:
    import tiny

    texts = [*tiny.SENTENCES, "", " ".join(tiny.SENTENCES) * 4]
    readings = tiny_detector.readings(texts)
    assert [reading.text for reading in readings] == texts
    for point in OPERATING_POINTS:
        for structure in (True, False):
            detected = tiny_detector.detect(texts, operating_point=point, structure=structure)
            assert any(each.findings for each in detected)
            for reading, each in zip(readings, detected, strict=True):
                decided = tiny_detector.decide(reading, point, structure=structure)
                spans = [(s.candidate.start, s.candidate.end, s.candidate.entity_type, s.probability) for s in decided]
                assert spans == [(f.start, f.end, f.entity_type, f.probability) for f in each.findings]
    with pytest.raises(ValueError, match="no operating point"):
        tiny_detector.decide(readings[0], "strict")
    with pytest.raises(ValueError, match="no operating point"):
        tiny_detector.detect([], operating_point="strict")
