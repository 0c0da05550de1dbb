"""What detection costs: prices, arithmetic worked out by hand, the measuring of throughput, the command line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from probes.judge.cost import OURS, Assumptions, Figure, compare, ours, throughput
from probes.judge.prices import CharacterPrice, PriceError, TokenPrice, load_prices
from service import cli


def assumed(**changed: Any) -> Assumptions:
    values: dict[str, Any] = {
        "tokens_per_message": Figure(400),
        "characters": (400,),
        "characters_from": "given",
        "prompt_tokens": Figure(0),
        "answer_tokens": Figure(60),
        "throughput": Figure(2000),
        "hourly_price": Figure(0.1),
        "utilisation": Figure(0.5),
    }
    return Assumptions(**{**values, **changed})


def dollars(report_rows: Sequence[Any]) -> dict[str, float]:
    return {row.name: row.dollars for row in report_rows}


def test_the_shipped_prices() -> None:
    prices = load_prices()
    assert prices.as_of == date(2026, 11, 22)
    assert all(source.startswith("https://") for price in prices.all for source in price.sources)
    statuses = {price.name: price.status for price in prices.all}
    assert statuses["gemini-2.5-flash"] == "conflict"
    assert statuses["gpt-5-mini"] == "second-hand"


def test_judges_of_the_sanity_check_in_the_fact_sheet() -> None:
    charged = dollars(compare(load_prices(), assumed()).rows)
    assert charged["gpt-5-mini"] == pytest.approx(220)
    assert charged["claude-opus-4-1"] == pytest.approx(10_500)
    assert charged["aws-comprehend-pii"] == pytest.approx(400)


def test_prompt_tokens_are_read_with_every_message() -> None:
    charged = dollars(compare(load_prices(), assumed(prompt_tokens=Figure(1000))).rows)
    assert charged["gpt-5-mini"] == pytest.approx(470)  # 1,400 × 0.25 + 60 × 2


def test_ours_is_the_hour_shared_by_its_messages() -> None:
    # 2,000 tokens/s ÷ 400 = 5 messages/s, half of the time: 9,000 an hour for $0.10.
    assert assumed().messages_per_hour == pytest.approx(9000)
    assert ours(assumed()) == pytest.approx(100 / 9)
    report = compare(load_prices().select(["gpt-5-mini"]), assumed())
    assert [(row.name, row.ratio) for row in report.rows] == [(OURS, 1.0), ("gpt-5-mini", pytest.approx(220 / (100 / 9)))]


def test_a_free_machine_has_no_ratio() -> None:
    report = compare(load_prices().select(["gpt-5-mini"]), assumed(hourly_price=Figure(0)))
    assert report.rows[1].ratio is None
    assert "| gpt-5-mini | 220.00 | – |" in report.as_markdown()


def test_begun_units_and_the_least_charge() -> None:
    price = CharacterPrice(
        name="x", status="verified", sources=("https://x",), unit_characters=100, per_unit=0.01, minimum_units=3
    )
    assert [price.dollars(n) for n in (1, 300, 301, 400)] == pytest.approx([0.03, 0.03, 0.04, 0.04])
    charged = dollars(compare(load_prices(), assumed(characters=(10, 1001))).rows)
    assert charged["aws-comprehend-pii"] == pytest.approx((3 + 11) / 2 * 100)


@pytest.mark.parametrize(
    "wrong",
    [
        {"tokens_per_message": Figure(0)},
        {"throughput": Figure(0)},
        {"utilisation": Figure(1.01)},
        {"utilisation": Figure(0)},
        {"hourly_price": Figure(-1)},
        {"answer_tokens": Figure(-1)},
        {"characters": ()},
    ],
)
def test_impossible_assumptions_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must be"):
        assumed(**wrong)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (("input = 1.25", "input = -1"), "tokens.0"),
        (('status = "verified"', 'status = "sure"'), "status"),
        (("as_of = 2026-11-22", ""), "as_of"),
        (('name = "gpt-5-mini-batch"', 'name = "gpt-5"'), "same name"),
        (("as_of", "as of"), "prices.toml"),
    ],
)
def test_a_wrong_price_list_is_named(tmp_path: Path, change: tuple[str, str], named: str) -> None:
    import probes.judge.prices as module

    path = tmp_path / "prices.toml"
    path.write_text(Path(module.__file__).with_name("prices.toml").read_text("utf-8").replace(*change), "utf-8")
    with pytest.raises(PriceError, match=named):
        load_prices(path)


def test_a_price_that_is_not_listed() -> None:
    with pytest.raises(PriceError, match="no price for gpt-9; the list has gpt-5, "):
        load_prices().select(["gpt-9"])
    assert load_prices().of_model("aws-comprehend-pii") is None
    assert isinstance(load_prices().of_model("gpt-5"), TokenPrice)


def test_throughput_leaves_the_warm_up_out() -> None:
    now = 0.0
    seen: list[list[str]] = []

    def read(batch: Sequence[str]) -> int:
        nonlocal now
        # The first batch is slow, as when a model is loaded lazily.
        now += 100 if not seen else len(batch) * 0.25
        seen.append(list(batch))
        return 50 * len(batch)

    assert throughput(read, ["a", "b", "c"], 2.0, batch=2, clock=lambda: now) == pytest.approx(200)
    assert seen[:3] == [["a", "b"], ["c"], ["a", "b"]]
    assert now == pytest.approx(102.25)


def test_throughput_of_nothing() -> None:
    with pytest.raises(ValueError, match="no texts"):
        throughput(lambda batch: 1, [], 1)
    with pytest.raises(ValueError, match="nothing to read"):
        throughput(lambda batch: 0, [" "], 1)


# Command line

GIVEN = (
    *("--throughput", "2000", "--tokens-per-message", "400", "--characters-per-message", "400"),
    *("--prompt-tokens", "0", "--answer-tokens", "60"),
)


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(cli.app, ["cost", *arguments])


def test_everything_given_needs_no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "_require", lambda extra: None)
    result = invoke(*GIVEN)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert next(line for line in lines if "| piiprobe |" in line).startswith("| piiprobe | 11.11 | 1 |")
    assert next(line for line in lines if "| gpt-5-mini |" in line).startswith("| gpt-5-mini | 220.00 | 19.8 | second-hand |")
    assert "| claude-opus-4-1 | 10,500.00 | 945 | verified |" in result.stdout
    assert "Prices as of 2026-11-22." in result.stdout
    assert "- hourly price, $ (ours): 0.1 (assumed: a cloud machine with 2 vCPU on demand)" in lines
    assert "- utilisation (ours): 0.5 (assumed)" in lines
    assert "- throughput, tokens/s (ours): 2,000 (given)" in lines


def test_json_filter_and_options(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "_require", lambda extra: None)
    options = ("--hourly-price", "0.4", "--utilisation", "1", "--judge", "gpt-5", "--judge", "aws-comprehend-pii", "--json")
    answer = json.loads(invoke(*GIVEN, *options).stdout)
    assert {row["name"]: row["dollars"] for row in answer["rows"]} == pytest.approx(
        {"piiprobe": 400 / 18, "gpt-5": 1100, "aws-comprehend-pii": 400}
    )
    assumptions = {each["name"]: (each["value"], each["origin"]) for each in answer["assumptions"]}
    assert assumptions["hourly price, $ (ours)"] == (0.4, "given")
    assert answer["prices_as_of"] == "2026-11-22"


def test_wrong_options_are_named() -> None:
    assert invoke("--tokens-per-message", "10").exit_code == 2
    for arguments, named in [
        (("--judge", "gpt-9"), "no price for gpt-9"),
        (("--utilisation", "2"), "utilisation"),
        (("--throughput", "0"), "throughput"),
    ]:
        result = invoke(*GIVEN, *arguments)
        assert (result.exit_code, named in result.output) == (1, True), result.output


def test_what_is_not_given_is_measured(tmp_path: Path, tiny_model_folder: Path, tiny_bundle: Path) -> None:
    texts = tmp_path / "texts.jsonl"
    texts.write_text('{"text": "call Ann at noon"}\n{"text": "' + "word " * 80 + '"}\n', encoding="utf-8")
    model = ("--bundle", str(tiny_bundle), "--base-model", str(tiny_model_folder))
    result = invoke("--texts", str(texts), "--seconds", "0.2", "--json", *model)
    assert result.exit_code == 0, result.output
    assert "measuring our throughput" in result.stderr
    values = {each["name"]: each for each in json.loads(result.stdout)["assumptions"]}
    assert values["characters per message"]["value"] == (16 + 400) / 2
    assert values["tokens per message"]["origin"].startswith("measured on 2 texts of texts.jsonl")
    assert values["throughput, tokens/s (ours)"]["value"] > 0
    assert values["answer tokens per message (judges)"]["value"] > 0
    # The prompt is far longer than its number of messages and shorter than its characters.
    assert 100 < values["prompt tokens per message (judges)"]["value"] < 5000


def test_generated_messages_are_the_default_sample(tiny_model_folder: Path, tiny_bundle: Path) -> None:
    model = ("--bundle", str(tiny_bundle), "--base-model", str(tiny_model_folder))
    result = invoke("--throughput", "1000", "--messages", "30", "--json", *model)
    assert result.exit_code == 0, result.output
    values = {each["name"]: each for each in json.loads(result.stdout)["assumptions"]}
    assert values["tokens per message"]["origin"].startswith("measured on 30 generated messages")
    assert values["answer tokens per message (judges)"]["value"] > 3
