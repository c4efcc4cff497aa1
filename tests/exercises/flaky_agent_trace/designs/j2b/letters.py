"""What we write. Templates: the verdict is known, and nothing else may be promised."""

GREETING = {"en": "Dear {}", "de": "Guten Tag {}", "fr": "Bonjour {}", "es": "Hola {}", "nl": "Beste {}", "pl": "Dzień dobry {}"}
BYE = {"en": "Kind regards", "de": "Freundliche Grüße", "fr": "Cordialement", "es": "Un saludo",
       "nl": "Vriendelijke groet", "pl": "Z poważaniem"}
TEXT = {
    "refunded": {
        "en": "we have refunded {amount} {currency} for order {order}.",
        "de": "wir haben für die Bestellung {order} {amount} {currency} erstattet.",
        "fr": "nous avons remboursé {amount} {currency} pour la commande {order}.",
        "es": "hemos reembolsado {amount} {currency} del pedido {order}.",
        "nl": "we hebben {amount} {currency} terugbetaald voor bestelling {order}.",
        "pl": "zwróciliśmy {amount} {currency} za zamówienie {order}.",
    },
    "denied": {
        "en": "we are sorry, but under our refund terms ({clause}) nothing is due for order {order}.",
        "de": "leider steht Ihnen nach unseren Bedingungen ({clause}) für die Bestellung {order} keine Erstattung zu.",
        "fr": "nous regrettons : selon nos conditions ({clause}), rien n'est dû pour la commande {order}.",
        "es": "lo sentimos: según nuestras condiciones ({clause}) no procede ningún reembolso del pedido {order}.",
        "nl": "helaas is er volgens onze voorwaarden ({clause}) voor bestelling {order} geen terugbetaling mogelijk.",
        "pl": "niestety zgodnie z naszym regulaminem ({clause}) zwrot za zamówienie {order} nie przysługuje.",
    },
    "escalated": {
        "en": "a colleague at our refunds desk has your case now and will write to you.",
        "de": "Ihr Anliegen liegt jetzt bei unserer Fachabteilung, die sich bei Ihnen meldet.",
        "fr": "votre demande a été transmise à notre service, qui vous écrira.",
        "es": "hemos pasado su caso a nuestro departamento, que le escribirá.",
        "nl": "uw verzoek ligt nu bij onze afdeling terugbetalingen, die contact met u opneemt.",
        "pl": "przekazaliśmy sprawę do działu zwrotów, który się z Państwem skontaktuje.",
    },
    "need_info": {
        "en": "which order and which items is this about, and what state are they in? Please tell us, and we'll see to it.",
        "de": "um welche Bestellung und welche Artikel geht es, und in welchem Zustand sind sie? Bitte schreiben Sie uns kurz.",
        "fr": "de quelle commande et de quels articles s'agit-il, et dans quel état sont-ils ? Merci de nous l'indiquer.",
        "es": "¿de qué pedido y de qué artículos se trata, y en qué estado están? Indíquenoslo, por favor.",
        "nl": "om welke bestelling en welke artikelen gaat het, en in welke staat zijn ze? Laat het ons weten.",
        "pl": "którego zamówienia i których artykułów to dotyczy i w jakim są stanie? Prosimy o krótką wiadomość.",
    },
}


def write(outcome: str, language: str, name: str, **blanks: object) -> str:
    return f"{GREETING[language].format(name)},\n\n{TEXT[outcome][language].format(**blanks)}\n\n{BYE[language]}\nHarbour Lane"
