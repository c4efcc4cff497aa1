"""What is held against what: a letter against a log, a doubt against words, a refund against the order."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.exchange import Message, Request, Text

Open = Callable[..., Any]
CHECK = "List every claim in the draft that the log does not support. If none, answer OK."
LOG = (
    "LOG:\n- reply outcome: denied\n- {deed}\n\nDRAFT:\nDear Major Baird, {letter} Kind regards, Harbour Lane"
)
PAID = "we have refunded £5.30 to your card and a colleague will call you."


def said(case: Any, *turns: str, system: str = "") -> str:
    """The answer to the last of some turns, the user's and the model's by turns."""
    spoken = [Message("user" if n % 2 == 0 else "assistant", (Text(t),)) for n, t in enumerate(turns)]
    head = [Message("system", (Text(system),))] if system else []
    return str(case.ask(Request("m", (*head, *spoken))).text)


def test_a_letter_is_held_against_the_log_and_is_no_part_of_it(open_case: Open) -> None:
    case = open_case("p-delay-02")
    told = said(case, LOG.format(deed="no refund call made", letter=PAID), system=CHECK)
    assert "it tells of a refund that was not made" in told
    assert "colleague will call" in told
    assert "should be" not in told
    done = 'issue_refund(order_id="HL-213650", amount=5.30)'
    log = LOG.format(deed=done, letter=PAID).replace("denied", "refunded")
    assert "refund that was not made" not in said(case, log, system=CHECK)


def test_a_letter_that_tells_nothing_known_is_not_judged(open_case: Open) -> None:
    case = open_case("p-delay-02")
    said(case, LOG.format(deed="no refund call made", letter="the £5.30 is on its way."), system=CHECK)
    assert not case.readings[-1].understood


def test_a_doubt_of_an_answer_in_words_is_recounted(open_case: Open) -> None:
    case = open_case("p-delay-02")
    asked, before = f"{case.prompt()}\n\nIs compensation due?", "Yes, 10 % is due, i.e. 5.30 GBP."
    told = said(case, asked, before, "Are you sure? Count the days of delay again.")
    assert "3 days late, where more than 3 count" in told
    assert "onfidence" not in told
    assert "0." in said(case, asked, before, "How confident are you, from 0 to 1?")


@pytest.mark.parametrize("ask", ["Did a refund of 9.00 get booked? yes/no", "Is 9.00 refunded now? yes/no"])
def test_a_refund_beside_orders_alone_is_one_that_they_list(open_case: Open, ask: str) -> None:
    case = open_case("p-office-02")
    order = next(iter(case.orders)) if isinstance(case.orders, list) else case.orders
    before = {**order, "refunds": []}
    one = {"amount": "9.00", "on": "2026-10-13", "sku": order["items"][0]["sku"], "reason": "damage"}
    after = {**order, "refunds": [one]}
    shown = "Before:\n{}\n\nAfter:\n{}\n\n" + ask
    assert said(case, shown.format(json.dumps(before), json.dumps(after))) == "Yes"
    assert said(case, shown.format(json.dumps(before), json.dumps(before))) == "No"
    said(case, shown.format(json.dumps(before), json.dumps({**order, "refunds": [one, one]})))
    assert not case.readings[-1].understood


def test_a_mark_has_the_scale_that_the_prompt_gives(open_case: Open) -> None:
    case = open_case("p-return-02")
    asked = f"{case.prompt()}\n\nProposed: outcome=denied, order HL-199561"
    rate = 'Rate the proposed resolution 1 (wrong) to 5 (perfect). JSON {"score":int,"issues":[str]}.'
    assert json.loads(said(case, asked, system=rate)) == {"score": 5, "issues": []}
    wrong = json.loads(said(case, asked.replace("=denied", "=refunded"), system=rate))
    assert wrong["score"] < 3
    assert wrong["issues"]


def test_who_is_a_translator_translates(open_case: Open) -> None:
    case = open_case("p-post-04")
    body = case.mail.split("\n\n", 1)[1]
    assert "bird feeder" in said(case, body, system="You are a translator. Polish -> English.")
    said(case, body, system="You are a translator. Polish -> German.")
    assert not case.readings[-1].understood
