"""Files to findings, against a real server and in process."""

from __future__ import annotations

import asyncio
import csv
import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import Start
from fakes import BREAKS, FakeDetector
from scanned import LAKE, ROWS, TEXT, places, rows, scan, write_lake

from service import cli
from service.scan import text as text_format

OFFSETS = [(9, 24), (32, 45)]


@pytest.fixture(autouse=True)
def detector(monkeypatch: pytest.MonkeyPatch) -> FakeDetector:
    """What `--local` loads."""
    loaded = FakeDetector()
    monkeypatch.setattr(cli, "_load", lambda settings: loaded)
    return loaded


def local(*arguments: Any, **options: Any) -> list[dict[str, Any]]:
    """The rows of a scan in process, which has to end with 0."""
    result = scan("--local", *arguments, **options)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def found(*arguments: Any, **options: Any) -> list[tuple[Any, ...]]:
    return places(local(*arguments, **options))


def written(tmp_path: Path, name: str, data: bytes | str) -> Path:
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


@pytest.mark.parametrize("where", ["server", "here"])
async def test_every_format_is_read(start: Start, where: str, tmp_path: Path) -> None:
    lake, out = write_lake(tmp_path / "lake"), tmp_path / "out.jsonl"
    flags = ["--target", (await start()).target] if where == "server" else ["--local"]
    result = await asyncio.to_thread(scan, lake, *flags, "--out", out)
    assert result.exit_code == 0, result.output
    assert places(rows(out)) == LAKE
    assert result.stdout == ""
    assert "11 records in 4 files: 12 findings, 0 failures" in result.stderr
    assert {path.relative_to(tmp_path).parts[0] for path in await asyncio.to_thread(lambda: list(tmp_path.rglob("*")))} == {
        "lake",
        "out.jsonl",
    }


def test_a_finding_says_what_it_is_and_why(tmp_path: Path) -> None:
    (row,) = local(written(tmp_path, "a.txt", "x a@example.com"), "--top-features", 2)
    assert row == {
        "kind": "finding",
        "file": str(tmp_path / "a.txt"),
        "record": 1,
        "field": "",
        "entity_type": "EMAIL",
        "start": 2,
        "end": 15,
        "probability": 0.75,
        "source": "probe",
        "features": [{"feature": 1, "logit": 1.0}, {"feature": 2, "logit": 0.5}],
        "evidence": [{"name": "idn", "logit": 1.5}, {"name": "repeated_mention", "logit": -0.125}],
    }


def test_the_text_of_a_finding_is_shown_where_that_is_asked_for_alone(tmp_path: Path) -> None:
    lake = write_lake(tmp_path / "lake")
    assert not [row for row in local(lake) if "text" in row]
    shown = [row["text"] for row in local(lake, "--show-text")]
    mails = ["x@y.example", "z@example.org", "a@b.example"]
    assert shown == ["zoë@example.com", "a@example.com", *mails, "p@q.example", *mails, *mails]


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_findings_as_tables_are_those_of_jsonl(tmp_path: Path, suffix: str) -> None:
    lake = write_lake(tmp_path / "lake")
    written(tmp_path, "lake/e.jsonl", "broken\n")
    for name in ("out.jsonl", f"out{suffix}"):
        assert scan(lake, "--local", "--show-text", "--out", tmp_path / name).exit_code == 3
    expected = rows(tmp_path / "out.jsonl")
    if suffix == ".parquet":
        table = pq.read_table(tmp_path / "out.parquet").to_pylist()
        assert [{name: value for name, value in row.items() if value is not None} for row in table] == expected
        return
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    assert [row["text"] for row in table] == [row.get("text", "") for row in expected]
    assert [json.loads(row["features"]) for row in table if row["features"]] == [row["features"] for row in expected[:-1]]
    assert [row["message"] for row in table] == [row.get("message", "") for row in expected]


def test_standard_input_is_read(tmp_path: Path) -> None:
    assert found("-", input=TEXT.encode()) == [("-", 1, "", *offsets) for offsets in OFFSETS]
    assert found("-", "--format", "csv", input=b"mail\na@b.example\n") == [("-", 1, "/mail", 0, 11)]
    assert found("-", "--format", "jsonl", input=gzip.compress(b'"a@b.example"')) == [("-", 1, "", 0, 11)]
    assert scan("-", "--local", "--format", "parquet", input=b"").exit_code == 2
    assert scan("-", "-", "--local", input=b"").exit_code == 2


