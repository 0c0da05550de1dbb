"""Invented identifiers of German-, Spanish- and French-speaking countries, with the check digits that the real ones have."""

from __future__ import annotations

import random

from stdnum.at import vnr
from stdnum.be import nn
from stdnum.ch import ssn as ahv
from stdnum.es import dni, nie
from stdnum.mx import curp

from probes.training.generate.formats import shaped

_PASSPORT_LETTERS = "CFGHJKLMNPRTVWXYZ"
_WEIGHTS_SV = (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)


def _day(rng: random.Random) -> tuple[int, int, int]:
    return rng.randint(1, 28), rng.randint(1, 12), rng.randint(1940, 2006)


def pension_check(head: str, letter: str, serial: str) -> int:
    """Check digit of a German Versicherungsnummer: area and birth (eight digits), letter, two digits."""
    figures = f"{head}{ord(letter) - 64:02d}{serial}"
    return sum(sum(divmod(int(c) * w, 10)) for c, w in zip(figures, _WEIGHTS_SV, strict=True)) % 10


def german_pension(rng: random.Random) -> str:
    """Versicherungsnummer of the German pension insurance."""
    day, month, year = _day(rng)
    letter = shaped(rng, "@")
    head, serial = f"{rng.randint(2, 89):02d}{day:02d}{month:02d}{year % 100:02d}", f"{rng.randint(0, 99):02d}"
    check = pension_check(head, letter, serial)
    return rng.choice((f"{head}{letter}{serial}{check}", f"{head[:2]} {head[2:]} {letter} {serial}{check}"))


def german_id_card(rng: random.Random) -> str:
    """Number of a German identity card or passport: nine characters and a check digit."""
    body = rng.choice("LMPRTWXY" + "CFGHJK") + "".join(rng.choices(_PASSPORT_LETTERS + "0123456789" * 2, k=8))
    check = sum(int(c, 36) * (7, 3, 1)[i % 3] for i, c in enumerate(body)) % 10
    return body + rng.choice((str(check), str(check), "", f"{check}D"))


def austrian_svnr(rng: random.Random) -> str:
    """Austrian social insurance number."""
    while True:
        day, month, year = _day(rng)
        serial, birth = shaped(rng, "^##"), f"{day:02d}{month:02d}{year % 100:02d}"
        check = vnr.calc_check_digit(f"{serial}0{birth}")
        if len(check) == 1:
            return rng.choice((f"{serial}{check} {birth}", f"{serial}{check}{birth}"))


def swiss_ahv(rng: random.Random) -> str:
    """Swiss AHV (AVS) number."""
    body = "756" + shaped(rng, "#########")
    check = -sum(int(c) * (3 if i % 2 else 1) for i, c in enumerate(body)) % 10
    return ahv.format(f"{body}{check}") if rng.random() < 0.8 else f"{body}{check}"


def spanish_dni(rng: random.Random) -> str:
    """Spanish DNI in its usual spellings."""
    body = shaped(rng, "########")
    check = dni.calc_check_digit(body)
    dotted = f"{body[:2]}.{body[2:5]}.{body[5:]}"
    return rng.choice(
        (body + check, body + check, f"{body}-{check}", f"{dotted}-{check}", f"{body} {check}", f"{dotted} {check}")
    )


def spanish_nie(rng: random.Random) -> str:
    """Number of a foreigner in Spain."""
    body = rng.choice("XYZ") + shaped(rng, "#######")
    check = nie.calc_check_digit(body)
    return rng.choice((body + check, body + check, f"{body[0]}-{body[1:]}-{check}", f"{body[0]}{body[1:]}-{check}"))


def social_check(province: str, serial: str) -> str:
    """Check digits of a Spanish affiliation number: the rest of province and serial number by 97."""
    return f"{int(province + serial) % 97:02d}"


def spanish_social(rng: random.Random) -> str:
    """Affiliation number of the Spanish social security."""
    province, serial = f"{rng.randint(1, 52):02d}", shaped(rng, "^#######")
    check = social_check(province, serial)
    return rng.choice(
        (
            f"{province}{serial}{check}",
            f"{province}/{serial}/{check}",
            f"{province} {serial} {check}",
            f"{province}/{serial}{check}",
        )
    )


def mexican_curp(rng: random.Random) -> str:
    """Mexican CURP."""
    day, month, year = _day(rng)
    year = min(year, 1999)
    consonants = "BCDFGLMNPRSTV"
    head = rng.choice(consonants) + rng.choice("AEIOU") + rng.choice(consonants) + rng.choice("JLMR")
    state = rng.choice(("DF", "JC", "NL", "MC", "PL", "VZ", "GT", "OC", "YN"))
    body = f"{head}{year % 100:02d}{month:02d}{day:02d}{rng.choice('HM')}{state}{''.join(rng.choices(consonants, k=3))}0"
    return body + curp.calc_check_digit(body)


def belgian_national(rng: random.Random) -> str:
    """Belgian national register number."""
    day, month, year = _day(rng)
    birth, serial = f"{year % 100:02d}{month:02d}{day:02d}", f"{rng.randint(1, 997):03d}"
    check = 97 - int(("2" if year > 1999 else "") + birth + serial) % 97
    number = f"{birth}{serial}{check:02d}"
    return rng.choice((number, nn.format(number), nn.format(number)))


def french_card(rng: random.Random) -> str:
    """French identity card: twelve digits, or the nine characters of the newer one."""
    return shaped(
        rng, rng.choice((f"{rng.randint(10, 20)}{rng.randint(1, 12):02d}##^#####", "@^@#@^##@", "############"))
    ).replace("O", "T")


def peruvian_or_argentine(rng: random.Random) -> str:
    """Identity numbers of eight digits or so, as Argentina, Peru, Chile and Colombia write them."""
    return shaped(rng, rng.choice(("^#.###.###", "^#######", "1.0##.###.###", "^#.###.###-^")))
