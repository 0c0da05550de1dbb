"""Invented postal addresses of many countries."""

from __future__ import annotations

import random
from functools import cache

from faker import Faker

from probes.training.generate import names
from probes.training.generate.identifiers import digits, letters
from probes.training.generate.words import words

_POOL_LOCALES = words(
    "en_US en_GB en_AU en_CA en_IN de_DE fr_FR es_ES it_IT nl_NL pl_PL pt_BR sv_SE id_ID tr_TR en_IE no_NO da_DK"
)
_US_STREETS = words(
    "Main Oak Maple Cedar Pine Elm Washington Lake Hill Walnut Spring North Ridge Meadow Park Lincoln Jackson Church Willow "
    "Mill Sunset Railroad Cherry Highland Jefferson Dogwood Hickory Franklin River Adams Chestnut Birch Spruce Madison "
    "Prospect Magnolia Sycamore Juniper Valley Orchard Harbor Canyon Mesa Foxglove Broadview Kingsley Wellington Victoria "
    "Market Laurel College Peachtree Bayview Whispering-Pines Deer-Run Stonegate Colonial"
)
_US_KINDS = words(
    "St Street Ave Avenue Rd Road Blvd Boulevard Ln Lane Dr Drive Ct Court Way Pl Place Pkwy Circle Terrace Trail Cir St. "
    "Ave. Rd. Blvd."
)
_US_STATES = words(
    "AL:Alabama AK:Alaska AZ:Arizona CA:California CO:Colorado CT:Connecticut FL:Florida GA:Georgia IL:Illinois IN:Indiana "
    "KY:Kentucky MA:Massachusetts MD:Maryland MI:Michigan MN:Minnesota MO:Missouri NC:North-Carolina NJ:New-Jersey "
    "NY:New-York OH:Ohio OR:Oregon PA:Pennsylvania TN:Tennessee TX:Texas UT:Utah VA:Virginia WA:Washington WI:Wisconsin"
)
_UK_STREETS = words(
    "High Station Church Park Victoria Green Manor Kings Queens Mill Albert York Grange Windsor Abbey Chapel Priory "
    "Richmond Alexandra Beech Cromwell Springfield Stanley Primrose Clarence Broad Castle Nelson Baker Harley Gloucester "
    "Lansdowne"
)
_UK_KINDS = words("Road Street Lane Avenue Close Gardens Terrace Crescent Drive Way Grove Mews Row Hill Court")
_UK_TOWNS = words(
    "London:SW London:N London:SE London:E London:NW Manchester:M Birmingham:B Leeds:LS Bristol:BS Sheffield:S Glasgow:G "
    "Edinburgh:EH Cardiff:CF Liverpool:L Nottingham:NG Leicester:LE York:YO Oxford:OX Cambridge:CB Brighton:BN Norwich:NR "
    "Exeter:EX Bath:BA Swansea:SA Reading:RG Derby:DE Aberdeen:AB Belfast:BT Luton:LU Coventry:CV"
)
_INDIAN_AREAS = words(
    "Andheri-West Koramangala Indiranagar Banjara-Hills Salt-Lake Anna-Nagar Sector-21 Bandra-East Whitefield T.-Nagar "
    "Vasant-Kunj Powai Hinjewadi Jayanagar Adyar Lajpat-Nagar Jubilee-Hills Gomti-Nagar Alkapuri Civil-Lines"
)
_INDIAN_CITIES = words(
    "Mumbai:Maharashtra:400 Pune:Maharashtra:411 Bengaluru:Karnataka:560 Hyderabad:Telangana:500 Kolkata:West-Bengal:700 "
    "Chennai:Tamil-Nadu:600 New-Delhi:Delhi:110 Noida:Uttar-Pradesh:201 Lucknow:Uttar-Pradesh:226 Ahmedabad:Gujarat:380 "
    "Jaipur:Rajasthan:302 Kochi:Kerala:682 Bhopal::462"
)
_AU = words(
    "Sydney:NSW:20 Parramatta:NSW:21 Newcastle:NSW:23 Melbourne:VIC:30 Geelong:VIC:32 Brisbane:QLD:40 Cairns:QLD:48 "
    "Perth:WA:60 Adelaide:SA:50 Hobart:TAS:70 Fremantle:WA:61"
)
_STREET_ABROAD = {
    "de_DE": "{s} {n}, {z5} {c}",
    "fr_FR": "{n} {s}, {z5} {c}",
    "es_ES": "{s} {n}, {z5} {c}",
    "it_IT": "{s} {n}, {z5} {c}",
    "nl_NL": "{s} {n}, {z4} {L2} {c}",
    "pl_PL": "ul. {s} {n}/{m}, {z2}-{z3} {c}",
    "pt_BR": "{s}, {n}, {c} - SP, {z5}-{z3}",
    "sv_SE": "{s} {n}, {z3} {z2} {c}",
    "id_ID": "{s} No. {n}, {c} {z5}",
    "tr_TR": "{s} No: {n}, {z5} {c}",
    "en_IE": "{n} {s}, {c}, D{z2} X{z3}",
    "no_NO": "{s} {n}, {z4} {c}",
    "da_DK": "{s} {n}, {z4} {c}",
}
_COUNTRY = {
    "de_DE": "Germany",
    "fr_FR": "France",
    "es_ES": "Spain",
    "it_IT": "Italy",
    "nl_NL": "Netherlands",
    "pl_PL": "Poland",
    "pt_BR": "Brazil",
    "sv_SE": "Sweden",
    "id_ID": "Indonesia",
    "tr_TR": "Türkiye",
    "en_IE": "Ireland",
    "no_NO": "Norway",
    "da_DK": "Denmark",
}

