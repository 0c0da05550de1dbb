"""HTML of results for notebooks: styles inline, colours that suit light and dark pages, all text escaped."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from piiprobe.results import DocumentFailure, Finding, Redaction, Result

# Degrees of the colour wheel, as far apart as eleven classes allow; other names get one that is always the same.
_HUES = {
    name: 360 * place // 11
    for place, name in enumerate(
        (
            "SECRET",
            "NATIONAL_ID",
            "USERNAME",
            "DATE_OF_BIRTH",
            "ADDRESS",
            "PHONE",
            "IP_ADDRESS",
            "EMAIL",
            "BANK_ACCOUNT",
            "CREDIT_CARD",
            "PERSON",
        )
    )
}
_FAILURE_HUE = 0
# A notebook holds what it shows, and draws it at once.
_MOST_DOCUMENTS = 50
_MOST_FEATURES = 5


def page(blocks: Iterable[str]) -> str:
    """One box around `blocks`."""
    style = "line-height:1.9;max-height:40em;overflow:auto"
    return f'<div style="{style}">{"".join(blocks)}</div>'


def batch(outcomes: Sequence[Any]) -> str:
    """The first of many outcomes, and how many there are."""
    failures = sum(not hasattr(outcome, "found") and not hasattr(outcome, "findings") for outcome in outcomes)
    shown = min(len(outcomes), _MOST_DOCUMENTS)
    head = f"{len(outcomes)} documents, {failures} of them not read" + (f"; the first {shown}:" if shown < len(outcomes) else "")
    return page([_block(f"<b>{head}</b>"), *(block for outcome in outcomes[:shown] for block in _blocks(outcome))])


def result(shown: Result) -> str:
    """The text with its findings marked; a list of the findings where there is no text to mark."""
    name = _name(shown.id)
    if shown.text is None or any(finding.field for finding in shown.findings):
        listed = " ".join(_listed(finding) for finding in shown.findings) or "nothing found"
        return _block(f"{name}{listed}")
    marks = ((finding.start, finding.end, finding.entity_type, _reasons(finding)) for finding in shown.findings)
    return _block(name + "".join(_marked(shown.text, marks)))


def failure(shown: DocumentFailure) -> str:
    """What is wrong with the document."""
    label = _mark("not read", _FAILURE_HUE, shown.code, f"{shown.field} {shown.message}".strip())
    return _block(f"{_name(shown.id)}{label} {escape(shown.message)}")


def redaction(shown: Redaction) -> list[str]:
    """Each rewritten text with its replacements marked."""
    blocks = []
    for each in shown.texts:
        marks = ((put.new_start, put.new_end, put.entity_type, f"was {put.start} to {put.end}") for put in each.replacements)
        policy = f"<i>{escape(each.policy)}</i> " if each.policy else ""
        leaks = f" <b>{len(each.leaks)} leaks</b>" if each.leaks else ""
        blocks.append(_block(f"{_name(shown.id)}{policy}{''.join(_marked(each.text, marks))}{leaks}"))
    return blocks


def _blocks(outcome: Any) -> list[str]:
    if hasattr(outcome, "found"):
        return redaction(outcome)
    return [result(outcome) if hasattr(outcome, "findings") else failure(outcome)]


def _block(content: str) -> str:
    return f'<div style="white-space:pre-wrap;overflow-wrap:anywhere;margin:.3em 0">{content}</div>'


def _name(document_id: str) -> str:
    return f'<span style="opacity:.6">{escape(document_id)}</span> ' if document_id else ""


def _marked(text: str, marks: Iterable[tuple[int, int, str, str]]) -> Iterator[str]:
    at = 0
    for start, end, entity_type, title in sorted(marks):
        # Of spans that overlap, the later one shows what the earlier left of it.
        start = max(start, at)
        if start >= end:
            continue
        yield escape(text[at:start])
        yield _mark(text[start:end], _hue(entity_type), entity_type, title)
        at = end
    yield escape(text[at:])


def _listed(finding: Finding) -> str:
    where = f"{finding.field} {finding.start} to {finding.end}".strip()
    return _mark(where, _hue(finding.entity_type), finding.entity_type, _reasons(finding))


def _mark(content: str, hue: int, label: str, title: str) -> str:
    # Half transparent over whatever the page's background is, with the page's own colour of letters: readable on light and dark.
    style = f"background:hsla({hue},85%,55%,.28);border-bottom:2px solid hsl({hue},75%,50%);border-radius:3px;padding:1px 3px"
    small = f'<span style="font-size:.7em;opacity:.75;margin-left:.4em">{escape(label)}</span>'
    return f'<span style="{style}" title="{escape(title)}">{escape(content)}{small}</span>'


def _reasons(finding: Finding) -> str:
    terms = [f"#{item.feature} {item.logit:+.2f}" for item in finding.contributions[:_MOST_FEATURES]]
    terms += [f"{item.name} {item.logit:+.2f}" for item in finding.evidence]
    return f"{finding.entity_type} p={finding.probability:.3f}" + (f": {', '.join(terms)}" if terms else "")


def _hue(entity_type: str) -> int:
    return _HUES.get(entity_type, zlib.crc32(entity_type.encode()) % 360)
