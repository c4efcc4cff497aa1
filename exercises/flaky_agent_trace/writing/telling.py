"""The case in other words: as labelled lines, in sentences, as a translation, as a note for a colleague."""

from __future__ import annotations

import re

from exercises.flaky_agent_trace.papers.headers import HEADER
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.quoting import quotes
from exercises.flaky_agent_trace.shop.policy import Ask, Facts
from exercises.flaky_agent_trace.shop.records import Decoy, Fact

from .abroad import abroad
from .case import Case
from .wording import NOTHING, counted, summary

THEY = {
    "changed_mind": "wants to give back {what}", "damaged": "says that {what} arrived damaged or faulty",
    "wrong_item": "says that {what} is not what was ordered", "late": "complains that {what} came late",
    "not_arrived": "says that {what} never arrived", "cancel": "wants to cancel {what}",
    "goodwill": "asks for a gesture of goodwill over {what}",
    "already_paid_back": "asks for the money for {what} that was to be paid back already",
}  # fmt: skip


def told(case: Case) -> str:
    """A summary to be read: with who wrote and when, and with what else stands in the mail."""
    lines = summary(case.belief, lambda sku: named(case, sku))
    if not case.facts.asks:
        return lines
    open_one = [] if case.belief.order_id else about_order(case)
    several = [said for said in about_order(case) if "several" in said]
    return "\n".join([*_head(case.mind), lines, *open_one, *several, *besides(case.mind)])


def retold(case: Case, *, headed: bool = True) -> str:
    """The case in sentences, for people. `headed`: with who wrote and when."""
    if not case.facts.asks:
        return NOTHING
    mail = case.mind.mail
    when = f" on {mail.received:%d %B %Y}" if mail.received else ""
    wrote = (
        [f"{case.mind.sender_name or 'The customer'} ({mail.sender}) wrote{when}."]
        if mail.sender and headed
        else []
    )
    more = [*elsewhere(case), *besides(case.mind)]
    said = [*wrote, *complained(case), *about_order(case), wants_told(case), *more]
    return " ".join(filter(None, said))


_SENTENCES = re.compile(
    r"\b(?:sentences?|paragraph|prose)\b"
    r"|\bfor (?:the|a|my|our|your) (?:\w+ ){0,2}(?:person|colleagues?|humans?|team|desk|manager|shift)\b",
    re.IGNORECASE,
)


def for_people(asked: str) -> bool:
    """Whether sentences are wanted, or somebody is named who is to read them."""
    return bool(_SENTENCES.search(asked))


_LAWYER = "A lawyer or an authority is mentioned."


def complained(case: Case) -> list[str]:
    """What the customer says to be the matter, in sentences."""
    return [
        f"{'They also' if number else 'The customer'} "
        f"{plural(put(ask, case.facts), number).format(what=the(_what(case, ask)))}{asides(ask)}."
        for number, ask in enumerate(case.facts.asks)
    ]


def wants_told(case: Case) -> str:
    """What the customer wants, where that does not go without saying, and whether a lawyer comes into it."""
    return " ".join([*wish(case.facts), *([_LAWYER] if case.facts.legal else [])])


def retold_abroad(case: Case, language: str) -> str:
    """The case in another language; empty where it is English, or where it has no words in it."""
    words = abroad().told.get(language, {})
    wish = words.get(case.facts.wants, "")
    if not words or not wish or not case.facts.asks:
        return ""
    said = [
        words["who"].format(ask=words[ask.issue].format(what=", ".join(_items(case, ask)) or words["whole"]))
        for ask in case.facts.asks
    ]
    order = case.belief.order_id
    about = words["order"].format(order=order) if order else words["open"]
    return " ".join([*said, about, wish])


def put(ask: Ask, facts: Facts) -> str:
    """How a request is put, of which the thing itself is left open."""
    reduced = ask.issue == "goodwill" and facts.wants == "discount"
    return "asks for a discount as a gesture of goodwill over {what}" if reduced else THEY[ask.issue]


def wish(facts: Facts) -> list[str]:
    """The sentence for what they want, where it does not go without saying."""
    if facts.wants == "refund":
        issues = {ask.issue for ask in facts.asks}
        some = issues == {"late"}
        return [] if issues <= _FOR_MONEY else [f"They want {'some' if some else 'their'} money back."]
    if facts.wants == "discount" and any(ask.issue == "goodwill" for ask in facts.asks):
        return []
    thing = facts.wants.replace("_", " ")
    return [f"They want {thing}." if thing == "store credit" else f"They want a {thing}."]


