"""After a call that went wrong: again, another way, or handed over."""

from __future__ import annotations

import re
from copy import copy
from dataclasses import replace
from decimal import Decimal
from typing import Any

from exercises.flaky_agent_trace.answering.answers import Answers
from exercises.flaky_agent_trace.deciding.calls import answered, done_so_far, paid, plain
from exercises.flaky_agent_trace.deciding.grounds import for_handover
from exercises.flaky_agent_trace.deciding.judgement import Resolution, resolve
from exercises.flaky_agent_trace.deciding.perception import Belief, perceive
from exercises.flaky_agent_trace.deciding.questions import TRIES, since
from exercises.flaky_agent_trace.ontology import ORDER_ID, vocabulary
from exercises.flaky_agent_trace.papers.booked import booked_since, if_not_booked
from exercises.flaky_agent_trace.papers.deeds import Deed
from exercises.flaky_agent_trace.papers.orders import order_from
from exercises.flaky_agent_trace.papers.outcomes import outcome_in
from exercises.flaky_agent_trace.writing.redrafts import notes_wanted, of_letter, with_demands
from exercises.flaky_agent_trace.writing.wording import named_numbers, reply_body
from harness.exchange import Text, ToolCall
from harness.simulation.calling.tools import Offered

from .corrections import (
    before_closing,
    confirmations,
    missing_deed,
    names_part,
    refused_alike,
    says_what,
    told_to_confirm,
    with_mentions,
)
from .demanded import of_form, told_first
from .errands import sent_to, takes_list
from .hands import Hands, Parts, handed
from .justified import fuller_than

Json = Any
_FORMS = 5
"""Times that a call is put into another form, at most."""
_TRIES = 3
"""Times that a call is thought over because the program did not let it pass, at most."""
_WORDS = 200
"""Characters of an error that is passed on."""
_THIN = re.compile(
    r"\b(?:justif\w+|grounds?|reasons?|reasoning|explan\w+|rationale)\b[^.;\n]{0,40}\b(?:thin|unclear"
    r"|clearer|vague"
    r"|missing|insufficient|weak|short|empty|not (?:enough|clear|sufficient|convincing))\b",
    re.IGNORECASE,
)
"""Nothing but the grounds is objected to."""


