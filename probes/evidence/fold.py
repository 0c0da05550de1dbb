"""One character for each: digits, letters, dashes and blanks of other scripts and widths as their ASCII forms."""

from __future__ import annotations

import re
import unicodedata

_DASHES = "\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d"
# No digit or blank stands higher; all of Unicode would add a third of a second to every start.
_ASSIGNED = range(128, 0x20000)
_FOLDS = {
    **{at: str(unicodedata.decimal(chr(at))) for at in _ASSIGNED if chr(at).isdecimal()},
    **{at: " " for at in _ASSIGNED if unicodedata.category(chr(at)) == "Zs"},
    **{ord(dash): "-" for dash in _DASHES},
    **{at: chr(at - 0xFEE0) for at in range(0xFF01, 0xFF5F) if at != 0xFF0D},
    ord("\t"): " ",
}
# Katakana needs its long-vowel mark; only between digits does it stand for a dash.
_LONG_VOWEL = re.compile(r"(?<=[0-9])[ーｰ](?=[0-9])")


def fold(text: str) -> str:
    """`text` with every digit, dash, blank and full-width character as its ASCII form, at the same code-point offsets."""
    return text if text.isascii() and "\t" not in text else _LONG_VOWEL.sub("-", text.translate(_FOLDS))