_FOR_MONEY = frozenset({"changed_mind", "cancel", "already_paid_back", "goodwill"})


_ALL_ASKS = re.compile(
    r"\b(?:list|enumerate|bullets?|bullet points?|itemi[sz]e|one (?:bullet|line|point))\b", re.IGNORECASE
)
_WHAT_THEY_ASK = re.compile(
    r"\b(?:everything|anything|all|each thing|what(?:ever)?|things?|every)\b[^.?\n]{0,30}?"
    r"\b(?:customer|client|buyer|person|sender|writer|they|he|she|mail|e-?mail|message)\b[^.?\n]{0,20}?"
    r"\b(?:asks?|asking|wants?|requests?|requesting|demands?|wish\w*|requires?)\b"
    r"|\b(?:the|all|every) (?:customer['’]s )?(?:requests?|asks|demands|wishes)\b",
    re.IGNORECASE,
)


def asks_wanted(asked: str) -> bool:
    """Whether a list of what the customer asks for is wanted."""
    return bool(_ALL_ASKS.search(asked) and _WHAT_THEY_ASK.search(asked))


def asks_told(case: Case) -> str:
    """What the customer asks for, a line each; empty where nothing is understood."""
    wants = case.facts.wants.replace("_", " ").capitalize()
    lines = []
    for ask in case.facts.asks:
        kind = {"cancel": "Cancellation of", "goodwill": "A gesture of goodwill over"}.get(
            ask.issue, f"{wants} for"
        )
        why = "" if ask.issue in {"cancel", "goodwill"} else f" ({ask.issue.replace('_', ' ')})"
        lines.append(f"- {kind} {_what(case, ask)}{why}")
    return "\n".join(lines)


_SETTLED = re.compile(
    r"\b(?:which|what|anything|everything|summari[sz]e|list|tell)\b[^.\n]{0,80}"
    r"\b(?:settled|resolved|(?:al)?ready solved|still open|outstanding|pending|unresolved)\b",
    re.IGNORECASE,
)


def thread_asked(asked: str) -> bool:
    """Whether it is asked what of a mail is settled and what is open."""
    return bool(_SETTLED.search(asked))


_STATE = r"[\"'“`*]{0,2}(%s)[\"'”`*]{0,2}"
_OPEN_WORD = _STATE % "open|pending|outstanding|unresolved|unsettled"
_SETTLED_WORD = _STATE % "settled|closed|resolved|done|solved|finished"
_BY_NUMBER = re.compile(
    r"\b(?:each|every|all|per)\b[^\n]{0,30}\border(?: (?:number|id)s?|s)?\b[^\n]{0,60}?"
    rf"\b(?:(?P<settled>{_SETTLED_WORD})|(?P<open>{_OPEN_WORD}))\W{{0,3}}(?:or|/|\|)\W{{0,3}}"
    rf"(?P<other>{_STATE % r'[A-Za-z]{4,12}'})",
    re.IGNORECASE,
)


def by_number(mind: Mind) -> bool:
    """Whether each order number is to be marked as settled or open."""
    return _BY_NUMBER.search(mind.instructions) is not None


def thread(case: Case) -> str:
    """What the mail asks for now, and which orders it speaks of without asking anything about them."""
    orders = case("orders_concerned") or []
    others = [order for order in case("order_ids") or [] if order not in orders]
    if (marks := _BY_NUMBER.search(case.mind.instructions)) is not None:
        first, other = (marks["settled"] or marks["open"]), marks["other"]
        still, done = (other, first) if marks["settled"] else (first, other)
        marked = {**dict.fromkeys(others, done), **dict.fromkeys(orders, still)}
        return "\n".join(f"{order}: {mark.strip(_MARKS)}" for order, mark in sorted(marked.items()))
    lines = []
    for number, ask in enumerate(case.facts.asks):
        order = orders[min(number, len(orders) - 1)] if orders else "order not named"
        lines.append(f"Open: {ask.issue.replace('_', ' ')}, {_what(case, ask)} ({order})")
    lines += [f"Settled: {order} (spoken of, but nothing is asked about it now)" for order in others]
    return "\n".join(lines or [NOTHING])


_MARKS = " \"'“”`*"


