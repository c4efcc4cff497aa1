"""Work off the refund inbox."""

import logging
import os
import sys

from openai import OpenAI

from agent import RefundAgent
from llm import Model
from shop import Shop

log = logging.getLogger("refund-agent")

RUNS = 3


def main() -> int:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    # Retries are ours (llm.py): the SDK's own would hide them from the dashboard.
    client = OpenAI(max_retries=0, timeout=40)
    model = Model(client, os.environ["TAKEHOME_MODEL_MEDIUM"])
    shop = Shop(os.environ["TAKEHOME_WORLD_URL"], os.environ["OPENAI_API_KEY"])
    while (task := shop.task()) is not None:
        log.info("ticket %s: %s", task["ticket"]["id"], task["ticket"]["subject"])
        shop.replied = False
        # One run in five goes wrong, so a ticket that wasn't closed gets a fresh start: three runs make 0.8 %.
        for attempt in range(1, RUNS + 1):
            agent = RefundAgent(model, shop)
            shop.patient = attempt < RUNS
            try:
                agent.handle(task)
            except Exception:
                log.exception("run %d failed, starting over", attempt)
                continue
            log.info("done in %d steps, %d tokens", agent.steps, model.tokens)
            if shop.replied:
                break
    return 0


if __name__ == "__main__":
    sys.exit(main())

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
