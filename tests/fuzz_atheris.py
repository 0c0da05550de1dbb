"""Coverage-guided fuzzing of the way from bytes to an answer: parsing, guard, validation, statuses, offsets. See `make fuzz`.

A program, since atheris has to instrument what it imports: `python tests/fuzz_atheris.py -runs=100000`.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import atheris

with atheris.instrument_imports(include=["service", "fuzzing"]):
    from fakes import FakeDetector
    from fuzzing import CANARY, MAX_CHARACTERS, MAX_DOCUMENTS, METHODS, OK, check_findings, expected

    from service.config import Settings
    from service.health import PII_SERVICE
    from service.interceptors import Guard
    from service.observer import Observer
    from service.servicer import PiiServicer

import grpc

from piiprobe.v1 import pii_pb2, pii_pb2_grpc

# A stream is not one message; `test_fuzz` sends them.
FUZZED = [method for method in METHODS if method.service == PII_SERVICE and not method.request_streaming]
# What peers accept as metadata.
_MOST_METADATA = 8192


class InlineEngine:
    """The fake detector without queue and threads, so that coverage depends on the bytes alone."""

    detector = FakeDetector()

    async def detect(self, texts: Sequence[str], options: Any, *, deadline: float) -> list[Any]:
        return self.detector.detect(
            texts,
            top_features=options.top_features,
            operating_point=options.operating_point,
            structure=options.structure,
            thresholds=options.thresholds,
        )


class Context:
    """Takes the status of one call."""

    code = OK
    said = ""

    def time_remaining(self) -> None:
        return None

    async def abort(self, code: grpc.StatusCode, details: str, trailing_metadata: Sequence[tuple[str, Any]] = ()) -> None:
        self.code, self.said = code, f"{details} {trailing_metadata}"
        assert sum(len(name) + len(value) for name, value in trailing_metadata) < _MOST_METADATA
        raise grpc.aio.AbortError


class Handlers:
    """Stands for the server to which the generated code gives a handler of each method, by its path."""

    def __init__(self, servicer: PiiServicer) -> None:
        self._found: dict[str, Any] = {}
        pii_pb2_grpc.add_PiiServiceServicer_to_server(servicer, self)

    def add_generic_rpc_handlers(self, handlers: object) -> None:
        pass

    def add_registered_method_handlers(self, service: str, handlers: dict[str, Any]) -> None:
        self._found |= {f"/{service}/{name}": handler for name, handler in handlers.items()}

    async def guarded(self, path: str) -> Any:
        async def continuation(details: object) -> Any:
            return self._found[path]

        return await Guard("/").intercept_service(continuation, type("Details", (), {"method": path})())


def main() -> None:
    loop = asyncio.new_event_loop()
    settings = Settings(max_characters=MAX_CHARACTERS, max_documents=MAX_DOCUMENTS)

    async def handlers() -> list[Any]:
        known = Handlers(PiiServicer(InlineEngine(), settings, Observer()))  # type: ignore[arg-type]
        return [await known.guarded(method.path) for method in FUZZED]

    ways = loop.run_until_complete(handlers())

    def one(data: bytes) -> None:
        index, wire = data[0] % len(FUZZED) if data else 0, data[1:]
        method, context = FUZZED[index], Context()
        request = method.read(wire)
        try:
            answer = loop.run_until_complete(ways[index].unary_unary(ways[index].request_deserializer(wire), context))
        except grpc.aio.AbortError:
            answer = None
        assert context.code in expected(method, request), (method.path, context.code)
        assert CANARY not in context.said
        if answer is not None:
            check_findings(request, method.response.FromString(answer.SerializeToString()), fake=True)

    with tempfile.TemporaryDirectory() as folder:
        for index, method in enumerate(FUZZED):
            (Path(folder) / method.name).write_bytes(bytes([index]) + _seed(method.name).SerializeToString())
        atheris.Setup([*sys.argv, folder], one)
        atheris.Fuzz()


def _seed(name: str) -> Any:
    document = pii_pb2.Document(id="1", text=f"𝔵é {CANARY}@example.com")
    options = pii_pb2.DetectOptions(entity_types=["EMAIL"], top_features=3, offset_encoding=2, operating_point=1)
    match name:
        case "Detect":
            return pii_pb2.DetectRequest(document=document, options=options)
        case "BatchDetect":
            return pii_pb2.BatchDetectRequest(documents=[document, pii_pb2.Document(), document], options=options)
        case _:
            return pii_pb2.GetModelInfoRequest()


if __name__ == "__main__":
    main()
