"""The reply, from texts that the copy team has approved once per language."""

TEXTS = {
    "en": {
        "refunded": "we have refunded {amount} {currency} for your order {order}. Your bank may need up to ten days.",
        "denied": "we have looked at your order {order} and cannot refund it under our terms.",
        "escalated": "we have handed your request to our refunds desk. A colleague will write to you.",
        "need_info": "could you tell us which of your orders this is about? Then we can look into it at once.",
    },
    "de": {
        "refunded": "wir haben {amount} {currency} für Ihre Bestellung {order} erstattet. Ihre Bank braucht bis zu zehn Tage.",
        "denied": "wir haben Ihre Bestellung {order} geprüft und können sie nach unseren Bedingungen nicht erstatten.",
        "escalated": "wir haben Ihr Anliegen an unser Erstattungsteam gegeben. Eine Kollegin oder ein Kollege schreibt Ihnen.",
        "need_info": "um welche Ihrer Bestellungen geht es? Dann kümmern wir uns sofort darum.",
    },
    "fr": {
        "refunded": "nous avons remboursé {amount} {currency} pour votre commande {order}.",
        "denied": "nous avons étudié votre commande {order} et ne pouvons pas la rembourser selon nos conditions.",
        "escalated": "votre demande a été transmise à notre service des remboursements, qui vous écrira.",
        "need_info": "de quelle commande s'agit-il ?",
    },
    "es": {
        "refunded": "hemos reembolsado {amount} {currency} de su pedido {order}.",
        "denied": "hemos revisado su pedido {order} y no podemos reembolsarlo según nuestras condiciones.",
        "escalated": "hemos pasado su caso a nuestro equipo de reembolsos, que le escribirá.",
        "need_info": "¿de cuál de sus pedidos se trata?",
    },
    "nl": {
        "refunded": "we hebben {amount} {currency} terugbetaald voor je bestelling {order}.",
        "denied": "we hebben je bestelling {order} bekeken en kunnen die volgens onze voorwaarden niet terugbetalen.",
        "escalated": "we hebben je vraag doorgegeven aan ons terugbetalingsteam. Een collega schrijft je.",
        "need_info": "om welke bestelling gaat het?",
    },
    "pl": {
        "refunded": "zwróciliśmy {amount} {currency} za zamówienie {order}.",
        "denied": "sprawdziliśmy zamówienie {order} i zgodnie z regulaminem nie możemy zwrócić pieniędzy.",
        "escalated": "przekazaliśmy sprawę do działu zwrotów. Odezwie się ktoś z zespołu.",
        "need_info": "którego zamówienia dotyczy sprawa?",
    },
}


def letter(language: str, outcome: str, order: str | None, amount: str | None, currency: str | None) -> str:
    texts = TEXTS.get(language[:2].lower(), TEXTS["en"])
    return texts[outcome].format(order=order or "", amount=amount or "", currency=currency or "") + "\n\nHarbour Lane"

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
