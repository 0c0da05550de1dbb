"""Keys and tokens whose makers gave them a form of their own. Of any other secret nothing can be said."""

from __future__ import annotations

import re
from collections.abc import Iterator

from probes.evidence.value import Strength, Value

_KEY = re.compile(
    r"(?<![A-Za-z0-9_-])(?:"
    r"(?P<jwt>eyJ[A-Za-z0-9_-]{8,2048}\.eyJ[A-Za-z0-9_-]{8,4096}\.[A-Za-z0-9_-]{16,1024})"
    r"|(?P<aws_access_key>(?:AKIA|ASIA)[0-9A-Z]{16})"
    r"|(?P<github_token>gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{60,255})"
    r"|(?P<sk_key>sk-(?=[A-Za-z_-]{0,200}[0-9])(?=[a-z0-9_-]{0,200}[A-Z])[A-Za-z0-9_-]{20,200})"
    r"|(?P<stripe_key>[rs]k_(?:live|test)_[A-Za-z0-9]{20,120})"
    r"|(?P<slack_token>xox[abprs]-[0-9A-Za-z-]{20,120})"
    r"|(?P<google_api_key>AIza[A-Za-z0-9_-]{35})"
    r"|(?P<gitlab_token>glpat-[A-Za-z0-9_-]{20,60})"
    r"|(?P<hugging_face_token>hf_[A-Za-z0-9]{30,60})"
    r"|(?P<sendgrid_key>SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43})"
    r"|(?P<npm_token>npm_[A-Za-z0-9]{36})"
    r")(?![A-Za-z0-9_-])"
)
# The body may hold no two dashes in a row, so that a header without an end is left at the next one.
_PEM = re.compile(
    r"-----BEGIN (?:[A-Z]{2,12} ){0,2}PRIVATE KEY-----"
    r"(?:[^-]|-(?!-)){16,16384}+-----END [A-Z ]{0,26}PRIVATE KEY-----"
)


def values(folded: str) -> Iterator[Value]:
    """Keys and tokens of a known form, whole."""
    for match in _KEY.finditer(folded):
        yield Value(match.lastgroup or "", Strength.GRAMMAR, match.start(), match.end(), alone=True)
    for match in _PEM.finditer(folded):
        yield Value("pem_private_key", Strength.GRAMMAR, match.start(), match.end(), alone=True)
