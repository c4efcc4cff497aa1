"""Which trials make up a day of production: mostly ordinary cases, some of each kind of trouble."""

from __future__ import annotations

from itertools import cycle, islice

from harness.exercise.scenario import Bank
from harness.trial.record import TrialKey

PRODUCTION = "production"


def traffic(bank: Bank, trials: int, *, production: float, epoch: int) -> list[TrialKey]:
    """`trials` keys, the share `production` of them of scenarios tagged `stratum = "production"`.

    Each stratum goes round its scenarios, so that none comes twice more often than another; where
    one stratum is empty the other takes its share. Scenarios of many tasks are left out.
    """
    single = {
        scenario.id: scenario.tags.get("stratum", PRODUCTION) for scenario in bank if scenario.tasks == 1
    }
    ordinary = [id for id, stratum in single.items() if stratum == PRODUCTION]
    trouble = [id for id, stratum in single.items() if stratum != PRODUCTION]
    share = round(trials * production) if trouble and ordinary else (trials if ordinary else 0)
    chosen = [*islice(cycle(ordinary), share), *islice(cycle(trouble), trials - share)]
    seen: dict[str, int] = {}
    keys = []
    for scenario in chosen:
        keys.append(TrialKey(scenario, seen.get(scenario, 0), epoch))
        seen[scenario] = seen.get(scenario, 0) + 1
    return keys
