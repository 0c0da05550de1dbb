"""Forms that digits take when they are nobody's number: dates, times, versions, prices, hashes, order numbers, ISBNs."""

from __future__ import annotations

import re

from stdnum import isbn

_OUTSIDE = r"(?<![0-9A-Za-z_.])(?:{})(?![0-9A-Za-z_]|[.,][0-9])"
_TIME = r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
_YEAR, _PART = "(?:19|20)[0-9]{2}", "(?:0?[1-9]|[12][0-9]|3[01])"
_DATE = rf"{_YEAR}(?P<ymd>[./-])(?:0?[1-9]|1[0-2])(?P=ymd){_PART}|{_PART}(?P<dmy>[./-]){_PART}(?P=dmy){_YEAR}"
_DECIMAL = r"-?(?![2-9][0-9]{2}\.[0-9]{7}(?![0-9]))(?:0|[1-9][0-9]{0,2})\.[0-9]{2,20}"
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(_OUTSIDE.format(form)))
    for name, form in (
        ("date", rf"(?:{_DATE})(?:[T ]{{1,2}}{_TIME})?"),
        ("time", _TIME),
        (
            "version",
            r"[vV]?(?!0[0-9])[0-9]{1,3}(?:\.[0-9]{1,3}){2}(?:-[A-Za-z][0-9A-Za-z.]{0,15})?|[vV][0-9]{1,4}(?:\.[0-9]{1,6}){1,3}",
        ),
        ("decimal", rf"{_DECIMAL}(?:, ?{_DECIMAL})?"),
        ("uuid", r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"),
        ("hash", r"(?=[0-9]{0,40}[A-Fa-f])(?:[0-9a-f]{32,128}|[0-9A-F]{32,128})"),
        ("mac_address", r"[0-9A-Fa-f]{2}(?:(?P<s>[:-])[0-9A-Fa-f]{2})(?:(?P=s)[0-9A-Fa-f]{2}){4}"),
        ("price", r"[$€£¥₹] ?[0-9]{1,15}(?:[.,][0-9]{2,3}){0,5}|[0-9]{1,3}(?:,[0-9]{3}){1,5}(?:\.[0-9]{2})?"),
    )
)
_NO_ORDER = "TEL|PH|FAX|MOB|CELL|CALL|HP|WA|SMS|NO|NR|NUM|CARD|CC|VISA"
_ORDER = re.compile(rf"(?<![0-9A-Za-z])(?!{_NO_ORDER})[A-Z]{{2,6}}-?[0-9]{{3,20}}(?:-[0-9]{{1,12}}){{0,4}}(?![0-9A-Za-z])")
_AMAZON = re.compile(r"(?<![0-9A-Za-z-])[0-9]{3}-[0-9]{7}-[0-9]{7}(?![0-9A-Za-z-])")
_ISBN = re.compile(r"(?<![0-9A-Za-z])97[89](?:[ -]?[0-9]){10}(?![0-9A-Za-z])")


def lookalike(folded: str, start: int, end: int, entity_type: str) -> str | None:
    """The name of a form that is no number of `entity_type` and holds the whole span.

    Letters and digits in one may be an identity card or an account, so those are not taken for an order number; nor are three
    groups between dots, in which some states write identity numbers (12.345.678), taken for a version.
    """
    issued = entity_type in ("NATIONAL_ID", "BANK_ACCOUNT")
    for name, pattern in _FORMS:
        if not (issued and name == "version") and _holds(pattern, folded, start, end):
            return name
    if not issued and (_holds(_ORDER, folded, start, end) or _holds(_AMAZON, folded, start, end)):
        return "order_number"
    book = _holds(_ISBN, folded, start, end)
    return "isbn" if book and isbn.is_valid(book) else None


def _holds(pattern: re.Pattern[str], folded: str, start: int, end: int) -> str | None:
    for match in pattern.finditer(folded):
        if match.start() <= start and end <= match.end():
            return match.group()
        if match.start() > start:
            break
    return None
