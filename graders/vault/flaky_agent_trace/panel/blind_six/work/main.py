"""Work off the refund inbox."""

import logging
import os
import sys

from openai import OpenAI

from agent import RefundAgent
from llm import Model
from shop import Shop, Unavailable

log = logging.getLogger("refund-agent")
MOST = 400


def main() -> int:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    # Retries are ours (llm.py): the SDK's own would hide them.
    client = OpenAI(max_retries=0, timeout=40)
    medium = Model(client, os.environ["TAKEHOME_MODEL_MEDIUM"], "medium")
    large = Model(client, os.environ["TAKEHOME_MODEL_LARGE"], "large")
    shop = Shop(os.environ["TAKEHOME_WORLD_URL"], os.environ["OPENAI_API_KEY"])
    agent = RefundAgent(medium, large, shop)
    for _ in range(MOST):
        try:
            task = shop.task()
        except Unavailable:
            log.error("the inbox cannot be read")
            continue
        if task is None:
            return 0
        log.info("ticket %s: %s", task["ticket"]["id"], task["ticket"]["subject"])
        try:
            agent.handle(task)
        except Exception:  # one ticket must not end the weekend
            log.exception("ticket %s", task["ticket"]["id"])
            agent.put_back(task["ticket"]["id"])
    return 1


if __name__ == "__main__":
    sys.exit(main())

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
