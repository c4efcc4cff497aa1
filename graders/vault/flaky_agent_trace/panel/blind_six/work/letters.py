"""Replies to customers, in their language. They say what happened, by the outcome that was reached."""

from handbook import Decision

_OPEN = {
    "en": "Dear {name},", "de": "Guten Tag {name},", "fr": "Bonjour {name},", "es": "Hola, {name}:",
    "nl": "Beste {name},", "pl": "Dzień dobry {name},",
}  # fmt: skip
_CLOSE = {
    "en": "Kind regards\nHarbour Lane Support", "de": "Freundliche Grüße\nIhr Harbour-Lane-Team",
    "fr": "Bien cordialement\nL'équipe Harbour Lane", "es": "Un saludo\nEl equipo de Harbour Lane",
    "nl": "Met vriendelijke groet\nHarbour Lane klantenservice", "pl": "Pozdrawiamy\nZespół Harbour Lane",
}  # fmt: skip
_BODY = {
    "refund": {
        "en": "we have refunded {amount} for your order {order}. It reaches you the way you paid, within a few working days.",
        "de": "wir haben Ihnen für die Bestellung {order} {amount} erstattet. Der Betrag kommt in wenigen Werktagen auf Ihrem Zahlungsweg an.",
        "fr": "nous vous avons remboursé {amount} pour la commande {order}. La somme vous parvient sous quelques jours ouvrés.",
        "es": "le hemos devuelto {amount} por el pedido {order}. Lo recibirá en unos días laborables.",
        "nl": "we hebben u {amount} terugbetaald voor bestelling {order}. U ontvangt het binnen enkele werkdagen.",
        "pl": "zwróciliśmy {amount} za zamówienie {order}. Środki dotrą w ciągu kilku dni roboczych.",
    },
    "deny": {
        "en": "thank you for your mail. We have checked it against our refund terms and cannot make a refund here. {why}",
        "de": "danke für Ihre Nachricht. Wir haben sie nach unseren Regeln geprüft und können hier nichts erstatten. {why}",
        "fr": "merci pour votre message. Après vérification de nos conditions, nous ne pouvons pas rembourser. {why}",
        "es": "gracias por su mensaje. Según nuestras condiciones no podemos hacer un reembolso. {why}",
        "nl": "bedankt voor uw bericht. Volgens onze voorwaarden kunnen we hier niet terugbetalen. {why}",
        "pl": "dziękujemy za wiadomość. Zgodnie z naszymi zasadami nie możemy tu dokonać zwrotu. {why}",
    },
    "escalate": {
        "en": "thank you for your mail. A colleague at our refunds desk has it now and will write to you.",
        "de": "danke für Ihre Nachricht. Unsere Sachbearbeitung hat sie übernommen und meldet sich bei Ihnen.",
        "fr": "merci pour votre message. Notre service remboursements l'a repris et vous répondra.",
        "es": "gracias por su mensaje. Lo lleva ahora nuestro departamento de reembolsos, que le escribirá.",
        "nl": "bedankt voor uw bericht. Een collega van de afdeling terugbetalingen heeft het overgenomen en schrijft u.",
        "pl": "dziękujemy za wiadomość. Sprawę przejął nasz dział zwrotów i odezwie się do Państwa.",
    },
    "need_info": {
        "en": "thank you for your mail. Which order is it about? Please send us its number (HL-...) or the day you ordered, and what of it you mean.",
        "de": "danke für Ihre Nachricht. Um welche Bestellung geht es? Bitte nennen Sie uns die Nummer (HL-...) oder den Bestelltag, und was davon Sie meinen.",
        "fr": "merci pour votre message. De quelle commande s'agit-il ? Indiquez-nous son numéro (HL-...) ou la date, et l'article concerné.",
        "es": "gracias por su mensaje. ¿De qué pedido se trata? Indíquenos el número (HL-...) o la fecha, y el artículo.",
        "nl": "bedankt voor uw bericht. Om welke bestelling gaat het? Stuur ons het nummer (HL-...) of de besteldatum, en welk artikel u bedoelt.",
        "pl": "dziękujemy za wiadomość. Którego zamówienia dotyczy? Prosimy o numer (HL-...) lub datę oraz nazwę produktu.",
    },
}
_WHY = {
    "R-1": {
        "en": "The return period counted from delivery is over.", "de": "Die Rückgabefrist ab Lieferung ist abgelaufen.",
        "fr": "Le délai de retour à compter de la livraison est dépassé.", "es": "Ha pasado el plazo de devolución desde la entrega.",
        "nl": "De retourtermijn vanaf de levering is voorbij.", "pl": "Termin zwrotu od dnia dostawy minął.",
    },
    "R-3": {
        "en": "Final sale items cannot be returned for a change of mind.", "de": "Artikel aus dem Endverkauf nehmen wir bei Nichtgefallen nicht zurück.",
        "fr": "Les articles en vente finale ne sont pas repris.", "es": "Los artículos de liquidación no se devuelven.",
        "nl": "Uitverkoopartikelen nemen we niet terug.", "pl": "Towarów z wyprzedaży nie przyjmujemy z powrotem.",
    },
    "D-2": {
        "en": "It was reported too late for a refund; the warranty workshop can help: harbourlane.example/warranty.",
        "de": "Für eine Erstattung kam die Meldung zu spät; die Garantiewerkstatt hilft: harbourlane.example/warranty.",
        "fr": "Le signalement est trop tardif; l'atelier de garantie peut aider: harbourlane.example/warranty.",
        "es": "El aviso llegó tarde para un reembolso; le ayuda el taller de garantía: harbourlane.example/warranty.",
        "nl": "De melding kwam te laat; de garantiewerkplaats helpt: harbourlane.example/warranty.",
        "pl": "Zgłoszenie było zbyt późne; pomoże serwis gwarancyjny: harbourlane.example/warranty.",
    },
    "L-1": {
        "en": "The delay is not one that we compensate.", "de": "Diese Verspätung wird nicht entschädigt.",
        "fr": "Ce retard n'ouvre pas droit à compensation.", "es": "Este retraso no da derecho a compensación.",
        "nl": "Voor deze vertraging is er geen vergoeding.", "pl": "Za to opóźnienie rekompensata nie przysługuje.",
    },
    "L-2": {
        "en": "The parcel is still on its way.", "de": "Das Paket ist noch unterwegs.", "fr": "Le colis est encore en route.",
        "es": "El paquete sigue en camino.", "nl": "Het pakket is nog onderweg.", "pl": "Paczka jest jeszcze w drodze.",
    },
    "L-4": {
        "en": "The order has been shipped and cannot be stopped; you can return it after delivery.",
        "de": "Die Bestellung ist versandt und nicht mehr aufzuhalten; nach der Lieferung können Sie sie zurückgeben.",
        "fr": "La commande est expédiée; vous pourrez la retourner après la livraison.",
        "es": "El pedido ya salió; puede devolverlo tras la entrega.",
        "nl": "De bestelling is verzonden; u kunt die na levering retourneren.",
        "pl": "Zamówienie zostało wysłane; można je zwrócić po dostawie.",
    },
    "M-3": {
        "en": "What is due for it has been refunded already.", "de": "Der Betrag dafür wurde bereits erstattet.",
        "fr": "La somme due a déjà été remboursée.", "es": "El importe ya se devolvió.",
        "nl": "Het bedrag is al terugbetaald.", "pl": "Należna kwota została już zwrócona.",
    },
    "M-4": {
        "en": "We make no goodwill payments.", "de": "Kulanzzahlungen leisten wir nicht.", "fr": "Nous n'accordons pas de geste commercial.",
        "es": "No hacemos pagos de cortesía.", "nl": "Coulancevergoedingen geven we niet.", "pl": "Nie wypłacamy rekompensat uznaniowych.",
    },
}  # fmt: skip
_WHY["R-2"] = _WHY["R-1"]


def letter(name: str, decision: Decision, language: str) -> str:
    """The mail to the customer."""
    lang = language if language in _OPEN else "en"
    why = next((_WHY[clause][lang] for clause in decision.clauses if clause in _WHY), "")
    amount = f"{decision.amount:.2f} {decision.currency}" if decision.action == "refund" else ""
    body = _BODY[decision.action][lang].format(amount=amount, order=decision.order_id, why=why).strip()
    return "\n\n".join((_OPEN[lang].format(name=name), body, _CLOSE[lang]))

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
