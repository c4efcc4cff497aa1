"""Menus with a key for each answer, and forms of labelled lines that a prompt tells of in its own words."""

from __future__ import annotations

import pytest

from .conftest import Open

REASONS = (
    ("damage", "arrived broken, or broke by itself"),
    ("regret", "the customer changed their mind"),
    ("lost", "the parcel never came"),
    ("late", "it came after the promised day"),
    ("rest", "anything else"),
)
IDS = {"p-opened-01": "regret", "p-damaged-01": "damage", "p-delay-01": "late", "p-post-01": "regret"}
SHAPES = {
    "digits": ("{key}. {told}", "123456", "Which one is it? Answer with the number only."),
    "brackets": ("({key}) {told}", "ABCDEF", "Choose the option that fits and reply with its letter."),
    "signs": ("{key} = {told}", "012345", "Output just the digit."),
    "dashes": ("- {key}: {told}", "abcdef", "Reply with a single letter and nothing else."),
    "german": ("{key}) {told}", "123456", "Antworten Sie nur mit der Nummer."),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("id", IDS)
def test_the_key_of_the_reason_that_the_mail_gives(open_case: Open, id: str, shape: str) -> None:
    line, keys, asked = SHAPES[shape]
    case = open_case(id)
    menu = "\n".join(line.format(key=key, told=told) for key, (_, told) in zip(keys, REASONS, strict=False))
    wanted = keys[[name for name, _ in REASONS].index(IDS[id])]
    said = case.say(f"{case.mail}\n\nWhy does the customer write?\n{menu}\n\n{asked}").text
    assert (said, case.readings[-1].understood) == (wanted, True)


def test_the_key_follows_the_order_of_the_menu(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    told = [told for _, told in REASONS]
    for turn in range(len(told)):
        menu = "\n".join(f"{n}. {one}" for n, one in enumerate(told[turn:] + told[:turn], 1))
        said = case.say(f"{case.mail}\n\nWhat is the matter? Reply with the number only.\n{menu}").text
        assert said == str(1 + (len(told) - turn) % len(told))


def test_a_menu_in_one_line(open_case: Open) -> None:
    case = open_case("p-desk-01")
    asked = (
        "Next step: 1) refund, 2) deny, 3) escalate to a person, 4) ask the customer? Answer with the digit."
    )
    text = f"{case.mail}\n\nOrders: {case.orders}\n\nHandbook:\n{case.handbook}\n\n{asked}"
    assert case.say(text).text == "3"


@pytest.mark.parametrize("id", ["p-names-01", "p-thread-01"])
def test_a_menu_of_orders(open_case: Open, id: str) -> None:
    case = open_case(id)
    ids = [order["id"] for order in case.orders]
    menu = "\n".join(f"{n}. {order}" for n, order in enumerate(ids, 1))
    orders = f"Orders: {case.orders}\n\n{menu}\n{len(ids) + 1}. none of them, or it cannot be told"
    said = case.say(f"{case.mail}\n\n{orders}\n\nWhich is meant? Answer with the number only.").text
    plain = case.say(f"{case.mail}\n\nOrders: {case.orders}\n\nWhich order is meant? Give the order id only.")
    assert [*ids, "none"][int(said) - 1] == plain.text


def test_steps_to_follow_are_no_menu(open_case: Open) -> None:
    case = open_case("p-opened-01")
    steps = "1. Read the mail.\n2. Find the day of delivery.\n3. Count the days up to the mail."
    asked = f"{case.mail}\n\nOrders: {case.orders}\n\n{steps}\n\nAnswer with the number of days only."
    assert case.say(asked).text not in {"1", "2", "3"}


KEYED = """Read the mail and write one line for each of these, in the form KEY: value
ORDER: the order's id
COMPLAINT: in at most twelve words
WISH: refund, exchange or other
OPENED: yes, no or unknown"""


def test_lines_that_a_prompt_tells_of(open_case: Open) -> None:
    case = open_case("p-opened-01")
    said = case.say(f"{case.mail}\n\nOrders: {case.orders}", system=KEYED).text
    lines = dict(line.split(": ", 1) for line in said.splitlines())
    assert [*lines] == ["ORDER", "COMPLAINT", "WISH", "OPENED"]
    assert (lines["ORDER"], lines["WISH"], lines["OPENED"]) == ("HL-203901", "refund", "yes")
    assert "somebody else's shower" in lines["COMPLAINT"]


@pytest.mark.parametrize(
    ("asked", "mark"),
    [
        ("Format: `key: value`, one per line. Keys: order_id, reason, skus, opened.", "order_id: "),
        (
            "Fill in this form and return it:\n\nOrder number:\nReason for it:\nArticles:\nOpened:",
            "Order number: ",
        ),
        ("Return the facts as a bullet list:\n- Order: ...\n- Reason: ...\n- Articles: ...", "- Order: "),
    ],
)
def test_forms_with_nothing_behind_their_labels(open_case: Open, asked: str, mark: str) -> None:
    case = open_case("p-damaged-01")
    said = case.say(f"{case.mail}\n\nOrders: {case.orders}", system=asked).text
    assert said.startswith(f"{mark}HL-202913")
    assert case.readings[-1].understood


def test_the_matter_in_words_or_as_a_word(open_case: Open) -> None:
    case = open_case("p-delay-01")
    words = {"type": "string", "description": "in a few words"}
    fields = {"complaint": words, "issue": {"type": "string", "enum": ["late", "damaged", "other"]}}
    said = case.decide(case.mail, schema={"type": "object", "properties": fields, "required": [*fields]})
    assert said["issue"] == "late"
    assert len(said["complaint"].split()) > 3
