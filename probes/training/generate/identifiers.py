"""Invented national identifiers and dates of birth, with the check digits that the real ones have."""

from __future__ import annotations

import random
import string
from collections.abc import Callable

from stdnum import luhn, verhoeff
from stdnum.br import cpf
from stdnum.cn import ric
from stdnum.es import dni
from stdnum.fr import nir
from stdnum.ie import vat as irish_vat
from stdnum.iso7064 import mod_11_10
from stdnum.it import codicefiscale
from stdnum.jp import in_ as jp_individual
from stdnum.kr import rrn
from stdnum.pl import pesel

from probes.training.generate.words import words

MONTHS = words("January February March April May June July August September October November December")


def digits(rng: random.Random, count: int) -> str:
    """`count` random digits."""
    return "".join(rng.choices(string.digits, k=count))


def letters(rng: random.Random, count: int) -> str:
    """`count` random capital letters."""
    return "".join(rng.choices(string.ascii_uppercase, k=count))


def ssn(rng: random.Random) -> str:
    """US social security number."""
    area = rng.choice((rng.randint(1, 665), rng.randint(667, 899)))
    parts = f"{area:03d}", f"{rng.randint(1, 99):02d}", f"{rng.randint(1, 9999):04d}"
    return rng.choices(("-", " ", ""), (64, 16, 20))[0].join(parts)


def itin(rng: random.Random) -> str:
    """US individual taxpayer number: 9xx and a group between 70 and 88."""
    return rng.choice(("-", "-", "")).join((f"9{digits(rng, 2)}", f"{rng.randint(70, 88)}", digits(rng, 4)))


def nino(rng: random.Random) -> str:
    """UK national insurance number."""
    body = (
        rng.choice("ABCEGHJKLMPRSTWXYZ") + rng.choice("ABCEGHJKLMNPRSTWXYZ"),
        digits(rng, 2),
        digits(rng, 2),
        digits(rng, 2),
        rng.choice("ABCD"),
    )
    return rng.choice((" ", "", "")).join(body) if rng.random() < 0.9 else f"{body[0]} {''.join(body[1:4])} {body[4]}"


def nhs(rng: random.Random) -> str:
    """UK health service number."""
    while True:
        body = rng.choice("4679") + digits(rng, 8)
        check = (11 - sum((10 - i) * int(c) for i, c in enumerate(body)) % 11) % 11
        if check < 10:
            number = body + str(check)
            return rng.choice((number, f"{number[:3]} {number[3:6]} {number[6:]}"))


def aadhaar(rng: random.Random) -> str:
    """Indian Aadhaar number."""
    body = rng.choice("23456789") + digits(rng, 10)
    number = body + verhoeff.calc_check_digit(body)
    return rng.choice((number, f"{number[:4]} {number[4:8]} {number[8:]}", f"{number[:4]}-{number[4:8]}-{number[8:]}"))


def pan(rng: random.Random) -> str:
    """Indian permanent account number of a person."""
    return letters(rng, 3) + "P" + letters(rng, 1) + digits(rng, 4) + letters(rng, 1)


def spanish_dni(rng: random.Random) -> str:
    """Spanish DNI."""
    body = digits(rng, 8)
    return body + rng.choice(("", "", "-")) + dni.calc_check_digit(body)


def steuer_id(rng: random.Random) -> str:
    """German tax id: of its first ten digits exactly one stands twice."""
    pool = rng.sample(string.digits, 9)
    pool.append(pool[0])
    rng.shuffle(pool)
    if pool[0] == "0":
        pool[0], other = next(c for c in pool if c != "0"), pool.index(next(c for c in pool if c != "0"))
        pool[other] = "0"
    body = "".join(pool)
    number = body + mod_11_10.calc_check_digit(body)
    return rng.choice((number, f"{number[:2]} {number[2:5]} {number[5:8]} {number[8:]}"))


def french_nir(rng: random.Random) -> str:
    """French social security number."""
    birth = f"{rng.randint(0, 99):02d}{rng.randint(1, 12):02d}"
    body = f"{rng.choice('12')}{birth}{rng.randint(21, 95):02d}{rng.randint(1, 899):03d}{rng.randint(1, 999):03d}"
    check = nir.calc_check_digits(body)
    return rng.choice((body + check, f"{body[0]} {body[1:3]} {body[3:5]} {body[5:7]} {body[7:10]} {body[10:]} {check}"))


