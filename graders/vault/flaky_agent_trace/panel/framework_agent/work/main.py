"""Work off the refund inbox."""

import logging
import os
import sys

from pydantic_ai import ModelRetry, UsageLimits
from pydantic_ai.exceptions import AgentRunError

from agent import Desk, make, send
from backoffice import BackOffice, Refused

log = logging.getLogger("refund-agent")

MOST = UsageLimits(request_limit=14)


def main() -> int:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    agent = make(os.environ["TAKEHOME_MODEL_MEDIUM"])
    office = BackOffice(os.environ["TAKEHOME_WORLD_URL"], os.environ["OPENAI_API_KEY"])
    while (task := office.task()) is not None:
        desk = Desk(office, task)
        log.info("ticket %s: %s", task["ticket"]["id"], task["ticket"]["subject"])
        try:
            done = agent.run_sync(desk.text(), deps=desk, usage_limits=MOST)
            log.info("%s in %d calls", done.output, done.usage.requests)
        except AgentRunError as error:
            log.error("did not finish: %s", error)
            close(desk)
    return 0


def close(desk: Desk) -> None:
    """What the model left open goes to people, and the customer hears of it."""
    try:
        if not desk.paid and not desk.escalated:
            desk.office.call("escalate", reason="the agent did not finish", summary=desk.task["ticket"]["subject"])
            desk.escalated = True
        if not desk.replied:
            send(desk, "escalated", "A colleague of ours will write to you.")
    except (Refused, ModelRetry) as error:
        log.error("the ticket stays open: %s", error)


if __name__ == "__main__":
    sys.exit(main())

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
