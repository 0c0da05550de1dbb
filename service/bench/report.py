"""The results as Markdown."""

from __future__ import annotations

from probes.training.report import table
from service.bench.levels import Level
from service.bench.paper import Paper
from service.bench.results import Results
from service.bench.served import BATCH, CALLERS, HEALTH_INTERVAL_S, Served
from service.bench.speed import EAGER, ENGINE, FORWARD, LIMIT, PRESIDIO, JudgeSpeed, LengthSpeed, Speed
from service.bench.targets import targets_table

_COLUMNS = (LIMIT, ENGINE, FORWARD, EAGER, PRESIDIO)


def markdown(results: Results) -> str:
    """The whole report; parts that were not run are left out."""
    parts = [_head(results), "## Targets", targets_table(results)]
    if results.speed:
        parts += ["## Engine", *_speed(results.speed)]
    if results.served:
        parts += ["## Service", *_served(results.served)]
    if results.ready_s or results.served:
        parts += ["## Start and memory", *_start(results)]
    if results.paper:
        parts += ["## On paper", *_paper(results.paper)]
    return "\n\n".join(parts) + "\n"


def _head(results: Results) -> str:
    machine = results.machine
    quick = "\n\n**A quick run: too few and too short rounds to be quoted.**" if results.quick else ""
    return (
        f"# Speed of {machine.bundle}\n\nWritten by `{results.command}` in {results.minutes:.0f} minutes. Ratios were measured"
        " side by side, round by round; brackets: least and greatest round. Absolute figures are this machine's in those minutes."
        f"{quick}\n\n{machine.cpu}, {machine.cores} cores; {machine.workers} workers of {machine.threads} threads, batches of"
        f" {machine.batch_tokens:,} tokens; {machine.layers} blocks in {machine.dtype}, torch {machine.torch}. Texts:"
        f" {machine.source}."
    )


def _speed(speed: Speed) -> list[str]:
    names = [name for name in _COLUMNS if any(name in each.tokens_per_s for each in speed.lengths)]
    pairs = list(dict.fromkeys(pair for each in speed.lengths for pair in each.against))
    said = (
        f"Tokens a second. *{LIMIT}*: the matrix products of the blocks alone, the fastest of all that were tried"
        f" ({speed.limit}). *{ENGINE}*: texts to findings with reasons, in process. *{FORWARD}*: residuals of tokenized texts."
        " Documents longer than a window are read in overlapping ones, which the limit does not know of: see *positions a token*."
    )
    if speed.eager_threads:
        said += (
            f" *{EAGER}*: the forward pass alone of the same blocks, sorted by length, padded, {speed.eager_threads} threads, the"
            f" better of both divisions. *{PRESIDIO}*: with spaCy's small English model, one process a core, in the same unit;"
            " ratios are those of words a second."
        )
    rates = [[f"{each.length:,}", *(_rate(each, name) for name in names)] for each in speed.lengths]
    ratios = [
        [f"{each.length:,}", *(each.against[pair].text() if pair in each.against else "–" for pair in pairs)]
        for each in speed.lengths
    ]
    words = [
        [
            f"{each.length:,}",
            f"{each.tokens_per_word:.2f}",
            *(
                f"{each.tokens_per_s[name].median / each.tokens_per_word:,.0f}" if name in each.tokens_per_s else "–"
                for name in (ENGINE, PRESIDIO)
            ),
            f"{each.engine / each.tokens:,.1f}",
            f"{each.positions / each.tokens:.3f}",
            _share(each.padding),
            _share(each.eager_padding),
        ]
        for each in speed.lengths
    ]
    heads = ["tokens a word", "words/s", f"words/s, {PRESIDIO}", "texts/s", "positions a token", "padding", f"padding, {EAGER}"]
    parts = [
        said,
        table(["tokens a text", *names], rates),
        table(["tokens a text", *pairs], ratios),
        table(["tokens a text", *heads], words),
    ]
    return parts + ([_judge(speed.judge)] if speed.judge else [])


def _judge(judge: JudgeSpeed) -> str:
    return (
        f"The same Gemma as a judge, all its layers, few-shot prompt, at most {judge.new_tokens} tokens of answer:"
        f" {judge.judge.text()} messages of {judge.tokens:.0f} tokens a second ({judge.texts} messages); the engine"
        f" {judge.engine.text()}, **{judge.engine_against_judge.median:,.0f} ×**."
    )


