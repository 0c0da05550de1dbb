"""A picture of the dashboard's main panels, drawn from a Prometheus: for readers who have no Grafana at hand.

`python -m service.bench.picture --url URL --minutes 5 --out docs/dashboard.png`.
"""

from __future__ import annotations

import math
import textwrap
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from itertools import cycle
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from service.bench.dashboard import Dashboard, Panel, read, substituted
from service.bench.prometheus import Prometheus, Series

DASHBOARD = Path("deploy/grafana/dashboard.json")
OUT = Path("docs/dashboard.png")

STATS = (
    "Calls",
    "Documents",
    "Availability",
    "Detect within 1 s",
    "Detect, p99",
    "Our cost of a million documents",
)
PANELS: tuple[tuple[str, ...], ...] = (
    ("Calls by method", "Calls that did not end with OK", "Detect"),
    ("Stages, p95", "Queue", "Workers busy"),
    ("Findings per 1,000 documents", "Memory", "Times cheaper than a language model as judge"),
    ("Mean score", "PERSON: scores", "PERSON: feature activations"),
)

_POINTS = 150
_DPI = 100
_PALETTE = 256
_BARS_TITLE = "Times cheaper than a judge, at the end"
_FEW = 6
"""Series whose names fit into the panel."""
_COLOURS = (
    "#1f6fb4", "#e8710a", "#2c8c3c", "#b3261e", "#7b4fb5", "#7a5548", "#d4509a", "#5c6670", "#a0a018", "#17a2b8", "#f0b429",
)  # fmt: skip
_INK = "#24292f"
_GRID = "#d8dee4"
_UNITS: Mapping[str, tuple[float, str]] = {
    "percentunit": (100.0, "%"),
    "s": (1.0, "s"),
    "reqps": (1.0, "calls/s"),
    "bytes": (2.0**-20, "MiB"),
    "currencyUSD": (1.0, "$"),
    "short": (1.0, ""),
    "none": (1.0, ""),
}


@dataclass(frozen=True, slots=True)
class View:
    """What is looked at: `start` and `end` are Unix times, `window_s` the seconds of a rate."""

    prometheus: Prometheus
    dashboard: Dashboard
    start: float
    end: float
    window_s: int

    def expression(self, text: str, entity_type: str) -> str:
        """With everything chosen but the class, which is `entity_type` where it is not empty."""
        values = {name: all_ or ".*" for name, all_ in self.dashboard.variables.items()}
        values |= {"__rate_interval": f"{self.window_s}s", "__range": f"{round(self.end - self.start)}s"}
        return substituted(text, {**values, "entity_type": entity_type or ".*"})

    def series(self, title: str) -> tuple[Panel, list[tuple[str, Series]]]:
        """The panel of this title (of a repeated one: `CLASS: title`), and its series by name over the time looked at."""
        panel, entity_type = self._panel(title)
        step = (self.end - self.start) / _POINTS
        return panel, [
            (_name(target.legend, series), series)
            for target in panel.targets
            for series in self.prometheus.query_range(self.expression(target.expression, entity_type), self.start, self.end, step)
        ]

    def latest(self, title: str) -> tuple[Panel, list[tuple[str, float]]]:
        """The same, at the end."""
        panel, entity_type = self._panel(title)
        return panel, [
            (_name(target.legend, series), series.values[-1])
            for target in panel.targets
            for series in self.prometheus.query(self.expression(target.expression, entity_type), self.end)
        ]

    def _panel(self, title: str) -> tuple[Panel, str]:
        entity_type, colon, rest = title.partition(": ")
        return (self.dashboard.panel(f"$entity_type: {rest}"), entity_type) if colon else (self.dashboard.panel(title), "")


