"""What the model may call."""

TEXT = {"type": "string"}
TOPICS = ["all", "identity", "returns", "damage", "delivery", "payment", "handover", "replying"]
OUTCOMES = ["refunded", "denied", "escalated", "need_info"]


def tool(name: str, description: str, required: list[str], /, **properties: dict) -> dict:
    parameters = {
        "type": "object", "properties": properties, "required": required, "additionalProperties": False,
    }
    return {"type": "function", "function": {"name": name, "description": description, "parameters": parameters}}


TOOLS = [
    tool(
        "search_orders",
        "Find orders, newest first, all pages at once. Give at least one criterion; all given ones must hold.",
        [],
        email=TEXT,
        name=TEXT,
        order_id=TEXT,
        placed_on={"type": "string", "description": "YYYY-MM-DD"},
        text={"type": "string", "description": "words from item names, SKUs, categories, status or notes"},
    ),
    tool(
        "get_order",
        "All about one order: customer, items, dates, earlier refunds, colleagues' notes, chargeback, gift, refundable.",
        ["order_id"],
        order_id={"type": "string", "description": "such as HL-123456"},
    ),
    tool("get_policy", "The refund handbook as it holds today.", ["topic"], topic={"type": "string", "enum": TOPICS}),
    tool(
        "refund",
        "Pay money back to the customer. Final; once per ticket.",
        ["order_id", "amount", "reason"],
        order_id=TEXT,
        amount={"type": "string", "description": "in the currency of the order, two decimals, such as 12.50"},
        reason={"type": "string", "description": "the clause, the items and how the amount was worked out"},
    ),
    tool(
        "escalate",
        "Hand the ticket to the refunds desk. Tell the customer with reply afterwards.",
        ["reason", "summary"],
        order_id={"type": "string", "description": "the order concerned, if there is exactly one"},
        reason={"type": "string", "description": "the clause"},
        summary={"type": "string", "description": "what the desk needs to know"},
    ),
    tool(
        "reply",
        "Send the reply to the customer and close the ticket.",
        ["outcome", "body"],
        order_id={"type": "string", "description": "the order that the request is about, if it is known"},
        outcome={"type": "string", "enum": OUTCOMES},
        amount={"type": "string", "description": "the sum refunded on this ticket; only with `refunded`"},
        body={"type": "string", "description": "the mail to the customer"},
    ),
]
