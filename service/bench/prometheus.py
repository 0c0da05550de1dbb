"""A Prometheus of its own beside the server that is watched, and what it answers to PromQL."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import urlopen

from probes.errors import ProbesError
from service.process import free_port, stop

_READY_WITHIN_S = 30.0
_ANSWER_WITHIN_S = 30.0


@dataclass(frozen=True, slots=True)
class Series:
    """One series of an answer: its labels, and the values at Unix times, NaN where there is none."""

    labels: Mapping[str, str]
    times: tuple[float, ...]
    values: tuple[float, ...]


class Prometheus:
    """The HTTP API at `url`."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    def ask(self, path: str, **arguments: Any) -> Any:
        """The `data` of an answer. Raises ProbesError where there is none, which for a query means that it is wrong."""
        query = f"?{urlencode(arguments)}" if arguments else ""
        try:
            with urlopen(f"{self.url}/api/v1/{path}{query}", timeout=_ANSWER_WITHIN_S) as answer:
                return json.load(answer)["data"]
        except HTTPError as error:
            raise ProbesError(f"{path} {arguments}: {json.load(error).get('error')}") from None
        except (OSError, ValueError) as error:
            raise ProbesError(f"no Prometheus answers at {self.url}: {error}") from None

    def query(self, expression: str, at: float | None = None) -> list[Series]:
        """The value of `expression` at a Unix time, now where None."""
        data = self.ask("query", query=expression, **({} if at is None else {"time": at}))
        if data["resultType"] == "scalar":
            return [_series({"metric": {}, "values": [data["result"]]})]
        return [_series({"metric": each["metric"], "values": [each["value"]]}) for each in data["result"]]

    def query_range(self, expression: str, start: float, end: float, step: float) -> list[Series]:
        """The values of `expression` from one Unix time to another, every `step` seconds."""
        data = self.ask("query_range", query=expression, start=start, end=end, step=step)
        return [_series(each) for each in data["result"]]

    def is_ready(self) -> bool:
        """Whether it answers queries."""
        try:
            with urlopen(f"{self.url}/-/ready", timeout=1):
                return True
        except URLError:
            return False


@contextmanager
def watching(targets: Mapping[str, str], rules: Path, *, interval_s: float = 1) -> Iterator[Prometheus]:
    """A Prometheus that scrapes HOST:PORT of each job, and evaluates `rules`, every `interval_s` seconds until the block ends.

    Groups of rules with a longer interval get this one too, or nothing would be seen of them in minutes.

    Raises:
        ProbesError: `prometheus` is not installed, or not ready in time.
    """
    with tempfile.TemporaryDirectory(prefix="piiprobe-prometheus-") as name:
        folder = Path(name)
        text = rules.read_text(encoding="utf-8")
        (folder / "rules.yaml").write_text(re.sub(r"(?m)^    interval: .*\n", "", text), encoding="utf-8")
        interval = f"{round(interval_s * 1000)}ms"
        configuration = {
            "global": {"scrape_interval": interval, "scrape_timeout": interval, "evaluation_interval": interval},
            "rule_files": ["rules.yaml"],
            "scrape_configs": [{"job_name": job, "static_configs": [{"targets": [target]}]} for job, target in targets.items()],
        }
        # JSON is YAML.
        (folder / "prometheus.yaml").write_text(json.dumps(configuration), encoding="utf-8")
        address = f"127.0.0.1:{free_port()}"
        command = (
            "prometheus",
            f"--config.file={folder / 'prometheus.yaml'}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address={address}",
            "--log.level=error",
        )
        try:
            process = subprocess.Popen(command)
        except OSError as error:
            raise ProbesError(f"prometheus cannot be started: {error}") from None
        try:
            prometheus = Prometheus(f"http://{address}")
            _wait(process, prometheus)
            yield prometheus
        finally:
            stop(process)


def _wait(process: subprocess.Popen[bytes], prometheus: Prometheus) -> None:
    deadline = time.monotonic() + _READY_WITHIN_S
    while not prometheus.is_ready():
        if process.poll() is not None:
            raise ProbesError(f"prometheus ended with code {process.returncode}")
        if time.monotonic() > deadline:
            raise ProbesError(f"prometheus was not ready within {_READY_WITHIN_S:g} s")
        time.sleep(0.1)


def _series(each: Mapping[str, Any]) -> Series:
    times, values = zip(*each["values"], strict=True)
    return Series(each["metric"], times, tuple(map(float, values)))
