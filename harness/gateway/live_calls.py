"""A model request that a real model answers: forwarded as it comes, metered and recorded on the way.

Time is the upstream's own, laid on the trial's clock: what a program does between calls counts nothing.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import orjson

from harness.exchange import Request, Usage
from harness.exercise.spec import LiveModel, ModelSpec
from harness.gateway.backends.base import Ask, Completion, Cost
from harness.gateway.backends.forward import DIALECT, PATHS, upstream_body
from harness.gateway.backends.live import LiveBackend, Unreachable, Upstream
from harness.gateway.backends.prices import live_price, most_price
from harness.gateway.backends.tally import Tally, event_data, tally
from harness.gateway.calls import ModelVisit, Rendered, spent
from harness.gateway.faults import DAMAGING, damage
from harness.gateway.http import ClientGone
from harness.gateway.ledger import reply_tokens
from harness.gateway.meter import Caching
from harness.gateway.prompts import Prompt, parse_body
from harness.gateway.wire.base import Answer, Problem
from harness.rng import DrawKey

CAUTION = 1.3
"""An upstream's tokens may be more than ours by so much; bounds what is reserved."""


@dataclass(slots=True)
class LiveVisit(ModelVisit):
    """One model request of one trial to an upstream."""

    upstream: Upstream | None = None
    ask: Ask | None = None
    prompt_tokens: int = 0
    began: float = field(default_factory=time.monotonic)
    first: float = 0.0
    settled: bool = False

    @property
    def live(self) -> LiveBackend:
        """What sends it on."""
        backend = self.endpoint.backend
        assert isinstance(backend, LiveBackend)
        return backend

    @property
    def model(self) -> LiveModel:
        """The real one; resolved by role, never by what the client wrote."""
        return self.live.models[self.call.role or "large"]

    async def answer(self, body: bytes) -> Rendered:
        """Send it on; the reply itself is written by `write`, unless a fault needs all of it."""
        prompt, model = await self.prompt(body)
        call, trial, face = self.call, self.trial, self.endpoint.wire.face
        request = prompt.request
        role = call.role or "large"
        if role not in self.live.models or self.model.dialect != DIALECT[face]:
            raise _other_dialect(request.model, self.live.models.get(role))
        ask = self.ask = Ask(
            request, model, trial.view(role, call.snapshot), trial.draws.with_log(call.draws)
        )
        self.prompt_tokens = prompt.tokens
        self._read(ask)
        self._draw_fault(ask)
        self._reserve_money(prompt, model)
        call.attempt = trial.reserve(call, self.question, request.n)
        limit = min(self.live.longest, model.max_output_tokens)
        sent = upstream_body(face, parse_body(body), request, self.model, limit)
        try:
            self.upstream = await self.live.send(role, PATHS[face], sent, self.incoming.headers)
            if self.upstream.status != 200:
                return await self._pass_error()
            if not request.stream:
                return await self._whole()
        except Unreachable as error:
            raise self._lost(error) from None
        return Rendered(b"")

    def whole_conversation(self, request: Request) -> Request:
        """Threads are refused as the vendor refuses what cannot be one; SDKs then send everything."""
        if self.endpoint.wire.face == "anthropic.messages" and "previous" in request.extra:
            raise Problem(
                "invalid",
                "thread: not held for live models. Send the whole conversation without `thread`.",
                code="thread_unsupported_request",
            )
        return ModelVisit.whole_conversation(self, request)

    def _reserve_money(self, prompt: Prompt, model: ModelSpec) -> None:
        """At the real model's price, with some caution; from the trial's budget and from the purse."""
        request = prompt.request
        limit = request.max_tokens or min(self.live.longest, model.max_output_tokens)
        most = int(prompt.tokens * CAUTION) + 64, limit * request.n
        self._reserve(most_price(self.model, *most, self._caching(prompt, model)) or 0.0)
        if not self.live.purse.reserve(self.reserved):
            self.trial.meter.release(self.reserved)
            self.trial.break_off(f"the cap of {self.live.purse.limit} USD for all trials is reached")
            raise spent("The money for all trials is spent; this is no fault of the program.")

    def _caching(self, prompt: Prompt, model: ModelSpec) -> Caching:
        """The upstream has a minimum of its own, or none."""
        del model
        request = prompt.request
        possible = self.model.dialect == "openai" or bool(request.cache_marks)
        return Caching(possible, bool(request.cache_hour))

    async def _pass_error(self) -> Rendered:
        """An upstream's refusal reaches the client as it is."""
        assert self.upstream is not None
        body = await self.upstream.body()
        self.call.status = self.upstream.status
        self._undo()
        self.call.end = self.call.start + time.monotonic() - self.began
        self.trial.add_call(self.call)
        return Rendered(body)

    async def _whole(self) -> Rendered:
        assert self.upstream is not None
        body = await self.upstream.body()
        await self.upstream.close()
        self.first = time.monotonic() - self.began
        seen = tally(self.endpoint.wire.face)
        try:
            seen.whole(orjson.loads(body))
        except (orjson.JSONDecodeError, AttributeError):
            self.trial.find("upstream_reply", "the upstream's reply is no JSON object", self.call.seq)
        self._record(seen)
        if self.fault is None or self.fault.kind not in DAMAGING:
            return Rendered(body)
        half = body[: max(1, int(len(body) * self._where()))]
        return Rendered(half) if self.fault.kind == "malformed_chunk" else Rendered(half, True, len(body))

    async def write(self, rendered: Rendered) -> None:
        """Write what is there, or forward events as they come."""
        upstream, lines = self.upstream, self._headers()
        assert upstream is not None
        try:
            if upstream.status != 200:
                lines += b"".join([b"%b: %b\r\n" % pair for pair in upstream.headers])
                await self.incoming.respond(upstream.status, rendered.body, lines)
            elif rendered.drop:
                await self.incoming.respond_and_drop(rendered.body, rendered.declared, lines)
            elif not self.call.stream:
                await self.incoming.respond(200, rendered.body, lines)
            elif self.fault is not None and self.fault.kind in DAMAGING:
                await self._damaged(upstream)
            else:
                await self._forward(upstream)
        finally:
            await upstream.close()
        self.trial.clock.written(self.call.end)

    async def _forward(self, upstream: Upstream) -> None:
        """Event by event; what the client did not ask for is read and left out."""
        seen = tally(self.endpoint.wire.face)
        await self.incoming.begin_events(self._headers())
        try:
            async for event in upstream.events():
                if shown := self._take(seen, event):
                    await self.incoming.send_event(shown)
        except Unreachable as error:
            self._record(seen)
            self.trial.break_off(f"the upstream broke off a stream: {error}")
            self.incoming.connection.drop()
            return
        except ClientGone:
            self._record(seen)
            raise
        self._record(seen)
        await self.incoming.end_events()

    async def _damaged(self, upstream: Upstream) -> None:
        """A fault of the scenario: where it strikes depends on how long the whole is."""
        assert self.fault is not None
        seen, events = tally(self.endpoint.wire.face), list[bytes]()
        try:
            events += [shown async for event in upstream.events() if (shown := self._take(seen, event))]
        except Unreachable as error:
            self.trial.break_off(f"the upstream broke off a stream: {error}")
        self._record(seen)
        body, drop = b"", True
        if len(events) > 1:
            body, drop = damage(self.fault, events, self._where(), self._failure)
        if drop:
            await self.incoming.respond_and_drop(body, None, self._headers())
        else:
            await self.incoming.respond_events(body, self._headers())

    def _take(self, seen: Tally, event: bytes) -> bytes:
        """Count an event; what the client is to see of it, which may be nothing.

        Usage is always asked for. A client that did not ask gets none: upstreams send it in a chunk
        without choices, or (LiteLLM) with the last one.
        """
        data = event_data(event)
        if data is None:
            return event
        self.first = self.first or time.monotonic() - self.began
        seen.event(data)
        assert self.ask is not None
        extra = self.ask.request.extra
        hidden = self.endpoint.wire.face == "openai.chat" and not extra["include_usage"]
        if not hidden or not data.get("usage"):
            return event
        if not data.get("choices"):
            return b""
        del data["usage"]
        return b"data: " + orjson.dumps(data) + b"\n\n"

    def _where(self) -> float:
        assert self.ask is not None
        number = self.trial.asked[self.question] - 1
        self.trial.give_back(self.question, self.call.attempt, self.ask.request.n)
        return self.ask.draws.uniform(DrawKey("fault", *self.question, number, "where"))

    def _record(self, seen: Tally) -> None:
        """Settle by what the upstream billed; what it did not say is counted here and said to be."""
        assert self.ask is not None
        call, trial, request = self.call, self.trial, self.ask.request
        replies = seen.replies()
        usage = seen.usage
        if usage is None:
            usage = Usage(self.prompt_tokens, sum(reply_tokens(reply) for reply in replies))
            trial.find("usage_estimated", "the upstream did not say what it billed", call.seq)
        if not seen.finished:
            trial.find("upstream_unfinished", "the upstream's answer does not say that it ended", call.seq)
        usd = live_price(self.model, usage)
        call.usage, call.usd, call.priced = usage, usd or 0.0, usd is not None
        trial.priced = trial.priced and call.priced
        slow = self.fault.seconds if self.fault is not None and self.fault.kind == "slow" else 0.0
        seconds = time.monotonic() - self.began
        call.end = call.start + slow + seconds
        call.stop = replies[0].stop
        call.reply = trial.ledger.replies(replies)
        trial.meter.settle(self.reserved, usage, call.usd)
        self.live.purse.settle(self.reserved, call.usd)
        self.settled = True
        trial.add_call(call)
        if self.endpoint.wire.face == "openai.responses":
            trial.responses.keep(Answer(seen.id, int(time.time()), request, replies, usage))
        if self.endpoint.keep is not None and seen.finished:
            completion = Completion(replies, self.first, seconds, usage, cost=Cost(usd))
            self.endpoint.keep(self.ask, call.attempt, completion)

    def _undo(self) -> None:
        """Nothing was bought."""
        assert self.ask is not None
        self.trial.meter.release(self.reserved)
        self.live.purse.settle(self.reserved, 0.0)
        self.settled = True
        self.trial.give_back(self.question, self.call.attempt, self.ask.request.n)

    def _lost(self, error: Unreachable) -> Problem:
        """The environment failed; the client hears of it as of any bad gateway."""
        self._undo()
        self.landed()
        self.trial.break_off(f"the upstream of `{self.model.model}` cannot be reached: {error}")
        return Problem("server_error", "The upstream model cannot be reached; this is no fault of yours.")


def _other_dialect(name: str, model: LiveModel | None) -> Problem:
    served = "not served live" if model is None else f"served live by an {model.dialect} API only"
    return Problem(
        "not_found", f"The model `{name[:200]}` is {served}.", code="model_not_found", param="model"
    )
