"""One caller: draws what to ask, makes the call, compares what comes back, and counts."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import grpc

from piiprobe.v1 import pii_pb2, pii_pb2_grpc
from probes.operating_point import OPERATING_POINTS
from service.bench.load import retry_s
from service.config import DEFAULT_TOP_FEATURES
from service.soak.answers import Case, Cases, WrongAnswerError, compare, variant
from service.soak.tally import Tally
from service.soak.texts import KINDS
from service.validation import POINT_ON_THE_WIRE

_GRACE_S = 30.0
"""How long after its deadline a call may take to end."""
_RETRY_S = 0.1

Code = str
TOO_LARGE: Code = "RESOURCE_EXHAUSTED/no-RetryInfo"
CUT: frozenset[Code] = frozenset({"UNAVAILABLE", "CANCELLED"})
"""What a caller meets while the server restarts. grpc ends a call that it has not handed over yet when the server stops with
CANCELLED, as if the caller had given it up (https://github.com/grpc/grpc/issues/41785)."""
TRANSIENT = CUT | {"RESOURCE_EXHAUSTED"}
"""After which a caller tries again."""
GIVEN_UP: Code = "given-up"
"""Not a status: the caller cancelled."""

_ENCODINGS = (
    pii_pb2.OFFSET_ENCODING_UNSPECIFIED,
    pii_pb2.OFFSET_ENCODING_CODE_POINTS,
    pii_pb2.OFFSET_ENCODING_UTF8_BYTES,
    pii_pb2.OFFSET_ENCODING_UTF16_CODE_UNITS,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request and the cases behind it; None: a document without a text. `ids`: what the documents are called."""

    request: Any
    cases: tuple[Case | None, ...]
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """`response`: where the code is OK; `retry_s`: of a refusal's RetryInfo; `said`: the status's message."""

    code: Code
    response: Any = None
    retry_s: float | None = None
    said: str = ""


class Caller:
    """Belongs to one channel. All of a process count in one `tally`."""

    def __init__(
        self, target: str, channel: grpc.aio.Channel, cases: Cases, tally: Tally, until: float, deadline_s: float, seed: int
    ) -> None:
        """`until`: when no call is begun any more, in seconds of `time.monotonic`; `deadline_s`: of a patient call."""
        self.target, self.channel, self.tally, self.until, self.deadline_s = target, channel, tally, until, deadline_s
        self.stub: Any = pii_pb2_grpc.PiiServiceStub(channel)
        self.rng = random.Random(seed)
        self._digest, self._tolerance = cases.digest, cases.tolerance
        by_kind: dict[str, list[Case]] = {}
        for case in cases.cases:
            by_kind.setdefault(case.kind, []).append(case)
        self._kinds = list(by_kind)
        self._weights = [KINDS[kind].sent for kind in self._kinds]
        # In an order of its own and all of them before one again, so that every text is sent.
        self._turns = {kind: self._in_turn(own) for kind, own in by_kind.items()}
        self._types = sorted({span.entity_type for case in cases.cases for a in case.answers.values() for span in a.spans})

    @property
    def over(self) -> bool:
        """Whether no call may begin."""
        return time.monotonic() >= self.until

    def single(self, *kinds: str) -> Asked:
        """A request of Detect with a text of one of `kinds`, of any where none is given."""
        (case,) = self._drawn(1, kinds)
        name = self._name()
        document = pii_pb2.Document(id=name, text=case.text)
        return Asked(pii_pb2.DetectRequest(document=document, options=self._options()), (case,), (name,))

    def batch(self, most: int, *kinds: str) -> Asked:
        """A request of BatchDetect with up to `most` documents, some of which have no text."""
        cases: list[Case | None] = list(self._drawn(self.rng.randint(1, most), kinds))
        if self.rng.random() < 0.1:
            cases.insert(self.rng.randint(0, len(cases)), None)
        names = tuple(self._name() for _ in cases)
        documents = [
            pii_pb2.Document(id=n, text=case.text) if case else pii_pb2.Document(id=n)
            for n, case in zip(names, cases, strict=True)
        ]
        return Asked(pii_pb2.BatchDetectRequest(documents=documents, options=self._options()), tuple(cases), names)

    async def call(
        self, method: Any, request: Any, *, name: str, deadline_s: float | None = None, allowed: Collection[Code] = ()
    ) -> Ended:
        """Makes one call; a status that is neither OK nor in `allowed` counts as undocumented."""
        self.tally.started += 1
        deadline_s = deadline_s or self.deadline_s
        try:
            async with asyncio.timeout(deadline_s + _GRACE_S):
                ended = Ended("OK", await method(request, timeout=deadline_s))
        except grpc.aio.AioRpcError as error:
            ended = _failed(error)
        except asyncio.CancelledError:
            # Only `fickle` cancels; where the program itself is ended, nobody reads this.
            self._ended(name, GIVEN_UP)
            raise
        except TimeoutError:
            self.tally.lost.append(f"{name} had not ended {_GRACE_S:g} s after its deadline")
            ended = Ended("NONE")
        self._ended(name, ended.code)
        if ended.code not in ("OK", "NONE", *allowed):
            self.tally.undocumented.append(f"{name} ended with {ended.code}: {ended.said}")
        return ended

    async def answered(self, method: Any, asked: Asked, *, name: str) -> None:
        """Makes the call, again while the server is busy or restarts, and compares the answer; without one it is lost."""
        until = time.monotonic() + self.deadline_s
        while True:
            ended = await self.call(method, asked.request, name=name, allowed=TRANSIENT)
            if ended.code == "OK":
                self.compare(asked, ended.response, name)
                return
            if ended.code not in TRANSIENT or time.monotonic() > until:
                self.tally.lost.append(f"{name} has no answer, last status {ended.code}")
                return
            await asyncio.sleep(ended.retry_s or _RETRY_S)

    def compare(self, asked: Asked, response: Any, name: str) -> None:
        """Counts what was answered, and what of it is wrong."""
        try:
            self._compare(asked, response)
        except WrongAnswerError as error:
            kinds = sorted({case.kind for case in asked.cases if case})
            self.tally.wrong.append(f"{name} of {', '.join(kinds)}: {error}")

    def _compare(self, asked: Asked, response: Any) -> None:
        options = asked.request.options
        if response.model.digest != self._digest:
            raise WrongAnswerError("the answer of another bundle")
        if response.offset_encoding != (options.offset_encoding or pii_pb2.OFFSET_ENCODING_CODE_POINTS):
            raise WrongAnswerError("another offset encoding than asked for")
        if response.operating_point != options.operating_point:
            raise WrongAnswerError("another operating point than asked for")
        single = isinstance(response, pii_pb2.DetectResponse)
        results = [response] if single else list(response.results)
        if [each.id for each in results] != list(asked.ids):
            raise WrongAnswerError("results of other documents than were sent")
        for index, (case, result) in enumerate(zip(asked.cases, results, strict=True)):
            if case is None:
                if result.WhichOneof("outcome") != "error" or result.error.field != f"documents[{index}].text":
                    raise WrongAnswerError("a document without a text that was not refused")
                continue
            holds = result.HasField("result" if single else "findings")
            if not holds:
                raise WrongAnswerError("a document without a result")
            self.tally.flips += compare(
                case,
                result.result if single else result.findings,
                answer=case.answers[variant(_POINTS[options.operating_point], not options.without_structure)],
                encoding=response.offset_encoding,
                entity_types=options.entity_types,
                top_features=options.top_features if options.HasField("top_features") else DEFAULT_TOP_FEATURES,
                tolerance=self._tolerance,
            )
            self.tally.documents += 1
            self.tally.tokens += case.tokens

    def _ended(self, name: str, code: Code) -> None:
        self.tally.ended += 1
        self.tally.calls[f"{name} {code}"] += 1

    def _options(self) -> pii_pb2.DetectOptions:
        rng = self.rng
        return pii_pb2.DetectOptions(
            entity_types=rng.sample(self._types, min(3, len(self._types))) if rng.random() < 0.1 else (),
            top_features=rng.choice((None, None, None, 0, 3, 64)),
            offset_encoding=rng.choice(_ENCODINGS),
            operating_point=POINT_ON_THE_WIRE[rng.choice(OPERATING_POINTS)],
            without_structure=rng.random() < 0.2,
        )

    def _drawn(self, count: int, kinds: Sequence[str]) -> list[Case]:
        known = [kind for kind in kinds if kind in self._turns] or self._kinds
        weights = [KINDS[kind].sent for kind in known]
        return [next(self._turns[kind]) for kind in self.rng.choices(known, weights, k=count)]

    def _in_turn(self, cases: Sequence[Case]) -> Iterator[Case]:
        while True:
            yield from self.rng.sample(cases, len(cases))

    def _name(self) -> str:
        return f"{self.rng.getrandbits(64):x}"


def _failed(error: grpc.aio.AioRpcError) -> Ended:
    code, delay = error.code().name, retry_s(error.trailing_metadata())
    return Ended(TOO_LARGE if code == "RESOURCE_EXHAUSTED" and delay is None else code, retry_s=delay, said=error.details() or "")


_POINTS = {value: name for name, value in POINT_ON_THE_WIRE.items()}
