"""Everything that is said about a bundle's accuracy, in one run: labelled sets, generated text, noise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from pydantic import TypeAdapter, ValidationError

from probes.entity import ENTITY_TYPES
from probes.errors import ProbesError
from probes.operating_point import BALANCED
from probes.training.generate import generate
from probes.training.generate.slots import LANGUAGES
from probes.training.labelled import LabelledSet, load_set, set_name, set_paths
from probes.training.robustness import NoiseReport, noise_report
from probes.training.settings_report import Found, Reader, SettingsReport, decide, measure
from probes.training.settings_tables import calibration_table, false_positives_table, points_tables, structure_tables
from probes.training.targets import Outcome, targets_table

if TYPE_CHECKING:
    from tqdm import tqdm

_HEAD = """# Accuracy of {name} {version}

Written by `{command}`
for the bundle with digest `{digest}`.

No text of these sets was trained on. F1 is over spans; *exact*: both ends are right; *IoU ≥ 0.5*: at least half of the union is
shared; *recall, any class*: a labelled span counts when findings of any class cover at least half of it; *characters leaked*:
share of labelled characters that no finding covers. Brackets: bootstrap 95 % interval over documents. `–`: the set has none, or
does not label that class completely, so that precision cannot be judged."""

_TARGETS = "Where a set labels people incompletely (wac_ja), findings without a label count as wrong: its F1 is a lower bound."
_POINTS = "P, R and F1 at IoU ≥ 0.5, with evidence from structure."

_STRUCTURE = "At the balanced point, IoU ≥ 0.5; only what differs."

_NOTHING = "Nothing to tell by."

_CALIBRATION = """Findings at the recall point that somebody can judge (right: IoU ≥ 0.5), where there are at least 30.
Probabilities were fitted on held-out training text."""

_FALSE_POSITIVES = "Findings per 1,000 words of text without PII."

_GENERATED = """{documents} documents a language, of templates and field labels that no training text has; without noise."""

_NOISE = """{documents} documents a language, of held-out templates, at the balanced point; each kind alone."""


@dataclass(frozen=True, slots=True)
class FullReport:
    """What was measured of one bundle. `noise` is by language."""

    name: str
    version: str
    digest: str
    command: str
    labelled: SettingsReport
    generated: SettingsReport
    noise: dict[str, NoiseReport]

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Of every target whose set was measured."""
        return tuple(outcome for report in (self.labelled, self.generated) for each in report.sets for outcome in each.outcomes)

    def as_markdown(self) -> str:
        head = _HEAD.format(name=self.name, version=self.version, command=self.command, digest=self.digest)
        return "\n\n".join(part.rstrip() for part in (head, *self._sections())) + "\n"

    def as_json(self) -> str:
        return _ADAPTER.dump_json(self, indent=1).decode() + "\n"

    def _sections(self) -> Iterator[str]:
        yield f"## Targets\n\n{_TARGETS}\n\n{targets_table(self.outcomes)}"
        yield f"## By set and class, balanced point\n\n{self.labelled.at(BALANCED).as_markdown()}"
        yield f"## Operating points\n\n{_POINTS}\n\n{points_tables(self.labelled)}"
        yield f"## Evidence from structure, on and off\n\n{_STRUCTURE}\n\n{structure_tables(self.labelled)}"
        yield f"## Calibration\n\n{_CALIBRATION}\n\n{calibration_table(self.labelled) or _NOTHING}"
        yield f"## False positives by class\n\n{_FALSE_POSITIVES}\n\n{false_positives_table(self.labelled) or _NOTHING}"
        documents = max((each.points[BALANCED].documents for each in self.generated.sets), default=0)
        generated = _GENERATED.format(documents=documents)
        yield f"## Generated text, held-out templates\n\n{generated}\n\n{self.generated.at(BALANCED).as_markdown()}"
        yield f"### Operating points on generated text\n\n{points_tables(self.generated)}"
        yield f"### Evidence from structure on generated text\n\n{structure_tables(self.generated)}"
        documents = max((each.documents for each in self.noise.values()), default=0)
        yield f"## Noise and evasion\n\n{_NOISE.format(documents=documents)}"
        for language, noise in self.noise.items():
            yield f"### {language}\n\n{noise.as_markdown()}"


_ADAPTER: TypeAdapter[FullReport] = TypeAdapter(FullReport)


def read_report(path: Path) -> FullReport:
    """What `FullReport.as_json` wrote.

    Raises:
        ProbesError: it is missing or of another form.
    """
    try:
        return _ADAPTER.validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise ProbesError(f"{path} is no accuracy report") from error


def measure_everything(
    reader: Reader,
    folder: Path,
    *,
    name: str,
    version: str,
    digest: str,
    command: str,
    sets: Sequence[str] | None = None,
    languages: Sequence[str] = tuple(LANGUAGES),
    documents: int = 1000,
    noise_documents: int = 200,
    resamples: int = 1000,
    seed: int = 0,
    progress: bool = True,
) -> FullReport:
    """Measure on every set, every language of generated text and every kind of noise.

    Args:
        reader: what is measured.
        folder: of labelled sets; every one, or those named in `sets`.
        name, version, digest, command: of the bundle and of this run, for the report.
        languages, documents, noise_documents: of generated text, documents a language.
        resamples, seed: of the bootstrap and the generator.
        progress: show bars on stderr.

    Raises:
        ProbesError: a set is missing or not in the format.
        ValueError: the reader did not answer every text, or a count is below 1.
    """
    if documents < 1 or noise_documents < 1:
        raise ValueError(f"documents and noise_documents must be at least 1, not {documents} and {noise_documents}")
    labelled = ((set_name(path), load_set(path)) for path in set_paths(folder, sets))
    generated = ((f"generated.{language}", _generated(language, documents, seed)) for language in languages)
    return FullReport(
        name=name,
        version=version,
        digest=digest,
        command=command,
        labelled=measure(reader, labelled, progress=progress, resamples=resamples, seed=seed),
        generated=measure(reader, generated, progress=progress, resamples=resamples, seed=seed),
        noise={each: _noise(reader, each, noise_documents, resamples, seed, progress) for each in languages},
    )


def _generated(language: str, documents: int, seed: int) -> LabelledSet:
    return LabelledSet(list(generate(documents, seed, [language], held_out=True, noise=False)), frozenset(ENTITY_TYPES))


def _noise(reader: Reader, language: str, documents: int, resamples: int, seed: int, progress: bool) -> NoiseReport:
    from tqdm import tqdm

    with tqdm(desc=f"noise, {language}", unit="text", disable=not progress) as bar:
        return noise_report(_Remembered(reader, bar), documents, seed, [language], resamples=resamples)


class _Remembered:
    """Answers at the balanced point and reads a text once: most kinds of noise leave many documents as they are."""

    def __init__(self, reader: Reader, bar: tqdm[NoReturn]) -> None:
        self._reader = reader
        self._bar = bar
        self._known: dict[str, list[Found]] = {}

    def __call__(self, texts: Sequence[str]) -> list[list[Found]]:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        for text, reading in zip(new, self._reader.readings(new), strict=True):
            self._known[text] = decide(self._reader, reading, BALANCED)
        self._bar.update(len(new))
        return [self._known[text] for text in texts]
