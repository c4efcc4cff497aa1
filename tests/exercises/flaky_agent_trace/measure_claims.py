"""What members' claims come to: `python -m tests.exercises.flaky_agent_trace.measure_claims NAME…`.

As a candidate would measure it: each claim's patch alone, 4 pairs of every practice ticket, on the
demonstration's mix. What it prints is written by hand into our own members' `claims.toml`, before the panel
is graded.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from pathlib import Path

from graders.panel import materialise
from graders.vault_files import Vault, open_vault
from harness.exercise.assessment import Assessment
from harness.exercise.registry import Exercise, find_exercise
from harness.trial.record import TrialStore
from harness.trial.session import Session
from harness.workspace import claims, practice, tree
from harness.workspace.claims import LEVEL
from harness.workspace.paired import difference, mean
from harness.workspace.practice import Judged

TRIALS = 4


def kit(exercise: Exercise, vault: Vault) -> Assessment:
    """Practice as the assessment's candidates have it: under its mix."""
    own = exercise.practice
    return exercise.assessment(
        own.name, own.secret, vault.parameters.card, exercise.bank, vault.parameters.mix
    )


def main(*names: str) -> None:
    """Print a line for each claim."""
    exercise = find_exercise("flaky_agent_trace")
    vault = open_vault(None, exercise)
    keys = practice.keys(exercise, TRIALS)
    with (
        tempfile.TemporaryDirectory() as temporary,
        Session(exercise, kit(exercise, vault), sandbox="process", jobs=3) as session,
    ):
        known: dict[str, list[Judged]] = {}

        def ran(work: Path) -> list[Judged]:
            digest = tree.digest(work)
            if digest not in known:
                store = TrialStore(Path(temporary) / f"{digest[:16]}.jsonl.gz", session.store_key(digest))
                known[digest] = practice.judge(exercise, session.run(work, keys, store))
            return known[digest]

        for name in names:
            work = materialise(vault, exercise, name, Path(temporary) / name)
            for claim in claims.load(vault.panel / name):
                into = Path(temporary) / hashlib.sha256(f"{name} {claim.id}".encode()).hexdigest()[:12]
                base = claims.variant(
                    claim, vault.panel / name, starter=exercise.starter, work=work, into=into
                )
                sides = [practice.measure(ran(each), claim.metric) for each in (base, into)]
                found = difference(*sides, bound=None if claim.metric == "usd_per_task" else 1.0)
                low, high = found.interval(LEVEL) or (float("nan"), float("nan"))
                levels = " -> ".join(f"{mean(side).value:.3f}" for side in sides)
                sys.stdout.write(
                    f"{name} {claim.id} {claim.base} {claim.metric} {levels}: {found.value:+.3f} "
                    f"[{low:.3f}, {high:.3f}] of {found.mean.n}; predicted {claim.predicted}\n"
                )
                sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
