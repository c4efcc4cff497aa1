"""A tool call's arguments, read as strictly as a production API does."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from harness.exercise.parts import ToolProblem

Json = Any
TEXT_LIMIT = 20_000


@dataclass(frozen=True, slots=True)
class Arguments:
    """A call's arguments, read strictly: a wrong type is the caller's mistake, never coerced."""

    tool: str
    values: dict[str, Json]

    def only(self, *names: str) -> None:
        """Refuse arguments that the tool does not know."""
        for name in self.values:
            if name not in names:
                raise ToolProblem(400, "unknown_argument", f"`{self.tool}` has no argument `{name[:80]}`")

    def given(self, name: str) -> bool:
        """Whether the argument is there and is not null."""
        return self.values.get(name) is not None

    def text(self, name: str) -> str:
        """An optional text; empty when left out."""
        value = self.values.get(name)
        if value is None:
            return ""
        if not isinstance(value, str) or len(value) > TEXT_LIMIT:
            raise ToolProblem(
                400, "bad_argument", f"`{name}` must be text of at most {TEXT_LIMIT} characters"
            )
        return value.strip()

    def required(self, name: str) -> str:
        """A text that must be there."""
        value = self.text(name)
        if not value:
            raise ToolProblem(400, "missing_argument", f"`{self.tool}` needs `{name}`")
        return value

    def whole(self, name: str, default: int) -> int:
        """A positive whole number."""
        value = self.values.get(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 10_000:
            raise ToolProblem(400, "bad_argument", f"`{name}` must be a whole number from 1")
        return value

    def flag(self, name: str) -> bool:
        """True or false; false when left out."""
        value = self.values.get(name)
        if value is None:
            return False
        if not isinstance(value, bool):
            raise ToolProblem(400, "bad_argument", f"`{name}` must be true or false")
        return value

    def zero(self, name: str) -> bool:
        """Whether an amount is given as nought."""
        return self._decimal(name) == 0

    def amount(self, name: str) -> Decimal:
        """A positive amount in whole cents, as a JSON number or a decimal text."""
        value = self._decimal(name)
        if value <= 0 or value >= 10_000_000:
            raise ToolProblem(422, "bad_amount", f"`{name}` must be more than 0 and less than 10000000")
        if value != round(value, 2):
            raise ToolProblem(422, "bad_amount", f"`{name}` must be in whole cents")
        return round(value, 2)

    def _decimal(self, name: str) -> Decimal:
        value = self.values.get(name)
        if value is None:
            raise ToolProblem(400, "missing_argument", f"`{self.tool}` needs `{name}`")
        if isinstance(value, float) and math.isfinite(value):
            return Decimal(repr(value))
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**9:
            return Decimal(value)
        if isinstance(value, str) and re.fullmatch(r"\d{1,9}(\.\d{1,6})?", value, re.ASCII):
            try:
                return Decimal(value)
            except InvalidOperation:
                pass
        raise ToolProblem(400, "bad_argument", f"`{name}` must be a finite number such as 12.50")
