"""A request as a sequence of pieces, each with where it came from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Literal

from harness.exchange import Request, Text, ToolCall, ToolResult
from harness.exercise.parts import TrialView
from harness.simulation.reading.blobs import blobs
from harness.simulation.reading.enveloped import plain_mails
from harness.simulation.reading.roles import for_role_called
from harness.simulation.reading.text import Folded, fold

Source = Literal["system", "user", "assistant", "call", "result"]


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of one message."""

    index: int
    source: Source
    text: str
    own: bool = False
    """A model of this trial said exactly this."""
    tool: str = ""
    """Of a call, or of a result whose call stands in the request."""
    call_id: str = ""
    arguments: dict[str, Any] | None = None
    """Of a call; `None` where they do not parse."""
    is_error: bool = False
    turn: int = 0
    """Which message."""

    @property
    def folded(self) -> Folded:
        """The text, ready to be searched."""
        return fold(self.text)


@dataclass(frozen=True)
class Context:
    """All that a model has before it."""

    pieces: tuple[Piece, ...]
    length: int
    """Characters."""
    temperature: float | None = None
    """As the request has it."""
    begun: str = ""
    """The first words of the answer, where the program has written them as the assistant's last turn."""

    @property
    def last(self) -> Piece | None:
        """The last piece, if there is one."""
        return self.pieces[-1] if self.pieces else None

    def of(self, *sources: Source) -> tuple[Piece, ...]:
        """The pieces from these sources, in order."""
        return tuple(piece for piece in self.pieces if piece.source in sources)

    @property
    def asked(self) -> str:
        """The text of the last user message."""
        texts = [piece for piece in self.pieces if piece.source == "user"]
        if not texts:
            return ""
        return "\n".join(piece.text for piece in texts if piece.turn == texts[-1].turn)

    @property
    def said(self) -> int:
        """How many answers of a model stand in it."""
        return len({piece.turn for piece in self.of("assistant", "call")})

    def result_of(self, call: Piece) -> Piece | None:
        """What came back for a call."""
        for piece in self.pieces:
            if piece.source == "result" and piece.call_id == call.call_id and piece.index > call.index:
                return piece
        return None


def digest(text: str) -> str:
    """How `TrialView.said` names a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def read_context(request: Request, view: TrialView) -> Context:
    """Take a request apart. A piece is the model's own only where it said exactly that."""
    pieces: list[Piece] = []
    tools: dict[str, str] = {}
    last = _last_words(request)
    for turn, message in enumerate(request.messages):
        for part in message.parts:
            index = len(pieces)
            if isinstance(part, Text):
                if part.text.strip():
                    own = message.role == "assistant" and digest(part.text) in view.said
                    text = for_role_called(part.text, last) if message.role == "system" else part.text
                    text = text if message.role == "assistant" else plain_mails(text)
                    pieces.append(Piece(index, message.role, text, own, turn=turn))
            elif isinstance(part, ToolCall):
                tools[part.id] = part.name
                pieces.append(
                    Piece(
                        index, "call", part.arguments, digest(part.arguments) in view.said, part.name,
                        part.id, _arguments(part.arguments), turn=turn,
                    )
                )  # fmt: skip
            elif isinstance(part, ToolResult):
                name = tools.get(part.call_id, "")
                pieces.append(
                    Piece(
                        index, "result", plain_mails(part.content), False, name, part.call_id,
                        is_error=part.is_error, turn=turn,
                    )
                )  # fmt: skip
    length = sum(len(piece.text) for piece in pieces)
    begun = _begun(pieces)
    return Context(tuple(pieces[:-1] if begun else pieces), length, request.temperature, begun)


def _begun(pieces: list[Piece]) -> str:
    """The words of a last turn that an assistant is made to have said, and no model of this trial has."""
    last = pieces[-1] if pieces else None
    if last is None or last.source != "assistant" or last.own or len(pieces) < 2:
        return ""
    before = pieces[-2]
    return last.text if before.turn < last.turn and before.source in {"user", "result"} else ""


def _last_words(request: Request) -> str:
    """The last text that the program sent."""
    texts = (
        part.text
        for message in reversed(request.messages)
        if message.role == "user"
        for part in reversed(message.parts)
        if isinstance(part, Text)
    )
    return next(texts, "")


def quoted(context: Context, view: TrialView) -> tuple[str, ...]:
    """The model's own earlier answers that the program put into a prompt, as whole texts or JSON."""
    found = []
    for piece in context.of("system", "user", "result"):
        candidates = [piece.text, piece.text.strip(), *(blob.raw for blob in blobs(piece.text))]
        found += [text for text in dict.fromkeys(candidates) if digest(text) in view.said]
        found += [
            part
            for part in dict.fromkeys(block.strip() for block in piece.text.split("\n\n"))
            if len(part) >= 40 and digest(part) in view.said
        ]
    return tuple(dict.fromkeys(found))


def _arguments(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
