"""The load, a program of its own so that it shares no interpreter lock with what it measures.

`python -m service.bench.load` reads a `Plan` as JSON from standard input and writes its `Answered` to standard output.

k6 can send gRPC at a fixed rate too, and was not taken: the only package that carries it here is a third party's upload of a
binary; its arrivals are evenly spaced, while those of independent callers are Poisson; and it tells no refusal with RetryInfo
from one without. An answer's time runs from when it was due to be sent, not from when it was sent: a client that falls behind, or
that waits for answers before it sends more, would hide just the delays that matter (coordinated omission).
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from itertools import cycle
from typing import Any, Literal, NamedTuple

import grpc
from google.rpc import error_details_pb2, status_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc

from piiprobe.v1 import pii_pb2, pii_pb2_grpc
from service.health import PII_SERVICE

_CONNECTIONS = 4
OPTIONS = [
    ("grpc.max_receive_message_length", -1),
    ("grpc.max_send_message_length", -1),
    # Otherwise channels of one target share a connection.
    ("grpc.use_local_subchannel_pool", 1),
]
_DETAILS = "grpc-status-details-bin"
_RETRY_S = 0.1
"""How long a caller of a closed loop waits after a refusal that names no time."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to send.

    Attributes:
        kind: `open`: a text a call, at times that do not depend on answers. `closed`: each of `callers` sends when it has its
            answer. `health`: a health check every `1 / rate` seconds.
        begin: Unix time of the first second, so that several programs begin together.
        seconds: how long calls are sent; all answers are waited for.
        rate: calls a second.
        batch: texts a call of `closed`: 1 is Detect, more is BatchDetect.
        deadline_s: of every call, from when it is sent.
        seed: of the arrivals.
    """

    kind: Literal["open", "closed", "health"]
    target: str
    begin: float
    seconds: float
    texts: tuple[str, ...] = ()
    rate: float = 0.0
    callers: int = 1
    batch: int = 1
    deadline_s: float = 10.0
    seed: int = 0


class Call(NamedTuple):
    """One call. Times are seconds after the plan's begin.

    `due`: when it was to be sent; `sent`, `ended`: when it was and when its answer was there; `code`: name of the gRPC status;
    `documents`, `tokens`: those of an answer; `retry_s`: the delay of its RetryInfo, or None.
    """

    due: float
    sent: float
    ended: float
    code: str
    documents: int = 0
    tokens: int = 0
    retry_s: float | None = None

    @property
    def ok(self) -> bool:
        return self.code == grpc.StatusCode.OK.name


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of every call; `cpu_s`: processor time that the program took for them."""

    calls: tuple[Call, ...]
    cpu_s: float


def arrivals(rate: float, seconds: float, seed: int) -> list[float]:
    """Times of a Poisson process of `rate` a second, ascending, below `seconds`."""
    rng = random.Random(seed)
    times: list[float] = []
    at = rng.expovariate(rate)
    while at < seconds:
        times.append(at)
        at += rng.expovariate(rate)
    return times


async def drive(plan: Plan) -> Answered:
    """Carries the plan out."""
    async with AsyncExitStack() as stack:
        channels = [await stack.enter_async_context(grpc.aio.insecure_channel(plan.target, OPTIONS)) for _ in range(_CONNECTIONS)]
        for channel in channels:
            # A connection takes its time, which is not the server's.
            await asyncio.wait_for(channel.channel_ready(), 30)
        await asyncio.sleep(max(0.0, plan.begin - time.time()))
        driver = _Driver(plan, channels)
        cpu = time.process_time()
        calls = await {"open": driver.open, "closed": driver.closed, "health": driver.health}[plan.kind]()
        return Answered(tuple(calls), time.process_time() - cpu)


