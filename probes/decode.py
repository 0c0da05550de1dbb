"""Tag logits of one text to token spans: the best path, then what the path cannot know about words and addresses."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from probes.path import best_path
from probes.tags import TokenSpan, class_tags, spans
from probes.tokens import Tokens

_WORD = re.compile("[0-9A-Za-z]{2}")


def token_spans(text: str, tokens: Tokens, logits: np.ndarray, transitions: np.ndarray, none_bias: float) -> list[TokenSpan]:
    """Decode the tag logits `[n, n_tags]` of one text.

    Args:
        text: the text.
        tokens: its tokens.
        logits: fp32.
        transitions: `[n_tags, n_tags]`, score of going from row to column.
        none_bias: added to the logit of `NONE`.
    """
    biased = logits.astype(np.float64)
    biased[:, 0] += none_bias
    return joined(text, tokens, logits, spans(best_path(biased, transitions)))


def joined(text: str, tokens: Tokens, logits: np.ndarray, found: Sequence[TokenSpan]) -> list[TokenSpan]:
    """Join spans that meet inside a word of ASCII letters and digits: the likelier class takes both.

    Digits are a token each, so the path may change its mind in the middle of a number or a password.
    """
    result: list[TokenSpan] = []
    for span in found:
        before = result[-1] if result else None
        at = int(tokens.starts[span.start])
        if before and before.end == span.start and tokens.ends[span.start - 1] == at and _WORD.fullmatch(text, at - 1, at + 1):
            both = logits[before.start : span.end]
            label = max(before.label, span.label, key=lambda label: float(both[:, class_tags(label)].max(1).sum()))
            result[-1] = TokenSpan(before.start, span.end, label)
        else:
            result.append(span)
    return result