def draw(view: View, out: Path, note: str = "") -> None:
    """Writes the picture; `note` says below it what was watched."""
    from matplotlib.figure import Figure
    from PIL import Image

    figure = Figure(figsize=(14, 15), dpi=_DPI, facecolor="white")
    figure.text(0.012, 0.978, "piiprobe", fontsize=19, weight="bold", color=_INK)
    begin, end = (datetime.fromtimestamp(at, UTC) for at in (view.start, view.end))
    span = f"{begin:%Y-%m-%d %H:%M} to {end:%H:%M} UTC; rates over {view.window_s} s"
    figure.text(0.988, 0.98, span, fontsize=12, color=_INK, ha="right")
    strip = figure.add_gridspec(1, len(STATS), left=0.012, right=0.988, top=0.965, bottom=0.905, wspace=0.04)
    for column, title in enumerate(STATS):
        _stat(figure.add_subplot(strip[0, column]), *view.latest(title))
    grid = figure.add_gridspec(
        len(PANELS), len(PANELS[0]), left=0.055, right=0.985, top=0.875, bottom=0.085, wspace=0.25, hspace=0.42
    )
    for place, title in enumerate(title for row in PANELS for title in row):
        axes = figure.add_subplot(grid[divmod(place, len(PANELS[0]))])
        panel, found = view.series(title)
        if panel.kind == "heatmap":
            _heatmap(axes, title, found, view)
        elif panel.kind == "bargauge":
            _bars(axes, *view.latest(title))
        else:
            _lines(axes, panel, found, view)
    figure.text(0.012, 0.012, textwrap.fill(note, 175), fontsize=10.5, color="#57606a", va="bottom")
    drawn = BytesIO()
    figure.savefig(drawn, format="png")
    out.parent.mkdir(parents=True, exist_ok=True)
    # A palette, for a third of the size.
    Image.open(drawn).convert("RGB").quantize(_PALETTE, kmeans=2).save(out, format="png", optimize=True)


def picture(
    url: Annotated[str, typer.Option(help="The Prometheus that scrapes piiprobe, with the recording rules.")],
    minutes: Annotated[float, typer.Option(help="How far back to look.", min=0.1)] = 60.0,
    window: Annotated[int, typer.Option(help="Seconds of a rate: four scrape intervals at least.", min=1)] = 120,
    dashboard: Annotated[Path, typer.Option(help="The dashboard to draw.")] = DASHBOARD,
    out: Annotated[Path, typer.Option(help="The picture, PNG.")] = OUT,
) -> None:
    """Draw the main panels of the dashboard from a Prometheus."""
    now = time.time()
    draw(View(Prometheus(url), read(dashboard), now - 60 * minutes, now, window), out)
    typer.echo(out)


def _name(legend: str, series: Series) -> str:
    name = legend
    for label, value in series.labels.items():
        name = name.replace("{{" + label + "}}", value)
    return name.replace("{{pod}}", "").strip()


def _unit(unit: str) -> tuple[float, str]:
    return _UNITS.get(unit) or (1.0, unit.removeprefix("suffix:").strip())


def _stat(axes: Any, panel: Panel, values: Sequence[tuple[str, float]]) -> None:
    scale, unit = _unit(panel.unit)
    value = values[0][1] * scale if values else math.nan
    text = f"${value:,.2f}" if unit == "$" else f"{value:,.4g} {unit}"
    axes.set_facecolor("#f6f8fa")
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set_color(_GRID)
    axes.text(0.5, 0.66, text, ha="center", va="center", fontsize=19, color="#0b4f9c", transform=axes.transAxes)
    axes.text(
        0.5, 0.22, textwrap.fill(panel.title, 20), ha="center", va="center", fontsize=9.5, color=_INK, transform=axes.transAxes
    )


def _frame(axes: Any, title: str) -> None:
    axes.set_title(title, fontsize=12, color=_INK, loc="left", weight="bold")
    axes.tick_params(labelsize=10, colors=_INK)
    axes.set_axisbelow(True)
    for spine in axes.spines.values():
        spine.set_color(_GRID)


def _narrow(axes: Any, left: float = 0.0, right: float = 0.0) -> None:
    """Leaves shares of the width for names beside the axes."""
    box = axes.get_position()
    axes.set_position((box.x0 + left * box.width, box.y0, box.width * (1 - left - right), box.height))


def _time_axis(axes: Any, view: View) -> None:
    axes.set_xlim(0, (view.end - view.start) / 60)
    axes.set_xlabel("minutes", fontsize=10, color=_INK, labelpad=2)


