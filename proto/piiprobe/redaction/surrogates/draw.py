"""Choices that a key and a text decide: the same for the same, and without the key as good as random."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from typing import TypeAlias, TypeVar

_Item = TypeVar("_Item")


class Draw:
    """A stream of numbers, from HMAC-SHA-256 in counter mode."""

    def __init__(self, key: bytes, *parts: str) -> None:
        """`parts` say what is drawn for; all but the last are names without NUL."""
        self._seed = hmac.digest(key, "\0".join(parts).encode("utf-8", "surrogatepass"), "sha256")
        self._block = 0
        self._pool = b""

    def below(self, count: int) -> int:
        """From 0 up to `count`, exclusive; of 64 bits, so that no number is noticeably likelier than another."""
        if not self._pool:
            self._pool = hmac.digest(self._seed, self._block.to_bytes(8, "big"), "sha256")
            self._block += 1
        number, self._pool = self._pool[:8], self._pool[8:]
        return int.from_bytes(number, "big") % count

    def choice(self, items: Sequence[_Item]) -> _Item:
        """One of them."""
        return items[self.below(len(items))]


Drawing: TypeAlias = Callable[..., Draw]
"""`Draw` with its key."""
