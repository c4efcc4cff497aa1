"""Answers to people who ask in sentences: in a sentence or two, and in the language of the question.

A program that reads labelled lines gets them where it asks for a decision or for facts without a question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from exercises.flaky_agent_trace.answering.answers import Answers
from exercises.flaky_agent_trace.answering.itemised import name_words
from exercises.flaky_agent_trace.answering.replies import reply_to
from exercises.flaky_agent_trace.deciding.judgement import Resolution
from exercises.flaky_agent_trace.ontology import vocabulary
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.points import Query
from exercises.flaky_agent_trace.reading.queries import (
    DECIDED_BY,
    UNTOLD,
    asked_of,
    left_to_words,
    query_of,
)
from exercises.flaky_agent_trace.reading.quoting import FACTS, quotes, telling
from exercises.flaky_agent_trace.writing.abroad import YES_NO, asked_in, grounds_in, last_question
from exercises.flaky_agent_trace.writing.letter_parts import choices
from exercises.flaky_agent_trace.writing.summing import settled_before
from exercises.flaky_agent_trace.writing.telling import (
    about_order,
    complained,
    named,
    retold,
    retold_abroad,
    wants_told,
)
from exercises.flaky_agent_trace.writing.wording import money_text, reason_text
from harness.simulation.forms.spoken import Question, answered

from .explained import ends
from .posed import in_words, reckoned_beside
from .standing import counted, late_by

_QUESTION = re.compile(r"\?[\"'”»)]{0,2}(?:\s|$)")
_DECISION = frozenset({"action", "amount", "eligible", "clauses", "clause_id"})
_ORDER = frozenset({
    "order_id", "order_ids", "orders_fit", "orders_concerned", "order_list", "unclear", "one_order",
    "several_orders",
})  # fmt: skip
_WISH = frozenset({"wants", "asks", "issue", "item", "items", "sku", "quantity"})
_FEW = 4
"""Slots of a question that a person asks."""


def asks_in_words(mind: Mind) -> bool:
    """Whether a question stands in the last message, or is all that it is put to, and no form beside it."""
    if mind.contract.form != "text" or mind.contract.tools or _FORM.search(mind.instructions):
        return False
    return bool(_QUESTION.search(mind.asked_last)) or _goes_on(mind) or _put_to(mind)


def _put_to(mind: Mind) -> bool:
    """Whether the system prompt puts a question to whatever comes, or wants sentences for an answer."""
    system = mind.scene.instructions(mind.context.of("system"))
    ask = asked_of(mind)
    own = ask is not None and ask.own
    return not own and bool(_QUESTION.search(system) or _SENTENCES.search(system))


_SENTENCES = re.compile(
    r"\b(?:sentences?|sätze[n]?|satz|phrases?|frases?|zin(?:nen)?|zdani\w+)\b", re.IGNORECASE
)


def _goes_on(mind: Mind) -> bool:
    """Whether a few words follow an answer that was given in sentences."""
    said = [piece.text for piece in mind.context.of("assistant") if piece.text]
    return bool(said) and len(mind.asked_last.split()) <= _SHORT and not _LABELLED.search(said[-1])


_SHORT = 30
_LABELLED = re.compile(r"^\W{0,4}[A-Z]\w{2,12}:|^\W{0,4}[{<]", re.MULTILINE)


_FORM = re.compile(
    r"\b(?:json|xml|csv|yaml|format|fields?|labels?|labelled|columns?|template|keys?|one per line"
    r"|(?:on|in) (?:its|a|the (?:first|last|second)) (?:own |separate )?line|(?:first|last|final) line"
    r"|one (?:word|number|letter)|nothing else|yes or no|true or false)\b|\w{3,12}: ?<"
    r"|^[^\d\n]{0,80}\w \| \w",
    re.IGNORECASE | re.MULTILINE,
)


def told_in_prose(mind: Mind, answers: Answers, asked: Question) -> str:
    """What a question asks about, in sentences; empty where a value alone or a choice is wanted."""
    if asked.is_it and asked.slots[0] in DECIDED_BY and not mind.clauses and asks_in_words(mind):
        return _of_before(mind) or f"{UNTOLD}."
    plain = not (asked.brief or asked.options or asked.is_it or asked.numbers or asked.at_a_loss)
    if not plain or not asks_in_words(mind) or len(asked.slots) > _FEW:
        return ""
    kinds = {next((k for k, known in _KINDS.items() if slot in known), slot) for slot in asked.slots}
    if kinds == {"decision"} and mind.clauses:
        return decided_in_prose(mind, answers)
    if kinds & {"wish", "order"} and (told := retold_abroad(answers, asked_in(mind))):
        return told
    if mind.mail.present and len({met.casefold() for met in _WH.findall(mind.asked_last)}) > 2:
        return _headed(mind, retold(answers))
    found: dict[str, str] = {}
    counts = asked.slots != ("quantity",) and not _DAYS.isdisjoint(asked.slots)
    for slot in asked.slots:
        if (counts and slot == "quantity") or (slot == "currency" and "decision" in kinds):
            continue  # how many days; and a sum has its currency
        kind = next((k for k, known in _KINDS.items() if slot in known), slot)
        if kind not in found:
            found[kind] = _sentence(kind, mind, answers)
    if "decision" not in found and mind.clauses and _DUE_TOO.search(mind.asked_last):
        found["decision"] = decided_in_prose(mind, answers)
    return " ".join(filter(None, found.values()))


_DUE_TOO = re.compile(
    r"\bhow much\b[^.?]{0,30}\b(?:refund|pay|owe|due|back)\b|\bwhat (?:do we (?:owe|pay)|is due)\b",
    re.IGNORECASE,
)


def _headed(mind: Mind, said: str) -> str:
    """With who wrote and when, where it does not say so."""
    name, day = mind.sender_name, mind.mail.received
    if not name or name in said:
        return said
    return f"{name} wrote{f' on {day:%d %B %Y}' if day else ''}. {said}"


_WH = re.compile(r"\b(?:who|when|what|where|why|how)\b", re.IGNORECASE)
_DAYS = frozenset({"days", "delay", "in_time"})
_KINDS = {"decision": _DECISION, "order": _ORDER, "wish": _WISH, "days": _DAYS}


def _sentence(kind: str, mind: Mind, answers: Answers) -> str:  # noqa: PLR0911  (one a kind)
    match kind:
        case "decision" if mind.clauses:
            return decided_in_prose(mind, answers)
        case "order":
            return which_order(mind, answers)
        case "wish" if answers.facts.asks:
            own = answers.own_words if not any(ask.items for ask in answers.facts.asks) else ""
            return " ".join(filter(None, [*complained(answers), own, wants_told(answers)]))
        case "days" if (beside := reckoned_beside(mind, answers.facts)) is not None:
            return in_words(mind, last_question(mind), beside, priced=False)
        case "days" if _LATE.search(last_question(mind)) and (late := late_by(answers)):
            return late
        case "days" if told := " ".join(counted(answers)):
            return told
        case "confidence" if not _SCALED.search(mind.asked_last) and (sure := answers("confidence")):
            return f"About {round(100 * float(sure))} % sure."
    slot = "amount" if kind == "decision" else "item" if kind == "wish" else kind
    value = answered(Question((slot,), brief=True), vocabulary().ontology, answers)
    order = answers.facts.order
    if vocabulary().ontology.slots[slot].kind == "money" and value != "unknown" and order is not None:
        value = f"{value} {order.currency}" if float(value) else "Nothing"
    if value != "unknown" and slot in _PUT:
        return _PUT[slot].format(value)
    name = slot.removesuffix("_id").replace("_", " ")
    if value == "unknown":
        of_flag = vocabulary().ontology.slots[slot].kind == "flag"
        return f"What I was given doesn't tell {'that' if of_flag else f'the {name}'}."
    return f"The {name} is {value}." if value not in {"Yes", "No"} else f"{UNTOLD}."


_LATE = re.compile(r"\bdays? (?:too )?late\b|\bhow late\b|\bdelay(?:ed)?\b|\boverdue\b", re.IGNORECASE)
_SCALED = re.compile(r"\d ?(?:to|-|–|and) ?\d|%|\bper ?cent|\bprobability\b|\bscore\b", re.IGNORECASE)
_PUT = {
    "payment": "It was paid by {}.",
    "delivered": "It was delivered on {}.", "placed": "It was ordered on {}.",
    "promised": "It was promised for {}.", "received": "The mail came on {}.", "status": "The order is {}.",
    "name": "It is from {}.", "sender": "The address is {}.", "item_price": "It cost {}.",
    "order_total": "The order came to {}.", "shipping_fee": "The shipping fee was {}.",
    "reported": "It was first reported on {}.", "refunded_before": "{} has been refunded before.",
}  # fmt: skip


def which_order(mind: Mind, answers: Answers) -> str:
    """Which order is meant, and why not another; or which may be, and that the customer has to be asked."""
    own = answers.belief.order_id
    if own is None:
        return _open(mind, answers)
    if answers.facts.orders_concerned > 1:
        return " ".join(about_order(answers))
    why = dict(_WHY.findall(str(answers("order_reasoning") or "")))
    first = f": {why[own]}" if own in why else ""
    rest = [f"as for {id}, {said}" for id, said in why.items() if id != own]
    more = "; ".join(rest[:2])
    return f"It is about order {own}{first}." + (f" {more[0].upper()}{more[1:]}." if more else "")


_WHY = re.compile(r"(?P<id>HL-\d{6}): (?P<why>[^.]{4,120})(?=\.)")


def _open(mind: Mind, answers: Answers) -> str:
    offered = choices(mind) or tuple(answers("order_ids") or ())
    if len(offered) < 2:
        return " ".join(about_order(answers))
    listed = f"{', '.join(offered[:-1])} and {offered[-1]}"
    return (
        f"Which order it is can't be told: {listed} come into question, and nothing in the mail settles it, "
        f"so the customer has to be asked."
    )


def decided_in_prose(mind: Mind, answers: Answers) -> str:
    """What is due and why, in a sentence; a yes or no before it where that is asked."""
    own = answers.resolution
    if (beside := reckoned_beside(mind, answers.facts)) is not None:
        return in_words(mind, last_question(mind), beside, priced=False)
    language = asked_in(mind)
    if told := grounds_in(language, mind, own):
        return f"{_polar(mind, answers, language)}{told}"
    said = f"{_polar(mind, answers, 'en')}{decision_told(mind, answers)}"
    return f"{said[0].upper()}{said[1:]}"


def decision_told(mind: Mind, answers: Answers) -> str:
    """What is due and why, in English, as it goes on behind a yes or no."""
    own = answers.resolution
    why = reason_text(mind, own)
    order = f" for {own.order_id}" if own.order_id and len(mind.orders) > 1 else ""
    made = _made_up(answers, own)
    what = {
        "refund": f"{money_text(own)} {made}is due{order}",
        "deny": f"nothing is due{order}",
    }.get(own.action, ends(answers).removeprefix("So "))
    return f"{what}: {why}."


def _polar(mind: Mind, answers: Answers, language: str) -> str:
    """`Yes, ` or `No, ` where a question is put so that one of them answers it."""
    ask = asked_of(mind)
    query = query_of(ask) if ask is not None and ask.closed else None
    yes, no = YES_NO[language]
    if query is not None and left_to_words(query):
        held = reply_to(query, answers).casefold()
        mark = ", " if language == "en" else ". "
        return f"{yes}{mark}" if held.startswith("yes") else f"{no}{mark}" if held.startswith("no") else ""
    if language != "en" and _PAYS.search(last_question(mind)):
        return f"{yes}. " if answers.resolution.action == "refund" else f"{no}. "
    return ""


_PAYS = re.compile(
    r"(?:^|[.!,:]\s)(?:darf|kann|soll\w*|muss|müssen|bekommt|kriegt|erstatten|zahlen|mag|moet|kan|krijgt|betalen"
    r"|peut-on|doit-on|faut-il|est-ce qu\w*|puedo|podemos|debo|debemos|hay que|czy)\b(?![^?]{0,60}\bwarum\b)"
    r"[^?.!]{0,60}\b(?:\w*erstatt\w*|geld|(?:zurück)?zahlen|terugbetal\w*|betalen|rembours\w+|argent|devolver\w*"
    r"|reembols\w+|dinero|zwr[oóa]\w+|pieniądze)\b[^?]{0,60}\?",
    re.IGNORECASE,
)


def _made_up(answers: Answers, own: Resolution) -> str:
    """How a sum of several parts is made up, where they add up to it."""
    steps = answers.reckoned.steps
    if own.action != "refund" or steps is None or own.amount is None:
        return ""
    parts = list(_parts(answers))
    if len(parts) < 2 or sum((sum_ for sum_, _ in parts), Decimal(0)) != own.amount:
        return ""
    said = " ".join(f"{'-' if sum_ < 0 else '+'} {abs(sum_):.2f}{what}" for sum_, what in parts)
    return f"({said.removeprefix('+ ')}) "


def _parts(answers: Answers) -> Iterator[tuple[Decimal, str]]:
    steps = answers.reckoned.steps
    assert steps is not None
    for line in steps.lines:
        yield line.price, ""
        if line.fee:
            yield -line.fee, " restocking fee"
        if line.before:
            yield -line.before, " refunded before"
    if steps.lump:
        yield steps.lump, " for the delay"
    if steps.shipping:
        yield steps.shipping, " for shipping"
    if steps.less:
        yield -steps.less, " refunded before"


def in_one_line(answers: Answers) -> str:
    """What is due and by which clause, and no more."""
    own = answers.resolution
    known = [id for id in own.reason.split() if id in answers.mind.clauses]
    by = f" ({', '.join(known)})" if known else ""
    what = {"refund": f"{money_text(own)} is due", "deny": "nothing is due"}.get(own.action, "")
    said = what or ends(answers).removeprefix("So ")
    return f"{said[0].upper()}{said[1:]}{by}."


def closed_in_prose(  # noqa: PLR0911  (the first that bears it out)
    mind: Mind, query: Query, answers: Answers
) -> str:
    """A yes or no with what it rests on; empty where the bare word is wanted, or nothing bears it out."""
    ask = query.ask
    if not ask.closed or ask.brief or ask.words is not None or not asks_in_words(mind):
        return ""
    if query.slots <= DECIDED_BY | _DAYS and (beside := reckoned_beside(mind, answers.facts)) is not None:
        return in_words(mind, last_question(mind), beside, priced=False)
    if _of_another(answers, ask.question):
        return "The mail asks for nothing on that item, so I can't tell."
    if query.slots <= DECIDED_BY and not mind.clauses:
        return _of_before(mind)
    word = reply_to(query, answers)
    if word not in {"Yes", "No"}:
        return ""
    if query.slot == "order_id":
        turned = bool(_AGAINST.search(ask.question)) and query.value == answers.belief.order_id
        return f"{'No' if turned else word}. {which_order(mind, answers)}"
    if mind.clauses and query.slots & (DECIDED_BY | _OF_MONEY):
        return f"{word}: {decision_told(mind, answers)}"
    said = quotes(mind, fact) if (fact := FACTS.get(query.slot)) else ()
    if query.slot == "opened" and not said:
        return "The mail doesn't say whether it has been opened."
    told = " … ".join(f"“{telling(mind, span)}”" for span in said)
    return f"{word}: {told}" if told else f"{word}."


def _of_another(answers: Answers, asked: str) -> bool:
    """Whether a question names an item of these orders, and none of those that are asked about."""
    wanted = [named(answers, sku) for ask in answers.facts.asks for sku, _ in ask.items]
    own = frozenset().union(*map(name_words, wanted))
    parts = [part for one in answers.mind.orders.values() for part in one.parts.get("items", ())]
    others = frozenset().union(*(name_words(str(part.get("name") or "")) for part in parts)) - own
    said = name_words(asked)
    return bool(own) and bool(said & others) and not said & own


def _joined(told: list[str]) -> str:
    """Several sentences as one."""
    return "; ".join(f"{one[0].lower()}{one[1:].rstrip('.')}" for one in told)


def _of_before(mind: Mind) -> str:
    """What a mail tells of earlier refunds, where no rules say whether one is due."""
    told = _joined(settled_before(mind))
    return f"Going by the mail: {told}." if told else ""


_AGAINST = re.compile(r"\b(?:against|wrong|unlikely|not)\b|n['’]t\b", re.IGNORECASE)
_OF_MONEY = frozenset({"shipping_back", "in_time", "delay_counts", "counts_as_lost", "exceeds_limit"})


def thread_in_prose(answers: Answers) -> str:
    """What is still open of a thread, and which orders are settled."""
    orders, named = answers("orders_concerned") or [], answers("order_ids") or []
    about = f" ({', '.join(orders)})" if orders else ""
    done = [order for order in named if order not in orders]
    told = _joined(settled_before(answers.mind))
    settled = f" {' and '.join(done)}: settled, nothing is asked about it now." if done else ""
    settled = f" Settled: {told}." if told else settled
    said = " ".join([*complained(answers), wants_told(answers)])
    return f"Still open{about}: {said[0].lower()}{said[1:]}{settled}"