def _served(served: Served) -> list[str]:
    lone = served.lone
    return [
        f"BatchDetect of {BATCH} texts of {served.tokens:.0f} tokens in a closed loop: {served.batch_tokens_per_s.text(0)}"
        f" tokens/s, beside {served.engine_tokens_per_s.text(0)} of the engine in process: {served.batch_against_engine.text()}.",
        f"One message of {lone.tokens:.0f} tokens at a time: p50 {lone.grpc_ms.text(1)} ms through gRPC,"
        f" {lone.forward_ms.text(1)} ms for its forward pass alone in process with {lone.cpu_threads} threads:"
        f" {lone.against.text()}.",
        f"Detect, texts of {served.tokens:.0f} tokens. Capacity: {served.capacity:,.1f} messages a second with {CALLERS} callers"
        f" in a closed loop, {served.capacity_after:,.1f} after the loads. Then open loop, Poisson arrivals, a deadline of"
        f" {served.deadline_s:g} s; times of admitted calls run from when they were due; a health check every"
        f" {1000 * HEALTH_INTERVAL_S:g} ms from a process of its own. Server and callers share the cores.",
        table(
            [
                "load",
                "offered/s",
                "answered/s",
                "goodput/s",
                "rejected",
                "with RetryInfo",
                "other failures",
                "p50 ms",
                "p95 ms",
                "p99 ms",
                "client late, p99 ms",
                "client CPUs",
                "health max ms",
                "prober late, max ms",
            ],
            [_level(each) for each in served.levels],
        ),
    ]


def _level(each: Level) -> list[str]:
    return [
        f"{each.share:.0%}",
        f"{each.offered:,.1f}",
        f"{each.throughput:,.1f}",
        f"{each.goodput:,.1f}",
        f"{each.rejected:.1%}",
        f"{each.with_retry:.0%}" if each.rejected else "–",
        ", ".join(f"{code} {count}" for code, count in each.failed.items()) or "–",
        *(f"{value:,.0f}" for value in (each.p50_ms, each.p95_ms, each.p99_ms)),
        f"{each.client_lag_ms:,.1f}",
        f"{each.client_cpu:.2f}",
        f"{each.health_max_ms:,.0f}" + (f", {each.health_failed} failed" if each.health_failed else ""),
        f"{each.health_lag_ms:,.0f}",
    ]


def _start(results: Results) -> list[str]:
    parts = []
    if results.ready_s:
        runs = f"{results.ready_s.rounds} starts"
        parts.append(f"From exec to SERVING, the model's files in the cache: {results.ready_s.text()} s ({runs}).")
    if results.served:
        rows = [
            [name, *(f"{value:,.0f}" for value in (each.resident, each.proportional, each.private))]
            for name, each in (("before", results.served.memory_before), ("after", results.served.memory_after))
        ]
        parts.append(
            "MiB of the server before and after the loads. Resident counts the pages of the mapped embedding that were read,"
            " which the system can take back; private is what only the server has."
        )
        parts.append(table(["", "resident", "proportional", "private"], rows))
    return parts


def _paper(paper: Paper) -> list[str]:
    model = paper.model
    per_position = model.products_s + model.position_s
    ours, *others = paper.judges.items()
    million, billion = paper.volumes
    return [
        f"A token is {model.flops / 1e6:,.1f} MFLOP of products (blocks, encoder, probe), at the limit of"
        f" {model.flops_per_s / 1e9:,.0f} GFLOP/s {1e6 * model.products_s:,.0f} µs of the machine; everything else takes"
        f" {1e6 * model.position_s:,.0f} µs a position ({model.position_s / per_position:.0%}), {1e6 * model.message_s:,.0f} µs a"
        f" message and {1e6 * model.call_s:,.0f} µs a call of Detect. Those were fitted on the shortest texts, on the longest of"
        " one window and on the capacity; the rest is foretold:",
        table(
            ["figure", "on paper", "measured", "paper ÷ measured"],
            [[f"{c.name}, {c.unit}", f"{c.predicted:,.0f}", f"{c.measured:,.0f}", f"{c.against:.2f}"] for c in paper.checks],
        ),
        f"Detect with messages of {million.tokens} tokens, machines of {paper.cores} cores at {paper.utilisation:.0%} for"
        f" ${paper.hourly_price:g} an hour ({paper.hourly_price_from}):",
        table(
            ["messages a day", "machines", "cores", "$ a day", "$ a day, whole machines"],
            [
                [
                    f"{each.messages:,}",
                    f"{each.share:,.2f} ({each.machines:,})",
                    f"{each.cores:,.1f}",
                    f"{each.dollars:,.2f}",
                    f"{each.whole_dollars:,.2f}",
                ]
                for each in paper.volumes
            ],
        ),
        f"The same messages by a judge at list prices of {paper.prices_as_of}, dollars a day:",
        table(
            ["detector", f"{million.messages:,}", f"{billion.messages:,}", "× ours"],
            [
                [f"{ours[0]}", f"{million.dollars:,.2f}", f"{billion.dollars:,.0f}", "1"],
                *(
                    [
                        name,
                        f"{dollars:,.2f}",
                        f"{1000 * dollars:,.0f}",
                        f"{dollars / million.dollars:,.0f}" if million.dollars else "–",
                    ]
                    for name, dollars in others
                ),
            ],
        ),
        "\n".join(["Assumptions:", "", *(f"- {line}" for line in paper.assumptions)]),
    ]


def _rate(speed: LengthSpeed, name: str) -> str:
    return speed.tokens_per_s[name].text(0) if name in speed.tokens_per_s else "–"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"
