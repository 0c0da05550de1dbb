"""What finds: a server, asked through the client."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from piiprobe import (
    DeadlineExceededError,
    DetectOptions,
    Document,
    DocumentFailure,
    InvalidArgumentError,
    JsonDocument,
    MismatchError,
    PiiClient,
    Result,
    ServerError,
    UnavailableError,
)
from service.scan.record import Failed, Found, Outcome, Record

WAIT_S = 300.0
"""For how long a server may be away before a scan ends."""

_IN_FLIGHT = 512
# Of a long text, whose answers a restart of the server loses.
_ATTEMPTS = 5
_CHUNK = 2**15


class Engine(Protocol):
    """Answers in the order in which it is asked. Raises `PiiprobeError` where nothing goes on."""

    model: str
    """What identifies that which answers."""
    entity_types: tuple[str, ...]
    """What it can find by itself."""

    def many(self, records: Iterable[tuple[Record, Document | JsonDocument]]) -> Iterator[tuple[Record, Outcome]]:
        """Takes records only while it can keep them."""

    def long(self, text: str) -> Outcome:
        """A text of any length."""


class Server:
    """Findings of a server. One that is restarted is waited for; one that comes back with another model is a `MismatchError`."""

    def __init__(self, client: PiiClient, options: DetectOptions) -> None:
        """Asks it for something, so that what is wrong with options and credentials comes out now."""
        self._client = client
        self._options = options
        info = client.model_info()
        self.entity_types = info.entity_types
        self._digest = info.model.digest
        # A server's default may change when it is restarted.
        self.model = f"{self._digest} {client.detect('', **options).operating_point}"

    def many(self, records: Iterable[tuple[Record, Document | JsonDocument]]) -> Iterator[tuple[Record, Outcome]]:
        for record, outcome in self._client.detect_many(records, in_flight=_IN_FLIGHT, timeout=WAIT_S, **self._options):
            yield record, self._outcome(outcome)

    def long(self, text: str) -> Outcome:
        for attempt in range(1, _ATTEMPTS + 1):
            chunks = (text[at : at + _CHUNK] for at in range(0, len(text), _CHUNK))
            try:
                parts = list(self._client.detect_chunks("", chunks, **self._options))
            except UnavailableError:
                if attempt == _ATTEMPTS:
                    raise
            except MismatchError:
                raise
            except (DeadlineExceededError, ServerError) as error:
                return Failed(error.code, error.message)
            except InvalidArgumentError as error:
                if not all(field.startswith("chunk") for field in error.fields):
                    raise
                return Failed(error.code, error.message)
            else:
                return Found(tuple(finding for part in parts for finding in part.findings))
        raise AssertionError("the last attempt returns or raises")

    def _outcome(self, outcome: Result | DocumentFailure) -> Outcome:
        if isinstance(outcome, DocumentFailure):
            # The client names documents by their place among all that it was given, which is another after a resume.
            name, _, _ = outcome.field.partition(".")
            return Failed(outcome.code, outcome.message.removeprefix(f"{name}.").removeprefix(name).strip() or outcome.message)
        if f"{outcome.model.digest} {outcome.operating_point}" != self.model:
            raise MismatchError("the server answers with another model or operating point than when the scan began")
        return Found(outcome.findings)
