"""What is asked in another language than English, and what is asked in words that nobody had."""

from __future__ import annotations

import re

import pytest

from tests.exercises.flaky_agent_trace.conftest import Case, Open

IN_GERMAN = "sind 59.41 EUR zu erstatten"
DUE = {
    "Du bist Sachbearbeiter. Antworte auf Deutsch: Was steht der Kundin zu und warum?": IN_GERMAN,
    "Antworte in zwei bis drei Sätzen auf Deutsch: was ist zu erstatten, und weshalb?": IN_GERMAN,
    "Was würdest du hier tun? Begründe kurz auf Deutsch.": IN_GERMAN,
    "You answer in German. Two sentences: what is due to the customer and why?": IN_GERMAN,
    "Réponds en français : à quoi la cliente a-t-elle droit et pourquoi ?": "59.41 EUR sont à rembourser",
    "Responde en español: ¿qué le corresponde a la clienta y por qué?": "corresponde devolver 59.41 EUR",
    "Waar heeft de klant recht op? Antwoord in het Nederlands.": "moet 59.41 EUR worden terugbetaald",
    "Odpowiedz po polsku: co się klientce należy i dlaczego?": "należy zwrócić 59.41 EUR",
}
LETTERS = {
    "Schreibe der Kundin eine höfliche Antwort auf Deutsch.": "Guten Tag",
    "Formuliere eine Antwort an die Kundin, höchstens vier Sätze.": "Guten Tag",
    "Beantworte diese Mail auf Deutsch.": "Guten Tag",
    "Antworte der Kundin freundlich.": "Guten Tag",
    "Reply to the customer in her own language, three sentences.": "Guten Tag",
    "Reply in the customer's language, sign as Maya.": "Guten Tag",
    "Please respond to the client in French.": "Bonjour",
    "Rédige une réponse à la cliente en français.": "Bonjour",
    "Napisz klientce odpowiedź po polsku.": "Dzień dobry",
}
CODES = (
    "Sprache der Mail als ISO-Code, sonst nichts:",
    "In welcher Sprache ist die Mail? Nur der ISO-Code.",
    "Langue du mail, code ISO uniquement :",
    "Idioma del correo (código ISO, nada más):",
    "Language of the mail as ISO code, nothing else:",
)
UNREAD = (
    "Zähle die Kommas dieser Mail.",
    "Réécris ce mail comme un poème.",
    "List the idioms that the writer uses.",
    "Draw up a haiku of what happened.",
    "Underline every adverb.",
    "Worin unterscheidet sich das von gestern?",
)


@pytest.mark.parametrize(("system", "expected"), DUE.items())
def test_what_is_due_is_told_in_the_language_of_the_question(
    system: str, expected: str, open_case: Open
) -> None:
    case = open_case("p-post-01", model="unerring")
    said = case.say(case.prompt(), system=system).text
    assert case.readings[-1].understood
    assert expected in said
    assert not re.search(r"^(?:Decision|Order|Amount|Reason):", said, re.MULTILINE)


@pytest.mark.parametrize(("system", "greeting"), LETTERS.items())
def test_a_letter_that_is_asked_for_in_any_language_is_one(
    system: str, greeting: str, open_case: Open
) -> None:
    case = open_case("p-post-01", model="unerring")
    facts = "Fakten: erstattet 59,41 EUR, Bestellung HL-212805."
    said = case.say(f"{facts}\n\nMail:\n{case.mail}", system=system).text
    assert case.readings[-1].understood
    assert said.startswith(greeting)
    assert "59,41 EUR" in said


@pytest.mark.parametrize("asked", CODES)
def test_the_code_of_the_language_is_given_alone(asked: str, open_case: Open) -> None:
    case = open_case("p-post-01", model="unerring")
    assert case.say(f"{asked}\n\n{case.mail}").text == "de"


def test_german_labels_are_taken(open_case: Open) -> None:
    case = open_case("p-post-01", model="unerring")
    asked = "Klassifiziere: DEFEKT, WIDERRUF, LIEFERVERZUG, SONSTIGES. Nur das Wort."
    assert case.say(f"{asked}\n\n{case.mail}").text == "WIDERRUF"


@pytest.mark.parametrize("asked", UNREAD)
@pytest.mark.parametrize("whole", [True, False])
def test_what_is_not_understood_gets_neither_summary_nor_decision(
    asked: str, whole: bool, open_case: Open
) -> None:
    case = open_case("p-post-01", model="unerring")
    said = case.say(f"{asked}\n\n{case.prompt() if whole else case.mail}").text
    assert not case.readings[-1].understood
    assert "59.41" not in said
    assert "HL-212805" not in said


def test_a_case_without_a_question_still_gets_one(open_case: Open) -> None:
    case: Case = open_case("p-post-01", model="unerring")
    assert "HL-212805" in case.say(case.mail).text
    assert case.readings[-1].understood
    assert "59.41" in case.say(case.prompt()).text
    assert case.readings[-1].understood
