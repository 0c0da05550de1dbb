"""Invented phone numbers, e-mail addresses, user names and network addresses."""

from __future__ import annotations

import ipaddress
import random

from probes.training.generate.identifiers import digits
from probes.training.generate.people import Person
from probes.training.generate.words import words

_DOMAINS = words(
    "gmail.com gmail.com gmail.com yahoo.com outlook.com hotmail.com icloud.com protonmail.com aol.com live.com me.com "
    "msn.com gmx.de gmx.net web.de t-online.de orange.fr free.fr laposte.net wanadoo.fr libero.it virgilio.it terra.es "
    "uol.com.br bol.com.br mail.ru yandex.ru wp.pl onet.pl seznam.cz rediffmail.com yahoo.co.in yahoo.co.uk btinternet.com "
    "sky.com virginmedia.com comcast.net verizon.net att.net bigpond.com fastmail.com zoho.com hey.com tutanota.com qq.com "
    "163.com naver.com daum.net example.com example.org example.net mail.example.com corp.example.com northwind-traders.com "
    "acmelogistics.io brightpath.health lumenworks.dev stateu.edu cs.northfield.ac.uk citycouncil.gov.uk greenleaf-foods.co "
    "harborlaw.com quanta-systems.ai riverside-clinic.org oakridge.k12.ca.us medilab.in finora.bank kestrelair.com.au "
    "maplewood.ca nimbus.cloud"
)
_JA_DOMAINS = words(
    "gmail.com gmail.com yahoo.co.jp yahoo.co.jp docomo.ne.jp ezweb.ne.jp softbank.ne.jp i.softbank.jp au.com icloud.com "
    "outlook.jp nifty.com biglobe.ne.jp ocn.ne.jp excite.co.jp rakuten.jp example.co.jp example.jp example.com "
    "example.ne.jp mail.example.co.jp sakura-shoji.co.jp tanaka-denki.co.jp midori-hospital.or.jp aoba-u.ac.jp "
    "city.kitahama.lg.jp hoshino-kensetsu.jp minato-soft.co.jp outlook.com hotmail.co.jp live.jp plala.or.jp so-net.ne.jp"
)
# An office has no box at these.
_MAIL_PROVIDERS = frozenset(
    words(
        "gmail yahoo outlook hotmail icloud protonmail aol live me msn gmx web t-online orange free laposte wanadoo libero "
        "virgilio "
        "terra uol bol mail yandex wp onet seznam rediffmail btinternet sky virginmedia comcast verizon att bigpond fastmail "
        "zoho "
        "hey tutanota qq 163 naver daum docomo ezweb softbank i au nifty biglobe ocn excite rakuten plala so-net"
    )
)
_HANDLE_WORDS = words(
    "dark sun blue pixel night wolf coffee ninja tiger moon happy lucky rocket turbo panda neo shadow storm river fox cyber "
    "cat ghost star retro code byte skate sakura neko kuma mochi dragon zero gamer maker tea runner cloud hiker sushi frost "
    "kite ember"
)
_SERVICE_BOXES = words(
    "info support sales hr contact billing admin office hello press jobs noreply service team help orders careers privacy"
)


def email(rng: random.Random, person: Person | None, language: str) -> str:
    """An e-mail address, of a person or of an office."""
    domain = rng.choice(_JA_DOMAINS if language == "ja" and rng.random() < 0.85 else _DOMAINS)
    if person is None:
        while domain.split(".")[0] in _MAIL_PROVIDERS:
            domain = rng.choice(_JA_DOMAINS if language == "ja" else _DOMAINS)
        return f"{rng.choice(_SERVICE_BOXES)}@{domain}"
    first, last = person.handle(rng)
    first, last = first or "k", last or "user"
    number = rng.choice((digits(rng, 2), str(rng.randint(1950, 2012)), digits(rng, 1), digits(rng, 4)))
    local = rng.choice(
        (
            f"{first}.{last}",
            f"{first}.{last}",
            f"{first}{last}",
            f"{first[0]}{last}",
            f"{first[0]}.{last}",
            f"{last}.{first}",
            f"{first}_{last}",
            f"{first}{number}",
            f"{last}{number}",
            f"{first}.{last}{number}",
            f"{first}-{last}",
            f"{last}",
            f"{first}+{rng.choice(_HANDLE_WORDS)}",
            f"{rng.choice(_HANDLE_WORDS)}{rng.choice(_HANDLE_WORDS)}{number}",
            f"{last}{first[0]}",
        )
    )
    return f"{local}@{domain}"


def obfuscated_email(rng: random.Random, person: Person, language: str) -> str:
    """An address that a reader, not a pattern, recognises."""
    local, domain = email(rng, person, language).split("@")
    if language == "ja" and rng.random() < 0.5:
        return f"{local}{rng.choice(('★', '(at)', '[at]', '＠', '☆'))}{domain}"
    at, dot = rng.choice(((" at ", " dot "), (" [at] ", " [dot] "), ("(at)", "(dot)"), (" AT ", " DOT "), ("[at]", ".")))
    return (
        local.replace(".", dot) + at + domain.replace(".", dot) if rng.random() < 0.4 else local + at + domain.replace(".", dot)
    )


