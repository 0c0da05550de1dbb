"""A judge behind any endpoint that speaks OpenAI's chat completions."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2
from pydantic import BaseModel, Field, ValidationError

from probes.errors import ProbesError
from probes.judge import prompt
from probes.judge.answer import JudgeAnswerError, Located, Usage, locate, parse

API_KEY = "OPENAI_API_KEY"
"""The environment variable that holds the key where none is given."""

MAX_WAIT_S = 60.0
"""An endpoint that asks for a longer pause than this has no capacity for us."""

_BACKOFF_S = 0.5
_TOO_MANY = 429


class JudgeError(ProbesError):
    """The endpoint gave no answer: unreachable, too slow, refusing, or not an endpoint of this kind. Holds no text."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a judge said about one text and what it cost."""

    located: Located
    usage: Usage


class _Message(BaseModel):
    content: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Usage(BaseModel):
    prompt_tokens: int = Field(ge=0)
    completion_tokens: int = Field(ge=0)


class _Completion(BaseModel):
    choices: list[_Choice] = Field(min_length=1)
    usage: _Usage | None = None


class JudgeClient:
    """Asks one model at one endpoint. Threads may share it; close it or use it in a `with`.

    Args:
        base_url: up to and with the version, as in `http://127.0.0.1:8000/v1`. Texts are sent there.
        api_key: sent as a bearer token; `$OPENAI_API_KEY` where None, none where that is unset.
        timeout: seconds to wait for the connection and for each part of an answer.
        retries: how often a request is repeated after 429, 5xx, a timeout or a broken connection.
        concurrency: requests in flight at once in `judge_all`.
        parameters: further fields of the request body; None takes a field out (`{"temperature": None}` for models that refuse 0).
    """

    def __init__(
        self,
        base_url: str,
        model: str,
        *,
        api_key: str | None = None,
        timeout: float = 60.0,
        retries: int = 4,
        concurrency: int = 4,
        parameters: Mapping[str, Any] | None = None,
    ) -> None:
        if not base_url.startswith(("http://", "https://")):
            raise ValueError("base_url must begin with http:// or https://")
        if timeout <= 0 or retries < 0 or concurrency < 1:
            raise ValueError("timeout must be above 0, retries at least 0 and concurrency at least 1")
        self._url = f"{base_url.rstrip('/')}/chat/completions"
        self._body = {"model": model, "temperature": 0, **(parameters or {})}
        self._body = {name: value for name, value in self._body.items() if value is not None}
        self._retries = retries
        self._concurrency = concurrency
        key = os.environ.get(API_KEY) if api_key is None else api_key
        self._http = httpx2.Client(
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=timeout,
            limits=httpx2.Limits(max_connections=concurrency),
        )

    def __enter__(self) -> JudgeClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def judge(self, text: str) -> Judgement:
        """Ask about one text; blank ones are not sent.

        Raises:
            JudgeError: no answer could be had.
            JudgeAnswerError: the answer is cut short, refused or malformed.
        """
        if not text.strip():
            return Judgement(Located(()), Usage())
        # Halves of characters cannot be sent; a question mark is as long, so offsets stay.
        sent = text.encode("utf-8", "replace").decode("utf-8")
        completion = self._completion({**self._body, "messages": prompt.chat(sent)})
        reported = completion.usage
        usage = Usage(reported.prompt_tokens, reported.completion_tokens) if reported else Usage(unreported=1)
        choice = completion.choices[0]
        if choice.finish_reason in ("length", "content_filter"):
            raise JudgeAnswerError(f"the answer was cut short ({choice.finish_reason})", usage)
        try:
            return Judgement(locate(sent, parse(choice.message.content or "")), usage)
        except JudgeAnswerError as error:
            error.usage = usage
            raise

    def judge_all(self, texts: Sequence[str]) -> Iterator[Judgement | JudgeAnswerError]:
        """Ask about each text; yields in their order. A malformed answer takes its text's place, whose PII is then unknown.

        Raises:
            JudgeError: no answer could be had to one of them; the others are not asked any more.
        """
        with ThreadPoolExecutor(self._concurrency, thread_name_prefix="judge") as pool:
            yield from pool.map(self._outcome, texts)

    def _outcome(self, text: str) -> Judgement | JudgeAnswerError:
        try:
            return self.judge(text)
        except JudgeAnswerError as error:
            return error

    def _completion(self, body: Mapping[str, Any]) -> _Completion:
        response = self._response(body)
        try:
            return _Completion.model_validate_json(response.content)
        except ValidationError:
            raise JudgeError("the endpoint's reply is not a chat completion") from None

    def _response(self, body: Mapping[str, Any]) -> httpx2.Response:
        for attempt in range(self._retries + 1):
            wait = min(MAX_WAIT_S, _BACKOFF_S * 2**attempt)
            try:
                response = self._http.post(self._url, json=body)
            except httpx2.RequestError as error:
                failure = f"the endpoint did not answer ({type(error).__name__})"
            else:
                if response.is_success:
                    return response
                failure = _refusal(response.status_code)
                if response.status_code != _TOO_MANY and response.status_code < 500:
                    raise JudgeError(failure)
                wait = max(wait, _retry_after(response.headers.get("Retry-After", "")))
            if wait > MAX_WAIT_S:
                raise JudgeError(f"{failure} and asks for a pause of {wait:.0f} s")
            if attempt < self._retries:
                time.sleep(wait)
        raise JudgeError(f"{failure}, {self._retries + 1} times")


def _refusal(status: int) -> str:
    hint = "; a model that reasons may refuse temperature 0" if status == 400 else ""
    return f"the endpoint answered HTTP {status}{hint}"


def _retry_after(value: str) -> float:
    """Seconds of a `Retry-After` header: a number or a date; 0 where it says nothing."""
    with suppress(ValueError):
        return max(0.0, float(value))
    with suppress(ValueError, TypeError):
        until = parsedate_to_datetime(value)
        return max(0.0, (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
    return 0.0
