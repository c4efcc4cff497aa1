"""A mail that was rewritten is read as it stands now, or counts as unread.

What programs do to mails (quoting, masking, cutting) is no edit.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from exercises.flaky_agent_trace.papers.sentences import says
from exercises.flaky_agent_trace.reading.mind import Mind

from .conftest import Case, Open

Json = Any
WHOLE = (
    "The shower speaker is great in the shop video. In my shower (3 songs) it sounds like it's in somebody "
    "else's shower. No defect, I just expected more. I'd like to send it back."
)
CHARGER = "The USB charger was for my desk anyway, keeping that."
STAND = " and the umbrella stand out of HL-211905. Both still flat packed."
BOWLS = "Of the four ramen bowls, two have hairline cracks"


def in_tags(case: Case, body: str) -> str:
    ticket = case.task["ticket"]
    sender = ticket["from"]
    return (
        f"<mail>\nFrom: {sender['name']} <{sender['email']}>\nSubject: {ticket['subject']}\n"
        f"Received: {ticket['received']}\n\n{body}\n</mail>"
    )


def as_json(case: Case, body: str) -> str:
    return json.dumps({"ticket": {**case.task["ticket"], "body": body}}, ensure_ascii=False)


def decided(case: Case, mail: str, orders: list[dict[str, Json]] | None = None) -> dict[str, Json]:
    shown = json.dumps(case.orders if orders is None else orders)
    return case.decide(
        f"{mail}\n\nOrders:\n{shown}\n\nDecide.", system=f"Decide refunds by this.\n{case.handbook}"
    )


def edited(case: Case, *edits: tuple[str, str]) -> str:
    body = str(case.task["ticket"]["body"])
    for before, after in edits:
        assert before in body
        body = body.replace(before, after)
    return body


@pytest.mark.parametrize("laid_out", [in_tags, as_json])
@pytest.mark.parametrize(
    ("id", "edits", "due"),
    [
        ("p-opened-01", [], 72.21),
        ("p-opened-01", [(WHOLE, "The shower speaker was never unpacked, may I return it?")], 84.95),
        (
            "p-opened-01",
            [(WHOLE, "The shower speaker arrived dead and stays dead. Money back, please.")],
            84.95,
        ),
        (
            "p-opened-01",
            [
                (WHOLE, "I need no second USB charger, it is unopened and I want to give it back."),
                (CHARGER, "The speaker is lovely, that one stays."),
            ],
            24.00,
        ),
        ("p-opened-01", [(CHARGER, "And please take the USB charger back too, still sealed.")], 101.11),
        ("p-opened-01", [("Chidi", "Otherwise you will hear from my solicitor.\n\nChidi")], None),
        ("p-opened-01", [("I'd like to send it back.", "I insist on an exchange, keep your money.")], None),
        ("p-damaged-01", [(BOWLS, "Of the four ramen bowls, three have hairline cracks")], 42.90),
        ("p-damaged-01", [(BOWLS, "Of the four ramen spoons, two are broken")], 7.00),
        ("p-monday-01", [("the tablecloth are fine", "the tablecloth are intact")], 46.80),
        ("p-monday-01", [("The carafe and the", "The carafe is broken as well, the")], 66.70),
        ("p-continent-01", [("drei von den sechs", "zwei von den sechs")], 36.00),
        (
            "p-return-01",
            [("The scale is staying, I love it.", "The scale may go back as well, unused.")],
            107.40,
        ),
        (
            "p-damaged-01",
            [("Refund for the two would be spot on.", "Not money: I'd like two new bowls.")],
            None,
        ),
        ("p-damaged-01", [("spot on. I like", "fine, a replacement isn't needed. I like")], 28.60),
        (
            "p-return-01",
            [("I love it.", "I love it. A cushion cover of HL-188420 is torn, I want money for that too.")],
            None,
        ),
        ("p-return-01", [("I love it.", "I love it, like the covers of HL-188420 in spring.")], 64.00),
        ("p-desk-02", [("two things go back", "one thing goes back"), (STAND, ".")], 48.00),
        ("p-sale-01", [("Two of them were", "Three of them were"), ("for the two", "for the three")], 45.00),
    ],
)
def test_what_a_mail_says_now_decides(
    open_case: Open,
    laid_out: Callable[[Case, str], str],
    id: str,
    edits: list[tuple[str, str]],
    due: float | None,
) -> None:
    """`due`: `None` where people have to see to it."""
    case = open_case(id)
    answer = decided(case, laid_out(case, edited(case, *edits)))
    assert (answer["action"], answer["amount"]) == (("escalate", None) if due is None else ("refund", due))
    assert case.readings[-1].understood


def test_one_of_two_goes_back(open_case: Open) -> None:
    case = open_case("p-opened-01")
    orders = json.loads(json.dumps(case.orders))
    orders[0]["items"][0]["quantity"] = 2
    body = edited(case, ("I'd like to send it back.", "I ordered two and want to return one of them."))
    assert decided(case, in_tags(case, body), orders)["amount"] == pytest.approx(72.21)


def test_words_that_are_not_understood_count_as_unread(open_case: Open) -> None:
    case = open_case("p-opened-01")
    answer = decided(
        case, in_tags(case, edited(case, (WHOLE, "Colourless green ideas sleep furiously in it.")))
    )
    assert answer["action"] == "need_info"
    assert not case.readings[-1].understood


@pytest.mark.parametrize(
    "edits",
    [
        [("Hi Harbour Lane", "Good evening everybody at Harbour Lane")],
        [("Chidi", "Chidi\n\nSent from the bus, sorry for the typing")],
        [("No defect, I just expected more.", "No defect at all, I simply expected more.")],
    ],
)
def test_small_talk_changes_nothing(open_case: Open, edits: list[tuple[str, str]]) -> None:
    case = open_case("p-opened-01")
    assert decided(case, in_tags(case, edited(case, *edits)))["amount"] == pytest.approx(72.21)


@pytest.mark.parametrize(
    "id", ["p-thread-01", "p-scroll-01", "p-earlier-03", "p-opened-01", "p-continent-01", "p-names-02"]
)
@pytest.mark.parametrize("treated", ["masked", "numbered", "quoted", "wrapped", "marked", "cut"])
def test_what_programs_do_to_mails_is_no_edit(open_case: Open, id: str, treated: str) -> None:
    case = open_case(id)
    body = str(case.task["ticket"]["body"])
    lines = body.splitlines()
    shown = {
        "masked": body.replace(case.task["ticket"]["from"]["name"].split()[0], "[NAME]"),
        "numbered": "\n".join(f"{number}: {line}" for number, line in enumerate(lines, start=1)),
        "quoted": "\n".join(f"> {line}" for line in lines),
        "wrapped": body.replace(" ", "\n", 3).replace(", ", ",\n"),
        "marked": f"[message 1, newest]\n{body}\n[end of the thread]",
        "cut": body[: len(body) * 2 // 3] + "\n[truncated]",
    }[treated]
    decided(case, in_tags(case, shown))
    mind = case.readings[-1].state
    assert isinstance(mind, Mind)
    assert mind.scene.state.ticket.body == body


@pytest.mark.parametrize("head", ["From: Bea Stone <%s>", '{"from": {"name": "Bea Stone", "email": "%s"}}'])
def test_who_writes_stands_above_the_mail(open_case: Open, head: str) -> None:
    case = open_case("p-opened-01")
    ticket = case.task["ticket"]
    below = f"Subject: {ticket['subject']}\n\n{ticket['body']}"
    own, other = ticket["from"]["email"], "bea.stone@example.org"
    assert decided(case, f"{head % own}\n{below}")["action"] == "refund"
    assert decided(case, f"{head % other}\n{below}")["action"] == "escalate"


def test_a_case_of_another_shop_is_not_decided_unflagged(open_case: Open) -> None:
    case = open_case("p-return-01")
    case.decide(
        "Mail: the rake from purchase 5521 came on 3 May, the handle wobbles, can it go back? Purchase 5521: "
        "delivered 3 May, one garden rake, 19.90.",
        system="Unwanted tools may be returned within 20 days.",
    )
    assert not case.readings[-1].understood


NAMES = {"KT-1": "Gooseneck kettle", "KS-2": "Brewing scale"}


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("The kettle is not torn, I just want to send it back.", {"issue": "changed_mind"}),
        ("I don't want to keep the scale either.", {"issue": "changed_mind", "stays": False}),
        ("I keep the scale.", {"issue": None, "stays": True}),
        ("Two have arrived fine, one is cracked.", {"issue": "damaged", "count": 1}),
        ("The scale never switches on.", {"issue": "damaged", "items": ("KS-2",)}),
        ("Please give me the money back.", {"issue": None, "wants": None}),
        ("No money, please: I want a replacement.", {"issue": None, "wants": "replacement"}),
        ("The weather was lovely on Sunday.", {"issue": None, "items": (), "legal": False}),
    ],
)
def test_what_a_sentence_says(sentence: str, told: dict[str, Json]) -> None:
    said = says(sentence, NAMES, 2026)
    assert {name: getattr(said, name) for name in told} == told


def test_what_was_edited_away_is_not_inherited(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    answer = decided(
        case, in_tags(case, edited(case, (f"{BOWLS}", "Of the four ramen bowls, two have a lovely glaze")))
    )
    assert answer["action"] != "refund"


def test_an_article_is_known_by_the_orders_that_the_request_shows(open_case: Open) -> None:
    case = open_case("p-return-01")
    body = edited(case, ("The scale is staying, I love it.", "A linen cushion cover came torn as well."))
    [kettle] = [order for order in case.orders if order["id"] == "HL-204173"]
    assert decided(case, in_tags(case, body), [kettle])["action"] != "escalate"
    assert decided(case, in_tags(case, body))["action"] == "escalate"
