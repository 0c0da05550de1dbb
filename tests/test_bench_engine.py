"""The benchmark's parts that need a model, on the tiny one; paper model, targets and report on made-up figures."""

from __future__ import annotations

import gzip
import json
import math
import sys
import threading
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import torch

from probes.errors import ProbesError
from probes.judge.cost import Assumptions, Figure, compare
from probes.judge.prices import load_prices
from probes.product import ROWS
from service.bench.crew import Crew, layouts
from service.bench.eager import Eager
from service.bench.figures import Spread
from service.bench.levels import Level
from service.bench.limit import Products, Shapes, find_limit, shapes
from service.bench.padding import positions_computed
from service.bench.paper import Check, PaperModel, checks, fit, paper, volumes, with_calls
from service.bench.process import Memory
from service.bench.report import markdown
from service.bench.results import Machine, Results
from service.bench.run import Effort, Setup, measure
from service.bench.served import Lone, Served, Timing
from service.bench.speed import JudgeSpeed, LengthSpeed, Speed
from service.bench.targets import outcomes, targets_table
from service.bench.texts import Sample, positions, samples

if TYPE_CHECKING:
    from probes.detector import Detector

GEMMA = Shapes(((640, 1536), (1024, 640), (640, 4096), (2048, 640)), 6, ((640, 4096), (4096, 405)))


def steady(value: float) -> Spread:
    return Spread(value, value, value, 1)


# Texts


def test_texts_have_their_length_and_are_the_same_every_time(tiny_detector: Detector) -> None:
    tokenizer = tiny_detector.base_model.tokenizer
    made = samples(tokenizer, None, {16: 12, 300: 2})
    assert made == samples(tokenizer, None, {16: 12, 300: 2})
    assert len(made[16].texts) == len(set(made[16].texts)) == 12
    # A cut at the edge of a token can make the next one another.
    assert all(12 <= tokens <= 20 for tokens in made[16].tokens)
    assert all(290 <= tokens <= 310 for tokens in made[300].tokens)
    assert made[16].tokens == tuple(map(len, tokenizer.encode(list(made[16].texts))))


