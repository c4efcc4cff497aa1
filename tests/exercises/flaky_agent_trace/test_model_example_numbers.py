"""A number that a prompt gives to show how numbers look is no order of the case."""

from __future__ import annotations

import pytest

from exercises.flaky_agent_trace.deciding.perception import rivals
from exercises.flaky_agent_trace.papers.orders import only_examples
from exercises.flaky_agent_trace.reading.mind import Mind
from harness.exchange import Message, Request, Text, ToolCall, ToolResult

from .conftest import TOOLS, Case, Open

EXAMPLES = (
    "Our order numbers look like HL-999111.",
    "An order has a number such as HL-999111; customers leave out the letters.",
    "Order numbers (e.g. HL-999111) stand in the subject.",
    "Write the number in the format `HL-999111`.",
    "Bestellnummern sehen aus wie HL-999111.",
    "Give the number, for example order HL-999111.",
)
REAL = (
    "The customer would like HL-999111 to be looked at.",
    "Settled before: HL-999111.",
    "Order numbers look like HL-999111. The one before was HL-999111.",
)


@pytest.mark.parametrize("text", EXAMPLES)
def test_a_number_given_as_an_example_is_known_as_one(text: str) -> None:
    assert only_examples([text], "HL-999111")


@pytest.mark.parametrize("text", REAL)
def test_a_number_that_is_spoken_of_is_none(text: str) -> None:
    assert not only_examples([text], "HL-999111")


def _mind(case: Case, system: str, *more: Message) -> Mind:
    messages = (Message("system", (Text(system),)), Message("user", (Text(case.mail),)), *more)
    mind = case.model.read(Request("m", messages, tools=TOOLS), case.view()).state
    assert isinstance(mind, Mind)
    return mind


@pytest.mark.parametrize("system", EXAMPLES)
def test_an_example_is_no_order_of_the_case(open_case: Open, system: str) -> None:
    mind = _mind(open_case("p-damaged-01"), system)
    assert "HL-999111" not in mind.orders
    assert "HL-999111" not in rivals(mind, "HL-202913")


def test_a_number_that_the_program_speaks_of_is_one(open_case: Open) -> None:
    mind = _mind(open_case("p-damaged-01"), "The sender has written before, on HL-999111.")
    assert "HL-999111" in rivals(mind, "HL-202913")


@pytest.mark.parametrize(
    "result",
    [
        '{"error": "there is no order `HL-999111`"}',
        "HL-999111 was not found",
        "Order HL-999111 does not exist.",
    ],
)
def test_a_number_that_no_order_has_is_given_up(open_case: Open, result: str) -> None:
    call = Message("assistant", (ToolCall("c1", "get_order", '{"order_id": "HL-999111"}'),))
    system = "The sender has written before, on HL-999111."
    told = Message("user", (ToolResult("c1", result, is_error=True),))
    assert "HL-999111" not in rivals(_mind(open_case("p-damaged-01"), system, call, told), "HL-202913")
    late = Message("user", (ToolResult("c1", '{"error": "busy, try HL-999111 again"}', is_error=True),))
    assert "HL-999111" in rivals(_mind(open_case("p-damaged-01"), system, call, late), "HL-202913")
