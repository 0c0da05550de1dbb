"""What is written of findings and failures: rows of JSONL, CSV or Parquet; without text, unless that is asked for."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from piiprobe import Finding
from service.scan.record import Failed, Record

COLUMNS = (
    "kind", "file", "record", "field", "entity_type", "start", "end", "probability", "source", "features", "evidence", "text",
    "code", "message",
)  # fmt: skip
_GROUP_ROWS = 10_000
# Digits that do not depend on which other texts were read together with one.
_PROBABILITY_DIGITS = 4
_LOGIT_DIGITS = 3

Row = Mapping[str, Any]


def finding_row(file: str, record: Record, finding: Finding, text: str | None) -> Row:
    """A finding; offsets are code points of the file's text or of the value of `field`."""
    row: dict[str, Any] = {
        "kind": "finding",
        "file": file,
        "record": record.number,
        "field": finding.field,
        "entity_type": finding.entity_type,
        "start": record.before + finding.start,
        "end": record.before + finding.end,
        "probability": round(finding.probability, _PROBABILITY_DIGITS),
        "source": finding.source,
        "features": [{"feature": item.feature, "logit": round(item.logit, _LOGIT_DIGITS)} for item in finding.contributions],
        "evidence": [{"name": item.name, "logit": round(item.logit, _LOGIT_DIGITS)} for item in finding.evidence],
    }
    if text is not None:
        row["text"] = text
    return row


def failure_row(file: str, record: Record, failed: Failed) -> Row:
    """A record, or where it has no number the rest of a file, of which nothing is known."""
    return {"kind": "failure", "file": file, "record": record.number, "code": failed.code, "message": failed.message}


def line_of(row: Row) -> bytes:
    """A row of JSONL."""
    return f"{json.dumps(row, ensure_ascii=False)}\n".encode()


def rows_of(lines: Path) -> Iterator[Row]:
    """The rows of JSONL, one after the other."""
    with lines.open("rb") as file:
        for line in file:
            yield json.loads(line)


def _copy(lines: Path, out: Path) -> None:
    with lines.open("rb") as source, out.open("wb") as target:
        shutil.copyfileobj(source, target)


def _write_csv(lines: Path, out: Path) -> None:
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for row in rows_of(lines):
            lists = {name: json.dumps(row[name], ensure_ascii=False) for name in ("features", "evidence") if name in row}
            writer.writerow({**row, **lists})


def _write_parquet(lines: Path, out: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    string, logit = pa.string(), pa.field("logit", pa.float64())
    types = dict.fromkeys(COLUMNS, string) | {
        "record": pa.int64(),
        "start": pa.int64(),
        "end": pa.int64(),
        "probability": pa.float64(),
        "features": pa.list_(pa.struct([pa.field("feature", pa.int64()), logit])),
        "evidence": pa.list_(pa.struct([pa.field("name", string), logit])),
    }
    schema = pa.schema(types)
    rows = rows_of(lines)
    with pq.ParquetWriter(out, schema) as writer:
        while group := list(islice(rows, _GROUP_ROWS)):
            writer.write_table(pa.Table.from_pylist(group, schema))


WRITERS: Mapping[str, Callable[[Path, Path], None]] = {
    ".jsonl": _copy,
    ".ndjson": _copy,
    ".csv": _write_csv,
    ".parquet": _write_parquet,
}
"""By the suffix of a file: how rows of JSONL become it."""