def codice_fiscale(rng: random.Random) -> str:
    """Italian tax code."""
    consonants = "BCDFGLMNPRSTVZ"
    body = (
        "".join(rng.choices(consonants, k=6))
        + f"{rng.randint(30, 99)}{rng.choice('ABCDEHLMPRST')}{rng.choice((0, 40)) + rng.randint(1, 28):02d}"
    )
    body += rng.choice("ABCDEFGHIL") + digits(rng, 3)
    return body + codicefiscale.calc_check_digit(body)


def polish_pesel(rng: random.Random) -> str:
    """Polish PESEL."""
    body = f"{rng.randint(30, 99)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}{digits(rng, 4)}"
    return body + pesel.calc_check_digit(body)


def canadian_sin(rng: random.Random) -> str:
    """Canadian social insurance number."""
    body = rng.choice("1234567") + digits(rng, 7)
    number = body + luhn.calc_check_digit(body)
    return rng.choice((number, f"{number[:3]} {number[3:6]} {number[6:]}", f"{number[:3]}-{number[3:6]}-{number[6:]}"))


def tax_file_number(rng: random.Random) -> str:
    """Australian tax file number."""
    while True:
        number = rng.choice("123456789") + digits(rng, 8)
        if sum(w * int(c) for w, c in zip((1, 4, 3, 7, 5, 8, 6, 9, 10), number, strict=True)) % 11 == 0:
            return rng.choice((number, f"{number[:3]} {number[3:6]} {number[6:]}"))


def medicare(rng: random.Random) -> str:
    """Australian Medicare card number with its issue digit."""
    body = rng.choice("23456") + digits(rng, 7)
    check = sum(w * int(c) for w, c in zip((1, 3, 7, 9, 1, 3, 7, 9), body, strict=True)) % 10
    number = f"{body}{check}{rng.randint(1, 5)}"
    return rng.choice((number, f"{number[:4]} {number[4:9]} {number[9]}"))


def nric(rng: random.Random) -> str:
    """Singapore NRIC or FIN."""
    kind, body = rng.choice("SSTTFG"), digits(rng, 7)
    total = sum(w * int(c) for w, c in zip((2, 7, 6, 5, 4, 3, 2), body, strict=True)) + (4 if kind in "TG" else 0)
    return kind + body + ("JZIHGFEDCBA" if kind in "ST" else "XWUTRQPNMLK")[total % 11]


def _born(rng: random.Random) -> tuple[int, str]:
    return rng.randint(1940, 2004), f"{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}"


def south_african_id(rng: random.Random) -> str:
    """South African identity number."""
    year, day = _born(rng)
    body = f"{year % 100:02d}{day}{digits(rng, 4)}{rng.choice('001')}8"
    number = body + luhn.calc_check_digit(body)
    return rng.choice((number, number, f"{number[:6]} {number[6:10]} {number[10:]}"))


def irish_pps(rng: random.Random) -> str:
    """Irish personal public service number."""
    body = digits(rng, 7)
    return body + irish_vat.calc_check_digit(body)


def brazilian_cpf(rng: random.Random) -> str:
    """Brazilian CPF."""
    body = digits(rng, 9)
    number = body + cpf._calc_check_digits(body)
    return rng.choice((number, f"{number[:3]}.{number[3:6]}.{number[6:9]}-{number[9:]}"))


def chinese_id(rng: random.Random) -> str:
    """Chinese resident identity number."""
    year, day = _born(rng)
    body = f"{rng.choice(('110101', '310104', '110108', '310115', '120101', '110105'))}{year}{day}{digits(rng, 3)}"
    return body + ric.calc_check_digit(body + "0")


def korean_rrn(rng: random.Random) -> str:
    """Korean resident registration number."""
    year, day = _born(rng)
    sex = rng.choice("12") if year < 2000 else rng.choice("34")
    body = f"{year % 100:02d}{day}{sex}{rng.randint(0, 90):02d}{digits(rng, 3)}"
    number = body + rrn.calc_check_digit(body)
    return f"{number[:6]}-{number[6:]}" if rng.random() < 0.8 else number


def passport(rng: random.Random) -> str:
    """Passport number shapes of several countries."""
    return rng.choice(
        (digits(rng, 9), letters(rng, 1) + digits(rng, 8), letters(rng, 2) + digits(rng, 7), letters(rng, 1) + digits(rng, 7))
    )


