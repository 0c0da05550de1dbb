"""The key of a redaction, what is derived from it, and files that hold one."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32


class KeyFileError(ValueError):
    """A file holds no key; the message tells nothing of what it holds."""


def new_key() -> bytes:
    """A random key of `KEY_BYTES`."""
    return secrets.token_bytes(KEY_BYTES)


def checked(key: bytes) -> bytes:
    """`key`, if it is as long as one must be; raises ValueError otherwise."""
    if len(key) != KEY_BYTES:
        raise ValueError(f"a key has {KEY_BYTES} bytes")
    return key


def derived(key: bytes, purpose: str, length: int = KEY_BYTES) -> bytes:
    """`length` bytes for one purpose (HKDF-SHA-256, RFC 5869): who learns them learns nothing of the key or of other purposes."""
    return HKDF(SHA256(), length, salt=None, info=f"piiprobe redaction v1 {purpose}".encode()).derive(checked(key))


def read_key(path: str | os.PathLike[str]) -> bytes:
    """The key of a file: its 32 bytes, or base64 of them in one line.

    Raises:
        KeyFileError: it holds something else.
        OSError: it cannot be read.
    """
    held = Path(path).read_bytes()
    if len(held) == KEY_BYTES:
        return held
    try:
        key = base64.b64decode(held.strip(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyFileError(f"the file holds no key: {KEY_BYTES} bytes, or base64 of them")
    return key


def write_key(path: str | os.PathLike[str], key: bytes) -> None:
    """Writes the key as base64 into a new file that its owner alone can read and write.

    Raises:
        FileExistsError: there is a file already; a key that is written over cannot be had back.
        OSError: it cannot be written.
    """
    line = base64.b64encode(checked(key)) + b"\n"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(line)