_ITALIAN_CITIES = words(
    "Milano Roma Torino Bologna Firenze Napoli Palermo Verona Padova Genova Bari Catania Trieste "
    "Parma Modena Lecce Bergamo Pisa Siena Lucca"
)


@cache
def pools() -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """(cities, streets) of each Faker locale; seeded alone, so that they are the same in every run."""
    found: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
    for locale in _POOL_LOCALES:
        fake = Faker(locale)
        fake.seed_instance(20)
        # Faker keeps Italian cities in a set, whose order differs between runs.
        cities = _ITALIAN_CITIES if locale == "it_IT" else tuple(sorted({fake.city() for _ in range(120)}))
        found[locale] = cities, tuple(sorted({fake.street_name() for _ in range(160)}))
    return found


def _words(text: str) -> str:
    return text.replace("-", " ")


def address(rng: random.Random, *, lines: bool = False) -> str:
    """A full address as one line, or over several with `lines`."""
    draw = rng.random()
    if draw < 0.45:
        parts = _us(rng)
    elif draw < 0.65:
        parts = _uk(rng)
    elif draw < 0.75:
        parts = _indian(rng)
    elif draw < 0.82:
        city, state, code = rng.choice(_AU).split(":")
        parts = [_street(rng, "en_AU"), f"{city} {state} {code}{digits(rng, 2)}"]
        parts += ["Australia"] if rng.random() < 0.3 else []
    elif draw < 0.86:
        code = f"{rng.choice('MKLVTH')}{digits(rng, 1)}{letters(rng, 1)} {digits(rng, 1)}{letters(rng, 1)}{digits(rng, 1)}"
        parts = [_street(rng, "en_CA"), f"{rng.choice(('Toronto', 'Ottawa', 'Hamilton'))}, ON {code}"]
    elif draw < 0.9:
        area = rng.choice(("Nishi-Shinjuku", "Honcho", "Ebisu", "Kitahama", "Sakuragaoka"))
        street = f"{rng.randint(1, 9)}-{rng.randint(1, 30)}-{rng.randint(1, 20)} {area}"
        parts = [
            street,
            rng.choice(("Shinjuku-ku", "Chuo-ku", "Naka-ku")),
            f"{rng.choice(('Tokyo', 'Osaka', 'Yokohama'))} {digits(rng, 3)}-{digits(rng, 4)}",
            "Japan",
        ]
    else:
        locale = rng.choice(tuple(_STREET_ABROAD))
        parts = _abroad(rng, locale).split(", ")
        parts += [_COUNTRY[locale]] if rng.random() < 0.4 else []
    return ("\n" if lines else ", ").join(parts)


def street(rng: random.Random) -> str:
    """Street and number alone, at times with a unit or the city."""
    draw = rng.random()
    if draw < 0.6:
        text = _us_street(rng)
        return f"{text}, {rng.choice(pools()['en_US'][0])}" if rng.random() < 0.25 else text
    if draw < 0.8:
        text = _uk(rng)[-2]
        return text if text[0].isdigit() else f"{rng.randint(1, 200)} {rng.choice(_UK_STREETS)} {rng.choice(_UK_KINDS)}"
    return _abroad(rng, rng.choice(tuple(_STREET_ABROAD))).rpartition(", ")[0]


