"""How often the model errs, in this process: `python -m tests.exercises.flaky_agent_trace.rates [hidden]`.

No test: a look at a card while it is being written. First a bare extraction that perfect code decides by,
then the starter's loop of tools without any faults, with all modes and with one group of them at a time.
"""

from __future__ import annotations

import copy
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from exercises.flaky_agent_trace.deciding.perception import perceive
from exercises.flaky_agent_trace.shop.handbook import handbook
from exercises.flaky_agent_trace.shop.policy import Decision, decide
from exercises.flaky_agent_trace.shop.records import WorldState
from graders.vault_files import open_vault
from harness.exchange import Message, OutputFormat, Request, Text
from harness.exercise.parts import Turn
from harness.exercise.registry import Exercise, find_exercise
from harness.exercise.scenario import Bank, Scenario
from harness.rng import Draws
from harness.simulation.noise import Noise
from tests.exercises.flaky_agent_trace.conftest import Case

Json = Any
LUCKS, LOOPS = 40, 4
"""Draws of each extraction; loops of each scenario."""
STANDS_FOR: dict[str, str] = {
    role: spec.current or spec.snapshots[-1].name
    for role, spec in find_exercise("flaky_agent_trace").spec.models.items()
}
GROUPS = {
    "reading": {
        "wrong_order", "guesses_order", "wrong_issue", "missed_ask", "wrong_items", "missed_detail",
        "imagined_detail", "false_alarm", "obeys_injection",
    },
    "deciding": {
        "date_slip", "dropped_clause", "eager_refund", "needless_denial", "needless_escalation",
        "wrong_amount",
    },
    "looking up": {"narrow_topic", "shallow_lookup", "trusts_stale"},
}  # fmt: skip
_PART = {"type": "object", "properties": {"sku": {"type": "string"}, "quantity": {"type": "integer"}}}
_REQUEST = {
    "issue": {"type": "string"},
    "items": {"type": "array", "items": _PART},
    "opened": {"type": "boolean"},
    "first_reported": {"type": "string"},
}
FACTS: dict[str, Json] = {
    "type": "object",
    "properties": {
        "order_id": {"type": "string"},
        "requests": {"type": "array", "items": {"type": "object", "properties": _REQUEST}},
        "legal_threat": {"type": "boolean"},
        "wants": {"type": "string"},
        "several_orders": {"type": "boolean"},
    },
}


def tickets(bank: Bank, stratum: str) -> Iterator[Scenario]:
    """The bank's single tickets of a stratum."""
    return (s for s in bank if s.tasks == 1 and s.tags["stratum"] == stratum)


def extraction(exercise: Exercise, card: dict[str, Json], bank: Bank, role: str, *, orders: bool) -> str:
    """Successes of code that decides without a mistake by what one extraction says, by stratum."""
    model: Any = exercise.model(card)
    shares = []
    for stratum in ("production", "stress"):
        good = total = 0
        for scenario in tickets(bank, stratum):
            case = Case(exercise, scenario, model, role=role, snapshot=STANDS_FOR[role])
            text = f"{case.mail}\n\n{json.dumps(case.orders, indent=1)}" if orders else case.mail
            output = OutputFormat("facts", FACTS, strict=True)
            reading = model.read(Request("m", (Message("user", (Text(text),)),), output=output), case.view())
            for luck in range(LUCKS):
                turn = Turn(Draws(b"rates", (scenario.id, luck)), reading.decision, reading.subject, 0)
                noise = Noise(model.card, turn, role)
                good += _right(scenario, _decided(scenario, perceive(reading.state, noise), noise))
            total += LUCKS
        shares.append(f"{stratum} {good / total:.3f}")
    return ", ".join(shares)


def _decided(scenario: Scenario, belief: Any, noise: Noise) -> Decision:
    """By the true order of the number that was read; one that is only described is found by the code."""
    state = WorldState.model_validate(scenario.world)
    at_a_loss = any(draw.fired and draw.mode == "wrong_order" for draw in noise.modes)
    named = [fact["value"] for fact in scenario.meaning["facts"] if fact["fact"] == "order"]
    wanted = belief.order_id or (named[0] if named and not at_a_loss else None)
    order = next((order for order in state.orders if order.id == wanted), None)
    sender, received = state.ticket.sender.email, state.ticket.received.date()
    facts = replace(belief.facts, order=order, sender=sender, received=received)
    return decide(facts, handbook(state.policy_version).by_id)


def _right(scenario: Scenario, decision: Decision) -> bool:
    amount = None if decision.amount is None else f"{decision.amount:.2f}"
    return any(
        end["action"] == decision.action
        and (amount is None or (end.get("amount") == amount and end.get("order") in (None, decision.order)))
        for end in scenario.expected["outcomes"]
    )


def loop(exercise: Exercise, card: dict[str, Json], bank: Bank, stratum: str, prompt: str) -> str:
    """Success, harm and the commonest failures of a plain loop of tools with the medium model's alias."""
    model = exercise.model(card)
    seen: Counter[str] = Counter()
    for scenario in tickets(bank, stratum):
        for replay in range(LOOPS):
            case = Case(exercise, scenario, model, replay=replay, snapshot=STANDS_FOR["medium"])
            case.act(prompt=prompt)
            verdict = case.verdict
            seen.update({"all": 1, "success": int(verdict.success), "harm": int(verdict.harm)})
            if not verdict.success:
                seen[f"`{verdict.label}`"] += 1
    labels = ", ".join(f"{name} {count}" for name, count in seen.most_common() if name.startswith("`"))
    return f"success {seen['success'] / seen['all']:.3f}, harm {seen['harm'] / seen['all']:.3f}: {labels}"


def only(card: dict[str, Json], kept: set[str]) -> dict[str, Json]:
    """The card with every other mode put to rest."""
    found = copy.deepcopy(card)
    for name, mode in found["modes"].items():
        if name not in kept:
            mode["base"], mode["weights"] = -20.0, {}
    return found


def main(which: str = "practice") -> None:
    """Print all of it."""
    exercise = find_exercise("flaky_agent_trace")
    assessment = open_vault(None, exercise).assessment if which == "hidden" else exercise.practice
    card, bank = assessment.card, assessment.bank
    for role in ("large", "medium", "small"):
        for orders in (False, True):
            what = "mail and orders" if orders else "mail alone"
            found = extraction(exercise, card, bank, role, orders=orders)
            sys.stdout.write(f"extraction, {role}, {what}: {found}\n")
    prompt = (Path(exercise.starter) / "prompt.md").read_text(encoding="utf-8")
    for stratum in ("production", "stress"):
        sys.stdout.write(f"loop, {stratum}: {loop(exercise, card, bank, stratum, prompt)}\n")
    every = set(card["modes"])
    groups = {**GROUPS, "the rest": every - set().union(*GROUPS.values())}
    for name, modes in groups.items():
        found = loop(exercise, only(card, modes), bank, "production", prompt)
        sys.stdout.write(f"loop, production, only {name}: {found}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
