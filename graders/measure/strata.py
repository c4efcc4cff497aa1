"""Strata: kinds of scenarios of which a rubric says how much each counts, however many the bank holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from graders.measure.trial import Resample, Trial

EXACT = 1e-12
"""A factor so near to 1 changes nothing: trials that were weighed before stay the same objects."""


def weigh(trials: Sequence[Trial], strata: Mapping[str, float]) -> Sequence[Trial]:
    """The trials with weights that give each stratum its share of the whole (post-stratification).

    Within a stratum scenarios keep their proportions. Trials of a stratum without a share stay as they
    are. What a jackknife leaves in is weighed anew: the shares are fixed, the sample is not.
    """
    if not strata:
        return trials
    weights = {trial.scenario: (trial.stratum, trial.weight) for trial in trials}
    whole: dict[str, float] = {}
    for stratum, weight in weights.values():
        whole[stratum] = whole.get(stratum, 0.0) + weight
    factors = {name: share / whole[name] for name, share in strata.items() if whole.get(name)}
    factors = {name: factor for name, factor in factors.items() if abs(factor - 1) > EXACT}
    if not factors:
        return trials
    kept = [
        replace(trial, weight=trial.weight * factors[trial.stratum]) if trial.stratum in factors else trial
        for trial in trials
    ]
    return Resample(kept) if isinstance(trials, Resample) else kept
