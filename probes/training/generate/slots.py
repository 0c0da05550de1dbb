"""The languages, and the filling of templates.

To add a slot: write its generator, then add one line to the tables of the language that uses it, `VALUES` (labelled: entity
type and generator) or `plain_values` (not PII) in `english_slots.py`, `japanese_slots.py` and so on. `drawn(entity,
generator)` makes a value of a generator that takes only the random source; one that needs the person or the language takes
`(scene, which)`. A slot that means the same in every language goes into `COMMON_VALUES` or `COMMON_PLAIN` of `language.py`.
Slot names are letters and `_`; the digit after a name in a template (`{full2}`) tells people apart. A form field is one
line in `_FIELDS` or `_PLAIN_FIELDS` of the same module.
"""

from __future__ import annotations

import re

from probes.training.generate.english_slots import ENGLISH
from probes.training.generate.french_slots import FRENCH
from probes.training.generate.german_slots import GERMAN
from probes.training.generate.japanese_slots import JAPANESE
from probes.training.generate.language import Language, Scene
from probes.training.generate.segments import Piece, Segment
from probes.training.generate.spanish_slots import SPANISH

LANGUAGES: dict[str, Language] = {language.code: language for language in (ENGLISH, JAPANESE, GERMAN, SPANISH, FRENCH)}

_CHOICE = re.compile(r"\[([^\[\]\n]*\|[^\[\]\n]*)\]")
_SLOT = re.compile(r"\{([a-z_]+?)(\d?)\}")


def template_slots(template: str) -> frozenset[str]:
    """The slots that a template uses."""
    return frozenset(match[0] for match in _SLOT.findall(template))


def fill_slot(scene: Scene, name: str, which: str = "") -> Piece:
    """One slot's segments.

    Raises:
        KeyError: the scene's language has no such slot.
    """
    rng, language = scene.rng, scene.language
    if name in language.forms:
        return [Segment(language.forms[name](scene.person(which), rng), "PERSON")]
    if name == "person":
        forms, weights = zip(*language.mentions, strict=True)
        return [Segment(rng.choices(forms, weights)[0](scene.person(which), rng), "PERSON")]
    if name in language.honorifics:
        form = language.forms["last" if rng.random() < 0.7 else "full"]
        return [Segment(form(scene.person(which), rng), "PERSON"), Segment(rng.choice(language.honorifics[name]))]
    if name == "id_pair":
        names, draw = rng.choice(language.ids)
        return [Segment(rng.choice(names) + rng.choice(language.id_joins)), Segment(draw(rng), "NATIONAL_ID")]
    if name in language.values:
        entity, make = language.values[name]
        return [Segment(make(scene, which), entity)]
    return [Segment(language.plain_values[name](rng))]


def fill(template: str, scene: Scene) -> Piece:
    """A template's segments: `[a|b]` picks one, `{slot2}` speaks of the second person."""
    text = _CHOICE.sub(lambda match: scene.rng.choice(match.group(1).split("|")), template)
    piece: Piece = []
    at = 0
    for match in _SLOT.finditer(text):
        if match.start() > at:
            piece.append(Segment(text[at : match.start()]))
        piece += fill_slot(scene, match.group(1), match.group(2))
        at = match.end()
    if at < len(text):
        piece.append(Segment(text[at:]))
    return piece
