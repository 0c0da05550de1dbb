"""Postal addresses, word by word and number by number; words that say what kind of a part it is stay."""

from __future__ import annotations

import re
from collections.abc import Iterator

from piiprobe.redaction.surrogates.draw import Drawing
from piiprobe.redaction.surrogates.shape import shaped
from piiprobe.redaction.surrogates.words import listed, runs, word

_KINDS = frozenset(
    listed(
        "street st road rd lane ln avenue ave drive dr court ct way place pl square sq boulevard blvd terrace close crescent "
        "highway hwy parkway pkwy apartment apt suite ste unit floor fl flat room rm building bldg house po p o box north south "
        "east west n s e w straße strasse str weg platz gasse allee ring damm ufer postfach haus am an im in der "
        "den dem zum zur bei calle c avenida avda av plaza pza paseo camino carretera número núm piso puerta de del la "
        "las los el y rue chemin quai impasse allée cours bis ter bâtiment cedex le les du des l d et "
        "丁目 番地 番 号 号室 階 棟 字 大字 の"
    )
)
_GERMAN = re.compile(r"(?i)(.{3,}?)(straße|strasse|str|weg|platz|gasse|allee|ring|damm|ufer)")
_JAPANESE = re.compile("(.+?)([都道府県市区町村郡]|丁目|番地?|号室?|階|$)")
_HAN_DIGITS = frozenset("一二三四五六七八九")


def address(text: str, drawing: Drawing) -> str:
    """The address with an invented word for each of its own, and for each number one of as many digits."""
    pieces = [piece for kind, written in runs(text) for piece in _pieces(kind, written)]
    if all(not kind or written.casefold() in _KINDS for kind, written in pieces):
        return shaped(text, drawing("shape", text))
    return "".join(_piece(kind, written, drawing) for kind, written in pieces)


def _piece(kind: str, written: str, drawing: Drawing) -> str:
    if not kind or written.casefold() in _KINDS:
        return written
    # Postcodes and short names of states, as of England and the United States, have letters.
    if kind == "DIGITS" or _HAN_DIGITS.issuperset(written) or (kind == "LATIN" and len(written) <= 2):
        return _other(written, drawing)
    return word(kind, written, drawing)


def _other(written: str, drawing: Drawing) -> str:
    for attempt in range(1000):
        new = shaped(written, drawing("part", str(attempt), written))
        if new != written:
            break
    return new


def _pieces(kind: str, written: str) -> Iterator[tuple[str, str]]:
    """A run as words, with what says of which kind they are apart."""
    if kind == "HAN":
        for name, ending in _JAPANESE.findall(written) if written.casefold() not in _KINDS else [(written, "")]:
            yield kind, name
            if ending:
                yield "", ending
    elif kind == "LATIN" and (match := _GERMAN.fullmatch(written)):
        yield kind, match[1]
        yield "", match[2]
    else:
        yield kind, written
