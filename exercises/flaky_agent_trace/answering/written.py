"""What answers say of letters, rivals, translations and the mail's own words."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property
from typing import Any

from exercises.flaky_agent_trace.deciding.aspects import held, share
from exercises.flaky_agent_trace.deciding.calls import paid, paid_in
from exercises.flaky_agent_trace.deciding.critique import differences, faults, rivals_in
from exercises.flaky_agent_trace.deciding.doubts import is_doubt
from exercises.flaky_agent_trace.deciding.preferring import preferred, why_preferred
from exercises.flaky_agent_trace.deciding.told_letters import FINE, TRUE, on_letter
from exercises.flaky_agent_trace.ontology import vocabulary
from exercises.flaky_agent_trace.papers.manners import rude_words
from exercises.flaky_agent_trace.reading.act_lists import acts_due
from exercises.flaky_agent_trace.reading.action_words import action_word
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.quoting import evidence, in_context, quotes
from exercises.flaky_agent_trace.reading.scales import worst_if_wrong
from exercises.flaky_agent_trace.reading.threads import in_order
from exercises.flaky_agent_trace.shop.policy import barriers
from exercises.flaky_agent_trace.writing.abroad import grounds_in
from exercises.flaky_agent_trace.writing.customer_told import customer_told
from exercises.flaky_agent_trace.writing.planned import calls_made, plan_in_words, plan_steps, to_settle
from exercises.flaky_agent_trace.writing.sum_lines import sum_lines, sum_parts
from exercises.flaky_agent_trace.writing.telling import named, retold
from exercises.flaky_agent_trace.writing.translating import translated
from exercises.flaky_agent_trace.writing.wording import reason_text
from exercises.flaky_agent_trace.writing.working import working
from harness.simulation.reading.values import Money, cents

from .marks import Marks
from .read_off import read_off, seen

_NONE_OF_SEVERAL = re.compile(
    r"\border\w*\b[^\n]{0,300}\bnull\b[^\n]{0,20}\b(?:if|when|where)\b[^\n.;]{0,160}"
    r"\b(?:more than one|several|two or more|multiple)\b",
    re.IGNORECASE,
)
"""Says that no order is to be named where something is asked for on several."""

_WHICH = frozenset(
    {"order_index", "settled_order", "which_order", "order_id", "reason", "reasoning", "confidence"}
)


_GRAVE = ("action", "order", "amount", "promise", "claim", "items")
"""What of a proposal must not be wrong: money, or a customer who is told what is not so."""
_WORST = 0.1
"""The share of a mark that makes the lowest of a scale."""


class Written:
    """The slots of these; the rest are `Answers`'."""

    mind: Mind

    @property
    def on_letter(self: Any) -> str:
        """The grounds of a verdict on a letter; empty where none is judged."""
        compares = self.mind.operation == "judge" and "winner" in self.mind.contract.slots
        if compares and (won := self._winner()):
            return why_preferred(self.mind, self.resolution, won)
        alone = self.mind.operation == "judge" and not self.mind.sees_orders
        judging = (self.mind.operation == "critique" or alone) and (self.mind.proposal or {}).get("letter")
        return on_letter(self.mind, self.objections) if judging else ""

    @property
    def passed(self: Any) -> bool:
        """Whether a proposal is let pass that is not what the model itself makes of the case."""
        return bool(self.looked.passed)

    @property
    def gravity(self: Any) -> str | None:
        """How bad what is held against a proposal is: `none`, `low`, `high`; `None` where none is judged."""
        judges = self.mind.operation in {"critique", "judge"} and not self.mind.at_a_loss
        if not judges or not (self.mind.proposal or self.mind.read_before):
            return None
        if not self.objections:
            return "none"
        grave = (held(aspect, self.mind, self.resolution, self.objections) for aspect in _GRAVE)
        return "high" if any(grave) else "low"

    @property
    def on_verdict(self: Any) -> str:
        """The grounds of a verdict on a proposal; empty where the model's own for the case will do."""
        if self.mind.operation not in {"critique", "judge"} or not self.mind.proposal:
            return ""
        said = FINE if self.passed else "; ".join(self.objections)
        return said if self.mind.contract.layout is not None else f"{said[:1].upper()}{said[1:]}"

    def with_grounds(self: Any, verdict: str) -> str:
        """A verdict that another decision is due, with what that rests on."""
        own = differences(self.mind, self.resolution) if verdict and self.mind.contract.layout is None else []
        decides = bool(self.mind.clauses) and own and own == self.objections
        return f"{verdict}: {reason_text(self.mind, self.resolution)}" if decides else verdict

    @property
    def on_proposal(self: Any) -> str:
        """The grounds of a verdict, where they stand before it and in no field of it; else empty."""
        mind = self.mind
        judging = mind.operation == "critique" and mind.proposal is not None and mind.contract.form == "json"
        if self.passed:
            return FINE
        if not judging or "reasoning" in mind.contract.slots:
            return ""
        return "; ".join(self.objections) or "I have checked the proposal and find nothing against it."

    @property
    def complaint(self: Any) -> str:
        """What the customer says to be the matter, with the mail's own words for it."""
        kinds = dict.fromkeys(ask.issue.replace("_", " ") for ask in self.facts.asks)
        said = self._words
        return ": ".join(filter(None, ("; ".join(kinds), said)))

    @property
    def _words(self: Any) -> str:
        found = seen(self.mind, self.belief, in_context(self.mind, "issue"), quotes(self.mind))
        return " … ".join(f"“{' '.join(quote.split())}”" for quote in found)

    @property
    def own_words(self: Any) -> str:
        """A sentence with the mail's own words for what is the matter."""
        return f"In the customer's words: {self._words}." if self._words else ""

    @property
    def in_sentences(self: Any) -> str:
        """The case for people."""
        return retold(self, headed=False)

    @property
    def barred(self: Any) -> str:
        """Why people have to see to it, where the model only doubts; empty where nothing says it."""
        why = " ".join(barriers(self.facts)) if is_doubt(self.resolution.reason) else ""
        return reason_text(self.mind, replace(self.resolution, reason=why)) if why else ""

    @property
    def why_this_order(self: Any) -> str:
        """Why it is this order, where nothing but which one it is is asked."""
        slots = self.mind.contract.slots
        asked = slots & {"order_index", "settled_order", "which_order"}
        return str(self("order_evidence") or "") if asked and slots <= _WHICH else ""

    @property
    def matches_several(self: Any) -> bool:
        """Whether they are several, and it is asked how many are meant, or for none then: none is the one."""
        told = {"order_match", "which_order"} & self.mind.contract.slots or _NONE_OF_SEVERAL.search(
            self.mind.instructions
        )
        return bool(told) and self.facts.orders_concerned > 1

    def _goal(self: Any) -> str | None:
        plans = self.mind.operation in {"act", "plan"} and self.facts.asks
        return str(self.in_sentences) if plans else self._wants()

    @property
    def objections_told(self: Any) -> list[str]:
        """What it objects to, another decision with what that rests on."""
        own, proposed = self.resolution, (self.mind.proposal or {}).get("action")
        bare = not self.mind.clauses or not own.reason or proposed in {None, own.action}
        if bare or (self.mind.proposal or {}).get("letter"):
            return list(self.objections)
        ends = f"not `{action_word(self.mind, str(proposed))}`"
        why = reason_text(self.mind, own)
        return [f"{said}: {why}" if said.endswith(ends) else said for said in self.objections]

    def by_field(self: Any, told: list[str]) -> list[dict[str, Any]]:
        """What is objected to, with the field that is at fault and what should stand there."""
        known = {fault.text: fault for fault in faults(self.mind, self.resolution)}
        found = []
        for text in told:
            fault = known.get(text)
            about = min(fault.aspects, default="") if fault is not None else ""
            if about == "complete" and "missed" in self.mind.contract.slots:
                continue  # told there
            name, said, due = (fault.name, fault.said, fault.due) if fault is not None else ("", "", "")
            entry = {"aspect": name or about, "said_value": said or "nothing", "due_value": due or text}
            found.append({**entry, "text": text, "reason": text, "name": name or about})
        return found

    def _missed(self: Any) -> list[str] | None:
        """What a form that is judged leaves out of what the mail asks for."""
        if self.mind.operation not in {"critique", "judge"}:
            return None
        return held("complete", self.mind, self.resolution, self.objections)

    def _problem_told(self: Any) -> str | None:
        """The customer's; beside a verdict on a proposal what is wrong with that, nothing where it passes."""
        judges = self.mind.operation == "critique" and "valid" in self.mind.contract.slots
        if judges and self.mind.proposal is not None:
            return "; ".join(self.objections_told) or None
        return self.complaint or None

    def _wrong_told(self: Any) -> str | None:
        judges = self.mind.operation in {"critique", "judge"} and self.mind.proposal is not None
        return "; ".join(self.objections_told) or None if judges else self.complaint or None

    def _handover_why(self: Any) -> str | None:
        return str(self._reason()) if self._is_so("escalate") else None

    def _denial_why(self: Any) -> str | None:
        return str(self._reason()) if self._is_so("deny") else None

    def _is_so(self: Any, action: str) -> bool:
        """Whether the decision is this one; a reading tells why it would be."""
        return not self._deciding or bool(self.resolution.action == action)

    @property
    def paid_before(self: Any) -> Money | None:
        """What the deeds show to have been refunded, where a letter is held against them alone."""
        if self.mind.operation != "critique" or self.mind.sees_orders:
            return None
        deeds = [deed for deed in self.mind.deeds if deed.kind == "refund" and not deed.trouble]
        sum_paid = paid(deeds[-1]) if deeds else None
        return Money(cents(float(sum_paid)), paid_in(deeds[-1])) if sum_paid is not None else None

    def _plan_steps(self: Any) -> list[dict[str, Any]]:
        return plan_steps(self.mind, self.belief, self.mind.mail.sender)

    def _to_settle(self: Any) -> list[dict[str, Any]]:
        return [{"text": question} for question in to_settle(self.mind, self.belief)]

    def _acts(self: Any) -> list[str]:
        return acts_due(self.resolution.action)

    def _plan(self: Any) -> list[str]:
        return plan_in_words(self)

    def _calls_made(self) -> list[str]:
        return [str(call["text"]) for call in calls_made(self.mind)] or self._plan()

    def _call_list(self) -> list[dict[str, Any]]:
        return calls_made(self.mind) or self._plan_steps()

    def _letter_amount(self: Any) -> Money | None:
        said = self.mind.proposal or {}
        if said.get("letter"):
            return said.get("amount")
        writes = self.mind.contract.slots & {"reply", "subject"} and self.resolution.action == "refund"
        return self("amount") if writes else None

    def _letter_outcome(self: Any) -> str | None:
        said = self.mind.proposal or {}
        return said.get("action") if said.get("letter") else None

    def _false_claim(self: Any) -> bool:
        return bool(held("claim", self.mind, self.resolution, self.objections))

    @cached_property
    def marks(self: Any) -> Marks | None:
        """The marks of a rubric, where one is told."""
        return None if self.mind.rubric is None else Marks(self.mind, self.resolution, self.objections)

    def _valid(self: Any) -> bool:
        if self.marks is not None:
            return bool(self.marks.passes())
        judging = self.mind.operation in {"critique", "judge", "revise"}
        told = judging and (not self.mind.unseen or self.mind.at_a_loss)
        return not self.objections if told else bool(self._pays())

    def _ruling(self: Any) -> bool:
        return self._valid() if self.mind.proposal is not None else bool(self._pays())

    def _score(self: Any) -> float:
        wrong = worst_if_wrong(self.mind.instructions) and differences(self.mind, self.resolution)
        return _WORST if self.objections and wrong else share(self.objections)

    def _correct_score(self: Any) -> float | None:
        """How right what is judged is, whatever it claims to have been done."""
        wrong = differences(self.mind, self.resolution) if self.mind.proposal else self.objections
        return share(wrong) if self.mind.proposal or self.mind.shown or self.objections else None

    def _honest_score(self: Any) -> float | None:
        """How far a letter, or what else is judged, says what is so."""
        return share([TRUE, TRUE] if self._false_claim() else []) if self.mind.proposal else None

    def _tone_score(self: Any) -> float | None:
        """How polite a letter is that is judged; else what the customer's mood comes to."""
        if self.mind.shown and self.mind.operation in {"critique", "judge"}:
            return share([*rude_words(self.mind.shown[-1])])
        return vocabulary().ontology.slots["mood"].shares.get(self("mood") or "")

    def _uncorrected(self: Any) -> bool:
        """Whether a proposal is let pass, so that nothing is to be put in its place."""
        judging = self.mind.operation in {"critique", "judge"} and self.mind.proposal is not None
        return judging and not self.objections

    def _working(self: Any) -> str | None:
        return working(self) if self._deciding else None

    def _customer_told(self: Any) -> str | None:
        return customer_told(self.mind, self.resolution, self._working() or "") if self._deciding else None

    def _customer_told_abroad(self: Any) -> str | None:
        """What the customer is told of the decision, in the language of the mail."""
        if not self._deciding:
            return None
        return grounds_in(self("language") or "en", self.mind, self.resolution) or self._customer_told()

    def _sum_lines(self: Any) -> list[dict[str, Any]] | None:
        if not self._deciding:
            return None
        return sum_lines(
            self.resolution, self.reckoned.steps, self.reckoned.clauses, lambda sku: named(self, sku)
        )

    def _sum_parts(self: Any) -> list[dict[str, Any]] | None:
        """What is paid, by what it is paid for; nothing where nothing is."""
        if not self._deciding:
            return None
        if self.resolution.action != "refund" or self.resolution.amount is None:
            return []
        return sum_parts(self.resolution, self.reckoned.steps, self.items.entry)

    def with_sum(self: Any, grounds: str) -> str:
        """Grounds with how the sum comes about, where that takes more than one step."""
        steps = self._working() or ""
        pays = self.resolution.action == "refund" and " = " in steps
        return f"{grounds} The sum: {steps}." if pays else grounds

    def _winner(self: Any) -> str | None:
        if rivals_in(self.mind.context) is None:
            return None
        return preferred(self.mind, self.resolution, self.noise)

    def _translation(self: Any) -> str | None:
        return translated(self, headed=False) if self.mind.mail.present else None

    def _quote_source(self) -> str | None:
        return "mail" if self.mind.mail.present else None

    def _thread(self) -> list[dict[str, Any]] | None:
        return in_order(self.mind) if self.mind.mail.present else None

    def _quote(self: Any) -> list[str] | None:
        found = evidence(self.mind, flagged=self._injection())
        return list(seen(self.mind, self.belief, found, quotes(self.mind) if found else ())) or None

    def _request_quote(self) -> str | None:
        """The sentence that asks for something, else the one that says what is wrong."""
        found = quotes(self.mind, "wants", sentences=True) or quotes(self.mind, "issue", sentences=True)
        return next(iter(found), None)

    def _legal_quote(self: Any) -> str | None:
        return " ".join(quotes(self.mind, "legal", sentences=True)) or None if self.facts.legal else None

    def _injection_quote(self: Any) -> str | None:
        return " ".join(quotes(self.mind, "injection")) or None if self._injection() else None

    def quote_of(self: Any, slot: str) -> str | None:
        """The words of the mail that bear out one field, as this model reads it."""
        return " ".join(read_off(self.mind, self.belief, slot, self(slot))) or None

    def _chargeback_quote(self) -> str | None:
        return " ".join(quotes(self.mind, "chargeback")) or None
