"""The soak: that it passes a sound server, and that it catches a wrong answer, a lost one and growing memory."""

from __future__ import annotations

import json
import math
import os
import random
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import Start
from fakes import BREAKS, FakeDetector, FakeDocument, FakeReading
from typer.testing import CliRunner

from piiprobe.v1 import pii_pb2
from probes.finding import Detection
from service.bench.process import Memory
from service.cli import app
from service.soak import results, run
from service.soak.answers import Answer, Case, Cases, Span, WrongAnswerError, compare, variant
from service.soak.client import Plan, play
from service.soak.crowd import Crowd
from service.soak.expected import Noise, expected
from service.soak.report import markdown
from service.soak.results import Generation, Results
from service.soak.run import Setup, soak
from service.soak.slope import slope
from service.soak.tally import Tally
from service.soak.texts import KINDS, Text, texts
from service.soak.watcher import Handles, Sample, Watcher

FAKE_SERVER = (sys.executable, str(Path(__file__).with_name("fakes.py")))
TEXT = "👩‍🔬 zoë.quist@example.com to 山田"
START, END = TEXT.index("z"), TEXT.index(" to")
ANSWER = Answer((Span("EMAIL", START, END, 0.75),), (("PERSON", 0.4996),))
CASE = Case("line", TEXT, 4, {"balanced, structure on": ANSWER})
CODE_POINTS, BYTES = pii_pb2.OFFSET_ENCODING_CODE_POINTS, pii_pb2.OFFSET_ENCODING_UTF8_BYTES


def finding(**changed: Any) -> pii_pb2.Finding:
    sound = {"entity_type": "EMAIL", "start": START, "end": END, "probability": 0.75, "logit": 1.5, "bias": 1.0}
    return pii_pb2.Finding(**{**sound, "other_features": 0.5, **changed})


def verdict(*findings: pii_pb2.Finding, answer: Answer = ANSWER, tokens: int = 4, **asked: Any) -> int:
    found = pii_pb2.DocumentFindings(findings=findings, tokens_processed=tokens)
    options: dict[str, Any] = {"encoding": CODE_POINTS, "entity_types": (), "top_features": 5, "tolerance": 0.001}
    return compare(CASE, found, answer=answer, **{**options, **asked})


