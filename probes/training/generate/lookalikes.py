"""Text that looks like PII and is none: order numbers, versions, hashes, dates, companies, places, products."""

from __future__ import annotations

import random
import string
import uuid
from collections.abc import Callable

from probes.training.generate import brands
from probes.training.generate.identifiers import MONTHS, date_text, digits, letters
from probes.training.generate.words import words

_WEEKDAYS = words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
_HEX = "0123456789abcdef"


def _hexa(rng: random.Random, count: int) -> str:
    return "".join(rng.choices(_HEX, k=count))


def company(rng: random.Random) -> str:
    """A company, often named after a person."""
    draw = rng.random()
    if draw < 0.4:
        return rng.choice(brands.FOUNDERS)
    word = rng.choice(brands.COMPANY_NAMES if draw < 0.7 else brands.COMPANY_WORDS).replace("-", " ")
    return f"{word} {rng.choice(brands.COMPANY_KINDS)}"


def _order(rng: random.Random) -> str:
    return rng.choice(
        (
            f"{digits(rng, 3)}-{digits(rng, 7)}-{digits(rng, 7)}",
            f"ORD-{digits(rng, 6)}",
            f"#{digits(rng, 5)}",
            digits(rng, 8),
            f"{letters(rng, 2)}{digits(rng, 9)}",
            f"PO-{rng.randint(2019, 2026)}-{digits(rng, 4)}",
            f"A-{digits(rng, 4)}",
            digits(rng, 10),
        )
    )


def _tracking(rng: random.Random) -> str:
    return rng.choice(
        (
            f"1Z{letters(rng, 3)}{digits(rng, 13)}",
            digits(rng, 12),
            f"{letters(rng, 2)}{digits(rng, 9)}US",
            f"{digits(rng, 4)} {digits(rng, 4)} {digits(rng, 4)} {digits(rng, 4)} {digits(rng, 4)} 00",
            f"JD{digits(rng, 16)}",
            f"{digits(rng, 4)}-{digits(rng, 4)}-{digits(rng, 4)}",
        )
    )


def _version(rng: random.Random) -> str:
    n = rng.randint
    return rng.choice(
        (
            f"v{n(0, 9)}.{n(0, 20)}.{n(0, 30)}",
            f"{n(1, 20)}.{n(0, 20)}",
            f"10.0.{n(10000, 29999)}.{n(1, 4000)}",
            f"{n(90, 130)}.0.{n(4000, 7000)}.{n(20, 200)}",
            f"{n(1, 12)}.{n(0, 9)}.{n(0, 9)}-rc{n(1, 5)}",
            f"{n(1, 9)}.{n(0, 9)}.{n(0, 9)}.{n(0, 9)}",
        )
    )


def _invoice(rng: random.Random) -> str:
    return rng.choice(
        (
            f"INV-{digits(rng, 5)}",
            f"INV{rng.randint(2019, 2026)}{digits(rng, 6)}",
            f"#{digits(rng, 7)}",
            f"{digits(rng, 2)}/{digits(rng, 4)}",
        )
    )


def _part(rng: random.Random) -> str:
    return rng.choice(
        (
            f"{letters(rng, 2)}-{digits(rng, 4)}-{letters(rng, 1)}",
            f"{digits(rng, 3)}-{digits(rng, 2)}-{digits(rng, 4)}",
            f"{letters(rng, 3)}{digits(rng, 5)}",
            f"SN {letters(rng, 1)}{digits(rng, 2)}{letters(rng, 2)}{digits(rng, 5)}",
            f"{digits(rng, 5)}-{letters(rng, 3)}-{letters(rng, 1)}{digits(rng, 2)}",
        )
    )


def _ticket(rng: random.Random) -> str:
    return rng.choice(
        (
            f"{letters(rng, 3)}-{rng.randint(10, 9999)}",
            f"#{rng.randint(100, 99999)}",
            f"INC{digits(rng, 7)}",
            f"CASE-{digits(rng, 8)}",
            f"REQ{digits(rng, 6)}",
        )
    )


def _time(rng: random.Random) -> str:
    hour, minute = rng.randint(0, 23), rng.choice((0, 15, 30, 45, rng.randint(0, 59)))
    return rng.choice(
        (
            f"{hour}:{minute:02d}",
            f"{hour % 12 or 12}:{minute:02d} {'pm' if hour > 11 else 'am'}",
            f"{hour % 12 or 12} {'p.m.' if hour > 11 else 'a.m.'}",
            f"{hour:02d}:{minute:02d}",
        )
    )


def _stamp(rng: random.Random) -> str:
    day = f"{rng.randint(2018, 2026)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
    clock = f"{rng.randint(0, 23):02d}:{rng.randint(0, 59):02d}:{rng.randint(0, 59):02d}"
    return rng.choice(
        (
            f"{day}T{clock}Z",
            f"{day} {clock}",
            f"{day} {clock},{digits(rng, 3)}",
            f"{day}T{clock}.{digits(rng, 3)}+09:00",
            f"[{clock}]",
            str(rng.randint(1500000000, 1790000000)),
        )
    )


