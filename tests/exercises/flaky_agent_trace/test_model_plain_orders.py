"""Orders in other renderings than JSON, as programs like to paste them, are read as orders in JSON are."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pytest

from exercises.flaky_agent_trace.ontology import ORDER
from exercises.flaky_agent_trace.papers.orders import order_from
from harness.simulation.reading.merging import merge
from harness.simulation.reading.records import Lexicon, find_records

Json = Any
Open = Callable[..., Any]
Render = Callable[[dict[str, Json]], str]


def told(order: dict[str, Json], item: str) -> str:
    """An order in lines; `item` is how one of its items stands there."""
    who = order["customer"]
    notes = (
        "; ".join(
            f"{note['on']} {note['author']} ({note['kind']}): {note['text']}" for note in order["notes"]
        )
        or "none"
    )
    past = "; ".join(
        f"{one['amount']} on {one['on']}" + (f" for {one['sku']}" if one.get("sku") else "")
        for one in order["refunds"]
    )
    lines = [
        f"order {order['id']} of {who['name']} <{who['email']}>",
        f"also confirmed: {', '.join(who['also']) or 'none'}",
        f"placed {order['placed']}, status {order['status']}",
        f"promised {order['promised']}, delivered {order['delivered'] or 'not yet'}",
        *(
            item.format(**{**one, "final": ", final sale" if one["final_sale"] else ""})
            for one in order["items"]
        ),
        f"shipping {order['shipping_fee']}, total {order['total']} {order['currency']}",
        f"earlier refunds: {past or 'none'}",
        f"chargeback: {order['chargeback']}; gift: {'yes' if order['gift'] else 'no'}",
        f"notes: {notes}",
    ]
    return "\n".join(lines)


LAYOUTS = {
    "number first": "  {sku}  {quantity} x {name} ({category}{final}) at {unit_price}",
    "dash": "- {quantity} x {name} [{sku}], {category}{final}, {unit_price} each",
    "times last": "* {sku} {name} x{quantity} @ {unit_price} [{category}{final}]",
    "semicolons": "{sku}; {name}; {category}; {quantity}; {unit_price}; {final}",
    "qty": "  - {name} ({sku}) | qty {quantity} | {unit_price} | {category}{final}",
    "words": "{quantity} pieces of {name} ({sku}, {category}{final}) at {unit_price} apiece",
    "table": "| {sku} | {name} | {category} | {quantity} | {unit_price} |{final}",
    "pieces behind": "   {name} | {sku} | {category} | {unit_price} per piece | {quantity} pcs{final}",
    "a label before": "line {sku} | {name} | {category}{final} | pieces {quantity} | price {unit_price}",
}

HEADERS = {
    "English": (
        "buyer|e-mail|confirmed addresses|ordered|state|promised by|delivered on|dispute|present|postage|sum",
        "article no.|article|kind|pieces|price per piece|clearance",
        "refunded|date|article no.|reason",
        "date|by|kind|remark",
        ("Order", "Earlier refunds", "Notes", "yes", "no", "none"),
    ),
    "Spanish": (
        (
            "cliente|correo electrónico|direcciones confirmadas|fecha de pedido|situación|entrega prometida"
            "|fecha de entrega|devolución bancaria|es regalo|gastos de envío|importe total"
        ),
        "referencia|producto|tipo|cantidad|precio unitario|venta final",
        "importe|fecha|referencia|motivo",
        "fecha|autor|tipo|texto",
        ("Pedido", "Reembolsos anteriores", "Notas", "sí", "no", "ninguna"),
    ),
    "German": (
        (
            "Kundin|E-Mail|bestätigte Adressen|bestellt am|Status|zugesagt bis|geliefert am|Rückbuchung"
            "|Geschenk|Versandkosten|Gesamtsumme"
        ),
        "Artikelnummer|Bezeichnung|Kategorie|Menge|Einzelpreis|Restposten",
        "Betrag|Datum|Artikelnummer|Grund",
        "Datum|von|Art|Text",
        ("Bestellung", "Frühere Erstattungen", "Notizen", "ja", "nein", "keine"),
    ),
    "French": (
        (
            "client|courriel|adresses confirmées|commandé le|statut|promis pour le|livré le|rétrofacturation"
            "|cadeau|frais de port|montant total"
        ),
        "référence|désignation|catégorie|quantité|prix unitaire|vente ferme",
        "montant|date|référence|motif",
        "date|auteur|genre|texte",
        ("Commande", "Remboursements antérieurs", "Remarques", "oui", "non", "aucune"),
    ),
    "Dutch": (
        (
            "klant|e-mailadres|bevestigde adressen|besteld op|status|beloofd op|geleverd op|terugboeking"
            "|cadeau|verzendkosten|totaal"
        ),
        "artikelnummer|omschrijving|categorie|aantal|stukprijs|uitverkoop",
        "bedrag|datum|artikelnummer|reden",
        "datum|door|soort|tekst",
        ("Bestelling", "Eerdere terugbetalingen", "Notities", "ja", "nee", "geen"),
    ),
    "Polish": (
        (
            "klient|e-mail|potwierdzone adresy|data zamówienia|stan|obiecana dostawa|dostarczono"
            "|obciążenie zwrotne|prezent|koszt wysyłki|suma"
        ),
        "nr artykułu|nazwa|kategoria|liczba sztuk|cena za sztukę|wyprzedaż",
        "kwota|data|nr artykułu|powód",
        "data|autor|rodzaj|treść",
        ("Zamówienie", "Wcześniejsze zwroty", "Notatki", "tak", "nie", "brak"),
    ),
}


def tables(order: dict[str, Json], language: str) -> str:
    """An order in Markdown tables."""
    own, items, refunds, notes, words = HEADERS[language]
    title, of_refunds, of_notes, yes, no, none = words
    who = order["customer"]
    values = (
        who["name"], who["email"], ", ".join(who["also"]) or "–", order["placed"], order["status"],
        order["promised"], order["delivered"] or "–", order["chargeback"], yes if order["gift"] else no,
        order["shipping_fee"], f"{order['total']} {order['currency']}",
    )  # fmt: skip
    articles = [
        (one["sku"], one["name"], one["category"], one["quantity"], one["unit_price"],
         yes if one["final_sale"] else no)
        for one in order["items"]
    ]  # fmt: skip
    past = [(one["amount"], one["on"], one.get("sku") or "–", one["reason"]) for one in order["refunds"]]
    said = [(note["on"], note["author"], note["kind"], note["text"]) for note in order["notes"]]
    lines = [f"### {title} {order['id']}", "", *table(own, [values]), "", *table(items, articles), ""]
    lines += [f"**{of_refunds}**", "", *table(refunds, past)] if past else [f"{of_refunds}: {none}"]
    lines += ["", f"**{of_notes}**", "", *table(notes, said)] if said else ["", f"{of_notes}: {none}"]
    return "\n".join(lines)


def table(header: str, rows: Iterable[Sequence[Json]]) -> Iterator[str]:
    """The lines of a Markdown table."""
    yield f"| {' | '.join(header.split('|'))} |"
    yield f"|{'---|' * len(header.split('|'))}"
    yield from (f"| {' | '.join(map(str, row))} |" for row in rows)


def piped(order: dict[str, Json]) -> str:
    """An order in lines of labelled cells, without a colon anywhere."""
    who = order["customer"]
    also = f" | confirmed addresses {', '.join(who['also'])}" if who["also"] else ""
    marks = f"dispute {order['chargeback']} | gift order {'yes' if order['gift'] else 'no'}"
    lines = [
        f"{order['id']} | buyer {who['name']} | e-mail {who['email']}{also}",
        f"  ordered {order['placed']} | state {order['status']} | {marks}",
        f"  due {order['promised']} | arrived {order['delivered'] or '-'}",
        f"  postage {order['shipping_fee']} | sum {order['total']} {order['currency']}",
    ]
    for number, one in enumerate(order["items"], 1):
        paid = f"units {one['quantity']} | each {one['unit_price']}"
        final = f"final sale {'yes' if one['final_sale'] else 'no'}"
        lines += [
            f"  item {number} | {one['name']} | {one['sku']} | type {one['category']} | {paid} | {final}"
        ]
    lines += [
        f"  refund | {one['amount']} | {one['on']} | {one.get('sku') or '-'}" for one in order["refunds"]
    ]
    lines += [
        f"  note | {one['on']} | {one['author']} | {one['kind']} | {one['text']}" for one in order["notes"]
    ]
    return "\n".join(lines)


def yaml(order: dict[str, Json]) -> str:
    """An order in YAML, everything under names of its own."""
    who = order["customer"]
    lines = [f"- order_number: {order['id']}", "  buyer:", f"    name: {who['name']}"]
    lines += [f"    mail: {who['email']}", f"    confirmed_addresses:{'' if who['also'] else ' []'}"]
    lines += [f"      - {address}" for address in who["also"]]
    lines += [f"  ordered_on: {order['placed']}", f"  state: {order['status']}"]
    lines += [f"  due: '{order['promised']}'", f"  arrived: {order['delivered'] or 'null'}"]
    lines += [f"  dispute: {order['chargeback']}", f"  is_gift: {str(order['gift']).lower()}"]
    lines += [f"  grand_total: {order['total']}", f"  currency: {order['currency']}"]
    lines += [f"  postage: {order['shipping_fee']}", "  line_items:"]
    for one in order["items"]:
        lines += [f"    - article: {one['sku']}", f'      title: "{one["name"]}"']
        lines += [f"      kind: {one['category']}", f"      units: {one['quantity']}"]
        lines += [f"      price: {one['unit_price']}", f"      clearance: {str(one['final_sale']).lower()}"]
    lines += [f"  previous_refunds:{'' if order['refunds'] else ' []'}"]
    for one in order["refunds"]:
        lines += [f"    - sum: {one['amount']}", f"      date: {one['on']}"]
        lines += [f"      item: {one.get('sku') or 'null'}"]
    lines += [f"  remarks:{'' if order['notes'] else ' []'}"]
    for one in order["notes"]:
        lines += [f"    - date: {one['on']}", f"      by: {one['author']}", f"      type: {one['kind']}"]
        lines += [f'      text: "{one["text"]}"']
    return "\n".join(lines)


def tag(element: str, text: str = "", **values: Json) -> str:
    """An element with attributes."""
    said = "".join(f" {key}={quoteattr(str(value))}" for key, value in values.items() if value is not None)
    return f"<{element}{said}>{escape(text)}</{element}>" if text else f"<{element}{said}/>"


def xml(order: dict[str, Json]) -> str:
    """An order in XML, with attributes for all that is short."""
    who = order["customer"]
    booked = {"number": order["id"], "ordered": order["placed"], "state": order["status"]}
    dates = {"due": order["promised"], "arrived": order["delivered"] or ""}
    inner = [tag("buyer", name=who["name"], mail=who["email"], confirmed_addresses=" ".join(who["also"]))]
    for one in order["items"]:
        named = {"sku": one["sku"], "title": one["name"], "type": one["category"]}
        paid = {"qty": one["quantity"], "price": one["unit_price"]}
        inner += [tag("line", **named, **paid, clearance=str(one["final_sale"]).lower())]
    inner += [
        tag("paid", postage=order["shipping_fee"], total=order["total"], currency=order["currency"]),
        tag("marks", dispute=order["chargeback"], gift=str(order["gift"]).lower()),
    ]
    for one in order["refunds"]:
        inner += [tag("refund", amount=one["amount"], date=one["on"], item=one.get("sku"))]
    for one in order["notes"]:
        inner += [tag("note", one["text"], date=one["on"], by=one["author"], kind=one["kind"])]
    return f"{tag('order', **booked, **dates)[:-2]}>\n  " + "\n  ".join(inner) + "\n</order>"


RENDERINGS: dict[str, Render] = {
    **{f"lines: {name}": partial(told, item=item) for name, item in LAYOUTS.items()},
    **{f"tables: {language}": partial(tables, language=language) for language in HEADERS},
    "pipes": piped,
    "yaml": yaml,
    "xml": xml,
}


@pytest.mark.parametrize("rendering", RENDERINGS)
def test_orders_in_lines_are_decided_as_orders_in_json(
    open_case: Open, ids: list[str], rendering: str
) -> None:
    """On every fourth ticket, another one each time; what is read of the others is looked at below."""
    other = {}
    for id in ids[list(RENDERINGS).index(rendering) % 4 :: 4]:
        case, plain = open_case(id), open_case(id)
        lines = "\n\n".join(map(RENDERINGS[rendering], plain.orders))
        by_json, by_lines = case.decide(case.prompt()), plain.decide(plain.prompt(orders=lines))
        if any(by_json[key] != by_lines[key] for key in ("action", "order_id", "amount")):
            other[id] = by_json, by_lines
    assert other == {}


@pytest.mark.parametrize("rendering", RENDERINGS)
def test_orders_in_lines_are_read_in_full(open_case: Open, ids: list[str], rendering: str) -> None:
    other = {}
    for orders in (open_case(id).orders for id in ids):
        known = Lexicon({item["name"]: item["sku"] for order in orders for item in order["items"]})
        for order in orders:
            by_json, by_lines = (
                _facts(text, known)
                for text in (json.dumps(order), f"Orders:\n{RENDERINGS[rendering](order)}\n")
            )
            if by_json != by_lines:
                other[order["id"]] = by_json, by_lines
    assert other == {}


@pytest.mark.parametrize(
    ("line", "final"),
    [
        ("AB-1 | Felt slippers 40 x 12 | 2 pcs | 12.00 | clearance", True),
        ("AB-1 | Felt slippers 40 x 12 | 2 pcs | 12.00 | clearance? no", False),
        ("2 pcs | Felt slippers 40 x 12 (AB-1), final price 12.00", False),
        ("Felt slippers 40 x 12 [AB-1] | Restposten | 2 Stück | 12,00 EUR", True),
        ("Felt slippers 40 x 12 [AB-1] | kein Restposten | 2 Stück | 12,00 EUR", False),
        ("AB-1 | Felt slippers 40 x 12 | uds. 2 | precio 12.00 | venta final sí", True),
        ("AB-1 | Felt slippers 40 x 12 | aantal 2 | stukprijs 12.00 | uitverkoop ✗", False),
    ],
)
def test_what_a_line_says_of_an_item(line: str, final: bool) -> None:
    known = Lexicon({"Felt slippers 40 x 12": "AB-1"})
    order = _order(f"Order HL-200001, delivered 2026-09-01\n{line}\n", known)
    (item,) = order.items
    assert (item.sku, item.quantity, str(item.unit_price), item.final_sale) == ("AB-1", 2, "12.00", final)


def _order(text: str, known: Lexicon) -> Any:
    ((id, record),) = merge([(0, record) for record in find_records(text, ORDER, known)]).items()
    return order_from(record, id, "")


def _facts(text: str, known: Lexicon) -> Json:
    """What a decision is made of."""
    order = _order(text, known)
    return (
        order.customer.email, {address for address in order.customer.also if "@" in address}, order.placed,
        order.status, order.promised, order.delivered, order.currency, order.shipping_fee, order.chargeback,
        order.gift, [one.kind for one in order.notes],
        [(one.sku, one.category, one.quantity, one.unit_price, one.final_sale) for one in order.items],
        [(one.amount, one.on, one.sku) for one in order.refunds],
    )  # fmt: skip
