"""The Spark job of docs/pipelines.md, as it stands there, in local mode."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import TESTS, Restarting
from recipes import blocks, written

pytest.importorskip("pyspark")

import pyarrow as pa
import pyarrow.parquet as pq

LOCAL = """
    --master local[2] --conf spark.driver.host=127.0.0.1 --conf spark.driver.bindAddress=127.0.0.1 --conf spark.ui.enabled=false
    pyspark-shell
"""


def submitted(folder: Path, target: str, texts: list[str]) -> tuple[subprocess.CompletedProcess[str], list[dict[str, Any]]]:
    """The job's process and the rows that it wrote, by id."""
    pq.write_table(pa.table({"id": range(len(texts)), "text": texts}), folder / "letters.parquet")
    program = written(folder, "job.py", blocks("docs/pipelines.md")["job.py"], target)
    paths = os.pathsep.join([str(TESTS.parent), str(TESTS.parent / "proto")])
    run = subprocess.run(
        [sys.executable, program, folder / "letters.parquet", folder / "found"],
        env={**os.environ, "PYTHONPATH": paths, "PYSPARK_PYTHON": sys.executable, "PYSPARK_SUBMIT_ARGS": " ".join(LOCAL.split())},
        capture_output=True,
        text=True,
        check=False,
    )
    found = pq.read_table(folder / "found").to_pylist() if (folder / "found").exists() else []
    return run, sorted(found, key=lambda row: row["id"])


def test_a_job_finds_and_says_what_was_not_read(server: Restarting, tmp_path: Path) -> None:
    run, rows = submitted(tmp_path, server.target, ["write to zoë@example.com", "nobody"])
    assert run.returncode == 0, run.stderr
    zoe, nobody = (row["pii"] for row in rows)
    assert [(each["entity_type"], each["start"], each["end"]) for each in zoe] == [("EMAIL", 9, 24)]
    assert nobody == []


def test_a_job_fails_where_a_text_was_not_read(server: Restarting, tmp_path: Path) -> None:
    run, rows = submitted(tmp_path, server.target, ["write to zoë@example.com", "BREAK-THE-DETECTOR"])
    assert run.returncode == 1
    assert run.stderr.endswith("1 texts were not read\n")
    assert (len(rows[0]["pii"]), rows[1]["pii"], rows[1]["pii_error"][:9]) == (1, None, "INTERNAL:")
