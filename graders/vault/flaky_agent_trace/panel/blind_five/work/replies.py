"""Replies, one pattern for each outcome and language: what was done and nothing else is promised."""

from handbook import Decision

OUTCOMES = {"refund": "refunded", "deny": "denied", "escalate": "escalated", "need_info": "need_info"}
_TEXTS = {
    "en": ("Dear {name},", "thank you for your message. We have refunded {amount} {currency} for order {order} to your means of payment.",
           "thank you for your message. We have checked order {order}, and under our terms no refund is due for what you ask. For defects that show later, our warranty workshop helps: harbourlane.example/warranty.",
           "thank you for your message. We have handed your case over to our refunds desk, and they will get back to you.",
           "thank you for your message. Could you tell us which order and which items you mean?", "Kind regards\nHarbour Lane"),
    "de": ("Guten Tag {name},", "vielen Dank für Ihre Nachricht. Wir haben Ihnen {amount} {currency} für die Bestellung {order} erstattet.",
           "vielen Dank für Ihre Nachricht. Wir haben die Bestellung {order} geprüft: Nach unseren Bedingungen können wir dafür nichts erstatten. Bei später aufgetretenen Mängeln hilft die Garantiewerkstatt: harbourlane.example/warranty.",
           "vielen Dank für Ihre Nachricht. Wir haben Ihren Fall an unsere Fachabteilung übergeben; sie meldet sich bei Ihnen.",
           "vielen Dank für Ihre Nachricht. Welche Bestellung und welche Artikel meinen Sie?", "Freundliche Grüße\nHarbour Lane"),
    "fr": ("Bonjour {name},", "merci pour votre message. Nous vous avons remboursé {amount} {currency} pour la commande {order}.",
           "merci pour votre message. Nous avons vérifié la commande {order} : selon nos conditions, aucun remboursement n'est dû. Pour un défaut apparu plus tard, voyez harbourlane.example/warranty.",
           "merci pour votre message. Nous avons transmis votre dossier au service concerné, qui reviendra vers vous.",
           "merci pour votre message. De quelle commande et de quels articles s'agit-il ?", "Cordialement\nHarbour Lane"),
    "es": ("Hola, {name}:", "gracias por su mensaje. Le hemos reembolsado {amount} {currency} del pedido {order}.",
           "gracias por su mensaje. Hemos revisado el pedido {order}: según nuestras condiciones no corresponde ningún reembolso. Para defectos posteriores: harbourlane.example/warranty.",
           "gracias por su mensaje. Hemos pasado su caso al departamento correspondiente, que le responderá.",
           "gracias por su mensaje. ¿A qué pedido y a qué artículos se refiere?", "Un saludo\nHarbour Lane"),
    "nl": ("Beste {name},", "bedankt voor uw bericht. We hebben u {amount} {currency} terugbetaald voor bestelling {order}.",
           "bedankt voor uw bericht. We hebben bestelling {order} bekeken: volgens onze voorwaarden kunnen we hiervoor niets terugbetalen. Voor gebreken die later optreden: harbourlane.example/warranty.",
           "bedankt voor uw bericht. We hebben uw zaak doorgegeven aan de betreffende afdeling, die contact met u opneemt.",
           "bedankt voor uw bericht. Welke bestelling en welke artikelen bedoelt u?", "Met vriendelijke groet\nHarbour Lane"),
    "pl": ("Dzień dobry, {name},", "dziękujemy za wiadomość. Zwróciliśmy {amount} {currency} za zamówienie {order}.",
           "dziękujemy za wiadomość. Sprawdziliśmy zamówienie {order}: zgodnie z naszymi warunkami zwrot się nie należy. W sprawie późniejszych usterek: harbourlane.example/warranty.",
           "dziękujemy za wiadomość. Przekazaliśmy sprawę do odpowiedniego działu, który się odezwie.",
           "dziękujemy za wiadomość. Którego zamówienia i których artykułów dotyczy prośba?", "Pozdrawiamy\nHarbour Lane"),
}  # fmt: skip
_AT = {"refund": 1, "deny": 2, "escalate": 3, "need_info": 4}


def body(language: str, name: str, decision: Decision) -> str:
    """The mail to the customer."""
    texts = _TEXTS.get(language, _TEXTS["en"])
    said = texts[_AT[decision.action]].format(
        amount=f"{decision.amount or 0:.2f}", currency=decision.currency or "", order=decision.order_id or ""
    )
    return f"{texts[0].format(name=name)}\n\n{said}\n\n{texts[5]}"

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
