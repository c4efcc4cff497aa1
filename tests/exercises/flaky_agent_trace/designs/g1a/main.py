"""Work off the refund inbox."""

import logging
import os
import sys
from collections import Counter

import openai
from openai import OpenAI

from agent import Pipeline
from backoffice import BackOffice, NotBooked, Refused, Unreachable
from decide import Decision
from llm import Model, ModelDown

log = logging.getLogger("refund-agent")
HANDOUTS = 3


def main() -> int:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    client = OpenAI(max_retries=0, timeout=40)
    shop = BackOffice(os.environ["TAKEHOME_WORLD_URL"], os.environ["OPENAI_API_KEY"])
    pipeline = Pipeline(
        Model(client, os.environ["TAKEHOME_MODEL_MEDIUM"]), Model(client, os.environ["TAKEHOME_MODEL_SMALL"]), shop
    )
    seen: Counter[str] = Counter()
    while (task := shop.task()) is not None:
        ticket = task["ticket"]
        seen[ticket["id"]] += 1
        log.info("ticket %s (%d): %s", ticket["id"], seen[ticket["id"]], ticket["subject"])
        if seen[ticket["id"]] > 8:
            log.error("%s doesn't go away", ticket["id"])
            return 1
        try:
            pipeline.handle(task)
        except (ModelDown, Unreachable, NotBooked, Refused, openai.APIError) as error:
            log.error("%s: %s: %s", ticket["id"], type(error).__name__, error)
            put_off(shop, pipeline, ticket, seen[ticket["id"]], error)
        except Exception as error:
            log.exception("%s", ticket["id"])
            put_off(shop, pipeline, ticket, seen[ticket["id"]], error)
    return 0


def put_off(shop: BackOffice, pipeline: Pipeline, ticket: dict, handout: int, error: Exception) -> None:
    """Try again later; the last time it is for people."""
    try:
        if handout < HANDOUTS:
            shop.defer(ticket["id"], f"{type(error).__name__}: {error}"[:200])
        else:
            pipeline.act(ticket, Decision("escalated", None, f"technical trouble: {type(error).__name__}"), None)
    except (Unreachable, Refused) as second:
        log.error("%s: %s", ticket["id"], second)


if __name__ == "__main__":
    sys.exit(main())
