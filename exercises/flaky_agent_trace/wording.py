"""What the model writes to people: replies in the mail's language, reasons, summaries, small talk."""

from __future__ import annotations

from harness.simulation.noise import Noise
from harness.simulation.saying import variant

from .judgement import Resolution
from .perception import Belief
from .scene import Mind

_GREETING = {
    "en": ("Hello {name},", "Dear {name},", "Hi {name},"),
    "de": ("Guten Tag {name},", "Hallo {name},"),
    "fr": ("Bonjour {name},",),
    "es": ("Hola {name}:", "Estimado/a {name}:"),
    "nl": ("Beste {name},", "Hallo {name},"),
    "pl": ("Dzień dobry {name},", "Szanowni Państwo,"),
}
_CLOSING = {
    "en": ("Kind regards\nHarbour Lane Support", "Best wishes\nThe Harbour Lane team"),
    "de": ("Freundliche Grüße\nIhr Harbour-Lane-Team", "Herzliche Grüße\nHarbour Lane Kundenservice"),
    "fr": ("Bien cordialement\nL'équipe Harbour Lane",),
    "es": ("Un saludo\nEl equipo de Harbour Lane",),
    "nl": ("Met vriendelijke groet\nHarbour Lane klantenservice",),
    "pl": ("Pozdrawiamy\nZespół Harbour Lane",),
}
_BODY = {
    "refund": {
        "en": (
            "thank you for getting in touch. We have refunded {amount} for order {order}; it should reach your "
            "account within a few working days.",
            "I'm sorry for the trouble. A refund of {amount} for order {order} is on its way to you.",
            "we have looked into order {order} and paid {amount} back to you. No further steps are needed.",
        ),
        "de": (
            "vielen Dank für Ihre Nachricht. Wir haben Ihnen für die Bestellung {order} {amount} erstattet; der Betrag "
            "sollte in wenigen Werktagen bei Ihnen sein.",
            "es tut uns leid, dass nicht alles geklappt hat. Für die Bestellung {order} erhalten Sie {amount} zurück.",
        ),
        "fr": ("merci pour votre message. Nous vous avons remboursé {amount} pour la commande {order}.",),
        "es": ("gracias por su mensaje. Le hemos devuelto {amount} por el pedido {order}.",),
        "nl": ("bedankt voor uw bericht. We hebben u {amount} terugbetaald voor bestelling {order}.",),
        "pl": ("dziękujemy za wiadomość. Zwróciliśmy {amount} za zamówienie {order}.",),
    },
    "deny": {
        "en": (
            "thank you for your message. I have checked order {order} against our refund policy, and I'm afraid we "
            "can't offer a refund in this case.",
            "I understand the disappointment. Under our policy, however, we aren't able to refund order {order}.",
        ),
        "de": (
            "vielen Dank für Ihre Nachricht. Wir haben die Bestellung {order} geprüft und können sie nach unseren "
            "Richtlinien leider nicht erstatten.",
            "wir verstehen Ihren Ärger. Eine Erstattung für die Bestellung {order} ist leider nicht möglich.",
        ),
        "fr": ("nous avons examiné la commande {order} et ne pouvons malheureusement pas la rembourser.",),
        "es": ("hemos revisado el pedido {order} y, lamentablemente, no podemos hacer un reembolso.",),
        "nl": ("we hebben bestelling {order} bekeken en kunnen helaas niets terugbetalen.",),
        "pl": ("sprawdziliśmy zamówienie {order} i niestety nie możemy dokonać zwrotu.",),
    },
    "escalate": {
        "en": (
            "thank you for your message. I have passed your case to our refunds desk; a colleague will get back to "
            "you shortly.",
            "I want to be sure this is handled properly, so a colleague from our refunds desk will take it from here.",
        ),
        "de": (
            "vielen Dank für Ihre Nachricht. Wir haben Ihr Anliegen an unsere Fachabteilung weitergegeben, die sich "
            "in Kürze bei Ihnen meldet.",
        ),
        "fr": (
            "nous avons transmis votre dossier à notre service des remboursements, qui vous répondra bientôt.",
        ),
        "es": (
            "hemos pasado su caso a nuestro departamento de reembolsos, que se pondrá en contacto con usted.",
        ),
        "nl": ("we hebben uw vraag doorgegeven aan onze afdeling terugbetalingen; u hoort snel van ons.",),
        "pl": ("przekazaliśmy sprawę do działu zwrotów, który wkrótce się z Państwem skontaktuje.",),
    },
    "need_info": {
        "en": (
            "thank you for your message. So that I can help, could you tell me the number of the order this is about?",
            "I'd like to sort this out for you. Which order do you mean? The number begins with HL.",
        ),
        "de": (
            "vielen Dank für Ihre Nachricht. Könnten Sie uns bitte die Nummer der Bestellung nennen, um die es geht?",
        ),
        "fr": ("pourriez-vous nous indiquer le numéro de la commande concernée ?",),
        "es": ("¿podría indicarnos el número del pedido del que se trata?",),
        "nl": ("kunt u ons het nummer van de bestelling doorgeven waar het om gaat?",),
        "pl": ("czy mogą Państwo podać numer zamówienia, którego dotyczy sprawa?",),
    },
}
_PADDING = {
    "en": (
        "We know how much time and patience it takes to write to a shop about something that should simply have "
        "worked, and we would like you to know that we have read your message with care from the first line to the "
        "last, and that everything you describe has been noted in our records.",
        "For your information, our refund policy covers returns for a change of mind, items that arrive damaged or "
        "that are not what was ordered, deliveries that come late or not at all, and cancellations before dispatch, "
        "each with conditions of its own, and we apply these conditions in the same way to every customer.",
        "Depending on your bank or payment provider it can take a few working days before a change shows on your "
        "statement. If you do not see anything after that time, it can help to ask them first, since we have no "
        "view of their systems and cannot speed up what happens there.",
        "Please do not hesitate to write to us again if anything remains open, if you have questions about this or "
        "any other order, or if there is anything else that we can do for you. Our team is here on every working "
        "day and answers in the order in which messages arrive.",
    ),
    "de": (
        "Wir wissen, wie viel Zeit und Geduld es kostet, wegen einer Sache zu schreiben, die einfach hätte "
        "funktionieren sollen, und möchten Ihnen versichern, dass wir Ihre Nachricht von der ersten bis zur letzten "
        "Zeile aufmerksam gelesen und alles, was Sie schildern, bei uns vermerkt haben.",
        "Zu Ihrer Information: Unsere Richtlinien unterscheiden zwischen Rückgaben, beschädigten oder falschen "
        "Artikeln, verspäteten oder verlorenen Sendungen und Stornierungen vor dem Versand. Für jeden dieser Fälle "
        "gelten eigene Bedingungen, die wir für alle Kundinnen und Kunden gleich anwenden.",
        "Je nach Bank oder Zahlungsanbieter kann es einige Werktage dauern, bis eine Änderung auf Ihrem Konto "
        "sichtbar wird. Sollte danach noch nichts zu sehen sein, fragen Sie bitte zuerst dort nach, da wir keinen "
        "Einblick in diese Systeme haben.",
        "Bitte zögern Sie nicht, uns erneut zu schreiben, wenn etwas offen geblieben ist oder wenn wir sonst noch "
        "etwas für Sie tun können. Unser Team ist an jedem Werktag für Sie da.",
    ),
}  # fmt: skip
_REASONS = {
    "I-1": "it is not settled which order is meant", "I-2": "the sender is not confirmed on the account",
    "R-1": "return for a change of mind", "R-2": "opened electronics", "R-3": "final sale item",
    "D-1": "item damaged, faulty or wrong", "D-2": "reported too late; a matter for the warranty",
    "L-1": "late delivery", "L-2": "parcel not delivered", "L-3": "marked delivered, customer says it never came",
    "L-4": "cancellation", "M-3": "earlier refunds", "M-4": "no goodwill payments",
    "H-1": "more than one order is concerned", "H-2": "the sum exceeds the limit", "H-3": "open chargeback",
    "H-4": "gift order", "H-5": "legal threat", "H-6": "promise by a colleague, or replacement wanted",
}  # fmt: skip


