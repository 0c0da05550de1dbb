"""IP addresses, in the blocks that are kept for documentation: RFC 5737 and RFC 3849."""

from __future__ import annotations

import ipaddress
import re

from piiprobe.redaction.surrogates.draw import Drawing
from piiprobe.redaction.surrogates.shape import shaped

# Behind an address may stand a zone, a length of prefix or a port; brackets part it from the port.
_WRITTEN = re.compile(r"(\[?)([0-9.]+|[0-9A-Fa-f:.]+)(?:%\w+)?(\]?)((?:/[0-9]{1,3})?(?::[0-9]{1,5})?)", re.ASCII)
_BLOCKS = ("192.0.2", "198.51.100", "203.0.113")
_DOCUMENTATION = "2001:db8"
_GROUPS = 6
V4_ADDRESSES = 256 * len(_BLOCKS)
"""How many there are: two addresses share one with a probability of 1 in that many."""


def ip_address(text: str, drawing: Drawing) -> str:
    """An address of the same kind; what follows it stays. The same for every spelling of an address."""
    match = _WRITTEN.fullmatch(text)
    address = _parsed(match[2]) if match else None
    if match is None or address is None:
        return shaped(text, drawing("shape", text))
    draw = drawing("ip", str(address))
    if address.version == 4:
        new = f"{draw.choice(_BLOCKS)}.{draw.below(256)}"
    else:
        groups = [f"{draw.below(65536):x}" for _ in range(_GROUPS)]
        new = ":".join([_DOCUMENTATION, *groups])
        new = f"{_DOCUMENTATION}::{':'.join(groups[-2:])}" if "::" in match[2] else new
        new = new.upper() if match[2].isupper() else new
    return f"{match[1]}{new}{match[3]}{match[4]}"


def _parsed(written: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(written)
    except ValueError:
        return None
