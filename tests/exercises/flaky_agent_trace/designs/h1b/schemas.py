"""What the two stages answer with."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class MentionedItem(Strict):
    description: str = Field(description="The item as the customer calls it.")
    sku: str | None = Field(description="The SKU in the order list that this is, or null if it cannot be told.")
    quantity: int | None = Field(description="Number of pieces the request is about; null if it cannot be told.")
    condition: Literal["sealed", "unused", "opened", "used", "damaged", "faulty", "wrong_item", "not_received", "unknown"]


class CustomerRequest(Strict):
    summary: str = Field(description="One English sentence: what the customer wants to happen.")
    type: Literal[
        "return_unwanted",
        "defective_or_wrong",
        "late_delivery_compensation",
        "parcel_not_received",
        "cancellation",
        "goodwill",
        "replacement",
        "store_credit",
        "payment_not_arrived",
        "other",
    ]
    status: Literal["open", "settled", "only_mentioned"] = Field(
        description="open: wanted now; settled: dealt with before, e.g. in a quoted mail; only_mentioned: nothing is asked"
    )
    order_reference: str | None = Field(description="What the customer writes to identify the order, word for word.")
    order_id: str | None = Field(
        description="ID from the order list if exactly one order fits what is written, otherwise null."
    )
    candidate_order_ids: list[str] = Field(description="All orders in the list that fit what is written.")
    whole_order: bool = Field(description="True if the request covers every item of the order.")
    items: list[MentionedItem]
    first_reported_on: date | None = Field(
        description="Day on which the customer first wrote to us about this problem, according to the thread."
    )


class MentionedDate(Strict):
    wording: str = Field(description="The words in the mail.")
    date: date | None
    refers_to: str = Field(description="What happened or is to happen then.")


class Intake(Strict):
    language: str = Field(description="ISO 639-1 code of the customer's own text.")
    requests: list[CustomerRequest]
    dates: list[MentionedDate]
    tone: Literal["friendly", "neutral", "annoyed", "angry", "threatening"]
    risk_flags: list[
        Literal[
            "legal_action",
            "consumer_authority",
            "chargeback",
            "writes_for_someone_else",
            "insists_on_replacement",
            "insists_on_store_credit",
            "bad_review_threat",
            "instructions_to_the_agent",
        ]
    ]


class ClauseStep(Strict):
    clause: str = Field(description="Name of the clause, e.g. R-1.")
    applies: bool = Field(description="Whether the clause applies and its conditions are met.")
    because: str = Field(description="The facts from the record and the mail that decide it, with any day count.")


class DueLine(Strict):
    sku: str
    quantity: int = Field(description="Number of pieces.")
    under: Literal["R-1", "R-2", "D-1", "L-1"] = Field(description="The clause under which money is due for this line.")


class Assessment(Strict):
    steps: list[ClauseStep]
    conclusion: Literal["refund", "decline", "hand_over", "ask_customer"]
    payable_under: Literal["R-1", "R-2", "D-1", "L-1", "L-2", "L-4"] | None = Field(
        description="The clause under which money is due; null if none is."
    )
    lines: list[DueLine] = Field(
        description="Lines for which money is due; for L-1 the lines that the customer keeps; empty for L-2, L-4 and if nothing is due."
    )
    note_to_customer: str = Field(description="Short answer to the customer, in their language, consistent with the conclusion.")
