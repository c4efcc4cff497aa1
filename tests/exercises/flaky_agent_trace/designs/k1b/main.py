"""Action lines with a JSON call; `Final Answer:` with a JSON of our own, which code checks and carries out."""

import json
import logging
import re
import sys
from decimal import Decimal, InvalidOperation

from office import Down, Model, Office, dumps, ticket_text

log = logging.getLogger("final")
TURNS = 12

SYSTEM = """Solve the customer's refund request for Harbour Lane. Alternate between thinking and looking things up:

Thought: think about what to do next
Action: {"tool": "<name>", "input": "<text>"}
Observation: (you will be given this)
... (as often as you need)
Thought: I know what is due
Final Answer: {"verdict": "...", "order": "HL-...", "pay": "0.00", "because": "...", "to_customer": "..."}

Tools:
  my_orders - input is an e-mail address; lists that customer's orders
  order_card - input is an order number; shows goods, prices, dates, refunds, notes
  handbook - input is "all"; the shop's refund rules

Final Answer fields:
  verdict      one of: money (something is paid back), nothing (the request is turned down), desk (colleagues of the
               refunds desk have to take it), unclear (the customer must say which order is meant)
  order        number of the order concerned, null if there is none
  pay          the exact sum to pay back, two decimals, "0.00" unless the verdict is money
  because      the clause of the handbook that decides, and one sentence
  to_customer  the mail to the customer, in the customer's language

Never guess: look at the order card and the handbook before the Final Answer."""

ACTION = re.compile(r"^Action:\s*(\{.*\})\s*$", re.MULTILINE)
FINAL = re.compile(r"^Final Answer:\s*(\{.*\})", re.MULTILINE | re.DOTALL)
OUTCOMES = {"money": "refunded", "nothing": "denied", "desk": "escalated", "unclear": "need_info"}


class Wrong(Exception):
    """For the model."""


def final(text: str, cards: dict[str, dict], read: bool) -> dict | None:
    found = FINAL.search(text)
    if not found:
        return None
    try:
        answer = json.loads(found[1])
    except ValueError:
        raise Wrong("the Final Answer is not valid JSON") from None
    if answer.get("verdict") not in OUTCOMES:
        raise Wrong("verdict must be one of: money, nothing, desk, unclear")
    if not read:
        raise Wrong("you have not read the handbook")
    if answer["verdict"] in ("money", "nothing") and answer.get("order") not in cards:
        raise Wrong(f"look at the order card of {answer.get('order')} first")
    if not answer.get("to_customer"):
        raise Wrong("to_customer is missing")
    try:
        answer["pay"] = Decimal(str(answer.get("pay") or "0"))
    except InvalidOperation:
        raise Wrong("pay must be a sum such as \"12.50\"") from None
    if answer["verdict"] == "money":
        left = Decimal(cards[answer["order"]]["refundable"])
        if not 0 < answer["pay"] <= left:
            raise Wrong(f"pay must be above 0.00 and not more than {left}")
    return answer


def carry_out(office: Office, ticket: dict, answer: dict, cards: dict[str, dict]) -> None:
    number, verdict, body = answer.get("order"), answer["verdict"], answer["to_customer"]
    if verdict == "money" and not office.pay(ticket["id"], cards[number], answer["pay"], answer.get("because") or "due"):
        verdict, body = "desk", "Our refunds desk will see to it."
    if verdict == "desk":
        number = number if number in cards else None
        office.escalate(ticket["id"], number, answer.get("because") or "-", answer.get("because") or "-")
    number = number if verdict != "unclear" else None
    office.reply(ticket["id"], OUTCOMES[verdict], body, number, answer["pay"] if verdict == "money" else None)


def look(office: Office, task: dict, text: str, cards: dict[str, dict]) -> tuple[str, bool]:
    found = ACTION.search(text)
    if not found:
        raise Wrong("write an Action line or a Final Answer line")
    try:
        call = json.loads(found[1])
        name, given = call["tool"], str(call.get("input") or "").strip()
    except (ValueError, KeyError):
        raise Wrong('an Action is {"tool": "<name>", "input": "<text>"}') from None
    if name == "my_orders":
        return dumps(office.orders(email=given)), False
    if name == "handbook":
        return office.handbook(task["now"][:10]), True
    if name != "order_card":
        raise Wrong(f"no tool {name}")
    order = office.order(given)
    if order is None:
        return f"no order {given}", False
    cards[given] = order
    return dumps(order), False


def handle(office: Office, model: Model, task: dict) -> None:
    cards, read, ticket = {}, False, task["ticket"]
    messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": ticket_text(task)}]
    for _ in range(TURNS):
        said = model.say(messages)
        messages.append({"role": "assistant", "content": said})
        try:
            if (answer := final(said, cards, read)) is not None:
                carry_out(office, ticket, answer, cards)
                return
            seen, rules = look(office, task, said, cards)
            read = read or rules
            messages.append({"role": "user", "content": f"Observation: {seen}"})
        except Wrong as error:
            messages.append({"role": "user", "content": f"Observation: not accepted, {error}"})
    carry_out(office, ticket, {"verdict": "desk", "to_customer": "Our refunds desk will see to it.", "pay": None}, cards)


def main() -> int:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    office, model = Office(), Model(["Observation:"])
    while (task := office.task()) is not None:
        try:
            handle(office, model, task)
        except Down as error:
            log.error("%s", error)
            office.escalate(task["ticket"]["id"], None, "failure", str(error))
            office.reply(task["ticket"]["id"], "escalated", "Our refunds desk will see to it.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
