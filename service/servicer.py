"""The methods of `piiprobe.v1.PiiService`; what they raise, `interceptors.Guard` turns into a status."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from typing import Any

import grpc

from piiprobe.redaction import Redactor
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
from service.redaction import Draft, Redactions, draft, redaction_message
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
        self._redactions = Redactions(settings.policies, settings.redaction_key_file, restores=settings.restores)
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
        contents = await self._contents(request.documents)
        valid = [content for content in contents if isinstance(content, Content)]
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

    async def Redact(self, request: pii_pb2.RedactRequest, context: Context) -> pii_pb2.RedactResponse:
        detector = self._engine.detector
        options = await self._options_of(request.options.detect, detector, "options.detect")
        redactors = self._redactions.redactors(request.options, detector.manifest.entity_types)
        (content,) = await contents_of([request.document], ["document"], self._settings.max_characters)
        if isinstance(content, Violation):
            raise InvalidRequestError(content)
        (outcome,) = await self._redact([content], options, redactors, request.options.check, context)
        if isinstance(outcome, DetectorFailedError):
            raise outcome
        return pii_pb2.RedactResponse(
            id=request.document.id,
            redaction=outcome,
            offset_encoding=options.offset_encoding,
            model=_model(detector),
            operating_point=POINT_ON_THE_WIRE[options.operating_point],
        )

    async def BatchRedact(self, request: pii_pb2.BatchRedactRequest, context: Context) -> pii_pb2.BatchRedactResponse:
        detector = self._engine.detector
        options = await self._options_of(request.options.detect, detector, "options.detect")
        redactors = self._redactions.redactors(request.options, detector.manifest.entity_types)
        contents = await self._contents(request.documents)
        valid = [content for content in contents if isinstance(content, Content)]
        outcomes = iter(await self._redact(valid, options, redactors, request.options.check, context) if valid else [])
        answers = [content if isinstance(content, Violation) else next(outcomes) for content in contents]
        return pii_pb2.BatchRedactResponse(
            results=[
                pii_pb2.RedactionResult(id=document.id, redaction=answer)
                if isinstance(answer, pii_pb2.Redaction)
                else pii_pb2.RedactionResult(id=document.id, error=document_error(answer))
                for document, answer in zip(request.documents, answers, strict=True)
            ],
            offset_encoding=options.offset_encoding,
            model=_model(detector),
            operating_point=POINT_ON_THE_WIRE[options.operating_point],
        )

    async def Restore(self, request: pii_pb2.RestoreRequest, context: Context) -> pii_pb2.RestoreResponse:
        return await asyncio.to_thread(self._redactions.restored, request)

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

    async def _contents(self, documents: Sequence[pii_pb2.Document]) -> list[Content | Violation]:
        """The documents of a batch; raises `InvalidRequestError` where they are too many or too long together."""
        if len(documents) > self._settings.max_documents:
            raise InvalidRequestError(Violation("documents", f"holds more than {self._settings.max_documents} documents"))
        fields = [f"documents[{index}]" for index in range(len(documents))]
        contents = await contents_of(documents, fields, self._settings.max_characters)
        valid = [content for content in contents if isinstance(content, Content)]
        self._observer.documents_invalid(len(contents) - len(valid))
        if sum(len(content.text) for content in valid) > self._settings.max_characters:
            together = f"hold more than {self._settings.max_characters} code points together; nothing of them was read"
            raise InvalidRequestError(Violation("documents", together))
        return contents

    async def _redact(
        self, contents: Sequence[Content], options: Options, redactors: Sequence[Redactor], check: bool, context: Context
    ) -> list[pii_pb2.Redaction | DetectorFailedError]:
        """What becomes of each document; where one of its rewritten texts cannot be checked, the whole of it has failed."""
        # Of both readings together.
        _, ending = self._time(context)
        async with ending:
            read = await self._detect([content.text for content in contents], options, context)
            drafts = await asyncio.to_thread(
                lambda: [
                    draft(content, outcome, options, redactors) if isinstance(outcome, Detection) else outcome
                    for content, outcome in zip(contents, read, strict=True)
                ]
            )
            checks: list[list[tuple[Content, Detection | DetectorFailedError]]] = []
            if check:
                again = await asyncio.to_thread(lambda: [each.read_again() if isinstance(each, Draft) else [] for each in drafts])
                texts = [content.text for each in again for content in each]
                checked = iter(await self._detect(texts, options, context) if texts else [])
                checks = [[(content, next(checked)) for content in each] for each in again]

            def messages() -> list[pii_pb2.Redaction | DetectorFailedError]:
                return [_redaction(each, checks[index] if check else None, options) for index, each in enumerate(drafts)]

            return await asyncio.to_thread(messages)

    async def _detect(self, texts: Sequence[str], options: Options, context: Context) -> list[Detection | DetectorFailedError]:
        timeout, ending = self._time(context)
        async with ending:
            return await self._engine.detect(texts, options, deadline=time.monotonic() + timeout)

    def _time(self, context: Context) -> tuple[float, asyncio.Timeout]:
        """Seconds that are left for a call, and what ends it then."""
        remaining: float | None = context.time_remaining()
        timeout = min(self._settings.default_deadline_s if remaining is None else remaining, self._settings.max_deadline_s)
        # A caller's own deadline cancels this task by itself.
        return timeout, asyncio.timeout(None if timeout == remaining else timeout)


def _result(
    identity: str, answer: Violation | tuple[Content, Detection | DetectorFailedError], options: Options
) -> pii_pb2.DocumentResult:
    if isinstance(answer, Violation):
        return pii_pb2.DocumentResult(id=identity, error=document_error(answer))
    content, outcome = answer
    if isinstance(outcome, DetectorFailedError):
        return pii_pb2.DocumentResult(id=identity, error=document_error(outcome))
    return pii_pb2.DocumentResult(id=identity, findings=document_findings(content, outcome, options))


def _redaction(
    drafted: Draft | DetectorFailedError,
    checks: Sequence[tuple[Content, Detection | DetectorFailedError]] | None,
    options: Options,
) -> pii_pb2.Redaction | DetectorFailedError:
    if isinstance(drafted, DetectorFailedError):
        return drafted
    if checks is None:
        return redaction_message(drafted, None, options)
    read = [(content, outcome) for content, outcome in checks if isinstance(outcome, Detection)]
    return redaction_message(drafted, read, options) if len(read) == len(checks) else DetectorFailedError()


def _model(detector: Detector) -> pii_pb2.ModelVersion:
    manifest = detector.manifest
    return pii_pb2.ModelVersion(name=manifest.name, version=manifest.version, digest=detector.digest)
