"""Real models behind the API: any upstream that speaks OpenAI's or Anthropic's dialect, by role.

Keys come from this process's environment and go nowhere but into the upstream's header.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import httpx2
import orjson

from harness.errors import UsageError
from harness.exchange import OutputFormat, Request, ToolCall, ToolResult
from harness.exercise.parts import Reading
from harness.exercise.spec import LiveModel, Role
from harness.gateway.backends.base import Ask, Completion
from harness.gateway.backends.tally import Splitter
from harness.gateway.http import LARGEST_BODY
from harness.gateway.ledger import canonical, message_json, tool_json
from harness.gateway.wire.base import Headers

Json = Any
CONNECT_SECONDS = 10.0
QUIET_SECONDS = 180.0
"""Without a byte from the upstream, after which it counts as gone."""
CONNECT_TRIES = 3
LONGEST = 4_096
"""Tokens that a request without a limit may make the upstream write."""
LARGEST_REPLY = 4 * LARGEST_BODY
PASSED_BACK = (b"retry-after", b"retry-after-ms", b"x-should-retry")
"""Of an upstream's error the client sees these headers; all others are the gateway's own."""


class Unreachable(Exception):
    """The upstream could not be spoken to: nobody's fault, and no evidence about the program."""


@dataclass(slots=True)
class Purse:
    """What all trials of a gateway may spend together."""

    limit: float | None
    spent: float = 0.0
    reserved: float = 0.0

    def reserve(self, usd: float) -> bool:
        """Set money aside; False when it is not there."""
        if self.limit is not None and self.spent + self.reserved + usd > self.limit:
            return False
        self.reserved += usd
        return True

    def settle(self, reserved: float, usd: float) -> None:
        """Turn a reservation into what was spent."""
        self.reserved -= reserved
        self.spent += usd


class Upstream(NamedTuple):
    """An upstream's answer: its head is there, its body is read on demand."""

    status: int
    headers: list[tuple[bytes, bytes]]
    """Of `PASSED_BACK`, those that it sent."""
    response: httpx2.Response
    key: bytes

    async def events(self) -> AsyncIterator[bytes]:
        """Events as they come, each whole; last of all what no blank line ends. Raises `Unreachable`."""
        splitter = Splitter()
        async for chunk in self.chunks():
            for event in splitter.feed(chunk):
                yield event.replace(self.key, b"[key]")
        if splitter.rest:
            yield splitter.rest.replace(self.key, b"[key]")

    async def chunks(self) -> AsyncIterator[bytes]:
        """Bytes as they come. Raises `Unreachable` when the connection breaks."""
        try:
            async for chunk in self.response.aiter_raw():
                yield chunk
        except httpx2.HTTPError as error:
            raise Unreachable(explain(error)) from None

    async def body(self) -> bytes:
        """All of it. Raises `Unreachable`."""
        parts: list[bytes] = []
        size = 0
        async for chunk in self.chunks():
            size += len(chunk)
            if size > LARGEST_REPLY:
                raise Unreachable("the upstream's reply is too large")
            parts.append(chunk)
        return b"".join(parts).replace(self.key, b"[key]")

    async def close(self) -> None:
        """Let go of the connection, read or not."""
        await self.response.aclose()


