"""How an agent fares whose model never errs: `python -m tests.exercises.flaky_agent_trace.sober FOLDER …`.

Each agent is run on the practice tickets, by processes, against the simulated model without its error modes
and without any fault of tools, endpoint or cache. A sound agent that does not end them all well is
misunderstood by the model.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

from graders.measure.trial import Trial, read
from harness.exercise.assessment import Assessment
from harness.exercise.registry import Exercise, find_exercise
from harness.exercise.scenario import Scenario
from harness.trial.record import TrialKey, TrialStore
from harness.trial.session import Session
from harness.workspace import tree
from tests.exercises.flaky_agent_trace.conftest import without_errors


@cache
def sober() -> tuple[Exercise, Assessment]:
    """The exercise, and its practice without errors and faults."""
    exercise = find_exercise("flaky_agent_trace")
    practice = exercise.practice
    quiet = replace(practice.bank, scenarios=tuple(map(_quiet, practice.bank)))
    card = without_errors(practice.card)
    return exercise, exercise.assessment("sober", b"sober" * 7, card, quiet)


def _quiet(scenario: Scenario) -> Scenario:
    world = {key: value for key, value in scenario.world.items() if key != "cached_policy"}
    return scenario.model_copy(update={"tool_faults": (), "model_faults": (), "world": world})


def opened(jobs: int = 1) -> Session:
    """A gateway with such a model; to be closed."""
    return Session(*sober(), sandbox="process", jobs=jobs)


def ran(folder: Path, session: Session, every: int = 1, first: int = 0) -> list[Trial]:
    """One trial of every so-manieth single ticket, from the `first` on."""
    exercise, assessment = sober()
    ids = [scenario.id for scenario in assessment.bank if "arrivals" not in scenario.world]
    with tempfile.TemporaryDirectory() as temporary:
        store = TrialStore(Path(temporary) / "trials.jsonl.gz", session.store_key(tree.digest(folder)))
        keys = [TrialKey(id, 0, 0) for id in ids[first::every]]
        return list(read(session.run(folder, keys, store), assessment.bank, exercise.judge))


def failed(trials: Iterable[Trial]) -> Iterator[str]:
    """Each trial that did not end well, with what became of it."""
    for trial in trials:
        if trial.verdict is None or not trial.verdict.success:
            ended = trial.verdict.label if trial.verdict else trial.why_not_measured
            yield f"{trial.scenario}: {ended}"


def main(folders: list[str]) -> None:
    """Print a line for each agent, and one for each trial that did not end well."""
    with opened(jobs=2) as session:
        for folder in map(Path, folders):
            trials = ran(folder, session)
            bad = list(failed(trials))
            lost = sum(trial.not_understood for trial in trials)
            calls = sum(trial.calls for trial in trials)
            sys.stdout.write(
                f"{folder.name}: {len(trials) - len(bad)} of {len(trials)} end well; "
                f"{lost} of {calls} calls not understood\n"
            )
            sys.stdout.writelines(f"  {line}\n" for line in bad)


if __name__ == "__main__":
    main(sys.argv[1:])
