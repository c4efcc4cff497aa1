"""`takehome run`."""

from __future__ import annotations

import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from harness.cli.live import DEFAULT_MAX_USD, CassetteFile, LiveFlag, LiveModels, MaxUsd
from harness.cli.runtime import RuntimeName
from harness.sandbox.folders import prefix


def run(
    *,
    trials: Annotated[int, typer.Option(min=1, help="Trials of each scenario.")] = 1,
    first: Annotated[
        int, typer.Option(min=0, help="Number of the first trial: other numbers, other luck.")
    ] = 0,
    scenario: Annotated[
        list[str] | None, typer.Option(help="Only this scenario or family; may be repeated.")
    ] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Trials at once; by default one a core.")] = None,
    sandbox: Annotated[str, typer.Option(help="auto, docker or process.")] = "auto",
    runtime: RuntimeName = None,
    failed: Annotated[
        bool, typer.Option("--failed", help="Once they have run, list the trials that failed.")
    ] = False,
    live: LiveFlag = False,
    live_model: LiveModels = None,
    max_usd: MaxUsd = DEFAULT_MAX_USD,
    cassette: CassetteFile = None,
    json: Annotated[bool, typer.Option("--json", help="The result as JSON on stdout.")] = False,
) -> int:
    """Run your work, as it lies in the folder, on practice scenarios.

    Finished trials are kept: Ctrl-C loses none, and the same command goes on. Uncommitted changes
    run as well; files that git ignores do not.
    """
    from harness.cli.figures import family_table, percent, print_parts
    from harness.cli.live import chosen_models
    from harness.cli.output import console, messages, print_json
    from harness.cli.submit import lock_needed
    from harness.cli.trace import trial_table
    from harness.cli.trials import TrialProgress, practice_session
    from harness.workspace import git, practice
    from harness.workspace.folder import alone, find_workspace

    workspace = find_workspace()
    exercise = workspace.exercise
    models = chosen_models(exercise, live=live, named=live_model, max_usd=max_usd, cassette=cassette)
    keys = practice.keys(exercise, trials, scenario or [], first=first)
    with tempfile.TemporaryDirectory(prefix=prefix()) as temporary:
        work = Path(temporary) / "work"
        digest = workspace.copy_now(work)
        with alone(workspace), practice_session(exercise, sandbox, jobs, models, runtime) as session:
            messages().print(session.sandbox_description, markup=False)
            if models.backend != "simulated":
                messages().print(session.card_provenance, markup=False)
            if lock_needed(workspace):
                messages().print("packages of `requirements.txt` …", markup=False)
            store = practice.open_store(workspace, session, digest, work)
            with TrialProgress(len(keys)) as progress:
                progress.reached(sum(key in store for key in keys))
                records = session.run(work, keys, store, progress=progress.note)
            practice.make_newest(workspace, store)
            kind = session.sandbox_kind
    judged = practice.judge(exercise, records)
    rows, total = practice.table(judged)
    failures = [item for item in judged if not item.verdict.success]
    unknown = sorted(
        {name for item in judged for call in item.record.gateway.calls for name in call.unknown_fields}
    )
    event = {
        "work": digest,
        "commit": git.head(workspace.root),
        "only": scenario or [],
        "first": first,
        "trials": total.trials,
        "successes": total.successes,
        "harms": total.harms,
        "usd_per_task": total.usd,
        "not_understood": total.unclear,
        "sandbox": kind,
        "models": models.backend,
    }
    if json:
        print_json(
            {
                "work": digest,
                "sandbox": kind,
                "all": total.as_json(),
                "families": [row.as_json() for row in rows],
                "failed": [item.name for item in failures],
                "unknown_fields": unknown,
                "parts": {
                    item.name: {
                        "detail": item.verdict.detail,
                        "parts": [asdict(p) for p in item.verdict.parts],
                    }
                    for item in judged
                    if item.verdict.parts
                },
            }
        )
        workspace.journal.append("run", event)
        return 0
    console().print(family_table(rows, total))
    for item in judged:
        if item.verdict.parts:
            print_parts(console(), item.name, item.verdict)
    if total.unmeasured:
        share = percent(total.unclear / total.calls)
        messages().print(
            f"{total.unmeasured} trials would not be measured: the simulated model did not understand "
            f"{share} of the calls. `takehome trace` shows which and why.",
            markup=False,
        )
    if unknown:
        messages().print(
            "the simulated model knows no such fields, and left them empty: " + ", ".join(unknown),
            markup=False,
        )
    if failed and failures:
        console().print(trial_table(failures))
    elif failures:
        messages().print(f"`takehome trace {failures[0].name}` shows the first that failed", markup=False)
    workspace.journal.append("run", event)
    return 0
