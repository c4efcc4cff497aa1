"""Which trials make up a day of production: mostly ordinary cases, some of each kind of trouble."""

from __future__ import annotations

from itertools import cycle, islice

from harness.exercise.scenario import Bank
from harness.trial.record import TrialKey

NORMAL = "normal"


def traffic(bank: Bank, trials: int, *, normal: float, epoch: int) -> list[TrialKey]:
    """`trials` keys, the share `normal` of them of scenarios tagged `stratum = "normal"`.

    Each stratum goes round its scenarios, so that none comes twice more often than another; where
    one stratum is empty the other takes its share.
    """
    ordinary = [scenario.id for scenario in bank if scenario.tags.get("stratum", NORMAL) == NORMAL]
    trouble = [scenario.id for scenario in bank if scenario.id not in set(ordinary)]
    share = round(trials * normal) if trouble and ordinary else (trials if ordinary else 0)
    chosen = [*islice(cycle(ordinary), share), *islice(cycle(trouble), trials - share)]
    seen: dict[str, int] = {}
    keys = []
    for scenario in chosen:
        keys.append(TrialKey(scenario, seen.get(scenario, 0), epoch))
        seen[scenario] = seen.get(scenario, 0) + 1
    return keys
