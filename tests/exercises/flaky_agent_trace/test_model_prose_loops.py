"""Loops in plain prose whose closing actions an engineer has named himself: each ends as the case should."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from exercises.flaky_agent_trace.ontology import vocabulary
from harness.exchange import Message, Request, Text
from harness.simulation.calling.tools import Offered
from harness.simulation.forms.catalogues import catalogue
from harness.simulation.forms.dialects import dialect_in
from tests.exercises.flaky_agent_trace.conftest import Case, Open

from .loops_in_prose import Given, Prose

LINES = """
Write in this form, then stop:
Thought: your reasoning
Action: the name of an action
Action Input: a JSON object with what it needs
You will see an Observation.
"""
SENTENCES = f"""You handle refund requests for a shop. Actions:
- find_customer: the orders of whoever has this e-mail address
- show_order: one order with prices and dates
- handbook: our refund rules
- give_back: the customer gets money; say which order and how much
- decline: the customer gets nothing; say which rule
- ask_back: we can't tell which order it is; say what to ask
- pass_on: people of the refunds desk decide; say why
{LINES}"""
CODE = """You settle refund mails. Each turn:
Thought: what you think
Action: one call, such as open_order(order_id="HL-100100")

and then an Observation comes.

Looking:
- orders(email): what a customer has ordered
- open_order(order_id): one order; what you propose is about the order that you opened last
- handbook(): the rules

Closing:
- propose(decision, amount_cents, reason): decision is "full" or "partial"; the amount goes back to them
- decline(reason): nothing goes back
- ask_customer(question): when it is not clear which order is meant
- handover(team, note): when the handbook gives it to the desk
"""
NUMBERED = f"""Solve the ticket with these actions, one a turn:

1. orders_by_mail - list orders. Input: {{"mail": "..."}}
2. order_file - open one order. Input: {{"nr": "HL-..."}}
3. rulebook - what we refund and what not. Input: {{}}
4. settle_pay - pay the customer. Input: {{"nr": "HL-...", "sum": "12.50", "rule": "R-1"}}
5. settle_no - refuse. Input: {{"nr": "HL-...", "rule": "R-1", "letter": "text to the customer"}}
6. settle_ask - ask the customer which order it is. Input: {{"letter": "text to the customer"}}
7. settle_desk - hand over to the desk. Input: {{"nr": "HL-... or null", "rule": "H-1", "memo": "a note"}}
{LINES}"""
BRACKETS = """Answer refund mails of Harbour Lane. Use Thought, Action, Observation.

Actions:
  lookup[order number]          shows the order
  customer[email]               shows the orders of a customer
  policy[]                      the refund policy
  payout[order number; amount]  sends money back and ends the ticket
  dismiss[order number; clause] nothing is paid; ends the ticket
  clarify[question]             asks the customer which order is meant; ends the ticket
  desk[order number; why]       gives the ticket to the refunds desk; ends the ticket

Thought: ...
Action: lookup[HL-100100]
"""
HEADINGS = """You are a refund agent. One action a turn, as `Action: name(argument=value)` after a `Thought:`
line; the Observation follows.

### get_orders(email)
Everything the customer ordered.

### get_order(order_id)
One order in detail.

### get_handbook()
The rules that hold today.

### approve_refund(order_id, amount, clause)
Books the money and closes the ticket. amount in the order's currency.

### reject_request(order_id, clause)
Closes the ticket without paying.

### request_clarification(question)
Asks the customer, if the order is not clear.

### send_to_human(clause, summary)
Gives the ticket to a human.
"""
TABLE = f"""You are a refund agent.

| action | input | what it does |
|---|---|---|
| find_orders | email | the customer's orders |
| read_order | order_id | one order |
| read_rules | none | the handbook |
| grant | order_id, amount, clause | money goes back; ends the ticket |
| deny | order_id, clause | nothing goes back; ends the ticket |
| inquire | question | asks the customer which order; ends the ticket |
| forward | clause, note | people decide; ends the ticket |
{LINES}"""
GERMAN = """Du bearbeitest Erstattungsanfragen. Jeder Zug hat diese Form:
Thought: was du denkst
Action: Name der Aktion
Action Input: JSON
Danach kommt die Observation.

