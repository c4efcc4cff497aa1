"""Wren: one prompt, a conversation in JSON moves, and a program that checks the sums and holds the till."""

import json
import logging
import os
import re
import sys
import time
from decimal import Decimal, InvalidOperation
from pathlib import Path

import openai
from openai import OpenAI

from counter import Counter, Refused, Unavailable, dumps

log = logging.getLogger("wren")
CLERK = (Path(__file__).parent / "clerk.md").read_text(encoding="utf-8")
MODEL = os.environ["TAKEHOME_MODEL_MEDIUM"]
TURNS = 9
TEXT, MONEY = {"type": "string"}, {"type": "string", "description": "like 12.50"}


def tool(name: str, description: str, required: list[str], /, **properties: dict) -> dict:
    schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return {"type": "function", "function": {"name": name, "description": description, "parameters": schema}}


TOOLS = [
    tool("peek_at_orders", "Open the files of one or more orders.", ["orders"], orders={"type": "array", "items": TEXT}),
    tool(
        "hunt_for_orders", "Search all orders. Every criterion that you give must hold.", [],
        email=TEXT, name=TEXT, placed_on={"type": "string", "description": "YYYY-MM-DD"},
        text={"type": "string", "description": "a word of an item's name or of a note"},
    ),
    tool(
        "settle", "Decide the ticket, once and for all.", ["verdict", "order", "rules", "lines", "total", "letter"],
        verdict={
            "type": "string", "enum": ["pay", "no", "desk", "ask"],
            "description": "pay: money is due and goes out. no: nothing is due, the wish is declined. desk: handed over to "
            "the people at the refunds desk. ask: the customer has to say first which order or which goods they mean.",
        },
        order={"type": ["string", "null"], "description": "number of the order that this is about, null if no single one"},
        rules={"type": "array", "items": TEXT, "description": "the clauses that carry the verdict, like R-1"},
        lines={
            "type": "array",
            "description": "only the goods that are refunded; empty unless the verdict is pay, and for a late parcel",
            "items": {
                "type": "object", "required": ["sku", "pieces", "each", "take_off"], "additionalProperties": False,
                "properties": {
                    "sku": TEXT,
                    "pieces": {"type": "integer", "description": "how many pieces of it are refunded"},
                    "each": {"type": "string", "description": "unit price"},
                    "take_off": {
                        "type": "string",
                        "description": "what comes off this line: restocking fee, or what was refunded for it earlier; 0.00 if nothing",
                    },
                },
            },
        },
        postage={"type": "string", "description": "the shipping fee if it goes back too, else 0.00"},
        late_money={"type": "string", "description": "compensation for a late delivery, else 0.00"},
        total={"type": "string", "description": "the sum to pay: lines, postage and late_money together; 0.00 unless the verdict is pay"},
        for_desk={"type": "string", "description": "two sentences for the colleague, if the verdict is desk"},
        letter={"type": "string", "description": "the answer to the customer, in the customer's language. Put {TOTAL} where a refund's sum belongs."},
    ),
]


class Unclear(Exception):
    """The model's turn can't be used; the text says why, and goes back to it."""


def think(client: OpenAI, messages: list[dict]):
    for attempt in range(6):
        if attempt:
            time.sleep(min(0.4 * 2**attempt, 4))
        try:
            answer = client.chat.completions.create(model=MODEL, messages=messages, tools=TOOLS, temperature=0.2, max_tokens=1400)
        except openai.APIError as error:
            log.warning("model: %s", error)
            continue
        choice = answer.choices[0]
        if choice.finish_reason == "length":
            continue
        return choice.message
    raise Unavailable("model")


def money(value) -> Decimal:
    try:
        return Decimal(str(value if value not in (None, "") else "0")).quantize(Decimal("0.01"))
    except InvalidOperation:
        raise Unclear(f"{value!r} is no amount; write it like 12.50.") from None


def check(move: dict, files: dict[str, dict]) -> tuple[str, dict | None, Decimal | None]:
    """Verdict, order and sum, when they hang together."""
    verdict, number = move.get("verdict"), move.get("order")
    if verdict not in ("pay", "no", "desk", "ask"):
        raise Unclear("`verdict` must be pay, no, desk or ask.")
    order = files.get(number or "")
    if verdict in ("pay", "no") and order is None:
        raise Unclear(f"You settled on {number} without having opened its file. Peek first.")
    if verdict != "pay":
        return verdict, order, None
    total = money(move.get("postage")) + money(move.get("late_money"))
    items = {item["sku"]: item for item in order["items"]}
    for line in move.get("lines") or []:
        item = items.get(line.get("sku"))
        if item is None:
            raise Unclear(f"{number} has no line {line.get('sku')}; it has {', '.join(items)}.")
        pieces = int(line.get("pieces") or 0)
        if not 1 <= pieces <= item["quantity"]:
            raise Unclear(f"{item['sku']}: {pieces} pieces, but {item['quantity']} were bought.")
        if money(line.get("each")) != money(item["unit_price"]):
            raise Unclear(f"{item['sku']} costs {item['unit_price']} each, not {line.get('each')}.")
        total += pieces * money(item["unit_price"]) - money(line.get("take_off"))
    if total != money(move.get("total")):
        raise Unclear(f"Your parts add up to {total}, but `total` says {move.get('total')}. Which is right?")
    if total <= 0:
        raise Unclear("A pay verdict needs a sum above nought. If nothing is due, the verdict is no.")
    if total > money(order["refundable"]):
        raise Unclear(f"{total} is more than the {order['refundable']} that are left on {number}. Look at its refunds.")
    if order["gift"] or order["chargeback"] == "open" or any(n.get("kind") == "promise" for n in order["notes"]):
        return "desk", order, None
    if total > (2000 if order["currency"] == "PLN" else 500):
        return "desk", order, None
    return "pay", order, total


