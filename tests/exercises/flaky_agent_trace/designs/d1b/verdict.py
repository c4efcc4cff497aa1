"""The shapes that the deciding and the reviewing model answer in."""

from decimal import Decimal, InvalidOperation
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RuleApplied(Strict):
    rule: str = Field(description="number of the handbook's rule, such as R-1")
    application: str = Field(description="what it means for this case, with the figures that count")


class PayoutLine(Strict):
    what: str = Field(description="item, fee, compensation or shipping")
    calculation: str = Field(description="such as 2 x 14.30 or 10 % of 143.50")
    subtotal: str = Field(description="decimal with two places; negative for what comes off")


class Settlement(Strict):
    """What is to be done."""

    action: Literal["pay_out", "decline", "hand_over", "ask_customer"]
    affected_order: str | None = Field(description="id of the one order concerned; null if none is settled on")
    payout_total: str | None = Field(description="decimal with two places in the order's currency; null unless pay_out")

    @field_validator("payout_total")
    @classmethod
    def _amount(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                Decimal(value)
            except InvalidOperation as error:
                raise ValueError(f"{value!r} is no amount") from error
        return value

    @model_validator(mode="after")
    def _complete(self) -> "Settlement":
        if self.action == "pay_out" and not (self.affected_order and self.payout_total and self.total > 0):
            raise ValueError("pay_out needs an order and an amount above nought")
        return self

    @property
    def total(self) -> Decimal:
        return Decimal(self.payout_total or 0).quantize(Decimal("0.01"))


class Ruling(Strict):
    """The full decision."""

    understanding: str = Field(description="what the customer wants now, for which order and items, and why that order")
    rules_applied: list[RuleApplied]
    payout_lines: list[PayoutLine] = Field(description="empty unless money is paid")
    settlement: Settlement
    explanation_for_customer: str = Field(description="in English: what the reply has to explain or to ask")


class Audit(Strict):
    """The second pair of eyes."""

    checks: list[str] = Field(description="what you checked, and what you found: order, sender, rule, days, sum")
    verdict: Literal["approve", "reject"]
    objection: str | None = Field(description="what is wrong; null if you approve")
    correction: Settlement | None = Field(description="what should be done instead; null if you approve")
    corrected_explanation: str | None = Field(description="what the reply has to explain then; null if you approve")


def schema(model: type[BaseModel]) -> dict:
    """JSON schema in the strict dialect: no references, every property required."""
    full = model.model_json_schema()
    definitions = full.pop("$defs", {})

    def resolve(node):
        if isinstance(node, list):
            return [resolve(part) for part in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return resolve(definitions[node["$ref"].rsplit("/", 1)[1]])
        node = {key: resolve(value) for key, value in node.items() if key not in ("title", "default")}
        if node.get("type") == "object":
            node["required"] = list(node["properties"])
        return node

    return resolve(full)
