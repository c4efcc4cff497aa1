"""The questions that we put to the model. Each has its own model; the docstrings and descriptions go into the schema."""

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, Field


class OrderPick(BaseModel):
    """Which of the customer's orders the newest mail wants something done about."""

    reasoning: str = Field(description="two or three sentences: what the mail says and which orders fit that")
    requested: list[str] = Field(
        description="numbers of the orders for which the customer wants something from us now. Leave out orders that "
        "are merely mentioned, already settled, or only stand in quoted mail. Usually exactly one."
    )
    equally_possible: list[str] = Field(
        description="if the mail doesn't tell which of several orders is meant: the numbers of all that fit equally "
        "well, otherwise empty. A detail such as another item, a date or 'the newer one' is enough to tell them apart."
    )


class Kind(StrEnum):
    CHANGE_OF_MIND = "change_of_mind"
    DEFECTIVE = "damaged_faulty_or_wrong"
    LATE = "arrived_late"
    MISSING = "never_arrived"
    CANCEL = "cancel_before_delivery"
    GOODWILL = "goodwill"
    CHASING = "asks_for_a_refund_already_made"
    OTHER = "something_else"


class Piece(BaseModel):
    """A line of the order that a wish is about."""

    sku: str
    pieces: int = Field(description="how many pieces of this line the wish is about, at most the quantity ordered")
    seal: Literal["sealed", "opened", "unclear"] = Field(
        description="'opened' if the customer says or implies that it was unpacked, tried or used; 'sealed' if it is "
        "said to be unopened or in its original wrapping"
    )


class Wish(BaseModel):
    """One thing that the customer wants."""

    kind: Kind = Field(
        description="change_of_mind: doesn't want or need something that works. damaged_faulty_or_wrong: arrived "
        "broken, is faulty, or isn't what was ordered. arrived_late: wants compensation for a delay and keeps the "
        "goods. never_arrived: wants money back for a parcel that has not come. cancel_before_delivery: wants the "
        "order stopped. goodwill: wants a discount, voucher or money for annoyance or time. "
        "asks_for_a_refund_already_made: wants money that the order shows as refunded."
    )
    items: list[Piece] = Field(description="the lines concerned; all of them if the wish is about the whole order")


class Wishes(BaseModel):
    """Everything that the customer asks of us in the newest mail for the order at hand."""

    reasoning: str = Field(description="one or two sentences")
    wishes: list[Wish]


class FirstReport(BaseModel):
    """When the customer first told us of the defect that the mail is about."""

    quote: str = Field(description="the words that report it, copied from the mail where it is mentioned first")
    reported_on: date = Field(
        description="the day on which that mail was sent: the date in the header of the quoted mail, or the day on "
        "which the newest mail was received if none of the quoted ones reports this defect"
    )


class HandoverSigns(BaseModel):
    """Things in a mail that only people may deal with."""

    legal_step: bool = Field(
        description="the customer threatens or has involved a lawyer, a court, a consumer authority or an ombudsman. "
        "A bad review, or shopping elsewhere, is not that."
    )
    insists_on_replacement_or_credit: bool = Field(
        description="the customer wants a replacement or store credit and will not have money instead"
    )
    quote: str = Field(description="the words that show it; empty if neither holds")


class HandbookNumbers(BaseModel):
    """The limits that the refund handbook sets."""

    return_days: int = Field(description="days for a change of mind")
    opened_electronics_days: int
    restocking_percent: int = Field(description="fee on opened electronics")
    defect_report_days: int
    late_more_than_days: int = Field(description="a delay must be longer than this many days to be compensated")
    late_percent: int
    late_cap_eur_gbp: int
    late_cap_pln: int
    lost_after_days: int = Field(description="days past the promised date from which a parcel counts as lost")
    shipping_back_days: int = Field(description="a whole order returned within this time also gets its shipping fee")
    limit_eur_gbp: int = Field(description="sums above this are handed over")
    limit_pln: int


SEPTEMBER = HandbookNumbers(
    return_days=30, opened_electronics_days=14, restocking_percent=15, defect_report_days=7, late_more_than_days=3,
    late_percent=10, late_cap_eur_gbp=25, late_cap_pln=100, lost_after_days=10, shipping_back_days=14,
    limit_eur_gbp=500, limit_pln=2000,
)
