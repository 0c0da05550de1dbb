"""What a caller knows better than the probe: texts and patterns that are always reported, texts that never are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import re2

from piiprobe.v1 import pii_pb2
from probes.finding import EvidenceShare, Finding
from service.sourced import Sourced
from service.terms import Terms, folded

MAX_TERMS = 10_000
MAX_TERM_CHARACTERS = 256
MAX_PATTERNS = 16
MAX_PATTERN_CHARACTERS = 512

# Instructions of all patterns of a request: at worst, RE2's time grows with their number times the characters of the text. `\pL`
# has 1,200, and `\pL{3,20}` 24,000.
_MAX_PROGRAM = 100_000
# Bytes of one compiled pattern with its states, of which re2 keeps the last 128. Where states do not fit, it is slow.
_MAX_MEMORY = 4 * 1024 * 1024

_ENTITY_TYPE = re.compile("[A-Z][A-Z0-9_]{0,63}")
_NAME = re.compile("[A-Za-z0-9_]{1,64}")


@dataclass(frozen=True, slots=True)
class Overrides:
    """The options `allow`, `deny` and `patterns` of a request, all valid.

    Attributes:
        allow: texts, folded.
        deny: text and entity type of each term.
        patterns: name, compiled pattern and entity type of each.
        terms: the texts of `deny`, where there are any.
    """

    allow: frozenset[str] = frozenset()
    deny: tuple[tuple[str, str], ...] = ()
    patterns: tuple[tuple[str, re2._Regexp, str], ...] = ()
    terms: Terms | None = None

    def __bool__(self) -> bool:
        return bool(self.allow or self.deny or self.patterns)

    def allows(self, text: str, sourced: Sourced) -> bool:
        """Whether a finding in a text is one that is never reported; one of a deny term is reported all the same."""
        finding = sourced.finding
        denied = sourced.source == pii_pb2.FINDING_SOURCE_DENY
        return bool(self.allow) and not denied and folded(text[finding.start : finding.end]) in self.allow

    def found(self, text: str) -> Iterator[list[Sourced]]:
        """Findings of the deny terms and then of each pattern."""
        if self.terms:
            yield [
                _sourced(self.deny[index][1], start, end, f"deny[{index}]", pii_pb2.FINDING_SOURCE_DENY)
                for start, end, index in self.terms.matches(text)
            ]
        for name, pattern, entity_type in self.patterns:
            yield [
                _sourced(entity_type, match.start(), match.end(), name, pii_pb2.FINDING_SOURCE_PATTERN)
                for match in pattern.finditer(text)
                if match.start() < match.end()
            ]


def overrides_of(options: pii_pb2.DetectOptions) -> Overrides:
    """The overrides of options in which `faults_of` finds nothing."""
    return Overrides(
        allow=frozenset(folded(term.strip()) for term in options.allow),
        deny=tuple((term.text, term.entity_type) for term in options.deny),
        patterns=tuple((pattern.name, _compiled(pattern.regex), pattern.entity_type) for pattern in options.patterns),
        terms=Terms([term.text.strip() for term in options.deny]) if options.deny else None,
    )


def faults_of(options: pii_pb2.DetectOptions) -> Iterator[tuple[str, str]]:
    """Fields of the overrides, such as `deny[3].text`, and what is wrong with them."""
    yield from _faults_of_terms("allow", "", options.allow)
    yield from _faults_of_terms("deny", ".text", [term.text for term in options.deny])
    for index, term in enumerate(options.deny[:MAX_TERMS]):
        yield from _faults_of_type(f"deny[{index}]", term.entity_type)
    if len(options.patterns) > MAX_PATTERNS:
        yield "patterns", f"hold more than {MAX_PATTERNS} patterns"
        return
    program = 0
    for index, pattern in enumerate(options.patterns):
        if not _NAME.fullmatch(pattern.name):
            yield f"patterns[{index}].name", "is not a name of up to 64 letters, digits and underscores"
        yield from _faults_of_type(f"patterns[{index}]", pattern.entity_type)
        try:
            program += _checked(pattern.regex)
        except ValueError as error:
            yield f"patterns[{index}].regex", str(error)
    if program > _MAX_PROGRAM:
        yield "patterns", "are too large together: fewer repetitions and smaller classes of characters"


def _faults_of_terms(field: str, member: str, terms: Sequence[str]) -> Iterator[tuple[str, str]]:
    if len(terms) > MAX_TERMS:
        yield field, f"holds more than {MAX_TERMS} terms"
        return
    for index, term in enumerate(terms):
        if not term.strip():
            yield f"{field}[{index}]{member}", "is empty"
        elif len(term) > MAX_TERM_CHARACTERS:
            yield f"{field}[{index}]{member}", f"is longer than {MAX_TERM_CHARACTERS} code points"


def _faults_of_type(owner: str, entity_type: str) -> Iterator[tuple[str, str]]:
    if not _ENTITY_TYPE.fullmatch(entity_type):
        yield f"{owner}.entity_type", "is not a name of up to 64 capitals, digits and underscores that begins with a capital"


def _checked(regex: str) -> int:
    """The size of a pattern's program; raises ValueError, whose message does not hold the pattern."""
    if len(regex) > MAX_PATTERN_CHARACTERS:
        raise ValueError(f"is longer than {MAX_PATTERN_CHARACTERS} code points")
    try:
        compiled = _compiled(regex)
    except re2.error:
        compiled = None
    if compiled is None:
        raise ValueError("is not in RE2's syntax, or too large")
    if compiled.search("") is not None:
        raise ValueError("matches the empty text")
    return int(compiled.programsize)


def _compiled(regex: str) -> re2._Regexp:
    options = re2.Options()
    options.max_mem = _MAX_MEMORY
    options.never_capture = True
    # It would print the pattern.
    options.log_errors = False
    return re2.compile(regex, options)


def _sourced(entity_type: str, start: int, end: int, name: str, source: pii_pb2.FindingSource.ValueType) -> Sourced:
    evidence = (EvidenceShare(name, 0.0),)
    return Sourced(Finding(entity_type, start, end, 1.0, 0.0, 0.0, (), 0.0, evidence), source)