Aktionen:
- bestellungen_suchen {"email": "..."}: die Bestellungen eines Kunden
- bestellung_zeigen {"bestellnummer": "HL-..."}: eine Bestellung
- handbuch {}: die Regeln
- erstatten {"bestellnummer": "HL-...", "betrag": "12.50"}: das Geld geht zurück
- ablehnen {"bestellnummer": "HL-...", "grund": "..."}: es gibt nichts
- rueckfrage {"frage": "..."}: welche Bestellung gemeint ist
- abgeben {"grund": "..."}: an die Kollegen
"""
SHOP = ("search_orders", "get_order", "get_policy", "refund", "deny", "ask", "escalate")
NAMED = {
    "sentences": (SENTENCES, "find_customer show_order handbook give_back decline ask_back pass_on"),
    "code": (CODE, "orders open_order handbook propose decline ask_customer handover"),
    "numbered": (
        NUMBERED, "orders_by_mail order_file rulebook settle_pay settle_no settle_ask settle_desk",
    ),
    "brackets": (BRACKETS, "customer lookup policy payout dismiss clarify desk"),
    "headings": (
        HEADINGS,
        "get_orders get_order get_handbook approve_refund reject_request request_clarification send_to_human",
    ),
    "table": (TABLE, "find_orders read_order read_rules grant deny inquire forward"),
    "german": (
        GERMAN, "bestellungen_suchen bestellung_zeigen handbuch erstatten ablehnen rueckfrage abgeben",
    ),
}  # fmt: skip


def loop(name: str, **more: Any) -> Prose:
    prompt, actions = NAMED[name]
    return Prose(prompt, dict(zip(actions.split(), SHOP, strict=True)), cents=name == "code", **more)


@pytest.mark.parametrize(
    "ticket", ["p-return-01", "p-earlier-01", "p-monday-01", "p-return-02", "p-desk-01", "p-regular-02"]
)
@pytest.mark.parametrize("name", NAMED)
def test_a_loop_in_prose_closes_by_its_own_actions(open_case: Open, name: str, ticket: str) -> None:
    case, own = open_case(ticket), loop(name)
    own.run(case)
    assert case.verdict.success, own.called
    assert all(reading.understood for reading in case.readings)


@pytest.mark.parametrize("name", ["numbered", "table"])
def test_a_clause_that_is_named_is_the_one_that_decides(open_case: Open, name: str) -> None:
    for ticket, clause in (("p-return-01", "R-1"), ("p-monday-01", "D-1"), ("p-desk-01", "H-3")):
        own = loop(name)
        own.run(open_case(ticket))
        given = own.called[-1][1]
        assert clause == (given.get("rule") or given.get("clause"))


def refusing(action: str, key: str, wrong: str, words: str) -> Any:
    """A program that does not take an argument while it looks like this."""

    def objects(name: str, given: Given) -> str:
        fits = name != action or re.fullmatch(wrong, str(given.get(key, ""))) is None
        return "" if fits else words

    return objects


@pytest.mark.parametrize(
    ("action", "key", "wrong", "words", "then"),
    [
        ("grant", "amount", r"[\d.]+", "Refused: amount must be '12.34 EUR'.", "64.00 EUR"),
        ("grant", "amount", r"[\d.]+", 'ERROR amount has to be text like "12.34 EUR"', "64.00 EUR"),
        (
            "grant", "clause", r"[A-Z]-\d", "Rejected. `clause` must be one of: unwanted, damaged, late.",
            "unwanted",
        ),
    ],
)  # fmt: skip
def test_a_refusal_of_the_form_changes_that_and_nothing_else(  # noqa: PLR0917  (one case a row)
    open_case: Open, action: str, key: str, wrong: str, words: str, then: str
) -> None:
    case, own = open_case("p-return-01"), loop("table", objects=refusing(action, key, wrong, words))
    own.run(case)
    (before, last) = (given for name, given in own.called if name == action)
    assert last[key] == then
    assert {**last, key: ""} == {**before, key: ""}
    assert case.verdict.success


def test_whole_cents_are_given_where_they_are_wanted(open_case: Open) -> None:
    words = "Not accepted: amount must be an integer in cents, e.g. 1234 for 12.34."
    own = loop("table", objects=refusing("grant", "amount", r"\d+\.\d+", words))
    own.cents = True
    case = open_case("p-return-01")
    own.run(case)
    assert own.called[-1][1]["amount"] == 6400
    assert case.verdict.success


def test_what_is_refused_alike_again_is_not_sent_for_ever(open_case: Open) -> None:
    case = open_case("p-return-01")
    own = loop("table", objects=refusing("grant", "amount", r".*", "Refused: amount must be valid."))
    called = own.run(case)
    assert called.count("grant") <= 3
    assert not case.verdict.harm


FINAL = """Alternate between thinking and looking things up:

Thought: think about what to do next
Action: {"tool": "<name>", "input": "<text>"}
Observation: (you will be given this)
Thought: I know what is due
Final Answer: {"verdict": "...", "order": "HL-...", "pay": "0.00", "because": "..."}

Tools:
  my_orders - input is an e-mail address; lists that customer's orders
  order_card - input is an order number; shows goods, prices, dates, refunds, notes
  handbook - input is "all"; the shop's refund rules

Final Answer fields:
  verdict      one of: money (something is paid back), nothing (the request is turned down), desk (colleagues
               of the refunds desk have to take it), unclear (the customer must say which order is meant)
  order        number of the order concerned, null if there is none
  pay          the exact sum to pay back, two decimals, "0.00" unless the verdict is money
  because      the clause of the handbook that decides
