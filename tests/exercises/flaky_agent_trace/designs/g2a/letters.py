"""The reply: greeting, the model's paragraph, our sentence, closing."""

FRAME = {
    "en": ("Hello {name},", "Kind regards\nHarbour Lane Support"),
    "de": ("Guten Tag {name},", "Freundliche Grüße\nIhr Harbour-Lane-Team"),
    "fr": ("Bonjour {name},", "Cordialement,\nLe service client Harbour Lane"),
    "es": ("Hola, {name}:", "Un cordial saludo,\nAtención al cliente de Harbour Lane"),
    "nl": ("Beste {name},", "Met vriendelijke groet,\nHarbour Lane Klantenservice"),
    "pl": ("Dzień dobry {name},", "Z poważaniem\nZespół Harbour Lane"),
}

SENTENCE = {
    "en": {
        "paid": "We have refunded {amount} {currency} for order {order}. It goes back to the payment method you used.",
        "desk": "Your request has been passed to our refunds desk, who will get back to you. Nothing has been refunded so far.",
        "which": "So that we refund the right thing: please tell us the order number and which item, and how many pieces, you mean.",
        "goodwill": "We cannot pay any compensation or goodwill for order {order}.",
        "under_way": "Order {order} has been shipped and is still on its way, so we cannot refund it now. You can return it after delivery.",
        "too_late": "The period for this request on order {order} has passed, so we cannot refund it.",
        "warranty": "The defect in order {order} was reported more than 7 days after delivery, so we cannot refund it; our warranty workshop will help: harbourlane.example/warranty",
        "final_sale": "The item in order {order} was final sale, so it cannot be returned.",
        "not_late_enough": "Order {order} came no more than three days after the promised date; for that we pay no compensation.",
        "nothing_left": "Our records show that what was due on order {order} has already been refunded, so nothing further can be paid.",
    },
    "de": {
        "paid": "Wir haben {amount} {currency} für die Bestellung {order} auf Ihr Zahlungsmittel erstattet.",
        "desk": "Wir haben Ihr Anliegen an unsere Erstattungsabteilung übergeben, die sich bei Ihnen meldet. Bisher wurde nichts erstattet.",
        "which": "Damit wir das Richtige erstatten: Bitte nennen Sie uns die Bestellnummer sowie Artikel und Stückzahl.",
        "goodwill": "Für die Bestellung {order} können wir leider keine Kulanz oder Entschädigung zahlen.",
        "under_way": "Die Bestellung {order} ist versandt und noch unterwegs, daher können wir sie jetzt nicht erstatten. Nach der Zustellung können Sie sie zurückgeben.",
        "too_late": "Die Frist für die Bestellung {order} ist leider abgelaufen, daher ist keine Erstattung möglich.",
        "warranty": "Der Mangel an der Bestellung {order} wurde mehr als 7 Tage nach Lieferung gemeldet; bitte wenden Sie sich an die Garantiewerkstatt: harbourlane.example/warranty",
        "final_sale": "Der Artikel aus der Bestellung {order} war vom Umtausch ausgeschlossen, daher können wir ihn nicht zurücknehmen.",
        "not_late_enough": "Die Bestellung {order} kam nicht mehr als drei Tage nach dem zugesagten Termin; dafür zahlen wir keine Entschädigung.",
        "nothing_left": "Laut unseren Unterlagen wurde für die Bestellung {order} bereits alles erstattet, was zustand.",
    },
    "fr": {
        "paid": "Nous avons remboursé {amount} {currency} pour la commande {order} sur votre moyen de paiement.",
        "desk": "Nous avons transmis votre demande à notre service des remboursements, qui reviendra vers vous. Rien n'a été remboursé à ce stade.",
        "which": "Pour rembourser le bon article, merci de nous indiquer le numéro de commande, l'article et le nombre de pièces.",
        "goodwill": "Nous ne pouvons verser aucun geste commercial pour la commande {order}.",
        "under_way": "La commande {order} est expédiée et encore en route : nous ne pouvons pas la rembourser maintenant. Vous pourrez la retourner après la livraison.",
        "too_late": "Le délai pour la commande {order} est dépassé, nous ne pouvons donc pas la rembourser.",
        "warranty": "Le défaut de la commande {order} a été signalé plus de 7 jours après la livraison ; notre atelier de garantie vous aidera : harbourlane.example/warranty",
        "final_sale": "L'article de la commande {order} était en vente définitive et ne peut être repris.",
        "not_late_enough": "La commande {order} est arrivée au plus trois jours après la date promise ; cela n'ouvre pas droit à compensation.",
        "nothing_left": "D'après nos dossiers, tout ce qui était dû pour la commande {order} a déjà été remboursé.",
    },
    "es": {
        "paid": "Hemos reembolsado {amount} {currency} por el pedido {order} en su medio de pago.",
        "desk": "Hemos pasado su solicitud a nuestro departamento de reembolsos, que se pondrá en contacto con usted. Por ahora no se ha reembolsado nada.",
        "which": "Para reembolsar lo correcto, indíquenos por favor el número de pedido, el artículo y cuántas unidades.",
        "goodwill": "No podemos pagar ninguna compensación por cortesía por el pedido {order}.",
        "under_way": "El pedido {order} ya se ha enviado y sigue en camino, por lo que ahora no podemos reembolsarlo. Podrá devolverlo tras la entrega.",
        "too_late": "El plazo para el pedido {order} ha pasado, por lo que no podemos reembolsarlo.",
        "warranty": "El defecto del pedido {order} se comunicó más de 7 días después de la entrega; nuestro taller de garantía le ayudará: harbourlane.example/warranty",
        "final_sale": "El artículo del pedido {order} era de liquidación y no admite devolución.",
        "not_late_enough": "El pedido {order} llegó como mucho tres días después de la fecha prometida; eso no da derecho a compensación.",
        "nothing_left": "Según nuestros registros, todo lo que correspondía por el pedido {order} ya se ha reembolsado.",
    },
    "nl": {
        "paid": "We hebben {amount} {currency} voor bestelling {order} terugbetaald via uw betaalmiddel.",
        "desk": "We hebben uw verzoek doorgegeven aan onze afdeling terugbetalingen, die contact met u opneemt. Er is nog niets terugbetaald.",
        "which": "Om het juiste terug te betalen: laat ons het bestelnummer weten, en welk artikel en hoeveel stuks u bedoelt.",
        "goodwill": "Voor bestelling {order} kunnen we geen coulancevergoeding betalen.",
        "under_way": "Bestelling {order} is verzonden en nog onderweg, dus we kunnen nu niet terugbetalen. Na levering kunt u retourneren.",
        "too_late": "De termijn voor bestelling {order} is verstreken, dus we kunnen niet terugbetalen.",
        "warranty": "Het defect in bestelling {order} is meer dan 7 dagen na levering gemeld; onze garantiewerkplaats helpt u verder: harbourlane.example/warranty",
        "final_sale": "Het artikel uit bestelling {order} was definitieve uitverkoop en kan niet worden teruggenomen.",
        "not_late_enough": "Bestelling {order} kwam niet meer dan drie dagen na de toegezegde datum; daarvoor betalen we geen vergoeding.",
        "nothing_left": "Volgens onze gegevens is alles wat voor bestelling {order} verschuldigd was al terugbetaald.",
    },
    "pl": {
        "paid": "Zwróciliśmy {amount} {currency} za zamówienie {order} na użytą metodę płatności.",
        "desk": "Przekazaliśmy Państwa sprawę do działu zwrotów, który się odezwie. Na razie nic nie zostało zwrócone.",
        "which": "Abyśmy zwrócili właściwą kwotę, prosimy o numer zamówienia oraz o to, który artykuł i ile sztuk.",
        "goodwill": "Nie możemy wypłacić rekompensaty uznaniowej za zamówienie {order}.",
        "under_way": "Zamówienie {order} zostało wysłane i jest w drodze, więc nie możemy go teraz zwrócić. Po doręczeniu można je odesłać.",
        "too_late": "Termin dla zamówienia {order} minął, więc zwrot nie jest możliwy.",
        "warranty": "Wadę w zamówieniu {order} zgłoszono ponad 7 dni po doręczeniu; pomoże nasz serwis gwarancyjny: harbourlane.example/warranty",
        "final_sale": "Artykuł z zamówienia {order} pochodził z wyprzedaży i nie podlega zwrotowi.",
        "not_late_enough": "Zamówienie {order} dotarło najwyżej trzy dni po obiecanym terminie; za to nie wypłacamy rekompensaty.",
        "nothing_left": "Z naszych danych wynika, że wszystko, co się należało za zamówienie {order}, zostało już zwrócone.",
    },
}


def letter(language: str, name: str, paragraph: str, why: str, order: dict | None, amount) -> str:
    greeting, closing = FRAME[language]
    sentence = SENTENCE[language][why].format(
        order=order["id"] if order else "", currency=order["currency"] if order else "", amount=amount
    )
    parts = [greeting.format(name=name), paragraph.strip(), sentence, closing]
    return "\n\n".join(part for part in parts if part)
