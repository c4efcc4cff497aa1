"""The letters. Only the sentence of sympathy is the model's."""

from rules import Decision

TEXTS = {
    "en": ("Dear {name},", "We have refunded {amount} {currency} for order {order}. It can take a few working days to "
           "show on your account.", "Under our refund rules ({clause}) we can't refund order {order}.",
           "A colleague at our refunds desk has your case and will write to you.",
           "Could you tell us which order (number) and which item your request is about?", "Kind regards\nHarbour Lane"),
    "de": ("Guten Tag {name},", "wir haben Ihnen {amount} {currency} für die Bestellung {order} erstattet. Bis zur "
           "Gutschrift kann es einige Werktage dauern.", "nach unseren Regeln ({clause}) können wir die Bestellung "
           "{order} nicht erstatten.", "Ihr Anliegen liegt jetzt bei unserer Sachbearbeitung, die sich bei Ihnen meldet.",
           "bitte nennen Sie uns die Bestellnummer und den Artikel, um den es geht.",
           "Freundliche Grüße\nHarbour Lane"),
    "fr": ("Bonjour {name},", "Nous avons remboursé {amount} {currency} pour la commande {order}. Le crédit peut prendre "
           "quelques jours ouvrés.", "Selon nos conditions ({clause}), nous ne pouvons pas rembourser la commande {order}.",
           "Votre dossier est transmis à notre service remboursements, qui vous écrira.",
           "Pourriez-vous nous indiquer le numéro de commande et l'article concernés ?", "Cordialement\nHarbour Lane"),
    "es": ("Hola, {name}:", "Hemos reembolsado {amount} {currency} del pedido {order}. Puede tardar unos días laborables.",
           "Según nuestras normas ({clause}), no podemos reembolsar el pedido {order}.",
           "Su caso está en manos de nuestro departamento de reembolsos, que le escribirá.",
           "¿Podría decirnos el número de pedido y el artículo de que se trata?", "Un saludo\nHarbour Lane"),
    "nl": ("Beste {name},", "We hebben {amount} {currency} terugbetaald voor bestelling {order}. Het kan enkele werkdagen "
           "duren.", "Volgens onze regels ({clause}) kunnen we bestelling {order} niet vergoeden.",
           "Uw zaak ligt nu bij onze terugbetalingsafdeling; een collega schrijft u.",
           "Kunt u ons het bestelnummer en het artikel noemen waar het om gaat?", "Vriendelijke groet\nHarbour Lane"),
    "pl": ("Dzień dobry, {name},", "zwróciliśmy {amount} {currency} za zamówienie {order}. Księgowanie może potrwać kilka "
           "dni roboczych.", "zgodnie z naszymi zasadami ({clause}) nie możemy zwrócić pieniędzy za zamówienie {order}.",
           "sprawę przekazaliśmy do działu zwrotów, który się odezwie.",
           "prosimy o numer zamówienia i nazwę artykułu, którego dotyczy prośba.", "Z poważaniem\nHarbour Lane"),
}  # fmt: skip
INDEX = {"refunded": 1, "denied": 2, "escalated": 3, "need_info": 4}


def letter(decision: Decision, name: str, language: str, sympathy: str) -> str:
    parts = TEXTS.get(language, TEXTS["en"])
    body = parts[INDEX[decision.outcome]]
    if "D-2" in decision.clause:
        body += " harbourlane.example/warranty"
    text = "\n\n".join(part for part in (parts[0], sympathy, body, parts[5]) if part)
    return text.format(
        name=name, amount=decision.amount, currency=decision.currency, order=decision.order_id, clause=decision.clause
    )
