"""Work off the refund inbox."""

import collections
import logging
import os
import sys

import openai
from openai import OpenAI

from agent import Agent
from backoffice import BackOffice

log = logging.getLogger("main")

SNAPSHOT = "2026-06-18"  # by the traces, 2026-11-03 does harm about three times as often


def pinned(client: OpenAI, alias: str) -> str:
    try:
        names = {model.id for model in client.models.list()}
    except openai.APIError:
        return alias
    return f"{alias}-{SNAPSHOT}" if f"{alias}-{SNAPSHOT}" in names else alias


def main() -> int:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    client = OpenAI(max_retries=4, timeout=40)
    office = BackOffice(os.environ["TAKEHOME_WORLD_URL"], os.environ["OPENAI_API_KEY"])
    agent = Agent(client, pinned(client, os.environ["TAKEHOME_MODEL_MEDIUM"]), office)
    seen: collections.Counter[str] = collections.Counter()
    while (task := office.task()) is not None:
        ticket = task["ticket"]
        seen[ticket["id"]] += 1
        try:
            agent.handle(task)
            continue
        except Exception:  # the rest of the inbox must not suffer
            log.exception("ticket %s, hand-out %d", ticket["id"], seen[ticket["id"]])
        try:
            if seen[ticket["id"]] < 3:
                office.defer(ticket["id"], "something we need did not answer")
            else:
                agent.give_up(ticket)
        except Exception:
            log.exception("could not put %s away", ticket["id"])
            if seen[ticket["id"]] > 6:
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
