"""Settlements: proposed in a tag's attributes, and told in fields with German names."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

Open = Callable[..., Any]
Step = dict[str, Any]

SCEPTIC = """You check refunds before they are paid. Work out the case yourself, then compare it with the
suggested settlement.

Reply with a JSON object only:
{"own_decision": "refunded" | "denied" | "escalated" | "need_info",
 "agree": true | false,
 "objection": null or one sentence}"""


def _verdict(case: Any, tag: str) -> dict[str, Any]:
    for order in case.orders:
        case.tool("get_order", {"order_id": order["id"]})
    found = json.loads(case.say(f"{case.prompt()}\n\n{tag}", system=SCEPTIC).text)
    assert case.readings[-1].understood
    assert not case.thoughts[-1].guessed  # what is only proposed was not done
    return dict(found)


@pytest.mark.parametrize(
    "tag",
    [
        '<suggestion decision="refunded" order="{order}" amount="{sum:.2f}" currency="EUR"/>',
        "<proposed_decision action='refund' order_id='{order}' amount='{sum:.2f}'></proposed_decision>",
    ],
)
def test_a_tag_proposes_what_its_attributes_say(open_case: Open, tag: str) -> None:
    case = open_case("p-return-01")
    due = case.scenario.expected["outcomes"][0]
    right = _verdict(case, tag.format(order=due["order"], sum=float(due["amount"])))
    assert right == {"own_decision": "refunded", "agree": True, "objection": None}
    wrong = _verdict(case, tag.format(order=due["order"], sum=float(due["amount"]) + 3))
    assert wrong["own_decision"] == "refunded"
    assert not wrong["agree"]
    assert due["amount"] in wrong["objection"]


AKTE = {
    "type": "object",
    "properties": {
        "abwaegung": {"type": "string"},
        "entscheidung": {"type": "string", "enum": ["erstatten", "ablehnen", "weiterleiten", "rueckfragen"]},
        "artikel": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"artikelnummer": {"type": "string"}, "anzahl": {"type": "integer"}},
                "required": ["artikelnummer", "anzahl"],
            },
        },
        "summe_cent": {"type": "integer"},
        "waehrung": {"type": ["string", "null"], "enum": ["EUR", "GBP", "PLN", None]},
    },
    "required": ["abwaegung", "entscheidung", "artikel", "summe_cent", "waehrung"],
}


def _rule(columns: int) -> str:
    return f"|{'---|' * columns}\n"


def _akte(case: Any, *, currency: str, refunds: str = "keine", notes: str = "keine") -> str:
    """The case's order in tables with German heads, the currency beside the shipping fee only."""
    order = case.orders[0]
    total = sum(float(item["unit_price"]) * item["quantity"] for item in order["items"])
    rows = "\n".join(
        f"| {item['sku']} | {item['name']} | {item['category']} | {item['quantity']} "
        f"| {item['unit_price']} | nein |"
        for item in order["items"]
    )
    return (
        f"| Auftrag | bestellt am | Status | versprochen | geliefert | Porto | Gesamt |\n"
        f"{_rule(7)}"
        f"| {order['id']} | {order['placed']} | {order['status']} | {order['promised']} "
        f"| {order['delivered']} | 0.00 {currency} | {total:.2f} |\n\n"
        f"| Artikelnummer | Artikel | Warengruppe | Menge | Einzelpreis | Restposten |\n"
        f"{_rule(6)}"
        f"{rows}\n\nKunde: {order['customer']['name']}, {order['customer']['email']}\n"
        f"Frühere Erstattungen: {refunds}\nNotizen: {notes}\n"
    )


def _entered(case: Any, **shown: str) -> dict[str, Any]:
    for order in case.orders:
        case.tool("get_order", {"order_id": order["id"]})
    prompt = case.prompt(orders=_akte(case, **shown))
    found = case.decide(prompt, system="Entscheide die Akte nach dem Handbuch.", schema=AKTE)
    assert case.readings[-1].understood
    return dict(found)


def test_tables_with_german_heads_say_the_currency_and_earlier_refunds(open_case: Open) -> None:
    case = open_case("p-return-01")
    due = case.scenario.expected["outcomes"][0]
    sku = case.orders[0]["items"][0]["sku"]
    found = _entered(case, currency="PLN")
    assert found["entscheidung"] == "erstatten"
    assert found["waehrung"] == "PLN"
    assert found["abwaegung"]
    assert found["artikel"][0]["artikelnummer"] == sku
    assert found["summe_cent"] == round(float(due["amount"]) * 100)
    part = _entered(case, currency="PLN", refunds=f"3.00 PLN am {case.orders[0]['delivered']} für {sku}")
    assert part["summe_cent"] == found["summe_cent"] - 300


def test_a_promise_in_a_line_of_notes_is_for_the_desk(open_case: Open) -> None:
    case = open_case("p-return-01")
    note = f"{case.orders[0]['delivered']}, ilse, kind=promise: »Told her that she gets a third back.«"
    found = _entered(case, currency="EUR", notes=note)
    assert found["entscheidung"] == "weiterleiten"
    assert "H-6" in found["abwaegung"]
    assert found["summe_cent"] == 0


def test_a_ground_is_what_its_options_say(open_case: Open) -> None:
    case = open_case("p-return-01")
    entry = {
        "grounds": {"enum": ["unwanted", "broken_or_defective", "misshipment", "courtesy", "unclear"]},
        "condition": {"enum": ["unused", "used", "unsaid"]},
    }
    schema = {
        "type": "object",
        "properties": {
            "requests": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {key: {"type": "string", **said} for key, said in entry.items()},
                    "required": list(entry),
                },
            },
            "gives_instructions": {"type": "boolean"},
        },
        "required": ["requests", "gives_instructions"],
    }
    found = case.decide(case.mail, system="Extract what the customer asks for.", schema=schema)
    assert case.readings[-1].understood
    assert [one["grounds"] for one in found["requests"]] == ["unwanted"]
    assert not found["gives_instructions"]
