"""The results as Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from probes.training.report import table
from service.soak.results import GROWTH_TARGET, WARM_UP, Generation, Growth, Results
from service.soak.steady import BATCH
from service.soak.texts import KINDS
from service.soak.watcher import Sample

_MILLION = 1_000_000
_ROWS = 12
_EXAMPLES = 20


def markdown(results: Results) -> str:
    """The whole report."""
    parts = [_head(results), "## Answers", *_answers(results), "## Memory", *_memory(results)]
    return "\n\n".join(parts) + "\n"


def verdict(results: Results) -> str:
    """One line."""
    return "**Passed.**" if not results.failures else f"**Failed:** {'; '.join(results.failures)}."


def _head(results: Results) -> str:
    tally = results.tally
    mix = ", ".join(f"{kind} {100 * each.sent:.2f} %" for kind, each in KINDS.items())
    return "\n\n".join(
        (
            f"# Soak of bundle {results.digest[:12]}",
            verdict(results),
            f"Written by `{results.command}`: {results.minutes:g} minutes of load, {tally.ended:,} calls, {tally.documents:,}"
            f" documents of {tally.tokens:,} tokens answered and compared. Server and clients share the machine.",
            f"Documents, English and Japanese, by kind: {mix}; alone or in batches of up to {BATCH}, at every operating point,"
            " with and without structure, in every encoding of offsets. Beside patient callers: some cancel in flight or set"
            " deadlines of 1 to 200 ms, one sends 100 calls at once and does not retry, one sends garbage, one breaks connections"
            f" off, one watches health; {results.killed} client processes were killed with SIGKILL, and under load the server was"
            f" ended with SIGTERM and started again {len(results.generations) - 1} time(s).",
        )
    )


def _answers(results: Results) -> list[str]:
    tally, noise = results.tally, results.noise
    rows = [
        ["lost: calls without an answer or a status", str(len(tally.lost))],
        ["wrong: answers other than the expected one", str(len(tally.wrong))],
        ["statuses that are not documented for the call", str(len(tally.undocumented))],
        ["findings that rounding added or took away at their threshold", str(tally.flips)],
        ["calls of killed clients whose end nobody saw", str(results.unseen)],
    ]
    said = (
        f"{results.texts:,} distinct texts. Their answers were worked out before, in process, by the same bundle, each text by"
        f" itself and once more among others: probabilities differed by {noise.moved:.2g} at most; {noise.left_out} texts with"
        " another difference were left out. An answer is right with the same spans and classes, probabilities within"
        f" {results.tolerance:g}, valid offsets, reasons that add up, all tokens read, the same ids in the same order and the"
        " bundle's digest. Only a finding that near its threshold may come or go, and is counted."
    )
    examples = [*tally.lost, *tally.wrong, *tally.undocumented][:_EXAMPLES]
    calls = [[*name.rsplit(" ", 1), f"{count:,}"] for name, count in sorted(tally.calls.items())]
    parts = [
        said,
        table(["", "count"], rows),
        "\n".join(f"- {each}" for each in examples),
        table(["call", "status", "count"], calls),
    ]
    return [part for part in parts if part]


def _memory(results: Results) -> list[str]:
    judged = results.judged
    parts = [
        f"Slopes are Theil–Sen's over the samples after the first {WARM_UP:.0%} of a server's time, in percent of the median per"
        " million documents; brackets: 95 %, from residuals drawn again in blocks. Target: resident ≤"
        f" {GROWTH_TARGET:g} %, for the server that ran longest.",
        table(
            [
                "server",
                "minutes",
                "documents",
                "resident MiB: first, warm, last",
                "its slope",
                "MiB",
                "anonymous part",
            ],
            [_line(number, each) for number, each in enumerate(results.generations, 1)],
        ),
    ]
    if growth := judged.resident:
        factor = _MILLION / max(1, growth.documents)
        parts.append(f"The slope is seen over {growth.documents:,} documents and extrapolated to a million: {factor:.1f} times.")
    parts += [
        table(
            ["server", "open files: start, end", "threads", "series of metrics", "ready, s", "SIGTERM to end, s", "exit code"],
            [_handles(number, each) for number, each in enumerate(results.generations, 1)],
        ),
        f"The longest server over time ({len(judged.samples):,} samples are in the JSON), MiB:",
        table(
            ["seconds", "documents", "resident", "anonymous", "proportional", "private"],
            [[f"{s.seconds:,.0f}", f"{s.documents:,}", *(f"{mib:,.1f}" for mib in _mib(s))] for s in _thinned(judged.samples)],
        ),
    ]
    return parts


def _mib(sample: Sample) -> tuple[float, ...]:
    memory = sample.memory
    return memory.resident, sample.anonymous, memory.proportional, memory.private


def _line(number: int, each: Generation) -> list[str]:
    growth, anonymous = each.resident, each.anonymous
    first, last = (f"{each.samples[i].memory.resident:,.0f}" if each.samples else "–" for i in (0, -1))
    return [
        str(number),
        f"{each.seconds / 60:.1f}",
        f"{each.documents:,}",
        f"{first}, {growth.level_mib:,.0f}, {last}" if growth else f"{first}, –, {last}",
        _percent(growth),
        f"{growth.percent * growth.level_mib / 100:+,.1f}" if growth else "–",
        _percent(anonymous),
    ]


def _percent(growth: Growth | None) -> str:
    return f"{growth.percent:+.2f} % [{growth.low:+.2f}, {growth.high:+.2f}]" if growth else "–"


def _handles(number: int, each: Generation) -> list[str]:
    pairs = [(getattr(each.at_start, name), getattr(each.at_end, name)) for name in ("files", "threads", "series")]
    return [
        str(number),
        *(f"{start:,}, {end:,}" for start, end in pairs),
        f"{each.ready_s:.1f}",
        f"{each.stopped_s:.1f}",
        str(each.code),
    ]


def _thinned(samples: Sequence[Sample]) -> list[Sample]:
    step = max(1, len(samples) // _ROWS)
    return [*samples[::step][:_ROWS], samples[-1]] if samples else []
