"""Invented secrets: passwords, API keys, tokens, key blocks, PINs and one-time codes.

One-time codes count as SECRET: whoever reads one may use it.
"""

from __future__ import annotations

import random
import string

from probes.training.generate.words import words

_WORDS = words(
    "summer winter monkey dragon hunter coffee orange purple sunset welcome football pepper cookie shadow silver ginger "
    "banana rocket guitar cheese letmein admin spring autumn london tokyo sakura bailey maggie buster princess liverpool "
    "freedom mustang batman horse battery staple correct"
)
_ALNUM = string.ascii_letters + string.digits
_B64 = _ALNUM + "+/"
_URL64 = _ALNUM + "-_"


def _text(rng: random.Random, alphabet: str, count: int) -> str:
    return "".join(rng.choices(alphabet, k=count))


def password(rng: random.Random) -> str:
    """A password, chosen by a person or by a machine."""
    one, two = rng.choice(_WORDS), rng.choice(_WORDS)
    year, mark = rng.randint(1970, 2026), rng.choice("!@#$%&*?")
    leet = one.replace("a", "@").replace("o", "0").replace("e", "3").replace("i", "1")
    return rng.choice(
        (
            f"{one.capitalize()}{year}{mark}",
            f"{one}{rng.randint(1, 999)}",
            f"{leet}{year}",
            f"{one.capitalize()}{two.capitalize()}{rng.randint(1, 99)}",
            f"{leet.capitalize()}{mark}{rng.randint(10, 99)}",
            f"{one}-{two}-{rng.choice(_WORDS)}-{rng.choice(_WORDS)}",
            f"{one}{mark}{two}",
            _text(rng, _ALNUM + "!@#$%^&*-_", rng.randint(8, 16)) + rng.choice(_ALNUM),
            _text(rng, _ALNUM, rng.randint(8, 14)),
            f"P@ssw0rd{rng.randint(1, 999)}",
            f"{two}{mark}{year % 100:02d}",
            f"{one}_{two}{rng.randint(1, 99)}",
            f"qwerty{rng.randint(1, 9999)}",
        )
    )


def api_key(rng: random.Random) -> str:
    """A key or token in the shape of some service's."""
    hexa = "0123456789abcdef"
    upper = string.ascii_uppercase + string.digits
    return rng.choice(
        (
            lambda: "sk-" + _text(rng, _ALNUM, 48),
            lambda: "sk-proj-" + _text(rng, _URL64, 40) + rng.choice(_ALNUM),
            lambda: "AKIA" + _text(rng, upper, 16),
            lambda: _text(rng, _B64, 39) + rng.choice(_ALNUM),
            lambda: "ghp_" + _text(rng, _ALNUM, 36),
            lambda: "xoxb-" + _text(rng, string.digits, 12) + "-" + _text(rng, _ALNUM, 24),
            lambda: "sk_live_" + _text(rng, _ALNUM, 24),
            lambda: "AIza" + _text(rng, _ALNUM, 35),
            lambda: "glpat-" + _text(rng, _ALNUM, 20),
            lambda: "hf_" + _text(rng, _ALNUM, 34),
            lambda: "SG." + _text(rng, _ALNUM, 22) + "." + _text(rng, _ALNUM, 43),
            lambda: "npm_" + _text(rng, _ALNUM, 36),
            lambda: _text(rng, hexa, 32),
            lambda: _text(rng, hexa, 64),
            lambda: _text(rng, _ALNUM, rng.randint(20, 44)),
            lambda: jwt(rng),
        )
    )()


def jwt(rng: random.Random) -> str:
    """A token in the shape of a JWT."""
    return (
        f"eyJ{_text(rng, _URL64, 33)}.eyJ{_text(rng, _URL64, rng.randint(40, 70))}.{_text(rng, _URL64, 42)}{rng.choice(_ALNUM)}"
    )


def key_block(rng: random.Random) -> str:
    """A short private key block."""
    kind = rng.choice(("RSA ", "EC ", "", "OPENSSH "))
    body = "\n".join(_text(rng, _B64, 64) for _ in range(rng.randint(2, 3))) + "\n" + _text(rng, _B64, rng.randint(10, 40)) + "=="
    return f"-----BEGIN {kind}PRIVATE KEY-----\n{body}\n-----END {kind}PRIVATE KEY-----"


def pin(rng: random.Random) -> str:
    """A PIN."""
    return _text(rng, string.digits, rng.choice((4, 4, 4, 6)))


def otp(rng: random.Random) -> str:
    """A one-time code."""
    code = _text(rng, string.digits, rng.choice((4, 6, 6, 6, 8)))
    return (
        rng.choice((code, code, code, f"{code[:3]}-{code[3:]}", f"G-{code}", f"{code[:3]} {code[3:]}"))
        if len(code) == 6
        else code
    )
