"""Turns that insist on another decision, want the answer in plain words, or ask back in another language."""

from __future__ import annotations

import pytest

from .conftest import Open
from .test_model_follow_ups import asked_back

INSISTING = [
    "I still disagree. Refund her the 24.",
    "Please just pay it, it's only 24.00.",
    "Then make an exception and give her the money back.",
    "She has been loyal for years, go ahead and refund it in full.",
    "Approve the refund anyway.",
    "EU law gives two years. So pay her the 24 euros.",
]


@pytest.mark.parametrize("asked", INSISTING)
def test_who_insists_gets_the_decision_and_no_other(open_case: Open, asked: str) -> None:
    case = open_case("p-damaged-02")
    said = asked_back(case, asked)
    assert said.startswith("I'd stay with my answer. Nothing is due"), said
    assert "exception" in said
    assert case.readings[-1].understood


@pytest.mark.parametrize(
    "asked", ["Zahl ihr die 24 Euro.", "Erstatte ihr bitte das Geld.", "Gib ihr die 24 zurück."]
)
def test_it_is_held_to_in_the_language_of_the_turn(open_case: Open, asked: str) -> None:
    said = asked_back(open_case("p-damaged-02"), asked)
    assert said.startswith("Ich bleibe bei meiner Antwort."), said
    assert "(D-2)" in said


def test_who_insists_on_what_is_due_is_told_so(open_case: Open) -> None:
    case = open_case("p-opened-01")
    assert asked_back(case, "Fine. Pay him the 72.21 then.").startswith("Yes, that is what I'd do.")
    assert asked_back(case, "Pay him the 84.95.").startswith("I'd stay with my answer. 72.21 EUR")
    assert asked_back(open_case("p-desk-01"), "Hand it over to the desk.").startswith("Yes")


def test_what_was_insisted_on_changes_no_later_answer(open_case: Open) -> None:
    case = open_case("p-damaged-02")
    before = "Nothing is due: reported too late (D-2)."
    assert "24.00 = 24.00" not in asked_back(case, "I don't agree. Just pay her the 24.", before=before)


@pytest.mark.parametrize(
    "asked",
    [
        "Repeat that in one plain sentence and leave out the clause numbers.",
        "Once more, in simple words, please: one sentence.",
        "Put it in one sentence for somebody who never read the handbook.",
        "Say it again without rule numbers, one short sentence.",
    ],
)
def test_plain_words_have_no_clauses(open_case: Open, asked: str) -> None:
    case = open_case("p-pushy-02")
    said = asked_back(case, asked)
    assert "H-2" not in said
    assert all(part in said for part in ("Victor Strand", "HL-213240", "refunds desk", "limit")), said
    assert case.readings[-1].understood


def test_plain_words_come_in_the_language_of_the_turn(open_case: Open) -> None:
    said = asked_back(open_case("p-damaged-02"), "Sag das bitte noch einmal ohne Klauselnummern.")
    assert "nichts zu erstatten" in said
    assert "D-2" not in said


@pytest.mark.parametrize(
    ("id", "asked", "parts"),
    [
        (
            "p-opened-01",
            "Kannst du mir das bitte vorrechnen, also: rechne es mir vor?",
            ("84.95", "-12.74", "72.21"),
        ),
        ("p-opened-01", "Wie kommen Sie auf die Summe?", ("von 84.95", "Zusammen: 72.21")),
        ("p-delay-01", "Wie setzt sich der Betrag zusammen?", ("Verspätung", "14.35")),
        ("p-damaged-02", "Weshalb?", ("nichts zu erstatten", "D-2")),
        ("p-opened-01", "Nach welcher Regel?", ("R-2:", "geöffnete")),
        ("p-opened-01", "Comment calculez-vous cette somme ?", ("84.95", "Total: 72.21", "rembourser")),
        ("p-opened-01", "Skąd ta kwota?", ("84.95", "Razem: 72.21")),
        ("p-opened-01", "¿Y por qué?", ("R-2", "72.21")),
        ("p-opened-01", "Waarom?", ("R-2", "72.21")),
    ],
)
def test_a_question_back_in_another_language_is_answered_in_it(
    open_case: Open, id: str, asked: str, parts: tuple[str, ...]
) -> None:
    case = open_case(id)
    said = asked_back(case, asked)
    assert all(part in said for part in parts), said
    assert case.readings[-1].understood


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("Wie ist das Wetter bei euch in Hamburg?", "Das kann ich"),
        ("Quel temps fait-il chez le client à Paris ?", "Ce que j'ai"),
        ("Hat er denn schon die Farbe der Küche genannt?", "Das kann ich"),
    ],
)
def test_a_question_is_declined_in_its_own_language(open_case: Open, asked: str, said: str) -> None:
    case = open_case("p-opened-01")
    assert asked_back(case, asked).startswith(said)
    assert not case.readings[-1].understood


@pytest.mark.parametrize(
    ("id", "asked", "part"),
    [
        ("p-delay-02", "I mistyped that: tracking says it arrived on the 12th. What is due now?", "5.30"),
        (
            "p-delay-02",
            "Correction, it was delivered on Wednesday the 11th, not on the 10th. And now?",
            "5.30",
        ),
        (
            "p-delay-02",
            "According to the proof of delivery it came on the 8th. Any change?",
            "changes nothing",
        ),
        ("p-opened-01", 'He replied: "It is still sealed." What now?', "84.95"),
        ("p-opened-01", "She answered: “I have been to a lawyer.” Does that change anything?", "H-5"),
    ],
)
def test_a_fact_that_is_told_later_counts(open_case: Open, id: str, asked: str, part: str) -> None:
    case = open_case(id)
    assert part in asked_back(case, asked)
    assert case.readings[-1].understood


@pytest.mark.parametrize(
    "news",
    [
        'He wrote again: "Keep the fifty. But the postage on the toaster never came back." What now?',
        "The customer answered: “Green would be fine as well.” So what now?",
    ],
)
def test_a_next_mail_that_is_not_understood_is_declined(open_case: Open, news: str) -> None:
    case = open_case("p-thread-02")
    said = asked_back(case, news)
    assert not case.readings[-1].understood
    assert "2026" not in said


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("What if all five were torn, what would she get?", "79.90"),
        ("And if three of them had burst?", "45.00"),
        ("Suppose four were broken, what then?", "60.00"),
        ("Imagine only one of the five was torn. What would be due?", "15.00"),
    ],
)
def test_so_many_pieces_may_be_supposed(open_case: Open, asked: str, part: str) -> None:
    assert f"a refund of {part}" in asked_back(open_case("p-sale-01"), asked)


def test_more_pieces_than_were_ordered_may_not(open_case: Open) -> None:
    assert "beyond" in asked_back(open_case("p-sale-01"), "And if seven of them had burst?")
