"""Who may call what, on a real port."""

from __future__ import annotations

import hmac
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from conftest import Running, Start
from fakes import BREAKS
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from prometheus_client import generate_latest

from piiprobe.v1 import pii_pb2
from service.auth import Auth
from service.errors import StartError

ONE, TWO = "an-invented-token-0123", "another.invented~token/45=="
CALLS = {
    "Detect": pii_pb2.DetectRequest(document=pii_pb2.Document(text="a@example.com")),
    "BatchDetect": pii_pb2.BatchDetectRequest(documents=[pii_pb2.Document(text="a@example.com")]),
    "GetModelInfo": pii_pb2.GetModelInfoRequest(),
    "ListEntityTypes": pii_pb2.ListEntityTypesRequest(),
}
REFUSED = (grpc.StatusCode.UNAUTHENTICATED, "a valid bearer token is required", ())
WRONG: dict[str, tuple[tuple[str, str], ...]] = {
    "none": (),
    "empty": (("authorization", ""),),
    "scheme alone": (("authorization", "Bearer "),),
    "no scheme": (("authorization", ONE),),
    "another scheme": (("authorization", f"Basic {ONE}"),),
    "another token": (("authorization", "Bearer an-invented-token-0124"),),
    "a beginning": (("authorization", f"Bearer {ONE[:-1]}"),),
    "more": (("authorization", f"Bearer {ONE}4"),),
    "both tokens": (("authorization", f"Bearer {ONE} {TWO}"),),
    "twice": (("authorization", f"Bearer {ONE}"), ("authorization", f"Bearer {ONE}")),
    "another header": (("x-authorization", f"Bearer {ONE}"),),
}


def bearer(token: str, scheme: str = "Bearer") -> tuple[tuple[str, str], ...]:
    return (("authorization", f"{scheme} {token}"),)


@pytest.fixture
def tokens(tmp_path: Path) -> Path:
    path = tmp_path / "tokens"
    path.write_text(f"# the pipeline\n{ONE}\n\n  {TWO}\n")
    return path


