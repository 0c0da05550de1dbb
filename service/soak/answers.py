"""The right answer to a text, and what is wrong with the answer that came."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from piiprobe.v1 import pii_pb2

_EXACT = 1e-6
"""Shares of a logit add up to it to float error."""


@dataclass(frozen=True, slots=True)
class Span:
    """A finding, in code points. `near`: its probability is so near its threshold that rounding may decide."""

    entity_type: str
    start: int
    end: int
    probability: float
    near: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """`spans` by start; `unreported`: entity type and probability of candidates that rounding may lift over their threshold."""

    spans: tuple[Span, ...]
    unreported: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """A text of a kind, its tokens, and its answer by `variant`."""

    kind: str
    text: str
    tokens: int
    answers: Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class Cases:
    """`digest`: of the bundle that gave them; `tolerance`: how far a probability may be from the expected one, because neighbours
    in a batch may change the rounding."""

    cases: tuple[Case, ...]
    digest: str
    tolerance: float

    def save(self, path: Path) -> None:
        """As JSON."""
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Cases:
        """What `save` wrote."""
        values = json.loads(path.read_text(encoding="utf-8"))
        return cls(tuple(map(_case, values["cases"])), values["digest"], values["tolerance"])


class WrongAnswerError(Exception):
    """Says what is wrong, without the text."""


def variant(operating_point: str, structure: bool) -> str:
    """The key of `Case.answers`."""
    return f"{operating_point}, structure {'on' if structure else 'off'}"


def compare(
    case: Case,
    found: pii_pb2.DocumentFindings,
    *,
    answer: Answer,
    encoding: pii_pb2.OffsetEncoding.ValueType,
    entity_types: Sequence[str],
    top_features: int,
    tolerance: float,
) -> int:
    """How many findings rounding has added or taken away; `entity_types`: those that were asked for, all where empty.

    Raises:
        WrongAnswerError: something else differs.
    """
    if found.tokens_processed != case.tokens:
        raise WrongAnswerError(f"{found.tokens_processed} tokens instead of {case.tokens}")
    wanted = {(s.entity_type, s.start, s.end): s for s in answer.spans if not entity_types or s.entity_type in entity_types}
    got = _by_span(case.text, found, encoding)
    for finding in found.findings:
        _check_reasons(finding, top_features)
    flips = 0
    for key in got.keys() - wanted.keys():
        near = (abs(p - got[key]) <= tolerance for name, p in answer.unreported if name == key[0])
        if not any(near) or (entity_types and key[0] not in entity_types):
            raise WrongAnswerError(f"{key} is not expected")
        flips += 1
    for key in wanted.keys() - got.keys():
        if not wanted[key].near:
            raise WrongAnswerError(f"{key} is missing")
        flips += 1
    for key in wanted.keys() & got.keys():
        if not abs(got[key] - wanted[key].probability) <= tolerance:
            raise WrongAnswerError(f"{key} has probability {got[key]:.6f} instead of {wanted[key].probability:.6f}")
    return flips


def _by_span(
    text: str, found: pii_pb2.DocumentFindings, encoding: pii_pb2.OffsetEncoding.ValueType
) -> dict[tuple[str, int, int], float]:
    spans: dict[tuple[str, int, int], float] = {}
    last = 0
    encoded, codec, width = _encoded(text, encoding)
    for finding in found.findings:
        if not last <= finding.start < finding.end <= len(encoded) // width:
            raise WrongAnswerError("offsets that lie outside the text or are not in order")
        last = finding.start
        try:
            start, end = (len(encoded[: width * at].decode(codec)) for at in (finding.start, finding.end))
        except UnicodeDecodeError:
            raise WrongAnswerError("an offset inside a character") from None
        key = (finding.entity_type, start, end)
        if key in spans:
            raise WrongAnswerError(f"{key} twice")
        spans[key] = finding.probability
    return spans


def _encoded(text: str, encoding: pii_pb2.OffsetEncoding.ValueType) -> tuple[bytes, str, int]:
    """The text in units of `encoding`, the codec and the bytes of a unit."""
    codec, width = {
        pii_pb2.OFFSET_ENCODING_UTF8_BYTES: ("utf-8", 1),
        pii_pb2.OFFSET_ENCODING_UTF16_CODE_UNITS: ("utf-16-le", 2),
        pii_pb2.OFFSET_ENCODING_CODE_POINTS: ("utf-32-le", 4),
    }[encoding]
    return text.encode(codec), codec, width


def _check_reasons(finding: pii_pb2.Finding, top_features: int) -> None:
    if len(finding.contributions) > top_features:
        raise WrongAnswerError("more features than were asked for")
    shares = [finding.bias, finding.other_features]
    shares += [item.logit for item in finding.contributions]
    shares += [item.logit for item in finding.evidence]
    if not math.isclose(math.fsum(shares), finding.logit, rel_tol=_EXACT, abs_tol=_EXACT * max(1.0, *map(abs, shares))):
        raise WrongAnswerError("reasons that do not add up")


def _case(values: Mapping[str, Any]) -> Case:
    answers = {
        name: Answer(tuple(Span(**span) for span in each["spans"]), tuple((kind, p) for kind, p in each["unreported"]))
        for name, each in values["answers"].items()
    }
    return Case(values["kind"], values["text"], values["tokens"], answers)
