"""Gates: a proposal passes or is held, in the words, lines and fields that a program wants."""

from __future__ import annotations

import json
import re

import pytest

from harness.exchange import OutputFormat

from .conftest import Case, Json, Open

ID, ORDER, RIGHT, WRONG = "p-opened-01", "HL-203901", "72.21", "84.95"
SHOWN = (
    "Proposed call: refund(order_id={order}, amount={amount})",
    "Colleague's decision: pay {amount} EUR on {order}.",
    "Pending payout: {amount} EUR on {order}.",
)


def _shown(case: Case, amount: str, form: str = SHOWN[0]) -> str:
    return f"{case.prompt()}\n\n{form.format(order=ORDER, amount=amount)}"


WORDS = [
    ("Gate before a refund API. Given the proposed call, answer ALLOW or BLOCK plus a reason (one line).",
     "ALLOW. ", "BLOCK. "),
    ("Payment gate. Reply PASS or FAIL, then a dash and why.", "PASS - ", "FAIL - "),
    ("Check the payout before it is made. GO / NO-GO and one sentence.", "GO. ", "NO-GO. "),
    ("Is it safe to pay? SAFE or UNSAFE on the first line, the reason on the second.", "SAFE\n", "UNSAFE\n"),
    ("Answer APPROVE or REJECT on the first line and the reason on the second.", "APPROVE\n", "REJECT\n"),
    ("Look at the proposed payment. Answer 'yes, pay' or 'no, hold' and say briefly why.",
     "yes, pay. ", "no, hold. "),
    ("Decide whether the call may run. ALLOW / DENY, colon, reason.", "ALLOW: ", "DENY: "),
    ("Traffic light for this payment: green, amber or red, with a short reason.", "green. ", "red. "),
    ("Du prüfst die Auszahlung. Antworte FREIGEBEN oder ABLEHNEN und nenne den Grund in einer Zeile.",
     "FREIGEBEN. ", "ABLEHNEN. "),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "good", "bad"), WORDS)
@pytest.mark.parametrize("form", SHOWN)
def test_a_gate_says_its_word_and_why(open_case: Open, asked: str, good: str, bad: str, form: str) -> None:
    for amount, word in ((RIGHT, good), (WRONG, bad)):
        case = open_case(ID)
        said = case.say(_shown(case, amount, form), system=asked).text
        assert case.readings[-1].understood
        assert said.startswith(word)
        assert ("72.21, not 84.95" in said) is (amount == WRONG)
        assert len(said.splitlines()) == 1 + word.endswith("\n")


ALONE = [
    ("Output one word: EXECUTE or ABORT.", "EXECUTE", "ABORT"),
    ("Rate it GREEN/AMBER/RED. One word.", "GREEN", "RED"),
    ("SHIP or FIX? One word.", "SHIP", "FIX"),
    ("Reply with the single word CLEAR or HALT.", "CLEAR", "HALT"),
]


@pytest.mark.parametrize(("asked", "good", "bad"), ALONE)
def test_a_gate_of_one_word(open_case: Open, asked: str, good: str, bad: str) -> None:
    for amount, word in ((RIGHT, good), (WRONG, bad)):
        case = open_case(ID)
        assert case.say(_shown(case, amount), system=f"You check a payment. {asked}").text == word


JSONS: list[tuple[str, Json, Json]] = [
    ('{"decision": "ALLOW"|"BLOCK", "reason": string}', "ALLOW", "BLOCK"),
    ('{"safe": bool, "why": string}', True, False),
    ('{"light": "green"|"amber"|"red", "reason": str}', "green", "red"),
    ('{"go": true|false, "problems": [string], "correct_amount": number|null}', True, False),
    ('{"block": bool, "reason": string}', False, True),
    ('{"score": 1-5, "rationale": str}; 5 = fully right, 1 = wrong amount or wrong order', 5, 1),
]
AGREED: list[tuple[str, Json]] = [
    *((form, good) for form, good, _ in JSONS),
    ('{"ok": bool, "problems": [string], "corrected_amount": number|null}', True),
    ('{"verdict": "APPROVE"|"REJECT", "reason": str, "right_amount": number|null}', "APPROVE"),
    ('{"verdict": "correct"|"incorrect", "explanation": str}', "correct"),
]


def _judged(case: Case, form: str, amount: str) -> dict[str, Json]:
    system = f"You judge an agent's decision under the handbook. Output JSON {form}."
    said = case.say(_shown(case, amount, SHOWN[1]), system=system, output=OutputFormat()).text
    found: dict[str, Json] = json.loads(said[said.index("{") : said.rindex("}") + 1])
    return found


