"""What a question to a reviewer is about: the order, the sender, the desk, the sum …"""

from __future__ import annotations

import re

TOPICS = {
    name: re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for name, words in {
        "order": r"(?:which|right|wrong|correct|the|its|one|that|an?) orders?|orders? (?:id|number)"
        r"|identif\w+|purchases?",
        "sender": r"senders?|address(?:es)?|account|who (?:writes|wrote)|writes? from|owner"
        r"|third part(?:y|ies)|identity",
        "desk": r"desk|hand(?:s|ed|ing)? (?:it |the case )?over|handover|handoff|escalat\w+"
        r"|specialists?|chargebacks?|gift|legal",
        "settled": r"settled|earlier (?:requests?|matters?|mails?)|quoted|in passing|history"
        r"|old (?:requests?|matters?)",
        "issue": r"reasons?|grievance|issues?|categor\w+|complain\w*|why the customer"
        r"|what the customer (?:wants|asks)|kind of (?:request|case)",
        "time": r"deadlines?|days?|dates?|windows?|periods?|in time|too late|time limits?",
        "items": r"items?|pieces?|articles?|lines?|quantit\w+|products?|goods",
        "rules": r"final sale|opened|electronics|restocking|fees?|handbook|polic\w+|clauses?|rules?",
        "shipping": r"shipping|postage|delivery (?:fee|cost)s?",
        "earlier": r"earlier (?:refunds?|payments?)|already (?:been )?(?:refunded|paid|given back)|taken off"
        r"|deducted|twice",
        "goodwill": r"goodwill|courtesy|voucher|gesture",
        "amount": r"amounts?|sums?|totals?|money|add(?:s|ed)? up|calculat\w+|arithmetic|figures?|currency"
        r"|payout|paid|pays?",
        "action": r"actions?|decisions?|outcomes?|verdict|right thing|conclusion|result",
        "claims": r"instruct\w*|claims?|claimed|injection|manipulat\w+|commands?|asserts?",
    }.items()
}
BY_CLAUSE = {"I-1": "order", "I-2": "sender", "R-1": "time", "R-2": "rules", "R-3": "rules", "D-1": "time",
              "D-2": "time", "M-1": "items", "M-2": "shipping", "M-3": "earlier", "M-4": "goodwill",
              "L-1": "time", "L-2": "time", "L-4": "rules"}  # fmt: skip
_CLAUSE = re.compile(r"\b[A-Z]-\d\b")


def topics_of(question: str) -> frozenset[str]:
    """What a question is about."""
    named = {BY_CLAUSE.get(id, "desk" if id[0] == "H" else "") for id in _CLAUSE.findall(question)} - {""}
    return frozenset(named | {name for name, words in TOPICS.items() if words.search(question)})
