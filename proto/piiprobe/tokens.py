"""Bearer tokens, and files of them."""

from __future__ import annotations

import os
import re
from pathlib import Path

# The b64token of RFC 6750: nothing in it can end a header.
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*", re.ASCII)


def is_token(text: str) -> bool:
    """Whether `text` can be sent as a bearer token."""
    return _TOKEN.fullmatch(text) is not None


def read_tokens(path: str | os.PathLike[str]) -> tuple[str, ...]:
    """The tokens of a file, one a line; blank lines and lines that begin with # do not count.

    Raises:
        ValueError: a line is not a token, or there is none; says nothing of what the file holds.
        OSError: the file cannot be read.
    """
    lines = (line.strip() for line in Path(path).read_text(encoding="utf-8", errors="replace").splitlines())
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line and not line.startswith("#")]
    for number, line in numbered:
        if not is_token(line):
            raise ValueError(f"line {number} is not a token: letters, digits and -._~+/ only")
    if not numbered:
        raise ValueError("the file holds no token")
    return tuple(line for _, line in numbered)
