"""E-mail addresses: their names as names of persons, under domains that are nobody's (RFC 2606; .jp: JPRS)."""

from __future__ import annotations

import re

from piiprobe.redaction.surrogates.draw import Drawing
from piiprobe.redaction.surrogates.shape import shaped
from piiprobe.redaction.surrogates.words import listed, runs, word

_ADDRESS = re.compile(r"(?P<local>[^@＠\s]+)(?P<at>[@＠])(?P<domain>[^@＠\s]+)")
_RESERVED = {"jp": "example.jp", "org": "example.org", "net": "example.net"}
# Of offices, not of persons.
_OFFICES = frozenset(
    listed("info support sales contact office admin noreply reply no hello help mail service team press jobs billing")
)


def email(text: str, drawing: Drawing) -> str:
    """An address whose words are those that the same words of a person's name become, in lower-case where they were.

    Each domain becomes a subdomain of its own of example.com, example.org, example.net or example.jp, by its ending.
    """
    match = _ADDRESS.fullmatch(text)
    if not match:
        return shaped(text, drawing("shape", text.casefold()))
    domain = match["domain"].casefold()
    own = word("LATIN", f"at {domain}", drawing)
    reserved = _RESERVED.get(domain.rpartition(".")[2], "example.com")
    return f"{_local(match['local'], drawing)}{match['at']}{own}.{reserved}"


def _local(local: str, drawing: Drawing) -> str:
    # Folded as a whole, so that an address in other case has the same digits.
    digits = drawing("digits", local.casefold())
    new = [
        shaped(written, digits)
        if kind == "DIGITS"
        else written
        if not kind or written.casefold() in _OFFICES
        else word(kind, written, drawing)
        for kind, written in runs(local)
    ]
    return "".join(new)