def _price(rng: random.Random) -> str:
    n = rng.randint
    return rng.choice(
        (
            f"${n(1, 999)}.{digits(rng, 2)}",
            f"${n(1, 99)},{digits(rng, 3)}",
            f"£{n(1, 999)}",
            f"€{n(1, 999)},{digits(rng, 2)}",
            f"{n(10, 9999)} USD",
            f"Rs. {n(1, 99)},{digits(rng, 3)}",
            f"${n(2, 90)} million",
        )
    )


def _date(rng: random.Random) -> str:
    if rng.random() < 0.75:
        return date_text(rng, rng.randint(1990, 2030), "en")
    month, day = rng.choice(MONTHS), rng.randint(1, 28)
    return rng.choice(
        (
            f"{month} {day}",
            f"{day} {month}",
            f"{month} {rng.randint(1900, 2030)}",
            f"{rng.choice(_WEEKDAYS)}, {month} {day}",
            f"{rng.randint(1, 12)}/{day}",
            f"{rng.choice(_WEEKDAYS)[:3]} {day} {month[:3]}",
            f"early {month}",
            rng.choice(_WEEKDAYS),
        )
    )


def _url(rng: random.Random) -> str:
    host = rng.choice(
        (
            "example.com",
            "docs.python.org",
            "github.com",
            "status.example.net",
            "www.northwind-traders.com",
            "api.example.io",
            "en.wikipedia.org",
            "cdn.example.org",
        )
    )
    path = rng.choice(
        (
            "",
            "/help",
            "/3/library/re.html",
            "/v2/orders?id=48213",
            "/wiki/Washington",
            "/pricing",
            "/issues/4821",
            "/a/b/index.html#top",
            f"/item/{digits(rng, 6)}",
        )
    )
    return rng.choice(("https://", "https://", "http://", "")) + host + path


def _measure(rng: random.Random) -> str:
    n = rng.randint
    return rng.choice(
        (
            f"{n(1, 900)} kg",
            f"{n(1, 99)}.{n(0, 9)} km",
            f"{n(1, 40)} x {n(1, 40)} cm",
            f"{n(1, 64)} GB",
            f"{n(-20, 40)} °C",
            f"{n(1, 500)} mg",
            f"{n(90, 190)}/{n(50, 110)} mmHg",
            f"{n(1, 99)}%",
            f"{n(1, 900)} ms",
            f"{n(1, 12)} ft {n(0, 11)} in",
        )
    )


def _coords(rng: random.Random) -> str:
    lat, lon = rng.uniform(-80, 80), rng.uniform(-170, 170)
    return rng.choice((f"{lat:.4f}, {lon:.4f}", f"{abs(lat):.2f}° N, {abs(lon):.2f}° W", f"({lat:.5f}, {lon:.5f})"))


def _isbn(rng: random.Random) -> str:
    return rng.choice(
        (
            f"978-{digits(rng, 1)}-{digits(rng, 4)}-{digits(rng, 4)}-{digits(rng, 1)}",
            f"978{digits(rng, 10)}",
            f"{digits(rng, 9)}X",
        )
    )


def _room(rng: random.Random) -> str:
    return rng.choice(
        (
            f"room {rng.randint(100, 999)}",
            f"Room {rng.randint(1, 9)}B",
            f"gate {rng.choice('ABCD')}{rng.randint(1, 60)}",
            f"Building {rng.randint(1, 40)}",
            f"Hall {rng.randint(1, 9)}",
            f"platform {rng.randint(1, 20)}",
        )
    )


def number(rng: random.Random) -> str:
    """A reference of digits in the same groups that cards, accounts and identity numbers have."""
    size = rng.choice((5, 6, 7, 8, 8, 9, 9, 10, 10, 11, 12, 13, 15, 16, 16))
    text = digits(rng, size)
    draw = rng.random()
    if draw < 0.6:
        return text
    if draw < 0.68 and size == 9:
        return f"{text[:3]}-{text[3:5]}-{text[5:]}"
    step = rng.choice((3, 4, 4))
    return rng.choice((" ", "-", "-")).join(text[i : i + step] for i in range(0, size, step))


def _booking(rng: random.Random) -> str:
    code = "".join(rng.choices("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", k=6))
    return rng.choice((code, code, digits(rng, rng.choice((6, 8, 9, 10))), code.lower(), f"{letters(rng, 2)}-{digits(rng, 6)}"))


