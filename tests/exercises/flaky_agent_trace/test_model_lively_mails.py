"""What customers say by the way: odd counts, use before sending back, conditions, what was settled before."""

from __future__ import annotations

from typing import Any

import pytest

from exercises.flaky_agent_trace.papers.pieces import some
from exercises.flaky_agent_trace.papers.sentences import says
from exercises.flaky_agent_trace.papers.tongues import is_foreign

from .conftest import Open
from .test_model_own_mails import put

Json = Any
NAMES = {"KG-1": "Wine glass, thin", "KG-2": "Decanter", "EL-1": "Shower speaker"}


@pytest.mark.parametrize(
    ("body", "due"),
    [
        ("Zwei Gläser waren kaputt, der Dekanter ist heil. Bitte erstatten.", 36.0),
        ("Five of the wine glasses are fine, the sixth is shattered. Refund for that, please.", 18.0),
        ("Only four of the six wine glasses arrived whole. I'd like my money for the broken ones.", 36.0),
        ("All but one of the wine glasses are cracked! Refund them, please.", 90.0),
        ("Three wine glasses have chips in the rim; the rest and the decanter are lovely.", 54.0),
        ("Every one of the six wine glasses is cracked. The decanter survived.", 108.0),
        ("De las seis copas de vino, dos llegaron rotas. El decantador está perfecto.", 36.0),
        ("Quatre des six verres à vin sont intacts, les deux autres sont cassés.", 36.0),
    ],
)
def test_pieces_are_counted_however_it_is_put(open_case: Open, body: str, due: float) -> None:
    case = open_case("p-continent-01")
    said = put(case, f"Hello, my order HL-209177.\n\n{body}\n\nJürgen Pohl")
    assert not case.readings[-1].understood or (said["action"], said["amount"]) == ("refund", due)


@pytest.mark.parametrize(
    ("body", "due"),
    [
        ("Five of the wine glasses are fine, the sixth is shattered. Refund for that, please.", 18.0),
        ("Zwei Gläser waren kaputt, der Dekanter ist heil. Bitte erstatten.", 36.0),
        ("All but one of the wine glasses are cracked! Refund them, please.", 90.0),
    ],
)
def test_plain_counts_are_understood(open_case: Open, body: str, due: float) -> None:
    said = put(open_case("p-continent-01"), f"Hello, my order HL-209177.\n\n{body}\n\nJürgen Pohl")
    assert (said["action"], said["amount"]) == ("refund", due)


def test_how_many_is_not_guessed(open_case: Open) -> None:
    case = open_case("p-continent-01")
    put(case, "Hello, about the wine glasses of HL-209177: one, I noticed, rings dull. They are cracked.")
    assert not case.readings[-1].understood


@pytest.mark.parametrize(
    ("sentence", "most", "told"),
    [
        ("One's a different green.", 2, True),
        ("Half of them look odd.", 4, True),
        ("We waited for two days.", 4, False),
        ("No one was at home.", 4, False),
    ],
)
def test_some_of_several(sentence: str, most: int, told: bool) -> None:
    assert some(sentence, most) is told


@pytest.mark.parametrize(
    ("body", "amount"),
    [
        ("I used it for a weekend and it is not for me.", 72.21),
        ("I tried it once. It is too small for my bathroom.", 72.21),
        (
            "I had it on for a whole evening; I don't like its sound. It's back in its box.",
            72.21,
        ),
        ("It is still in the shrink wrap, I found a nicer one.", 84.95),
        ("Box never opened, I simply don't need it.", 84.95),
        ("Ich habe ihn einmal ausprobiert, er gefällt mir nicht.", 72.21),
    ],
)
def test_use_is_told_from_an_unbroken_seal(open_case: Open, body: str, amount: float) -> None:
    case = open_case("p-opened-01")
    said = put(case, f"Hello, I'd like to return the shower speaker from HL-203901. {body}\n\nChidi")
    assert (said["action"], said["amount"]) == ("refund", amount)


def test_a_mail_that_says_both_is_not_understood(open_case: Open) -> None:
    case = open_case("p-opened-01")
    put(
        case,
        "I'd like to return the shower speaker from HL-203901. It is unopened. I used it for a week.",
    )
    assert not case.readings[-1].understood


