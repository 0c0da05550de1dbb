"""Calls that no gRPC library would make: HTTP/2 by hand, with headers, frames and ends that break the protocol."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import Literal

import grpc
import h2.config
import h2.connection
import h2.events
import h2.exceptions
from fuzzing import CANARY, METHODS, WITHIN_S, corrupt, valid
from hypothesis import strategies as st

_DETECT = next(method for method in METHODS if method.name == "Detect")
_CODES = {code.value[0]: code for code in grpc.StatusCode}
End = Literal["half-close", "reset", "drop"]


@dataclass(frozen=True)
class Attack:
    """A call: its headers, its body in pieces, and how the caller leaves it."""

    headers: tuple[tuple[bytes, bytes], ...]
    body: tuple[bytes, ...]
    end: End


@dataclass(frozen=True)
class Outcome:
    """How the server ended the call: with a gRPC status, or by refusing the stream or the connection."""

    code: grpc.StatusCode | None
    said: bytes


def attack(target: str, call: Attack) -> Outcome | None:
    """Makes the call on a connection of its own; None where the caller left it. Raises TimeoutError where the server hangs."""
    host, port = target.split(":")
    # As given: nothing is put right on the way.
    config = h2.config.H2Configuration(
        header_encoding=None,
        validate_outbound_headers=False,
        normalize_outbound_headers=False,
        validate_inbound_headers=False,
    )
    http = h2.connection.H2Connection(config)
    with socket.create_connection((host, int(port)), timeout=WITHIN_S) as connection:
        http.initiate_connection()
        http.send_headers(1, call.headers)
        try:
            for piece in call.body:
                for at in range(0, len(piece), 16_384):
                    http.send_data(1, piece[at : at + 16_384])
            if call.end == "half-close":
                http.end_stream(1)
            elif call.end == "reset":
                http.reset_stream(1)
            connection.sendall(http.data_to_send())
            return _outcome(connection, http) if call.end == "half-close" else None
        except ConnectionError:
            return Outcome(None, b"")


def garbage(target: str, wire: bytes) -> None:
    """Sends bytes after the preface of HTTP/2, and leaves."""
    host, port = target.split(":")
    with socket.create_connection((host, int(port)), timeout=WITHIN_S) as connection:
        connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0" + wire)


def _outcome(connection: socket.socket, http: h2.connection.H2Connection) -> Outcome:
    status: int | None = None
    said = b""
    while data := connection.recv(65_536):
        for event in http.receive_data(data):
            if isinstance(event, (h2.events.ResponseReceived, h2.events.TrailersReceived)):
                headers = dict(event.headers)
                said += repr(headers).encode()
                status = int(headers[b"grpc-status"]) if b"grpc-status" in headers else status
            elif isinstance(event, (h2.events.StreamEnded, h2.events.StreamReset)):
                return Outcome(None if status is None else _CODES[status], said)
            elif isinstance(event, h2.events.ConnectionTerminated):
                return Outcome(None, said)
        connection.sendall(http.data_to_send())
    return Outcome(None, said)


def _frame(flag: int, declared: int, payload: bytes) -> bytes:
    return bytes([flag]) + declared.to_bytes(4, "big") + payload


@st.composite
def _frames(draw: st.DrawFn) -> bytes:
    # No longer, since HTTP/2 lets nobody send more than 65,535 bytes before the peer has said something.
    payload = draw(st.one_of(valid(_DETECT), corrupt(_DETECT)))[:20_000]
    declared = draw(st.one_of(st.just(len(payload)), st.just(len(payload)), st.integers(0, 2**32 - 1)))
    return _frame(draw(st.sampled_from([0, 0, 0, 1, 2, 255])), declared, payload)


_ASCII = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=20).map(str.encode)
_PATHS = st.one_of(
    st.sampled_from([method.path.encode() for method in METHODS]),
    st.sampled_from([b"/", b"", b"//", b"Detect", b"/piiprobe.v1.PiiService/", b"/piiprobe.v1.PiiService/detect", b"/x" * 3000]),
    _ASCII.map(b"/piiprobe.v1.PiiService/".__add__),
)
_EXTRA = st.one_of(
    st.tuples(_ASCII.map(bytes.lower).map(b"x-".__add__), st.binary(max_size=20)),
    st.tuples(st.just(b"x-canary"), st.just(CANARY.encode())),
    st.sampled_from(
        [
            (b"x-bin", b"not base64!"),
            (b"X-Upper", b"1"),
            (b"x-long", b"x" * 9000),
            (b"x-longer", b"x" * 20_000),
            (b"grpc-status", b"0"),
            (b"grpc-message", b"%zz"),
            (b"grpc-tags-bin", b"AAAA"),
            (b"grpc-previous-rpc-attempts", b"-1"),
            (b":unknown", b"1"),
            (b"connection", b"close"),
            (b"content-length", b"3"),
            (b"host", b"elsewhere"),
            (b"", b"nameless"),
        ]
    ),
)


def _one_of(name: bytes, usual: bytes, *others: bytes) -> st.SearchStrategy[list[tuple[bytes, bytes]]]:
    given = st.sampled_from([usual] * 6 + list(others)).map(lambda value: [(name, value)])
    return st.one_of(given, given, given, st.just([]))


_HEADERS = st.tuples(
    _one_of(b":method", b"POST", b"GET", b"PUT", b"post", b""),
    _one_of(b":scheme", b"http", b"https", b"ftp"),
    st.one_of(_PATHS, st.just(_DETECT.path.encode())).map(lambda path: [(b":path", path)]),
    _one_of(b":authority", b"localhost", b"", b"\xff"),
    _one_of(b"te", b"trailers", b"gzip"),
    _one_of(b"content-type", b"application/grpc", b"application/grpc+json", b"text/plain", b"\xff"),
    _one_of(b"grpc-timeout", b"5S", b"0n", b"1n", b"99999999H", b"-1S", b"999999999S", b"1x", b""),
    _one_of(b"grpc-encoding", b"identity", b"gzip", b"deflate", b"bogus", b"\xff"),
    _one_of(b"grpc-accept-encoding", b"identity", b"gzip", b"bogus,,"),
    st.lists(_EXTRA, max_size=3),
).map(lambda parts: tuple(header for part in parts for header in part))

_BODIES = st.lists(_frames(), max_size=2).map(tuple)
_ENDS: st.SearchStrategy[End] = st.sampled_from(["half-close", "half-close", "half-close", "half-close", "reset", "drop"])

attacks = st.builds(Attack, _HEADERS, _BODIES, _ENDS)
"""Calls of every kind; many are right in all but one thing."""
