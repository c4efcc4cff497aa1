"""Rules that a handbook has besides those that are known.

A rule is what a sentence says: conditions, all of which must hold, and one effect.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from harness.exercise.spec import Strict

Effect = Literal["refuse", "desk", "ask", "pay", "window", "fee", "deduct", "shipping"]


class Rule(Strict):
    """One rule. What is empty or `None` is no condition."""

    effect: Effect
    number: Decimal | None = None
    """Days of a window, percent of a fee, the sum that is deducted; of shipping 1 where it goes back."""
    issues: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    articles: tuple[tuple[str, ...], ...] = ()
    """Names of articles, each as stems that all stand in an item's name; any of them will do."""
    countries: tuple[str, ...] = ()
    currency: str = ""
    opened: bool | None = None
    final_sale: bool | None = None
    gift: bool | None = None
    chargeback: bool | None = None
    legal: bool | None = None
    wants: tuple[str, ...] = ()
    too_late: bool | None = None
    """Later than the clauses allow."""
    days_over: int | None = None
    days_up_to: int | None = None
    sum_of: Literal["order", "item", "due"] = "order"
    over: Decimal | None = None
    """More than that."""
    under: Decimal | None = None

    @property
    def bare(self) -> bool:
        """Whether it says nothing of whom or what it is for."""
        own = self.model_dump(exclude={"effect", "number", "sum_of"}, exclude_defaults=True)
        return not own
