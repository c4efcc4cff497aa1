"""The same case in many envelopes is read alike: whatever encloses a mail, it is told by what it holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from harness.simulation.reading.enveloped import plain_mails

from .envelopes import ENVELOPES

Open = Callable[..., Any]
TICKETS = ("p-post-02", "p-autumn-01", "p-desk-02")


def stranger(case: Any) -> None:
    case.task["ticket"]["from"] = {"name": "Ola Berg", "email": "ola.berg@elsewhere.example"}


def later(case: Any) -> None:
    for held, key in ((case.task, "now"), (case.task["ticket"], "received")):
        held[key] = (dt.datetime.fromisoformat(held[key]) + dt.timedelta(days=200)).isoformat()


def another_mail(case: Any) -> None:
    case.task["ticket"] |= {
        "subject": "Return",
        "body": "Hello,\n\nI have changed my mind about everything in "
        f"{case.orders[0]['id']}. It is still sealed and I want to send all of it back.\n\nThanks",
    }


def as_it_is(case: Any) -> None:
    pass


CHANGES = (as_it_is, stranger, later, another_mail)


def decided(case: Any, text: str) -> tuple[Any, ...]:
    """What is decided, and whether that was understood."""
    said = case.decide(text)
    return said["order_id"], said["action"], said["amount"], case.readings[-1].understood


@pytest.mark.parametrize("envelope", ENVELOPES)
@pytest.mark.parametrize("change", CHANGES)
def test_a_case_is_read_alike_in_every_envelope(
    open_case: Open, envelope: str, change: Callable[[Any], None]
) -> None:
    for ticket in TICKETS if change is as_it_is else TICKETS[:1]:
        plain, enveloped = open_case(ticket), open_case(ticket)
        for case in (plain, enveloped):
            case.orders, case.handbook  # noqa: B018  (looked up, as a program would)
            change(case)
        assert decided(enveloped, ENVELOPES[envelope](enveloped)) == decided(plain, plain.prompt()), ticket


TAGS = """<m><sender>Ola Berg &lt;ola@x.example&gt;</sender><title>Return</title>
<text>The lamp does not work at all.</text></m>"""
YAML = """mail:
  from:
    name: Ola Berg
    email: ola@x.example
  subject: Return
  body: |
    The lamp does not work at all.
"""


@pytest.mark.parametrize(
    "text",
    [
        TAGS,
        '<mail from="Ola Berg <ola@x.example>" subject="Return">\nThe lamp does not work at all.\n</mail>',
        YAML,
    ],
)
def test_a_mail_gets_a_plain_head(text: str) -> None:
    plain = plain_mails(text)
    assert "From: Ola Berg <ola@x.example>\nSubject: Return\n\n" in plain
    assert "The lamp does not work at all." in plain


@pytest.mark.parametrize(
    "text",
    [
        '<order id="HL-1"><buyer name="Ola" mail="ola@x.example"/><line qty="1">Lamp</line></order>',
        '<reply to="ola@x.example">what to write to the customer, in three sentences</reply>',
        "orders:\n  - id: HL-1\n    email: ola@x.example\n    notes: none\n",
    ],
)
def test_what_is_no_mail_stays_as_it_is(text: str) -> None:
    assert plain_mails(text) == text
