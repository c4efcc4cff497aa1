"""Fields for what a mail says besides its request, under several names each; rules that apply; why goods go
back; values in the form that is described.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from exercises.flaky_agent_trace.ontology import vocabulary
from exercises.flaky_agent_trace.papers.mail_facts import facts, told
from harness.exchange import OutputFormat
from tests.exercises.flaky_agent_trace.schemas import of

Json = Any
Open = Callable[..., Any]
TEXT, TRUTH, WHOLE = {"type": "string"}, {"type": "boolean"}, {"type": "integer"}


def _fill(case: Any, text: str, fields: dict[str, Json]) -> dict[str, Json]:
    system = "Fill the schema from the customer's mail and the order."
    reply = case.say(text, system=system, output=OutputFormat("facts", of(**fields), strict=True))
    return dict(json.loads(reply.text))


def _with_orders(case: Any) -> str:
    return f"{case.mail}\n\nOrders:\n{json.dumps(case.orders)}"


@pytest.mark.parametrize(
    ("names", "part", "said"),
    [
        ("has_attachment attachments_mentioned files_attached", TRUTH, (False, False, False)),
        ("mentions_order_number order_number_given containsOrderId", TRUTH, (True, True, False)),
        ("is_repeat_contact contacted_before previous_contact", TRUTH, (True, False, False)),
        ("is_first_contact firstContact", TRUTH, (False, True, True)),
        ("contains_profanity swearing", TRUTH, (False, False, False)),
        ("asks_question has_question", TRUTH, (False, False, True)),
        ("signature_name signed_by signoff_name", TEXT, ("B. Stokes", "Callum", "Nando")),
        ("received_weekday day_of_week", TEXT, ("Friday", "Wednesday", "Wednesday")),
        ("sender_domain email_domain", TEXT, ("example.co.uk", "example.co.uk", "example.es")),
        ("word_count n_words", WHOLE, (81, 53, 34)),
    ],
)  # fmt: skip
def test_small_facts_are_told_and_no_guess(open_case: Open, names: str, part: Json, said: Any) -> None:
    own = names.split()
    for at, (id, expected) in enumerate(zip(("p-sale-02", "p-damaged-01", "p-names-02"), said, strict=True)):
        case = open_case(id)
        name = own[at % len(own)]
        assert _fill(case, case.mail, {name: part}) == {name: expected}
        assert case.readings[-1].understood
        assert not case.thoughts[-1].guessed


def test_what_may_be_meant_is_a_guess(open_case: Open) -> None:
    case = open_case("p-opened-01")
    text = case.mail.replace("No defect", "My colleague on your hotline told me to write. No defect")
    _fill(case, text, {"contacted_before": TRUTH})
    assert "contacted_before" in case.thoughts[-1].guessed


@pytest.mark.parametrize(
    ("fact", "text", "said"),
    [
        ("attachment", "Two photos are attached.", True), ("attachment", "Im Anhang zwei Bilder.", True),
        ("attachment", "The handle came off.", False),
        ("contacted_before", "I wrote to you on Monday and had no reply.", True),
        ("contacted_before", "Looking forward to your reply.", False),
        ("contacted_before", "Ich habe Ihnen schon zweimal geschrieben.", True),
        ("returned_already", "I posted it back on Friday.", True),
        ("returned_already", "I'd like to send it back.", False),
        ("bought_substitute", "I've since bought another one in town.", True),
        ("bought_substitute", "I have not bought another one.", None),
        ("address_changed", "We moved house last week.", True),
        ("competitor", "Amazon has it for less.", True),
        ("callback", "Please call me back.", True),
        ("return_label", "Could you send me a return label?", True),
        ("return_label", "The lamp is broken.", False), ("hazard", "It gave me an electric shock.", True),
        ("manager", "Ich möchte Ihren Vorgesetzten sprechen.", True),
        ("policy_cited", "Your terms and conditions say 30 days.", True),
        ("law_cited", "Under the Consumer Rights Act 2015 you must.", True),
    ],
)  # fmt: skip
def test_a_mail_s_plain_words(fact: str, text: str, said: bool | None) -> None:
    assert told(fact, text) is said


def test_every_fact_has_a_slot() -> None:
    own = {name for name in facts() if not name.startswith("because_") and name != "torn_box"}
    assert own <= {*vocabulary().ontology.slots}


def test_what_an_order_says_besides(open_case: Open) -> None:
    case = open_case("p-desk-01")
    fields = {
        "already_shipped": TRUTH, "days_since_order": WHOLE, "previous_refund_count": WHOLE,
        "customer_country": TEXT, "chargeback": of(mentioned=TRUTH, already_filed=TRUTH),
    }  # fmt: skip
    assert _fill(case, _with_orders(case), fields) == {
        "already_shipped": True, "days_since_order": 9, "previous_refund_count": 0,
        "customer_country": "GB", "chargeback": {"mentioned": True, "already_filed": True},
    }  # fmt: skip
    assert not case.thoughts[-1].guessed
    waiting = open_case("p-monday-02")
    assert _fill(waiting, _with_orders(waiting), {"has_been_shipped": TRUTH}) == {"has_been_shipped": False}


@pytest.mark.parametrize(
    ("id", "applies"),
    [("p-sale-02", {"h5"}), ("p-post-01", {"r2"}), ("p-damaged-01", {"d1"}), ("p-delay-01", {"l1"})],
)
def test_whether_a_clause_applies(open_case: Open, id: str, applies: set[str]) -> None:
    case = open_case(id)
    case.tool("get_policy", {"topic": "all"})
    book = case.tool("get_policy", {"topic": "all"})[0]
    fields = {
        "h5_applies": TRUTH,
        "applies_r2": TRUTH,
        "clause_d1_applies": TRUTH,
        "rule_l1_triggered": TRUTH,
    }
    said = _fill(case, f"{_with_orders(case)}\n\nHandbook:\n{book}", fields)
    known = {name for name in fields if name not in case.thoughts[-1].guessed}
    for name, clause in zip(fields, ("h5", "r2", "d1", "l1"), strict=True):
        assert name not in known or said[name] is (clause in applies), name
    assert len(known) >= 3


def test_a_text_that_is_described_as_a_clause_is_its_number(open_case: Open) -> None:
    case = open_case("p-post-01")
    book = case.tool("get_policy", {"topic": "all"})[0]
    fields = {
        "basis": {**TEXT, "description": "the clause that decides"},
        "grundlage": {**TEXT, "description": "die maßgebliche Klausel"},
        "outcome": {**TEXT, "enum": ["refund", "deny", "escalate"]},
    }
    said = _fill(case, f"{_with_orders(case)}\n\nHandbook:\n{book}", fields)
    assert said == {"basis": "R-2", "grundlage": "R-2", "outcome": "refund"}


_WHY = {
    "reason": ["defect", "moving", "dislike", "wrong_size", "other"],
    "return_reason": ["FAULTY", "MOVING_HOUSE", "FOUND_CHEAPER", "NO_LONGER_NEEDED", "CHANGED_MIND"],
}


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("We are moving house and have no room for the shower speaker", ("moving", "MOVING_HOUSE")),
        ("I found the shower speaker cheaper elsewhere", ("other", "FOUND_CHEAPER")),
        ("The shower speaker is too big for our shower", ("wrong_size", "CHANGED_MIND")),
        ("The shower speaker crackles all the time, it is faulty", ("defect", "FAULTY")),
    ],
)
def test_why_goods_go_back_is_told_as_closely_as_the_options_do(
    open_case: Open, why: str, said: tuple[str, str]
) -> None:
    case = open_case("p-opened-01")
    head = case.mail.partition("\n\n")[0]
    text = f"{head}\n\nHi,\n\n{why}, so I'd like to return it (HL-203901). I keep the charger.\n\nChidi"
    fields = {name: {**TEXT, "enum": options} for name, options in _WHY.items()}
    orders = f"{text}\n\nOrders:\n{json.dumps(case.orders)}"
    assert tuple(_fill(case, orders, fields).values()) == said


def test_a_broken_thing_is_no_broken_seal(open_case: Open) -> None:
    options = {
        "packaging_state": ["sealed", "opened", "damaged", "not_mentioned"],
        "seal": ["intact", "broken", "n/a"],
    }
    fields = {name: {**TEXT, "enum": every} for name, every in options.items()}
    broken, used = open_case("p-damaged-01"), open_case("p-post-01")
    assert _fill(broken, broken.mail, fields) == {"packaging_state": "not_mentioned", "seal": "n/a"}
    assert _fill(used, used.mail, fields) == {"packaging_state": "opened", "seal": "broken"}


def test_values_stand_in_the_form_that_is_described(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    wanted = {
        "order_number": ("digits only, without HL-", "202913"), "delivered": ("DD.MM.YYYY", "16.09.2026"),
        "language": ("ISO 639-1, upper case", "EN"), "currency": ("lowercase ISO code", "gbp"),
        "item_price": ("with decimal comma, e.g. 12,50", "14,30"),
    }  # fmt: skip
    fields = {name: {**TEXT, "description": told} for name, (told, _) in wanted.items()}
    said = _fill(case, _with_orders(case), {**fields, "order_no": WHOLE})
    assert said == {**{name: value for name, (_, value) in wanted.items()}, "order_no": 202913}


def test_a_note_for_colleagues_passes_no_given_fact_over(open_case: Open) -> None:
    case = open_case("p-desk-01")
    facts = json.dumps({"decision": "escalate", "clause": "H-3", "deadline": "Friday noon"})
    reply = case.say(f"Write the note for the desk (internal).\n\nFacts:\n{facts}\n\nMail:\n{case.mail}")
    assert case.readings[-1].understood
    assert all(word in reply.text for word in ("escalate", "H-3", "Friday noon", "Paulo Mendes"))


def test_what_is_to_be_gone_into_is_no_answer(open_case: Open) -> None:
    case = open_case("p-desk-01")
    asked = "Say why the case is theirs, by which clause, and what the customer wants."
    reply = case.say(f"You write hand-over notes. {asked}\n\nMail:\n{case.mail}")
    assert reply.text.strip(". ") != "what the customer wants"
