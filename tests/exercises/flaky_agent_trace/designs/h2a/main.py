"""Work off the refund inbox."""

import logging
import os
import sys

from agent import Agent
from llm import Model
from shop import Shop


def main() -> int:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    shop = Shop(os.environ["TAKEHOME_WORLD_URL"], os.environ["OPENAI_API_KEY"])
    agent = Agent(Model(), shop)
    rounds = 0
    while (task := shop.task()) is not None and rounds < 120:
        rounds += 1
        agent.handle(task)
    return 0


if __name__ == "__main__":
    sys.exit(main())
