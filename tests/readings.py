"""Texts as a probe might have read them, with logits written by hand."""

from __future__ import annotations

import re

import numpy as np

from probes.candidate import EVIDENCE_KINDS, Reading
from probes.entity import ENTITY_TYPES
from probes.score import Score
from probes.tags import IMPOSSIBLE, can_follow, count, span_tags
from probes.tokens import Tokens

TRANSITIONS = np.where(can_follow(len(ENTITY_TYPES)), 0.0, IMPOSSIBLE)
UNSEEN = -2.0
"""Logit of every tag of every class where nothing else is said; that of `NONE` is 0."""

_TOKEN = re.compile(r"[A-Za-z]+|\S")


def tokens_of(text: str) -> Tokens:
    """Words of ASCII letters, and every other character that is not blank."""
    bounds = np.array([match.span() for match in _TOKEN.finditer(text)], dtype=np.int64).reshape(-1, 2)
    return Tokens(np.zeros(len(bounds), dtype=np.int64), bounds[:, 0].copy(), bounds[:, 1].copy())


def read_as(text: str, *seen: tuple[str | tuple[int, int], str, float]) -> Reading:
    """`text`, of which the probe took each part (the first occurrence of a string, or offsets) for a class, with this logit a
    token.
    """
    tokens = tokens_of(text)
    logits = np.full((len(tokens), count(len(ENTITY_TYPES))), UNSEEN, dtype=np.float32)
    logits[:, 0] = 0
    for part, entity_type, logit in seen:
        start, end = (text.index(part), text.index(part) + len(part)) if isinstance(part, str) else part
        inside = np.flatnonzero((tokens.starts < end) & (tokens.ends > start))
        if len(inside):
            logits[inside, span_tags(1 + ENTITY_TYPES.index(entity_type), len(inside))] = logit
    return Reading(text, tokens, logits, TRANSITIONS, ENTITY_TYPES)


def score_of(slope: float = 1.0, offset: float = 0.0, **evidence: float) -> Score:
    """One score for all classes; kinds of evidence with `_` for the full stop."""
    weights = np.array([evidence.pop(kind.replace(".", "_"), 0.0) for kind in EVIDENCE_KINDS])
    assert not evidence
    return Score(ENTITY_TYPES, np.tile([slope, offset], (len(ENTITY_TYPES), 1)), np.tile(weights, (len(ENTITY_TYPES), 1)))