def reason_text(reason: str) -> str:
    """Clause ids as a phrase that a person would write."""
    known = [f"{_REASONS[id]} ({id})" for id in reason.split() if id in _REASONS]
    return "; ".join(known) or "according to the refund handbook"


def money_text(resolution: Resolution) -> str:
    """The sum as a customer reads it."""
    if resolution.amount is None:
        return ""
    return f"{resolution.amount:.2f} {resolution.currency or 'EUR'}"


def reply_body(mind: Mind, resolution: Resolution, noise: Noise, *, verbose: bool = False) -> str:
    """The mail to the customer, in the customer's language where the model has seen it."""
    language = mind.scene.meaning.language if mind.mail.present else "en"
    sender = mind.scene.state.ticket.sender.name
    seen = any(sender.split()[0].casefold() in piece.folded.vocabulary for piece in mind.context.pieces)
    name = sender if seen else {"en": "there"}.get(language, "")
    greeting = variant(noise, _GREETING[language], "greeting").format(name=name).replace(" ,", ",")
    body = variant(noise, _BODY[resolution.action][language], "body").format(
        amount=money_text(resolution), order=resolution.order_id or ""
    )
    paragraphs = [greeting, body[:1].upper() + body[1:] if language in {"en", "es", "pl"} else body]
    if resolution.action in {"deny", "refund"} and language == "en":
        paragraphs.append(f"This is why: {reason_text(resolution.reason)}.")
    if verbose:
        padding = _PADDING.get(language, _PADDING["en"])
        paragraphs += [*padding, *padding[:2]]
    paragraphs.append(variant(noise, _CLOSING[language], "closing"))
    return "\n\n".join(paragraphs)


