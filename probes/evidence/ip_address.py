"""Network addresses, by the standard library's `ipaddress`."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from probes.evidence.value import Strength, Value

# An octet may be too large here: that it is shows a version.
_FOUR_PARTS = re.compile(r"(?<![0-9A-Za-z_.~])(?<![A-Za-z]-)(?:[0-9]{1,5}\.){3}[0-9]{1,5}(?![0-9A-Za-z_]|\.[0-9])")
_COLONS = re.compile(r"(?<![0-9A-Za-z_:.])(?=[0-9A-Fa-f]{0,4}:)[0-9A-Fa-f:]++(?:\.[0-9]{1,3}){0,3}+(?![0-9A-Za-z_:]|\.[0-9])")
_LONGEST = 45
_VERSION = re.compile(
    r"(?:\b(?:v|ver|version|versions|release|rev|build|firmware|update|upgrade[ds]?|upgrading|patch|sdk)[.:]?[ =\"'(]{0,2}"
    r"|\b(?:chrome|chromium|safari|firefox|edg|edge|opr|version|python|java|nginx|apache|php)[/ -])$",
    re.IGNORECASE,
)
_BEFORE = 24


def values(folded: str) -> Iterator[Value]:
    """Addresses that `ipaddress` reads. Of their own accord only those that name a host, and not after a word for a version."""
    for match in _FOUR_PARTS.finditer(folded):
        if not _may_be_version(match.group()) and not _is_version(folded, match.start()) and (address := _address(match.group())):
            yield _value(address, match)
    for match in _COLONS.finditer(folded):
        if 2 < match.end() - match.start() <= _LONGEST and (address := _address(match.group())):
            yield _value(address, match)


def impossible(folded: str, start: int, end: int) -> str | None:
    """Which check shows that the span is no address."""
    for match in _FOUR_PARTS.finditer(folded):
        if _meets(match, start, end):
            # Zeros in front are no reason (192.168.001.010), only unusual.
            too_large = any(int(octet) > 255 for octet in match.group().split("."))
            return "ipaddress" if too_large else "version" if _is_version(folded, match.start()) else None
    if any(_meets(match, start, end) and match.group().count(":") > 2 for match in _COLONS.finditer(folded)):
        return "ipaddress"
    written = folded[start:end]
    return "ip_address_grammar" if not any(c.isdigit() or c == ":" for c in written) else None


def _is_version(folded: str, start: int) -> bool:
    """Whether a word for a version stands right before."""
    return _VERSION.search(folded, max(0, start - _BEFORE), start) is not None


def _may_be_version(written: str) -> bool:
    """Whether all four parts have one digit, and not all the same one: versions are small, and few hosts have such addresses."""
    return len(written) == 7 and len(set(written)) > 2


def _value(address: ipaddress.IPv4Address | ipaddress.IPv6Address, match: re.Match[str]) -> Value:
    written = match.group()
    names_a_host = not (address.is_loopback or address.is_multicast or written.startswith(("0.", "255.")))
    # The name of a module or class may be spelled with the letters a to f and two colons.
    distinct = address.version == 4 or sum(map(bool, written.split(":"))) > 3 or written.lower().startswith(("fe80:", "2001:"))
    return Value("ipaddress", Strength.GRAMMAR, match.start(), match.end(), names_a_host and distinct)


def _address(written: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(written)
    except ValueError:
        return None


def _meets(match: re.Match[str], start: int, end: int) -> bool:
    return match.start() < end and start < match.end()
