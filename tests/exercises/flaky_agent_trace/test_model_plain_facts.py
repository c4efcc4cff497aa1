"""Extraction with field names of an engineer's own: small facts that a mail tells in plain words, and
nothing that only looks like an answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from exercises.flaky_agent_trace.papers.plain_facts import pictures, rules_out, unharmed, works
from harness.exchange import OutputFormat
from tests.exercises.flaky_agent_trace.schemas import each, of

Json = Any
Open = Callable[..., Any]
TEXT, TRUTH, COUNT = {"type": "string"}, {"type": "boolean"}, {"type": "integer"}
LINES = {"type": "array", "items": TEXT}
MAYBE = {"type": ["string", "null"]}


def _read(case: Any, **fields: Json) -> dict[str, Json]:
    system = "Fill the schema from the customer's mail. Only what it says."
    reply = case.say(case.mail, system=system, output=OutputFormat("facts", of(**fields), strict=True))
    return dict(json.loads(reply.text))


def _sure(case: Any, field: str) -> bool:
    """Whether the last answer's field is no guess."""
    return case.readings[-1].understood and field not in case.thoughts[-1].guessed


@pytest.mark.parametrize(
    ("id", "name", "part", "said"),
    [
        ("p-continent-01", "hasPhotos", TRUTH, True), ("p-damaged-02", "photo_proof", TRUTH, False),
        ("p-continent-01", "fotosVorhanden", TRUTH, True),
        ("p-damaged-01", "pictures_enclosed", TRUTH, False),
        ("p-post-01", "still_works", TRUTH, True), ("p-post-01", "geraetFunktioniert", TRUTH, True),
        ("p-opened-01", "functional", TRUTH, True), ("p-pushy-01", "speaks_to_a_machine", TRUTH, True),
        ("p-pushy-01", "tampering", TRUTH, True), ("p-damaged-01", "tampering", TRUTH, False),
        ("p-desk-03", "rules_out_alternatives", TRUTH, True), ("p-damaged-01", "insists", TRUTH, False),
        ("p-damaged-02", "names_an_amount", TRUTH, True), ("p-post-01", "sum_named", TRUTH, False),
        ("p-monday-01", "goods_arrived", TRUTH, True), ("p-desk-03", "parcel_received", TRUTH, True),
        ("p-continent-02", "has_arrived", TRUTH, False),
        ("p-names-01", "defective_product", TEXT, "the level"),
        ("p-same-01", "item_broken", TEXT, "la del crío"), ("p-damaged-01", "how_many_broken", COUNT, 2),
        ("p-continent-01", "pieces_damaged", COUNT, 3), ("p-post-01", "broken_count", COUNT, 0),
        ("p-continent-01", "set_size", COUNT, 6), ("p-continent-01", "total_units", COUNT, 6),
        ("p-post-01", "goods_kept", LINES, ["Ersatzbürsten"]),
        ("p-post-01", "sent_back", LINES, ["Fensterputzer"]),
        ("p-post-05", "goods_kept", LINES, ["livre de recettes"]), ("p-continent-01", "sent_back", LINES, []),
        ("p-monday-01", "intact_items", LINES, ["The carafe", "the tablecloth"]),
        ("p-continent-01", "unversehrteArtikel", LINES, ["Der Dekanter"]),
        ("p-post-01", "received_goods_on", MAYBE, "2026-11-03"),
    ],
)  # fmt: skip
def test_plain_words_have_fields_of_their_own(
    open_case: Open, id: str, name: str, part: Json, said: Json
) -> None:
    case = open_case(id)
    assert _read(case, order_number=MAYBE, **{name: part})[name] == said
    assert _sure(case, name)


@pytest.mark.parametrize(
    ("id", "name", "part"),
    [
        ("p-damaged-01", "works_fine", TRUTH), ("p-post-01", "faulty_item", TEXT),
        ("p-damaged-01", "goods_kept", LINES), ("p-damaged-01", "undamaged_items", LINES),
        ("p-scroll-02", "goods_sent_back", LINES), ("p-monday-01", "missing_things", LINES),
        ("p-monday-01", "how_many_broken", COUNT), ("p-monday-01", "affected_units", COUNT),
        ("p-regular-02", "article", TEXT), ("p-damaged-01", "broken_thing_colour", TEXT),
        ("p-damaged-01", "mentions_someone_else", TRUTH), ("p-same-01", "arrived_complete", TRUTH),
    ],
)  # fmt: skip
def test_what_the_mail_does_not_settle_is_no_confident_default(
    open_case: Open, id: str, name: str, part: Json
) -> None:
    case = open_case(id)
    _read(case, order_number=MAYBE, issue=TEXT, **{name: part})
    assert not _sure(case, name)


def test_a_claim_of_another_order_has_its_own_words(open_case: Open) -> None:
    case = open_case("p-thread-01")
    claims = _read(case, claims=each(order_ref=MAYBE, thing=TEXT, problem=TEXT, settled={"type": "boolean"}))[
        "claims"
    ]
    assert [(one["order_ref"], one["thing"], one["settled"]) for one in claims] == [
        ("HL-206790", "the bar stool", False), ("HL-206301", "garden bench", True),
    ]  # fmt: skip
    assert "boat" in claims[0]["problem"]
    assert "armrest" in claims[1]["problem"]