def loose_email(rng: random.Random, person: Person, language: str) -> str:
    """An address as typed in haste or dictated: marks left out or written as words."""
    local, domain = email(rng, person, language).split("@")
    host, _, end = domain.partition(".")
    end_words = end.replace(".", rng.choice((" dot ", " ")))
    return rng.choice(
        (
            f"{local} at {host} {end_words}",
            f"{local} at {host} dot {end_words}",
            f"{local}{host}{end.replace('.', '')}",
            f"{local}@{host}{end.replace('.', '')}",
            f"{local}@{host} {end}",
            f"{local} @ {host}.{end}",
            f"{local}@{host},{end}",
            f"{local} @{host}.{end}",
            f"{local} at {host}.{end}",
            f"{local.replace('.', ' dot ').replace('_', ' underscore ')} at {host} dot {end_words}",
            f"{local}@{host}",
        )
    )


def spoken_digits(rng: random.Random, number: str) -> str:
    """The digits of a number in English words, as a transcript has them."""
    zero = rng.choice(("zero", "oh", "o"))
    names = (zero, *words("one two three four five six seven eight nine"))
    out: list[str] = []
    figures = [int(c) for c in number if c.isdecimal()]
    while figures:
        if len(figures) > 1 and figures[0] == figures[1] and rng.random() < 0.5:
            out.append("double " + names[figures[0]])
            figures = figures[2:]
        else:
            out.append(names[figures.pop(0)])
    return " ".join(out)


def username(rng: random.Random, person: Person) -> str:
    """A handle or login name, without an @."""
    first, last = person.handle(rng)
    first, last = first or "k", last or "user"
    one, two = rng.choice(_HANDLE_WORDS), rng.choice(_HANDLE_WORDS)
    number = rng.choice((digits(rng, 2), digits(rng, 3), str(rng.randint(1970, 2012)), digits(rng, 1)))
    return rng.choice(
        (
            f"{first}_{last}",
            f"{first[0]}{last}",
            f"{first[0]}{last}{number}",
            f"{first}{number}",
            f"{one}_{two}",
            f"{one}{two}{number}",
            f"{one}.{first}",
            f"the_{one}_{two}",
            f"{first}.{last}",
            f"x{one}{two}x",
            f"{one.capitalize()}{two.capitalize()}{number}",
            f"{last}{first[0]}",
            f"u{digits(rng, 5)}",
            f"{last}-{first}",
            f"{first}_the_{one}",
            f"{first}{last}_{number}",
            f"{one}{number}",
            f"{first}loves{one}",
            f"{first}{last[0]}",
            f"{first}{one}",
            f"{one}{last}",
            f"{last}_{one}{number}",
            f"mr{last}",
            f"{first}x{two}",
            f"not_{first}",
            f"{one}queen{number}",
            f"i_am_{first}",
            f"{first.capitalize()}{last.capitalize()}",
            f"{first[0]}_{last}{number}",
            f"{one}{digits(rng, 4)}",
            f"{first}__{number}",
            f"{last.capitalize()}{rng.choice(('TV', 'Art', 'Photos', 'FC', 'Writes', 'Dev'))}",
        )
    )


def phone(rng: random.Random, language: str) -> str:
    """A phone number."""
    return _japanese_phone(rng) if language == "ja" and rng.random() < 0.96 else _english_phone(rng)


def _english_phone(rng: random.Random) -> str:
    shape = rng.choice(
        (
            "(NXX) NXX-XXXX",
            "(NXX) NXX-XXXX",
            "NXX-NXX-XXXX",
            "NXX-NXX-XXXX",
            "NXX.NXX.XXXX",
            "NXX NXX XXXX",
            "NXXNXXXXXX",
            "+1 NXX NXX XXXX",
            "+1-NXX-NXX-XXXX",
            "+1 (NXX) NXX-XXXX",
            "1-800-NXX-XXXX",
            "+1NXXNXXXXXX",
            "(NXX)NXX-XXXX",
            "NXX-XXXX",
            "NXX-NXX-XXXX ext. XXX",
            "+1.NXX.NXX.XXXX",
            "07XXX XXXXXX",
            "07XXX XXX XXX",
            "07XXXXXXXXX",
            "020 7XXX XXXX",
            "+44 7XXX XXXXXX",
            "+44 20 7XXX XXXX",
            "(0161) XXX XXXX",
            "0121 XXX XXXX",
            "+44 (0)7XXX XXXXXX",
            "+447XXXXXXXXX",
            "01NXX XXXXXX",
            "+91 9XXXX XXXXX",
            "+91-8XXXXXXXXX",
            "9XXXXXXXXX",
            "098XXX XXXXX",
            "+91 22 2XXX XXXX",
            "040-2XXXXXXX",
            "04XX XXX XXX",
            "+61 4XX XXX XXX",
            "(02) 9XXX XXXX",
            "+61 2 9XXX XXXX",
            "+49 1NX XXXXXXX",
            "+49 30 XXXXXXX",
            "0151 XXXXXXXX",
            "+33 6 XX XX XX XX",
            "06 XX XX XX XX",
            "+34 6XX XXX XXX",
            "+39 3XX XXX XXXX",
            "+55 11 9XXXX-XXXX",
            "+52 55 XXXX XXXX",
            "+234 80X XXX XXXX",
            "080X XXX XXXX",
            "+254 7XX XXXXXX",
            "+27 82 XXX XXXX",
            "+86 13X XXXX XXXX",
            "+82 10-XXXX-XXXX",
            "+65 9XXX XXXX",
            "+31 6 XXXXXXXX",
            "+48 5XX XXX XXX",
            "+971 50 XXX XXXX",
            "+62 812-XXXX-XXXX",
            "+90 5XX XXX XX XX",
            "+84 9X XXX XX XX",
            "+46 70-XXX XX XX",
            "+353 87 XXX XXXX",
            "0044 7XXX XXXXXX",
            "+81 90 XXXX XXXX",
        )
    )
    return _fill(rng, shape)


