"""Work off the refund inbox."""

import logging
import os
import sys

from openai import OpenAI

from agent import RefundAgent
from llm import Model
from shop import Shop

log = logging.getLogger("refund-agent")


def main() -> int:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    model = Model(OpenAI(max_retries=0, timeout=30))
    shop = Shop(os.environ["TAKEHOME_WORLD_URL"], os.environ["OPENAI_API_KEY"])
    agent = RefundAgent(model, shop)
    while (task := shop.task()) is not None:
        log.info("ticket %s at %s: %s", task["ticket"]["id"], task["now"], task["ticket"]["subject"])
        agent.handle(task)
    log.info("%d tokens, %d failed calls", model.tokens, shop.failed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
