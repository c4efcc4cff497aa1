"""A payment put before a controller: `## Requested refund`, `Payout to approve: 30.00 EUR on HL-123456`.

What is requested may be the customer's wish as well, so it counts only where a verdict is asked for, and
where nothing else is put as a proposal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from exercises.flaky_agent_trace.ontology import ORDER_ID

from .outcomes import sum_in
from .proposals import Proposal, paragraph_under, slots_put

_MONEY = (
    r"(?:refund|payout|pay-out|payment|reimbursement|repayment|credit|erstattung|rückerstattung|auszahlung"
    r"|remboursement|reembolso|pago|terugbetaling|uitbetaling|zwrot|wypłata)"
)
_ASKED = (
    r"(?:requested|submitted|filed|intended|entered|drafted|prepared|beantragte|geplante|vorgesehene"
    r"|aangevraagde|voorgestelde|wnioskowan[ya]|planowan[ya])"
)
_BEHIND = (
    r"(?:(?:to (?:be )?|for |awaiting |under |pending )(?:your )?(?:check|approv|verif|sign|review|releas"
    r"|confirm|audit|authori)\w*(?: off)?|requested|request|in question|on hold"
    r"|zur (?:prüfung|freigabe|genehmigung)"
    r"|à (?:vérifier|valider|approuver|contrôler)|demandé|prévu|solicitado|previsto|por (?:revisar|aprobar)"
    r"|ter (?:controle|goedkeuring)|do (?:sprawdzenia|zatwierdzenia|akceptacji))"
)
_LABEL = re.compile(
    r"^[ \t>#*_=-]{0,8}(?:(?:the|das|die|le|el|de|het) )?"
    rf"(?:{_ASKED}[ _]{_MONEY}|{_MONEY}[ _]{_BEHIND})(?: \([^()\n]{{1,60}}\))?"
    r"[*_\"' ]{0,3}(?:[=#-]{2,8}[ \t]*$|[:=][*_ ]{0,3}|[ \t]*$)",
    re.IGNORECASE | re.MULTILINE,
)
_TAG = re.compile(
    rf"<(?P<name>(?:{_ASKED}[_-]{_MONEY}|{_MONEY}[_-](?:request|to_check|to_approve|under_review)))"
    r"(?:\s[^<>]{0,80})?>(?P<body>[^<>]{1,2000})</(?P=name)>",
    re.IGNORECASE,
)


def payments_put(text: str) -> Iterator[Proposal]:
    """Each payment that stands under such a label, or in such a tag, with its sum."""
    shown = [(m.start(), m.end(), m["body"]) for m in _TAG.finditer(text)]
    for label in _LABEL.finditer(text):
        body = paragraph_under(text, label.end())
        shown.append((label.start(), label.end() + len(body), body))
    for start, end, body in sorted(shown):
        slots = slots_put(body)
        paid = slots.get("amount") or sum_in(body)
        if paid is None:
            continue
        order = ORDER_ID.search(body)
        named = {"order_id": order.group().upper()} if order is not None else {}
        slots = {**named, **slots, "action": "refund", "amount": paid}
        yield Proposal(slots, text[start:end], start, plain=True)
