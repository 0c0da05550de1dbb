"""Messages of the contract from what a caller gives; a value that cannot be sent is named by its field and never shown."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from google.protobuf.message import Message

from piiprobe.documents import Document, JsonDocument
from piiprobe.errors import InvalidArgumentError
from piiprobe.options import DetectOptions, OperatingPoint, RedactionPolicy, RedactOptions
from piiprobe.v1 import pii_pb2

_Sent = TypeVar("_Sent", bound=Message)

POINTS: Mapping[OperatingPoint | None, pii_pb2.OperatingPoint.ValueType] = {
    None: pii_pb2.OPERATING_POINT_UNSPECIFIED,
    "recall": pii_pb2.OPERATING_POINT_RECALL,
    "balanced": pii_pb2.OPERATING_POINT_BALANCED,
    "precision": pii_pb2.OPERATING_POINT_PRECISION,
}


def document_message(document: Document | JsonDocument, field: str) -> pii_pb2.Document:
    """Raises `InvalidArgumentError`, naming `field`."""
    if isinstance(document, JsonDocument):
        return _valid(field, lambda: pii_pb2.Document(id=document.id, json=document.json))
    return _valid(field, lambda: pii_pb2.Document(id=document.id, text=document.text))


def chunk_message(document_id: str, text: str, *, last: bool = False) -> pii_pb2.DetectStreamRequest:
    """A part of a text; raises `InvalidArgumentError`."""
    chunk = _valid("chunk", lambda: pii_pb2.TextChunk(id=document_id, text=text, last=last))
    return pii_pb2.DetectStreamRequest(chunk=chunk)


def restore_message(text: str, key: bytes, json: bool) -> pii_pb2.RestoreRequest:
    """Raises `InvalidArgumentError`."""
    return _valid("text", lambda: pii_pb2.RestoreRequest(text=text, key=key, json=json))


def detect_options(options: DetectOptions) -> pii_pb2.DetectOptions:
    """Offsets in code points, and `options`; raises `InvalidArgumentError`, or TypeError for a keyword that is none."""
    _check(options, DetectOptions.__optional_keys__)
    point = options.get("operating_point")
    if point not in POINTS:
        problem = f"is not one of {', '.join(name for name in POINTS if name)}"
        raise InvalidArgumentError(f"options.operating_point {problem}", {"options.operating_point": problem})
    deny = [(term.text, term.entity_type) for term in options.get("deny", ())]
    patterns = [(pattern.name, pattern.regex, pattern.entity_type) for pattern in options.get("patterns", ())]
    return _valid(
        "options",
        lambda: pii_pb2.DetectOptions(
            entity_types=options.get("entity_types", ()),
            top_features=options.get("top_features"),
            offset_encoding=pii_pb2.OFFSET_ENCODING_CODE_POINTS,
            operating_point=POINTS[point],
            without_structure=not options.get("structure", True),
            thresholds=options.get("thresholds", {}),
            allow=options.get("allow", ()),
            deny=[pii_pb2.DenyTerm(text=text, entity_type=kind) for text, kind in deny],
            patterns=[pii_pb2.Pattern(name=name, regex=regex, entity_type=kind) for name, regex, kind in patterns],
        ),
    )


def redact_options(options: RedactOptions) -> pii_pb2.RedactOptions:
    """Raises `InvalidArgumentError`, or TypeError for a keyword that is none."""
    _check(options, RedactOptions.__optional_keys__)
    of_detection: Any = {name: value for name, value in options.items() if name in DetectOptions.__optional_keys__}
    return pii_pb2.RedactOptions(
        detect=detect_options(of_detection),
        policies=[_policy(policy) for policy in options.get("policies", ())],
        key=options.get("key", b""),
        check=options.get("check", False),
    )


def _check(options: DetectOptions, known: Collection[str]) -> None:
    for name, value in options.items():
        if name not in known:
            raise TypeError(f"unexpected keyword argument {name!r}")
        if isinstance(value, str) and name != "operating_point":
            # It would be taken for the texts of its letters.
            raise TypeError(f"{name} is several values, and not one str")


def _policy(policy: RedactionPolicy | str) -> pii_pb2.RedactionPolicy:
    return pii_pb2.RedactionPolicy(name=policy) if isinstance(policy, str) else policy.to_wire()


def _valid(field: str, build: Callable[[], _Sent]) -> _Sent:
    try:
        return build()
    except UnicodeError:
        problem = "holds a lone surrogate, which is not valid Unicode"
    # Raised outside the handler, because the original error holds the whole text.
    raise InvalidArgumentError(f"{field} {problem}", {field: problem})