def opening(task: dict, mine: list[dict], rules: str) -> str:
    ticket = task["ticket"]
    listing = "\n".join("* " + dumps(order) for order in mine) or "(none under this address)"
    return (
        f"# Rule book\n\n{rules}\n\n# The writer's orders, in short\n\n{listing}\n\n# The letter\n\n"
        f"Received: {ticket['received']}\nFrom: {ticket['from']['name']} <{ticket['from']['email']}>\n"
        f"Subject: {ticket['subject']}\n\n{ticket['body']}\n\n(End of the letter.)"
    )


def converse(client: OpenAI, counter: Counter, task: dict) -> tuple[str, dict | None, Decimal | None, dict]:
    ticket = task["ticket"]
    rules = counter.handbook(task["now"][:10])
    mine = counter.search(email=ticket["from"]["email"])
    messages = [{"role": "system", "content": CLERK}, {"role": "user", "content": opening(task, mine, rules)}]
    files: dict[str, dict] = {}
    for _ in range(TURNS):
        turn = think(client, messages)
        messages.append(turn.model_dump(exclude_none=True))
        if not turn.tool_calls:
            messages.append({"role": "user", "content": "Go on with a tool call; `settle` when you know."})
        for call in turn.tool_calls or []:
            try:
                arguments = json.loads(call.function.arguments)
                if call.function.name == "settle":
                    if len(turn.tool_calls) > 1:
                        raise Unclear("`settle` goes alone, after you have seen what the other calls gave.")
                    return *check(arguments, files), arguments
                answer = look(counter, call.function.name, arguments, files)
            except ValueError:
                answer = "Those arguments were no JSON."
            except (Unclear, Refused) as error:
                log.info("back to the model: %s", error)
                answer = str(error)
            messages.append({"role": "tool", "tool_call_id": call.id, "content": answer})
    raise Unclear("no end in sight")


def look(counter: Counter, name: str, arguments: dict, files: dict[str, dict]) -> str:
    if name == "hunt_for_orders":
        found = counter.search(**{key: value for key, value in arguments.items() if value})
        return dumps({"found": found[:15], "in_all": len(found)})
    parts = {}
    for number in arguments.get("orders") or []:
        number = re.sub(r"^(?:HL-?)?", "HL-", str(number).strip().upper())
        order = counter.order(number)
        if order:
            files[number] = order
        parts[number] = order or "there is no such order"
    return dumps(parts)


def settle(counter: Counter, task: dict, verdict: str, order: dict | None, total: Decimal | None, move: dict) -> None:
    ticket, name = task["ticket"]["id"], task["ticket"]["from"]["name"]
    number = order["id"] if order else None
    letter = str(move.get("letter") or "")
    if verdict == "pay" and not counter.pay(ticket, order, total, ", ".join(move.get("rules") or ["refund"])):
        raise Unavailable("the refund is not booked")
    if verdict == "pay":
        sum_ = f"{total} {order['currency']}"
        body = letter.replace("{TOTAL}", sum_) if "{TOTAL}" in letter else f"Dear {name},\n\nwe have refunded {sum_} for order {number}.\n\nHarbour Lane"
        counter.reply(ticket, "refunded", body, number, total)
    elif verdict == "desk":
        counter.hand_over(ticket, number, ", ".join(move.get("rules") or []) or "refunds desk", str(move.get("for_desk") or "see the mail"))
        body = letter if move.get("verdict") == "desk" and letter else f"Dear {name},\n\nour refunds desk has taken over your case and will write to you.\n\nHarbour Lane"
        counter.reply(ticket, "escalated", body, number)
    else:
        counter.reply(ticket, "denied" if verdict == "no" else "need_info", letter or f"Dear {name}, which order do you mean?", number)


def main() -> int:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    client, counter = OpenAI(max_retries=0, timeout=25), Counter()
    seen: dict[str, int] = {}
    while (task := counter.next_ticket()) is not None:
        ticket = task["ticket"]["id"]
        seen[ticket] = seen.get(ticket, 0) + 1
        try:
            try:
                settle(counter, task, *converse(client, counter, task))
            except Unclear:
                settle(counter, task, "desk", None, None, {"for_desk": "The agent came to no decision."})
        except (Unavailable, Refused) as error:
            log.warning("%s: %s", ticket, error)
            try:
                if seen[ticket] < 3:
                    counter.defer(ticket, str(error)[:100])
                else:
                    settle(counter, task, "desk", None, None, {"for_desk": f"Not settled by the agent: {error}"})
            except (Unavailable, Refused) as again:
                log.error("%s: %s", ticket, again)
                if seen[ticket] > 6:
                    return 1
        except Exception:
            log.exception("%s", ticket)
            try:
                counter.defer(ticket, "error")
            except (Unavailable, Refused):
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
