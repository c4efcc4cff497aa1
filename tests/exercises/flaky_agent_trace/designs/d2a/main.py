"""Work off the refund inbox."""

import logging
import os
import sys
from collections import Counter

from backoffice import BackOffice, NotBooked, Refused, Unavailable
from desk_agent import DeskAgent
from model import ModelDown, Models

log = logging.getLogger("main")
HANDOUTS = 3


def main() -> int:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    office = BackOffice(os.environ["TAKEHOME_WORLD_URL"], os.environ["OPENAI_API_KEY"])
    models = Models()
    seen: Counter = Counter()
    while (task := office.task()) is not None:
        ticket = task["ticket"]
        seen[ticket["id"]] += 1
        agent = DeskAgent(models, os.environ["TAKEHOME_MODEL_MEDIUM"], office)
        try:
            agent.handle(task)
        except (ModelDown, NotBooked, Unavailable, Refused) as error:
            log.error("%s: %r", ticket["id"], error)
            if seen[ticket["id"]] < HANDOUTS and not agent.paid:
                office.defer(ticket["id"], f"{type(error).__name__}: {error}")
                continue
            try:
                agent.give_up(f"{type(error).__name__}: {error}")
            except (Refused, Unavailable) as last:
                log.error("%s: %r", ticket["id"], last)
                if seen[ticket["id"]] > 5:
                    return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
