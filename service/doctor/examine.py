"""All looks, in the order in which what they find matters."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from service.config import Settings
from service.doctor import machine, model, network
from service.doctor.check import Check
from service.faults import describe

_LOOKS: Sequence[Callable[[Settings], Check | None]] = (
    machine.packages,
    machine.extras,
    machine.cpu,
    machine.threads,
    machine.memory,
    model.bundle,
    model.model,
    network.transport,
    network.certificate,
    network.secrets,
    network.address,
    network.metrics,
)


def examine(settings: Settings, *, quick: bool = False) -> Iterator[Check]:
    """One check after the other; `quick` leaves the loading of the model out."""
    for look in _LOOKS if quick else (*_LOOKS, model.detection):
        try:
            check = look(settings)
        except Exception as error:
            message = f"could not be looked at: {describe(error)}"
            yield Check(look.__name__, "fail", message, "report this: it is a mistake in piiprobe")
        else:
            if check:
                yield check
