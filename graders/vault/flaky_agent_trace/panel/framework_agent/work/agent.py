"""The refund agent: typed tools on a ticket's desk, and a reply as its output."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from openai import AsyncOpenAI
from pydantic_ai import Agent, ModelRetry, RunContext, Tool, ToolOutput
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

from backoffice import BackOffice, Refused

PROMPT = (Path(__file__).parent / "prompt.md").read_text(encoding="utf-8")

Outcome = Literal["refunded", "denied", "escalated", "need_info"]


@dataclass
class Desk:
    """One ticket and what was done about it."""

    office: BackOffice
    task: dict
    paid: dict[str, str] = field(default_factory=dict)
    """What went back, by order."""
    escalated: bool = False
    replied: bool = False

    def ask(self, tool: str, /, **arguments: object) -> dict:
        """What the back office refuses, the model hears, and may do better."""
        try:
            return self.office.call(tool, **arguments)
        except Refused as error:
            raise ModelRetry(str(error)) from None

    def text(self) -> str:
        ticket = self.task["ticket"]
        sender = ticket["from"]
        return (
            f"Now: {self.task['now']}\nTicket: {ticket['id']}\nFrom: {sender['name']} <{sender['email']}>\n"
            f"Received: {ticket['received']}\nSubject: {ticket['subject']}\n\n{ticket['body']}"
        )


Run = RunContext[Desk]


def search_orders(
    run: Run,
    email: str | None = None,
    name: str | None = None,
    order_id: str | None = None,
    placed_on: str | None = None,
    text: str | None = None,
    page: int | None = None,
) -> dict:
    """Find orders. Give at least one criterion; the newest come first, five to a page.

    Args:
        placed_on: YYYY-MM-DD
        text: words from items or notes
    """
    return run.deps.ask(
        "search_orders", email=email, name=name, order_id=order_id, placed_on=placed_on, text=text, page=page
    )


def get_order(run: Run, order_id: str) -> dict:
    """All about one order, earlier refunds included."""
    return run.deps.ask("get_order", order_id=order_id)


def get_policy(run: Run) -> dict:
    """The refund handbook, as it holds now."""
    return run.deps.ask("get_policy", topic="all", fresh=True)


def refund(run: Run, order_id: str, amount: float, reason: str) -> dict:
    """Pay money back to the customer. Final.

    Args:
        amount: in the currency of the order, such as 12.50
    """
    desk = run.deps
    if desk.paid:
        raise ModelRetry("this ticket has been paid already; reply now")
    # The key makes a lost answer harmless: asked again, the first refund is shown and nothing is paid.
    done = desk.ask(
        "refund", order_id=order_id, amount=f"{amount:.2f}", reason=reason, idempotency_key=desk.task["ticket"]["id"]
    )
    desk.paid[order_id] = done["amount"]
    return done


def escalate(run: Run, reason: str, summary: str, order_id: str | None = None) -> dict:
    """Hand the ticket to the refunds desk."""
    done = run.deps.ask("escalate", order_id=order_id, reason=reason, summary=summary)
    run.deps.escalated = True
    return done


def reply(run: Run, outcome: Outcome, body: str, order_id: str | None = None, amount: float | None = None) -> str:
    """Send the reply and close the ticket.

    Args:
        amount: what was refunded, if anything was
        body: the mail to the customer
    """
    desk = run.deps
    if outcome == "refunded" and not desk.paid:
        raise ModelRetry("nothing has been refunded; call refund first, or correct the outcome")
    if outcome == "escalated" and not desk.escalated:
        raise ModelRetry("nothing has been handed over; call escalate first, or correct the outcome")
    send(desk, outcome, body, order_id)
    return outcome


def send(desk: Desk, outcome: str, body: str, order_id: str | None = None) -> None:
    """The reply with what happened, whatever was said of it."""
    fields: dict = {"outcome": outcome, "order_id": order_id or None}
    for order, amount in desk.paid.items():
        fields = {"outcome": "refunded", "order_id": order, "amount": amount}
    desk.ask("reply", **fields, body=body)
    desk.replied = True


def make(model: str) -> Agent[Desk, str]:
    """The agent on the model that the environment offers."""
    client = AsyncOpenAI(max_retries=6, timeout=40)
    tools = [search_orders, get_order, get_policy, refund, escalate]
    return Agent(
        OpenAIChatModel(model, provider=OpenAIProvider(openai_client=client)),
        deps_type=Desk,
        instructions=PROMPT,
        tools=[Tool(each, sequential=True) for each in tools],
        output_type=ToolOutput(reply, name="reply"),
        retries=3,
        model_settings={"temperature": 0.2, "max_tokens": 1500},
    )


# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
