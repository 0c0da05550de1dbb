"""Runs `piiprobe scan` and reads what it wrote."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from typer.testing import CliRunner, Result

from service import cli

TEXT = "write to zoë@example.com\r\nand 👋 a@example.com, not to nobody\n"
ROWS = [
    {"name": "Anna, B", "mail": "x@y.example", "note": "said \"no\"\nand left"},
    {"name": "nobody", "mail": "", "note": ""},
    {"name": "Zoë", "mail": "z@example.org", "note": "a@b.example"},
]  # fmt: skip


def scan(*arguments: Any, **options: Any) -> Result:
    return CliRunner().invoke(cli.app, ["scan", *map(str, arguments)], **options)


def rows(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def places(found: Iterable[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    """File name, record, field, start and end of each finding, and of a failure its code and message."""
    return [
        (Path(row["file"]).name, row["record"], row["field"], row["start"], row["end"])
        if row["kind"] == "finding"
        else (Path(row["file"]).name, row["record"], row["code"], row["message"])
        for row in found
    ]


def write_lake(folder: Path, repeat: int = 1) -> Path:
    """A folder with a file of each format, each with its rows `repeat` times over."""
    (folder / "deep").mkdir(parents=True)
    (folder / "a.txt").write_bytes(TEXT.encode() * repeat)
    with (folder / "b.jsonl").open("w", encoding="utf-8") as file:
        for _ in range(repeat):
            file.writelines(f"{json.dumps(row)}\n" for row in ROWS)
            file.write('\n{"deep": [{"a/b": "p@q.example"}, 12]}\n')
    with gzip.open(folder / "deep" / "c.csv.gz", "wt", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(ROWS[0]))
        writer.writeheader()
        writer.writerows(ROWS * repeat)
    pq.write_table(pa.Table.from_pylist(ROWS * repeat), folder / "deep" / "d.parquet", row_group_size=5)
    return folder


LAKE = [
    ("a.txt", 1, "", 9, 24),
    ("a.txt", 1, "", 32, 45),
    ("b.jsonl", 1, "/mail", 0, 11),
    ("b.jsonl", 3, "/mail", 0, 13),
    ("b.jsonl", 3, "/note", 0, 11),
    ("b.jsonl", 5, "/deep/0/a~1b", 0, 11),
    ("c.csv.gz", 1, "/mail", 0, 11),
    ("c.csv.gz", 3, "/mail", 0, 13),
    ("c.csv.gz", 3, "/note", 0, 11),
    ("d.parquet", 1, "/mail", 0, 11),
    ("d.parquet", 3, "/mail", 0, 13),
    ("d.parquet", 3, "/note", 0, 11),
]
"""What the fake detector finds in it, as `places` has it."""
