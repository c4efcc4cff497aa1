"""Work off the refund inbox."""

import logging
import os
import sys
from collections import Counter

from openai import OpenAI

from agent import RefundAgent
from llm import Down, Model
from shop import Shop

log = logging.getLogger("refund-agent")
# The alias `meridian-3-medium` has moved on twice; this snapshot has done better on our tickets.
MEDIUM = "meridian-3-medium-2026-06-18"
HANDOUTS = 3
"""After so many, a ticket goes to people by itself, and the customer hears nothing."""


def main() -> int:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    # Retries are ours (llm.py): the SDK's own would hide them from the dashboard.
    model = Model(OpenAI(max_retries=0, timeout=20))
    shop = Shop(os.environ["TAKEHOME_WORLD_URL"], os.environ["OPENAI_API_KEY"])
    agent = RefundAgent(model, shop, [MEDIUM, os.environ["TAKEHOME_MODEL_SMALL"], os.environ["TAKEHOME_MODEL_LARGE"]])
    seen: Counter[str] = Counter()
    while (task := shop.task()) is not None:
        ticket = task["ticket"]
        seen[ticket["id"]] += 1
        log.info("ticket %s: %s", ticket["id"], ticket["subject"])
        try:
            agent.handle(task)
        except Exception as error:  # one ticket must never take the rest of the weekend with it
            log.exception("ticket %s failed", ticket["id"])
            put_off(agent, shop, ticket, error, last=seen[ticket["id"]] >= HANDOUTS)
    log.info("%d model calls, %d tokens, %d failed calls of the shop", model.calls, model.tokens, shop.failed)
    return 0


def put_off(agent: RefundAgent, shop: Shop, ticket: dict, error: Exception, *, last: bool) -> None:
    """Later, or over to people when there is no later."""
    try:
        if last:
            agent.give_up(ticket, f"could not be handled automatically: {type(error).__name__}")
        else:
            why = "the model's provider is down" if isinstance(error, Down) else "trouble"
            shop.defer(ticket["id"], why)
    except Exception:
        log.exception("ticket %s could not even be put off", ticket["id"])


if __name__ == "__main__":
    sys.exit(main())

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
