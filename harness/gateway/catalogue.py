"""Requests that cost nothing: the list of models, and counting tokens."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import orjson

from harness.exercise.spec import ExerciseSpec, ModelSpec, Snapshot
from harness.gateway.aliases import listed
from harness.gateway.calls import retry_headers, spent
from harness.gateway.http import Incoming
from harness.gateway.ledger import Ledger
from harness.gateway.prompts import Models, find_model, intern, make_ready, parse_body
from harness.gateway.responses import kept_data
from harness.gateway.trial import Trial
from harness.gateway.wire.anthropic_messages import AnthropicMessages
from harness.gateway.wire.base import Problem, Wire
from harness.gateway.wire.openai_chat import OpenAIChat
from harness.gateway.wire.openai_responses import OpenAIResponses

Json = Any
RELEASED = date(2026, 1, 1)
"""Simulated models without snapshots have no date of their own."""
MOST_FREE = 20
"""Free requests a trial may make for each model request of its budget."""


async def list_models(spec: ExerciseSpec, trial: Trial, incoming: Incoming) -> None:
    """`GET /v1/models` in the shape of the vendor whose headers the client sends."""
    if speaks_anthropic(incoming):
        rows = [_anthropic_model(*known) for known in listed(spec, trial)]
        names = [row["id"] for row in rows]
        data = {"data": rows, "has_more": False, "first_id": names[0], "last_id": names[-1]}
    else:
        data = {"object": "list", "data": [_openai_model(*known) for known in listed(spec, trial)]}
    await _reply(trial, incoming, data)


async def one_model(spec: ExerciseSpec, trial: Trial, incoming: Incoming, name: str) -> None:
    """`GET /v1/models/{id}`."""
    known = next((known for known in listed(spec, trial) if known[0] == name), None)
    if known is None:
        problem = Problem("not_found", f"The model `{name[:200]}` does not exist", code="model_not_found")
        await _refuse(trial, incoming, problem)
        return
    await _reply(
        trial, incoming, _anthropic_model(*known) if speaks_anthropic(incoming) else _openai_model(*known)
    )


async def count_tokens(models: Models, trial: Trial, incoming: Incoming) -> None:
    """`POST /v1/messages/count_tokens`: the number that `usage` would give."""
    try:
        body = await incoming.body(trial.room)
        request = AnthropicMessages().parse_count(parse_body(body), incoming.headers)
        _, model = find_model(models, request)
        ledger = Ledger(keep=False)
        await make_ready(ledger, request, model, len(body))
        prompt = intern(ledger, request, model)
    except Problem as problem:
        await _refuse(trial, incoming, problem)
        return
    await _reply(trial, incoming, {"input_tokens": prompt.tokens})


async def count_input(models: Models, trial: Trial, incoming: Incoming) -> None:
    """`POST /v1/responses/input_tokens`: the number that `usage` would give."""
    try:
        body = await incoming.body(trial.room)
        request = trial.responses.continued(OpenAIResponses().parse_count(parse_body(body)))
        _, model = find_model(models, request)
        ledger = Ledger(keep=False)
        await make_ready(ledger, request, model, len(body))
        prompt = intern(ledger, request, model)
    except Problem as problem:
        await _refuse(trial, incoming, problem)
        return
    await _reply(trial, incoming, {"object": "response.input_tokens", "input_tokens": prompt.tokens})


async def kept_response(trial: Trial, incoming: Incoming, rest: str) -> None:
    """`GET` and `DELETE /v1/responses/{id}`, `GET /v1/responses/{id}/input_items`."""
    try:
        data = kept_data(trial.responses, incoming.method, rest)
    except Problem as problem:
        await _refuse(trial, incoming, problem)
        return
    await _reply(trial, incoming, data)


def _openai_model(name: str, snapshot: Snapshot | None, model: ModelSpec) -> dict[str, Json]:
    del model
    created = int(_born(snapshot).timestamp())
    return {"id": name, "object": "model", "created": created, "owned_by": "takehome-simulated"}


def _anthropic_model(name: str, snapshot: Snapshot | None, model: ModelSpec) -> dict[str, Json]:
    return {
        "type": "model",
        "id": name,
        "display_name": f"{name} (simulated)",
        "created_at": _born(snapshot).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "lifecycle": "active",
        "max_input_tokens": model.context_tokens,
        "max_tokens": model.max_output_tokens,
    }


def _born(snapshot: Snapshot | None) -> datetime:
    """Midnight of the day on which a snapshot was released."""
    return datetime.combine(snapshot.released if snapshot else RELEASED, time(), UTC)


def speaks_anthropic(incoming: Incoming) -> bool:
    """Whether the client expects Anthropic's shapes: by its path, else by its headers."""
    return incoming.path.startswith("/v1/messages") or b"anthropic-version" in incoming.headers


async def refuse(incoming: Incoming, problem: Problem, id: str) -> None:
    """A refusal in the shape, and with the id, that the client expects."""
    wire: Wire = AnthropicMessages() if speaks_anthropic(incoming) else OpenAIChat()
    status, body = wire.problem(problem, id)
    await incoming.respond(status, body, _id(incoming, id) + retry_headers(problem))


async def _reply(trial: Trial, incoming: Incoming, data: dict[str, Json]) -> None:
    trial.free += 1
    if trial.free > MOST_FREE * trial.meter.budget.requests:
        await _refuse(trial, incoming, spent("The trial has made too many requests for models and counts."))
        return
    await incoming.respond(200, orjson.dumps(data), _id(incoming, trial.spare_id()))


async def _refuse(trial: Trial, incoming: Incoming, problem: Problem) -> None:
    await refuse(incoming, problem, trial.spare_id())


def _id(incoming: Incoming, id: str) -> bytes:
    name = b"request-id" if speaks_anthropic(incoming) else b"x-request-id"
    return b"%b: req_%b\r\n" % (name, id.encode())
