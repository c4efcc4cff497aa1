"""The replies, in the languages of the inbox. Fixed words promise nothing that has not happened."""

REPLIES = {
    "en": {
        "hello": "Hello {name},", "bye": "Kind regards\nHarbour Lane Support",
        "refunded": "We have refunded {amount} {currency} for order {order}. It goes back the way you paid.",
        "denied": "We have checked order {order} against our terms, and we cannot pay a refund for it here.",
        "warranty": "For a fault reported later than this, please turn to harbourlane.example/warranty.",
        "escalated": "Our refunds desk has taken over your case and will write to you.",
        "need_info": "So that we refund the right thing: which order and which item do you mean? Please send us "
        "the order number (it begins with HL-).",
    },
    "de": {
        "hello": "Guten Tag {name},", "bye": "Freundliche Grüße\nHarbour Lane Support",
        "refunded": "wir haben Ihnen für die Bestellung {order} {amount} {currency} erstattet, auf dem Weg, auf dem Sie bezahlt haben.",
        "denied": "wir haben die Bestellung {order} nach unseren Bedingungen geprüft und können dafür leider nichts erstatten.",
        "warranty": "Für später gemeldete Mängel wenden Sie sich bitte an harbourlane.example/warranty.",
        "escalated": "unsere Erstattungsstelle hat Ihren Fall übernommen und meldet sich bei Ihnen.",
        "need_info": "damit wir das Richtige erstatten: Um welche Bestellung und welchen Artikel geht es? Bitte schicken Sie uns die Bestellnummer (HL-…).",
    },
    "fr": {
        "hello": "Bonjour {name},", "bye": "Cordialement\nHarbour Lane Support",
        "refunded": "Nous vous avons remboursé {amount} {currency} pour la commande {order}, par votre moyen de paiement.",
        "denied": "Nous avons examiné la commande {order} selon nos conditions et ne pouvons pas la rembourser.",
        "warranty": "Pour un défaut signalé plus tard : harbourlane.example/warranty.",
        "escalated": "Notre service des remboursements a repris votre dossier et vous écrira.",
        "need_info": "Afin de rembourser le bon article : de quelle commande et de quel article s'agit-il ? Merci d'indiquer le numéro (HL-…).",
    },
    "es": {
        "hello": "Hola, {name}:", "bye": "Un saludo\nHarbour Lane Support",
        "refunded": "Le hemos devuelto {amount} {currency} del pedido {order} por el mismo medio de pago.",
        "denied": "Hemos revisado el pedido {order} según nuestras condiciones y no podemos reembolsarlo.",
        "warranty": "Para un defecto comunicado más tarde: harbourlane.example/warranty.",
        "escalated": "Nuestro departamento de reembolsos se ocupa de su caso y le escribirá.",
        "need_info": "Para devolver lo correcto: ¿de qué pedido y de qué artículo se trata? Indíquenos el número (HL-…).",
    },
    "nl": {
        "hello": "Beste {name},", "bye": "Met vriendelijke groet\nHarbour Lane Support",
        "refunded": "Wij hebben {amount} {currency} voor bestelling {order} terugbetaald, zoals u heeft betaald.",
        "denied": "Wij hebben bestelling {order} volgens onze voorwaarden bekeken en kunnen er niets voor terugbetalen.",
        "warranty": "Voor een later gemeld gebrek: harbourlane.example/warranty.",
        "escalated": "Onze afdeling terugbetalingen heeft uw zaak overgenomen en neemt contact met u op.",
        "need_info": "Om het juiste terug te betalen: om welke bestelling en welk artikel gaat het? Stuur ons het bestelnummer (HL-…).",
    },
    "pl": {
        "hello": "Dzień dobry {name},", "bye": "Z poważaniem\nHarbour Lane Support",
        "refunded": "Zwróciliśmy {amount} {currency} za zamówienie {order}, tą samą drogą, którą zapłacono.",
        "denied": "Sprawdziliśmy zamówienie {order} według naszych zasad i nie możemy nic za nie zwrócić.",
        "warranty": "Wadę zgłoszoną później prosimy kierować na harbourlane.example/warranty.",
        "escalated": "Państwa sprawę przejął nasz dział zwrotów i napisze do Państwa.",
        "need_info": "Żeby zwrócić za to, co trzeba: o które zamówienie i który artykuł chodzi? Prosimy o numer zamówienia (HL-…).",
    },
}


def reply(language: str, outcome: str, *, warranty: bool = False, **values: str) -> str:
    words = REPLIES.get(language, REPLIES["en"])
    lines = [words["hello"], words[outcome]] + ([words["warranty"]] if warranty else []) + [words["bye"]]
    return "\n\n".join(lines).format(**values)

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
