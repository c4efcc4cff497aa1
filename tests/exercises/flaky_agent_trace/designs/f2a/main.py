"""Work off the refund inbox."""

import logging
import os
import sys

from openai import OpenAI

from agent import RefundAgent, State
from llm import Model
from shop import Shop

log = logging.getLogger("refund-agent")


def main() -> int:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    client = OpenAI(max_retries=0, timeout=40)
    model = Model(client, os.environ["TAKEHOME_MODEL_MEDIUM"])
    shop = Shop(os.environ["TAKEHOME_WORLD_URL"], os.environ["OPENAI_API_KEY"])
    states: dict[str, State] = {}
    stuck = 0
    while (task := shop.task()) is not None:
        ticket = task["ticket"]
        state = states.setdefault(ticket["id"], State())
        if state.replied or state.handouts >= 3:
            # Should not come again; get it out of the way rather than go round in circles.
            stuck += 1
            if stuck > 5:
                return 1
            shop.defer(ticket["id"], "already handled")
            continue
        log.info("ticket %s: %s", ticket["id"], ticket["subject"])
        try:
            RefundAgent(model, shop, state).handle(task)
        except Exception:
            log.exception("ticket %s", ticket["id"])
            shop.defer(ticket["id"], "internal error")
    return 0


if __name__ == "__main__":
    sys.exit(main())
