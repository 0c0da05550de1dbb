"""Values of the same shape: a digit for a digit, a letter for a letter of the same case and script; the rest stays."""

from __future__ import annotations

import unicodedata
from string import ascii_lowercase, ascii_uppercase

from piiprobe.redaction.surrogates.draw import Draw

HIRAGANA = "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわ"
KATAKANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワ"
HANGUL = "가나다라마바사아자차카타파하고노도로모보소오조초코토포호구누두루무부수우주미비시이지기"
# Characters that names of people and places are written with.
HAN = (
    "青浅朝東荒石泉市稲今岩梅江大岡沖奥小海柿風片金上川木北清草久熊黒桑古佐坂桜里沢塩島白杉鈴瀬関高滝竹谷田千土津戸富"
    "中永夏波西根野橋花浜早林原春樋平広深福藤船星松真水三南宮村森八安矢山吉和若"
)
_FULL_WIDTH = tuple("".join(chr(ord(char) + 0xFEE0) for char in letters) for letters in (ascii_lowercase, ascii_uppercase))
_CYRILLIC = ("абвгдежзиклмнопрстуфхцчшэюя", "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЭЮЯ")
_ALPHABETS = {
    char: letters
    for letters in (ascii_lowercase, ascii_uppercase, *_FULL_WIDTH, *_CYRILLIC, HIRAGANA, KATAKANA, "一二三四五六七八九")
    for char in letters
}


def shaped(text: str, draw: Draw) -> str:
    """A value of the shape of `text`: no run of digits begins with 0 that did not."""
    new: list[str] = []
    previous = ""
    for char in text:
        new.append(_drawn(char, draw, first=not previous.isdecimal()))
        previous = char
    return "".join(new)


def _drawn(char: str, draw: Draw, *, first: bool) -> str:
    if char.isdecimal():
        value = int(char)
        drawn = 1 + draw.below(9) if first and value else draw.below(10)
        return chr(ord(char) - value + drawn)
    alphabet = _ALPHABETS.get(char) or _alphabet(char)
    return draw.choice(alphabet) if alphabet else ""


def _alphabet(char: str) -> str:
    category = unicodedata.category(char)
    if category[0] == "M":
        return ""
    if category[0] in "PZC" or category in ("Sm", "Sk", "Sc"):
        return char
    name = unicodedata.name(char, "")
    for beginning, letters in (("CJK", HAN), ("HIRAGANA", HIRAGANA), ("KATAKANA", KATAKANA), ("HALFWIDTH", KATAKANA)):
        if name.startswith(beginning):
            return letters
    if name.startswith("HANGUL"):
        return HANGUL
    return ascii_uppercase if char.isupper() else ascii_lowercase
