"""One model request from head to last byte: parse, price, answer, damage, write, record."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from harness.exchange import Request, Usage
from harness.exercise.parts import Reading, hour_of
from harness.exercise.scenario import ModelFault
from harness.exercise.spec import ModelSpec
from harness.gateway.aliases import fingerprint, snapshot_of
from harness.gateway.backends.base import Ask, Backend, Completion
from harness.gateway.cache import NOTHING, Hit
from harness.gateway.faults import DAMAGING, OVERLOADED, damage, model_fault, problem_of, refusal
from harness.gateway.http import Incoming
from harness.gateway.ledger import reply_tokens
from harness.gateway.meter import Caching, price, worst_uses
from harness.gateway.prompts import Models, Prompt, find_model, intern, make_ready, parse_body
from harness.gateway.tokens import scaled
from harness.gateway.trial import Call, Question, Trial
from harness.gateway.wire.base import Answer, Problem, Standing, Wire
from harness.rng import DrawKey

TOKENS_A_MINUTE = 2_000_000
"""What the rate-limit headers promise."""
MANY = 8
"""Choices up to which a request need not wait for others like it."""
PATIENCE = 5
"""So many times longer is the quiet for a program with several connections."""
LONGEST_HOLD = 10
"""So many times the quiet after which a reply is written even though new requests keep coming."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Serves one wire's model requests with one backend."""

    models: Models
    backend: Backend
    wire: Wire
    hold: float
    """Real seconds without a new request of the trial that a reply waits for before it is written,
    so that parallel calls overlap in virtual time."""
    visit: Visits | None = None
    """What handles a request; `None`: `ModelVisit`."""
    keep: Keep | None = None
    """Records a real model's answers."""
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by the one request for many choices that is being answered; all others go on meanwhile."""

    async def serve(self, trial: Trial, incoming: Incoming) -> None:
        """Answer one request of a trial. Raises `harness.gateway.http.ClientGone`."""
        now = trial.clock.now
        call = Call(trial.next_seq(), self.wire.face, now, now, incoming.retry)
        trial.arrive(incoming)
        visit = (self.visit or ModelVisit)(self, trial, incoming, call)
        try:
            body = await incoming.body(trial.room)
            visit.admit()
            rendered = await visit.answer(body)
        except Problem as problem:
            await visit.refuse(problem)
            return
        try:
            await visit.write(rendered)
        finally:
            visit.landed()


Keep = Callable[[Ask, int, Completion], None]
"""Takes a real model's answer and the first attempt of its request."""
Visits = Callable[[Endpoint, Trial, Incoming, Call], "ModelVisit"]


class Rendered(NamedTuple):
    """What is to be written: bytes, and how the connection ends."""

    body: bytes
    drop: bool = False
    declared: int | None = None
    """Content-Length of a whole reply that is dropped half way."""