@pytest.mark.parametrize("condition", ["if you haven't shipped it yet", "unless it is on its way already"])
def test_the_record_says_whether_it_was_shipped(open_case: Open, condition: str) -> None:
    first = put(open_case("p-monday-02"), f"Hi, {condition}, please cancel HL-208801.\n\nDeirdre")
    second = put(open_case("p-monday-02"), f"Hi, {condition}, please cancel HL-208512.\n\nDeirdre")
    assert (first["action"], first["amount"]) == ("refund", 83.9)
    assert second["action"] == "deny"


@pytest.mark.parametrize(
    "told",
    [
        "You already gave me 18 back for the scratched edge.",
        "You were kind enough to refund me £18 for the scratch.",
        "I got 18 pounds off for the scratch, thanks for that.",
    ],
)
def test_what_was_given_back_before_is_no_complaint(open_case: Open, told: str) -> None:
    case = open_case("p-earlier-01")
    wish = "I don't need the folding desk any more and want to return it. The mat stays."
    said = put(case, f"Hello. {told} {wish}\n\nRoisin")
    assert (said["action"], said["amount"]) == ("refund", 66.0)


def test_what_is_settled_is_not_asked_for(open_case: Open) -> None:
    case = open_case("p-thread-01")
    body = "The refund for the bench has arrived, thank you. I'd like to return the tray, too small, unused."
    said = put(case, f"Hello. {body}\n\nAlistair Crewe")
    assert (said["action"], said["order_id"], said["amount"]) == ("refund", "HL-206790", 23.0)


@pytest.mark.parametrize(
    "text",
    [
        "Buongiorno, vorrei restituire una delle due sedie, non mi serve più. È ancora imballata.",
        "Hej! Jag vill gärna returnera lampan, den är oöppnad och ligger kvar i kartongen. Tack!",
        "Bom dia, gostaria de devolver o candeeiro, não o quero. Está na caixa, obrigado.",
    ],
)
def test_other_languages_are_declined(open_case: Open, text: str) -> None:
    assert is_foreign(text)
    case = open_case("p-autumn-02")
    put(case, f"{text} HL-206442\n\nMatteo Ricci")
    assert not case.readings[-1].understood


@pytest.mark.parametrize(
    "text",
    [
        "Hello, I would like to return the lamp, please.",
        "Guten Tag, ich möchte die Lampe zurückgeben, sie ist mir zu groß.",
        "Hoi, ik wil de lamp graag terugsturen, hij is te groot voor de tafel.",
        "Dzień dobry, chcę zwrócić lampę, jest za duża na mój stół.",
    ],
)
def test_those_of_customers_are_not_foreign(text: str) -> None:
    assert not is_foreign(text)


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("My mother adores the decanter.", {"issue": None}),
        ("I'd like my money back for it.", {"issue": None}),
        ("I don't need another one of those.", {"issue": None}),
        ("My sister, who's a barrister, loves it.", {"legal": False}),
        ("Our barrister will be in touch.", {"legal": True}),
        ("I have an opinion on everything.", {"whole": False}),
        ("Is it too late to send the decanter back?", {"issue": "changed_mind"}),
        ("The decanter can wait.", {"stays": True}),
        ("Leave the decanter out of it.", {"settled": True}),
    ],
)
def test_a_word_in_passing_is_no_complaint(sentence: str, told: dict[str, Json]) -> None:
    said = says(sentence, NAMES, 2026)
    assert {name: getattr(said, name) for name in told} == told


def test_a_signature_says_nothing(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    said = put(
        case,
        "Hi, take the four spoons of HL-202913 back, unused.\n\nCallum Reid\nSent from a cracked phone",
    )
    assert (said["action"], said["amount"]) == ("refund", 14.0)


@pytest.mark.parametrize(
    "opening", ["Hi, Callum here.", "It's Callum again,", "Callum Reid speaking.", "Callum again!"]
)
def test_who_introduces_himself_is_no_shop(open_case: Open, opening: str) -> None:
    case = open_case("p-damaged-01")
    said = put(
        case, f"{opening}\n\nPlease take the four ramen spoons of HL-202913 back, they are unused.\n\nC."
    )
    assert (said["action"], said["amount"]) == ("refund", 14.0)


def test_all_orders_that_are_named_together_are_concerned(open_case: Open) -> None:
    case = open_case("p-monday-02")
    said = put(
        case, "Hello, please cancel both griddles, HL-208801 and HL-208512. No money for it.\n\nDeirdre"
    )
    assert said["action"] == "escalate"
