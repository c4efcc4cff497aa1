"""The tools as the model sees them."""

TEXT = {"type": "string"}
MAIL = {"type": "string", "description": "The complete mail to the customer, in the customer's language."}
ORDER = {"type": "string", "description": "Order number, such as HL-123456."}
LINES = {
    "type": "array",
    "description": "The lines of the order that the money is for, and how many pieces of each.",
    "items": {
        "type": "object",
        "properties": {
            "sku": {"type": "string", "description": "as `read_order` shows it"},
            "pieces": {"type": "integer", "minimum": 1},
        },
        "required": ["sku", "pieces"],
    },
}

BASES = {
    "change_of_mind": "unwanted and unused, sealed, or not electronics (R-1)",
    "opened_electronics": "unwanted electronics that have been unpacked or used (R-2)",
    "damaged_faulty_wrong": "arrived damaged, faulty, or not what was ordered (D-1)",
    "late_delivery": "compensation for a delivery that came late and is kept (L-1)",
    "lost_parcel": "shipped, never delivered, long overdue (L-2)",
    "cancellation": "cancelled before it was shipped (L-4)",
}
NOTHING_DUE = {
    "return_too_late": "change of mind, asked after the window (R-1, R-2)",
    "final_sale": "change of mind on a final sale item (R-3)",
    "reported_too_late": "damage or fault first told more than 7 days after delivery (D-2)",
    "delay_too_small": "delivered at most 3 days late (L-1)",
    "delay_told_too_late": "complained of a delay more than 30 days after delivery (L-1)",
    "still_on_its_way": "shipped, and less than 10 days past the promised date (L-2)",
    "already_shipped": "wants to cancel what has been shipped (L-4)",
    "already_paid_back": "nothing is left to give back for it (M-3)",
    "goodwill": "asks only for what the handbook doesn't know: discounts, vouchers, money for time or annoyance (M-4)",
}
DESK = {
    "sender_not_on_account": "the order isn't the sender's (I-2)",
    "not_received_though_delivered": "our system says delivered, the customer says it never came (L-3)",
    "several_orders": "asks for something on two or more orders (H-1)",
    "above_limit": "the sum due is above our limit (H-2)",
    "open_chargeback": "H-3",
    "gift_order": "H-4",
    "legal": "lawyer, court, authority or ombudsman (H-5)",
    "colleague_promised": "a note of kind promise (H-6)",
    "replacement_or_store_credit": "the customer insists on it instead of money (H-6)",
    "cannot_be_settled": "nothing else fits, and asking the customer would not help",
}


def choices(of: dict[str, str]) -> dict:
    return {"type": "string", "enum": list(of), "description": "; ".join(f"{k}: {v}" for k, v in of.items())}


def tool(name: str, description: str, properties: dict, required: list[str]) -> dict:
    parameters = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return {"type": "function", "function": {"name": name, "description": description, "parameters": parameters}}


FIRST_TOLD = {
    "type": "string",
    "description": "For damage only: the day, YYYY-MM-DD, of the customer's first mail that reported it. It may be a "
    "quoted one; otherwise the day on which this mail was received.",
}

TOOLS = [
    tool(
        "look_up_customer_orders",
        "List all orders of a customer in short form, newest first.",
        {"email": {"type": "string", "description": "usually the sender's address"},
         "words": {"type": "string", "description": "only orders with these words in an item's name"}},
        ["email"],
    ),
    tool("read_order", "Everything about one order: items, prices, dates, earlier refunds, notes.", {"order_id": ORDER}, ["order_id"]),
    tool(
        "propose_refund",
        "Pay money back. It is checked against the order and the handbook first, then paid at once and for good.",
        {"order_id": ORDER, "basis": choices(BASES), "lines": LINES, "first_reported_on": FIRST_TOLD,
         "amount": {"type": "string", "description": "the sum by your own reckoning, in the order's currency, such as 12.50"},
         "reasoning": {"type": "string", "description": "one or two sentences: which clause, and how the sum comes about"}},
        ["order_id", "basis", "lines", "amount", "reasoning"],
    ),
    tool("finish", "After a refund was paid: send the closing mail and close the ticket.", {"mail": MAIL}, ["mail"]),
    tool(
        "decline",
        "Nothing is due: send the mail that says so and close the ticket.",
        {"order_id": ORDER, "ground": choices(NOTHING_DUE), "lines": LINES, "first_reported_on": FIRST_TOLD, "mail": MAIL},
        ["order_id", "ground", "mail"],
    ),
    tool(
        "hand_to_desk",
        "Open a case at the refunds desk, tell the customer, and close the ticket.",
        {"order_id": {"type": "string", "description": "the order concerned; leave out if there are several or none"},
         "ground": choices(DESK), "summary": {"type": "string", "description": "for the colleague: what is wanted, what was found"},
         "mail": MAIL},
        ["ground", "summary", "mail"],
    ),
    tool(
        "ask_customer",
        "Ask what only the customer can tell, and close the ticket until the answer comes.",
        {"missing": {"type": "string", "description": "what is unclear, and between which orders or items"}, "mail": MAIL},
        ["missing", "mail"],
    ),
]
