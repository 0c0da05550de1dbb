"""Check sums of numbers, in the simple forms that can be kept here; of what is written, blanks and dashes do not count."""

from __future__ import annotations

import re
from collections.abc import Callable

_BLANKS = re.compile(r"[\s.\-/]")


def luhn(written: str) -> bool:
    """Payment cards, and the ids of Canada, Sweden, South Africa and others."""
    digits = _digits(written)
    if len(digits) < 8:
        return False
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def iban(written: str) -> bool:
    """Bank accounts by ISO 13616: as a number in base 36, its beginning moved to the end, the remainder by 97 is 1."""
    compact = _BLANKS.sub("", written).upper()
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{8,30}", compact, re.ASCII):
        return False
    return int("".join(str(int(char, 36)) for char in compact[4:] + compact[:4])) % 97 == 1


def nir(written: str) -> bool:
    """France's social security number: 13 digits, and 97 less their remainder by 97."""
    digits = _BLANKS.sub("", written)
    return bool(re.fullmatch(r"[0-9]{15}", digits, re.ASCII)) and 97 - int(digits[:13]) % 97 == int(digits[13:])


def dni(written: str) -> bool:
    """Spain's identity numbers: the letter is that of the remainder by 23."""
    compact = _BLANKS.sub("", written).upper()
    if not re.fullmatch(r"[0-9XYZ][0-9]{7}[A-Z]", compact, re.ASCII):
        return False
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(compact[:-1].translate(_NIE)) % 23] == compact[-1]


def my_number(written: str) -> bool:
    """Japan's individual number: 12 digits, the last from a weighted sum by 11."""
    digits = _digits(written)
    if len(digits) != 12:
        return False
    total = sum(digit * weight for digit, weight in zip(digits[:11], (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2), strict=True))
    return digits[11] == (0 if total % 11 <= 1 else 11 - total % 11)


def steuer_id(written: str) -> bool:
    """Germany's tax number: 11 digits, the last by ISO 7064, MOD 11,10."""
    digits = _digits(written)
    if len(digits) != 11:
        return False
    product = 10
    for digit in digits[:10]:
        product = ((digit + product) % 10 or 10) * 2 % 11
    return digits[10] == (11 - product) % 10


CHECKS: tuple[Callable[[str], bool], ...] = (luhn, iban, nir, dni, my_number, steuer_id)

_NIE = str.maketrans("XYZ", "012")


def _digits(written: str) -> list[int]:
    compact = _BLANKS.sub("", written)
    return [int(char) for char in compact] if compact.isdecimal() else []
