"""A case that a question about the handbook poses itself: its days and sums are reckoned by the clauses."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from decimal import Decimal

from exercises.flaky_agent_trace.deciding.judgement import Resolution
from exercises.flaky_agent_trace.deciding.perception import Belief
from exercises.flaky_agent_trace.ontology import ORDER_ID
from exercises.flaky_agent_trace.papers.entries import entries, without_entries
from exercises.flaky_agent_trace.papers.rulebook import days_over
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.queries import asked_of
from exercises.flaky_agent_trace.shop.handbook import Clause
from exercises.flaky_agent_trace.shop.policy import Ask, Decision, Facts, decide, reckon
from exercises.flaky_agent_trace.shop.records import Customer, Item, Order
from exercises.flaky_agent_trace.writing.abroad import YES_NO, grounds_in, tongue_of
from exercises.flaky_agent_trace.writing.wording import money_text, reason_text

from .last_days import spoken
from .stated_facts import Said, stated, with_all

_YEAR = 2026
_DAY = dt.date(_YEAR, 6, 1)
"""Of a parcel whose day is not told: only days after it are counted then."""
_PRICE = Decimal("100.00")
_ISSUES = (
    ("not_arrived", (r"\b(?:lost|still not|not (?:yet )?(?:been )?(?:delivered|arrived|there)"
    r"|never (?:came|arrived)"
     r"|hasn['’]t (?:come|arrived)|missing parcel|verloren)\b")),
    ("cancel", r"\b(?:cancel\w*|stornier\w*)\b"),
    ("damaged", (r"\b(?:damage\w*|broken|faulty|defe[ck]t\w*|cracked|smashed|leak\w*|beschädigt|schaden"
    r"|kaputt)\b")),
    ("changed_mind", (r"\b(?:returns?|returned|returning|send\w* (?:it |them )?back|sent back"
    r"|give\w* (?:it )?back"
     r"|(?:go|come)(?:es|s)? back|chang\w+ (?:his|her|their|its) minds?|regrets?"
     r"|(?:do(?:es)?|did)(?: not|n['’]t) (?:want|like|need)|(?:no longer|not) (?:wants?|needs?|likes?)"
     r"|take\w* (?:it )?back|unwanted|change of mind|keep\w* it|restocking"
     r"|zurück(?:geben|schicken|senden)|rückgabe)\b")),
    ("late", r"\b(?:late|delay\w*|promised)\b"),
)  # fmt: skip
_KNOWN = tuple((issue, re.compile(said, re.IGNORECASE)) for issue, said in _ISSUES)
_ELECTRONICS = re.compile(
    r"\b(?:electronic\w*|headphones?|headset|earbuds|speakers?|chargers?|phones?|tablets?|laptops?|cameras?"
    r"|keyboards?|monitors?|routers?|(?:slow|rice) cookers?|toasters?|blenders?|kopfhörer|lautsprecher)\b",
    re.IGNORECASE,
)
_KINDS = (
    ("electronics", _ELECTRONICS),
    (
        "kitchen",
        re.compile(
            r"\b(?:kitchen\w*|kettles?|pans?|pots?|teapots?|tumblers?|carafes?"
            r"|glass(?:es)?)\b",
            re.IGNORECASE,
        ),
    ),
    ("outdoor", re.compile(r"\b(?:garden\w*|outdoors?|hammocks?|parasols?|rucksacks?)\b", re.IGNORECASE)),
)
_LATEST = re.compile(
    r"\b(?:latest|last) (?:possible )?(?:day|date)\b|\b(?:until|by) when\b|\bhow long (?:can|may"
    r"|does|do|is)\b"
    r"|\bdeadline\b|\bwhen (?:does|is) the (?:window|return window|deadline)\b|\bbis wann\b",
    re.IGNORECASE,
)
_FEE = re.compile(r"\b(?:restocking|fee)\b", re.IGNORECASE)
_CLOSED = re.compile(
    r"(?:^|[.!?;,:]\s)(?:so |and |now |then )?(?:is|are|was|were|can|may|could|do|does|did|will"
    r"|would|must|should"
    r"|in time|too late|lost|refund\w*|still|allowed|kann|darf|bekommt|ist)\b[^.!?]{0,160}\?"
    r"|\b(?:right|isn['’]t it|ok(?:ay)?)\?",
    re.IGNORECASE,
)
_AGAINST = re.compile(
    r"\b(?:too late|outside|expired|past the|declin\w+|den(?:y|ied)|refus\w+|reject\w*|missed"
    r"|over)\b[^.!]{0,60}\?",
    re.IGNORECASE,
)
_CLAIMED_DAY = re.compile(r"\bday (\d{1,3})\b", re.IGNORECASE)
_OTHER = re.compile(rf"{ORDER_ID.pattern}|\b(?:shipping|postage|delivery fee)\b", re.IGNORECASE)
"""An order of a case, or money that is not for the goods."""
_CANCELS = re.compile(r"\b(?:cancel\w*|stornier\w*)\b", re.IGNORECASE)
_COUNTS = frozenset({"request", "delivered", "delay", "promised", "price"})


def posed(mind: Mind) -> str:  # noqa: PLR0911  (the first that it is)
    """The answer to a question that gives the days or the sum of a case; empty where none does."""
    case = (mind.mail.share and not mind.retold) or mind.orders or mind.deeds or mind.headed or mind.proposal
    asked = _asked(mind)
    if case or not mind.clauses or "?" not in asked or _OTHER.search(asked):
        return ""
    if limited := _by_limit(mind, asked):
        return limited
    said = stated(asked, _YEAR)
    known = {one.about for one in said}
    cancels = "status" in known and _CANCELS.search(asked)
    if not (known & _COUNTS or cancels) or (facts := _facts(asked, said)) is None:
        return ""
    rules = {id: seen.clause for id, seen in mind.clauses.items()}
    ask = facts.asks[0]
    if ask.issue in {"changed_mind", "damaged"} and not known & {"request"} and _LATEST.search(asked):
        return _last_day(facts, rules) if "delivered" in known else ""
    if ask.issue == "changed_mind" and _FEE.search(asked) and "price" in known:
        return _fee(facts, rules)
    if not _counts(ask, known):
        return ""
    decision = decide(facts, rules)
    own = _resolution(decision, facts, rules)
    if _paid(ask, own, known):
        return f"{money_text(own)}: {_share(facts, rules)}."
    return in_words(mind, asked, own, priced="price" in known)


_UNITS = {
    "€": "EUR",
    "£": "GBP",
    "euro": "EUR",
    "euros": "EUR",
    "pounds": "GBP",
    "zł": "PLN",
    "zloty": "PLN",
} | {unit.casefold(): unit for unit in ("EUR", "GBP", "PLN")}
_FIGURE = (
    r"(?:(?P<before>EUR|GBP|PLN|[€£])\s?)?(?P<sum>\d{2,5}(?:[.,]\d\d)?)(?:\s?(?P<unit>EUR|GBP|PLN"
    r"|euros?|pounds|zł|zloty|[€£]))?"
)
_REFUNDS = re.compile(r"\b(?:refund\w*|pay|paid|paying|sums?|amounts?)\b", re.IGNORECASE)
_OF_LIMIT = re.compile(
    r"\b(?:hand\w*[- ]?over|handed over|escalat\w+|refunds desk|the desk|supervisor|sign-?off|approv\w+"
    r"|(?:on )?(?:my|your|our|their|his|her) own|(?:my|your|them|him|her|our|it)sel(?:f|ves)|limit"
    r"|allowed|pay out)\b",
    re.IGNORECASE,
)
_TO_DESK = re.compile(
    r"(?<!without )(?<!without a )(?<!without an )(?<!no )"
    r"\b(?:hand\w*[- ]?over|handed over|escalat\w+|desk|supervisor|sign-?off|approval)\b",
    re.IGNORECASE,
)
_SUMS = re.compile(rf"(?<![\w.-]){_FIGURE}(?![\w%]|\.\d)", re.IGNORECASE)


def _by_limit(mind: Mind, asked: str) -> str:
    """Which of the sums in a question may be refunded without the desk; empty where that is not asked."""
    limits = mind.clauses.get("H-2")
    told = _OF_LIMIT.search(asked) and _REFUNDS.search(asked) and not stated(_SUMS.sub(" ", asked), _YEAR)
    if limits is None or not told or any(words.search(asked) for _, words in _KNOWN):
        return ""
    unit, said = "EUR", []
    for met in _SUMS.finditer(asked):
        unit = _UNITS.get((met["unit"] or met["before"] or unit).casefold(), unit)
        most = limits.clause.numbers.get("limit_pln" if unit == "PLN" else "limit")
        if most is not None:
            sum = Decimal(met["sum"].replace(",", "."))
            said.append((f"{sum:.2f} {unit}", sum > most, f"{most} {unit}"))
    if not said:
        return ""
    does = [
        f"{sum} {'has to be handed over' if over else 'may be refunded without a hand-over'}"
        for sum, over, _ in said
    ]
    word = ""
    if len(said) == 1 and _CLOSED.search(asked):
        word = "Yes. " if said[0][1] is bool(_TO_DESK.search(asked)) else "No. "
    more = f"more than {said[0][2]} goes to the refunds desk, exactly that much does not"
    return f"{word}{'; '.join(does)} (H-2: {more})."


def reckoned_beside(mind: Mind, facts: Facts) -> Resolution | None:
    """What is due on an order of which a prompt gives no number but its days: `Delivered: 2026-08-06`."""
    if mind.orders or not mind.mail.present or not mind.clauses or not facts.asks:
        return None
    said = tuple(one for one in stated(mind.asked_last, _YEAR) if one.about in _DATED)
    if "delivered" not in {one.about for one in said}:
        return None
    order = _order("delivered", "home", facts.sender)
    rules = {id: seen.clause for id, seen in mind.clauses.items()}
    asks = tuple(replace(ask, items=()) for ask in facts.asks)
    changed = with_all(replace(facts, order=order, asks=asks, orders_concerned=1), said)
    return _resolution(decide(changed, rules), changed, rules)


_DATED = frozenset({"delivered", "promised", "request"})


def _asked(mind: Mind) -> str:
    """The last message as it stands: what it tells of a case is no earlier reading of a mail."""
    ask = asked_of(mind)
    last = mind.context.of("user")[-1:]
    formal = ask is not None and (ask.brief or ask.ruled or ask.words is not None)
    return "" if formal or not last else " ".join(_beside_rules(mind.scene.told(last[0])).split())


def _beside_rules(text: str) -> str:
    """A message without a handbook that stands in it, its title and what announces it."""
    if not entries(text) and len(text.split("\n")) == 1:
        return text
    lines = (line for line in without_entries(text).splitlines() if not _TITLE.match(line))
    return "\n".join(lines)


_TITLE = re.compile(
    r"^\W{0,6}(?:[\w ,-]{0,40}\b(?:handbook|policy|rules|guidelines)\b[\w ,.-]{0,30}:?\W*|</?\w+>\s*)$",
    re.IGNORECASE,
)


def _counts(ask: Ask, known: set[str]) -> bool:
    """Whether the facts that are stated are those that such a case turns on."""
    needed: dict[str, tuple[set[str], ...]] = {
        "late": ({"delay"}, {"promised", "delivered"}),
        "not_arrived": ({"promised", "request"}, {"delay"}),
        "cancel": ({"status"},),
    }
    return any(one <= known for one in needed.get(ask.issue, ({"request"},)))


def issue_in(asked: str) -> str | None:
    """What is said to be asked for; `None`: it is not said."""
    return next((issue for issue, words in _KNOWN if words.search(asked)), None)


def _facts(asked: str, said: tuple[Said, ...]) -> Facts | None:
    """The case as it is posed; `None` where it is not said what is asked for."""
    issue = issue_in(asked)
    if issue is None:
        return None
    arrived = issue not in {"not_arrived", "cancel"}
    category = next((kind for kind, words in _KINDS if words.search(asked)), "home")
    order = _order("delivered" if arrived else "shipped", category, "", asked.casefold())
    facts = Facts(order, (Ask(issue, opened=None),), "", _DAY)  # type: ignore[arg-type]
    changed = with_all(facts, said)
    if "request" not in {one.about for one in said} and changed.order is not None:
        changed = replace(
            changed, received=max(changed.received, changed.order.delivered or changed.received)
        )
    return changed


def _order(status: str, category: str, email: str, name: str = "") -> Order:
    """An ordinary order with one item. `name`: words in which that is called by its name."""
    item = Item.model_construct(
        sku="#0", name=name, quantity=1, unit_price=_PRICE, final_sale=False, category=category
    )
    return Order.model_construct(
        id="", customer=Customer.model_construct(name="", email=email, also=(), country=""), placed=_DAY,
        status=status, promised=_DAY, delivered=_DAY if status == "delivered" else None,
        currency="EUR", items=(item,), shipping_fee=Decimal("0.00"), payment="card", chargeback="none",
        gift=False, refunds=(), notes=(),
    )  # fmt: skip


def _resolution(decision: Decision, facts: Facts, rules: dict[str, Clause]) -> Resolution:
    belief = Belief("", facts, grounded=True)
    return Resolution(
        decision.action, None, decision.amount, decision.currency, decision.reason, belief,
        facts=facts, kept=rules,
    )  # fmt: skip


def _paid(ask: Ask, own: Resolution, known: set[str]) -> bool:
    return ask.issue == "late" and own.action == "refund" and "price" in known


def _share(facts: Facts, rules: dict[str, Clause]) -> str:
    """How the money for a late parcel comes about."""
    steps, clause = reckon(facts, rules), rules["L-1"]
    if steps is None or facts.order is None:
        return "L-1"
    unit = facts.order.currency
    cap = clause.numbers.get("late_cap_pln" if unit == "PLN" else "late_cap")
    if "late_percent" not in clause.numbers:
        return f"{steps.amount:.2f} {unit}, whatever the goods cost (L-1)"
    share = f"{clause.numbers['late_percent']} % of {steps.base:.2f} {unit}"
    if steps.uncapped > steps.amount:
        return f"{share} would be {steps.uncapped:.2f}, and L-1 pays at most {cap} {unit}"
    return f"{share} (L-1)"


def in_words(mind: Mind, asked: str, own: Resolution, *, priced: bool) -> str:
    """A yes or no where that is asked, the days, and what would be done."""
    facts = own.facts
    assert facts is not None
    good = own.action == "refund"
    language = tongue_of(asked)
    if told := grounds_in(language, mind, own):
        yes, no = YES_NO[language]
        return f"{yes if good else no}. {told}" if _CLOSED.search(asked) else told
    word = ""
    if _CLOSED.search(asked):
        word = "Yes. " if good is not bool(_AGAINST.search(asked)) else "No. "
    ends = {
        "refund": f"{money_text(own)} would be due" if priced else "it would be refunded",
        "deny": "it would be declined",
        "escalate": "it would go to the refunds desk",
    }.get(own.action, "the customer would have to be asked first")
    counted = _counted(facts, own, asked)
    known = (own.kept.get(id) for id in own.reason.split())
    besides = own.reason == "R-3" or any(clause.own for clause in known if clause is not None)
    plain = counted and own.action in {"refund", "deny"} and not besides
    word = "" if "not day" in counted else word
    why = f" ({own.reason})" if plain else f": {reason_text(mind, own)}"
    said = f"{counted}, so {ends}{why}" if plain else f"{ends}{why}"
    return f"{word}{said[0].upper()}{said[1:]}."


def _counted(facts: Facts, own: Resolution, asked: str) -> str:
    """The days on which it turns."""
    order, ask = facts.order, facts.asks[0]
    if order is None:
        return ""
    if ask.issue == "not_arrived" and order.delivered is None and "L-2" in own.kept:
        days, least = (facts.received - order.promised).days, own.kept["L-2"].numbers.get("lost_days", 0)
        return f"the promised date was {days} days ago, and a parcel counts as lost from {least} days on"
    if ask.issue == "late" and order.delivered is not None and "L-1" in own.kept:
        days, least = (order.delivered - order.promised).days, own.kept["L-1"].numbers.get("late_days", 0)
        return f"it came {days} days late, and more than {least} days count"
    over = days_over(ask, facts, own.kept)
    if over is None or order.delivered is None:
        return ""
    days = (facts.received - order.delivered).days
    last = order.delivered + dt.timedelta(days=days - over)
    claimed = _CLAIMED_DAY.search(asked)
    off = f", not day {claimed[1]}" if claimed and int(claimed[1]) != days else ""
    dated = f"; the last one was {spoken(last)}" if order.delivered != _DAY else ""
    allowed = f"where {days - over} days are allowed"
    return f"counted from the delivery (day 0) it is day {days}{off}, {allowed}{dated}"


def _last_day(facts: Facts, rules: dict[str, Clause]) -> str:
    over, order = days_over(facts.asks[0], facts, rules), facts.order
    if over is None or order is None or order.delivered is None:
        return ""
    days = (facts.received - order.delivered).days - over
    clause = _resolution(decide(facts, rules), facts, rules).reason.split()[0]
    return f"{spoken(order.delivered + dt.timedelta(days=days))}: {days} days after the delivery ({clause})."


def _fee(facts: Facts, rules: dict[str, Clause]) -> str:
    """What is kept of a price, and what goes back."""
    ask = replace(facts.asks[0], opened=True if facts.asks[0].opened is None else facts.asks[0].opened)
    steps = reckon(replace(facts, asks=(ask,)), rules)
    if steps is None or not steps.lines or "R-2" not in rules or facts.order is None:
        return ""
    line, unit, numbers = steps.lines[0], facts.order.currency, rules["R-2"].numbers
    if not line.fee and "restocking_percent" not in numbers:
        return "There is none (R-2)."
    if not line.fee:
        return "There is none: only electronics that have been opened have a restocking fee (R-2)."
    share = f"{line.fee:.2f} {unit}: {numbers['restocking_percent']} % of {line.price:.2f} {unit}"
    back = f"{line.due:.2f} {unit} go back if the customer asks within {numbers.get('opened_days', '')} days"
    return f"{share}, so {back} (R-2)."
