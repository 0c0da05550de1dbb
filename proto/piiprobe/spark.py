"""PySpark: the PII of a column of texts."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator
from typing import Unpack

from piiprobe.rows import DEFAULT_TARGET, PII, PII_ERROR, Job, Settings, kept_worker

try:
    import pyarrow as pa
    from pyspark.sql import DataFrame, types
except ImportError as error:
    raise ImportError(f"piiprobe.spark needs the spark extra: pip install 'piiprobe[spark]' ({error})") from None

from piiprobe import tables

_FINDING = types.StructType(
    [
        types.StructField("entity_type", types.StringType()),
        types.StructField("start", types.IntegerType()),
        types.StructField("end", types.IntegerType()),
        types.StructField("probability", types.DoubleType()),
        types.StructField("source", types.StringType()),
        types.StructField("field", types.StringType()),
    ]
)


def detect(df: DataFrame, column: str, target: str = DEFAULT_TARGET, **settings: Unpack[Settings]) -> DataFrame:
    """All rows and columns of `df`, and two columns more: `pii`, the findings, and `pii_error`, why a text was not read.

    `pii` is an array of structs, null where the text was not read or is null itself: an empty one says that the text was read and
    nothing found. Offsets are code points, as those of Spark's `substring` are (which counts from 1).

    Args:
        column: of strings.
        target: the server, as each executor reaches it; a worker is a Python worker of an executor.
        settings: see `Settings`.

    Raises:
        ValueError, TypeError: there is no such column, it is not of strings, or a setting is wrong. Where nothing can be read the
            job fails, with a `PiiprobeError` of the worker.
    """
    job = Job.of(column, target, settings)
    job.check(df.columns)
    if not isinstance(df.schema[column].dataType, types.StringType):
        raise TypeError(f"column {column!r} is of {df.schema[column].dataType.simpleString()} and not of strings")
    pickled = pickle.dumps(job)

    def read(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        # The executor's Python worker makes the client, not earlier: it was forked.
        return tables.scanned(kept_worker(pickled), column, batches)

    added = [types.StructField(PII, types.ArrayType(_FINDING)), types.StructField(PII_ERROR, types.StringType())]
    return df.mapInArrow(read, types.StructType([*df.schema.fields, *added]))
