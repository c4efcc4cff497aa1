"""Work off the refund inbox."""

import logging
import os
import sys

from agent import Desk
from llm import Model
from shop import Shop

log = logging.getLogger("refund-agent")


def main() -> int:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    shop = Shop(os.environ["TAKEHOME_WORLD_URL"], os.environ["OPENAI_API_KEY"])
    desk = Desk(Model(), shop)
    stuck = 0
    while (task := shop.task()) is not None:
        try:
            desk.handle(task)
            stuck = 0
        except Exception:
            log.exception("ticket %s", task["ticket"]["id"])
            stuck += 1
            if stuck > 8:
                return 1
            shop.call("defer", {"reason": "internal error", "ticket_id": task["ticket"]["id"]})
    return 0


if __name__ == "__main__":
    sys.exit(main())

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
