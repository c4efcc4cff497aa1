"""Letters from what a prompt gives besides the outcome: the money's way and time, the return, an offer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from exercises.flaky_agent_trace.deciding.told_letters import language_of
from exercises.flaky_agent_trace.writing.further import further_in
from exercises.flaky_agent_trace.writing.further_told import because, wordings
from exercises.flaky_agent_trace.writing.letter_facts import facts_in

Open = Callable[..., Any]
FORMS = {
    "sentences": "What we do: we refund 31.40 EUR to the Visa card ending 9034; it should be there within "
    "4 working days. Nothing has to be sent back.",
    "bullets": "Facts\n- refunded 31.40 EUR\n- goes to the card (Visa, ending in 9034)\n- arrives in 4 "
    "business days\n- no need to return anything",
    "lines": "result: refund\namount: 31.40 EUR\nmethod: Visa ending 9034\nwhen: within 4 working days\n"
    "return needed: no",
    "json": "Data:\n" + json.dumps({
        "decision": "refund", "amount": "31.40 EUR", "refund_method": "Visa ****9034",
        "expected": "4 working days", "return": {"required": False},
    }),
}  # fmt: skip
WRITE = "Write the reply to the customer in plain text."


def _said(case: Any, facts: str, write: str = WRITE) -> str:
    said: str = case.say(f"{case.mail}\n\n{facts}\n\n{write}").text
    return said


@pytest.mark.parametrize("form", FORMS)
def test_each_fact_is_said_once_in_whatever_form_it_is_given(open_case: Open, form: str) -> None:
    said = _said(open_case("p-opened-01"), FORMS[form])
    for told in ("31.40 EUR", "ending in 9034", "within 4 working days", "don't need to send anything back"):
        assert said.count(told) == 1, said
    assert "why" not in said
    assert "because" not in said


@pytest.mark.parametrize(
    ("given", "other", "told", "instead"),
    [
        ("9034", "1178", "ending in 9034", "ending in 1178"),
        ("within 4 working days", "by 6 March", "within 4 working days", "by 6 March"),
        ("the Visa card ending 9034", "her PayPal account", "Visa card", "your PayPal account"),
        ("Nothing has to be sent back", "Return address: Quay 7, 2011 Porto", "send anything", "Quay 7"),
        ("we refund 31.40 EUR", "we refund 18.05 EUR", "31.40", "18.05 EUR"),
    ],
)  # fmt: skip
def test_another_fact_makes_another_letter(
    open_case: Open, given: str, other: str, told: str, instead: str
) -> None:
    case, facts = open_case("p-opened-01"), FORMS["sentences"]
    assert told in _said(case, facts)
    said = _said(case, facts.replace(given, other))
    assert instead in said, said
    assert told not in said


def test_what_no_fact_gives_is_not_said(open_case: Open) -> None:
    said = _said(open_case("p-opened-01"), "Facts: we refund 31.40 EUR.")
    assert "31.40 EUR" in said
    for word in ("days", "card", "account", "back", "voucher", "sorry", "because", "label"):
        assert word not in said, said


@pytest.mark.parametrize(
    ("id", "language", "told"),
    [
        ("p-post-01", "de", ("Karte mit den Endziffern 9034", "von 4 Werktagen", "nichts zurückschicken")),
        ("p-post-05", "fr", ("carte", "se terminant par 9034", "sous 4 jours ouvrés", "rien à renvoyer")),
    ],
)  # fmt: skip
def test_facts_in_english_are_told_in_the_language_of_the_mail(
    open_case: Open, id: str, language: str, told: tuple[str, ...]
) -> None:
    said = _said(open_case(id), FORMS["bullets"], "Write the reply in the customer's language.")
    assert language_of(said) == language
    assert all(one in said for one in told), said


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("Wir erstatten 12,00 EUR auf die Karte mit der Endung 5512, bis zum 7. März.", (7, 3, 0)),
        ("The money is there by March 7, 2027.", (7, 3, 2027)),
        ("expected by: 2027-03-07", (7, 3, 2027)),
    ],
)
def test_a_day_is_read_whole(said: str, day: tuple[int, int, int]) -> None:
    given = facts_in(f"Refund: 12.00 EUR\n{said}")
    assert given is not None
    assert given.facts.further.when is not None
    assert given.facts.further.when.day == day
    assert given.told.grounds == ""


def test_a_refusal_has_its_reason_and_its_offer(open_case: Open) -> None:
    facts = (
        "Decision: no refund, because the two weeks were over on 4 May and the mail came on 20 May. "
        "Offer instead: a 15 % voucher for the next order (code SPRING15). She may give it to a friend."
    )
    said = _said(open_case("p-opened-01"), facts, "Write the letter. Sign as 'Ines, Harbour Lane'.")
    assert "because the two weeks were over on 4 May and your mail came on 20 May." in said, said
    assert "a voucher of 15 % for your next order (code SPRING15)" in said
    assert "You may give it to a friend." in said
    assert said.endswith("\nInes, Harbour Lane")
    assert "Offer instead" not in said


def test_which_of_two_orders_is_asked_for(open_case: Open) -> None:
    facts = "It is not clear which order is meant: HL-201111 (mirror) or HL-202222 (stool)."
    said = _said(open_case("p-opened-01"), facts, "Write a short mail that asks her.")
    assert "HL-201111 (mirror) or HL-202222 (stool)?" in said
    assert "look up" not in said


@pytest.mark.parametrize(
    ("id", "told"), [("p-opened-01", "the serial number?"), ("p-post-05", "numéro de série ?")]
)
def test_the_customer_is_asked_for_what_is_wanted(open_case: Open, id: str, told: str) -> None:
    asks = "Ask the customer to send a photo of the damage and the serial number."
    said = _said(open_case(id), asks, "Write a short mail in the customer's language.")
    assert told in said, said
    assert "HL-" not in said


def test_what_has_no_words_in_a_language_is_not_half_translated(open_case: Open) -> None:
    case = open_case("p-post-05")
    _said(case, "Ask the customer to send the shelf's width.", "Write a mail in the customer's language.")
    assert not case.readings[-1].understood


@pytest.mark.parametrize("asks", ["Ask for exactly that.", "Ask them for what is missing."])
def test_what_is_only_pointed_to_is_no_thing_to_ask_for(asks: str) -> None:
    assert further_in([asks])[0].asks == ()


def test_a_case_that_goes_to_others_in_so_many_sentences(open_case: Open) -> None:
    facts = "We hand this case to our specialist team as a chargeback is open; they reply within three days."
    said = _said(open_case("p-desk-01"), facts, "Tell the customer so in at most three sentences.")
    assert "specialist team" in said
    assert "within 3 days" in said
    assert "refunds desk" not in said
    assert len(re.findall(r"[.!?](?=\s|$)", said)) <= 3


@pytest.mark.parametrize(
    ("length", "least", "most"),
    [
        ("60 to 100 words", 60, 100), ("about 50 words", 40, 60), ("at least 70 words", 70, 200),
        ("at most 35 words", 0, 35), ("between 45 and 80 words", 45, 80),
    ],
)  # fmt: skip
def test_lengths_are_kept_and_no_fact_is_lost(open_case: Open, length: str, least: int, most: int) -> None:
    said = _said(open_case("p-opened-01"), FORMS["bullets"], f"{WRITE} Length: {length}.")
    assert least <= len(said.split()) <= most, said
    for told in ("31.40 EUR", "9034", "4 working days", "send anything back"):
        assert told in said, said


def test_manners_that_are_wanted(open_case: Open) -> None:
    case, facts = open_case("p-opened-01"), f"{FORMS['bullets']}\n- we are sorry for the delay"
    said = _said(case, facts)
    assert "sorry for the wait" in said
    assert "HL-" in said
    said = _said(case, facts, f"{WRITE} Do not apologise. No greeting, no order number.")
    assert "sorry" not in said
    assert "HL-" not in said
    assert "Chidi" not in said


def test_money_that_waits_for_the_return(open_case: Open) -> None:
    facts = (
        "We refund 44.00 EUR once the lamp is back. Returns address: Pier 3, 20459 Hamburg. "
        "The customer pays the postage. A label is enclosed."
    )
    said = _said(open_case("p-opened-01"), facts)
    assert "We will refund 44.00 EUR" in said
    assert "as soon as your return has reached us" in said
    for told in ("Pier 3, 20459 Hamburg", "postage for the return is paid by you", "label is attached"):
        assert told in said, said
    assert "have refunded" not in said


def test_a_sum_that_is_reckoned_is_the_one_behind_the_sign() -> None:
    given = facts_in("Refund: 80.00 - 12.00 (15 % restocking fee) = 68.00 EUR, as it was paid.")
    assert given is not None
    assert given.told.slots["amount"].cents == 6800
    assert given.facts.fee is not None
    assert given.facts.fee.cents == 1200


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("the parcel was six days late", "This is because the parcel was six days late."),
        ("the customer kept it too long", "This is because you kept it too long."),
        ("a change of mind", "The reason is a change of mind."),
        ("final sale", "This is why: final sale."),
    ],
)
def test_a_reason_is_a_sentence(reason: str, told: str) -> None:
    assert because(reason) == told


@pytest.mark.parametrize(
    "said",
    [
        "Returned within 14 days of delivery.", "No refund to the card.", "She asked for her money on 3 May.",
        "The order was placed on 3 May.", "It was already refunded to the card ending 4471 on 3 May.",
    ],
)  # fmt: skip
def test_other_times_and_cards_are_no_way_and_time_of_the_money(said: str) -> None:
    known, _ = further_in([said])
    assert known.way is None
    assert known.when is None


def test_every_wording_stands_in_every_language() -> None:
    told = wordings()
    groups = (told.way, told.span, told.one, told.point, told.money, told.outcome, told.said, told.sorry)
    for forms in (*(forms for group in groups for forms in group.values()), *told.things.values()):
        assert {"en", "de", "fr", "es", "nl", "pl"} <= forms.keys()
