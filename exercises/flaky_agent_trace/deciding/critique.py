"""Comparing a proposal with the model's own belief from this context, slot by slot."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from exercises.flaky_agent_trace.papers.drafted import letter_at, read_letter
from exercises.flaky_agent_trace.papers.fields import slots_in
from exercises.flaky_agent_trace.papers.outcomes import order_in, outcomes_in, proposed_by, sum_in
from exercises.flaky_agent_trace.papers.read_forms import ReadForm, forms_read
from exercises.flaky_agent_trace.reading.action_words import action_word
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.paid_out import unbooked
from exercises.flaky_agent_trace.shop.letters import letters
from exercises.flaky_agent_trace.shop.policy import Ask
from harness.simulation.reading.blobs import blobs, pairs
from harness.simulation.reading.context import Context

from .fault import Fault
from .handed import as_resolution, decided
from .held_to_mail import misread, order_shown, threatened
from .held_to_sheet import beyond_sheet
from .judgement import Resolution
from .told_letters import untrue

_WHOSE = (
    r"(?:answers?|responses?|reply|candidates?|options?|outputs?|proposals?|decisions?|agents?|models?|assistants?"
    r"|reviewers?|analysts?|clerks?|colleagues?|choices?|variants?|versions?|plans?|solutions?|samples?|runs?|votes?"
    r"|voters?|judges?|solvers?|bots?|drafts?|suggestions?|verdicts?|results?|amounts?|resolutions?|opinions?"
    r"|attempts?|experts?|workers?|readers?|extractions?|readings?|forms?|colleagues?|annotators?|extractors?|takes?)"
)
_NEXT = r"(?:(?<=[.;:!?,] )|(?<=\band ))"
_ANSWER = re.compile(
    rf"(?:^\W{{0,12}}(?:{_WHOSE}|the)?\W{{0,12}}|{_NEXT}(?:the )?{_WHOSE} |(?<=[.;:!?] )(?=[A-E]:)"
    rf"|{_NEXT}(?:the )?(?=(?:first|second|third|fourth|fifth) {_WHOSE}))"
    r"(?<!/)(?P<name>[a-e]|[1-5]|first|second|third|fourth|fifth)\b"
    rf"(?: (?:one|{_WHOSE}))?"
    r"(?:\s(?:says?|said|proposes?|proposed|suggests?|suggested|recommends?|wants?(?: to)?|thinks?"
    r"|would|answers?|answered)\b"
    r"|[\W_]{0,12}?[:=)\]>\n]|\s[–—-]\s|\.\s(?=\{|refund|deny|denied|escalat|pay|need|ask))",
    re.IGNORECASE | re.MULTILINE,
)
_NAMES = (
    ("A", "B", "C", "D", "E"),
    ("1", "2", "3", "4", "5"),
    ("FIRST", "SECOND", "THIRD", "FOURTH", "FIFTH"),
)
SIDES = _NAMES[0]


@dataclass(frozen=True, slots=True)
class Rivals:
    """Two or more proposals to compare."""

    names: tuple[str, ...]
    """What the program calls them."""
    texts: tuple[str, ...]
    labelled: bool = True
    """Whether they are called something, `Candidate 1`, and not only counted."""

    @property
    def read(self) -> tuple[dict[str, Any], ...]:
        """What each proposes, slot → value."""
        return tuple(slots_said(text) for text in self.texts)

    @property
    def forms(self) -> bool:
        """Whether each is a form about a mail."""
        return all(form_in(text) is not None for text in self.texts)


def form_in(text: str) -> ReadForm | None:
    """The form about a mail that a text holds, where it proposes nothing."""
    return next(iter(forms_read(text)), None) if "action" not in slots_said(text) else None


def rivals_in(context: Context) -> Rivals | None:
    """The last proposals with a name each, `None` where there are not two."""
    for piece in reversed(context.of("user", "system")):
        marks = _marks(piece.text)
        for names in _NAMES:
            found = _in_order([marks[name] for name in names if name in marks], names)
            if len(found) < 2:
                continue
            ends = [*(mark.start() for mark in found[1:]), len(piece.text)]
            texts = [piece.text[mark.end() : end] for mark, end in zip(found, ends, strict=True)]
            while len(texts) > 2 and not slots_said(texts[-1]):
                texts.pop()  # a step of an instruction, say
            said = all(re.search(_WHOSE, mark.group(), re.IGNORECASE) for mark in found)
            return Rivals(tuple(mark["name"] for mark in found)[: len(texts)], tuple(texts), said)
    return None


@lru_cache(maxsize=512)
def _marks(text: str) -> dict[str, re.Match[str]]:
    """What a text numbers or letters, each where it does so last."""
    return {match["name"].upper(): match for match in _ANSWER.finditer(text)}


def _in_order(marks: list[re.Match[str]], names: tuple[str, ...]) -> list[re.Match[str]]:
    """The marks from the first name on, as long as each stands behind the one before."""
    kept: list[re.Match[str]] = []
    for mark, name in zip(marks, names, strict=False):
        if mark["name"].upper() != name or (kept and mark.start() < kept[-1].end()):
            break
        kept.append(mark)
    return kept


def slots_said(text: str) -> dict[str, Any]:
    """What a text proposes, or what a letter tells, slot → value."""
    if (place := letter_at(text, 0)) is not None and (told := read_letter(text[slice(*place)])):
        return told
    found = next((blob.value for blob in blobs(text) if isinstance(blob.value, dict)), None)
    slots = slots_in(found if found is not None else {pair.key: pair.value for pair in pairs(text)})
    return slots or _in_short(text)


def _in_short(text: str) -> dict[str, Any]:
    """What a few words propose: `refund 14.35`, `deny`, `14.35 EUR`."""
    said = next((line for line in text.splitlines() if line.strip()), "").partition("?")[0]
    if _RULE.search(said) or len(outcomes_in(said)) > _FEW:
        return {}
    found = proposed_by(said)
    if found or len(said) > _SHORT:
        return found
    amount, order = sum_in(said), order_in(said)
    paid = {"action": "refund", "amount": amount} if amount is not None else {}
    return {**paid, **({"order_id": order} if order is not None else {})}


_SHORT = 40
"""Characters of a line that is nothing but a sum or a number."""
_FEW = 2
_RULE = re.compile(r"\b(?:if|when|whether|unless|decide|check|read|choose|or)\b", re.IGNORECASE)


def differences(mind: Mind, own: Resolution, proposal: dict[str, Any] | None = None) -> list[str]:
    """What a critic would object to, in words."""
    return [fault.text for fault in faults(mind, own, proposal)]


_DECISION = re.compile(
    r"\b(?:propos(?:ed|al)|planned|intended|suggested) (?:decision|resolution|action|outcome)\b"
    r"|\b(?:check|review|audit|judge|verify|assess) (?:\w+ ){0,3}decisions?\b"
    r"|\bdecided this (?:ticket|case)\b|\bis (?:the|this|that) decision\b",
    re.IGNORECASE,
)


def of_decision(mind: Mind) -> bool:
    """Whether a decision is to be checked against the case, be there a letter with it or not."""
    return mind.sees_orders and bool(mind.clauses) and _DECISION.search(mind.instructions) is not None


def faults(mind: Mind, own: Resolution, proposal: dict[str, Any] | None = None) -> list[Fault]:
    """What a critic would object to: only where its own reading differs.

    Who sees no order has nothing to hold against an action or a sum.
    """
    if proposal is None and not mind.proposal and (form := mind.form_shown) is not None:
        return misread(mind, own, form)
    said = proposal if proposal is not None else mind.proposal or mind.read_before
    if not said:
        return []
    found = [Fault(each.text, each.aspects) for each in untrue(mind, said)]
    of_letter = said.get("letter") and proposal is None and not of_decision(mind)
    fixed = decided(mind) if of_letter else None
    if fixed is not None:
        own = as_resolution(mind, own.belief, fixed)
        beyond = beyond_sheet(mind, said, own.order_id)
        found += [Fault(each.text, each.aspects) for each in beyond]
    elif found and not mind.sees_orders:
        return found
    sees = mind.sees_orders or fixed is not None
    action, amount = said.get("action"), said.get("amount")
    paid = Decimal(amount[0]) / 100 if amount else None
    if action is not None and action != own.action and sees:
        wrong = {"action", "policy", *(("amount",) if (paid or 0) != (own.amount or 0) else ())}
        due_word, word = action_word(mind, own.action), action_word(mind, action)
        claims = f"it tells the customer of `{word}`, and what was decided is `{due_word}`"
        plain = f"the decision should be `{due_word}`, not `{word}`"
        found.append(
            Fault(claims if fixed is not None else plain, frozenset(wrong), gross=_groundless(mind, said))
        )
    order = said.get("order_id")
    if order and own.order_id and order != own.order_id:
        strange = not order_shown(mind, order)
        text = f"the request concerns {own.order_id}, not {order}"
        found.append(Fault(text, frozenset({"order"}), gross=strange))
    due = own.amount if action == own.action == "refund" and sees else None
    told = {each.text for each in found}
    if (
        due is not None
        and paid is not None
        and paid != due
        and f"{due:.2f} was refunded, not {paid:.2f}" not in told
    ):
        wrong = {"amount", "policy"}
        text = f"the amount due is {due:.2f}, not {paid:.2f}"
        found.append(Fault(text, frozenset(wrong), gross=_beyond(own, paid)))
    if proposal is None and unbooked(mind):
        found.append(Fault(letters().reasons["unbooked"], frozenset({"amount", "claim"})))
    if thing := said.get("promised_thing"):
        found.append(Fault(f"it promises what was not decided: {thing}", frozenset({"policy", "promise"})))
    return found + _misread(mind, own, said)


_LEGAL = re.compile(
    r"\b(?:lawyers?|solicitors?|legal|court|sues?|suing|anwalt|gericht|avocat|tribunal|abogad[oa]|advocaat|prawnik)\b"
    r"|(?<![\w-])H-5(?![\w.])",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\b(?:no|not|nobody|never|without|kein\w*|nicht)\b|n['’]t\b", re.IGNORECASE)


def _groundless(mind: Mind, said: dict[str, Any]) -> bool:
    """Whether it is to be handed over for a threat that nobody made."""
    told = " ".join(str(said.get(slot) or "") for slot in ("reason", "reasoning", "grounds", "clauses"))
    legal = _LEGAL.search(told) is not None and _DENIED.search(told) is None
    return said.get("action") == "escalate" and legal and mind.mail.present and not threatened(mind)


def _beyond(own: Resolution, paid: Decimal) -> bool:
    """Whether a sum is more than was paid for the whole order."""
    order = own.facts.order if own.facts is not None else own.belief.facts.order
    return order is not None and bool(order.items) and paid > order.total


def _pieces(mind: Mind, own: Resolution, ask: Ask) -> list[float]:
    """How many of each item: as the mail counts them, else as many as the order has."""
    record = mind.orders.get(own.belief.order_id or "")
    parts = record.parts.get("items", []) if record is not None else []
    ordered = {str(part.get("sku") or part.id): part.get("quantity") for part in parts}
    counted = [float(count or ordered.get(sku) or 0) for sku, count in ask.items]
    return counted if all(counted) else []


def _misread(mind: Mind, own: Resolution, said: dict[str, Any]) -> list[Fault]:
    """Where a proposal or an extraction tells of the mail what does not stand there."""
    asks = own.belief.facts.asks
    listed = [entry for entry in said.get("asks") or () if isinstance(entry, dict)]
    found = []
    for entry in (listed or [said]) if asks else []:
        issue, pieces, opened = entry.get("issue"), entry.get("quantity"), entry.get("opened")
        same = next((ask for ask in asks if ask.issue == issue), None)
        if issue is not None and same is None:
            wrong = f"the customer's issue is `{asks[0].issue}`, not `{issue}`"
            found.append(Fault(wrong, frozenset({"issue"})))
        counted = _pieces(mind, own, same) if same else []
        if counted and pieces is not None and float(pieces) != sum(counted):
            wrong = f"{sum(counted):g} pieces are concerned, not {float(pieces):g}"
            found.append(Fault(wrong, frozenset({"items"})))
        if same and opened is not None and same.opened is not None and bool(opened) != same.opened:
            wrong = f"it {'was' if same.opened else 'was not'} opened"
            found.append(Fault(wrong, frozenset({"opened"})))
        told, came = entry.get("reported"), mind.mail.received
        if same and told and "reported_ok" in mind.contract.slots and told != (same.reported or came or told):
            wrong = f"it was first reported on {same.reported or came}, not on {told}"
            found.append(Fault(wrong, frozenset({"reported"})))
    noted = {entry.get("issue") for entry in listed} - {None}
    left = [ask.issue for ask in asks if ask.issue not in noted]
    if noted and left and "complete_ok" in mind.contract.slots:
        found.append(Fault(f"it leaves out what is asked as `{left[0]}`", frozenset({"complete"})))
    return found
