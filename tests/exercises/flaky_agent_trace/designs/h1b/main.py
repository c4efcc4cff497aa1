"""Work off the refund inbox. Whatever happens on one ticket, the next one gets its turn."""

import logging
import os
import sys
import time
from collections import Counter

from agent import RefundAgent
from llm import Model, ModelDown
from shop import NotBooked, Shop, ShopError

log = logging.getLogger("refund-agent")


def main() -> int:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    shop = Shop(os.environ["TAKEHOME_WORLD_URL"], os.environ["OPENAI_API_KEY"])
    model = Model()
    agent = RefundAgent(model, shop)
    seen: Counter[str] = Counter()
    while (task := shop.task()) is not None:
        ticket = task["ticket"]
        seen[ticket["id"]] += 1
        log.info("ticket %s (time %d): %s", ticket["id"], seen[ticket["id"]], ticket["subject"])
        try:
            agent.handle(task)
        except Exception as error:  # noqa: BLE001
            log.exception("ticket %s", ticket["id"])
            put_aside(shop, agent, ticket, seen[ticket["id"]], error)
        if seen[ticket["id"]] > 8:
            log.error("ticket %s doesn't go away", ticket["id"])
            return 1
    log.info("inbox empty; %d model calls, %d tokens", model.calls, model.tokens)
    return 0


def put_aside(shop: Shop, agent, ticket: dict, times: int, error: Exception) -> None:
    """Later, if that may help; else to people."""
    transient = isinstance(error, (ModelDown, NotBooked)) or (isinstance(error, ShopError) and error.status == 0)
    try:
        if transient and times < 3:
            shop.defer(ticket["id"], f"{type(error).__name__}: {error}")
            return
        agent.give_to_people(ticket, None, f"could not be worked off: {type(error).__name__}", str(error))
    except Exception:  # noqa: BLE001
        log.exception("ticket %s could not be put aside", ticket["id"])
        time.sleep(1)


if __name__ == "__main__":
    sys.exit(main())
