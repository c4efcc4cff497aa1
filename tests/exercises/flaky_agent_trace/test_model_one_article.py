"""What is asked of one article, order or person is answered for that one, and not for the mail as a whole."""

from __future__ import annotations

import json
from typing import Any

import pytest

from exercises.flaky_agent_trace.ontology import vocabulary
from harness.exchange import OutputFormat

from .conftest import Case, Open
from .test_model_narrow_questions import shown

Json = Any
CLERK = "You note down what customers of a shop want. One question a time; pick one of the answers offered."
FATES = ("stays", "returned_unwanted", "defective")


def choice(*options: str, **more: str) -> dict[str, Json]:
    return {"type": "string", "enum": list(options), **more}


def form(**parts: Json) -> dict[str, Json]:
    return {
        "type": "object", "properties": parts, "required": list(parts), "additionalProperties": False,
    }  # fmt: skip


def picked(case: Case, asked: str, *options: str, orders: str | None = None) -> str:
    """The option that a lone field of no name gets; its question stands in the prompt."""
    context = shown(case) if orders is None else f"{orders}\n\n{case.mail}"
    said = case.decide(f"{context}\n\n{asked}", system=CLERK, schema=form(choice=choice(*options)))
    return str(said["choice"])


def told(case: Case, asked: str, *options: str, **more: Any) -> str:
    """The same, where it has to be understood."""
    said = picked(case, asked, *options, **more)
    assert case.readings[-1].understood, case.readings[-1].why_not
    assert not case.thoughts[-1].guessed
    return said


@pytest.mark.parametrize(
    ("id", "article", "fate"),
    [
        ("p-office-02", "Hammock chair", "stays"),
        ("p-office-02", "Cover for hammock chair", "defective"),
        ("p-opened-01", "Shower speaker", "returned_unwanted"),
        ("p-opened-01", "USB charger 30 W", "stays"),
        ("p-earlier-01", "Chair mat, felt", "stays"),
        ("p-names-01", "Chalk line", "stays"),
        ("p-names-01", "Spirit level 120 cm", "defective"),
    ],
)
def test_the_fate_of_one_article(open_case: Open, id: str, article: str, fate: str) -> None:
    for asked in (
        f'What is to become of "{article}"?',
        f"And the {article}: what does this mail ask about it?",
        (
            f"What is the fate of {article}?\n- stays: no claim is made on it\n- returned_unwanted: sound,"
            " but they changed their mind\n- defective: broken or not as ordered"
        ),
    ):
        assert told(open_case(id), asked, *FATES) == fate, asked


def test_an_article_by_number_place_and_a_part_of_its_name(open_case: Open) -> None:
    for asked, fate in (
        ("What happens to OD-3640?", "stays"),
        ("What happens to OD-3630?", "defective"),
        ("What happens to the chalk?", "stays"),
        ("Was wird aus dem Artikel „Chalk line“?", "stays"),
    ):
        assert told(open_case("p-names-01"), asked, *FATES) == fate, asked
    case = open_case("p-opened-01")
    order = json.dumps(case.orders[0])
    assert told(case, "What happens to line 2?", *FATES, orders=order) == "stays"
    assert told(case, "What happens to the first item?", *FATES, orders=order) == "returned_unwanted"


def test_what_is_misread_is_said_of_the_other_article(altered: Open) -> None:
    """The answer comes from what the mail is taken to say: another item in it, another fate."""
    facts = [
        {"fact": "order", "value": "HL-211490", "spans": ["The parcel you brought on Friday"]},
        {"fact": "issue", "value": "changed_mind", "spans": ["is bent like a banana"]},
        {"fact": "item", "value": "OD-3640", "spans": ["the level"], "quantity": 1},
    ]
    for article, fate in (("Chalk line", "returned_unwanted"), ("Spirit level 120 cm", "stays")):
        case = altered("p-names-01", model="unerring", facts=facts)
        assert told(case, f"What happens to {article}?", *FATES) == fate


def test_several_articles_in_one_form(open_case: Open) -> None:
    speaker, charger = "Shower speaker", "USB charger 30 W"
    listed = f"1. What becomes of the {speaker}?\n2. What becomes of the {charger}?"
    for asked, schema in (
        (
            "Fill in the form.",
            form(
                a=choice(*FATES, description=f"What becomes of {speaker}?"),
                b=choice(*FATES, description=f"What becomes of {charger}?"),
            ),
        ),
        ("What becomes of each article?", form(**{speaker: choice(*FATES), charger: choice(*FATES)})),
        (listed, form(q1=choice(*FATES), q2=choice(*FATES))),
    ):
        case = open_case("p-opened-01")
        said = case.decide(f"{shown(case)}\n\n{asked}", system=CLERK, schema=schema)
        assert list(said.values()) == ["returned_unwanted", "stays"], asked


