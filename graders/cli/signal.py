"""`takehome signal`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from graders.cli.grade import Json, Vaults, one_of

if TYPE_CHECKING:
    from graders.rescoring import Change
    from graders.separation import Signal
    from graders.standings import Panel
    from graders.vault_files import Vault
    from graders.vectors import Anchors, Table, Vector
    from harness.exercise.registry import Exercise
    from harness.trial.session import SandboxChoice


def run(
    exercise: Annotated[str, typer.Argument(help="An exercise's id, or the path of its folder.")],
    *,
    vault: Vaults = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Grade the panel, on seeds that no report used before.")
    ] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Put what was measured into the vault.")] = False,
    rounds: Annotated[int, typer.Option(min=2, max=50, help="With --fresh: trials of each scenario.")] = 2,
    out: Annotated[
        Path | None, typer.Option(help="With --fresh: where the records go; `signal/<id>` by default.")
    ] = None,
    sandbox: Annotated[str, typer.Option(help="With --fresh: auto, docker or process.")] = "auto",
    jobs: Annotated[int | None, typer.Option(min=1, help="Trials at once; by default one a core.")] = None,
    json: Json = False,
) -> int:
    """Whether the exercise separates works of known quality: each figure with its target.

    From what the vault keeps of the panel's last grading, in seconds; a kept score that comes to
    something else under today's rubric and statistics is shown with its cause. `--fresh` grades the whole
    panel twice and goes on where it was stopped. Exits with 1 when a figure misses its target.
    """
    from graders import vectors
    from graders.grade import write_json
    from graders.vault_files import open_vault
    from harness.cli.output import console, print_json
    from harness.errors import UsageError
    from harness.exercise.registry import find_exercise

    choice = cast("SandboxChoice", one_of("sandbox", sandbox, ("auto", "docker", "process")))
    found = find_exercise(exercise)
    hidden = open_vault(vault, found)
    folder = out or Path("signal") / found.id
    if fresh:
        shared, kept = _grade(found, hidden, folder, rounds=rounds, choice=choice, jobs=jobs)
    else:
        shared, kept = vectors.load(hidden.folder, hidden.members)
    if not kept:
        raise UsageError(
            f"the vault keeps no measurements of the panel of `{found.id}`",
            hint="`--fresh` grades the panel; with `--keep` its measurements are kept",
        )
    made, changes = _report(found, hidden, shared, kept)
    if keep:
        for name, vector in kept.items():
            vectors.write(hidden.folder, name, vector)
        vectors.write(hidden.folder, vectors.ANCHORS, shared)
    if json:
        print_json(made.model_dump(mode="json"))
    else:
        _show(made, changes)
    if fresh:
        write_json(folder / "signal.json", made)
        if not json:
            console().print(f"written to {folder / 'signal.json'}", markup=False, soft_wrap=True)
    return int(any(figure.met is False for figure in made.figures))


def _grade(
    exercise: Exercise, vault: Vault, folder: Path, *, rounds: int, choice: SandboxChoice, jobs: int | None
) -> tuple[Anchors, dict[str, Vector]]:
    """Grade the panel; the epoch stands in the folder until all of it is done."""
    import time

    from graders.anchors import AnchorCache, cache_folder
    from graders.cli.progress import GradeProgress
    from graders.standings import Panel, grade_panel
    from graders.vectors import Anchors
    from harness.cli.trials import default_jobs
    from harness.trial.session import Session

    mark = folder / "epoch"
    folder.mkdir(parents=True, exist_ok=True)
    if not mark.is_file():
        mark.write_text(str(100_000 + int(time.time()) % 100_000 * 2))
    what: Panel = Panel(exercise, vault, rounds, int(mark.read_text()))
    kept: dict[str, Vector] = {}
    works: dict[str, Table] = {}
    with (
        Session(exercise, vault.assessment, sandbox=choice, jobs=jobs or default_jobs()) as session,
        GradeProgress() as progress,
    ):
        for name, vector, shared in grade_panel(
            what, session, folder, cache=AnchorCache(cache_folder()), on_trial=progress
        ):
            kept[name] = vector
            works |= shared.works
    mark.unlink()
    return Anchors(canary=vault.parameters.canary, works=works), kept


def _report(
    exercise: Exercise, vault: Vault, shared: Anchors, kept: dict[str, Vector]
) -> tuple[Signal, list[Change]]:
    """The report, and what today's rules change in kept scores."""
    from graders.rescoring import old, outdated, rescore, signal_of, standing

    simulator = exercise.model(vault.assessment.card).version
    standings, remarks = [], []
    changes: list[Change] = []
    missing = [name for name in vault.members if name not in kept]
    if missing:
        remarks.append(f"not measured: {', '.join(missing)}")
    stale = sorted({what for vector in kept.values() for what in old(vector, vault, simulator)})
    if stale:
        remarks.append(f"measured with another {', '.join(stale)} than today's: `--fresh` measures anew")
    for name, vector in kept.items():
        results = None
        if outdated(vector.versions, vault):
            again = rescore(vector, shared, vault)
            changes += again.changes
            results = {
                graded.epoch: result for graded, result in zip(vector.gradings, again.results, strict=True)
            }
        standings.append(standing(vault.members[name], vector, results))
    return signal_of(exercise, vault, standings, tuple(remarks)), changes


def _show(made: Signal, changes: list[Change]) -> None:
    from rich.table import Table

    from harness.cli.output import console

    out = console()
    panel = Table(box=None, pad_edge=False)
    for head, justify in (("level", "right"), ("member", "left"), ("score", "right"), ("findings", "left")):
        panel.add_column(head, justify=justify)  # type: ignore[arg-type]
    for row in sorted(made.panel, key=lambda row: (int(row.level), row.score or 0.0)):
        score = "not measured" if row.score is None else f"{row.score:.1f}"
        error = "" if row.sem_replay is None else f" ± {row.sem_replay:.1f}"
        panel.add_row(row.level, row.id, score + error, ", ".join(row.findings))
    out.print(panel)
    words = {True: "met", False: "missed", None: "unknown"}
    figures = Table(box=None, pad_edge=False)
    for head in ("figure", "value", "95 %", "target", "", "detail"):
        figures.add_column(head, overflow="fold")
    for figure in made.figures:
        value = "–" if figure.value is None else f"{figure.value:.3g}"
        known = figure.low is not None and figure.high is not None
        reach = f"{figure.low:.3g} to {figure.high:.3g}" if known else ""
        figures.add_row(figure.id, value, reach, figure.target, words[figure.met], figure.detail)
    out.print(figures)
    for change in changes:
        out.print(change.text(), markup=False)
    for remark in made.remarks:
        out.print(remark, markup=False)
