"""The methods of `piiprobe.v1.PiiService`; what they raise, `interceptors.Guard` turns into a status."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import grpc

from piiprobe.v1 import pii_pb2, pii_pb2_grpc
from probes.finding import Detection
from service.config import MAX_TOP_FEATURES, Settings, server_version
from service.detector import Detector
from service.engine import Engine
from service.entity_types import DESCRIPTIONS
from service.errors import DetectorFailedError
from service.findings import document_findings
from service.observer import Observer
from service.status import document_error
from service.validation import POINT_ON_THE_WIRE, InvalidRequestError, Options, Violation, options_of, violation_of

Context = grpc.aio.ServicerContext[Any, Any]

_Message = TypeVar("_Message")

# Findings that are put into messages on the event loop, in a few milliseconds. More are a thread's work, lest health checks wait.
_FEW_FINDINGS = 100


class PiiServicer(pii_pb2_grpc.PiiServiceServicer):
    """Validates, asks the engine, and puts the answer into messages."""

    def __init__(self, engine: Engine, settings: Settings, observer: Observer) -> None:
        self._engine = engine
        self._observer = observer
        self._settings = settings

    async def Detect(self, request: pii_pb2.DetectRequest, context: Context) -> pii_pb2.DetectResponse:
        detector = self._engine.detector
        options = self._options_of(request.options, detector)
        violation = violation_of(request.document, "document", self._settings.max_characters)
        if violation:
            raise InvalidRequestError(violation)
        text = request.document.text
        (outcome,) = await self._detect([text], options, context)
        if isinstance(outcome, DetectorFailedError):
            raise outcome
        return pii_pb2.DetectResponse(
            id=request.document.id,
            result=await _built(lambda: document_findings(text, outcome, options), [outcome]),
            offset_encoding=options.offset_encoding,
            model=_model(detector),
            operating_point=POINT_ON_THE_WIRE[options.operating_point],
        )

    async def BatchDetect(self, request: pii_pb2.BatchDetectRequest, context: Context) -> pii_pb2.BatchDetectResponse:
        detector = self._engine.detector
        options = self._options_of(request.options, detector)
        if len(request.documents) > self._settings.max_documents:
            raise InvalidRequestError(Violation("documents", f"holds more than {self._settings.max_documents} documents"))
        violations = [
            violation_of(document, f"documents[{index}]", self._settings.max_characters)
            for index, document in enumerate(request.documents)
        ]
        self._observer.documents_invalid(sum(violation is not None for violation in violations))
        texts = [document.text for document, violation in zip(request.documents, violations, strict=True) if violation is None]
        if sum(map(len, texts)) > self._settings.max_characters:
            together = f"hold more than {self._settings.max_characters} code points together; nothing of them was read"
            raise InvalidRequestError(Violation("documents", together))
        read = await self._detect(texts, options, context) if texts else []
        outcomes = iter(read)
        answers = [violation or next(outcomes) for violation in violations]
        return pii_pb2.BatchDetectResponse(
            results=await _built(
                lambda: [
                    pii_pb2.DocumentResult(id=document.id, findings=document_findings(document.text, answer, options))
                    if isinstance(answer, Detection)
                    else pii_pb2.DocumentResult(id=document.id, error=document_error(answer))
                    for document, answer in zip(request.documents, answers, strict=True)
                ],
                read,
            ),
            offset_encoding=options.offset_encoding,
            model=_model(detector),
            operating_point=POINT_ON_THE_WIRE[options.operating_point],
        )

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

    def _options_of(self, options: pii_pb2.DetectOptions, detector: Detector) -> Options:
        return options_of(options, detector.manifest.entity_types, self._settings.operating_point)

    async def _detect(self, texts: Sequence[str], options: Options, context: Context) -> list[Detection | DetectorFailedError]:
        remaining: float | None = context.time_remaining()
        timeout = min(self._settings.default_deadline_s if remaining is None else remaining, self._settings.max_deadline_s)
        # A caller's own deadline cancels this task by itself.
        async with asyncio.timeout(None if timeout == remaining else timeout):
            return await self._engine.detect(texts, options, deadline=time.monotonic() + timeout)


async def _built(build: Callable[[], _Message], outcomes: Sequence[Detection | DetectorFailedError]) -> _Message:
    findings = sum(len(outcome.findings) for outcome in outcomes if isinstance(outcome, Detection))
    return build() if findings <= _FEW_FINDINGS else await asyncio.to_thread(build)


def _model(detector: Detector) -> pii_pb2.ModelVersion:
    manifest = detector.manifest
    return pii_pb2.ModelVersion(name=manifest.name, version=manifest.version, digest=detector.digest)
