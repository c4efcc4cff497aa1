"""`takehome signal`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from graders.cli.grade import Json, Vaults, one_of
from harness.cli.runtime import RuntimeName

if TYPE_CHECKING:
    from graders.separation import Signal
    from harness.trial.session import SandboxChoice


def run(
    exercise: Annotated[str, typer.Argument(help="An exercise's id, or the path of its folder.")],
    *,
    vault: Vaults = None,
    rounds: Annotated[int, typer.Option(min=2, max=50, help="Trials of each scenario.")] = 2,
    fresh: Annotated[bool, typer.Option("--fresh", help="On seeds that no report used before.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="Where to keep the records; `signal/<id>` by default.")
    ] = None,
    sandbox: Annotated[str, typer.Option(help="auto, docker or process.")] = "auto",
    runtime: RuntimeName = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Trials at once; by default one a core.")] = None,
    json: Json = False,
) -> int:
    """Grade the whole panel twice and report whether the exercise separates.

    Exits with 1 when a figure that could be measured misses its target. Finished trials are kept:
    the same command goes on.
    """
    import time

    from graders.anchors import AnchorCache, cache_folder
    from graders.cli.progress import GradeProgress
    from graders.grade import write_json
    from graders.standings import Panel, run_panel
    from graders.vault_files import open_vault
    from harness.cli.output import console, print_json
    from harness.cli.runtime import told
    from harness.cli.trials import default_jobs
    from harness.exercise.registry import find_exercise
    from harness.trial.session import Session

    choice = cast("SandboxChoice", one_of("sandbox", sandbox, ("auto", "docker", "process")))
    found = find_exercise(exercise)
    hidden = open_vault(vault, found)
    folder = out or Path("signal") / found.id
    epoch = 100_000 + int(time.time()) % 100_000 * 2 if fresh else 0
    with (
        Session(
            found, hidden.assessment, sandbox=choice, jobs=jobs or default_jobs(), runtime=told(runtime)
        ) as session,
        GradeProgress() as progress,
    ):
        made = run_panel(
            Panel(found, hidden, rounds, epoch), session, folder,
            cache=AnchorCache(cache_folder()), on_trial=progress,
        )  # fmt: skip
    write_json(folder / "signal.json", made)
    if json:
        print_json(made.model_dump(mode="json"))
    else:
        _show(made)
        console().print(f"written to {folder / 'signal.json'}", markup=False, soft_wrap=True)
    return int(any(figure.met is False for figure in made.figures))


def _show(made: Signal) -> None:
    from harness.cli.output import console

    out = console()
    for row in made.panel:
        score = "not measured" if row.score is None else f"{row.score:.1f}"
        error = "" if row.sem_replay is None else f" ± {row.sem_replay:.1f}"
        out.print(f"{row.id} (level {row.level}): {score}{error}", markup=False)
    words = {True: "met", False: "missed", None: "unknown"}
    for figure in made.figures:
        text = f"{figure.id}: " + ("–" if figure.value is None else f"{figure.value:.3g}")
        if figure.low is not None and figure.high is not None:
            text += f" ({figure.low:.3g} to {figure.high:.3g})"
        out.print(f"{text}, target {figure.target}: {words[figure.met]}; {figure.detail}", markup=False)
