"""Work off the refund inbox."""

import logging
import os
import sys

from openai import OpenAI

from agent import RefundAgent
from llm import Model
from shop import Shop

log = logging.getLogger("refund-agent")

# Pinned: an alias moves when the provider likes it to.
MEDIUM = "meridian-3-medium-2026-06-18"


def main() -> int:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    client = OpenAI(max_retries=0, timeout=20)
    model = Model(client, os.environ.get("AGENT_MODEL") or MEDIUM)
    shop = Shop(os.environ["TAKEHOME_WORLD_URL"], os.environ["OPENAI_API_KEY"])
    agent = RefundAgent(model, shop)
    while (task := shop.task()) is not None:
        ticket = task["ticket"]
        log.info("ticket %s: %s", ticket["id"], ticket["subject"])
        try:
            agent.handle(task)
        except Exception:  # one ticket must not take the rest of the weekend with it
            log.exception("ticket %s failed", ticket["id"])
            agent.give_up(task)
    return 0


if __name__ == "__main__":
    sys.exit(main())

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
