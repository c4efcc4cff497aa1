"""The simulated model of this exercise: a support agent's model, competent and fallible.

It sees the request, what the world served, and the author's notes on what the mail's words mean;
never what a good end would be. Read on in `mind.py` (what stands in the context), `perception.py`
(what it makes of the mail), `judgement.py` (what it decides), `questions.py` and `steps.py` (how it acts).
"""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from harness.exchange import Request, Text, ToolCall
from harness.exercise.parts import SimulatedModel, TrialView
from harness.exercise.scenario import PublicScenario
from harness.simulation.base import Parts, Simulation
from harness.simulation.card import Card, parse_card
from harness.simulation.context import Context
from harness.simulation.contract import Contract
from harness.simulation.glossed import yes_or_no
from harness.simulation.noise import Noise
from harness.simulation.saying import variant
from harness.simulation.slots import words_of
from harness.simulation.spoken import answered, question

from .answers import NO_PROPOSAL, Answers
from .closing import last_line, paid_as_told
from .crafts import craft_of, crafted
from .features import SHAPE, features_of, objections
from .findings import findings, reports, wants_state
from .judgement import Resolution
from .labels import fitting
from .letters import letters
from .manners import manner_asked
from .mind import Mind, behold
from .ontology import vocabulary
from .perception import perceive
from .plainly import plain_ask, question_in
from .questions import next_step
from .quoting import asked_for_quotes
from .reviews import compared, review_asked, reviewed
from .scene import Scene, at_hand, scenes_of
from .steps import Actor
from .telling import retold, told, translated
from .transcribed import Transcribed, transcript
from .wording import money_text, reply_body, thought

_ROOM = 256
"""Scenarios kept at a time; a trial has one, and few run at once."""


