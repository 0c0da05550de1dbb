"""Callers that do not speak the protocol, or ask for what is not allowed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import grpc

from piiprobe.v1 import pii_pb2
from service.soak.caller import CUT, TOO_LARGE, Caller, Code

_PAUSE_S = 0.1
_SERVICE = "/piiprobe.v1.PiiService/"
_LARGE = 17 * 1024 * 1024
"""Bytes; more than `Settings.max_message_bytes`."""
_TOO_MANY = 257
"""Documents; more than `Settings.max_documents`."""
_LARGE_SHARE = 0.02


async def garbage(caller: Caller) -> None:
    """Messages that are none, methods that are none, options that are none, too much of everything; each has its status."""
    while not caller.over:
        for method, data, code in _refused(caller):
            raw: Any = caller.channel.unary_unary(method)
            ended = await caller.call(raw, data, name="garbage", deadline_s=30, allowed={code, *CUT})
            if ended.code == "OK":
                caller.tally.wrong.append(f"garbage was answered, {code} is due")
            await asyncio.sleep(_PAUSE_S)


async def raw_bytes(caller: Caller) -> None:
    """Connections that speak something else than HTTP/2, or nothing, or break off."""
    host, _, port = caller.target.rpartition(":")
    while not caller.over:
        with suppress(OSError, TimeoutError):
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(caller.rng.choice((b"GET / HTTP/1.1\r\n\r\n", caller.rng.randbytes(4096), b"", _PREFACE, _PREFACE[:9])))
            await writer.drain()
            with suppress(TimeoutError):
                await asyncio.wait_for(reader.read(1024), caller.rng.uniform(0, 2))
            writer.transport.abort()
        caller.tally.calls["connection broken"] += 1
        await asyncio.sleep(_PAUSE_S)


_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(9)


def _refused(caller: Caller) -> Iterator[tuple[str, bytes, Code]]:
    """A method, what is sent to it, and the status that is due."""
    invalid, unknown = grpc.StatusCode.INVALID_ARGUMENT.name, grpc.StatusCode.UNIMPLEMENTED.name
    document = pii_pb2.Document(text="x")
    # Field 1 of length 255, of which nothing follows.
    yield _SERVICE + "Detect", b"\x0a\xff\x01" + caller.rng.randbytes(9), invalid
    yield _SERVICE + "BatchDetect", b"\xff" * 16, invalid
    yield _SERVICE + "Detect", b"\x0a\x04\x12\x02\xc3\x28", invalid
    yield _SERVICE + "Detect", b"", invalid
    for options in (
        pii_pb2.DetectOptions(entity_types=["NO_SUCH_TYPE"]),
        pii_pb2.DetectOptions(top_features=65),
        pii_pb2.DetectOptions(offset_encoding=99),  # type: ignore[arg-type]
        pii_pb2.DetectOptions(operating_point=99),  # type: ignore[arg-type]
    ):
        yield _SERVICE + "Detect", pii_pb2.DetectRequest(document=document, options=options).SerializeToString(), invalid
    yield _SERVICE + "BatchDetect", pii_pb2.BatchDetectRequest(documents=[document] * _TOO_MANY).SerializeToString(), invalid
    yield _SERVICE + "NoSuchMethod", b"", unknown
    yield "/no.such.Service/Method", b"", unknown
    if caller.rng.random() < _LARGE_SHARE:
        yield _SERVICE + "Detect", bytes(_LARGE), TOO_LARGE
