"""Choices, conditions and lists of any name are told by what they are said to mean."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from exercises.flaky_agent_trace.ontology import ORDER, vocabulary
from exercises.flaky_agent_trace.papers.outcomes import outcome_in
from exercises.flaky_agent_trace.writing.letter_facts import facts_in
from harness.exchange import Message, Request, Text, ToolCall, ToolResult, ToolSpec
from harness.simulation.filling.defined import applies
from harness.simulation.meaning.definitions import definitions
from harness.simulation.reading.records import find_records
from harness.simulation.reading.shapes import Lexicon

Json = Any
Open = Callable[..., Any]
RETURN, BROKEN, LATE, UNDERWAY = "p-return-01", "p-damaged-01", "p-delay-01", "p-desk-04"
STOPPED, WRONG, PAID, OPEN, USED = "p-monday-02", "p-monday-01", "p-earlier-02", "p-knows-01", "p-opened-01"
READS = "You read one mail and fill in the sheet; a program decides by it."


def _form(**fields: Json) -> dict[str, Json]:
    return {
        "type": "object", "properties": fields, "required": list(fields), "additionalProperties": False,
    }  # fmt: skip


def _one_of(options: str, description: str = "") -> dict[str, Json]:
    return {"type": "string", "enum": options.split(), "description": description}


def _filled(case: Any, field: dict[str, Json], system: str = READS, name: str = "q7") -> Json:
    whole = _form(order_number={"type": ["string", "null"]}, **{name: field})
    said = case.decide(case.prompt(handbook=""), system=system, schema=whole)
    assert case.readings[-1].understood, case.readings[-1].why_not
    assert name not in case.thoughts[-1].guessed
    return said[name]


FITS = (
    _one_of("settled open", "settled = exactly one purchase fits; open = several fit equally, we must ask"),
    _one_of(
        "one many", "one: the order is identified. many: more than one order fits, the mail doesn't tell"
    ),
    _one_of("A B", "A (a single order is meant) or B (cannot be told which order is meant)"),
    _one_of("sure ambiguous", "ambiguous: two parcels fit and only the customer can say"),
)


@pytest.mark.parametrize("field", FITS, ids=str)
def test_whether_one_order_is_meant_agrees_with_its_number(open_case: Open, field: dict[str, Json]) -> None:
    first, second = field["enum"]
    assert _filled(open_case(RETURN), field) == first
    assert _filled(open_case(OPEN), field) == second


KINDS = _one_of(
    "k1 k2 k3 k4 k5 k6",
    "k1: no longer wants it and sends it back; k2: came broken, or something else than ordered; k3: came "
    "after the promised date; k4: the parcel never turned up; k5: wants the order stopped before it is sent; "
    "k6: anything else",
)
BUCKETS = """Sort it into one of these:
- `goods_problem`: faulty, damaged, or not what was ordered
- `carrier`: delayed or lost
- `second_thoughts`: the goods are fine and unwanted
- `misc`: everything else
"""


@pytest.mark.parametrize(
    ("scenario", "kind", "bucket"),
    [
        (RETURN, "k1", "second_thoughts"), (BROKEN, "k2", "goods_problem"), (WRONG, "k2", "goods_problem"),
        (LATE, "k3", "carrier"), (UNDERWAY, "k4", "carrier"), (STOPPED, "k5", "misc"), (PAID, "k6", "misc"),
    ],
)  # fmt: skip
def test_an_option_is_chosen_by_its_definition(
    open_case: Open, scenario: str, kind: str, bucket: str
) -> None:
    assert _filled(open_case(scenario), KINDS) == kind
    shown = _one_of("goods_problem carrier second_thoughts misc")
    assert _filled(open_case(scenario), shown, f"{READS}\n{BUCKETS}") == bucket


def test_what_the_mail_does_not_say_has_an_option(open_case: Open) -> None:
    seal = _one_of(
        "intact broken silent", "intact: still sealed; broken: unpacked or tried; silent: not told"
    )
    assert _filled(open_case(USED), seal) == "broken"
    case = open_case(BROKEN)
    whole = _form(order_number={"type": ["string", "null"]}, seal=seal)
    assert case.decide(case.prompt(handbook=""), system=READS, schema=whole)["seal"] == "silent"


FITTING = {
    "right_sheet": "false if the mail is no case for this sheet after all",
    "belongs_here": "true if the sorting was right",
    "sorting_ok": "true if the sorting is correct",
}
MISFITS = {
    "misrouted": "true if it was sorted wrongly", "wrong_queue": "",
    "belongs_elsewhere": "another form is needed",
}  # fmt: skip


@pytest.mark.parametrize(("name", "told"), [*FITTING.items(), *MISFITS.items()])
def test_whether_the_sorting_is_right_is_known_by_what_the_mail_asks(
    open_case: Open, name: str, told: str
) -> None:
    field: dict[str, Json] = {"type": "boolean", "description": told}
    for filed, fits in (("a change of mind", True), ("a late delivery", False)):
        said = _filled(open_case(RETURN), field, f"{READS} This mail was filed as {filed}.", name)
        assert said is (fits if name in FITTING else not fits)


def _pieces(sku: str, number: str, described: str = "") -> dict[str, Json]:
    items = _form(**{sku: {"type": "string", "description": described}, number: {"type": "integer"}})
    return {"type": "array", "items": items}


@pytest.mark.parametrize(
    ("sku", "number", "described"),
    [
        ("sku", "count", ""),
        ("article", "n", "its sku"),
        ("item_id", "pieces", ""),
        ("code", "units", "the sku"),
    ],
)
def test_a_list_of_things_is_known_by_its_entries(
    open_case: Open, sku: str, number: str, described: str
) -> None:
    back = _pieces(sku, number, described)
    own = [{sku: "KD-3307", number: 2}]
    assert _filled(open_case(BROKEN), {**back, "description": "only what is damaged or wrong"}) == own
    assert _filled(open_case(BROKEN), {**back, "description": "what the sender sends back"}) == []
    assert _filled(open_case(BROKEN), {**back, "description": "what it is about"}) == own


def test_definitions_end_where_the_next_begins() -> None:
    said = definitions(("a", "b_c", "d"), "One of. a: first, or more. b_c - the second; `d` means the last")
    assert said == {"a": "first, or more.", "b_c": "the second", "d": "the last"}


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ("For damage only: the day", True), ("For late parcels only: the day", False), ("the day", True),
        ("Only if the goods are faulty", True), ("only for cancellations", False),
        ("For the file: a note", True),
    ],
)  # fmt: skip
def test_a_field_for_some_cases_is_left_out_of_others(told: str, wanted: bool) -> None:
    table = vocabulary().ontology.predicates
    issues = {"damaged": 1.0, "late": 0.0, "cancel": 0.0}
    assert applies(table, told, lambda slot: issues.get(slot.removeprefix("is "))) is wanted


# Tools of a program's own

LETTER = {"type": "string", "description": "the whole mail that goes to the customer"}
GROUNDS = _one_of(
    "g1 g2 g3 g4", "g1: asked after the window; g2: final sale; g3: already shipped; g4: nothing due"
)
TOOLS = (
    ToolSpec("read_order", "All of one order.", _form(order_id={"type": "string"})),
    ToolSpec("pay_back", "Refund money at once.", _form(
        order_id={"type": "string"}, amount={"type": "string"},
        cause=_one_of("c1 c2 c3", "c1: unwanted goods (R-1); c2: damaged goods (D-1); c3: came late (L-1)"),
    )),
    ToolSpec("wrap_up", "After money went back: the last words, and the case is shut.", _form(words=LETTER)),
    ToolSpec("turn_down_request", "Nothing is due.", _form(
        order_id={"type": "string"}, ground=GROUNDS, note_out=LETTER,
    )),
    ToolSpec("pass_to_desk", "The refunds desk takes over.", _form(
        order_id={"type": "string"}, note_out=LETTER,
        cause=_one_of("d1 d2 d3", "d1: a note of kind promise; d2: open chargeback; d3: none of these"),
    )),
)  # fmt: skip
LOOP = "You close refund tickets with the tools.\n\n{handbook}"


def _next(case: Any, *done: tuple[str, dict[str, Json], str]) -> ToolCall:
    """The call that comes after these calls and their results."""
    messages = [
        Message("system", (Text(LOOP.replace("{handbook}", case.handbook)),)),
        Message("user", (Text(case.mail),)),
    ]
    for number, (name, arguments, result) in enumerate(done):
        messages.append(Message("assistant", (ToolCall(f"t{number}", name, json.dumps(arguments)),)))
        messages.append(Message("user", (ToolResult(f"t{number}", result, False),)))
    reply = case.ask(Request("m", tuple(messages), tools=TOOLS))
    made = next(part for part in reply.parts if isinstance(part, ToolCall))
    assert isinstance(made, ToolCall)
    return made


def _looked(case: Any) -> tuple[str, dict[str, Json], str]:
    wanted = next(fact["value"] for fact in case.scenario.meaning["facts"] if fact["fact"] == "order")
    text, _ = case.tool("get_order", {"order_id": wanted})
    return "read_order", {"order_id": wanted}, text


@pytest.mark.parametrize(("scenario", "cause"), [(RETURN, "c1"), (BROKEN, "c2"), (LATE, "c3")])
def test_own_tools_are_filled_by_what_they_mean(open_case: Open, scenario: str, cause: str) -> None:
    case = open_case(scenario)
    looked = _looked(case)
    paid = _next(case, looked)
    given = json.loads(paid.arguments)
    assert (paid.name, given["cause"]) == ("pay_back", cause)
    last = _next(case, looked, (paid.name, given, f"Paid: {given['amount']}."))
    assert last.name == "wrap_up"
    assert given["amount"] in json.loads(last.arguments)["words"]


REFUSALS = {
    "Refused: a chargeback is open on it (H-3), so it goes to the desk.": ("pass_to_desk", "d2"),
    "Blocked. Leave this to the desk: a colleague has promised something (H-6).": ("pass_to_desk", "d1"),
    "Not done: nothing is due here, it was asked on day 40 (R-1).": ("turn_down_request", "g1"),
    "Refused: nothing is owed for a final sale (R-3).": ("turn_down_request", "g2"),
}


@pytest.mark.parametrize("why", REFUSALS)
def test_what_a_check_answers_is_heeded(open_case: Open, why: str) -> None:
    case = open_case(RETURN)
    looked = _looked(case)
    paid = _next(case, looked)
    then = _next(case, looked, (paid.name, json.loads(paid.arguments), why))
    given = json.loads(then.arguments)
    assert (then.name, given.get("cause") or given["ground"]) == REFUSALS[why]
    assert len(given["note_out"]) > 40


def test_a_denial_that_is_refused_is_not_made_again(open_case: Open) -> None:
    case = open_case("p-return-02")
    looked = _looked(case)
    denied = _next(case, looked)
    assert denied.name == "turn_down_request"
    given = json.loads(denied.arguments)
    then = _next(case, looked, (denied.name, given, "Refused: something is due on that ground (R-1)."))
    assert (then.name, json.loads(then.arguments)["cause"]) == ("pay_back", "c1")
    tools = "Refused: not paid yet. Use pay_back, turn_down_request or pass_to_desk."
    case = open_case(RETURN)
    looked = _looked(case)
    assert _next(case, looked, ("wrap_up", {"words": "All is well."}, tools)).name == "pay_back"


# Orders and letters


@pytest.mark.parametrize(
    "head",
    ["Note of 3 October 2026 by Ana, kind promise", "note 2026-10-03 (promise)",
     "A colleague's note (promise)",
     "Promise by Ana on 2026-10-03", "[promise] 2026-10-03, Ana"],
)  # fmt: skip
def test_a_note_on_a_line_of_its_own_is_read_with_its_kind(head: str) -> None:
    text = (
        f"Order HL-207433\nItems (currency GBP):\n- sku EL-2290: 1 x Kettle, 19.00\n{head}: we will swap it."
    )
    (order,) = find_records(text, ORDER, Lexicon())
    (note,) = order.parts["notes"]
    assert (note.get("kind"), note.get("text")) == ("promise", "we will swap it.")
    assert order.get("currency") == "GBP"


@pytest.mark.parametrize(
    "said",
    [
        "Nothing can be refunded on it",
        "nothing is due",
        "There is nothing to pay back",
        "nothing is owed for this",
    ],
)
def test_nothing_that_can_be_refunded_is_no_refund(said: str) -> None:
    found = outcome_in(said)
    assert found is not None
    assert found[0] == "deny"


def test_facts_for_a_letter_have_their_reason_behind_the_colon() -> None:
    told = facts_in(
        "Decided and done: Nothing can be refunded on HL-211655: asked on day 46 of 30 (rule R-1)."
    )
    assert told is not None
    assert (told.told.slots["action"], told.told.grounds) == ("deny", "asked on day 46 of 30 (rule R-1)")
    told = facts_in("Result: our desk has the case now and will write. Nothing has been refunded so far.")
    assert told is not None
    assert (told.told.slots["action"], told.facts.nothing) == ("escalate", True)
