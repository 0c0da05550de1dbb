"""What the blocking client and the one for event loops have in common: how they connect, and what they know of the server."""

from __future__ import annotations

import os
import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, Generic, TypeVar

import grpc
from google.protobuf.message import Message

from piiprobe import exchanges
from piiprobe.channel import Connection, Pem
from piiprobe.errors import ForkedClientError, PiiprobeError
from piiprobe.exchanges import Plan
from piiprobe.results import ModelInfo
from piiprobe.retries import Retries

_Channel = TypeVar("_Channel", grpc.Channel, grpc.aio.Channel)

PII_SERVICE = "piiprobe.v1.PiiService"


class BaseClient(ABC, Generic[_Channel]):
    """Opens a channel with the first call and not earlier, so that a client can be made before a process forks and used after."""

    def __init__(
        self,
        target: str = "127.0.0.1:50051",
        *,
        timeout: float = 30.0,
        retry_for: float = 10.0,
        credentials: grpc.ChannelCredentials | None = None,
        token: str | None = None,
        ca: Pem | None = None,
        certificate: Pem | None = None,
        key: Pem | None = None,
        server_name: str | None = None,
    ) -> None:
        """Connects with the first call. Without `ca`, `certificate` or `credentials` the connection is not encrypted.

        Args:
            target: a gRPC target such as `127.0.0.1:50051`, `dns:///pii.example:50051` or `unix:/run/piiprobe.sock`. Calls
                take the addresses of a name in turn.
            timeout: the deadline in seconds of a call that names no other, with all its attempts.
            retry_for: seconds for which a call is made again while the server is UNAVAILABLE; 0 for never. An overloaded server
                is asked again after the time that it names, until the deadline.
            credentials: how to connect, in place of `ca`, `certificate` and `key`.
            token: a bearer token, sent with every call.
            ca: who may have signed the server's certificate; those that grpc ships where only `certificate` is given.
            certificate: the client's own, where the server asks for one.
            key: that of `certificate`.
            server_name: the name in the server's certificate, where it is not that of `target`.

        Raises:
            ValueError: the arguments contradict each other, or `token` would leave this machine unencrypted.
            OSError: a file of `ca`, `certificate` or `key` cannot be read.
        """
        self._connection = Connection(
            target, credentials=credentials, token=token, ca=ca, certificate=certificate, key=key, server_name=server_name
        )
        self._timeout = timeout
        self._retry_for = retry_for
        self._opening = threading.Lock()
        self._channel: _Channel | None = None
        self._known_methods: Mapping[type[Message], Any] = {}
        self._process = 0
        self._closed = False
        self._info: ModelInfo | None = None

    @abstractmethod
    def _open(self) -> _Channel: ...

    def _method(self, request: type[Message]) -> Any:
        """What to call with such a request; opens the channel."""
        if self._channel is None and not self._closed:
            with self._opening:
                if self._channel is None:
                    channel = self._open()
                    self._known_methods, self._process = exchanges.methods(channel), os.getpid()
                    self._channel = channel
        if self._is_forked:
            raise ForkedClientError
        if self._closed:
            raise PiiprobeError("CANCELLED", "the client is closed")
        return self._known_methods[request]

    @property
    def _is_forked(self) -> bool:
        # The threads that the channel needs are the parent's: a call would wait for them for ever.
        return self._channel is not None and self._process != os.getpid()

    def _taken_channel(self) -> _Channel | None:
        """The channel to close, if there is one and it is this process's; no call is made any more."""
        self._closed = True
        return None if self._is_forked else self._channel

    def _retries(self, timeout: float | None, *, once: bool = False) -> Retries:
        return Retries(self._timeout if timeout is None else timeout, 0.0 if once else self._retry_for)

    def _limits(self) -> Plan[ModelInfo]:
        """What the server accepts, asked once."""
        if self._info is None:
            self._info = yield exchanges.model_info()
        return self._info


def checked_in_flight(in_flight: int) -> int:
    """Raises ValueError for what is no number of documents."""
    if in_flight < 1:
        raise ValueError("in_flight is a number of documents, 1 or more")
    return in_flight
