"""Standard health checking, made to drain."""

from __future__ import annotations

import asyncio
from typing import Any

import grpc
from grpc_health.v1 import health, health_pb2

from piiprobe.v1 import pii_pb2

PII_SERVICE: str = pii_pb2.DESCRIPTOR.services_by_name["PiiService"].full_name
_NAMES = ("", PII_SERVICE)


class Health(health.aio.HealthServicer):
    """NOT_SERVING until `set_serving`. `drain` is final, and ends open watches once they have seen it."""

    def __init__(self) -> None:
        super().__init__()
        self._ended = asyncio.Event()
        self._serving = self._draining = False

    async def set_serving(self, serving: bool) -> None:
        """The state of the server and of `piiprobe.v1.PiiService`; without effect once draining."""
        status = health_pb2.HealthCheckResponse.SERVING if serving else health_pb2.HealthCheckResponse.NOT_SERVING
        self._serving = serving
        for name in _NAMES:
            await self.set(name, status)

    @property
    def serving(self) -> bool:
        """Whether it says SERVING."""
        return self._serving and not self._draining

    async def drain(self, delay_s: float) -> None:
        """Reports NOT_SERVING, waits `delay_s` for callers to notice, and ends the watches."""
        self._draining = True
        await self.enter_graceful_shutdown()
        await asyncio.sleep(delay_s)
        self._ended.set()

    async def Watch(self, request: health_pb2.HealthCheckRequest, context: grpc.aio.ServicerContext[Any, Any]) -> None:
        # An open watch would otherwise hold `server.stop` for its whole grace.
        watch = asyncio.ensure_future(super().Watch(request, context))
        ended = asyncio.ensure_future(self._ended.wait())
        try:
            await asyncio.wait((watch, ended), return_when=asyncio.FIRST_COMPLETED)
            # Time for the last status to be written.
            await asyncio.wait((watch,), timeout=0.1)
        finally:
            ended.cancel()
            watch.cancel()