@pytest.mark.parametrize(
    ("encoding", "codec", "width"),
    [
        (CODE_POINTS, "utf-32-le", 4),
        (BYTES, "utf-8", 1),
        (pii_pb2.OFFSET_ENCODING_UTF16_CODE_UNITS, "utf-16-le", 2),
    ],
)
def test_the_expected_answer_is_right_in_every_encoding(encoding: Any, codec: str, width: int) -> None:
    start, end = (len(TEXT[:at].encode(codec)) // width for at in (START, END))
    assert verdict(finding(start=start, end=end), encoding=encoding) == 0


WRONG: dict[str, tuple[list[pii_pb2.Finding], dict[str, Any]]] = {
    "nothing found": ([], {}),
    "another span": ([finding(end=END - 1)], {}),
    "another class": ([finding(entity_type="PHONE")], {}),
    "one more": ([finding(), finding(start=END, end=END + 1)], {}),
    "twice": ([finding(), finding()], {}),
    "not in order": ([finding(), finding(start=0, end=1)], {}),
    "another probability": ([finding(probability=0.752)], {}),
    "no probability": ([finding(probability=math.nan)], {}),
    "offsets outside the text": ([finding(end=100)], {}),
    "an offset inside a character": ([finding(start=1, end=3)], {"encoding": BYTES}),
    "an empty span": ([finding(end=START)], {}),
    "tokens left out": ([finding()], {"tokens": 3}),
    "reasons that do not add up": ([finding(bias=1.1)], {}),
    "more features than asked for": (
        [finding(other_features=0.0, contributions=[pii_pb2.FeatureContribution(feature=1, logit=0.5)])],
        {"top_features": 0},
    ),
    "a class that was not asked for": ([finding()], {"entity_types": ("PHONE",)}),
}


@pytest.mark.parametrize(("findings", "more"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_answer_is_caught(findings: list[pii_pb2.Finding], more: dict[str, Any]) -> None:
    with pytest.raises(WrongAnswerError) as caught:
        verdict(*findings, **more)
    assert "quist" not in str(caught.value)


def test_only_what_is_near_its_threshold_may_come_or_go() -> None:
    near = replace(ANSWER, spans=(replace(ANSWER.spans[0], near=True),))
    assert verdict(answer=near) == 1
    person = finding(entity_type="PERSON", start=0, end=1, probability=0.5)
    assert verdict(person, finding()) == 1
    with pytest.raises(WrongAnswerError):
        verdict(finding(entity_type="PERSON", start=0, end=1, probability=0.6), finding())


def test_texts_are_of_every_kind_distinct_and_the_same_again() -> None:
    drawn = texts(400)
    assert {each.kind for each in drawn} == set(KINDS)
    assert len({each.text for each in drawn}) == len(drawn) > 350
    assert drawn == texts(400)
    assert max(len(each.text) for each in drawn) > 5_000
    assert math.isclose(sum(kind.sent for kind in KINDS.values()), 1)


def cases_of(detector: FakeDetector, *more: Text) -> tuple[Cases, Noise]:
    return expected(detector, [*texts(60), *more], 514)


def test_expected_answers_are_those_of_the_detector(tmp_path: Path) -> None:
    cases, noise = cases_of(FakeDetector())
    assert (noise.moved, noise.left_out, cases.tolerance) == (0.0, 0, 0.001)
    found = 0
    for case in cases.cases:
        (detection,) = FakeDetector().detect([case.text], operating_point="recall", structure=False)
        answer = case.answers[variant("recall", False)]
        assert [(s.start, s.end, s.probability) for s in answer.spans] == [
            (f.start, f.end, f.probability) for f in detection.findings
        ]
        assert case.tokens == detection.tokens
        assert not case.answers[variant("precision", False)].spans
        found += len(answer.spans)
    assert found > 5
    cases.save(tmp_path / "cases.json")
    assert Cases.load(tmp_path / "cases.json") == cases


class Wavering(FakeDetector):
    """Reads a window by itself another way than among others: a little for one text, altogether for another."""

    def conclude(self, document: FakeDocument, readings: Any, **options: Any) -> Detection:
        detection = super().conclude(document, readings, **options)
        if document.text == "a@b.c" and self.alone:
            findings = tuple(replace(each, probability=each.probability - 0.002) for each in detection.findings)
            return replace(detection, findings=findings)
        return replace(detection, findings=()) if document.text == "d@e.f" and self.alone else detection

    def forward(self, windows: Any) -> Any:
        self.alone = len(windows) == 1
        return super().forward(windows)


def test_the_tolerance_follows_the_noise_and_what_wavers_more_is_left_out() -> None:
    more = [Text("word", text) for text in ("a@b.c", "d@e.f", "x", "y")]
    cases, noise = expected(Wavering(), more, 514)
    assert (noise.moved, noise.left_out) == (pytest.approx(0.002), 1)
    assert cases.tolerance == pytest.approx(0.008)
    assert "d@e.f" not in {case.text for case in cases.cases}


async def played(server: Any, cases: Cases, folder: Path, seconds: float = 1.0, deadline_s: float = 60.0, **roles: int) -> Tally:
    cases.save(folder / "cases.json")
    tally = Tally()
    plan = Plan(server.target, str(folder / "cases.json"), roles, seconds, 1, deadline_s)
    await play(plan, lambda line: tally.add(Tally.of(line)))
    return tally


async def test_a_sound_server_is_found_sound(start: Start, tmp_path: Path) -> None:
    server = await start(workers=1)
    tally = await played(
        server, cases_of(FakeDetector())[0], tmp_path, 2.0, steady=3, fickle=2, flood=1, watch=1, garbage=1, bytes=1
    )
    assert (tally.wrong, tally.lost, tally.undocumented) == ([], [], [])
    assert tally.started == tally.ended > 100
    assert tally.documents > 100
    for call in ("Detect OK", "BatchDetect OK", "Health.Check OK", "Health.Watch update", "garbage INVALID_ARGUMENT"):
        assert tally.calls[call], call
    assert tally.calls["garbage OK"] == 0


class Shifted(FakeDetector):
    """One finding in some text begins a character too late."""

    def conclude(self, document: FakeDocument, readings: Any, **options: Any) -> Detection:
        detection = super().conclude(document, readings, **options)
        first, *others = detection.findings or (None,)
        return replace(detection, findings=(replace(first, start=first.start + 1), *others)) if first else detection


class Swapping(FakeDetector):
    """Mixes up what belongs to which window."""

    def probe(self, residuals: Any) -> list[FakeReading]:
        return residuals.readings[::-1]

    def conclude(self, document: FakeDocument, readings: Any, **options: Any) -> Detection:
        text = readings[0].text if readings else ""
        return self._detection(text, options["top_features"], 0.5, options["structure"])


@pytest.mark.parametrize("broken", [Shifted, Swapping])
async def test_a_server_that_answers_wrongly_is_caught(start: Start, tmp_path: Path, broken: type[FakeDetector]) -> None:
    server = await start(broken, workers=1)
    tally = await played(server, cases_of(FakeDetector())[0], tmp_path, steady=2)
    assert tally.wrong


async def test_another_bundle_is_caught(start: Start, tmp_path: Path) -> None:
    server = await start()
    cases, _ = cases_of(FakeDetector())
    tally = await played(server, replace(cases, digest="cd" * 32), tmp_path, steady=1)
    assert tally.wrong
    assert not tally.documents


async def test_an_answer_that_never_comes_is_lost(start: Start, tmp_path: Path) -> None:
    class Silent(FakeDetector):
        def read(self, windows: Any) -> list[FakeReading]:
            # The warm-up is one window.
            if self.batches:
                self.go_on.wait(10)
            return super().read(windows)

    server = await start(Silent, workers=1)
    detector = server.server._engine.detector
    assert isinstance(detector, Silent)
    tally = await played(server, cases_of(FakeDetector())[0], tmp_path, deadline_s=0.5, steady=4)
    detector.go_on.set()
    assert tally.lost
    assert not tally.clean


async def test_a_failure_of_the_server_is_lost_and_undocumented(start: Start, tmp_path: Path) -> None:
    server = await start()
    cases, _ = cases_of(FakeDetector())
    breaking = replace(cases, cases=(replace(cases.cases[0], kind="word", text=BREAKS),))
    tally = await played(server, breaking, tmp_path, 0.3, steady=1)
    assert any("INTERNAL" in each for each in tally.undocumented)
    assert tally.lost or tally.wrong


def test_a_client_that_dies_by_itself_has_lost_its_calls(tmp_path: Path) -> None:
    crowd = Crowd()
    cases_of(FakeDetector())[0].save(tmp_path / "cases.json")
    nobody = Plan("127.0.0.1:1", str(tmp_path / "cases.json"), {"steady": 1}, 60, seed=1)
    client, killed = crowd.join(nobody), crowd.join(nobody)
    crowd.kill(killed)
    os.kill(client.process.pid, signal.SIGKILL)
    assert any("a client ended with -9" in each for each in crowd.finished().lost)
    assert crowd.killed == 1


def test_a_whole_soak(tmp_path: Path) -> None:
    found = soak(Setup(0.2, 514, {}, FAKE_SERVER), FakeDetector(), command="soak")  # type: ignore[arg-type]
    assert found.tally.clean
    assert found.tally.documents > 200
    assert found.killed >= 1
    assert [each.code for each in found.generations] == [0, 0]
    assert found.tally.calls["Detect UNAVAILABLE"] + found.tally.calls["BatchDetect UNAVAILABLE"] > 0
    assert all(each.documents for each in found.generations)
    assert all(each.at_start.threads and each.at_end.files and each.at_end.series > 100 for each in found.generations)
    assert all(s.memory.resident > s.anonymous > 1 for each in found.generations for s in each.samples)
    values = json.loads(found.as_json())
    assert values["tally"]["calls"] == dict(found.tally.calls)
    assert values["generations"][1]["resident"]["documents"] > 0


def generation(growth: float, seconds: float = 100.0, code: int = 0) -> Generation:
    """A thousand documents a second; memory leaps in the warm-up, then grows by `growth` MiB a million documents."""
    rng = random.Random(1)
    samples = tuple(
        Sample(float(s), 1000 * s, Memory(mib, mib, mib), mib / 2)
        for s in range(int(seconds))
        for mib in [(500.0 if s < 20 else 1000.0) + growth * s / 1000 + rng.uniform(-0.01, 0.01)]
    )
    return Generation(1.0, 0.5, code, samples, Handles(10, 12, 800), Handles(10, 12, 900))


def results_of(*generations: Generation, **tally: Any) -> Results:
    counted = Tally(**{"documents": 5, **tally})
    return Results("piiprobe soak", 1.0, "ab" * 32, 5, Noise(0.0, 0), 0.001, counted, 2, 1, generations)


@pytest.mark.parametrize(
    ("found", "failure"),
    [
        (results_of(generation(5.0)), None),
        (results_of(generation(-5.0)), None),
        (results_of(generation(15.0)), "grew by 1.5 % per million"),
        # The one that ran longest counts.
        (results_of(generation(900.0, 40), generation(5.0)), None),
        (results_of(generation(5.0, 8)), "too few samples"),
        (results_of(generation(5.0), wrong=["x"]), "1 wrong"),
        (results_of(generation(5.0), lost=["x"]), "1 lost"),
        (results_of(generation(5.0), undocumented=["x"]), "undocumented"),
        (results_of(generation(5.0), documents=0), "no document"),
        (results_of(generation(5.0, code=1)), "code 1"),
    ],
)
def test_what_a_soak_fails_for(found: Results, failure: str | None) -> None:
    assert (failure is None) == (not found.failures)
    assert failure is None or failure in "; ".join(found.failures)
    report = markdown(found)
    assert ("**Passed.**" in report) == (failure is None)
    assert "extrapolated to a million" in report or found.judged.resident is None


def test_a_slope_is_found_in_noise_and_outliers() -> None:
    rng = np.random.default_rng(1)
    x = np.arange(200.0)
    y = 100 + 0.5 * x + rng.normal(0, 2, 200)
    y[::20] += 300
    found = slope(list(x), list(y))
    assert found is not None
    assert found.low < 0.5 < found.high
    assert found.value == pytest.approx(0.5, abs=0.05)
    assert slope([1.0] * 50, list(y[:50])) is None


def test_a_watcher_sees_memory_files_and_threads() -> None:
    with subprocess.Popen([sys.executable, "-c", "x = bytearray(50_000_000); input()"], stdin=subprocess.PIPE) as child:
        watcher = Watcher(child.pid, "http://127.0.0.1:1/metrics", 0.05, iter(range(1000)).__next__)
        handles = watcher.handles()
        watcher.start()
        assert child.stdin is not None
        watcher._thread.join(0.5)
        watcher.stop()
        child.communicate(b"\n")
    assert (handles.files, handles.threads, handles.series) == (3, 1, 0)
    assert watcher.samples[-1].anonymous > 40
    assert watcher.samples[-1].documents > watcher.samples[0].documents > 0


def test_the_command_soaks_and_writes_a_report(
    tiny_model_folder: Path, tiny_bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The tiny detector finds something in every word, so its answers to long texts take minutes; its memory is not the matter.
    monkeypatch.setattr(run, "texts", lambda count, seed: [each for each in texts(40, seed) if len(each.text) < 300])
    monkeypatch.setattr(results, "GROWTH_TARGET", math.inf)
    monkeypatch.setenv("PIIPROBE_DTYPE", "float32")
    out = tmp_path / "reports" / "soak.md"
    options = ["--minutes", "0.2", "--out", str(out), "--bundle", str(tiny_bundle), "--base-model", str(tiny_model_folder)]
    ended = CliRunner().invoke(app, ["soak", *options])
    values = json.loads(out.with_suffix(".json").read_text())
    assert (ended.exit_code, values["failures"]) == (0, [])
    assert values["tally"]["documents"] > 0
    assert "## Memory" in out.read_text()


def test_the_command_fails_with_the_soak(
    tiny_model_folder: Path, tiny_bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "soak", lambda *_, **__: results_of(generation(15.0)))
    options = ["--out", str(tmp_path / "soak.md"), "--bundle", str(tiny_bundle), "--base-model", str(tiny_model_folder)]
    assert CliRunner().invoke(app, ["soak", *options]).exit_code == 1
    assert "**Failed:**" in (tmp_path / "soak.md").read_text()
