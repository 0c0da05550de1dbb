"""Bearer tokens: who may call anything but health."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeAlias

import grpc

from piiprobe.tokens import read_tokens
from service.observer import Rejection
from service.reloaded import Reloaded

# Subscripted, it exists for type checkers only.
Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
Context = grpc.aio.ServicerContext[Any, Any]

_OPEN = "/grpc.health.v1.Health/"
_MESSAGE = "a valid bearer token is required"
# 96 bits where letters are random, which nobody guesses over a network.
_SHORTEST = 16


class Auth(grpc.aio.ServerInterceptor):
    """Answers UNAUTHENTICATED where a call has no `authorization: Bearer` with a token of `token_file`; health needs none.

    Stands outside `Guard`: nothing of a refused call is unpacked or looked up, so the answer is the same whether the method
    exists or not. Calls `on_rejected` with "unauthenticated" for each. The file is read again when it changes.
    """

    def __init__(self, token_file: Path, on_rejected: Callable[[Rejection], None] = lambda _: None) -> None:
        """Raises `StartError` where the file cannot be read, holds no token, or one that is too short."""
        self._digests = Reloaded("token_file", [token_file], lambda: _digests(token_file))
        self._on_rejected = on_rejected
        # A streaming handler is called before a message is there: what a refused caller sends is never put together, whatever the
        # kind of the method.
        self._refusal: Handler = grpc.stream_stream_rpc_method_handler(self._refuse)

    async def intercept_service(
        self, continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Handler | None]], details: grpc.HandlerCallDetails
    ) -> Handler | None:
        if details.method.startswith(_OPEN) or self._knows(details):
            return await continuation(details)
        return self._refusal

    def _knows(self, details: grpc.HandlerCallDetails) -> bool:
        headers = [value for name, value in details.invocation_metadata or () if name == "authorization"]
        if len(headers) != 1:
            return False
        scheme, _, token = str(headers[0]).partition(" ")
        digest = sha256(token.strip().encode()).digest()
        known = False
        for each in self._digests.current():
            known |= hmac.compare_digest(each, digest)
        return known and scheme.lower() == "bearer"

    async def _refuse(self, requests: object, context: Context) -> None:
        self._on_rejected("unauthenticated")
        await context.abort(grpc.StatusCode.UNAUTHENTICATED, _MESSAGE)


def _digests(token_file: Path) -> tuple[bytes, ...]:
    tokens = read_tokens(token_file)
    if any(len(token) < _SHORTEST for token in tokens):
        raise ValueError(f"a token is shorter than {_SHORTEST} characters")
    return tuple(sha256(token.encode()).digest() for token in tokens)
