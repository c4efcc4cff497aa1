"""What of this exercise stands in a request: the mail, parcels, rules, and what was done.

Nothing here is drawn, and nothing here knows what a good end would be. What is not in the context is not
in the mind: so a clipped mail loses its facts, and a value swapped in the prompt is swapped in the belief.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from harness.exercise.parts import TrialView
from harness.simulation.forms.contract import Contract
from harness.simulation.forms.spoken import Question
from harness.simulation.reading.blobs import blobs, outside
from harness.simulation.reading.context import Context, Piece
from harness.simulation.reading.merging import merge
from harness.simulation.reading.records import Lexicon, Record, find_records
from harness.simulation.reading.text import fold
from harness.simulation.reading.values import dates

from .deeds import Deed, deeds_of
from .ontology import PARCEL, vocabulary
from .policy import Rules
from .records import Fact, Mail, Wording, case_of
from .rules import rules_in, without_rules

Facts = dict[str, Fact]
"""What a fact is about → the fact."""


@dataclass
class Mind:
    """One request, understood."""

    context: Context
    contract: Contract
    role: str
    snapshot: str
    mail: Mail
    ambiguity: float
    wording: Wording | None
    """In which language the mail stands there; `None` where it does not."""
    facts: Facts
    """Those of the mail's facts whose words stand there."""
    decoys: Facts
    told: dict[str, Any]
    """Slot → what an earlier step says of the mail."""
    parcels: dict[str, Record]
    rules: Rules
    today: dt.date | None
    deeds: tuple[Deed, ...]
    instructions: str
    """The program's own words, without mail, data and rules: what it asks stands there."""
    operation: str = ""
    question: Question | None = None
    """What is asked in plain words, where it is about slots."""
    features: dict[str, float] = field(default_factory=dict)

    @property
    def about(self) -> str:
        """What confusions are about: the trial's one mail, whatever the question."""
        return self.mail.id

    def knows(self, tracking_id: str | None) -> bool:
        """Whether the context shows enough of a parcel's record to decide by."""
        record = self.parcels.get(tracking_id or "")
        return record is not None and all(map(record.get, ("status", "last_scan")))


def behold(context: Context, contract: Contract, view: TrialView) -> Mind:
    """Read a request."""
    mail, meaning = case_of(view.scenario)
    wordings = meaning.wordings(mail)
    pieces = [piece for piece in context.pieces if piece.source != "call"]
    wording = next((one for one in reversed(wordings) if _stands(one, pieces)), None)
    rest = [(piece, _without_mail(piece.text, wordings)) for piece in pieces]
    programs = [text for piece, text in rest if piece.source in {"system", "user"}]
    program = "\n".join(map(outside, programs))
    return Mind(
        context=context,
        contract=contract,
        role=view.role,
        snapshot=view.snapshot,
        mail=mail,
        ambiguity=meaning.ambiguity,
        wording=wording,
        facts=_standing(wording.facts, pieces) if wording else {},
        decoys=_standing(wording.decoys, pieces) if wording else {},
        told={} if wording else _told(programs),
        parcels=merge(
            [
                (piece.index, record)
                for piece, text in rest
                if piece.source != "assistant"
                for record in find_records(text, PARCEL, Lexicon())
            ]
        ),
        rules=rules_in(program),
        today=_today(programs),
        deeds=deeds_of(context, contract),
        instructions=without_rules(program),
    )


def _standing(facts: Iterable[Fact], pieces: list[Piece]) -> Facts:
    """The facts whose words stand in some piece, the first of each kind."""
    found: Facts = {}
    for fact in facts:
        if any(all(piece.folded.has(span) for span in fact.spans) for piece in pieces):
            found.setdefault(fact.fact, fact)
    return found


def _stands(wording: Wording, pieces: list[Piece]) -> bool:
    """Whether the mail is there: by a line of it, or by words that carry a fact.

    A parcel's number is no such words: it stands in every record too.
    """
    carried = _standing(wording.facts, pieces).keys() - {"tracking_id"}
    lines = [line for line in _lines(wording) if len(fold(line).words) >= 4]
    return bool(carried) or any(piece.folded.has(line) for piece in pieces for line in lines)


def _lines(wording: Wording) -> Iterator[str]:
    yield from (wording.subject, *wording.body.splitlines())


def _without_mail(text: str, wordings: tuple[Wording, ...]) -> str:
    """A text without the mail, however it is escaped: what the customer says is no record and no rule."""
    lines = {line.strip() for wording in wordings for line in _lines(wording)}
    for line in sorted(lines, key=len, reverse=True):
        if len(line) >= 6:
            for ascii in (True, False):
                text = text.replace(json.dumps(line, ensure_ascii=ascii)[1:-1], " ")
            text = text.replace(line, " ")
    return text


def _told(texts: list[str]) -> dict[str, Any]:
    """What an earlier step took from the mail, where JSON with an issue stands in its place."""
    ontology = vocabulary().ontology
    for text in texts:
        for blob in blobs(text):
            if isinstance(blob.value, dict):
                said = {ontology.slot_of(str(key)): value for key, value in blob.value.items()}
                issue = ontology.value_of("issue", str(said.get("issue")))
                if issue is not None:
                    return {**{slot: value for slot, value in said.items() if slot}, "issue": issue}
    return {}


_TODAY = re.compile(r"\b(?:today|now|received)\b", re.IGNORECASE)
_NEAR = 40
"""Characters between such a word and the end of its date."""


def _today(texts: list[str]) -> dt.date | None:
    """The day that it is, as the program says."""
    for text in texts:
        for word in _TODAY.finditer(text):
            if found := dates(text[word.end() : word.end() + _NEAR]):
                day: dt.date = found[0].value
                return day
    return None
