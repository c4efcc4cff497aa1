"""A case file that another step drew up stands in place of the mail, the form of the answer in tags."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

Open = Callable[..., Any]
SYSTEM = """Settle the request in the file, by the handbook alone.

<rules>
{handbook}
</rules>

<output_template>
<ruling>
  <verdict>refund, deny, escalate or ask</verdict>
  <order_number>the number of the order, or empty</order_number>
  <amount>plain, two decimals; 0.00 unless the verdict is refund</amount>
</ruling>
</output_template>"""
FILE = """<file number="{ticket}" received="{received}" from="{sender}">
ASKED FOR NOW – {asked}
CLOSED BEFORE – nothing
REMARKS – none
</file>

{order}"""
ORDER = """<order number="{id}" ordered="{placed}" state="{status}" due="{promised}" arrived="{delivered}">
  <buyer name="{customer[name]}" mail="{customer[email]}"/>
{items}
  <shipping>{shipping_fee}</shipping><total>{total} {currency}</total>
</order>"""
ITEM = (
    '  <line sku="{sku}" kind="{category}" qty="{quantity}" price="{unit_price}"'
    ' clearance="{final_sale}">{name}</line>'
)


def settled(case: Any, asked: str) -> dict[str, str]:
    """The fields of the answer."""
    order, ticket = case.orders[0], case.task["ticket"]
    items = "\n".join(ITEM.format(**item) for item in order["items"])
    shown = ORDER.format(**{**order, "items": items})
    file = FILE.format(
        ticket=ticket["id"], received=ticket["received"][:10], sender=ticket["from"]["email"],
        asked=asked.format(**order), order=shown,
    )  # fmt: skip
    said = case.say(file, system=SYSTEM.format(handbook=case.handbook)).text
    assert said.startswith("<ruling>"), said
    return dict(re.findall(r"<(verdict|order_number|amount)>(.*?)</", said))


@pytest.mark.parametrize(
    ("id", "asked", "expected"),
    [
        (
            "p-autumn-01",
            "To send back the picnic rug of {id}, one piece, and keep the tumblers.",
            "deny 0.00",
        ),
        ("p-pushy-02", "The money for all of {id}: the parcel has not come.", "escalate 0.00"),
        ("p-opened-02", "To return the slow cooker, order {id}. It is unopened.", "refund 99.00"),
        ("p-autumn-02", "Compensation because {id} came late; the chairs are kept.", "refund 25.00"),
    ],
)
def test_what_is_asked_for_now_is_decided(open_case: Open, id: str, asked: str, expected: str) -> None:
    case = open_case(id)
    answer = settled(case, asked)
    assert f"{answer['verdict']} {answer['amount']}" == expected
    assert answer["order_number"] == case.orders[0]["id"]