def test_texts_of_a_folder(tiny_detector: Detector, tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    with gzip.open(tmp_path / "corpus" / "en.own.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps({"text": "Maria Lopez lives at 12 Oak Street. " * 20}) + "\n")
    tokenizer = tiny_detector.base_model.tokenizer
    assert "Maria" in samples(tokenizer, tmp_path, {64: 1})[64].texts[0]
    with pytest.raises(ProbesError, match="are needed"):
        samples(tokenizer, tmp_path, {4000: 100})
    with gzip.open(tmp_path / "corpus" / "en.own.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write("my secret\n")
    with pytest.raises(ProbesError) as error:
        samples(tokenizer, tmp_path, {64: 1})
    assert "secret" not in str(error.value)


def test_batches_are_bounded_by_what_the_model_computes() -> None:
    assert [positions(n) for n in (0, 1, 256, 257)] == [0, 2, 257, 257 + 66]
    sample = Sample(64, ("a", "b", "c", "d"), (63, 63, 63, 300))
    assert sample.batches(128) == [("a", "b"), ("c",), ("d",)]
    assert sample.batches(1) == [("a",), ("b",), ("c",), ("d",)]


# Crew and limit


def test_a_crew_shares_out_the_work() -> None:
    crew = Crew(2, 1)
    barrier = threading.Barrier(2)
    seen: list[int] = []

    def work(item: int) -> float:
        barrier.wait(5)
        seen.append(item)
        return 1.0

    # Each worker takes one item, the other one at the same time.
    assert crew.rate(work, (1, 2, 3), 0) > 0
    assert sorted(seen) == [1, 2]
    assert crew.call(torch.get_num_threads) == 1
    crew.close()
    assert (layouts(1), layouts(4)) == ([(1, 1)], [(1, 4), (4, 1)])


def test_the_products_of_a_token(tiny_model_folder: Path) -> None:
    made_of = shapes(tiny_model_folder, 2, features=24, entity_types=11, offsets=9)
    assert made_of.block == ((32, 64), (32, 32), (32, 128), (64, 32))
    assert made_of.head == ((32, 24), (24, 9 * 45))
    assert made_of.block_flops == 2 * 2 * (32 * 64 + 32 * 32 + 32 * 128 + 64 * 32)
    # 67 MFLOP a token in the six blocks of Gemma 3 270M.
    assert GEMMA.block_flops == pytest.approx(66.8e6, rel=0.01)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_the_limit_is_the_fastest_of_what_was_tried(tiny_model_folder: Path, dtype: torch.dtype) -> None:
    made_of = shapes(tiny_model_folder, 2, features=24, entity_types=11, offsets=9)
    limit = find_limit(made_of, dtype, 2, rows=(8, 16), seconds=0.0)
    assert limit.products.rows in (8, 16)
    assert limit.tokens_per_s(0.01) > 0
    assert " rows, " in str(limit)
    limit.crew.close()


def test_products_count_their_tokens() -> None:
    assert Products(Shapes(((4, 8),), 2, ()), torch.float32, 16, "linear").run(3) == 48


# Eager and padding


def test_eager_batches_are_sorted_and_padded(tiny_model_folder: Path, tiny_detector: Detector) -> None:
    eager = Eager(tiny_model_folder, 2, torch.float32)
    texts = ("Maria Lopez lives at 12 Oak Street", "the end", "x", "")
    tokens = [len(each) for each in tiny_detector.base_model.tokenizer.encode(list(texts))]
    batches = eager.batches(texts, budget=10_000)
    (batch,) = batches
    assert batch.ids.shape == (3, max(tokens) + 1)
    assert eager.run(batch) == sum(tokens)
    assert batch.rows == sum(tokens) + 3
    assert batch.padding == pytest.approx(1 - batch.rows / batch.ids.numel())
    assert [len(each.ids) for each in eager.batches(texts, budget=1)] == [1, 1, 1]


def test_eager_computes_the_blocks_that_the_detector_reads(tiny_model_folder: Path, tiny_detector: Detector) -> None:
    eager = Eager(tiny_model_folder, tiny_detector.base_model.layer + 1, torch.float32)
    assert len(eager._model.layers) == tiny_detector.base_model.layer + 1
    kept: list[torch.Tensor] = []
    last: Any = eager._model.layers[-1]
    last.register_forward_hook(lambda module, given, output: kept.append(output[0] if isinstance(output, tuple) else output))
    (batch,) = eager.batches(("the start of a turn",), 1000)
    eager.run(batch)
    (expected,) = tiny_detector.base_model.resid_post(tiny_detector.base_model.tokenizer.encode(["the start of a turn"]))
    torch.testing.assert_close(kept[0].reshape(-1, 32)[1:], expected, rtol=1e-3, atol=1e-3)


def test_positions_are_counted_from_outside() -> None:
    table, indices = torch.randn(7, 4), torch.tensor([[0, 1, 2], [3, 0, 0]])
    assert positions_computed(lambda: torch.nn.functional.embedding(indices, table), 7) == 6
    assert positions_computed(lambda: table.index_select(0, indices[0]), 7) == 3
    assert positions_computed(lambda: table[indices[1]], 7) == 3
    assert positions_computed(lambda: torch.randn(8, 4)[indices[1]], 7) == 0


# Paper model


def speed_of(length: int, tokens_per_s: float, limit: float = 10_000.0) -> LengthSpeed:
    against = {
        "engine ÷ limit": steady(tokens_per_s / limit),
        "engine ÷ transformers eager": steady(2.0),
        "engine ÷ Presidio": steady(1.25),
    }
    rates = {
        "limit": steady(limit),
        "engine": steady(tokens_per_s),
        "forward pass": steady(tokens_per_s * 1.1),
        "transformers eager": steady(tokens_per_s / 2),
        "Presidio": steady(tokens_per_s / 1.25),
    }
    return LengthSpeed(length, 8, float(length), float(positions(length)), 1.25, rates, against, 0.0, 0.1)


MODEL = PaperModel(flops=80e6, flops_per_s=800e9, position_s=50e-6, message_s=1e-3, call_s=2e-3)


def test_what_a_message_takes() -> None:
    # 65 positions of 100 + 50 µs, a millisecond for the message, two for the call.
    assert MODEL.products_s == pytest.approx(100e-6)
    assert MODEL.text_s(64) == pytest.approx(65 * 150e-6 + 1e-3)
    assert MODEL.detect_s(64) == pytest.approx(65 * 150e-6 + 3e-3)


def test_the_model_finds_the_overheads_that_speeds_were_made_with() -> None:
    flops_per_s = 10_000 * GEMMA.block_flops
    made = PaperModel(GEMMA.block_flops + GEMMA.head_flops, flops_per_s, 40e-6, 0.5e-3)
    lengths = [speed_of(n, n / made.text_s(n)) for n in (16, 64, 256, 4000)]
    found = fit(GEMMA, lengths)
    assert found.flops_per_s == pytest.approx(flops_per_s)
    assert (found.position_s, found.message_s) == (pytest.approx(40e-6), pytest.approx(0.5e-3))
    compared = checks(found, lengths, None, workers=2)
    assert [each.name for each in compared] == ["engine, texts of 64 tokens", "engine, texts of 4,000 tokens"]
    assert [each.against for each in compared] == pytest.approx([1, 1])
    with pytest.raises(ValueError, match="two lengths"):
        fit(GEMMA, lengths[2:])


def test_calls_cost_what_the_capacity_lacks() -> None:
    served = served_with()
    found = with_calls(replace(MODEL, call_s=0.0), served)
    assert found.call_s == pytest.approx(1 / 50 - MODEL.text_s(64))
    named = {each.name: each for each in checks(found, [speed_of(16, 1.0), speed_of(256, 1.0)], served, workers=2)}
    assert named["BatchDetect"].predicted == pytest.approx(64 / (MODEL.text_s(64) + found.call_s / 16))
    # Alone a message has one of the two workers.
    assert named["lone message, p50"].predicted == pytest.approx(2000 * found.detect_s(50))


def test_machines_and_dollars() -> None:
    model = replace(MODEL, message_s=0.0, call_s=0.0, position_s=0.0)
    million, billion = volumes(model, 63, 2, hourly_price=0.1, utilisation=0.5)
    # 64 positions of 100 µs, a million times, over half a day of work.
    assert million.share == pytest.approx(6400 / 43_200)
    assert (million.machines, million.whole_dollars) == (1, pytest.approx(2.4))
    assert million.dollars == pytest.approx(million.share * 2.4)
    assert million.cores == pytest.approx(million.share * 2)
    assert billion.share == pytest.approx(1000 * million.share)
    assert billion.machines == math.ceil(billion.share)


# Targets and report


def load_level(share: float, **more: Any) -> Level:
    values: dict[str, Any] = {
        "share": share,
        "offered": 50 * share,
        "throughput": 50 * share,
        "goodput": min(50 * share, 48.0),
        "rejected": max(0.0, 1 - 1 / share),
        "with_retry": 1.0,
        "failed": {},
        "p50_ms": 20.0,
        "p95_ms": 60.0,
        "p99_ms": 100.0 * share,
        "client_lag_ms": 0.5,
        "client_cpu": 0.1,
        "health_max_ms": 30.0,
        "health_lag_ms": 1.0,
        "health_failed": 0,
    }
    return Level(**{**values, **more})


def served_with(*levels: Level) -> Served:
    return Served(
        tokens=64.0,
        batch_tokens_per_s=steady(5700),
        engine_tokens_per_s=steady(6000),
        batch_against_engine=steady(0.95),
        lone=Lone(50.0, steady(13.0), steady(8.0), steady(13 / 8), 1),
        capacity=48.0,
        capacity_after=52.0,
        levels=levels,
        deadline_s=10.0,
        memory_before=Memory(500, 400, 300),
        memory_after=Memory(650, 500, 350),
    )


MACHINE = Machine("Some CPU", 2, 2, 1, 514, "bfloat16", "2", "tiny 0", 6, "made up")


def results_with(**more: Any) -> Results:
    lengths = tuple(speed_of(n, 6000.0 + n) for n in (16, 64, 256, 4000))
    judge = JudgeSpeed(4, 64.0, 128, steady(0.5), steady(100.0), steady(200.0))
    served = served_with(load_level(0.8), load_level(2.0))
    model = fit(GEMMA, lengths)
    assumed = Assumptions(
        Figure(64), (300,), "given", Figure(700), Figure(60), Figure(64 / model.detect_s(64)), Figure(0.1), Figure(0.6)
    )
    on_paper = paper(model, (Check("x", "tokens/s", 9, 10),), compare(load_prices(), assumed), 64, 2)
    values: dict[str, Any] = {
        "command": "piiprobe bench",
        "quick": False,
        "minutes": 11.6,
        "machine": MACHINE,
        "speed": Speed(lengths, "linear, 512 rows, 2 × 1 threads", "1 × 2", judge),
        "served": served,
        "ready_s": Spread(5.0, 4.5, 5.5, 5),
        "paper": on_paper,
    }
    return Results(**{**values, **more})


def test_every_target_stands_beside_its_figure() -> None:
    found = {each.target: each for each in outcomes(results_with())}
    assert len(found) == 3 + 3 + 4 + 8
    assert "engine ÷ limit, 16 tokens ≥ 0.7" not in found
    assert not found["engine ÷ limit, 64 tokens ≥ 0.7"].met
    assert found["engine ÷ limit, 4,000 tokens ≥ 0.7"].met
    assert found["engine ÷ transformers eager, 64 tokens ≥ 1.9"].met
    assert not found["engine ÷ Presidio, 16 tokens ≥ 1.5"].met
    assert found["padding of packed batches < 0.05"].met
    assert found["gRPC end to end ÷ engine ≥ 0.9"].figure == 0.95
    assert not found["lone message p50 ÷ its bare forward pass ≤ 1.3"].met
    # 48 of the mean of 48 and 52.
    assert found["at 200 % load: goodput ÷ capacity ≥ 0.9"].figure == pytest.approx(0.96)
    assert found["at 200 % load: admitted p99 ÷ that at 80 % ≤ 3"].figure == pytest.approx(2.5)
    assert found["slowest health check of all loads, ms ≤ 100"].met
    assert found["resident after load, MiB ≤ 700"].text == "650"
    assert found["ready from a warm cache, s ≤ 6"].text == "5.00 [4.50, 5.50]"


def test_what_was_not_measured_is_not_met() -> None:
    found = outcomes(results_with(speed=None, served=None, ready_s=None, paper=None))
    assert {each.verdict for each in found} == {"not measured"}
    assert len(found) == 11
    nothing_answered = served_with(load_level(0.8), load_level(2.0, p99_ms=math.nan))
    slower = [each for each in outcomes(results_with(served=nothing_answered)) if "p99" in each.target]
    assert [each.met for each in slower] == [None]


def test_a_failed_health_check_took_for_ever() -> None:
    served = served_with(load_level(0.8), load_level(2.0, health_failed=1))
    (health,) = [each for each in outcomes(results_with(served=served)) if "health" in each.target]
    assert (health.figure, health.met) == (math.inf, False)


def test_the_report_says_everything() -> None:
    text = markdown(results_with())
    assert targets_table(results_with()) in text
    for line in (
        "Written by `piiprobe bench` in 12 minutes.",
        "2 workers of 1 threads",
        "| 64 | 10,000 | 6,064 | 6,670 | 3,032 | 4,851 |",
        "**200 ×**",
        "| 200% | 100.0 | 100.0 | 48.0 | 50.0% | 100% | – | 20 | 60 | 200 | 0.5 | 0.10 | 30 | 1 |",
        "| after | 650 | 500 | 350 |",
        "| x, tokens/s | 9 | 10 | 0.90 |",
        "From exec to SERVING",
        "gpt-5-mini",
    ):
        assert line in text
    assert "quick run" not in text
    assert "quick run" in markdown(results_with(quick=True))


def test_json_has_no_nan() -> None:
    values = json.loads(results_with(served=served_with(load_level(2.0, p99_ms=math.nan))).as_json())
    assert values["served"]["levels"][0]["p99_ms"] is None
    assert values["speed"]["lengths"][1]["tokens_per_s"]["engine"]["median"] == 6064
    assert values["paper"]["prices_as_of"] == "2026-11-22"


def test_parts_that_were_not_run_are_left_out() -> None:
    text = markdown(results_with(speed=None, served=None, paper=None))
    assert "## Start and memory" in text
    assert "## Engine" not in text
    assert "## Service" not in text


def test_ours_is_one_figure_in_both_tables() -> None:
    on_paper = results_with().paper
    assert on_paper is not None
    assert on_paper.judges["piiprobe"] == pytest.approx(on_paper.volumes[0].dollars)
    assert on_paper.prices_as_of == date(2026, 11, 22)


# A whole run


def test_a_run_on_the_tiny_model(tiny_bundle: Path, tiny_model_folder: Path) -> None:
    said: list[str] = []
    effort = Effort(
        rounds=2,
        seconds=0.01,
        limit_s=0.0,
        judge_texts=1,
        starts=1,
        timing=Timing(rounds=1, seconds=0.3, capacity_s=0.3, level_s=0.3, lone_messages=3, warm_up_s=0.2),
        lengths={16: 8, 64: 8, 256: 2, 600: 1},
        shares=(0.8, 2.0),
        answers=3,
    )
    setup = Setup(
        bundle=tiny_bundle,
        base_model=str(tiny_model_folder),
        dtype="float32",
        workers=2,
        threads=1,
        batch_tokens=514,
        data=None,
        hourly_price=0.1,
        hourly_price_from="given",
        utilisation=0.6,
        environment={},
        command=(sys.executable, str(Path(__file__).with_name("fakes.py"))),
    )
    results = measure(setup, effort, ("engine", "service", "start", "paper"), command="piiprobe bench", say=said.append)
    assert results.speed is not None
    assert [each.length for each in results.speed.lengths] == [16, 64, 256, 600]
    # Counted, not asserted by the packing itself: BOS and overlaps are no padding, rows that fill a batch up are.
    for each in results.speed.lengths:
        assert each.padding is not None
        assert 0 <= each.padding < ROWS / 66
    assert any(each.padding for each in results.speed.lengths)
    assert results.served is not None
    assert [each.share for each in results.served.levels] == [0.8, 2.0]
    assert results.ready_s is not None
    assert results.paper is not None
    text = markdown(results)
    # Transformers and Presidio.
    assert "not measured" in text
    assert "80% of" in "".join(said)
