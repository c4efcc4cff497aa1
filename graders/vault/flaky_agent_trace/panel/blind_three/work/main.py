"""Work off the refund inbox."""

import logging
import os
import sys

from openai import OpenAI

from agent import RefundAgent
from llm import Model
from shop import Shop

log = logging.getLogger("refund-agent")
MOST_ROUNDS = 400


def main() -> int:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    # Retries are ours (llm.py): the SDK's own would hide them from the dashboard.
    client = OpenAI(max_retries=0, timeout=20)
    model = Model(client, *(os.environ[f"TAKEHOME_MODEL_{size}"] for size in ("SMALL", "MEDIUM", "LARGE")))
    shop = Shop(os.environ["TAKEHOME_WORLD_URL"], os.environ["OPENAI_API_KEY"])
    agent = RefundAgent(model, shop)
    for _ in range(MOST_ROUNDS):
        task = shop.task()
        if task is None:
            return 0
        try:
            agent.handle(task)
        except Exception:  # one bad ticket must not leave the rest of the weekend to people
            log.exception("ticket %s went wrong", task["ticket"]["id"])
            agent.rescue(task)
    return 0


if __name__ == "__main__":
    sys.exit(main())

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
