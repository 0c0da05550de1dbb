"""A Grafana dashboard in Classic JSON: its panels, and their expressions as Grafana would send them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")


@dataclass(frozen=True, slots=True)
class Target:
    """A query of a panel: PromQL with `$variables`, and how its series are called."""

    expression: str
    legend: str


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel in the row of title `row`; `repeat`: the variable for each value of which there is one, or empty."""

    row: str
    title: str
    description: str
    kind: str
    unit: str
    repeat: str
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Dashboard:
    panels: tuple[Panel, ...]
    variables: Mapping[str, str]
    """Of names, what Grafana puts in for All: a regular expression; empty for what has no All."""

    def panel(self, title: str) -> Panel:
        """The first of this title; raises KeyError."""
        for panel in self.panels:
            if panel.title == title:
                return panel
        raise KeyError(title)


def read(path: Path) -> Dashboard:
    """Reads what Grafana imports. Raises OSError, or KeyError where it is something else."""
    content = json.loads(path.read_text(encoding="utf-8"))
    variables = {each["name"]: each.get("allValue") or "" for each in content["templating"]["list"]}
    return Dashboard(tuple(_panels(content["panels"])), variables)


def substituted(text: str, values: Mapping[str, str]) -> str:
    """`text` with each `$name` and `${name}` replaced; raises KeyError for one that `values` lacks."""
    return _VARIABLE.sub(lambda match: values[match[1] or match[2]], text)


def names_in(text: str) -> set[str]:
    """The variables in `text`."""
    return {match[1] or match[2] for match in _VARIABLE.finditer(text)}


def _panels(content: list[dict[str, Any]]) -> Iterator[Panel]:
    row = ""
    for each in content:
        if each["type"] == "row":
            row = each["title"]
            continue
        defaults = each["fieldConfig"]["defaults"]
        # A heatmap's own unit is that of its axis.
        unit = each["options"].get("yAxis", defaults).get("unit", "")
        targets = tuple(Target(target["expr"], target["legendFormat"]) for target in each["targets"])
        yield Panel(row, each["title"], each["description"], each["type"], unit, each.get("repeat", ""), targets)
