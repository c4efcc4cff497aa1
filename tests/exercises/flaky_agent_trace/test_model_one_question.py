"""One question and a form for its answer: the question says what a field means that nothing else tells of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Json = Any
Open = Callable[..., Any]
RETURN, DAMAGED, LEGAL, PAIR, OPEN_ONE, TWO_PIECES = (
    "p-return-01", "p-damaged-02", "p-sale-02", "p-scroll-01", "p-knows-01", "p-damaged-01",
)  # fmt: skip
INTEGER, YES_NO, TEXT = {"type": "integer"}, {"type": "boolean"}, {"type": "string"}
READS = "You help in a shop's mail room. You get one letter and one question on it."


def _form(fields: dict[str, Json]) -> dict[str, Json]:
    return {
        "type": "object", "properties": fields, "required": list(fields), "additionalProperties": False,
    }  # fmt: skip


def _of(case: Any) -> dict[str, Json]:
    """The order that the mail names, or the first."""
    named = [order for order in case.orders if order["id"] in case.mail]
    found: dict[str, Json] = (named or case.orders)[0]
    return found


def _asked(case: Any, question: str, fields: dict[str, Json]) -> dict[str, Json]:
    order = _of(case)
    case.tool("get_order", {"order_id": order["id"]})
    rows = "\n".join(f"- {i['sku']}: {i['quantity']} x {i['name']}" for i in order["items"])
    text = f"<letter>\n{case.mail}\n</letter>\n\n<order>\n{order['id']}\n{rows}\n</order>\n\n{question}"
    said: dict[str, Json] = case.decide(text, system=READS, schema=_form(fields))
    return said


def _understood(case: Any) -> bool:
    return bool(case.readings[-1].understood and not case.thoughts[-1].guessed)


COUNTS = [
    "Of the {name}: for how many pieces does the customer ask a refund?",
    "How many units of {name} ({sku}) is money wanted for?",
    "The parcel held some {name}. How many of them does the sender claim for?",
    "How many pieces of {sku} are affected by what the customer complains of or returns?",
]


@pytest.mark.parametrize("question", COUNTS)
@pytest.mark.parametrize("field", ["how_many", "number_of_pieces", "x", "count"])
def test_a_count_is_of_the_article_that_the_question_names(
    open_case: Open, question: str, field: str
) -> None:
    case = open_case(RETURN)
    kettle, scale = _of(case)["items"]
    for item, count in ((kettle, 1), (scale, 0)):
        said = _asked(case, question.format(**item), {field: INTEGER})
        assert said == {field: count}
        assert _understood(case)


@pytest.mark.parametrize(
    "question",
    [
        "How many pieces of {name} does the customer want to keep?",
        "How many pieces of {name} were delivered?",
    ],
)
def test_another_count_of_an_article_is_not_made_up(open_case: Open, question: str) -> None:
    case = open_case(RETURN)
    _asked(case, question.format(**_of(case)["items"][1]), {"how_many": INTEGER})
    assert not _understood(case)


WHETHER = [
    "Is {name} one of the articles that the customer wants money back for?",
    "Does what is asked for concern {name}?",
    "Is {sku} to be refunded, if it goes by the writer?",
]


@pytest.mark.parametrize("question", WHETHER)
@pytest.mark.parametrize("field", ["is_meant", "flag", "affected"])
def test_whether_an_article_is_meant(open_case: Open, question: str, field: str) -> None:
    case = open_case(DAMAGED)
    torch, bag = _of(case)["items"]
    for item, meant in ((torch, True), (bag, False)):
        assert _asked(case, question.format(**item), {field: YES_NO}) == {field: meant}
        assert _understood(case)


@pytest.mark.parametrize(
    ("question", "kind", "values"),
    [
        ("How many of each does the customer want refunded?", INTEGER, (1, 0)),
        ("For how many pieces of each is something claimed?", {**INTEGER, "enum": [0, 1]}, (1, 0)),
        ("Which of these does the customer send back?", YES_NO, (True, False)),
    ],
)
@pytest.mark.parametrize("by", ["sku", "name"])
def test_keys_that_are_articles(
    open_case: Open, question: str, kind: Json, values: tuple[Json, Json], by: str
) -> None:
    case = open_case(RETURN)
    keys = [item[by] for item in _of(case)["items"]]
    wanted = dict(zip(keys, values, strict=True))
    fields = dict.fromkeys(keys, kind)
    assert _asked(case, question, fields) == wanted
    assert _understood(case)
    assert _asked(case, question, {"claimed": _form(fields)}) == {"claimed": wanted}
    assert _understood(case)


def test_pieces_by_key_of_what_is_kept_are_not_made_up(open_case: Open) -> None:
    case = open_case(RETURN)
    fields = {item["sku"]: INTEGER for item in _of(case)["items"]}
    _asked(case, "How many of each does the customer keep?", {"kept": _form(fields)})
    assert not _understood(case)


@pytest.mark.parametrize(
    ("question", "line"),
    [
        (
            "What is money wanted back for? Write each as count x SKU, for instance 3 x AB-1234.",
            "1 x KT-1702",
        ),
        ("Which articles does the customer return? Each in the form <SKU> x <pieces>.", "KT-1702 x 1"),
        ("Which goods is a refund asked for? Give them as `9 * XY-0000`.", "1 * KT-1702"),
    ],
)
@pytest.mark.parametrize("field", ["money_back_for", "rows", "claimed"])
def test_a_list_of_pieces_as_texts(open_case: Open, question: str, line: str, field: str) -> None:
    case = open_case(RETURN)
    assert _asked(case, question, {field: {"type": "array", "items": TEXT}}) == {field: [line]}
    assert _understood(case)


LAW = [
    "Is a solicitor, a court or an ombudsman brought into this by the customer, or threatened with?",
    "Does the letter threaten legal action?",
]


@pytest.mark.parametrize("question", LAW)
@pytest.mark.parametrize("field", ["law_is_involved", "flagged", "it_is_so"])
def test_a_flag_of_any_name_is_what_the_question_asks(open_case: Open, question: str, field: str) -> None:
    for id, holds in ((LEGAL, True), (RETURN, False)):
        case = open_case(id)
        assert _asked(case, question, {field: YES_NO}) == {field: holds}
        assert _understood(case)


def test_two_questions_give_no_meaning_to_one_field(open_case: Open) -> None:
    case = open_case(RETURN)
    _asked(case, "Is the kettle broken? Does the letter threaten legal action?", {"it_is_so": YES_NO})
    assert not _understood(case)


QUOTES = {
    "tell_tale_words": "the words of the mail that decide it, as they stand there",
    "because": "verbatim from the letter",
    "where_it_says_so": "exact words of the customer, null if there are none",
}


@pytest.mark.parametrize("name", QUOTES)
def test_words_that_settle_it_are_quoted(open_case: Open, name: str) -> None:
    quote = {"type": ["string", "null"], "description": QUOTES[name]}
    case = open_case(LEGAL)
    said = _asked(case, "Does the letter threaten legal action?", {name: quote, "it_is_so": YES_NO})
    assert said["it_is_so"] is True
    assert "county court" in said[name]
    assert _understood(case)
    case = open_case(RETURN)
    said = _asked(case, "Does the letter threaten legal action?", {name: quote, "it_is_so": YES_NO})
    assert said == {name: None, "it_is_so": False}
    assert _understood(case)


WHICH = {
    (
        "several",
        "open_which",
    ): """Which parcel is the customer after? Use several if something is wanted on more
