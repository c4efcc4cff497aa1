"""The tools that the model sees, and the code behind the harmless ones."""

import ast
import json
import operator
import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from shop import Shop


def _tool(name: str, description: str, properties: dict, required: list[str] | None = None) -> dict:
    return {
        "type": "function",
        "function": {
            "name": name,
            "description": description,
            "parameters": {
                "type": "object",
                "additionalProperties": False,
                "properties": properties,
                "required": list(properties) if required is None else required,
            },
        },
    }


DECISIONS = ["pay_back", "turn_down", "pass_to_desk", "ask_customer"]
GROUNDS = {
    "changed_mind": "wants to return a fine article",
    "damaged_faulty_wrong": "arrived damaged or faulty, or is not what was ordered",
    "late": "was delivered late, compensation",
    "lost": "parcel has not arrived",
    "cancelled": "wants to cancel before delivery",
    "goodwill": "money or a voucher for the annoyance",
    "already_refunded": "asks again for what we have paid back",
    "unclear": "it can't be told what or which order is meant",
}
DESK_REASONS = [
    "not_the_account_holder", "several_orders", "over_limit", "chargeback", "gift", "legal_threat", "colleague_promise",
    "wants_replacement_or_credit", "delivered_but_missing", "cannot_be_settled", "none",
]  # fmt: skip

TOOLS = [
    _tool(
        "list_orders",
        "All orders on file for an e-mail address, a customer name or words from an article; newest first, short form.",
        {
            "email": {"type": "string"},
            "customer_name": {"type": "string"},
            "words": {"type": "string", "description": "words from an article's name"},
        },
        [],
    ),
    _tool(
        "open_order",
        "Everything about one order: articles, prices, dates, earlier refunds, notes of colleagues.",
        {"order_number": {"type": "string", "description": "such as HL-123456"}},
    ),
    _tool("read_handbook", "The refund handbook in force today.", {}),
    _tool(
        "compute",
        "Exact arithmetic. `expression` may use + - * / ( ), days('2026-10-01', '2026-10-15') for the days from the "
        "first date to the second, percent(15, 84.95) for a percentage, min(a, b) and max(a, b). Money is rounded to "
        "the cent, half up.",
        {"expression": {"type": "string"}},
    ),
    _tool(
        "take_note",
        "Write down a finding for yourself. All notes so far come back.",
        {"note": {"type": "string"}},
    ),
    _tool(
        "finish",
        "Carry out the decision, send the letter and close the ticket. Is rejected, with reasons, if it doesn't fit "
        "the handbook.",
        {
            "decision": {
                "type": "string",
                "enum": DECISIONS,
                "description": "pay_back: refund; turn_down: nothing is due; pass_to_desk: people take over; "
                "ask_customer: the order or request can't be told",
            },
            "order_number": {"type": ["string", "null"], "description": "null if no single order is meant"},
            "grounds": {
                "type": "string",
                "enum": list(GROUNDS),
                "description": "; ".join(f"{k}: {v}" for k, v in GROUNDS.items()),
            },
            "articles": {
                "type": "array",
                "description": "What the request is about. For late: what the customer keeps. For lost or cancelled: "
                "everything in the order",
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["sku", "pieces"],
                    "properties": {"sku": {"type": "string"}, "pieces": {"type": "integer"}},
                },
            },
            "opened": {
                "type": "boolean",
                "description": "Electronics only: has the customer unsealed or used it? false otherwise",
            },
            "told_us_on": {"type": "string", "description": "YYYY-MM-DD, when the customer first told us of this"},
            "amount": {"type": ["string", "null"], "description": "For pay_back, such as 28.60; null otherwise"},
            "clauses": {"type": "array", "items": {"type": "string"}, "description": "Handbook clauses, such as R-1"},
            "desk_reason": {"type": "string", "enum": DESK_REASONS, "description": "none unless pass_to_desk"},
            "desk_summary": {"type": ["string", "null"], "description": "For the colleagues at the desk"},
            "letter": {"type": "string", "description": "The mail to the customer, in their language"},
        },
    ),
]

OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def compute(expression: str) -> str:
    try:
        value = _value(ast.parse(expression.strip(), mode="eval").body)
    except (SyntaxError, ValueError, ArithmeticError, TypeError) as error:
        return f"cannot compute: {error}"
    if isinstance(value, Decimal) and value != value.to_integral_value():
        return f"{value.normalize()} (rounded to the cent: {value.quantize(Decimal('0.01'), ROUND_HALF_UP)})"
    return str(value)


def _value(node: ast.AST) -> Decimal | int | str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else Decimal(str(node.value))
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        return OPERATORS[type(node.op)](Decimal(_value(node.left)), Decimal(_value(node.right)))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        values = [_value(argument) for argument in node.args]
        match node.func.id:
            case "days":
                first, second = (date.fromisoformat(str(v)[:10]) for v in values)
                return (second - first).days
            case "percent":
                return Decimal(values[0]) * Decimal(values[1]) / 100
            case "min":
                return min(values)
            case "max":
                return max(values)
    raise ValueError("only numbers, + - * /, days, percent, min and max")


def norm(order_number: object) -> str:
    digits = re.search(r"\d{5,}", str(order_number or ""))
    return f"HL-{digits.group()}" if digits else str(order_number or "")


class Desk:
    """What the look-up tools have shown on this ticket."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.notes: list[str] = []
        self.read_policy = False
        self.opened: dict[str, dict] = {}

    def run(self, name: str, arguments: dict) -> str:
        if name == "list_orders":
            criteria = {
                key: arguments[mine]
                for mine, key in (("email", "email"), ("customer_name", "name"), ("words", "text"))
                if arguments.get(mine)
            }
            if not criteria:
                return "Give an e-mail address, a name or words."
            return json.dumps(self.shop.search(**criteria)[:20], ensure_ascii=False)
        if name == "open_order":
            number = norm(arguments.get("order_number"))
            order = self.shop.order(number) if number else None
            if order is None:
                return f"There is no order {number}."
            self.opened[number] = order
            return json.dumps(order, ensure_ascii=False)
        if name == "read_handbook":
            self.read_policy = True
            policy = self.shop.handbook()
            return f"Version {policy['version']}, in force from {policy['effective_from']}\n\n{policy['text']}"
        if name == "compute":
            return compute(str(arguments.get("expression", "")))
        if name == "take_note":
            self.notes.append(str(arguments.get("note", "")))
            return "\n".join(f"{n}. {note}" for n, note in enumerate(self.notes, 1))
        return f"There is no tool {name}."
