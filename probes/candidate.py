"""Spans that a text may hold: from the decoder's path, from well-formed values, and from mentions of names found elsewhere."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from probes.decode import token_spans
from probes.edges import character_span
from probes.evidence import Evidence, Verdict, candidates, reclassify, weigh
from probes.path import span_margin
from probes.tags import TokenSpan
from probes.tokens import Tokens

REPEATED = "repeated_mention"

EVIDENCE_KINDS: tuple[str, ...] = (
    "confirms.checksum",
    "confirms.check_digit",
    "confirms.grammar",
    "refutes.checksum",
    "refutes.grammar",
    REPEATED,
)
"""What the weights of evidence are kept for, by class. A repeated mention's weight is a share: how far the mention's margin comes
up to that of the best other mention of the same name.
"""

_ONE_WORD = re.compile(r"[^\W\d_]{4,}")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_MOST_NAMES = 256


@dataclass(frozen=True, slots=True)
class Reason:
    """One piece of evidence: its name, its kind in `EVIDENCE_KINDS`, and what the weight of the kind is multiplied by."""

    name: str
    kind: str
    amount: float = 1.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span that may be a finding; `margin`: score of the tags of `tokens` less that of `NONE` there."""

    start: int
    end: int
    entity_type: str
    tokens: TokenSpan
    margin: float
    evidence: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """One text as the probe read it: `logits` fp32 `[n_tokens, n_tags]`, `transitions` `[n_tags, n_tags]`."""

    text: str
    tokens: Tokens
    logits: np.ndarray
    transitions: np.ndarray
    entity_types: Sequence[str]

    def candidates(self, none_bias: float, *, structure: bool = True) -> list[Candidate]:
        """Spans of the decoder's path and, with `structure`, what checks of form say of them and find besides; by start."""
        found = []
        for span in token_spans(self.text, self.tokens, self.logits, self.transitions, none_bias):
            entity_type = self.entity_types[span.label - 1]
            if bounds := character_span(self.text, self.tokens, span, entity_type):
                found.append(self._candidate(*bounds, entity_type, span))
        if structure:
            found = [self._checked(candidate) for candidate in found]
            taken = _taken(self.text, found)
            for evidence in candidates(self.text):
                if evidence.entity_type in self.entity_types and not taken[evidence.start : evidence.end].any():
                    found += self._from_evidence(evidence)
        return sorted(found, key=lambda candidate: candidate.start)

    def mentions(self, certain: Collection[Candidate], found: Sequence[Candidate]) -> list[Candidate]:
        """`found` and, by start, the mentions of the names of `certain` persons that it lacks; a better mention is evidence.

        `certain` are some of `found`.
        """
        best: dict[str, float] = {}
        for c in certain:
            name = self.text[c.start : c.end]
            best[name] = max(c.margin, best.get(name, c.margin))
        taken = _taken(self.text, found)
        mentions = [c for c in found if c.entity_type == "PERSON"]
        for start, end in _occurrences(self.text, best):
            if not taken[start:end].any() and (span := self._tokens(start, end, "PERSON")):
                mentions.append(self._candidate(start, end, "PERSON", span))
        held = [c for c in found if c.entity_type != "PERSON"]
        for c in mentions:
            gap = best.get(self.text[c.start : c.end], c.margin) - c.margin
            held.append(replace(c, evidence=(*c.evidence, Reason(REPEATED, REPEATED, gap))) if gap > 0 else c)
        return sorted(held, key=lambda candidate: candidate.start)

    def _checked(self, candidate: Candidate) -> Candidate:
        where = (self.text, candidate.start, candidate.end, candidate.entity_type)
        evidence = reclassify(*where) or weigh(*where)
        if evidence is None or evidence.entity_type not in self.entity_types:
            return candidate
        if evidence.verdict is Verdict.REFUTES:
            return replace(candidate, evidence=(_named(evidence),))
        return next(iter(self._from_evidence(evidence)), candidate)

    def _from_evidence(self, evidence: Evidence) -> list[Candidate]:
        span = self._tokens(evidence.start, evidence.end, evidence.entity_type)
        if span is None:
            return []
        candidate = self._candidate(evidence.start, evidence.end, evidence.entity_type, span)
        return [replace(candidate, evidence=(_named(evidence),))]

    def _candidate(self, start: int, end: int, entity_type: str, span: TokenSpan) -> Candidate:
        margin = span_margin(self.logits, self.transitions, span.start, span.end, span.label)
        return Candidate(start, end, entity_type, span, margin)

    def _tokens(self, start: int, end: int, entity_type: str) -> TokenSpan | None:
        # Neither starts nor ends ever decrease.
        first, last = int(self.tokens.ends.searchsorted(start, "right")), int(self.tokens.starts.searchsorted(end, "left"))
        label = 1 + list(self.entity_types).index(entity_type)
        return TokenSpan(first, last, label) if first < last else None


def _named(evidence: Evidence) -> Reason:
    return Reason(evidence.name, f"{evidence.verdict.value}.{evidence.strength.value}")


def _taken(text: str, found: Sequence[Candidate]) -> np.ndarray:
    """bool `[len(text)]`: the characters that stand in a candidate."""
    taken = np.zeros(len(text), dtype=bool)
    for candidate in found:
        taken[candidate.start : candidate.end] = True
    return taken


def distinctive(name: str) -> bool:
    """Whether a name is unlike a common word, so that another mention of it is the same person: several words, or long enough."""
    return len(name) > 1 if _CJK.search(name) else " " in name or _ONE_WORD.fullmatch(name) is not None


def _occurrences(text: str, names: Collection[str]) -> Iterator[tuple[int, int]]:
    """Where the names stand as whole words (in scripts that have them), longest first, without overlaps."""
    longest = sorted(names, key=len, reverse=True)[:_MOST_NAMES]
    if longest:
        pattern = "|".join(rf"\b{re.escape(n)}\b" if not _CJK.search(n) else re.escape(n) for n in longest)
        yield from (match.span() for match in re.finditer(pattern, text))
