"""Log lines as a process writes them to stderr."""

from __future__ import annotations

import json
import logging
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from served import served
from test_drain import detect, ready

from service.logs import JsonFormatter

CANARY = "canary-9d21"
# What goes wrong where nobody catches it, each with a message that must not be seen.
FAULTS = {
    "at top level": "raise ValueError(text)",
    "with a cause": "try:\n    raise KeyError(text)\nexcept KeyError as error:\n    raise ValueError(text) from error",
    "in a thread": "thread = threading.Thread(target=lambda: int(text)); thread.start(); thread.join()",
    "in a finalizer": "class Breaks:\n    def __del__(self): raise ValueError(text)\nBreaks()",
    "in a callback": (
        "async def main(): asyncio.get_running_loop().call_soon(int, text); await asyncio.sleep(0)\nasyncio.run(main())"
    ),
    "in a task": (
        "async def fails(): raise ValueError(text)\n"
        "async def main(): asyncio.ensure_future(fails()); await asyncio.sleep(0.01)\n"
        "asyncio.run(main())"
    ),
    "logged by a library": (
        "try:\n    raise ValueError(text)\nexcept ValueError:\n    logging.getLogger('other').exception('saw %s', text)"
    ),
}


def run(statements: str, log_format: str, level: str = "info") -> str:
    """The stderr of a program with our logs."""
    program = f"""
import asyncio, logging, sys, threading, warnings
from service.logs import configure
configure({log_format!r}, {level!r})
text = sys.argv[1]
{statements}
"""
    done = subprocess.run([sys.executable, "-c", program, CANARY], capture_output=True, text=True, check=False)
    return done.stderr


def fields(stderr: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stderr.splitlines()]


@pytest.mark.parametrize("log_format", ["text", "json"])
@pytest.mark.parametrize("fault", FAULTS)
def test_an_exception_is_logged_without_what_it_says(fault: str, log_format: str) -> None:
    stderr = run(FAULTS[fault], log_format)
    assert CANARY not in stderr
    assert "ValueError at " in stderr
    (line,) = stderr.splitlines()
    if log_format == "json":
        assert json.loads(line)["level"] in ("critical", "error")
    else:
        assert re.match(r"[\d-]+ [\d:,]+ (CRITICAL|ERROR) \S+: ", line)


def test_a_json_line_has_time_level_logger_message_and_the_fields_of_its_event() -> None:
    (line,) = fields(run("logging.getLogger('service.x').info('took %d s', 3, extra={'seconds': 3, 'level': 'x'})", "json"))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line.pop("time"))
    assert line == {"level": "info", "logger": "service.x", "message": "took 3 s", "seconds": 3}


def test_a_value_that_json_does_not_know_is_named_and_not_shown() -> None:
    record = logging.makeLogRecord({"msg": "a\nb", "levelname": "INFO", "error": ValueError(CANARY)})
    line = JsonFormatter().format(record)
    assert "\n" not in line
    assert json.loads(line)["error"] == "ValueError"


def test_warnings_are_log_lines() -> None:
    (line,) = fields(run("warnings.warn('old')", "json"))
    assert (line["logger"], line["level"]) == ("py.warnings", "warning")


@pytest.mark.parametrize(("level", "shown"), [("debug", 4), ("info", 3), ("warning", 2), ("error", 0)])
def test_the_level_is_that_of_our_own_lines_and_others_say_no_more_than_warnings(level: str, shown: int) -> None:
    ours = "ours = logging.getLogger('probes.x'); ours.debug('1'); ours.info('2'); ours.warning('3')"
    others = "others = logging.getLogger('other'); others.debug('4'); others.info('5'); others.warning('6')"
    assert len(run(f"{ours}\n{others}", "text", level).splitlines()) == shown


def test_a_server_logs_its_life_in_text_as_in_json() -> None:
    for log_format in ("text", "json"):
        with served(log_format=log_format) as server:
            server.wait_for("ready on")
            limits = Path(f"/proc/{server.process.pid}/limits").read_text()
            filtered = int(Path(f"/proc/{server.process.pid}/coredump_filter").read_text(), 16)
            server.process.send_signal(signal.SIGTERM)
            assert server.process.wait(10) == 0
            steps = [
                "listening on",
                "metrics on",
                "ready on 127.0.0.1:",
                "SIGTERM: draining",
                "not serving",
                "new calls are refused",
                "stopped",
            ]
            messages = [line["message"] for line in server.lines] if log_format == "json" else server.logged.splitlines()
            assert all(step in message for step, message in zip(steps, messages, strict=True))
            # A crash would write no memory to disk.
            assert re.search(r"Max core file size +0 +0 ", limits)
            assert filtered == 0


def test_what_grpc_says_of_a_bad_connection_is_no_line_of_its_own() -> None:
    with served() as server, ready(server) as channel:
        host, port = server.target.split(":")
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(f"GET /{CANARY} HTTP/1.1\r\n\r\n".encode())
            connection.recv(1000)
        detect(channel, "a@example.com")
        assert server.events == ["listening", "metrics", "ready"]
        assert CANARY not in server.logged
