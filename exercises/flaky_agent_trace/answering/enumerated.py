"""What is listed in full: the orders and the rules of a context; and what of a thread is new or settled."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from exercises.flaky_agent_trace.deciding.judgement import Resolution
from exercises.flaky_agent_trace.deciding.perception import Belief
from exercises.flaky_agent_trace.ontology import ORDER_ID
from exercises.flaky_agent_trace.papers.clauses import worded
from exercises.flaky_agent_trace.papers.orders import described
from exercises.flaky_agent_trace.reading.given import as_shown, as_written
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.threads import newest, settled_by
from exercises.flaky_agent_trace.shop.letters import letters
from exercises.flaky_agent_trace.writing.wording import ground, summary
from harness.simulation.reading.records import Record

from .clause_checks import gone_through
from .clause_facts import gone_over, listed, with_days
from .listing import for_and_against
from .order_standing import standing, words_for
from .which_order import described_by

_CITES = {"I-1", "H-7", "C-1", "C-2"}
"""What is true of every case."""
_FROM_ONE = re.compile(
    r"\b(?:1-based|one-based|(?:numbered|counting|starting|start|counted|indexed) (?:from|at|with) 1"
    r"|first (?:order )?(?:is|=) 1)\b",
    re.IGNORECASE,
)
_NUMBERED = r"(?:^|\n)[ \t]{0,8}(?:Order |#|\[|\()?(\d{1,2})(?:\]|\)|\.|:)[ \t]{0,3}[^\n]{0,40}?"
_WANTED, _MET = ("action", "amount"), {"clause_met", "valid"}
_DECISIVE = re.compile(
    r"\b(?:clauses?|rules?|paragraphs?|sections?|provisions?) (?:that|which) (?:\w+ )?"
    r"(?:decides?|settles?|governs?|applies|apply)\b"
    r"|\b(?:decisive|deciding|governing|controlling) (?:clauses?|rules?|paragraphs?|sections?|provisions?)\b",
    re.IGNORECASE,
)
_SURE = 0.75
_REPORT = (("reported", "the day of the first report"), ("received", "the day on which the mail came"))
_DELIVERY = (("delivered", "the day of delivery"), ("promised", "the promised day"))
_RESTS_ON = {
    "damaged": _REPORT, "wrong_item": _REPORT, "changed_mind": _DELIVERY, "late": _DELIVERY,
    "not_arrived": _DELIVERY[1:],
}  # fmt: skip
"""Of each issue the days on which a decision about it turns."""
_HANDLERS = {"refund": "agent", "deny": "agent", "escalate": "desk", "need_info": "customer"}
EMAILS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,32}){1,4}")


class Enumerated:
    """Lists, and places in them."""

    def __init__(
        self, mind: Mind, belief: Belief, read: Callable[[str], Any], named: Callable[[str], str],
        decided: Callable[[], Resolution],
    ) -> None:  # fmt: skip
        """`read`: the model's answer for another slot; `named`: an item as the context has it; `decided`:
        what the model would do, drawn only if it is called.
        """
        self.named = named
        self.decided = decided
        self.mind = mind
        self.belief = belief
        self.read = read

    def __call__(self, slot: str) -> Any:
        """The canonical value, `None` where nothing of it is known."""
        reader = getattr(self, f"_{slot}", None)
        return reader() if reader is not None else None

    @property
    def _shown(self) -> list[str]:
        """The orders that the context shows, as they stand there, and those that the mail names besides."""
        shown = [id for id, record in self.mind.orders.items() if described(record)]
        texts = [piece.text for piece in self.mind.context.pieces if piece.source != "call"]
        whole = "\n".join(texts)
        shown.sort(key=lambda order: _listed_at(whole, order))
        said = self.mind.discussed
        return shown or list(dict.fromkeys(said))

    def _ticket_id(self) -> str | None:
        """The ticket's number, where the context names it."""
        return self.mind.ticket_shown or None

    def _note(self) -> Any:
        return self.read("reasoning")

    def _second_opinion(self) -> bool | None:
        """Whether another model or a person should look, as it is not sure of its own."""
        sure = self.read("confidence") if self.mind.mail.present else None
        return None if sure is None else float(sure) < _SURE

    def _weakest_point(self) -> str | None:
        """What the decision rests on and would fall with."""
        if not self.mind.mail.present:
            return None
        if self.read("unclear"):
            return "which order is meant"
        for slot, words in _RESTS_ON.get(str(self.read("issue")), ()):
            if (day := self.read(slot)) is not None:
                return f"{words}, {day.isoformat()}"
        return "what the customer asks for"

    def _order_exact(self) -> bool | None:
        """Whether the order believed to be meant has a number that stands in the mail as it is."""
        if not self.mind.mail.present:
            return None
        id = self.belief.order_id
        return id is not None and id.removeprefix("HL-") in as_shown(self.mind)

    def _handler(self) -> str | None:
        """Who has the next step, as the case is decided."""
        return "desk" if self.read("marked") else _HANDLERS.get(str(self.read("action")))

    def _route(self) -> str | None:
        """Where a first filter sends it: of what marks no case out it is not known who takes it."""
        by = self._handler() if self.mind.mail.present else None
        by = "agent" if by == "customer" and not self.mind.orders else by  # who looks for the order
        return by if by == "desk" or self.mind.decides_by else None

    def _look_ups(self) -> list[dict[str, Any]]:
        """What the order could be looked up by, the surest first, one thing at a time."""
        items = [str(item["name"]) for item in self.read("items") or [] if item.get("name")]
        whole = "\n".join(piece.text for piece in self.mind.context.of("system", "user"))
        said = dict.fromkeys(ORDER_ID.findall(self.mind.scene.written if self.mind.mail.present else ""))
        found: list[tuple[str, Any]] = [("order_id", id) for id in said if id in whole]
        found += [("sender", self.read("sender")), ("item", " ".join(items[:2])), ("name", self.read("name"))]
        nothing = dict.fromkeys(("order_id", "sender", "name", "placed", "item"))
        return [{**nothing, slot: value, "text": value} for slot, value in found if value]

    def _order_list(self) -> list[dict[str, Any]] | None:
        if "winner" in self.mind.contract.slots and "order_id" not in self.mind.contract.slots:
            return None  # it is the answers that are ranked
        wanted = self._concerned()
        orders = self._shown
        if self.mind.contract.slots & set(_WANTED) and wanted:
            orders = [id for id in orders if id in wanted] or wanted  # of the others nothing is decided
        entries = [self._order_entry(id, wanted) for id in orders]
        if {"rank", "fit_score"} & self.mind.contract.slots:
            entries.sort(key=lambda entry: -entry["fit_score"])
        return [{**entry, "rank": float(n)} for n, entry in enumerate(entries, start=1)]

    def _concerned(self) -> list[str]:
        return [id for id in self.read("orders_concerned") or [] if id]

    def _order_entry(self, id: str, wanted: list[str]) -> dict[str, Any]:
        record = self.mind.orders.get(id)
        meant, share = id in wanted, self._share(id, wanted)
        entry: dict[str, Any] = {
            "order_id": id, "text": id, "matches": meant, "fit_score": share, "confidence": share,
            "may_fit": meant or (not wanted and self._may_be(id)),
            "reason": (why := self._why(id, wanted)), "reasoning": why, "summary": self._named(id) or why,
            "order_closed": not meant and id in self._settled_orders(),
            "quote": words_for(self.mind, id, self._named(id), meant=meant),
            "order_words": as_written(as_shown(self.mind), id),
        }  # fmt: skip
        entry |= for_and_against(why, meant=meant, possible=entry["may_fit"])
        entry["order_fit"] = standing(self.mind, id, meant=meant, possible=entry["may_fit"])
        if len(wanted) > 1:
            entry |= self._asked_on(id)
        if record is None:
            return entry
        for slot in ("status", "delivered", "promised", "placed", "payment", "chargeback", "currency"):
            entry[slot] = record.get(slot)
        entry |= {"order_total": record.get("total"), "shipping_fee": record.get("shipping_fee")}
        entry |= {"order_email": record.get("email"), "items": self._items(record)}
        return entry

    def _asked_on(self, id: str) -> dict[str, Any]:
        """The item that is asked for on one of several orders: never another's."""
        asks: list[dict[str, Any]] = self.read("asks") or []
        ask = next((ask for ask in asks if ask["order_id"] == id), {})
        return {slot: ask.get(slot) for slot in ("item", "sku", "quantity")}

    def _items(self, record: Record) -> list[dict[str, Any]]:
        return [
            {
                "sku": part.get("sku"), "name": part.get("name"), "item": part.get("name"),
                "quantity": part.get("quantity"), "item_price": part.get("unit_price"),
                "text": part.get("sku") or part.get("name"),
            }
            for part in record.parts.get("items", [])
        ]  # fmt: skip

    def _share(self, id: str, wanted: list[str]) -> float:
        if id in wanted:
            return float(self.read("confidence"))
        open_one = not wanted and self._may_be(id)
        return 0.4 if open_one else 0.15 if self._named(id) else 0.05

    def _may_be(self, id: str) -> bool:
        return id in (self.read("order_ids") or [])

    def _named(self, id: str) -> str | None:
        """The sentence of the mail that names an order."""
        body = self.mind.scene.state.ticket.body if self.mind.mail.present else ""
        if id not in body:
            return None
        plain = re.sub(r"(?m)^[ \t]*(?:>[ \t]?)+", "", body)
        paragraphs = (" ".join(part.split()) for part in re.split(r"\n\s*\n", plain))
        said = (part for text in paragraphs for part in re.split(r"(?<=[.!?])\s+(?=\S)", text))
        return next((part for part in said if id in part), None)

    def _why(self, id: str, wanted: list[str]) -> str:
        if id in wanted:
            return "the mail names this order" if self._named(id) else described_by(self.mind)
        if not wanted:
            return "it may be meant, but nothing in the mail settles it"
        if self._named(id):
            return "the mail speaks of it, but asks for nothing on it now"
        return "nothing in the mail singles it out"

    def _order_reasoning(self) -> str:
        """Which order is meant, and why none of the others."""
        wanted = self._concerned()
        said = [f"{id}: {self._why(id, wanted)}" for id in dict.fromkeys((*wanted, *self._shown))]
        end = f"{' and '.join(wanted)} is meant" if wanted else "it is not settled which order is meant"
        return f"{'. '.join(said)}. So {end}."

    def _settled_orders(self) -> list[str]:
        if not self.mind.mail.present:
            return []
        said = self.mind.discussed
        own = self._concerned() or [fact.value for fact in self.mind.mail.facts if fact.fact == "order"]
        # A number of the same digits that no list shows is a slip of the pen, and was never settled.
        slips = {id for id in said if id not in self.mind.orders and sorted(id) in map(sorted, own)}
        return [id for id in said if id not in own and id not in slips] if own else []

    def _other_orders(self) -> list[dict[str, Any]] | None:
        """Those that the mail names besides the one that it is about."""
        own = {*self._concerned(), self.read("order_id")} - {None}
        spoken_of = [decoy.value for decoy in self.mind.mail.decoys if decoy.value in self.mind.orders]
        others = [id for id in dict.fromkeys((*self.mind.discussed, *spoken_of)) if id not in own]
        return [self._order_entry(id, self._concerned()) for id in others] if own or not others else None

    def _also_requested(self) -> list[dict[str, Any]]:
        """Those on which something is asked besides the main one."""
        wanted = self._concerned()
        return [self._order_entry(id, wanted) for id in wanted if id != self.read("order_id")]

    def _holder_name(self) -> Any:
        record = self.mind.orders.get(self.belief.order_id or "")
        return record.get("customer") if record is not None else None

    def _settled_list(self) -> list[dict[str, Any]]:
        told = {id: settled_by(self.mind, id) for id in self._settled_orders()}
        why = {id: said or "the mail tells of it as settled" for id, said in told.items()}
        entries = [(self._order_entry(id, self._concerned()), said) for id, said in why.items()]
        return [{**entry, "reason": said, "reasoning": said, "summary": said} for entry, said in entries]

    def _order_index(self) -> float | None:
        own, shown = self.belief.order_id, self._shown
        if own not in shown or not (self.mind.orders or len(shown) > 1) or self.read("unclear"):
            return None
        text = "\n".join(piece.text for piece in self.mind.context.of("system", "user", "result"))
        if numbered := re.search(_NUMBERED + re.escape(own), text):
            return float(numbered[1])
        return float(shown.index(own) + bool(_FROM_ONE.search(self.mind.instructions)))

    def _order_email(self) -> Any:
        record = self.mind.orders.get(self.belief.order_id or "")
        return record.get("email") if record is not None else None

    def _account_emails(self) -> list[str] | None:
        """The addresses that may write of the order: its own and those that are confirmed."""
        record = self.mind.orders.get(self.belief.order_id or "")
        found = [] if record is None else EMAILS.findall(f"{record.get('email')} {record.get('also')}")
        return list(dict.fromkeys(found)) or None

    def _clause_list(self) -> list[dict[str, Any]]:
        decisive = self.read("clauses") or []
        book = self.mind.clauses
        whole = not self.mind.mail.present and not self.mind.orders
        asked = self.mind.contract.slots
        # There may be no room to say which do not apply, or only those that decide be asked for.
        applied = not asked & {"matches", "clause_verdict"} and bool(
            asked & set(_WANTED) or (decisive and _DECISIVE.search(self.mind.instructions))
        )
        others = [] if applied else [id for id in self._touched() if id not in decisive]
        goes_through = "clause_verdict" in asked and not whole
        ids = listed(self.mind) or (list(book) if whole else gone_over(self.mind, decisive, others))
        return [
            {
                "clause_id": id, "clauses": id, "text": id,
                "clause_text": worded(book[id]), "quote": worded(book[id]),
                "quote_source": "handbook",
                "summary": letters().reasons.get(id) or worded(book[id]),
                "matches": whole or id in decisive, "name": letters().reasons.get(id) or id,
                "reason": (why := self._why_clause(id, applies=whole or id in decisive)), "reasoning": why,
                "note": why, **(self._met(applies=whole or id in decisive) if asked & _MET else {}),
                **(gone_through(id, self.mind, self.decided(), self.read) if goes_through else {}),
                "clause_topic": book[id].clause.topic,
                "clause_numbers": [float(number) for number in book[id].clause.numbers.values()],
                "deadline_days": _days(book[id].clause.numbers), "percent": _percent(book[id].clause.numbers),
            }
            for id in ids
            if id in book
        ]  # fmt: skip

    def _why_clause(self, id: str, *, applies: bool) -> str:
        said = ground(id, self.mind, self.decided()) if applies and self.mind.mail.present else ""
        said = said or letters().reasons.get(id) or worded(self.mind.clauses[id])
        denies = not applies and "matches" in self.mind.contract.slots
        if not applies and not denies and clause_by_clause(self.mind):
            return ""  # which fact keeps it from applying is not known
        said = f"does not apply here: {said}" if denies else said
        return with_days(id, said, self.mind, self.decided()) if self.mind.mail.present else said

    def _met(self, *, applies: bool) -> dict[str, bool | None]:
        """Whether what a clause asks for is so; no question where it does not apply."""
        return dict.fromkeys(_MET, self.read("action") != "deny" if applies else None)

    def _touched(self) -> list[str]:
        """The clauses on the matter that do not decide it."""
        topics = {self.mind.clauses[id].clause.topic for id in self.read("clauses") or []}
        book = self.mind.clauses
        return [id for id in book if book[id].clause.topic in topics - {"handover"} and id not in _CITES]

    def _handbook_version(self) -> str | None:
        known = {seen.version for seen in self.mind.clauses.values() if seen.version}
        return known.pop() if len(known) == 1 else None

    def _clause_id(self) -> str | None:
        return next(iter(self.read("clauses") or []), None)

    def _clause_text(self) -> str | None:
        own = self._clause_id()
        return worded(self.mind.clauses[own]) if own is not None else None

    def _current_request(self) -> str | None:
        facts = self.belief.facts
        if not self.mind.mail.present or not facts.asks:
            return None
        return str(self.read("summary"))

    def _key_facts(self) -> list[dict[str, Any]] | None:
        lines = summary(self.belief, self.named).splitlines() if self.mind.mail.present else None
        return [{"text": line} for line in lines] if lines is not None else None

    def _missing(self) -> list[dict[str, Any]] | None:
        """What is lacking before anything can be done: the customer's word, or what a decision is made of."""
        if not self.mind.mail.present:
            return None
        if self.read("unclear"):
            return [{"text": "which order is meant", "name": "order number", "id": "order_id"}]
        if self.mind.sees_orders or any(map(described, self.mind.orders.values())):
            return []
        record = {"text": "the order's record", "name": "order record", "id": "order"}
        decides = "action" in self.mind.contract.slots or (self.read("order_id") and self.mind.clauses)
        return [record] if decides else []

    def _reply_needed(self) -> bool | None:
        return True if self.mind.mail.present else None

    def _request_status(self) -> str | None:
        return "open" if self.mind.mail.present and self.belief.facts.asks else None

    def _latest_message(self) -> str | None:
        return newest(self.mind)

    def _quotes_earlier(self) -> bool | None:
        return self.mind.mail.quoted > 0 if self.mind.mail.present else None

    def _question(self) -> str | None:
        """What the customer has to be asked; nothing where nothing is open."""
        if not self.read("unclear") or not self.mind.mail.present:
            return None
        words = letters().body["need_info"][self.mind.scene.meaning.language][-1].strip()
        first = next((at for at, letter in enumerate(words) if letter.isalpha()), 0)
        return f"{words[:first]}{words[first].upper()}{words[first + 1 :]}"


def _listed_at(text: str, id: str) -> int:
    """Where an order stands in a list: by its own number, not where others speak of it."""
    own = re.search(rf"[\"']?(?:id|order_?id|order)[\"']?\s{{0,3}}[:=]\s{{0,3}}[\"']?{re.escape(id)}", text)
    return own.start() if own else text.find(id) if id in text else len(text)


def _days(numbers: dict[str, int]) -> float | None:
    return next((float(value) for name, value in numbers.items() if name.endswith("days")), None)


def _percent(numbers: dict[str, int]) -> float | None:
    return next((float(value) for name, value in numbers.items() if name.endswith("percent")), None)


def clause_by_clause(mind: Mind) -> bool:
    """Whether each entry of a list of checks is to name its clause."""
    parts = ((mind.contract.schema or {}).get("properties") or {}).values()
    entries = (
        part["items"] for part in parts if isinstance(part, dict) and isinstance(part.get("items"), dict)
    )
    return "checks" in mind.contract.slots and any(
        {"clause", "rule", "paragraph"} & {*(entry.get("properties") or {})} for entry in entries
    )
