"""Work off the refund inbox."""

import logging
import os
import sys
from datetime import datetime

from anthropic import Anthropic

from agent import RefundAgent
from llm import Model
from shop import Shop

log = logging.getLogger("refund-agent")


def main() -> int:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    client = Anthropic(max_retries=4, timeout=40)
    model = Model(client, os.environ["TAKEHOME_MODEL_MEDIUM"])
    shop = Shop(os.environ["TAKEHOME_WORLD_URL"], os.environ["ANTHROPIC_API_KEY"])
    while (task := shop.task()) is not None:
        ticket = task["ticket"]
        log.info("ticket %s, %d days old: %s", ticket["id"], age(ticket["received"]), ticket["subject"])
        agent = RefundAgent(model, shop)
        agent.handle(task)
        log.info("done in %d steps; %d tokens, %d failed calls so far", agent.steps, model.tokens, shop.failed)
    return 0


def age(received: str) -> int:
    return (datetime.now() - datetime.fromisoformat(received[:19])).days


if __name__ == "__main__":
    sys.exit(main())

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
