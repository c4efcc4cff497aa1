"""One model request from head to last byte: parse, price, answer, damage, write, record."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import orjson

from harness.exchange import Request, Usage
from harness.exercise.parts import Reading
from harness.exercise.scenario import ModelFault
from harness.exercise.spec import ExerciseSpec, ModelSpec
from harness.gateway.backends.base import Ask, Backend, Completion
from harness.gateway.cache import BRIEF, HOUR, Hit, Mark
from harness.gateway.faults import damage, model_fault, refusal
from harness.gateway.http import Incoming, Pairs
from harness.gateway.ledger import Block, Known, reply_tokens
from harness.gateway.meter import price
from harness.gateway.tokens import scaled
from harness.gateway.trial import Call, Trial
from harness.gateway.wire.base import Answer, Problem, Standing, Wire
from harness.rng import DrawKey

Json = Any
PRIMING = 3
"""Tokens that begin every reply, counted with the prompt as in OpenAI's recipe."""
TOKENS_A_MINUTE = 2_000_000
"""What the rate-limit headers promise."""
MOST_CHARACTERS_A_TOKEN = 16
"""A prompt with more characters than this for each token of the window is refused uncounted."""
FINGERPRINT = "fp_simulated"


@dataclass(frozen=True, slots=True)
class Prompt:
    """A parsed request with its parts interned and counted, in the model's own tokens."""

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


