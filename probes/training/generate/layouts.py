"""How the fields of a form and their values become a text."""

from __future__ import annotations

import json
import random

from probes.training.generate.language import Layout
from probes.training.generate.segments import Piece, Segment


def layout(before: str, between: str, after: str, head: str = "", tail: str = "") -> Layout:
    def lay(rows: list[tuple[str, Piece]], rng: random.Random) -> Piece:
        piece: Piece = [Segment(head)] if head else []
        for i, (key, value) in enumerate(rows):
            piece += [Segment((after if i else "") + before.replace("KEY", key) + key + between), *value]
        return [*piece, Segment(tail)] if tail else piece

    return lay


def json_record(rows: list[tuple[str, Piece]], rng: random.Random) -> Piece:
    gap = rng.choice((" ", "\n  "))
    piece: Piece = [Segment("{" + (gap if "\n" in gap else ""))]
    for i, (key, value) in enumerate(rows):
        piece.append(Segment(("," + gap if i else "") + json.dumps(key.lower().replace(" ", "_"), ensure_ascii=False) + ': "'))
        # What JSON would escape has to stay as long as its label.
        piece += [Segment(segment.text.replace('"', "'").replace("\n", " "), segment.entity) for segment in value]
        piece.append(Segment('"'))
    return [*piece, Segment("\n}" if "\n" in gap else "}")]


def csv_record(rows: list[tuple[str, Piece]], rng: random.Random) -> Piece:
    sep = rng.choice((",", ";", "\t", " | "))
    piece: Piece = [Segment(sep.join(key for key, _ in rows) + "\n")] if rng.random() < 0.7 else []
    for i, (_, value) in enumerate(rows):
        quoted = '"' if any("," in segment.text for segment in value) and sep == "," else ""
        piece += [Segment((sep if i else "") + quoted), *value, Segment(quoted)]
    return [segment for segment in piece if segment.text]


def html_record(rows: list[tuple[str, Piece]], rng: random.Random) -> Piece:
    tag = rng.choice(("td", "li", "p", "span"))
    piece: Piece = []
    for key, value in rows:
        piece += [Segment(f"<{tag}>{key}: "), *value, Segment(f"</{tag}>\n")]
    return piece


def latin_layouts(field: str, value: str, opening: str, closing: str) -> tuple[Layout, ...]:
    """The layouts of a European language, given its words for field and value and what stands before and after a form."""
    return (
        layout("", ": ", "\n"),
        layout("", ": ", "\n"),
        layout("", ": ", "\n"),
        layout("", ":\n", "\n\n"),
        layout("- ", ": ", "\n"),
        layout("", " - ", "\n"),
        layout("**", ":** ", "\n"),
        layout("", "=", "&"),
        layout("", " = ", "\n"),
        layout("", ": ", ", "),
        layout("", ": ", "; "),
        layout("", "\t", "\n"),
        layout("", ": ", " | "),
        layout("| ", " | ", " |\n", f"| {field} | {value} |\n|---|---|\n", " |"),
        layout("", ": ", "\n", "---\n", "\n---"),
        layout("", ": ", "\n", opening, closing),
        layout("", " ", ", "),
        json_record,
        json_record,
        csv_record,
        csv_record,
        html_record,
    )
