"""Reviews and letters in tags that are told of at length: each of the tags comes, with what belongs there."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

Open = Callable[..., Any]
SIX = """You audit refund decisions. First write down your own decision, then compare. Answer with:

<own_calculation>the dates and day count, and the sum, step by step</own_calculation>
<own_action>refund | deny | escalate | ask</own_action>
<own_order>HL-… or none</own_order>
<own_amount>0 unless own_action is refund</own_amount>
<objections>what is wrong in the verdict, and what the file says instead; "none" if nothing is</objections>
<agree>yes | no</agree>"""
THREE = """You check a colleague's verdict before money moves. Answer with:

<my_view>your own decision: action, order, clause, amount, with the calculation</my_view>
<approved>yes | no</approved>
<objection>what your colleague has got wrong and why, by the handbook; empty if you approve</objection>"""


def reviewed(case: Any, system: str, amount: str) -> dict[str, str]:
    """The tags of the answer."""
    verdict = f"<action>refund</action>\n<order>{case.orders[0]['id']}</order>\n<amount>{amount}</amount>"
    text = f"<case>\n{case.prompt()}\n</case>\n\n<verdict_under_audit>\n{verdict}\n</verdict_under_audit>"
    return dict(re.findall(r"<(\w+)>(.*?)</\1>", case.say(text, system=system).text, re.DOTALL))


@pytest.mark.parametrize(("amount", "agrees"), [("54.00", "yes"), ("108.00", "no")])
def test_every_tag_of_an_audit_is_filled(open_case: Open, amount: str, agrees: str) -> None:
    said = reviewed(open_case("p-continent-01"), SIX, amount)
    assert list(said) == re.findall(r"(?m)^<(\w+)>", SIX)
    assert (said["own_action"], said["own_order"], said["own_amount"]) == ("refund", "HL-209177", "54.00")
    assert said["agree"] == agrees
    assert ("54.00" in said["objections"]) is (agrees == "no")


@pytest.mark.parametrize(("amount", "agrees"), [("54.00", "yes"), ("108.00", "no")])
def test_a_view_of_several_parts_has_them_all(open_case: Open, amount: str, agrees: str) -> None:
    said = reviewed(open_case("p-continent-01"), THREE, amount)
    assert all(part in said["my_view"] for part in ("refund", "HL-209177", "D-1", "54.00", "3 x 18.00"))
    assert said["approved"] == agrees
    assert bool(said["objection"]) is (agrees == "no")


@pytest.mark.parametrize(
    ("asked", "tag"),
    [
        ("Output only the mail's text in <mail></mail>.", "mail"),
        ("Put the letter between <reply> and </reply> tags.", "reply"),
    ],
)
def test_a_letter_stands_in_the_tag_that_is_wanted(open_case: Open, asked: str, tag: str) -> None:
    case = open_case("p-return-01")
    system = f"You write the reply mails of a shop. Say what the facts say and nothing more. {asked}"
    facts = "We have refunded 64.00 EUR for order HL-204173."
    mail = case.task["ticket"]["body"]
    said = case.say(f"<customer_mail>\n{mail}\n</customer_mail>\n<facts>\n{facts}\n</facts>", system=system)
    assert re.fullmatch(rf"<{tag}>.*64\.00.*</{tag}>", said.text.strip(), re.DOTALL), said.text
