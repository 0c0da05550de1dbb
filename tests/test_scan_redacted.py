"""Redacted copies: everything that was found is gone, everything else is as it was, and what was encrypted can be put back."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fakes import FakeDetector
from scanned import ROWS, TEXT, scan, write_lake

from piiprobe.redaction import new_key, restore, write_key
from service import cli
from service.scan import text as text_format

POLICIES = "share: {operators: {EMAIL: replace}}\nseal: {otherwise: encrypt}\n"


@pytest.fixture(autouse=True)
def _in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "_load", lambda settings: FakeDetector())
    monkeypatch.delenv("PIIPROBE_REDACTION_KEY_FILE", raising=False)


@pytest.fixture
def key(tmp_path: Path) -> bytes:
    made = new_key()
    write_key(tmp_path / "key", made)
    return made


def redact(tmp_path: Path, source: Path, policy: str = "share", code: int = 0, *flags: Any) -> Path:
    (tmp_path / "policies.yaml").write_text(POLICIES)
    copies = tmp_path / "copies"
    named = ("--redact", tmp_path / "policies.yaml", "--policy-name", policy, "--redacted-to", copies)
    result = scan(source, "--local", *named, *flags)
    assert result.exit_code == code, result.output
    assert not [path for path in copies.rglob("*") if path.suffix in (".partial", ".new")]
    return copies


def table(packed: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(gzip.decompress(packed.read_bytes()).decode(), newline="")))


def test_copies_are_in_the_same_formats_and_hold_nothing_that_was_found(tmp_path: Path) -> None:
    copies = redact(tmp_path, write_lake(tmp_path / "lake"))
    assert (copies / "a.txt").read_bytes().decode() == "write to <EMAIL>\r\nand 👋 <EMAIL>, not to nobody\n"
    redacted = [
        {"name": "Anna, B", "mail": "<EMAIL>", "note": 'said "no"\nand left'},
        {"name": "nobody", "mail": "", "note": ""},
        {"name": "Zoë", "mail": "<EMAIL>", "note": "<EMAIL>"},
    ]
    lines = (copies / "b.jsonl").read_text(encoding="utf-8").split("\n")
    assert [json.loads(line) for line in lines if line] == [*redacted, {"deep": [{"a/b": "<EMAIL>"}, 12]}]
    assert lines[1] == json.dumps(ROWS[1])
    assert lines[3] == ""
    assert table(copies / "deep" / "c.csv.gz") == redacted
    assert pq.read_table(copies / "deep" / "d.parquet").to_pylist() == redacted


def test_what_was_encrypted_comes_back(tmp_path: Path, key: bytes) -> None:
    lake = write_lake(tmp_path / "lake", repeat=700)
    copies = redact(tmp_path, lake, "seal", 0, "--key-file", tmp_path / "key")
    text = (copies / "a.txt").read_bytes().decode()
    assert "@" not in text
    assert restore(text, key).text == TEXT * 700
    lines = (copies / "b.jsonl").read_text(encoding="utf-8")
    assert "@" not in lines
    restored = restore(lines, key, json=True).text.splitlines()
    original = (lake / "b.jsonl").read_text(encoding="utf-8").splitlines()
    assert [line and json.loads(line) for line in restored] == [line and json.loads(line) for line in original]
    rows = [{name: restore(value, key).text for name, value in row.items()} for row in table(copies / "deep" / "c.csv.gz")]
    assert rows == ROWS * 700
    rows = pq.read_table(copies / "deep" / "d.parquet").to_pylist()
    assert [{name: restore(value, key).text for name, value in row.items()} for row in rows] == ROWS * 700


def test_what_was_not_found_stays_byte_for_byte(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    lake.mkdir()
    files = {
        "a.txt": "\ufeffno\r\nbody \r",
        "b.jsonl": '\ufeff{"a" : 1.50}\r\n\n  {"a":"\\u00e9"}\t\n"x"',
        "c.csv": '\ufeffa,"b"\r\n"1",2\n\n3\n"x\ny",',
        "d.tsv": "a\tb\n",
        "e.csv": "",
    }
    for name, text in files.items():
        (lake / name).write_bytes(text.encode())
    copies = redact(tmp_path, lake)
    assert {path.name: path.read_bytes().decode() for path in copies.iterdir()} == files


def test_a_row_that_is_rewritten_keeps_its_end(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b'm,n\r\na@b.example,"x"\r\n"1,2",c@d.example')
    copies = redact(tmp_path, tmp_path / "a.csv")
    assert (copies / "a.csv").read_bytes() == b'm,n\r\n<EMAIL>,x\r\n"1,2",<EMAIL>'


def test_a_copy_lacks_what_was_not_read(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    lake.mkdir()
    (lake / "a.jsonl").write_bytes(b'"a@b.example"\nbroken c@d.example\n"no"\n')
    (lake / "b.csv").write_bytes(b"m\na@b.example\n1,c@d.example\nno\n")
    (lake / "c.txt").write_bytes(b"a@b.example\xff")
    pq.write_table(pa.table({"b": [b"\xff", b"a@b.example"]}), lake / "d.parquet")
    (tmp_path / "copies").mkdir()
    (tmp_path / "copies" / "c.txt").write_text("of an earlier scan")
    copies = redact(tmp_path, lake, code=3)
    assert (copies / "a.jsonl").read_bytes() == b'"<EMAIL>"\n"no"\n'
    assert (copies / "b.csv").read_bytes() == b"m\n<EMAIL>\nno\n"
    assert pq.read_table(copies / "d.parquet").to_pylist() == [{"b": b"<EMAIL>"}]
    assert not (copies / "c.txt").exists()


def test_a_part_of_a_text_that_was_not_read_leaves_no_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_format, "PART", 100)
    (tmp_path / "a.txt").write_text("a@b.example\n" * 20 + "BREAK-THE-DETECTOR\n" + "a@b.example\n" * 20)
    copies = redact(tmp_path, tmp_path / "a.txt", code=3)
    assert list(copies.iterdir()) == []


def test_only_chosen_fields_are_read_and_all_fields_are_copied(tmp_path: Path) -> None:
    copies = redact(tmp_path, write_lake(tmp_path / "lake"), "share", 0, "--field", "note", "--exclude", "*.txt")
    third = {**ROWS[2], "note": "<EMAIL>"}
    assert json.loads((copies / "b.jsonl").read_text().splitlines()[2]) == third
    assert table(copies / "deep" / "c.csv.gz")[2] == third
    assert pq.read_table(copies / "deep" / "d.parquet").to_pylist()[2] == third


def test_parquet_keeps_its_types_and_what_is_no_text_becomes_null(tmp_path: Path) -> None:
    (tmp_path / "deny").write_text("BORN 1987-03-14\nNUMBER 4711\n")
    schema = pa.schema(
        [
            pa.field("day", pa.date32(), nullable=False),
            ("n", pa.int32()),
            ("s", pa.struct([("k", pa.list_(pa.string()))])),
            ("z", pa.struct([("n", pa.int64())])),
            ("kind", pa.dictionary(pa.int8(), pa.string())),
            ("ns", pa.timestamp("ns", "UTC")),
        ]
    )
    rows = [
        {"day": 6281, "n": 1, "s": {"k": ["a@b.example", None]}, "z": {"n": 4711}, "kind": "no", "ns": 1},
        {"day": 1, "n": 4711, "s": None, "z": {"n": 2}, "kind": "c@d.example", "ns": None},
    ]
    written = pa.table({name: pa.array([row[name] for row in rows], schema.field(name).type) for name in schema.names}, schema)
    pq.write_table(written, tmp_path / "a.parquet", compression="zstd")
    copies = redact(tmp_path, tmp_path / "a.parquet", "share", 0, "--deny", tmp_path / "deny")
    copy = pq.read_table(copies / "a.parquet")
    assert copy.schema.field("kind").type == pa.string()
    assert [field.type for field in copy.schema if field.name != "kind"] == [
        field.type for field in schema if field.name != "kind"
    ]
    assert pq.ParquetFile(copies / "a.parquet").metadata.row_group(0).column(0).compression == "ZSTD"
    assert copy.column("ns").equals(written.column("ns"))
    assert copy.drop_columns("ns").to_pylist() == [
        {"day": None, "n": 1, "s": {"k": ["<EMAIL>", None]}, "z": None, "kind": "no"},
        {"day": written.column("day")[1].as_py(), "n": None, "s": None, "z": {"n": 2}, "kind": "<EMAIL>"},
    ]


def test_copies_never_lie_over_what_is_scanned(tmp_path: Path) -> None:
    (tmp_path / "policies.yaml").write_text(POLICIES)
    lake = write_lake(tmp_path / "lake")
    flags = ("--local", "--redact", tmp_path / "policies.yaml", "--policy-name", "share", "--redacted-to")
    assert scan(lake, *flags, lake).exit_code == 2
    assert scan(lake / "a.txt", lake / ".." / "lake" / "a.txt", *flags, tmp_path / "copies").exit_code == 2
    assert scan(lake, "--encoding", "utf-16", *flags, tmp_path / "copies").exit_code == 2
    assert not (tmp_path / "copies").exists()
    # A folder of copies below the scanned one is not scanned.
    for _ in range(2):
        assert scan(lake, *flags, lake / "copies", "--out", tmp_path / "out.jsonl").exit_code == 0
        assert "lake/copies" not in (tmp_path / "out.jsonl").read_text()


@pytest.mark.parametrize("flags", [("--policy-name", "seal"), ("--policy-name", "no-such"), ()])
def test_a_policy_that_cannot_be_used_is_refused(tmp_path: Path, flags: tuple[str, ...]) -> None:
    (tmp_path / "policies.yaml").write_text(POLICIES)
    (tmp_path / "a.txt").write_text("a@b.example")
    named = ("--redact", tmp_path / "policies.yaml", "--redacted-to", tmp_path / "copies")
    assert scan(tmp_path / "a.txt", "--local", *named, *flags).exit_code == 2
