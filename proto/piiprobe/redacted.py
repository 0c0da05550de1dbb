"""What redaction gives, whether a server made it or this process."""

from __future__ import annotations

from dataclasses import dataclass, field

from piiprobe.results import Finding


@dataclass(frozen=True, slots=True)
class Replacement:
    """Where a finding was, `original[start:end]`, and what stands there now, `rewritten[new_start:new_end]`."""

    entity_type: str
    start: int
    end: int
    new_start: int
    new_end: int


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text rewritten by one policy; replacements are ordered by start, and between them the text is as it was.

    `leaks` is what was still found in it outside the replacements; None where nobody looked.
    """

    text: str = field(repr=False)
    replacements: tuple[Replacement, ...]
    policy: str = ""
    leaks: tuple[Finding, ...] | None = None


@dataclass(frozen=True, slots=True)
class Restored:
    """A text whose encrypted values were put back: how many, and how many stay, `of_another_key` or because they were changed."""

    text: str = field(repr=False)
    restored: int
    failed: int
    of_another_key: int
