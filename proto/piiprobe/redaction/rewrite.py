"""What each operator makes of a text."""

from __future__ import annotations

import hmac
from functools import cached_property
from typing import assert_never

from piiprobe.redaction.encrypt import Cipher
from piiprobe.redaction.keys import checked, derived
from piiprobe.redaction.mask import masked
from piiprobe.redaction.operators import Drop, Encrypt, Hash, Keep, Mask, Operator, Pseudonym, Replace
from piiprobe.redaction.pseudonym import Pseudonyms

# 80 bits in hexadecimal: two of a billion texts share a hash with probability 4e-7. Guessing needs the key, whatever the length.
_HASH_DIGITS = 20


class Rewriter:
    """Applies operators with one key and scope; the key may be None where no operator needs it."""

    def __init__(self, key: bytes | None, scope: str) -> None:
        """Raises ValueError for a key of another length."""
        self._key = None if key is None else checked(key)
        self._scope = scope

    def rewritten(self, operator: Operator, entity_type: str, text: str) -> str:
        """What stands in the place of `text`; raises ValueError where a key is needed and there is none."""
        match operator:
            case Replace():
                return f"<{entity_type}>" if operator.text is None else operator.text
            case Mask():
                return masked(entity_type, text, operator.character, operator.keep_last)
            case Hash():
                # Under its type, so that what is shown as two kinds cannot be told to be one text.
                said = f"{entity_type}\0{text}".encode("utf-8", "surrogatepass")
                return f"{entity_type}_{hmac.digest(self._hash_key, said, 'sha256').hex()[:_HASH_DIGITS]}"
            case Drop():
                return ""
            case Keep():
                return text
            case Pseudonym():
                return self._pseudonyms.surrogate(entity_type, text)
            case Encrypt():
                return self._cipher.encrypted(entity_type, text)
        assert_never(operator)

    @cached_property
    def _hash_key(self) -> bytes:
        return derived(self._needed, "hash")

    @cached_property
    def _cipher(self) -> Cipher:
        return Cipher(self._needed)

    @cached_property
    def _pseudonyms(self) -> Pseudonyms:
        return Pseudonyms(self._needed, self._scope)

    @property
    def _needed(self) -> bytes:
        if self._key is None:
            raise ValueError("this operator needs a key")
        return self._key
