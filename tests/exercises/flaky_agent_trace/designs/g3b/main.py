"""Work off the refund inbox."""

import logging
import os
import sys
from collections import Counter
from datetime import date
from decimal import Decimal

from desk import read_case, write_letter
from llm import BUDGET, Model, ModelDown
from rules import Decision, Terms
from shop import Shop, ShopError, Unbooked

log = logging.getLogger("main")
LAST = 3  # a ticket that was handed out three times goes to people


def handle(model: Model, shop: Shop, task: dict, state: dict, last: bool) -> None:
    ticket = task["ticket"]
    decision: Decision | None = state.get("decision")
    if decision is None:
        terms = Terms.read(shop.policy(ticket["received"][:10]))
        decision = read_case(model, shop, ticket, terms)
    log.info("%s: %s", ticket["id"], decision)
    if decision.outcome == "refunded":
        if "before" not in state:
            state["before"] = Decimal(shop.order(decision.order_id)["refundable"])
            state["decision"] = decision
        try:
            shop.pay(ticket["id"], decision.order_id, decision.amount, state["before"], decision.reason[:200])
        except Unbooked:
            if not last:
                raise
            decision = Decision("escalated", decision.order_id, reason="a refund was acknowledged but not booked")
    if decision.outcome == "escalated":
        shop.call("escalate", order_id=decision.order_id, reason=decision.reason, ticket_id=ticket["id"],
                  summary=f"{ticket['from']['name']} <{ticket['from']['email']}>: {ticket['subject']}. {decision.reason}")
    paid = decision.outcome == "refunded"
    shop.call("reply", ticket_id=ticket["id"], order_id=decision.order_id, outcome=decision.outcome,
              amount=str(decision.amount) if paid else None, currency=decision.currency if paid else None,
              body=write_letter(model, ticket, decision))


def main() -> int:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
    for noisy in ("httpx", "httpx2", "openai"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    model, shop = Model(), Shop(os.environ["TAKEHOME_WORLD_URL"], os.environ["OPENAI_API_KEY"])
    seen: Counter[str] = Counter()
    states: dict[str, dict] = {}
    while (task := shop.task()) is not None:
        ticket_id = task["ticket"]["id"]
        seen[ticket_id] += 1
        if seen[ticket_id] > LAST + 3:
            log.error("%s doesn't go away", ticket_id)
            return 1
        last = seen[ticket_id] >= LAST
        state = states.setdefault(ticket_id, {})
        if not state:
            state["seen"] = True
            model.left = BUDGET
        try:
            handle(model, shop, task, state, last)
            continue
        except (ModelDown, Unbooked, ShopError) as error:
            log.warning("%s: %s %s", ticket_id, type(error).__name__, error)
        except Exception:
            log.exception("%s", ticket_id)
        try:
            if not last:
                shop.call("defer", reason="a service is unavailable", ticket_id=ticket_id)
                continue
            shop.call("escalate", reason="could not be handled automatically", ticket_id=ticket_id,
                      summary=f"{task['ticket']['subject']}: {task['ticket']['body'][:300]}")
            shop.call("reply", outcome="escalated", ticket_id=ticket_id,
                      body="Thank you for your mail. A colleague at our refunds desk has taken over your case.")
        except ShopError as error:
            log.error("%s: %s", ticket_id, error)
    return 0


if __name__ == "__main__":
    sys.exit(main())
