"""How many rounds a grade needs: more of them until its recommendation is settled. Pure.

A round is the whole bank once, with fresh seeds. Looks come after 2, 4, 6 and 8 rounds. The
recommendation is settled when the score lies further from both ends of the band in which a person
decides than Pocock's bound for four looks allows: a regrade on this bank would then say the same. More
rounds do not tell how the work does on other banks; `sem_general` does, and it stands in the band.
"""

from __future__ import annotations

from typing import NamedTuple

from graders.grade import Recommendation, Score
from graders.statistics.sequential import NOMINAL
from graders.statistics.units import z_quantile

LOOKS = (2, 4, 6, 8)
BOUND = z_quantile(1 - NOMINAL / 2)
"""Standard errors of a regrade (Pocock 1977): .05 in all at four equally spaced looks. The error comes
from the scatter within a hundred scenarios or more, so the normal's quantile stands for Student's."""


class Stand(NamedTuple):
    """Where a score stands after some rounds. Points on the scale of the score."""

    value: float | None
    sem_replay: float | None
    bar: float
    margin: float | None
    """How far from the bar a person decides; `None` where the error on another bank is not known."""
    noisy_claims: bool = False
    """Whether claims that our replay was too noisy to judge might decide: more rounds tell."""
    unmeasured: bool = False
    """Whether it is for a person whatever the score: more rounds do not mend that."""


def stand_of(score: Score, said: Recommendation) -> Stand:
    """Where a grade stands."""
    return Stand(
        value=score.value,
        sem_replay=score.sem_replay,
        bar=said.bar,
        margin=said.margin,
        noisy_claims=said.noisy_claims,
        unmeasured=len(said.reasons) > said.noisy_claims,
    )


def settled(stand: Stand) -> bool:
    """Whether further rounds would hardly change the recommendation."""
    if stand.unmeasured:
        return True
    if stand.value is None or stand.margin is None or stand.sem_replay is None or stand.noisy_claims:
        return False
    ends = (stand.bar - stand.margin, stand.bar + stand.margin)
    return min(abs(stand.value - end) for end in ends) > BOUND * stand.sem_replay


def next_look(rounds: int, limit: int) -> int | None:
    """How many rounds to go to after `rounds`; `None` when the limit is reached."""
    return next((look for look in (*LOOKS, limit) if rounds < look <= limit), None)
