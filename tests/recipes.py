"""The blocks of a page: ` ```python first.py ` begins the file `first.py`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
_BLOCK = re.compile(r"^```(\S*) ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SAID = re.compile(r"^ *(?:print|console\.log)\(.*\);?  ?(?:#|//) (.*)$", re.MULTILINE)
DEFAULT = "127.0.0.1:50051"


def blocks(page: str) -> dict[str, str]:
    """The blocks of a page by name; fails where one has none or two have the same."""
    found = _BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))
    named = {name: text for _, name, text in found}
    assert "" not in named, f"{page}: a block without a name"
    assert len(named) == len(found), f"{page}: two blocks of a name"
    return named


def said(block: str) -> str:
    """What a program prints according to the comments behind its prints."""
    return "".join(f"{line}\n" for line in _SAID.findall(block))


def names_of(block: str) -> dict[str, Any]:
    """What a block of Python defines."""
    names: dict[str, Any] = {"__name__": "recipe"}
    exec(compile(block, "recipe", "exec"), names)
    return names


def written(folder: Path, name: str, block: str, target: str = DEFAULT) -> Path:
    """The block as a file that asks `target`."""
    path = folder / name
    path.write_text(block.replace(DEFAULT, target), encoding="utf-8")
    return path
