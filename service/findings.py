"""Findings of the detector as messages of the contract."""

from __future__ import annotations

from piiprobe.v1 import pii_pb2
from probes.finding import Detection, Finding
from service.offsets import encoded_offsets
from service.validation import Options


def document_findings(text: str, detection: Detection, options: Options) -> pii_pb2.DocumentFindings:
    """The wanted findings with the wanted offsets; raises ValueError for a finding that cannot be true."""
    wanted = [
        finding for finding in detection.findings if not options.entity_types or finding.entity_type in options.entity_types
    ]
    for finding in wanted:
        if not (finding.start < finding.end and 0.0 <= finding.probability <= 1.0):
            raise ValueError("a finding is empty or its probability is not one")
    edges = (edge for finding in wanted for edge in (finding.start, finding.end))
    offsets = encoded_offsets(text, edges, options.offset_encoding)
    return pii_pb2.DocumentFindings(
        findings=[_message(finding, offsets) for finding in wanted], tokens_processed=detection.tokens
    )


def _message(finding: Finding, offsets: dict[int, int]) -> pii_pb2.Finding:
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
    )
