"""What one look found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warning", "fail"]
MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Check:
    """`message` says what was found, without input text or a secret; `remedy` what to do, empty where all is well."""

    name: str
    state: State
    message: str
    remedy: str = ""


def rendered(check: Check) -> str:
    """For people: a line, and one for the remedy."""
    line = f"{check.state:8} {check.name:10} {check.message}"
    return f"{line}\n{'':8} {'':10} -> {check.remedy}" if check.remedy else line
