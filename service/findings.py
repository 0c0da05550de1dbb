"""Findings as messages of the contract."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from piiprobe.v1 import pii_pb2
from probes.finding import Detection
from service.contents import Content
from service.offsets import encoded_offsets
from service.reported import reported
from service.sourced import Sourced
from service.validation import Options

_Result = TypeVar("_Result")

# Findings that are put into messages on the event loop, in a few milliseconds, and values that are looked at. More are a thread's
# work, lest health checks wait.
_FEW_FINDINGS = 100
_FEW_VALUES = 1_000
# A pattern may take long and cannot be interrupted: callers who send some wait for each other, and nobody else for them.
_PATTERNS = ThreadPoolExecutor(2, thread_name_prefix="patterns")


def document_findings(content: Content, detection: Detection, options: Options) -> pii_pb2.DocumentFindings:
    """What is reported of a document; raises ValueError where the detector says what cannot be true."""
    return findings_message(content, reported(content, detection, options), detection.tokens, options)


def findings_message(
    content: Content, found: Sequence[Sequence[Sourced]], tokens: int, options: Options
) -> pii_pb2.DocumentFindings:
    """What was `reported` of each value of a document."""
    messages: list[pii_pb2.Finding] = []
    for value, sourced in zip(content.values, found, strict=True):
        if sourced:
            edges = (edge for each in sourced for edge in (each.finding.start, each.finding.end))
            offsets = encoded_offsets(value.text, edges, options.offset_encoding)
            field = value.field
            messages += [finding_message(each, offsets, field) for each in sourced]
    return pii_pb2.DocumentFindings(findings=messages, tokens_processed=tokens)


def finding_message(sourced: Sourced, offsets: Mapping[int, int], field: str = "") -> pii_pb2.Finding:
    """A finding, its offsets looked up in `offsets`."""
    finding = sourced.finding
    return pii_pb2.Finding(
        entity_type=finding.entity_type,
        start=offsets[finding.start],
        end=offsets[finding.end],
        probability=finding.probability,
        logit=finding.logit,
        bias=finding.bias,
        contributions=[pii_pb2.FeatureContribution(feature=item.feature, logit=item.logit) for item in finding.contributions],
        other_features=finding.other_features,
        evidence=[pii_pb2.EvidenceShare(name=item.name, logit=item.logit) for item in finding.evidence],
        source=sourced.source,
        field=field,
    )


async def built(
    build: Callable[[], _Result], contents: Sequence[Content], detections: Sequence[Detection], options: Options
) -> _Result:
    """What `build` makes of detections: here where that is little work, else in a thread."""
    if options.overrides:
        return await asyncio.get_running_loop().run_in_executor(_PATTERNS, build)
    findings = sum(len(detection.findings) for detection in detections)
    values = sum(len(content.values) for content in contents)
    return build() if findings <= _FEW_FINDINGS and values <= _FEW_VALUES else await asyncio.to_thread(build)