def test_in_plain_words(open_case: Open) -> None:
    for article, fate in (("USB charger", "stays"), ("shower speaker", "returned_unwanted")):
        case = open_case("p-opened-01")
        asked = f"What becomes of the {article}? Answer with one of: {', '.join(FATES)}"
        assert case.say(f"{shown(case)}\n\n{asked}", system=CLERK).text == fate


def test_yes_or_no_about_one_article(open_case: Open) -> None:
    for article, yes in (("chalk line", "no"), ("spirit level", "yes")):
        for asked in (f"Did the {article} arrive broken?", f"Is the {article} to be refunded?"):
            assert told(open_case("p-names-01"), asked, "yes", "no") == yes, asked


def test_whether_one_article_was_used_is_not_told_by_another(open_case: Open) -> None:
    asked = "State of the {}?"
    options = ("unpacked", "sealed", "not stated")
    case = open_case("p-opened-01")
    assert told(case, asked.format("Shower speaker"), *options) != "sealed"
    assert told(open_case("p-opened-01"), asked.format("USB charger 30 W"), *options) == "not stated"


def test_an_article_that_no_answer_fits_is_no_sure_answer(open_case: Open) -> None:
    """Nothing is wanted for the chalk line, and none of the answers says so."""
    case = open_case("p-names-01")
    picked(case, 'For "Chalk line", which is it?', "unwanted", "defective")
    assert case.thoughts[-1].guessed or not case.readings[-1].understood


def test_what_is_to_be_had_for_an_article(open_case: Open) -> None:
    """An answer of another kind beside the one for nothing: only for what something is wanted for."""
    options = ("refund", "exchange", "keep")
    for article, fate in (("Spirit level 120 cm", "refund"), ("Chalk line", "keep")):
        assert told(open_case("p-names-01"), f"What do they want for the {article}?", *options) == fate


def test_a_question_about_the_whole_mail_is_not_about_an_article(open_case: Open) -> None:
    assert (
        told(open_case("p-names-01"), "What went wrong here?", "defective", "unwanted", "late") == "defective"
    )
    asked = "What is the customer's reason?"
    assert told(open_case("p-opened-01"), asked, "unwanted", "defective", "late") == "unwanted"


def test_how_many_orders_something_is_wanted_on(open_case: Open) -> None:
    for asked, one, more in (
        ("On how many purchases does the writer ask for something?", "1", "2+"),
        ("Number of separate orders with an open request?", "just one", "several"),
        ("Wie viele Bestellungen sind betroffen?", "eine", "mehrere"),
    ):
        assert told(open_case("p-desk-02"), asked, one, more) == more
        assert told(open_case("p-desk-01"), asked, one, more) == one
        assert told(open_case("p-knows-01"), asked, one, more) == one


def test_orders_that_are_only_mentioned_are_another_count(open_case: Open) -> None:
    case = open_case("p-thread-02")
    said = picked(case, "How many orders are mentioned in this mail?", "one", "several")
    assert said == "several" or case.thoughts[-1].guessed


def test_what_is_wanted_on_one_order(open_case: Open) -> None:
    for order, yes in (("HL-211905", "yes"), ("HL-212480", "yes"), ("HL-200000", "no")):
        asked = f"Does the writer want something on {order}?"
        assert told(open_case("p-desk-02"), asked, "yes", "no") == yes
    options = ("nothing", "return", "repair")
    assert told(open_case("p-thread-02"), "What does he want for HL-208004?", *options) == "nothing"


def test_who_writes(open_case: Open) -> None:
    for asked, own, other in (
        ("Who wrote to us?", "buyer", "third_party"),
        ("In whose name does this person write?", "own", "behalf_of_another"),
        ("Is the sender the buyer, or somebody in their place?", "the buyer themself", "somebody else"),
    ):
        assert told(open_case("p-names-01"), asked, own, other) == own
        assert told(open_case("p-thread-02"), asked, other, own) == own
        assert told(open_case("p-names-03"), asked, own, other) == other


def test_who_writes_where_no_order_is_shown(open_case: Open) -> None:
    case = open_case("p-names-01")
    said = case.decide(
        f"{case.mail}\n\nWho writes?", system=CLERK, schema=form(choice=choice("buyer", "proxy"))
    )
    assert said["choice"] == "buyer"


def test_the_day_that_something_was_first_told(open_case: Open) -> None:
    days = ["2026-10-14", "2026-10-22", "2026-10-29", "2026-11-04", "2026-11-09", "2026-11-11"]
    for asked in (
        "Since when have they been telling us about this defect?",
        "Day on which the open complaint was raised for the first time?",
        "When did the client originally report the trouble?",
    ):
        assert told(open_case("p-thread-01"), asked, *days) == "2026-10-14"
        assert told(open_case("p-scroll-01"), asked, *days) == "2026-11-04"


