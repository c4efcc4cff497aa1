"""What the answer hangs on: change it and the answer follows; take a cause away and its error goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from harness.exchange import Message, OutputFormat, Request, Text, ToolCall, ToolResult, ToolSpec
from harness.exercise.parts import Turn
from harness.rng import Draws
from tests.harness.workspace.parcel_desk.cases import DECISION, FACTS, TEXT, Case, Desk, Json, asking, thing

Change = Callable[[str], str]


def swap(one: str, other: str) -> Change:
    def change(text: str) -> str:
        assert one in text
        return text.replace(one, other)

    return change


TEN_DAYS = "not scanned for more than 10 days"
DECLARED = "- Claims are for the declared value, whatever the customer asks for.\n"


@pytest.mark.parametrize(
    ("mail", "change", "expected"),
    [
        ("vanished", swap("149.90", "77.10"), ("open_claim", 77.1)),
        ("vanished", swap("149.90", "900.00"), ("hand_over", None)),
        ("vanished", swap('"last_scan": "2026-10-22"', '"last_scan": "2026-11-13"'), ("send_status", None)),
        ("vanished", swap(TEN_DAYS, "not scanned for more than 40 days"), ("send_status", None)),
        ("vanished", swap(DECLARED, ""), ("open_claim", 240.0)),
        ("not_moved_yet", swap(TEN_DAYS, "not scanned for more than 3 days"), ("open_claim", 55.0)),
        ("shattered_mirror", swap("Today is 2026-11-16", "Today is 2026-11-30"), ("hand_over", None)),
        ("shattered_mirror", swap("within 7 days", "within 1 days"), ("hand_over", None)),
        ("shattered_mirror", swap("völlig zersplittert", "sehr schön"), ("hand_over", None)),
        ("nobody_rang", swap("nobody rang", "all was well"), ("hand_over", None)),
        ("vanished", swap("Today is 2026-11-16.", ""), ("hand_over", None)),
    ],
)
def test_the_answer_follows(desk: Desk, mail: str, change: Change, expected: tuple[str, Json]) -> None:
    case = desk.case(mail)
    said = case.fill(f"Decide.\n{change(case.prompt)}", DECISION)
    assert (said["action"], said["value"]) == expected


RECORDS = {
    "labelled lines": "Parcel: PX-510220\nState: in transit\nLast scanned: 22 Oct 2026\n"
    "Insured value: 149,90 EUR",
    "a table": "| parcel | state | last seen | value |\n|---|---|---|---|\n"
    "| PX-510220 | in_transit | 2026-10-22 | 149.90 EUR |",
    "other keys": '{"trackingNumber": "PX-510220", "state": "in_transit", "lastSeen": "22.10.2026", '
    '"goodsValue": 149.9}',
}


@pytest.mark.parametrize("layout", RECORDS)
def test_records_are_read_in_any_layout(desk: Desk, layout: str) -> None:
    case = desk.case("vanished")
    said = case.fill(f"Decide.\n{case.prompt.replace(case.records, RECORDS[layout])}", DECISION)
    assert said == {"tracking_id": "PX-510220", "action": "open_claim", "kind": "lost", "value": 149.9}


def test_nothing_is_known_of_a_mail_that_is_not_there(desk: Desk) -> None:
    case = desk.case("vanished")
    facts = case.fill(f"Extract the facts.\n\nRecords:\n{case.records}", FACTS)
    assert facts["tracking_id"] == "PX-510220", "the only one there is"
    assert case.thoughts[0].guessed == ("issue",)


def slips(case: Case, text: str, schema: Json = DECISION, count: int = 300) -> Counter[str]:
    """What goes wrong in one request, under the luck of `count` trials."""
    request = asking(text, output=OutputFormat("answer", schema, strict=True))
    reading = case.model.read(request, case.view())
    assert reading.understood
    found: Counter[str] = Counter()
    for replay in range(count):
        turn = Turn(Draws(b"test", (case.scenario.id, replay)), reading.decision, reading.subject, 0)
        found.update(
            {draw.mode.split("/")[0] for draw in case.model.answer(reading, turn).modes if draw.fired}
        )
    return found


NEIGHBOUR = " My neighbour had the same lamp sent in PX-400871, and hers came on Friday."


@pytest.mark.parametrize(
    ("mail", "mode", "change"),
    [
        ("waiting", "wrong_parcel", swap(NEIGHBOUR, "")),
        ("cracked_teapot", "wrong_issue", swap("are still on their way, I think", "came as well")),
        ("vanished", "demanded_value", swap("240 euros", "money")),
        ("vanished", "demanded_value", swap(DECLARED, "")),
        ("not_moved_yet", "dropped_rule", swap(TEN_DAYS, "not scanned for a long time")),
    ],
)
def test_an_error_goes_with_its_cause_and_no_other_does(
    desk: Desk, mail: str, mode: str, change: Change
) -> None:
    case = desk.case(mail, errs=True)
    text = f"Decide.\n{case.prompt}"
    before, after = slips(case, text), slips(case, change(text))
    assert before[mode] >= 15
    assert after[mode] == 0
    others = before.keys() - {mode, "demanded_value"}  # a claim is needed for that one
    assert all(abs(before[other] - after[other]) <= 10 for other in others)


def test_a_translation_is_read_with_fewer_errors_of_the_same_kind(desk: Desk) -> None:
    case = desk.case("shattered_mirror", errs=True)
    english: dict[str, Any] = case.scenario.meaning["english"]
    text = f"Extract the facts.\n\n{case.mail}"
    mail = case.scenario.world["mail"]
    translated = text.replace(mail["body"], english["body"]).replace(mail["subject"], english["subject"])
    assert slips(case, text, FACTS)["wrong_issue"] > slips(case, translated, FACTS)["wrong_issue"] > 0


def test_extraction_draws_no_slip_of_judgement(desk: Desk) -> None:
    case = desk.case("vanished", errs=True)
    assert not slips(case, f"Extract the facts.\n\n{case.mail}", FACTS).keys() & {
        "dropped_rule", "demanded_value", "needless_handover",
    }  # fmt: skip


def test_an_objection_makes_a_slip_rarer_and_a_tool_out_of_reach_does_not(desk: Desk) -> None:
    case = desk.case("vanished", errs=True)
    claim = ToolSpec("open_claim", "Open a claim.", thing(tracking_id=TEXT, value={"type": "number"}))
    made = ToolCall("c1", "open_claim", '{"tracking_id": "PX-510220", "value": 240}')
    odds = []
    for result in ('{"error": "503 unavailable"}', '{"error": "this is not the declared value"}'):
        messages = (
            Message("user", (Text(case.prompt),)),
            Message("assistant", (made,)),
            Message("user", (ToolResult("c1", result),)),
        )
        case.ask(Request("m", messages, tools=(claim,)))
        odds += [draw.p for draw in case.thoughts[-1].modes if draw.mode == "demanded_value"]
        assert case.readings[-1].decision == "recover"
    out_of_reach, objected = odds
    assert objected < 0.6 * out_of_reach
