"""Telephone numbers, by phonenumbers (libphonenumber): every country's numbering plan, and how numbers are written there."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat

from probes.evidence.value import Strength, Value

# Where a number without a country code may come from; the United States' plan is also Canada's.
_REGIONS = ("JP", "US", "GB", "DE", "FR", "ES", "IN", "IT", "NL", "AU", "BR", "MX", "KR", "CN", "CH", "AT", "IE", "SG")
# Plans in which a leading 0 and the right length say enough; the German and Austrian ones take almost anything.
_TRUNK_ZERO = frozenset({"JP", "GB", "FR", "IT", "AU", "KR", "CH"})
_MORE = r"(?:[ .\-/()]{0,3}[0-9])"
_INTERNATIONAL = re.compile(rf"(?<![0-9A-Za-z_+/=])(?<![0-9][.-])\(?\+ ?\(?[1-9]{_MORE}{{6,17}}(?![0-9])")
_NATIONAL = re.compile(rf"(?<![0-9A-Za-z_+])(?<![0-9_][.-])\(?[0-9]{_MORE}{{6,17}}(?![0-9])")
_EXTENSION = re.compile(r",? ?(?:ext(?:ension|n)?\.?|x|#|内線) ?[:.]? ?[0-9]{1,6}(?![0-9])", re.IGNORECASE)
_ANOTHER = re.compile(r" ?/ ?|  | \(| 0[1-9]| [0-9]{1,2}:[0-9]| [0-9]{1,4}([-/.])[0-9]{1,2}\1[0-9]")
_CLOCK = re.compile(":[0-9]")
_INDIA = 91
_GROUP = re.compile("[0-9]+")
_NAMED = re.compile(
    r"(?<![a-z])(?:tel|telephone|phones?|call|calling|mobile|mob|cell|fax|whatsapp|sms|text|dial|reach|contact|hotline|ph|telefon|"
    r"handy|portable|teléfono|téléphone|móvil|telefono|rufnummer)(?![a-z])|電話|携帯|連絡先|ファックス|直通|[☎☏📞📱]"
)
_SPEAKS = re.compile(r"[^\W\d_]")
_BEFORE = 32


def international(folded: str) -> Iterator[Value]:
    """Numbers with + and a country code: valid in that country's plan, or not `alone` if only of a length that it allows."""
    if "+" not in folded:
        return
    for match in _INTERNATIONAL.finditer(folded):
        possible = None
        for end in _ends(folded, match):
            number = _parsed(folded[match.start() : end], None)
            if number and phonenumbers.is_valid_number(number):
                yield _value(folded, match.start(), end, number, alone=_is_plain(folded, match.start(), end))
                break
            possible = possible or (end if number and phonenumbers.is_possible_number(number) else None)
        else:
            if possible and (number := _parsed(folded[match.start() : possible], None)):
                yield _value(folded, match.start(), possible, number, alone=False)


def national(folded: str) -> Iterator[Value]:
    """Numbers without a country code that are valid somewhere and written as they are there, or called a telephone number."""
    for match in _NATIONAL.finditer(folded):
        named = _NAMED.search(folded[max(0, match.start() - _BEFORE) : match.start()].lower()) is not None
        ends = _ends(folded, match)
        # A usual grouping shows where the number ends; a name only that there is one.
        for usual in (True, False):
            found = ((end, _in_some_plan(folded[match.start() : end], usual=usual, named=named)) for end in ends)
            if best := next(((end, number) for end, number in found if number), None):
                yield _value(folded, match.start(), *best, alone=False)
                break


def impossible(folded: str, start: int, end: int) -> str | None:
    """Why the span is no telephone number: fewer than 5 digits or more than 15.

    No opinion where letters stand among them (spoken digits, `1-800-FLOWERS`), beside a word for an extension, or where
    the digits may be those of two numbers.
    """
    written = folded[start:end]
    count = sum(c.isdigit() for c in written)
    if _SPEAKS.search(written) or 5 <= count <= 15 or any(c in written for c in "/,;\n、") or not count:
        return None
    extension = re.search(r"(?:ext|extension|内線|x)[.: ]{0,3}$", folded[max(0, start - 12) : start], re.IGNORECASE)
    cut = folded[max(0, start - 2) : start].strip(" -.()")[-1:].isdigit() or folded[end : end + 2].strip(" -.()")[:1].isdigit()
    return None if extension or cut else "phone_length"


def _ends(folded: str, match: re.Match[str]) -> list[int]:
    """Where the number may end, the longest first: at the last group, or before what begins another number, a date or a time."""
    *others, last = (group.end() for group in _GROUP.finditer(folded, match.start(), match.end()))
    ends = [last, *(end for end in reversed(others[-4:]) if _ANOTHER.match(folded, end))]
    return [end for end in ends if _goes_no_further(folded, end)]


def _goes_no_further(folded: str, end: int) -> bool:
    following = folded[end : end + 1]
    if _CLOCK.match(folded, end):
        return False
    return not ((following.isascii() and following.isalnum()) or following == "_") or _EXTENSION.match(folded, end) is not None


def _parsed(written: str, region: str | None) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return None


def _in_some_plan(written: str, *, usual: bool, named: bool) -> PhoneNumber | None:
    """The number of the first region in whose plan it is valid, if written in one of the `usual` ways there, or named."""
    trunk_zero = written.lstrip("(")[0] == "0"
    if not 5 <= sum(c.isdigit() for c in written) <= 15 or not (usual or named or trunk_zero):
        return None
    for region in _REGIONS:
        number = _parsed(written, region)
        if not number or not phonenumbers.is_valid_number(number):
            continue
        if _is_usual(written, number) if usual else named or (trunk_zero and region in _TRUNK_ZERO):
            return number
    return None


def _is_usual(written: str, number: PhoneNumber) -> bool:
    groups = _GROUP.findall(written)
    at_home = _GROUP.findall(phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL))
    abroad = _GROUP.findall(phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL))
    # Where numbers have a trunk 0 it is seldom left out at home, but for Indian mobile phones.
    without_zero = abroad[1:] if number.country_code == _INDIA else at_home
    return len(groups) > 1 and groups in (at_home, abroad, without_zero)


def _value(folded: str, start: int, end: int, number: PhoneNumber, *, alone: bool) -> Value:
    # A bracket that the number does not close is not part of it.
    while folded[start] == "(" and ")" not in folded[start:end]:
        start += 1
    region = phonenumbers.region_code_for_number(number) or f"+{number.country_code}"
    extension = _EXTENSION.match(folded, end)
    return Value(f"phonenumbers:{region}", Strength.GRAMMAR, start, extension.end() if extension else end, alone)


def _is_plain(folded: str, start: int, end: int) -> bool:
    """Whether the number is not a term of a sum or a line of a patch."""
    return not re.search(r"[0-9A-Za-z)\]] ?$", folded[max(0, start - 2) : start]) or folded[start - 1 : start].isspace()
