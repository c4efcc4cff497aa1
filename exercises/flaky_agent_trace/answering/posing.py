"""Answers to fields that are questions, in the type that each of them has room for."""

from __future__ import annotations

from typing import Any

from exercises.flaky_agent_trace.ontology import vocabulary
from exercises.flaky_agent_trace.reading.gates import GATE
from exercises.flaky_agent_trace.reading.narrow import YES, is_polar
from exercises.flaky_agent_trace.reading.points import PosedField
from exercises.flaky_agent_trace.reading.posed_fields import PREFIX
from exercises.flaky_agent_trace.reading.rubrics import MARKED
from exercises.flaky_agent_trace.reading.screens import SCREENED
from exercises.flaky_agent_trace.reading.told_fields import voids
from harness.simulation.filling.checked import CHECK
from harness.simulation.filling.typed import type_of
from harness.simulation.reading.values import render

from .answers import Answers
from .checklist import answered
from .narrowed import found
from .replies import holds
from .screened import field_of


class Posing(Answers):
    """One model's answers, those to the program's own questions among them."""

    def __call__(self, slot: str) -> Any:
        """The value of a slot, or of a field that is a question."""
        if slot.startswith(PREFIX):
            return self._of_field(self.mind.posed[int(slot.removeprefix(PREFIX))])
        if slot.startswith(MARKED) and self.marks is not None and self.mind.rubric is not None:
            return self.marks.value(self.mind.rubric.places[int(slot.removeprefix(MARKED))])
        if slot.startswith(SCREENED) and self.mind.screen is not None:
            return field_of(self, self.mind.screen.fields[int(slot.removeprefix(SCREENED))])
        if slot == GATE and self.mind.gate is not None:
            return self.mind.gate[not self("valid")]
        if slot.startswith(CHECK):
            return answered(slot.removeprefix(CHECK), self)
        return super().__call__(slot)

    def _of_field(self, posed: PosedField) -> Any:  # noqa: PLR0911  (one kind of field a line)
        kind = type_of(posed.schema)
        if posed.kind == "counts":
            if self._issue() in voids(posed.narrow.offer.told):
                return {}
            return dict(self._wanted_pieces())
        if posed.kind == "lines":
            return [posed.form.format(count=count, sku=sku) for sku, count in self._wanted_pieces()]
        if posed.kind == "untold":
            return None
        if posed.kind == "day":
            return self._day(posed.narrow.slot)
        query = posed.narrow.query
        if query is not None and kind in {"boolean", ""} and _says_true(posed):
            return holds(query, self) is True
        said = found(posed.narrow, self)
        if not said:
            return None
        if kind == "boolean" and is_polar(posed.narrow.offer):
            return said.casefold() in YES
        return int(said) if kind in {"integer", "number"} and said.isdigit() else said

    def _wanted_pieces(self) -> list[tuple[str, int]]:
        return [(str(item["sku"] or item["text"]), int(item["quantity"] or 1)) for item in self._items()]

    def _day(self, slot: str) -> str | None:
        """A day, the one that stands for it where none is told among them."""
        spec = vocabulary().ontology.slots[slot]
        day = self(slot)
        day = self(spec.instead) if day is None and spec.instead else day
        return None if day is None else str(render(day, "date"))


def _says_true(posed: PosedField) -> bool:
    """Whether it is answered by a yes or no of JSON's own."""
    return type_of(posed.schema) == "boolean" or "true" in posed.narrow.offer.answers
