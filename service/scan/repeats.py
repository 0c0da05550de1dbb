"""Answers about short values that were read before: in tables and logs, the same ones come again and again."""

from __future__ import annotations

import hashlib
import secrets

from piiprobe import Document, JsonDocument
from service.scan.record import Found

_LONGEST = 256
_MOST = 65_536


class Repeats:
    """Remembers what was found in the short documents that came last, and never a document.

    A document is known by a keyed hash, whose key is made for this process and kept nowhere else. The options are those of one
    scan.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._key = secrets.token_bytes(32)
        self._most = most
        self._known: dict[bytes, Found] = {}

    def digest(self, source: Document | JsonDocument) -> bytes:
        """What the document is known by; empty where it is too long to be kept."""
        if len(source.text) > _LONGEST:
            return b""
        kind = b"json\0" if isinstance(source, JsonDocument) else b"text\0"
        text = source.text.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(kind + text, digest_size=16, key=self._key).digest()

    def known(self, digest: bytes) -> Found | None:
        """What was found in that document, if it is remembered."""
        found = self._known.pop(digest, None)
        if found is not None:
            self._known[digest] = found
        return found

    def remember(self, digest: bytes, found: Found) -> None:
        """Forgets the one that was not asked for the longest time where there are too many."""
        if not digest:
            return
        self._known[digest] = found
        if len(self._known) > self._most:
            del self._known[next(iter(self._known))]