class Recovery(Hands):
    """What is done about a call that went wrong."""

    def _recover(self, deed: Deed) -> Parts:
        """After a call that went wrong: again, another way, or as if nothing had happened."""
        belief = perceive(self.mind, self.noise)
        if not deed.order and belief.order_id:
            deed = replace(deed, arguments={**deed.arguments, "order_id": belief.order_id})
        if parts := self._as_told(deed, belief):
            return parts
        if deed.kind == "reply" and deed.trouble in {"invalid", "refused"}:
            return self._rewrite(deed, belief)
        return self._another_way(deed, belief)

    def _another_way(self, deed: Deed, belief: Belief) -> Parts:
        """What is done about it where the error itself does not send anywhere."""
        mind = self.mind
        tool = mind.contract.tool(deed.kind)
        tries = sum(1 for d in mind.deeds if d.kind == deed.kind and d.trouble)
        if deed.trouble == "invalid" and tries <= _TRIES and says_what(mind, deed):
            resolution = resolve(mind, belief, self.noise)
            if resolution.action != deed.kind:
                return self._carry_out(resolution)
        ways = {"refund": self._unpaid, "deny": self._turned_down, "need_info": self._turned_down}
        if deed.kind in ways and tool is not None:
            return ways[deed.kind](tool, deed, belief, tries)
        if deed.kind == "escalate" and deed.trouble == "invalid":
            return self._not_handed(belief)
        if tool is not None and tries <= (1 if deed.trouble == "invalid" else 2):
            return [self._call(tool, self._again(tool, deed, belief))]
        return self._hand_over(belief, deed) if deed.kind != "reply" else self._stuck(deed)

    def _not_handed(self, belief: Belief) -> Parts:
        """A handover that was not taken: what is held right now that it has been objected to."""
        own = resolve(self.mind, belief, self.noise)
        if own.action == "escalate" and self.mind.refuted.told:
            own = handed(own, for_handover(self.mind, belief.facts, self.noise))
        return self._carry_out(own)

    def _stuck(self, deed: Deed) -> Parts:
        """What is said where no call is left that might go through."""
        wanted = next((part for part in (deed.result or "").strip().splitlines() if part), "")[:_WORDS]
        if deed.trouble in {"invalid", "refused"} and not self._names_a_decision(deed.result or ""):
            self.mind.unable = f"what `{deed.name or deed.kind}` wants"
        return [Text(f"This could not be done: {wanted}" if wanted else "The reply could not be sent.")]

    def _as_told(self, deed: Deed, belief: Belief) -> Parts:
        """What an error sends to: a look-up, another tool that comes first, another order."""
        if deed.trouble not in {"invalid", "refused"}:
            return []
        if look := sent_to(self.mind, deed):
            return [self._look(look, deed.order, belief)]
        if first := told_first(self.mind, deed):
            return self._first(first, deed, belief)
        return self._elsewhere(deed, belief)

    def _first(self, tool: Offered, deed: Deed, belief: Belief) -> Parts:
        """What an error wants before the call that it turned down, or what the model would rather do."""
        own = resolve(self.mind, belief, self.noise)
        if tool.kind == "select_order":
            return [self._call(tool, {"order_id": belief.order_id})]
        if own.action == tool.kind:
            return self._carry_out(own)
        if tool.kind == "refund":
            return self._rewrite(deed, belief) if deed.kind == "reply" else self._carry_out(own)
        return self._carry_out(self._handed_instead(own))

    def _handed_instead(self, own: Resolution) -> Resolution:
        """A handover by who has said that there is one, with what it might be for."""
        why = " ".join(self._barriers(own)) or for_handover(self.mind, own.belief.facts, self.noise)
        return handed(own, why)

    def _elsewhere(self, deed: Deed, belief: Belief) -> Parts:
        """A look into the order that an objection says is meant, where it was not read yet."""
        other = self.mind.feedback.order
        if not deed.order or other is None or other != belief.order_id or other == deed.order:
            return []
        return [*self._lookups(belief)[:1]]

    def _turned_down(self, tool: Offered, deed: Deed, belief: Belief, tries: int) -> Parts:
        """A denial or a question that was not taken: another way, the same in other words, or people."""
        own = resolve(self.mind, belief, self.noise)
        if own.action != deed.kind:
            return self._carry_out(own)
        names = tool.spec.schema.get("properties") or ()
        asked = any(re.search(rf"\b{re.escape(name)}\b", deed.result or "") for name in names)
        once = tries == 1 and (asked or not says_what(self.mind, deed))
        again = once or (tries <= _FORMS and of_form(self.mind, tool, deed))
        return [self._own(tool, own)] if again else self._hand_over(belief, deed)

    def _unpaid(self, tool: Offered, deed: Deed, belief: Belief, tries: int) -> Parts:  # noqa: PLR0911
        """A refund that was not made, or of which this is not known."""
        mind = self.mind
        amount = paid(deed)
        record = mind.orders.get(deed.order)
        currency = deed.arguments.get("currency") or (record.get("currency") if record else None)
        claim = Resolution("refund", deed.order or None, amount, currency, "", belief)
        if deed.trouble == "invalid" or (deed.trouble == "refused" and _THIN.search(deed.result or "")):
            return self._reconsider(tool, deed, belief, tries)
        if deed.trouble == "unbooked":
            return self._unbooked(tool, deed, claim)
        if since(mind, deed):
            return self._look_again(deed, claim)
        if deed.trouble in {"unknown", "busy"} and self._fires("premature_done"):
            return self._reply(claim)
        if deed.trouble == "unknown" and not self._fires("blind_retry"):
            return self._look_again(deed, claim)
        if deed.trouble == "refused":
            return self._refused(deed, claim)
        if tries <= 2:
            return [self._call(tool, self._again(tool, deed, belief))]
        return self._hand_over(belief, deed)

    def _unbooked(self, tool: Offered, deed: Deed, claim: Resolution) -> Parts:
        """A refund that was confirmed and is not on the order: a second look, and then as told, or people."""
        if self._fires("premature_done"):
            return self._reply(claim)
        then = self.mind.feedback.action or if_not_booked(self.mind.instructions)
        refunds = sum(other.kind == "refund" for other in self.mind.deeds)
        if then in {"again", "refund"} and refunds == 1:
            return [self._call(tool, deed.arguments)]
        get = self.mind.contract.tool("get_order")
        if not then and get is not None and len(since(self.mind, deed)) == 1:
            return [self._call(get, {"order_id": deed.order})]
        return self._hand_over(claim.belief, deed)

    def _look(self, tool: Offered, order: str, belief: Belief) -> ToolCall:
        """A look-up that the program sends the model back to."""
        if tool.kind == "get_policy":
            properties = tool.spec.schema.get("properties") or {}
            needed = [own for own in tool.spec.schema.get("required") or () if own in properties]
            more = {own: self._said(tool, own, properties[own], needed=True) for own in needed}
            return self._call(tool, {"topic": self._topic(belief)}, more)
        if tool.kind == "search_orders":
            mail = self.mind.mail.sender if tool.named("email") else None
            return self._call(tool, {"email": mail} if mail else {"text": belief.facts.sender})
        if tool.kind == "foreign":
            return self._call(tool, {})
        known = belief.order_id or order
        several = list(self.mind.orders) if takes_list(tool, "order_id") else next(iter(self.mind.orders), "")
        return self._call(tool, {"order_id": known or several})

    def _reconsider(self, tool: Offered, deed: Deed, belief: Belief, tries: int) -> Parts:
        """A refund that the program did not let pass: what is due after another thought, or people decide."""
        arguments = self._again(tool, deed, belief)
        if tries <= _FORMS and of_form(self.mind, tool, deed) and self.mind.feedback.amount is None:
            return [self._call(tool, arguments)]
        if tries > _TRIES or refused_alike(self.mind, "refund", arguments):
            return self._hand_over(belief, deed)
        own = resolve(self.mind, belief, self.noise)
        if own.action == "refund" and not told_to_confirm(deed.result or ""):
            answers = Answers(self.mind, belief, self.noise)
            asked = Decimal(str(arguments["amount"])) if arguments.get("amount") is not None else own.amount
            own = own if asked == own.amount else replace(own, amount=asked)
            arguments["reason"] = fuller_than(str(deed.arguments.get("reason") or ""), answers, own)
        return [self._call(tool, arguments, self._confirmed(tool, deed))]

    def _confirmed(self, tool: Offered, deed: Deed) -> dict[str, Json]:
        return confirmations(tool) if told_to_confirm(deed.result or "") else {}

    def _rewrite(self, deed: Deed, belief: Belief) -> Parts:
        """A letter that was turned down: what it tells is done where it was not; else it is corrected."""
        mind = self.mind
        refused = [d for d in mind.deeds if d.kind == "reply" and d.trouble and d.index >= self._acted()]
        tool = mind.contract.tool("reply")
        own = done_so_far(mind, belief)
        if own is None:
            own = resolve(mind, belief, self.noise)
            told = vocabulary().ontology.value_of("action", str(deed.arguments.get("outcome") or ""))
            if missing_deed(deed.result or "", told or "") == "escalate" and not mind.feedback.action:
                own = own if own.action == "escalate" else self._handed_instead(own)
            elif told in {"deny", "need_info"} and not says_what(mind, deed):
                own = replace(own, action=told, amount=None) if told != own.action else own
            if own.action == "refund" and not (mind.contract.tool("refund") or self._paid_otherwise()):
                own = handed(own, "unpaid")
            if mind.contract.tool(own.action) is not None and len(refused) <= _TRIES:
                return self._carry_out(own)
        elif own.action == "refund" and own.amount is None:
            due = resolve(mind, belief, self.noise)
            own = replace(own, amount=due.amount, currency=own.currency or due.currency)
        arguments = self._letter(deed, own, [d.result or "" for d in refused])
        alike = refused_alike(mind, "reply", arguments)
        if tool is not None and len(refused) <= 2 and not alike:
            return [self._call(tool, arguments, self._confirmed(tool, deed))]
        if own.action in {"deny", "need_info"} and mind.contract.tool("escalate") is not None:
            return self._hand_over(belief, deed)
        return self._stuck(deed)

    def _names_a_decision(self, refusal: str) -> bool:
        """Whether a refusal says what is due instead: that is understood, be it followed or not."""
        return outcome_in(refusal) is not None and ORDER_ID.search(refusal) is not None

    def _acted(self) -> int:
        """Where something was last done that counts."""
        done = [
            d.index for d in self.mind.deeds if d.kind in {"refund", "escalate", "deny"} and not d.trouble
        ]
        return max(done, default=-1)

    def _letter(self, deed: Deed, own: Resolution, refusals: list[str]) -> dict[str, Json]:
        """The refused letter with what is so: its own words where they tell it, others where they do not."""
        mind = self.mind
        before = vocabulary().ontology.value_of("action", str(deed.arguments.get("outcome") or own.action))
        told = str(deed.arguments.get("body") or "")
        stale = before != own.action or any(n not in told for n in named_numbers(mind, own))
        if own.action == "refund" and own.amount is not None:
            stale = stale or plain(paid(replace(deed, result=None))) not in {None, plain(own.amount)}
        asked, unclear = with_demands(mind.instructions, refusals)
        if asked != mind.instructions:
            mind = copy(mind)
            mind.__dict__["instructions"] = asked
        anew = stale or not told or mind is not self.mind or of_letter(unclear)
        body = with_mentions(mind, reply_body(mind, own, self.noise) if anew else told, own, refusals)
        for note in notes_wanted(asked[len(self.mind.instructions) :], mind):
            body = before_closing(body, note) if note not in body else body
        if body == told and len(refusals) > 1:
            body = reply_body(mind, own, self.noise)
        same = before == own.action and not told_to_confirm(refusals[-1])
        read = names_part(refusals[-1]) if refusals else False
        read = read or self._names_a_decision(" ".join(refusals))
        if unclear and same and not read and (len(refusals) > 1 or of_letter(unclear)):
            self.mind.unable = f"what “{unclear[:_WORDS]}” wants changed in the letter"
        return {
            **self._told(own, body),
            "order_id": own.order_id or deed.order or None,
        }

    def _again(self, tool: Offered, deed: Deed, belief: Belief) -> dict[str, Json]:
        """The same call; what the tool said was missing is put in."""
        arguments = dict(deed.arguments)
        if deed.trouble != "invalid":
            return arguments
        resolution = resolve(self.mind, belief, self.noise)
        if deed.kind == "refund" and resolution.action == "refund":
            anew = says_what(self.mind, deed) or not paid(replace(deed, result=None))
            arguments = {**self._refund_arguments(tool, resolution), **arguments}
            if anew:
                arguments["amount"] = plain(resolution.amount)
            if "order" in self.mind.pointed or self.mind.feedback.order:
                arguments["order_id"] = resolution.order_id
        elif deed.kind == "escalate":
            arguments = {**self._case(resolution), **arguments}
        return arguments

    def _look_again(self, deed: Deed, claim: Resolution) -> Parts:
        """See whether the payment is on the order before paying again."""
        mind = self.mind
        get = mind.contract.tool("get_order")
        looks = since(mind, deed)
        looked = len(looks) >= TRIES or any(answered(d) for d in looks)
        record = mind.orders.get(deed.order)
        if get is not None and not looked and not (looks and self._goes_without(looks[-1])):
            return [self._call(get, {"order_id": deed.order})]
        paid = [part.get("amount") for part in record.parts.get("refunds", [])] if record else []
        if claim.amount is not None and any(m and Decimal(m[0]) / 100 == claim.amount for m in paid):
            return self._reply(claim)
        tried = [one for one in mind.deeds if one.index == deed.index and one.kind == "refund"]
        if paid and paid[-1] and tried and booked_since(mind.deeds, tried[-1], deed.order, mind.scene):
            return self._reply(replace(claim, amount=Decimal(paid[-1][0]) / 100))
        if deed.trouble == "refused":
            return self._refused(deed, claim)
        tool = mind.contract.tool("refund")
        assert tool is not None
        if claim.amount is None:
            return self._untold(claim, paid)
        told = {} if deed.name else self._refund_arguments(tool, claim)
        return [self._call(tool, {**told, **deed.arguments})]

    def _untold(self, claim: Resolution, paid: list[Json]) -> Parts:
        """A refund that may have been made, of a sum that nobody has told: was what is due paid?"""
        if lookups := self._lookups(claim.belief):
            return [lookups[0]]
        own = resolve(self.mind, claim.belief, self.noise)
        made = any(sum and Decimal(sum[0]) / 100 == own.amount for sum in paid)
        return self._reply(own) if made else self._carry_out(own)

    def _refused(self, deed: Deed, claim: Resolution) -> Parts:
        """A refusal says why; the model goes by it, or sees that the order had told otherwise."""
        text = deed.result or ""
        tool = self.mind.contract.tool("refund")
        left = re.search(r"than the ([\d.]+)", text)
        gone = re.search(r"\bnothing (?:is |was )?(?:left|remaining|more)\b", text, re.IGNORECASE)
        odd = (left or gone) and self._had_enough(claim) and not since(self.mind, deed)
        if odd and not self._fires("blind_retry", "refused", evidence=1.0):
            return self._look_again(deed, claim)
        if left and tool is not None and float(left[1]) > 0:
            return [self._call(tool, {**deed.arguments, "amount": float(left[1])})]
        if "currency" in text and tool is not None:
            return [self._call(tool, {k: v for k, v in deed.arguments.items() if k != "currency"})]
        if left or gone:
            return self._reply(Resolution("deny", deed.order or None, None, None, "M-3", claim.belief))
        return self._hand_over(claim.belief, deed)

    def _had_enough(self, claim: Resolution) -> bool:
        """Whether the order, as it was read, left room for a refund, and it can be read again."""
        order = order_from(self.mind.orders.get(claim.order_id or ""), claim.order_id or "", "")
        if order is None or claim.amount is None or self.mind.contract.tool("get_order") is None:
            return False
        return claim.amount <= order.total - sum((past.amount for past in order.refunds), Decimal(0))

    def _hand_over(self, belief: Belief, deed: Deed) -> Parts:
        why = "unbooked" if deed.trouble == "unbooked" else "failed"
        resolution = Resolution("escalate", deed.order or None, None, None, why, belief)
        escalate = self.mind.contract.tool("escalate")
        failed = any(d.kind == "escalate" and d.trouble for d in self.mind.deeds)
        if escalate is not None and not failed:
            return [self._call(escalate, self._case(resolution))]
        return self._reply(resolution)
