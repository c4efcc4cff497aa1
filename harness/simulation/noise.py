"""Correlated noise: what a model gets wrong, it gets wrong again.

A mode fires when its draw falls below its probability. The draw's normal score is
`√ρ · shared + √(1-ρ) · own`. The shared part is keyed by (subject, mode, choice) alone, so every
resample, persona, critic and framework meets it again; the own part is keyed by the question and the
attempt as well. Evidence moves the probability, never the draw.

An answer asked for again is another sample only as far as the temperature lets it be one: at 1 and above each
attempt has luck of its own, at 0 all but `LATE` of them repeat the attempt before, word for word.

Models of different sizes are kin, not copies: with κ below 1 the shared part is itself
`√κ · common + √(1-κ) · the size's`, and the own part is each size's too. Snapshots of one size meet
the same draws, as versions of one model do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import NormalDist

from harness.exercise.parts import ModeDraw, Turn
from harness.rng import SHARED, DrawKey
from harness.simulation.card import Card

_NORMAL = NormalDist()
LATE = 0.1
"""The share of attempts at temperature 0 that come out otherwise all the same, as with served models, whose
arithmetic depends on what else is in the batch."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose confusion it is: a size of model, and how far it errs as the other sizes do."""

    size: str = ""
    kinship: float = 1.0

    @property
    def stream(self) -> str:
        """What the size's own draws have in their stream; nothing where all sizes are one."""
        return f"/{self.size}" if self.kinship < 1 else ""


def confusion(
    turn: Turn,
    mode: str,
    choice: str = "",
    *,
    rho: float,
    subject: str | None = None,
    reader: Reader = Reader(),
) -> float:
    """A uniform draw, alike by `rho` among all questions about the same subject.

    `subject`: what the confusion is about, where that is not the turn's own subject.
    """
    about = turn.subject if subject is None else subject
    stream = f"mode:{mode}"

    def score(stream: str, decision: str, attempt: int | str) -> float:
        return _NORMAL.inv_cdf(turn.draws.uniform(DrawKey(stream, decision, about, attempt, choice)))

    shared = score(stream, SHARED, SHARED)
    if reader.stream:
        sized = score(stream + reader.stream, SHARED, SHARED)
        shared = reader.kinship**0.5 * shared + (1 - reader.kinship) ** 0.5 * sized
    own = score(stream + reader.stream, turn.decision, turn.attempt)
    return float(_NORMAL.cdf(rho**0.5 * shared + (1 - rho) ** 0.5 * own))


def sampled(turn: Turn, temperature: float | None, *, said: int = 0) -> Turn:
    """The attempt whose luck this answer has: its own, or that of the last one which branched off.

    `said`: how many answers stand in the context. So many attempts were asked after other words, and are no
    samples of one another.
    """
    branches = LATE + (1 - LATE) * min(1.0, 1.0 if temperature is None else temperature)
    while turn.attempt > said and branches < 1 and turn.uniform("sampling") >= branches:
        turn = turn._replace(attempt=turn.attempt - 1)
    return turn


@dataclass(slots=True)
class Noise:
    """The error modes of one answer: asks the card, draws, and remembers both for the record."""

    card: Card
    turn: Turn
    size: str = ""
    """The size of the model that answers."""
    drawn: list[ModeDraw] = field(default_factory=list)
    sober: bool = False
    """Whether nothing goes wrong at all: how the same context reads without error."""

    def fires(
        self, mode: str, features: Mapping[str, float], choice: str = "", *, subject: str | None = None
    ) -> bool:
        """Whether the model errs this way here."""
        if self.sober:
            return False
        p = self.card.p(mode, features)
        name = f"{mode}/{choice}" if choice else mode
        for known in self.drawn:
            if known.mode == name and known.p == p:  # asked again within one answer
                return known.fired
        reader = Reader(self.size, self.card.kinship)
        u = confusion(self.turn, mode, choice, rho=self.card.share(mode), subject=subject, reader=reader)
        self.drawn.append(ModeDraw(name, p, u, u < p, self.card.used(mode, features)))
        return u < p

    def pick(self, count: int, choice: str, stream: str = "text") -> int:
        """One of `count` things, each as likely as another."""
        return int(self.turn.uniform(stream, choice) * count)

    @property
    def modes(self) -> tuple[ModeDraw, ...]:
        """Everything drawn so far."""
        return tuple(self.drawn)
