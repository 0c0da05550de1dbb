"""Encrypted values that stand in a text by themselves: `[PERSON:v1:…]`, and the way back.

Behind the version stand, in base64url without padding, 4 bytes that name the key, 12 of a random nonce, and what AES-256-GCM
makes of the UTF-8 text (16 bytes more than it). Brackets, colons, letters, digits, `-` and `_` survive copying, JSON and CSV. The
entity type and the version are authenticated too. A value's length can be told from the token's. With random nonces, a key is
good for 2**32 values (NIST SP 800-38D, 8.3).
"""

from __future__ import annotations

import base64
import binascii
import os
import re
from json import dumps

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from piiprobe.redacted import Restored
from piiprobe.redaction.keys import derived

_KEY_ID = 4
_NONCE = 12
_TOKEN = re.compile(r"\[([A-Z][A-Z0-9_]*):v1:([A-Za-z0-9_-]+)\]")
_ENTITY_TYPE = re.compile(r"[A-Z][A-Z0-9_]*")


class _OtherKeyError(Exception):
    """The token names another key."""


class Cipher:
    """Encrypts and decrypts with what is derived from one key."""

    def __init__(self, key: bytes) -> None:
        """Raises ValueError for a key of another length."""
        self._key_id = derived(key, "key id", _KEY_ID)
        self._aes = AESGCM(derived(key, "encrypt"))

    def encrypted(self, entity_type: str, text: str) -> str:
        """The token of `text`, another one each time; raises ValueError for a type not in capitals, digits and underscores."""
        if not _ENTITY_TYPE.fullmatch(entity_type):
            raise ValueError("the entity type is not in capitals, digits and underscores")
        nonce = os.urandom(_NONCE)
        # A lone surrogate is not valid Unicode, but it may stand in a Python string.
        sealed = self._aes.encrypt(nonce, text.encode("utf-8", "surrogatepass"), _associated(entity_type))
        packed = base64.urlsafe_b64encode(self._key_id + nonce + sealed).rstrip(b"=").decode()
        return f"[{entity_type}:v1:{packed}]"

    def decrypted(self, entity_type: str, packed: str) -> str:
        """The text of a token.

        Raises:
            _OtherKeyError: it was made with another key.
            ValueError: it was changed.
        """
        try:
            raw = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        except binascii.Error:
            raw = b""
        key_id, nonce, sealed = raw[:_KEY_ID], raw[_KEY_ID : _KEY_ID + _NONCE], raw[_KEY_ID + _NONCE :]
        if key_id != self._key_id and len(sealed) >= 16:
            raise _OtherKeyError
        if len(nonce) != _NONCE:
            raise ValueError("the token is too short")
        try:
            return self._aes.decrypt(nonce, sealed, _associated(entity_type)).decode("utf-8", "surrogatepass")
        except InvalidTag:
            raise ValueError("the token was changed") from None


def restore(text: str, key: bytes, *, json: bool = False) -> Restored:
    """`text` with every value put back that `key` encrypted; what another key did, or was changed since, stays.

    Tokens inside of a value that is put back are left, as they were when it was encrypted. `json` says that the text is JSON, in
    whose strings values are escaped.

    Raises:
        ValueError: a key has another length.
    """
    cipher = Cipher(key)
    restored = damaged = of_another_key = 0

    def put_back(token: re.Match[str]) -> str:
        nonlocal restored, damaged, of_another_key
        try:
            plain = cipher.decrypted(token[1], token[2])
        except _OtherKeyError:
            of_another_key += 1
            return token[0]
        except ValueError:
            damaged += 1
            return token[0]
        restored += 1
        return dumps(plain, ensure_ascii=False)[1:-1] if json else plain

    rewritten = _TOKEN.sub(put_back, text)
    return Restored(rewritten, restored, damaged + of_another_key, of_another_key)


def _associated(entity_type: str) -> bytes:
    return f"{entity_type}:v1".encode()