def plural(sentence: str, number: int) -> str:
    """`wants` as `want`, after `they also`."""
    return re.sub(r"^(\w+)s\b", r"\1", sentence) if number else sentence


def asides(ask: Ask) -> str:
    opened = ", which has been opened" if ask.opened else ""
    since = f", first reported on {ask.reported:%d %B %Y}" if ask.reported else ""
    return opened + since


def _what(case: Case, ask: Ask) -> str:
    return " and ".join(_items(case, ask)) or "the order"


def the(what: str) -> str:
    """One thing's name with its article: the mail's own words have one, and so have `2 x` and `the order`."""
    return f"the {what}" if what[:1].isupper() and not what.startswith("The ") else what


def _items(case: Case, ask: Ask) -> list[str]:
    return [counted(named(case, sku), pieces) for sku, pieces in ask.items]


def named(case: Case, sku: str) -> str:
    """An item as the context has it: by name and number, or by the mail's own words."""
    mind = case.mind
    for record in mind.orders.values():
        for part in record.parts.get("items", []):
            if sku in {part.get("sku"), part.id}:
                name, own = part.get("name"), part.get("sku")
                return f"{name} ({own})" if name and own else str(name or own or sku)
    known: list[Fact | Decoy] = [*mind.mail.facts, *mind.mail.decoys]
    spans = next((each.spans for each in known if each.fact == "item" and each.value == sku), ())
    return " … ".join(map(quoted, spans)) or sku


def about_order(case: Case) -> list[str]:
    """Which order it is: by number, as several, or by the mail's own words where no order is known yet."""
    belief = case.belief
    if belief.facts.orders_concerned > 1:
        orders = case("orders_concerned") or []
        own = [f"It is about order {belief.order_id}."] if belief.order_id else []
        return [*own, f"It concerns several orders: {', '.join(orders)}."] if len(orders) > 1 else own
    if belief.order_id:
        return [f"It is about order {belief.order_id}."]
    pointing = [fact for fact in case.mind.mail.facts if fact.fact == "order"]
    if pointing:
        words = " … ".join(quoted(span) for span in pointing[0].spans)
        return [f"The order is called {words} there."]
    return ["Which order it is remains open."]


def besides(mind: Mind) -> list[str]:
    """Words that try to command the reader, told as what they are."""
    injection = mind.scene.meaning.injection
    if not mind.mail.injected or injection is None:
        return []
    words = " ".join(quoted(span) for span in injection.spans)
    return [f"The mail also holds instructions to whoever reads it: {words}"]


_BY_BANK = re.compile(
    r"\bcharge-?\s?backs?\b|\bcard (?:company|issuer|provider)\b|\b(?:asked|told|called|contacted"
    r"|through|via|by|with|disput\w+)\b"
    r"[^.!?\n]{0,24}\b(?:bank|credit card|paypal)\b|\brück(?:buchung|lastschrift)\b|\bkartenfirma\b"
    r"|\bopposition\b|\bterugboeking\b",
    re.IGNORECASE,
)


def elsewhere(case: Case) -> list[str]:
    """Whether the customer wants the money by way of the bank too, by the mail and by the order's record."""
    mind = case.mind
    said = [line for line in quotes(mind, "chargeback") if _BY_BANK.search(line)]
    record = mind.orders.get(case.belief.order_id or "")
    words = " ".join(quoted(line.rstrip(".")) for line in said)
    told = [f"They have turned to the bank or card company: {words}."] if said else []
    opened = record is not None and record.get("chargeback") == "open"
    return [*told, *(["A chargeback is open on the order."] if opened else [])]


def quoted(span: str) -> str:
    return f"“{' '.join(span.split())}”"


def _head(mind: Mind) -> list[str]:
    lines = []
    if mind.mail.sender:
        lines.append(f"From: {mind.sender_name or ''} <{mind.mail.sender}>")
    if mind.mail.received:
        lines.append(f"Received: {mind.mail.received.isoformat()}")
    return lines


def headers(mind: Mind) -> str:
    """The head of the mail, as the program shows it."""
    shown = [line.strip() for p in pieces(mind) for line in HEADER.findall(p)]
    return "\n".join(dict.fromkeys(shown)) or "\n".join(_head(mind))


def pieces(mind: Mind) -> list[str]:
    return [
        piece.folded.plain for piece in mind.context.of("system", "user") if mind.scene.mail_share(piece) > 0
    ]