async def outcome(call: Any) -> tuple[grpc.StatusCode, str, Any]:
    """What a caller sees of a call that fails."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    error = caught.value
    return error.code(), error.details(), tuple(error.trailing_metadata())


@pytest.mark.parametrize("metadata", WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("method", CALLS)
async def test_a_call_without_a_known_token_is_refused(
    start: Start, tokens: Path, method: str, metadata: tuple[tuple[str, str], ...]
) -> None:
    server = await start(token_file=tokens)
    assert await outcome(getattr(server.stub, method)(CALLS[method], metadata=metadata)) == REFUSED
    assert not server.detector.seen


@pytest.mark.parametrize("metadata", [bearer(ONE), bearer(TWO), bearer(TWO, "bearer"), bearer(ONE, "BEARER")])
async def test_a_call_with_any_of_the_tokens_is_answered(
    start: Start, tokens: Path, metadata: tuple[tuple[str, str], ...]
) -> None:
    server = await start(token_file=tokens)
    for method, asked in CALLS.items():
        assert await getattr(server.stub, method)(asked, metadata=metadata)


async def test_health_needs_no_token_and_reflection_does(start: Start, tokens: Path) -> None:
    server = await start(token_file=tokens, reflection=True)
    health = health_pb2_grpc.HealthStub(server.channel)
    serving = health_pb2.HealthCheckResponse.SERVING
    assert (await health.Check(health_pb2.HealthCheckRequest())).status == serving
    assert (await health.Watch(health_pb2.HealthCheckRequest()).read()).status == serving
    listed = reflection_pb2_grpc.ServerReflectionStub(server.channel).ServerReflectionInfo
    asked = [reflection_pb2.ServerReflectionRequest(list_services="")]
    assert await outcome(listed(iter(asked)).read()) == REFUSED
    assert (await listed(iter(asked), metadata=bearer(ONE)).read()).HasField("list_services_response")


async def test_a_caller_without_a_token_cannot_tell_which_methods_exist(start: Start, tokens: Path) -> None:
    server = await start(token_file=tokens)
    for path in ("/piiprobe.v1.PiiService/Nothing", "/nothing.v1.Nothing/At", "/grpc.health.v1.Healthy/Check", "nonsense"):
        method = server.channel.unary_unary(path)
        assert await outcome(method(b"")) == REFUSED
    known = server.channel.unary_unary("/nothing.v1.Nothing/At")
    assert (await outcome(known(b"", metadata=bearer(ONE))))[0] is grpc.StatusCode.UNIMPLEMENTED


async def test_what_is_refused_is_known_to_the_guard_too(start: Start, tokens: Path) -> None:
    server = await start(token_file=tokens)
    broken = pii_pb2.DetectRequest(document=pii_pb2.Document(text=BREAKS))
    code, message, _ = await outcome(server.stub.Detect(broken, metadata=bearer(ONE)))
    assert (code, message) == (grpc.StatusCode.INTERNAL, "the detector failed; nothing is known about the text")


async def test_refusals_are_counted_under_the_names_of_the_contract_alone(start: Start, tokens: Path) -> None:
    server = await start(token_file=tokens)
    await outcome(server.stub.Detect(CALLS["Detect"]))
    await outcome(server.channel.unary_unary("/nothing.v1.Nothing/At")(b""))
    registry = server.server.metrics.registry
    labels = {"grpc_type": "unary", "grpc_service": "piiprobe.v1.PiiService", "grpc_method": "Detect"}
    assert registry.get_sample_value("grpc_server_handled_total", {**labels, "grpc_code": "UNAUTHENTICATED"}) == 1
    assert registry.get_sample_value("piiprobe_requests_rejected_total", {"reason": "unauthenticated"}) == 2
    assert "nothing.v1" not in generate_latest(registry).decode()


class Kinds(grpc.GenericRpcHandler):
    """A method of each kind, which answers with what it was sent; remembers what was unpacked."""

    def __init__(self) -> None:
        self.unpacked: list[bytes] = []

    def service(self, details: grpc.HandlerCallDetails) -> Any:
        async def one(sent: Any, context: Any) -> bytes:
            return b"".join([each async for each in sent]) if hasattr(sent, "__aiter__") else sent

        async def many(sent: Any, context: Any) -> AsyncIterator[bytes]:
            yield await one(sent, context)

        make, behavior = {
            "/a/unary_unary": (grpc.unary_unary_rpc_method_handler, one),
            "/a/unary_stream": (grpc.unary_stream_rpc_method_handler, many),
            "/a/stream_unary": (grpc.stream_unary_rpc_method_handler, one),
            "/a/stream_stream": (grpc.stream_stream_rpc_method_handler, many),
        }[details.method]
        return make(behavior, self._unpack)

    def _unpack(self, data: bytes) -> bytes:
        self.unpacked.append(data)
        return data


@pytest.mark.parametrize("kind", ["unary_unary", "unary_stream", "stream_unary", "stream_stream"])
async def test_every_kind_of_method_is_guarded_before_anything_is_unpacked(tokens: Path, kind: str) -> None:
    rejected: list[str] = []
    kinds = Kinds()
    server = grpc.aio.server(interceptors=[Auth(tokens, rejected.append)])
    server.add_generic_rpc_handlers((kinds,))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()

    async def answer(metadata: tuple[tuple[str, str], ...]) -> bytes:
        call = getattr(channel, kind)(f"/a/{kind}")(sent, metadata=metadata)
        return b"".join([each async for each in call]) if kind.endswith("stream") else await call

    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        # Small, so that a stream is sent before it is refused: what a caller sees who is refused while he sends is up to grpc.
        sent: Any = [b"x" * 1000, b"y"] if kind.startswith("stream") else b"x" * 2**20
        try:
            assert await outcome(answer(())) == REFUSED
            assert (rejected, kinds.unpacked) == (["unauthenticated"], [])
            assert len(await answer(bearer(ONE))) >= 1000
            assert rejected == ["unauthenticated"]
        finally:
            await server.stop(0)


async def test_every_token_is_compared_whichever_fits(start: Start, tokens: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = await start(token_file=tokens)
    compared: list[tuple[int, int]] = []
    real = hmac.compare_digest

    def counted(one: bytes, other: bytes) -> bool:
        compared.append((len(one), len(other)))
        return real(one, other)

    monkeypatch.setattr(hmac, "compare_digest", counted)
    for token in (ONE, TWO):
        await server.stub.ListEntityTypes(CALLS["ListEntityTypes"], metadata=bearer(token))
    await outcome(server.stub.ListEntityTypes(CALLS["ListEntityTypes"], metadata=bearer("short")))
    assert compared == [(32, 32)] * 6


async def knows(server: Running, token: str) -> bool:
    call = server.stub.ListEntityTypes(CALLS["ListEntityTypes"], metadata=bearer(token))
    code: grpc.StatusCode = await call.code()
    assert code in (grpc.StatusCode.OK, grpc.StatusCode.UNAUTHENTICATED)
    return code is grpc.StatusCode.OK


def rewrite(path: Path, contents: str | None) -> None:
    if contents is None:
        path.unlink()
    else:
        path.write_text(contents, encoding="latin-1")


async def test_tokens_change_while_the_server_runs(start: Start, tokens: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    server = await start(token_file=tokens)
    new = "a-token-of-tomorrow-6789"
    assert [await knows(server, token) for token in (ONE, TWO, new)] == [True, True, False]
    rewrite(tokens, f"{TWO}\n{new}\n")
    assert [await knows(server, token) for token in (ONE, TWO, new)] == [False, True, True]
    assert "token_file: read again" in caplog.text
    assert new not in caplog.text


@pytest.mark.parametrize("contents", [None, "", "# none\n", "short\n", "two words of a-secret-that-is-long\n", "\x00\xff" * 20])
async def test_a_file_that_breaks_keeps_the_tokens_it_had(
    start: Start, tokens: Path, contents: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    server = await start(token_file=tokens)
    rewrite(tokens, contents)
    assert [await knows(server, token) for token in (ONE, TWO, "short")] == [True, True, False]
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert "token_file: " in caplog.text
    assert "a-secret" not in caplog.text
    rewrite(tokens, f"{TWO}\n")
    assert [await knows(server, token) for token in (ONE, TWO)] == [False, True]


@pytest.mark.parametrize("contents", [None, "", "# none\n\n", f"{ONE}\nshort\n", f"{ONE}\ntwo words\n", f"{ONE}, {TWO}"])
def test_a_file_without_good_tokens_is_refused_at_the_start(tmp_path: Path, contents: str | None) -> None:
    path = tmp_path / "tokens"
    if contents is not None:
        path.write_text(contents)
    with pytest.raises(StartError, match="token_file: ") as caught:
        Auth(path)
    assert ONE not in str(caught.value)
    assert "short\n" not in str(caught.value)
