"""A whole soak: right answers first, then servers one after the other under the same crowd of clients."""

from __future__ import annotations

import math
import random
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from service.bench.process import SERVE, ServerProcess
from service.detector import Detector
from service.process import free_port
from service.soak.client import Plan
from service.soak.crowd import Client, Crowd
from service.soak.expected import expected
from service.soak.results import Generation, Results
from service.soak.texts import SEED, texts
from service.soak.watcher import Watcher

_RESTART_AT = 0.2
"""Share of the time after which the server is restarted: early, so that the second one's memory is watched for long."""

_CROWD: Sequence[Mapping[str, int]] = (
    {"steady": 6},
    {"steady": 4, "fickle": 2, "flood": 1},
    {"watch": 1, "garbage": 1, "bytes": 1},
)
_VICTIM: Mapping[str, int] = {"steady": 4, "watch": 1}
_VICTIM_LIVES_S = (5.0, 30.0)
_TEXTS_A_MINUTE, _FEWEST_TEXTS, _MOST_TEXTS = 100, 300, 3000
_SAMPLES = 600
_LEAST_INTERVAL_S = 0.25
_FIRST_ANSWER_S = 60.0
_SETTLE_S = 2.0
"""Until a server has seen that its clients are gone."""


@dataclass(frozen=True, slots=True)
class Setup:
    """`minutes`: of load; `environment`: settings of the server; `command`: starts it; `seed`: of the traffic."""

    minutes: float
    batch_tokens: int
    environment: Mapping[str, str]
    command: Sequence[str] = SERVE
    seed: int = SEED


def soak(setup: Setup, detector: Detector, *, command: str, say: Callable[[str], None] = lambda _: None) -> Results:
    """Raises ProbesError where a server does not start."""
    say("working out the right answers")
    count = max(_FEWEST_TEXTS, min(_MOST_TEXTS, round(_TEXTS_A_MINUTE * setup.minutes)))
    cases, noise = expected(detector, texts(count, setup.seed), setup.batch_tokens, say)
    crowd = Crowd()
    with tempfile.TemporaryDirectory(prefix="piiprobe-soak-") as folder, closing(crowd):
        file = Path(folder) / "cases.json"
        cases.save(file)
        say(f"{len(cases.cases):,} texts, {setup.minutes:g} minutes of load")
        servers = _Servers(setup, crowd)
        with closing(servers):
            servers.begin()
            _load(setup, servers, crowd, str(file), say)
            tally = crowd.finished()
            time.sleep(_SETTLE_S)
            servers.end()
    return Results(
        command=command,
        minutes=setup.minutes,
        digest=detector.digest,
        texts=len(cases.cases),
        noise=noise,
        tolerance=cases.tolerance,
        tally=tally,
        killed=crowd.killed,
        unseen=crowd.unseen,
        generations=tuple(servers.generations),
    )


def _load(setup: Setup, servers: _Servers, crowd: Crowd, cases: str, say: Callable[[str], None]) -> None:
    """Until the time is over; the clients may still have calls then."""
    rng = random.Random(setup.seed)
    began = time.monotonic()
    seconds = 60 * setup.minutes

    def join(roles: Mapping[str, int]) -> Client:
        return crowd.join(Plan(servers.target, cases, roles, seconds, seed=rng.getrandbits(32)))

    for roles in _CROWD:
        join(roles)
    # Programs take their time to start, and the time until the restart is short.
    while not crowd.documents and time.monotonic() - began < _FIRST_ANSWER_S:
        time.sleep(0.05)
    began = time.monotonic()
    restart_at = _RESTART_AT * seconds
    while (passed := time.monotonic() - began) < seconds:
        if restart_at <= passed:
            say(f"SIGTERM after {crowd.documents:,} documents, and a new server")
            servers.end()
            servers.begin()
            restart_at = math.inf
        # It would live longer than it is let.
        victim = join(_VICTIM)
        time.sleep(max(0.0, min(rng.uniform(*_VICTIM_LIVES_S), seconds - passed, max(restart_at - passed, 1.0))))
        crowd.kill(victim)


class _Servers:
    """One after the other at one address."""

    def __init__(self, setup: Setup, crowd: Crowd) -> None:
        self._port = free_port()
        self.target = f"127.0.0.1:{self._port}"
        self.generations: list[Generation] = []
        self._setup, self._crowd = setup, crowd
        self._server: ServerProcess | None = None

    def begin(self) -> None:
        """Starts a server and waits until it serves."""
        self._server = ServerProcess.start(self._setup.environment, self._setup.command, self._port)
        every_s = max(_LEAST_INTERVAL_S, 60 * self._setup.minutes / _SAMPLES)
        url = f"http://{self._server.metrics_target}/metrics"
        self._watcher = Watcher(self._server.pid, url, every_s, lambda: self._crowd.documents)
        self._at_start = self._watcher.handles()
        self._watcher.start()

    def end(self) -> None:
        """Ends it with SIGTERM, whoever is calling."""
        assert self._server is not None
        self._watcher.stop()
        at_end = self._watcher.handles()
        began = time.monotonic()
        code = self._server.stop()
        self.generations.append(
            Generation(self._server.ready_s, time.monotonic() - began, code, tuple(self._watcher.samples), self._at_start, at_end)
        )

    def close(self) -> None:
        """Ends the one that runs, if any."""
        if self._server is not None:
            self._server.stop()
