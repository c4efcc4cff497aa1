"""The six counters: what each knows and which tools it has."""

from dataclasses import dataclass


def tool(name: str, description: str, required: list[str], /, **properties: dict) -> dict:
    parameters = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return {"type": "function", "function": {"name": name, "description": description, "parameters": parameters}}


TEXT = {"type": "string"}
NUMBER = {"type": "string", "description": "order number, such as HL-123456"}
ARTICLES = {
    "type": "array",
    "description": "the articles concerned",
    "items": {
        "type": "object",
        "properties": {
            "sku": {"type": "string", "description": "article code as on the order sheet"},
            "pieces": {"type": "integer", "description": "how many pieces of it"},
        },
        "required": ["sku", "pieces"],
    },
}

ORDER_SHEET = tool("order_sheet", "Opens an order: articles with codes and prices, dates, earlier refunds, notes.", ["number"], number=NUMBER)
FIND = tool(
    "find_in_orders",
    "Looks through all orders of the shop by a word from an article or by the customer's name.",
    [],
    word=TEXT,
    customer_name=TEXT,
)
CALC_RETURN = tool(
    "calculate_return",
    "Calculator for unwanted goods: says whether they are taken back and what is due.",
    ["number", "articles"],
    number=NUMBER,
    articles=ARTICLES,
    unpacked_or_used={
        "type": "array",
        "items": {"type": "string"},
        "description": "article codes of those that the customer has opened, tried or used; leave empty if still sealed",
    },
)
CALC_FAULT = tool(
    "calculate_fault",
    "Calculator for damaged, faulty or wrong goods: says whether they are covered and what is due.",
    ["number", "articles", "first_told"],
    number=NUMBER,
    articles=ARTICLES,
    first_told={
        "type": "string",
        "description": "YYYY-MM-DD, the day of the customer's first mail that reports this fault; it may be a quoted mail",
    },
)
CALC_DELAY = tool(
    "calculate_delay",
    "Calculator for a parcel that came late and that the customer keeps.",
    ["number"],
    number=NUMBER,
    sent_back={**ARTICLES, "description": "articles that the customer sends back, if any"},
)
CALC_MISSING = tool("calculate_missing", "Calculator for a parcel that has not arrived.", ["number"], number=NUMBER)
CALC_STOP = tool("calculate_stop", "Calculator for an order that is to be called off.", ["number"], number=NUMBER)
PAYMENTS = tool("payments", "What was paid for an order and what has been given back, article by article.", ["number"], number=NUMBER)

SETTLE = tool("settle", "Closing tool: pays the sum that the calculator found last for this order.", ["number"], number=NUMBER)
TURN_DOWN = tool(
    "turn_down",
    "Closing tool: nothing is paid.",
    ["number", "clause", "explanation"],
    number=NUMBER,
    clause={"type": "string", "description": "clause of the handbook, such as R-1"},
    explanation={"type": "string", "description": "one sentence for the customer"},
)
PASS_ON = tool(
    "pass_on",
    "Closing tool: gives the case to the human colleagues.",
    ["why"],
    number={"type": "string", "description": "order number; leave out when several orders are concerned"},
    why=TEXT,
)
ASK_BACK = tool(
    "ask_back",
    "Closing tool: asks the customer a question, because the order or article cannot be told from mail and orders.",
    ["question"],
    question=TEXT,
)
CLOSING = [SETTLE, TURN_DOWN, PASS_ON, ASK_BACK]


@dataclass
class Specialist:
    speciality: str
    how: str
    tools: list[dict]
    clauses: tuple[str, ...]


SPECIALISTS = {
    "A": Specialist(
        "goods that customers no longer want and send back",
        "Open the order with order_sheet, then let calculate_return do the dates and the sum. Count only the articles that go "
        "back, not those that the customer keeps. For electronics say whether they were opened: tried or used counts as opened.",
        [ORDER_SHEET, FIND, CALC_RETURN, CALC_FAULT, *CLOSING],
        ("I-", "R-", "M-", "H-"),
    ),
    "B": Specialist(
        "goods that came damaged, faulty or wrong",
        "Open the order with order_sheet, then let calculate_fault do the dates and the sum. Count only the pieces that are "
        "damaged, faulty or wrong. Find the day on which the customer first reported it: the mail's own date, or the date of an "
        "older quoted mail that reports the same fault.",
        [ORDER_SHEET, FIND, CALC_FAULT, *CLOSING],
        ("I-", "D-", "M-", "H-"),
    ),
    "C": Specialist(
        "parcels that came late or not at all",
        "Open the order with order_sheet. For a parcel that came late use calculate_delay, for one that has not come use "
        "calculate_missing.",
        [ORDER_SHEET, FIND, CALC_DELAY, CALC_MISSING, *CLOSING],
        ("I-", "L-", "M-", "H-"),
    ),
    "D": Specialist(
        "orders that are to be called off",
        "Open the order with order_sheet, then use calculate_stop.",
        [ORDER_SHEET, FIND, CALC_STOP, *CLOSING],
        ("I-", "L-", "M-", "H-"),
    ),
    "E": Specialist(
        "questions about refunds already made, and wishes for money beyond the price",
        "Look at the order with payments. Money that has been given back is not paid again, and goodwill is declined. If the mail "
        "does contain a proper claim (goods unwanted, faulty, late, missing), use the calculator for it.",
        [ORDER_SHEET, FIND, PAYMENTS, CALC_RETURN, CALC_FAULT, CALC_DELAY, CALC_MISSING, *CLOSING],
        ("I-", "R-", "D-", "L-", "M-", "H-"),
    ),
    "F": Specialist(
        "cases for the human colleagues: legal matters, special wishes, several orders at once",
        "Check that the case is really one for colleagues. If it isn't, use the calculator that fits and close it yourself.",
        [ORDER_SHEET, FIND, CALC_RETURN, CALC_FAULT, CALC_DELAY, CALC_MISSING, CALC_STOP, *CLOSING],
        ("I-", "R-", "D-", "L-", "M-", "H-"),
    ),
}
