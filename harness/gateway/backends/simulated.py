"""The exercise's own simulated model behind the API: read, answer, cut to the client's limits."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass, replace
from statistics import NormalDist

from harness.exchange import Reply, Request, Text, ToolCall
from harness.exercise.parts import ModeDraw, Reading, SimulatedModel, Thought, Turn
from harness.exercise.spec import ModelSpec
from harness.gateway.backends.base import Ask, Completion
from harness.gateway.ledger import CALL_TOKENS, reply_tokens
from harness.gateway.tokens import count, cut, scaled

SPREAD = 0.35
"""Standard deviation of the logarithm of the time to the first token."""
LONGEST = 2_048
"""o200k_base tokens after which any simulated reply ends, whatever the client allows."""
BREATH = 8
"""Choices after which other requests get their turn."""

_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class SimulatedBackend:
    """Answers at once; how long it took is drawn, not slept."""

    model: SimulatedModel
    longest: int = LONGEST

    @property
    def version(self) -> str:
        """The model's own version."""
        return self.model.version

    def read(self, ask: Ask) -> Reading:
        """The model's own reading."""
        return self.model.read(ask.request, ask.view)

    async def complete(self, ask: Ask, reading: Reading, attempt: int) -> Completion:
        """One thought for each choice, each with an attempt of its own."""
        spec, request = ask.spec, ask.request
        replies: list[Reply] = []
        firsts: list[float] = []
        ends: list[float] = []
        output = 0
        modes: tuple[ModeDraw, ...] = ()
        unknown: tuple[str, ...] = ()
        why_not = ""
        guessed: list[str] = []
        lost = False
        for choice in range(request.n):
            if choice % BREATH == BREATH - 1:
                await asyncio.sleep(0)
            turn = Turn(ask.draws, reading.decision, reading.subject, attempt + choice, ask.contrary)
            thought = self.model.answer(reading, turn)
            reply, tokens = shape(_name_calls(thought.reply, turn), request, spec, self.longest)
            first = _first(spec, turn, thought)
            output += tokens
            replies.append(reply)
            firsts.append(first)
            ends.append(first + tokens / spec.tokens_per_second)
            modes += thought.modes
            unknown += thought.unknown_fields
            why_not = why_not or thought.why_not
            guessed += thought.guessed
            lost = lost or bool((thought.why_not or not reading.understood) and not thought.guessed)
        return Completion(
            tuple(replies), min(firsts), max(ends),
            output=output, modes=modes, unknown_fields=tuple(dict.fromkeys(unknown)), why_not=why_not,
            guessed=() if lost else tuple(dict.fromkeys(guessed)),
        )  # fmt: skip


def _first(spec: ModelSpec, turn: Turn, thought: Thought) -> float:
    """Seconds to the first token: lognormal with the price sheet's median."""
    z = _NORMAL.inv_cdf(turn.uniform("latency"))
    return spec.latency_seconds * math.exp(SPREAD * z) * thought.latency_factor


def _name_calls(reply: Reply, turn: Turn) -> Reply:
    """Tool calls without an id get one: the same for the same meaning, unlike across decisions."""
    for part in reply.parts:
        if isinstance(part, ToolCall) and not part.id:
            break
    else:
        return reply
    seed = f"{int(turn.uniform('text', 'call ids') * 16**12):012x}"
    parts = [
        replace(part, id=f"call_{seed}{index}") if isinstance(part, ToolCall) and not part.id else part
        for index, part in enumerate(reply.parts)
    ]
    return replace(reply, parts=tuple(parts))


def shape(reply: Reply, request: Request, spec: ModelSpec, longest: int = LONGEST) -> tuple[Reply, int]:
    """What the API does to a model's words: one call only, stop sequences, the limit; its own tokens.

    No more tokens are billed than the limit allows.
    """
    if not request.parallel_tools:
        reply = _one_call(reply)
    if request.stop:
        reply = _stop_at(reply, request.stop)
    limit = min(spec.max_output_tokens, scaled(longest, spec.token_factor))
    limit = min(request.max_tokens or limit, limit)
    tokens = scaled(reply_tokens(reply), spec.token_factor)
    if tokens > limit:
        reply = _cut_at(reply, int(limit / spec.token_factor))
        tokens = min(limit, scaled(reply_tokens(reply), spec.token_factor))
    return reply, tokens


def _one_call(reply: Reply) -> Reply:
    kept: list[Text | ToolCall] = []
    for part in reply.parts:
        kept.append(part)
        if isinstance(part, ToolCall):
            break
    return replace(reply, parts=tuple(kept))


def _stop_at(reply: Reply, sequences: tuple[str, ...]) -> Reply:
    """Cut at the first stop sequence in the text; later parts are never written."""
    kept: list[Text | ToolCall] = []
    for part in reply.parts:
        if isinstance(part, Text):
            found = [(at, word) for word in sequences if word and (at := part.text.find(word)) >= 0]
            if found:
                at, word = min(found)
                if part.text[:at]:
                    kept.append(Text(part.text[:at]))
                return Reply(tuple(kept), "stop_sequence", word)
        kept.append(part)
    return reply


def _cut_at(reply: Reply, tokens: int) -> Reply:
    """The first so many tokens; a tool call keeps its name and loses the end of its JSON."""
    kept: list[Text | ToolCall] = []
    for part in reply.parts:
        if isinstance(part, Text):
            text = cut(part.text, tokens)
            if text:
                kept.append(Text(text))
            tokens -= count(part.text)
        else:
            tokens -= CALL_TOKENS + count(part.name)
            if tokens <= 0:
                break
            kept.append(replace(part, arguments=cut(part.arguments, tokens)))
            tokens -= count(part.arguments)
        if tokens <= 0:
            break
    return Reply(tuple(kept), "length")
