"""Everything that a run measured; parts that were not asked for are None."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from typing import Any

from service.bench.figures import Spread
from service.bench.paper import Paper
from service.bench.served import Served
from service.bench.speed import Speed


@dataclass(frozen=True, slots=True)
class Machine:
    """What it ran on, and how it was divided. `source`: where the texts are from."""

    cpu: str
    cores: int
    workers: int
    threads: int
    batch_tokens: int
    dtype: str
    torch: str
    bundle: str
    layers: int
    source: str


@dataclass(frozen=True, slots=True)
class Results:
    """`ready_s`: from a server's exec to SERVING; `quick`: too short to be quoted."""

    command: str
    quick: bool
    minutes: float
    machine: Machine
    speed: Speed | None = None
    served: Served | None = None
    ready_s: Spread | None = None
    paper: Paper | None = None

    def as_json(self) -> str:
        return json.dumps(_finite(asdict(self)), indent=2, ensure_ascii=False, allow_nan=False, default=str)


def _finite(value: Any) -> Any:
    """The same with null for what is no number, which JSON cannot say."""
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
