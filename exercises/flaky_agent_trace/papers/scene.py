"""One ticket as its documents: what a piece of a context shows of its mail, its orders and the handbook.

Nothing here is drawn, and nothing here knows the expected outcome.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from typing import Any

from exercises.flaky_agent_trace.ontology import ORDER
from exercises.flaky_agent_trace.shop.handbook import handbooks
from exercises.flaky_agent_trace.shop.records import Meaning, WorldState, cases_of
from harness.exercise.parts import TrialView
from harness.exercise.scenario import PublicScenario
from harness.simulation.reading.blobs import blobs, outside
from harness.simulation.reading.context import Context, Piece
from harness.simulation.reading.records import Lexicon, Record, find_records
from harness.simulation.reading.text import Folded, fold

from .clauses import Stated, stated
from .drafted import frames
from .english import left_of, stands_in, words_of_mail
from .retelling import bare, without

Json = Any
TOLD = 0.3
"""With a smaller share of its lines in a piece, a mail is only touched on there."""

_A_LINE = 7
"""Words of a line of a document that nobody writes by chance."""


QUOTED = re.compile(
    r"(?m)^[ \t]{0,16}(?:>|On .{5,60} wrote:$|-{3,} ?(?:Original|Ursprüngliche|Forwarded)|## "
    r"|(?:From|Von|De|Van|Od): .+\n\s{0,16}(?:Sent|Date|Gesendet|Envoyé|Enviado|Verzonden|Wysłano):)"
)
"""Where a mail begins to quote an earlier one."""


@dataclass
class Scene:
    """One ticket as its documents: kept for the length of a trial."""

    state: WorldState
    meaning: Meaning
    lexicon: Lexicon
    lines: tuple[str, ...]
    """Lines of the mail that are long enough to be known again."""
    seen: dict[str, list[Record]] = field(default_factory=dict)
    shares: dict[str, float] = field(default_factory=dict)
    stated: dict[str, tuple[Stated, ...]] = field(default_factory=dict)
    besides: dict[tuple[str, bool], str] = field(default_factory=dict)
    """Text, and whether it is a result → what it says besides the mail."""
    asides: dict[tuple[str, bool], str] = field(default_factory=dict)
    """And what of that is no data and no sentence of the handbook."""
    given: dict[str, Scene | None] = field(default_factory=dict)
    """Text → the scene of the mail as it stands there, where it was put otherwise."""
    unread: bool = False
    """Whether it was, and what it says now is not understood."""
    rewritten: bool = False
    """Whether its mail is one that was put otherwise."""

    def records(self, piece: Piece) -> list[Record]:
        """The orders that a piece shows, the mail's own words left out."""
        found = self.seen.get(piece.text)
        if found is None:
            text = self.without_mail(piece)
            if piece.source != "result" and "handbook" in piece.folded.vocabulary:
                for blob in blobs(text):  # JSON in one line is not all handbook
                    if f"| {blob.raw} |" in text:
                        continue  # a table's cell stays one
                    text = text.replace(blob.raw, json.dumps(blob.value, indent=1, ensure_ascii=False))
                text = "\n".join(line for line in text.splitlines() if not of_handbook(line))
            if piece.source != "result":
                text = bare(text)
            found = find_records(text, ORDER, self.lexicon)
            self.seen[piece.text] = found
        return found

    def mail_share(self, piece: Piece) -> float:
        """How much of the mail a piece holds, from 0 to 1."""
        share = self.shares.get(piece.text)
        if share is None:
            folded = piece.folded
            held = [line for line in self.lines if folded.has(line)]
            if held and self.in_english(piece) and all(map(words_of_mail(self.meaning.english).has, held)):
                held = []  # lines that a translation leaves as they are
            share = len(held) / max(1, len(self.lines))
            if not share and any(
                all(folded.has(span) for span in fact.spans) and len(fold(" ".join(fact.spans)).words) >= 3
                for fact in self.meaning.facts
            ):
                share = 0.05
            self.shares[piece.text] = share
        return share

    def rules(self, piece: Piece) -> tuple[Stated, ...]:
        """The clauses that a piece states: not in the mail's words, not in mere data."""
        found = self.stated.get(piece.text)
        if found is None:
            text = self.without_mail(piece)
            for blob in reversed(blobs(text)):
                papers = list(_documents(blob.value))
                if papers or not _long_text(blob.value):
                    text = "\n\n".join([text[: blob.start], *papers, text[blob.end :]])
            found = stated(text)
            self.stated[piece.text] = found
        return found

    def instructions(self, pieces: Iterable[Piece]) -> str:
        """What a program says itself: without the mail, data, and the handbook's own sentences."""
        return "\n".join(filter(None, (without(self.aside(piece)) for piece in pieces)))

    def aside(self, piece: Piece) -> str:
        """What a piece says without the mail, data, and the handbook's own sentences."""
        key = piece.text, piece.source == "result"
        if key not in self.asides:
            lines = outside(self.without_mail(piece)).splitlines()
            own = (line.strip() for line in lines if line.strip() and not of_handbook(line))
            self.asides[key] = "\n".join(own)
        return self.asides[key]

    def told(self, piece: Piece) -> str:
        """A piece as it is laid out, without the mail and the handbook's own sentences."""
        lines = self.without_mail(piece).split("\n")
        return "\n".join("" if of_handbook(line) else line for line in lines)

    def _without_frame(self, text: str, frame: set[str], said: set[str]) -> str:
        """The text without the mail's greeting, closing and name, those of a letter left where they are."""
        lines = text.split("\n")
        plain = [line.strip("> \t") for line in lines]
        filled = [at for at, line in enumerate(plain) if line]
        near = {
            at: {plain[n] for n in filled[max(0, k - 1) : k + 2] if n != at} for k, at in enumerate(filled)
        }
        return "\n".join(
            " "
            if plain[at] in frame and any(other in said or self._of_mail(other) for other in near[at])
            else line
            for at, line in enumerate(lines)
        )

    def without_mail(self, piece: Piece) -> str:
        """What a piece says besides the mail."""
        key = piece.text, piece.source == "result"
        if key not in self.besides:
            self.besides[key] = self._without_mail(piece)
        return self.besides[key]

    def _without_mail(self, piece: Piece) -> str:
        text = piece.text
        if (english := self.meaning.english) is not None and self.in_english(piece):
            text = left_of(english, text)
        if piece.source == "result" or not self.mail_share(piece):
            return text
        if self.rewritten and self.state.ticket.body in text:
            return text.replace(self.state.ticket.body, " ")
        said = {line.strip() for line in (*self.state.ticket.body.splitlines(), self.state.ticket.subject)}
        names = set(fold(self.state.ticket.sender.name).words)
        anybodys = {line for line in said if names.issuperset(fold(line).words) or frames(line)} - {""}
        text = self._without_frame(text, anybodys, said - {""})
        for line in sorted(said - anybodys, key=len, reverse=True):  # a short one may stand in a longer one
            if len(line) >= 6 and line in text:
                text = _as_it_stands(line).sub(" ", text)
        # What was quoted, wrapped or indented anew is still the mail's.
        return "\n".join("" if self._of_mail(line) else line for line in text.split("\n"))

    def in_english(self, piece: Piece) -> bool:
        """Whether a piece holds some of a translation of the mail."""
        return piece.source != "result" and stands_in(self.meaning.english, piece.folded)

    def no_lines_of_mail(self, text: str) -> str:
        """A text without the lines that are the mail's, as a translation of a mail in English holds them."""
        own = {line.strip() for line in (*self.state.ticket.body.splitlines(), self.state.ticket.subject)}
        return "\n".join(
            line for line in text.splitlines() if line.strip() not in own and not self._of_mail(line)
        )

    def is_of_mail(self, line: str) -> bool:
        """Whether a line is the mail's, quoted and broken anew perhaps, or its translation's."""
        if line.strip("> \t") in self.own_lines:
            return True
        if len(fold(line).words) < _A_LINE:
            return False
        english = self.meaning.english
        return self._of_mail(line) or (english is not None and words_of_mail(english).has(line))

    @cached_property
    def own_lines(self) -> frozenset[str]:
        """The lines of the mail as it was sent."""
        return frozenset(filter(None, map(str.strip, self.state.ticket.body.splitlines())))

    def _of_mail(self, line: str) -> bool:
        folded = fold(line)
        return len(folded.words) >= 4 and folded.skeleton in self.mail.skeleton

    def named_at(self, text: str) -> int:
        """Where the ticket's number or one of its orders is named last; -1: nowhere."""
        return max(text.rfind(id) for id in (self.state.ticket.id, *(o.id for o in self.state.orders)))

    @cached_property
    def quoted(self) -> tuple[str, ...]:
        """The quoted mails' lines that are long enough to be known again."""
        text = self.state.ticket.body
        quote = QUOTED.search(text)
        rest = text[quote.start() :].splitlines() if quote else []
        lines = [re.sub(r"^[>\s]+", "", line) for line in rest]
        return tuple(line for line in lines if len(fold(line).words) >= 4)

    @cached_property
    def written(self) -> str:
        """What the customer writes now, without the mails that are quoted."""
        text = f"{self.state.ticket.subject}\n{self.state.ticket.body}"
        quote = QUOTED.search(text)
        return text[: quote.start()] if quote else text

    @cached_property
    def mail(self) -> Folded:
        """The ticket's own words."""
        return fold(f"{self.state.ticket.subject}\n{self.state.ticket.body}")


