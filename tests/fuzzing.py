"""What to send to a server that should survive it, what it may answer, and how to send it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import grpc
from fakes import EMAIL, THRESHOLDS
from google.protobuf import message_factory
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import DecodeError, Message
from grpc_health.v1 import health_pb2
from grpc_reflection.v1alpha import reflection_pb2
from hypothesis import strategies as st

from piiprobe.v1 import pii_pb2
from probes.entity import ENTITY_TYPES
from service.config import MAX_TOP_FEATURES
from service.health import PII_SERVICE

CANARY = "canary-e407"
MAX_CHARACTERS = 200
MAX_DOCUMENTS = 4
SETTINGS = {"max_characters": MAX_CHARACTERS, "max_documents": MAX_DOCUMENTS, "reflection": True, "workers": 1}
"""Of the fuzzed server, so that small requests reach the limits."""

WITHIN_S = 10.0
"""A call that takes longer hangs."""

_FILES = (pii_pb2, health_pb2, reflection_pb2)
_WIDTH = {
    pii_pb2.OFFSET_ENCODING_UTF8_BYTES: ("utf-8", 1),
    pii_pb2.OFFSET_ENCODING_UTF16_CODE_UNITS: ("utf-16-le", 2),
    pii_pb2.OFFSET_ENCODING_CODE_POINTS: ("utf-32-le", 4),
}
OK, INVALID, NOT_FOUND, UNIMPLEMENTED = (
    grpc.StatusCode.OK,
    grpc.StatusCode.INVALID_ARGUMENT,
    grpc.StatusCode.NOT_FOUND,
    grpc.StatusCode.UNIMPLEMENTED,
)


@dataclass(frozen=True)
class Method:
    """An RPC, from its descriptor."""

    service: str
    name: str
    request: type[Message]
    response: type[Message]
    request_streaming: bool
    response_streaming: bool

    @property
    def path(self) -> str:
        return f"/{self.service}/{self.name}"

    def read(self, wire: bytes) -> Message | None:
        """The request, or None where the bytes are none."""
        try:
            return self.request.FromString(wire)
        except DecodeError:
            return None


METHODS = [
    Method(
        service.full_name,
        method.name,
        message_factory.GetMessageClass(method.input_type),
        message_factory.GetMessageClass(method.output_type),
        method.client_streaming,
        method.server_streaming,
    )
    for file in _FILES
    for service in file.DESCRIPTOR.services_by_name.values()
    for method in service.methods
]


@dataclass(frozen=True)
class Answer:
    """How a call ended. `said` is all that the status says; `messages` came before it."""

    code: grpc.StatusCode
    said: str
    messages: Sequence[Any]


def call(channel: grpc.Channel, method: Method, wires: Sequence[bytes]) -> Answer:
    """Sends the requests, one where the method takes one, and reads all answers; of a watch, which has no end, the first."""
    ways = {
        (False, False): channel.unary_unary,
        (False, True): channel.unary_stream,
        (True, False): channel.stream_unary,
        (True, True): channel.stream_stream,
    }
    ask = ways[method.request_streaming, method.response_streaming](method.path, None, method.response.FromString)
    messages: list[Any] = []
    try:
        answer = ask(iter(wires) if method.request_streaming else wires[0], timeout=WITHIN_S)
        if not method.response_streaming:
            return Answer(OK, "", [answer])
        for message in answer:
            messages.append(message)
            if method.name == "Watch":
                answer.cancel()
                break
    except grpc.RpcError as error:
        said = f"{error.details()} {error.trailing_metadata()}"
        return Answer(error.code(), said, messages)
    return Answer(OK, "", messages)


# Messages

_INTEGERS = {
    FieldDescriptor.CPPTYPE_INT32: st.integers(-(2**31), 2**31 - 1),
    FieldDescriptor.CPPTYPE_INT64: st.integers(-(2**63), 2**63 - 1),
    FieldDescriptor.CPPTYPE_UINT32: st.one_of(st.integers(0, MAX_TOP_FEATURES + 1), st.integers(0, 2**32 - 1)),
    FieldDescriptor.CPPTYPE_UINT64: st.integers(0, 2**64 - 1),
    FieldDescriptor.CPPTYPE_BOOL: st.booleans(),
    FieldDescriptor.CPPTYPE_FLOAT: st.floats(width=32),
    FieldDescriptor.CPPTYPE_DOUBLE: st.floats(),
}
_NAMES = ("", *ENTITY_TYPES, PII_SERVICE, "piiprobe/v1/pii.proto", f"{PII_SERVICE}.Detect", "piiprobe.v1.Document")
_WORDS = st.one_of(st.sampled_from([CANARY, f"{CANARY}@example.com", "\0", "\r\n", "👨‍👩‍👧"]), st.text(max_size=8))
_TEXTS = st.one_of(
    st.sampled_from(_NAMES),
    st.text(max_size=30),
    st.lists(_WORDS, max_size=12).map(" ".join),
    st.integers(MAX_CHARACTERS - 1, MAX_CHARACTERS + 1).map("𝔵".__mul__),
)


def messages(descriptor: Descriptor) -> st.SearchStrategy[Message]:
    """Any message: every field set or not, strings of any Unicode, numbers up to the extremes, enums beyond their values."""
    fields = {field.name: _values(field) for field in descriptor.fields}
    return st.fixed_dictionaries({}, optional=fields).map(lambda given: message_factory.GetMessageClass(descriptor)(**given))


def _values(field: FieldDescriptor) -> st.SearchStrategy[Any]:
    one: st.SearchStrategy[Any]
    match field.cpp_type:
        case FieldDescriptor.CPPTYPE_MESSAGE:
            one = messages(field.message_type)
        case FieldDescriptor.CPPTYPE_STRING:
            one = _TEXTS if field.type == FieldDescriptor.TYPE_STRING else st.binary(max_size=30)
        case FieldDescriptor.CPPTYPE_ENUM:
            known = st.sampled_from([value.number for value in field.enum_type.values])
            one = st.one_of(known, known, st.integers(-(2**31), 2**31 - 1))
        case number:
            one = _INTEGERS[number]
    if field.is_repeated and field.message_type is not None and field.message_type.GetOptions().map_entry:
        key, value = field.message_type.fields
        return st.dictionaries(_values(key), _values(value), max_size=3)
    return st.lists(one, max_size=MAX_DOCUMENTS + 1) if field.is_repeated else one


def _varint(number: int) -> bytes:
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + _varint(rest) if rest else bytes([low])


def _field(number: int, kind: int, payload: bytes) -> bytes:
    return _varint(number << 3 | kind) + payload


_VARINTS = st.one_of(st.integers(0, 2**64 - 1).map(_varint), st.integers(9, 12).map(lambda n: b"\xff" * n + b"\x01"))
_COUNTED = st.binary(max_size=20).map(lambda data: _varint(len(data)) + data)


def _fields(numbers: st.SearchStrategy[int]) -> st.SearchStrategy[bytes]:
    whole = st.one_of(
        st.builds(partial(_field, kind=0), numbers, payload=st.integers(0, 2**64 - 1).map(_varint)),
        st.builds(partial(_field, kind=1), numbers, payload=st.binary(min_size=8, max_size=8)),
        st.builds(partial(_field, kind=2), numbers, payload=_COUNTED),
        st.builds(partial(_field, kind=5), numbers, payload=st.binary(min_size=4, max_size=4)),
    )
    group = st.builds(lambda number, inside: _field(number, 3, inside) + _field(number, 4, b""), numbers, whole)
    return st.one_of(whole, group)


unknown_fields = st.lists(_fields(st.integers(1000, 2**29 - 1)), max_size=3).map(b"".join)
"""Fields that no message here has."""


def valid(method: Method) -> st.SearchStrategy[bytes]:
    """Requests that can be read, some with fields of a later version."""
    known = messages(method.request.DESCRIPTOR).map(lambda message: message.SerializeToString())
    return st.builds(bytes.__add__, known, unknown_fields)


@st.composite
def mutated(draw: st.DrawFn, method: Method) -> bytes:
    """A valid request, cut, overwritten, doubled or with something put in."""
    wire = bytearray(draw(valid(method)))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(wire)))
        match draw(st.sampled_from(["cut", "overwrite", "double", "insert"])):
            case "cut":
                del wire[at : at + draw(st.integers(1, 9))]
            case "overwrite":
                wire[at : at + 1] = draw(st.binary(min_size=1, max_size=2))
            case "double":
                wire += wire[at:]
            case "insert":
                wire[at:at] = draw(st.binary(min_size=1, max_size=4))
    return bytes(wire)


_SMALL = st.integers(0, 13)
_pieces = st.one_of(
    # Fields of the message, of any wire type.
    _fields(_SMALL),
    st.builds(_field, _SMALL, st.integers(0, 7), st.binary(max_size=6)),
    st.builds(partial(_field, kind=0), _SMALL, payload=_VARINTS),
    # Lengths far over what follows.
    st.builds(partial(_field, kind=2), _SMALL, payload=st.integers(2**7, 2**64 - 1).map(_varint)),
    # Text that is no Unicode.
    st.just(_field(1, 2, b"\x03\x12\x01\xff")),
    st.just(_field(1, 2, b"\x05\x12\x03\xed\xa0\x80")),
    st.binary(max_size=20),
)


def _nested(number: int, depth: int) -> bytes:
    wire = b""
    for _ in range(depth):
        wire = _field(number, 2, _varint(len(wire)) + wire)
    return wire


_DEPTHS = st.sampled_from([2, 99, 101, 1000, 5000])
deep = st.one_of(
    st.builds(_nested, st.integers(1, 3), _DEPTHS),
    st.builds(lambda number, depth: _field(number, 3, b"") * depth, st.integers(1, 2000), _DEPTHS),
    st.builds(lambda number, depth: _field(number, 3, b"") * depth + _field(number, 4, b"") * depth, st.just(1500), _DEPTHS),
)


def corrupt(method: Method) -> st.SearchStrategy[bytes]:
    """Bytes that mostly are no request."""
    return st.one_of(mutated(method), st.lists(_pieces, min_size=1, max_size=5).map(b"".join), deep)


# What is right


def expected(method: Method, request: Any) -> set[grpc.StatusCode]:
    """The codes that the contract allows for a request; None is one that cannot be read."""
    if method.name == "List":
        return {UNIMPLEMENTED, INVALID} if request is None else {UNIMPLEMENTED}
    if request is None:
        return {INVALID}
    match method.path.removeprefix(f"/{PII_SERVICE}/"):
        case "Detect" if _beyond(request.options, [request.document]):
            return {OK, INVALID}
        case "BatchDetect" if _beyond(request.options, request.documents):
            return {OK, INVALID}
        case "Detect":
            return {OK if _options_valid(request.options) and _document_valid(request.document) else INVALID}
        case "BatchDetect":
            # A document that is too long has an error of its own; the others must not be too long together.
            read = sum(len(document.text) for document in request.documents if _document_valid(document))
            small = len(request.documents) <= MAX_DOCUMENTS and read <= MAX_CHARACTERS
            return {OK if _options_valid(request.options) and small else INVALID}
        case "/grpc.health.v1.Health/Check":
            return {OK if request.service in ("", PII_SERVICE) else NOT_FOUND}
        case name if name.startswith("/") or name in ("GetModelInfo", "ListEntityTypes"):
            return {OK}
        case _:
            # A method that this does not know: whatever the contract says of a message that can be read.
            return {OK, INVALID}


def check_findings(request: Any, response: Any, fake: bool) -> None:
    """Every document has its own outcome, with offsets inside its text; the fake's findings are known."""
    if isinstance(request, pii_pb2.DetectRequest) and not _beyond(request.options, [request.document]):
        assert response.id == request.document.id
        _check_document(request.document, response.result, request.options, fake)
    elif isinstance(request, pii_pb2.BatchDetectRequest) and not _beyond(request.options, request.documents):
        assert [result.id for result in response.results] == [document.id for document in request.documents]
        for document, result in zip(request.documents, response.results, strict=True):
            assert result.HasField("findings") == _document_valid(document)
            if result.HasField("findings"):
                _check_document(document, result.findings, request.options, fake)
            else:
                assert result.error.code == INVALID.value[0]


