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
_PLAIN_WORDS = _WORDS + words(
    "sunshine flower chocolate pizza basketball soccer baseball kitten puppy fluffy rex max lucky snoopy elephant turtle "
    "penguin butterfly rainbow diamond crystal thunder lightning mountain ocean beach island paris texas boston chicago "
    "jessica michael daniel ashley charlie jordan taylor hannah andrew sophie oliver hello secret changeme password mypass "
    "family mommy daddy baby lovely angel heaven music piano drummer winner champion legend warrior wizard galaxy saturn "
    "jupiter apollo phoenix falcon eagle raven hawk salmon tuna lemon cherry mango peach apple grape potato carrot waffle "
    "muffin cupcake noodles burger taco sushi ramen garden window table chair lamp pencil bottle mirror blanket pillow"
)
_KEY_RUNS = words(
    "qwerty asdfgh zxcvbn 123456 1234567 12345678 111111 abc123 abcd1234 1q2w3e 1qaz2wsx qwer1234 asdf1234 654321 aaa111"
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


def weak_password(rng: random.Random) -> str:
    """A password that nobody would take for one outside its sentence: a word, a name, a date, a run of keys."""
    one, two = rng.choice(_PLAIN_WORDS), rng.choice(_PLAIN_WORDS)
    return rng.choice(
        (
            one,
            one.capitalize(),
            one.upper(),
            one + two,
            f"{one}{rng.randint(1, 99)}",
            f"{one}{rng.randint(100, 2030)}",
            f"{one}{rng.choice('!?.$*')}",
            f"{one[:3]}{rng.randint(0, 9)}{rng.choice('!#*')}{two[:4]}",
            f"my{one}",
            f"{one}is{two}",
            _text(rng, string.digits, rng.randint(4, 8)),
            rng.choice(_KEY_RUNS),
            f"{_text(rng, string.ascii_lowercase, rng.randint(4, 7))}{_text(rng, string.digits, rng.randint(1, 4))}",
            f"{_text(rng, string.ascii_lowercase, 2)}{_text(rng, string.digits, 1)}{rng.choice('!@#%')}{one}",
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
