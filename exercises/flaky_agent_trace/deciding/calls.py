"""Arguments of calls, and what results say: the small print of acting with tools."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from exercises.flaky_agent_trace.ontology import ORDER_ID, vocabulary
from exercises.flaky_agent_trace.papers.clauses import stated
from exercises.flaky_agent_trace.papers.deeds import Deed
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.shop.policy import Action
from harness.simulation.calling.purposes import unaccented
from harness.simulation.calling.tools import Offered
from harness.simulation.forms.contract import Contract
from harness.simulation.meaning.slots import words_of

from .judgement import Resolution
from .perception import Belief

Json = Any
TOPIC = {
    "changed_mind": "returns", "damaged": "damage", "wrong_item": "damage", "late": "delivery",
    "not_arrived": "delivery", "cancel": "delivery", "goodwill": "payment", "already_paid_back": "payment",
}  # fmt: skip
SUBJECT = {
    "changed_mind": "return", "damaged": "damaged", "wrong_item": "wrong item", "late": "late",
    "not_arrived": "lost", "cancel": "cancel", "goodwill": "goodwill", "already_paid_back": "refund",
}  # fmt: skip
"""The word by which the rules for it are found."""


def fitting(value: Json, schema: Json) -> Json:
    """A value in the type and by the option that the tool's schema names; in a list, where it takes one."""
    if takes_many(schema):
        every = value if isinstance(value, list) else [value]
        return [_single(one, schema.get("items")) for one in every]
    return _single(value, schema)


def _single(value: Json, schema: Json) -> Json:
    schema = schema if isinstance(schema, dict) else {}
    options = schema.get("enum")
    if options and value not in options:
        ontology = vocabulary().ontology
        own = ontology.value_of("action", str(value)) or str(value)
        named = tuple(map(str, options))
        told = {
            action: _in_words(action, named) or ontology.option("action", action, named)
            for action in _OUTCOMES
        }
        left = [one for one in named if one not in told.values()]
        if own in _OUTCOMES and told[own] is None and len(left) == 1:
            return next(option for option in options if str(option) == left[0])  # the others say other deeds
        # Where there is no word for what was done, the next best one is not that money was paid.
        for known in (own, "escalate", "need_info", "deny"):
            option = ontology.option("action", known, named) or _in_words(known, named)
            if option is not None:
                return option
        return options[0]
    return _typed(value, schema)


def _typed(value: Json, schema: dict[str, Json]) -> Json:
    """A value in one of the types that a schema names."""
    said = schema.get("type")
    kinds = set(map(str, said if isinstance(said, list) else [said]))
    numbers = kinds & {"number", "integer"}
    if "string" in kinds and not numbers and isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:.2f}"
    if numbers and "string" not in kinds and isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return 0
    if kinds == {"array"} and not isinstance(value, list):
        return [value]
    return value


_OUTCOMES: dict[str, str] = {
    "refund": r"paid(?: back| out)?|credited|refund\w*|reimburs\w*|money back|rembours\w*|erstatt\w*"
    r"|zwroc\w*|zwrot|reembols\w*|rimbors\w*|terugbetaald|wyplac\w*|devuelto|devuelta|abonado|reintegrado"
    r"|pagado|paye|verse|bezahlt|ausgezahlt|betaald|oddane",
    "deny": r"no|not paid|den\w+|refus\w*|reject\w*|declin\w*|turned down|abgelehnt|ablehnung"
    r"|odmow\w*|rechazad\w*|rifiut\w*|afgewezen",
    "escalate": r"(?:with |to )?(?:a )?(?:human|person|people|team|colleague|desk|specialist|supervisor)"
    r"|passed on|handed over|escal\w*|eskal\w*|weitergeleitet|ubergeben|transmis\w*|transfere"
    r"|przekaz\w*|doorgestuurd|derivado",
    "need_info": r"questions?|asked(?: back)?|ruckfrage|frage|pytanie|pregunta|vraag|domanda"
    r"|(?:pending|waiting|awaiting)(?: for)?(?: the)? (?:customer|buyer|client|info)",
}
"""What options say was done, in words without accents."""


def _in_words(action: str, options: tuple[str, ...]) -> str | None:
    """The only option that says in other words, or in another language, what was done."""
    said = re.compile(rf"(?:{_OUTCOMES[action]})") if action in _OUTCOMES else None
    fit = [one for one in options if said and said.fullmatch(unaccented(" ".join(words_of(one))))]
    return fit[0] if len(fit) == 1 else None


def takes_many(schema: Json) -> bool:
    """Whether an argument is a list."""
    said = schema.get("type") if isinstance(schema, dict) else None
    return said == "array" or (isinstance(said, list) and "array" in said and "string" not in said)