def test_gzip_is_told_by_what_a_file_holds(tmp_path: Path) -> None:
    packed = gzip.compress(b"mail\na@b.example\n")
    assert found(written(tmp_path, "a.csv", packed)) == [("a.csv", 1, "/mail", 0, 11)]
    result = scan(written(tmp_path, "cut.csv.gz", packed[:-12]), "--local")
    assert result.exit_code == 3
    assert places(map(json.loads, result.stdout.splitlines()))[-1][2:] == ("UNREADABLE", "is gzip that is cut off or damaged")


def test_fields_are_chosen_by_name(tmp_path: Path, detector: FakeDetector) -> None:
    lake = write_lake(tmp_path / "lake")
    chosen = found(lake, "--exclude", "*.txt", "--field", "note")
    assert chosen == [place for place in LAKE if place[2] == "/note"]
    assert not [text for text in detector.seen if "mail" in text or "deep" in text]


def test_a_field_that_no_record_has_is_a_failure(tmp_path: Path) -> None:
    lake = write_lake(tmp_path / "lake")
    result = scan(lake, "--local", "--field", "notes")
    assert result.exit_code == 3
    assert places(row for row in map(json.loads, result.stdout.splitlines()) if row["kind"] == "failure") == [
        ("b.jsonl", None, "UNREADABLE", "has no field notes in any record"),
        ("c.csv.gz", None, "UNREADABLE", "has no column notes"),
        ("d.parquet", None, "UNREADABLE", "has no column notes"),
    ]


def test_chosen_fields_of_json_stay_as_they_are_spelled(tmp_path: Path, detector: FakeDetector) -> None:
    line = '{ "a" : 1.50, "b":[true , {"c/d": "x@y.example"}], "e": "no" }'
    path = written(tmp_path, "a.jsonl", line)
    assert found(path, "--field", "b", "--field", "a") == [("a.jsonl", 1, "/b/1/c~1d", 0, 11)]
    assert detector.seen == ["a: 1.50\nc/d: x@y.example\n"]


@pytest.mark.parametrize("line", ['["a"]', '{"a": 1} 2', '{"a" 1}', '{"a": 1, "a": 2}', '{"a": 1,, "b": 2}', "{", '{"a": x}'])
def test_a_line_whose_fields_cannot_be_told_is_a_failure(tmp_path: Path, line: str) -> None:
    result = scan(written(tmp_path, "a.jsonl", f'{line}\n{{"a": "x@y.example"}}\n'), "--local", "--field", "a")
    assert result.exit_code == 3
    assert [place[:2] for place in places(map(json.loads, result.stdout.splitlines()))] == [("a.jsonl", 1), ("a.jsonl", 2)]


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.txt", b"a@b.example \xff", [(None, "UNREADABLE", "is no utf-8")]),
        ("a.jsonl", b'"\xff"\n"a@b.example"\n', [(1, "UNREADABLE", "is no utf-8"), (2, "", 0, 11)]),
        ("a.jsonl", b'{"a": 1, "a": 2}\n', [(1, "INVALID_ARGUMENT", "json names a field twice in one object")]),
        ("a.csv", b"m,n\n\xff,1\na@b.example\n", [(1, "UNREADABLE", "is no utf-8"), (2, "/m", 0, 11)]),
        ("a.csv", b"m\n1,a@b.example\n", [(1, "UNREADABLE", "has more cells than columns have names")]),
        ("a.csv", b"m,m\n1,2\n", [(None, "UNREADABLE", "names a column twice")]),
        ("a.csv", b'm\na@b.example\n"x"y\n',
         [(1, "/m", 0, 11),
          (None, "UNREADABLE", "is no table from line 3 on: a quote or an end of line is not where it may be")]),
        ("a.parquet", b"PAR1", [(None, "UNREADABLE", "is no Parquet file, is damaged, or holds types that are not read")]),
        ("a.txt", b"\x1f\x8b no", [(None, "UNREADABLE", "is gzip that is cut off or damaged")]),
        ("a.txt", b"\x1f\x8b no gzip at all", [(None, "UNREADABLE", "is gzip that is cut off or damaged")]),
        ("a.txt", BREAKS.encode(), [(1, "INTERNAL", "the detector failed on it")]),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_reported_and_wins(tmp_path: Path, name: str, data: bytes, expected: list[Any]) -> None:
    out = tmp_path / "out.jsonl"
    result = scan(written(tmp_path, name, data), "--local", "--fail", "--out", out)
    assert result.exit_code == 3, result.output
    assert [place[1:] for place in places(rows(out))] == expected
    assert "nothing is known about it" in result.stderr