class RefundModel(Simulation[Mind]):
    """Reads mails, orders and the handbook; decides, acts, extracts, criticises and writes."""

    def __init__(self, card: Card) -> None:
        super().__init__("flaky_agent_trace", card, vocabulary(), Path(__file__).parent)
        self.honest = letters().asides.honest
        self._scenes: OrderedDict[int, tuple[PublicScenario, tuple[Scene, ...]]] = OrderedDict()

    def behold(self, context: Context, contract: Contract, view: TrialView) -> Mind:
        scene = at_hand(self._known(view.scenario), context, view)
        return behold(scene, context, contract, view)

    def instructions(self, mind: Mind) -> str:
        return mind.instructions

    def proposed(self, mind: Mind) -> bool:
        return mind.proposal is not None

    def settle(self, mind: Mind, operation: str, request: Request) -> None:
        mind.transcript = transcript(mind)
        if mind.transcript and operation != "act":
            mind.operation, mind.craft, mind.question = "decide", "", None
            mind.features = features_of(mind, request, self.card)
            return
        asked = self.instructions(mind) if mind.contract.form == "text" and not mind.contract.tools else ""
        if plain := plain_ask(mind, operation, asked, _DECIDED):
            mind.operation, mind.craft, mind.question = plain, "", None
            mind.features = features_of(mind, request, self.card)
            return
        plainly = operation == "chat" and mind.mail.present and bool(asked)
        operation = self._reviewing(mind, self._asked(mind, operation, asked))
        if (
            operation in {"chat", "decide"}
            and _TELLS.search(asked)
            and any(d.kind in _ENDS for d in mind.deeds)
        ):
            operation = "draft"
        mind.craft = craft_of(asked) if asked and mind.mail.present else ""
        if mind.craft:
            operation = "decide" if mind.craft == "note" and mind.clauses else "summarise"
        if _OTHER_CRAFT.search(asked):
            operation = "chat"
        deciding = operation == "decide"
        if (operation in _READS or deciding) and not mind.craft:
            last = mind.asked_last if asked and _ASKS.search(mind.asked_last) else asked
            mind.question = question_in(last, _DECIDED if deciding else _ANSWERABLE)
            if mind.question is not None and last != asked and "?" in last:
                deciding = deciding and not _ANSWERABLE.issuperset(mind.question.slots)
        if deciding and mind.question is not None and not (mind.question.brief or plainly):
            mind.question = None
        if mind.question is not None and not deciding:
            room = {"unclear"} if mind.question.at_a_loss else set()
            mind.contract = replace(mind.contract, slots=frozenset(mind.question.slots) | room)
            operation = "classify" if len(mind.question.slots) == 1 else "extract"
        mind.operation = operation
        mind.features = features_of(mind, request, self.card)
        said = objections(mind)
        mind.pointed, mind.checked = said.named, said.asserted

    def _asked(self, mind: Mind, operation: str, asked: str) -> str:
        """The operation, where nothing but a case or a question beside it says which."""
        tools = mind.contract.tools
        if operation in {"chat", "decide"} and asked and not mind.clauses and _PLANS.search(mind.asked_last):
            return "plan"
        if operation == "chat" and mind.mail.present and asked and (about := self._plainly(asked)):
            return about
        if operation in {"chat", "summarise"} and _strays(mind):
            return "chat"
        if operation == "chat" and mind.mail.present and not tools:
            # A case without a question: people who paste one want to know what to do with it.
            told = "extract" if mind.contract.form == "json" else "summarise"
            return "decide" if mind.clauses else told
        free = mind.contract.form == "calls" and not mind.contract.required
        if operation == "act" and free and wants_state(mind):
            mind.contract = Contract("text")
            return "summarise"
        return operation

    def _reviewing(self, mind: Mind, operation: str) -> str:
        """The operation, where something that the request shows is to be judged or bettered."""
        operation = review_asked(mind, operation)
        if operation != "critique":
            return operation
        if mind.unseen and mind.mail.present and not mind.asks_for_review:
            return "decide"  # what there is to approve is the customer's wish
        in_words = mind.contract.form == "text" and not mind.contract.tools
        again = in_words and mind.proposal is not None and _REVISE.search(mind.asked_last)
        return "revise" if again else "critique"

    def _plainly(self, asked: str) -> str:
        """The operation that a question beside a mail asks for, where nothing says so but what it names.

        `chat` for one that names nothing which the model knows: it must not get a decision for an answer.
        """
        asking = [line for line in asked.splitlines() if _ASKING.search(line)]
        found = question("\n".join(asking), self.vocabulary.ontology, _DECIDED) if asking else None
        if found is not None:
            return "extract" if _ANSWERABLE.issuperset(found.slots) else "decide"
        if not asking or any(_ON_THE_CASE.search(line) for line in asking):
            return ""
        return "summarise" if any(_ON_THE_MAIL.search(line) for line in asking) else "chat"

    def lacks(self, mind: Mind) -> str:
        if mind.lacking:
            return mind.lacking
        if mind.operation == "critique" and mind.shown and manner_asked(mind.asked_last) == "writing":
            return "how well a letter is written is beyond what is known here"
        return NO_PROPOSAL if mind.at_a_loss else ""

    def excuse(self, mind: Mind, noise: Noise) -> str:
        missing = self.lacks(mind)
        return f"{missing[0].upper()}{missing[1:]}." if missing else super().excuse(mind, noise)

    def relevant(self, mind: Mind) -> bool:
        ids = {order.id for order in mind.scene.state.orders}
        known = mind.claims is not None or (mind.proposal or {}).get("order_id") in ids
        there = mind.mail.present or mind.orders or mind.clauses or mind.deeds
        return bool(known or there or mind.headed or mind.transcript)

    def step(self, mind: Mind) -> str:
        step = next_step(mind)
        return "resolution" if step == "close" and mind.contract.submit is not None else step

    def subject(self, mind: Mind) -> str:
        """The order where the request is about one order and no mail, else the ticket."""
        if not mind.mail.present and mind.claims is None and len(mind.orders) == 1:
            return next(iter(mind.orders))
        return mind.ticket_id

    def belief(self, mind: Mind, noise: Noise) -> Answers:
        kind = Transcribed if mind.transcript else Answers
        return kind(mind, perceive(mind, noise), noise)

    def act(self, mind: Mind, noise: Noise, step: str) -> Parts:
        known = mind.mail.present or mind.headed or mind.claims is not None
        if not known and not mind.deeds and not mind.orders:
            return [Text(letters().asides.empty[0])]
        parts = Actor(mind, noise, step).act()
        if reports(mind) and not any(isinstance(part, ToolCall) for part in parts):
            return [Text(findings(self.belief(mind, noise)))]
        return parts

    def prose(self, mind: Mind, noise: Noise) -> str:
        return yes_or_no(mind.context.asked[-400:], self._said(mind, noise))

    def _said(self, mind: Mind, noise: Noise) -> str:  # noqa: PLR0911  (one text an operation)
        if mind.operation == "chat":
            return variant(noise, self.honest, "honest")
        if mind.rule:
            return mind.rule
        answers = self.belief(mind, noise)
        if mind.labels is not None:
            return fitting(mind.labels, answers)
        if mind.craft:
            return crafted(mind.craft, mind, answers)
        match mind.operation:
            case "summarise" | "extract" | "classify" | "translate":
                return self._told(mind, answers)
            case "plan":
                return "\n".join(f"{n}. {step}" for n, step in enumerate(answers("plan"), start=1))
            case "critique" | "judge" if mind.proposal is not None or mind.claims is not None:
                return (compared if mind.operation == "judge" else reviewed)(mind, answers)
            case "draft":
                verbose = noise.fires("verbose", mind.features, subject=mind.about)
                told = answers.resolution if answers.done else self._as_told(mind, answers.resolution)
                return reply_body(mind, told, noise, verbose=verbose)
        if mind.operation in {"decide", "revise"} and (last := last_line(self.instructions(mind), answers)):
            return f"{thought(mind, answers.resolution, noise)}\n\n{last}"
        if mind.question is not None:
            return self._told(mind, answers)
        return _decided(mind, answers.resolution, noise)

    def _told(self, mind: Mind, answers: Answers) -> str:
        """What was asked for of the case, or all of it."""
        asked = self.instructions(mind)
        if mind.operation == "summarise" and wants_state(mind):
            return findings(answers, state=True)
        if spans := asked_for_quotes(mind, asked):
            return "\n".join(f"“{span}”" for span in spans)
        if mind.question is not None:
            return answered(mind.question, self.vocabulary.ontology, answers)
        if mind.operation == "translate":
            return translated(answers)
        return (retold if _SENTENCES.search(asked) else told)(answers)

    def _as_told(self, mind: Mind, own: Resolution) -> Resolution:
        """The resolution that a letter tells: the program's, where it says which, else the model's own."""
        said = _TO_TELL.search(_OF_A_DRAFT.sub(" ", self.instructions(mind)))
        told = next((action for action, found in said.groupdict().items() if found), "") if said else ""
        if not told and not mind.clauses and (paid := paid_as_told(self.instructions(mind), own)):
            return paid
        if not told or told == own.action:
            return own
        return replace(
            own,
            action=cast("Any", told),
            amount=None,
            reason="",
            order_id=own.order_id or own.belief.order_id,
        )

    def _known(self, scenario: PublicScenario) -> tuple[Scene, ...]:
        """The tickets of a trial, read once."""
        known = self._scenes.get(id(scenario))
        if known is None or known[0] is not scenario:
            known = scenario, scenes_of(scenario)
            self._scenes[id(scenario)] = known
            while len(self._scenes) > _ROOM:
                self._scenes.popitem(last=False)
        return known[1]