def test_a_quote_is_for_the_field_that_its_description_names(open_case: Open) -> None:
    wish = {"type": "string", "enum": ["original_method", "store_credit", "unsaid"]}
    proof = {"type": "string", "description": "words of the mail that show the payout, verbatim"}
    case = open_case("p-desk-03")
    said = _read(case, payout=wish, quote=proof)
    assert said["payout"] == "store_credit"
    assert said["quote"].startswith("Only as credit")
    assert _sure(case, "quote")
    case = open_case("p-desk-03")
    said = _read(case, issue=TEXT, quote={**proof, "description": "verbatim words"})
    assert said["quote"] == "The mohair blanket in HL-204101 itches, I'm sorry to say, it goes back."


def test_numbers_are_given_as_they_are_written(open_case: Open) -> None:
    for id, written in (("p-continent-01", "209177"), ("p-names-01", "HL-211049")):
        case = open_case(id)
        said = _read(case, order_numbers=each(as_written=TEXT))
        assert said["order_numbers"] == [{"as_written": written}]


def test_events_are_days_with_what_happened_and_no_whole_mail(open_case: Open) -> None:
    said = _read(open_case("p-continent-01"), events=each(day=MAYBE, what=TEXT))
    assert said["events"] == [{"day": "2026-10-24", "what": "gestern kam mein Paket"}]
    said = _read(open_case("p-opened-01"), events=each(day=MAYBE, what=TEXT))
    assert said["events"] == []  # it names no day
    said = _read(open_case("p-thread-01"), timeline=each(date=MAYBE, event=TEXT))["timeline"]
    assert [entry["date"] for entry in said] == [
        "2026-10-14", "2026-10-16", "2026-10-19", "2026-10-22", "2026-10-29",
    ]  # fmt: skip


@pytest.mark.parametrize(("limit", "most"), [("at most 9 words", 9), ("max 14 words", 14)])
def test_a_gist_keeps_to_its_words_and_its_language(open_case: Open, limit: str, most: int) -> None:
    fields = {"date": TEXT, "author": TEXT, "gist": {"type": "string", "description": limit}}
    case = open_case("p-thread-01")
    gists = [entry["gist"] for entry in _read(case, timeline=each(**fields))["timeline"]]
    assert all(0 < len(gist.split()) <= most + 1 for gist in gists)
    assert _sure(case, "timeline[].gist")
    fields["gist"] = {"type": "string", "description": f"{limit}, in English"}
    case = open_case("p-scroll-02")
    _read(case, timeline=each(**fields))
    assert not _sure(case, "timeline[].gist")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Pictures enclosed.", True), ("See the two pics below.", True), ("Im Anhang ein Bild.", True),
        ("Ci-joint une photo du carton.", True), ("W załączniku zdjęcia.", True), ("It broke.", False),
        ("I can send photos if you need them.", None), ("Leider habe ich keine Fotos.", None),
    ],
)  # fmt: skip
def test_pictures(text: str, said: bool | None) -> None:
    assert pictures(text) is said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("It works perfectly, I just don't like it.", True), ("Läuft einwandfrei.", True),
        ("It won't switch on.", False), ("Das Radio funktioniert nicht.", False),
        ("La lampe ne fonctionne plus.", False), ("No funciona.", False), ("The colour is off.", None),
        ("The left one works fine, the right one stopped working.", None),
    ],
)  # fmt: skip
def test_whether_it_works(text: str, said: bool | None) -> None:
    assert works(text) is said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("The vase broke, but the saucer is intact.", ("the saucer",)),
        ("Die Kanne ist heil, der Deckel nicht.", ("Die Kanne",)),
        ("The pan and the lid arrived in one piece.", ("The pan", "the lid")),
        ("The kettle is not fine.", ()), ("The order is fine by me.", ()), ("It is fine.", ()),
    ],
)  # fmt: skip
def test_what_is_unharmed(text: str, said: tuple[str, ...]) -> None:
    assert unharmed(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("I don't want a replacement.", True), ("Nur als Gutschein bitte.", True),
        ("No voucher, please.", True),
        ("Money back, please.", False), ("Either a new one or the money.", False),
    ],
)  # fmt: skip
def test_one_way_and_no_other(text: str, said: bool) -> None:
    assert rules_out(text) is said


@pytest.mark.parametrize(("sure", "candidates"), [("p", "candidates"), ("certainty", "possible_orders")])
def test_who_has_to_ask_which_order_is_not_sure_of_it(open_case: Open, sure: str, candidates: str) -> None:
    share = {"type": "number", "minimum": 0, "maximum": 1}
    fields = {sure: share, candidates: LINES, "question_to_ask": MAYBE}
    text = "{mail}\n\nOpen orders: {orders}"
    system = "How sure can we be which single order the customer means?"
    case = open_case("p-regular-02")
    shown = text.format(mail=case.mail, orders=json.dumps(case.orders))
    said = case.decide(shown, system=system, schema=of(**fields))
    assert said["question_to_ask"]
    assert len(said[candidates]) > 1
    assert said[sure] < 0.5
    case = open_case("p-damaged-02")
    shown = text.format(mail=case.mail, orders=json.dumps(case.orders))
    said = case.decide(shown, system=system, schema=of(**fields))
    assert said["question_to_ask"] is None
    assert said[sure] > 0.5
