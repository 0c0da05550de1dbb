"""Findings for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from piiprobe.results import Finding


def rendered(text: str, findings: Sequence[Finding]) -> str:
    """The text with its findings marked, then a line for each finding with the terms that make up its logit."""
    return "\n".join([_marked(text, findings), *(_line(text, finding) for finding in findings)])


def _marked(text: str, findings: Sequence[Finding]) -> str:
    marks = [(finding.end, 0, "]") for finding in findings]
    marks += [(finding.start, 1, f"[{finding.entity_type} ") for finding in findings]
    pieces: list[str] = []
    previous = 0
    for offset, _, mark in sorted(marks):
        pieces += [_printable(text[previous:offset]), mark]
        previous = offset
    return "".join([*pieces, _printable(text[previous:])])


def _line(text: str, finding: Finding) -> str:
    terms = [f"bias {finding.bias:+.2f}"]
    terms += [f"#{item.feature} {item.logit:+.2f}" for item in finding.contributions]
    terms.append(f"others {finding.other_features:+.2f}")
    terms += [f"{item.name} {item.logit:+.2f}" for item in finding.evidence]
    span = f"{finding.start}..{finding.end}"
    found = _printable(text[finding.start : finding.end])
    scores = f"p={finding.probability:.3f}  logit {finding.logit:+.2f} = {', '.join(terms)}"
    return f"  {finding.entity_type:<13} {span:<9} {scores}  {found}"


def _printable(text: str) -> str:
    # A text must not steer the terminal that shows it.
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
