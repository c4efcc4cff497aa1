"""The form of an answer that a prompt in another language, or examples in tags, ask for."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from harness.exchange import Message, Request, Text
from tests.exercises.flaky_agent_trace.conftest import Case

OpenCase = Callable[..., Case]

FORMS = {
    "fr": "Tu appliques le règlement et tu réponds. Complète le formulaire ci-dessous, sans commentaire :\n\n"
    "COMMANDE: numéro\nDECISION: REMBOURSE | REFUS | TRANSMIS | QUESTION\nMONTANT: 0.00",
    "de": "Du entscheidest über Erstattungen. Antworte mit genau diesen Zeilen:\n\n"
    "BESTELLUNG: Nummer\nENTSCHEIDUNG: ERSTATTEN | ABLEHNEN | WEITERLEITEN | FRAGEN\nBETRAG: 0.00",
    "es": "Decides sobre reembolsos. Rellena esta ficha, tal cual:\n\n"
    "PEDIDO: número\nDECISION: REEMBOLSAR | DENEGAR | ESCALAR | PREGUNTAR\nIMPORTE: 0.00",
    "nl": "Je beslist over terugbetalingen. Vul dit formulier in, zonder meer:\n\n"
    "BESTELLING: nummer\nBESLISSING: TERUGBETALEN | WEIGEREN | DOORSTUREN | VRAGEN\nBEDRAG: 0.00",
    "pl": "Decydujesz o zwrotach. Wypełnij formularz i nic więcej:\n\n"
    "ZAMÓWIENIE: numer\nDECYZJA: ZWROT | ODMOWA | PRZEKAZANIE | PYTANIE\nKWOTA: 0.00",
}


@pytest.mark.parametrize("language", FORMS)
def test_lines_announced_in_another_language_are_the_form(open_case: OpenCase, language: str) -> None:
    case = open_case("p-return-01")
    form = FORMS[language]
    labels = [line.partition(":")[0] for line in form.split("\n\n")[1].splitlines()]
    said = case.say(case.prompt(), system=form).text
    assert [line.partition(":")[0] for line in said.splitlines()] == labels


SHOWN = (
    ("Mail: The vase of HL-100410 was in splinters.", "Broken, told in time: 12.50.", "REFUND", "12.50"),
    ("Mail: HL-100418, a bit big for us after all.", "Day 45 is too late.", "DECLINE", "0.00"),
)


def _answer(order: str, because: str, ruling: str, sum: str) -> str:
    return (
        f"<result>\n<because>{because}</because>\n<order>{order}</order>\n<decision>{ruling}</decision>\n"
        f"<sum>{sum}</sum>\n</result>"
    )


def test_the_elements_of_the_examples_are_all_filled(open_case: OpenCase) -> None:
    case = open_case("p-return-01")
    messages = [Message("system", (Text("Rule on refunds. Reason in <because> first, then fill the rest."),))]
    for mail, because, ruling, sum in SHOWN:
        messages.append(Message("user", (Text(mail),)))
        order = mail[mail.index("HL-") :][:9]
        messages.append(Message("assistant", (Text(_answer(order, because, ruling, sum)),)))
    messages.append(Message("user", (Text(case.prompt()),)))
    said = case.ask(Request("m", tuple(messages))).text
    expected = case.scenario.expected["outcomes"][0]
    assert said.startswith("<result>\n<because>")
    assert said.endswith(
        f"</because>\n<order>{expected['order']}</order>\n<decision>REFUND</decision>\n"
        f"<sum>{expected['amount']}</sum>\n</result>"
    )


WRITERS = {
    "pl": "Redagujesz odpowiedzi sklepu. Decyzja zapadła. Napisz do klienta list na podstawie danych "
    "(JSON).\nstatus=denied: wyjaśnij odmowę; status=refunded: podaj kwotę. Nic poza listem.",
    "de": "Du formulierst die Post des Ladens. Es ist entschieden. Schreibe dem Kunden einen Brief nach den "
    "Daten (JSON).\nstatus=denied: begründe; status=refunded: nenne die Summe. Nichts als den Brief.",
    "fr": "La décision est prise. Rédige une lettre au client d'après les données (JSON).\n"
    "status=denied : explique ; status=refunded : donne la somme. Rien d'autre que la lettre.",
    "es": "La decisión está tomada. Redacta una carta al cliente según los datos (JSON).\n"
    "status=denied: explica; status=refunded: di el importe. Nada más que la carta.",
    "nl": "Het besluit is genomen. Schrijf een brief aan de klant volgens de gegevens (JSON).\n"
    "status=denied: leg uit; status=refunded: noem het bedrag. Niets anders dan de brief.",
}


@pytest.mark.parametrize("language", WRITERS)
def test_facts_in_json_are_no_form_of_a_letter(open_case: OpenCase, language: str) -> None:
    case = open_case("p-return-01")
    expected = case.scenario.expected["outcomes"][0]
    facts = {"status": "refunded", "order": expected["order"], "amount": "17.35", "currency": "GBP"}
    data = f"DATA\n```json\n{json.dumps(facts, indent=2)}\n```\n\n{case.mail}"
    said = case.say(data, system=WRITERS[language]).text
    assert "{" not in said
    assert expected["order"] in said
    assert "17.35" in said
    assert "\n\n" in said


@pytest.mark.parametrize(
    ("asked", "label"),
    [
        ("First line: `Subject: ...`, then an empty line and the letter.", "Subject"),
        ("Start it with a 'Subject: ...' line.", "Subject"),
        ("Erste Zeile: „Betreff: …“, dann der Brief.", "Betreff"),
        ("Première ligne : « Objet : … », puis la lettre.", "Objet"),
        ("Pierwszy wiersz: „Temat: …”, potem list.", "Temat"),
    ],
)
def test_a_letter_begins_with_the_subject_that_is_asked_for(
    open_case: OpenCase, asked: str, label: str
) -> None:
    case = open_case("p-return-01")
    order = case.scenario.expected["outcomes"][0]["order"]
    told = f"Decision: refunded, 17.35 GBP for {order}.\n\n{case.mail}"
    said = case.say(told, system=f"Write the reply to the customer. {asked}").text
    first, blank, _ = said.split("\n", 2)
    assert first.startswith(f"{label}: ")
    assert order in first
    assert not blank


def test_no_subject_stands_above_a_letter_that_is_only_told_of_one(open_case: OpenCase) -> None:
    case = open_case("p-return-01")
    order = case.scenario.expected["outcomes"][0]["order"]
    told = f"Decision: refunded, 17.35 GBP for {order}.\n\n{case.mail}"
    said = case.say(told, system="Write the reply to the customer. The mail has a `Subject:` line.").text
    assert not said.startswith("Subject")


IN_WORDS = (
    (
        "Think for a moment first. Then finish with exactly these lines and no others:\n\n"
        "RULING: REFUND or DECLINE or PASS ON or ENQUIRE\nORDER NO: the number of the order, or none\n"
        "SUM: what is paid back, such as 31.70, or 0\nBECAUSE: one sentence"
    ),
    (
        "First reason in a few notes.\n\nThe answer has only these lines:\n\n"
        "ORDER: the order's number, for example HL-100401, or none\nOUTCOME: refund, deny, escalate or ask\n"
        "AMOUNT: the sum, or none"
    ),
    (
        "Close with precisely these lines:\nVERDICT: APPROVE or REJECT or ESCALATE or ASK\n"
        "RULE: the clause, like R-2\nAMOUNT: the sum, e.g. 12.50, or 0"
    ),
)


@pytest.mark.parametrize("form", IN_WORDS)
def test_lines_whose_options_stand_in_words_are_the_form(open_case: OpenCase, form: str) -> None:
    case = open_case("p-return-01")
    labels = [line.partition(":")[0] for line in form.rpartition("\n\n")[2].splitlines() if ": " in line]
    said = case.say(case.prompt(), system=f"You rule on refunds by the handbook. {form}").text
    assert [line.partition(":")[0] for line in said.splitlines()[-len(labels) :]] == labels


PAIRED = (
    ("LINES: SKU=pieces, separated by commas, or none", "="),
    ("ARTICLES: as sku:qty, with semicolons between, or none", ":"),
    ("ITEMS: what goes back, such as OD-1120=2, OD-1460=1, or none", "="),
    ("GOODS: <sku> x <quantity> of every line concerned, or none", " x "),
)


@pytest.mark.parametrize(("line", "sign"), PAIRED)
def test_things_with_their_number_are_written_as_the_line_says(
    open_case: OpenCase, line: str, sign: str
) -> None:
    case = open_case("p-damaged-01")
    system = (
        "You rule on refunds by the handbook. Answer with exactly these lines:\n"
        f"DECISION: REFUND or DENY or ESCALATE or ASK\nORDER: the number, or none\n{line}\n"
        "AMOUNT: the sum, or 0"
    )
    said = case.say(case.prompt(), system=system).text.splitlines()
    assert said[2] == f"{line.partition(':')[0]}: KD-3307{sign}2"
