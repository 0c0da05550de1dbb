"""The picture of the dashboard, made for real: the shipped bundle served, a Prometheus, minutes of mixed load of invented texts.

`python -m service.bench.watch --minutes 6 --out docs/dashboard.png`. Needs `prometheus` on the path.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from service.bench.dashboard import read
from service.bench.figures import percentile
from service.bench.picture import DASHBOARD, OUT, View, draw
from service.bench.process import ServerProcess, run_plans
from service.bench.prometheus import watching
from service.bench.texts import SEED
from service.cpus import usable_cpus

RULES = Path("deploy/prometheus/rules.yaml")

# Messages a second as shares of the capacity, in equal parts of the time: quiet, busy, more than it can do, and busy again with
# other texts.
_SHARES = (0.3, 0.6, 1.6, 0.5)
_BATCHES_IN = 1
_OTHER_TEXTS_FROM = 3
_CAPACITY_S = 15.0
_CALLERS = 32
_LONG = 12
"""Messages that make a long document."""
_MAX_CHARACTERS = 20_000
_IMPATIENT_S = 0.2
_WINDOW_S = 20


def watch(
    minutes: Annotated[float, typer.Option(help="Of load.", min=0.5)] = 6.0,
    dashboard: Annotated[Path, typer.Option(help="The dashboard to draw.")] = DASHBOARD,
    rules: Annotated[Path, typer.Option(help="The rules to evaluate.")] = RULES,
    out: Annotated[Path, typer.Option(help="The picture, PNG.")] = OUT,
) -> None:
    """Run a server, load it, and draw what its dashboard shows."""
    seconds = 60 * minutes / len(_SHARES)
    busy_before, *_ = os.getloadavg()
    english, japanese = _texts("en"), _texts("ja")
    with (
        ServerProcess.start({"PIIPROBE_MAX_CHARACTERS": str(_MAX_CHARACTERS)}) as server,
        watching({"piiprobe": server.metrics_target}, rules, interval_s=1) as prometheus,
    ):
        target = server.target
        # The first texts of a server are slow, and their rates would stand at the left edge of every panel.
        (answered,) = run_plans(
            {"kind": "closed", "target": target, "seconds": _CAPACITY_S, "texts": english, "callers": _CALLERS}
        )
        capacity = sum(call.ok for call in answered.calls) / _CAPACITY_S
        typer.echo(f"{capacity:.0f} messages a second with {_CALLERS} callers", err=True)
        # The flood is not shown, nor in the first rates.
        began = time.time() + _WINDOW_S
        for number, share in enumerate(_SHARES):
            texts = english if number < _OTHER_TEXTS_FROM else japanese
            plans = [{**plan, "target": target, "seconds": seconds} for plan in _plans(share * capacity, texts)]
            if number == _BATCHES_IN:
                plans.append({"kind": "closed", "target": target, "seconds": seconds, "callers": 1, "batch": 8, "texts": texts})
            answers = run_plans(*plans)
            calls = [call for each in answers for call in each.calls]
            p99 = percentile([call.ended - call.due for call in calls if call.ok], 0.99)
            typer.echo(f"load {share}: {len(calls)} calls, {sum(call.ok for call in calls)} OK, p99 {p99:.3f} s", err=True)
        quiet, busy, flooded, other = (f"{share:.0%}" for share in _SHARES)
        note = (
            f"A server of the shipped bundle on {usable_cpus()} CPUs, load average {busy_before:.1f} before; invented texts:"
            f" English at {quiet}, {busy} (with a caller of batches) and {flooded} of its capacity of {capacity:.0f} messages/s,"
            f" then Japanese at {other}, for {seconds:.0f} s each. All along: a long document every 5 s, a call with a deadline"
            f" of {_IMPATIENT_S:g} s every second, one too long to be accepted every 2 s."
        )
        draw(View(prometheus, read(dashboard), began, time.time(), _WINDOW_S), out, note)
    typer.echo(out)


def _texts(language: str) -> tuple[str, ...]:
    from probes.training.generate import generate

    return tuple(example.text for example in generate(2000, SEED, (language,)))


def _plans(rate: float, texts: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    yield {"kind": "open", "rate": rate, "texts": texts}
    yield {"kind": "open", "rate": 0.2, "texts": tuple("\n".join(texts[at : at + _LONG]) for at in range(0, len(texts), _LONG))}
    yield {"kind": "open", "rate": 1.0, "texts": texts, "deadline_s": _IMPATIENT_S}
    yield {"kind": "open", "rate": 0.5, "texts": ("x" * (_MAX_CHARACTERS + 1),)}


if __name__ == "__main__":
    typer.run(watch)