def _check_document(document: Any, found: Any, options: Any, fake: bool) -> None:
    codec, width = _WIDTH[options.offset_encoding or pii_pb2.OFFSET_ENCODING_CODE_POINTS]
    encoded = document.text.encode(codec)
    spans = [(finding.start, finding.end) for finding in found.findings]
    assert all(0 <= start < end <= len(encoded) // width for start, end in spans)
    for start, end in spans:
        # Raises where an offset is inside a character.
        encoded[width * start : width * end].decode(codec)
    if fake:
        assert spans == list(_spans_of_the_fake(document.text, options, codec, width))


def _spans_of_the_fake(text: str, options: Any, codec: str, width: int) -> Iterator[tuple[int, int]]:
    point = pii_pb2.OperatingPoint.Name(options.operating_point).removeprefix("OPERATING_POINT_").lower()
    probability = 0.375 if options.without_structure else 0.75
    wanted = not options.entity_types or "EMAIL" in options.entity_types
    if wanted and probability >= THRESHOLDS.get(point, THRESHOLDS["balanced"]):
        for match in EMAIL.finditer(text):
            start = len(text[: match.start()].encode(codec)) // width
            yield start, start + len(match.group().encode(codec)) // width


def _beyond(options: Any, documents: Iterable[Any]) -> bool:
    """Whether a request asks for what this does not know: terms, patterns and thresholds of its own, JSON."""
    own = options.thresholds or options.allow or options.deny or options.patterns
    return bool(own) or any(document.HasField("json") for document in documents)


def _document_valid(document: Any) -> bool:
    return bool(document.HasField("text")) and len(document.text) <= MAX_CHARACTERS


def _options_valid(options: Any) -> bool:
    return (
        set(options.entity_types) <= set(ENTITY_TYPES)
        and options.top_features <= MAX_TOP_FEATURES
        and options.offset_encoding in pii_pb2.OffsetEncoding.values()
        and options.operating_point in pii_pb2.OperatingPoint.values()
    )