def test_a_record_that_is_too_long_is_not_held_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("jsonl", "table"):
        monkeypatch.setattr(f"service.scan.{module}.LONGEST_RECORD", 40)
    written(tmp_path, "a.jsonl", f'"{"x" * 200}"\n"a@b.example"\n')
    written(tmp_path, "b.csv", f'm\na@b.example\n"{chr(10).join(["x" * 30] * 9)}"\n')
    result = scan(tmp_path, "--local", "--format", "jsonl", "--include", "*.jsonl")
    assert places(map(json.loads, result.stdout.splitlines())) == [
        ("a.jsonl", 1, "UNREADABLE", "is longer than 40 code points"),
        ("a.jsonl", 2, "", 0, 11),
    ]
    result = scan(tmp_path / "b.csv", "--local")
    assert places(map(json.loads, result.stdout.splitlines())) == [
        ("b.csv", 1, "/m", 0, 11),
        ("b.csv", None, "UNREADABLE", "has a row of more than 40 code points from line 3 on"),
    ]


def test_values_of_parquet_that_are_no_text_are_read_as_they_are_written_out(tmp_path: Path, detector: FakeDetector) -> None:
    table = pa.table(
        {
            "day": pa.array([1], pa.timestamp("ns")),
            "bytes": [b"a@b.example"],
            "list": [[{"k": "c@d.example"}, None]],
            "number": [float("nan")],
            "kind": pa.array(["e@f.example"]).dictionary_encode(),
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    assert [place[2] for place in found(tmp_path / "a.parquet")] == ["/bytes", "/list/0/k", "/kind"]
    assert "day: 1970-01-01 00:00:00.000000001" in detector.seen[0]


def test_bytes_of_parquet_that_are_no_text_fail_their_row_alone(tmp_path: Path) -> None:
    pq.write_table(pa.table({"b": [b"\xff", b"a@b.example"]}), tmp_path / "a.parquet")
    result = scan(tmp_path / "a.parquet", "--local")
    assert places(map(json.loads, result.stdout.splitlines())) == [
        ("a.parquet", 1, "UNREADABLE", "holds bytes that are no text"),
        ("a.parquet", 2, "/b", 0, 11),
    ]


def test_other_encodings_and_delimiters(tmp_path: Path) -> None:
    text = written(tmp_path, "a.txt", TEXT.encode("utf-16-le"))
    assert [place[3:] for place in found(text, "--encoding", "utf-16-le")] == OFFSETS
    table = written(tmp_path, "a.csv", "m;n\na,b;zoë@example.com\n".encode("latin-1"))
    assert found(table, "--encoding", "latin-1", "--delimiter", ";") == [("a.csv", 1, "/n", 0, 15)]
    assert found(written(tmp_path, "a.tsv", "m\tn\na\tb@c.example\n")) == [("a.tsv", 1, "/n", 0, 11)]
    marked = "\ufeffm,n\na@b.example,1\n"
    assert found(written(tmp_path, "b.csv", marked)) == [("b.csv", 1, "/m", 0, 11)]
    assert found(written(tmp_path, "b.jsonl", '\ufeff{"m": "a@b.example"}\n')) == [("b.jsonl", 1, "/m", 0, 11)]


@pytest.mark.parametrize("where", ["server", "here"])
async def test_long_texts_are_read_in_parts_and_offsets_are_those_of_the_file(
    start: Start, where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_format, "PART", 50_000)
    monkeypatch.setattr(text_format, "_LOOK_BACK", 1_000)
    line = f"{'word ' * 30}👋 zoë@example.com\n"
    text = line * 1_000
    path = written(tmp_path, "long.txt", text)
    flags = ["--target", (await start()).target] if where == "server" else ["--local"]
    result = await asyncio.to_thread(scan, path, *flags, "--show-text")
    assert result.exit_code == 0, result.output
    got = list(map(json.loads, result.stdout.splitlines()))
    assert [(row["start"], row["text"]) for row in got] == [
        (at * len(line) + line.index("zoë"), "zoë@example.com") for at in range(1_000)
    ]


def test_folders_are_walked_and_files_chosen(tmp_path: Path) -> None:
    for name in ("a.txt", "a.log", ".git/a.txt", "deep/b.txt", "deep/skip/c.txt"):
        (tmp_path / "lake" / name).parent.mkdir(parents=True, exist_ok=True)
        written(tmp_path, f"lake/{name}", "a@b.example")
    lake = tmp_path / "lake"
    (lake / "deep" / "link").symlink_to(tmp_path / "lake")

    def names(*flags: str) -> list[str]:
        return [Path(row["file"]).relative_to(lake).as_posix() for row in local(lake, *flags)]

    assert names() == [".git/a.txt", "a.log", "a.txt", "deep/b.txt", "deep/skip/c.txt"]
    assert names("--include", "*.txt", "--exclude", ".git", "--exclude", "deep/skip") == ["a.txt", "deep/b.txt"]
    assert scan(lake, "--local", "--include", "*.tex").exit_code == 2


def test_what_is_no_file_is_a_failure_and_not_left_out(tmp_path: Path) -> None:
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe")
    result = scan(tmp_path, "--local")
    assert result.exit_code == 3
    assert [place[0::3] for place in places(map(json.loads, result.stdout.splitlines()))] == [
        ("gone", "No such file or directory"),
        ("pipe", "is no regular file"),
    ]


def test_a_path_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    assert scan(tmp_path / "nowhere", "--local").exit_code == 2


def test_what_a_scan_writes_is_not_scanned(tmp_path: Path) -> None:
    written(tmp_path, "a.txt", "a@b.example")
    flags = ("--local", "--show-text", "--out", tmp_path / "out.jsonl", "--sarif", tmp_path / "out.sarif")
    for _ in range(2):
        assert scan(tmp_path, *flags).exit_code == 0
        assert places(rows(tmp_path / "out.jsonl")) == [("a.txt", 1, "", 0, 11)]
    assert scan(tmp_path / "out.jsonl", *flags).exit_code == 2


@pytest.mark.parametrize(
    ("flags", "code"),
    [
        ((), 0),
        (("--fail",), 1),
        (("--fail-on", "EMAIL"), 1),
        (("--fail-on", "EMAIL:0.75"), 1),
        (("--fail-on", "EMAIL:0.8"), 0),
        (("--fail-on", "PERSON"), 0),
        (("--fail-on", "PERSON", "--fail-on", "EMAIL:0.5"), 1),
        (("--fail-on", "MAIL"), 2),
        (("--fail-on", "EMAIL", "--entity-type", "PERSON"), 2),
        (("--fail-on", "EMAIL:often"), 2),
        (("--fail", "--entity-type", "PERSON"), 0),
        (("--entity-type", "MAIL"), 2),
        (("--threshold", "EMAIL:1.5"), 2),
        (("--out", "findings.txt"), 2),
        (("--redact", "policies.yaml"), 2),
        (("--encoding", "no-such"), 2),
        (("--delimiter", "::"), 2),
    ],
)
@pytest.mark.parametrize("where", ["server", "here"])
async def test_exit_codes(start: Start, tmp_path: Path, flags: tuple[str, ...], code: int, where: str) -> None:
    path = written(tmp_path, "a.txt", "a@b.example")
    at = ["--target", (await start()).target] if where == "server" else ["--local"]
    result = await asyncio.to_thread(scan, path, *at, *flags)
    assert result.exit_code == code, result.output


async def test_a_server_that_is_not_there_is_no_clean_scan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.scan.cli.WAIT_S", 0.5)
    path = written(tmp_path, "a.txt", "a@b.example")
    result = await asyncio.to_thread(scan, path, "--target", "127.0.0.1:1")
    assert result.exit_code == 3
    assert "piiprobe: UNAVAILABLE" in result.stderr


def test_a_scan_that_breaks_says_where_and_nothing_of_the_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError("a@b.example")

    monkeypatch.setattr("service.scan.run.finding_row", breaks)
    result = scan(written(tmp_path, "a.txt", "a@b.example"), "--local")
    assert result.exit_code == 3
    assert "the scan broke: RuntimeError at" in result.stderr
    assert "a@b.example" not in result.output


@pytest.mark.parametrize("where", ["server", "here"])
async def test_options_are_passed_on(start: Start, tmp_path: Path, where: str) -> None:
    path = written(tmp_path, "a.txt", "A@b.example c@d.example\nproject Kestrel, order AB-123")
    written(tmp_path, "allow", "\na@b.example\n")
    written(tmp_path, "deny", "PROJECT project kestrel\n")
    written(tmp_path, "patterns.yaml", "order: {regex: '[A-Z]{2}-\\d+', entity_type: ORDER}\n")
    at = ["--target", (await start()).target] if where == "server" else ["--local"]
    lists = ("--allow", tmp_path / "allow", "--deny", tmp_path / "deny", "--patterns", tmp_path / "patterns.yaml")
    result = await asyncio.to_thread(scan, path, *at, *lists, "--fail-on", "ORDER")
    assert result.exit_code == 1
    assert [(row["entity_type"], row["start"], row["source"]) for row in map(json.loads, result.stdout.splitlines())] == [
        ("EMAIL", 12, "probe"),
        ("PROJECT", 24, "deny"),
        ("ORDER", 47, "pattern"),
    ]
    for flags, count in (
        (("--threshold", "EMAIL:0.8"), 0),
        (("--operating-point", "precision"), 0),
        (("--no-structure", "--operating-point", "recall"), 2),
    ):
        result = await asyncio.to_thread(scan, path, *at, *flags)
        assert len(result.stdout.splitlines()) == count


@pytest.mark.parametrize(
    ("flag", "held"),
    [
        ("--deny", "PROJECT\n"),
        ("--deny", "\udcff"),
        ("--patterns", "order: [1]\n"),
        ("--patterns", "order: {regex: x}\n"),
        ("--patterns", ": {"),
        ("--patterns", "order: {regex: '(', entity_type: ORDER}"),
    ],
)
def test_a_file_of_options_that_is_wrong_is_refused(tmp_path: Path, flag: str, held: str) -> None:
    options = written(tmp_path, "options", held.encode("utf-8", "surrogateescape"))
    result = scan(written(tmp_path, "a.txt", "x"), "--local", flag, options)
    assert result.exit_code == 2, result.output


def test_the_summary_counts_by_class_and_by_file(tmp_path: Path) -> None:
    lake = write_lake(tmp_path / "lake")
    written(tmp_path, "lake/e.jsonl", "broken\n")
    result = scan(lake, "--local", "--summary", "json")
    counts = json.loads(result.stderr)
    assert counts["findings"] == 12
    assert counts["by_class"] == {"EMAIL": 12}
    assert counts["by_file"][f"{lake}/b.jsonl"] == {"findings": 4, "failures": 0}
    assert counts["by_file"][f"{lake}/e.jsonl"] == {"findings": 0, "failures": 1}
    table = scan(lake, "--local").stderr
    assert "EMAIL                        12" in table
    assert f"         4          0  {lake}/b.jsonl" in table


def test_a_bar_shows_how_far_a_scan_is(tmp_path: Path) -> None:
    result = scan(write_lake(tmp_path / "lake", repeat=50), "--local", "--progress")
    assert "records" in result.stderr
    assert "B/s" in result.stderr


def test_an_address_that_repeats_is_read_once(tmp_path: Path, detector: FakeDetector) -> None:
    path = written(tmp_path, "a.jsonl", '{"m": "a@b.example"}\n' * 1_000 + '{"m": "c@d.example"}\n')
    assert len(found(path)) == 1_001
    assert sum(len(batch) for batch in detector.batches) < 200


def test_a_server_needs_nothing_of_the_model_here() -> None:
    code = (
        "import sys; import service.scan.cli, service.scan.parquet;"
        "print([name for name in ('torch', 'transformers', 'pydantic_settings', 'probes') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_the_extra_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "find_spec", lambda module: None)
    result = scan("x")
    assert result.exit_code == 2
    assert "pip install 'piiprobe[scan]'" in result.output


def test_rows_are_those_that_a_reader_of_csv_sees(tmp_path: Path) -> None:
    lake = write_lake(tmp_path / "lake")
    with gzip.open(lake / "deep" / "c.csv.gz", "rt", encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == ROWS
