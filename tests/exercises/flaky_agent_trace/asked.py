"""What the simulated model makes of requests that it was not made for.

The first three sets are structured requests as different as their authors could think of; the fourth is what
ten designs of the agent would send. `python -m tests.exercises.flaky_agent_trace.asked first … fourth`
puts them to the model without error modes, and prints which are not understood and why; `--all` prints each
answer beside what its author expected. Whether an answer is sane is for a reader to say.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from harness.exchange import Text, ToolCall
from harness.exercise.parts import SimulatedModel
from harness.exercise.registry import Exercise, find_exercise
from harness.gateway.wire.openai_chat import OpenAIChat
from tests.exercises.flaky_agent_trace.conftest import Case, without_errors

Json = Any
REQUESTS = Path(__file__).with_name("requests")
SETS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
NO_REASON = "not understood"


class Asked(NamedTuple):
    """A request, and what became of it."""

    id: str
    expected: str
    body: dict[str, Json]
    said: str
    why_not: str
    """Empty where it was understood."""
    guessed: tuple[str, ...]
    """Fields that a trial tries both ways; empty where more is not understood."""


def main() -> None:
    """Print what is not understood of each set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("sets", nargs="+", choices=SETS)
    parser.add_argument("--all", action="store_true", help="print every answer beside the expectation")
    wanted = parser.parse_args()
    exercise = find_exercise("flaky_agent_trace")
    model = exercise.model(without_errors(exercise.practice.card))
    for name in wanted.sets:
        found = list(asked(name, exercise, model))
        for one in found:
            if wanted.all:
                say(f"{one.id} {one.why_not or 'understood'}")
                say(f"  expected {one.expected}\n  said     {one.said}")
            elif one.why_not or one.guessed:
                say(f"{one.id} {one.why_not or 'understood'}")
            if one.guessed:
                say(f"  guessed  {', '.join(one.guessed)}")
        guessed = sum(bool(one.guessed) for one in found)
        lost = sum(bool(one.why_not) and not one.guessed for one in found)
        say(f"{name}: of {len(found)} requests {lost} not understood, {guessed} with fields that are guessed")


def say(line: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def asked(name: str, exercise: Exercise, model: SimulatedModel) -> Iterator[Asked]:
    """Every request of a set with its answer; the orders and the handbook that it shows were looked up."""
    wire = OpenAIChat()
    for line in (REQUESTS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        given = json.loads(line)
        case = Case(exercise, exercise.bank[given["scenario"]], model)
        text = json.dumps(given["body"], ensure_ascii=False)
        for order in case.scenario.world["orders"]:
            if order["id"] in text and "sku" in text:
                case.tool("get_order", {"order_id": order["id"]})
        if "R-1" in text or "handbook" in text.lower():
            case.tool("get_policy", {"topic": "all", "fresh": True})
        reply = case.ask(wire.parse(given["body"], {}))
        several = len(given["body"].get("tools", ())) > 1
        said = "\n".join(_words(part, named=several) for part in reply.parts)
        reading = case.readings[-1]
        why_not = "" if reading.understood else reading.why_not or NO_REASON
        guessed = case.thoughts[-1].guessed
        yield Asked(given["id"], given["expect"], given["body"], said, why_not, guessed)


def _words(part: Text | ToolCall, *, named: bool) -> str:
    if isinstance(part, Text):
        return part.text
    return f"{part.name}{part.arguments}" if named else part.arguments


if __name__ == "__main__":
    main()
