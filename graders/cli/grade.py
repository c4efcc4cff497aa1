"""`takehome grade`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from harness.cli.live import DEFAULT_MAX_USD, CassetteFile, LiveFlag, LiveModels, MaxUsd
from harness.cli.runtime import RuntimeName
from harness.errors import UsageError

if TYPE_CHECKING:
    from graders.grade import Grade
    from harness.exercise.registry import Exercise

LIMIT = 8
"""Rounds at most where their number is not given."""
Vaults = Annotated[
    Path | None, typer.Option(help="The folder that holds `<exercise>/`; by default the demonstration's.")
]
ExerciseAt = Annotated[
    str | None, typer.Option(help="The exercise's id or folder; by default what the submission says.")
]
Json = Annotated[bool, typer.Option("--json", help="The result as JSON on stdout.")]


def run(
    submission: Annotated[Path, typer.Argument(help="The zip that `takehome submit` made.")],
    *,
    out: Annotated[
        Path | None, typer.Option(help="The grade's folder; by default `grades/<zip's name>`.")
    ] = None,
    rounds: Annotated[
        int | None,
        typer.Option(min=1, max=50, help="Trials of each scenario; by default as many as settle it."),
    ] = None,
    max_rounds: Annotated[
        int, typer.Option(min=1, max=50, help="Without --rounds: how far it may go on.")
    ] = LIMIT,
    seed_epoch: Annotated[int, typer.Option(min=0, max=400_000, help="Another number, fresh luck.")] = 0,
    vault: Vaults = None,
    exercise: ExerciseAt = None,
    sandbox: Annotated[str, typer.Option(help="auto, docker or process.")] = "auto",
    runtime: RuntimeName = None,
    isolation: Annotated[
        str, typer.Option(help="fork or container: how far trials are kept apart.")
    ] = "fork",
    jobs: Annotated[int | None, typer.Option(min=1, help="Trials at once; by default one a core.")] = None,
    trust_submission: Annotated[
        bool,
        typer.Option("--trust-submission", help="Allow it to run without a container, with your rights."),
    ] = False,
    live: LiveFlag = False,
    live_model: LiveModels = None,
    max_usd: MaxUsd = DEFAULT_MAX_USD,
    cassette: CassetteFile = None,
    json: Json = False,
) -> int:
    """Replay a submission on the hidden scenarios and score it.

    Starter and reference run on the same scenarios and seeds, claims on fresh ones. Without
    `--rounds` it looks after 2, 4, 6 and 8 rounds and ends when the recommendation is settled; with
    live models after 2. Finished trials are kept: after Ctrl-C the same command goes on.
    """
    from graders.anchors import AnchorCache, cache_folder
    from graders.audit import audit
    from graders.cli.progress import GradeProgress
    from graders.cli.summary import show
    from graders.grading import grade_folder
    from graders.replay import Plan, Task, intake
    from graders.rounds import next_look
    from graders.settling import counted, replay_until_settled
    from graders.vault_files import open_vault
    from harness.cli.live import chosen_models
    from harness.cli.output import console, messages, print_json
    from harness.cli.runtime import told
    from harness.cli.trials import default_jobs
    from harness.sandbox.choose import resolve
    from harness.trial.models import SIMULATED
    from harness.trial.session import Isolation, SandboxChoice, Session

    choice = cast("SandboxChoice", one_of("sandbox", sandbox, ("auto", "docker", "process")))
    apart = cast("Isolation", one_of("isolation", isolation, ("fork", "container")))
    if resolve(choice) == "process" and not trust_submission:
        raise UsageError(
            "a submission is somebody else's program, and without a container it runs with your rights",
            hint="start a container engine, or say `--trust-submission` if the program is yours",
        )
    folder = out or Path("grades") / submission.stem
    taken = intake(submission, folder)
    found = exercise_of(taken.meta.exercise, exercise)
    hidden = open_vault(vault, found)
    models = chosen_models(found, live=live, named=live_model, max_usd=max_usd, cassette=cassette)
    first = rounds or next_look(0, max_rounds) or max_rounds
    plan = Plan(
        first,
        seed_epoch,
        apart,
        str(found.folder) if exercise else None,
        limit=0 if rounds or live else max_rounds,
    )
    # Without a container the submission runs with the rights that could write to the cache.
    cache = AnchorCache(cache_folder()) if resolve(choice) == "docker" else None
    messages().print(
        f"{found.spec.title}: {len(hidden.assessment.bank)} scenarios, {counted(plan)}", markup=False
    )
    task, workers = Task(taken, found, hidden, plan), jobs or default_jobs()
    with (
        Session(
            found,
            hidden.assessment,
            sandbox=choice,
            isolation=apart,
            runtime=told(runtime),
            jobs=workers,
            models=models,
            patience=3,
        ) as session,
        GradeProgress() as progress,
    ):
        kept = cache if models is SIMULATED else None
        task = replay_until_settled(task, session, folder, cache=kept, on_trial=progress)
        # the audit compares equal draws, which real models do not have
        warm = session.sandbox_kind == "docker" and apart == "fork" and models.backend == "simulated"
    if warm:
        with (
            Session(
                found,
                hidden.assessment,
                sandbox="docker",
                isolation="container",
                jobs=workers,
                patience=3,
                runtime=runtime,
            ) as session,
            GradeProgress() as progress,
        ):
            audit(task, session, folder, on_trial=progress)
    made = grade_folder(folder, taken, found, hidden, others=neighbours(folder))
    page = finish(folder, made, "grade", trusted=trust_submission)
    if json:
        print_json(made.model_dump(mode="json"))
        return 0
    show(made)
    console().print(f"report: {page}", markup=False, soft_wrap=True)
    return 0


def finish(folder: Path, made: Grade, what: str, **more: object) -> Path:
    """Write the report, and a line about the grade into the folder's hash-chained log.

    Raises `GraderError` when the report cannot be made; the grade stands all the same.
    """
    from hashlib import sha256

    from graders.grade import FILE, LOG
    from graders.report.page import write
    from harness.errors import GraderError, TakehomeError
    from harness.workspace.journal import Journal

    Journal(folder / LOG).append(
        what,
        {
            "submission": made.submission_digest,
            "assessment": made.assessment,
            "rounds": made.rounds,
            "seed_epoch": made.seed_epoch,
            "sandbox": made.sandbox.kind,
            "versions": made.versions.model_dump(),
            "score": made.score.model_dump(),
            "recommendation": made.recommendation.model_dump(mode="json"),
            "digests": {
                path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
                for path in (folder / FILE, *sorted((folder / "records").glob("*.gz")))
            },
            **more,
        },
    )
    try:
        return write(folder)
    except TakehomeError:
        raise
    except Exception as error:
        raise GraderError(
            f"the grade in `{folder}` is done, its report is not: {type(error).__name__}: {error}",
            hint=f"`takehome report {folder}` makes the report again",
        ) from error


def one_of(what: str, said: str, known: tuple[str, ...]) -> str:
    """Raises `UsageError` for a word that is none of the known ones."""
    if said not in known:
        raise UsageError(f"there is no {what} `{said}`", hint="one of " + ", ".join(known))
    return said


def exercise_of(meta: str, asked: str | None) -> Exercise:
    """The exercise that was asked for, else the *installed* one that the submission names.

    What a submission says is never taken for a path: that would run code of its own outside the
    sandbox. Raises `UsageError`.
    """
    from harness.exercise.registry import exercise_ids, find_exercise, open_exercise

    if asked is None:
        if meta not in exercise_ids():
            raise UsageError(
                f"the submission is of `{meta[:60]!a}`, which is not installed",
                hint="`--exercise DIR` names an exercise's folder",
            )
        return find_exercise(meta)
    found = open_exercise(Path(asked)) if "/" in asked else find_exercise(asked)
    if found.id != meta:
        raise UsageError(f"the submission is of {meta[:60]!a}, not of `{found.id}`")
    return found


def neighbours(folder: Path) -> list[Path]:
    """Works of the other submissions whose grades stand beside this one."""
    return [
        work
        for work in sorted(folder.resolve().parent.glob("*/submission/work"))
        if work.parent.parent != folder.resolve()
    ]