"""


def finally_said(case: Case, steps: int = 6) -> Given:
    """What the last line holds."""
    messages = [Message("system", (Text(FINAL),)), Message("user", (Text(case.mail),))]
    for _ in range(steps):
        said = case.ask(Request("m", tuple(messages))).text
        if (last := re.search(r"^Final Answer: (\{.*\})$", said, re.MULTILINE)) is not None:
            found: Given = json.loads(last[1])
            return found
        call = re.search(r"^Action: (\{.*\})$", said, re.MULTILINE)
        assert call is not None, said
        given = json.loads(call[1])
        names = {"my_orders": "search_orders", "order_card": "get_order", "handbook": "get_policy"}
        keys = {"my_orders": "email", "order_card": "order_id", "handbook": "topic"}
        seen, _ = case.tool(names[given["tool"]], {keys[given["tool"]]: given["input"]})
        messages += [Message("assistant", (Text(said),)), Message("user", (Text(f"Observation: {seen}"),))]
    raise AssertionError("no end")


@pytest.mark.parametrize(
    ("ticket", "verdict", "sum"),
    [
        ("p-return-01", "money", "64.00"),
        ("p-return-02", "nothing", "0.00"),
        ("p-desk-01", "desk", "0.00"),
        ("p-regular-02", "unclear", "0.00"),
    ],
)
def test_a_last_line_holds_an_object_of_the_program_s_own(
    open_case: Open, ticket: str, verdict: str, sum: str
) -> None:
    case = open_case(ticket)
    said = finally_said(case)
    assert (said["verdict"], said["pay"]) == (verdict, sum)
    assert all(reading.understood for reading in case.readings)


def listed(text: str) -> dict[str, Offered]:
    known = vocabulary()
    return {tool.spec.name: tool for tool in catalogue(text, known.tools, known.ontology)}


def test_fields_and_mails_are_no_actions() -> None:
    assert not listed("The fields of an answer:\n- order: which order\n- refund: whether it is due\n")
    assert not listed("Hi,\n\nmy order: HL-204173\nreason: too big\n\nThanks\n")


def test_what_stands_deeper_goes_on_with_the_action() -> None:
    tools = listed(
        "Actions:\n  read_order(nr)\n      one order\n  rules()\n  pay(nr, cents)\n      cents is the sum\n"
        "      in cents; nr is the order\n"
    )
    assert [*tools] == ["read_order", "rules", "pay"]
    assert tools["pay"].kind == "refund"
    assert tools["pay"].spec.schema["properties"]["cents"]["type"] == "integer"


@pytest.mark.parametrize(
    ("prompt", "brackets"),
    [
        (LINES, ""),
        (CODE, "()"),
        (BRACKETS, "[]"),
        (FINAL, "{}"),
        ("Classify this mail. Action: refund or deny?", None),
    ],
)
def test_how_calls_are_written(prompt: str, brackets: str | None) -> None:
    found = dialect_in(prompt)
    assert (found.brackets if found is not None else None) == brackets


@pytest.mark.parametrize("named", ["", "Final Answer", "Final Reply"])
def test_an_end_that_a_dialect_does_not_have_is_not_said(open_case: Open, named: str) -> None:
    case = open_case("p-return-01")
    end = f"\n{named}: the mail to the customer" if named else ""
    prompt = f"""Work on refund mails in this form:
Thought: your reasoning
Action: an action's name
Action Input: JSON
Observation: what came back{end}

Actions:
- find_customer: the orders of whoever has this e-mail address
- show_order: one order with prices and dates
- handbook: our refund rules
"""
    messages = [Message("system", (Text(prompt),))]
    told = f"{case.mail}\n\nObservation: {json.dumps(case.orders)}\n\nObservation: {case.handbook}"
    messages.append(Message("user", (Text(told),)))
    said = case.ask(Request("m", tuple(messages))).text
    if named:
        assert f"\n{named}: " in said
    else:
        assert not re.search(r"^(?:Final )?(?:Answer|Reply):", said, re.MULTILINE)
        assert not case.readings[-1].understood


@pytest.mark.parametrize(("sum", "name"), [("sum", "wrap_up"), ("amount", "wrap_up")])
@pytest.mark.parametrize(("ticket", "ruling"), [("p-damaged-01", "pay"), ("p-desk-01", "people")])
def test_the_one_action_that_closes_with_a_sum_pays(
    open_case: Open, ticket: str, ruling: str, sum: str, name: str
) -> None:
    case = open_case(ticket)
    closes = (
        f'{{"ruling": "pay" | "refuse" | "people" | "ask", "order": "HL-...", "{sum}": "0.00", "note": ""}}'
    )
    prompt = (
        f"Actions:\n- handbook {{}}: rules\n- orders {{}}: orders\n- {name} {closes}: closes the ticket\n"
    )
    told = f"{case.mail}\n\nObservation: {json.dumps(case.orders)}\n\nObservation: {case.handbook}"
    said = case.say(told, system=f"{LINES}{prompt}").text
    assert f'"ruling": "{ruling}"' in said