def _street(rng: random.Random, locale: str) -> str:
    unit = rng.choice(("", "", "", f"{rng.randint(1, 40)}/", f"Unit {rng.randint(1, 60)}, "))
    return f"{unit}{rng.randint(1, 480)} {rng.choice(pools()[locale][1])}"


def _us_street(rng: random.Random) -> str:
    draw = rng.random()
    number = rng.choice((rng.randint(1, 999), rng.randint(100, 9999), rng.randint(1000, 19999)))
    if draw < 0.55:
        name = f"{_words(rng.choice(_US_STREETS))} {rng.choice(_US_KINDS)}"
    elif draw < 0.7:
        which = rng.choice(("1st", "2nd", "3rd", "5th", "12th", "42nd", "118th"))
        name = f"{rng.choice('NSEW')} {which} {rng.choice(('St', 'Ave', 'Street', 'Avenue'))}"
    elif draw < 0.78:
        family = rng.choice(names.FAMILY[rng.choice(tuple(names.FAMILY))])
        name = f"{family} {rng.choice(_US_KINDS)}"
    else:
        name = rng.choice(pools()["en_US"][1])
    unit = rng.choice(
        (
            "",
            "",
            "",
            "",
            f", Apt {rng.randint(1, 40)}{rng.choice('ABC')}",
            f" Apt. {rng.randint(100, 999)}",
            f", Suite {rng.randint(100, 900)}",
            f" #{rng.randint(1, 90)}",
        )
    )
    if draw > 0.97:
        return f"P.O. Box {rng.randint(10, 9999)}"
    return f"{number} {name}{unit}"


def _us(rng: random.Random) -> list[str]:
    short, _, long = rng.choice(_US_STATES).partition(":")
    city = rng.choice(pools()["en_US"][0])
    code = digits(rng, 5) + (f"-{digits(rng, 4)}" if rng.random() < 0.1 else "")
    state = short if rng.random() < 0.8 else _words(long)
    return [
        _us_street(rng),
        f"{city}, {state} {code}" if rng.random() < 0.9 else f"{city}, {state}",
        *(["USA"] if rng.random() < 0.1 else []),
    ]


def _uk(rng: random.Random) -> list[str]:
    town, _, area = rng.choice(_UK_TOWNS).partition(":")
    code = f"{area}{rng.randint(1, 22)} {rng.randint(1, 9)}{letters(rng, 2)}"
    number = rng.choice(
        (
            str(rng.randint(1, 240)),
            str(rng.randint(1, 99)) + rng.choice("ABC"),
            f"Flat {rng.randint(1, 30)}, {rng.randint(1, 120)}",
        )
    )
    own = rng.random() < 0.7
    road = f"{rng.choice(_UK_STREETS)} {rng.choice(_UK_KINDS)}" if own else rng.choice(pools()["en_GB"][1])
    return [f"{number} {road}", town + rng.choice((" ", ", ")) + code]


def _indian(rng: random.Random) -> list[str]:
    city, state, code = rng.choice(_INDIAN_CITIES).split(":")
    house = rng.choice(
        (
            f"Flat {rng.randint(1, 20)}0{rng.randint(1, 6)}",
            f"H.No. {rng.randint(1, 12)}-{rng.randint(1, 99)}",
            f"{rng.randint(1, 300)}",
            f"Plot No. {rng.randint(1, 90)}",
        )
    )
    place = rng.choice(
        (
            "MG Road",
            "Lotus Apartments",
            "Nehru Street",
            "Shanti Nagar",
            "14th Cross",
            "Gandhi Road",
            "Sai Residency",
            "2nd Main Road",
        )
    )
    tail = (
        f"{_words(city)} {code}{digits(rng, 3)}"
        if rng.random() < 0.6
        else f"{_words(city)}, {_words(state) or 'India'} - {code}{digits(rng, 3)}"
    )
    return [f"{house}, {place}", _words(rng.choice(_INDIAN_AREAS)), tail]


def _abroad(rng: random.Random, locale: str) -> str:
    cities, streets = pools()[locale]
    return _STREET_ABROAD[locale].format(
        s=rng.choice(streets),
        n=rng.randint(1, 180),
        m=rng.randint(1, 40),
        c=rng.choice(cities),
        L2=letters(rng, 2),
        z2=digits(rng, 2),
        z3=digits(rng, 3),
        z4=rng.choice("123456789") + digits(rng, 3),
        z5=rng.choice("123456789") + digits(rng, 4),
    )