@pytest.mark.parametrize(("form", "good", "bad"), JSONS)
def test_a_gate_in_json(open_case: Open, form: str, good: Json, bad: Json) -> None:
    for amount, value in ((RIGHT, good), (WRONG, bad)):
        case = open_case(ID)
        said = _judged(case, form, amount)
        assert next(iter(said.values())) == value
        assert ("72.21, not 84.95" in str(said)) is (amount == WRONG)
        assert case.readings[-1].understood


@pytest.mark.parametrize("id", ["p-opened-01", "p-damaged-01", "p-return-01", "p-sale-02"])
@pytest.mark.parametrize(("form", "good"), AGREED)
def test_all_parts_of_a_verdict_agree_whatever_errs(open_case: Open, id: str, form: str, good: Json) -> None:
    passed = 0
    for replay in range(12):
        case = open_case(id, "practice", replay=replay)
        wrong, order = "99.99", case.orders[0]["id"]
        proposal = f"{case.prompt()}\n\nColleague's decision: pay {wrong} EUR on {order}."
        system = f"You judge an agent's decision under the handbook. Output JSON {form}."
        text = case.say(proposal, system=system, output=OutputFormat()).text
        said = json.loads(text[text.index("{") : text.rindex("}") + 1])
        first, *rest = said.values()
        told = " ".join(map(str, rest))
        if first == good:
            passed += 1
            assert "not 99.99" not in told
            assert "is due" not in told
            assert all(item in (None, [], 99.99) or isinstance(item, str) for item in rest)
        else:
            assert rest[0]
        if isinstance(first, int | float) and not isinstance(first, bool):
            assert first == int(first)
    assert passed < 12


LETTERS = [
    ("Does the draft claim anything that did not happen? Answer MATCH or MISMATCH: <what>.",
     "MATCH", "MISMATCH: "),
    ("Is everything the draft says backed by the log? PASS / FAIL: reason", "PASS", "FAIL: "),
    ("Does the draft claim what the log shows? TRUE or FALSE on the first line, why on the second.",
     "TRUE\n", "FALSE\n"),
    ("Check the letter against the log. Answer CONSISTENT or CONTRADICTION and the reason, in one line.",
     "CONSISTENT", "CONTRADICTION"),
]  # fmt: skip
LOGS = [
    ("refund(HL-216120, 348.00 PLN) -> 409 conflict: more than refundable", False),
    ("refund(HL-216120, 348.00 PLN) -> ok, refund id R-77", True),
    ("issue_refund {order: HL-216120, amount: 348.00 PLN} => booked as R-77", True),
    ("refund of 348.00 PLN on HL-216120 → accepted, number R-77", True),
    ("refund of 348.00 PLN on HL-216120 → failed, the till did not answer", False),
    ("refund(HL-216120, 348.00 PLN) -> 503, please repeat", False),
    ("create_refund {order: HL-216120, amount: 348.00 PLN}: nothing was booked", False),
    ("pay_customer(HL-216120, 348.00 PLN) => paid", True),
    ("escalate(HL-216120) -> ok, case 55 opened", False),
]


@pytest.mark.parametrize(("asked", "good", "bad"), LETTERS)
@pytest.mark.parametrize(("log", "so"), LOGS)
def test_a_letter_is_held_against_a_log(
    open_case: Open, asked: str, good: str, bad: str, log: str, *, so: bool
) -> None:
    case = open_case("p-post-04")
    draft = "Draft: Hello, we have refunded 348.00 PLN for order HL-216120. Kind regards, Harbour Lane"
    said = case.say(f"Log:\nget_order(HL-216120) -> ok\n{log}\n\n{draft}", system=asked).text
    assert said.startswith(good if so else bad)
    assert so or "refund that was not made" in said
    assert case.readings[-1].understood


@pytest.mark.parametrize(
    ("log", "so"),
    [
        ("refund(HL-216120, 450 PLN) -> ok, refund id R-77", True),
        ("refund of 500 PLN on HL-216120 => booked", False),
        ("refund(HL-216120, 450 PLN) -> 500", False),
        ("refund(HL-216120, 450 PLN) -> 450.00 PLN paid", True),
    ],
)
def test_a_round_sum_in_a_log_is_no_code_of_failure(open_case: Open, log: str, *, so: bool) -> None:
    draft = "Draft: Hello, we have refunded 450.00 PLN for order HL-216120. Kind regards, Harbour Lane"
    asked = "Is everything the draft says backed by the log? PASS / FAIL: reason"
    said = open_case("p-post-04").say(f"Log:\n{log}\n\n{draft}", system=asked).text
    assert said.startswith("PASS" if so else "FAIL: ")


