"""Ray Data on a cluster of this machine, with its actors, against a real server."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import ray
from restarting import Restarting

import piiprobe.ray

CANARY = "canary-7f3a"
ROWS = 400


@pytest.fixture(scope="module", autouse=True)
def cluster() -> Iterator[None]:
    ray.init(
        num_cpus=2,
        include_dashboard=False,
        logging_level="warning",
        object_store_memory=200_000_000,
        _node_ip_address="127.0.0.1",
    )
    ray.data.DataContext.get_current().enable_progress_bars = False
    yield
    ray.shutdown()


def letters(words: str = "", rows: int = ROWS) -> Any:
    """Row `n` holds one address, user`n`@example.com."""
    return ray.data.from_arrow(
        pa.table({"id": range(rows), "text": [f"write {words} to user{n}@example.com" for n in range(rows)]})
    ).repartition(4)


def check(found: list[dict[str, Any]], rows: int = ROWS) -> None:
    """Each row is there once, with its own address."""
    assert sorted(row["id"] for row in found) == list(range(rows))
    for row in found:
        assert row["pii_error"] is None
        (finding,) = row["pii"]
        assert row["text"][finding["start"] : finding["end"]] == f"user{row['id']}@example.com"


def test_every_row_gets_its_own_findings(server: Restarting) -> None:
    dataset = letters()
    # docs
    found = piiprobe.ray.detect(dataset, "text", target=server.target, actors=2)
    # end of docs
    rows = found.take_all()
    check(rows)
    assert {name: rows[0]["pii"][0][name] for name in ("entity_type", "probability", "source", "field")} == {
        "entity_type": "EMAIL",
        "probability": 0.75,
        "source": "probe",
        "field": "",
    }


def test_other_columns_and_nulls_stay_as_they_are(server: Restarting) -> None:
    table = pa.table(
        {
            "n": pa.array([2**53 + 1, None, 3], pa.int64()),
            "text": ["a@example.com", None, ""],
            "who": [{"name": "Zoë", "tags": ["x", None]}, None, {"name": None, "tags": []}],
        }
    )
    found = piiprobe.ray.detect(ray.data.from_arrow(table), "text", server.target).to_arrow_refs()
    (result,) = [each for each in ray.get(found) if each.num_rows]
    assert result.select(table.column_names) == table
    pii = result.column("pii").to_pylist()
    assert (len(pii[0]), pii[1], pii[2]) == (1, None, [])
    assert result.column("pii_error").to_pylist() == [None] * 3


def test_a_text_that_cannot_be_read_is_an_error_and_not_an_empty_list(begin: Callable[..., Restarting]) -> None:
    server = begin(max_characters=200)
    dataset = ray.data.from_arrow(pa.table({"text": ["a@example.com", CANARY * 50, "nobody"]}))
    good, bad, empty = piiprobe.ray.detect(dataset, "text", server.target).take_all()
    assert (len(good["pii"]), good["pii_error"]) == (1, None)
    assert bad["pii"] is None
    assert bad["pii_error"].startswith("INVALID_ARGUMENT: ")
    assert CANARY not in bad["pii_error"]
    assert (list(empty["pii"]), empty["pii_error"]) == ([], None)
    with pytest.raises(ray.exceptions.RayTaskError, match="INVALID_ARGUMENT"):
        piiprobe.ray.detect(dataset, "text", server.target, on_failure="raise").take_all()


def test_a_wrong_column_fails_the_job(server: Restarting) -> None:
    with pytest.raises(ray.exceptions.RayTaskError, match="there is no column 'txt'"):
        piiprobe.ray.detect(letters(), "txt", server.target).take_all()


def test_one_actor_makes_one_client(server: Restarting) -> None:
    before = server.count("grpc_server_handled_total", 'grpc_method="GetModelInfo"')
    check(piiprobe.ray.detect(letters(), "text", server.target, actors=1, batch_size=20).take_all())
    # Its two threads may both ask for the server's limits.
    assert 1 <= server.count("grpc_server_handled_total", 'grpc_method="GetModelInfo"') - before <= 2


def test_a_server_that_dies_and_comes_back_loses_and_doubles_nothing(begin: Callable[..., Restarting]) -> None:
    server = begin(batch_tokens=20)
    dataset = letters("TAKE-A-MOMENT")
    found = server.killed_during(lambda: piiprobe.ray.detect(dataset, "text", server.target, in_flight=32).take_all(), answers=50)
    check(found)
    assert server.count("piiprobe_documents_total", 'outcome="answered"') > 0


def dies_once(mark: str) -> type[piiprobe.ray.Detect]:
    """A class that ends its process with the first batch that any of its objects gets."""

    # Inside of a function: an actor cannot import this module.
    class Dies(piiprobe.ray.Detect):
        def __call__(self, table: pa.Table) -> pa.Table:
            if not Path(mark).exists():
                Path(mark).touch()
                os.kill(os.getpid(), signal.SIGKILL)
            return super().__call__(table)

    return Dies


def test_an_actor_that_dies_loses_and_doubles_nothing(server: Restarting, tmp_path: Path) -> None:
    job = piiprobe.ray.Job.of("text", server.target, {})
    mark = tmp_path / "mark"
    found = letters().map_batches(
        dies_once(str(mark)), fn_constructor_args=(job,), batch_format="pyarrow", batch_size=50, concurrency=1
    )
    check(found.take_all())
    assert mark.exists()


def test_a_server_that_stays_away_fails_the_job(begin: Callable[..., Restarting]) -> None:
    server = begin()
    server.kill()
    with pytest.raises(ray.exceptions.RayTaskError, match="UNAVAILABLE"):
        piiprobe.ray.detect(letters(), "text", server.target, timeout=2).take_all()


def test_a_server_that_is_overloaded_is_asked_again(begin: Callable[..., Restarting]) -> None:
    server = begin(workers=1, batch_tokens=20, max_queue_documents=2, max_queue_tokens=20)
    check(piiprobe.ray.detect(letters("TAKE-A-MOMENT", 100), "text", server.target, in_flight=16).take_all(), 100)
    assert server.count("piiprobe_requests_rejected_total") > 0