def test_our_own_first_answer_is_another_day(open_case: Open) -> None:
    case = open_case("p-thread-01")
    said = picked(
        case, "When did we first reply to this complaint?", "2026-10-14", "2026-10-22", "2026-10-29"
    )
    assert said != "2026-10-14" or case.thoughts[-1].guessed


def test_money_for_a_delay_is_asked_for_or_not(open_case: Open) -> None:
    for asked in (
        "Do they also demand something off because it was delivered late?",
        "Is the customer asking for compensation for the delay?",
    ):
        assert told(open_case("p-continent-01"), asked, "yes", "no") == "no"
        assert told(open_case("p-delay-01"), asked, "yes", "no") == "yes"


def test_options_over_a_list_of_orders_are_no_proposal(open_case: Open) -> None:
    case = open_case("p-thread-02")
    orders = [
        f"- {order['id']}: placed {order['placed']}, delivered on {order['delivered']}: "
        + ", ".join(f"{item['quantity']} x {item['name']}" for item in order["items"])
        + "".join(f"; {refund['amount']} refunded on {refund['on']}" for refund in order["refunds"])
        for order in case.orders
    ]
    asked = "\n".join(
        ["Which order is it about?", "Allowed answers:", *orders, "- unclear: none, or several fit"]
    )
    schema = form(choice=choice(*(order["id"] for order in case.orders), "unclear"))
    assert case.decide(f"{case.mail}\n\n{asked}", system=CLERK, schema=schema)["choice"] == "HL-209333"


@pytest.mark.parametrize("id", ["p-knows-01", "p-knows-02", "p-thread-01", "p-names-02", "p-desk-02"])
def test_no_lone_choice_crashes_the_model(open_case: Open, id: str) -> None:
    """Where it is open which order is meant, beliefs are lists; whatever the words, an answer is valid."""
    for options in (
        ("one", "two_or_more"),
        ("single", "many"),
        ("clear", "open"),
        ("none", "one"),
        ("a", "b"),
    ):
        for asked in ("How many orders fit?", "Which is it?", "On how many orders is something wanted?"):
            case = open_case(id)
            assert picked(case, asked, *options) in options
            said = case.say(
                f"{shown(case)}\n\n{asked} Answer with one of: {', '.join(options)}", system=CLERK
            )
            assert said.text


_TYPES = ("boolean", "integer")


def test_no_slot_crashes_a_field_of_any_type(open_case: Open) -> None:
    slots = sorted(vocabulary().ontology.slots)
    for id in ("p-knows-01", "p-desk-02"):
        for part in ({"type": "string"}, choice("one", "two_or_more"), *({"type": kind} for kind in _TYPES)):
            case = open_case(id)
            schema = form(**dict.fromkeys(slots, part))
            reply = case.say(shown(case), system=CLERK, output=OutputFormat("all", schema, strict=True))
            assert reply.text


def test_a_verdict_on_a_letter_by_words_of_ones_own(open_case: Open) -> None:
    decision = "Decided: refund 46.80 EUR for HL-206330 (wrong article)."
    letter = "Dear Lena Hofstetter,\n\nwe have refunded {} EUR for order HL-206330.{}\n\nHarbour Lane"
    for options in (("sound", "off_or_overpromises"), ("release", "hold_back"), ("true_to_it", "deviates")):
        for sum, more, verdict in (
            ("46.80", "", options[0]),
            ("64.80", "", options[1]),
            ("46.80", " A replacement is on its way as well.", options[1]),
        ):
            case = open_case("p-monday-01")
            asked = "Does the reply above tell what was decided, and not more?"
            text = f"{case.mail}\n\n{decision}\n\n<reply>\n{letter.format(sum, more)}\n</reply>\n\n{asked}"
            said = case.decide(text, system=CLERK, schema=form(verdict=choice(*options)))
            assert said["verdict"] == verdict, (options, sum, more)


def test_a_letter_that_asks_which_order_is_meant_may_go_out(open_case: Open) -> None:
    case = open_case("p-names-02")
    text = (
        f"{case.mail}\n\nDecided: they have to tell us which order it is.\n\n<reply>\nHola, ¿a qué pedido se"
        " refiere? El número empieza por HL.\n</reply>\n\nDoes the reply tell what was decided?"
    )
    assert case.decide(text, system=CLERK, schema=form(verdict=choice("sound", "off")))["verdict"] == "sound"
    assert case.readings[-1].understood


def test_a_choice_beside_a_letter_is_no_verdict_on_it(open_case: Open) -> None:
    case = open_case("p-monday-01")
    text = f"{case.mail}\n\n<reply>\nDear Lena, we look into it.\n</reply>\n\nWhat went wrong with the order?"
    said = case.decide(text, system=CLERK, schema=form(answer=choice("wrong_article", "broken", "late")))
    assert said["answer"] == "wrong_article"
