"""Dates of birth, moved by one number of days for a key and scope, and written as they were.

So the days between two dates stay. Of `03/04/1987` nobody can say which is the month: there both numbers move by themselves
within 1 to 12, so that it can still be read either way, and days between are not kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta

from piiprobe.redaction.surrogates.draw import Drawing
from piiprobe.redaction.surrogates.shape import shaped

LEAST_DAYS = 31
MOST_DAYS = 730
"""How far dates move, forwards or backwards."""

_MONTHS = (
    "January February March April May June July August September October November December",
    "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
)
_LANGUAGES = [names.split() for names in _MONTHS]
_NAME = "|".join(sorted({name for names in _LANGUAGES for name in names}, key=len, reverse=True))
# The first year of an era is 元年, and the year before its year 1 is added.
_ERAS = {
    "令和": 2018,
    "平成": 1988,
    "昭和": 1925,
    "大正": 1911,
    "明治": 1867,
    "R": 2018,
    "H": 1988,
    "S": 1925,
    "T": 1911,
    "M": 1867,
}
_ERA_BEGINS = (
    (date(2019, 5, 1), "令和", "R"),
    (date(1989, 1, 8), "平成", "H"),
    (date(1926, 12, 25), "昭和", "S"),
    (date(1912, 7, 30), "大正", "T"),
)
_FIRST_ERA = (date(1868, 1, 25), "明治", "M")
_ORDINAL = r"(?:(?P<th>st|nd|rd|th)\b|\.|º|er\b)?"
_Y, _M, _D = r"(?P<y>\d{4})", r"(?P<m>\d{1,2})", r"(?P<d>\d{1,2})"
_DATES = [
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_Y}(?P<s>[-/. ]){_M}(?P=s){_D}",
        r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)",
        rf"{_Y} ?年 ?{_M} ?月 ?{_D} ?日",
        rf"(?P<era>令和|平成|昭和|大正|明治) ?(?P<ey>\d{{1,2}}|元) ?年 ?{_M} ?月 ?{_D} ?日",
        rf"(?P<era>[RHSTM])\.? ?(?P<ey>\d{{1,2}})(?P<s>[./-]){_M}(?P=s){_D}",
        rf"{_D}{_ORDINAL},? (?:of |de )?(?P<name>{_NAME})\.?,? (?:de |del )?{_Y}",
        rf"(?P<name>{_NAME})\.? {_D}{_ORDINAL},? {_Y}",
        rf"{_D}[-/ ](?P<name>{_NAME})[-/ ]{_Y}",
        rf"(?P<name>{_NAME})\.?,? (?:de |del )?{_Y}",
        rf"{_D}{_ORDINAL} (?:of |de )?(?P<name>{_NAME})\.?",
        rf"(?P<name>{_NAME})\.? {_D}{_ORDINAL}",
        rf"{_Y} ?年 ?{_M} ?月",
        rf"{_M} ?月 ?{_D} ?日",
    )
]
# For what is not written: no leap year, and the middle of a month.
_SOME_YEAR, _SOME_DAY = "2001", "15"
_NUMBERS = re.compile(r"(?P<a>\d{1,2})(?P<s>[-/. ])(?P<b>\d{1,2})(?P=s)(?P<y>\d{4}|\d{2})")
# Years of two digits up to this one are of this century: people write the year of birth so.
_CENTURY = 26


def date_of_birth(text: str, drawing: Drawing) -> str:
    """The date moved; where it is not written in a way known here, its digits and letters are drawn."""
    draw = drawing("days")
    days = (LEAST_DAYS + draw.below(MOST_DAYS - LEAST_DAYS + 1)) * draw.choice((-1, 1))
    plain = "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)
    try:
        parts = _moved(plain, lambda day: day + timedelta(days=days), drawing)
    except (ValueError, OverflowError):
        parts = None
    return shaped(text, drawing("shape", text)) if parts is None else _spelled(text, parts)


def _moved(plain: str, move: Callable[[date], date], drawing: Drawing) -> dict[tuple[int, int], str] | None:
    """What to write where; None where it is not written in a way known here. Raises ValueError for a day that is none."""
    for form in _DATES:
        if match := form.fullmatch(plain):
            return _written(match, move)
    match = _NUMBERS.fullmatch(plain)
    return _numbers(match, move, drawing) if match else None


def _written(match: re.Match[str], move: Callable[[date], date]) -> dict[tuple[int, int], str]:
    groups = {name: written for name, written in match.groupdict().items() if written}
    names = next((names for names in _LANGUAGES if groups.get("name", "").casefold() in map(str.casefold, names)), None)
    month = 1 + [*map(str.casefold, names)].index(groups["name"].casefold()) if names else int(groups["m"])
    if "era" in groups:
        year = _ERAS[groups["era"].upper()] + (1 if groups["ey"] == "元" else int(groups["ey"]))
    else:
        year = int(groups.get("y", _SOME_YEAR))
    new = move(date(year, month, int(groups.get("d", _SOME_DAY))))
    padded = _is_padded(*(groups[name] for name in "md" if name in groups), numeric="年" not in match[0] and not names)
    parts = {"d": _number(new.day, padded), "m": _number(new.month, padded), "y": f"{new.year:04}", "th": _ordinal(new.day)}
    if names:
        parts["name"] = _recased(names[new.month - 1], groups["name"])
    if "era" in groups:
        parts["era"], parts["ey"] = _in_era(new, groups["era"], groups["ey"])
    return {match.span(name): part for name, part in parts.items() if name in groups}


def _in_era(day: date, era: str, year: str) -> tuple[str, str]:
    _, name, letter = next((each for each in _ERA_BEGINS if day >= each[0]), _FIRST_ERA)
    count = day.year - _ERAS[name]
    spelled = "元" if count == 1 and len(era) > 1 else _number(count, len(year) == 2 and len(era) == 1)
    return name if len(era) > 1 else _recased(letter, era), spelled


def _numbers(match: re.Match[str], move: Callable[[date], date], drawing: Drawing) -> dict[tuple[int, int], str]:
    first, second, short = int(match["a"]), int(match["b"]), int(match["y"])
    year = short if len(match["y"]) == 4 else short + (2000 if short <= _CENTURY else 1900)
    if match["s"] != "." and max(first, second) <= 12:
        new_year = year + (1 if move(date(year, 7, 1)).year > year else -1)
        draw = drawing("ambiguous")
        first, second = (1 + (each - 1 + 1 + draw.below(11)) % 12 for each in (first, second))
    else:
        # With dots the day stands first, wherever that is written.
        day_first = match["s"] == "." or first > 12
        new = move(date(year, second if day_first else first, first if day_first else second))
        new_year = new.year
        first, second = (new.day, new.month) if day_first else (new.month, new.day)
    padded = _is_padded(match["a"], match["b"], numeric=True)
    return {
        match.span("a"): _number(first, padded),
        match.span("b"): _number(second, padded),
        match.span("y"): f"{new_year % 10 ** len(match['y']):0{len(match['y'])}}",
    }


def _is_padded(*written: str, numeric: bool) -> bool:
    """Whether numbers below 10 are written with a 0: where one is, and among numbers alone where none is without."""
    return any(each.startswith("0") for each in written) or (numeric and all(len(each) == 2 for each in written))


def _number(number: int, padded: bool) -> str:
    return f"{number:02}" if padded else str(number)


def _ordinal(day: int) -> str:
    return "th" if 11 <= day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _recased(name: str, like: str) -> str:
    return name.upper() if like.isupper() else name.lower() if like.islower() else name.capitalize()


def _spelled(text: str, parts: dict[tuple[int, int], str]) -> str:
    """`parts` in their places in `text`, in the kind of digits that the text has."""
    zero = next(ord(char) - unicodedata.decimal(char) for char in text if char.isdecimal())
    new: list[str] = []
    at = 0
    for (start, end), part in sorted(parts.items()):
        new += [text[at:start], "".join(chr(zero + int(char)) if char.isdecimal() else char for char in part)]
        at = end
    return "".join([*new, text[at:]])
