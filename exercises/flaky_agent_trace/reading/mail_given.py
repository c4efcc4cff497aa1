"""What of a mail stands in a context: its facts and decoys by their words, its sender, its day, its place."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial

from exercises.flaky_agent_trace.papers.headers import other_sender, received_on, sender_above
from exercises.flaky_agent_trace.papers.retelling import says_all
from exercises.flaky_agent_trace.papers.scene import Scene
from exercises.flaky_agent_trace.shop.records import Decoy, Fact
from harness.simulation.reading.blobs import blobs
from harness.simulation.reading.context import Context, Piece
from harness.simulation.reading.enveloped import sender_beside


@dataclass(frozen=True)
class Mail:
    """What of the mail is in the context."""

    share: float
    facts: tuple[Fact, ...]
    decoys: tuple[Decoy, ...]
    fresh: tuple[Decoy, ...]
    """Those that do not stand in quoted mails."""
    quoted: float
    """How much of the quoted mails is there, from 0 to 1; 0 where it quotes none."""
    injected: bool
    place: float
    """Where the mail stands in the context, from 0 to 1."""
    sender: str | None
    received: dt.date | None

    @property
    def present(self) -> bool:
        """Whether there is anything of it."""
        return self.share > 0 or bool(self.facts)

    def lookalikes(self, fact: str) -> tuple[Decoy, ...]:
        """Decoys in what the customer writes now; those in quoted mails are part of the tangle there."""
        return tuple(decoy for decoy in self.decoys if decoy.fact == fact and decoy in self.fresh)

    def spans(self, fact: str) -> tuple[str, ...]:
        """The mail's own words for one kind of fact."""
        return tuple(span for known in self.facts if known.fact == fact for span in known.spans)

    def values(self, fact: str) -> tuple[str, ...]:
        """Every value of one kind of fact."""
        return tuple(known.value for known in self.facts if known.fact == fact)


def mail_in(scene: Scene, context: Context, quotes: list[str]) -> Mail:
    """The mail as far as the context has it. `quotes`: its own words in a retelling of it."""
    pieces = [piece for piece in context.pieces if piece.source != "call" and scene.mail_share(piece) > 0]
    ticket = scene.state.ticket
    facts = tuple(
        fact
        for fact in scene.meaning.facts
        if any(all(piece.folded.has(span) for span in fact.spans) for piece in pieces)
        or (fact.fact in {"order", "item"} and says_all(quotes, fact.spans))
    )
    decoys = tuple(
        decoy
        for decoy in scene.meaning.decoys
        if any(all(piece.folded.has(span) for span in decoy.spans) for piece in pieces)
    )
    injection = scene.meaning.injection
    injected = injection is not None and any(
        all(piece.folded.has(span) for span in injection.spans) for piece in pieces
    )
    if (english := scene.meaning.english) is not None and english.injection:
        shown = [piece for piece in context.pieces if scene.in_english(piece)]
        injected |= any(all(map(piece.folded.has, english.injection)) for piece in shown)
    sender = ticket.sender.email
    heads = [piece for piece in context.pieces if piece in pieces or piece.source in {"system", "user"}]
    seen = any(sender.casefold() in piece.folded.plain.casefold() for piece in heads)
    above = _beside(scene, pieces[-1]) if pieces else None
    place = 0.0
    if pieces:
        before = sum(len(piece.text) for piece in context.pieces if piece.index < pieces[0].index)
        before += _at(scene, pieces[0].text)
        place = before / max(1, context.length)
    return Mail(
        max((scene.mail_share(piece) for piece in pieces), default=0.0),
        facts, decoys, tuple(d for d in decoys if all(span in scene.written for span in d.spans)),
        _quoted(scene, pieces), injected, place, above or (sender if seen else other_sender(heads)),
        received_on(heads, ticket.received.date()),
    )  # fmt: skip


def _beside(scene: Scene, piece: Piece) -> str | None:
    """Who wrote the mail in a piece, by the data that holds it or the head above it."""
    told = (sender_beside(blob.value, partial(_begins, scene)) for blob in blobs(piece.text))
    return next(filter(None, told), None) or sender_above(piece.text, _at(scene, piece.text))


def _begins(scene: Scene, text: str) -> bool:
    """Whether a text holds one of the mail's first lines."""
    return any(line in text for line in scene.lines[:3])


def _at(scene: Scene, text: str) -> int:
    """Where in a text the mail begins."""
    return min((at for line in scene.lines[:3] if (at := text.find(line)) >= 0), default=0)


def _quoted(scene: Scene, pieces: list[Piece]) -> float:
    """The share of the quoted lines that stands in the context; a few spread over them are looked for."""
    lines = scene.quoted
    sample = lines[:: max(1, len(lines) // 6)]
    held = sum(any(piece.folded.has(line) for piece in pieces) for line in sample)
    return held / max(1, len(sample))
