"""What stands in a context of this exercise: the mail's facts, orders, clauses, and what was done.

Nothing here is drawn, and nothing here knows the expected outcome. The scenario's meaning says which
words carry which fact; a fact whose words are not in the context is not known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from exercises.flaky_agent_trace.ontology import NAMES, vocabulary
from exercises.flaky_agent_trace.papers.amounts import sums_in_cents
from exercises.flaky_agent_trace.papers.booked import corrected
from exercises.flaky_agent_trace.papers.briefing import Briefing, briefing
from exercises.flaky_agent_trace.papers.claims import Claims, read_claims
from exercises.flaky_agent_trace.papers.clauses import Stated, in_prose
from exercises.flaky_agent_trace.papers.closing_verdicts import closing_verdict
from exercises.flaky_agent_trace.papers.day_counts import day_counts
from exercises.flaky_agent_trace.papers.deeds import Deed, deeds_of
from exercises.flaky_agent_trace.papers.offers import Labels
from exercises.flaky_agent_trace.papers.orders import denied, sighted, without_examples
from exercises.flaky_agent_trace.papers.proposals import asks_of_letter
from exercises.flaky_agent_trace.papers.read_forms import ReadForm, forms_read
from exercises.flaky_agent_trace.papers.reported import summaries, told_deeds
from exercises.flaky_agent_trace.papers.retelling import without
from exercises.flaky_agent_trace.papers.reviewing import (
    asks_for_review,
    reviews_forms,
    reviews_letters,
    speaks_of_proposal,
)
from exercises.flaky_agent_trace.papers.rulings import Rulings, rulings
from exercises.flaky_agent_trace.papers.scene import Scene
from exercises.flaky_agent_trace.papers.shown_letters import OUTGOING, letter_in
from harness.exercise.parts import TrialView
from harness.simulation.calling.nameless import nameless
from harness.simulation.calling.tools import Offered
from harness.simulation.forms.contract import Contract
from harness.simulation.forms.reminders import asking
from harness.simulation.forms.spoken import Question
from harness.simulation.founded import Ground
from harness.simulation.reading.context import Context, quoted
from harness.simulation.reading.glossed import glossed
from harness.simulation.reading.merging import merge
from harness.simulation.reading.records import Record
from harness.simulation.reading.text import fold

from .agreeing import agreements, verdict_flags
from .feedback import Feedback, feedback_of, first_answer, of_rules
from .gates import gate_in
from .letter_fields import LetterField
from .mail_given import Mail, mail_in
from .other_views import doubted, several_told
from .points import Narrow, PosedField, Query
from .refuted import Refuted, refuted_by
from .rubrics import Rubric, marks_asked
from .screens import Screen
from .shorn import shorn
from .verdict_lines import VerdictLines
from .verdicts import verdict_on_letter

Json = Any
_TOLD = 12
"""Words with which a program may tell of a case."""
_FORMAL = re.compile(r"^\W{0,4}[A-Z]\w{2,12}:|^\W{0,4}[{<\[]", re.MULTILINE)
"""An answer in a form: labelled lines, JSON, XML."""


@dataclass
class Mind:
    """One request, understood."""

    scene: Scene
    context: Context
    contract: Contract
    role: str
    snapshot: str
    mail: Mail
    orders: dict[str, Record]
    """Every order of which the context shows anything, by id."""
    clauses: dict[str, Stated]
    deeds: tuple[Deed, ...]
    claims: Claims | None
    proposal: dict[str, Any] | None
    """A resolution that an earlier step came to, slot → value."""
    shown: tuple[str, ...]
    """The texts of proposals: no instructions."""
    numbers: dict[str, float]
    """`days` and `delay`, where the program states them."""
    operation: str = ""
    craft: str = ""
    """What else is to be written: `redact`, `note`, `pitfalls`."""
    labels: Labels | None = None
    """Of which labels one is to be the answer."""
    rule: str = ""
    """The clause that answers a question about the rules."""
    lacking: str = ""
    """What is asked for and cannot be given."""
    unable: str = ""
    """What would have to be known to act, and is not."""
    points: tuple[tuple[str, Query | None], ...] = ()
    """What questions in plain words ask, where it is known, with the mark before each of several."""
    narrow: Narrow | None = None
    """A question that leaves only some answers."""
    posed: tuple[PosedField, ...] = ()
    """The fields that are questions."""
    rubric: Rubric | None = None
    """The criteria by which what is shown is to be marked."""
    verdicts: VerdictLines | None = None
    """The criteria of which each is to get a verdict of its own in a line."""
    screen: Screen | None = None
    """In which form it is to be said whether the mail gives orders to machines."""
    gate: tuple[Any, Any] | None = None
    """What says in JSON that a proposal passes, and what that it does not."""
    told: str = ""
    """Of what is to be told about the case, which: how a decision comes about, what is next."""
    letter_fields: tuple[LetterField, ...] = ()
    """What a form asks of a letter that stands alone."""
    transcript: dict[str, Any] = field(default_factory=dict)
    """Slot → what a text says that is only to be put into another shape."""
    question: Question | None = None
    """What is asked in plain words, where an answer in plain words is wanted."""
    features: dict[str, float] = field(default_factory=dict)
    batch: tuple[Mind, ...] = ()
    """Where a request holds several tickets: each of them alone, in order."""
    pointed: frozenset[str] = frozenset()
    """What objections of the program's point at: `amount`, `date`, `items`, a clause's id."""
    checked: frozenset[str] = frozenset()
    """Of that, what the program says to be wrong."""

    @cached_property
    def headed(self) -> bool:
        """Whether a mail's head stands in the context, be there a mail below it or not."""
        ticket = self.scene.state.ticket
        known = (ticket.id.casefold(), ticket.sender.email.casefold())
        heads = [piece.folded.plain.casefold() for piece in self.context.of("system", "user")]
        return any(name in head for name in known for head in heads)

    @cached_property
    def letter_alone(self) -> str:
        """The letter that is all that the program shows; empty where there is none, or more of a case."""
        asks = any(fact.fact == "issue" for fact in self.mail.facts) if self.mail.present else False
        if asks or self.sees_orders or self.contract.tools or self.context.said:
            return ""
        said = OUTGOING.search(self.scene.instructions(self.context.of("system"))) is not None
        texts = [piece.text for piece in self.context.of("user")]
        return letter_in("\n\n".join(texts), told=said)

    @property
    def read_before(self) -> dict[str, Any]:
        """A reading of the mail that is to be held against the mail itself; nothing where none is."""
        judging = self.operation in {"critique", "judge"} and self.mail.present and not self.retold
        return self.claims.values if judging and self.claims is not None else {}

    @cached_property
    def form_shown(self) -> ReadForm | None:
        """A form about the mail put before a second reader; `None` where the mail itself is not shown."""
        if not self.mail.present or self.retold:
            return None
        forms = (form for piece in self.context.of("user") for form in forms_read(self.scene.told(piece)))
        return next(reversed([*forms]), None)

    @cached_property
    def form_judged(self) -> ReadForm | None:
        """That form, where the program wants it checked and puts no proposal besides."""
        asked = self.instructions
        checks = reviews_forms(asked) or asks_for_review(asked) or closing_verdict(asked) is not None
        return self.form_shown if checks and self.proposal is None else None

    @cached_property
    def retold(self) -> bool:
        """Whether the mail is known only from what an earlier step says of it."""
        return self.claims is not None and not any(
            all(text.has(span) for span in fact.spans)
            for text in (fold(without(piece.text)) for piece in self.context.pieces if piece.source != "call")
            for fact in self.mail.facts
            if fact.fact == "issue"
        )

    def builds_on(self, *but: str) -> Claims | None:
        """What an earlier step says of the mail, where this one goes by it.

        `but`: operations that read the mail for themselves where they can.
        """
        judges = self.operation == "judge" and "critique" in but
        return self.claims if self.retold or not (judges or self.operation in but) else None

    @cached_property
    def decides_by(self) -> frozenset[str]:
        """The clauses in the context that settle cases; how to write to customers settles none."""
        return frozenset(id for id in self.clauses if not id.startswith("C-"))

    @cached_property
    def feedback(self) -> Feedback:
        """What the program has told the model since it first answered; no decision in a talk over rules."""
        told = feedback_of(self.context, self.scene, self.contract.tools, self.orders)
        return Feedback(order=told.order) if self.in_talk else told

    @cached_property
    def refuted(self) -> Refuted:
        """The grounds that the program's words since the model first answered, or flags of its data, deny."""
        since = first_answer(self.context, self.scene)
        pieces = [piece for piece in self.context.of("user", "result") if not piece.own]
        said = [
            piece
            for piece in pieces
            if since is not None and piece.index >= since
            and not (self.scene.mail_share(piece) or of_rules(piece, self.scene) or '"items"' in piece.text)
        ]  # fmt: skip
        found = refuted_by(said, pieces, next(iter(self.orders), "") if len(self.orders) == 1 else "")
        which = found.which or doubted(map(self.scene.aside, self.context.of("system", "user")))
        return replace(found, which=which, several=several_told(piece.text for piece in said))

    @property
    def in_talk(self) -> bool:
        """Whether people and the model speak of a case whose order and rules are at hand, in words alone."""
        said = [piece.text for piece in self.context.of("assistant") if piece.text]
        formal = self.contract.form != "text" or bool(self.contract.tools)
        return (
            not formal and bool(said and self.clauses) and self.sees_orders and not _FORMAL.search(said[-1])
        )

    @cached_property
    def instructions(self) -> str:
        """What the program says itself, without the mail, the handbook and data."""
        return glossed(self.scene.instructions(shorn(self.context.of("system", "user"), self.shown)))

    @property
    def unseen(self) -> bool:
        """Whether nothing that an earlier step said stands in the context."""
        return self.proposal is None and self.claims is None and self.form_shown is None

    @property
    def asks_for_review(self) -> bool:
        """Whether the program speaks of a proposal that it wants judged."""
        return self.contract.form == "text" or speaks_of_proposal(self.instructions)

    @property
    def at_a_loss(self) -> bool:
        """Whether a proposal is to be judged and there is none."""
        judging = self.operation in {"critique", "judge"} and "winner" not in self.contract.slots
        return judging and self.unseen and self.asks_for_review

    @cached_property
    def asked_last(self) -> str:
        """What the program says itself in its last message that asks for more than another form."""
        said = asking(self.context.of("user"))
        last = [piece for piece in said if piece.turn == said[-1].turn]
        return glossed(self.scene.instructions(shorn(last, self.shown)))

    @cached_property
    def briefing(self) -> Briefing:
        """How the program told the model to work, before its first answer."""
        return briefing(self._told_first)

    @cached_property
    def rulings(self) -> Rulings:
        """What the program ruled for every case, before its first answer."""
        return rulings(self._told_first)

    @cached_property
    def _told_first(self) -> str:
        answered = [piece.index for piece in self.context.pieces if piece.source in {"assistant", "call"}]
        before = [p for p in self.context.of("system", "user") if not answered or p.index < answered[0]]
        return self.scene.instructions(shorn(before, self.shown))

    @cached_property
    def sender_name(self) -> str | None:
        """The customer's name as far as the context shows it: a mail that is not there was sent by nobody."""
        name = self.scene.state.ticket.sender.name
        for known in (name, name.split()[0]):
            if any(piece.folded.has(known) for piece in self.context.pieces):
                return known
        return None

    @cached_property
    def discussed(self) -> tuple[str, ...]:
        """The orders that the mail speaks of, those whose numbers stand in the context."""
        ground = Ground(self.context, self.contract, NAMES)
        said = self.scene.meaning.orders_discussed if self.mail.present else ()
        return tuple(id for id in said if ground.holds(id))

    @property
    def sees_orders(self) -> bool:
        """Whether the context shows of an order more than its number and a sum, as a proposal does."""
        return any(
            order.parts.get("items") or order.get("status") or order.get("placed")
            for order in self.orders.values()
        )

    @property
    def of_another(self) -> bool:
        """Whether nothing of a case that is told is this ticket's: another shop's, a made-up one."""
        here = self.mail.present or self.headed or self.orders or self.clauses or self.deeds
        told = sum(len(piece.folded.words) for piece in self.context.of("user"))
        known = here or self.claims or self.proposal or self.rule or self.contract.tools
        return not known and told > _TOLD

    @property
    def about(self) -> str:
        """What confusions are about: the ticket, whichever order or question."""
        return self.ticket_id

    @property
    def ticket_id(self) -> str:
        """The ticket that this trial is about."""
        return self.scene.state.ticket.id

    @property
    def ticket_shown(self) -> str:
        """Its number, where the request names it; else nothing: a model knows of no other."""
        return self.ticket_id if self.shows(self.ticket_id) else ""

    def shows(self, name: str) -> bool:
        """Whether a number stands in the request."""
        return any(name in piece.text for piece in self.context.pieces)


