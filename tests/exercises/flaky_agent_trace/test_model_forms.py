"""The form that a prompt shows is the form of the answer, whole: examples, skeletons, calls, lists, lines."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from exercises.flaky_agent_trace.papers.scene import Scene, scenes_of
from exercises.flaky_agent_trace.shop.handbook import handbooks
from harness.exchange import Message, OutputFormat, Reply, Request, Text

Open = Callable[..., Any]
DUE, DENIED, DESK, UNKNOWN = "p-monday-01", "p-return-02", "p-desk-01", "p-knows-03"


def _turns(case: Any, shots: list[tuple[str, str]], system: str = "") -> Reply:
    """The case after examples as turns of a conversation."""
    said = [Message("system", (Text(f"Decide like before. {system}\n{case.handbook}"),))]
    for mail, answer in shots:
        said += [Message("user", (Text(mail),)), Message("assistant", (Text(answer),))]
    said.append(Message("user", (Text(f"{case.mail}\n\n{json.dumps(case.orders)}"),)))
    reply: Reply = case.ask(Request("m", tuple(said)))
    return reply


SHOTS = [
    (
        "The vase broke, HL-100001, delivered 2026-10-01, vase 1 x 40.00 EUR",
        "{} | HL-100001 | 40.00 EUR | D-1",
    ),
    ("The lamp is ugly, HL-100002, delivered in June, lamp 30.00 GBP", "{} | HL-100002 | - | R-1"),
]


@pytest.mark.parametrize(
    ("words", "due", "denied", "desk"),
    [
        (("REFUND", "DENY"), "REFUND", "DENY", "ESCALATE"),
        (("Approve", "Reject"), "Approve", "Reject", "Escalate"),
        (("R", "D"), "R", "D", "E"),
    ],
)
def test_examples_fix_separators_case_currency_and_what_stands_for_none(
    open_case: Open, words: tuple[str, str], due: str, denied: str, desk: str
) -> None:
    shots = [(mail, said.format(word)) for (mail, said), word in zip(SHOTS, words, strict=True)]
    assert _turns(open_case(DUE), shots).text == f"{due} | HL-206330 | 46.80 EUR | D-1"
    assert _turns(open_case(DENIED), shots).text == f"{denied} | HL-199561 | - | R-1"
    assert _turns(open_case(DESK), shots).text == f"{desk} | HL-207433 | - | H-3"
    other = [(mail, said.replace(" | ", "; ").replace("40.00 EUR", "EUR 40.00")) for mail, said in shots]
    assert _turns(open_case(DUE), other).text == f"{due}; HL-206330; EUR 46.80; D-1"


def test_a_word_of_the_prompt_stands_for_what_no_example_shows(open_case: Open) -> None:
    shots = [(mail, said.format(word)) for (mail, said), word in zip(SHOTS, ("PAY", "DECLINE"), strict=True)]
    said = _turns(open_case(DESK), shots, "Actions: PAY, DECLINE, HANDOVER, ASK.").text
    assert said == "HANDOVER | HL-207433 | - | H-3"


@pytest.mark.parametrize(
    "shown",
    [
        "Example\nMail: broken\nAnswer: deny (HL-1): n/a\n\nMail: ugly\nAnswer: refund (HL-2): £4.00\n\n",
        "Here is how we answer:\n\nbroken => deny (HL-1): n/a\nugly => refund (HL-2): £4.00\n\n",
        "Examples of log lines:\n- deny (HL-1): n/a\n- refund (HL-2): £4.00\n\n",
    ],
)
def test_examples_in_one_text_are_no_part_of_the_case(open_case: Open, shown: str) -> None:
    for id, line in ((DUE, "refund (HL-206330): €46.80"), (DENIED, "deny (HL-199561): n/a")):
        case = open_case(id)
        assert case.say(f"{shown}{case.prompt()}\n\nAnswer:").text == line
        assert case.readings[-1].operation == "decide"


def test_answers_of_its_own_are_no_examples(open_case: Open) -> None:
    case = open_case(DUE)
    shots = [(mail, said.format(word)) for (mail, said), word in zip(SHOTS, ("PAY", "DENY"), strict=True)]
    case.said.update(said for _, said in shots)
    _turns(case, shots)
    assert case.readings[-1].state.contract.examples is None


SKELETONS = {
    "<decision><order_id/><action>refund|deny|escalate|need_info</action><amount/></decision>": (
        "<decision><order_id>HL-206330</order_id><action>refund</action><amount>46.80</amount></decision>"
    ),
    '<r>\n  <order></order>\n  <sum currency="">0.00</sum>\n</r>': (
        '<r>\n  <order>HL-206330</order>\n  <sum currency="EUR">46.80</sum>\n</r>'
    ),
    "<r><case><order_id/><issue/></case><end><action>...</action></end></r>": (
        "<r><case><order_id>HL-206330</order_id><issue>wrong_item</issue></case>"
        "<end><action>refund</action></end></r>"
    ),
    '<?xml version="1.0"?>\n<r>\n <order id=""/>\n <action><!-- refund or deny --></action>\n</r>': (
        '<?xml version="1.0"?>\n<r>\n <order id="HL-206330"/>\n <action>refund</action>\n</r>'
    ),
}


@pytest.mark.parametrize("shown", SKELETONS)
def test_a_skeleton_is_filled_whole(open_case: Open, shown: str) -> None:
    case = open_case(DUE)
    assert case.say(case.prompt(), system=f"Output XML only:\n{shown}").text == SKELETONS[shown]
    case = open_case(UNKNOWN)
    said = case.say(case.prompt(), system=f"Output XML only:\n{shown}").text
    assert said.count("<") == SKELETONS[shown].count("<")
    assert "HL-" not in said
    assert "0" not in said.replace("1.0", "")


def test_thoughts_come_before_a_skeleton(open_case: Open) -> None:
    asked = "Think inside <thinking></thinking>, then give <end><order>…</order><action>…</action></end>."
    case = open_case(DUE)
    thoughts, _, end = case.say(case.prompt(), system=asked).text.rpartition("\n")
    assert thoughts.startswith("<thinking>")
    assert end == "<end><order>HL-206330</order><action>refund</action></end>"


def test_elements_told_of_stand_in_their_root(open_case: Open) -> None:
    case = open_case(DENIED)
    asked = "Answer with one <ticket> element with the children <order_id> and <action>."
    expected = "<ticket>\n<order_id>HL-199561</order_id>\n<action>deny</action>\n</ticket>"
    assert case.say(case.prompt(), system=asked).text == expected


CALLS = {
    "Emit one line of Python. Functions:\npay(order_id: str, amount: float)\ndeny(order_id: str)": (
        'pay("HL-206330", 46.8)'
    ),
    "def approve(order_id: str, sum: float)\ndef reject(order_id: str)\n\nWrite one statement.": (
        'approve("HL-206330", 46.8)'
    ),
    "You act by writing Python. One call only, one line:\n  hand_over(order_id)\n  pay(order_id, amount)": (
        'pay("HL-206330", 46.8)'
    ),
    'refund(order_id, clause) or deny(order_id). Output one call, e.g. refund("HL-1", "R-1").': (
        'refund("HL-206330", "D-1")'
    ),
    "Output one statement such as decide('HL-1', 'refund', 12.5); the rest are 'deny' and 'escalate'.": (
        'decide("HL-206330", "refund", 46.8)'
    ),
}


@pytest.mark.parametrize("asked", CALLS)
def test_one_line_of_code_is_a_call_by_its_signature(open_case: Open, asked: str) -> None:
    case = open_case(DUE)
    assert case.say(case.prompt(), system=asked).text == CALLS[asked]


DOWN = {
    "Make a markdown table with the columns Field and Value for this ticket: sender, order, issue.": (
        "| Field | Value |\n| --- | --- |\n| sender | {sender} |\n| order | HL-206330 |\n"
        "| issue | wrong_item |"
    ),
    "Output a table like this:\n| Key | Value |\n|---|---|\n| Order | ... |\n| Issue | ... |": (
        "| Key | Value |\n| --- | --- |\n| Order | HL-206330 |\n| Issue | wrong_item |"
    ),
    "Key facts as a markdown table (Attribut, Wert) with order, issue, pressure tactics (yes/no).": (
        "| Attribut | Wert |\n| --- | --- |\n| order | HL-206330 |\n| issue | wrong_item |\n"
        "| pressure tactics | none |"
    ),
}


@pytest.mark.parametrize("asked", DOWN)
def test_a_table_with_a_row_for_each_field_goes_down(open_case: Open, asked: str) -> None:
    case = open_case(DUE)
    said = case.say(f"{asked}\n\n{case.mail}\n\n{json.dumps(case.orders)}").text
    assert said == DOWN[asked].format(sender=case.task["ticket"]["from"]["email"])


def test_a_json_array_is_wanted_for_itself(open_case: Open) -> None:
    case = open_case("p-sale-01")
    shown = f"{case.mail}\n\n{json.dumps(case.orders)}"
    asked = 'Return a JSON array with one object per affected item: [{"sku": str, "quantity": int}].'
    assert json.loads(case.say(shown, system=asked).text) == [{"sku": "HM-2262", "quantity": 2}]
    asked = "Output a JSON array of strings: every order number that the mail names."
    assert json.loads(case.say(shown, system=asked).text) == ["HL-215440"]
    asked = (
        "Return a JSON array of up to two argument objects for search_orders (keys: email, order_id, text)."
    )
    found = json.loads(case.say(case.mail, system=asked).text)
    assert found[0]["order_id"] == "HL-215440"
    assert found[1]["email"] == case.task["ticket"]["from"]["email"]
    assert len(found) == 2
    asked = "Output: a JSON array; each element has order_id, action (refund|deny) and amount."
    found = json.loads(case.say(case.prompt(), system=asked).text)
    assert found == [{"order_id": "HL-215440", "action": "refund", "amount": 30.0}]
    asked = 'Return [{"clause": "...", "why": "..."}] for the clause that decides. JSON only.'
    found = json.loads(case.say(case.prompt(), system=asked).text)
    assert [one["clause"] for one in found] == ["D-1"]
    case.say(case.mail, system="Output a JSON array of strings: the phases of the moon.")
    assert not case.readings[-1].understood


LIST = 'Decide each ticket. Output JSON {"decisions": [{"ticket", "order_id", "action", "amount"}]}.'
STRANGER = "### Ticket 2\nTicket: T-99999\nFrom: Jane Doe <jane@example.com>\nSubject: mug\n\nThe mug broke."


def test_a_list_of_cases_has_the_case_in_it_and_no_stranger(open_case: Open) -> None:
    case = open_case(DENIED)
    said = json.loads(case.say(case.prompt(), system=LIST, output=OutputFormat()).text)
    assert said == {
        "decisions": [
            {"ticket": case.task["ticket"]["id"], "order_id": "HL-199561", "action": "deny", "amount": 0}
        ]
    }
    assert case.readings[-1].understood
    case.say(f"{case.prompt()}\n\n{STRANGER}", system=LIST, output=OutputFormat())
    assert not case.readings[-1].understood
    assert "T-99999" in case.readings[-1].why_not


def _shown(scene: Scene) -> str:
    ticket = scene.state.ticket
    orders = json.dumps([json.loads(order.model_dump_json()) for order in scene.state.orders])
    head = f"Ticket: {ticket.id}\nFrom: {ticket.sender.email}\nSubject: {ticket.subject}"
    return f"{head}\n\n{ticket.body}\n\n{orders}"


def test_several_tickets_are_decided_as_each_alone(open_case: Open) -> None:
    case = open_case("p-weekend-01")
    scenes = scenes_of(case.scenario.public())[:3]
    rules = list(handbooks().values())[-1].text()

    def decided(*texts: str) -> Any:
        said = case.say("\n\n".join([*texts, rules]), system=LIST, output=OutputFormat()).text
        return json.loads(said)["decisions"]

    alone = [decided(_shown(scene))[0] for scene in scenes]
    assert decided(*map(_shown, scenes)) == alone
    assert [one["ticket"] for one in alone] == [scene.state.ticket.id for scene in scenes]
    assert len({one["order_id"] for one in alone}) == len(scenes)


ENDS = {
    "Show your working line by line. The last line must be `AMOUNT: <number>`.": "AMOUNT: 46.80",
    "Explain how the sum comes about and finish with `Total: 12.34 EUR`.": "Total: 46.80 EUR",
    "Give the steps, then put the result on the last line as `REFUND = 12.34`.": "REFUND = 46.80",
    'Reason first. The last line is "RESULT: " plus the amount with two decimals.': "RESULT: 46.80",
    "Reason first, then as the last line one of: FINAL: REFUND / FINAL: DENY": "FINAL: REFUND",
    "Explain; the last line has to be exactly `Refund: <amount> <currency>`.": "Refund: 46.80 EUR",
}


@pytest.mark.parametrize("asked", ENDS)
def test_a_last_line_stands_under_whatever_is_told(open_case: Open, asked: str) -> None:
    case = open_case(DUE)
    above, _, last = case.say(f"{asked}\n\n{case.prompt()}").text.rpartition("\n")
    assert last == ENDS[asked]
    assert len(above.split()) > 5


@pytest.mark.parametrize(("id", "word"), [(DUE, "YES"), (DENIED, "NO")])
def test_the_first_line_says_yes_or_no_and_the_next_why(open_case: Open, id: str, word: str) -> None:
    case = open_case(id)
    asked = "Is the customer owed money? First line YES or NO, then why in one sentence."
    first, _, why = case.say(f"{asked}\n\n{case.prompt()}").text.partition("\n")
    assert first == word
    assert "is due" in why
    assert ("no refund is due" in why) is (word == "NO")
    assert case.say(f"Is the customer owed money? YES or NO only.\n\n{case.prompt()}").text == word


TONGUES = {
    '{"bestellung": ..., "entscheidung": "erstatten|ablehnen", "betrag": ..., "grund": ...}': "Bestellung",
    '{"order_id": str, "action": "refund|deny", "amount": number, "reason": "in French"}': "commande",
    '{"order_id": str, "action": "refund|deny", "amount": number, "reason_es": str}': "pedido",
    '{"order_id": str, "action": "refund|deny", "amount": number, "reason": str}': "damaged",
}


@pytest.mark.parametrize("shape", TONGUES)
def test_grounds_are_told_in_the_language_that_is_asked_for(open_case: Open, shape: str) -> None:
    case = open_case(DUE)
    said = json.loads(case.say(case.prompt(), system=f"JSON: {shape}", output=OutputFormat()).text)
    order, _, amount, why = said.values()
    assert (order, amount) == ("HL-206330", 46.8)
    assert TONGUES[shape] in why


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("ping. Reply with exactly: OK", "OK"),
        ('Say "pong" and nothing else.', "pong"),
        ("Connection test: output exactly READY and nothing more.", "READY"),
    ],
)
def test_words_that_are_wanted_back_are_said(open_case: Open, asked: str, said: str) -> None:
    case = open_case(DUE)
    assert case.say(asked).text == said
    assert case.readings[-1].understood


@pytest.mark.parametrize(
    "asked", ["Answer with one word: REFUND or DENY", "Reply with JSON.", "Reply with OK if it is due.", "Hi"]
)
def test_what_is_to_be_chosen_is_not_said_back(open_case: Open, asked: str) -> None:
    case = open_case(DUE)
    said = case.say(asked, system=case.prompt()).text
    assert said not in asked or said == "REFUND"
