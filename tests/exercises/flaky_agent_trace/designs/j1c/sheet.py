"""What the reader has to find out: facts, no verdicts. The verdict is `rules.py`'s."""

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, Field


class Matter(StrEnum):
    UNWANTED = "unwanted"
    DEFECT = "defect"
    LATE = "late"
    MISSING = "missing"
    CANCEL = "cancel"
    GESTURE = "gesture"


class Condition(StrEnum):
    SEALED = "sealed"
    OPENED = "opened"
    NOT_SAID = "not_said"


class Piece(BaseModel):
    sku: str = Field(description="SKU of a line of the chosen order")
    count: int = Field(description="how many pieces of that line the writer wants money back for")


class CaseSheet(BaseModel):
    """The facts of a customer's mail."""

    wish: str = Field(description="In one English sentence: what does the writer want from us now, and for which goods?")
    quote: str = Field(description="The words of the mail in which they say so, verbatim.")
    orders_wanted: list[str] = Field(
        description="Numbers of all orders for which the writer wants something now. Not the settled ones, not those "
        "mentioned in passing. Two or more if one mail asks about several orders."
    )
    could_also_be: list[str] = Field(
        description="Other orders of the writer that fit the mail's words just as well, so that one would have to "
        "guess. Empty when words, dates or goods single one order out."
    )
    goods_unclear: bool = Field(
        description="True if the order is clear or not, but the mail leaves open which of several similar items in it are meant."
    )
    matter: Matter = Field(
        description="unwanted: changed their mind, nothing wrong with the goods. defect: damaged, faulty or not what "
        "was ordered. late: it came, but after the promised date, and they want something for it. missing: it "
        "hasn't come. cancel: they want to stop an order that hasn't come yet. gesture: money or vouchers for trouble, "
        "time or as goodwill, and nothing else."
    )
    pieces: list[Piece] = Field(
        description="The goods they want money back for. Every line of the order for a whole order; empty for late and gesture."
    )
    condition: Condition = Field(description="For goods given back: has the packaging been opened or the thing used?")
    first_told: date | None = Field(
        description="For a defect: the date of the first mail, quoted ones included, in which the writer told us of it."
    )
    law: bool = Field(
        description="True if a lawyer, a court, a consumer authority or an ombudsman is threatened or at work. A bad review is not that."
    )
    wants_no_money: bool = Field(
        description="True if they insist on a replacement or on store credit instead of money."
    )