def behold(scene: Scene, context: Context, contract: Contract, view: TrialView) -> Mind:
    """Read a context for what this exercise is about."""
    known_tools = vocabulary().tools
    kinds = {tool.spec.name: tool.kind for tool in contract.tools if tool.kind in known_tools}
    known = frozenset(order.id for order in scene.state.orders)
    deeds = deeds_of(
        context, kinds, follows={tool.spec.name: tool.follows for tool in contract.tools if tool.follows},
        minor={tool.spec.name: sums_in_cents(tool) for tool in contract.tools},
        by_json=contract.step is not None, ids=known,
        takes={tool.spec.name: tuple(tool.spec.schema.get("properties") or ()) for tool in contract.tools},
        names={tool.spec.name: _strange(tool) for tool in contract.tools},
    )  # fmt: skip
    owns = quoted(context, view)
    asked = scene.instructions(context.of("system", "user"))
    agree = agreements(contract.schema, asked)
    reviews = bool((contract.slots | agree) & _JUDGED) or (not contract.slots and _reviews(scene, context))
    reviews |= bool(verdict_flags(contract.schema, asked))
    reviews |= marks_asked(contract.schema, asked) or gate_in(contract.schema) is not None
    reviews |= verdict_on_letter(contract.schema, scene.instructions(context.of("user"))) is not None
    of_letter = bool(contract.slots & _OF_LETTER or agree)
    said = read_claims(
        context, owns, known, scene, reviews=reviews, of_letter=of_letter, of_letters=reviews_letters(asked)
    )
    mail = mail_in(scene, context, said.claims.values.get("quotes", []) if said.claims is not None else [])
    seen = shorn([piece for piece in context.pieces if piece.source != "call"], said.shown)
    sightings = sighted((piece, record) for piece in seen for record in scene.records(piece))
    aside = [scene.without_mail(piece) for piece in context.of("system", "user")]
    orders = without_examples(merge(sightings), aside, denied(context))
    deeds = told_deeds(
        context, scene, frozenset((contract.schema or {}).get("properties", {})), deeds, orders
    )
    deeds = corrected(deeds, context, scene)
    return Mind(
        scene, context, contract, view.role, view.snapshot, mail, orders,
        _clauses(scene, context), deeds, said.claims, said.proposal, said.shown, day_counts(context),
    )  # fmt: skip


