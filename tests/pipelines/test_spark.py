"""PySpark in local mode, with its JVM and its Python workers, against a real server."""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pyspark.errors import PythonException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from restarting import Restarting

import piiprobe.spark

Begin = Callable[..., Restarting]

CANARY = "canary-7f3a"
ROWS = 400


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "50")
        .getOrCreate()
    )
    yield session
    session.stop()


def letters(spark: SparkSession, words: str = "", rows: int = ROWS) -> DataFrame:
    """Row `n` holds one address, user`n`@example.com."""
    text = F.concat(F.lit(f"write {words} to user"), F.col("id"), F.lit("@example.com"))
    return spark.range(rows, numPartitions=4).withColumn("text", text)


def check(found: list[Any], rows: int = ROWS) -> None:
    """Each row is there once, with its own address."""
    assert sorted(row.id for row in found) == list(range(rows))
    for row in found:
        assert row.pii_error is None
        (finding,) = row.pii
        assert row.text[finding.start : finding.end] == f"user{row.id}@example.com"


def test_every_row_gets_its_own_findings(spark: SparkSession, server: Restarting) -> None:
    df = letters(spark)
    found = piiprobe.spark.detect(df, "text", server.target)
    assert found.columns == ["id", "text", "pii", "pii_error"]
    rows = found.collect()
    check(rows)
    finding = rows[0].pii[0]
    assert (finding.entity_type, finding.probability, finding.source, finding.field) == ("EMAIL", 0.75, "probe", "")


def test_spark_cuts_findings_out_of_the_text(spark: SparkSession, server: Restarting) -> None:
    df = spark.createDataFrame([("😀 zoë@example.com",)], "text string")
    # docs
    found = piiprobe.spark.detect(df, "text", target=server.target)
    unread = found.where("pii_error is not null")
    values = found.selectExpr("explode(pii) as f", "text").selectExpr(
        "f.entity_type", "substring(text, f.start + 1, f.end - f.start)"
    )
    # end of docs
    assert unread.count() == 0
    assert values.collect() == [("EMAIL", "zoë@example.com")]


def test_other_columns_stay_as_they_are(spark: SparkSession, server: Restarting) -> None:
    schema = "n bigint, text string, at timestamp, amount decimal(30,3), tags array<string>, who struct<name:string>, raw binary"
    at, amount = datetime.datetime(2024, 2, 29, 12, 30, 1, 5), decimal.Decimal("123456789012345678901234567.125")
    rows = [
        (2**53 + 1, "a@example.com", at, amount, ["x", None], ("Zoë",), bytearray(b"\x00\xff")),
        (None, "nobody", None, None, None, None, None),
    ]
    df = spark.createDataFrame(rows, schema)
    found = piiprobe.spark.detect(df, "text", server.target)
    assert found.drop("pii", "pii_error").schema == df.schema
    assert found.drop("pii", "pii_error").collect() == df.collect()
    assert [len(row.pii) for row in found.collect()] == [1, 0]


def test_a_null_stays_a_null_and_keeps_its_place(spark: SparkSession, server: Restarting) -> None:
    texts = [None, "a@example.com", None, "", None]
    df = spark.createDataFrame([(text,) for text in texts], "text string").coalesce(1)
    found = piiprobe.spark.detect(df, "text", server.target).collect()
    assert [row.text for row in found] == texts
    assert [row.pii if row.pii is None else len(row.pii) for row in found] == [None, 1, None, 0, None]
    assert not any(row.pii_error for row in found)


def test_no_rows_are_no_rows(spark: SparkSession, server: Restarting) -> None:
    df = spark.createDataFrame([], "text string")
    assert piiprobe.spark.detect(df, "text", server.target).collect() == []


def test_a_text_that_cannot_be_read_is_an_error_and_not_an_empty_list(spark: SparkSession, begin: Begin) -> None:
    server = begin(max_characters=200)
    df = spark.createDataFrame([("a@example.com",), (CANARY * 50,), ("nobody",)], "text string").coalesce(1)
    good, bad, empty = piiprobe.spark.detect(df, "text", server.target).collect()
    assert (len(good.pii), good.pii_error) == (1, None)
    assert bad.pii is None
    assert bad.pii_error.startswith("INVALID_ARGUMENT: ")
    assert CANARY not in bad.pii_error
    assert (empty.pii, empty.pii_error) == ([], None)


def test_a_job_may_fail_instead(spark: SparkSession, begin: Begin) -> None:
    server = begin(max_characters=200)
    df = spark.createDataFrame([("a@example.com",), (CANARY * 50,)], "text string")
    with pytest.raises(PythonException, match="INVALID_ARGUMENT") as caught:
        piiprobe.spark.detect(df, "text", server.target, on_failure="raise").collect()
    assert CANARY not in str(caught.value)


def test_options_and_keywords_of_the_client_arrive(spark: SparkSession, server: Restarting) -> None:
    df = letters(spark, rows=4)
    # Without structure the fake detector is less sure, and only `recall` reports that.
    unsure = piiprobe.spark.detect(df, "text", server.target, structure=False, operating_point="recall")
    assert [row.pii[0].probability for row in unsure.collect()] == [0.375] * 4
    silent = piiprobe.spark.detect(df, "text", server.target, structure=False, client={"retry_for": 0.0})
    assert [row.pii for row in silent.collect()] == [[]] * 4


def test_a_server_that_dies_and_comes_back_loses_and_doubles_nothing(spark: SparkSession, begin: Begin) -> None:
    server = begin(batch_tokens=20)
    df = letters(spark, "TAKE-A-MOMENT")
    found = server.killed_during(lambda: piiprobe.spark.detect(df, "text", server.target, in_flight=32).collect(), answers=50)
    check(found)
    assert server.count("piiprobe_documents_total", 'outcome="answered"') > 0


def test_a_server_that_stays_away_fails_the_job(spark: SparkSession, begin: Begin) -> None:
    server = begin()
    server.kill()
    with pytest.raises(PythonException, match="UNAVAILABLE"):
        piiprobe.spark.detect(letters(spark), "text", server.target, timeout=2).collect()


def test_a_server_that_is_overloaded_is_asked_again(spark: SparkSession, begin: Begin) -> None:
    server = begin(workers=1, batch_tokens=20, max_queue_documents=2, max_queue_tokens=20)
    check(piiprobe.spark.detect(letters(spark, "TAKE-A-MOMENT", 100), "text", server.target, in_flight=16).collect(), 100)
    assert server.count("piiprobe_requests_rejected_total") > 0


def test_one_client_serves_all_partitions_of_a_worker(spark: SparkSession, server: Restarting) -> None:
    before = server.count("grpc_server_handled_total", 'grpc_method="GetModelInfo"')
    piiprobe.spark.detect(letters(spark).repartition(16), "text", server.target, in_flight=17).collect()
    # Each asks once for the server's limits, and two run side by side.
    assert 1 <= server.count("grpc_server_handled_total", 'grpc_method="GetModelInfo"') - before <= 4


@pytest.mark.parametrize(
    ("make", "column", "problem"),
    [
        (lambda df: df, "txt", "there is no column 'txt'"),
        (lambda df: df.withColumn("pii", F.lit(1)), "text", "there is a column 'pii' already"),
        (lambda df: df, "id", "column 'id' is of bigint and not of strings"),
    ],
)
def test_a_wrong_column_is_refused_before_anything_runs(
    spark: SparkSession, make: Callable[[DataFrame], DataFrame], column: str, problem: str
) -> None:
    with pytest.raises((ValueError, TypeError), match=problem):
        piiprobe.spark.detect(make(letters(spark)), column)
