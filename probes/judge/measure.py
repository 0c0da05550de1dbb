"""What `piiprobe cost` is not told, measured on texts of a file or on generated messages."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from probes.entity import Span
from probes.judge import cost
from probes.judge.answer import quotes, written
from probes.judge.cost import Figure
from probes.judge.prompt import EXAMPLES, chat

if TYPE_CHECKING:
    from probes.detector import Detector
    from probes.tokens import TextTokenizer

SAMPLE_SEED = 20261122


class Measured:
    """The sample and what is measured on it; model and tokenizer are loaded when they are first needed."""

    def __init__(self, texts: Path | None, count: int, bundle: Path, base_model: str, threads: int | None) -> None:
        self._path, self._count = texts, count
        self._bundle, self._base_model, self._threads = bundle, base_model, threads
        self._messages: list[tuple[str, list[Span]]] | None = None
        self._detector: Detector | None = None
        self._tokenizer: TextTokenizer | None = None

    @property
    def sample(self) -> str:
        if self._path is not None:
            return f"measured on {len(self.texts())} texts of {self._path.name}"
        return f"measured on {len(self.texts())} generated messages, English and Japanese"

    def texts(self) -> list[str]:
        return [text for text, _ in self._sampled()]

    def characters(self) -> tuple[int, ...]:
        return tuple(map(len, self.texts()))

    def message_tokens(self) -> Figure:
        return self._mean(self.texts(), self.sample)

    def prompt_tokens(self) -> Figure:
        parts = [message["content"] for message in chat("")]
        total = sum(self._tokens(parts))
        return Figure(total, f"measured: our prompt with {len(EXAMPLES)} examples, with the base model's tokenizer")

    def answer_tokens(self) -> Figure:
        if self._path is None:
            answers = [written(quotes(text, spans)) for text, spans in self._sampled()]
            return self._mean(answers, "measured: the right answers to the generated messages")
        detections = self._loaded().detect(self.texts(), top_features=0)
        answers = [
            written(quotes(text, [Span(f.start, f.end, f.entity_type) for f in detection.findings]))
            for text, detection in zip(self.texts(), detections, strict=True)
        ]
        return self._mean(answers, "measured: our own findings as answers")

    def throughput(self, seconds: float) -> Figure:
        detector = self._loaded()
        typer.echo(f"measuring our throughput for {seconds:g} s", err=True)
        speed = cost.throughput(
            lambda batch: sum(d.tokens for d in detector.detect(batch, top_features=0)), self.texts(), seconds
        )
        machine = f"{os.cpu_count()} CPUs, {self._threads or 'default'} threads, {cost.BATCH} messages a batch"
        return Figure(speed, f"measured in process for {seconds:g} s: {machine}")

    def _sampled(self) -> list[tuple[str, list[Span]]]:
        if self._messages is None:
            if self._path is not None:
                self._messages = [(text, []) for text in read_texts(self._path)]
            else:
                from probes.training.generate import generate

                self._messages = [
                    (example.text, [Span(x.start, x.end, min(x.candidates)) for x in example.labels])
                    for example in generate(self._count, SAMPLE_SEED, ("en", "ja"))
                ]
        return self._messages

    def _mean(self, texts: Sequence[str], origin: str) -> Figure:
        tokens = self._tokens(texts)
        return Figure(sum(tokens) / len(tokens), f"{origin}, with the base model's tokenizer")

    def _tokens(self, texts: Sequence[str]) -> list[int]:
        if self._tokenizer is None:
            from probes.bundle import read_manifest
            from probes.prepare import prepare
            from probes.tokens import TextTokenizer

            self._tokenizer = TextTokenizer(prepare(self._base_model, read_manifest(self._bundle).layer + 1))
        return [len(tokens) for tokens in self._tokenizer.encode(list(texts))]

    def _loaded(self) -> Detector:
        if self._detector is None:
            from probes.detector import Detector

            self._detector = Detector.load(self._bundle, self._base_model, threads=self._threads)
        return self._detector


def read_texts(path: Path) -> list[str]:
    """The texts of a file, blank ones left out. Errors name the line, not what is in it."""
    try:
        lines = [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} cannot be read ({type(error).__name__})") from None
    if path.suffix == ".jsonl":
        for number, line in enumerate(lines):
            text = None
            with suppress(ValueError, KeyError, TypeError):
                text = json.loads(line)["text"]
            if not isinstance(text, str):
                raise ValueError(f"{path}: line {number + 1} is not an object with a text")
            lines[number] = text
    if not lines:
        raise ValueError(f"{path} holds no text")
    return lines
