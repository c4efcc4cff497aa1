"""How many rounds a grade needs: more of them until its recommendation is settled. Pure.

A round is the whole bank once, with fresh seeds. Looks come after 2, 4, 6 and 8 rounds, and after the most
that are allowed where that is another number. The recommendation is settled when the score lies further
from both ends of the band in which a person decides than Pocock's bound for so many looks allows: a
regrade on this bank would then say the same. More rounds do not tell how the work does on other banks;
`sem_general` does, and it stands in the band.
"""

from __future__ import annotations

from typing import NamedTuple

from graders.grade import Recommendation, Score
from graders.statistics import sequential

LOOKS = (2, 4, 6, 8)


def looks(limit: int) -> tuple[int, ...]:
    """After how many rounds a grade looks that may go to `limit`."""
    return (*(look for look in LOOKS if look < limit), limit)


def bound(limit: int) -> float:
    """Standard errors of a regrade that a score must lie from the band's ends (Pocock 1977): .05 in all.

    Without a `limit` there is one look. The error comes from the scatter within a hundred scenarios or more,
    so the normal's quantile stands for Student's.
    """
    return sequential.bound(looks(limit) if limit else LOOKS[:1])


class Stand(NamedTuple):
    """Where a score stands after some rounds. Points on the scale of the score."""

    value: float | None
    sem_replay: float | None
    bar: float
    margin: float | None
    """How far from the bar a person decides; `None` where the error on another bank is not known."""
    margin_error: float = 0.0
    """How far that moves on a regrade, as a standard error."""
    margin_follows: float = 0.0
    """Covariance of `value` and `margin` on a regrade."""
    luck: float = 0.0
    """The share of `margin`, squared, that is luck of replays: more rounds make it smaller."""
    noisy_claims: bool = False
    """Whether claims that our replay was too noisy to judge might decide: more rounds tell."""
    foretold: bool = True
    """False: with so few families what luck does to the anchors moves the band in ways that no error here
    shows, so that no look before the last settles it (decision 005)."""
    unmeasured: bool = False
    """Whether it is for a person whatever the score: more rounds do not mend that."""


def stand_of(score: Score, said: Recommendation) -> Stand:
    """Where a grade stands."""
    return Stand(
        value=score.value,
        sem_replay=score.sem_replay,
        bar=said.bar,
        margin=said.margin,
        margin_error=said.margin_error or 0.0,
        margin_follows=said.margin_follows,
        luck=min(1.0, (score.sem_replay / score.sem_general) ** 2)
        if score.sem_replay is not None and score.sem_general
        else 0.0,
        noisy_claims=said.noisy_claims,
        foretold=said.again is not None,
        unmeasured=len(said.reasons) > said.noisy_claims,
    )


def settled(stand: Stand, rounds: int, limit: int) -> bool:
    """Whether further rounds would hardly change the recommendation, of a grade that may go to `limit`.

    The band's ends are estimated too. With c the covariance of score and half-width m, which counts only
    where it widens, the distance from an upper (lower) end has the standard error

        sqrt(sem_replay^2 + margin_error^2 + 2 max(0, -c))        (lower: max(0, c))

    And rounds make the band narrower, to m sqrt(1 - luck (1 - rounds/limit)) at the limit: what lies within
    must lie within that.
    """
    if stand.unmeasured:
        return True
    if stand.value is None or stand.margin is None or stand.sem_replay is None:
        return False
    if stand.noisy_claims or not stand.foretold:
        return False
    variance = stand.sem_replay**2 + stand.margin_error**2
    upper, lower = (
        float(bound(limit) * (variance + 2 * max(0.0, side * stand.margin_follows)) ** 0.5)
        for side in (-1, 1)
    )
    off = stand.value - stand.bar
    if off > stand.margin:
        return off - stand.margin > upper
    if off < -stand.margin:
        return -off - stand.margin > lower
    left = stand.luck * (1 - rounds / limit) if limit > rounds else 0.0
    within = float(stand.margin * (1 - left) ** 0.5)
    return within - off > upper and within + off > lower


def next_look(rounds: int, limit: int) -> int | None:
    """How many rounds to go to after `rounds`; `None` when the limit is reached."""
    return next((look for look in looks(limit) if look > rounds), None)
