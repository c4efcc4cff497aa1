"""Plan, then the tools loop; what moves money or closes the ticket passes a reviewer first."""

import json
import logging

import openai
from openai import OpenAI
from pydantic import BaseModel, ValidationError

import prompts
from backoffice import BackOffice
from tools import REVIEWED, TOOLS, Desk

log = logging.getLogger("agent")

MAX_TURNS = 16
MAX_OBJECTIONS = 2  # to the same tool; then the second thought of the agent counts, but never for money


class ModelDown(Exception):
    """The model gave no answer."""


class Verdict(BaseModel):
    approve: bool
    objections: list[str]
    worked_out: str = ""


class Agent:
    def __init__(self, client: OpenAI, model: str, office: BackOffice) -> None:
        self.client, self.model, self.office = client, model, office
        self.desks: dict[str, Desk] = {}

    def handle(self, task: dict) -> None:
        ticket = task["ticket"]
        desk = self.desks.setdefault(ticket["id"], Desk(self.office, ticket))
        mail = show(task)
        messages: list[dict] = [
            {"role": "system", "content": prompts.AGENT},
            {"role": "user", "content": f"{mail}\n\n{prompts.PLAN}"},
        ]
        plan = self._chat(messages, max_completion_tokens=600)
        log.info("plan: %s", plan.content)
        messages += [{"role": "assistant", "content": plan.content or "-"}, {"role": "user", "content": prompts.GO}]
        if desk.paid or desk.case:
            messages[-1]["content"] += f"\n\nFrom an earlier attempt at this ticket:\n{desk.record()}"
        objections: dict[str, int] = {}
        for _ in range(MAX_TURNS):
            answer = self._chat(messages, tools=TOOLS, max_completion_tokens=1200)
            calls = answer.tool_calls or []
            messages.append(answer.model_dump(include={"role", "content", "tool_calls"}, exclude_none=True))
            if not calls:
                log.info("says: %s", answer.content)
                messages[-1].setdefault("content", "-")
                messages.append({"role": "user", "content": prompts.NUDGE})
                continue
            for call in calls:
                result = self._call(desk, mail, call.function.name, call.function.arguments, objections)
                content = json.dumps(result, ensure_ascii=False)
                messages.append({"role": "tool", "tool_call_id": call.id, "content": content})
            if desk.closed:
                return
        log.error("%s: no end in sight", ticket["id"])
        self.give_up(ticket)

    def _call(self, desk: Desk, mail: str, name: str, raw: str, objections: dict[str, int]) -> dict:
        if desk.closed:
            return {"error": "the ticket is closed"}
        try:
            arguments = json.loads(raw or "{}")
        except json.JSONDecodeError as error:
            return {"error": f"the arguments are not valid JSON: {error}"}
        log.info("call %s %s", name, json.dumps(arguments, ensure_ascii=False))
        if name in REVIEWED:
            if problem := desk.precheck(name, arguments):
                log.info("precheck: %s", problem)
                return {"carried_out": False, "problem": problem}
            if objections.get(name, 0) < MAX_OBJECTIONS or name == "refund":
                verdict = self._review(desk, mail, name, arguments)
                if not verdict.approve:
                    objections[name] = objections.get(name, 0) + 1
                    if name == "refund" and objections[name] > MAX_OBJECTIONS:
                        return {"carried_out": False, "problem": "agent and reviewer don't agree; hand over with escalate"}
                    return {"carried_out": False, "reviewer_objects": verdict.objections or [verdict.worked_out]}
        return desk.run(name, arguments)

    def _review(self, desk: Desk, mail: str, name: str, arguments: dict) -> Verdict:
        messages = [
            {"role": "system", "content": prompts.REVIEWER},
            {
                "role": "user",
                "content": f"<ticket>\n{mail}\n</ticket>\n{desk.record()}\n<proposed_action tool=\"{name}\">\n"
                f"{json.dumps(arguments, ensure_ascii=False, indent=1)}\n</proposed_action>",
            },
        ]
        for _ in range(2):
            answer = self._chat(messages, temperature=0, max_completion_tokens=600, response_format={"type": "json_object"})
            log.info("review of %s: %s", name, answer.content)
            try:
                return Verdict.model_validate_json(answer.content or "")
            except ValidationError as error:
                log.warning("unreadable verdict: %s", error)
        return Verdict(approve=name != "refund", objections=["the reviewer's verdict could not be read; try again"])

    def _chat(self, messages: list[dict], temperature: float = 0.2, **options):
        for _ in range(2):
            try:
                completion = self.client.chat.completions.create(
                    model=self.model, messages=messages, temperature=temperature, **options
                )
            except openai.APIError as error:
                raise ModelDown(str(error)) from error
            choice = completion.choices[0]
            if choice.finish_reason != "length":
                break
        return choice.message

    def give_up(self, ticket: dict) -> None:
        """Close the ticket without the model, truthfully."""
        desk = self.desks.setdefault(ticket["id"], Desk(self.office, ticket))
        name = ticket["from"]["name"]
        if desk.paid:
            text = f"Hello {name},\n\nwe have refunded {desk.paid[1]} {desk.paid[2]} on order {desk.paid[0]}."
            desk.reply("refunded", f"{text}\n\nHarbour Lane Support")
            return
        desk.escalate("could not be settled automatically", f"{ticket['from']['email']}: {ticket['subject']}")
        desk.reply("escalated", f"Hello {name},\n\nyour request is now with our refunds desk.\n\nHarbour Lane Support")


def show(task: dict) -> str:
    ticket = task["ticket"]
    sender = ticket["from"]
    return (
        f"Ticket {ticket['id']}, today is {task['now'][:10]}\nfrom: {sender['name']} <{sender['email']}>\n"
        f"received: {ticket['received']}\nsubject: {ticket['subject']}\n\n{ticket['body']}"
    )