@dataclass(frozen=True, slots=True)
class Rendered:
    """What is to be written: bytes, and how the connection ends."""

    body: bytes
    streamed: bool
    drop: bool = False
    declared: int | None = None
    """Content-Length of a whole reply that is dropped half way."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Serves one wire's model requests with one backend."""

    spec: ExerciseSpec
    backend: Backend
    wire: Wire
    hold: float
    """Real seconds from arrival that a reply is held, so that parallel calls overlap."""

    async def serve(self, trial: Trial, incoming: Incoming) -> None:
        """Answer one request of a trial. Raises `harness.gateway.http.ClientGone`."""
        call = Call(trial.next_seq(), self.wire.face, trial.clock.now, trial.clock.now, incoming.retry)
        try:
            body = await incoming.body()
            if trial.closed:
                raise Problem("auth", "This key is no longer valid.", code="invalid_api_key")
            if not trial.meter.admit_request():
                raise spent("The trial has made all of its model requests.")
            rendered = await self._answer(trial, call, body, incoming)
        except Problem as problem:
            await self._refuse(trial, call, problem, incoming)
            return
        question = (call.decision, call.subject)
        try:
            await self._write(trial, call, rendered, incoming)
        finally:
            trial.landed(call, question)

    async def _answer(self, trial: Trial, call: Call, body: bytes, incoming: Incoming) -> Rendered:
        prompt, spec = self.prompt(trial, call, body, incoming)
        request = prompt.request
        view = trial.view(call.role or "large")
        ask = Ask(request, spec, view, trial.draws.with_log(call.draws))
        reading = self._read(trial, call, ask)
        question = (reading.decision, reading.subject)
        number = trial.asked.get(question, 0)
        trial.asked[question] = number + 1
        fault = (
            model_fault(trial.scenario, ask.draws, call.role or "large", question, number)
            if trial.scenario.model_faults
            else None
        )
        if fault is not None:
            call.fault = fault.kind
            if (refused := refusal(fault)) is not None:
                raise refused
        reserved = self._reserve(trial, prompt, spec)
        try:
            call.attempt = trial.reserve(call, question, request.n)
            completion = await self._complete(trial, call, ask, reading)
        except Problem:
            trial.meter.release(reserved)
            trial.landed(call, question)
            trial.give_back(question, call.attempt, request.n)
            raise
        usage = self._settle(trial, call, prompt, spec, completion, reserved, fault)
        return self._render(trial, call, request, completion, usage, fault)

    def prompt(
        self, trial: Trial, call: Call, body: bytes, incoming: Incoming, *, count_only: bool = False
    ) -> tuple[Prompt, ModelSpec]:
        """Parse, resolve the model once, intern, count. Raises `Problem`."""
        data = parse_body(body)
        parse = getattr(self.wire, "parse_count", self.wire.parse) if count_only else self.wire.parse
        request: Request = parse(data, incoming.headers)
        call.model, call.stream = request.model[:200], request.stream
        call.temperature, call.max_tokens = request.temperature, request.max_tokens
        call.role = self.spec.role_of(request.model)
        if call.role is None:
            raise Problem(
                "not_found",
                f"The model `{request.model[:200]}` does not exist or you do not have access to it.",
                code="model_not_found",
                param="model",
            )
        spec = self.spec.models[call.role]
        if request.max_tokens is not None and request.max_tokens > spec.max_output_tokens:
            raise Problem(
                "invalid",
                f"max_tokens is too large: {request.max_tokens}. This model supports at most "
                f"{spec.max_output_tokens} completion tokens.",
                code="invalid_value",
                param="max_tokens",
            )
        if len(body) > spec.context_tokens * MOST_CHARACTERS_A_TOKEN:
            raise too_long(spec, len(body) // MOST_CHARACTERS_A_TOKEN)
        prompt = self._intern(trial, call, request, spec)
        if prompt.tokens > spec.context_tokens:
            raise too_long(spec, prompt.tokens)
        return prompt, spec

    def _intern(self, trial: Trial, call: Call, request: Request, spec: ModelSpec) -> Prompt:
        ledger = trial.ledger
        forged = len(ledger.forged)
        messages = tuple(ledger.message(message) for message in request.messages)
        tools = ledger.tools(request.tools) if request.tools else None
        output = ledger.output(request.output) if request.output else None
        call.messages = tuple(known.digest for known in messages)
        call.tools = tools.digest if tools else None
        call.output = output.digest if output else None
        for digest in ledger.forged[forged:]:
            trial.find(
                "forged_turn",
                f"assistant message {digest[:12]} was said by no model of this trial "
                "(examples written into a prompt look the same)",
                call.seq,
            )
        tokens = PRIMING + sum(known.tokens for known in (*messages, tools, output) if known)
        return Prompt(request, messages, tools, output, scaled(tokens, spec.token_factor))

    def _read(self, trial: Trial, call: Call, ask: Ask) -> Reading:
        try:
            reading = self.backend.read(ask)
        except Problem:
            raise
        except Exception as error:
            trial.fail("reading a model request", error, call.seq)
            raise Problem("server_error", "The simulated model failed; this is the grader's fault.") from None
        call.understood, call.why_not = reading.understood, reading.why_not
        call.operation, call.decision, call.subject = reading.operation, reading.decision, reading.subject
        return reading

    def _reserve(self, trial: Trial, prompt: Prompt, spec: ModelSpec) -> float:
        request = prompt.request
        most = min(request.max_tokens or spec.max_output_tokens, spec.max_output_tokens)
        longest = scaled(self.backend.longest, spec.token_factor)
        usage = Usage(prompt.tokens, min(most, longest) * request.n)
        reserved = price(spec, usage)
        if not trial.meter.reserve(reserved):
            raise spent("What is left of the trial's money does not pay for this request.")
        return reserved

    async def _complete(self, trial: Trial, call: Call, ask: Ask, reading: Reading) -> Completion:
        try:
            completion = await self.backend.complete(ask, reading, call.attempt)
        except Problem:
            raise
        except Exception as error:
            trial.fail("answering a model request", error, call.seq)
            raise Problem("server_error", "The simulated model failed; this is the grader's fault.") from None
        call.modes, call.unknown_fields = completion.modes, completion.unknown_fields
        return completion

    def _settle(
        self,
        trial: Trial,
        call: Call,
        prompt: Prompt,
        spec: ModelSpec,
        completion: Completion,
        reserved: float,
        fault: ModelFault | None,
    ) -> Usage:
        slow = fault.seconds if fault is not None and fault.kind == "slow" else 0.0
        usage = completion.usage
        if usage is None:
            hit = self._cache(trial, prompt, spec, call.start)
            hit.keep(call.start + slow + completion.first)
            output = sum(scaled(reply_tokens(reply), spec.token_factor) for reply in completion.replies)
            usage = Usage(prompt.tokens, output, hit.read, hit.write, hit.write_hour)
        call.usage, call.usd = usage, price(spec, usage)
        call.end = call.start + slow + completion.seconds
        call.stop = completion.replies[0].stop
        call.reply = trial.ledger.replies(completion.replies)
        trial.meter.settle(reserved, usage, call.usd)
        return usage

    def _cache(self, trial: Trial, prompt: Prompt, spec: ModelSpec, now: float) -> Hit:
        """OpenAI's faces cache by themselves, Anthropic's only where the request says so."""
        cache = trial.cache(spec)
        if self.wire.face == "anthropic.messages":
            return cache.marked(prompt.blocks, prompt.marks(), now) if prompt.request.cache_marks else Hit()
        if prompt.tokens < spec.cache_min_tokens:
            return Hit()
        return cache.automatic(prompt.blocks, now)

    def _render(
        self,
        trial: Trial,
        call: Call,
        request: Request,
        completion: Completion,
        usage: Usage,
        fault: ModelFault | None,
    ) -> Rendered:
        answer = Answer(
            trial.request_id(call.seq), int(time.time()), request, completion.replies, usage, FINGERPRINT
        )
        harmful = fault is not None and fault.kind in ("cut_stream", "malformed_chunk")
        events = self.wire.stream(answer) if request.stream else []
        trial.add_call(call)
        if not harmful or fault is None:
            return Rendered(b"".join(events) if request.stream else self.wire.whole(answer), request.stream)
        question = (call.decision, call.subject)
        trial.give_back(question, call.attempt, request.n)
        draws = trial.draws.with_log(call.draws)
        where = draws.uniform(DrawKey("fault", *question, trial.asked[question] - 1, "where"))
        if request.stream:
            body, drop = damage(fault, events, where)
            return Rendered(body, streamed=True, drop=drop)
        whole = self.wire.whole(answer)
        half = whole[: max(1, int(len(whole) * where))]
        if fault.kind == "malformed_chunk":
            return Rendered(half, streamed=False)
        return Rendered(half, streamed=False, drop=True, declared=len(whole))

    async def _write(self, trial: Trial, call: Call, rendered: Rendered, incoming: Incoming) -> None:
        if self.hold:
            left = incoming.arrived + self.hold - asyncio.get_running_loop().time()
            if left > 0:
                await asyncio.sleep(left)
        headers = self._headers(trial, call)
        if rendered.drop:
            await incoming.respond_and_drop(rendered.body, rendered.declared, headers)
        elif rendered.streamed:
            await incoming.respond_events(rendered.body, headers)
        else:
            await incoming.respond(200, rendered.body, headers)
        trial.clock.written(call.end)

    async def _refuse(self, trial: Trial, call: Call, problem: Problem, incoming: Incoming) -> None:
        call.status, body = self.wire.problem(problem, trial.request_id(call.seq))
        if not trial.closed:
            trial.add_call(call, spare=problem.kind != "server_error" and call.fault is None)
        headers = [*self._headers(trial, call), *retry_headers(problem)]
        await incoming.respond(call.status, body, headers)

    def _headers(self, trial: Trial, call: Call) -> Pairs:
        meter = trial.meter
        return self.wire.headers(
            Standing(
                trial.request_id(call.seq),
                meter.budget.requests,
                meter.requests_left,
                TOKENS_A_MINUTE,
                max(0, TOKENS_A_MINUTE - meter.input - meter.output),
                time.time(),
            )
        )


def parse_body(body: bytes) -> dict[str, Json]:
    """The JSON object of a model request. Raises `Problem`."""
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Problem("invalid", f"We could not parse the JSON body of your request: {error}") from None
    if not isinstance(data, dict):
        raise Problem("invalid", "The JSON body of a request must be an object.")
    return data


def spent(message: str) -> Problem:
    """The budget's refusal: of no use to try again."""
    return Problem("budget", message, code="budget_exceeded")


def too_long(spec: ModelSpec, tokens: int) -> Problem:
    """The prompt does not fit the context window."""
    return Problem(
        "invalid",
        f"prompt is too long: {tokens} tokens > {spec.context_tokens} maximum. This model's maximum "
        f"context length is {spec.context_tokens} tokens.",
        code="context_length_exceeded",
        param="messages",
    )


def retry_headers(problem: Problem) -> Sequence[tuple[bytes, bytes]]:
    """When to try again, in milliseconds for SDKs and in seconds for the rest; or not to."""
    if problem.retry_ms is None:
        return [(b"x-should-retry", b"false")]
    return [
        (b"x-should-retry", b"true"),
        (b"retry-after-ms", b"%d" % problem.retry_ms),
        (b"retry-after", b"%d" % -(-problem.retry_ms // 1000)),
    ]