def _japanese_phone(rng: random.Random) -> str:
    shape = rng.choice(
        (
            "090-XXXX-XXXX",
            "090-XXXX-XXXX",
            "080-XXXX-XXXX",
            "080-XXXX-XXXX",
            "070-XXXX-XXXX",
            "090XXXXXXXX",
            "080XXXXXXXX",
            "070XXXXXXXX",
            "03-NXXX-XXXX",
            "03-NXXX-XXXX",
            "06-6XXX-XXXX",
            "045-NXX-XXXX",
            "052-NXX-XXXX",
            "011-NXX-XXXX",
            "092-NXX-XXXX",
            "075-NXX-XXXX",
            "0466-NX-XXXX",
            "0263-NX-XXXX",
            "098-NXX-XXXX",
            "0120-NXX-XXX",
            "0120-XX-XXXX",
            "050-NXXX-XXXX",
            "+81-90-XXXX-XXXX",
            "+81 80 XXXX XXXX",
            "+81-3-NXXX-XXXX",
            "+8190XXXXXXXX",
            "03(NXXX)XXXX",
            "(03)NXXX-XXXX",
            "03（NXXX）XXXX",
            "090 XXXX XXXX",
            "03NXXXXXXX",
            "０９０－XXXX－XXXX",
            "０３－NXXX－XXXX",
            "080.XXXX.XXXX",
            "０９０XXXXXXXX",
            "０８０（XXXX）XXXX",
            "(090)XXXX-XXXX",
            "03 NXXX XXXX",
            "06(6XXX)XXXX",
            "0120XXXXXX",
            "０１２０－XXX－XXX",
            "0800-XXX-XXXX",
            "+81 3 NXXX XXXX",
            "+81(0)90-XXXX-XXXX",
            "03−NXXX−XXXX",
            "090ーXXXXーXXXX",
            "026-2NX-XXXX",
            "0852-NX-XXXX",
            "0994-NX-XXXX",
            "04-7XXX-XXXX",
            "045（NXX）XXXX",
            "0570-0XX-XXX",
        )
    )
    text = _fill(rng, shape)
    return full_width(text) if "０" in shape else text


def _fill(rng: random.Random, shape: str) -> str:
    return "".join(str(rng.randint(2, 9)) if c == "N" else str(rng.randint(0, 9)) if c == "X" else c for c in shape)


def full_width(text: str) -> str:
    """Digits and hyphens as Japanese forms write them."""
    return text.translate({**{ord(d): ord(d) + 0xFEE0 for d in "0123456789"}, ord("-"): "－"})


def ip_address(rng: random.Random) -> str:
    """An IPv4 or IPv6 address."""
    if rng.random() < 0.24:
        draw = rng.random()
        prefix = rng.choice((0x20010DB8, 0x2A020908, 0x240401A8, 0x26001700, 0xFE800000))
        low = rng.getrandbits(64) if draw < 0.6 else rng.getrandbits(12)
        address = ipaddress.IPv6Address((prefix << 96) | (rng.getrandbits(32) << 64 if draw < 0.5 else 0) | low)
        return address.exploded if draw > 0.9 else str(address)
    return rng.choice(
        (
            f"192.168.{rng.randint(0, 255)}.{rng.randint(1, 254)}",
            f"10.{rng.randint(0, 255)}.{rng.randint(0, 255)}.{rng.randint(1, 254)}",
            f"172.{rng.randint(16, 31)}.{rng.randint(0, 255)}.{rng.randint(1, 254)}",
            ".".join((str(rng.randint(1, 223)), str(rng.randint(0, 255)), str(rng.randint(0, 255)), str(rng.randint(1, 254)))),
            ".".join((str(rng.randint(24, 223)), str(rng.randint(0, 255)), str(rng.randint(0, 255)), str(rng.randint(1, 254)))),
        )
    )
