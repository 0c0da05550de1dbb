"""Margins and evidence to calibrated probabilities."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from probes.candidate import EVIDENCE_KINDS, Candidate, Reading, distinctive
from probes.finding import EvidenceShare

CERTAIN = 0.9
"""From this probability on, a name lifts its other mentions in the text."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its log-odds `logit` = margin + evidence, and its probability."""

    candidate: Candidate
    logit: float
    probability: float
    evidence: tuple[EvidenceShare, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """`probability = sigmoid(slope * (margin + weight times amount of each evidence) + offset)`, by class.

    `platt`: `[n_types, 2]`, slope and offset (Platt 1999); `evidence`: `[n_types, len(EVIDENCE_KINDS)]`.
    """

    entity_types: Sequence[str]
    platt: np.ndarray
    evidence: np.ndarray

    def of(self, candidate: Candidate) -> Scored:
        """Score one candidate."""
        row = list(self.entity_types).index(candidate.entity_type)
        shares = tuple(
            EvidenceShare(each.name, float(self.evidence[row, EVIDENCE_KINDS.index(each.kind)]) * each.amount)
            for each in candidate.evidence
        )
        logit = candidate.margin + sum(share.logit for share in shares)
        slope, offset = (float(value) for value in self.platt[row])
        return Scored(candidate, logit, 1 / (1 + math.exp(-max(-60.0, min(60.0, slope * logit + offset)))), shares)

    def read(self, reading: Reading, none_bias: float, *, structure: bool = True) -> list[Scored]:
        """Scored candidates of one text, by start; where two overlap the likelier one stays."""
        found = reading.candidates(none_bias, structure=structure)
        if structure and (certain := self._certain(reading, found)):
            found = reading.mentions(certain, found)
        kept: list[Scored] = []
        for scored in map(self.of, found):
            if kept and scored.candidate.start < kept[-1].candidate.end:
                if scored.probability > kept[-1].probability:
                    kept[-1] = scored
            else:
                kept.append(scored)
        return kept

    def _certain(self, reading: Reading, found: Sequence[Candidate]) -> list[Candidate]:
        """Persons whose names are worth looking for elsewhere in the text."""
        persons = (c for c in found if c.entity_type == "PERSON" and distinctive(reading.text[c.start : c.end]))
        return [c for c in persons if self.of(c).probability >= CERTAIN]