def driving_licence(rng: random.Random) -> str:
    """Driving licence number shapes of several countries."""
    return rng.choice(
        (
            letters(rng, 1) + digits(rng, 7),
            letters(rng, 5) + digits(rng, 6) + letters(rng, 2) + digits(rng, 1) + letters(rng, 2),
            letters(rng, 1) + digits(rng, 3) + "-" + digits(rng, 4) + "-" + digits(rng, 4),
            letters(rng, 1) + digits(rng, 12),
            digits(rng, 8),
            digits(rng, 9),
            letters(rng, 2) + digits(rng, 6),
            f"{letters(rng, 2)}{rng.randint(1, 29):02d} {rng.randint(1990, 2022)}{digits(rng, 7)}",
            f"{letters(rng, 1)}{digits(rng, 4)}-{digits(rng, 5)}-{digits(rng, 5)}",
        )
    )


def my_number(rng: random.Random) -> str:
    """Japanese individual number."""
    body = digits(rng, 11)
    number = body + jp_individual.calc_check_digit(body)
    return rng.choices(
        (number, f"{number[:4]} {number[4:8]} {number[8:]}", f"{number[:4]}-{number[4:8]}-{number[8:]}"), (60, 20, 20)
    )[0]


def jp_passport(rng: random.Random) -> str:
    """Japanese passport number."""
    return rng.choice("TM") + letters(rng, 1) + digits(rng, 7)


def jp_licence(rng: random.Random) -> str:
    """Japanese driving licence number."""
    return rng.choice("34567") + rng.choice("0123") + digits(rng, 10)


def pension(rng: random.Random) -> str:
    """Japanese basic pension number."""
    return digits(rng, 4) + rng.choice(("-", "-", "")) + digits(rng, 6)


def insured_symbol(rng: random.Random) -> str:
    """The symbol on a Japanese health insurance card."""
    return rng.choice((digits(rng, 4), digits(rng, 8), digits(rng, 3), f"{rng.choice('東西南北中港')}{digits(rng, 4)}"))


def insured_number(rng: random.Random) -> str:
    """The number on a Japanese health insurance card."""
    return digits(rng, rng.choice((3, 4, 5, 6, 7)))