def filler(schema: Json) -> Json:
    """What stands in a required argument that the model has nothing for."""
    parts = schema.get("anyOf") or schema.get("oneOf") if isinstance(schema, dict) else None
    if isinstance(parts, list) and parts:
        return None if {"type": "null"} in parts else filler(parts[0])
    kind = schema.get("type") if isinstance(schema, dict) else None
    if isinstance(schema, dict) and schema.get("enum"):
        return schema["enum"][0]
    if isinstance(kind, list):
        return None if "null" in kind else filler({**schema, "type": kind[0]}) if kind else ""
    return {"number": 0, "integer": 0, "boolean": False, "array": [], "object": {}}.get(str(kind), "")


_LONGEST_ERROR = 300
"""Characters. A result that is longer is no mere error, whatever words are in it."""


def answered(deed: Deed) -> bool:
    """Whether a look-up came back with what was asked for, be it that there is no such thing.

    Not so: an error, a word such as `done`, or what another tool has said.
    """
    text = deed.result or ""
    if deed.trouble and len(text) < _LONGEST_ERROR:
        return deed.trouble == "refused"
    if deed.kind == "get_order":
        return re.sub(r"\D", "", deed.order) in text
    return len(text.split()) > 2 and (deed.kind == "get_policy" or not stated(text))


UNTIL = re.compile(r"(?:effective_until|which ended on)\W{1,6}(\d{4}-\d{2}-\d{2})")
"""The last day of a policy, as the tool or a summary has it."""


def ended(deed: Deed, mind: Mind) -> bool:
    """Whether a policy's own dates say that it no longer holds."""
    found = UNTIL.search(deed.result or "")
    if not found or mind.mail.received is None:
        return False
    return dt.date.fromisoformat(found[1]) < mind.mail.received


def paid(deed: Deed) -> Decimal | None:
    """What a refund paid: by its result, else by the call."""
    found = re.search(r"\"amount\"\s*:\s*\"?(\d+(?:\.\d+)?)", deed.result or "")
    text = found[1] if found else str(deed.arguments.get("amount") or "")
    try:
        return Decimal(text).quantize(Decimal("0.01"))
    except InvalidOperation:
        return None


def paid_in(deed: Deed) -> str | None:
    """The currency that a refund's result names."""
    found = re.search(r"\b(EUR|GBP|PLN)\b", deed.result or "")
    return found[1] if found else None


def order_currency(mind: Mind, order_id: str) -> str | None:
    """The currency of an order that the context shows."""
    record = mind.orders.get(order_id)
    return record.get("currency") if record is not None else None


def plain(amount: Decimal | None) -> float | None:
    """An amount as a JSON number."""
    return None if amount is None else float(amount)


_ENDS = frozenset({"final", "finish", "done", "end", "close", "complete", "submit", "stop"})


def ending_tool(contract: Contract) -> Offered | None:
    """The tool that ends the work, where it is not one that takes a decision."""
    for tool in contract.tools:
        bare = tool.kind == "foreign" and not tool.spec.schema.get("properties")
        last = tool.kind == "reply" and tool is not contract.tool("reply")
        if (bare or last) and _ENDS.intersection(words_of(tool.spec.name)):
            return tool
    return None


ENDS = frozenset({"refund", "escalate", "deny", "need_info"})
"""What settles a case, until the customer writes again."""


def went_on(deed: Deed) -> bool:
    """Whether the customer has answered a question, with an order's number in it."""
    return deed.kind == "need_info" and bool(ORDER_ID.search(deed.result or ""))


def done_so_far(mind: Mind, belief: Belief) -> Resolution | None:
    """What earlier steps have already done, as the context shows it; `None` where nothing."""
    deeds = [deed for deed in mind.deeds if deed.kind in ENDS and not deed.trouble and not went_on(deed)]
    if not deeds:
        told = [deed for deed in mind.deeds if deed.kind == "reply" and not deed.trouble]
        outcome = str(told[-1].arguments.get("outcome") or "") if told else ""
        action = vocabulary().ontology.value_of("action", outcome)
        if not told or action not in {"deny", "need_info"}:
            return None
        return Resolution(action, told[-1].order or belief.order_id, None, None, "", belief)
    last = deeds[-1]
    order = last.order or belief.order_id
    if last.kind != "refund":
        return Resolution(_ACTION[last.kind], order, None, None, str(last.arguments.get("why") or ""), belief)
    currency = last.arguments.get("currency") or paid_in(last) or order_currency(mind, order or "")
    return Resolution("refund", order, paid(last) or _on_record(mind, order), currency, "", belief)


_ACTION: dict[str, Action] = {"escalate": "escalate", "deny": "deny", "need_info": "need_info"}


def _on_record(mind: Mind, order_id: str | None) -> Decimal | None:
    """What an order shows to have been refunded last."""
    record = mind.orders.get(order_id or "")
    past = [part.get("amount") for part in record.parts.get("refunds", [])] if record is not None else []
    return Decimal(past[-1][0]) / 100 if past and past[-1] else None
