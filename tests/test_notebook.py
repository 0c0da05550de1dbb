"""What a notebook shows of results."""

from __future__ import annotations

import dataclasses
from html.parser import HTMLParser

import pytest

from piiprobe import (
    Batch,
    Contribution,
    DocumentFailure,
    EvidenceShare,
    Finding,
    ModelVersion,
    Redacted,
    Redaction,
    Replacement,
    Result,
)

MODEL = ModelVersion("invented", "1", "ab" * 32)
CANARY = "canary-7f3a"


class Shown(HTMLParser):
    """The text of a page, and of each span its title, its style and what stands in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.spans: list[dict[str, str]] = []
        self.tags: list[str] = []
        self._open: list[dict[str, str]] = []
        self._ended = 0
        self.feed(html)
        self.close()
        assert self._ended == len(self.tags)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        span = {name: value or "" for name, value in attributes} | {"content": ""}
        self._open.append(span)
        if "title" in span:
            self.spans.append(span)

    def handle_endtag(self, tag: str) -> None:
        self._ended += 1
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self.text += data
        for span in self._open:
            span["content"] += data


def finding(start: int, end: int, entity_type: str = "PERSON", field: str = "") -> Finding:
    contributions = (Contribution(4967, 3.154), Contribution(12, -0.5))
    return Finding(entity_type, start, end, 0.979, 9.88, -0.61, contributions, 3.7, (EvidenceShare("luhn", 1.5),), "probe", field)


def result(text: str | None, *findings: Finding, id: str = "") -> Result:
    bare = Result(id, findings, 7, MODEL, "balanced")
    return bare if text is None else bare.with_text(text)


def test_spans_are_marked_in_the_text_with_their_reasons() -> None:
    shown = Shown(result("Hi, Zoë, it's Eva", finding(4, 7), finding(14, 17))._repr_html_())
    assert shown.text == "Hi, ZoëPERSON, it's EvaPERSON"
    assert [span["content"] for span in shown.spans] == ["ZoëPERSON", "EvaPERSON"]
    assert shown.spans[0]["title"] == "PERSON p=0.979: #4967 +3.15, #12 -0.50, luhn +1.50"


def test_text_cannot_become_markup() -> None:
    text = '<script>alert("&amp;")</script> \' " >'
    hostile = dataclasses.replace(finding(0, 8, '"><img>'), evidence=(EvidenceShare('"><b>', 1.0),))
    shown = Shown(result(text, hostile, id="<i>")._repr_html_())
    assert set(shown.tags) == {"div", "span"}
    assert shown.text == f'<i> <script>"><img>{text[8:]}'
    assert shown.spans[0]["title"].endswith('"><b> +1.00')
    failed = Shown(DocumentFailure("<i>", "INTERNAL", "<b>", '"x')._repr_html_())
    assert set(failed.tags) == {"div", "span"}


def test_each_class_has_a_colour_of_its_own_over_the_colours_of_the_page() -> None:
    kinds = ["PERSON", "EMAIL", "PHONE", "ADDRESS", "DATE_OF_BIRTH", "NATIONAL_ID", "CREDIT_CARD", "BANK_ACCOUNT", "IP_ADDRESS"]
    kinds += ["USERNAME", "SECRET"]
    spans = [finding(at, at + 1, kind) for at, kind in enumerate(kinds)]
    html = result("x" * len(kinds), *spans)._repr_html_()
    styles = [span["style"] for span in Shown(html).spans]
    assert len(set(styles)) == len(kinds)
    assert all("background:hsla(" in style and ",.28)" in style for style in styles)
    # Letters have the colour that the page gives them, light or dark.
    assert ";color:" not in html
    assert '"color:' not in html
    again = result("xx", finding(0, 1, "TICKET"), finding(1, 2, "TICKET"))._repr_html_()
    assert len({span["style"] for span in Shown(again).spans}) == 1


def test_spans_that_overlap_show_each_character_once() -> None:
    shown = Shown(result("abcdefgh", finding(1, 5), finding(3, 7, "EMAIL"), finding(4, 5, "PHONE"))._repr_html_())
    assert shown.text == "abcdePERSONfgEMAILh"


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (result(None, finding(4, 7)), "4 to 7PERSON"),
        (result(None), "nothing found"),
        (result(None, finding(0, 3, field="/a/0"), id="row"), "row /a/0 0 to 3PERSON"),
    ],
    ids=["no text", "no findings", "JSON"],
)
def test_without_a_text_the_findings_are_listed(shown: Result, expected: str) -> None:
    assert Shown(shown._repr_html_()).text == expected


def test_a_batch_shows_its_failures_and_how_many_there_are() -> None:
    outcomes: list[Result | DocumentFailure] = [result(f"text {number}") for number in range(99)]
    outcomes[1] = DocumentFailure("bad", "INVALID_ARGUMENT", "is too long", "documents[1].text")
    shown = Shown(Batch(outcomes)._repr_html_())
    assert shown.text.startswith("99 documents, 1 of them not read; the first 50:text 0bad not readINVALID_ARGUMENT is too long")
    assert "text 49" in shown.text
    assert "text 50" not in shown.text
    assert Shown(Batch[Result]([result("x")])._repr_html_()).text == "1 documents, 0 of them not readx"


def test_a_redaction_shows_what_was_put_in() -> None:
    leaky = Redacted("*** sings", (Replacement("PERSON", 0, 3, 0, 3),), "own", (finding(4, 9),))
    redaction = Redaction("d", (Redacted("<PERSON> sings", (Replacement("PERSON", 0, 3, 0, 8),)), leaky), result(CANARY))
    for page in (redaction._repr_html_(), Batch[Redaction]([redaction])._repr_html_()):
        shown = Shown(page)
        assert shown.text.endswith("d <PERSON>PERSON singsd own ***PERSON sings 1 leaks")
        assert shown.spans[0]["title"] == "was 0 to 3"
        assert CANARY not in page
