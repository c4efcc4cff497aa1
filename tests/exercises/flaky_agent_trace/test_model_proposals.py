"""A critic's verdict follows what a proposal says, in whatever form the program puts it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from exercises.flaky_agent_trace.papers.outcomes import outcome_in, sum_in
from harness.exchange import Message, OutputFormat, Request, Text
from harness.simulation.reading.values import Money

Open = Callable[..., Any]
Step = dict[str, Any]

REVIEW = {
    "type": "object",
    "properties": {
        "approved": {"type": "boolean"},
        "problems": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["approved", "problems"],
}
_VERBS = {
    "refund": "refund {sum} EUR on order {order}",
    "deny": "deny the refund on order {order}",
    "escalate": "escalate order {order} to a person",
    "need_info": "ask the customer for more information",
}
_CALLS = {"refund": "refund_order", "deny": "deny", "escalate": "escalate", "need_info": "ask_customer"}
_PLAIN = {
    "refund": "pay {sum} back on {order}",
    "deny": "reject the claim on {order}",
    "escalate": "hand {order} to a human",
    "need_info": "get back to the customer with a question",
}


def _phrase(step: Step, words: dict[str, str] = _VERBS) -> str:
    return words[step["action"]].format(order=step["order_id"], sum=f"{step['amount'] or 0:.2f}")


def _sum(step: Step) -> str:
    return "none" if step["amount"] is None else f"{step['amount']:.2f}"


def _arguments(step: Step) -> str:
    paid = f', amount={step["amount"]}, reason="due"' if step["amount"] is not None else ""
    return f'order_id="{step["order_id"]}"{paid}'


def _comma(step: Step) -> str:
    return f"{_sum(step).replace('.', ',')} €"


FORMS: dict[str, Callable[[Step], str]] = {
    "json": json.dumps,
    "labelled json": lambda s: f"Proposal:\n{json.dumps(s)}",
    "python dict": lambda s: f"Proposal: {s!r}",
    "dataclass": lambda s: "Proposal: Decision(" + ", ".join(f"{k}={v!r}" for k, v in s.items()) + ")",
    "bare dataclass": lambda s: "Decision(" + ", ".join(f"{k}={v!r}" for k, v in s.items()) + ")",
    "call": lambda s: f"The agent's next step:\n{_CALLS[s['action']]}({_arguments(s)})",
    "call in a fence": lambda s: f"Step:\n```python\n{_CALLS[s['action']]}({_arguments(s)})\n```",
    "labelled lines": lambda s: f"Decision: {s['action']}\nOrder: {s['order_id']}\nAmount: {_sum(s)}",
    "headed lines": lambda s: (
        f"Proposed resolution\n\nOutcome: {s['action']}\nOrder: {s['order_id']}\nAmount: {_comma(s)}"
    ),
    "bullets": lambda s: (
        f"## Proposal\n\n- **Action:** {s['action']}\n- **Order:** {s['order_id']}\n"
        f"- **Amount:** EUR {_sum(s)}"
    ),
    "table": lambda s: (
        f"### Draft\n| Field | Value |\n|---|---|\n| Action | {s['action']} |\n| Order | {s['order_id']} |\n"
        f"| Amount | {_sum(s)} |"
    ),
    "wide table": lambda s: (
        f"Proposal:\n| Action | Order | Amount |\n|---|---|---|\n"
        f"| {s['action']} | {s['order_id']} | {_sum(s)} |"
    ),
    "tags": lambda s: (
        f"<proposal><action>{s['action']}</action><order_id>{s['order_id']}</order_id>"
        f"<amount>{_sum(s)}</amount></proposal>"
    ),
    "prose in a tag": lambda s: f"<draft>\nI would {_phrase(s)}.\n</draft>",
    "yaml": lambda s: (
        f"proposal:\n  action: {s['action']}\n  order_id: {s['order_id']}\n  amount: {_sum(s)}"
    ),
    "prose": lambda s: f"I would {_phrase(s)}, because of what the customer writes.",
    "proposed": lambda s: f"Proposed: {_phrase(s)}. That is what the handbook says.",
    "plain words": lambda s: f"Answer of the first model: {_phrase(s, _PLAIN)}.",
    "the agent wants": lambda s: f"The agent wants to {_phrase(s)}.",
    "a colleague": lambda s: f"My colleague suggests to {_phrase(s, _PLAIN)} in this case.",
}  # fmt: skip


def _asked(case: Any, proposal: str, *, output: Any, question: str) -> Any:
    for order in case.orders:
        case.tool("get_order", {"order_id": order["id"]})  # data of the world, no template for an answer
    text = f"{case.prompt()}\n\n{proposal}\n\n{question}"
    return _read(case, Request("m", (Message("user", (Text(text),)),), output=output))


def _read(case: Any, request: Request) -> Any:
    reply = case.ask(request)
    assert case.readings[-1].operation == "critique"
    return reply.text


def _approved(case: Any, proposal: str) -> bool:
    output = OutputFormat("review", REVIEW, strict=True)
    found = json.loads(_asked(case, proposal, output=output, question="Review it against the handbook."))
    assert case.readings[-1].understood
    return bool(found["approved"])


def _yes(case: Any, proposal: str) -> bool:
    said = _asked(case, proposal, output=None, question="Is this right? Answer yes or no.")
    assert case.readings[-1].understood
    assert said.startswith(("Yes", "No")), said
    return bool(said.startswith("Yes"))


def _due(case: Any) -> Step:
    due = case.scenario.expected["outcomes"][0]
    paid = due.get("amount")
    return {
        "action": due["action"],
        "order_id": due["order"],
        "amount": float(paid) if paid is not None else None,
    }


@pytest.mark.parametrize("form", FORMS)
def test_the_verdict_follows_the_proposal_in_every_form(open_case: Open, form: str) -> None:
    case = open_case("p-return-01")
    due = _due(case)
    due["action"] = "refund"
    other = {"action": "deny", "order_id": due["order_id"], "amount": None}
    for right, step in (
        (True, due),
        (False, {**due, "amount": due["amount"] + 3}),
        (False, {**due, "order_id": "HL-900417"}),
        (False, other),
        (False, {**other, "action": "escalate"}),
        (False, {**other, "action": "need_info"}),
    ):
        assert _approved(case, FORMS[form](step)) is right, (form, step)
        assert _yes(case, FORMS[form](step)) is right, (form, step)


@pytest.mark.parametrize("of", ["a colleague's refund before it is paid", "the refund below"])
def test_a_sentence_says_what_the_arguments_are_of(open_case: Open, of: str) -> None:
    case = open_case("p-return-01")
    due = _due(case)
    for factor in (1, 2):
        arguments = {"order_id": due["order_id"], "amount": factor * due["amount"], "reason": "return"}
        assert _yes(case, f"You review {of}: {json.dumps(arguments)}") is (factor == 1)


@pytest.mark.parametrize("id", ["p-damaged-02", "p-desk-01", "p-knows-02", "p-thread-01"])
@pytest.mark.parametrize("form", FORMS)
def test_whatever_is_due_the_verdict_knows_it(open_case: Open, id: str, form: str) -> None:
    case = open_case(id)
    due = case.decide(case.prompt())
    step = {
        "action": due["action"],
        "order_id": due["order_id"] or case.orders[0]["id"],
        "amount": due["amount"] if due["action"] == "refund" else None,
    }
    other = {**step, "action": "escalate" if step["action"] != "escalate" else "deny", "amount": None}
    assert _approved(case, FORMS[form](step))
    assert _yes(case, FORMS[form](step))
    assert not _approved(case, FORMS[form](other))
    assert not _yes(case, FORMS[form](other))


@pytest.mark.parametrize(
    "sum",
    ["64.00", "64,00 €", "EUR 64.00", "€64", "6400 cents", "64.00 EUR", "64 euros", "EUR 64,00"],
)
def test_sums_are_read_in_every_dress(open_case: Open, sum: str) -> None:
    case = open_case("p-return-01")
    for text in (
        "I would refund {sum} on order HL-204173.",
        "Decision: refund\nOrder: HL-204173\nAmount: {sum}",
        "Proposal: pay back {sum} (order HL-204173)",
    ):
        assert _approved(case, text.format(sum=sum)), text
        assert not _approved(case, text.format(sum=sum.replace("64", "74"))), text


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("refund the mug", "refund"),
        ("pay the customer back", "refund"),
        ("deny, outside the 30 days", "deny"),
        ("do not refund", "deny"),
        ("The refund request should be rejected", "deny"),
        ("the customer asks for a refund; decline it", "deny"),
        ("no refund is due", "deny"),
        ("reject", "deny"),
        ("hand to a human", "escalate"),
        ("escalate this to a person", "escalate"),
        ("hand it over to the refunds desk", "escalate"),
        ("pass the case to a colleague", "escalate"),
        ("refund it instead of escalating", "refund"),
        ("no need to escalate, refund it", "refund"),
        ("ask the customer for the order number", "need_info"),
        ("need_info", "need_info"),
        ("ask which order it is", "need_info"),
        ("thank the customer", None),
        ("read the refund policy", None),
    ],
)
def test_outcomes_in_plain_words(words: str, meant: str | None) -> None:
    found = outcome_in(words)
    assert (found[0] if found else None) == meant


def test_the_sum_that_is_proposed_is_the_one_behind_the_outcome() -> None:
    said = "The lamp cost 40.00 EUR, so refund 36.00 EUR of the 90.00 EUR paid"
    found = outcome_in(said)
    assert found is not None
    assert sum_in(said, found[1]) == Money(3600, "EUR")


def _review(case: Any, text: str, *, schema: bool = True) -> Any:
    output = OutputFormat("review", REVIEW, strict=True) if schema else None
    return case.ask(Request("m", (Message("user", (Text(text),)),), output=output)).text


def test_what_is_not_there_is_not_approved(open_case: Open) -> None:
    case = open_case("p-return-01")
    asked = "Check the colleague's decision against the handbook."
    said = json.loads(_review(case, f"{case.prompt()}\n\n{asked}"))
    assert said["approved"] is False
    assert said["problems"] == ["there is no proposal to review"]
    assert not case.readings[-1].understood
    assert case.readings[-1].why_not == "there is no proposal to review"
    assert "no proposal" in _review(case, f"{case.prompt()}\n\n{asked}", schema=False)
    assert not case.readings[-1].understood


@pytest.mark.parametrize("id", ["p-return-01", "p-return-02"])
def test_a_customers_wish_is_approved_where_it_is_due(open_case: Open, id: str) -> None:
    case = open_case(id)
    said = json.loads(_review(case, f"{case.prompt()}\n\nIs the customer's refund to be approved?"))
    assert said["approved"] is (id == "p-return-01")


@pytest.mark.parametrize(
    "told",
    [
        "Decision: one of refund, deny, escalate, need_info\nOrder: …\nAmount: …",
        "Answer in this form:\nDecision: refund\nOrder: HL-204173\nAmount: 12.00",
        "Refund what the handbook grants, deny what it does not. Answer with a decision.",
        "Example:\nMail: my lamp is broken.\nDecision: refund 12.00 EUR on HL-111111",
        "Tools: refund(order_id: str, amount: float), escalate(order_id: str, reason: str)",
    ],
)
def test_instructions_and_examples_are_no_proposal(open_case: Open, told: str) -> None:
    case = open_case("p-return-01")
    assert case.decide(case.prompt(), system=told)["amount"] == 64.0
    assert case.readings[-1].operation == "decide"


def test_the_turn_of_an_assistant_is_a_proposal(open_case: Open) -> None:
    case = open_case("p-return-01")
    for sum, right in (("64.00", True), ("70.00", False)):
        messages = (
            Message("user", (Text(f"{case.prompt()}\n\nWhat is due?"),)),
            Message("assistant", (Text(f"The customer is in time. I would refund {sum} EUR on HL-204173."),)),
            Message("user", (Text("Is that right? Answer yes or no."),)),
        )
        assert _read(case, Request("m", messages)).startswith("Yes") is right
