"""YAML that a prompt shows as the form of its answer, by example or with comments, and YAML as data."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from .conftest import Case, Open

Json = Any
NESTED = """Turn the mail into YAML. The answer has exactly this structure:

ticket:
  language: German       # the language it is written in
  kind: late             # one of damaged, late, unwanted, lost, cancelled, other
order:
  id: HL-999999          # or NONE
  goods:
    - name: Lamp
      count: 2
"""
ABOVE = """You get a customer's mail and a list of orders. Fill in this YAML, leaving out nothing:

```yaml
# the number on our side
purchase: HL-000000
# broken | unwanted | delayed | lost | something_else
trouble: delayed
# whether they speak of lawyers or courts
legal_threat: true
# other purchases that are only mentioned
in_passing: [HL-000001]
```
"""


def filled(case: Case, asked: str) -> dict[str, Json]:
    said = case.say(f"{case.mail}\n\nOrders:\n{json.dumps(case.orders)}", system=asked).text
    value = yaml.safe_load(said)
    assert isinstance(value, dict)
    return value


@pytest.mark.parametrize(
    ("id", "ticket", "order"),
    [
        (
            "p-damaged-01",
            {"language": "English", "kind": "damaged"},
            {"id": "HL-202913", "goods": [{"name": "Ramen bowl", "count": 2}]},
        ),
        (
            "p-post-01",
            {"language": "German", "kind": "unwanted"},
            {"id": "HL-212805", "goods": [{"name": "Window cleaner, cordless", "count": 1}]},
        ),
        ("p-names-02", {"language": "Spanish", "kind": "unwanted"}, {"id": "NONE", "goods": []}),
    ],
)
def test_keys_within_keys_are_filled(
    open_case: Open, id: str, ticket: dict[str, str], order: dict[str, Json]
) -> None:
    assert filled(open_case(id), NESTED) == {"ticket": ticket, "order": order}


def test_comments_above_say_what_may_stand_there(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    assert filled(case, ABOVE) == {
        "purchase": "HL-202913", "trouble": "broken", "legal_threat": False, "in_passing": [],
    }  # fmt: skip
    assert case.readings[-1].understood


def test_a_number_of_a_mail_that_is_passed_by_is_told(open_case: Open) -> None:
    assert filled(open_case("p-thread-01"), ABOVE)["in_passing"] == ["HL-206301"]


def test_what_no_case_has_is_not_understood(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    asked = NESTED.replace("kind: late ", "warehouse: 3 ").replace(
        "one of damaged, late, unwanted, lost, cancelled, other", "where it was packed"
    )
    filled(case, asked)
    assert not case.readings[-1].understood or case.thoughts[-1].guessed


def stated(case: Case, noted: str) -> str:
    orders = json.dumps(case.orders)
    return str(
        case.decide(f"Noted of the mail:\n\n{noted}\nOrders:\n{orders}", system=case.handbook)["amount"]
    )


NOTED = """language: English
kind: unwanted
order_id: HL-203901
goods:
- line: Shower speaker
  pieces: 1
  state: STATE
"""


def test_noted_facts_are_built_on(open_case: Open) -> None:
    assert stated(open_case("p-opened-01"), NOTED.replace("STATE", "opened")) == "72.21"
    assert stated(open_case("p-opened-01"), NOTED.replace("STATE", "sealed")) == "84.95"


TABLE = """# Order HL-204380

| goods | category | pieces | price each | final sale | given back before |
|---|---|---|---|---|---|
| Folding desk, birch | home | 1 | 84.00 | no | 18.00 |
| Chair mat, felt | home | 1 | 29.00 | no | 0.00 |

Placed 2026-09-22, promised 2026-09-30, delivered 2026-09-29, status delivered.
Shipping fee 0.00, still refundable 95.00 GBP.
"""


def test_what_was_given_back_may_be_a_column(open_case: Open) -> None:
    for back, due in (("18.00", 66.0), ("4.00", 80.0), ("0.00", 84.0)):
        case = open_case("p-earlier-01")
        shown = f"{case.mail}\n\n{TABLE.replace('18.00', back)}"
        assert case.decide(shown, system=case.handbook)["amount"] == due
