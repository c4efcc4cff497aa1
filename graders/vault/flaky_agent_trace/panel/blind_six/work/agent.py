"""One ticket: gather the records, have the mail read, decide by the handbook, do it, see it done, reply."""

import datetime as dt
import logging
from collections.abc import Callable

import commands
import doubts
import letters
import reader
from handbook import Case, Decision, clauses_of, decide, numbers_of
from llm import Model, NoAnswer
from shop import Refused, Shop, Unavailable, order_numbers

log = logging.getLogger("agent")

MOST_HANDOUTS = 3
MOST_ORDERS = 14


class RefundAgent:
    """Handles tickets; remembers what it did on each, since one may be handed out again."""

    def __init__(self, medium: Model, large: Model, shop: Shop) -> None:
        self.medium = medium
        self.large = large
        self.shop = shop
        self.handouts: dict[str, int] = {}
        self.decided: dict[str, Decision] = {}
        self.known: dict[str, dict | None] = {}

    def handle(self, task: dict) -> None:
        """Close the ticket or put it back."""
        ticket = task["ticket"]
        id = ticket["id"]
        self.handouts[id] = self.handouts.get(id, 0) + 1
        last = self.handouts[id] >= MOST_HANDOUTS
        self.known = {}
        language = "en"
        try:
            decision = self.decided.get(id)
            if decision is None:
                case, decision = self.decision(task)
                language = case.language
        except (NoAnswer, Unavailable) as error:
            log.error("ticket %s: no answer from %s", id, error)
            if not last and self.put_back(id):
                return
            decision = Decision("escalate", None, ("no-answer",))
        except Exception:
            log.exception("ticket %s", id)
            decision = Decision("escalate", None, ("no-answer",))
        self.decided[id] = decision
        self.carry_out(task, decision, language)

    def put_back(self, id: str) -> bool:
        """Whether it comes again later."""
        try:
            self.shop.call("defer", ticket_id=id, reason="the model's provider does not answer")
        except (Refused, Unavailable) as error:
            log.error("defer: %s", error)
            return False
        return True

    # Deciding

    def order(self, order_id: str) -> dict | None:
        """An order, looked at once a ticket."""
        if order_id not in self.known:
            self.known[order_id] = self.shop.order(order_id)
        return self.known[order_id]

    def decision(self, task: dict) -> tuple[Case, Decision]:
        """What is to be done. Raises `NoAnswer` or `Unavailable`."""
        ticket = task["ticket"]
        received = dt.datetime.fromisoformat(ticket["received"]).date()
        text = self.shop.handbook()["text"]
        numbers, clauses = numbers_of(text), clauses_of(text)
        rules = [f"{clause}  {clauses[clause]}" for clause in ("I-1", "C-2") if clause in clauses]
        sender = ticket["from"]["email"]

        def cautious(case: Case) -> Case:
            return case

        def made_of(case: Case) -> Decision:
            case = cautious(case)
            order = self.order(case.order_id) if case.order_id else None
            return decide(case, order, sender, received, numbers)

        shown = self.candidates(ticket)
        messages = reader.messages_for(task, shown, rules)
        case, form = self.checked(self.medium, messages, ticket, shown)
        if case.order_id is None and not case.several:
            everything = self.candidates(ticket, all_orders=True)
            if len(everything) > len(shown):
                shown = everything
                messages = reader.messages_for(task, shown, rules)
                case, form = self.checked(self.medium, messages, ticket, shown)
        body = commands.without(ticket["body"])
        if body != ticket["body"]:
            plain = {**task, "ticket": {**ticket, "body": body}}
            messages, whole = reader.messages_for(plain, shown, rules), case
            case, form = self.checked(self.medium, messages, ticket, shown)
            cautious = lambda one: commands.stricter(one, whole)  # noqa: E731
            log.info("without commands %s", case)
        case = cautious(case)
        decision = made_of(case)
        log.info("read %s -> %s", case, decision)
        risks = doubts.risks(ticket, case, decision, self.known)
        if risks:
            log.info("a second reader, for %s", ", ".join(risks))
            case, decision = self.second_opinion(ticket, messages, shown, case, form, made_of)
        return case, decision

    def checked(
        self, model: Model, messages: list[dict], ticket: dict, shown: list[dict], temperature: float = 0.0
    ) -> tuple[Case, str]:
        """A reading, and another one where the records show that it cannot be right. Raises `NoAnswer`."""
        case, form = reader.read(model, messages, temperature)
        wrong = doubts.contradicted(case, shown, ticket)
        if not wrong:
            return case, form
        log.info("contradicted %s: %s", case, wrong)
        return reader.read(model, doubts.objected(messages, form, wrong), temperature)

    def second_opinion(
        self, ticket: dict, messages: list[dict], shown: list[dict], case: Case, form: str,
        made_of: Callable[[Case], Decision],
    ) -> tuple[Case, Decision]:  # fmt: skip
        """What is to be done after a second reader, and after a third look where the two differ."""
        decision = made_of(case)
        try:
            other, _ = self.checked(self.medium, messages, ticket, shown, temperature=1.0)
        except NoAnswer:
            return case, decision
        second = made_of(other)
        log.info("second %s -> %s", other, second)
        if second.deed == decision.deed and not (doubts.unsure(case) or doubts.unsure(other)):
            return case, decision
        if second.deed != decision.deed and doubts.unsure(case) != doubts.unsure(other):
            # One of them says itself that it may be wrong.
            return (other, second) if doubts.unsure(case) else (case, decision)
        unsettled = next((each for each in (case, other) if each.order_id is None and not each.several), None)
        if unsettled is not None and not doubts.named(ticket, self.known):
            return unsettled, made_of(unsettled)  # where one cannot tell which order it is, nobody pays
        try:
            third, _ = reader.read(self.large, doubts.again(messages, form, case, other))
        except NoAnswer:
            return case, Decision("escalate", None, ("readers-differ",))
        found = made_of(third)
        log.info("third %s -> %s", third, found)
        if found.deed in (decision.deed, second.deed) or not doubts.unsure(third):
            return third, found
        return third, Decision("escalate", None, ("readers-differ",))

    def candidates(self, ticket: dict, *, all_orders: bool = False) -> list[dict]:
        """The orders that the mail may be about: those it names by number; where it names none, the sender's."""
        named = [o for id in order_numbers(f"{ticket['subject']}\n{ticket['body']}") if (o := self.order(id))]
        if named and not all_orders:
            return named
        own = self.shop.orders_of(ticket["from"]["email"])
        found = [*named, *(o for id in own[:MOST_ORDERS] if (o := self.order(id)))]
        return list({order["id"]: order for order in found}.values())

    # Doing

    def carry_out(self, task: dict, decision: Decision, language: str) -> None:
        """Do what was decided, and tell the customer what has really happened."""
        ticket = task["ticket"]
        id = ticket["id"]
        why = ", ".join(decision.clauses)
        if decision.action == "refund":
            try:
                paid = self.shop.pay(
                    id, decision.order_id, f"{decision.amount:.2f}", decision.currency, f"{why} of the handbook"
                )
            except Unavailable:
                paid = False
            if not paid:
                decision = Decision("escalate", decision.order_id, ("not-booked",))
        if decision.action == "escalate" and not self.open_case(id, decision):
            self.put_back(id)
            return
        self.decided[id] = decision
        refunded = decision.action == "refund"
        body = letters.letter(ticket["from"]["name"], decision, language)
        outcome = {"refund": "refunded", "deny": "denied", "escalate": "escalated"}.get(decision.action, "need_info")
        try:
            self.shop.call(
                "reply", ticket_id=id, outcome=outcome, order_id=decision.order_id, body=body,
                amount=f"{decision.amount:.2f}" if refunded else None,
                currency=decision.currency if refunded else None,
            )  # fmt: skip
        except (Refused, Unavailable) as error:
            log.error("reply on %s: %s", id, error)
            self.put_back(id)

    def open_case(self, id: str, decision: Decision) -> bool:
        """Whether the desk has it."""
        summary = f"{decision.action} by {', '.join(decision.clauses)}; order {decision.order_id or 'not settled'}"
        for order_id in dict.fromkeys((decision.order_id, None)):
            try:
                self.shop.call(
                    "escalate", ticket_id=id, order_id=order_id, summary=summary,
                    reason=", ".join(decision.clauses) or "unclear",
                )  # fmt: skip
                return True
            except (Refused, Unavailable) as error:
                log.error("escalate on %s: %s", id, error)
        return False

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
