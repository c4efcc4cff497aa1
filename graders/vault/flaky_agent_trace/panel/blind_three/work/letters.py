"""The mail to the customer: says what happened and nothing else, in the customer's language."""

from policy import Decision

GREETING = {"en": "Hello {name},", "de": "Guten Tag {name},", "fr": "Bonjour {name},", "es": "Hola, {name}:",
            "nl": "Beste {name},", "pl": "Dzień dobry, {name}!"}  # fmt: skip
CLOSING = {"en": "Kind regards\nHarbour Lane", "de": "Freundliche Grüße\nHarbour Lane", "fr": "Cordialement\nHarbour Lane",
           "es": "Un saludo\nHarbour Lane", "nl": "Met vriendelijke groet\nHarbour Lane", "pl": "Z pozdrowieniami\nHarbour Lane"}  # fmt: skip
BODY = {
    "refund": {
        "en": "We have refunded {amount} for order {order} to the way you paid.",
        "de": "Wir haben Ihnen für die Bestellung {order} {amount} auf Ihr Zahlungsmittel erstattet.",
        "fr": "Nous vous avons remboursé {amount} pour la commande {order}, sur votre moyen de paiement.",
        "es": "Le hemos reembolsado {amount} del pedido {order} en su medio de pago.",
        "nl": "Wij hebben {amount} voor bestelling {order} terugbetaald via uw betaalmiddel.",
        "pl": "Zwróciliśmy {amount} za zamówienie {order} tą samą drogą, którą zapłacono.",
    },
    "deny": {
        "en": "I'm sorry, but we can't refund this for order {order}.",
        "de": "Leider können wir für die Bestellung {order} hier nichts erstatten.",
        "fr": "Malheureusement, nous ne pouvons rien rembourser ici pour la commande {order}.",
        "es": "Lo sentimos, pero no podemos reembolsar esto del pedido {order}.",
        "nl": "Helaas kunnen wij hiervoor niets terugbetalen op bestelling {order}.",
        "pl": "Niestety nie możemy dokonać tu zwrotu za zamówienie {order}.",
    },
    "escalate": {
        "en": "I have handed your request to our refunds desk. A colleague will write to you.",
        "de": "Ich habe Ihr Anliegen an unsere Erstattungsstelle gegeben. Jemand von dort meldet sich bei Ihnen.",
        "fr": "J'ai transmis votre demande à notre service remboursements. Un collègue vous écrira.",
        "es": "He pasado su solicitud a nuestro departamento de reembolsos. Le escribirá un compañero.",
        "nl": "Ik heb uw verzoek doorgegeven aan onze terugbetalingsafdeling. Een collega neemt contact met u op.",
        "pl": "Przekazałem Państwa sprawę do działu zwrotów. Kolega lub koleżanka odezwie się do Państwa.",
    },
    "need_info": {
        "en": "Could you tell us which order this is about (its number, HL-…), and what you would like for which item?",
        "de": "Um welche Bestellung (Nummer HL-…) und welchen Artikel geht es, und was wünschen Sie sich?",
        "fr": "De quelle commande (numéro HL-…) et de quel article s'agit-il, et que souhaitez-vous ?",
        "es": "¿De qué pedido (número HL-…) y de qué artículo se trata, y qué desea?",
        "nl": "Om welke bestelling (nummer HL-…) en welk artikel gaat het, en wat wilt u graag?",
        "pl": "Którego zamówienia (numer HL-…) i którego produktu dotyczy sprawa i czego Państwo oczekują?",
    },
}
WARRANTY = {
    "en": "Our warranty workshop can help: harbourlane.example/warranty", "de": "Unsere Garantiewerkstatt hilft weiter: harbourlane.example/warranty",
    "fr": "Notre atelier de garantie peut vous aider : harbourlane.example/warranty", "es": "Nuestro taller de garantía puede ayudarle: harbourlane.example/warranty",
    "nl": "Onze garantiewerkplaats kan helpen: harbourlane.example/warranty", "pl": "Pomoże nasz warsztat gwarancyjny: harbourlane.example/warranty",
}  # fmt: skip


def letter(language: str, decision: Decision, name: str, currency: str | None) -> str:
    language = language if language in GREETING else "en"
    amount = f"{decision.amount:.2f} {currency}" if decision.amount is not None else ""
    lines = [GREETING[language].format(name=name), BODY[decision.action][language].format(amount=amount, order=decision.order_id or "")]
    if decision.action == "deny" and "D-2" in decision.clauses:
        lines.append(WARRANTY[language])
    elif decision.action in {"deny", "refund"} and decision.clauses:
        lines.append(f"({', '.join(decision.clauses)})")
    return "\n\n".join([*lines, CLOSING[language]])

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
