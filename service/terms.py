"""Finds any number of texts in another in one pass, as whole words and without regard to case."""

from __future__ import annotations

import re
import unicodedata
from collections import deque
from collections.abc import Iterator, Sequence

# Scripts whose words do not show their ends, or in Korean take what follows a name into the word: each character is a word there.
_WITHOUT_BLANKS = (
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u1950-\u19ff\u1a20-\u1aaf"
    "\u3005-\u3007\u3021-\u30ff\u3100-\u318f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uaa60-\uaa7f\uac00-\ud7ff"
    "\uf900-\ufaff\uff66-\uffdc\U00016fe0-\U00018dff\U0001aff0-\U0001b2ff\U00020000-\U000323af"
)
_UNIT = re.compile(rf"(?:[^\W_{_WITHOUT_BLANKS}][\u0300-\u036f]*)+|\s+|.", re.DOTALL)


def folded(text: str) -> str:
    """What two texts have in common that differ in case, width or the way in which accents are written, and in nothing else."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


class Terms:
    """An automaton after Aho and Corasick (1975) whose letters are words, blanks and single characters.

    So a term never cuts a word of an alphabet or a number, and the time that a text takes does not grow with the terms.
    """

    def __init__(self, terms: Sequence[str]) -> None:
        """Takes terms that are not empty."""
        self._next: list[dict[str, int]] = [{}]
        self._suffix = [0]
        # Of the longest term that ends in a state: its index, and its units.
        self._ends: list[tuple[int, int] | None] = [None]
        for index, term in enumerate(terms):
            self._add(index, [_key(unit[0]) for unit in _UNIT.finditer(term)])
        self._link()

    def matches(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Start, end and index of the longest term wherever one ends, by end; of equal terms the first."""
        state = 0
        starts: list[int] = []
        for unit in _UNIT.finditer(text):
            starts.append(unit.start())
            key = _key(unit[0])
            while state and key not in self._next[state]:
                state = self._suffix[state]
            state = self._next[state].get(key, 0)
            if end := self._ends[state]:
                index, units = end
                yield starts[-units], unit.end(), index

    def _add(self, index: int, keys: Sequence[str]) -> None:
        state = 0
        for key in keys:
            if key not in self._next[state]:
                self._next[state][key] = len(self._next)
                self._next.append({})
                self._suffix.append(0)
                self._ends.append(None)
            state = self._next[state][key]
        self._ends[state] = self._ends[state] or (index, len(keys))

    def _link(self) -> None:
        """Gives each state the longest other one that ends alike, shortest first."""
        waiting = deque(self._next[0].values())
        while waiting:
            state = waiting.popleft()
            self._ends[state] = self._ends[state] or self._ends[self._suffix[state]]
            for key, child in self._next[state].items():
                suffix = self._suffix[state]
                while suffix and key not in self._next[suffix]:
                    suffix = self._suffix[suffix]
                self._suffix[child] = self._next[suffix].get(key, 0)
                waiting.append(child)


def _key(unit: str) -> str:
    return " " if unit.isspace() else folded(unit)
