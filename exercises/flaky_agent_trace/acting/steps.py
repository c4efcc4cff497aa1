"""Acting with tools: what an agent's model does next, given what its context shows.

`deciding/questions.py` names the question; `Actor` answers it. `hands.py` has what it can do, `recovery.py`
what it does about calls that went wrong.
"""

from __future__ import annotations

from dataclasses import replace

from exercises.flaky_agent_trace.answering.answers import Answers
from exercises.flaky_agent_trace.answering.foregone import as_told
from exercises.flaky_agent_trace.deciding.calls import done_so_far, ending_tool
from exercises.flaky_agent_trace.deciding.handed import as_resolution
from exercises.flaky_agent_trace.deciding.happened import happened
from exercises.flaky_agent_trace.deciding.judgement import Resolution, resolve
from exercises.flaky_agent_trace.deciding.perception import Belief, perceive
from exercises.flaky_agent_trace.deciding.questions import in_trouble, next_step, since
from exercises.flaky_agent_trace.shop.letters import letters
from exercises.flaky_agent_trace.shop.policy import barriers
from exercises.flaky_agent_trace.writing.listing_calls import calls_told
from exercises.flaky_agent_trace.writing.wording import outcome
from harness.exchange import Text
from harness.simulation.saying import variant

from .arithmetic import to_reckon
from .calculators import as_calculated, to_calculate
from .customs import Customs
from .errands import named_first, second_step, sent_back, vetoed
from .hands import Parts, handed
from .recovery import Recovery
from .saying_why import with_why
from .strangers import unread

__all__ = ["Actor", "Parts"]


class Actor(Customs, Recovery):
    """One turn of an agent's model."""

    def act(self) -> Parts:
        """The parts of the reply: perhaps some text, then the calls."""
        return with_why(self.mind, self.noise, self._next(), self.meant)

    def _next(self) -> Parts:  # noqa: PLR0911  (the first thing that is to be done)
        if told := calls_told(self.mind):
            return [Text(told)]
        if (look := sent_back(self.mind)) is not None:
            return [self._look(look, "", perceive(self.mind, self.noise))]
        if (second := second_step(self.mind)) is not None:
            return [self._call(second, {})]
        if next_step(self.mind) == "close":
            return self._close()
        if self.step == "recover":
            deed = in_trouble(self.mind)
            assert deed is not None
            return self._recover(deed)
        if self.step == "report":
            return self._report()
        belief = perceive(self.mind, self.noise)
        if self._fires("thinks_aloud") and not self.mind.contract.required:
            return [Text(variant(self.noise, letters().asides.aloud, "aloud"))]
        lookups = self._lookups(belief)
        if lookups:
            if len(lookups) > 1 and self._fires("other_order_of_calls"):
                lookups.reverse()
            why = self.mind.briefing.explains
            aside = "" if why else variant(self.noise, letters().asides.looking, "aside")
            return [*([Text(aside)] if aside else []), *lookups[: None if self._at_once(len(lookups)) else 1]]
        return self._settle(belief)

    def _settle(self, belief: Belief) -> Parts:  # noqa: PLR0911  (the first thing that is to be done)
        """What is done once nothing is left to look up; by a call, where the API wants one."""
        if selection := self._selection(belief):
            return [selection]
        if lost := unread(self.mind, belief):
            self.mind.unable = lost
            return [Text(lost)]
        if self._chosen():
            return self._close()
        if self.mind.contract.forced and (told := as_told(self.mind, belief)) is not None:
            return self._reply(told, pledge=False)
        resolution = self._bidden(belief) or resolve(self.mind, belief, self.noise)
        if reckoned := to_reckon(self.mind, Answers(self.mind, belief, self.noise)):
            return [self._call(reckoned[0], {}, reckoned[1])]
        calculator = to_calculate(self.mind, resolution)
        resolution = as_calculated(self.mind, resolution)
        if vetoed(self.mind, resolution.action):
            resolution = handed(resolution, "failed")
        if (first := calculator or named_first(self.mind, resolution.action)) is not None:
            besides = self._besides(first) if first is calculator else {}
            return [self._call(first, {}, besides)]
        parts, contract = self._carry_out(resolution), self.mind.contract
        silent = bool(parts) and all(isinstance(part, Text) for part in parts)
        if silent and contract.required and contract.step is None and not self.mind.unable:
            made = self._must(resolution)
            return [made] if made is not None else parts
        return parts

    def _bidden(self, belief: Belief) -> Resolution | None:
        """The handover, where nothing but the tool for it may be called: the program has decided on it."""
        forced = self.mind.contract.tool("escalate") if self.mind.contract.forced else None
        if forced is None:
            return None
        told = happened(self.mind)
        if told is not None and told.slots["action"] == "escalate" and told.grounds:
            return as_resolution(self.mind, belief, told)
        why = " ".join(barriers(belief.facts)) or "told"
        return Resolution("escalate", belief.order_id, None, None, why, belief)

    def _chosen(self) -> bool:
        """Whether nothing but the order was to be told, and it has been."""
        kinds = {tool.kind for tool in self.mind.contract.tools}
        told = any(deed.kind == "select_order" for deed in self.mind.deeds)
        return told and not kinds & {"refund", "escalate", "reply", "submit", "deny"}

    def _close(self) -> Parts:
        """What is left to say takes the tool for the answer, if any."""
        if self.mind.contract.submit is not None:
            return []
        if ending := ending_tool(self.mind.contract):
            done = done_so_far(self.mind, perceive(self.mind, self.noise))
            return [self._call(ending, {"body": outcome(done)} if done else {})]
        return [Text(variant(self.noise, letters().asides.closed, "closed"))]

    def _report(self) -> Parts:
        """Tell the customer what the context says was done."""
        belief = perceive(self.mind, self.noise)
        done = done_so_far(self.mind, belief)
        assert done is not None
        customs = {"deny", "need_info"} & {tool.kind for tool in self.mind.contract.tools}
        if customs and self.mind.contract.tool("reply") is None and self.mind.contract.step is None:
            return self._close()
        if self._writes(done.action):
            return self._close()
        if done.action != "refund" or done.amount is not None:
            return self._reply(done)
        get = self.mind.contract.tool("get_order")
        paid = [deed for deed in self.mind.deeds if deed.kind == "refund"][-1]
        if get is not None and done.order_id and not since(self.mind, paid):
            return [self._call(get, {"order_id": done.order_id})]  # how much it was is not told
        own = resolve(self.mind, belief, self.noise)
        return self._reply(replace(done, amount=own.amount, currency=own.currency or done.currency))
