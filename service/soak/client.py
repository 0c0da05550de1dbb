"""A client of the soak, a program of its own so that it can be killed.

`python -m service.soak.client` reads a `Plan` as JSON from standard input and writes a line of `Tally` each second to standard
output. The last one is written when every call has ended.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import grpc

from service.bench.load import OPTIONS
from service.soak import hostile, steady
from service.soak.answers import Cases
from service.soak.caller import Caller
from service.soak.tally import Tally

ROLES: Mapping[str, Callable[[Caller], Coroutine[Any, Any, None]]] = {
    "steady": steady.steady,
    "fickle": steady.fickle,
    "flood": steady.flood,
    "watch": steady.watch,
    "garbage": hostile.garbage,
    "bytes": hostile.raw_bytes,
}
"""One loop each, until the time is over; in a channel of its own."""

_TELL_S = 0.25
_PATIENCE_S = 180.0


@dataclass(frozen=True, slots=True)
class Plan:
    """`roles`: how many loops of each of `ROLES`; `cases`: file of `Cases`; `seconds`: after which no call is begun;
    `deadline_s`: of patient calls."""

    target: str
    cases: str
    roles: Mapping[str, int]
    seconds: float
    seed: int
    deadline_s: float = 120.0

    def as_json(self) -> str:
        """What `main` reads."""
        return json.dumps(asdict(self))


async def play(plan: Plan, tell: Callable[[str], None]) -> None:
    """Carries the plan out; `tell` gets the lines."""
    cases = Cases.load(Path(plan.cases))
    tally = Tally()
    until = time.monotonic() + plan.seconds
    async with AsyncExitStack() as stack:
        tasks: list[asyncio.Task[None]] = []
        for number, role in enumerate(role for role, count in plan.roles.items() for _ in range(count)):
            channel = await stack.enter_async_context(grpc.aio.insecure_channel(plan.target, _OPTIONS))
            caller = Caller(plan.target, channel, cases, tally, until, plan.deadline_s, seed=1000 * plan.seed + number)
            tasks.append(asyncio.create_task(ROLES[role](caller)))
        everything = asyncio.gather(*tasks)
        while not everything.done() and time.monotonic() < until + _PATIENCE_S:
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(everything), _TELL_S)
            tell(tally.taken())
        if not everything.done():
            everything.cancel()
            tally.lost.append(f"loops that did not end within {_PATIENCE_S:g} s")
            tell(tally.taken())
        else:
            everything.result()


_OPTIONS = [
    *OPTIONS,
    # A restarted server should be found soon.
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1000),
]


def main() -> None:
    """The program."""
    plan = Plan(**json.load(sys.stdin))
    asyncio.run(play(plan, lambda line: print(line, flush=True)))  # noqa: T201


if __name__ == "__main__":
    main()
