"""Compact JSON told in prose: lines by their letters, options and dates told of below the object."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.exchange import OutputFormat
from harness.simulation.filling.earliest import counts_now
from harness.simulation.forms.loose import parsed

Json = Any
Open = Callable[..., Any]
RETURN, BROKEN, SHARED = "p-return-01", "p-damaged-01", "p-scroll-01"
FORM = """Read the mail below and answer with a single JSON object of this form:

{"purchase": number of the order on which something is asked for, null if that can't be told,
 "clear": true if just one order can be meant, false if two or more could be,
 "asked": [{"cause": "r1"|"r2"|"r3"|"r4"|"r5"|"r6", "goods": %s, "since": "YYYY-MM-DD"|null}],
 "alarm": null|"jurists"|"exchange"}

cause: r1 = wants to return it; r2 = broken or not what was ordered; r3 = delivered late; \
r4 = never arrived; r5 = cancel it; r6 = a voucher or other gesture.
goods: %s
alarm: jurists = a lawyer, court or ombudsman comes up; exchange = insists on a replacement. \
since: for "r2", date of the first message that tells of it.
"""


def _lines(case: Any, mark: str) -> str:
    """The orders, a line each, their items in one row behind marks."""
    marks = "ABCDEF" if mark.startswith("L") else "123456"
    told = []
    for order in case.orders:
        goods = "; ".join(
            f"{marks[at]}{mark[1:]} {item['quantity']} x {item['name']}"
            for at, item in enumerate(order["items"])
        )
        told.append(f"{order['id']}, {order['status']}, came {order['delivered']}: {goods}")
    return "\n".join(told)


def _noted(case: Any, goods: str, told: str, mark: str = "L =") -> dict[str, Json]:
    text = f"Orders on file:\n{_lines(case, mark)}\n\n{case.mail}"
    reply = case.say(text, system=FORM % (goods, told), output=OutputFormat("json", None, strict=False))
    assert case.readings[-1].understood, case.readings[-1].why_not
    assert not case.thoughts[-1].guessed
    said = json.loads(reply.text)
    assert isinstance(said, dict)
    return said


@pytest.mark.parametrize(
    ("goods", "told", "mark", "key"),
    [
        ('{"A": count}', "letters of the lines and how many pieces", "L =", "letter"),
        ('{"B": 2}', "the letter of each line that it is about, with the count", "L:", "letter"),
        ('{"<letter>": <pieces>}', "one entry for each line concerned", "L)", "letter"),
        ('{"A": how many, "B": how many}', "only the lines concerned", "L.", "letter"),
        ('{"1": number}', "the lines concerned by their numbers", "N)", "number"),
    ],
)
def test_lines_are_counted_by_their_marks(
    open_case: Open, goods: str, told: str, mark: str, key: str
) -> None:
    case = open_case(BROKEN)
    own = [item["sku"] for order in case.orders[:1] for item in order["items"]]
    at = own.index("KD-3307")
    said = _noted(case, goods, told, mark)
    assert said["asked"][0]["goods"] == {("ABCDEF" if key == "letter" else "123456")[at]: 2}


def test_what_is_told_below_the_object_is_read(open_case: Open) -> None:
    broken = _noted(open_case(BROKEN), '{"A": count}', "letters of the lines and how many pieces")
    assert [*broken] == ["purchase", "clear", "asked", "alarm"]
    assert broken["clear"] is True
    assert broken["alarm"] is None
    assert broken["asked"][0]["cause"] == "r2"
    assert broken["asked"][0]["since"] == open_case(BROKEN).task["ticket"]["received"][:10]
    back = _noted(open_case(RETURN), '{"A": count}', "letters of the lines and how many pieces")
    assert back["asked"][0]["cause"] == "r1"
    assert back["asked"][0]["since"] is None


@pytest.mark.parametrize(
    ("written", "keys", "told"),
    [
        ('{"sure": true if one fits, false if several fit as well, "n": 1}', "sure n", "several fit as well"),
        ("{ok: yes or no, no when it could be either of two}", "ok", "either of two"),
        ('{"ok": boolean, order_id, action, amount, why}', "ok order_id action amount why", ""),
        ('{"lines": {"<sku>": pieces}, "why": "short"}', "lines why", ""),
    ],
)
def test_words_behind_a_value_are_no_keys(written: str, keys: str, told: str) -> None:
    properties = parsed(written, 0)[0]["properties"]
    assert [*properties] == keys.split()
    assert told in str(next(iter(properties.values())).get("description", ""))


@pytest.mark.parametrize(
    ("told", "counts"),
    [
        ("date of the earliest mail that reports it", True),
        ("ISO date of the first message in which we were told", True),
        ("when it was first reported; today if only now", True),
        ("the date of this mail if not before", True),
        ("Datum der ersten Nachricht, in der es gemeldet wurde", True),
        ("date of the first report if there was one before this mail, else null", False),
        ("day of the earlier report", False),
        ("null if this mail is the first report", False),
        ("null unless reported earlier", False),
    ],
)
def test_the_mail_that_is_read_may_be_the_first(told: str, counts: bool) -> None:
    assert counts_now(told) is counts


@pytest.mark.parametrize(
    ("described", "several"),
    [
        ("every order on which the sender wants something now; what is only mentioned doesn't count", False),
        ("orders that something is asked for on. Older mails stand below, quoted", False),
        ("all orders mentioned in the thread", True),
    ],
)
def test_orders_asked_for_are_told_from_those_mentioned(
    open_case: Open, described: str, several: bool
) -> None:
    case = open_case("p-scroll-02")
    schema: dict[str, Json] = {
        "type": "object", "required": ["orders", "issue"], "additionalProperties": False,
        "properties": {
            "orders": {"type": "array", "items": {"type": "string"}, "description": described},
            "issue": {"type": "string"},
        },
    }  # fmt: skip
    said = case.decide(case.prompt(handbook=""), schema=schema)
    assert (len(said["orders"]) > 1) is several


@pytest.mark.parametrize(
    ("lines", "own"),
    [
        ("[letters of the lines]", ["A"]),
        ('[{"line": "A", "pieces": 1}]', [{"line": "A", "pieces": 2}]),
        ('{"<letter of the line>": <how many>}', {"A": 2}),
    ],
)
def test_lines_have_their_letters_in_every_form(open_case: Open, lines: str, own: Json) -> None:
    case = open_case(BROKEN)
    system = f"""Answer with JSON: {{"order": "..." or null, "lines": {lines}}}"""
    text = f"Orders:\n{_lines(case, 'L =')}\n\n{case.mail}"
    said = json.loads(case.say(text, system=system, output=OutputFormat("json", None, strict=False)).text)
    assert said["lines"] == own
    assert not case.thoughts[-1].guessed
