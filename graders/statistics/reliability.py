"""Generalizability: how much of a score is the person, and how much scenarios and luck.

G-study of a balanced persons x scenarios x replays design (Brennan 2001). Expected mean squares:

    s2_r  = MS_r                         replays within (person, scenario)
    s2_ps = (MS_ps - MS_r) / K           person by scenario
    s2_s  = (MS_s - MS_ps) / (P*K)       scenarios
    s2_p  = (MS_p - MS_ps) / (S*K)       persons
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Components:
    """Variance components; negative estimates are set to 0, as is usual."""

    person: float
    scenario: float
    person_scenario: float
    replay: float


@dataclass(frozen=True, slots=True)
class Decision:
    """What a design of S scenarios and K replays would give."""

    relative: float
    """E rho^2: reliability for ranking."""
    phi: float
    """Reliability for cuts."""
    sem_relative: float
    sem_absolute: float


def components(scores: ArrayLike) -> Components:
    """Variance components of `scores[person, scenario, replay]`.

    Raises `ValueError` for fewer than two persons, scenarios or replays, or a value that is not
    finite.
    """
    x = _checked(scores)
    people, scenarios, replays = x.shape
    grand = x.mean()
    p, s, ps = x.mean(axis=(1, 2)), x.mean(axis=(0, 2)), x.mean(axis=2)
    ms_p = scenarios * replays * ((p - grand) ** 2).sum() / (people - 1)
    ms_s = people * replays * ((s - grand) ** 2).sum() / (scenarios - 1)
    both = ps - p[:, None] - s[None, :] + grand
    ms_ps = replays * (both**2).sum() / ((people - 1) * (scenarios - 1))
    ms_r = ((x - ps[:, :, None]) ** 2).sum() / (people * scenarios * (replays - 1))
    return Components(
        person=max(0.0, float(ms_p - ms_ps) / (scenarios * replays)),
        scenario=max(0.0, float(ms_s - ms_ps) / (people * replays)),
        person_scenario=max(0.0, float(ms_ps - ms_r) / replays),
        replay=float(ms_r),
    )


def decide(found: Components, scenarios: int, replays: int) -> Decision:
    """D-study: the same components with another number of scenarios and replays."""
    relative = found.person_scenario / scenarios + found.replay / (scenarios * replays)
    absolute = relative + found.scenario / scenarios
    return Decision(
        relative=_share(found.person, relative),
        phi=_share(found.person, absolute),
        sem_relative=relative**0.5,
        sem_absolute=absolute**0.5,
    )


def graders(
    found: Components,
    scenarios: int,
    replays: int,
    *,
    number: int,
    grader: float,
    person_grader: float,
    scenario_grader: float,
    person_scenario_grader: float,
    residual: float,
) -> Decision:
    """D-study with G graders (people or judge models) besides; the further components are theirs.

    s2_delta = ps/S + pg/G + psg/(S*G) + r/(S*K) + e/(S*K*G); s2_Delta adds s/S + g/G + sg/(S*G).
    """
    relative = (
        found.person_scenario / scenarios
        + person_grader / number
        + person_scenario_grader / (scenarios * number)
        + found.replay / (scenarios * replays)
        + residual / (scenarios * replays * number)
    )
    absolute = (
        relative + found.scenario / scenarios + grader / number + scenario_grader / (scenarios * number)
    )
    return Decision(
        _share(found.person, relative), _share(found.person, absolute), relative**0.5, absolute**0.5
    )


def scenarios_needed(found: Components, replays: float, target: float = 0.9) -> int | None:
    """S >= rho/(1-rho) * (s2_ps + s2_r/K) / s2_p for ranking; `None` when persons do not differ."""
    if found.person <= 0 or not 0 < target < 1:
        return None
    noise = found.person_scenario + (found.replay / replays if replays != float("inf") else 0.0)
    return max(1, ceil(target / (1 - target) * noise / found.person - 1e-9))


def phi_interval(
    scores: ArrayLike, alpha: float = 0.05, *, resamples: int = 1_000, seed: int = 0
) -> tuple[float, float]:
    """Percentile interval of phi, persons and scenarios drawn with replacement.

    Persons drawn twice are no new persons: the interval is wide, and honest, for small panels.
    """
    x = _checked(scores)
    rng = np.random.default_rng(seed)
    people, scenarios, replays = x.shape
    found = []
    for _ in range(resamples):
        drawn = x[rng.integers(people, size=people)][:, rng.integers(scenarios, size=scenarios)]
        found.append(decide(components(drawn), scenarios, replays).phi)
    low, high = np.quantile(found, [alpha / 2, 1 - alpha / 2])
    return float(low), float(high)


def among_applicants(panel: float, sd_panel: float, sd_applicants: float) -> float:
    """Reliability where people differ less: 1 - (SD_panel/SD_app)^2 * (1 - rho_panel), at least 0."""
    return max(0.0, 1 - (sd_panel / sd_applicants) ** 2 * (1 - panel))


def _share(signal: float, noise: float) -> float:
    return signal / (signal + noise) if signal + noise > 0 else 0.0


def _checked(scores: ArrayLike) -> Floats:
    x = np.asarray(scores, dtype=float)
    if x.ndim != 3 or min(x.shape) < 2:
        raise ValueError("scores[person, scenario, replay] with at least two of each are needed")
    if not np.isfinite(x).all():
        raise ValueError("a score is not a finite number")
    return x


def item_rest(scores: ArrayLike) -> list[float | None]:
    """Each scenario's correlation with the sum of the others, over persons (replays averaged).

    `None` for a scenario that all persons do equally well in.
    """
    means = _checked(scores).mean(axis=2)
    found: list[float | None] = []
    for number in range(means.shape[1]):
        own, rest = means[:, number], np.delete(means, number, axis=1).sum(axis=1)
        flat = own.std() < 1e-12 or rest.std() < 1e-12
        found.append(None if flat else float(np.corrcoef(own, rest)[0, 1]))
    return found


def persons(rows: Sequence[Sequence[Sequence[float]]]) -> Floats:
    """Nested lists as `scores[person, scenario, replay]`. Raises `ValueError` when they are ragged."""
    return _checked(rows)
