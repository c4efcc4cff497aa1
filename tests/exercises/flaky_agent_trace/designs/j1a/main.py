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
BLOCK = re.compile(r"```(?:json)?\s*(\{.*\})\s*```", re.S)


class Unclear(Exception):
    """The model's turn can't be used; the text says why, and goes back to it."""


def think(client: OpenAI, messages: list[dict]) -> str:
    for attempt in range(6):
        if attempt:
            time.sleep(min(0.4 * 2**attempt, 4))
        try:
            answer = client.chat.completions.create(model=MODEL, messages=messages, temperature=0.2, max_tokens=1400)
        except openai.APIError as error:
            log.warning("model: %s", error)
            continue
        choice = answer.choices[0]
        if choice.finish_reason == "length" or not choice.message.content:
            continue
        return choice.message.content
    raise Unavailable("model")


def read_move(text: str) -> dict:
    match = BLOCK.search(text)
    raw = match.group(1) if match else text[text.find("{") : text.rfind("}") + 1]
    try:
        move = json.loads(raw)
    except ValueError:
        raise Unclear("I couldn't read a json block in that. One move, in one fenced json block, please.") from None
    if move.get("move") not in ("peek", "hunt", "settle"):
        raise Unclear("`move` must be peek, hunt or settle.")
    return move


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
        f"Subject: {ticket['subject']}\n\n{ticket['body']}\n\n(End of the letter.)\n\nYour move."
    )


def converse(client: OpenAI, counter: Counter, task: dict) -> tuple[str, dict | None, Decimal | None, dict]:
    ticket = task["ticket"]
    rules = counter.handbook(task["now"][:10])
    mine = counter.search(email=ticket["from"]["email"])
    messages = [{"role": "system", "content": CLERK}, {"role": "user", "content": opening(task, mine, rules)}]
    files: dict[str, dict] = {}
    for _ in range(TURNS):
        text = think(client, messages)
        messages.append({"role": "assistant", "content": text})
        try:
            move = read_move(text)
            if move["move"] == "settle":
                verdict, order, total = check(move, files)
                return verdict, order, total, move
            if move["move"] == "peek":
                parts = []
                for number in move.get("orders") or []:
                    number = re.sub(r"^(?:HL-?)?", "HL-", str(number).strip().upper())
                    order = counter.order(number)
                    if order:
                        files[number] = order
                    parts.append(f"File {number}: {dumps(order) if order else 'there is no such order.'}")
                answer = "\n".join(parts) or "Which orders?"
            else:
                try:
                    found = counter.search(**{k: v for k, v in (move.get("by") or {}).items() if v})
                    answer = "Found: " + (dumps(found[:15]) if found else "nothing.")
                except Refused as error:
                    answer = f"That search was refused: {error}"
        except Unclear as error:
            log.info("unclear: %s", error)
            answer = str(error)
        messages.append({"role": "user", "content": answer + "\n\nYour move."})
    raise Unclear("no end in sight")


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
