"""E-mail addresses by their grammar, narrowed to what people write (no quoted local parts, no address literals)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from probes.evidence.value import Strength, Value

# The local part may begin only where no such character stands before, so a long run is read once.
_ADDRESS = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9_%+-](?:[A-Za-z0-9._%+'-]{0,62}[A-Za-z0-9_%+-])?@"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9_@])"
)
_FILE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|ico|css|js|json|html?|xml|txt|pdf|java|class|jar|dll|exe)$", re.IGNORECASE)
_SCHEME_REACH = 64
_IN_URL = re.compile(r"(?:/|:[^\s/@]{0,40})$")
_SAID = re.compile(
    r"(?<![a-z])(?:at|arroba|chez|klammeraffe)(?![a-z])|[★☆◎]|アット|あっと"
    r"|gmail|yahoo|hotmail|outlook|icloud|docomo|ezweb|softbank|proton|aol|gmx|(?<=[a-z0-9 ])(?:com|net|org|edu)$",
    re.IGNORECASE,
)


def values(folded: str) -> Iterator[Value]:
    """Addresses; of their own accord not those that are user and host of a URL or a repository."""
    if "@" not in folded:
        return
    for match in _ADDRESS.finditer(folded):
        if ".." not in match.group() and not _FILE.search(match.group()):
            yield Value("email_grammar", Strength.GRAMMAR, match.start(), match.end(), not _names_a_server(folded, match))


def impossible(folded: str, start: int, end: int) -> str | None:
    """Which form shows that the span is no address: neither an @ nor a word for one, or nothing before the @.

    Speech and chats lose the @ and the dots (`jo smith gmail com`), so a provider's name or a bare `com` at the end keeps an
    opinion back.
    """
    written = folded[start:end]
    if "@" in written:
        handle = written.startswith("@") and not folded[max(0, start - 1) : start].isalnum()
        return "email_grammar" if handle else None
    return None if _SAID.search(written) else "email_grammar"


def _names_a_server(folded: str, match: re.Match[str]) -> bool:
    if match.group().startswith("git@"):
        return True
    before = folded[max(0, match.start() - _SCHEME_REACH) : match.start()]
    return "://" in before and _IN_URL.search(before) is not None
