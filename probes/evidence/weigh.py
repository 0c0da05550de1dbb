"""Evidence for and against spans, found in the text itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from probes.evidence import bank_account, credit_card, email, ip_address, national_id, phone, secret
from probes.evidence.fold import fold
from probes.evidence.lookalike import lookalike
from probes.evidence.value import Evidence, Strength, Value, Verdict

_CONTEXT = 64
_Values = Callable[[str], Iterator[Value]]
_Impossible = Callable[[str, int, int], str | None]

_VALUES: dict[str, tuple[_Values, ...]] = {
    "EMAIL": (email.values,),
    "PHONE": (phone.international, phone.national),
    "CREDIT_CARD": (credit_card.values,),
    "BANK_ACCOUNT": (bank_account.values,),
    "NATIONAL_ID": (national_id.values,),
    "IP_ADDRESS": (ip_address.values,),
    "SECRET": (secret.values,),
}
_ALONE: dict[str, _Values] = {
    "EMAIL": email.values,
    "PHONE": phone.international,
    "CREDIT_CARD": credit_card.values,
    "BANK_ACCOUNT": partial(bank_account.values, alone=True),
    "NATIONAL_ID": partial(national_id.values, alone=True),
    "IP_ADDRESS": ip_address.values,
    "SECRET": secret.values,
}
"""The same values, in a whole text; those that need the probe's word are not even looked for where that saves time."""
_IMPOSSIBLE: dict[str, _Impossible] = {
    "EMAIL": email.impossible,
    "PHONE": phone.impossible,
    "CREDIT_CARD": credit_card.impossible,
    "BANK_ACCOUNT": bank_account.impossible,
    "NATIONAL_ID": national_id.impossible,
    "IP_ADDRESS": ip_address.impossible,
}
DIGIT_CLASSES = frozenset({"PHONE", "NATIONAL_ID", "CREDIT_CARD", "BANK_ACCOUNT", "IP_ADDRESS"})
"""Classes whose values are digits, so that one is easily taken for another."""
# What is left out beside a confirmed value must be a label, not another value, nor the end of one that a plan gives fewer digits.
_LONG_RUN = re.compile("[0-9]{5}")
_KEPT = {"PHONE": re.compile("[0-9]"), "EMAIL": re.compile("[@0-9]"), "SECRET": re.compile(r"\S")}
_RANK = {Strength.CHECKSUM: 2, Strength.CHECK_DIGIT: 1, Strength.GRAMMAR: 0}


def weigh(text: str, start: int, end: int, entity_type: str) -> Evidence | None:
    """What the checks for `entity_type` say of `text[start:end]`, read with up to 64 characters on either side.

    Values that meet the span confirm it, with their outer edges: a cut value is made whole and a label is left out, but no other
    number. Otherwise the span is refuted if its form is impossible for the class. None: no opinion.
    """
    window = _Window(text, start, end)
    if entity_type not in _VALUES or not window.folded[window.start : window.end].strip():
        return None
    if entity_type in DIGIT_CLASSES and (form := lookalike(window.folded, window.start, window.end, entity_type)):
        return window.evidence(entity_type, form, Verdict.REFUTES, Strength.GRAMMAR, window.start, window.end)
    values = [value for find in _VALUES[entity_type] for value in window.met(find(window.folded))]
    if values:
        return window.confirmed(entity_type, values)
    impossible = _IMPOSSIBLE.get(entity_type)
    if impossible and (name := impossible(window.folded, window.start, window.end)):
        strength = Strength.CHECKSUM if name == "luhn" else Strength.GRAMMAR
        return window.evidence(entity_type, name, Verdict.REFUTES, strength, window.start, window.end)
    return None


def reclassify(text: str, start: int, end: int, entity_type: str) -> Evidence | None:
    """The evidence that a span of one digit class is of another: its check sum, unless the span's own class has one as well."""
    if entity_type not in DIGIT_CLASSES:
        return None
    own = weigh(text, start, end, entity_type)
    if own and own.verdict is Verdict.CONFIRMS and own.strength is Strength.CHECKSUM:
        return None
    window = _Window(text, start, end)
    for other in ("CREDIT_CARD", "BANK_ACCOUNT", "NATIONAL_ID"):
        values = [value for find in _VALUES[other] for value in window.met(find(window.folded))]
        strong = [value for value in values if value.alone and value.strength is Strength.CHECKSUM]
        if other != entity_type and strong and window.covers_digits(strong):
            return window.confirmed(other, strong)
    return None


def candidates(text: str) -> list[Evidence]:
    """Values in `text` so well formed that they need no one's word for their class, by start; they do not overlap."""
    folded = fold(text)
    found = [
        Evidence(entity_type, value.name, Verdict.CONFIRMS, value.strength, value.start, value.end)
        for entity_type, find in _ALONE.items()
        for value in find(folded)
        if value.alone
    ]
    chosen: list[Evidence] = []
    for one in sorted(found, key=lambda e: (e.start, -e.end)):
        if not chosen or chosen[-1].end <= one.start:
            chosen.append(one)
        elif _weight(one) > _weight(chosen[-1]):
            chosen[-1] = one
    return chosen


def _weight(evidence: Evidence) -> tuple[int, int]:
    return _RANK[evidence.strength], evidence.end - evidence.start


class _Window:
    """A span and its surroundings, folded; offsets inside are relative to the window."""

    def __init__(self, text: str, start: int, end: int) -> None:
        start = min(max(start, 0), len(text))
        end = min(max(end, start), len(text))
        self._offset = max(0, start - _CONTEXT)
        cut = min(len(text), end + _CONTEXT)
        self._left_is_cut, self._right_is_cut = self._offset > 0, cut < len(text)
        self.folded = fold(text[self._offset : cut])
        self.start, self.end = start - self._offset, end - self._offset

    def met(self, values: Iterable[Value]) -> list[Value]:
        """The values that meet the span and do not touch an edge where the text was cut, beyond which they may go on."""
        return [
            value
            for value in values
            if value.start < self.end
            and self.start < value.end
            and not (self._left_is_cut and value.start == 0)
            and not (self._right_is_cut and value.end == len(self.folded))
        ]

    def confirmed(self, entity_type: str, values: list[Value]) -> Evidence:
        """Evidence from the first to the last of the values, named after the strongest."""
        best = max(values, key=lambda v: (_RANK[v.strength], min(v.end, self.end) - max(v.start, self.start)))
        first, last = min(v.start for v in values), max(v.end for v in values)
        kept = _KEPT.get(entity_type, _LONG_RUN)
        if kept.search(self.folded, self.start, first):
            first = self.start
        if kept.search(self.folded, last, self.end):
            last = self.end
        return self.evidence(entity_type, best.name, Verdict.CONFIRMS, best.strength, first, last)

    def covers_digits(self, values: list[Value]) -> bool:
        """Whether no digit of the span lies outside the values."""
        left, right = min(v.start for v in values), max(v.end for v in values)
        return not any(c.isdigit() for c in self.folded[self.start : left] + self.folded[right : max(right, self.end)])

    def evidence(self, entity_type: str, name: str, verdict: Verdict, strength: Strength, start: int, end: int) -> Evidence:
        return Evidence(entity_type, name, verdict, strength, start + self._offset, end + self._offset)
