"""Names of persons, word by word: titles, initials' dots, hyphens and the order of given and family name stay as they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from piiprobe.redaction.surrogates.draw import Drawing
from piiprobe.redaction.surrogates.shape import shaped
from piiprobe.redaction.surrogates.words import listed, runs, word

# In front of a name, between its words, and behind it; they are no one's name there.
_TITLES = frozenset(
    listed("mr mrs ms miss mx dr prof professor sir madam herr frau fräulein señor señora srta sra sr mme mlle monsieur madame")
)
_PARTICLES = frozenset(listed("von van der den de del della di da la le du dos das do zu zum zur af av bin ibn y e und and et"))
_BEHIND = frozenset(listed("jr sr ii iii iv phd md"))
_HONORIFICS = ("先生", "部長", "課長", "社長", "様", "氏", "殿", "さん", "さま", "くん", "ちゃん", "せんせい")
# Japanese family names of one character and of three, where a name is written without a blank. Of other names the first two
# characters are the family's.
_ONE = frozenset("林森原東西南北岡堀辻谷星秦城泉関菅柳沢浜島牧畑奥平向榊桂楠椿窪李王張劉陳楊黄周呉徐孫朱胡郭何金朴崔")
_THREE = frozenset(
    listed("佐々木 長谷川 五十嵐 久保田 大久保 小野寺 佐久間 小笠原 長谷部 日比野 宇都宮 曽我部 波多野 大河内 勅使河 東海林")
)


def person(text: str, drawing: Drawing) -> str:
    """The name with an invented word for each of its own."""
    pieces = [piece for kind, written in runs(text) for piece in _pieces(kind, written)]
    kept = _kept(pieces)
    if all(at in kept for at, (kind, _) in enumerate(pieces) if kind):
        kept = frozenset()
    return "".join(
        written
        if not kind or at in kept
        else shaped(written, drawing("digits", written))
        if kind == "DIGITS"
        else word(kind, written, drawing)
        for at, (kind, written) in enumerate(pieces)
    )


def _pieces(kind: str, written: str) -> Iterator[tuple[str, str]]:
    """A run as words; of a run in Japanese the family name, the given name and the honorific."""
    if kind not in ("HAN", "HIRAGANA"):
        yield kind, written
        return
    honorific = next((each for each in _HONORIFICS if written.endswith(each)), "")
    name = written.removesuffix(honorific)
    # 平氏 and つくん may be names.
    if len(name) < 2 and (name or kind == "HAN"):
        name, honorific = written, ""
    cut = _family(name) if kind == "HAN" else 0
    for each in (name[:cut], name[cut:], honorific):
        if each:
            yield kind, each


def _family(name: str) -> int:
    """How many characters are the family name, where a given name follows; else 0."""
    if len(name) < 3:
        return 0
    if name[:3] in _THREE:
        return 3 if len(name) > 3 else 0
    return 1 if len(name) == 3 and name[0] in _ONE else 2


def _kept(pieces: Sequence[tuple[str, str]]) -> frozenset[int]:
    words = [at for at, (kind, _) in enumerate(pieces) if kind]
    kept: set[int] = set()
    for at in words[:-1]:
        if pieces[at][1].casefold() not in _TITLES:
            break
        kept.add(at)
    for at in reversed(words[1:]):
        written = pieces[at][1]
        before = pieces[at - 1][1]
        if not (written.casefold() in _BEHIND or written in _HONORIFICS or (written in "sS" and before[-1] in "'’")):
            break
        kept.add(at)
    kept |= {at for at in words[:-1] if pieces[at][1] in _PARTICLES}
    return frozenset(kept)
