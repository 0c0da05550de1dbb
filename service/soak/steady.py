"""Callers that speak the protocol: some patient, some not, some too many at once."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from piiprobe.v1 import pii_pb2
from service.health import PII_SERVICE
from service.soak.caller import CUT, TRANSIENT, Caller

BATCH = 24
_SHORT = ("empty", "word", "line", "unicode")
_FLOOD_CALLS, _FLOOD_EVERY_S = 100, 10.0
_CHECK_EVERY_S = 0.2
_PAUSE_S = 0.1


async def steady(caller: Caller) -> None:
    """One call after the other, each again until it is answered."""
    asked = caller.rng.random
    while not caller.over:
        draw = asked()
        if draw < 0.02:
            await _about(caller)
        elif draw < 0.5:
            await caller.answered(caller.stub.Detect, caller.single(), name="Detect")
        else:
            await caller.answered(caller.stub.BatchDetect, caller.batch(BATCH), name="BatchDetect")


async def fickle(caller: Caller) -> None:
    """Calls that are given up in flight, or whose deadline is hardly possible; what is answered all the same is compared."""
    while not caller.over:
        asked = caller.single() if caller.rng.random() < 0.5 else caller.batch(BATCH)
        name = "Detect" if len(asked.ids) == 1 and isinstance(asked.request, pii_pb2.DetectRequest) else "BatchDetect"
        method = getattr(caller.stub, name)
        patience = caller.rng.uniform(0.001, 0.2)
        if caller.rng.random() < 0.5:
            ended = await caller.call(
                method, asked.request, name=name, deadline_s=patience, allowed=(*TRANSIENT, "DEADLINE_EXCEEDED")
            )
        else:
            call = asyncio.ensure_future(caller.call(method, asked.request, name=name, allowed=TRANSIENT))
            done, _ = await asyncio.wait((call,), timeout=patience)
            if not done:
                call.cancel()
                with suppress(asyncio.CancelledError):
                    await call
                continue
            ended = call.result()
        if ended.code == "OK":
            caller.compare(asked, ended.response, name)
        elif ended.code in TRANSIENT:
            await asyncio.sleep(_PAUSE_S)


async def flood(caller: Caller) -> None:
    """Far more at once than the queue takes, without patience for a second try, and then a while nothing."""

    async def one() -> None:
        asked = caller.single("line")
        ended = await caller.call(caller.stub.Detect, asked.request, name="Detect", allowed=TRANSIENT)
        if ended.code == "OK":
            caller.compare(asked, ended.response, "Detect")

    while not caller.over:
        await asyncio.gather(*(one() for _ in range(_FLOOD_CALLS)))
        await asyncio.sleep(_FLOOD_EVERY_S)


async def watch(caller: Caller) -> None:
    """Health checks, and a watch that is taken up again whenever it ends."""
    stub: Any = health_pb2_grpc.HealthStub(caller.channel)
    watching = asyncio.ensure_future(_watching(caller, stub))
    request = health_pb2.HealthCheckRequest(service=PII_SERVICE)
    while not caller.over:
        await caller.call(stub.Check, request, name="Health.Check", deadline_s=30, allowed=CUT)
        await asyncio.sleep(_CHECK_EVERY_S)
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching


async def _watching(caller: Caller, stub: Any) -> None:
    while True:
        code = "OK"
        try:
            async for _ in stub.Watch(health_pb2.HealthCheckRequest(service=PII_SERVICE)):
                caller.tally.calls["Health.Watch update"] += 1
        except grpc.aio.AioRpcError as error:
            code = error.code().name
        caller.tally.calls[f"Health.Watch {code}"] += 1
        if code not in ("OK", *CUT):
            caller.tally.undocumented.append(f"Health.Watch ended with {code}")
        await asyncio.sleep(_PAUSE_S)


async def _about(caller: Caller) -> None:
    name, request = caller.rng.choice(
        (("GetModelInfo", pii_pb2.GetModelInfoRequest()), ("ListEntityTypes", pii_pb2.ListEntityTypesRequest()))
    )
    ended = await caller.call(getattr(caller.stub, name), request, name=name, allowed=CUT)
    if ended.code != "OK":
        await asyncio.sleep(_PAUSE_S)
        return
    known = ended.response.entity_types
    if not known:
        caller.tally.wrong.append(f"{name} names no entity types")
