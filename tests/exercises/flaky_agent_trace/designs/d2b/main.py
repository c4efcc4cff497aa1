"""Work off the refund inbox."""

import logging
import os
import sys
from collections import Counter

from backoffice import BackOffice, NotBooked, Refused, Unavailable
from casework import Case, Changed, Undecided
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
        ticket = task["ticket"]["id"]
        seen[ticket] += 1
        case = Case(models, os.environ["TAKEHOME_MODEL_SMALL"], os.environ["TAKEHOME_MODEL_MEDIUM"], office, task)
        try:
            for _ in range(2):
                try:
                    case.work()
                    break
                except Changed as changed:
                    log.warning("%s: %s changed meanwhile", ticket, changed)
                    case.orders.clear()
            else:
                raise Undecided("the order kept changing")
        except Undecided as error:
            log.error("%s: %s", ticket, error)
            finish(case, str(error))
        except (ModelDown, NotBooked, Unavailable, Refused) as error:
            log.error("%s: %r", ticket, error)
            if seen[ticket] < HANDOUTS and not case.paid:
                office.defer(ticket, f"{type(error).__name__}: {error}")
            else:
                finish(case, f"{type(error).__name__}: {error}")
        if seen[ticket] > 5:
            return 1
    return 0


def finish(case: Case, why: str) -> None:
    try:
        case.give_up(why)
    except (Refused, Unavailable) as error:
        log.error("%r", error)


if __name__ == "__main__":
    sys.exit(main())
