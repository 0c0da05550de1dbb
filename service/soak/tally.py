"""What a client counts, and hands on as it goes, so that what a killed one has counted is not lost."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Tally:
    """Counts since the last `taken`.

    Attributes:
        calls: by `METHOD CODE`; `METHOD given-up` are those that the client cancelled.
        documents, tokens: answered with OK and compared.
        started, ended: calls.
        flips: findings near their threshold that rounding added or took away.
        wrong: answers that are not the expected ones, `lost`: calls without one, `undocumented`: statuses that the contract does
            not give for the call; each what is known of it, without text.
    """

    calls: Counter[str] = field(default_factory=Counter)
    documents: int = 0
    tokens: int = 0
    started: int = 0
    ended: int = 0
    flips: int = 0
    wrong: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    undocumented: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """All of `other` as well."""
        self.calls.update(other.calls)
        for name in ("documents", "tokens", "started", "ended", "flips", "wrong", "lost", "undocumented"):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def taken(self) -> str:
        """A line of JSON; counting begins anew."""
        values = {name: getattr(self, name) for name in self.__slots__}
        self.__init__()  # type: ignore[misc]
        return json.dumps(values)

    @classmethod
    def of(cls, line: str) -> Tally:
        """What `taken` wrote."""
        values: dict[str, Any] = json.loads(line)
        return cls(**{**values, "calls": Counter(values["calls"])})

    @property
    def clean(self) -> bool:
        """Nothing is wrong, lost or undocumented."""
        return not (self.wrong or self.lost or self.undocumented)
