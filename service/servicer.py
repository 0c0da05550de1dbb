"""The methods of `piiprobe.v1.PiiService`; what they raise, `interceptors.Guard` turns into a status."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from typing import Any

import grpc

from piiprobe.v1 import pii_pb2, pii_pb2_grpc
from probes.finding import Detection
from service.chunks import HELD_BACK
from service.config import MAX_TOP_FEATURES, Settings, server_version
from service.contents import Content, contents_of
from service.detector import Detector
from service.engine import Engine
from service.entity_types import DESCRIPTIONS
from service.errors import DetectorFailedError
from service.findings import built, document_findings
from service.observer import Observer
from service.status import document_error
from service.stream import Stream, opening_of
from service.validation import POINT_ON_THE_WIRE, InvalidRequestError, Options, Violation, options_of

Context = grpc.aio.ServicerContext[Any, Any]


class PiiServicer(pii_pb2_grpc.PiiServiceServicer):
    """Validates, asks the engine, and puts the answer into messages."""

    def __init__(self, engine: Engine, settings: Settings, observer: Observer) -> None:
        self._engine = engine
        self._observer = observer
        self._settings = settings
        self._draining = asyncio.Event()

    def drain(self) -> None:
        """Makes streams take no more, and end when what they have taken is answered."""
        self._draining.set()

    async def Detect(self, request: pii_pb2.DetectRequest, context: Context) -> pii_pb2.DetectResponse:
        detector = self._engine.detector
        options = await self._options_of(request.options, detector)
        (content,) = await contents_of([request.document], ["document"], self._settings.max_characters)
        if isinstance(content, Violation):
            raise InvalidRequestError(content)
        (outcome,) = await self._detect([content.text], options, context)
        if isinstance(outcome, DetectorFailedError):
            raise outcome
        return pii_pb2.DetectResponse(
            id=request.document.id,
            result=await built(lambda: document_findings(content, outcome, options), [content], [outcome], options),
            offset_encoding=options.offset_encoding,
            model=_model(detector),
            operating_point=POINT_ON_THE_WIRE[options.operating_point],
        )

    async def BatchDetect(self, request: pii_pb2.BatchDetectRequest, context: Context) -> pii_pb2.BatchDetectResponse:
        detector = self._engine.detector
        options = await self._options_of(request.options, detector)
        if len(request.documents) > self._settings.max_documents:
            raise InvalidRequestError(Violation("documents", f"holds more than {self._settings.max_documents} documents"))
        fields = [f"documents[{index}]" for index in range(len(request.documents))]
        contents = await contents_of(request.documents, fields, self._settings.max_characters)
        valid = [content for content in contents if isinstance(content, Content)]
        self._observer.documents_invalid(len(contents) - len(valid))
        read = await self._detect([content.text for content in valid], options, context) if valid else []
        outcomes = iter(zip(valid, read, strict=True))
        answers = [content if isinstance(content, Violation) else next(outcomes) for content in contents]
        return pii_pb2.BatchDetectResponse(
            results=await built(
                lambda: [
                    _result(document.id, answer, options) for document, answer in zip(request.documents, answers, strict=True)
                ],
                valid,
                [outcome for outcome in read if isinstance(outcome, Detection)],
                options,
            ),
            offset_encoding=options.offset_encoding,
            model=_model(detector),
            operating_point=POINT_ON_THE_WIRE[options.operating_point],
        )

    async def DetectStream(
        self, requests: AsyncIterator[pii_pb2.DetectStreamRequest], context: Context
    ) -> AsyncGenerator[pii_pb2.DetectStreamResponse, None]:
        detector = self._engine.detector
        opening = await opening_of(requests)
        options = await self._options_of(opening.options, detector, "opening.options")
        yield pii_pb2.DetectStreamResponse(
            opened=pii_pb2.StreamOpened(
                offset_encoding=options.offset_encoding,
                model=_model(detector),
                operating_point=POINT_ON_THE_WIRE[options.operating_point],
                max_held_back_characters=HELD_BACK,
            )
        )
        remaining: float | None = context.time_remaining()
        ends_at = math.inf if remaining is None else time.monotonic() + remaining
        stream = Stream(self._engine, self._settings, self._observer, options, ordered=opening.ordered, ends_at=ends_at)
        async with aclosing(stream.answers(requests, self._draining)) as answers:
            async for answer in answers:
                yield answer

    async def GetModelInfo(self, request: pii_pb2.GetModelInfoRequest, context: Context) -> pii_pb2.GetModelInfoResponse:
        detector = self._engine.detector
        manifest = detector.manifest
        return pii_pb2.GetModelInfoResponse(
            model=_model(detector),
            base_model=manifest.base_model,
            layer=manifest.layer,
            d_model=manifest.d_model,
            d_sae=manifest.d_sae,
            features_read=len(manifest.feature_ids),
            entity_types=manifest.entity_types,
            limits=pii_pb2.Limits(
                max_documents=self._settings.max_documents,
                max_characters=self._settings.max_characters,
                max_message_bytes=self._settings.max_message_bytes,
                max_top_features=MAX_TOP_FEATURES,
                max_stream_documents=self._settings.max_stream_documents,
            ),
            server_version=server_version(),
            operating_points=[
                pii_pb2.OperatingPointInfo(operating_point=point, thresholds=manifest.operating_points[name].thresholds)
                for name, point in POINT_ON_THE_WIRE.items()
            ],
            default_operating_point=POINT_ON_THE_WIRE[self._settings.operating_point],
        )

    async def ListEntityTypes(self, request: pii_pb2.ListEntityTypesRequest, context: Context) -> pii_pb2.ListEntityTypesResponse:
        detector = self._engine.detector
        return pii_pb2.ListEntityTypesResponse(
            entity_types=[
                pii_pb2.EntityType(name=name, description=DESCRIPTIONS.get(name, "")) for name in detector.manifest.entity_types
            ]
        )

    async def _options_of(self, options: pii_pb2.DetectOptions, detector: Detector, field: str = "options") -> Options:
        arguments = (options, detector.manifest.entity_types, self._settings.operating_point, field)
        # Terms and patterns are made into automata.
        much = options.allow or options.deny or options.patterns
        return await asyncio.to_thread(options_of, *arguments) if much else options_of(*arguments)

    async def _detect(self, texts: Sequence[str], options: Options, context: Context) -> list[Detection | DetectorFailedError]:
        remaining: float | None = context.time_remaining()
        timeout = min(self._settings.default_deadline_s if remaining is None else remaining, self._settings.max_deadline_s)
        # A caller's own deadline cancels this task by itself.
        async with asyncio.timeout(None if timeout == remaining else timeout):
            return await self._engine.detect(texts, options, deadline=time.monotonic() + timeout)


def _result(
    identity: str, answer: Violation | tuple[Content, Detection | DetectorFailedError], options: Options
) -> pii_pb2.DocumentResult:
    if isinstance(answer, Violation):
        return pii_pb2.DocumentResult(id=identity, error=document_error(answer))
    content, outcome = answer
    if isinstance(outcome, DetectorFailedError):
        return pii_pb2.DocumentResult(id=identity, error=document_error(outcome))
    return pii_pb2.DocumentResult(id=identity, findings=document_findings(content, outcome, options))


def _model(detector: Detector) -> pii_pb2.ModelVersion:
    manifest = detector.manifest
    return pii_pb2.ModelVersion(name=manifest.name, version=manifest.version, digest=detector.digest)
