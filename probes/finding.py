"""What a detector says about a text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one SAE latent added to a finding's logit, over all tokens of the span and all window offsets."""

    feature: int
    logit: float


@dataclass(frozen=True, slots=True)
class EvidenceShare:
    """What a check of the text's form (`luhn`, `phonenumbers:JP`) or another mention added to a finding's logit."""

    name: str
    logit: float


@dataclass(frozen=True, slots=True)
class Finding:
    """A span with its class and the exact reasons for it.

    `logit` is the score of the decoder's path through the span less that of NONE all along, before calibration.
    `bias + sum(c.logit for c in contributions) + other_features + sum(e.logit for e in evidence)` equals it to float error:
    `bias` is the share of tag biases and transitions, `other_features` that of the latents that are not listed.
    `start` and `end` are code points of the text as given.
    """

    entity_type: str
    start: int
    end: int
    probability: float
    logit: float
    bias: float
    contributions: tuple[Contribution, ...]
    other_features: float
    evidence: tuple[EvidenceShare, ...] = ()


@dataclass(frozen=True, slots=True)
class Detection:
    """What one text is said to hold.

    Attributes:
        findings: by start.
        tokens: how many the text has, all of which were read.
        scores: entity type and probability of every candidate, reported or not.
        activations: by entity type, how far the text drove the features that speak for it most: the mean of their peaks, as
            shares of their ceilings.
    """

    findings: tuple[Finding, ...]
    tokens: int
    scores: tuple[tuple[str, float], ...] = ()
    activations: Mapping[str, float] = field(default_factory=dict)
