"""What is asked in one call and what its answer says, for the clients that make the calls."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import grpc
from google.protobuf.message import Message
from grpc_health.v1 import health_pb2, health_pb2_grpc

from piiprobe import answers, requests
from piiprobe.cutting import Cutter, Place
from piiprobe.documents import Source, document_of
from piiprobe.errors import MismatchError
from piiprobe.options import DetectOptions, RedactOptions
from piiprobe.redacted import Restored
from piiprobe.results import Batch, DocumentFailure, EntityType, ModelInfo, Redaction, Result
from piiprobe.v1 import pii_pb2, pii_pb2_grpc

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Exchange(Generic[T]):
    """A request, whose type says which method takes it, and how its answer is read."""

    request: Message
    read: Callable[[Any], T]


Plan = Generator[Exchange[Any], Any, T]
"""Calls in turn: it yields them and is sent what their answers say, as `read` gives it."""


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """What is asked about many documents; `overhead` is the bytes of a request without any."""

    request: Callable[[Sequence[pii_pb2.Document]], Message]
    read: Callable[[Any, Sequence[Place[T]]], Sequence[T | DocumentFailure]]
    overhead: int

    def exchange(self, places: Sequence[Place[T]]) -> Exchange[Sequence[T | DocumentFailure]]:
        """One request for the documents of `places`."""
        messages = [place.message for place in places if place.message is not None]
        return Exchange(self.request(messages), lambda answer: self.read(answer, places))


def methods(channel: grpc.Channel | grpc.aio.Channel) -> Mapping[type[Message], Any]:
    """The method of `channel` for each type of request."""
    service = pii_pb2_grpc.PiiServiceStub(channel)
    health: Any = health_pb2_grpc.HealthStub(channel)
    return {
        pii_pb2.DetectRequest: service.Detect,
        pii_pb2.BatchDetectRequest: service.BatchDetect,
        pii_pb2.DetectStreamRequest: service.DetectStream,
        pii_pb2.RedactRequest: service.Redact,
        pii_pb2.BatchRedactRequest: service.BatchRedact,
        pii_pb2.RestoreRequest: service.Restore,
        pii_pb2.GetModelInfoRequest: service.GetModelInfo,
        pii_pb2.ListEntityTypesRequest: service.ListEntityTypes,
        health_pb2.HealthCheckRequest: health.Check,
    }


def model_info() -> Exchange[ModelInfo]:
    return Exchange(pii_pb2.GetModelInfoRequest(), answers.model_info)


def entity_types() -> Exchange[tuple[EntityType, ...]]:
    return Exchange(pii_pb2.ListEntityTypesRequest(), answers.entity_types)


def health(service: str) -> Exchange[str]:
    return Exchange(health_pb2.HealthCheckRequest(service=service), answers.health)


def restore(text: str, key: bytes, json: bool) -> Exchange[Restored]:
    return Exchange(requests.restore_message(text, key, json), answers.restored)


def detect(source: Source, options: DetectOptions) -> Exchange[Result]:
    document, asked = document_of(source), requests.detect_options(options)

    def read(answer: pii_pb2.DetectResponse) -> Result:
        reading = answers.Reading(answer, asked)
        if not answer.HasField("result"):
            raise MismatchError("the answer holds no result")
        return reading.result(document, answer.result)

    message = requests.document_message(document, "document")
    return Exchange(pii_pb2.DetectRequest(document=message, options=asked), read)


def redact(source: Source, options: RedactOptions) -> Exchange[Redaction]:
    document, asked = document_of(source), requests.redact_options(options)

    def read(answer: pii_pb2.RedactResponse) -> Redaction:
        reading = answers.Reading(answer, asked.detect)
        if not answer.HasField("redaction"):
            raise MismatchError("the answer holds no rewritten text")
        return reading.redaction(document, answer.redaction, asked)

    message = requests.document_message(document, "document")
    return Exchange(pii_pb2.RedactRequest(document=message, options=asked), read)


def detection(options: DetectOptions) -> Kind[Result]:
    """Detection in many documents."""
    asked = requests.detect_options(options)

    def read(answer: pii_pb2.BatchDetectResponse, places: Sequence[Place[Result]]) -> list[Result | DocumentFailure]:
        reading = answers.Reading(answer, asked)
        return _outcomes(answer.results, places, "findings", lambda place, found: reading.result(place.document, found))

    return Kind(lambda messages: pii_pb2.BatchDetectRequest(documents=messages, options=asked), read, asked.ByteSize() + _FRAMING)


def redaction(options: RedactOptions) -> Kind[Redaction]:
    """Redaction of many documents."""
    asked = requests.redact_options(options)

    def read(answer: pii_pb2.BatchRedactResponse, places: Sequence[Place[Redaction]]) -> list[Redaction | DocumentFailure]:
        reading = answers.Reading(answer, asked.detect)
        return _outcomes(answer.results, places, "redaction", lambda place, each: reading.redaction(place.document, each, asked))

    return Kind(lambda messages: pii_pb2.BatchRedactRequest(documents=messages, options=asked), read, asked.ByteSize() + _FRAMING)


def batch(kind: Kind[T], sources: Iterable[Source], limits: Plan[ModelInfo]) -> Plan[Batch[T]]:
    """An outcome for each source, asked for in as few requests as `limits` allow."""
    documents = [document_of(source) for source in sources]
    if not documents:
        return Batch()
    cutter: Cutter[T] = Cutter.within((yield from limits), kind.overhead)
    places = [cutter.place(index, document) for index, document in enumerate(documents)]
    for request in cutter.cut(places):
        for place, outcome in zip(request, (yield kind.exchange(request)), strict=True):
            place.outcome = outcome
    return Batch(place.settled for place in places)


# Of the options' field in the request.
_FRAMING = 6


def _outcomes(
    results: Sequence[Any], places: Sequence[Place[T]], answered: str, read: Callable[[Place[T], Any], T]
) -> list[T | DocumentFailure]:
    if [result.id for result in results] != [place.document.id for place in places]:
        raise MismatchError("the results are not those of the documents that were sent")
    outcomes: list[T | DocumentFailure] = []
    for result, place in zip(results, places, strict=True):
        outcome = result.WhichOneof("outcome")
        if outcome == answered:
            outcomes.append(read(place, getattr(result, answered)))
        elif outcome == "error":
            outcomes.append(answers.failure(result.id, result.error, place.name))
        else:
            raise MismatchError("a document of the batch has no outcome")
    return outcomes
