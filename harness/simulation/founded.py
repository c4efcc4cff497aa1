"""Whether the names that an answer gives stand in the request: a model knows of no others."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from harness.simulation.forms.contract import Contract
from harness.simulation.meaning.beliefs import Belief
from harness.simulation.reading.context import Context

EMAIL = r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,32}){1,4}"


class Ground(NamedTuple):
    """All that a request shows, and which names an answer may take from nowhere else."""

    context: Context
    contract: Contract
    names: re.Pattern[str]
    """A name that is unique; what stands before its group `tail`, if it has one, may be left out."""

    def holds(self, name: str) -> bool:
        """Whether a name stands somewhere, be it written in another way."""
        found = self.names.search(name)
        tail = found["tail"] if found is not None and "tail" in found.re.groupindex else None
        wanted = _squashed(tail or name)
        shape = json.dumps([self.contract.schema, *(tool.spec.schema for tool in self.contract.tools)])
        return any(wanted in _squashed(text) for text in (*(p.text for p in self.context.pieces), shape))

    def made_up(self, said: str) -> str:
        """The first name in a text that stands nowhere; empty where there is none."""
        return next((m.group() for m in self.names.finditer(said) if not self.holds(m.group())), "")

    def believed(self, belief: Belief) -> Belief:
        """A belief without the values that hold a name out of thin air."""
        return lambda slot: self._kept(belief(slot))

    def _kept(self, value: Any) -> Any:
        if isinstance(value, str):
            return None if self.made_up(value) else value
        if isinstance(value, list):
            kept = [(entry, self._kept(entry)) for entry in value]
            return [said for entry, said in kept if said is not None or entry is None]
        return {key: self._kept(part) for key, part in value.items()} if isinstance(value, Mapping) else value


@lru_cache(maxsize=256)
def _squashed(text: str) -> str:
    return re.sub(r"[\W_]", "", text).casefold()
