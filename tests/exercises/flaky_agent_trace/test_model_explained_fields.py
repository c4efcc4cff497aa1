"""What a prompt says of its own fields is read: options, what a yes means, when nothing is to stand there."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.simulation.forms.explained_fields import explained, with_told
from harness.simulation.reading.blobs import outside

Open = Callable[..., Any]
NOTES = """Read the mail and note what it says, as JSON like this (invented) example:

{"ref": "HL-100200", "sort": "other", "unpacked": "yes", "second_matter": false, "attorney": true}

ref - the number of the order. Write "open" where the mail does not settle it.
sort - one of: no_longer_wanted, defect, mixed_up, behind_time, lost, call_off, else_. lost = no parcel
unpacked - yes / no / not_said. Has the thing been used?
second_matter - true only when the customer asks for something on more than one order.
attorney - true if a lawyer or a court is brought up.
"""


def _noted(case: Any, system: str) -> dict[str, Any]:
    said = json.loads(case.say(case.prompt(handbook="none"), system=system).text)
    assert isinstance(said, dict)
    return said


def test_options_in_prose_are_what_a_field_says(open_case: Open) -> None:
    case = open_case("p-return-01")
    noted = _noted(case, NOTES)
    assert noted["sort"] == "no_longer_wanted"
    assert noted["unpacked"] in {"yes", "no", "not_said"}
    assert noted["ref"].startswith("HL-")
    assert noted["second_matter"] is False
    assert not case.thoughts[-1].guessed


def test_the_word_for_what_cannot_be_told_stands_there() -> None:
    names = ("ref", "sort", "unpacked", "why")
    schema = {"type": "object", "properties": {name: {"type": "string"} for name in names}}
    told = with_told(schema, NOTES, enforced=False)["properties"]
    assert (told["ref"]["untold"], told["unpacked"]["untold"]) == ("open", "not_said")
    assert "untold" not in told["sort"]
    assert told["why"] == {"type": "string"}


@pytest.mark.parametrize(
    ("line", "options"),
    [
        ("state: sealed / opened / not_said. Was it used?", ["sealed", "opened", "not_said"]),
        ("- `state` (string): one of a_b, c_d or e_f", ["a_b", "c_d", "e_f"]),
        ('"state" is "keeps", "returns" or "undecided".', ["keeps", "returns", "undecided"]),
        ("- state: what the customer paid, per piece, VAT included", None),
        ("state: the customer's name or address", None),
    ],
)
def test_only_what_is_offered_is_an_option(line: str, options: list[str] | None) -> None:
    schema = {"type": "object", "properties": {"state": {"type": "string"}, "x": {"type": "string"}}}
    told = with_told(schema, f"{line}\n- x: anything else of note", enforced=True)["properties"]["state"]
    assert told.get("enum") == options


DATA = (
    "status: delivered",
    "order: HL-200100, placed 2026-09-02",
    '{"status": "delivered", "order": "HL-200100"}',
    'status: "open" | "closed",\norder: string | null;',
    "If none applies, status is empty and order is null: most mails are like that.",
)


@pytest.mark.parametrize("text", DATA)
def test_data_and_declarations_explain_nothing(text: str) -> None:
    assert explained(outside(text), {"status", "order"}) == {}


def _flag(name: str) -> dict[str, Any]:
    return {
        "type": "object", "properties": {name: {"type": "boolean"}, "order_id": {"type": "string"}},
        "required": [name, "order_id"], "additionalProperties": False,
    }  # fmt: skip


CLAIMS = (
    ("p-sale-02", "mark_a", "`mark_a` is true if an attorney or a court is mentioned as a threat.", True),
    ("p-return-01", "mark_a", "`mark_a` is true if an attorney or a court is mentioned as a threat.", False),
    ("p-desk-02", "mark_b", "- mark_b: true when someone wants something for two or more orders", True),
    ("p-return-01", "mark_b", "- mark_b: true when someone wants something for two or more orders", False),
    ("p-post-05", "mark_c", "- mark_c: whether the order was bought as a gift", True),
)


@pytest.mark.parametrize(("id", "name", "told", "holds"), CLAIMS)
def test_a_yes_without_a_name_means_what_is_said_of_it(
    open_case: Open, id: str, name: str, told: str, holds: bool
) -> None:
    case = open_case(id)
    said = case.decide(case.prompt(), system=f"Note the facts.\n{told}", schema=_flag(name))
    assert said[name] is holds
    assert case.thoughts[-1].guessed == ()


@pytest.mark.parametrize(
    "told", ["whether the weather was bad", "true if the decision is to pay", "false: most mails are so"]
)
def test_what_says_nothing_of_the_case_stays_a_guess(open_case: Open, told: str) -> None:
    case = open_case("p-return-01")
    case.decide(case.prompt(), system=f"Note the facts.\n- mark_d: {told}", schema=_flag("mark_d"))
    assert case.thoughts[-1].guessed == ("mark_d",)


def test_a_sum_that_is_only_for_refunds_is_null_without_one(open_case: Open) -> None:
    properties = {
        "ruling": {"type": "string", "enum": ["REFUND", "DENY", "ESCALATE", "ASK"]},
        "sum_cents": {"type": ["integer", "null"]},
    }
    schema = {"type": "object", "properties": properties, "required": [*properties]}
    rule = "Decide.\n- `sum_cents` is the money to pay, in cents, only with REFUND. Otherwise null."
    for id in ("p-return-01", "p-delay-02", "p-delay-01", "p-return-02", "p-damaged-02"):
        case = open_case(id)
        said = case.decide(case.prompt(), system=rule, schema=schema)
        assert (said["sum_cents"] is None) is (said["ruling"] != "REFUND"), id


def _form(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object", "properties": properties, "required": [*properties], "additionalProperties": False,
    }  # fmt: skip


STRING, FLAG = {"type": "string"}, {"type": "boolean"}
FORMS = {
    "de": ("bestellnummer", "art_des_anliegens", "positionen", "menge", "absender_bestaetigt",
           ["rücksendung", "mangel", "verspätung", "sonstiges"]),
    "fr": ("numero_de_commande", "type_de_demande", "articles_concernes", "quantite", "expediteur_autorise",
           ["rétractation", "défaut", "retard", "autre"]),
    "es": ("numero_de_pedido", "tipo_de_solicitud", "articulos", "cantidad", "remitente_autorizado",
           ["desistimiento", "defecto", "retraso", "otro"]),
    "nl": ("bestelnummer", "soort_verzoek", "artikelen", "aantal", "afzender_bevoegd",
           ["herroeping", "gebrek", "te_laat", "overig"]),
    "pl": ("numer_zamówienia", "rodzaj_sprawy", "artykuly", "ilosc", "nadawca_uprawniony",
           ["odstapienie", "wada", "opoznienie", "inne"]),
}  # fmt: skip


@pytest.mark.parametrize("names", FORMS.values(), ids=FORMS)
def test_an_extraction_form_has_names_in_other_languages(open_case: Open, names: tuple[Any, ...]) -> None:
    order, kind, items, count, sender, options = names
    part = _form(sku=STRING, **{count: {"type": "integer"}})
    schema = _form(**{
        order: STRING, kind: {"type": "string", "enum": options}, items: {"type": "array", "items": part},
        sender: FLAG,
    })  # fmt: skip
    case = open_case("p-damaged-01")
    said = case.decide(case.prompt(handbook="none"), system="Note the facts.", schema=schema)
    assert said == {
        order: "HL-202913", kind: options[1], items: [{"sku": "KD-3307", count: 2}], sender: True,
    }  # fmt: skip
    assert case.thoughts[-1].guessed == ()


WHY = {"mehrere_bestellungen": "p-desk-02", "rechtsanwalt": "p-sale-02", "fremde_bestellung": "p-names-03"}


@pytest.mark.parametrize(("ground", "id"), WHY.items())
def test_reasons_for_a_handover_hold_before_any_decision(open_case: Open, ground: str, id: str) -> None:
    listed = {"type": "array", "items": {"type": "string", "enum": [*WHY]}}
    case = open_case(id)
    said = case.decide(
        case.prompt(handbook="none"), system="Halte den Fall fest.",
        schema=_form(bestellnummer=STRING, eskalationsgruende=listed, sprache=STRING),
    )  # fmt: skip
    assert said["eskalationsgruende"] == [ground]


@pytest.mark.parametrize(
    ("id", "reasons"), [("p-sale-02", ["lawyer"]), ("p-desk-02", ["more_than_one_order"]), ("p-delay-01", [])]
)
def test_a_case_goes_to_people_for_the_reasons_beside_it(
    open_case: Open, id: str, reasons: list[str]
) -> None:
    listed = {"type": "array", "items": {"type": "string", "enum": ["lawyer", "more_than_one_order"]}}
    case = open_case(id)
    said = case.decide(
        case.mail, system="Does the mail go to people?", schema=_form(reasons=listed, pass_to_people=FLAG)
    )
    assert said == {"reasons": reasons, "pass_to_people": bool(reasons)}
    assert case.thoughts[-1].guessed == ()


def test_orders_that_are_asked_on_besides(open_case: Open) -> None:
    schema = _form(order_id=STRING, also_asked_about={"type": "array", "items": STRING}, request_now=STRING)
    two, one = open_case("p-desk-02"), open_case("p-return-01")
    said = two.decide(two.prompt(), system="Note the facts.", schema=schema)
    assert {said["order_id"], *said["also_asked_about"]} == {"HL-212480", "HL-211905"}
    assert len(said["also_asked_about"]) == 1
    assert said["request_now"]
    assert one.decide(one.prompt(), system="Note the facts.", schema=schema)["also_asked_about"] == []


@pytest.mark.parametrize(
    ("id", "picked"), [("p-thread-01", "HL-206790"), ("p-names-02", None), ("p-desk-02", None)]
)
def test_the_picked_order_is_the_only_one_that_fits(open_case: Open, id: str, picked: str | None) -> None:
    entry = _form(order_id=STRING, verdict={"type": "string", "enum": ["match", "possible", "no"]})
    schema = _form(
        orders={"type": "array", "items": entry}, chosen={"type": ["string", "null"]},
        items_wanted={"type": "array", "items": STRING},
    )  # fmt: skip
    case = open_case(id)
    said = case.decide(case.prompt(handbook="none"), system="Which order is it?", schema=schema)
    assert said["chosen"] == picked
    marked = [entry["order_id"] for entry in said["orders"] if entry["verdict"] == "match"]
    assert (marked == [picked]) is (picked is not None)


def test_kinds_of_requests_in_a_template_are_no_tools(open_case: Open) -> None:
    system = f"{NOTES}\nThe next step has these tools: select_order(order_id), get_order(order_id).".replace(
        "sort", "kind"
    )
    case = open_case("p-return-01")
    assert _noted(case, system)["kind"] == "no_longer_wanted"
    assert case.readings[-1].operation == "extract"
