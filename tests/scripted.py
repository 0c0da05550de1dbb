"""A server that answers what a test tells it to, for what the fake detector does not do."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import grpc
from google.protobuf import duration_pb2
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status

from piiprobe.v1 import pii_pb2, pii_pb2_grpc

MODEL = pii_pb2.ModelVersion(name="scripted", version="1", digest="cd" * 32)
READ: dict[str, Any] = {
    "offset_encoding": pii_pb2.OFFSET_ENCODING_CODE_POINTS,
    "model": MODEL,
    "operating_point": pii_pb2.OPERATING_POINT_BALANCED,
}
LIMITS = pii_pb2.Limits(max_documents=4, max_characters=1000, max_message_bytes=4096, max_top_features=64, max_stream_documents=8)


class Refusal:
    """A status that ends a call, with RetryInfo where a delay is given and with BadRequest where a field is."""

    def __init__(self, code: grpc.StatusCode, retry_s: float | None = None, field: str = "") -> None:
        self.status = status_pb2.Status(code=code.value[0], message="refused by the script")
        if retry_s is not None:
            delay = duration_pb2.Duration()
            delay.FromMilliseconds(round(retry_s * 1000))
            self.status.details.add().Pack(error_details_pb2.RetryInfo(retry_delay=delay))
        if field:
            violation = error_details_pb2.BadRequest.FieldViolation(field=field, description="is refused")
            self.status.details.add().Pack(error_details_pb2.BadRequest(field_violations=[violation]))

    async def end(self, context: Any) -> None:
        status: Any = rpc_status.to_status(self.status)
        await context.abort(status.code, status.details, status.trailing_metadata)


class Scripted(pii_pb2_grpc.PiiServiceServicer):
    """Remembers requests in `asked`, and gives the `answers` in turn, the last one for ever.

    An answer is a message, a `Refusal`, or a function that makes a message of the request. A stream is answered by `stream`, a
    function of the requests and the context, behind as many refusals as stand in `answers`.
    """

    target = ""
    limits = LIMITS

    def __init__(self, *answers: Any, stream: Callable[..., AsyncIterator[Message]] | None = None) -> None:
        self.answers = deque(answers)
        self.asked: list[Any] = []
        self._stream = stream
        for method in ("Detect", "BatchDetect", "Redact", "BatchRedact", "Restore", "ListEntityTypes"):
            setattr(self, method, self._answer)

    async def GetModelInfo(self, request: Any, context: Any) -> Message:
        self.asked.append(request)
        return pii_pb2.GetModelInfoResponse(
            model=MODEL, limits=self.limits, default_operating_point=pii_pb2.OPERATING_POINT_BALANCED, entity_types=["EMAIL"]
        )

    async def DetectStream(self, requests: Any, context: Any) -> AsyncIterator[Message]:
        if self.answers:
            self.asked.append("a stream that is refused")
            await self.answers.popleft().end(context)
        assert self._stream is not None
        async for answer in self._stream(requests, context):
            yield answer

    async def _answer(self, request: Any, context: Any) -> Any:
        self.asked.append(request)
        answer = self.answers.popleft() if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Refusal):
            await answer.end(context)
        return answer(request) if callable(answer) else answer


@asynccontextmanager
async def scripted(servicer: Scripted) -> AsyncIterator[Scripted]:
    """Serves it on a free port of the loopback."""
    server = grpc.aio.server()
    servicer.target = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    pii_pb2_grpc.add_PiiServiceServicer_to_server(servicer, server)
    await server.start()
    try:
        yield servicer
    finally:
        await server.stop(None)


def nothing_found(request: pii_pb2.BatchDetectRequest) -> pii_pb2.BatchDetectResponse:
    """The answer to a batch of texts without PII."""
    results = [pii_pb2.DocumentResult(id=document.id, findings=pii_pb2.DocumentFindings()) for document in request.documents]
    return pii_pb2.BatchDetectResponse(results=results, **READ)
