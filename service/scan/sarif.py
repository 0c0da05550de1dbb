"""Findings for code hosts: SARIF 2.1.0 (OASIS), with places and without text.

Results come one by one and are put together at the end, so that memory does not grow with them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

from piiprobe import Finding
from service.scan.record import Failed, Record, Region

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def result_line(file: str, record: Record, finding: Finding, region: Region | None) -> bytes:
    """A finding."""
    where = f" in {finding.field}" if finding.field else ""
    result = {
        "ruleId": finding.entity_type,
        "level": "warning",
        "message": {"text": f"{finding.entity_type}{where}, probability {finding.probability:.2f}, found by {finding.source}"},
        "rank": round(100 * finding.probability, 1),
        "locations": [_location(file, record, finding.field, region)],
    }
    return _line("result", result)


def failure_line(file: str, record: Record, failed: Failed) -> bytes:
    """What was not read."""
    region = Region(record.line, record.line) if record.number is not None else None
    notification = {
        "level": "error",
        "message": {"text": f"not read: {failed.message} ({failed.code})"},
        "locations": [_location(file, record, "", region)],
    }
    return _line("notification", notification)


def write(lines: Path, out: Path, entity_types: Iterable[str], *, complete: bool) -> None:
    """The log of a scan, from the lines of its results and failures."""
    rules = [{"id": name, "name": name, "shortDescription": {"text": f"Personal data: {name}"}} for name in sorted(entity_types)]
    driver = {"name": "piiprobe", "version": version("piiprobe"), "rules": rules}
    with out.open("w", encoding="utf-8") as file:
        file.write(f'{{"$schema": {json.dumps(_SCHEMA)}, "version": "2.1.0", "runs": [{{"tool": {json.dumps({"driver": driver})}')
        file.write(', "columnKind": "utf16CodeUnits", "results": [')
        file.writelines(_joined(lines, "result"))
        file.write(f'], "invocations": [{{"executionSuccessful": {json.dumps(complete)}, "toolExecutionNotifications": [')
        file.writelines(_joined(lines, "notification"))
        file.write("]}]}]}\n")


def _line(kind: str, value: Mapping[str, Any]) -> bytes:
    return f"{json.dumps({kind: value}, ensure_ascii=False)}\n".encode()


def _joined(lines: Path, kind: str) -> Iterator[str]:
    first = True
    with lines.open("rb") as file:
        for line in file:
            if (value := json.loads(line).get(kind)) is not None:
                yield f"{'' if first else ','}\n{json.dumps(value, ensure_ascii=False)}"
                first = False


def _location(file: str, record: Record, field: str, region: Region | None) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(file)}}
    location: dict[str, Any] = {"physicalLocation": physical}
    if region:
        physical["region"] = {"startLine": region.line, "endLine": region.end_line}
        if region.column:
            physical["region"] |= {"startColumn": region.column, "endColumn": region.end_column}
    elif record.number is not None:
        # A file without lines: rows and fields are places in what it means.
        location["logicalLocations"] = [{"fullyQualifiedName": f"/{record.number}{field}"}]
    return location


def _uri(file: str) -> str:
    path = PurePosixPath(file)
    return f"file://{quote(file)}" if path.is_absolute() else quote(path.as_posix())
