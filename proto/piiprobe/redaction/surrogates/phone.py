"""Telephone numbers of the same length and grouping, where the numbering plan has some that are nobody's.

- United States, Canada (+1): 555-0100 to 555-0199 of an area code, kept for fiction by the plan.
- United Kingdom (+44): 07700 900000 to 900999, 020 7946 0000 to 0999 and 01632 960000 to 960999, Ofcom's for drama.
- France (+33): Arcep's for fiction, 06 39 98, 01 99 00, 02 61 91, 03 53 01, 04 65 71 and 05 36 49.
- Germany (+49): 030 23125 000 to 999 and 0171 39200 00 to 99, the Bundesnetzagentur's for drama, where the length fits.
- Japan (+81): there is no range for fiction; behind the prefix 3 or 90 stands a 0, with which no subscriber's number begins.

Other numbers keep their country code or leading 0 and have all other digits drawn: they may be someone's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from piiprobe.redaction.surrogates.draw import Drawing
from piiprobe.redaction.surrogates.shape import shaped

# National numbers, without trunk 0; N is a digit from 2, # any.
_PLANS: dict[str, tuple[tuple[str, str], ...]] = {
    "1": ((r"\d{10}", "N##55501##"),),
    "44": ((r"7\d{9}", "7700900###"), (r"2\d{9}", "2079460###"), (r"[13]\d{9}", "1632960###")),
    "33": (
        (r"[67]\d{8}", "63998####"),
        (r"1\d{8}", "19900####"),
        (r"2\d{8}", "26191####"),
        (r"3\d{8}", "35301####"),
        (r"4\d{8}", "46571####"),
        (r"5\d{8}", "53649####"),
    ),
    "49": ((r"1[567]\d{8}", "17139200##"), (r"\d{10}", "3023125###")),
    "81": ((r"[5789]0\d{8}", "900#######"), (r"[1-9]\d{8}", "30#######")),
}
_COUNTRY = re.compile(r"(?:\+|00)(1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[2-9]\d\d)(0?)(\d+)")
_EXTENSION = re.compile(r"(?i)(\s*(?:ext(?:ension|n)?\.?|[x#;]|内線)[\s:.]*)(\d+)\Z")
_MOBILE_JP = re.compile("0[5789]0")


def phone(text: str, drawing: Drawing) -> str:
    """A number of the same form; the same for a number with and without its country code, where the plan can be told."""
    extension = _EXTENSION.search(text)
    if not extension:
        return _number(text, drawing)
    return f"{_number(text[: extension.start()], drawing)}{extension[1]}{shaped(extension[2], drawing('extension', text))}"


def _number(text: str, drawing: Drawing) -> str:
    plus = "+" if re.match(r"\W*[+＋]", text) else ""
    written = plus + "".join(str(unicodedata.decimal(char)) for char in text if char.isdecimal())
    groups = [len(group) for group in re.findall(r"\d+", text)]
    prefix, country, national = _split(written, groups)
    if any(char.isalpha() for char in text) or len(national) < 4:
        return shaped(text, drawing("shape", text))
    return _spelled(text, prefix.removeprefix("+") + _national(country, national, drawing))


def _split(written: str, groups: Sequence[int]) -> tuple[str, str, str]:
    """The number as prefix, country code, if it can be told, and the rest; without a prefix, form alone tells the country."""
    if match := _COUNTRY.fullmatch(written):
        return written[: match.start(3)], match[1], match[3]
    if written.startswith("0"):
        rest = written[1:]
        match len(written):
            case 11:
                return "0", "81" if _MOBILE_JP.match(written) else "44", rest
            case 10:
                return "0", "33" if groups == [2] * 5 else "81", rest
        return "0", "", rest
    if len(written) == 11 and written[0] == "1":
        return "1", "1", written[1:]
    return "", "1" if len(written) == 10 else "", written


def _national(country: str, national: str, drawing: Drawing) -> str:
    draw = drawing("phone", national)
    template = next((plan for form, plan in _PLANS.get(country, ()) if re.fullmatch(form, national)), None)
    if template is None:
        return shaped(national, draw)
    return "".join(str(2 + draw.below(8)) if each == "N" else str(draw.below(10)) if each == "#" else each for each in template)


def _spelled(like: str, digits: str) -> str:
    """`digits` in place of those of `like`, in the same kind of digits."""
    new = iter(digits)
    return "".join(chr(ord(char) - unicodedata.decimal(char) + int(next(new))) if char.isdecimal() else char for char in like)
