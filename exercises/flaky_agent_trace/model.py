"""The simulated model of this exercise: a support agent's model, competent and fallible.

It sees the request, what the world served, and the author's notes on what the mail's words mean;
never what a good end would be. Read on in `mind.py` (what stands in the context), `perception.py`
(what it makes of the mail), `judgement.py` (what it decides), `questions.py` and `steps.py` (how it acts).
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from harness.exchange import Request, Text, ToolCall
from harness.exercise.parts import Reading, SimulatedModel, Thought, TrialView, Turn
from harness.exercise.scenario import PublicScenario
from harness.simulation.base import Parts, Simulation
from harness.simulation.card import Card, parse_card
from harness.simulation.forms.contract import Contract
from harness.simulation.forms.demands import cut
from harness.simulation.forms.spoken import answered
from harness.simulation.forms.styled import styled
from harness.simulation.noise import Noise
from harness.simulation.reading.context import Context
from harness.simulation.reading.glossed import yes_or_no
from harness.simulation.reading.text import content_words
from harness.simulation.saying import UNCLEAR, variant

from .acting.steps import Actor
from .answering.answers import Answers
from .answering.labels import every_fitting, fitting
from .answering.narrowed import narrowly
from .answering.posing import Posing
from .answering.replies import reply_to
from .answering.transcribed import Transcribed
from .deciding.features import SHAPE, features_of, objections
from .deciding.handed import decided, sheet_given
from .deciding.questions import next_step
from .deciding.told_letters import looked_up_in_vain, shows_deeds
from .ontology import NAMES, vocabulary
from .papers.edited import as_given
from .papers.scene import Scene, at_hand, of_documents, scenes_of
from .reading.act_lists import with_acts
from .reading.batches import CASES, batch
from .reading.checklists import with_checklists
from .reading.gates import with_gate
from .reading.letter_fields import with_letter_fields
from .reading.mind import Mind, behold
from .reading.narrow import article_names
from .reading.posed_fields import with_posed
from .reading.queries import DECIDED_BY, UNTOLD
from .reading.quoting import asks_besides, borne_out, quoted_as_asked
from .reading.rubrics import with_rubric
from .reading.screens import with_screen
from .reading.told_fields import with_told_fields
from .reading.verdict_lines import verdict_lines
from .shop.letters import letters
from .talking.advice import what_next
from .talking.apart import Apart, apart, together
from .talking.asked import reckoned_apart
from .talking.asked_abroad import declined_abroad
from .talking.asked_back import freed
from .talking.beside_verdicts import parts_lacking, with_parts
from .talking.bypassed import one_word_asked
from .talking.chatting import at_a_loss, chatted
from .talking.conceding import conceded
from .talking.crafts import crafted
from .talking.findings import findings, reports, wants_state
from .talking.in_prose import asks_in_words, closed_in_prose, decided_in_prose, thread_in_prose, told_in_prose
from .talking.lacks import lacks
from .talking.of_a_text import OF_A_TEXT, in_words
from .talking.reviews import compared, reviewed
from .talking.settling import OTHER_CRAFT, settle, strays
from .talking.standing import AGAIN, stood
from .talking.sums_asked import SUMS, UNKNOWN_SUM
from .talking.texts import text_of
from .talking.told_later import believed
from .writing.abroad import asked_in
from .writing.closing import last_line
from .writing.lengths import sentences_wanted
from .writing.literal_endings import decides_below, grounds_before
from .writing.outcome_told import as_told
from .writing.redrafts import as_demanded
from .writing.subject_lines import under_subject
from .writing.telling import (
    asks_told,
    asks_wanted,
    by_number,
    for_people,
    retold,
    retold_abroad,
    thread,
    thread_asked,
    told,
)
from .writing.translating import translated
from .writing.wording import decision_lines, reply_body, thought
from .writing.worked_plan import listed_plan

_TOLD = 80
"""Characters of an objection that are repeated."""
_ROOM = 256
"""Scenarios kept at a time; a trial has one, and few run at once."""


class RefundModel(Simulation[Mind]):
    """Reads mails, orders and the handbook; decides, acts, extracts, criticises and writes."""

    names = NAMES

    def __init__(self, card: Card) -> None:
        super().__init__("flaky_agent_trace", card, vocabulary(), Path(__file__).parent)
        self.honest = letters().asides.honest
        self._scenes: OrderedDict[int, tuple[PublicScenario, tuple[Scene, ...]]] = OrderedDict()

    def keeps(self, view: TrialView) -> Callable[[str], bool]:
        return of_documents(self._known(view.scenario))

    def understand(self, request: Request, view: TrialView) -> Reading:
        """Understand the request; of several questions each by itself."""
        request, unclear = as_demanded(request)
        reading = super().understand(request, view)
        if unclear and isinstance(reading.state, Mind):
            reading.state.unable = f"what “{unclear[:_TOLD]}” wants changed in the letter"
        alone = super().understand
        return apart(request, reading, cast("Mind", reading.state), lambda one: alone(one, view)) or reading

    def answer(self, reading: Reading, turn: Turn) -> Thought:
        """Answer it, be it several questions."""
        if not isinstance(reading.state, Apart):
            return super().answer(reading, turn)
        alone = super().answer
        return together(reading.state, [alone(one, turn) for one in reading.state.readings])

    def behold(self, context: Context, contract: Contract, view: TrialView) -> Mind:
        scenes = self._known(view.scenario)
        contract = freed(in_words(contract, context), context)
        scene = as_given(at_hand(scenes, context, view), context)
        given = tuple(as_given(one, context) for one in scenes) if CASES in contract.slots else ()
        several = batch(given, context, contract, view) if given else ()
        mind = next((one for one in several if one.scene is scene), None)
        mind = mind or behold(scene, context, contract, view)
        mind.batch = several
        for one in several or (mind,):
            told = with_checklists(with_told_fields(one.contract, one.instructions), one.instructions)
            told = with_acts(told, one.instructions, begun=bool(one.deeds))
            letter = bool((one.proposal or {}).get("letter"))
            told, one.posed = with_posed(told, article_names(one), one.asked_last, letter=letter)
            told, one.letter_fields = with_letter_fields(told, one.instructions, alone=bool(one.letter_alone))
            told, one.screen = with_screen(told, one.instructions, alone=not (one.clauses or one.orders))
            judged = one.proposal is not None or one.form_judged is not None
            told, one.gate = with_gate(told, judged=judged)
            one.contract, one.rubric = with_rubric(told, one.instructions, judged=one.proposal is not None)
            _note_verdict_lines(one)
        return mind

    def instructions(self, mind: Mind) -> str:
        return mind.instructions

    def demanded(self, mind: Mind) -> str:
        return "" if mind.told in OF_A_TEXT else mind.asked_last if mind.context.said else mind.instructions

    def proposed(self, mind: Mind) -> bool:
        return mind.proposal is not None

    def settle(self, mind: Mind, operation: str, request: Request) -> None:
        for one in mind.batch or (mind,):
            settle(one, operation, relevant=self.relevant(one))
            one.features = features_of(one, request, self.card)
            said = objections(one)
            one.pointed, one.checked = said.named, said.asserted

    def lacks(self, mind: Mind) -> str:
        return "" if mind.letter_fields else next(lacks(mind), "")

    def invented(self, mind: Mind, said: str) -> str:
        unknown = UNKNOWN_SUM if mind.told == SUMS and UNKNOWN_SUM in said.casefold() else ""
        return mind.unable or unknown or looked_up_in_vain(mind, said)

    def excuse(self, mind: Mind, noise: Noise) -> str:
        said = self._excuse(mind, noise)
        return said if _bare(mind) else declined_abroad(mind, said)

    def _excuse(self, mind: Mind, noise: Noise) -> str:
        missing = f"{mind.unable} is not clear" if mind.unable else self.lacks(mind)
        if missing:
            return f"{missing[0].upper()}{missing[1:]}."
        if not mind.mail.present and (said := chatted(mind) or (_bare(mind) and at_a_loss(mind))):
            return said
        asked = self.instructions(mind)
        near = content_words(mind.asked_last) & content_words(mind.scene.mail.plain)
        abroad = asked_in(mind) != "en"
        ordinary = mind.mail.present and (near or not strays(mind) or abroad) and not _OF_ITSELF.search(asked)
        said = UNTOLD if "?" in mind.asked_last else UNCLEAR.capitalize()
        return f"{said}." if ordinary and not OTHER_CRAFT.search(asked) else super().excuse(mind, noise)

    def relevant(self, mind: Mind) -> bool:
        ids = {order.id for order in mind.scene.state.orders}
        known = mind.claims is not None or (mind.proposal or {}).get("order_id") in ids
        there = mind.mail.present or mind.orders or mind.clauses or mind.deeds
        letter = (mind.proposal or {}).get("letter") and (shows_deeds(mind) or decided(mind) is not None)
        held = mind.operation == "critique" and (mind.proposal or {}).get("letter")
        sheet = sheet_given(mind) if mind.operation == "draft" or held else None
        letter = letter or (sheet is not None and sheet.slots.get("action"))
        found = mind.rule or mind.told in OF_A_TEXT or mind.transcript
        return bool(known or there or mind.headed or found or letter)

    def step(self, mind: Mind) -> str:
        step = next_step(mind)
        return "resolution" if step == "close" and mind.contract.submit is not None else step

    def subject(self, mind: Mind) -> str:
        """The order where the request is about one order and no mail, else the ticket."""
        if not mind.mail.present and mind.claims is None and len(mind.orders) == 1:
            return next(iter(mind.orders))
        return mind.ticket_id

    def belief(self, mind: Mind, noise: Noise) -> Answers:
        return (Transcribed if mind.transcript else Posing)(mind, believed(mind, noise), noise)

    def act(self, mind: Mind, noise: Noise, step: str) -> Parts:
        known = mind.mail.present or mind.headed or mind.claims is not None
        done = any(deed.name or deed.order for deed in mind.deeds)
        if (
            not known
            and not mind.orders
            and (said := chatted(mind) or ("" if done else self._without_a_case(mind, noise)))
        ):
            return [Text(said)]
        parts = Actor(mind, noise, step).act()
        if reports(mind) and not any(isinstance(part, ToolCall) for part in parts):
            return [Text(findings(self.belief(mind, noise)))]
        return parts

    def _without_a_case(self, mind: Mind, noise: Noise) -> str:
        """What is said to a message that brings no case."""
        return reckoned_apart(mind.asked_last) or at_a_loss(mind) or variant(noise, self.honest, "honest")

    def prose(self, mind: Mind, noise: Noise) -> str:
        asked = mind.scene.instructions(mind.context.of("system", "user"))
        said = yes_or_no(mind.context.asked[-400:], self._said(mind, noise))
        if lacking := parts_lacking(mind, said):
            said = with_parts(said, lacking, mind, self.belief(mind, noise))
        if mind.operation == "draft":
            return said
        return styled(
            mind.asked_last, cut(asked, said), lambda: str(self.belief(mind, noise)("currency") or "")
        )

    def _said(self, mind: Mind, noise: Noise) -> str:  # noqa: PLR0911  (one text an operation)
        if mind.operation == "chat":
            bare = not mind.mail.present and not mind.orders
            return (bare and at_a_loss(mind)) or variant(noise, self.honest, "honest")
        if next_words := what_next(mind):
            return next_words
        if mind.rule:
            return mind.rule
        answers = self.belief(mind, noise)
        if asked := _asked_for(mind, answers):
            last = last_line(self.instructions(mind), answers) if mind.told or mind.craft else ""
            return f"{asked}\n\n{last}".rstrip()
        match mind.operation:
            case "summarise" | "extract" | "classify" | "translate":
                last = last_line(self.instructions(mind), answers)
                return f"{self._told(mind, answers)}\n\n{last}".rstrip()
            case "plan":
                return listed_plan(answers("plan"), mind)
            case "critique" | "judge" if not mind.unseen or mind.operation == "judge":
                return (compared if mind.operation == "judge" else reviewed)(mind, answers)
            case "draft":
                room = sentences_wanted(self.instructions(mind)) is None
                verbose = room and noise.fires("verbose", mind.features, subject=mind.about)
                told = answers.resolution if answers.done else as_told(mind, answers.resolution)
                return under_subject(mind, told, reply_body(mind, told, noise, verbose=verbose))
        if mind.operation in {"decide", "revise"} and (last := last_line(self.instructions(mind), answers)):
            return f"{grounds_before(answers, self.instructions(mind), noise)}\n\n{last}"
        if decides_below(self.instructions(mind), mind.asked_last if mind.context.said else ""):
            mind.unable = "in which of the forms it can be said"
        if mind.question is not None:
            return self._told(mind, answers)
        return _decided(mind, answers)

    def _told(self, mind: Mind, answers: Answers) -> str:  # noqa: PLR0911  (the first that fits)
        """What was asked for of the case, or all of it."""
        asked = self.instructions(mind)
        if mind.operation == "summarise" and wants_state(mind):
            return findings(answers, state=True)
        listed = asks_told(answers) if mind.mail.present and asks_wanted(asked) else ""
        if quotation := listed or quoted_as_asked(mind, asked):
            besides = mind.question if not listed and asks_besides(asked) else None
            said = answered(besides, self.vocabulary.ontology, answers) if besides is not None else ""
            return f"{said}\n{quotation}".strip()
        if mind.operation == "summarise" and mind.mail.present and thread_asked(asked):
            people = asks_in_words(mind) and bool(answers.facts.asks) and not by_number(mind)
            return thread_in_prose(answers) if people else thread(answers)
        if mind.question is not None:
            plain = told_in_prose(mind, answers, mind.question)
            return plain or answered(mind.question, self.vocabulary.ontology, answers)
        if mind.operation == "translate":
            return translated(answers)
        people = asks_in_words(mind) or for_people(asked)
        if not people:
            return told(answers)
        return retold_abroad(answers, asked_in(mind)) or retold(answers)

    def _known(self, scenario: PublicScenario) -> tuple[Scene, ...]:
        """The tickets of a trial, read once."""
        known = self._scenes.get(id(scenario))
        if known is None or known[0] is not scenario:
            known = scenario, scenes_of(scenario)
            self._scenes[id(scenario)] = known
            while len(self._scenes) > _ROOM:
                self._scenes.popitem(last=False)
        return known[1]


def _note_verdict_lines(mind: Mind) -> None:
    """Note that criteria of a proposal are to get a verdict each, in lines that the program shows."""
    laid = mind.contract.layout is not None and mind.contract.layout.kind == "lines"
    if mind.proposal is None or mind.contract.tools or not (mind.contract.form == "text" or laid):
        return
    found = verdict_lines("\n\n".join(piece.text for piece in mind.context.of("system", "user")))
    if found is not None and not (found.strange and mind.rubric is not None):
        mind.verdicts, mind.contract, mind.rubric = found, Contract("text"), None


_OF_ITSELF = re.compile(
    r"\b(?:who|what) are you\b|\bare you (?:an? )?(?:real|human|ai|bot|llm|model|language)\b|\byour "
    r"(?:name|model|maker|version)\b"
    r"|\bwhat can you do\b|\bwhich model\b",
    re.IGNORECASE,
)
"""Asks about the model itself."""


def _bare(mind: Mind) -> bool:
    """Whether nothing of a case is shown."""
    return not (mind.mail.present or mind.orders or mind.clauses or mind.deeds)


def _asked_for(mind: Mind, answers: Answers) -> str:  # noqa: PLR0911  (one kind of question a look)
    """What answers just what is asked, whatever the operation."""
    if mind.narrow is not None:
        return narrowly(mind.narrow, answers)
    if mind.operation == "decide" and (given_up := conceded(mind, answers.resolution)):
        return given_up
    if mind.told:
        return stood(mind, answers) if mind.told == AGAIN else text_of(mind.told, mind, answers)
    if mind.points:
        one = mind.points[0][1] if len(mind.points) == 1 else None
        if one is not None and (plain := closed_in_prose(mind, one, answers)):
            return plain
        said = [(f"{mark} {reply_to(query, answers)}".strip(), query) for mark, query in mind.points]
        told = "\n".join(borne_out(mind, text, query.slot if query else "") for text, query in said)
        return f"{told}{_grounds(mind, answers)}"
    if mind.labels is not None:
        return _every_label(mind, answers) if mind.labels.many else fitting(mind.labels, answers)
    if mind.craft:
        return crafted(mind.craft, mind, answers)
    return ""


def _every_label(mind: Mind, answers: Answers) -> str:
    """All labels that fit the mail; where of one it is not known, the mind notes it."""
    said = every_fitting(mind.labels, answers) if mind.labels is not None else ""
    mind.unable = mind.unable if said else "of each of the labels whether it fits"
    return said


def _decided(mind: Mind, answers: Answers) -> str:
    """What is decided: in one word, in sentences, or in lines of the model's own."""
    if one_word_asked(mind):
        return str(answers("action")).replace("_", " ").capitalize()
    if asks_in_words(mind):
        return decided_in_prose(mind, answers)
    return decision_lines(mind, answers.resolution, answers.noise)


def _grounds(mind: Mind, answers: Answers) -> str:
    """Why one question about the decision is answered as it is, where that is wanted after the answer."""
    _, query = mind.points[0]
    if query is None or not query.ask.why or not query.slots <= DECIDED_BY or len(mind.points) > 1:
        return ""
    apart = "\n" if re.search(r"\blines?\b", query.ask.text, re.IGNORECASE) else ". "
    return f"{apart}{thought(mind, answers.resolution, answers.noise)}"


def create(card: dict[str, Any]) -> SimulatedModel:
    """The model with this card. Raises `SpecError` for a card that does not fit."""
    return RefundModel(parse_card(card, SHAPE))
