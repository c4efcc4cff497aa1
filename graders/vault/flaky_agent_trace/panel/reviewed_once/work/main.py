"""Work off the refund inbox."""

import logging
import os
import sys
from collections import Counter
from datetime import datetime

from openai import OpenAI

from agent import RefundAgent, State
from llm import Model
from shop import Shop

log = logging.getLogger("refund-agent")

MAX_HANDOUTS = 6


def main() -> int:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    # Retries are ours (llm.py): the SDK's own would hide them from the dashboard.
    client = OpenAI(max_retries=0, timeout=15)
    model = Model(client, os.environ["TAKEHOME_MODEL_MEDIUM"], os.environ.get("TAKEHOME_MODEL_LARGE"))
    shop = Shop(os.environ["TAKEHOME_WORLD_URL"], os.environ["OPENAI_API_KEY"])
    handouts: Counter[str] = Counter()
    states: dict[str, State] = {}
    while (task := shop.task()) is not None:
        ticket = task["ticket"]
        handouts[ticket["id"]] += 1
        if handouts[ticket["id"]] > MAX_HANDOUTS:
            log.error("ticket %s cannot be closed, stopping", ticket["id"])
            return 1
        log.info("ticket %s, %s days old: %s", ticket["id"], age(task), ticket.get("subject"))
        agent = RefundAgent(model, shop, task, states.setdefault(ticket["id"], State()), handouts[ticket["id"]])
        try:
            agent.handle()
        except Exception:  # one bad ticket must not take the rest of the inbox with it
            log.exception("ticket %s failed", ticket["id"])
            try:
                agent.give_up("internal error")
            except Exception:
                log.exception("ticket %s could not be given up", ticket["id"])
        log.info("done in %d steps; %d tokens, %d failed calls so far", agent.steps, model.tokens, shop.failed)
    return 0


def age(task: dict) -> int | None:
    try:
        now, received = (datetime.fromisoformat(text[:10]) for text in (task["now"], task["ticket"]["received"]))
        return (now - received).days
    except (KeyError, TypeError, ValueError):
        return None


if __name__ == "__main__":
    sys.exit(main())

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
