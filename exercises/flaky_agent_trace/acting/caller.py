"""Calls of tools: their arguments by the tool's own names, with what only carelessness leaves out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from exercises.flaky_agent_trace.answering.answers import Answers
from exercises.flaky_agent_trace.deciding.calls import ENDS, done_so_far, filler, fitting
from exercises.flaky_agent_trace.deciding.judgement import Resolution, resolve
from exercises.flaky_agent_trace.deciding.perception import perceive
from exercises.flaky_agent_trace.ontology import vocabulary
from exercises.flaky_agent_trace.papers.amounts import as_argument, in_object
from exercises.flaky_agent_trace.papers.deeds import LOOKS
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.shop.policy import barriers
from exercises.flaky_agent_trace.writing.wording import reply_body
from harness.exchange import ToolCall
from harness.simulation.calling.tools import Offered, texts_of
from harness.simulation.filling.defined import applies, chosen, with_definitions
from harness.simulation.filling.formed import formed, with_unit
from harness.simulation.filling.schema import Filling
from harness.simulation.filling.stated import Stated
from harness.simulation.meaning.slots import words_of
from harness.simulation.noise import Noise
from harness.simulation.saying import call, torn

from .demanded import amended_by, complained_of, wanted_in
from .desks import desk_in
from .errands import held
from .justified import in_full, pieces_told, wants_full, wants_pieces
from .noting import wish_noted

Json = Any
_CLAUSE = frozenset({"clause", "rule", "paragraph"})
_UNPAID = frozenset({"escalate", "need_info"})
"""Deeds by which nothing is paid."""
_TO = frozenset({"to", "recipient", "email", "mail", "address", "an", "à", "para", "aan", "do"})
_WHO = frozenset(
    {"who", "writes", "wrote", "is", "writing", "sender", "customer", "name", "buyer", "requester"}
)


@dataclass
class Caller:
    """What writes a model's calls in one turn."""

    mind: Mind
    noise: Noise
    step: str
    meant: Resolution | None = None
    """What is carried out in this turn."""

    def _fires(self, mode: str, choice: str = "", **more: float) -> bool:
        return self.noise.fires(mode, {**self.mind.features, **more}, choice, subject=self.mind.ticket_id)

    def _call(
        self, tool: Offered, arguments: dict[str, Json], more: dict[str, Json] | None = None
    ) -> ToolCall:
        """A call, with what only carelessness leaves out. `more`: values by the tool's own names."""
        properties = amended_by(self.mind, tool).get("properties")
        properties = properties if isinstance(properties, dict) else {}
        demanded = self._demanded(tool)
        required = set(tool.spec.schema.get("required") or ()) | demanded
        given: dict[str, Json] = {}
        letters = _letters(tool)
        for own, schema in properties.items():
            if own in letters:
                given[own] = arguments.get("body") or self._letter_with(tool)
                continue
            canonical = tool.arguments.get(own)
            value = arguments.get(canonical) if canonical else (more or {}).get(own)
            value = self._told_as(tool, own, schema, value)
            if value is None and tool.kind in _UNPAID and not canonical and _is_due(own, schema):
                given |= {own: filler(schema)} if own in required else {}
                continue
            if value is None and (tool.kind not in LOOKS or own in demanded):
                value = self._said(tool, own, schema, needed=own in required)
                if value is not None:
                    given[own] = value
                    continue
            if value is None:
                if own in required:
                    given[own] = self._filler(tool, own, schema)
                continue
            loose = tool.kind == "reply" and own not in required and canonical in {"order_id", "amount"}
            if loose and self._fires("omits_argument", str(canonical), optional=1.0):
                continue
            sum = canonical == "amount" and isinstance(value, int | float)
            if sum and isinstance(schema, dict) and schema.get("properties"):
                given[own] = in_object(tool, schema, arguments)
                continue
            shape = schema if isinstance(schema, dict) else {}
            if wants := complained_of(self.mind, tool, own):
                shape = {**shape, "description": f"{shape.get('description') or ''} {wants}".strip()}
            said = as_argument(tool, own, shape, value) if sum else fitting(formed(value, shape), schema)
            given[own] = formed(with_unit(said, arguments.get("currency"), shape) if sum else said, shape)
        made = call(tool.spec.name, given)
        loose = tool.kind in {"refund", "escalate", "reply"} and not tool.spec.strict
        if loose and self._fires("torn_call", tool.kind):
            where = self.noise.turn.uniform("mode:tear", tool.kind)
            made = replace(made, arguments=torn(made.arguments, where))
        return made

    def _filler(self, tool: Offered, own: str, schema: Json) -> Json:
        """What has to stand in an argument that nothing is known for; a call that says nothing is unsound."""
        if {*words_of(own)} <= _WHO and self.mind.sender_name:
            return self.mind.sender_name
        if tool.kind == "reply" and {*words_of(own)} <= _TO and self.mind.mail.sender:
            return self.mind.mail.sender
        value, canonical = filler(schema), tool.arguments.get(own)
        acts = tool.kind not in {*LOOKS, "refund"}
        may_lack = acts and canonical in {"order_id", "amount", "currency"}
        if (value in ("", {}, []) or (value == 0 and value is not False)) and not may_lack:
            self.mind.unable = f"what `{own}` of `{tool.spec.name}` is to be"
        return value

    def _demanded(self, tool: Offered) -> set[str]:
        """The arguments that an error has asked for since the last call of a tool."""
        made = [deed for deed in self.mind.deeds if deed.name == tool.spec.name]
        return (
            set(wanted_in(tool, made[-1].result or "")) if made and made[-1].trouble == "invalid" else set()
        )

    def _told_as(self, tool: Offered, own: str, schema: Json, value: Json) -> Json:
        """Grounds, and who is to take a case, as an argument wants them."""
        canonical = tool.arguments.get(own)
        if canonical == "team":
            return desk_in(schema)
        return self._grounds(tool, own, schema, value) if canonical == "reason" else value

    def _grounds(self, tool: Offered, own: str, schema: Json, value: Json) -> Json:
        """The grounds as an argument wants them: a clause, one of its options, a phrase, or in full."""
        if _CLAUSE & set(words_of(own)):
            value = self._clause(schema)
        if isinstance(schema, dict) and schema.get("enum"):
            return self._reason_of(schema) or value
        return self._in_full(tool, value) if isinstance(value, str) and wants_full(own, schema) else value

    def _in_full(self, tool: Offered, ground: str) -> str:
        """The grounds of what the tool does with all that they rest on; as they are where they are others."""
        answers = Answers(self.mind, perceive(self.mind, self.noise), self.noise)
        own = answers.resolution
        full = in_full(answers, own) if own.action == tool.kind else ground
        return full if full.startswith(ground) else ground

    def _writes(self, kind: str) -> bool:
        """Whether the tool for a deed sends the letter as well."""
        tool = self.mind.contract.tool(kind)
        return tool is not None and bool(_letters(tool))

    def _letter_with(self, tool: Offered) -> str:
        """The letter that a tool takes which does more than send it: it tells what the tool does."""
        belief = perceive(self.mind, self.noise)
        own = done_so_far(self.mind, belief) or resolve(self.mind, belief, self.noise)
        does = tool.kind if tool.kind in ENDS else own.action
        told = own if own.action == does else replace(own, action=does, amount=None, currency=None, reason="")
        return reply_body(self.mind, told, self.noise)

    def _reason_of(self, schema: dict[str, Json]) -> Json:
        """Of reasons to choose from the one that holds, by what they are said to mean."""
        answers = Answers(self.mind, perceive(self.mind, self.noise), self.noise)
        told = with_definitions(schema, self.mind.instructions)
        return chosen(vocabulary().ontology.predicates, told, answers)

    def _clause(self, schema: Json) -> str | None:
        """The clause for an argument of that name: what a check states, else the one that decides."""
        if (stated := Stated(self.mind.context).of("clause", schema)) is not None:
            return str(stated)
        belief = perceive(self.mind, self.noise)
        own = Answers(self.mind, belief, self.noise).resolution
        named = [id for id in own.reason.split() if id in self.mind.clauses and id != "H-7"]
        options = schema.get("enum") if isinstance(schema, dict) else None
        known = [*named, *barriers(own.facts or belief.facts)]
        return next((id for id in known if not options or id in options), None)

    def _said(self, tool: Offered, own: str, schema: Json, *, needed: bool) -> Json:
        """What an argument is that the kind of tool does not know: as in an answer by that name."""
        canonical = tool.arguments.get(own)
        if canonical in {"currency", "idempotency_key"} or (canonical and tool.kind == "reply"):
            return None
        if (value := held(self.mind, own)) is not None:
            return value
        filling = Filling(vocabulary().ontology, tool.spec.schema)
        part = filling.resolve(schema)
        slot = filling.slot(own, part)
        dated = slot is not None and filling.ontology.slots[slot].kind == "date"
        optional = not needed and (tool.kind == "foreign" or part.get("type") == "array" or dated)
        if canonical or not (needed or optional):
            return None
        answers = Answers(self.mind, perceive(self.mind, self.noise), self.noise)
        told = str(part.get("description") or "")
        if not needed and not applies(filling.ontology.predicates, told, answers):
            return None
        if said := self._in_words(tool, own, part, answers, slot):
            return said
        value = filling.fill(with_definitions(part, self.mind.instructions), answers, path=own)
        known = filling.slots or not filling.unknown
        return value if known and value not in ("", [], {}) else None

    def _in_words(
        self, tool: Offered, own: str, part: dict[str, Json], answers: Answers, slot: str | None
    ) -> str:
        """What an argument in words is told: the pieces of a refund, the wish in a note; empty for others."""
        if tool.kind == "refund" and wants_pieces(own, part):
            return pieces_told(answers)
        return wish_noted(self.mind, tool, part, answers) if slot in {"note", "reasoning"} else ""


def _is_due(own: str, schema: Json) -> bool:
    """Whether an argument is the sum that is paid."""
    filling = Filling(vocabulary().ontology, {})
    return filling.slot(own, filling.resolve(schema)) == "amount"


def _letters(tool: Offered) -> tuple[str, ...]:
    """The arguments of a tool that are the letter to the customer."""
    return () if tool.kind in LOOKS else texts_of(tool.spec, "reply", vocabulary().ontology)
