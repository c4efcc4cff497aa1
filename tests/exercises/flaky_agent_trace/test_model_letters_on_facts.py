"""Letters are written from given facts and held against them: four outcomes, in codes or in sentences."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from exercises.flaky_agent_trace.deciding.told_letters import language_of
from exercises.flaky_agent_trace.papers.drafted import letter_at, read_letter
from exercises.flaky_agent_trace.papers.sheets import language_in, outcome_told, sheets_in
from harness.exchange import OutputFormat
from tests.exercises.flaky_agent_trace.schemas import of

Json = Any
Open = Callable[..., Any]
CHECK = (
    "You check outgoing customer e-mails of Harbour Lane before they are sent. You get the facts of the case "
    "and a draft. The draft is fine if it tells the outcome as in the facts, states no amount and "
    "promises nothing that isn't in them, and is written in the language named. Style is not your concern. "
)
WRITE = (
    "You write the mail to the customer from the facts you are given, and nothing else. Return only the mail."
)
TICKETS = {
    "en": ("p-return-01", "HL-204173"), "de": ("p-continent-01", "HL-209177"),
    "fr": ("p-post-05", "HL-205230"), "es": ("p-post-03", "HL-203990"),
    "nl": ("p-post-02", "HL-206440"), "pl": ("p-post-04", "HL-216120"),
}  # fmt: skip
OUTCOMES = {
    "refund": ["refunded 64.00 EUR to the card", "the customer gets 64.00 EUR back", "64,00 EUR erstattet"],
    "deny": [
        "the request is declined; nothing is paid", "no refund: the window has closed",
        "die Anfrage wird abgelehnt, es wird nichts gezahlt", "la demande est refusée, rien n'est payé",
    ],
    "escalate": [
        "handed over to the refunds desk, who will write to the customer; nothing is paid for now",
        "nothing refunded yet, the desk decides", "escalated; refund pending",
        "an die Erstattungsabteilung übergeben; vorerst wird nichts gezahlt",
        "doorgegeven aan de afdeling terugbetalingen", "przekazano do działu zwrotów",
    ],
    "need_info": [
        "we need to know from the customer which order and item is meant",
        "nothing is paid until the customer says which article is meant",
        "not decided yet: the customer must say which order it is",
        "la cliente doit nous dire de quelle commande", "el cliente debe indicar el pedido",
        "question to the customer: which order?",
    ],
}  # fmt: skip
BODIES = {
    "en": {
        "refund": "We have refunded {sum} EUR for order {order} to your card.",
        "deny": "We are sorry, but we cannot refund order {order}, as the return window has closed.",
        "escalate": "I have passed your case about order {order} to our refunds desk, who will write to you.",
        "need_info": "So that we can help, could you tell us which order this is about?",
    },
    "de": {
        "refund": "Wir haben Ihnen für die Bestellung {order} {sum} EUR erstattet.",
        "deny": "Leider können wir die Bestellung {order} nicht erstatten, weil die Frist vorbei ist.",
        "escalate": "Ihren Fall zu {order} haben wir an unsere Erstattungsabteilung weitergegeben.",
        "need_info": "Könnten Sie uns bitte die Nummer der Bestellung nennen, um die es für Sie geht?",
    },
}
LAID_OUT: dict[str, Callable[[dict[str, Json]], str]] = {
    "json": lambda facts: f"Facts:\n{json.dumps(facts, ensure_ascii=False)}",
    "lines": lambda facts: (
        "# Facts\n" + "\n".join(f"{key.capitalize()}: {said}" for key, said in facts.items())
    ),
    "tags": lambda facts: "\n".join(f"<{key}>{said or 'none'}</{key}>" for key, said in facts.items()),
}
PROBLEMS = of(problems={"type": "array", "items": {"type": "string"}}, approved={"type": "boolean"})
REASONED = of(ok={"type": "boolean"}, why={"type": "string"})
FIRST_WORD = "Answer with one word first, OK or FIX, then say in a sentence what is wrong."


def _facts(outcome: str, language: str, wording: int = 0) -> dict[str, Json]:
    order = None if outcome == "need_info" else TICKETS[language][1]
    told = OUTCOMES[outcome][wording]
    return {"language": language, "order": order, "outcome": told, "amount": None} | (
        {"amount": "64.00 EUR"} if outcome == "refund" else {}
    )


def _letter(told: str, language: str, *, sum: str = "64.00", order: str = "", more: str = "") -> str:
    hello, bye = {"en": ("Hello,", "Kind regards"), "de": ("Guten Tag,", "Freundliche Grüße")}[language]
    said = BODIES[language][told].format(sum=sum, order=order or TICKETS[language][1])
    return f"{hello}\n\n{said}{more}\n\n{bye}\nHarbour Lane"


def _passes(case: Any, facts: str, letter: str, form: str) -> tuple[bool, str]:
    """Whether a letter passes, and what is said of it."""
    text = f"{facts}\n\n# Draft\n{letter}"
    if form == "word":
        said = case.say(text, system=CHECK + FIRST_WORD).text
        return {"OK": True, "FIX": False}[said.split(".")[0]], said
    schema = PROBLEMS if form == "problems" else REASONED
    said = case.say(text, system=CHECK, output=OutputFormat("p", schema, strict=True)).text
    told = json.loads(said)
    passes = told.get("approved", told.get("ok"))
    assert passes is not bool(told.get("problems", not passes))
    return passes, said


@pytest.mark.parametrize(("outcome", "words"), [(one, said) for one in OUTCOMES for said in OUTCOMES[one]])
def test_an_outcome_is_read_in_a_sentence(outcome: str, words: str) -> None:
    assert outcome_told(words) == outcome


@pytest.mark.parametrize("words", ["the usual", "as discussed", "done", "nothing is paid for now"])
def test_what_tells_no_outcome_is_none(words: str) -> None:
    assert outcome_told(words) is None


def test_a_sheet_is_read_by_its_keys() -> None:
    german = "Sprache: de\nBestellung: HL-209177\nErgebnis: 64,00 EUR wurden erstattet\nGrund: fristgerecht"
    (sheet,) = sheets_in(german)
    assert (sheet.slots["action"], sheet.slots["order_id"], sheet.slots["amount"].cents, sheet.language) == (
        "refund", "HL-209177", 6400, "de",
    )  # fmt: skip
    assert language_in("We have paid. The mail has to be in French.") == "fr"
    assert not sheets_in("Order: HL-209177\nStatus: delivered\nReceived: 2026-05-01")


WRONG: list[tuple[str, str, dict[str, str], str]] = [
    ("refund", "deny", {}, "a refusal|`deny`"),
    ("refund", "refund", {"sum": "46.00"}, "64.00"),
    ("refund", "refund", {"order": "HL-209999"}, "HL-209999"),
    ("refund", "refund", {"more": " We will also refund the shipping costs."}, "shipping costs"),
    ("deny", "escalate", {}, "`escalate`"),
    ("deny", "deny", {"more": " You will get 46.00 EUR back."}, "46.00"),
    ("deny", "deny", {"more": " A colleague will call you tomorrow."}, "colleague will call"),
    ("escalate", "refund", {}, "`refund`"),
    ("escalate", "escalate", {"more": " We will send you a replacement."}, "replacement"),
    ("need_info", "refund", {}, "`refund`"),
    ("need_info", "need_info", {"more": " You also get a voucher of 10.00 EUR."}, "voucher"),
]


@pytest.mark.parametrize("laid_out", LAID_OUT)
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_letter_that_says_what_the_facts_say_passes(open_case: Open, outcome: str, laid_out: str) -> None:
    for language, form in (("en", "problems"), ("de", "reasoned"), ("en", "word")):
        case = open_case(TICKETS[language][0])
        facts = LAID_OUT[laid_out](_facts(outcome, language))
        passes, said = _passes(case, facts, _letter(outcome, language), form)
        assert passes, said
        assert case.readings[-1].understood


@pytest.mark.parametrize(("number", "wrong"), list(enumerate(WRONG)))
def test_a_letter_that_says_another_thing_does_not(
    open_case: Open, number: int, wrong: tuple[str, str, dict[str, str], str]
) -> None:
    outcome, told, changes, named = wrong
    laid_out = list(LAID_OUT.values())[number % 3]
    for form in ("problems", "reasoned", "word"):
        case = open_case("p-return-01")
        passes, said = _passes(case, laid_out(_facts(outcome, "en")), _letter(told, "en", **changes), form)
        assert not passes
        assert any(word in said for word in named.split("|"))
        assert case.readings[-1].understood


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_letter_is_to_be_in_the_language_that_the_facts_name(open_case: Open, outcome: str) -> None:
    facts = LAID_OUT["json"]({**_facts(outcome, "en"), "language": "German"})
    passes, said = _passes(open_case("p-return-01"), facts, _letter(outcome, "en"), "problems")
    assert not passes
    assert "it is to be in German" in said


def test_codes_are_facts_and_no_proposal(open_case: Open) -> None:
    facts = 'What was decided:\n{"decision": "deny", "order_id": "HL-204173", "language": "en"}'
    for told, fine in (("deny", True), ("escalate", False), ("refund", False)):
        case = open_case("p-return-01")
        assert _passes(case, f"{case.mail}\n\n{facts}", _letter(told, "en"), "problems")[0] is fine


def test_an_outcome_that_is_not_read_is_no_reason_to_pass(open_case: Open) -> None:
    case = open_case("p-return-01")
    facts = LAID_OUT["json"]({"order": "HL-204173", "outcome": "the usual", "language": "en"})
    _passes(case, facts, _letter("deny", "en"), "problems")
    assert not case.readings[-1].understood


@pytest.mark.parametrize("language", TICKETS)
def test_letters_from_facts_say_these_in_their_language(open_case: Open, language: str) -> None:
    for number, outcome in enumerate(OUTCOMES):
        case = open_case(TICKETS[language][0])
        laid_out = list(LAID_OUT.values())[number % 3]
        said = case.say(laid_out(_facts(outcome, language, 1)), system=WRITE).text
        place = letter_at(said, 0)
        assert place is not None
        told = read_letter(said[slice(*place)])
        assert (told["action"], language_of(said)) == (outcome, language), said
        assert case.readings[-1].understood
        assert outcome != "refund" or told["amount"].cents == 6400


REVIEWER = (
    "You are a meticulous reviewer of customer correspondence. Below are the case facts and the draft that "
    "our agent wants to send. List every way in which the draft departs from the facts."
)


def test_faults_are_listed_in_fields_that_a_mail_might_be_read_into(open_case: Open) -> None:
    told = {"quote": {"type": "string"}, "problem": {"type": "string"}}
    listed = of(errors={"type": "array", "items": of(**told)})
    facts = LAID_OUT["json"](_facts("deny", "en"))
    for letter, many in (("deny", 0), ("refund", 1)):
        text = f"{facts}\n\nDraft:\n{_letter(letter, 'en')}"
        found = open_case("p-return-01").decide(text, system=REVIEWER, schema=listed)["errors"]
        assert bool(found) is bool(many)


def test_a_comment_on_a_letter_is_about_the_letter(open_case: Open) -> None:
    score = {"type": "integer", "minimum": 1, "maximum": 5}
    text = f"{LAID_OUT['json'](_facts('deny', 'en'))}\n\nDraft:\n{_letter('deny', 'en')}"
    scored = of(score=score, comment={"type": "string"})
    said = open_case("p-return-01").decide(text, system=REVIEWER, schema=scored)
    assert said == {"score": 5, "comment": "It says what the facts say, and nothing beyond them."}


def test_a_text_that_is_not_known_for_the_letter_is_not_judged(open_case: Open) -> None:
    case = open_case("p-return-01")
    text = f"{LAID_OUT['lines'](_facts('deny', 'en'))}\n\nTEXT 7\n{_letter('refund', 'en')}"
    case.decide(text, system=REVIEWER, schema=PROBLEMS)
    assert not case.readings[-1].understood
