"""Whole documents out of templates: single pieces, several sentences, forms and records."""

from __future__ import annotations

from probes.training.generate.language import Scene
from probes.training.generate.material import Material
from probes.training.generate.segments import Piece, Segment
from probes.training.generate.slots import fill, fill_slot


def document(scene: Scene, material: Material, *, pii: bool) -> Piece:
    """One document; `material` is of the scene's language."""
    rng = scene.rng
    if not pii:
        return _record(scene, material, pii=False) if rng.random() < 0.14 else _plain(scene, material)
    draw = rng.random()
    if draw < 0.2:
        return _record(scene, material, pii=True)
    if draw < 0.27:
        return fill(rng.choice(material.chats), scene)
    if draw < 0.37:
        return fill(rng.choice(material.mails), scene)
    if draw < 0.48:
        return _lines(scene, material.logs)
    if draw < 0.72:
        return fill(rng.choice(material.prose), scene)
    return _mixed(scene, material)


def _plain(scene: Scene, material: Material) -> Piece:
    rng = scene.rng
    return _joined(scene, [fill(rng.choice(material.plain), scene) for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 4, 6)))])


def _mixed(scene: Scene, material: Material) -> Piece:
    """PII sentences between plain ones."""
    rng = scene.rng
    pieces = [fill(rng.choice(material.prose), scene) for _ in range(rng.choice((1, 1, 2, 3)))]
    pieces += [fill(rng.choice(material.plain), scene) for _ in range(rng.choice((1, 1, 2, 3)))]
    rng.shuffle(pieces)
    return _joined(scene, pieces)


def _lines(scene: Scene, logs: tuple[str, ...]) -> Piece:
    """One log or record, or the same one again with other people."""
    rng = scene.rng
    template = rng.choice(logs)
    piece = fill(template, scene)
    if "\n" not in template and rng.random() < 0.35:
        for _ in range(rng.randint(1, 3)):
            piece += [Segment("\n"), *fill(template if rng.random() < 0.7 else rng.choice(logs), Scene(rng, scene.language))]
    return piece


def _joined(scene: Scene, pieces: list[Piece]) -> Piece:
    rng = scene.rng
    lines = any("\n" in segment.text for piece in pieces for segment in piece)
    inline = scene.language.between
    sep = rng.choice(("\n", "\n\n")) if lines else rng.choice((inline, inline, inline, "\n", "\n\n"))
    out: Piece = []
    for i, piece in enumerate(pieces):
        if i:
            # Two labelled stretches may not touch, or the text would read as one.
            closed = not piece[0].entity and not out[-1].entity and out[-1].text[-1:] in "。.！？!?」"
            out.append(Segment(sep if sep.strip(" ") or closed else "\n"))
        out += piece
    return out


def _record(scene: Scene, material: Material, *, pii: bool) -> Piece:
    """Fields with values in one of many layouts."""
    rng = scene.rng
    # Few labels are held out, so a form of them is short.
    fields = rng.sample(material.plain_fields, min(rng.randint(1 if pii else 2, 4), len(material.plain_fields)))
    if pii:
        people = rng.sample(material.fields, min(rng.randint(1, 5), len(material.fields)))
        if rng.random() < 0.5 and material.fields[0] not in people:
            people.insert(0, material.fields[0])
        fields = people + (fields if rng.random() < 0.65 else [])
        if rng.random() < 0.4:
            rng.shuffle(fields)
    rows: list[tuple[str, Piece]] = []
    for names, slot in fields:
        which = slot[-1] if slot[-1].isdigit() else ""
        rows.append((rng.choice(names), fill_slot(scene, slot.rstrip("0123456789"), which)))
    return rng.choice(scene.language.layouts)(rows, rng)
