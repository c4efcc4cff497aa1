"""Work off the refund inbox, one question at a time."""

import logging
import sys

from clerk import Clerk
from desk import Desk
from interviewer import Interviewer


def main() -> int:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s %(message)s")
    for noisy in ("httpx2", "anthropic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    desk = Desk()
    clerk = Clerk(desk, Interviewer())
    handed: dict[str, int] = {}
    while (task := desk.task()) is not None:
        ticket = task["ticket"]["id"]
        handed[ticket] = handed.get(ticket, 0) + 1
        if handed[ticket] > 6:
            return 1
        try:
            clerk.work(task)
        except Exception as error:
            logging.exception("%s", ticket)
            clerk.later(task["ticket"], error)
    return 0


if __name__ == "__main__":
    sys.exit(main())
