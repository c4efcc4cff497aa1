"""What works come to on assessments that are nobody's: a look at a card while it is being written.

`python -m tests.exercises.flaky_agent_trace.calibrate 1,3,4 starter reference /path/of/a/work` runs each
work once on every hidden ticket, by processes, under mixes and secrets of their own, and prints success and
harm by stratum. No test: single mixes lie apart by some .05.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from graders.measure.rates import harm_rate, success_rate
from graders.measure.trial import Trial, part, read
from graders.panel import materialise
from graders.vault_files import Vault, open_vault
from harness.exercise.assessment import Assessment
from harness.exercise.registry import Exercise, find_exercise
from harness.exercise.scenario import load_bank
from harness.trial.record import TrialKey, TrialStore
from harness.trial.session import Session
from harness.workspace import tree

STRATA = ("production", "stress")


def assessment(exercise: Exercise, vault: Vault, number: int) -> Assessment:
    """The hidden bank under another secret and mix."""
    name = f"calibration {number}"
    secret = hashlib.sha256(name.encode()).digest()
    bank = exercise.vary(load_bank(vault.folder / "scenarios.jsonl"), secret)
    return exercise.assessment(name, secret, vault.parameters.card, bank, name)


def ran(exercise: Exercise, vault: Vault, number: int, names: Sequence[str]) -> dict[str, list[Trial]]:
    """One trial of every single ticket."""
    found = {}
    other = assessment(exercise, vault, number)
    keys = [TrialKey(s.id, 0, 0) for s in other.bank if s.tags.get("stratum") in STRATA]
    with (
        tempfile.TemporaryDirectory() as temporary,
        Session(exercise, other, sandbox="process", jobs=3) as session,
    ):
        for name in names:
            folder = Path(temporary) / hashlib.sha256(name.encode()).hexdigest()[:8]
            work = Path(name) if "/" in name else materialise(vault, exercise, name, folder)
            store = TrialStore(folder.with_suffix(".jsonl.gz"), session.store_key(tree.digest(work)))
            found[name] = list(read(session.run(work, keys, store), other.bank, exercise.judge))
    return found


def main(mixes: str, *names: str) -> None:
    """Print a row for each work and mix, then each work's mean."""
    exercise = find_exercise("flaky_agent_trace")
    vault = open_vault(None, exercise)
    rows: dict[str, list[list[float]]] = defaultdict(list)
    labels: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for number in map(int, mixes.split(",")):
        for name, trials in ran(exercise, vault, number, names or ("starter", "reference")).items():
            row = []
            for stratum in STRATA:
                of = part(trials, lambda trial, stratum=stratum: trial.stratum == stratum)  # type: ignore[misc]
                row += [success_rate(of).value or 0.0, harm_rate(of).value or 0.0]
                labels[name, stratum].update(failures(of))
            rows[name].append(row)
            say(f"mix {number}  {name}", row)
    for name, each in rows.items():
        say(f"mean   {name}", [sum(column) / len(each) for column in zip(*each, strict=True)])
    for (name, stratum), found in labels.items():
        told = ", ".join(f"{label} {count}" for label, count in found.most_common(12))
        sys.stdout.write(f"{name}, {stratum}: {told}\n")


def failures(trials: Sequence[Trial]) -> Iterator[str]:
    """Label and family of every trial that did not end well."""
    for trial in trials:
        if trial.verdict is None:
            yield f"not measured: {trial.why_not_measured}"
        elif not trial.verdict.success:
            yield trial.verdict.label + (" (harm)" if trial.verdict.harm else "")
            yield f"/{trial.family}"


def say(what: str, row: Sequence[float]) -> None:
    """One line: success and harm of either stratum."""
    sys.stdout.write(f"{what:60} {row[0]:.3f} / {row[1]:.3f}   {row[2]:.3f} / {row[3]:.3f}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
