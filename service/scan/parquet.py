"""Files in Parquet, read a batch of rows at a time."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from piiprobe import Finding, JsonDocument
from service.scan.files import File
from service.scan.record import Record, UnreadableError
from service.scan.values import leaf_of, steps, texts
from service.structured import pointer

if TYPE_CHECKING:
    from piiprobe.redaction import Redactor

_ROWS = 1024
_BUFFER_BYTES = 2**20


class ParquetReader:
    """Reads each row as a JSON object under the names of its columns; of `fields`, where there are some.

    What is neither text nor a number, such as a date, is read as it is written out. Bytes have to be text.
    """

    keeps_all = False

    def __init__(self, index: int, file: File, fields: Sequence[str], *, copied: bool) -> None:
        self.index = index
        self._file = file
        self._fields = fields
        self._copied = copied

    def records(self) -> Iterator[Record]:
        problem = ""
        try:
            with pq.ParquetFile(self._file.path, buffer_size=_BUFFER_BYTES) as file:
                yield from self._records(file)
        except pa.ArrowException:
            problem = "is no Parquet file, is damaged, or holds types that are not read"
        if problem:
            raise UnreadableError(problem)

    def text(self, record: Record, finding: Finding) -> str:
        return leaf_of(_json(record), finding).text[finding.start : finding.end]

    def region(self, record: Record, finding: Finding) -> None:
        return None

    def head(self) -> bytes:
        return b""

    def rewritten(self, records: Sequence[tuple[Record, tuple[Finding, ...]]], redactor: Redactor) -> bytes:
        """Batches of Arrow, one behind the other."""
        written: list[bytes] = []
        rows: list[tuple[int, Mapping[str, str]]] = []
        for at, (record, findings) in enumerate(records):
            batch, row = record.raw
            new = {pointer(leaf.path): text for leaf, text in texts(_json(record), findings, redactor)} if findings else {}
            rows.append((row, new))
            if at + 1 == len(records) or records[at + 1][0].raw[0] is not batch:
                written.append(_rewritten(batch, rows).serialize().to_pybytes())
                rows = []
        return b"".join(written)

    def publish(self, appended: Path, copy: Path) -> None:
        """Rows in groups as large as the largest of the file, so that it takes no more memory to write than to read."""
        with pq.ParquetFile(self._file.path) as file:
            groups = [file.metadata.row_group(group) for group in range(file.metadata.num_row_groups)]
            schema = _schema(file.schema_arrow)
        compression = groups[0].column(0).compression if groups and groups[0].num_columns else "SNAPPY"
        with pq.ParquetWriter(copy, schema, compression=compression) as writer, pa.OSFile(str(appended)) as source:
            for table in _regrouped(source, schema, max([1, *(group.num_rows for group in groups)])):
                writer.write_table(table, row_group_size=len(table))

    def _records(self, file: pq.ParquetFile) -> Iterator[Record]:
        names = file.schema_arrow.names
        if len(set(names)) < len(names):
            raise UnreadableError("names a column twice")
        if missing := sorted(set(self._fields) - set(names)):
            raise UnreadableError(f"has no column {', '.join(missing)}")
        wanted = list(self._fields or names)
        columns = None if self._copied else wanted
        number, rows = 0, max(1, file.metadata.num_rows)
        for batch in file.iter_batches(_ROWS, columns=columns, use_threads=False):
            kept = _decoded(batch) if self._copied else None
            for at, values in enumerate(_rows(batch.select(wanted))):
                number += 1
                read = self._file.size * number // rows
                if values is None:
                    yield Record(self, number, problem="holds bytes that are no text", read=read)
                else:
                    yield Record(self, number, JsonDocument.of(values), raw=(kept, at), read=read)


def _rows(batch: pa.RecordBatch) -> Iterator[dict[str, Any] | None]:
    """The rows as JSON has them; None for one that holds bytes which are no text."""
    plain = pa.RecordBatch.from_arrays([_plain_column(column) for column in batch.columns], names=batch.schema.names)
    try:
        rows: list[dict[str, Any] | None] = plain.to_pylist()
    except UnicodeDecodeError:
        rows = [_row(plain.slice(at, 1)) for at in range(len(plain))]
    for row in rows:
        try:
            yield None if row is None else {name: _plain(value) for name, value in row.items()}
        except UnicodeDecodeError:
            yield None


def _row(one: pa.RecordBatch) -> dict[str, Any] | None:
    try:
        row: dict[str, Any] = one.to_pylist()[0]
    except UnicodeDecodeError:
        return None
    return row


def _plain_column(column: pa.Array) -> pa.Array:
    # Python has no nanoseconds.
    return column.cast(pa.string()) if pa.types.is_temporal(column.type) and not pa.types.is_duration(column.type) else column


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else None
        case bytes():
            return value.decode()
        case dict():
            return {str(name): _plain(each) for name, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case _:
            return str(value)


def _schema(schema: pa.Schema) -> pa.Schema:
    """That of a copy: what is not text may have to give way to null."""
    fields = [field.with_type(_value_type(field.type)).with_nullable(True) for field in schema]
    return pa.schema(fields, schema.metadata)


def _decoded(batch: pa.RecordBatch) -> pa.RecordBatch:
    columns = [column.dictionary_decode() if pa.types.is_dictionary(column.type) else column for column in batch.columns]
    return pa.RecordBatch.from_arrays(columns, schema=_schema(batch.schema))


def _value_type(type: pa.DataType) -> pa.DataType:
    return type.value_type if pa.types.is_dictionary(type) else type


def _rewritten(batch: pa.RecordBatch, rows: Sequence[tuple[int, Mapping[str, str]]]) -> pa.RecordBatch:
    """Rows of a batch with new texts for some fields; what holds a field that is not text becomes null as a whole."""
    part = batch.take(pa.array([row for row, _ in rows], pa.int32()))
    columns = {steps(field)[0] for _, new in rows for field in new}
    for name in columns:
        at = part.schema.get_field_index(name)
        new = [{tuple(steps(field)[1:]): text for field, text in row.items() if steps(field)[0] == name} for _, row in rows]
        part = part.set_column(at, part.schema.field(at), _column(part.column(at), new))
    return part


def _column(column: pa.Array, new: Sequence[Mapping[tuple[str, ...], str]]) -> pa.Array:
    nothing = pa.scalar(None, column.type)
    if not _holds_text(column.type):
        return pc.if_else(pa.array([bool(texts) for texts in new]), nothing, column)
    values = [_with(value, texts) if texts else value for value, texts in zip(_pylist(column), new, strict=True)]
    return pa.array(values, column.type)


def _pylist(column: pa.Array) -> list[Any]:
    values: list[Any] = column.to_pylist()
    return values


def _with(value: Any, new: Mapping[tuple[str, ...], str]) -> Any:
    for path, text in new.items():
        if not path:
            return text.encode() if isinstance(value, bytes) else text
        holder = value
        for step in path[:-1]:
            holder = holder[int(step) if isinstance(holder, (list, tuple)) else step]
        last: Any = int(path[-1]) if isinstance(holder, (list, tuple)) else path[-1]
        if isinstance(holder, tuple) or not isinstance(holder[last], (str, bytes)):
            return None
        holder[last] = text.encode() if isinstance(holder[last], bytes) else text
    return value


def _holds_text(type: pa.DataType) -> bool:
    types = pa.types
    if types.is_nested(type):
        return True
    return any(
        check(type)
        for check in (types.is_string, types.is_large_string, types.is_string_view, types.is_binary, types.is_large_binary)
    )


def _regrouped(source: pa.NativeFile, schema: pa.Schema, rows: int) -> Iterator[pa.Table]:
    held: list[pa.RecordBatch] = []
    count = 0
    for batch in _batches(source, schema):
        held.append(batch)
        count += len(batch)
        while count >= rows:
            table = pa.Table.from_batches(held, schema)
            yield table.slice(0, rows)
            held = table.slice(rows).to_batches()
            count -= rows
    if count:
        yield pa.Table.from_batches(held, schema)


def _batches(source: pa.NativeFile, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    while source.tell() < source.size():
        yield pa.ipc.read_record_batch(pa.ipc.read_message(source), schema)


def _json(record: Record) -> str:
    assert isinstance(record.source, JsonDocument)
    return record.source.json
