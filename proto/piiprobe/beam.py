"""Apache Beam: the PII of the texts of a collection's elements."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Unpack

from piiprobe.rows import DEFAULT_TARGET, Job, Settings, Worker

try:
    import apache_beam as beam
    from apache_beam.transforms.window import TimestampedValue
except ImportError as error:
    raise ImportError(f"piiprobe.beam needs the beam extra: pip install 'piiprobe[beam]' ({error})") from None

FOUND = "found"
FAILED = "failed"


class Detect(beam.PTransform):  # type: ignore[misc]
    """Gives two collections: `found`, pairs of an element and its findings, and `failed`, of an element and why it was not read.

    Findings are a list of dicts (`entity_type`, `start`, `end`, `probability`, `source`, `field`), and None where an element has
    no text: an empty list says that the text was read and nothing found. Timestamps and windows are those of the elements.
    """

    def __init__(
        self,
        text: str | Callable[[Any], str | None],
        target: str = DEFAULT_TARGET,
        *,
        batch_size: int = 512,
        **settings: Unpack[Settings],
    ) -> None:
        """Opens nothing.

        Args:
            text: the key of the text in an element that is a mapping, or a function that takes it from any element.
            target: the server, as each worker of the runner reaches it.
            batch_size: the most elements that are read together.
            settings: see `Settings`; with `on_failure="raise"` nothing is `failed`, and the bundle fails.

        Raises:
            ValueError, TypeError: a setting is wrong. Where nothing can be read the bundle fails, with a `PiiprobeError`.
        """
        super().__init__()
        self._text = text
        self._job = Job.of(text if isinstance(text, str) else "text", target, settings)
        self._batch_size = batch_size

    def expand(self, elements: Any) -> Any:
        return (
            elements
            | "WithTime" >> beam.Map(lambda element, time=beam.DoFn.TimestampParam: (element, time))
            | "Batch" >> beam.BatchElements(min_batch_size=min(32, self._batch_size), max_batch_size=self._batch_size)
            | "Read" >> beam.ParDo(_Read(self._text, self._job)).with_outputs(FAILED, main=FOUND)
        )


class _Read(beam.DoFn):  # type: ignore[misc]
    def __init__(self, text: str | Callable[[Any], str | None], job: Job) -> None:
        self._text = text
        self._job = job
        self._worker: Worker | None = None

    def setup(self) -> None:
        self._worker = Worker(self._job)

    def process(self, batch: Sequence[tuple[Any, Any]]) -> Iterator[Any]:
        assert self._worker is not None
        cells = self._worker.cells(self._of(element) for element, _ in batch)
        for (element, time), cell in zip(batch, cells, strict=True):
            if cell.error is None:
                yield TimestampedValue((element, cell.findings), time)
            else:
                yield beam.pvalue.TaggedOutput(FAILED, TimestampedValue((element, cell.error), time))

    def teardown(self) -> None:
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def _of(self, element: Any) -> str | None:
        return self._text(element) if callable(self._text) else element[self._text]
