"""Agents by JSON: whatever the shape of a step, the loop ends as with tools of the API."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.exchange import Message, OutputFormat, Request, Text, ToolCall, ToolSpec

Json = Any
Open = Callable[..., Any]
RETURN = "p-return-01"
LINE = (
    "You work a refund inbox. Tools: search_orders(email), lookup_order(order_id), search_policy(topic), "
    "refund(order_id, amount, reason), escalate(order_id, reason, summary), "
    "reply(order_id, outcome, amount, body)."
)
NAMES = ["search_orders", "lookup_order", "search_policy", "refund", "escalate", "reply"]
REAL = {"lookup_order": "get_order", "search_policy": "get_policy"}
ARGUMENTS = {
    "search_orders": ["email"],
    "lookup_order": ["order_id"],
    "search_policy": ["topic"],
    "refund": ["order_id", "amount", "reason"],
    "escalate": ["order_id", "reason", "summary"],
    "reply": ["order_id", "outcome", "amount", "body"],
}
TEXT = {"type": "string"}


def thing(**properties: Json) -> dict[str, Json]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def maybe(schema: Json) -> Json:
    return {"anyOf": [schema, {"type": "null"}]}


def typed(name: str) -> dict[str, Json]:
    return {key: maybe({"type": "number"}) if key == "amount" else TEXT for key in ARGUMENTS[name]}


TOOL = {"type": "string", "enum": [*NAMES, "finish"]}
ALL = {key: maybe(part) for name in NAMES for key, part in typed(name).items()}
UNION = {
    "anyOf": [
        *(thing(type={"const": name}, **typed(name)) for name in NAMES),
        thing(type={"const": "finish"}, note=TEXT),
    ]
}
BY_REF = {
    **thing(thought=TEXT, next_step={"oneOf": [{"$ref": f"#/$defs/{n}"} for n in [*NAMES, "done"]],
                                     "discriminator": {"propertyName": "tool"}}),
    "$defs": {name: thing(tool={"const": name}, args=thing(**typed(name))) for name in NAMES}
    | {"done": thing(tool={"const": "finish"}, args=thing())},
}  # fmt: skip
ENDING = {
    "anyOf": [
        thing(kind={"const": "tool_call"}, tool={"type": "string", "enum": NAMES}, args={"type": "object"}),
        thing(kind={"const": "final"}, summary=TEXT),
    ]
}

SCHEMAS: dict[str, tuple[Json, Callable[[Json], list[tuple[str, Json]]]]] = {
    "enum, free arguments": (
        thing(thought=TEXT, tool=TOOL, args={"type": "object"}), lambda s: [(s["tool"], s["args"])],
    ),
    "enum, arguments of all": (
        thing(thought=TEXT, tool=TOOL, args=thing(**ALL)), lambda s: [(s["tool"], s["args"])],
    ),
    "action and input": (
        thing(action=TOOL, action_input=TEXT), lambda s: [(s["action"], json.loads(s["action_input"]))],
    ),
    "action, input of two types": (
        thing(action=TOOL, action_input={"anyOf": [{"type": "object"}, TEXT]}),
        lambda s: [(s["action"], s["action_input"])],
    ),
    "arguments beside the name": (
        thing(reasoning=TEXT, next_tool=TOOL, **ALL),
        lambda s: [(s["next_tool"], {k: v for k, v in s.items() if k in ALL})],
    ),
    "nested": (
        thing(thought=TEXT, decision=thing(tool=TOOL, arguments={"type": "object"})),
        lambda s: [(s["decision"]["tool"], s["decision"]["arguments"])],
    ),
    "union": (
        thing(thought=TEXT, action=UNION), lambda s: [(s["action"].pop("type"), s["action"])],
    ),
    "union by reference": (BY_REF, lambda s: [(s["next_step"]["tool"], s["next_step"]["args"])]),
    "union of a call and an end": (
        thing(step=ENDING), lambda s: [(s["step"].get("tool", "finish"), s["step"].get("args", {}))],
    ),
    "union of arguments": (
        thing(tool=TOOL, args={"anyOf": [thing(**typed(name)) for name in NAMES]}),
        lambda s: [(s["tool"], s["args"])],
    ),
    "list of calls": (
        thing(tool_calls={"type": "array", "items": thing(name=TEXT, arguments={"type": "object"})}),
        lambda s: [(c["name"], c["arguments"]) for c in s["tool_calls"]],
    ),
    "calls as the API has them": (
        thing(calls={"type": "array", "items": thing(function=thing(name=TEXT, arguments=TEXT))}),
        lambda s: [(c["function"]["name"], json.loads(c["function"]["arguments"])) for c in s["calls"]],
    ),
    "plan": (
        thing(plan={"type": "array", "items": thing(tool=TOOL, args={"type": "object"})}),
        lambda s: [(c["tool"], c["args"]) for c in s["plan"]],
    ),
}  # fmt: skip
RESULTS: dict[str, Callable[[str, Json, str], str]] = {
    "Observation": lambda name, given, text: f"Observation: {text}",
    "Result of": lambda name, given, text: f"Result of {name}: {text}",
    "JSON": lambda name, given, text: json.dumps({"tool": name, "result": json.loads(text)}),
}


def run(
    case: Any, ask: Callable[[list[Message]], Json], parse: Callable[[Json], list[tuple[str, Json]]],
    told: str = "Result of", system: str = LINE, *, names: dict[str, str] = REAL, log: bool = False,
) -> list[tuple[str, Json]]:  # fmt: skip
    """A loop of steps until one says that it is the end; what was called."""
    messages = [Message("system", (Text(system),)), Message("user", (Text(case.mail),))]
    called: list[tuple[str, Json]] = []
    for _ in range(12):
        step = ask(messages)
        said = json.dumps(step)
        calls = [(name, given) for name, given in parse(step) if name and name != "finish"]
        if not calls:
            return called
        results = []
        for name, given in calls:
            called.append((name, given))
            text, _ = case.tool(names.get(name, name), {k: v for k, v in given.items() if v is not None})
            results.append(RESULTS[told](name, given, text))
        shown = [] if log else [Message("assistant", (Text(said),))]
        messages += [*shown, Message("user", (Text("\n\n".join(results)),))]
    pytest.fail(f"no end: {called}")


def by_schema(case: Any, schema: Json) -> Callable[[list[Message]], Json]:
    output = OutputFormat("step", schema, strict=True)
    return lambda messages: json.loads(case.ask(Request("m", tuple(messages), output=output)).text)


@pytest.fixture
def some(ids: list[str]) -> list[str]:
    return ids[::9]


@pytest.mark.parametrize("shape", SCHEMAS)
def test_a_step_by_schema_ends_as_tools_of_the_api_do(open_case: Open, some: list[str], shape: str) -> None:
    schema, parse = SCHEMAS[shape]
    for id in some:
        case = open_case(id)
        called = run(case, by_schema(case, schema), parse)
        assert case.verdict.success, (id, called, case.verdict)
        assert called[-1][0] == "reply"
        assert all(reading.understood for reading in case.readings)


@pytest.mark.parametrize("told", RESULTS)
@pytest.mark.parametrize("log", [False, True])
def test_results_are_known_however_they_are_told(
    open_case: Open, some: list[str], told: str, log: bool
) -> None:
    if log and told == "Observation":
        pytest.skip("does not say of what")
    schema, parse = SCHEMAS["enum, free arguments"]
    for id in some:
        case = open_case(id)
        called = run(case, by_schema(case, schema), parse, told, log=log)
        assert case.verdict.success, (id, called, case.verdict)


TEMPLATES = {
    "loose": "Answer with {thought: str, tool: enum[lookup_order, search_orders, search_policy, refund, "
    "escalate, reply, finish], args: object}, nothing else.",
    "quoted": 'Respond in JSON: {"thought": "...", "tool": "<tool name or finish>", "args": {...}}',
    "options": 'Reply with a JSON object: {"thought": string, "tool": "lookup_order" | "search_orders" | '
    '"search_policy" | "refund" | "escalate" | "reply" | "finish", "args": {}}',
    "example": 'Return only JSON like {"thought": "I look at the order", "tool": "lookup_order", "args": '
    '{"order_id": "..."}}. When all is done, the tool is "finish".',
    "one per turn": "You emit one JSON object per turn and nothing else:\n"
    '{"tool": "<lookup_order|search_orders|search_policy|refund|escalate|reply|finish>", "args": {...}}',
}  # fmt: skip


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_step_by_a_template_ends_so_too(open_case: Open, some: list[str], template: str) -> None:
    for id in some:
        case = open_case(id)

        def ask(messages: list[Message], case: Any = case) -> Json:
            return json.loads(case.ask(Request("m", tuple(messages))).text)

        called = run(case, ask, lambda s: [(s["tool"], s["args"])], system=f"{LINE}\n{TEMPLATES[template]}")
        assert case.verdict.success, (id, called, case.verdict)


def test_a_step_as_the_arguments_of_a_forced_tool(open_case: Open, some: list[str]) -> None:
    schema, parse = SCHEMAS["enum, free arguments"]
    tool = ToolSpec("next_step", "Say what to do next", schema)
    for id in some:
        case = open_case(id)

        def ask(messages: list[Message], case: Any = case) -> Json:
            [call] = case.ask(Request("m", tuple(messages), tools=(tool,), tool_choice="next_step")).parts
            assert isinstance(call, ToolCall)
            assert call.name == "next_step"
            return json.loads(call.arguments)

        run(case, ask, parse)
        assert case.verdict.success, (id, case.verdict)


def first_steps(case: Any, system: str, schema: Json) -> Json:
    messages = (Message("system", (Text(system),)), Message("user", (Text(case.mail),)))
    output = OutputFormat("step", schema, strict=True)
    return json.loads(case.ask(Request("m", messages, output=output)).text)


def test_a_call_has_the_names_of_the_list(open_case: Open) -> None:
    schema = thing(tool=TEXT, args={"type": "object"})
    step = first_steps(open_case(RETURN), LINE, schema)
    assert step == {"tool": "lookup_order", "args": {"order_id": "HL-204173"}}
    other = LINE.replace("lookup_order(order_id)", "fetch_order(order_number)")
    step = first_steps(open_case(RETURN), other, schema)
    assert step == {"tool": "fetch_order", "args": {"order_number": "HL-204173"}}


def test_a_tool_that_is_no_option_is_not_called(open_case: Open) -> None:
    free = {"type": "object"}
    for left, first in ((NAMES, "lookup_order"), (["search_policy", "refund", "reply"], "search_policy")):
        schema = thing(tool={"type": "string", "enum": left}, args=free)
        assert first_steps(open_case(RETURN), LINE, schema)["tool"] == first


@pytest.mark.parametrize(
    "listed",
    [
        "You can call: lookup_order, search_policy, refund, reply.",
        "| tool | arguments |\n|---|---|\n| lookup_order | order_id |\n| search_policy | topic |",
        'Tools: [{"name": "lookup_order", "parameters": {"type": "object", "properties": {"order_id": {}}}}]',
    ],
)
def test_tools_are_known_however_they_are_listed(open_case: Open, listed: str) -> None:
    step = first_steps(open_case(RETURN), listed, thing(tool=TEXT, args={"type": "object"}))
    assert step == {"tool": "lookup_order", "args": {"order_id": "HL-204173"}}


def test_a_decision_is_no_step(open_case: Open) -> None:
    """Its options are names of tools too, but there are no arguments and no look-ups."""
    case = open_case(RETURN)
    schema = thing(
        action={"type": "string", "enum": ["refund", "deny", "escalate"]}, amount={"type": "number"}
    )
    assert case.decide(case.prompt(), schema=schema) == {"action": "refund", "amount": 64.0}
    assert case.readings[-1].operation == "decide"