@cache
def _all_rules() -> Folded:
    return fold("\n".join(book.text() for book in handbooks().values()))


@cache
def _headings() -> frozenset[str]:
    return frozenset(heading for book in handbooks().values() for heading in book.headings.values())


@lru_cache(maxsize=4096)
def _as_it_stands(line: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(line)}(?!\w)")


@lru_cache(maxsize=16384)
def of_handbook(line: str) -> bool:
    """Whether a line is a heading or a sentence of some edition of the handbook."""
    if line.strip(" #*") in _headings():
        return True
    rule = line.partition("  ")[2]
    rule = rule if len(fold(rule).words) >= 4 else line
    return len(fold(rule).words) >= 4 and _all_rules().has(rule)


def of_documents(scenes: tuple[Scene, ...]) -> Callable[[str], bool]:
    """Whether a line is one of the mails' or of the handbook."""

    def is_of_one(line: str) -> bool:
        of_book = len(fold(line).words) >= _A_LINE and of_handbook(line)
        return of_book or any(scene.is_of_mail(line) for scene in scenes)

    return is_of_one


def scenes_of(scenario: PublicScenario) -> tuple[Scene, ...]:
    """Every ticket of a trial. Raises Pydantic's `ValidationError` for a broken world or meaning."""
    return tuple(_scene(case.state, case.meaning) for case in cases_of(scenario))


