"""Pseudonyms: invented values of the same form, the same for the same value within a key and scope.

Names, and the words of addresses and of e-mail addresses, are replaced word by word, so a person who is named in full and then by
one name, in capitals, with a title or with the family name first is the same person again. Nothing is stored: what stands for a
word follows from the key. So two values can share a pseudonym, with a probability that the number of pseudonyms bounds: 1 in
`LATIN_WORDS` for two Latin words. Words of one character or kana have as few pseudonyms as their script has here.

A pseudonym never is the value itself. It can by chance be someone else's true value where no range is kept for fiction: names,
numbers of accounts, cards, ids, and telephones in other countries than `surrogates.phone` lists.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from piiprobe.redaction.keys import derived
from piiprobe.redaction.surrogates.address import address
from piiprobe.redaction.surrogates.date import date_of_birth
from piiprobe.redaction.surrogates.draw import Draw, Drawing
from piiprobe.redaction.surrogates.email import email
from piiprobe.redaction.surrogates.ip_address import ip_address
from piiprobe.redaction.surrogates.number import account, card, national_id
from piiprobe.redaction.surrogates.person import person
from piiprobe.redaction.surrogates.phone import phone
from piiprobe.redaction.surrogates.shape import shaped
from piiprobe.redaction.surrogates.words import word

_SURROGATES: dict[str, Callable[[str, Drawing], str]] = {
    "PERSON": person,
    "EMAIL": email,
    "PHONE": phone,
    "ADDRESS": address,
    "DATE_OF_BIRTH": date_of_birth,
    "NATIONAL_ID": national_id,
    "CREDIT_CARD": card,
    "BANK_ACCOUNT": account,
    "IP_ADDRESS": ip_address,
}
_TRIES = 32


class Pseudonyms:
    """The pseudonyms of one key and scope."""

    def __init__(self, key: bytes, scope: str) -> None:
        """Raises ValueError for a key of another length."""
        self._key = derived(key, f"pseudonym {scope}")

    def surrogate(self, entity_type: str, text: str) -> str:
        """What stands for `text`: never `text` itself, and never empty."""
        of_type = _SURROGATES.get(entity_type, _of_shape)
        for attempt in range(_TRIES):
            # The first try is that of every value, so that values agree in their words.
            new = of_type(text, partial(Draw, self._key, str(attempt)))
            if new and new != text:
                return new
        # Nothing in it is a letter or a digit.
        return word("OTHER", text, partial(Draw, self._key, entity_type))


def _of_shape(text: str, drawing: Drawing) -> str:
    return shaped(text, drawing("shape", text))
