"""The tables of a comparison in Markdown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from probes.training.compare.texts import ENTITY_TYPE
from probes.training.compare.trial import Outcome
from probes.training.metrics import Estimate
from probes.training.report import interval, table


@dataclass(frozen=True, slots=True)
class Line:
    """`facts`: cells that only this section has."""

    name: str
    facts: tuple[str, ...]
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Section:
    """One question: `heads` name the facts of its lines."""

    title: str
    about: str
    heads: Sequence[str]
    lines: Sequence[Line]

    def as_markdown(self) -> str:
        """F1 at IoU ≥ 0.5, exact F1, and how each line was fitted."""
        iou = self._by_set(lambda outcome: outcome.iou)
        exact = self._by_set(lambda outcome: outcome.exact)
        return "\n\n".join(
            [
                f"## {self.title}",
                self.about,
                f"{ENTITY_TYPE} F1 at IoU ≥ 0.5:",
                iou,
                f"{ENTITY_TYPE} exact F1:",
                exact,
                "How they were fitted:",
                self._fits(),
            ]
        )

    def _by_set(self, figures: Callable[[Outcome], Mapping[str, Estimate | None]]) -> str:
        rows = []
        for line in self.lines:
            by_set = figures(line.outcome)
            known = [each.value for each in by_set.values() if each]
            mean = f"{sum(known) / len(known):.3f}" if known else "–"
            rows.append([line.name, *line.facts, *map(interval, by_set.values()), mean])
        sets = list(figures(self.lines[0].outcome)) if self.lines else []
        return table(["reads", *self.heads, *sets, "mean, for ranking only"], rows)

    def _fits(self) -> str:
        rows = [
            [
                line.name,
                *line.facts,
                f"{line.outcome.inputs:,}",
                f"{line.outcome.decay:g}",
                f"{line.outcome.none_bias:+g}",
                f"{line.outcome.held_f1:.3f}",
                f"{line.outcome.seconds:.0f}",
            ]
            for line in self.lines
        ]
        return table(["reads", *self.heads, "inputs", "L2", "bias of NONE", "held-out F1", "fit, s"], rows)


@dataclass(frozen=True, slots=True)
class CompareReport:
    """`sources`, `sets`: tokens that were fitted and measured on, by name."""

    sections: Sequence[Section]
    sources: Mapping[str, int]
    sets: Mapping[str, int]

    def as_markdown(self, command: str) -> str:
        """The whole report; `command` is what made it."""
        about = (
            f"{ENTITY_TYPE} alone, five tags, a linear CRF. Strength of L2 and bias of `NONE` are chosen for each line on the "
            "held-out tenth of the training text. Bootstrap 95 % intervals over documents. Small fits: compare them with each "
            "other only."
        )
        parts = [
            "# Layers, windows and dictionaries",
            about,
            f"Made by `{command}`.",
            table(["fitted on", "tokens"], [[name, f"{tokens:,}"] for name, tokens in self.sources.items()]),
            table(["measured on", "tokens"], [[name, f"{tokens:,}"] for name, tokens in self.sets.items()]),
            *(section.as_markdown() for section in self.sections),
        ]
        return "\n\n".join(parts) + "\n"
