"""What finds: the detector, in this process. Needs the extra `serve`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Protocol

from piiprobe import DetectOptions, Document, InvalidArgumentError, JsonDocument
from piiprobe.answers import findings
from piiprobe.requests import detect_options, document_message
from piiprobe.v1 import pii_pb2
from probes.finding import Detection
from service.chunks import Joined, Segment, Segments
from service.contents import Content, content_of, text_content
from service.detector import Manifest
from service.errors import DetectorFailedError
from service.findings import document_findings, finding_message
from service.reported import reported
from service.scan.record import Failed, Found, Outcome, Record
from service.validation import InvalidRequestError, Violation, options_of
from service.worker import isolated

_BATCH_DOCUMENTS = 64
_BATCH_CHARACTERS = 32_000
# Of a text that is read in segments.
_BATCH_SEGMENTS = 8
_BROKEN = Failed("INTERNAL", "the detector failed on it")


class Detects(Protocol):
    """What is needed of `probes.detector.Detector`."""

    @property
    def manifest(self) -> Manifest: ...
    @property
    def digest(self) -> str: ...

    def detect(
        self,
        texts: Sequence[str],
        *,
        top_features: int,
        operating_point: str,
        structure: bool,
        thresholds: Mapping[str, float] | None,
    ) -> list[Detection]: ...


class Here:
    """Findings of a detector."""

    def __init__(self, detector: Detects, default_point: str, max_characters: int, options: DetectOptions) -> None:
        """Raises `InvalidArgumentError` where the options are wrong."""
        self._detector = detector
        self._max_characters = max_characters
        self.entity_types = tuple(detector.manifest.entity_types)
        try:
            self._options = options_of(detect_options(options), self.entity_types, default_point)
        except InvalidRequestError as error:
            fields = {violation.field: violation.message for violation in error.violations}
            raise InvalidArgumentError("; ".join(f"{field} {message}" for field, message in fields.items()), fields) from None
        self.model = f"{detector.digest} {self._options.operating_point}"

    def many(self, records: Iterable[tuple[Record, Document | JsonDocument]]) -> Iterator[tuple[Record, Outcome]]:
        for batch in _batches(records):
            yield from zip((record for record, _ in batch), self._outcomes([source for _, source in batch]), strict=True)

    def long(self, text: str) -> Outcome:
        cutter, joined = Segments(pii_pb2.OFFSET_ENCODING_CODE_POINTS), Joined()
        segments = [*cutter.add(text), cutter.end()]
        found: list[pii_pb2.Finding] = []
        for at in range(0, len(segments), _BATCH_SEGMENTS):
            batch = segments[at : at + _BATCH_SEGMENTS]
            for segment, detection in zip(batch, self._detections([segment.text for segment in batch]), strict=True):
                if isinstance(detection, DetectorFailedError):
                    return _BROKEN
                found += self._of_segment(segment, detection, joined)
        return Found(findings(found))

    def _of_segment(self, segment: Segment, detection: Detection, joined: Joined) -> Iterator[pii_pb2.Finding]:
        (sourced,) = reported(text_content(segment.text), detection, self._options)
        kept, _ = joined.take(segment, sourced)
        for each in kept:
            edges = (each.finding.start, each.finding.end)
            yield finding_message(each, {edge: segment.at + edge for edge in edges})

    def _outcomes(self, sources: Sequence[Document | JsonDocument]) -> list[Outcome]:
        contents = [self._content(source) for source in sources]
        read = iter(self._detections([content.text for content in contents if isinstance(content, Content)]))
        return [self._outcome(content, next(read)) if isinstance(content, Content) else content for content in contents]

    def _content(self, source: Document | JsonDocument) -> Content | Failed:
        try:
            content = content_of(document_message(source, "document"), "document", self._max_characters)
        except InvalidArgumentError as error:
            return Failed(error.code, error.message)
        if isinstance(content, Violation):
            return Failed("INVALID_ARGUMENT", f"{content.field.removeprefix('document.')} {content.message}")
        return content

    def _outcome(self, content: Content, detection: Detection | DetectorFailedError) -> Outcome:
        if isinstance(detection, DetectorFailedError):
            return _BROKEN
        try:
            return Found(findings(document_findings(content, detection, self._options).findings))
        except ValueError:
            return _BROKEN

    def _detections(self, texts: Sequence[str]) -> list[Detection | DetectorFailedError]:
        options = self._options
        detect = partial(
            self._detector.detect,
            top_features=options.top_features,
            operating_point=options.operating_point,
            structure=options.structure,
            thresholds=options.thresholds,
        )
        return isolated(detect, texts) if texts else []


def _batches(
    records: Iterable[tuple[Record, Document | JsonDocument]],
) -> Iterator[list[tuple[Record, Document | JsonDocument]]]:
    batch: list[tuple[Record, Document | JsonDocument]] = []
    characters = 0
    for record, source in records:
        batch.append((record, source))
        characters += len(source.text)
        if len(batch) == _BATCH_DOCUMENTS or characters >= _BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch
