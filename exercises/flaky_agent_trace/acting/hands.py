"""Acting with tools: looking things up, doing what was decided, and the calls, mistakes included."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from exercises.flaky_agent_trace.answering.answers import Answers
from exercises.flaky_agent_trace.deciding.calls import SUBJECT, TOPIC, answered, ended, takes_many
from exercises.flaky_agent_trace.deciding.judgement import Resolution
from exercises.flaky_agent_trace.deciding.perception import Belief, settled
from exercises.flaky_agent_trace.deciding.questions import TRIES, detailed, wants_policy
from exercises.flaky_agent_trace.papers.deeds import Deed
from exercises.flaky_agent_trace.shop.policy import barriers
from exercises.flaky_agent_trace.writing.wording import reason_text, reply_body
from harness.exchange import Text, ToolCall
from harness.simulation.calling.tools import Offered
from harness.simulation.meaning.slots import words_of

from .briefs import brief
from .caller import Caller
from .corrections import marks, refused_alike
from .demanded import of_form
from .justified import in_full
from .strangers import may_pay, unhanded, unsaid

Json = Any
Parts = list[Text | ToolCall]
OUTCOMES = {"refund": "refunded", "deny": "denied", "escalate": "escalated"}
_AT_ONCE = 10
"""Orders that are read with one call."""
_RIVALS = 4
"""Orders that are held against each other, at most."""
_HANDOVERS = 4
"""Refusals of a handover after which it is not tried again."""
_SEARCHED = frozenset(
    ["keyword", "keywords", "question", "term", "search", "words", "stichwort", "suche", "frage", "q"]
)  # fmt: skip
"""An argument that wants words to look for, where `all` would find nothing."""
_WHOLE = ("topic all", "whole handbook", "all topics", "entire handbook", "full handbook")
_PAYS = re.compile(r"\b(?:pays|books|executes|carries out|triggers)\b", re.IGNORECASE)
_CODE_PAYS = re.compile(
    r"\b(?:code|program|backend|workflow|pipeline)\b[^.\n]{0,30}"
    r"\b(?:pays?|books?|executes?|carr(?:y|ies) out|issues?|makes?)\b",
    re.IGNORECASE,
)


class Hands(Caller):
    """What an agent's model can do in one turn."""

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
        deeds = [deed for deed in self.mind.deeds if deed.kind == kind and order_id in {"", *deed.orders}]
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
                calls += [self._call(search, one) for one in self._sought(search, belief)[:1]]
        elif get is not None and wanted is None and (several := self._open_ones(get)):
            calls.append(self._call(get, {"order_id": several}))
        elif wanted is None and search is not None:
            calls += self._search(search, belief)
        if belief.guessed and get is not None and (wanted is None or detailed(mind, wanted) or calls):
            calls += self._others(get, belief)
        if policy := mind.contract.tool("get_policy"):
            calls += self._policy(policy, belief)
        return calls

    def _others(self, get: Offered, belief: Belief) -> list[ToolCall]:
        """Looks into the other orders that may be meant, where nothing tells which it is."""
        left = [id for id in self.mind.orders if id != belief.order_id and not detailed(self.mind, id)]
        if not left or len(left) >= _AT_ONCE or self._fires("shallow_lookup", "others"):
            return []
        return [self._call(get, {"order_id": id}) for id in left[:_RIVALS]]

    def _open_ones(self, get: Offered) -> list[str]:
        """The orders that are listed and not known in full, where a tool reads several at once."""
        own, parts = get.named("order_id"), get.spec.schema.get("properties")
        if own is None or not isinstance(parts, dict) or not takes_many(parts.get(own)):
            return []
        return [id for id in self.mind.orders if not detailed(self.mind, id)][:_AT_ONCE]

    def _search(  # noqa: PLR0911  (the first search that is left)
        self, search: Offered, belief: Belief
    ) -> list[ToolCall]:
        mind = self.mind
        done = [deed for deed in mind.deeds if deed.kind == "search_orders"]
        if not done and len(mind.orders) > 1 and not settled(mind):
            return []  # those that may be meant were given
        if not done:
            ways = self._sought(search, belief) or [{"text": belief.facts.sender}]
            return [self._call(search, ways[0])]
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

    def _sought(self, search: Offered, belief: Belief) -> list[dict[str, Json]]:
        """What orders are searched by: the number, where one is known and wanted, else who wrote."""
        mind = self.mind
        mail, name = mind.mail.sender, mind.sender_name
        ways: list[tuple[str, Json]] = [
            ("order_id", belief.order_id), ("text", belief.order_id), ("email", mail), ("name", name),
            ("text", mail), ("text", name),
        ]  # fmt: skip
        whoever = search.named("name")
        if whoever is not None and "name" not in words_of(whoever) and search.named("email") is None:
            ways.insert(2, ("name", mail))  # `customer`: an address tells one from another
        tried = [deed.arguments for deed in mind.deeds if deed.kind == "search_orders"]
        found: list[dict[str, Json]] = [{way: value} for way, value in ways if value and search.named(way)]
        return [one for one in found if not any(one.items() <= made.items() for made in tried)]

    def _policy(self, policy: Offered, belief: Belief) -> list[ToolCall]:
        mind = self.mind
        takes_fresh = policy.named("fresh") is not None
        told = takes_fresh and any("fresh" in p.folded.vocabulary for p in mind.context.of("system", "user"))
        if wants_policy(mind):
            if self._goes_without(self._last("get_policy")):
                return []
            arguments: dict[str, Json] = {}
            if own := policy.named("topic"):
                arguments["topic"] = self._topic(belief, own)
            if told:
                arguments["fresh"] = True
            return [self._call(policy, arguments)]
        stale = [deed for deed in mind.deeds if deed.kind == "get_policy" and ended(deed, mind)]
        renewed = any(deed.kind == "get_policy" and deed.arguments.get("fresh") for deed in mind.deeds)
        if stale and takes_fresh and not renewed and not self._fires("trusts_stale"):
            return [self._call(policy, {"topic": stale[-1].arguments.get("topic", "all"), "fresh": True})]
        return []

    def _topic(self, belief: Belief, own: str = "") -> str:
        """What is looked up in the handbook: all of it, or where words are wanted, one for the subject."""
        mind = self.mind
        if _SEARCHED & set(words_of(own)):
            return SUBJECT[belief.facts.asks[0].issue] if belief.facts.asks else "refund"
        told = any(p.folded.has(phrase) for p in mind.context.of("system", "user") for phrase in _WHOLE)
        if belief.facts.asks and self._fires("narrow_topic", told=float(told)):
            return TOPIC[belief.facts.asks[0].issue]
        return "all"

    # Doing it

    def _own(self, tool: Offered, resolution: Resolution) -> ToolCall:
        """A call of a tool of the program's own."""
        raise NotImplementedError

    def _carry_out(  # noqa: PLR0911  (the first way that is open)
        self, resolution: Resolution
    ) -> Parts:
        mind, self.meant = self.mind, resolution
        own = mind.contract.tool(resolution.action)
        if own is not None and own.kind in {"deny", "need_info"} and mind.contract.step is None:
            return [self._own(own, resolution)]
        able = mind.contract.tool("reply") or (mind.contract.step and mind.contract.tool(resolution.action))
        if resolution.action == "refund" and own is None and may_pay(mind):
            mind.unable = "which of the tools pays a refund"
            return [Text(mind.unable)]
        if resolution.action == "escalate" and (lost := unhanded(mind)):
            mind.unable = lost
            return [Text(lost)]
        # A submission without a field for what is decided takes what no other tool is there for.
        fits = own is not None and "action" not in mind.contract.slots
        acts = resolution.action in {"refund", "escalate"} and own is not None
        fits |= acts and mind.contract.step is None
        if mind.contract.submit is not None and not (able or fits):
            return []
        if resolution.action == "refund" and (refund := mind.contract.tool("refund")):
            arguments = self._refund_arguments(refund, resolution)
            if not refused_alike(self.mind, "refund", arguments):
                return self._with_reply([self._call(refund, arguments)], resolution)
            resolution = handed(resolution, "failed")
        if resolution.action == "refund" and not self._paid_otherwise():
            # What was not paid is not said to be; careless models say it all the same.
            if self._fires("premature_done", "unpaid"):
                return self._reply(resolution)
            resolution = handed(resolution, "unpaid")
        if resolution.action == "escalate" and (escalate := mind.contract.tool("escalate")):
            return self._handed_over(escalate, resolution)
        return self._reply(resolution)

    def _handed_over(self, escalate: Offered, resolution: Resolution) -> Parts:
        """A handover; where it was refused again and again, what is wanted of it is not understood."""
        case = self._case(resolution)
        refused = [deed for deed in self.mind.deeds if deed.kind == "escalate" and deed.trouble == "invalid"]
        if refused and len(refused) < _HANDOVERS and of_form(self.mind, escalate, refused[-1]):
            return [self._call(escalate, case)]
        if len(refused) >= _HANDOVERS or refused_alike(self.mind, "escalate", case):
            self.mind.unable = f"what `{escalate.spec.name}` wants"
            return [Text(self.mind.unable)]
        if refused and marks("escalate", case) == marks("escalate", refused[-1].arguments):
            answers = Answers(self.mind, resolution.belief, self.noise)
            case["summary"] = f"{case['summary']} In full: {in_full(answers, resolution)}."
        return self._with_reply([self._call(escalate, case)], resolution)

    def _paid_otherwise(self) -> bool:
        """Whether a refund is paid though no tool pays it: by the reply, or by the program's code."""
        reply = self.mind.contract.tool("reply")
        told = reply.spec.description if reply is not None else ""
        if self.mind.contract.form == "react" and reply is not None and reply.named("amount"):
            return True  # of actions in prose, the one that closes with a sum is all that there is
        return bool(_PAYS.search(told) or _CODE_PAYS.search(self.mind.instructions))

    def _with_reply(self, parts: Parts, resolution: Resolution) -> Parts:
        """The reply at once, before it is known how the action went: quick, and risky."""
        able = self.mind.features.get("parallel") and self.mind.contract.tool("reply")
        if (
            able
            and not self._writes(resolution.action)
            and self._fires("premature_reply", told=float(self.mind.briefing.waits))
        ):
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
            named = (self.mind.ticket_shown, resolution.order_id or "", "refund")
            arguments["idempotency_key"] = "-".join(filter(None, named))
        return arguments

    def _case(self, resolution: Resolution) -> dict[str, Json]:
        desk = " ".join(self._barriers(resolution)) if resolution.reason == "unpaid" else ""
        handed_over = replace(resolution, reason=desk) if desk else resolution
        why = reason_text(self.mind, handed_over)
        summary = brief(Answers(self.mind, resolution.belief, self.noise), handed_over)
        clause = next(iter(re.findall(r"\b[A-Z]-\d\b", resolution.reason)), None)
        return {"order_id": resolution.order_id, "reason": why, "clause": clause, "summary": summary}

    def _barriers(self, resolution: Resolution) -> list[str]:
        """The clauses that would have it handed over, whatever was read: one may be what the tool is for."""
        return list(barriers(resolution.facts or resolution.belief.facts))

    def _reply(self, resolution: Resolution, *, pledge: bool = True) -> Parts:
        verbose = self._fires("verbose")
        pledge = pledge and resolution.action == "escalate" and self.mind.contract.tool("escalate") is None
        body = reply_body(self.mind, resolution, self.noise, verbose=verbose, pledge=pledge)
        reply = self.mind.contract.tool("reply")
        if reply is None:
            self.mind.unable = self.mind.unable or unsaid(self.mind)
            return [Text(body)]
        return [self._call(reply, self._told(resolution, body))]

    def _told(self, resolution: Resolution, body: str) -> dict[str, Json]:
        """A letter's arguments, which agree with what was done."""
        refund = resolution.action == "refund"
        return {
            "order_id": resolution.order_id,
            "outcome": OUTCOMES.get(resolution.action, "need_info"),
            "amount": float(resolution.amount) if refund and resolution.amount else None,
            "currency": resolution.currency if refund else None,
            "body": body,
        }


def handed(resolution: Resolution, reason: str) -> Resolution:
    """A handover in place of what was decided and cannot be done."""
    return replace(resolution, action="escalate", amount=None, currency=None, reason=reason)
