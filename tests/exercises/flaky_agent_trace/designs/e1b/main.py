"""Work off the refund inbox."""

import logging
import os
import sys

from openai import OpenAI

from agent import Agent
from desk import Desk
from llm import Model
from rules import Verdict
from shop import Shop

log = logging.getLogger("refund-agent")


def main() -> int:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    client = OpenAI(max_retries=0, timeout=25)
    shop = Shop(os.environ["TAKEHOME_WORLD_URL"], os.environ["OPENAI_API_KEY"])
    desk = Desk(shop)
    agent = Agent(Model(client, os.environ["TAKEHOME_MODEL_MEDIUM"]), shop, desk)
    rounds = 0
    while (task := shop.task()) is not None and (rounds := rounds + 1) < 200:
        ticket = task["ticket"]
        desk.handed_out[ticket["id"]] = desk.handed_out.get(ticket["id"], 0) + 1
        try:
            agent.handle(task)
        except Exception:
            log.exception("ticket %s", ticket["id"])
            if not desk.put_back(ticket, "internal error"):
                try:
                    agent.carry_out(ticket, Verdict("escalated", None, "internal error"), None)
                except Exception:
                    log.exception("ticket %s is left to people", ticket["id"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
