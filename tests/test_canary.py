"""No text, and nothing else that a caller says, is to be found anywhere but in the answer to that caller.

A canary goes through every method and every way to fail; afterwards it is looked for in all that a server leaves behind.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import signal
import sys
from collections.abc import Awaitable, Callable, Collection, Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from canary_server import LEAKS
from fakes import BREAKS, DIES, FORGETS, PUZZLES, SLOW, UNREADABLE
from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from grpc_health.v1 import health_pb2
from grpc_reflection.v1alpha import reflection_pb2
from leaks import ASCII, TEXT, WIDE, forms, found_in
from observed import Observed, core_files_allowed, observed

from piiprobe.v1 import pii_pb2

HERE = Path(__file__).parent
FAKE = (sys.executable, str(HERE / "canary_server.py"))
SERVICE = "/piiprobe.v1.PiiService/"
SMALL = {"workers": 1, "max_documents": 3, "max_characters": 2000, "max_message_bytes": 20_000, "max_queue_documents": 4}
# The longest that a call without a deadline may take.
SHORT = {"default_deadline_s": 1, "drain_grace_s": 3}

METHODS: tuple[MethodDescriptor, ...] = tuple(
    method
    for file in (pii_pb2.DESCRIPTOR, health_pb2.DESCRIPTOR, reflection_pb2.DESCRIPTOR)
    for service in file.services_by_name.values()
    for method in service.methods
)


def filled(descriptor: Descriptor, *, but: Collection[str] = ()) -> Message:
    """A message whose strings are the canary, at every depth, except in the fields `but`."""
    message = GetMessageClass(descriptor)()
    for each in descriptor.fields:
        if each.name in but:
            continue
        value: Any = {FieldDescriptor.TYPE_STRING: TEXT, FieldDescriptor.TYPE_BYTES: TEXT.encode()}.get(each.type)
        if each.type == FieldDescriptor.TYPE_MESSAGE:
            value = filled(each.message_type, but=but)
        if value is None:
            continue
        if each.type == FieldDescriptor.TYPE_MESSAGE and each.message_type.GetOptions().map_entry:
            entries = getattr(message, each.name)
            if isinstance(value.value, Message):
                entries[TEXT].CopyFrom(value.value)
            else:
                entries[TEXT] = value.value
        elif each.is_repeated:
            getattr(message, each.name).append(value)
        elif isinstance(value, Message):
            getattr(message, each.name).CopyFrom(value)
        else:
            setattr(message, each.name, value)
    return message


def detect(text: str, **options: Any) -> pii_pb2.DetectRequest:
    return pii_pb2.DetectRequest(document=pii_pb2.Document(id=TEXT, text=text), options=pii_pb2.DetectOptions(**options))


def batch(*texts: str | None) -> pii_pb2.BatchDetectRequest:
    return pii_pb2.BatchDetectRequest(documents=[pii_pb2.Document(id=TEXT, text=text) for text in texts])


def valid(method: MethodDescriptor) -> list[Message]:
    """What the method answers with OK, filled as far as that can be."""
    if method.name == "DetectStream":
        chunk = pii_pb2.TextChunk(id=TEXT, text=TEXT)
        return [
            pii_pb2.DetectStreamRequest(opening=pii_pb2.StreamOpening()),
            pii_pb2.DetectStreamRequest(document=pii_pb2.Document(id=TEXT, text=TEXT)),
            pii_pb2.DetectStreamRequest(chunk=chunk),
            pii_pb2.DetectStreamRequest(chunk=pii_pb2.TextChunk(id=TEXT, text=TEXT, last=True)),
        ]
    if method.name == "Restore":
        return [pii_pb2.RestoreRequest(text=f"{TEXT} [PERSON:v1:{ASCII}]", key=bytes(32))]
    return [filled(method.input_type, but=("options", "json"))]


def redact(policy: pii_pb2.RedactionPolicy, key: bytes = b"", **options: Any) -> pii_pb2.RedactRequest:
    how = pii_pb2.RedactOptions(policies=[policy], key=key, **options)
    return pii_pb2.RedactRequest(document=pii_pb2.Document(id=TEXT, text=TEXT), options=how)


Act = Callable[[Observed], Awaitable[Any]]


def call(method: str, data: Any, **how: Any) -> Act:
    async def act(server: Observed) -> str:
        return (await server.call(method if method.startswith("/") else SERVICE + method, data, **how)).code

    return act


REFUSED: dict[str, tuple[Act, Any]] = {
    "an unknown entity type": (call("Detect", detect(TEXT, entity_types=[ASCII, WIDE])), "INVALID_ARGUMENT"),
    "too many features": (call("Detect", detect(TEXT, top_features=65)), "INVALID_ARGUMENT"),
    "a threshold of an unknown type": (call("Detect", detect(TEXT, thresholds={TEXT: 0.5})), "INVALID_ARGUMENT"),
    "a type that is no name": (
        call("Detect", detect(TEXT, deny=[pii_pb2.DenyTerm(text=TEXT, entity_type=TEXT)])),
        "INVALID_ARGUMENT",
    ),
    "no expression": (
        call("Detect", detect(TEXT, patterns=[pii_pb2.Pattern(name="x", regex=f"({TEXT}", entity_type="X")])),
        "INVALID_ARGUMENT",
    ),
    "terms of the caller": (
        call(
            "Detect",
            detect(
                f"{ASCII} {TEXT}",
                allow=[TEXT],
                deny=[pii_pb2.DenyTerm(text=ASCII, entity_type="X")],
                patterns=[pii_pb2.Pattern(name="x", regex=ASCII, entity_type="Y")],
            ),
        ),
        "OK",
    ),
    "no JSON": (
        call(
            "Detect",
            pii_pb2.DetectRequest(document=pii_pb2.Document(id=TEXT, json=f'{{"{TEXT}')),
        ),
        "INVALID_ARGUMENT",
    ),
    "an unknown policy": (call("Redact", redact(pii_pb2.RedactionPolicy(name=TEXT))), "INVALID_ARGUMENT"),
    "an operator of an unknown type": (
        call("Redact", redact(pii_pb2.RedactionPolicy(operators={TEXT: pii_pb2.Operator(keep=pii_pb2.Operator.Keep())}))),
        "INVALID_ARGUMENT",
    ),
    "a key of another length": (
        call("Redact", redact(pii_pb2.RedactionPolicy(otherwise=pii_pb2.Operator(hash=pii_pb2.Operator.Hash())), TEXT.encode())),
        "INVALID_ARGUMENT",
    ),
    "a stream without an opening": (
        call("DetectStream", pii_pb2.DetectStreamRequest(document=pii_pb2.Document(id=TEXT, text=TEXT))),
        "INVALID_ARGUMENT",
    ),
    "no text": (call("Detect", pii_pb2.DetectRequest(document=pii_pb2.Document(id=TEXT))), "INVALID_ARGUMENT"),
    "too long": (call("Detect", detect(TEXT * 100)), "INVALID_ARGUMENT"),
    "too many documents": (call("BatchDetect", batch(*[TEXT] * 4)), "INVALID_ARGUMENT"),
    "too large": (call("Detect", detect(TEXT * 1000)), "RESOURCE_EXHAUSTED"),
    "bad UTF-8": (call("Detect", detect(TEXT).SerializeToString().replace(b"7f3a", b"7f\xff\xfe")), "INVALID_ARGUMENT"),
    "bad UTF-8 behind it": (call("Detect", b"\x0a\x15\x12\x13" + ASCII.encode() + b"\xc3\x28"), "INVALID_ARGUMENT"),
    "a message that is cut off": (call("BatchDetect", batch(TEXT, TEXT).SerializeToString()[:-5]), "INVALID_ARGUMENT"),
    "no message at all": (call("Detect", TEXT.encode()), "INVALID_ARGUMENT"),
    "an unknown method": (call(f"{SERVICE}{ASCII}", TEXT.encode()), "UNIMPLEMENTED"),
    "an unknown service": (call(f"/{ASCII}/{ASCII}", TEXT.encode()), "UNIMPLEMENTED"),
    "an unknown service's health": (
        call("/grpc.health.v1.Health/Check", health_pb2.HealthCheckRequest(service=TEXT)),
        "NOT_FOUND",
    ),
    "no token": (call("Detect", detect(TEXT), token=""), "UNAUTHENTICATED"),
    "a wrong token": (call("Detect", detect(TEXT), token=ASCII), "UNAUTHENTICATED"),
    "another scheme": (
        call("Detect", detect(TEXT), token="", metadata=[("authorization", f"Basic {ASCII}")]),
        "UNAUTHENTICATED",
    ),
    "a wrong token and no method": (call(f"{SERVICE}{ASCII}", b"", token=ASCII), "UNAUTHENTICATED"),
    "metadata": (
        call(
            "Detect",
            detect(TEXT),
            metadata=[
                ("x-text", ASCII),
                ("x-text-bin", TEXT.encode()),
                ("traceparent", f"00-{ASCII}"),
                ("tracestate", f"a={ASCII}"),
                ("baggage", f"a={ASCII}"),
                ("grpc-trace-bin", TEXT.encode()),
            ],
        ),
        "OK",
    ),
    "a trace": (
        call(
            "Detect",
            detect(TEXT),
            metadata=[("traceparent", f"00-{'ab' * 16}-{'cd' * 8}-01"), ("tracestate", f"a={ASCII}"), ("baggage", f"a={ASCII}")],
        ),
        "OK",
    ),
}
"""What any server answers so, whatever its detector."""

FAILS: dict[str, tuple[Act, Any]] = {
    **{
        f"the detector on {word}": (call("Detect", detect(f"{word} {TEXT}")), "INTERNAL")
        for word in (BREAKS, FORGETS, PUZZLES, UNREADABLE)
    },
}


async def odd_connections(server: Observed) -> None:
    """Peers that do not speak the protocol, or speak it oddly."""
    for address in (server.target, server.metrics):
        host, _, port = address.rpartition(":")
        for line in (f"GET /{ASCII} HTTP/1.1\r\nX-{ASCII}: {ASCII}\r\n\r\n", TEXT, f"{ASCII}\0\r\n\r\n"):
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(line.encode())
            writer.write_eof()
            with contextlib.suppress(ConnectionError):
                server.keep("raw connection", await asyncio.wait_for(reader.read(), 15))
            writer.close()
    options = [("grpc.primary_user_agent", ASCII), ("grpc.default_authority", ASCII)]
    async with grpc.aio.insecure_channel(server.target, options) as channel:
        usual, server.channel = server.channel, channel
        assert (await server.call(SERVICE + "Detect", detect(TEXT))).code == "OK"
        server.channel = usual
    assert await asyncio.to_thread(server.get, f"/{ASCII}?{ASCII}", {"X-Text": ASCII, "Accept": ASCII}) == 404
    assert await asyncio.to_thread(server.get, f"/metrics?name%5B%5D={ASCII}", {"Accept": ASCII}) == 200


async def through_every_method(server: Observed) -> None:
    for method in METHODS:
        name = f"/{method.containing_service.full_name}/{method.name}"
        streaming = method.server_streaming
        # As a stream of one message, which is the same on the wire, where the method wants a stream.
        everything = await server.call(name, filled(method.input_type), streaming=streaming)
        first, *more = valid(method)
        right = await server.call(name, first, streaming=streaming, more=more)
        assert {everything.code, right.code} <= {"OK", "INVALID_ARGUMENT", "NOT_FOUND", "UNIMPLEMENTED"}, name
        if method.containing_service.full_name == "piiprobe.v1.PiiService":
            assert right.code == "OK", name


async def through_every_failure(server: Observed) -> None:
    for what, (act, code) in (REFUSED | FAILS).items():
        assert await act(server) == code, what
    ended = await server.call(SERVICE + "BatchDetect", batch(f"{BREAKS} {TEXT}", None, TEXT))
    broken, refused, read = pii_pb2.BatchDetectResponse.FromString(ended.response).results
    assert (broken.error.code, refused.error.code, len(read.findings.findings)) == (13, 3, 1)
    server.keep("errors of documents", (str(broken.error) + str(refused.error)).encode())


async def while_the_model_is_busy(server: Observed) -> None:
    """Calls that wait until they are given up, too late or too many."""
    slow = asyncio.ensure_future(server.call(SERVICE + "Detect", detect(f"{SLOW} {TEXT}")))
    await asyncio.sleep(0.3)
    given_up = asyncio.ensure_future(server.call(SERVICE + "Detect", detect(TEXT)))
    late = asyncio.ensure_future(server.call(SERVICE + "Detect", detect(TEXT), timeout=0.5))
    later = asyncio.ensure_future(server.call(SERVICE + "Detect", detect(TEXT), timeout=None))
    more = [asyncio.ensure_future(server.call(SERVICE + "Detect", detect(TEXT))) for _ in range(8)]
    await asyncio.sleep(0.3)
    given_up.cancel()
    assert [(await each).code for each in (late, later)] == ["DEADLINE_EXCEEDED"] * 2
    codes = {(await each).code for each in (slow, *more)}
    assert codes == {"OK", "RESOURCE_EXHAUSTED"}


def assert_told(server: Observed) -> None:
    """That what is searched is really there, so that finding nothing says something."""
    assert f"{SERVICE[1:]}Detect" in server.spans.names
    for where, least in (("stderr", 200), ("HTTP /metrics", 1000), (f"status of {SERVICE}Detect", 100), ("raw connection", 10)):
        assert sum(map(len, server.seen[where])) > least, where
    assert any(b"piiprobe_documents_total" in each for each in server.seen["HTTP /metrics"])


@pytest.mark.parametrize("log_format", ["text", "json"])
async def test_no_text_leaves_a_server_but_in_its_answers(tmp_path: Path, log_format: str) -> None:
    async with observed(FAKE, tmp_path / "server", log_format=log_format, **SMALL, **SHORT) as server:
        await through_every_method(server)
        await through_every_failure(server)
        await odd_connections(server)
        await while_the_model_is_busy(server)
        assert core_files_allowed(server.limits()) == ("0", "0")
        assert server.get("/metrics", {"Accept": "application/openmetrics-text"}) == 200
        assert server.get("/metrics") == 200
        # A crash of the engine, with others in flight.
        crash = asyncio.gather(*(server.call(SERVICE + "Detect", detect(f"{word} {TEXT}")) for word in (DIES, TEXT, TEXT)))
        assert "UNAVAILABLE" in {each.code for each in await crash}
        assert await asyncio.to_thread(server.process.wait, 30) == 1
    assert server.leaks() == {}
    assert_told(server)


async def test_no_text_leaves_a_server_of_the_real_detector(tmp_path: Path, tiny_model_folder: Path, tiny_bundle: Path) -> None:
    command = (sys.executable, "-m", "service.cli", "serve")
    model = {"bundle": tiny_bundle, "base_model": tiny_model_folder, "dtype": "float32"}
    async with observed(command, tmp_path / "server", log_format="json", **model, **SMALL) as server:
        await through_every_method(server)
        for what, (act, code) in REFUSED.items():
            assert await act(server) == code, what
        await odd_connections(server)
        assert core_files_allowed(server.limits()) == ("0", "0")
        assert server.get("/metrics") == 200
        calls = [asyncio.ensure_future(server.call(SERVICE + "Detect", detect(TEXT))) for _ in range(3)]
        await asyncio.sleep(0)
        server.process.send_signal(signal.SIGTERM)
        await asyncio.gather(*calls)
        assert await asyncio.to_thread(server.process.wait, 30) == 0
    assert server.leaks() == {}
    assert_told(server)


async def test_no_text_is_left_by_a_process_that_is_aborted(tmp_path: Path) -> None:
    async with observed(FAKE, tmp_path / "server", **SMALL) as server:
        slow = asyncio.ensure_future(server.call(SERVICE + "Detect", detect(f"{SLOW} {TEXT}")))
        await asyncio.sleep(0.3)
        server.process.send_signal(signal.SIGABRT)
        assert (await slow).code == "UNAVAILABLE"
        assert await asyncio.to_thread(server.process.wait, 30) == -signal.SIGABRT
    assert server.leaks() == {}


@pytest.mark.parametrize("leak", LEAKS)
async def test_a_leak_would_be_found(tmp_path: Path, leak: str) -> None:
    async with observed((*FAKE, leak), tmp_path / "server", **SMALL) as server:
        await through_every_method(server)
        for what in ("an unknown entity type", "metadata"):
            await REFUSED[what][0](server)
        await FAILS[f"the detector on {BREAKS}"][0](server)
        assert server.get("/metrics") == 200
        server.process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(server.process.wait, 30)
    place = {"log": "stderr", "log, encoded": "stderr", "status": "status of", "metrics": "HTTP /metrics"}.get(leak, leak)
    assert any(found.startswith(place) for found in server.leaks()), server.leaks()


def written() -> Iterator[tuple[str, bytes]]:
    for text in (ASCII, WIDE):
        yield from forms(text).items()
    yield "in the midst of base64", base64.b64encode(f"some more {TEXT} behind".encode())
    yield "in capitals", ASCII.upper().encode()
    yield "in a Python literal", ascii({"text": TEXT}).encode()
    yield "in UTF-16", f"text: {TEXT}".encode("utf-16")


@pytest.mark.parametrize("data", [data for _, data in written()], ids=[name for name, _ in written()])
def test_the_search_knows_the_forms(data: bytes) -> None:
    assert list(found_in(b"something before " + data + b" and behind"))
    assert not list(found_in(b"something before and behind"))


def test_every_string_of_a_request_is_filled() -> None:
    request = filled(pii_pb2.BatchDetectRequest.DESCRIPTOR)
    assert str(request).count(ASCII) == 20
    assert not filled(pii_pb2.BatchDetectRequest.DESCRIPTOR, but=["options"]).HasField("options")
