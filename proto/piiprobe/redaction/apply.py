"""Rewrites a text where findings are, by a policy."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from piiprobe.redacted import Redacted, Replacement
from piiprobe.redaction.operators import Keep, Mask, Operator
from piiprobe.redaction.policy import Policy
from piiprobe.redaction.rewrite import Rewriter


class Found(Protocol):
    """What is read of a finding, of this package or of a detector: `text[start:end]` in code points."""

    @property
    def entity_type(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def probability(self) -> float: ...


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of the text that one operator rewrites."""

    entity_type: str
    start: int
    end: int
    operator: Operator


class Redactor:
    """A policy with its key, for many texts; safe in several threads.

    Findings that overlap, directly or through others, are rewritten as one: the whole of their union, by the operator of the
    longest, of two as long the more probable. So nothing of any finding stays but by Keep, which holds only where no other
    operator's finding lies; and where operators differ, a mask keeps no last characters.
    """

    def __init__(self, policy: Policy, key: bytes | None = None) -> None:
        """Raises ValueError where the policy needs a key and there is none, or it is not of 32 bytes."""
        if policy.needs_key and key is None:
            raise ValueError("the policy needs a key: it hashes, encrypts or makes pseudonyms")
        self.policy = policy
        self._rewriter = Rewriter(key, policy.scope)

    def redact(self, text: str, findings: Iterable[Found]) -> Redacted:
        """The text rewritten; raises ValueError for a finding that is empty or lies outside of it."""
        pieces: list[str] = []
        replacements: list[Replacement] = []
        read = written = 0
        for part in self._parts(len(text), findings):
            new = self._rewriter.rewritten(part.operator, part.entity_type, text[part.start : part.end])
            new_start = written + part.start - read
            written = new_start + len(new)
            pieces += [text[read : part.start], new]
            replacements.append(Replacement(part.entity_type, part.start, part.end, new_start, written))
            read = part.end
        return Redacted("".join([*pieces, text[read:]]), tuple(replacements), self.policy.name)

    def _parts(self, length: int, findings: Iterable[Found]) -> list[_Part]:
        kept: list[Found] = []
        changed: list[Found] = []
        for finding in findings:
            if not 0 <= finding.start < finding.end <= length:
                raise ValueError("a finding is empty or lies outside of the text")
            (kept if isinstance(self.policy.operator(finding.entity_type), Keep) else changed).append(finding)
        parts = [self._merged(group) for group in _overlapping(changed)]
        rest = [part for group in _overlapping(kept) for part in _outside(self._merged(group), parts)]
        return sorted([*parts, *rest], key=lambda part: part.start)

    def _merged(self, group: Sequence[Found]) -> _Part:
        leading = max(group, key=lambda finding: (finding.end - finding.start, finding.probability))
        operator = self.policy.operator(leading.entity_type)
        if isinstance(operator, Mask) and any(self.policy.operator(finding.entity_type) != operator for finding in group):
            operator = Mask(character=operator.character, keep_last=0)
        end = max(finding.end for finding in group)
        return _Part(leading.entity_type, min(finding.start for finding in group), end, operator)


def redact(text: str, findings: Iterable[Found], policy: Policy, key: bytes | None = None) -> Redacted:
    """`text` rewritten where findings are; see `Redactor`, which is quicker for many texts."""
    return Redactor(policy, key).redact(text, findings)


def _overlapping(findings: Iterable[Found]) -> Iterator[list[Found]]:
    group: list[Found] = []
    end = 0
    for finding in sorted(findings, key=lambda finding: finding.start):
        if group and finding.start >= end:
            yield group
            group = []
        group.append(finding)
        end = max(end, finding.end)
    if group:
        yield group


def _outside(whole: _Part, parts: Sequence[_Part]) -> Iterator[_Part]:
    """What of a part is covered by none of `parts`, which are ordered and do not overlap."""
    at = whole.start
    for part in parts[bisect_right(parts, at, key=lambda part: part.end) :]:
        if part.start >= whole.end:
            break
        if at < part.start:
            yield replace(whole, start=at, end=part.start)
        at = part.end
    if at < whole.end:
        yield replace(whole, start=at)
