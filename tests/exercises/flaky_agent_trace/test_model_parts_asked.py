"""Messages that ask for several things: each part gets its answer, or the call is not understood."""

from __future__ import annotations

from typing import Any

import pytest

from harness.exchange import Message, Request, Text

from .conftest import Open


def case_of(case: Any) -> str:
    return f"{case.mail}\n\nOrders:\n{case.orders}\n\nHandbook:\n{case.handbook}\n\n"


def talk(case: Any, *later: str, first: str = "What is due here, and why?") -> str:
    """The last answer of a talk; an answer that begins with `A:` is put in the model's mouth."""
    turns = [Message("user", (Text(f"{case_of(case)}{first}"),))]
    if not later[0].startswith("A:"):
        turns.append(Message("assistant", (Text(str(case.ask(Request("m", tuple(turns))).text)),)))
    for said in later:
        own = said.startswith("A:")
        turns.append(Message("assistant" if own else "user", (Text(said.removeprefix("A: ")),)))
    return str(case.ask(Request("m", tuple(turns))).text)


VERDICTS = [
    (
        "p-opened-01",
        (
            "Proposed refund: 72.21 EUR. Is that correct? Answer yes or no, give the reason, and state "
            "the correct amount."
        ),
        "Yes",
        ("72.21", "R-2"),
    ),
    (
        "p-damaged-01",
        (
            "Stimmt der Betrag 33,50 GBP? Antworte mit ja oder nein, begründe es und nenne den "
            "richtigen Betrag."
        ),
        "Nein",
        ("28.60", "D-1"),
    ),
    (
        "p-return-01",
        "Klopt 64,00 EUR? Antwoord met ja of nee, zeg waarom en geef het juiste bedrag.",
        "Ja",
        ("64.00", "R-1"),
    ),
    (
        "p-delay-01",
        "Czy 14,94 EUR to poprawna kwota? Odpowiedz tak lub nie, podaj powód i właściwą kwotę.",
        "Nie",
        ("14.35", "L-1"),
    ),
    (
        "p-delay-01",
        (
            "Someone booked 10.45 EUR. Is that the right amount? Start with yes or no, then the reason, "
            "then the right amount."
        ),
        "No",
        ("14.35", "L-1"),
    ),
    ("p-opened-01", "Is a restocking fee due? Yes or No, then why.", "Yes", ("12.74", "R-2")),
]


@pytest.mark.parametrize(("id", "asked", "word", "parts"), VERDICTS)
def test_beside_a_verdict_stand_its_ground_and_the_sum(
    open_case: Open, id: str, asked: str, word: str, parts: tuple[str, ...]
) -> None:
    case = open_case(id)
    said = case.say(f"{case_of(case)}{asked}").text
    assert said.startswith(f"{word}."), said
    assert all(part in said for part in parts), said
    assert case.readings[-1].understood


BACK = [
    ("p-opened-01", "Is 57.20 correct? Answer yes or no, say why, and give the right sum.", "No. 72.21"),
    ("p-opened-01", "My colleague calculated 57.20. Right or wrong? Tell me what it should be.", "No. 72.21"),
    ("p-desk-01", "So 119.00 is wrong? Yes or no, say why, and what it should be.", "Yes. This has to go"),
]


@pytest.mark.parametrize(("id", "asked", "start"), BACK)
def test_a_sum_that_is_doubted_later(open_case: Open, id: str, asked: str, start: str) -> None:
    case = open_case(id)
    assert talk(case, asked).startswith(start)


def test_labelled_lines_hold_the_right_sum(open_case: Open) -> None:
    case = open_case("p-opened-01")
    said = case.say(
        f"{case_of(case)}Proposed: refund 84.95 EUR.\n\nCheck the proposal. Reply in three lines:\n"
        "VERDICT: yes or no\nWHY: one sentence\nRIGHT SUM: the amount"
    ).text
    assert "VERDICT: no" in said
    assert said.endswith("RIGHT SUM: 72.21")


LISTS = [
    (
        "p-opened-01",
        "1. Which order is it about?\n2. Was the item opened?\n3. How much is due?",
        ("1. ", "HL-203901", "2. Yes", "3. 72.21"),
    ),
    (
        "p-delay-01",
        "Please answer each:\n(a) How many days late was it?\n(b) What is the sum?",
        ("(a) ", "4 days late", "(b) 14.35"),
    ),
]


