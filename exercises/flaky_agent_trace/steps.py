"""Acting with tools: what an agent's model does next, given what its context shows.

`questions.py` names the question; `Actor` answers it, mistakes included.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from harness.exchange import Text, ToolCall
from harness.simulation.noise import Noise
from harness.simulation.saying import call, torn, variant
from harness.simulation.tools import Offered

from .calls import TOPIC, answered, done_so_far, ended, ending_tool, filler, fitting, paid, plain
from .deeds import Deed
from .judgement import Resolution, resolve
from .letters import letters
from .mind import Mind
from .orders import order_from
from .perception import Belief, perceive, settled
from .questions import TRIES, detailed, in_trouble, next_step, since, wants_policy
from .wording import named_numbers, outcome, reason_text, reply_body

Json = Any
Parts = list[Text | ToolCall]
_WHOLE = ("topic all", "whole handbook", "all topics", "entire handbook", "full handbook")
_PAYS = re.compile(r"\b(?:pays|books|executes|carries out|triggers)\b", re.IGNORECASE)
_CODE_PAYS = re.compile(
    r"\b(?:code|program|backend|workflow|pipeline)\b[^.\n]{0,30}"
    r"\b(?:pays?|books?|executes?|carr(?:y|ies) out|issues?|makes?)\b",
    re.IGNORECASE,
)


@dataclass
class Actor:
    """One turn of an agent's model."""

    mind: Mind
    noise: Noise
    step: str

    def act(self) -> Parts:
        """The parts of the reply: perhaps some text, then the calls."""
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
            aside = variant(self.noise, letters().asides.looking, "aside")
            return [*([Text(aside)] if aside else []), *lookups[: None if self._at_once(len(lookups)) else 1]]
        return self._carry_out(resolve(self.mind, belief, self.noise))

    def _close(self) -> Parts:
        """What is left to say takes the tool for the answer, if any."""
        if self.mind.contract.submit is not None:
            return []
        if ending := ending_tool(self.mind.contract):
            done = done_so_far(self.mind, perceive(self.mind, self.noise))
            return [self._call(ending, {"body": outcome(done)} if done else {})]
        return [Text(variant(self.noise, letters().asides.closed, "closed"))]

    def _fires(self, mode: str, choice: str = "", **more: float) -> bool:
        return self.noise.fires(mode, {**self.mind.features, **more}, choice, subject=self.mind.ticket_id)

    def _at_once(self, calls: int) -> bool:
        """Whether calls go out together: where the API lets it; told not to, a model mostly does not."""
        if calls < 2 or not self.mind.features.get("parallel"):
            return False
        return not self.mind.briefing.singly or self._fires("runs_ahead")

    # Looking things up

    def _goes_without(self, deed: Deed | None) -> bool:
        """Whether the model lets a look-up be that has not been answered.

        An error says that it can be made again. `done`, or another tool's words in its place, does not.
        """
        if deed is None or deed.result is None or answered(deed):
            return False
        return self._fires("goes_without", deed.kind, silent=float(not deed.trouble))

    def _last(self, kind: str, order_id: str = "") -> Deed | None:
        deeds = [deed for deed in self.mind.deeds if deed.kind == kind and order_id in {"", deed.order}]
        return deeds[-1] if deeds else None

    def _lookups(self, belief: Belief) -> list[ToolCall]:
        mind = self.mind
        calls: list[ToolCall] = []
        wanted = belief.order_id
        get, search = mind.contract.tool("get_order"), mind.contract.tool("search_orders")
        if wanted is not None and not detailed(mind, wanted):
            shallow = wanted in mind.orders and self._fires("shallow_lookup")
            if self._goes_without(self._last("get_order", wanted)):
                pass
            elif get is not None and not shallow:
                calls.append(self._call(get, {"order_id": wanted}))
            elif search is not None and wanted not in mind.orders:
                calls.append(self._call(search, {"order_id": wanted}))
        elif wanted is None and search is not None:
            calls += self._search(search, belief)
        if policy := mind.contract.tool("get_policy"):
            calls += self._policy(policy, belief)
        return calls

    def _search(  # noqa: PLR0911  (the first search that is left)
        self, search: Offered, belief: Belief
    ) -> list[ToolCall]:
        mind = self.mind
        done = [deed for deed in mind.deeds if deed.kind == "search_orders"]
        if not done:
            if mind.mail.sender and search.named("email"):
                return [self._call(search, {"email": mind.mail.sender})]
            if search.named("name") and mind.sender_name:
                return [self._call(search, {"name": mind.sender_name})]
            return [self._call(search, {"text": belief.facts.sender})]
        if len(done) < TRIES and not answered(done[-1]) and not self._goes_without(done[-1]):
            return [self._call(search, done[-1].arguments)]
        if not settled(mind) or len(done) >= 3:
            return []
        page = int(done[-1].arguments.get("page") or 1)
        found = re.search(r"\"?pages\"?\s*[:=]\s*(\d+)", done[-1].result or "")
        if found and int(found[1]) > page and search.named("page"):
            if self._fires("shallow_lookup", "page"):
                return []
            return [self._call(search, {**done[-1].arguments, "page": page + 1})]
        unnamed = not any("name" in deed.arguments for deed in done)
        if not mind.orders and search.named("name") and mind.sender_name and unnamed:
            return [self._call(search, {"name": mind.sender_name})]
        return []

    def _policy(self, policy: Offered, belief: Belief) -> list[ToolCall]:
        mind = self.mind
        takes_fresh = policy.named("fresh") is not None
        told = takes_fresh and any("fresh" in p.folded.vocabulary for p in mind.context.of("system", "user"))
        if wants_policy(mind):
            if self._goes_without(self._last("get_policy")):
                return []
            arguments: dict[str, Json] = {}
            if policy.named("topic"):
                arguments["topic"] = self._topic(belief)
            if told:
                arguments["fresh"] = True
            return [self._call(policy, arguments)]
        stale = [deed for deed in mind.deeds if deed.kind == "get_policy" and ended(deed, mind)]
        renewed = any(deed.kind == "get_policy" and deed.arguments.get("fresh") for deed in mind.deeds)
        if stale and takes_fresh and not renewed and not self._fires("trusts_stale"):
            return [self._call(policy, {"topic": stale[-1].arguments.get("topic", "all"), "fresh": True})]
        return []

    def _topic(self, belief: Belief) -> str:
        mind = self.mind
        told = any(p.folded.has(phrase) for p in mind.context.of("system", "user") for phrase in _WHOLE)
        if belief.facts.asks and self._fires("narrow_topic", told=float(told)):
            return TOPIC[belief.facts.asks[0].issue]
        return "all"

    # Doing it

    def _carry_out(self, resolution: Resolution) -> Parts:
        mind = self.mind
        able = mind.contract.tool("reply") or (mind.contract.step and mind.contract.tool(resolution.action))
        if mind.contract.submit is not None and not able:
            return []
        if resolution.action == "refund" and (refund := mind.contract.tool("refund")):
            parts: Parts = [self._call(refund, self._refund_arguments(refund, resolution))]
            return self._with_reply(parts, resolution)
        if resolution.action == "refund" and not self._paid_otherwise():
            # What was not paid is not said to be; careless models say it all the same.
            if self._fires("premature_done", "unpaid"):
                return self._reply(resolution)
            resolution = replace(resolution, action="escalate", amount=None, currency=None, reason="unpaid")
        if resolution.action == "escalate" and (escalate := mind.contract.tool("escalate")):
            parts = [self._call(escalate, self._case(resolution))]
            return self._with_reply(parts, resolution)
        return self._reply(resolution)

    def _paid_otherwise(self) -> bool:
        """Whether a refund is paid though no tool pays it: by the reply, or by the program's code."""
        reply = self.mind.contract.tool("reply")
        told = reply.spec.description if reply is not None else ""
        return bool(_PAYS.search(told) or _CODE_PAYS.search(self.mind.instructions))

    def _with_reply(self, parts: Parts, resolution: Resolution) -> Parts:
        """The reply at once, before it is known how the action went: quick, and risky."""
        able = self.mind.features.get("parallel") and self.mind.contract.tool("reply")
        if able and self._fires("premature_reply", told=float(self.mind.briefing.waits)):
            return [*parts, *self._reply(resolution)]
        return parts

    def _refund_arguments(self, refund: Offered, resolution: Resolution) -> dict[str, Json]:
        assert resolution.amount is not None
        arguments: dict[str, Json] = {
            "order_id": resolution.order_id,
            "amount": float(resolution.amount),
            "currency": resolution.currency,
            "reason": reason_text(self.mind, resolution),
        }
        if refund.named("idempotency_key"):
            arguments["idempotency_key"] = f"{self.mind.ticket_id}-{resolution.order_id}-refund"
        return arguments

    def _case(self, resolution: Resolution) -> dict[str, Json]:
        facts = resolution.belief.facts
        issues = ", ".join(ask.issue.replace("_", " ") for ask in facts.asks) or "unclear request"
        why = reason_text(self.mind, resolution)
        summary = f"Customer {facts.sender}: {issues}. Why: {why}."
        return {"order_id": resolution.order_id, "reason": why, "summary": summary}

    def _reply(self, resolution: Resolution) -> Parts:
        verbose = self._fires("verbose")
        pledge = resolution.action == "escalate" and self.mind.contract.tool("escalate") is None
        body = reply_body(self.mind, resolution, self.noise, verbose=verbose, pledge=pledge)
        reply = self.mind.contract.tool("reply")
        if reply is None:
            return [Text(body)]
        arguments: dict[str, Json] = {
            "order_id": resolution.order_id,
            "outcome": {"refund": "refunded", "deny": "denied", "escalate": "escalated"}.get(
                resolution.action, "need_info"
            ),
            "amount": float(resolution.amount)
            if resolution.action == "refund" and resolution.amount
            else None,
            "currency": resolution.currency if resolution.action == "refund" else None,
            "body": body,
        }
        return [self._call(reply, arguments)]

    def _report(self) -> Parts:
        """Tell the customer what the context says was done."""
        belief = perceive(self.mind, self.noise)
        done = done_so_far(self.mind, belief)
        assert done is not None
        if done.action != "refund" or done.amount is not None:
            return self._reply(done)
        get = self.mind.contract.tool("get_order")
        paid = [deed for deed in self.mind.deeds if deed.kind == "refund"][-1]
        if get is not None and done.order_id and not since(self.mind, paid):
            return [self._call(get, {"order_id": done.order_id})]  # how much it was is not told
        own = resolve(self.mind, belief, self.noise)
        return self._reply(replace(done, amount=own.amount, currency=own.currency or done.currency))

    def _recover(self, deed: Deed) -> Parts:  # noqa: PLR0911  (one way out a trouble)
        """After a call that went wrong: again, another way, or as if nothing had happened."""
        mind = self.mind
        belief = perceive(mind, self.noise)
        if not deed.order and belief.order_id:
            deed = replace(deed, arguments={**deed.arguments, "order_id": belief.order_id})
        tool = mind.contract.tool(deed.kind)
        tries = sum(1 for d in mind.deeds if d.kind == deed.kind and d.trouble)
        if deed.trouble == "invalid" and tries <= 4:
            resolution = resolve(mind, belief, self.noise)
            if resolution.action != deed.kind and not (deed.kind == "reply" and not mind.feedback.action):
                return self._carry_out(resolution)
        if deed.kind == "refund" and tool is not None:
            amount = paid(deed)
            record = mind.orders.get(deed.order)
            currency = deed.arguments.get("currency") or (record.get("currency") if record else None)
            claim = Resolution("refund", deed.order or None, amount, currency, "", belief)
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
        if tool is not None and tries <= 2:
            return [self._call(tool, self._again(tool, deed, belief))]
        return (
            self._hand_over(belief, deed) if deed.kind != "reply" else [Text("The reply could not be sent.")]
        )

    def _again(self, tool: Offered, deed: Deed, belief: Belief) -> dict[str, Json]:
        """The same call; what the tool said was missing is put in."""
        arguments = dict(deed.arguments)
        if deed.trouble == "invalid" or deed.kind == "reply":
            resolution = resolve(self.mind, belief, self.noise)
            if deed.kind == "reply":
                done = [d for d in self.mind.deeds if d.kind in {"refund", "escalate"} and not d.trouble]
                if done and done[-1].kind == "refund":
                    arguments.setdefault("amount", plain(paid(done[-1])))
                    arguments.setdefault("order_id", done[-1].order)
                told = arguments.get("body")
                if not told or any(n not in str(told) for n in named_numbers(self.mind, resolution)):
                    arguments["body"] = reply_body(self.mind, resolution, self.noise)
                arguments.setdefault(
                    "outcome",
                    {"refund": "refunded", "deny": "denied"}.get(resolution.action, resolution.action),
                )
            elif resolution.action == deed.kind == "refund":
                arguments = {**self._refund_arguments(tool, resolution), **arguments}
                arguments["amount"] = plain(resolution.amount)
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
        odd = left and self._had_enough(claim) and not since(self.mind, deed)
        if odd and not self._fires("blind_retry", "refused", evidence=1.0):
            return self._look_again(deed, claim)
        if left and tool is not None and float(left[1]) > 0:
            return [self._call(tool, {**deed.arguments, "amount": float(left[1])})]
        if "currency" in text and tool is not None:
            return [self._call(tool, {k: v for k, v in deed.arguments.items() if k != "currency"})]
        if left:
            return self._reply(Resolution("deny", deed.order or None, None, None, "M-3", claim.belief))
        return self._hand_over(claim.belief, deed)

    def _had_enough(self, claim: Resolution) -> bool:
        """Whether the order, as it was read, left room for a refund, and it can be read again."""
        order = order_from(self.mind.orders.get(claim.order_id or ""), claim.order_id or "", "")
        if order is None or claim.amount is None or self.mind.contract.tool("get_order") is None:
            return False
        return claim.amount <= order.total - sum((past.amount for past in order.refunds), Decimal(0))

    def _hand_over(self, belief: Belief, deed: Deed) -> Parts:
        resolution = Resolution("escalate", deed.order or None, None, None, "failed", belief)
        escalate = self.mind.contract.tool("escalate")
        failed = any(d.kind == "escalate" and d.trouble for d in self.mind.deeds)
        if escalate is not None and not failed:
            return [self._call(escalate, self._case(resolution))]
        return self._reply(resolution)

    # Calls

    def _call(self, tool: Offered, arguments: dict[str, Json]) -> ToolCall:
        """A call by the tool's own names, with what only carelessness leaves out."""
        properties = tool.spec.schema.get("properties")
        properties = properties if isinstance(properties, dict) else {}
        required = set(tool.spec.schema.get("required") or ())
        given: dict[str, Json] = {}
        for own, schema in properties.items():
            canonical = tool.arguments.get(own)
            value = arguments.get(canonical) if canonical else None
            if value is None:
                if own in required:
                    given[own] = filler(schema)
                continue
            loose = tool.kind == "reply" and own not in required and canonical in {"order_id", "amount"}
            if loose and self._fires("omits_argument", str(canonical), optional=1.0):
                continue
            given[own] = fitting(value, schema)
        made = call(tool.spec.name, given)
        loose = tool.kind in {"refund", "escalate", "reply"} and not tool.spec.strict
        if loose and self._fires("torn_call", tool.kind):
            where = self.noise.turn.uniform("mode:tear", tool.kind)
            made = replace(made, arguments=torn(made.arguments, where))
        return made