def _scene(state: WorldState, meaning: Meaning) -> Scene:
    names = {item.name: item.sku for order in state.orders for item in order.items}
    names |= {item.sku: item.sku for order in state.orders for item in order.items}
    body = [line for line in state.ticket.body.splitlines() if len(fold(line).words) >= 4]
    return Scene(state, meaning, Lexicon(names), tuple(body) or (state.ticket.body, state.ticket.subject))


def at_hand(scenes: tuple[Scene, ...], context: Context, view: TrialView) -> Scene:
    """The ticket that a context is about: whose mail stands last in it; without any mail, whose number
    or order it names last; without these, the one that was handed out last.
    """
    if len(scenes) == 1:
        return scenes[0]
    handed = [served.result["ticket"]["id"] for served in view.served if served.tool == "task"]
    recent = sorted(scenes, key=lambda scene: scene.state.ticket.id == (handed or [""])[-1], reverse=True)
    pieces = [piece for piece in context.pieces if piece.source != "call"]
    for piece in reversed(pieces):
        shares = [(scene.mail_share(piece), scene) for scene in recent]
        share, scene = max(shares, key=lambda pair: pair[0])
        if share > TOLD:
            return scene
    for piece in reversed(context.pieces):
        named = [(scene.named_at(piece.text), scene) for scene in recent]
        place, scene = max(named, key=lambda pair: pair[0])
        if place >= 0:
            return scene
    return recent[0]


def _documents(value: Json) -> Iterator[str]:
    """The strings within data that are documents of many lines."""
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _documents(item)
    elif isinstance(value, str) and value.count("\n") >= _OF_A_DOCUMENT:
        yield value


_OF_A_DOCUMENT = 8
"""Breaks between its lines, at least."""


def _long_text(value: Json) -> bool:
    """Whether data holds prose long enough to state a rule."""
    if isinstance(value, dict):
        return any(_long_text(item) for item in value.values())
    if isinstance(value, list):
        return any(_long_text(item) for item in value)
    return isinstance(value, str) and len(value) > 60
