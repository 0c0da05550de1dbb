"""What a scan found, counted."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from service.scan.rows import Row

_LISTED_FILES = 30


@dataclass(frozen=True, slots=True)
class FailOn:
    """Which findings make a scan fail: from which probability on, by class, and of all classes where `any_class` is set."""

    by_class: Mapping[str, float] = field(default_factory=dict)
    any_class: bool = False

    def holds(self, row: Row) -> bool:
        """Whether a finding is one of them."""
        least = self.by_class.get(row["entity_type"])
        return self.any_class or (least is not None and row["probability"] >= least)


class Summary:
    """Counts rows; grows with the files in which something was found or failed, and not with the rows."""

    def __init__(self, fail_on: FailOn) -> None:
        self._fail_on = fail_on
        self.by_class: Counter[str] = Counter()
        self.by_file: dict[str, Counter[str]] = {}
        self.failures = 0
        self.fails = False

    def add(self, row: Row) -> None:
        """Counts a finding or a failure."""
        of_file = self.by_file.setdefault(row["file"], Counter())
        if row["kind"] == "failure":
            self.failures += 1
            of_file["failures"] += 1
            return
        self.by_class[row["entity_type"]] += 1
        of_file["findings"] += 1
        self.fails = self.fails or self._fail_on.holds(row)

    @property
    def findings(self) -> int:
        return self.by_class.total()

    def as_json(self, files: int, records: int) -> str:
        """All counts; `files` and `records` are how many were read."""
        counts: dict[str, Any] = {
            "files": files,
            "records": records,
            "findings": self.findings,
            "failures": self.failures,
            "by_class": dict(self.by_class.most_common()),
            "by_file": {name: {"findings": count["findings"], "failures": count["failures"]} for name, count in self._files()},
        }
        return json.dumps(counts, ensure_ascii=False)

    def as_table(self, files: int, records: int) -> str:
        """The same for people, with the files that hold most."""
        lines = [f"{records:,} records in {files:,} files: {self.findings:,} findings, {self.failures:,} failures"]
        if self.by_class:
            lines += ["", f"{'class':<20} {'findings':>10}"]
            lines += [f"{name:<20} {count:>10,}" for name, count in self.by_class.most_common()]
        if self.by_file:
            lines += ["", f"{'findings':>10} {'failures':>10}  file"]
            listed = self._files()[:_LISTED_FILES]
            lines += [f"{count['findings']:>10,} {count['failures']:>10,}  {_printable(name)}" for name, count in listed]
            if (rest := len(self.by_file) - len(listed)) > 0:
                lines.append(f"{'':>21}  and {rest:,} more files")
        if self.failures:
            lines += ["", "What failed was not read: nothing is known about it."]
        return "\n".join(lines)

    def _files(self) -> list[tuple[str, Counter[str]]]:
        return sorted(self.by_file.items(), key=lambda item: (-item[1]["failures"], -item[1]["findings"], item[0]))


def _printable(name: str) -> str:
    # A name must not steer the terminal that shows it.
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in name)
