"""Everything that a soak measured, and whether it passed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from service.soak.expected import Noise
from service.soak.slope import Slope, slope
from service.soak.tally import Tally
from service.soak.watcher import Handles, Sample

GROWTH_TARGET = 1.0
"""Percent of the resident memory that a million documents may add."""

WARM_UP = 1 / 3
"""Share of a server's time that is left out of its slope: shapes are compiled and pages of the embedding are read first."""

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Growth:
    """Percent of the resident memory per million documents, over `documents` after the warm-up."""

    percent: float
    low: float
    high: float
    level_mib: float
    documents: int


@dataclass(frozen=True, slots=True)
class Generation:
    """One server, from SERVING to its end: `stopped_s`: from SIGTERM to its end with `code`."""

    ready_s: float
    stopped_s: float
    code: int
    samples: tuple[Sample, ...]
    at_start: Handles
    at_end: Handles

    @property
    def seconds(self) -> float:
        return self.samples[-1].seconds if self.samples else 0.0

    @property
    def documents(self) -> int:
        return self.samples[-1].documents if self.samples else 0

    @property
    def warm(self) -> tuple[Sample, ...]:
        """The samples after the warm-up."""
        return tuple(each for each in self.samples if each.seconds >= WARM_UP * self.seconds)

    def growth(self, mib: Sequence[float]) -> Growth | None:
        """Of a figure, one for each sample of `warm`; None where there are too few."""
        documents = [each.documents for each in self.warm]
        found: Slope | None = slope(documents, mib)
        if found is None:
            return None
        share = 100 * _MILLION / found.level
        return Growth(share * found.value, share * found.low, share * found.high, found.level, documents[-1] - documents[0])

    @property
    def resident(self) -> Growth | None:
        return self.growth([each.memory.resident for each in self.warm])

    @property
    def anonymous(self) -> Growth | None:
        return self.growth([each.anonymous for each in self.warm])


@dataclass(frozen=True, slots=True)
class Results:
    """`unseen`: calls that killed clients had begun; `tolerance`: how far a probability may be from the expected one."""

    command: str
    minutes: float
    digest: str
    texts: int
    noise: Noise
    tolerance: float
    tally: Tally
    killed: int
    unseen: int
    generations: tuple[Generation, ...]

    @property
    def judged(self) -> Generation:
        """The server that ran longest, whose memory is held against the target."""
        return max(self.generations, key=lambda each: each.seconds)

    @property
    def failures(self) -> list[str]:
        """Why the soak did not pass; empty where it did."""
        tally = self.tally
        counted = {"lost": tally.lost, "wrong": tally.wrong, "with an undocumented status": tally.undocumented}
        found = [f"{len(what)} {name}" for name, what in counted.items() if what]
        if not tally.documents:
            found.append("no document was answered")
        found += [f"a server ended with code {each.code}" for each in self.generations if each.code != 0]
        growth = self.judged.resident
        if growth is None:
            found.append("too few samples for a slope")
        elif growth.percent > GROWTH_TARGET:
            found.append(f"resident memory grew by {growth.percent:.1f} % per million documents, more than {GROWTH_TARGET:g}")
        return found

    def as_json(self) -> str:
        # asdict makes keys of a Counter's pairs.
        tally = {name: getattr(self.tally, name) for name in self.tally.__slots__}
        values = asdict(replace(self, tally=Tally())) | {"tally": tally, "failures": self.failures}
        for each, generation in zip(values["generations"], self.generations, strict=True):
            for name in ("resident", "anonymous"):
                growth = getattr(generation, name)
                each[name] = asdict(growth) if growth else None
        return json.dumps(values, indent=1)