@dataclass(slots=True)
class ModelVisit:
    """One model request of one trial."""

    endpoint: Endpoint
    trial: Trial
    incoming: Incoming
    call: Call
    fault: ModelFault | None = None
    reserved: float = 0.0
    id: str = ""
    """Stands in the reply and in its headers."""
    question: Question = ("", "")
    """What the request was read to be about."""

    def __post_init__(self) -> None:
        self.id = self.trial.request_id(self.call.seq)

    def admit(self) -> None:
        """Count it. Raises `Problem` when the trial has ended or made all of its requests."""
        if self.trial.closed:
            raise Problem("auth", "This key is no longer valid.", code="invalid_api_key")
        if not self.trial.meter.admit_request():
            raise spent("The trial has made all of its model requests.")

    async def answer(self, body: bytes) -> Rendered:
        """Everything between the last byte in and the first byte out. Raises `Problem`."""
        prompt, model = await self.prompt(body)
        if prompt.request.n <= MANY:
            return await self._answer(prompt, model)
        async with self.endpoint.turn:
            return await self._answer(prompt, model)

    async def _answer(self, prompt: Prompt, model: ModelSpec) -> Rendered:
        call, trial = self.call, self.trial
        request = prompt.request
        draws = trial.draws.with_log(call.draws)
        ask = Ask(request, model, trial.view(call.role or "large", call.snapshot), draws, trial.contrary)
        reading = self._read(ask)
        self._draw_fault(ask)
        self._reserve_money(prompt, model)
        call.attempt = trial.reserve(call, self.question, request.n)
        try:
            completion = await self._complete(ask, reading)
        except Problem as problem:
            if problem.code == "cassette_miss":
                call.understood, call.why_not = False, problem.code
            trial.meter.release(self.reserved)
            trial.give_back(self.question, call.attempt, request.n)
            self.landed()
            raise
        usage = self._settle(prompt, model, completion)
        trial.add_call(call)
        answer = Answer(
            self.id, int(time.time()), request, completion.replies, usage, fingerprint(call.snapshot),
            call.snapshot,
        )  # fmt: skip
        if self.endpoint.wire.face == "openai.responses":
            trial.responses.keep(answer)
        elif "previous" in request.extra:
            trial.threads.keep(answer, call.end)
        return self._render(answer, ask)

    async def prompt(self, body: bytes) -> tuple[Prompt, ModelSpec]:
        """Parse, resolve the model, intern and count. Raises `Problem`."""
        call, ledger = self.call, self.trial.ledger
        request = self.endpoint.wire.parse(parse_body(body), self.incoming.headers)
        call.model, call.stream = sys.intern(request.model[:200]), request.stream
        call.temperature, call.max_tokens = request.temperature, request.max_tokens
        request = self.whole_conversation(request)
        call.role, model = find_model(self.endpoint.models, request)
        call.snapshot = snapshot_of(model, request.model, self.trial)
        await make_ready(ledger, request, model, len(body))
        forged = len(ledger.forged)
        prompt = intern(ledger, request, model)
        call.messages = tuple([known.digest for known in prompt.messages])
        call.tools = prompt.tools.digest if prompt.tools else None
        call.output = prompt.output.digest if prompt.output else None
        for digest in ledger.forged[forged:]:
            self.trial.find(
                "forged_turn",
                f"assistant message {digest[:12]} was said by no model of this trial "
                "(examples written into a prompt look the same)",
                call.seq,
            )
        return prompt, model

    def whole_conversation(self, request: Request) -> Request:
        """With what the gateway holds of it for the client. Raises `Problem`."""
        if self.endpoint.wire.face == "openai.responses":
            return self.trial.responses.continued(request)
        if "previous" in request.extra:
            return self.trial.threads.continued(request, self.call.start)
        return request

    def _read(self, ask: Ask) -> Reading:
        call = self.call
        try:
            reading = self.endpoint.backend.read(ask)
        except Problem:
            raise
        except Exception as error:
            raise self._broken("reading a model request", error) from None
        call.understood, call.why_not = reading.understood, reading.why_not
        call.operation, call.decision, call.subject = reading.operation, reading.decision, reading.subject
        self.question = reading.decision, reading.subject
        return reading

    def _draw_fault(self, ask: Ask) -> None:
        """Raises `Problem` when the fault is a refusal; no attempt is used up by it."""
        trial, call = self.trial, self.call
        number = trial.asked.get(self.question, 0)
        trial.asked[self.question] = number + 1
        if not trial.scenario.model_faults:
            return
        role, hour = call.role or "large", hour_of(trial.world)
        self.fault = model_fault(trial.scenario, ask.draws, role, self.question, number, hour=hour)
        if self.fault is not None:
            call.fault = self.fault.kind
            if (refused := refusal(self.fault, stream=ask.request.stream)) is not None:
                raise refused

    def _reserve_money(self, prompt: Prompt, model: ModelSpec) -> None:
        """Prompt and longest possible output of all choices, at the dearest that the sheet may ask."""
        request = prompt.request
        longest = scaled(self.endpoint.backend.longest, model.token_factor)
        most = min(request.max_tokens or longest, longest, model.max_output_tokens)
        uses = worst_uses(prompt.tokens, most * request.n, self._caching(prompt, model))
        self._reserve(max(price(model, usage) for usage in uses))

    def _reserve(self, usd: float) -> None:
        """Set so much more aside. Raises `Problem` when it is not there."""
        if not self.trial.meter.reserve(usd):
            raise spent("What is left of the trial's money does not pay for this request.")
        self.reserved += usd

    def _caching(self, prompt: Prompt, model: ModelSpec) -> Caching:
        """OpenAI's faces cache by themselves, Anthropic's only where the request says so."""
        request = prompt.request
        marked = self.endpoint.wire.face == "anthropic.messages"
        possible = prompt.tokens >= model.cache_min_tokens and (not marked or bool(request.cache_marks))
        return Caching(possible, possible and bool(request.cache_hour))

    async def _complete(self, ask: Ask, reading: Reading) -> Completion:
        try:
            completion = await self.endpoint.backend.complete(ask, reading, self.call.attempt)
        except Problem:
            raise
        except Exception as error:
            raise self._broken("answering a model request", error) from None
        if completion.cost is not None:  # recorded: by the real model's prices, not by the sheet's
            self._reserve(max(0.0, (completion.cost.usd or 0.0) - self.reserved))
        self.call.modes, self.call.unknown_fields = completion.modes, completion.unknown_fields
        if completion.why_not:
            self.call.understood, self.call.why_not = False, completion.why_not
        self.call.guessed = completion.guessed
        return completion

    def _settle(self, prompt: Prompt, model: ModelSpec, completion: Completion) -> Usage:
        """Count, price and time it; all of it is the gateway's own arithmetic for a simulated model."""
        call, fault = self.call, self.fault
        slow = fault.seconds if fault is not None and fault.kind == "slow" else 0.0
        usage = completion.usage
        if usage is None:
            hit = self._cache(prompt, model)
            hit.keep(call.start + slow + completion.first)
            output = completion.output
            if output is None:
                output = sum(
                    [scaled(reply_tokens(reply), model.token_factor) for reply in completion.replies]
                )
            usage = Usage(prompt.tokens, output, hit.read, hit.write, hit.write_hour)
        call.usage, call.usd = usage, price(model, usage)
        if completion.cost is not None:
            call.usd, call.priced = completion.cost.usd or 0.0, completion.cost.usd is not None
            self.trial.priced = self.trial.priced and call.priced
        call.end = call.start + slow + completion.seconds
        call.stop = completion.replies[0].stop
        call.reply = self.trial.ledger.replies(completion.replies)
        self.trial.meter.settle(self.reserved, usage, call.usd)
        return usage

    def _cache(self, prompt: Prompt, model: ModelSpec) -> Hit:
        if not self._caching(prompt, model).possible:
            return NOTHING
        cache = self.trial.cache(model, self.call.snapshot)
        if self.endpoint.wire.face == "anthropic.messages":
            return cache.marked(prompt.blocks, prompt.marks(), self.call.start)
        return cache.automatic(prompt.blocks, self.call.start)

    def _render(self, answer: Answer, ask: Ask) -> Rendered:
        wire, fault, request = self.endpoint.wire, self.fault, answer.request
        if fault is None or fault.kind not in DAMAGING:
            return Rendered(b"".join(wire.stream(answer)) if request.stream else wire.whole(answer))
        # the client does not get the reply whole: its next try is to meet the same draws
        self.trial.give_back(self.question, self.call.attempt, request.n)
        number = self.trial.asked[self.question] - 1
        where = ask.draws.uniform(DrawKey("fault", *self.question, number, "where"))
        if request.stream:
            return Rendered(*damage(fault, wire.stream(answer), where, self._failure))
        whole = wire.whole(answer)
        half = whole[: max(1, int(len(whole) * where))]
        return Rendered(half) if fault.kind == "malformed_chunk" else Rendered(half, True, len(whole))

    def _failure(self, number: int) -> bytes:
        """The event by which a stream fails after so many others."""
        return self.endpoint.wire.failure(
            problem_of(OVERLOADED), self.trial.request_id(self.call.seq), number
        )

    async def write(self, rendered: Rendered) -> None:
        """Hold the reply for parallel calls to arrive, write it, and let virtual time pass."""
        if self.endpoint.hold:
            await self._hold()
        headers = self._headers()
        if rendered.drop:
            await self.incoming.respond_and_drop(rendered.body, rendered.declared, headers)
        elif self.call.stream:
            await self.incoming.respond_events(rendered.body, headers)
        else:
            await self.incoming.respond(200, rendered.body, headers)
        self.trial.clock.written(self.call.end)

    async def _hold(self) -> None:
        """Wait until the trial has sent nothing new for a while.

        Whatever arrives before a reply is written was sent without knowing it, so no request can
        pass for parallel that was not. The other mistake, a parallel request that comes so late that
        it looks like a following one, gets rarer the longer the quiet. Measured with the OpenAI SDK,
        eight calls at once, on two busy cores: asyncio needs 4 ms, threads 20 to 30 ms. So programs
        that keep several connections open wait longer.
        """
        quiet = self.endpoint.hold * (PATIENCE if self.trial.connections_open > 1 else 1)
        now = asyncio.get_running_loop().time()
        end = self.incoming.arrived + self.endpoint.hold * LONGEST_HOLD
        while (ready := min(end, self.trial.last_arrival + quiet)) > now:
            await asyncio.sleep(ready - now)
            now = asyncio.get_running_loop().time()

    async def refuse(self, problem: Problem) -> None:
        """Turn it away in the vendor's own words."""
        call, trial = self.call, self.trial
        call.status, body = self.endpoint.wire.problem(problem, self.id)
        if not trial.closed:
            trial.add_call(call, spare=call.fault is None and trial.failure is None)
        await self.incoming.respond(call.status, body, self._headers() + retry_headers(problem))

    def landed(self) -> None:
        """It no longer races with others for the same question."""
        self.trial.landed(self.call, self.question)

    def _headers(self) -> bytes:
        meter = self.trial.meter
        return self.endpoint.wire.headers(
            Standing(
                self.id,
                meter.budget.requests,
                meter.requests_left,
                TOKENS_A_MINUTE,
                max(0, TOKENS_A_MINUTE - meter.input - meter.output),
                time.time(),
            )
        )

    def _broken(self, where: str, error: Exception) -> Problem:
        self.trial.fail(where, error, self.call.seq)
        return Problem("server_error", "The simulated model failed; this is the grader's fault.")


def spent(message: str) -> Problem:
    """The budget's refusal: of no use to try again."""
    return Problem("budget", message, code="budget_exceeded")


def retry_headers(problem: Problem) -> bytes:
    """When to try again, in milliseconds for SDKs and in seconds for the rest; or not to."""
    if problem.retry_ms is None:
        return b"x-should-retry: false\r\n"
    seconds = -(-problem.retry_ms // 1000)
    return b"x-should-retry: true\r\nretry-after-ms: %d\r\nretry-after: %d\r\n" % (problem.retry_ms, seconds)