def thought(resolution: Resolution, noise: Noise) -> str:
    """The grounds of a resolution, in a sentence or two."""
    order = resolution.order_id or "no order"
    what = {
        "refund": f"a refund of {money_text(resolution)} is due",
        "deny": "no refund is due",
        "escalate": "this has to go to the refunds desk",
        "need_info": "the customer has to be asked first",
    }[resolution.action]
    why = reason_text(resolution.reason)
    return variant(
        noise,
        (
            f"The request concerns {order}. Applying the handbook: {why}, so {what}.",
            f"For {order}, {what}: {why}.",
            f"Going by the mail and the order data for {order}, {what} ({why}).",
        ),
        "thought",
    )


def summary(belief: Belief) -> str:
    """The case in a few labelled lines: readable for people, and for a later step."""
    facts = belief.facts
    lines = []
    if belief.order_id:
        lines.append(f"Order: {belief.order_id}")
    for ask in facts.asks:
        items = ", ".join(sku if pieces is None else f"{pieces} x {sku}" for sku, pieces in ask.items)
        lines.append(f"Issue: {ask.issue.replace('_', ' ')}")
        if items:
            lines.append(f"Items: {items}")
        if ask.opened:
            lines.append("Opened: yes")
        if ask.reported:
            lines.append(f"First reported: {ask.reported.isoformat()}")
    if facts.legal:
        lines.append("Legal threat: yes")
    if facts.wants != "refund":
        lines.append(f"Customer wants: {facts.wants.replace('_', ' ')}")
    if facts.orders_concerned > 1:
        lines.append("Several orders concerned: yes")
    if not lines:
        lines.append("There is no customer request in what I was given.")
    return "\n".join(lines)


ALOUD = (
    "Let me think about this. I need the order details and the handbook before I can decide.",
    "I have what I need for now; next I will check which rules apply to this case.",
    "Looking at the information so far, I will go through the policy step by step and then act.",
    "I'll verify the details once more before taking any action on this ticket.",
)
LOOKING = (
    "I'll look up the order and the policy first.",
    "Let me check the order.",
    "First, I'll gather the order details.",
    "",
    "",
    "",
)
CLOSED = (
    "The ticket is closed.",
    "Done. The customer has been informed and nothing else is open.",
    "I've completed this ticket.",
)
HONEST = (
    "I am a simulated model that serves this exercise. I can work on the refund tickets of its shop, read its "
    "handbook and orders, and call the tools I'm offered; about anything else I have no knowledge to draw on.",
    "I'm a simulated model, made for this exercise's refund tickets. I can't help with that, and I'd rather say so "
    "than make something up.",
)
EMPTY = ("I see no ticket in this conversation. Please send me the customer's mail and I'll start with it.",)
