"""Numbers of persons, cards and accounts: of the same shape, and with right check digits where the number had them."""

from __future__ import annotations

import re

from piiprobe.redaction.surrogates.checks import CHECKS, iban
from piiprobe.redaction.surrogates.draw import Drawing
from piiprobe.redaction.surrogates.shape import shaped

# Where one check digit must be right a tenth of the draws are, where two must a hundredth; none of 20,000 would be a wonder.
_TRIES = 20_000
_SSN = re.compile(r"\d{3}([- ])\d{2}\1\d{4}", re.ASCII)
# An area number that the United States give to nobody.
_NO_AREA = "666"


def national_id(text: str, drawing: Drawing) -> str:
    """An id; one in the form of a US social security number begins with 666, which none does."""
    new = _numbered(text, "", drawing)
    return f"{_NO_AREA}{new[3:]}" if _SSN.fullmatch(text) else new


def card(text: str, drawing: Drawing) -> str:
    """A card's number; the first digit, that of the network, stays."""
    return _numbered(text, text[:1], drawing)


def account(text: str, drawing: Drawing) -> str:
    """An account's number; an IBAN's country stays."""
    return _numbered(text, text[:2] if iban(text) else "", drawing)


def _numbered(text: str, stays: str, drawing: Drawing) -> str:
    passed = [check for check in CHECKS if check(text)]
    compact = "".join(filter(str.isalnum, text))
    for attempt in range(_TRIES):
        new = stays + _respelled(text[len(stays) :], shaped(compact[len(stays) :], drawing("number", str(attempt), compact)))
        if all(check(new) for check in passed):
            break
    return new


def _respelled(like: str, characters: str) -> str:
    new = iter(characters)
    return "".join(next(new, "") if char.isalnum() else char for char in like)
