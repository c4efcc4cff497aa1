"""Work off the refund inbox, ticket by ticket."""

import logging
import os
import sys
from collections import Counter

import openai
from openai import OpenAI

from agent import Desk
from backoffice import BackOffice, Refused, Unreachable
from llm import Model

log = logging.getLogger("refund-desk")
HANDOUTS = 3


def main() -> int:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    client = OpenAI(max_retries=0, timeout=40)
    shop = BackOffice(os.environ["TAKEHOME_WORLD_URL"], os.environ["OPENAI_API_KEY"])
    model = Model(client, os.environ["TAKEHOME_MODEL_MEDIUM"], os.environ["TAKEHOME_MODEL_LARGE"])
    seen: Counter[str] = Counter()
    while (task := shop.task()) is not None:
        ticket = task["ticket"]["id"]
        seen[ticket] += 1
        if seen[ticket] > 8:
            log.error("%s doesn't go away", ticket)
            return 1
        desk = Desk(model, shop, task)
        try:
            desk.work()
        except Exception as error:  # one ticket must not take the weekend down
            log.exception("%s", ticket)
            try:
                if seen[ticket] < HANDOUTS:
                    shop.defer(ticket, f"{type(error).__name__}: {error}"[:200])
                else:
                    desk.give_up(f"technical trouble: {type(error).__name__}")
            except (Unreachable, Refused, openai.APIError) as second:
                log.error("%s: %s", ticket, second)
    return 0


if __name__ == "__main__":
    sys.exit(main())
