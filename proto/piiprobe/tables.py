"""Arrow tables in, the same with two columns more out. Needs pyarrow, which the engines that use it bring."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pyarrow as pa

from piiprobe.rows import PII, PII_ERROR, Cell, Worker

FINDINGS = pa.list_(
    pa.struct(
        [
            ("entity_type", pa.string()),
            ("start", pa.int32()),
            ("end", pa.int32()),
            ("probability", pa.float64()),
            ("source", pa.string()),
            ("field", pa.string()),
        ]
    )
)
ERROR = pa.string()


def scanned(worker: Worker, column: str, batches: Iterable[Any]) -> Iterator[Any]:
    """The record batches, filled; those without rows are left out.

    Texts of the next batch are on their way while the last ones of this are: an end of a batch is no reason to wait.
    """
    waiting: deque[Any] = deque()

    def texts() -> Iterator[str | None]:
        for batch in batches:
            if batch.num_rows:
                waiting.append(batch)
                yield from batch.column(column).to_pylist()

    cells: list[Cell] = []
    for cell in worker.cells(texts()):
        cells.append(cell)
        if len(cells) == waiting[0].num_rows:
            yield filled(waiting.popleft(), cells)
            cells = []


def filled(table: Any, cells: Sequence[Cell]) -> Any:
    """A table or record batch with the columns `pii` and `pii_error`, one cell for each row."""
    findings = pa.array([cell.findings for cell in cells], FINDINGS)
    errors = pa.array([cell.error for cell in cells], ERROR)
    columns = [*table.columns, findings, errors]
    schema = table.schema.append(pa.field(PII, FINDINGS)).append(pa.field(PII_ERROR, ERROR))
    return type(table).from_arrays(columns, schema=schema)
