"""Work off the refund inbox."""

import logging
import os
import sys
from collections import Counter

from openai import OpenAI

from agent import Later, RefundClerk
from backoffice import BackOffice
from llm import Model, NoAnswer

log = logging.getLogger("refund-clerk")


def main() -> int:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    model = Model(OpenAI(max_retries=0, timeout=30), os.environ["TAKEHOME_MODEL_MEDIUM"])
    office = BackOffice(os.environ["TAKEHOME_WORLD_URL"], os.environ["OPENAI_API_KEY"])
    seen: Counter[str] = Counter()
    while (task := office.task()) is not None:
        ticket = task["ticket"]["id"]
        seen[ticket] += 1
        if seen[ticket] > 4:
            log.error("%s does not go away", ticket)
            return 1
        clerk = RefundClerk(model, office, task, last_chance=seen[ticket] >= 3)
        try:
            clerk.handle()
        except (NoAnswer, Later) as error:
            log.warning("%s put back: %s", ticket, error)
            if seen[ticket] < 3 and office.defer(ticket, str(error)[:200]):
                continue
            give_up(clerk, office)
        except Exception:
            log.exception("%s went wrong", ticket)
            give_up(clerk, office)
    return 0


def give_up(clerk: RefundClerk, office: BackOffice) -> None:
    """For people, without a model."""
    try:
        # Money that has gone out has gone out: then the reply says so.
        outcome = clerk.outcome or clerk.hand_over(None, "technical trouble", "The assistant could not work on this mail.")
        name = clerk.ticket["from"]["name"]
        office.reply(clerk.id, outcome.kind, f"Dear {name},\n\n{'. '.join(outcome.say)}.\n\nHarbour Lane", outcome.order, outcome.amount)
    except Exception:
        log.exception("cannot even hand over")


if __name__ == "__main__":
    sys.exit(main())
