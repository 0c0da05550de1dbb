"""Numbers issued under a scheme: a written form, a check, and how far the two can be believed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from probes.evidence.value import Value, strength_of

_BEFORE, _AFTER = 48, 16
NOT_INSIDE = r"(?<![0-9A-Za-z_])(?<![0-9_][.-])"
"""Left edge of a written form: not in the middle of a word, a decimal or a longer dashed number."""
NOT_CONTINUED = r"(?![0-9A-Za-z_])(?![.-][0-9])"


class Trust(Enum):
    """What else must speak for a value that passes its check. A value whose scheme is named beside it is always believed."""

    ALONE = "alone"
    """Nothing: hardly anything else is written so and passes."""
    CLASSED = "classed"
    """The probe's class."""
    NAMED = "named"
    """The scheme's name in the text: the written form is everyone's and the check passes too easily."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """One written form of one scheme.

    Attributes:
        chance: that random letters and digits of the same written form pass pattern and check.
        names: as texts name the scheme, in lower case.
    """

    name: str
    pattern: re.Pattern[str]
    check: Callable[[str], object]
    chance: float
    trust: Trust
    names: tuple[str, ...]
    named: re.Pattern[str]

    def values(self, folded: str) -> Iterator[Value]:
        """The values of this scheme in a folded text that may be believed, left to right."""
        for match in self.pattern.finditer(folded):
            start, end = match.span()
            # The cheap question first.
            named = self._is_named(folded, start, end)
            if (named or self.trust is not Trust.NAMED) and self._passes(match.group()):
                yield Value(self.name, strength_of(self.chance), start, end, named or self.trust is Trust.ALONE)

    def _passes(self, written: str) -> bool:
        try:
            return bool(self.check(written))
        except (LookupError, ValueError):
            # python-stdnum looks some parts up in tables with holes; a number that it cannot read is none of that scheme.
            return False

    def _is_named(self, folded: str, start: int, end: int) -> bool:
        around = f"{folded[max(0, start - _BEFORE) : start]}\n{folded[end : end + _AFTER]}"
        return self.named.search(around.lower()) is not None


def scheme(name: str, form: str, check: Callable[[str], object], chance: float, trust: Trust, names: str = "") -> Scheme:
    """A scheme whose values are written as the regular expression `form`, which may not begin or end inside another word.

    `names` are parted by `|`.
    """
    pattern = re.compile(f"{NOT_INSIDE}(?:{form}){NOT_CONTINUED}", re.IGNORECASE)
    words = tuple(names.split("|")) if names else ()
    # Of a name in Latin letters the ends must show; Japanese runs on.
    parts = [rf"(?<![a-z]){re.escape(word)}(?![a-z])" if word.isascii() else re.escape(word) for word in words]
    return Scheme(name, pattern, check, chance, trust, words, re.compile("|".join(parts) or "(?!)"))


def values_of(schemes: Iterable[Scheme], folded: str, *, alone: bool) -> Iterator[Value]:
    """The values of all schemes, or `alone`: those that need no one's word for their class."""
    lower = folded.lower()
    for one in schemes:
        believed = one.trust is Trust.ALONE or (one.trust is Trust.CLASSED and not alone)
        # A scheme that needs its name is tried only where the name is there at all: most texts name none.
        if believed or (any(name in lower for name in one.names) and one.named.search(lower)):
            yield from (value for value in one.values(folded) if value.alone or not alone)
