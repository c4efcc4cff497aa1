"""What cue words tell of a mail, in six languages. The fuller a mail, the less they tell."""

import re

QUOTE = re.compile(r"(?m)^\s*(?:>|On .{5,60} wrote:|-{3,}|(?:From|Von|De|Van|Od): )")
WORDS = {
    "not_arrived": r"never (?:arrived|came)|not arrived|hasn.t (?:come|arrived)|nicht angekommen|pas (?:arriv|reçu)|"
    r"no ha llegado|niet (?:aangekomen|ontvangen)|nie (?:dotar|przysz)",
    "cancel": r"\bcancel|stornier|annul|cancelar|anuluj|rezygnuj",
    "damaged": r"broken|damaged|crack|chipp|faulty|defect|stopped working|kaputt|beschädigt|defekt|cassé|abîmé|"
    r"rot[oa]\b|dañad|kapot|stuk\b|beschadigd|uszkodz|zepsu|pękni",
    "wrong_item": r"wrong (?:item|colour|size|one)|instead of|falsche|mauvais (?:article|modèle)|equivocad|verkeerde|zamiast",
    "late": r"\blate\b|delay|verspät|zu spät|retard|tarde|retraso|te laat|vertraging|opóźnie|spóźni",
}
LEGAL = r"lawyer|solicitor|court|ombudsman|anwalt|gericht|avocat|tribunal|abogado|juzgado|advocaat|rechter|prawnik|sąd\b"
OPENED = r"opened|used|tried|set (?:it )?up|plugged|ausgepackt|benutzt|ouvert|utilisé|abierto|usado|geopend|gebruikt|otwar|używa"
SWAP = r"replace|exchange|ersatz|umtausch|remplace|échang|cambio|vervang|omruil|wymian"
TONGUES = {
    "de": r"\b(?:und|nicht|bitte|ich)\b", "fr": r"\b(?:vous|je|pas|merci)\b", "es": r"\b(?:que|por favor|gracias|no)\b",
    "nl": r"\b(?:ik|niet|een|graag)\b", "pl": r"\b(?:nie|proszę|się|jest)\b", "en": r"\b(?:the|and|you|I)\b",
}


def read(task: dict, orders: list[dict]) -> dict:
    """The reading that `rules.decide` takes."""
    ticket = task["ticket"]
    whole = f"{ticket['subject']}\n{ticket['body']}"
    quote = QUOTE.search(whole)
    text = whole[: quote.start()] if quote else whole
    named = [f"HL-{number}" for number in re.findall(r"(?<!\d)(\d{6})(?!\d)", text)]
    known = [order["id"] for order in orders]
    order_id = next((order for order in named if order in known), known[0] if len(known) == 1 else None)
    order = next((order for order in orders if order["id"] == order_id), None)
    issue = next((issue for issue, cue in WORDS.items() if re.search(cue, text, re.IGNORECASE)), "changed_mind")
    items = [] if order is None else [
        {"sku": item["sku"], "quantity": None} for item in order["items"]
        if any(word in text.lower() for word in re.findall(r"[a-z]{5,}", item["name"].lower()))
    ]
    return {
        "order_id": order_id,
        "order_unclear": order_id is None,
        "orders_concerned": list(dict.fromkeys(named))[:1],
        "asks": [{
            "issue": issue,
            "items": [] if issue in ("late", "cancel", "not_arrived") else items,
            "opened": bool(re.search(OPENED, text, re.IGNORECASE)),
            "first_reported": None,
        }],
        "legal": bool(re.search(LEGAL, text, re.IGNORECASE)),
        "wants": "replacement" if re.search(SWAP, text, re.IGNORECASE) else "refund",
        "language": max(TONGUES, key=lambda tongue: len(re.findall(TONGUES[tongue], text, re.IGNORECASE))),
    }

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