@pytest.mark.parametrize(("id", "asked", "parts"), LISTS)
def test_each_question_of_a_list_is_answered_by_its_mark(
    open_case: Open, id: str, asked: str, parts: tuple[str, ...]
) -> None:
    case = open_case(id)
    said = case.say(f"{case_of(case)}{asked}").text
    assert all(part in said for part in parts), said
    assert len(said.splitlines()) == asked.count("?")
    assert case.readings[-1].understood


def test_one_question_that_is_not_understood_is_told_of(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    said = case.say(f"{case_of(case)}1. Welche Farbe haben die Schalen?\n2. Welcher Betrag ist fällig?").text
    assert "2. " in said
    assert "28.60" in said
    assert not case.readings[-1].understood


def test_options_are_no_questions(open_case: Open) -> None:
    case = open_case("p-opened-01")
    options = "A: refund 84.95 EUR\nB: refund 72.21 EUR\nC: deny\nD: hand over to the desk"
    asked = f"{case_of(case)}Which of these would you do?\n{options}\nAnswer with the letter"
    assert case.say(f"{asked} only.").text == "B"
    assert case.say(f"{asked} and one reason.").text.startswith("B. Opened electronics")


@pytest.mark.parametrize(
    ("id", "asked", "start"),
    [
        (
            "p-damaged-02",
            (
                "Vote. Options:\nA) Pay 24.00 EUR\nB) Refuse and point to the warranty workshop\n"
                "C) Escalate\nYour vote: one letter, then one sentence why."
            ),
            "B. ",
        ),
        (
            "p-opened-01",
            (
                "Co byś zrobił?\nA: zwrócić 84,95 EUR\nB: zwrócić 72,21 EUR\nC: odmówić\n"
                "Odpowiedz literą i jednym powodem."
            ),
            "B. Za zamówienie",
        ),
        (
            "p-return-01",
            (
                "Options: A) refund 64.00 EUR, B) refund 68.90 EUR, C) deny. Cast your vote: the letter "
                "and one short reason."
            ),
            "A. ",
        ),
    ],
)
def test_a_vote_has_its_reason(open_case: Open, id: str, asked: str, start: str) -> None:
    case = open_case(id)
    assert case.say(f"{case_of(case)}{asked}").text.startswith(start)


def test_a_vote_without_what_is_due_is_not_understood(open_case: Open) -> None:
    case = open_case("p-opened-01")
    options = "A: refund 84.95 EUR\nB: refund 57.20 EUR\nC: deny"
    case.say(f"{case_of(case)}Which of these is right?\n{options}\nAnswer with the letter only.")
    assert not case.readings[-1].understood or case.thoughts[-1].guessed


NEWS = [
    (
        "p-desk-01",
        "The chargeback was closed yesterday in our favour. Does the decision change?",
        "That changes it. With no chargeback open, 119.00 GBP",
    ),
    (
        "p-damaged-02",
        ("She says she told us about the torch by phone on 27 October. Does that make a difference?"),
        "That changes it. With the request on 2026-10-27, 24.00 EUR",
    ),
    (
        "p-return-01",
        "Sie hat den Kessel doch benutzt. Ändert das etwas an der Entscheidung?",
        "Nein, das ändert nichts.",
    ),
    (
        "p-opened-01",
        "Okazało się, że głośnik nie był otwierany. Czy to zmienia decyzję?",
        "Tak, to zmienia decyzję.",
    ),
]


@pytest.mark.parametrize(("id", "asked", "start"), NEWS)
def test_it_is_said_whether_news_change_the_decision(
    open_case: Open, id: str, asked: str, start: str
) -> None:
    case = open_case(id)
    assert talk(case, asked).startswith(start)


@pytest.mark.parametrize(
    "asked",
    [
        "The customer paid by PayPal. Any change?",
        "The speaker was opened by our warehouse, not by him. Does that change anything?",
        "El altavoz llegó el 10 de septiembre. ¿Cambia eso la decisión?",
    ],
)
def test_news_of_which_it_is_not_known_what_comes_of_them(open_case: Open, asked: str) -> None:
    case = open_case("p-opened-01")
    talk(case, asked)
    assert not case.readings[-1].understood


WRONG = "A: Refund 84.95 EUR on HL-203901: the speaker goes back within the 30 days (R-1)."


@pytest.mark.parametrize(
    "asked",
    [
        "Reformulate that in one sentence.",
        "Put that more briefly, for a colleague.",
        "Kürzer bitte.",
        "Formuliere das in einem Satz um.",
        "Can you word that for a colleague who knows the handbook?",
    ],
)
def test_other_words_are_no_other_decision(open_case: Open, asked: str) -> None:
    case = open_case("p-opened-01")
    said = talk(case, WRONG, asked)
    assert "84.95" in said
    assert "72.21" not in said
    assert "R-1" in said


@pytest.mark.parametrize(
    ("asked", "part"),
    [("Dilo en una sola frase.", "corresponde devolver"), ("Rephrase it for a colleague.", "Refund 72.21")],
)
def test_what_was_said_is_said_again(open_case: Open, asked: str, part: str) -> None:
    case = open_case("p-opened-01")
    said = talk(case, asked)
    assert part in said
    assert "72.21" in said


PROPOSED = "Proposed decision: refund {} on HL-203901 under {}.\n\n"
LINES = [
    (
        "84.95 EUR",
        "R-1",
        (
            "For each criterion answer ACCEPT or REJECT, one line each:\nPolicy: the right clause\n"
            "Amount: the sum is right\nOrder: the right order"
        ),
        "Policy: REJECT\nAmount: REJECT\nOrder: ACCEPT",
    ),
    (
        "72.21 GBP",
        "R-2",
        "Policy: PASS or FAIL\nAmount: PASS or FAIL\nCurrency: PASS or FAIL",
        "Policy: PASS\nAmount: PASS\nCurrency: FAIL",
    ),
    (
        "84.95 EUR",
        "R-2",
        (
            "Vérifie : une ligne par critère, CONFORME ou NON CONFORME.\nRègle : la clause est-elle "
            "la bonne ?\nMontant : la somme est-elle juste ?"
        ),
        "Règle: CONFORME\nMontant: NON CONFORME",
    ),
    (
        "57.20 EUR",
        "R-2",
        "Check each, GO/NOGO with the reason after a dash:\n- Clause\n- Sum",
        "Clause: GO - Opened electronics (R-2).\nSum: NOGO - The amount due is 72.21, not 57.20.",
    ),
]


@pytest.mark.parametrize(("sum_", "clause", "asked", "said"), LINES)
def test_each_criterion_is_judged_by_its_own_grounds(
    open_case: Open, sum_: str, clause: str, asked: str, said: str
) -> None:
    case = open_case("p-opened-01")
    assert case.say(f"{case_of(case)}{PROPOSED.format(sum_, clause)}{asked}").text == said


def test_a_criterion_that_is_not_known_declines_all(open_case: Open) -> None:
    case = open_case("p-opened-01")
    asked = "Policy: ACCEPT or REJECT\nAmount: ACCEPT or REJECT\nTone: ACCEPT or REJECT"
    said = case.say(f"{case_of(case)}{PROPOSED.format('72.21 EUR', 'R-2')}{asked}").text
    assert "Tone" in said
    assert not case.readings[-1].understood


def test_every_label_that_fits(open_case: Open) -> None:
    case = open_case("p-desk-01")
    asked = "Multi-label classification. Allowed labels: DEFECT, CHARGEBACK, LATE, RETURN, LEGAL."
    said = case.say(f"{case.mail}\n\n{asked} Output the labels only, comma-separated.").text
    assert said == "DEFECT, CHARGEBACK"


@pytest.mark.parametrize(
    "asked",
    [
        "Did the agent (a) check the order, (b) pay the right sum? Mark each 1-5.",
        "Bewerte den Lauf je Kriterium mit 1 bis 5:\nRichtigkeit:\nHöflichkeit:",
    ],
)
def test_a_run_is_not_marked(open_case: Open, asked: str) -> None:
    case = open_case("p-opened-01")
    run = (
        'assistant: calls get_order(order_id="HL-203901")\ntool: {"id": "HL-203901"}\n'
        'assistant: calls refund(order_id="HL-203901", amount=72.21)\ntool: {"ok": true}'
    )
    case.say(f"{case_of(case)}{run}\n\n{asked}")
    assert not case.readings[-1].understood
