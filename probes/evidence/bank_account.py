"""Bank accounts that carry check digits: IBAN, and national numbers with two of them. Of plain digits nothing can be said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from stdnum import bic, iban, numdb
from stdnum.ar import cbu
from stdnum.es import ccc
from stdnum.no import kontonr
from stdnum.nz import bankaccount
from stdnum.us import rtn

from probes.evidence.scheme import NOT_INSIDE, Trust, scheme, values_of
from probes.evidence.value import Strength, Value

_IBAN_HEAD = re.compile(NOT_INSIDE + r"[A-Za-z]{2}[ -]?[0-9]{2}(?=[ -]?[0-9A-Za-z])")
SCHEMES = (
    scheme("es_ccc", r"[0-9]{4}(?P<s>[ -]?)[0-9]{4}(?P=s)[0-9]{2}(?P=s)[0-9]{10}", ccc.is_valid, 1 / 90, Trust.ALONE),
    scheme("ar_cbu", r"[0-9]{8}[ -]?[0-9]{14}", cbu.is_valid, 1 / 90, Trust.ALONE),
    scheme("nz_bank_account", r"[0-9]{2}-[0-9]{4}-[0-9]{7}-[0-9]{2,3}", bankaccount.is_valid, 1 / 1000, Trust.CLASSED),
    scheme("no_kontonr", r"[0-9]{4}[. ][0-9]{2}[. ][0-9]{5}", kontonr.is_valid, 1 / 11, Trust.CLASSED),
)
_ROUTING = re.compile(r"(?:routing|\baba\b|\brtn\b)[^0-9\n]{0,20}$", re.IGNORECASE)
_SORT_CODE = re.compile(r"[0-9]{2}[- ][0-9]{2}[- ][0-9]{2}")


def values(folded: str, *, alone: bool = False) -> Iterator[Value]:
    """Accounts whose check digits are right; `alone`: only those that need no one's word for it."""
    yield from _ibans(folded)
    yield from values_of(SCHEMES, folded, alone=alone)


def impossible(folded: str, start: int, end: int) -> str | None:
    """Which form shows that the span names a bank or a branch, not an account: routing number, sort code or BIC."""
    written = folded[start:end]
    if rtn.is_valid(written) and _ROUTING.search(folded, max(0, start - 32), start):
        return "us_rtn"
    if _SORT_CODE.fullmatch(written):
        return "sort_code"
    return "bic" if len(written) in (8, 11) and written.isupper() and bic.is_valid(written) else None


def _ibans(folded: str) -> Iterator[Value]:
    for head in _IBAN_HEAD.finditer(folded):
        size = _size(head.group()[:2].upper())
        end = _end(folded, head.start(), size) if size else None
        if end is None:
            continue
        number = "".join(c for c in folded[head.start() : end] if c.isalnum()).upper()
        # Before the library looks at the structure, because a long text may be full of such beginnings.
        if int("".join(str(int(c, 36)) for c in number[4:] + number[:4])) % 97 == 1 and iban.is_valid(number):
            yield Value("iban_mod97", Strength.CHECKSUM, head.start(), end, alone=True)


def _end(folded: str, start: int, size: int) -> int | None:
    """Where `size` letters and digits, parted by single blanks or dashes, end; None if another follows or they break off."""
    at, seen = start, 0
    while seen < size:
        if at >= len(folded):
            return None
        if folded[at].isascii() and folded[at].isalnum():
            seen += 1
        elif folded[at] not in " -" or folded[at - 1] in " -":
            return None
        at += 1
    return None if at < len(folded) and folded[at].isascii() and folded[at].isalnum() else at


@cache
def _size(country: str) -> int:
    """Characters of an IBAN of that country, 0 if it has none."""
    structure = next((str(found["bban"]) for _, found in numdb.get("iban").info(country) if "bban" in found), "")
    return 4 + sum(int(size) for size in re.findall(r"([0-9]+)!", structure)) if structure else 0
