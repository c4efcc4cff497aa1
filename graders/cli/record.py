"""`takehome record`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

EPOCH = 41
"""Seed epoch of recorded traces: draws that no run of practice meets."""


def run(
    exercise: Annotated[str, typer.Argument(help="An exercise's id, or the path of its folder.")],
    *,
    trials: Annotated[int, typer.Option(min=1, help="How many runs to record.")] = 60,
    production: Annotated[float, typer.Option(min=0, max=1, help="Share of ordinary scenarios.")] = 0.8,
    out: Annotated[Path | None, typer.Option(help="Folder; by default the starter's `traces/`.")] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Trials at once; by default one a core.")] = None,
) -> int:
    """Run the starter on practice scenarios in production's mix and keep the runs as OTLP JSON.

    Scenarios tagged `stratum = "production"` make up the given share, and each meets the snapshots of its
    own day. Replaces the folder's JSON files, and `audit.csv`, which says how each run ended.
    """
    import csv
    import tempfile

    from graders.traffic import as_of_their_days, traffic
    from harness.cli.output import messages
    from harness.cli.trials import TrialProgress, default_jobs
    from harness.exercise.registry import find_exercise
    from harness.sandbox.folders import prefix
    from harness.trace.otlp import export
    from harness.trial.record import TrialStore
    from harness.trial.session import Session
    from harness.workspace import tree

    found = find_exercise(exercise)
    folder = out or found.starter / "traces"
    keys = traffic(found.bank, trials, production=production, epoch=EPOCH)
    with tempfile.TemporaryDirectory(prefix=prefix()) as temporary:
        work = Path(temporary) / "work"
        tree.copy(found.starter, work)
        then = as_of_their_days(found, found.practice)
        with (
            Session(found, then, sandbox="process", jobs=jobs or default_jobs()) as session,
            TrialProgress(len(keys)) as progress,
        ):
            store = TrialStore(Path(temporary) / "trials.jsonl.gz", session.store_key("starter"))
            records = session.run(work, keys, store, progress=progress.note)
        for old in folder.glob("*.json"):
            old.unlink()
        files = export(records, folder, service=found.id)
        verdicts = [found.judge(found.bank[record.scenario], record.gateway.end) for record in records]
    with (folder / "audit.csv").open("w", newline="", encoding="utf-8") as audit:
        rows = csv.writer(audit, lineterminator="\n")
        rows.writerow(["run", "ended"])
        for file, verdict in sorted(zip(files, verdicts, strict=True), key=lambda row: row[0]):
            rows.writerow([file.name, "harm" if verdict.harm else "well" if verdict.success else "badly"])
    good, harm = sum(v.success for v in verdicts), sum(v.harm for v in verdicts)
    messages().print(f"{len(records)} runs in `{folder}`: {good} ended well, {harm} did harm")
    return 0
