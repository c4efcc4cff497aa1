"""Work off the refund inbox."""

import logging
import os
import sys
from collections import Counter

from agent import RefundAgent
from llm import Model, NoAnswer
from shop import Refused, Shop, Unavailable

log = logging.getLogger("refund-agent")

HANDOUTS = 3
SORRY = "Thank you for your message. A colleague of our refunds desk will look into it and get back to you."


def main() -> int:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    shop = Shop(os.environ["TAKEHOME_WORLD_URL"], os.environ["OPENAI_API_KEY"])
    agent = RefundAgent(Model(), shop)
    seen: Counter[str] = Counter()
    while True:
        try:
            task = shop.task()
        except Unavailable as error:
            log.error("inbox: %s", error)
            return 1
        if task is None:
            return 0
        ticket_id = task["ticket"]["id"]
        seen[ticket_id] += 1
        try:
            agent.handle(task)
        except Exception as error:  # one ticket must never take the inbox down
            log.exception("%s failed", ticket_id)
            if not put_aside(shop, ticket_id, str(error), last=seen[ticket_id] >= HANDOUTS,
                             wait=isinstance(error, Unavailable | NoAnswer)):
                return 1


def put_aside(shop: Shop, ticket_id: str, problem: str, last: bool, wait: bool) -> bool:
    """What is down now may be up in two hours; what isn't, or was down three times, goes to people."""
    try:
        if wait and not last:
            shop.defer(ticket_id, problem[:200])
        else:
            shop.hand_over(ticket_id, None, "technical problem", f"The agent couldn't finish this ticket: {problem[:400]}")
            shop.reply(ticket_id, "escalated", SORRY, None)
    except (Unavailable, Refused) as error:
        log.error("%s: %s", ticket_id, error)
        try:
            shop.defer(ticket_id, problem[:200])
        except (Unavailable, Refused):
            return False
    return True


if __name__ == "__main__":
    sys.exit(main())
