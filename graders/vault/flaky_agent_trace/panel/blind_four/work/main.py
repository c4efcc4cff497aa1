"""Work off the refund inbox."""

import logging
import os
import sys
from collections import Counter

from openai import OpenAI

from agent import RefundAgent
from llm import Model
from rules import Decision
from shop import Shop

log = logging.getLogger("refund-agent")

# The snapshot by its date: an alias moves when the provider likes.
READER = "meridian-3-medium-2026-06-18"
SECOND = "meridian-3-large-2026-06-18"
LAST = 3
"""After so many hand-outs a ticket goes to people without a word; better to hand it over with one."""


def main() -> int:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    # Retries are ours (llm.py): the SDK's own would hide them from the dashboard.
    model = Model(OpenAI(max_retries=0, timeout=40))
    shop = Shop(os.environ["TAKEHOME_WORLD_URL"], os.environ["OPENAI_API_KEY"])
    handouts: Counter[str] = Counter()
    while (task := shop.task()) is not None:
        ticket = task["ticket"]
        handouts[ticket["id"]] += 1
        log.info("ticket %s, hand-out %d: %s", ticket["id"], handouts[ticket["id"]], ticket["subject"])
        agent = RefundAgent(model, READER, SECOND, shop)
        try:
            agent.handle(task)
        except Exception:  # one ticket must not take the rest of the weekend with it
            log.exception("ticket %s: not now", ticket["id"])
            put_aside(agent, shop, ticket, last=handouts[ticket["id"]] >= LAST)
    return 0


def put_aside(agent: RefundAgent, shop: Shop, ticket: dict, *, last: bool) -> None:
    try:
        if last:
            agent.act(ticket, Decision("escalate", None, "could not be read in time"), "en")
        else:
            shop.call("defer", {"reason": "a service is not available", "ticket_id": ticket["id"]})
    except Exception:
        log.exception("ticket %s: could not be put aside", ticket["id"])


if __name__ == "__main__":
    sys.exit(main())

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