class _Driver:
    def __init__(self, plan: Plan, channels: Sequence[grpc.aio.Channel]) -> None:
        self._plan = plan
        stubs = [pii_pb2_grpc.PiiServiceStub(channel) for channel in channels]
        self._detect = cycle([stub.Detect for stub in stubs])
        self._batch_detect = cycle([stub.BatchDetect for stub in stubs])
        health: Any = health_pb2_grpc.HealthStub(channels[0])
        self._check = health.Check
        documents = [pii_pb2.Document(text=text) for text in plan.texts]
        groups = [documents[at : at + plan.batch] for at in range(0, len(documents), plan.batch)]
        self._singles = cycle([pii_pb2.DetectRequest(document=document) for document in documents])
        self._batches = cycle([pii_pb2.BatchDetectRequest(documents=group) for group in groups])
        self._began = time.perf_counter()

    async def open(self) -> list[Call]:
        due = arrivals(self._plan.rate, self._plan.seconds, self._plan.seed)
        return await self._at(due, lambda each: self._call(next(self._detect), next(self._singles), each))

    async def health(self) -> list[Call]:
        due = [n / self._plan.rate for n in range(int(self._plan.seconds * self._plan.rate))]
        request = health_pb2.HealthCheckRequest(service=PII_SERVICE)
        return await self._at(due, lambda each: self._call(self._check, request, each))

    async def closed(self) -> list[Call]:
        calls: list[Call] = []

        async def caller() -> None:
            while (now := self._now()) < self._plan.seconds:
                single = self._plan.batch == 1
                method, request = (self._detect, self._singles) if single else (self._batch_detect, self._batches)
                calls.append(await self._call(next(method), next(request), now))
                if not calls[-1].ok:
                    await asyncio.sleep(calls[-1].retry_s or _RETRY_S)

        await asyncio.gather(*(caller() for _ in range(self._plan.callers)))
        return calls

    async def _at(self, due: Sequence[float], call: Any) -> list[Call]:
        tasks = []
        for each in due:
            # Also where it is late: answers have to be read in between.
            await asyncio.sleep(max(0.0, each - self._now()))
            tasks.append(asyncio.create_task(call(each)))
        return list(await asyncio.gather(*tasks))

    async def _call(self, method: Any, request: Any, due: float) -> Call:
        sent = self._now()
        try:
            response = await method(request, timeout=self._plan.deadline_s)
        except grpc.aio.AioRpcError as error:
            return Call(due, sent, self._now(), error.code().name, retry_s=retry_s(error.trailing_metadata()))
        ended = self._now()
        if isinstance(response, health_pb2.HealthCheckResponse):
            serving = response.status == health_pb2.HealthCheckResponse.SERVING
            return Call(due, sent, ended, "OK" if serving else "NOT_SERVING")
        if isinstance(response, pii_pb2.DetectResponse):
            return Call(due, sent, ended, "OK", 1, response.result.tokens_processed)
        found = [result.findings for result in response.results if result.HasField("findings")]
        code = "OK" if len(found) == len(response.results) else "DOCUMENT_FAILED"
        return Call(due, sent, ended, code, len(found), sum(each.tokens_processed for each in found))

    def _now(self) -> float:
        return time.perf_counter() - self._began


def retry_s(metadata: Any) -> float | None:
    """The delay of the RetryInfo in a status's trailing metadata."""
    for key, value in metadata or ():
        if key == _DETAILS:
            for detail in status_pb2.Status.FromString(value).details:
                info = error_details_pb2.RetryInfo()
                if detail.Unpack(info):
                    return float(info.retry_delay.seconds + info.retry_delay.nanos / 1e9)
    return None


def main() -> None:
    """The program."""
    given = json.load(sys.stdin)
    answered = asyncio.run(drive(Plan(**{**given, "texts": tuple(given["texts"])})))
    json.dump({"calls": answered.calls, "cpu_s": answered.cpu_s}, sys.stdout)


def to_json(plan: Plan) -> str:
    """What `main` reads."""
    return json.dumps(asdict(plan))


def from_json(text: str) -> Answered:
    """What `main` wrote."""
    values = json.loads(text)
    return Answered(tuple(Call(*call) for call in values["calls"]), values["cpu_s"])


if __name__ == "__main__":
    main()
