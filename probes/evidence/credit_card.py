"""Payment cards: a known brand's prefix and length, and the Luhn check digit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import luhn as check_digit

from probes.evidence.value import Strength, Value

_SIXTEEN = frozenset({16})
_TO_NINETEEN = frozenset(range(16, 20))
# Ranges of the first four digits. Visa cards of 13 digits are gone, and article numbers (EAN-13) look like them.
_BRANDS: tuple[tuple[int, int, frozenset[int]], ...] = (
    (2200, 2204, _TO_NINETEEN),  # Mir
    (2221, 2720, _SIXTEEN),  # Mastercard
    (3000, 3059, frozenset({14})),  # Diners Club
    (3400, 3499, frozenset({15})),  # American Express
    (3528, 3589, _TO_NINETEEN),  # JCB
    (3600, 3699, frozenset({14})),  # Diners Club
    (3700, 3799, frozenset({15})),  # American Express
    (3800, 3999, frozenset({14})),  # Diners Club
    (4000, 4999, frozenset({16, 19})),  # Visa
    (5080, 5089, _SIXTEEN),  # RuPay
    (5100, 5599, _SIXTEEN),  # Mastercard
    (6011, 6011, frozenset({16, 19})),  # Discover
    (6200, 6299, _TO_NINETEEN),  # UnionPay
    (6440, 6599, frozenset({16, 19})),  # Discover, RuPay
    (6759, 6769, _TO_NINETEEN),  # Maestro
    (8100, 8299, _TO_NINETEEN),  # RuPay, UnionPay
)
# Solid, in the groups that are printed on cards, or digit by digit. More groups of four are a consignment, not a card.
_FORM = re.compile(
    r"(?<![0-9A-Za-z_#])(?<![0-9_][.-])(?<!_-)(?<!\b[0-9]{4} )"
    r"(?:[0-9]{14,16}"
    r"|[0-9]{4}(?P<dash> ?[-.] ?| {1,2})[0-9]{4}(?P=dash)[0-9]{4}(?P=dash)[0-9]{4}(?=(?P<more>(?P=dash)[0-9]{1,3}(?![0-9]))?)"
    r"|[0-9]{4}[ -]{1,2}[0-9]{6}[ -]{1,2}[0-9]{4,5}"
    r"|[0-9](?:[ -][0-9]){13,18})"
    r"(?![0-9A-Za-z_])(?! ?[.-] ?[0-9]{4})(?! {1,2}[0-9]{4}\b)"
)

_NAMED = re.compile(r"cards?(?![a-z])|credit|debit|visa|master|amex|american express|tarjeta|karte|カード|クレジット")
_BEFORE = 48


def values(folded: str) -> Iterator[Value]:
    """Cards that pass; of random numbers of 16 digits one in 40 does."""
    for start, end, passes in _cards(folded):
        if passes:
            yield Value("luhn", Strength.CHECKSUM, start, end, alone=True)


def impossible(folded: str, start: int, end: int) -> str | None:
    """Which check shows that the span is no card: it has a brand's prefix and length, and fails Luhn.

    No opinion where the text speaks of a card: people mistype and invent their numbers.
    """
    failing = any(low <= start and end <= high and not passes for low, high, passes in _cards(folded))
    named = failing and _NAMED.search(folded[max(0, start - _BEFORE) : start].lower())
    return "luhn" if failing and not named else None


def _cards(folded: str) -> Iterator[tuple[int, int, bool]]:
    """Edges of what has a brand's prefix and length, and whether it passes."""
    for match in _FORM.finditer(folded):
        ends = [match.end()]
        if match["more"]:
            # The rest of a longer number, or the security code.
            ends.append(match.end("more"))
        passing = next((end for end in ends if _branded(folded[match.start() : end], luhn=True)), None)
        if passing or _branded(match.group(), luhn=False):
            yield match.start(), passing or match.end(), passing is not None


def _branded(written: str, *, luhn: bool) -> bool:
    digits = "".join(c for c in written if c.isdigit())
    first = int(digits[:4])
    return any(low <= first <= high and len(digits) in sizes for low, high, sizes in _BRANDS) and (
        not luhn or check_digit.is_valid(digits)
    )
