"""A model request's prompt: parsed, its model resolved, its parts interned and counted."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Any, NamedTuple

import orjson

from harness.exchange import Request
from harness.exercise.spec import ExerciseSpec, ModelSpec, Role
from harness.gateway.cache import BRIEF, HOUR, Mark
from harness.gateway.ledger import Block, Known, Ledger
from harness.gateway.tokens import count_ahead, scaled
from harness.gateway.wire.base import Problem

Json = Any
PRIMING = 3
"""Tokens that begin every reply, counted with the prompt as in OpenAI's recipe."""
MOST_BYTES_A_TOKEN = 16
"""A body with more bytes than this for each token of the window is refused uncounted."""
LONG = 32 * 1024
"""Bytes of a body that take some milliseconds to count."""


class Prompt(NamedTuple):
    """One request's input. Tokens are the model's own."""

    request: Request
    messages: tuple[Known, ...]
    tools: Known | None
    output: Known | None
    tokens: int

    @property
    def blocks(self) -> list[Block]:
        """In the order of the prompt cache: tools, schema, messages."""
        lists = [known.blocks for known in (self.tools, self.output, *self.messages) if known]
        return list(chain.from_iterable(lists))

    def marks(self) -> list[Mark]:
        """The request's explicit breakpoints as indices of `blocks`."""
        tools = len(self.tools.blocks) if self.tools else 0
        starts = [tools + (len(self.output.blocks) if self.output else 0)]
        for known in self.messages:
            starts.append(starts[-1] + len(known.blocks))
        found = []
        for mark in self.request.cache_marks:
            message, part = mark
            index = part if message == -1 else starts[0 if message == -2 else message] + part
            found.append(Mark(index, HOUR if mark in self.request.cache_hour else BRIEF))
        return found


def parse_body(body: bytes) -> dict[str, Json]:
    """The JSON object of a model request. Raises `Problem`."""
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Problem("invalid", f"We could not parse the JSON body of your request: {error}") from None
    if not isinstance(data, dict):
        raise Problem("invalid", "The JSON body of a request must be an object.")
    return data


Models = Mapping[str, tuple[Role, ModelSpec]]
"""An exercise's models by name."""


def models_by_name(spec: ExerciseSpec) -> Models:
    """For `find_model`: aliases and snapshots. Of two roles with the same model the first counts."""
    found: dict[str, tuple[Role, ModelSpec]] = {}
    for role, model in reversed(spec.models.items()):
        for name in (model.name, *(snapshot.name for snapshot in model.snapshots)):
            found[name] = role, model
    return found


def find_model(models: Models, request: Request) -> tuple[Role, ModelSpec]:
    """The model that a request names, resolved once. Raises `Problem`, also for too long an output."""
    found = models.get(request.model)
    if found is None:
        raise Problem(
            "not_found",
            f"The model `{request.model[:200]}` does not exist or you do not have access to it.",
            code="model_not_found",
            param="model",
        )
    model = found[1]
    if request.max_tokens is not None and request.max_tokens > model.max_output_tokens:
        raise Problem(
            "invalid",
            f"max_tokens is too large: {request.max_tokens}. This model supports at most "
            f"{model.max_output_tokens} completion tokens.",
            code="invalid_value",
            param="max_tokens",
        )
    return found


async def make_ready(ledger: Ledger, request: Request, model: ModelSpec, size: int) -> None:
    """Count what is long and new in a thread, so that others are served meanwhile; `intern` is brief then.

    `size`: bytes of the body. Raises `Problem` where no count is needed to see that it is too long.
    """
    if size > model.context_tokens * MOST_BYTES_A_TOKEN:
        raise too_long(model, size // MOST_BYTES_A_TOKEN)
    if size > LONG:
        await count_ahead(ledger.new_texts(request.messages))


def intern(ledger: Ledger, request: Request, model: ModelSpec) -> Prompt:
    """Intern and count. Raises `Problem` when the window is too small."""
    messages = tuple([ledger.message(message) for message in request.messages])
    tools = ledger.tools(request.tools) if request.tools else None
    output = ledger.output(request.output) if request.output else None
    tokens = PRIMING + sum([known.tokens for known in messages])
    if tools:
        tokens += tools.tokens
    if output:
        tokens += output.tokens
    tokens = scaled(tokens, model.token_factor)
    if tokens > model.context_tokens:
        raise too_long(model, tokens)
    return Prompt(request, messages, tools, output, tokens)


def too_long(model: ModelSpec, tokens: int) -> Problem:
    """The prompt does not fit the context window."""
    return Problem(
        "invalid",
        f"prompt is too long: {tokens} tokens > {model.context_tokens} maximum. This model's maximum "
        f"context length is {model.context_tokens} tokens.",
        code="context_length_exceeded",
        param="messages",
    )
