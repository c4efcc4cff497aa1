"""Work off the refund inbox."""

import logging
import os
import sys
from collections import Counter

from openai import OpenAI

from agent import RefundAgent
from llm import Model, ModelError
from shop import Shop

log = logging.getLogger("refund-agent")

HANDOUTS = 3  # then a ticket goes to people by itself


def main() -> int:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    # Retries are ours (llm.py): the SDK's own would hide them from the dashboard.
    client = OpenAI(max_retries=0, timeout=40)
    model = Model(client, os.environ["TAKEHOME_MODEL_MEDIUM"])
    larger = Model(client, os.environ["TAKEHOME_MODEL_LARGE"])
    shop = Shop(os.environ["TAKEHOME_WORLD_URL"], os.environ["OPENAI_API_KEY"])
    seen: Counter[str] = Counter()
    while (task := shop.task()) is not None:
        seen[task["ticket"]["id"]] += 1
        last = seen[task["ticket"]["id"]] >= HANDOUTS
        work_on(RefundAgent(model, larger, shop, task), last)
        log.info("%d tokens so far", model.tokens + larger.tokens)
    return 0


def work_on(agent: RefundAgent, last: bool) -> None:
    """One ticket. Whatever happens, the next one gets its turn."""
    log.info("ticket %s: %s", agent.ticket["id"], agent.ticket["subject"])
    try:
        try:
            agent.handle()
        except ModelError as error:
            # Nothing was done yet: in two hours the model may be back, and nobody had to be bothered.
            if not last and agent.untouched:
                log.warning("put back: %s", error)
                agent.shop.call("defer", {"reason": str(error)})
                return
            log.error("handed over: %s", error)
        except Exception:
            log.exception("handed over")
        agent.close()
    except Exception:
        log.exception("the ticket stays open")


if __name__ == "__main__":
    sys.exit(main())

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
