"""The replies: fixed text in seven languages."""

HELLO = {"en": "Hello {n},", "de": "Guten Tag {n},", "fr": "Bonjour {n},", "es": "Hola, {n}:", "nl": "Dag {n},", "pl": "Dzień dobry, {n},"}
BYE = {"en": "Kind regards", "de": "Freundliche Grüße", "fr": "Cordialement", "es": "Un saludo", "nl": "Vriendelijke groet", "pl": "Pozdrawiamy"}
TEXT = {
    "refunded": {
        "en": "we have refunded {a} {c} for order {o}.", "de": "wir haben Ihnen für die Bestellung {o} {a} {c} erstattet.",
        "fr": "nous vous avons remboursé {a} {c} pour la commande {o}.", "es": "le hemos reembolsado {a} {c} por el pedido {o}.",
        "nl": "we hebben {a} {c} terugbetaald voor bestelling {o}.", "pl": "zwróciliśmy {a} {c} za zamówienie {o}.",
    },
    "denied": {
        "en": "we have checked order {o}. Under our terms we cannot refund it ({w}).", "de": "wir haben die Bestellung {o} geprüft und können nach unseren Bedingungen nichts erstatten ({w}).",
        "fr": "nous avons examiné la commande {o} ; selon nos conditions, nous ne pouvons pas la rembourser ({w}).", "es": "hemos revisado el pedido {o} y, según nuestras condiciones, no podemos reembolsarlo ({w}).",
        "nl": "we hebben bestelling {o} bekeken en kunnen volgens onze voorwaarden niets terugbetalen ({w}).", "pl": "sprawdziliśmy zamówienie {o} i zgodnie z naszymi warunkami nie możemy zwrócić pieniędzy ({w}).",
    },
    "escalated": {
        "en": "we have passed your request on to our refunds desk, who will look at it. Nothing has been refunded yet.", "de": "wir haben Ihr Anliegen an unsere Erstattungsabteilung weitergegeben. Erstattet wurde noch nichts.",
        "fr": "nous avons transmis votre demande à notre service des remboursements. Rien n'a encore été remboursé.", "es": "hemos pasado su solicitud a nuestro departamento de reembolsos. Todavía no se ha reembolsado nada.",
        "nl": "we hebben uw verzoek doorgegeven aan onze afdeling terugbetalingen. Er is nog niets terugbetaald.", "pl": "przekazaliśmy sprawę do działu zwrotów. Na razie nic nie zostało zwrócone.",
    },
    "need_info": {
        "en": "could you tell us the order number and the article that this is about?", "de": "nennen Sie uns bitte die Bestellnummer und den Artikel, um den es geht?",
        "fr": "pourriez-vous nous indiquer le numéro de commande et l'article concernés ?", "es": "¿podría indicarnos el número de pedido y el artículo?",
        "nl": "kunt u ons het bestelnummer en het artikel noemen waar het om gaat?", "pl": "proszę podać numer zamówienia i artykuł, o który chodzi.",
    },
}
WORDS = {
    "de": "der die das und nicht ich ist mit bitte von haben", "fr": "le les des est je vous pas une merci pour bonjour", "es": "el los que por una es no hola gracias de las con",
    "nl": "de het een en niet ik is van dag graag met", "pl": "nie się proszę na że jest dzień i do za", "en": "the and to of is for it my you please that",
}


def language(text: str) -> str:
    words = text.split("\n>")[0].lower().replace(",", " ").replace(".", " ").split()
    return max(WORDS, key=lambda code: sum(w in WORDS[code].split() for w in words))


def letter(outcome: str, ticket: dict, order: str | None = None, amount: object = "", currency: str = "", why: str = "", clause: str = "") -> str:
    code = language(ticket["body"])
    text = TEXT[outcome][code].format(a=amount, c=currency, o=order or "-", w=why)
    if clause == "D-2":
        text += " harbourlane.example/warranty"
    return f"{HELLO[code].format(n=ticket['from']['name'])}\n\n{text}\n\n{BYE[code]}\nHarbour Lane"
