"""What the engines have in common, without any of them."""

from __future__ import annotations

import asyncio
import pickle
from typing import Any

import pytest
from conftest import Start

from piiprobe import InvalidArgumentError
from piiprobe.rows import Job, kept_worker

TOKEN = "token-7f3a"


@pytest.mark.parametrize(
    ("settings", "error", "problem"),
    [
        ({"colour": 1}, TypeError, "'colour'"),
        ({"top_features": 3}, TypeError, "'top_features'"),
        ({"on_failure": "ignore"}, ValueError, "on_failure is 'keep' or 'raise'"),
        ({"in_flight": 0}, ValueError, "in_flight"),
        ({"operating_point": "best"}, InvalidArgumentError, "operating_point"),
        ({"local": True, "client": {"token": "x"}}, TypeError, "client: there is none"),
    ],
)
def test_wrong_settings_are_refused_before_a_job_runs(settings: Any, error: type[Exception], problem: str) -> None:
    with pytest.raises(error, match=problem):
        Job.of("text", "127.0.0.1:1", settings)


def test_a_job_can_be_pickled_and_shows_no_token() -> None:
    job = Job.of("text", "127.0.0.1:1", {"client": {"token": TOKEN}, "thresholds": {"EMAIL": 0.5}})
    assert pickle.loads(pickle.dumps(job)) == job
    assert TOKEN not in repr(job)


@pytest.mark.parametrize(
    ("columns", "problem"),
    [(["a"], "there is no column 'text'"), (["text", "pii", "pii_error"], "there is a column 'pii' and 'pii_error' already")],
)
def test_no_column_is_lost(columns: list[str], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Job.of("text", "127.0.0.1:1", {}).check(columns)


async def test_a_process_keeps_the_worker_of_a_job(start: Start) -> None:
    server = await start()
    first, other = (pickle.dumps(Job.of("text", server.target, {"timeout": timeout})) for timeout in (5.0, 6.0))

    def use() -> None:
        kept = kept_worker(first)
        assert kept_worker(first) is kept
        assert [len(cell.findings or ()) for cell in kept.cells(["a@example.com"])] == [1]
        assert kept_worker(other) is not kept
        kept_worker(other).close()

    await asyncio.to_thread(use)


async def test_what_is_no_text_is_named_by_its_type_alone(start: Start) -> None:
    server = await start()
    worker = kept_worker(pickle.dumps(Job.of("text", server.target, {})))
    values: Any = [b"canary-7f3a"]
    with pytest.raises(TypeError, match="column 'text' holds a bytes where a text should be"):
        await asyncio.to_thread(lambda: list(worker.cells(values)))
    worker.close()
