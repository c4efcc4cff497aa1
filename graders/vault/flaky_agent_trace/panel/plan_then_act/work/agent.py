"""The loop: ask the model, run the tools that it calls, show it the results, until it has replied."""

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from itertools import zip_longest
from pathlib import Path

from llm import Answer, Model
from shop import TOOLS, Shop

log = logging.getLogger("agent")

MAX_STEPS = 12
MAIL_CHARS = 2000
HISTORY_CHARS = 6_500

PLAN = "Before you act: write in three lines how this ticket should be handled. Do not call tools."
CRITIC = (
    "You review a colleague's refund before it is paid: {refund}\n"
    "Is it right under the handbook, for this order and in this sum? Answer OK, or say what is wrong."
)

PROMPT = (Path(__file__).parent / "prompt.md").read_text(encoding="utf-8")


class RefundAgent:
    """Handles one ticket."""

    def __init__(self, model: Model, shop: Shop) -> None:
        self.model = model
        self.shop = shop
        self.steps = 0
        self.objections = 0
        self.pool = ThreadPoolExecutor(max_workers=4)

    def handle(self, task: dict) -> None:
        messages = [
            {"role": "system", "content": PROMPT},
            {"role": "user", "content": ticket_text(task)},
        ]
        plan = self.ask(messages, PLAN)
        messages.append({"role": "user", "content": f"A plan, from a colleague:\n\n{plan}"})
        replied = False
        while not replied and self.steps < MAX_STEPS:
            self.steps += 1
            answer = self.model.answer(trim(messages), TOOLS)
            if answer is None:
                log.error("no answer from the model, giving up")
                return
            messages.append(answer.message())
            objection = self.objection(messages, answer)
            if objection:
                messages += [
                    {"role": "tool", "tool_call_id": call.id, "content": f"not done: {objection}"} for call in answer.calls
                ]
                continue
            if not answer.calls:
                # It thinks aloud now and then. Nudge it on.
                messages.append({"role": "user", "content": "Go on. Close the ticket with reply when you are done."})
                continue
            messages += self.run_tools(answer)
            replied = any(call.name == "reply" for call in answer.calls)

    def ask(self, messages: list[dict], question: str) -> str:
        """An answer in words, without tools."""
        answer = self.model.answer([*messages, {"role": "user", "content": question}], [])
        return answer.text if answer else ""

    def objection(self, messages: list[dict], answer: Answer) -> str:
        """What the critic has against a refund; it may stop one twice."""
        refunds = [call for call in answer.calls if call.name == "refund"]
        if not refunds or self.objections >= 2:
            return ""
        verdict = self.ask(messages[:-1], CRITIC.format(refund=refunds[0].arguments))
        if verdict.strip().upper().startswith("OK"):
            return ""
        self.objections += 1
        return verdict[:400]

    def run_tools(self, answer: Answer) -> list[dict]:
        """Run the calls of one turn side by side and pair each with its result."""
        jobs = [self.pool.submit(self.shop.call, call.name, json.loads(call.arguments)) for call in answer.calls]
        # escalate and reply have nothing to show; neither has a call that failed, and the log has that.
        results = [result for job in jobs if (result := job.result()) is not None]
        return [
            {"role": "tool", "tool_call_id": call.id, "content": result}
            for call, result in zip_longest(answer.calls, results, fillvalue="done")
        ]


def ticket_text(task: dict) -> str:
    ticket = task["ticket"]
    sender = ticket["from"]
    # What comes after that is signatures and old mail.
    body = ticket["body"][:MAIL_CHARS]
    return (
        f"Now: {task['now']}\nTicket: {ticket['id']}\nFrom: {sender['name']} <{sender['email']}>\n"
        f"Received: {ticket['received']}\nSubject: {ticket['subject']}\n\n{body}"
    )


def trim(messages: list[dict]) -> list[dict]:
    """Keep the conversation within what we want to pay for: the start, and the latest turns that fit."""
    head, turns = messages[:2], messages[2:]
    while turns and sum(len(json.dumps(message)) for message in turns) > HISTORY_CHARS:
        # A turn of the assistant goes together with the results of its calls.
        turns.pop(0)
        while turns and turns[0]["role"] == "tool":
            turns.pop(0)
    return head + turns

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
