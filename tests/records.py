"""Short invented records for a scan; as a program, any number of them: `python tests/records.py 1000000 > records.jsonl`."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from typing import Any

_NOTES = ("called back", "parcel left at the door", "wants an invoice", "no answer", "closed", "asked for the manual")
_CITIES = ("Dunmore", "Quineba", "Alton", "Merrow", "Fenwick", "Osterby")
_NAMES = ("anna", "zoë", "kenji", "lucia", "tomasz", "elin")


def records(count: int, seed: int = 0) -> Iterator[dict[str, Any]]:
    """Every fourth has an e-mail address; notes repeat, as they do in tables."""
    draw = random.Random(seed)
    for number in range(count):
        note = draw.choice(_NOTES)
        if number % 4 == 0:
            note = f"{note}; write to {draw.choice(_NAMES)}{draw.randrange(10**6)}@example.com"
        yield {"id": number, "city": draw.choice(_CITIES), "note": note}


def main() -> None:
    for record in records(int(sys.argv[1])):
        sys.stdout.write(f"{json.dumps(record, ensure_ascii=False)}\n")


if __name__ == "__main__":
    main()
