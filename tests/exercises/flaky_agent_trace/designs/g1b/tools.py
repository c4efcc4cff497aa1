"""The desk's tools as the model sees them."""

from typing import Literal

from pydantic import BaseModel, Field


class FindOrders(BaseModel):
    """Search the order database. Combine criteria as needed; all given ones must match. Results come newest first,
    five per page."""

    email: str | None = Field(None, description="e-mail address of the account")
    customer_name: str | None = Field(None, description="full name of the customer")
    order_number: str | None = Field(None, description="e.g. HL-123456")
    order_date: str | None = Field(None, description="day of the order, YYYY-MM-DD")
    keywords: str | None = Field(None, description="words from article names, categories or notes, in English")
    page: int = Field(1, description="page of the results")


class OpenOrder(BaseModel):
    """The full record of an order: articles, prices, dates, earlier refunds, notes, chargebacks."""

    order_number: str


class OpenHandbook(BaseModel):
    """The refund handbook as it holds today."""

    chapter: Literal["all", "identity", "returns", "damage", "delivery", "payment", "handover", "replying"] = "all"


class CountDays(BaseModel):
    """Number of calendar days from one date to another (negative if the second is earlier)."""

    start: str = Field(description="YYYY-MM-DD")
    end: str = Field(description="YYYY-MM-DD")


class TakeNotes(BaseModel):
    """Your scratchpad for this ticket. Nobody else reads it."""

    notes: str


class PayoutLine(BaseModel):
    article_sku: str = Field(description="SKU as in the order record")
    pieces: int = Field(description="pieces that are paid back or on which compensation is paid")
    ground: Literal["unwanted", "defective_or_wrong", "late_delivery", "lost_parcel", "cancellation"]
    gross: float = Field(description="unit price times pieces, from the record")
    deduction: float = Field(description="restocking fee and what was already refunded on this article; 0 if none")


class SubmitVerdict(BaseModel):
    """Your final verdict. Accounting verifies it and either executes it (then the ticket is closed) or returns
    objections."""

    decision: Literal["pay", "decline", "hand_over", "ask_customer"]
    order_number: str | None = Field(None, description="the order concerned; null only if it cannot be settled")
    clauses: list[str] = Field(description="handbook clauses applied, e.g. ['R-1', 'M-2']")
    request_day: str | None = Field(
        None, description="the day that counts for deadlines: when the customer first told us of it, YYYY-MM-DD"
    )
    article_opened: bool | None = Field(None, description="for unwanted electronics: has the article been opened or used?")
    payout_lines: list[PayoutLine] = Field(default_factory=list, description="only for decision 'pay'")
    shipping_refund: float = Field(0, description="shipping fee included in the payout, 0 if not due")
    late_compensation: float = Field(0, description="compensation for a late delivery included in the payout, 0 if not due")
    total_payout: float = Field(0, description="the whole sum that goes to the customer, in the order's currency")
    explanation: str = Field(description="grounds for colleagues and accounting, in English")
    letter: str = Field(description="the mail to the customer, in the customer's language")


SPECS: dict[str, type[BaseModel]] = {
    "find_orders": FindOrders,
    "open_order": OpenOrder,
    "open_handbook": OpenHandbook,
    "count_days": CountDays,
    "take_notes": TakeNotes,
    "submit_verdict": SubmitVerdict,
}


def definitions() -> list[dict]:
    return [
        {
            "type": "function",
            "function": {
                "name": name,
                "description": " ".join((spec.__doc__ or "").split()),
                "parameters": {k: v for k, v in spec.model_json_schema().items() if k not in ("title", "description")},
            },
        }
        for name, spec in SPECS.items()
    ]
