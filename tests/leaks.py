"""Looks for a string in whatever form it may have been written."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from urllib.parse import quote

ASCII = "zugvogel-7f3a9c41"
"""Also part of a method's name, a header and a path."""
WIDE = "ördög鳥７ｆ３ａ"
"""What escapes look different for."""
TEXT = f'"{ASCII}" {ASCII}@example.com\n{WIDE}'
"""Input that holds both, and an e-mail address for the fake detector."""


def forms(text: str) -> dict[str, bytes]:
    """By their names, the ways in which `text` may be written; all in lower case but for base64."""
    utf8 = text.encode()
    found = {
        "utf-8": utf8,
        "utf-16-le": text.encode("utf-16-le"),
        "utf-16-be": text.encode("utf-16-be"),
        "utf-32-le": text.encode("utf-32-le"),
        "utf-8 read as latin-1": utf8.decode("latin-1").encode(),
        "hexadecimal": utf8.hex().encode(),
        "URL": quote(text, safe="").encode(),
        "URL, all escaped": "".join(f"%{byte:02x}" for byte in utf8).encode(),
        "repr": ascii(text)[1:-1].encode(),
        "repr of bytes": repr(utf8)[2:-1].encode(),
        "JSON": json.dumps(text)[1:-1].encode(),
        "octal": "".join(chr(b) if 32 <= b < 127 else f"\\{b:03o}" for b in utf8).encode(),
        "XML": text.encode("ascii", "xmlcharrefreplace"),
        "IDNA": text.encode("punycode"),
    }
    found = {name: value.lower() for name, value in found.items()}
    for kind, encode in (("base64", base64.b64encode), ("base64 for URLs", base64.urlsafe_b64encode)):
        for shift in range(3):
            # What stands before and behind it is not known, so the ends that depend on it are cut off.
            found[f"{kind}, shifted by {shift}"] = encode(bytes(shift) + utf8)[4 if shift else 0 :][: len(utf8) * 4 // 3 - 4]
    return found


def found_in(data: bytes) -> Iterator[str]:
    """In which forms `data` holds one of the strings."""
    lower = data.lower()
    for text in (ASCII, WIDE):
        for name, form in forms(text).items():
            if form in (data if name.startswith("base64") else lower):
                yield f"{text} as {name}"