def _strange(tool: Offered) -> dict[str, str]:
    """The arguments of a tool whose names do not tell what they are."""
    return {own: known for own, known in tool.arguments.items() if nameless(own) or known == "amount"}


_JUDGED = vocabulary().cues.critique | vocabulary().cues.judge - {"winner"} | {"issues"}

_OF_LETTER = frozenset({"letter_outcome", "letter_amount", "language_ok"})
"""What only a letter is asked about."""


def _reviews(scene: Scene, context: Context) -> bool:
    """Whether the program asks in words to have a proposal judged."""
    pieces = context.of("system", "user")
    asked = scene.instructions(pieces)
    return asks_for_review(asked) or any(asks_of_letter(scene.told(piece), asked) for piece in pieces)


def _clauses(scene: Scene, context: Context) -> dict[str, Stated]:
    """The last word on each clause; the present version wins over one that is known to be old."""
    found: dict[str, Stated] = {}
    at = 0
    for piece in [*context.of("system", "user", "result"), *summaries(context)]:
        for seen in scene.rules(piece):
            place = (at + seen.place * len(piece.text)) / max(1, context.length)
            known = found.get(seen.clause.id)
            if known is not None and known.verbatim > known.anew and (seen.anew or not seen.verbatim):
                continue
            if known is not None and known.version > seen.version and seen.version:
                continue
            found[seen.clause.id] = replace(seen, place=place)
        at += len(piece.text)
    book = sum(seen.cited for seen in found.values()) >= _BOOK
    if len(found) < _FEW and not any(seen.cited for seen in found.values()):
        found = {**found, **in_prose(scene.instructions(context.of("system", "user")))}
    return {id: seen for id, seen in found.items() if book or seen.clause.topic != "house"}


_BOOK, _FEW = 8, 3
"""Clauses beside which a program may put rules of its own; fewer than make a handbook in other words."""
