"""Fields mean what stands beside them tells: choices beside an order's number, sums, defined options."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.exercises.flaky_agent_trace.schemas import each, of

Open = Callable[..., Any]
Json = Any
TEXT: Json = {"type": "string"}
MAYBE: Json = {"type": ["string", "null"]}
NUMBER: Json = {"type": "number"}
END: Json = {"type": "string", "enum": ["pay", "refuse", "pass_on", "ask"]}


def _one_of(*options: str, told: str = "") -> Json:
    return {"type": "string", "enum": list(options), **({"description": told} if told else {})}


def _told(words: str, kind: Json = TEXT) -> Json:
    return {**kind, "description": words}


def _read(case: Any, /, **fields: Json) -> tuple[dict[str, Json], set[str]]:
    text = f"Orders:\n{json.dumps(case.orders)}\n\nMail:\n{case.mail}"
    said = case.decide(text, system="Read the mail.", schema=of(**fields))
    return said, set(case.thoughts[-1].guessed)


def _decided(case: Any, /, **fields: Json) -> tuple[dict[str, Json], set[str]]:
    text = f"{case.handbook}\n\n{case.mail}\n\nOrders:\n{json.dumps(case.orders)}"
    said = case.decide(text, system="Decide the ticket by the handbook.", schema=of(**fields))
    return said, set(case.thoughts[-1].guessed)


# How the order was found

FOUND = [
    ("fit", ("sure", "could_be_two", "not_listed"), "sure", "could_be_two"),
    ("state", ("unambiguous", "ambiguous", "absent"), "unambiguous", "ambiguous"),
    ("how_sure", ("certain", "not_sure"), "certain", "not_sure"),
    ("result", ("exactly_one", "more_than_one", "no_match"), "exactly_one", "more_than_one"),
    ("lookup", ("identified", "several_fit", "nothing_fits"), "identified", "several_fit"),
    ("resolution_state", ("none", "multiple", "single"), "single", "multiple"),
    ("matching", ("undecided", "settled"), "settled", "undecided"),
    ("clarity", ("doubtful", "clear"), "clear", "doubtful"),
    ("zuordnung", ("unklar", "eindeutig", "keine"), "eindeutig", "unklar"),
    ("which", ("known", "unknown"), "known", "unknown"),
    ("outcome_of_search", ("missing", "tie", "confirmed"), "confirmed", "tie"),
    ("kind", ("definite", "candidates", "zero"), "definite", "candidates"),
]


@pytest.mark.parametrize(("name", "options", "settled", "open_one"), FOUND)
def test_a_choice_beside_the_orders_number_says_how_it_was_found(
    open_case: Open, name: str, options: tuple[str, ...], settled: str, open_one: str
) -> None:
    field = {"which_order": of(**{name: _one_of(*options), "number": MAYBE})}
    said, guessed = _read(open_case("p-return-01"), **field)
    assert said["which_order"] == {name: settled, "number": "HL-204173"}
    assert not guessed
    said, guessed = _read(open_case("p-names-02"), **field)
    assert said["which_order"][name] == open_one
    assert said["which_order"]["number"] is None
    assert not guessed


def test_each_of_several_requests_has_the_order_it_is_about(open_case: Open) -> None:
    entry = {"about": of(sureness=_one_of("beyond_doubt", "either", "none"), order_ref=MAYBE), "issue": TEXT}
    said, _ = _read(open_case("p-desk-02"), wishes=each(**entry))
    assert {one["about"]["order_ref"] for one in said["wishes"]} == {"HL-212480", "HL-211905"}
    assert {one["about"]["sureness"] for one in said["wishes"]} == {"beyond_doubt"}


@pytest.mark.parametrize(
    "name", ["evidence", "basis", "because", "grounds_for_it", "how_do_you_know", "reason", "proof"]
)
def test_the_text_beside_the_order_says_what_settles_it(open_case: Open, name: str) -> None:
    part = _told("what in the mail and the orders tells", TEXT)
    said, guessed = _read(open_case("p-return-01"), match=of(order_id=MAYBE, **{name: part}))
    assert "HL-204173" in said["match"][name]
    assert "hob" not in said["match"][name]  # why it goes back is another question
    said, guessed = _read(open_case("p-names-02"), match=of(order_id=MAYBE, **{name: part}))
    assert said["match"][name].startswith("Nothing in the mail tells which of")
    assert not guessed


def test_words_for_the_order_are_quoted_where_they_are_asked_for(open_case: Open) -> None:
    case = open_case("p-continent-01")
    said, _ = _read(case, match=of(order_id=MAYBE, excerpt=_told("exact words of the mail")))
    assert said["match"]["excerpt"] in case.mail
    assert "209177" in said["match"]["excerpt"]


def test_of_each_order_in_a_list_it_is_still_asked_whether_it_is_meant(open_case: Open) -> None:
    entry = {"order_id": TEXT, "fit": _one_of("match", "possible", "no")}
    said, _ = _read(open_case("p-same-01"), order_matches=each(**entry))
    assert [one["fit"] for one in said["order_matches"]].count("match") == 1


# Sums, line by line

LINES = [
    {"what": TEXT, "calculation": TEXT, "subtotal": _told("decimal, negative for what comes off")},
    {"label": TEXT, "amount": NUMBER},
    {"position": TEXT, "formula": TEXT, "value": NUMBER},
    {"description": TEXT, "sum": TEXT},
    {"step": TEXT, "how": _told("such as 3 x 2.50"), "result": _told("amount of this step", NUMBER)},
    {"posten": TEXT, "betrag": NUMBER},
    {"for_what": TEXT, "money": NUMBER},
]


@pytest.mark.parametrize("name", ["payout_parts", "working_out", "sum_composition", "ledger"])
@pytest.mark.parametrize("entry", LINES, ids="+".join)
def test_a_list_of_words_and_sums_tells_how_the_sum_comes_about(
    open_case: Open, name: str, entry: dict[str, Json]
) -> None:
    said, guessed = _decided(open_case("p-post-01"), action=END, amount=NUMBER, **{name: each(**entry)})
    last = list(entry)[-1]
    assert [float(line[last]) for line in said[name]] == [69.9, -10.49]
    assert round(sum(float(line[last]) for line in said[name]), 2) == said["amount"]
    assert "fee" in str(said[name][1])
    assert not guessed


def test_where_nothing_is_paid_there_are_no_such_lines(open_case: Open) -> None:
    said, guessed = _decided(open_case("p-autumn-01"), action=END, steps_of_sum=each(what=TEXT, total=NUMBER))
    assert said["steps_of_sum"] == []
    assert not guessed


def test_earlier_payments_are_no_such_lines(open_case: Open) -> None:
    entry = each(text=TEXT, amount=NUMBER)
    said, _ = _decided(open_case("p-earlier-01"), action=END, amount=NUMBER, previous_money=entry)
    assert 66.0 not in [line["amount"] for line in said["previous_money"] or []]


# Options by what is said of them

OPENED = [
    (("intact", "broken", "not_told"), "intact = never opened; broken = unpacked, tried or used", "not_told"),
    (("a", "b", "c"), "a: still sealed, b: was opened, c: the mail does not say", None),
    (("sealed", "opened", "not_said"), "", "not_said"),
    (("unopened", "used", "cant_tell"), "", "cant_tell"),
    (("new", "used", "no_info"), "", "no_info"),
    (("opened", "sealed", "not_mentioned"), "", "not_mentioned"),
    (("ungeöffnet", "geöffnet", "nicht_gesagt"), "", "nicht_gesagt"),
]


@pytest.mark.parametrize(("options", "told", "untold"), OPENED)
def test_options_mean_what_their_definitions_say(
    open_case: Open, options: tuple[str, ...], told: str, untold: str | None
) -> None:
    entry = each(sku=TEXT, wrapping=_one_of(*options, told=told))
    opened = next(o for o in options if o in {"broken", "b", "opened", "used", "geöffnet"})
    said, guessed = _read(open_case("p-post-01"), order_id=MAYBE, items=entry)
    assert said["items"][0]["wrapping"] == opened
    assert not guessed
    if untold is not None:
        said, guessed = _read(open_case("p-desk-03"), order_id=MAYBE, items=entry)
        assert said["items"][0]["wrapping"] == untold
        assert not guessed


@pytest.mark.parametrize(
    ("options", "told", "right"),
    [
        (
            ("k1", "k2", "k3"),
            "k1 = arrived damaged or faulty; k2 = no longer wanted; k3 = the parcel has not arrived",
            "k2",
        ),
        (
            ("red", "green", "blue"),
            "green: changed their mind. red: came too late. blue: never arrived",
            "green",
        ),
        (("X", "Y"), "X (wants the money back), Y (wants a replacement)", "X"),
        (("calm", "boiling"), "boiling = the customer is angry, calm = the customer is calm", "calm"),
    ],
)
def test_made_up_options_are_understood_by_their_definitions(
    open_case: Open, options: tuple[str, ...], told: str, right: str
) -> None:
    said, guessed = _read(open_case("p-return-01"), order_id=MAYBE, lot=_one_of(*options, told=told))
    assert said["lot"] == right
    assert not guessed


# Texts


def test_who_asks_for_more_than_a_word_gets_sentences(open_case: Open) -> None:
    case = open_case("p-return-01")
    for name, words in {
        "understanding": "what the customer wants now, for which order and items, and why that order",
        "wish": "what she wants, which items it is about, and how you know which order",
        "customer_goal": "who wants what, and why it is this order",
    }.items():
        said, guessed = _decided(case, action=END, **{name: _told(words)})
        assert said[name].count(".") > 1
        assert "HL-204173" in said[name]
        assert "The mail names HL-204173" in said[name]
        assert not guessed
    said, _ = _decided(case, action=END, customer_goal=_told("one word"))
    assert said["customer_goal"] == "refund"


@pytest.mark.parametrize(
    "name",
    [
        "explanation_for_customer",
        "what_to_tell_the_customer",
        "reason_for_the_reply",
        "customer_facing_reason",
    ],
)
def test_what_a_customer_is_told_is_no_note_for_colleagues(open_case: Open, name: str) -> None:
    said, guessed = _decided(open_case("p-autumn-01"), action=END, **{name: TEXT})
    assert said[name] == "We cannot refund anything for order HL-200433: more than 30 days after it arrived."
    said, _ = _decided(open_case("p-autumn-02"), action=END, **{name: TEXT})
    assert "25.00 EUR" in said[name]
    assert "L-1" not in said[name]
    said, _ = _decided(open_case("p-names-02"), action=END, **{name: TEXT})
    assert said[name].endswith("?")
    assert not guessed


@pytest.mark.parametrize("name", ["corrected_explanation", "revised_reason", "amended_rationale"])
def test_a_reviewer_who_rejects_says_what_is_right(open_case: Open, name: str) -> None:
    case = open_case("p-autumn-01")
    part = _told("what has to be said then; null if you approve", MAYBE)
    fields = {"verdict": _one_of("approve", "reject"), "objection": MAYBE, name: part}
    shown = f"{case.handbook}\n\n{case.mail}\n\nOrders:\n{json.dumps(case.orders)}\n\nProposed decision: "
    for proposal, verdict in (
        ("refund 34.00 GBP for HL-200433", "reject"),
        ("deny HL-200433 by R-1", "approve"),
    ):
        said = case.decide(f"{shown}{proposal}", system="Review the proposed decision.", schema=of(**fields))
        assert said["verdict"] == verdict
        assert (said[name] is None) == (verdict == "approve")
        assert not set(case.thoughts[-1].guessed)
        assert verdict == "approve" or "30 days" in said[name]