def insurer_number(rng: random.Random) -> str:
    """The eight digits of a Japanese health insurer."""
    body = rng.choice(("01", "06", "31", "32", "33", "34", "39", "63")) + f"{rng.randint(1, 47):02d}{digits(rng, 3)}"
    doubled = [int(c) * (1 if i % 2 else 2) for i, c in enumerate(reversed(body))]
    return body + str(-sum(n // 10 + n % 10 for n in doubled) % 10)


def residence_code(rng: random.Random) -> str:
    """The eleven digits of a Japanese resident record."""
    return digits(rng, 11)


def residence_card(rng: random.Random) -> str:
    """Japanese residence card number."""
    return letters(rng, 2) + digits(rng, 8) + letters(rng, 2)


ENGLISH_IDS: tuple[tuple[tuple[str, ...], Callable[[random.Random], str]], ...] = (
    (("SSN", "Social Security number", "social security no.", "SSN#", "Social", "soc sec number"), ssn),
    (("SSN", "Social Security Number", "SS#", "taxpayer SSN"), ssn),
    (("National Insurance number", "NI number", "NINO", "NI no."), nino),
    (("NHS number", "NHS no."), nhs),
    (("Aadhaar", "Aadhaar number", "UIDAI Aadhaar no.", "aadhar card no"), aadhaar),
    (("PAN", "PAN card", "Permanent Account Number"), pan),
    (("DNI", "Spanish DNI", "NIF"), spanish_dni),
    (("Steuer-ID", "German tax ID", "Steueridentifikationsnummer"), steuer_id),
    (("numéro de sécurité sociale", "NIR", "French social security number"), french_nir),
    (("codice fiscale", "Codice Fiscale", "Italian tax code"), codice_fiscale),
    (("PESEL", "Polish PESEL number"), polish_pesel),
    (("SIN", "Social Insurance Number"), canadian_sin),
    (("ITIN", "taxpayer identification number"), itin),
    (("TFN", "tax file number", "Tax File No."), tax_file_number),
    (("Medicare number", "Medicare card no."), medicare),
    (("NRIC", "NRIC/FIN", "IC number", "IC no."), nric),
    (("South African ID", "SA ID number", "RSA ID"), south_african_id),
    (("PPS number", "PPSN", "PPS no."), irish_pps),
    (("CPF", "CPF number"), brazilian_cpf),
    (("resident identity card number", "Chinese ID number"), chinese_id),
    (("resident registration number", "RRN"), korean_rrn),
    (("My Number", "Japanese My Number"), my_number),
    (("passport number", "Passport No.", "passport", "Passport no", "travel document number"), passport),
    (("driver's license", "driving licence number", "DL number", "Driver License No.", "license number"), driving_licence),
    (
        ("national ID", "ID number", "National ID No.", "identity card number"),
        lambda rng: digits(rng, rng.choice((8, 9, 10, 11))),
    ),
)
JAPANESE_IDS: tuple[tuple[tuple[str, ...], Callable[[random.Random], str]], ...] = (
    (("マイナンバー", "個人番号", "個人番号（マイナンバー）", "マイナンバーカードの番号"), my_number),
    (("マイナンバー", "個人番号"), my_number),
    (("パスポート番号", "旅券番号", "旅券番号（パスポート）"), jp_passport),
    (("運転免許証番号", "免許証番号", "免許証の番号"), jp_licence),
    (("基礎年金番号", "年金番号"), pension),
    (("在留カード番号", "在留カードの番号"), residence_card),
    (("被保険者番号", "保険証の番号", "介護保険被保険者番号"), lambda rng: digits(rng, rng.choice((7, 8, 10)))),
    (("保険者番号",), insurer_number),
    (("住民票コード",), residence_code),
    (("雇用保険被保険者番号",), lambda rng: f"{digits(rng, 4)}-{digits(rng, 6)}-{digits(rng, 1)}"),
)

_ERAS = (("昭和", "S", 1925), ("平成", "H", 1988), ("大正", "T", 1911))


def kanji_number(number: int) -> str:
    """A number from 1 to 99 in kanji."""
    tens, ones = divmod(number, 10)
    return (
        ("" if tens < 2 else "〇一二三四五六七八九"[tens])
        + ("十" if tens else "")
        + ("〇一二三四五六七八九"[ones] if ones else "")
    )


def birthday(rng: random.Random, language: str) -> str:
    """A date of birth."""
    return date_text(rng, rng.randint(1935, 2016), language, birth=True)


def date_text(rng: random.Random, year: int, language: str, *, birth: bool = False) -> str:
    """A full date of `year` in one of the ways a language writes dates."""
    month, day = rng.randint(1, 12), rng.randint(1, 28)
    iso = f"{year}-{month:02d}-{day:02d}"
    if language == "ja":
        plain: tuple[str, ...] = (f"{year}年{month}月{day}日",) * 4 + (
            f"{year}/{month:02d}/{day:02d}",
            f"{year}/{month}/{day}",
            iso,
            f"{year}.{month}.{day}",
        )
        plain += (f"{year}年{month:02d}月{day:02d}日", f"{year}{month:02d}{day:02d}" if birth else iso)
        era, short, start = ("令和", "R", 2018) if year > 2019 else _ERAS[1] if year > 1988 else _ERAS[0]
        if rng.random() < 0.25:
            return rng.choice(
                (f"{era}{'元' if year - start == 1 else year - start}年{month}月{day}日",) * 3
                + (
                    f"{short}{year - start}.{month}.{day}",
                    f"{short}{year - start:02d}/{month:02d}/{day:02d}",
                    f"{era[0]}{year - start}.{month}.{day}",
                    f"{year}年（{era}{year - start}年）{month}月{day}日",
                    f"{era}{kanji_number(year - start)}年{kanji_number(month)}月{kanji_number(day)}日",
                )
            )
        return rng.choice(plain)
    name = MONTHS[month - 1]
    suffix = "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    forms = (
        f"{name} {day}, {year}",
        f"{name} {day}, {year}",
        f"{day} {name} {year}",
        f"{day} {name} {year}",
        f"{month:02d}/{day:02d}/{year}",
        f"{day:02d}/{month:02d}/{year}",
        f"{month}/{day}/{year}",
        iso,
        iso,
        f"{day:02d}.{month:02d}.{year}",
        f"{name[:3]} {day}, {year}",
        f"{day:02d}-{name[:3]}-{year}",
        f"{day}{suffix} {name} {year}",
        f"{name} {day}{suffix}, {year}",
        f"{month:02d}/{day:02d}/{year % 100:02d}",
        f"{day:02d}-{month:02d}-{year}",
        f"{day} {name[:3]} {year}",
        f"{year}/{month:02d}/{day:02d}",
        f"the {day}{suffix} of {name} {year}",
    )
    text = rng.choice(forms)
    return text.removeprefix("the ")
