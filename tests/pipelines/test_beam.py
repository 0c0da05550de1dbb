"""Beam's own runner, with its worker, against a real server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import apache_beam as beam
import pytest
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.transforms.window import FixedWindows, TimestampedValue
from restarting import Restarting

import piiprobe.beam

CANARY = "canary-7f3a"
ROWS = 400


def letters(words: str = "", rows: int = ROWS) -> list[dict[str, Any]]:
    """Row `n` holds one address, user`n`@example.com."""
    return [{"id": n, "text": f"write {words} to user{n}@example.com"} for n in range(rows)]


class Sink:
    """Takes what runs in this process, in whatever threads."""

    kept: ClassVar[dict[str, list[Any]]] = {}


def run(elements: list[Any], transform: Any) -> tuple[list[Any], list[Any]]:
    """What the transform found and what failed."""
    Sink.kept = {"found": [], "failed": []}
    options = PipelineOptions(runner="DirectRunner", direct_num_workers=2, direct_running_mode="multi_threading")
    with beam.Pipeline(options=options) as pipeline:
        outputs = pipeline | beam.Create(elements) | transform
        for name in ("found", "failed"):
            _ = outputs[name] | f"keep {name}" >> beam.Map(keep, name)
    return Sink.kept["found"], Sink.kept["failed"]


def keep(element: Any, name: str) -> None:
    Sink.kept[name].append(element)


def check(found: list[Any], rows: int = ROWS) -> None:
    """Each row is there once, with its own address."""
    assert sorted(row["id"] for row, _ in found) == list(range(rows))
    for row, (finding,) in found:
        assert row["text"][finding["start"] : finding["end"]] == f"user{row['id']}@example.com"


def test_every_row_gets_its_own_findings(server: Restarting) -> None:
    found, failed = run(letters(), piiprobe.beam.Detect("text", server.target))
    check(found)
    assert not failed
    (_, (finding,)) = found[0]
    assert {name: finding[name] for name in ("entity_type", "probability", "source", "field")} == {
        "entity_type": "EMAIL",
        "probability": 0.75,
        "source": "probe",
        "field": "",
    }


def test_what_was_read_and_what_was_not_are_two_collections(begin: Callable[..., Restarting]) -> None:
    server = begin(max_characters=200)
    seen: list[Any] = []
    Sink.kept = {"seen": seen}
    with beam.Pipeline() as pipeline:
        mails = pipeline | beam.Create([{"body": "a@example.com"}, {"body": CANARY * 50}, {"body": "nobody"}, {"body": None}])
        # docs
        outputs = mails | piiprobe.beam.Detect("body", target=server.target)
        clean = outputs.found | beam.Filter(lambda pair: not pair[1])
        # end of docs
        _ = clean | "keep clean" >> beam.Map(keep, "seen")
        _ = outputs.failed | "keep failed" >> beam.Map(keep, "seen")
    (error,) = [value for element, value in seen if element["body"] == CANARY * 50]
    assert error.startswith("INVALID_ARGUMENT: ")
    assert CANARY not in error
    assert [(element["body"], value) for element, value in seen if value != error] == [("nobody", []), (None, None)]


def test_a_bundle_may_fail_instead(begin: Callable[..., Restarting]) -> None:
    server = begin(max_characters=200)
    with pytest.raises(Exception, match="INVALID_ARGUMENT") as caught:
        run([{"text": CANARY * 50}], piiprobe.beam.Detect("text", server.target, on_failure="raise"))
    assert CANARY not in str(caught.value)


def test_a_function_takes_the_text_from_any_element(server: Restarting) -> None:
    found, _ = run([("a@example.com", 1), ("nobody", 2)], piiprobe.beam.Detect(lambda pair: pair[0], server.target))
    assert sorted((element, len(findings)) for element, findings in found) == [(("a@example.com", 1), 1), (("nobody", 2), 0)]


def test_timestamps_and_windows_stay(server: Restarting) -> None:
    Sink.kept = {"seen": []}
    with beam.Pipeline() as pipeline:
        outputs = (
            pipeline
            | beam.Create([5, 65, 70])
            | beam.Map(lambda second: TimestampedValue({"text": f"user{second}@example.com", "second": second}, second))
            | beam.WindowInto(FixedWindows(60))
            | piiprobe.beam.Detect("text", server.target)
        )
        _ = outputs.found | beam.Map(keep_times)
    assert sorted(Sink.kept["seen"]) == [(5, 5, 0), (65, 65, 60), (70, 70, 60)]


def keep_times(pair: Any, time: Any = beam.DoFn.TimestampParam, window: Any = beam.DoFn.WindowParam) -> None:
    Sink.kept["seen"].append((pair[0]["second"], int(time), int(window.start)))


def test_a_server_that_dies_and_comes_back_loses_and_doubles_nothing(begin: Callable[..., Restarting]) -> None:
    server = begin(batch_tokens=20)
    found, failed = server.killed_during(
        lambda: run(letters("TAKE-A-MOMENT"), piiprobe.beam.Detect("text", server.target, in_flight=32)), answers=50
    )
    check(found)
    assert not failed
    assert server.count("piiprobe_documents_total", 'outcome="answered"') > 0


def test_a_server_that_stays_away_fails_the_job(begin: Callable[..., Restarting]) -> None:
    server = begin()
    server.kill()
    with pytest.raises(Exception, match="UNAVAILABLE"):
        run(letters(), piiprobe.beam.Detect("text", server.target, timeout=2))


def test_a_server_that_is_overloaded_is_asked_again(begin: Callable[..., Restarting]) -> None:
    server = begin(workers=1, batch_tokens=20, max_queue_documents=2, max_queue_tokens=20)
    found, failed = run(letters("TAKE-A-MOMENT", 100), piiprobe.beam.Detect("text", server.target, in_flight=16))
    check(found, 100)
    assert not failed
    assert server.count("piiprobe_requests_rejected_total") > 0
