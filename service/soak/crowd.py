"""The client programs: started, heard, killed."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field

from service.soak.client import Plan
from service.soak.tally import Tally

_END_WITHIN_S = 240.0


@dataclass(slots=True)
class Client:
    """A running program, the thread that reads what it tells, and what it told."""

    process: subprocess.Popen[str]
    reader: threading.Thread
    tally: Tally = field(default_factory=Tally)


class Crowd:
    """Clients that play plans; `tally` is what all of them together have counted so far."""

    def __init__(self) -> None:
        self.killed = 0
        self.unseen = 0
        """Calls of killed clients that had begun and whose end nobody has seen."""
        self._tally = Tally()
        self._lock = threading.Lock()
        self._clients: list[Client] = []

    @property
    def documents(self) -> int:
        """Answered and compared."""
        return self._tally.documents

    def join(self, plan: Plan) -> Client:
        """Starts a client."""
        process = subprocess.Popen(
            [sys.executable, "-m", "service.soak.client"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert process.stdin is not None
        process.stdin.write(plan.as_json())
        process.stdin.close()
        client = Client(process, threading.Thread())
        client.reader = threading.Thread(target=self._hear, args=(client,), daemon=True)
        client.reader.start()
        self._clients.append(client)
        return client

    def kill(self, client: Client) -> None:
        """With SIGKILL, whatever it is doing."""
        self._clients.remove(client)
        client.process.send_signal(signal.SIGKILL)
        client.process.wait()
        client.reader.join()
        self.killed += 1
        self.unseen += client.tally.started - client.tally.ended

    def finished(self) -> Tally:
        """Waits until every client has ended; what all have counted. Calls whose end was not seen are lost, and so is all that a
        client may have seen that broke."""
        for client in self._clients:
            try:
                code = client.process.wait(_END_WITHIN_S)
            except subprocess.TimeoutExpired:
                code = None
                client.process.kill()
            client.reader.join()
            unseen = client.tally.started - client.tally.ended
            if code != 0 or unseen:
                self._tally.lost.append(f"a client ended with {code}, {unseen} of its calls had not")
        return self._tally

    def close(self) -> None:
        """Kills those that still run."""
        for client in self._clients:
            client.process.kill()

    def _hear(self, client: Client) -> None:
        assert client.process.stdout is not None
        for line in client.process.stdout:
            # A killed one may leave half a line.
            if line.endswith("\n"):
                told = Tally.of(line)
                with self._lock:
                    client.tally.add(told)
                    self._tally.add(told)