@dataclass(slots=True)
class LiveBackend:
    """Sends requests on. Roles are resolved here, once; what a client names never reaches an upstream."""

    models: Mapping[Role, LiveModel]
    purse: Purse = field(default_factory=lambda: Purse(None))
    longest: int = LONGEST
    _keys: dict[Role, str] = field(default_factory=dict)
    _client: httpx2.AsyncClient | None = None

    def __post_init__(self) -> None:
        """Raises `UsageError` for a key that the environment lacks."""
        for role, model in self.models.items():
            key = os.environ.get(model.variable, "")
            if not key:
                raise UsageError(
                    f"`{model.variable}` is not set, and the {role} model `{model.model}` needs it",
                    hint=f"`export {model.variable}=…`; it stays in the gateway's process",
                )
            self._keys[role] = key

    @property
    def version(self) -> str:
        """Names the models by role."""
        return live_version(self.models)

    def read(self, ask: Ask) -> Reading:
        """Nothing is simulated, so nothing can be misunderstood; requests are told apart by meaning."""
        return Reading(
            understood=True,
            why_not="",
            operation="live",
            decision=f"live:{meaning(ask.request)[:24]}",
            subject=ask.view.role,
        )

    async def complete(self, ask: Ask, reading: Reading, attempt: int) -> Completion:
        """Live answers are forwarded as they come, by `harness.gateway.live_calls`."""
        raise NotImplementedError

    async def send(self, role: Role, path: str, body: dict[str, Json], headers: Headers) -> Upstream:
        """Send a request and wait for the head of the answer. Raises `Unreachable`.

        A connection that cannot be made is tried again; once a request has left, nothing is.
        """
        await asyncio.sleep(0)  # the HTTP client keeps its time-outs by the current task
        model, key = self.models[role], self._keys[role]
        if self._client is None:
            timeout = httpx2.Timeout(QUIET_SECONDS, connect=CONNECT_SECONDS)
            self._client = httpx2.AsyncClient(timeout=timeout, follow_redirects=False)
        request = self._client.build_request(
            "POST",
            model.url + path,
            content=orjson.dumps(body),
            headers={**_headers(model, key, headers), "content-type": "application/json"},
        )
        for left in reversed(range(CONNECT_TRIES)):
            try:
                found = await self._client.send(request, stream=True)
                break
            except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
                if not left:
                    raise Unreachable(explain(error)) from None
            except httpx2.HTTPError as error:
                raise Unreachable(explain(error)) from None
        lower = {name.lower().encode(): value.encode() for name, value in found.headers.items()}
        passed = [(name, lower[name]) for name in PASSED_BACK if name in lower]
        return Upstream(found.status_code, passed, found, key.encode())


def live_version(models: Mapping[Role, LiveModel]) -> str:
    """Names the models by role, for records and stores."""
    return "live " + ", ".join(f"{role}={model.title}" for role, model in models.items())


def explain(error: Exception) -> str:
    """An HTTP client's error in a few words; the key never stands in them."""
    return f"{type(error).__name__}: {error}"[:200]


def meaning(request: Request) -> str:
    """A digest of what is asked, whatever the dialect: equal for equal conversations.

    Ids of tool calls are numbered, since every API makes its own; names of models are left out.
    """
    numbers: dict[str, str] = {}
    turns = []
    for message in request.messages:
        turn = message_json(message)
        for row, part in zip(turn["parts"], message.parts, strict=True):
            if isinstance(part, ToolCall):
                row["id"] = numbers.setdefault(part.id, str(len(numbers)))
            elif isinstance(part, ToolResult):
                row["call_id"] = numbers.setdefault(part.call_id, str(len(numbers)))
        turns.append(turn)
    wish: OutputFormat | None = request.output
    text = canonical(
        {
            "messages": turns,
            "tools": [tool_json(tool) for tool in request.tools],
            "tool_choice": request.tool_choice,
            "parallel_tools": request.parallel_tools,
            "output": None if wish is None else [wish.name, wish.schema, wish.strict],
            "max_tokens": request.max_tokens,
            "temperature": request.temperature,
            "stop": request.stop,
            "n": request.n,
            "seed": request.seed,
        }
    )
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _headers(model: LiveModel, key: str, client: Headers) -> dict[str, str]:
    """Authorisation and version; of the client's headers only the dialect's version."""
    common = {"accept-encoding": "identity", "user-agent": "takehome"}
    if model.dialect == "openai":
        return {**common, "authorization": f"Bearer {key}"}
    version = client.get(b"anthropic-version", b"2023-06-01").decode("latin-1")
    return {**common, "x-api-key": key, "anthropic-version": version}
