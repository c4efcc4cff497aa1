"""Between stages: facts beside order and rules, requests on two orders, lines of goods, and strange keys."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.exchange import OutputFormat

Open = Callable[..., Any]
JSON = OutputFormat("answer", None, strict=False)
TEXT = {"type": "string"}


def _schema(**fields: Any) -> dict[str, Any]:
    return {
        "type": "object", "properties": fields, "required": list(fields), "additionalProperties": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("received", "reason", "said"),
    [
        ("2026-09-21", "change_of_mind", (46, False, 0)),
        ("2026-08-20", "change_of_mind", (14, True, 34)),
        ("2026-09-21", "the colours", None),
    ],
)
def test_facts_are_decided_and_no_handbook_is_copied(
    open_case: Open, received: str, reason: str, said: tuple[int, bool, float] | None
) -> None:
    case = open_case("p-autumn-01")
    order = next(order for order in case.orders if order["id"] == "HL-200433")
    facts = {"order": "HL-200433", "item": "Picnic rug waterproof", "qty": 1, "reason": reason}
    facts |= {"opened": False, "received": received}
    shown = f"FACTS: {json.dumps(facts)}\nORDER: {json.dumps(order)}\nPOLICY:\n{case.handbook}\n\n"
    shown += 'Return JSON: {"days_since_delivery": int, "eligible": bool, "amount": "0.00", "why": str}'
    answer = json.loads(case.say(shown, system="Compute the outcome.", output=JSON).text)
    assert case.readings[-1].understood == (said is not None)
    if said is not None:
        assert (answer["days_since_delivery"], answer["eligible"], float(answer["amount"])) == said
        assert len(answer["why"]) < 200


def test_an_item_of_another_order_goes_by_the_words_of_the_mail(open_case: Open) -> None:
    case = open_case("p-desk-02")
    entry = _schema(order_ref=TEXT, product=TEXT)
    said = case.decide(
        case.mail, system="List each request.", schema=_schema(requests={"type": "array", "items": entry})
    )
    assert said["requests"] == [
        {"order_ref": "HL-212480", "product": "the wall shelf"},
        {"order_ref": "HL-211905", "product": "umbrella stand"},
    ]
    entry = _schema(order_id=TEXT, name=TEXT)
    said = case.decide(case.mail, system="Extract.", schema=_schema(items={"type": "array", "items": entry}))
    assert [item["name"] for item in said["items"]] == ["the wall shelf", "umbrella stand"]


@pytest.mark.parametrize("lines", [(28, 20), (20, 28)])
def test_goods_with_prices_are_no_proposals(open_case: Open, lines: tuple[int, int]) -> None:
    case = open_case("p-same-01")
    goods = "\n".join(f"{n}) Rucksack {size} l, {2 * size}.00 EUR" for n, size in enumerate(lines, start=1))
    asked = "Which line number is defective according to her? Reply only with the number."
    case.say(f"{case.mail}\n\nOrder lines:\n{goods}\n\n{asked}")
    assert not case.readings[-1].understood


def test_a_strange_key_is_not_left_open(open_case: Open) -> None:
    case = open_case("p-post-05")
    shown = f"{case.handbook}\n\n{json.dumps(case.orders)}\n\n{case.mail}"
    keys = "Réponds en JSON avec les clés action (rembourser/refuser/transmettre/demander), clause, "
    case.say(shown, system=f"{keys}montant, température.", output=JSON)
    assert not case.readings[-1].understood
    said = json.loads(case.say(shown, system=f"{keys}montant.", output=JSON).text)
    assert case.readings[-1].understood
    assert said["action"] == "transmettre"