def _policy(rng: random.Random) -> str:
    return rng.choice(
        (
            digits(rng, rng.choice((7, 8, 9, 10, 12))),
            f"{letters(rng, 3)}-{digits(rng, 7)}",
            f"{letters(rng, 2)}{digits(rng, 8)}",
            f"{digits(rng, 4)} {digits(rng, 4)} {digits(rng, 3)}",
            f"P{digits(rng, 9)}",
        )
    )


def class_name(rng: random.Random) -> str:
    """A class that begins like a name."""
    head, tail = rng.choice(brands.CLASS_HEADS), rng.choice(brands.CLASS_TAILS)
    return rng.choice(
        (head + tail, head + tail, f"{head}{rng.choice(brands.CLASS_TAILS)}{tail}", f"{head.lower()}_{tail.lower()}")
    )


def _weekday_like_name(rng: random.Random) -> str:
    return rng.choice(("April", "May", "June", "August", "Summer", "Autumn", "Dawn", "Sunday", "Friday"))


ENGLISH: dict[str, Callable[[random.Random], str]] = {
    "percent": lambda rng: rng.choice((f"{rng.randint(1, 99)}%", f"{rng.randint(0, 20)}.{rng.randint(1, 9)} %")),
    "temp": lambda rng: f"{rng.randint(-15, 40)} °C",
    "dist": lambda rng: rng.choice((f"{rng.randint(2, 900)} km", f"{rng.randint(2, 600)} miles")),
    "ms": lambda rng: f"{rng.randint(1, 900)} ms",
    "grams": lambda rng: f"{rng.randint(1, 900)} g",
    "dose": lambda rng: f"{rng.randint(1, 500)} mg",
    "order_no": _order,
    "tracking": _tracking,
    "version": _version,
    "invoice": _invoice,
    "part": _part,
    "ticket": _ticket,
    "time": _time,
    "stamp": _stamp,
    "price": _price,
    "date": _date,
    "url": _url,
    "measure": _measure,
    "coords": _coords,
    "isbn": _isbn,
    "room": _room,
    "company": company,
    "city": lambda rng: rng.choice(brands.PLACES),
    "product": lambda rng: rng.choice(brands.PRODUCTS),
    "weekday": lambda rng: rng.choice(_WEEKDAYS),
    "month": lambda rng: rng.choice(MONTHS),
    "uuid": lambda rng: str(uuid.UUID(int=rng.getrandbits(128), version=4)),
    "githash": lambda rng: _hexa(rng, rng.choice((7, 8, 10, 40))),
    "n": lambda rng: str(rng.randint(2, 99)),
    "big": lambda rng: str(rng.randint(100, 999999)),
    "domain": lambda rng: rng.choice(
        ("example.com", "northwind-traders.com", "acme.io", "docs.example.org", "test.local", "brightpath.health")
    ),
    "year": lambda rng: str(rng.randint(1850, 2027)),
    "mac": lambda rng: ":".join(_hexa(rng, 2) for _ in range(6)),
    "hexcolor": lambda rng: "#" + _hexa(rng, 6),
    "flight": lambda rng: rng.choice(("BA", "LH", "NH", "UA", "AF", "QF")) + str(rng.randint(10, 2999)),
    "host": lambda rng: (
        rng.choice(("web", "db", "cache", "ci", "edge"))
        + f"-{rng.randint(1, 40):02d}"
        + rng.choice(("", ".internal", ".prod.local"))
    ),
    "port": lambda rng: str(rng.choice((22, 80, 443, 5432, 6379, 8080, 8443, 3000))),
    "sha": lambda rng: "sha256:" + _hexa(rng, 64),
    "plate": lambda rng: f"{letters(rng, 3)} {digits(rng, 4)}",
    "file": lambda rng: rng.choice(
        (
            "main.py",
            "/var/log/syslog",
            "report_final_v2.pdf",
            "src/index.ts",
            "C:\\Temp\\build.log",
            "config.yaml",
            "IMG_4821.jpg",
            "data/2024/q3.csv",
        )
    ),
    "number": number,
    "booking": _booking,
    "policy": _policy,
    "cls": class_name,
    "term": lambda rng: rng.choice(brands.TERMS),
    "named": lambda rng: rng.choice(brands.NAMED_PLACES),
    "work": lambda rng: rng.choice(brands.WORKS),
    "club": lambda rng: rng.choice(brands.TEAMS),
    "tool": lambda rng: rng.choice(brands.TOOLS),
    "package": lambda rng: rng.choice(brands.PACKAGES),
    "season": _weekday_like_name,
    "hexa": lambda rng: rng.choice(
        (f"0x{_hexa(rng, rng.choice((4, 8, 12, 16)))}", _hexa(rng, rng.choice((12, 16, 24))), _hexa(rng, 8).upper())
    ),
    "four": lambda rng: digits(rng, 4),
    "lot": lambda rng: "".join(rng.choices(string.ascii_uppercase + string.digits, k=rng.randint(6, 10))),
}