@pytest.mark.parametrize(
    "form",
    [
        '{"correctness": n, "tone": n, "completeness": n, "comment": str}, 0-5 each',
        '{"accuracy": n, "tone": n, "overall": n, "comment": str}, 0-5 each',
    ],
)
def test_a_rubric_marks_a_wrong_sum_low_and_sees_the_closing(open_case: Open, form: str) -> None:
    case = open_case(ID)
    letter = (
        "Hi Chidi, thanks for getting in touch. We've refunded 84.95 EUR for the shower speaker in "
        "HL-203901. Best, Harbour Lane"
    )
    system = f"You grade agent replies: the right amount under the policy, tone and so on. Give JSON {form}."
    text = case.say(f"{case.prompt()}\n\nAgent's reply:\n{letter}", system=system, output=OutputFormat()).text
    said = json.loads(text)
    assert case.readings[-1].understood
    assert next(iter(said.values())) <= 2
    assert said["tone"] >= 4
    assert "closing" not in said["comment"]
    assert "72.21" in said["comment"]


EXTRACTED = [
    (
        "Check the extraction against the mail. Answer PASS or FAIL and the reason in one line.",
        "PASS. ",
        "FAIL. ",
    ),
    ("Is the extraction faithful to the mail? CORRECT or INCORRECT, then why.", "CORRECT. ", "INCORRECT. "),
    (
        "Validate the extracted fields. OK or WRONG on the first line, the reason on the second.",
        "OK\n",
        "WRONG\n",
    ),
]


@pytest.mark.parametrize(("asked", "good", "bad"), EXTRACTED)
def test_a_reading_is_held_against_its_mail(open_case: Open, asked: str, good: str, bad: str) -> None:
    for pieces, word in ((2, good), (4, bad)):
        case = open_case("p-damaged-01")
        read = {"order": "HL-202913", "item": "Ramen bowl", "quantity": pieces, "issue": "damaged"}
        said = case.say(f"Mail:\n{case.mail}\n\nExtraction:\n{json.dumps(read)}", system=asked).text
        assert said.startswith(word)
        assert ("2 pieces are concerned, not 4" in said) is (pieces == 4)
        assert case.readings[-1].understood


def test_a_call_in_json_is_judged_before_it_runs(open_case: Open) -> None:
    for amount, word in ((72.21, "EXECUTE"), (84.95, "ABORT")):
        case = open_case(ID)
        call = json.dumps({"name": "refund", "arguments": {"order_id": ORDER, "amount": amount}})
        text = f"{case.prompt()}\n\nTool call about to be executed:\n{call}"
        assert case.say(text, system="Check it. Output one word: EXECUTE or ABORT.").text == word


@pytest.mark.parametrize("id", ["p-opened-01", "p-damaged-01", "p-return-01", "p-delay-02", "p-desk-02"])
@pytest.mark.parametrize(
    "asked",
    [
        "APPROVE or REJECT on the first line and the reason on the second.",
        "Answer PASS or FAIL and explain why.",
        "Is the decision right? yes or no, with grounds.",
    ],
)
def test_a_word_and_its_grounds_agree_whatever_errs(open_case: Open, id: str, asked: str) -> None:
    for replay in range(8):
        case = open_case(id, "practice", replay=replay)
        proposal = f"Decision: refund 99.99 on {case.orders[0]['id']}."
        said = case.say(f"{case.prompt()}\n\n{proposal}", system=asked).text
        word = said.split()[0].strip(".,:").upper()
        assert word in {"APPROVE", "REJECT", "PASS", "FAIL", "YES", "NO"}
        told = re.search(r"(?<!not )99\.99 [A-Z]{3} is due", said)
        agrees = "find nothing wrong" in said or told is not None
        objects = any(words in said for words in ("not 99.99", "should be", "would not"))
        assert agrees is (word in {"APPROVE", "PASS", "YES"})
        assert not (objects and word in {"APPROVE", "PASS", "YES"})


@pytest.mark.parametrize(
    "asked",
    [
        "Answer SEND or BLOCK, and for BLOCK the offending words in quotes.",
        "PASS or FAIL? With FAIL, quote the sentence.", "Say OK or STOP; after STOP cite the untrue passage.",
    ],
)  # fmt: skip
def test_a_guard_shows_the_words_of_the_letter_that_must_not_stand_there(open_case: Open, asked: str) -> None:
    system = f"You guard the outbox. A reply may only tell of things that are in the action log. {asked}"
    log = "Action log:\n- get_order HL-211390\n- (no refund, no case)"
    for letter, quoted in (
        ("Dear Sigrid, thanks for writing. We have refunded 24.00 EUR to your card. Bye.", True),
        ("Dear Sigrid, thank you for your mail about the torch. We are looking into it. Bye.", False),
    ):
        case = open_case("p-damaged-02")
        said = case.say(f"{log}\n\nReply:\n{letter}", system=system).text
        assert ("“We have refunded 24.00 EUR to your card.”" in said) is quoted, said