def _lines(axes: Any, panel: Panel, found: Sequence[tuple[str, Series]], view: View) -> None:
    scale, unit = _unit(panel.unit)
    ordered = sorted(found, key=lambda each: -np.nansum(each[1].values))
    # A class has one colour in all panels.
    colours = dict(zip(sorted({name for name, _ in ordered}), cycle(_COLOURS), strict=False))
    for name, series in ordered:
        minutes = (np.array(series.times) - view.start) / 60
        dashes = "--" if name == "limit" else "-"
        axes.plot(minutes, np.array(series.values) * scale, dashes, label=name, color=colours[name], linewidth=1.7)
    _frame(axes, panel.title)
    axes.grid(axis="y", color=_GRID, linewidth=0.8)
    # Room for the legend.
    axes.set_ylim(0, 1.3 * axes.get_ylim()[1] if len(ordered) <= _FEW else None)
    axes.set_ylabel(unit, fontsize=10, color=_INK, labelpad=2)
    _time_axis(axes, view)
    if len(ordered) > _FEW:
        _narrow(axes, right=0.36)
        axes.legend(fontsize=8, loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False, handlelength=1.0, labelspacing=0.35)
    else:
        axes.legend(fontsize=8.5, loc="upper left", ncols=2, frameon=False, handlelength=1.2, columnspacing=1.0, labelspacing=0.3)


def _bars(axes: Any, panel: Panel, values: Sequence[tuple[str, float]]) -> None:
    ordered = sorted((each for each in values if math.isfinite(each[1])), key=lambda each: each[1])
    _, unit = _unit(panel.unit)
    names, amounts = [name for name, _ in ordered], [amount for _, amount in ordered]
    drawn = axes.barh(names, amounts, color="#2f81c7", height=0.65)
    axes.bar_label(drawn, [f"{amount:,.0f} {unit}" for amount in amounts], fontsize=9, padding=3, color=_INK)
    axes.set_xscale("log")
    axes.set_xlim(min((1.0, *amounts)), max((10.0, *amounts)) * 30)
    axes.grid(axis="x", color=_GRID, linewidth=0.8)
    axes.set_xlabel("judge's dollars ÷ ours, logarithmic", fontsize=10, color=_INK, labelpad=2)
    _frame(axes, "")
    axes.text(-0.49, 1.035, _BARS_TITLE, fontsize=12, weight="bold", color=_INK, transform=axes.transAxes)
    axes.tick_params(axis="y", labelsize=8.5)
    _narrow(axes, left=0.33)


def _heatmap(axes: Any, title: str, found: Sequence[tuple[str, Series]], view: View) -> None:
    """Shares of each moment's values by bucket: the buckets of Prometheus are cumulative."""
    buckets = sorted(((float(name), series) for name, series in found), key=lambda each: each[0])
    step = (view.end - view.start) / _POINTS
    counts = np.zeros((len(buckets), _POINTS + 1))
    for row, (_, series) in enumerate(buckets):
        columns = np.rint((np.array(series.times) - view.start) / step).astype(int)
        counts[row, columns] = series.values
    inside = np.diff(counts, axis=0, prepend=0.0)
    shares = 100 * np.divide(inside, counts[-1], out=np.full_like(inside, np.nan), where=counts[-1] > 0)
    edges = [bound for bound, _ in buckets if math.isfinite(bound)]
    minutes = (view.end - view.start) / 60
    drawn = axes.imshow(
        shares[: len(edges)],
        origin="lower",
        aspect="auto",
        cmap="Blues",
        vmin=0,
        interpolation="nearest",
        extent=(0, minutes, 0, len(edges)),
    )
    _frame(axes, title)
    # Upper bounds of buckets, evenly spaced as they are drawn.
    axes.set_yticks(np.arange(len(edges)) + 1, [f"{100 * bound:g}" for bound in edges])
    axes.set_ylabel("up to, %", fontsize=10, color=_INK, labelpad=2)
    axes.tick_params(axis="y", labelsize=8)
    _time_axis(axes, view)
    bar = axes.figure.colorbar(drawn, ax=axes, pad=0.02, fraction=0.05)
    bar.ax.tick_params(labelsize=8, colors=_INK)
    bar.set_label("share of values, %", fontsize=9, color=_INK)
    bar.outline.set_visible(False)


if __name__ == "__main__":
    typer.run(picture)
