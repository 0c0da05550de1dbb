"""`piiprobe judge` and `piiprobe cost`."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import typer

from probes.errors import ProbesError
from probes.judge import cost as costs
from probes.judge.answer import JudgeAnswerError, Located, Usage
from probes.judge.cost import Assumptions, Figure
from probes.judge.measure import SAMPLE_SEED, Measured, read_texts
from probes.judge.prices import TokenPrice, load_prices

if TYPE_CHECKING:
    from probes.judge.client import JudgeClient
    from probes.training.report import Report

BUNDLE = Path(__file__).parents[1] / "bundles" / "gemma-3-270m"

_T = TypeVar("_T")

Texts = Annotated[Path | None, typer.Option(help="A text a line or, in a .jsonl file, an object with `text` a line.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Count = Annotated[float | None, typer.Option(show_default=False, min=0)]


def judge(
    base_url: Annotated[str, typer.Option(help="Endpoint, as in http://127.0.0.1:8000/v1. The texts are sent there.")],
    model: Annotated[str, typer.Option(help="The endpoint's name of the model.")],
    data: Annotated[Path | None, typer.Option(help="Folder of labelled sets, or one that has labelled/eval.")] = None,
    sets: Annotated[list[str] | None, typer.Option("--set", help="Judge this set only; may be repeated.")] = None,
    texts: Texts = None,
    limit: Annotated[int | None, typer.Option(help="Texts a set, drawn with a fixed seed.", min=1)] = None,
    concurrency: Annotated[int, typer.Option(help="Requests in flight.", min=1)] = 4,
    timeout: Annotated[float, typer.Option(help="Seconds to wait for each part of an answer.", min=0.001)] = 60.0,
    retries: Annotated[int, typer.Option(help="After 429, 5xx and broken connections.", min=0)] = 4,
    parameter: Annotated[
        list[str] | None, typer.Option(help="NAME=JSON: a field of the request; null takes it out, as in temperature=null.")
    ] = None,
    price: Annotated[str | None, typer.Option(help="Name in the price list.", show_default="the model's")] = None,
    as_json: AsJson = False,
) -> None:
    """Ask a language model for the PII of labelled sets or texts; the key is read from OPENAI_API_KEY.

    In the report of a set a malformed answer scores as nothing found; how many there were is printed below it. Given texts end
    with code 1 where an answer was malformed.
    """
    from probes.judge.client import JudgeClient

    if (data is None) == (texts is None):
        _fail("give either --data or --texts", code=2)
    try:
        charged = load_prices().select([price]).of_model(price) if price else load_prices().of_model(model)
        fields = _fields(parameter or [])
        with JudgeClient(base_url, model, timeout=timeout, retries=retries, concurrency=concurrency, parameters=fields) as client:
            run = _Run(client, charged)
            if data is not None:
                report = run.report(data, sets, limit)
                typer.echo(run.as_json({"report": report.as_dict()}) if as_json else report.as_markdown() + "\n" + run.summary())
                return
            assert texts is not None
            found = run.located(_drawn(read_texts(texts), limit))
    except (ProbesError, ValueError) as error:
        _fail(str(error))
    rows = [{"error": "malformed answer"} if one is None else asdict(one) for one in found]
    for row in rows if not as_json else []:
        typer.echo(json.dumps(row))
    typer.echo(run.as_json({"texts": rows}) if as_json else run.summary())
    if run.malformed:
        raise typer.Exit(1)


def cost(
    texts: Texts = None,
    messages: Annotated[int, typer.Option(help="Messages to generate where --texts is not given.", min=1)] = 400,
    hourly_price: Annotated[float, typer.Option(help="Dollars an hour of this machine.", min=0)] = costs.HOURLY_PRICE,
    throughput: Annotated[float | None, typer.Option(help="Our tokens/s; measured where unset.", show_default=False)] = None,
    seconds: Annotated[float, typer.Option(help="How long to measure.", min=0.1)] = 10.0,
    utilisation: Annotated[float, typer.Option(help="Share of the hour that the machine works.")] = costs.UTILISATION,
    tokens_per_message: Count = None,
    characters_per_message: Annotated[int | None, typer.Option(show_default=False, min=1)] = None,
    prompt_tokens: Count = None,
    answer_tokens: Count = None,
    judge: Annotated[list[str] | None, typer.Option(help="Show this one of the price list only; may be repeated.")] = None,
    as_json: AsJson = False,
    bundle: Annotated[Path, typer.Option(help="Bundle folder.", show_default="the shipped one")] = BUNDLE,
    base_model: Annotated[str, typer.Option(help="As for `serve`.")] = "gemma-3-270m-gguf",
    threads: Annotated[int | None, typer.Option(help="Threads of the model.", show_default="torch decides")] = None,
) -> None:
    """Dollars per million messages, ours beside each judge's, with every assumption; what is not given is measured."""
    if (tokens_per_message is None) != (characters_per_message is None):
        _fail("give both --tokens-per-message and --characters-per-message, or neither", code=2)
    try:
        prices = load_prices()
        prices = prices.select(judge) if judge else prices
        measured = Measured(texts, messages, bundle, base_model, threads)
        assumed = Assumptions(
            tokens_per_message=_given(tokens_per_message) or measured.message_tokens(),
            characters=(characters_per_message,) if characters_per_message else measured.characters(),
            characters_from="given" if characters_per_message else measured.sample,
            prompt_tokens=_given(prompt_tokens) or measured.prompt_tokens(),
            answer_tokens=_given(answer_tokens) or measured.answer_tokens(),
            throughput=_given(throughput) or measured.throughput(seconds),
            hourly_price=Figure(hourly_price, costs.HOURLY_PRICE_FROM if hourly_price == costs.HOURLY_PRICE else "given"),
            utilisation=Figure(utilisation, "assumed" if utilisation == costs.UTILISATION else "given"),
        )
        report = costs.compare(prices, assumed)
    except (ProbesError, ValueError) as error:
        _fail(str(error))
    typer.echo(report.as_json() if as_json else report.as_markdown())


