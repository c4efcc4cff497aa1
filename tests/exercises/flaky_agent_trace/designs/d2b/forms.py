"""What each prompt fills in. One form per kind of case; the fields are what its clauses need, and no more."""

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CaseType(StrEnum):
    RETURN = "return"
    DAMAGE = "damage"
    LATE_OR_LOST = "late_or_lost"
    CANCELLATION = "cancellation"
    OTHER = "other"


class Triage(Form):
    request_in_one_sentence: str = Field(description="What the customer wants now, in English.")
    case_type: CaseType
    language: str = Field(description="Language of the customer's own words, as an ISO code such as de.")


class Pieces(Form):
    sku: str = Field(description="As in the order sheet.")
    count: int = Field(description="How many pieces of it the request is about.")


class Basics(Form):
    """First part of every form: which order, and what sends a mail to the desk whatever else it says."""

    evidence: str = Field(description="The words of the mail and the facts of the order sheets that settle which order is meant.")
    order_is: Literal["clear", "ambiguous"] = Field(
        description="ambiguous: two or more orders or items fit equally well and only the customer can tell."
    )
    order_number: str | None = Field(description="The one order that the customer wants something for now; null if ambiguous.")
    further_orders_with_a_request: list[str] = Field(
        description="Other orders for which the customer asks something now as well. Not those merely mentioned or settled."
    )
    legal_step: bool = Field(description="A lawyer, court, consumer authority or ombudsman is threatened or involved.")
    insists_on: Literal["nothing", "replacement", "store_credit"] = Field(
        description="Set only if the customer wants a replacement or store credit and not money."
    )
    right_form: bool = Field(description="false if the mail is no case for this form after all.")


class ReturnForm(Basics):
    returned: list[Pieces] = Field(description="What goes back, line by line.")
    condition: Literal["unopened", "opened", "not_said"] = Field(
        description="opened: unpacked, tried or used, by what the customer tells."
    )


class DamageForm(Basics):
    affected: list[Pieces] = Field(description="Only the pieces that are damaged, faulty or wrong.")
    first_reported: str = Field(
        description="Date (YYYY-MM-DD) of the customer's first mail that reports it, quoted mails included; else the date received."
    )


class DeliveryForm(Basics):
    complaint: Literal["arrived_late", "never_arrived"]
    sent_back: list[Pieces] = Field(description="Pieces that the customer does not keep; mostly none.")


class CancellationForm(Basics):
    whole_order: bool = Field(description="true if all of the order is to be cancelled.")


class OtherForm(Basics):
    wish: Literal["goodwill", "refund_paid_again", "information", "something_else"] = Field(
        description="goodwill: discount, voucher, money for time or annoyance. refund_paid_again: money that we have paid back already."
    )
