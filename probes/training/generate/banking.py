"""Invented payment cards and bank accounts with valid check digits."""

from __future__ import annotations

import random
import string

from stdnum import iban, luhn

from probes.training.generate.identifiers import digits, letters
from probes.training.generate.words import words

_BRANDS = (
    ("4", 16),
    ("4", 16),
    ("51", 16),
    ("53", 16),
    ("55", 16),
    ("2221", 16),
    ("34", 15),
    ("37", 15),
    ("6011", 16),
    ("65", 16),
    ("3528", 16),
    ("36", 14),
)
_IBAN_SHAPES = {
    "DE": "18n",
    "GB": "4a14n",
    "FR": "23n",
    "NL": "4a10n",
    "CH": "17n",
    "AT": "16n",
    "IE": "4a14n",
    "PL": "24n",
    "SE": "20n",
    "DK": "14n",
    "PT": "21n",
    "GR": "23n",
    "IT": "1a22n",
    "AE": "19n",
    "LU": "16n",
    "SA": "20n",
}
JAPANESE_BANKS = words(
    "三菱UFJ銀行 みずほ銀行 三井住友銀行 りそな銀行 ゆうちょ銀行 楽天銀行 横浜銀行 千葉銀行 福岡銀行 静岡銀行 京都銀行 "
    "北洋銀行 七十七銀行 常陽銀行 足利銀行 群馬銀行 八十二銀行 十六銀行 南都銀行 中国銀行 伊予銀行 肥後銀行 琉球銀行 イオン銀行 "
    "セブン銀行 ソニー銀行 auじぶん銀行 京都中央信用金庫 多摩信用金庫 JAバンク 労働金庫 "
    "住信SBIネット銀行 PayPay銀行 城南信用金庫 西日本シティ銀行 百十四銀行 広島銀行"
)
ENGLISH_BANKS = words(
    "Chase|Bank of America|Wells Fargo|Barclays|HSBC|Lloyds|NatWest|Citibank|HDFC Bank|State Bank of India|ICICI|"
    "Deutsche Bank|Commerzbank|ING|Santander|Monzo|Revolut|TD Bank|Westpac|ANZ|First National Bank|GTBank|"
    "Standard Chartered|BNP Paribas|US Bank|Capital One",
    "|",
)


def card(rng: random.Random) -> str:
    """A Luhn-valid card number in one of the usual spacings."""
    prefix, size = rng.choice(_BRANDS)
    body = prefix + digits(rng, size - len(prefix) - 1)
    number = body + luhn.calc_check_digit(body)
    sep = rng.choice(("", " ", " ", "-", "-"))
    if size == 16:
        return sep.join(number[i : i + 4] for i in range(0, 16, 4))
    return sep.join((number[:4], number[4:10], number[10:]))


def typed_card(rng: random.Random) -> str:
    """A card number as somebody makes one up in a chat: blanks anywhere, a digit too few, seldom a valid check digit."""
    if rng.random() < 0.4:
        return card(rng)
    number = rng.choice("3444555566") + digits(rng, rng.choices((15, 14, 13, 11), (80, 8, 6, 6))[0])
    sep = rng.choice(("", "", " ", " ", "-", "  ", "."))
    return sep.join(number[i : i + 4] for i in range(0, len(number), 4))


def typed_account(rng: random.Random) -> str:
    """An account number as somebody gives it in a chat: five to twelve digits, often in groups."""
    number = digits(rng, rng.choices(range(5, 13), (14, 12, 10, 18, 14, 14, 6, 12))[0])
    draw = rng.random()
    if draw < 0.72:
        return number
    size = rng.choice((3, 4))
    return rng.choice((" ", "-")).join(number[i : i + size] for i in range(0, len(number), size))


def yucho_symbol(rng: random.Random) -> str:
    """The symbol of an account at Japan Post Bank."""
    return f"1{digits(rng, 3)}0"


def yucho_number(rng: random.Random) -> str:
    """The number of an account at Japan Post Bank."""
    return digits(rng, rng.choice((6, 7))) + "1"


def iban_number(rng: random.Random) -> str:
    """A valid IBAN, solid or in groups of four."""
    country, shape = rng.choice(tuple(_IBAN_SHAPES.items()))
    head, _, tail = shape.rpartition("a")
    bban = letters(rng, int(head or 0)) + digits(rng, int(tail[:-1]))
    number = country + iban.calc_check_digits(f"{country}00{bban}") + bban
    return number if rng.random() < 0.5 else " ".join(number[i : i + 4] for i in range(0, len(number), 4))


def account(rng: random.Random) -> str:
    """An account number as English-speaking banks write it."""
    size = rng.choice((8, 8, 9, 10, 10, 11, 12, 14))
    number = digits(rng, size)
    return f"{number[:4]} {number[4:8]} {number[8:]}".strip() if rng.random() < 0.08 else number


def routing(rng: random.Random) -> str:
    """A US routing number (names the bank, not the account)."""
    return rng.choice("0123") + digits(rng, 8)


def sort_code(rng: random.Random) -> str:
    """A UK sort code (names the branch)."""
    return f"{digits(rng, 2)}-{digits(rng, 2)}-{digits(rng, 2)}"


def swift(rng: random.Random) -> str:
    """A BIC (names the bank)."""
    return (
        letters(rng, 4)
        + rng.choice(("US", "GB", "DE", "FR", "JP", "IN", "CH"))
        + rng.choice(string.digits + "LMX")
        + rng.choice(string.digits)
        + rng.choice(("", "XXX"))
    )


def expiry(rng: random.Random) -> str:
    """A card's expiry."""
    return f"{rng.randint(1, 12):02d}/{rng.choice(('', '20'))}{rng.randint(25, 34)}"
