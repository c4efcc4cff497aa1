"""How an order was found and what settles it: for the one order of an answer, or that of each request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from exercises.flaky_agent_trace.deciding.perception import Belief, true_order
from exercises.flaky_agent_trace.ontology import ORDER_ID
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.quoting import quotes, telling

Read = Callable[[str], Any]


def described_by(mind: Mind) -> str:
    """What of a mail tells which order it is that it does not name."""
    spans = quotes(mind, "order") or quotes(mind, "item")
    said = " and ".join(f"“{' '.join(telling(mind, span).split())}”" for span in spans[:2])
    return f"the mail says {said}, which fits this order" if said else "what the mail describes fits it"


class WhichOrder:
    """The slots of these."""

    def __init__(self, mind: Mind, belief: Belief, read: Read) -> None:
        """`read`: the model's answer for another slot."""
        self.mind = mind
        self.belief = belief
        self.read = read

    def __call__(self, slot: str) -> Any:
        """The canonical value, `None` where there is no mail to tell it by."""
        if not self.mind.mail.present:
            return None
        return getattr(self, f"_{slot}")()

    def of(self, order_id: str | None) -> dict[str, Any]:
        """The same about the order of one request."""
        asked = {"which_order", "order_evidence"} & self.mind.contract.slots
        if not asked or not self.mind.mail.present or order_id is None:
            return {}
        return {"which_order": "one", "order_evidence": self._told(order_id)}

    def _which_order(self) -> str | list[str]:
        """What can be said of it, the fittest first: programs offer one word or another for what is open."""
        if self.belief.facts.orders_concerned > 1:
            return ["several", "unclear"]
        settled = self.belief.guessed or true_order(self.mind) is not None
        if self.belief.order_id is not None and settled:
            return "one"
        if not self.mind.orders:
            return ["none", "unclear"]
        return ["unclear", "several", "none"] if len(self._open) > 1 else ["unclear", "none", "several"]

    @property
    def _open(self) -> list[str]:
        """The orders that may be meant."""
        said = self.read("order_ids") or []
        return [id for id in said if id in self.mind.orders] or list(self.mind.orders)

    def _order_evidence(self) -> str:
        """What settles which order is meant, or that nothing does."""
        own = self.read("order_id")
        if own is not None:
            return self._told(own)
        if not self.mind.orders:
            return "No order is listed."
        if len(self._open) == 1:
            return f"Nothing in the mail tells that {self._open[0]} is meant."
        return (
            f"Nothing in the mail tells which of {', '.join(self._open[:-1])} and {self._open[-1]} is meant."
        )

    def _order_quote(self) -> list[str]:
        """The mail's words for the order."""
        return list(quotes(self.mind, "order") or quotes(self.mind, "item"))

    def _told(self, id: str) -> str:
        if id in self.mind.scene.state.ticket.subject + self.mind.scene.state.ticket.body:
            return f"The mail names {id}{self._holds(id)}."
        wrong = [other.upper() for other in ORDER_ID.findall(self.mind.scene.written)]
        lost = next(
            (f"{other} is no order listed, but " for other in wrong if other not in self.mind.orders), ""
        )
        spans = quotes(self.mind, "order") or quotes(self.mind, "item")
        said = " and ".join(f"“{' '.join(telling(self.mind, span).split())}”" for span in spans[:2])
        if said:
            others = (
                ", and no other order does" if len(self.mind.orders) > 1 and self.mind.sees_orders else ""
            )
            text = f"the mail says {said}, which fits {id}{self._holds(id)}{others}."
        elif len(self.mind.orders) == 1:
            text = f"{id} is the only order listed{self._holds(id)}."
        else:
            text = f"what the mail describes fits {id}{self._holds(id)}."
        return f"{lost}{text}" if lost else f"{text[0].upper()}{text[1:]}"

    def _holds(self, id: str) -> str:
        """The items of the order that something is asked for, where the order shows them."""
        record = self.mind.orders.get(id)
        asked = {sku for ask in self.belief.facts.asks for sku, _ in ask.items}
        shown = record.parts.get("items", []) if record is not None else []
        names = [
            str(part.get("name")) for part in shown if {part.get("sku"), part.id} & asked and part.get("name")
        ]
        return f", which has the {' and the '.join(names)}" if names else ""
