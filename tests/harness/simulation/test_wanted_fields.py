"""Which keys a prompt wants in its JSON, however it lists them, and what it says of each."""

from __future__ import annotations

from typing import Any

import pytest

from harness.simulation.filling.typed import typed
from harness.simulation.forms.sketch import sketch_of
from harness.simulation.meaning.hints import from_hint, range_in
from harness.simulation.meaning.specs import SlotSpec

KNOWN = {
    "order_id", "orderid", "action", "amount", "reason", "issue", "order", "why", "is_late", "language",
    "is_gift", "amount_due", "legal_threat", "id",
}  # fmt: skip


def keys(text: str) -> Any:
    found = sketch_of(text, lambda name: name.lower() in KNOWN, lambda s: len(s.get("properties") or ()))
    return None if found is None else found.schema["properties"]


THREE = {"order_id", "action", "amount"}
LISTED = [
    (
        "Output JSON with the following fields:\n"
        "- `order_id` — the order\n"
        "- `action` — refund or deny\n"
        "- `amount`: number\n"
    ),
    (
        "Output JSON with these fields:\n"
        "- order_id (string)\n"
        "- action (refund, deny, escalate)\n"
        "- amount (number)\n"
    ),
    "Give JSON, nothing else. Fields:\norder_id\naction (refund | deny)\namount\n",
    "Output a JSON object.\norder_id = the order\naction = refund | deny\namount = number\n",
    (
        "Decide and return JSON.\n"
        "\n"
        "| field | type | meaning |\n"
        "|---|---|---|\n"
        "| order_id | string | the order |\n"
        "| action | refund/deny | what to do |\n"
        "| amount | number | what to pay |\n"
    ),
    ("Read the mail, output JSON.\n\norder_id: string|null\naction: refund|deny|escalate\namount: number\n"),
    (
        "Return strictly JSON.\n"
        "\n"
        "Fields\n"
        "------\n"
        "order_id  (string)\n"
        "action    (refund|deny)\n"
        "amount    (number)\n"
    ),
    (
        "A single JSON object:\n"
        "  order_id   string    the order\n"
        "  action     string    what to do\n"
        "  amount     number    the sum\n"
    ),
    "Respond with JSON. Keys:\n\n`order_id`: string\n\n`action`: refund | deny\n\n`amount`: number\n",
    (
        "Return a JSON object containing:\n"
        "\n"
        "1. `order_id` (string): The order.\n"
        '2. `action` (string): One of "refund", "deny".\n'
        "3. `amount` (number | null): The sum.\n"
    ),
    "JSON only. Keys in this order: order_id, action, amount.",
    "Return JSON with: order_id (string), action (refund or deny), amount (number).",
    "JSON output, keys: **order_id** (string), **action** (refund/deny), **amount** (number)",
    "Answer with JSON: action = refund/deny/escalate, amount = number, order_id = string.",
    "I parse it with json.loads. I expect order_id, action and amount as keys.",
    "Return JSON. Required keys: order_id, action. Optional keys: amount.",
    'Decide. JSON: {"action": "refund"/"deny", "order_id": "..", "amount": "0.00"}',
    "The JSON object has: `order_id` (text), `action` ('refund', 'deny') and `amount` (float).",
    (
        "Réponds en JSON avec les champs suivants :\n"
        "- order_id : numéro\n"
        "- action : refund ou deny\n"
        "- amount : nombre\n"
    ),
]


@pytest.mark.parametrize("text", LISTED)
def test_the_keys_of_a_list_are_wanted(text: str) -> None:
    assert set(keys(f"{text}\nFrom: Ann Lee <ann@example.com>\nSubject: lamp\n\nIt broke.")) == THREE


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Answer as a JSON object.\n\nis_late, is_gift, has_a_bow, amount_due\n",
         {"is_late", "is_gift", "has_a_bow", "amount_due"}),
        ("Answer with a JSON object with the keys\n- issue: late or lost\n- second: another, or null\n",
         {"issue", "second"}),
        ("Return a JSON object: orderId, refundedNow (number), leftOver (number).",
         {"orderId", "refundedNow", "leftOver"}),
    ],
)  # fmt: skip
def test_of_a_list_of_keys_none_is_left_out(text: str, wanted: set[str]) -> None:
    assert set(keys(text)) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "Reply as JSON object with: order_id (string), ruled_out (array of {id, why}), is_late (bool).",
        "JSON keys: order_id (string), ruled_out (list of {id, why}), is_late (bool).",
        "Return JSON with keys order_id, ruled_out (list of objects with id and why), is_late.",
        "Return JSON:\norder_id: string\nruled_out: [{id: string, why: string}]\nis_late: bool\n",
        "JSON fields:\n- order_id: str\n- ruled_out: list of\n  - id: str\n  - why: str\n- is_late: bool\n",
    ],
)  # fmt: skip
def test_objects_within_a_list_of_keys_are_no_answer_of_their_own(text: str) -> None:
    found = keys(text)
    assert set(found) == {"order_id", "ruled_out", "is_late"}
    assert set(found["ruled_out"]["items"]["properties"]) == {"id", "why"}


ASKED = 'Answer with {"action": "refund | deny"}.'


@pytest.mark.parametrize(
    "data",
    [
        "The order has the following fields:\n- order_id: the number\n- amount: its total\n",
        "Orders come as JSON with these fields:\n- order_id: the number\n- amount: its total\n",
        "order (JSON):\norder_id: A-77\namount: 120.50\n",
        "class Order(BaseModel):\n    order_id: str\n    amount: float\n",
    ],
)
def test_what_data_looks_like_is_no_answer(data: str) -> None:
    assert set(keys(f"{data}\n{ASKED}")) == {"action"}


@pytest.mark.parametrize(
    ("hint", "kind", "options"),
    [
        ("short reason, one sentence", "string", None), ("another label, or null", "string", None),
        ("date, YYYY-MM-DD", "string", None), ("ids, comma separated", "string", None),
        ("refund, deny or escalate", "string", ["refund", "deny", "escalate"]),
        ("A, B or C", "string", ["A", "B", "C"]), ("one of: refund, deny", "string", ["refund", "deny"]),
        ("low/high", "string", ["low", "high"]), ("between 0 and 1", "number", None),
        ("from 0 to 1", "number", None), ("string array", "array", None), ("string[]", "array", None),
        ("list of ids", "array", None),
    ],
)  # fmt: skip
def test_words_of_a_field_tell_its_type(hint: str, kind: str, options: list[str] | None) -> None:
    found = from_hint(hint)
    assert (found["type"], found.get("enum")) == (kind, options)


@pytest.mark.parametrize(
    ("said", "share", "mark"),
    [("1 = highest, 4 = lowest", 0.9, 1), ("1 = highest, 4 = lowest", 0.1, 4), ("1 = low, 4 = high", 0.9, 4),
     ("1 (most urgent) to 5", 0.9, 1), ("1-5", 0.9, 5)],
)  # fmt: skip
def test_a_scale_may_begin_with_the_most(said: str, share: float, mark: int) -> None:
    assert typed(share, {"type": "integer", "description": said}, SlotSpec("word"), "priority") == mark


def test_the_ends_of_a_scale_may_be_named() -> None:
    assert range_in("1 = highest, 4 = lowest") == (1, 4)
