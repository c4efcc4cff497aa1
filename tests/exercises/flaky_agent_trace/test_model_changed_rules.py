"""A handbook that a program has changed: what is gone has no effect, what is new has the one it states."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

Open = Callable[..., Any]
SHORTER = "14 days instead of 30"
FEE = (
    f"{SHORTER}, and we keep a restocking fee of 15 % of the item's price (one fee for all pieces of a line "
    "together, rounded to the cent, half up)."
)
UNDER = "R-3  Items"


def decided(case: Any, handbook: str, system: str = "") -> tuple[str, float | None, str]:
    """What the model decides by this handbook: action, sum, grounds."""
    mail, known = case.mail, json.dumps(case.orders)
    text = f"Handbook:\n{handbook}\n\nOrders:\n{known}\n\nMail:\n{mail}"
    said = case.decide(text, system=f"You decide refund tickets by the handbook.\n{system}")
    return said["action"], said["amount"], said["reason"]


def changed(case: Any, old: str, new: str) -> str:
    """The handbook with other words in one place."""
    assert old in case.handbook
    return str(case.handbook.replace(old, new))


def added(case: Any, rule: str) -> str:
    """The handbook with a rule more."""
    return changed(case, UNDER, f"{rule}\n{UNDER}")


@pytest.mark.parametrize(
    ("new", "amount"),
    [
        (FEE, 72.21),
        (FEE.replace("15", "40"), 50.97),
        (f"{SHORTER}.", 84.95),
        (f"{SHORTER}. Nothing else changes.", 84.95),
        (f"{SHORTER}. There is no fee of any kind.", 84.95),
        (f"{SHORTER}. We keep a fee of 10 %.", 76.45),
    ],
)
def test_a_fee_is_taken_where_a_sentence_says_so(open_case: Open, new: str, amount: float) -> None:
    case = open_case("p-opened-01")
    assert decided(case, changed(case, FEE, new))[:2] == ("refund", amount)


@pytest.mark.parametrize(
    ("rule", "action", "amount"),
    [
        ("R-4  Cookware and other kitchen goods cannot be returned.", "deny", 0.0),
        ("R-4  Garden goods cannot be returned.", "refund", 64.0),
        ("R-4  Kettles are excluded from returns, for reasons of hygiene.", "deny", 0.0),
        ("R-4  Toasters are excluded from returns, for reasons of hygiene.", "refund", 64.0),
        ("R-4  Kitchen items that have been opened are not taken back.", "refund", 64.0),
        ("H-9  Everything about kettles goes to a supervisor: there was a recall.", "escalate", None),
        ("H-9  Everything about curtains goes to a supervisor: there was a recall.", "refund", 64.0),
        ("R-4  Since 1 March we take nothing back from customers in Ireland.", "deny", 0.0),
        ("R-4  Since 1 March we take nothing back from customers in Spain.", "refund", 64.0),
        ("M-7  Orders below 150 EUR are not refunded.", "deny", 0.0),
        ("M-7  Orders below 15 EUR are not refunded.", "refund", 64.0),
        ("M-7  Refunds over 60 EUR are handed over.", "escalate", None),
        ("M-7  Refunds over 70 EUR are handed over.", "refund", 64.0),
        ("R-4  Irish customers may return goods within 5 days.", "deny", 0.0),
        ("R-4  Polish customers may return goods within 5 days.", "refund", 64.0),
        ("M-8  For a return we deduct 4.50 EUR for the label.", "refund", 59.5),
        ("M-8  For kitchen goods we keep a handling fee of 25 %.", "refund", 48.0),
        ("D-7  Damaged goods are never refunded.", "refund", 64.0),
        ("H-9  Gift orders of kettles are handed over.", "refund", 64.0),
    ],
)
def test_a_new_rule_holds_for_what_it_is_about(
    open_case: Open, rule: str, action: str, amount: float | None
) -> None:
    case = open_case("p-return-01")
    done, paid, why = decided(case, added(case, rule))
    assert (done, paid) == (action, amount)
    assert case.readings[-1].understood
    assert (f"({rule.partition(' ')[0]})" in why) is ((action, amount) != ("refund", 64.0))


def test_a_rule_without_a_number_is_cited_by_its_words(open_case: Open) -> None:
    case = open_case("p-return-01")
    for handbook, system in (
        (added(case, "Kettles are not taken back."), ""),
        (f"{case.handbook}\nKettles are not taken back.", ""),
        (case.handbook, "New rule from May on: kettles are not taken back."),
    ):
        action, _, why = decided(case, handbook, system)
        assert action == "deny"
        assert "kettles are not taken back" in why
        assert "own-" not in why


def test_a_rule_beside_no_handbook_is_none_of_one(open_case: Open) -> None:
    case = open_case("p-return-01")
    assert decided(case, "", "New rule: kettles are not taken back.")[0] != "deny"


def test_a_clause_that_says_something_else_has_only_that_effect(open_case: Open) -> None:
    case = open_case("p-desk-01")
    assert decided(case, case.handbook)[0] == "escalate"
    text = "Hand over every order with an open chargeback; the bank has the case."
    action, _, why = decided(case, changed(case, text, "Orders with a chargeback are declined."))
    assert (action, "(H-3)" in why) == ("deny", True)
    assert (
        decided(case, changed(case, text, "Orders with a chargeback are paid like all others."))[0]
        == "refund"
    )
    late = open_case("p-damaged-02")
    text = "it is a matter for the warranty workshop: decline the refund and point"
    assert decided(late, late.handbook)[0] == "deny"
    assert decided(late, changed(late, text, "hand it over and point"))[0] == "escalate"
    assert decided(late, added(late, "D-3  Damaged goods are refunded whatever the date."))[:2] == (
        "refund",
        24.0,
    )


def test_what_was_refunded_before_comes_off_only_where_a_clause_says_so(open_case: Open) -> None:
    case = open_case("p-earlier-01")
    assert decided(case, case.handbook)[1] == 66.0
    assert decided(case, changed(case, "comes off what", "does not come off what"))[1] == 84.0


@pytest.mark.parametrize(
    ("rule", "understood"),
    [
        ("R-6  Buyers born under the sign of Leo get nothing back.", False),
        ("R-6  Damaged goods of buyers born under the sign of Leo are not refunded.", True),
        ("R-6  We are proud of our kettles.", True),
    ],
)
def test_a_rule_that_is_not_understood_is_said_to_be(open_case: Open, rule: str, understood: bool) -> None:
    case = open_case("p-return-01")
    decided(case, added(case, rule))
    assert case.readings[-1].understood is understood
    assert understood or "R-6" in str(case.readings[-1].why_not)


ASKED = [
    ("A buyer unsealed a headset and sends it back on day 20. Is anything due?", "No.", "R-2"),
    ("A buyer unsealed a headset and sends it back on day 13. Is anything due?", "Yes.", "R-2"),
    ("Someone returns a sealed headset on day 20. Is anything due?", "Yes.", "R-1"),
    ("Someone returns final sale towels on day 2. Do we refund?", "No.", "R-3"),
    ("A gift order: the lamp came broken, told on day 2. Do we refund?", "No.", "H-4"),
    ("A cup came broken and the customer told us on day 8. Is a refund due? Cite the clause.", "No.", "D-2"),
    ("May I pay out 500 EUR myself?", "Yes.", "H-2"),
    ("May I pay out 501 EUR myself?", "No.", "H-2"),
    ("Does a refund of 2100 PLN have to be handed over?", "Yes.", "H-2"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "word", "clause"), ASKED)
@pytest.mark.parametrize("apart", [True, False])
def test_a_case_that_a_question_poses_is_decided_by_the_handbook(
    open_case: Open, asked: str, word: str, clause: str, apart: bool
) -> None:
    case = open_case("p-return-01")
    said = (case.say(asked, system=case.handbook) if apart else case.say(f"{case.handbook}\n\n{asked}")).text
    assert said.startswith(word), said
    assert clause in said


def test_a_posed_case_goes_by_the_handbook_as_it_is_given(open_case: Open) -> None:
    case = open_case("p-return-01")
    asked = "A customer returns an unused kettle on day 20. Is a refund due?"
    assert case.say(f"{case.handbook}\n\n{asked}").text.startswith("Yes.")
    for handbook in (
        changed(case, "within 30 days of delivery. The", "within 10 days of delivery. The"),
        added(case, "R-8  Kettles are not taken back."),
    ):
        assert case.say(f"{handbook}\n\n{asked}").text.startswith("No.")
    limit = changed(case, "500 EUR", "800 EUR")
    assert case.say(f"{limit}\n\nMay I pay out 700 EUR myself?").text.startswith("Yes.")
