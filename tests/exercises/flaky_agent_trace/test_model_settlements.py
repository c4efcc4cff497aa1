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
