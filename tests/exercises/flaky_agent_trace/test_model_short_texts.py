"""Short texts of a form: the request in one sentence, its own sentence word for word, goods in English."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .conftest import Open
from .schemas import of

Json = Any
TEXT: Json = {"type": "string"}
LIST: Json = {"type": "array", "items": TEXT}


@pytest.mark.parametrize(
    ("name", "described"),
    [
        ("request_in_english", "the request in one English sentence"),
        ("english", "what the customer wants, in one short sentence"),
        ("request_en", "one sentence"),
        ("summary", "what the customer wants now, in one English sentence"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    ("id", "words"), [("p-continent-01", "3 x wine glass"), ("p-same-01", "the rucksack")]
)  # fmt: skip
def test_the_request_in_one_english_sentence(
    open_case: Open, name: str, described: str, id: str, words: str
) -> None:
    case = open_case(id)
    said = case.decide(
        case.mail, system="Extract the facts.", schema=of(**{name: {**TEXT, "description": described}})
    )[name]
    assert words in said
    assert said.startswith("The customer ")
    assert (". " in said, len(said) < 150) == (False, True)


@pytest.mark.parametrize(
    ("name", "described"),
    [
        ("key_sentence", "the sentence of the mail that states the request, word for word"),
        ("ask", "verbatim sentence in which the customer asks for something"),
        ("request_quote", ""),
    ],
)
@pytest.mark.parametrize(
    ("id", "sentence"),
    [
        ("p-return-01", "Could I send it back and have the money?"),
        ("p-continent-01", "Erstattet mir einfach die kaputten."),
        ("p-scroll-01", "A refund for it is all I'm after."),
    ],
)
def test_the_sentence_that_asks(open_case: Open, name: str, described: str, id: str, sentence: str) -> None:
    case = open_case(id)
    fields = {name: {**TEXT, "description": described}, "order_id": TEXT}
    assert case.decide(case.mail, system="Extract the facts.", schema=of(**fields))[name] == sentence


def test_words_for_what_is_wrong_stay_these(open_case: Open) -> None:
    case = open_case("p-return-01")
    fields = {"quote": {**TEXT, "description": "words of the mail that say what is wrong"}}
    assert "too big" in case.decide(case.mail, system="Extract the facts.", schema=of(**fields))["quote"]


@pytest.mark.parametrize(
    ("id", "goods"),
    [
        ("p-earlier-02", ["toaster"]), ("p-knows-01", ["curtain"]), ("p-desk-04", ["baking tin"]),
        ("p-continent-01", ["wine glass"]),
    ],
)  # fmt: skip
def test_goods_by_their_english_names(open_case: Open, id: str, goods: list[str]) -> None:
    case = open_case(id)
    fields = {
        "products": {
            **LIST,
            "description": "names of the products that it is about, translated into English",
        },
        "product_in_english": TEXT,
    }
    said = case.decide(case.mail, system="Extract the facts.", schema=of(**fields))
    assert (said["products"], said["product_in_english"]) == (goods, goods[0])
    assert not case.thoughts[-1].guessed


@pytest.mark.parametrize(("id", "kept"), [("p-delay-01", 2), ("p-return-01", 1), ("p-scroll-02", 0)])
def test_what_is_kept(open_case: Open, id: str, kept: int) -> None:
    case = open_case(id)
    shown = f"{case.mail}\n\nOrders:\n{json.dumps(case.orders)}"
    fields = {"items_kept": {**LIST, "description": "SKUs of the items that the customer keeps"}}
    assert len(case.decide(shown, system="Extract the facts.", schema=of(**fields))["items_kept"]) == kept
