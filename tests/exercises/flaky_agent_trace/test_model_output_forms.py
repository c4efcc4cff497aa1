"""The form of an answer that a prompt in another language, or examples in tags, ask for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

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
