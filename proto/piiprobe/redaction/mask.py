"""Masks: a character in the place of each of a value's, so that its form can still be seen."""

from __future__ import annotations

# What gives a number, date or address its form. All else, punctuation too, may be the value itself.
_SEPARATORS = frozenset(" \t\r\n\u00a0\u3000-./:,@()+")
# Of passwords, these may be half.
_WITHOUT_FORM = frozenset({"SECRET"})


def masked(entity_type: str, text: str, character: str, keep_last: int) -> str:
    """`text` with `character` for each but separators, of which the last `keep_last` stay, and never more than half.

    Separators of a SECRET, and of a text that has nothing else, are masked too.
    """
    stays = frozenset() if entity_type in _WITHOUT_FORM or _SEPARATORS.issuperset(text) else _SEPARATORS
    hidden = sum(char not in stays for char in text)
    hidden -= min(keep_last, hidden // 2)
    new = []
    for char in text:
        if char in stays:
            new.append(char)
        else:
            new.append(character if hidden > 0 else char)
            hidden -= 1
    return "".join(new)
