"""The templates and field labels of a language: those to train on, and those held out to measure accuracy."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache

from probes.training.generate.language import Field, Language

_HELD_OUT_SHARE = 0.15
_FEWEST_TEMPLATES = 3
_ENOUGH_LABELS = 4


@dataclass(frozen=True)
class Material:
    """What documents are made of; a field is its spellings and its slot."""

    prose: tuple[str, ...]
    chats: tuple[str, ...]
    mails: tuple[str, ...]
    logs: tuple[str, ...]
    plain: tuple[str, ...]
    fields: tuple[tuple[tuple[str, ...], str], ...]
    plain_fields: tuple[tuple[tuple[str, ...], str], ...]


def templates(block: str) -> tuple[str, ...]:
    r"""The templates of a block, one a line, with `\n` for a line break."""
    return tuple(line.strip().replace("\\n", "\n") for line in block.splitlines() if line.strip())


@cache
def material(language: Language, held_out: bool) -> Material:
    """A language's held-out templates and labels, or those to train on. What is held out is decided by a hash of the text alone,
    save that every block keeps a few."""
    prose, chats, mails, logs, plain = (
        _part(templates(block), held_out)
        for block in (language.prose, language.chats, language.mails, language.logs, language.plain)
    )
    return Material(
        prose, chats, mails, logs, plain, _fields(language.fields, held_out), _fields(language.plain_fields, held_out)
    )


def _part(every: tuple[str, ...], held_out: bool) -> tuple[str, ...]:
    unseen = _unseen(every, _FEWEST_TEMPLATES)
    return tuple(template for template in every if (template in unseen) == held_out)


def _fields(fields: tuple[Field, ...], held_out: bool) -> tuple[tuple[tuple[str, ...], str], ...]:
    """A field keeps the spellings of its side, and falls away where it has none there."""
    spellings = [tuple(words.split("|")) for words, _ in fields]
    # The only spelling of one field may stand among those of another.
    needed = {names[0] for names in spellings if len(names) == 1}
    unseen: set[str] = set()
    for names in spellings:
        free = tuple(name for name in names if name not in needed)
        unseen |= _unseen(free, least=1 if len(free) >= _ENOUGH_LABELS else 0) if len(free) > 1 else set()
    sides = (tuple(name for name in names if (name in unseen) == held_out) for names in spellings)
    return tuple((names, slot) for names, (_, slot) in zip(sides, fields, strict=True) if names)


def _unseen(texts: tuple[str, ...], least: int) -> set[str]:
    ranked = sorted((_hash(text), text) for text in texts)
    count = max(least, sum(share < _HELD_OUT_SHARE for share, _ in ranked))
    return {text for _, text in ranked[: min(count, len(texts) - 1)]}


def _hash(text: str) -> float:
    """Evenly spread over [0, 1)."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6]) / 2**48
