"""What callers saw at one offered load."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from service.bench.figures import percentile
from service.bench.load import Call

MS = 1000.0


@dataclass(frozen=True, slots=True)
class Level:
    """One offered load. Calls a second are counted after a warm-up, until the last arrival.

    Attributes:
        share: of the capacity.
        offered: arrivals a second, as they were drawn.
        throughput: answers of any kind a second.
        goodput: answers within the deadline a second.
        rejected: share of calls that were answered with RESOURCE_EXHAUSTED.
        with_retry: share of these that carried RetryInfo.
        failed: statuses of all others that were not OK, and how many.
        p50_ms, p95_ms, p99_ms: of calls that were answered, from when they were due.
        client_lag_ms: 99th percentile of how late calls were sent; latencies hold it.
        client_cpu: processors that the client took.
        health_max_ms: the slowest health check, from when it was due; NaN where there was none.
        health_lag_ms: how late a check was sent at most; the slowest may hold it.
        health_failed: checks without the answer SERVING.
    """

    share: float
    offered: float
    throughput: float
    goodput: float
    rejected: float
    with_retry: float
    failed: dict[str, int]
    p50_ms: float
    p95_ms: float
    p99_ms: float
    client_lag_ms: float
    client_cpu: float
    health_max_ms: float
    health_lag_ms: float
    health_failed: int


def level(
    share: float, calls: Sequence[Call], health: Sequence[Call], *, warm_up: float, seconds: float, client_cpu: float = 0.0
) -> Level:
    """Sums up the calls that were due from `warm_up` to `seconds`."""
    due = [call for call in calls if warm_up <= call.due < seconds]
    ended = [call for call in calls if warm_up <= call.ended < seconds]
    admitted = [call.ended - call.due for call in due if call.ok]
    refused = [call for call in due if call.code == "RESOURCE_EXHAUSTED"]
    window = seconds - warm_up
    return Level(
        share=share,
        offered=len(due) / window,
        throughput=len(ended) / window,
        goodput=sum(call.ok for call in ended) / window,
        rejected=len(refused) / len(due) if due else 0.0,
        with_retry=sum(call.retry_s is not None for call in refused) / len(refused) if refused else 0.0,
        failed=dict(Counter(call.code for call in due if not call.ok and call.code != "RESOURCE_EXHAUSTED")),
        p50_ms=MS * percentile(admitted, 0.50),
        p95_ms=MS * percentile(admitted, 0.95),
        p99_ms=MS * percentile(admitted, 0.99),
        client_lag_ms=MS * percentile([call.sent - call.due for call in due], 0.99),
        client_cpu=client_cpu,
        health_max_ms=MS * percentile([call.ended - call.due for call in health], 1.0),
        health_lag_ms=MS * percentile([call.sent - call.due for call in health], 1.0),
        health_failed=sum(not call.ok for call in health),
    )


def closed_rate(calls: Sequence[Call], warm_up: float, seconds: float, unit: Literal["documents", "tokens"]) -> float:
    """Documents or tokens a second of a closed loop, between the first and the last answer from `warm_up` to `seconds`, so that
    large batches are not cut at the edges; NaN where there are not two."""
    ended = sorted((call for call in calls if call.ok and warm_up <= call.ended < seconds), key=lambda call: call.ended)
    if len(ended) < 2:
        return math.nan
    return sum(float(getattr(call, unit)) for call in ended[1:]) / (ended[-1].ended - ended[0].ended)
