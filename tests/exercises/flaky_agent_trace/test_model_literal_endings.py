"""A last line in one of several forms: the one that says what is done, with its own values."""

from __future__ import annotations

import json

import pytest

from .conftest import Case, Open

BY_EXAMPLE = """You rule on refund cases by the handbook below. Explain yourself in two or three sentences.
Finish with one line, which is one of:

- `RULING: REFUND 9.99 GBP FOR HL-000000`
- `RULING: REJECT HL-000000 BECAUSE OF R-0`
- `RULING: ESCALATE HL-000000`
- `RULING: CLARIFY`
"""
WITH_GAPS = """Decide by the handbook. Give a numbered list of your reasons, each with its clause.
The last line must be exactly one of the following:
Verdict: pay <amount> <currency>   (when money is due)
Verdict: refuse <clause>   (when nothing is due)
Verdict: hand over <clause>
Verdict: ask the customer
"""


def answer(case: Case, asked: str) -> str:
    orders = json.dumps(case.orders)
    return case.say(f"{case.mail}\n\nOrders:\n{orders}", system=f"{asked}\n\n{case.handbook}").text


@pytest.mark.parametrize(
    ("id", "line"),
    [
        ("p-damaged-01", "RULING: REFUND 28.60 GBP FOR HL-202913"),
        ("p-damaged-02", "RULING: REJECT HL-211390 BECAUSE OF D-2"),
        ("p-desk-01", "RULING: ESCALATE HL-207433"),
        ("p-names-02", "RULING: CLARIFY"),
    ],
)
def test_the_form_by_example_is_filled(open_case: Open, id: str, line: str) -> None:
    case = open_case(id)
    said = answer(case, BY_EXAMPLE).splitlines()
    assert case.readings[-1].understood
    assert said[-1] == line
    assert not any("RULING" in other for other in said[:-1])


@pytest.mark.parametrize(
    ("id", "line"),
    [
        ("p-damaged-01", "Verdict: pay 28.60 GBP"),
        ("p-damaged-02", "Verdict: refuse D-2"),
        ("p-desk-01", "Verdict: hand over H-3"),
        ("p-names-02", "Verdict: ask the customer"),
    ],
)
def test_reasons_are_numbered_before_it(open_case: Open, id: str, line: str) -> None:
    said = answer(open_case(id), WITH_GAPS).splitlines()
    points = [other for other in said[:-1] if other.strip()]
    assert said[-1] == line
    assert [point.partition(".")[0] for point in points] == [str(n + 1) for n in range(len(points))]


def test_another_price_is_another_line(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    orders = json.dumps(case.orders).replace("14.30", "11.20")
    said = case.say(f"{case.mail}\n\nOrders:\n{orders}", system=f"{BY_EXAMPLE}\n\n{case.handbook}").text
    assert said.splitlines()[-1] == "RULING: REFUND 22.40 GBP FOR HL-202913"


def test_lines_that_decide_nothing_are_no_forms(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    noted = "Earlier notes, none of them the last line:\nNOTE: rang the carrier\nNOTE: no answer"
    asked = f"{noted}\n\nSummarise the mail."
    said = case.say(f"{asked}\n\n{case.mail}").text
    assert "NOTE" not in said