_READS = frozenset({"summarise", "extract", "classify"})
_ANSWERABLE = vocabulary().cues.extract | {
    "already_refunded", "chargeback", "confidence", "delivered", "electronics", "final_sale", "gift",
    "has_chargeback", "item_category", "item_price", "mood", "order_cancelled", "order_delivered",
    "order_total", "payment", "placed", "promise_note", "promised", "refunded_before", "refundable_left",
    "shipping_fee", "status", "urgency", "whole_order",
}  # fmt: skip
_DECIDED = _ANSWERABLE | {
    "action", "amount", "clauses", "currency", "days", "delay", "eligible", "exceeds_limit", "restocking_fee",
}  # fmt: skip
_SENTENCES = re.compile(r"\b(?:sentences?|paragraph|prose)\b", re.IGNORECASE)
_OTHER_CRAFT = re.compile(
    r"\b(?:write|generate|create|compose|give me|tell me)\b[^.\n]{0,40}\b(?:python|javascript|typescript|sql|"
    r"regex|function|script|source code|program|unit tests?|poem|haiku|joke|song|limerick|recipe)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\?|(?:^|[.:!]\s+)\W{0,6}(?:please |now |then )?(?:write|list|tell|say|answer|give|name|state|what|which"
    r"|who"
    r"|when|where|why|how|is|are|does|did|was|should|draft|plan|make|explain|describe|summari[sz]e|extract|classify"
    r"|translate|quote|rate)\b",
    re.IGNORECASE | re.MULTILINE,
)
"""The last message asks something of its own: what was said before it is no part of the question."""
_PLANS = re.compile(
    r"\b(?:should be handled|(?:to|would you|you would|you(?:['’]d| will)) (?:handle|proceed|do with)"
    r"|plan)\b",
    re.IGNORECASE,
)
_ASKING = re.compile(r"\?\s*$|^\W{0,12}(?:what|who|where|when|why|how|explain|tell me)\b", re.IGNORECASE)
_OF_THE_SHOP = re.compile(
    r"\b(?:customer|(?:e-?)?mails?|tickets?|case|complain\w*|they|them|their|he|she|this|that|parcel|policy|handbook|"
    r"sender|person|shop|above|below|happen\w*|do|sure|refund\w*)\b",
    re.IGNORECASE,
)
_ON_THE_CASE = re.compile(
    r"\b(?:should|do|would you|next|now|handle|proceed|decid\w*|decision|due|entitled|owe\w*|resolve|"
    r"right (?:call|thing)|refund\w*|deny|escalate|approve|case|ticket|appl(?:y|ies)|allowed|sure)\b",
    re.IGNORECASE,
)
_ON_THE_MAIL = re.compile(
    r"\b(?:happen\w*|complain\w*|unhappy|wrong|about|wants?|say(?:s|ing)?|mean\w*|trouble|matter|"
    r"going on)\b",
    re.IGNORECASE,
)
_TO_TELL = re.compile(
    r"(?P<deny>\b(?:den(?:y|ies|ying|ied)|declin\w+|refus(?:e|es|ing|ed|al)|reject\w*|turn(?:ing)? down)\b)"
    r"|(?P<escalate>\b(?:handed over|hand(?:ing)? over|escalat\w+|passed on|refunds desk)\b)"
    r"|(?P<need_info>\bask(?:s|ing)? (?:the customer|them|him|her|back|which|for (?:the|an) order)\b)",
    re.IGNORECASE,
)
_OF_A_DRAFT = re.compile(
    r"\b(?:reply|body|answer|message|response|draft|letter|mail) (?:was|is|has been|got) "
    r"(?:rejected|refused|declined)\b"
    r"|^\W{0,6}(?:rejected|refused|declined)\W{0,3}:",
    re.IGNORECASE | re.MULTILINE,
)
"""What is turned down there is the letter."""
_REVISE = re.compile(
    r"(?:^|[.!]\s+)\W{0,6}(?:now |please |then )*(?:improve|revise|correct|fix|rework)\b",
    re.IGNORECASE | re.MULTILINE,
)
_TELLS = re.compile(
    r"(?:^|[.;,:]\s+|\band\s+)(?:now |please )*(?:tell|inform|notify|answer) (?:the customer|them|him|her)\b",
    re.IGNORECASE | re.MULTILINE,
)
_ENDS = frozenset({"refund", "escalate", "deny"})


def _strays(mind: Mind) -> bool:
    """Whether a question is asked beside the mail that has nothing to do with it."""
    lines = [line for line in mind.instructions.splitlines() if _ASKING.search(line)]
    named = vocabulary().ontology.named
    own = any(
        _OF_THE_SHOP.search(line) or any(map(named, words_of(_ASKING.sub(" ", line)))) for line in lines
    )
    return mind.contract.form == "text" and not mind.contract.tools and bool(lines) and not own


def _decided(mind: Mind, resolution: Resolution, noise: Noise) -> str:
    """A decision as labelled lines."""
    lines = [f"Decision: {resolution.action.replace('_', ' ')}"]
    if resolution.order_id:
        lines.append(f"Order: {resolution.order_id}")
    if resolution.amount is not None:
        lines.append(f"Amount: {money_text(resolution)}")
    lines.append(f"Reason: {thought(mind, resolution, noise)}")
    return "\n".join(lines)


def create(card: dict[str, Any]) -> SimulatedModel:
    """The model with this card. Raises `SpecError` for a card that does not fit."""
    return RefundModel(parse_card(card, SHAPE))
