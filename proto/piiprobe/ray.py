"""Ray Data: the PII of a column of texts, by a pool of actors that each hold a client or a detector."""

from __future__ import annotations

from typing import Unpack

from piiprobe.rows import DEFAULT_TARGET, Job, Settings, Worker

try:
    import pyarrow as pa
    from ray.data import ActorPoolStrategy, Dataset
except ImportError as error:
    raise ImportError(f"piiprobe.ray needs the ray extra: pip install 'piiprobe[ray]' ({error})") from None

from piiprobe import tables

_WAITS_CPUS = 0.25


class Detect:
    """What `map_batches` makes once in each actor, for pools, resources and batches other than those of `detect`.

    It takes tables of Arrow: `dataset.map_batches(Detect, fn_constructor_args=(job,), batch_format="pyarrow", compute=…)`.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._worker = Worker(job)

    def __call__(self, table: pa.Table) -> pa.Table:
        """The table with the columns `pii` and `pii_error`; raises as `Job.check` and `Worker.cells` do."""
        self._job.check(table.column_names)
        return tables.filled(table, list(self._worker.cells(table.column(self._job.column).to_pylist())))


def detect(
    dataset: Dataset,
    column: str,
    target: str = DEFAULT_TARGET,
    *,
    actors: int | tuple[int, int] = 1,
    batch_size: int = 1024,
    num_cpus: float | None = None,
    **settings: Unpack[Settings],
) -> Dataset:
    """All rows and columns of `dataset`, and two columns more: `pii`, the findings, and `pii_error`, why a text was not read.

    `pii` is a list of structs, null where the text was not read or is null itself: an empty one says that the text was read and
    nothing found. Offsets are code points.

    Args:
        column: of strings.
        target: the server, as each actor reaches it; a worker is an actor.
        actors: how many, or the least and the most.
        batch_size: rows of a batch. An actor has two at a time, so that an end of one is no reason to wait.
        num_cpus: what Ray sets aside for an actor; where None, 1 for one with a detector, and a quarter for one that waits for a
            server. Where the actors take all that there is, the tasks that read the input wait for ever.
        settings: see `Settings`.

    Raises:
        ValueError, TypeError: a setting is wrong. A wrong column, or that nothing can be read, fails the job.
    """
    job = Job.of(column, target, settings)
    least, most = (actors, actors) if isinstance(actors, int) else actors
    return dataset.map_batches(
        Detect,
        fn_constructor_args=(job,),
        batch_format="pyarrow",
        batch_size=batch_size,
        num_cpus=num_cpus or (_WAITS_CPUS if job.target else 1.0),
        compute=ActorPoolStrategy(
            min_size=least, max_size=most, max_concurrent_calls_per_actor=2, enable_true_multi_threading=True
        ),
    )
