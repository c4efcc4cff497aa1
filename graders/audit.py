"""A share of trials run again, each in a container of its own, on the same seeds.

Trials of one submission share a warm container. What could carry something from one to the next is
wiped and closed, but low-rate counters stay readable; if a work does better warm than fresh, it shows
here. A difference is a finding for a person, never a change of the score.
"""

from __future__ import annotations

import hmac
import random
from collections.abc import Sequence
from math import ceil
from pathlib import Path
from typing import Literal

from scipy import stats

from graders.grade import Finding
from graders.measure.trial import Trial
from graders.replay import OnTrial, Runner, Task, own_packages, records
from harness.trial.record import TrialKey, TrialStore
from harness.trial.session import all_keys

NAME = "audit"
SHARE = 0.05
LEVEL = 0.05
FEWEST = 4


def picked(task: Task) -> list[TrialKey]:
    """One trial in twenty, four at least, drawn by the assessment's secret."""
    scenarios = [scenario.id for scenario in task.vault.assessment.bank]
    keys = all_keys(scenarios, task.plan.rounds, epoch=task.plan.seed_epoch)
    text = f"audit:{task.submission.work_digest}"
    seed = hmac.digest(task.vault.assessment.secret, text.encode(), "sha256")
    count = min(len(keys), max(FEWEST, ceil(SHARE * len(keys))))
    return sorted(random.Random(seed).sample(keys, count))


def audit(task: Task, runner: Runner, out: Path, *, on_trial: OnTrial | None = None) -> None:
    """Run the picked trials in `runner`, which keeps each in a container of its own."""
    keys = picked(task)
    work = task.submission.work
    packages, _ = own_packages(task.submission, work, runner)
    store = TrialStore(records(out, NAME), runner.store_key(task.submission.work_digest, packages))
    told = on_trial
    progress = None if told is None else lambda _record, done, asked: told(NAME, done, asked)
    runner.run(work, keys, store, progress=progress)


def findings(warm: Sequence[Trial], fresh: Sequence[Trial], *, contended: bool = False) -> list[Finding]:
    """What the reruns say. Trials that were not measured either time are left out.

    So few reruns can hardly be significant: a single one that was better warm is worth a look, but
    where equal questions were asked at once (`contended`), whose order is chance.
    """
    known = {(t.scenario, t.replay, t.epoch): t for t in warm}
    better = worse = pairs = 0
    where = ""
    for trial in fresh:
        other = known.get((trial.scenario, trial.replay, trial.epoch))
        if other is None or other.verdict is None or trial.verdict is None:
            continue
        pairs += 1
        if other.verdict.success != trial.verdict.success:
            where = where or f"{trial.scenario}.{trial.replay}"
            better += other.verdict.success
            worse += trial.verdict.success
    if not better + worse:
        return []
    p = float(stats.binomtest(better, better + worse).pvalue)
    weight: Literal["note", "look", "serious"] = "look" if better and not contended else "note"
    if p <= LEVEL and better > worse:
        weight = "serious"
    return [
        Finding(
            kind="warm_and_fresh_differ",
            detail=f"of {pairs} trials run again in fresh containers {better + worse} ended otherwise: "
            f"{better} were better warm, {worse} fresh (p = {p:.2f})",
            weight=weight,
            where=where,
            trials=better + worse,
        )
    ]
