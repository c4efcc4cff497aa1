"""Forms about a mail that a second reader checks: planted errors, verdicts, pairs."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from harness.exchange import OutputFormat

from .schemas import of

Json = Any
Open = Callable[..., Any]
TEXT = {"type": "string"}
FORMS: dict[str, dict[str, Json]] = {
    "p-damaged-01": {
        "order_id": "HL-202913", "kind": "damaged", "items": [{"sku": "KD-3307", "quantity": 2}],
        "legal_threat": False, "language": "en", "quote": "two have hairline cracks",
    },
    "p-continent-01": {
        "order_id": "HL-209177", "kind": "damaged", "items": [{"sku": "KG-1804", "quantity": 3}],
        "legal_threat": False, "language": "de", "quote": "drei von den sechs Weingläsern sind hin",
    },
}  # fmt: skip
WRONG = {
    "order": "HL-999999", "quantity": r"\b9\b", "legal": "legal steps", "kind": "not_arrived",
    "quote": "see you in court", "article": "ZZ-0000",
}  # fmt: skip
SECOND_READER = (
    "You are a careful second reader. A colleague filled in a form from the mail. Report only what is wrong."
)
CHECKER = "You check intake forms against the customer's mail and our records."


def spoilt(form: dict[str, Json], error: str) -> dict[str, Json]:
    """The form with one gross error."""
    said = copy.deepcopy(form)
    entry = said["items"][0]
    match error:
        case "order":
            said["order_id"] = "HL-999999"
        case "quantity":
            entry["quantity"] = 9
        case "legal":
            said["legal_threat"] = True
        case "kind":
            said["kind"] = "not_arrived"
        case "quote":
            said["quote"] = "I will see you in court, you crooks"
        case "article":
            entry["sku"] = "ZZ-0000"
    return said


def in_json(form: dict[str, Json]) -> str:
    return f"<form>\n{json.dumps(form, ensure_ascii=False)}\n</form>"


def in_tags(form: dict[str, Json]) -> str:
    items = "".join(
        f"<item><sku>{one['sku']}</sku><quantity>{one['quantity']}</quantity></item>" for one in form["items"]
    )
    flat = {**form, "items": items, "legal_threat": json.dumps(form["legal_threat"])}
    return (
        "<extraction>\n"
        + "\n".join(f"<{key}>{said}</{key}>" for key, said in flat.items())
        + "\n</extraction>"
    )


def in_lines(form: dict[str, Json]) -> str:
    items = ", ".join(f"{one['quantity']} x {one['sku']}" for one in form["items"])
    flat = {**form, "items": items, "legal_threat": "yes" if form["legal_threat"] else "no"}
    return "## Filled in\n" + "\n".join(
        f"{key.replace('_', ' ').capitalize()}: {said}" for key, said in flat.items()
    )


def shown(case: Any, text: str) -> str:
    """The mail, the records and what is to be judged."""
    for order in case.orders:
        case.tool("get_order", {"order_id": order["id"]})
    return f"<mail>\n{case.mail}\n</mail>\n<records>\n{json.dumps(case.orders)}\n</records>\n{text}"


LAYOUTS = [in_json, in_tags, in_lines]
EACH = pytest.mark.parametrize("error", ["", *WRONG])


@EACH
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    ("system", "flag"), [(SECOND_READER, "form_is_right"), (CHECKER, "extraction_correct")]
)
def test_a_list_of_problems_tells_what_is_wrong_with_the_form(
    open_case: Open, layout: Callable[[Json], str], system: str, flag: str, error: str
) -> None:
    schema = of(**{"problems": {"type": "array", "items": TEXT}, flag: {"type": "boolean"}})
    for id, form in FORMS.items():
        case = open_case(id)
        said = case.say(
            shown(case, layout(spoilt(form, error))),
            system=system,
            output=OutputFormat("v", schema, strict=True),
        ).text
        found = json.loads(said)
        assert found[flag] is (not error)
        assert (found["problems"] == []) is (not error)
        assert not error or re.search(WRONG[error], " ".join(found["problems"]))


@EACH
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    ("form", "good", "bad"),
    [
        ("Answer PASS or FAIL, nothing else.", "PASS", "FAIL"),
        ("List every mistake, one per line. If there is none, write OK.", "OK", ""),
        ("End with a last line that is either\n\nVERDICT: APPROVE\nor\nVERDICT: REJECT - <what is wrong>", "VERDICT: APPROVE", "VERDICT: REJECT - "),  # noqa: E501
        ("Finish with one of these lines:\nRESULT: CORRECT\nRESULT: INCORRECT: <why>", "RESULT: CORRECT", "RESULT: INCORRECT: "),  # noqa: E501
    ],
)  # fmt: skip
def test_words_and_closing_lines(  # noqa: PLR0917
    open_case: Open, layout: Callable[[Json], str], form: str, good: str, bad: str, error: str
) -> None:
    case = open_case("p-continent-01")
    text = shown(case, layout(spoilt(FORMS["p-continent-01"], error)))
    last = case.say(text, system=f"{CHECKER}\n{form}").text.splitlines()[-1]
    assert case.readings[-1].understood
    assert last == good if not error else last.startswith(bad) and last != good
    if error and bad.endswith(" "):
        assert re.search(WRONG[error], last)


def test_a_field_that_is_wrong_is_named_with_what_should_stand_there(open_case: Open) -> None:
    entry = of(field=TEXT, form_says=TEXT, should_be=TEXT)
    schema = of(
        missed_requests={"type": "array", "items": TEXT}, wrong_fields={"type": "array", "items": entry},
        verdict={"type": "string", "enum": ["pass", "fail"]},
    )  # fmt: skip
    system = "You check intake forms against the mail. verdict is fail if a request is missing or a field is wrong."  # noqa: E501
    for error, verdict in (("", "pass"), ("quantity", "fail")):
        case = open_case("p-damaged-01")
        text = shown(case, in_json(spoilt(FORMS["p-damaged-01"], error)))
        found = json.loads(case.say(text, system=system, output=OutputFormat("v", schema, strict=True)).text)
        assert (found["verdict"], found["missed_requests"]) == (verdict, [])
        wrong = [{"field": "quantity", "form_says": "9", "should_be": "2"}] if error else []
        assert found["wrong_fields"] == wrong


@pytest.mark.parametrize("error", [*WRONG])
@pytest.mark.parametrize(
    "layout",
    ["<A>\n{}\n</A>\n<B>\n{}\n</B>", "A:\n{}\n\nB:\n{}", "## Extraction A\n{}\n\n## Extraction B\n{}"],
)
def test_of_two_forms_the_one_that_agrees_with_the_mail_is_right(
    open_case: Open, layout: str, error: str
) -> None:
    for id, form in FORMS.items():
        right, wrong = (
            json.dumps(form, ensure_ascii=False),
            json.dumps(spoilt(form, error), ensure_ascii=False),
        )
        for pair, best in (((right, wrong), "A"), ((wrong, right), "B")):
            case = open_case(id)
            text = shown(case, f"Two colleagues filled in the form.\n\n{layout.format(*pair)}")
            assert case.say(f"{text}\nWhich one is right, A or B? Answer with the letter only.").text == best
            better = of(better={"type": "string", "enum": ["A", "B", "both", "neither"]})
            said = case.say(
                f"{text}\nWhich one is right?", output=OutputFormat("v", better, strict=True)
            ).text
            assert json.loads(said) == {"better": best}


def test_both_and_neither_only_where_it_is_so(open_case: Open) -> None:
    form = FORMS["p-damaged-01"]
    better = of(better={"type": "string", "enum": ["A", "B", "both", "neither"]})
    pairs = {
        "neither": (spoilt(form, "kind"), spoilt(form, "legal")),
        "both": (form, {**form, "quote": "hairline cracks that you only see"}),
    }
    for due, (one, other) in pairs.items():
        case = open_case("p-damaged-01")
        text = shown(case, f"A:\n{json.dumps(one)}\n\nB:\n{json.dumps(other)}\nWhich one is right?")
        assert json.loads(case.say(text, output=OutputFormat("v", better, strict=True)).text) == {
            "better": due
        }


def test_gross_errors_are_seen_nearly_always_and_plausible_ones_by_the_card(open_case: Open) -> None:
    schema = of(
        mistakes={"type": "array", "items": TEXT}, verdict={"type": "string", "enum": ["pass", "fail"]}
    )
    seen = {"large": 0, "medium": 0, "small": 0}
    plain = 0
    for role in seen:
        for replay in range(10):
            for error in WRONG:
                case = open_case("p-damaged-01", "practice", role=role, replay=replay)
                text = shown(case, in_json(spoilt(FORMS["p-damaged-01"], error)))
                said = case.say(text, system=CHECKER, output=OutputFormat("v", schema, strict=True)).text
                seen[role] += json.loads(said)["verdict"] == "fail"
    for replay in range(30):
        case = open_case("p-damaged-01", "practice", replay=replay)
        form = copy.deepcopy(FORMS["p-damaged-01"])
        form["items"][0]["quantity"] = 4  # as many as were ordered
        text = shown(case, in_json(form))
        said = case.say(text, system=CHECKER, output=OutputFormat("v", schema, strict=True)).text
        plain += json.loads(said)["verdict"] == "fail"
    assert min(seen["large"], seen["medium"]) >= 53
    assert seen["small"] >= 42
    assert 8 <= plain <= 27