than one parcel, and open_which if two or more of them fit and nothing tells them apart.""",
    ("two_or_more", "no_telling"): """With which of these shipments does the writer want help today?
two_or_more when they ask for something on two or more shipments and no_telling when it cannot be told which
one is meant.""",
    ("many", "undecided"): """Which one is the letter about?
- many: they want something on each of several orders
- undecided: it may be one order as well as another""",
}


@pytest.mark.parametrize("words", WHICH, ids=" ".join)
@pytest.mark.parametrize("field", ["parcel", "which_one", "target"])
def test_why_it_is_no_order_is_kept_apart(open_case: Open, words: tuple[str, str], field: str) -> None:
    several, unclear = words
    for id, word in ((OPEN_ONE, unclear), ("p-desk-02", several), (RETURN, "")):
        case = open_case(id)
        orders = case.orders
        shown = "\n".join(
            f"{one['id']}: {'; '.join(item['name'] for item in one['items'])}" for one in orders
        )
        for order in orders:
            case.tool("get_order", {"order_id": order["id"]})
        choice = {"type": "string", "enum": [*(order["id"] for order in orders), several, unclear]}
        text = f"<letter>\n{case.mail}\n</letter>\n\n<parcels>\n{shown}\n</parcels>\n\n{WHICH[words]}"
        said = case.decide(text, system=READS, schema=_form({field: choice}))
        assert said[field] == (word or "HL-204173")
        assert _understood(case)