class _Run:
    """One judge over many texts, with what it used up."""

    def __init__(self, client: JudgeClient, price: TokenPrice | None) -> None:
        self._client = client
        self._price = price
        self.usage = Usage()
        self.asked = self.malformed = self.unmatched = self.unknown = 0

    def located(self, texts: Sequence[str], title: str = "texts") -> list[Located | None]:
        """What was found in each; None where the answer was malformed."""
        from tqdm import tqdm

        found: list[Located | None] = []
        for outcome in tqdm(self._client.judge_all(texts), total=len(texts), desc=title, unit="text"):
            self.usage += outcome.usage
            self.asked += 1
            if isinstance(outcome, JudgeAnswerError):
                self.malformed += 1
                found.append(None)
                continue
            self.unmatched += outcome.located.unmatched
            self.unknown += outcome.located.unknown
            found.append(outcome.located)
        return found

    def report(self, data: Path, sets: list[str] | None, limit: int | None) -> Report:
        from probes.training.labelled import load_set, set_name, set_paths
        from probes.training.report import Report, SetReport, score_set

        folder = data / "labelled" / "eval" if (data / "labelled" / "eval").is_dir() else data
        reports = []
        for path in set_paths(folder, sets):
            name, loaded = set_name(path), load_set(path)
            examples = _drawn(loaded.examples, limit)
            found = self.located([example.text for example in examples], name)
            scores = score_set(replace(loaded, examples=examples), [one.spans if one else () for one in found])
            reports.append(SetReport(name, tuple(sorted({example.language for example in examples})), scores))
        return Report(tuple(reports))

    def as_dict(self) -> dict[str, Any]:
        return {
            "texts": self.asked,
            "malformed_answers": self.malformed,
            "unmatched_quotes": self.unmatched,
            "unknown_types": self.unknown,
            "usage": asdict(self.usage),
            "price": self._price.name if self._price else None,
            "dollars": self._price.dollars(self.usage.prompt_tokens, self.usage.completion_tokens) if self._price else None,
        }

    def as_json(self, more: dict[str, Any]) -> str:
        return json.dumps({**more, "judge": self.as_dict()}, indent=2)

    def summary(self) -> str:
        used = self.usage
        lines = [
            f"{self.asked} texts; {self.malformed} answers malformed,"
            f" {self.unmatched} quotes not in the text, {self.unknown} of unknown types",
            f"{used.prompt_tokens:,} prompt and {used.completion_tokens:,} answer tokens reported",
        ]
        if used.unreported:
            lines.append(f"{used.unreported} answers without a report of their tokens")
        dollars = self.as_dict()["dollars"]
        lines.append("no price is known for this model" if dollars is None else f"${dollars:,.4f} at list price")
        return "\n".join(lines)


def _given(value: float | None) -> Figure | None:
    return None if value is None else Figure(value)


def _drawn(items: Sequence[_T], limit: int | None) -> list[_T]:
    if limit is None or limit >= len(items):
        return list(items)
    return random.Random(SAMPLE_SEED).sample(list(items), limit)


def _fields(parameters: Sequence[str]) -> dict[str, Any]:
    fields = {}
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        try:
            fields[name] = json.loads(value)
        except ValueError:
            raise ValueError(f"--parameter {name}: what follows = is not JSON") from None
    return fields


def _fail(message: str, code: int = 1) -> NoReturn:
    typer.echo(f"piiprobe: {message}", err=True)
    raise typer.Exit(code)
