"""Money: whatever a request settles at was reserved before, over faces, cache controls and price sheets."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.exchange import Reply, Request, Text, Usage
from harness.exercise.parts import Reading, Thought, TrialView, Turn
from harness.exercise.scenario import PublicScenario
from harness.exercise.spec import Budget, LiveModel, ModelSpec
from harness.gateway.backends.prices import live_price, most_price
from harness.gateway.backends.simulated import SimulatedBackend
from harness.gateway.calls import Endpoint, ModelVisit
from harness.gateway.http import Incoming
from harness.gateway.ledger import Ledger
from harness.gateway.meter import Caching, Meter, price, worst_uses
from harness.gateway.room import Room
from harness.gateway.trial import Call, Trial
from harness.gateway.wire.anthropic_messages import AnthropicMessages
from harness.gateway.wire.base import Problem
from harness.gateway.wire.openai_chat import OpenAIChat
from harness.gateway.wire.openai_responses import OpenAIResponses
from harness.rng import Draws

Json = Any
ROUNDING = 1e-9
"""In US dollars."""
PRICES = st.floats(0, 40).map(lambda usd: round(usd, 3))
SHEETS = st.builds(
    ModelSpec,
    name=st.just("m"),
    input_usd=PRICES,
    output_usd=PRICES,
    cache_read_usd=PRICES,
    cache_write_usd=PRICES,
    cache_min_tokens=st.sampled_from([1, 64, 1_024]),
    token_factor=st.sampled_from([0.7, 1.0, 1.3]),
    max_output_tokens=st.sampled_from([4_096, 64_000]),
)
WORDS = st.sampled_from(["policy", "parcel left", "Grüße"])
TEXTS = st.builds(lambda word, times: f"{word} " * times, WORDS, st.integers(1, 1_500))
LIMITS = st.sampled_from([1, 30, 4_000])


class Wordy:
    """Repeats what it is told, at whatever length."""

    version = "wordy/1"
    provenance = "invented"

    def read(self, request: Request, view: TrialView) -> Reading:
        del view
        text = request.messages[-1].text
        return Reading(understood=True, why_not="", operation="draft", decision="d", subject="s", state=text)

    def answer(self, reading: Reading, turn: Turn) -> Thought:
        del turn
        return Thought(Reply((Text(str(reading.state) * 3),), "end"))


class NoWorld:
    """Has no tools."""

    tools = ()

    def task(self) -> None:
        return None

    def call(self, tool: str, arguments: dict[str, Json], *, now: float) -> Json:
        raise NotImplementedError

    def end_state(self) -> dict[str, Json]:
        return {}


@st.composite
def chats(draw: st.DrawFn) -> tuple[Any, dict[str, Json]]:
    turns = [{"role": "system", "content": draw(TEXTS)}, {"role": "user", "content": draw(TEXTS)}]
    body: dict[str, Json] = {"model": "m", "messages": turns, "n": draw(st.sampled_from([1, 3]))}
    if draw(st.booleans()):
        body["max_completion_tokens"] = draw(LIMITS)
    return OpenAIChat(), body


@st.composite
def responses(draw: st.DrawFn) -> tuple[Any, dict[str, Json]]:
    return OpenAIResponses(), {"model": "m", "input": draw(TEXTS), "instructions": draw(TEXTS)}


@st.composite
def messages(draw: st.DrawFn) -> tuple[Any, dict[str, Json]]:
    """Breakpoints on some of three blocks, those for an hour before those for five minutes."""
    hours = draw(st.integers(0, 3))
    blocks: list[dict[str, Json]] = []
    for place in range(3):
        ttl = "1h" if place < hours else "5m"
        mark = {"cache_control": {"type": "ephemeral", "ttl": ttl}} if draw(st.booleans()) else {}
        blocks.append({"type": "text", "text": draw(TEXTS), **mark})
    turn = {"role": "user", "content": blocks[2:]}
    body = {"model": "m", "max_tokens": draw(LIMITS), "system": blocks[:2], "messages": [turn]}
    return AnthropicMessages(), body


def trial_with(usd: float) -> Trial:
    scenario = PublicScenario(id="a", family="a", world={})
    budget = Budget(requests=100, usd=usd, tool_calls=1)
    draws = Draws(b"secret", ("bank", "wordy/1", "a", 0, 0))
    return Trial(scenario, NoWorld(), draws, Meter(budget), Ledger(), "wordy/1", Room(10**9))


def visit(trial: Trial, wire: Any, body: dict[str, Json], spec: ModelSpec) -> ModelVisit:
    """One request, answered in this process; refused ones leave a visit whose call was not settled."""
    headers = {b"anthropic-version": b"2026-10-21"}
    incoming = Incoming(None, "POST", "/", headers, 0.0)  # type: ignore[arg-type]
    call = Call(trial.next_seq(), wire.face, trial.clock.now, trial.clock.now)
    found = ModelVisit(
        Endpoint({"m": ("large", spec)}, SimulatedBackend(Wordy()), wire, 0.0), trial, incoming, call
    )
    try:
        asyncio.run(found.answer(json.dumps(body).encode()))
    except Problem as problem:
        if problem.kind != "budget":
            raise
    trial.clock.written(call.end)
    return found


@settings(max_examples=60)
@given(SHEETS, st.lists(st.one_of(chats(), responses(), messages()), min_size=1, max_size=4), PRICES)
def test_nothing_settles_at_more_than_was_reserved(
    spec: ModelSpec, requests: list[tuple[Any, dict[str, Json]]], usd: float
) -> None:
    """In one trial, so that a request finds what those before it have cached."""
    trial = trial_with(usd / 100 + 0.01)
    for wire, body in [*requests, *requests]:
        spent = trial.meter.spent
        found = visit(trial, wire, body, spec)
        assert trial.meter.spent - spent <= found.reserved + ROUNDING
        assert found.call.usd <= found.reserved + ROUNDING
        assert trial.meter.reserved == pytest.approx(0, abs=ROUNDING)
        assert trial.meter.spent <= trial.meter.budget.usd + ROUNDING


@pytest.mark.parametrize(("ttl", "factor"), [(None, 1.0), ("5m", 1.25), ("1h", 2.0)])
def test_a_write_that_is_not_paid_for_is_refused(ttl: str | None, factor: float) -> None:
    """A prompt of a thousand tokens fits into the budget as plain input, not as what it asks to be."""
    spec = ModelSpec(
        name="m", input_usd=4, output_usd=0, cache_read_usd=0.4, cache_write_usd=5, cache_min_tokens=64
    )
    mark = {"cache_control": {"type": "ephemeral", "ttl": ttl}} if ttl else {}
    system = [{"type": "text", "text": "policy " * 1_000, **mark}]
    body = {"model": "m", "max_tokens": 5, "system": system, "messages": [{"role": "user", "content": "hi"}]}
    plain = visit(trial_with(1), AnthropicMessages(), {**body, "system": "policy " * 1_000}, spec).call.usd
    settled = visit(trial_with(1), AnthropicMessages(), body, spec).call.usd
    assert settled == pytest.approx(plain * factor, rel=0.02)
    tight = trial_with(plain * 1.01)
    visit(tight, AnthropicMessages(), body, spec)
    assert tight.meter.refused == (factor > 1)
    assert tight.meter.spent <= plain * 1.01


USES = st.tuples(*[st.integers(0, 3_000)] * 4)


@given(SHEETS, USES, st.integers(0, 3_000))
def test_no_mixture_is_dearer_than_the_worst_use(spec: ModelSpec, use: Any, output: int) -> None:
    fresh, read, brief, hour = use
    used = Usage(fresh + read + brief + hour, output, read, brief + hour, hour)
    caching = Caching(possible=bool(read or brief or hour), hour=bool(hour))
    worst = max(price(spec, usage) for usage in worst_uses(used.input, output, caching))
    assert price(spec, used) <= worst + ROUNDING


LISTED = LiveModel(dialect="anthropic", model="claude-opus-4-5")
OWN = LiveModel(
    dialect="anthropic", model="own", input_usd=3, output_usd=15, cache_read_usd=0.3, cache_write_usd=3.75
)
OPENAI = LiveModel(dialect="openai", model="gpt-5-mini")


@pytest.mark.parametrize("model", [LISTED, OWN, OPENAI], ids=lambda model: model.model)
@given(use=USES, output=st.integers(0, 3_000))
def test_live_use_is_never_dearer_than_what_is_reserved(model: LiveModel, use: Any, output: int) -> None:
    fresh, read, brief, hour = use
    hour = hour if model.dialect == "anthropic" else 0
    used = Usage(fresh + read + brief + hour, output, read, brief + hour, hour)
    most = most_price(model, used.input, output, Caching(possible=True, hour=bool(hour)))
    usd = live_price(model, used)
    assert most is not None
    assert usd is not None
    assert usd <= most + ROUNDING


@pytest.mark.parametrize(("model", "input"), [(LISTED, 5.0), (OWN, 3.0)], ids=["listed", "own"])
def test_an_hour_in_a_live_cache_costs_twice_the_input(model: LiveModel, input: float) -> None:
    million = 1_000_000
    assert live_price(model, Usage(million, 0)) == pytest.approx(input)
    assert live_price(model, Usage(million, 0, cache_write=million)) == pytest.approx(input * 1.25)
    hour = Usage(million, 0, cache_write=million, cache_write_hour=million)
    assert live_price(model, hour) == pytest.approx(input * 2)
    half = hour._replace(cache_write_hour=million // 2)
    assert live_price(model, half) == pytest.approx(input * 1.625)
