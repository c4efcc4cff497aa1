"""Work off the refund inbox."""

import logging
import os
import sys

from agent import Agent
from llm import Llm
from office import Office

log = logging.getLogger("refund-agent")


def main() -> int:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
    for noisy in ("httpx2", "openai"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    office = Office(os.environ["TAKEHOME_WORLD_URL"], os.environ["OPENAI_API_KEY"])
    agent = Agent(Llm(), office)
    last, same = None, 0
    while (task := office.next_ticket()) is not None:
        ticket = task["ticket"]
        same = same + 1 if ticket["id"] == last else 0
        last = ticket["id"]
        if same > 4:
            log.error("%s does not go away", last)
            return 1
        log.info("ticket %s: %s", ticket["id"], ticket["subject"])
        try:
            agent.handle(task)
        except Exception:  # one ticket must not take the rest of the inbox with it
            log.exception("%s failed", ticket["id"])
            agent.put_back(ticket, "internal error")
    return 0


if __name__ == "__main__":
    sys.exit(main())
