"""Controllers of a refund: verdicts of one piece whatever they err in, grounds that a case offers, rates."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.exchange import Message, OutputFormat, Request, Text
from harness.exercise.registry import Exercise

from .conftest import Case
from .schemas import of

Json = Any
Open = Callable[..., Any]
CHECKS = """You are the payments controller. A colleague wants to make the refund below. Check it against the
handbook.

1. Is this the order, and are these the items, that the customer wants a refund for? Could another
   order of this customer be meant just as well?
2. Does the sender's address belong to the order (its email or `also`)?
3. Does a clause of the handbook entitle the customer to a refund? Check the deadlines with the dates given.
4. Does any clause say that the case must go to the refunds desk instead?
5. Is the sum right to the cent: price per piece times pieces, restocking fee, shipping fee, caps?

Approve only if all five hold."""
SUM = {"type": ["string", "null"]}
VERDICT = of(
    checks={"type": "string", "description": "Go through the five checks, one line each, with the numbers."},
    correct_action={"type": "string", "enum": ["refund", "decline", "hand_over", "ask_customer"]},
    correct_amount={
        **SUM,
        "description": 'The right refund such as "12.50"; null if nothing is to be paid by us.',
    },
    approved={"type": "boolean", "description": "true only if the refund can go out exactly as requested."},
    objection={"type": ["string", "null"], "description": "If not approved: what is wrong, in a sentence."},
    severity={"type": "string", "enum": ["none", "minor", "serious"]},
)
ORDERS = {"p-return-01": "HL-204173", "p-sale-01": "HL-215440", "p-pushy-01": "HL-204530"}
DUE = {"p-return-01": "64.00", "p-sale-01": "30.00", "p-pushy-01": "38.25"}


def verdict(
    case: Case, amount: str, head: str = "## Requested refund\n{sum} EUR on order {order}", **more: Json
) -> Json:
    """What a controller says to a refund of so much."""
    put = head.format(sum=amount, order=ORDERS[case.scenario.id])
    form = OutputFormat("verdict", more.get("schema", VERDICT), strict=True)
    system = Message("system", (Text(CHECKS),))
    asked = Message("user", (Text(f"{put}\n\n## Ticket\n{case.prompt()}\n\nCheck the refund."),))
    return json.loads(case.ask(Request("m", (system, asked), output=form)).text)


def always(card: dict[str, Json], mode: str) -> dict[str, Json]:
    """A card on which nothing errs but one mode, which always does."""
    found = copy.deepcopy(card)
    found["modes"][mode]["base"] = 20.0
    return found


@pytest.mark.parametrize(
    "head",
    [
        "## Requested refund\n{sum} EUR on order {order}", "Refund to check: {sum} EUR on {order}",
        "## Payout awaiting approval\norder: {order}\namount: {sum}", "Payment under review: {sum} ({order})",
        "<requested_refund>{sum} EUR for {order}</requested_refund>",
        "Beantragte Erstattung: {sum} EUR, {order}",
        "Remboursement à valider : {sum} EUR, commande {order}",
        "A colleague wants to pay out {sum} EUR on order {order}.",
    ],
)  # fmt: skip
def test_a_payment_that_is_put_before_a_controller_is_read(open_case: Open, head: str) -> None:
    case = open_case("p-return-01")
    assert verdict(case, "64.00", head)["approved"] is True
    wrong = verdict(case, "68.90", head)
    assert (wrong["approved"], wrong["correct_amount"], wrong["severity"]) == (False, "64.00", "serious")
    assert "68.90" in wrong["objection"]


@pytest.mark.parametrize("id", [*ORDERS])
def test_who_lets_a_wrong_sum_pass_holds_it_right_all_through(
    exercise: Exercise, unerring: dict[str, Json], id: str
) -> None:
    model = exercise.model(always(unerring, "rubber_stamp"))
    case = Case(exercise, exercise.bank[id], model, role="large", replay=1)
    total = {"p-return-01": "107.40", "p-sale-01": "75.00", "p-pushy-01": "67.95"}[id]
    said = verdict(case, total)
    assert (said["approved"], said["correct_action"], said["correct_amount"]) == (True, "refund", total)
    assert (said["objection"], said["severity"]) == (None, "none")
    assert total in said["checks"].splitlines()[4]
    assert DUE[id] not in said["checks"].splitlines()[4].split(" = ")[-1]


@pytest.mark.parametrize("id", [*ORDERS])
def test_who_objects_wrongly_has_misread_one_thing_and_decides_by_that(
    exercise: Exercise, unerring: dict[str, Json], id: str
) -> None:
    model = exercise.model(always(unerring, "overstrict"))
    said = [verdict(Case(exercise, exercise.bank[id], model, replay=n), DUE[id]) for n in range(12)]
    wrong = [one for one in said if not one["approved"]]
    assert wrong
    for one in wrong:
        assert (one["correct_action"], one["correct_amount"]) != ("refund", DUE[id])
        assert one["severity"] == "serious"
        assert "clearly covered" not in json.dumps(one)
        assert "grounds" not in json.dumps(one)
        if one["correct_action"] == "refund":
            assert one["correct_amount"] in one["objection"]
            assert one["correct_amount"] in one["checks"].splitlines()[4]
        else:
            assert one["correct_amount"] is None
            assert "`decline`" in one["objection"]


def test_right_refunds_are_seldom_rejected_and_by_no_empty_ground(open_case: Open) -> None:
    rejected = {"large": 0, "small": 0}
    for role in rejected:
        for id in ("p-return-01", "p-sale-01"):
            for n in range(40):
                said = verdict(open_case(id, "practice", role=role, replay=n), DUE[id])
                rejected[role] += not said["approved"]
                assert said["approved"] is (said["severity"] == "none") is (said["objection"] is None)
                assert said["approved"] is (
                    (said["correct_action"], said["correct_amount"]) == ("refund", DUE[id])
                )
    assert rejected["large"] <= 14
    assert rejected["large"] <= rejected["small"] <= 28


def test_a_verdict_never_names_another_sum_than_it_approves(open_case: Open) -> None:
    for n in range(40):
        said = verdict(open_case("p-pushy-01", "practice", role="large", replay=n), "67.95")
        assert said["approved"] is (said["correct_amount"] == "67.95")


def test_the_same_request_gets_the_same_answer_nearly_always(open_case: Open) -> None:
    other = 0
    for n in range(40):
        case = open_case("p-return-01", "practice", role="large", replay=n)
        text = f"{CHECKS}\n\n## Requested refund\n64.00 EUR on order HL-204173\n\n{case.prompt()}"
        form = OutputFormat("verdict", VERDICT, strict=True)
        one, two = (case.say(text, output=form, temperature=0.0).text for _ in range(2))
        other += json.loads(one)["approved"] != json.loads(two)["approved"]
    assert other <= 2


def test_a_handover_out_of_nothing_names_no_promise_that_no_note_holds(
    exercise: Exercise, unerring: dict[str, Json]
) -> None:
    model = exercise.model(always(unerring, "needless_escalation"))
    form = of(
        reasoning={"type": "string", "description": "The five questions, one line each, with the numbers."},
        action={"type": "string", "enum": ["refund", "decline", "hand_over", "ask_customer"]},
        clause={"type": "string"},
    )
    handed = 0
    for id in ("p-return-01", "p-pushy-01", "p-sale-01"):
        for n in range(6):
            case = Case(exercise, exercise.bank[id], model, replay=n, role="large")
            said = case.decide(case.prompt(), system=CHECKS.split("Approve", maxsplit=1)[0], schema=form)
            handed += said["action"] == "hand_over"
            assert "I-2" not in said["clause"]
            assert "promise" not in said["reasoning"]
            assert len(said["reasoning"].splitlines()) == 5
    assert handed > 12


@pytest.mark.parametrize(
    ("told", "none"),
    [
        ("the refund; null if the action isn't refund", True), ("null unless refund", True),
        ("sum to pay, otherwise null", True), ("Betrag; null, wenn nichts erstattet wird", True),
        ("null si l'action n'est pas refund", True), ("importe; null si no se reembolsa nada", True),
        ("bedrag; null als er niets wordt terugbetaald", True), ("null, jeśli nic nie jest zwracane", True),
        ("0.00 if nothing is due, null if unknown", False), ("null if it cannot be told", False),
    ],
)  # fmt: skip
def test_no_sum_is_null_where_that_is_told(open_case: Open, told: str, none: bool) -> None:
    case = open_case("p-delay-02")
    form = of(
        action={"type": "string", "enum": ["refund", "decline", "hand_over", "ask_customer"]},
        amount={**SUM, "description": told},
        items={"type": "array", "items": {"type": "string"},
               "description": "For a refund: the items that are paid back. Empty otherwise."},
    )  # fmt: skip
    said = case.decide(case.prompt(), schema=form)
    assert said == {"action": "decline", "amount": None if none else "0.00", "items": []}


@pytest.mark.parametrize(
    ("words", "called"),
    [
        (["refund", "decline", "hand_over", "ask"], "`decline`"), (["pay", "deny", "desk", "ask"], "`deny`"),
        (["REFUND", "REJECT", "ESCALATE", "QUESTION"], "`REJECT`"),
    ],
)  # fmt: skip
def test_an_objection_has_the_program_s_own_words_for_actions(
    open_case: Open, words: list[str], called: str
) -> None:
    case = open_case("p-delay-02")
    system = f"Check the proposal against the case. A decision is one of {' | '.join(words)}."
    proposal = json.dumps({"decision": words[0], "order_id": "HL-213650", "amount": "5.00"})
    form = of(correct={"type": "boolean"}, mistakes={"type": "array", "items": {"type": "string"}})
    said = case.decide(f"{case.prompt()}\n\n<proposal>\n{proposal}\n</proposal>", system=system, schema=form)
    assert said["correct"] is False
    assert called in said["mistakes"][0]
    assert f"`{words[0]}`" in said["mistakes"][0]


def test_a_letter_is_not_told_that_its_refund_is_not_due(
    exercise: Exercise, unerring: dict[str, Json]
) -> None:
    facts = {"outcome": "refund paid", "order": "HL-204173", "amount": "64.00 EUR", "language": "en"}
    draft = "Hello Aoife,\n\nwe have refunded 64.00 EUR for order HL-204173.\n\nBest wishes\nHarbour Lane"
    form = of(problems={"type": "array", "items": {"type": "string"}}, approved={"type": "boolean"})
    for mode in ("overstrict", "nitpick"):
        case = Case(exercise, exercise.bank["p-return-01"], exercise.model(always(unerring, mode)))
        system = "You get facts and a draft. It is fine if it tells what they say. Style is no concern."
        said = case.decide(f"Facts:\n{json.dumps(facts)}\n\nDraft:\n{draft}", system=system, schema=form)
        assert said == {"problems": [], "approved": True}


def test_grounds_are_held_against_a_refund_only_where_they_are_to_be_judged_and_poor(
    exercise: Exercise, unerring: dict[str, Json]
) -> None:
    case = Case(exercise, exercise.bank["p-return-01"], exercise.model(always(unerring, "nitpick")))
    assert verdict(case, "64.00")["approved"] is True
    judged = CHECKS + " Check too whether the colleague's justification is sufficient."
    put = '{"action": "refund", "order_id": "HL-204173", "amount": "64.00", "reason": "%s"}'
    form = of(approved={"type": "boolean"}, objection={"type": ["string", "null"]})
    for reason, good in (
        ("return", False),
        ("back within 30 days of delivery, so R-1 gives 64.00 back", True),
    ):
        said = case.decide(f"Proposal:\n{put % reason}\n\n{case.prompt()}", system=judged, schema=form)
        assert said["approved"] is good
