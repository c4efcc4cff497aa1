"""`takehome signal`."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from graders.cli.grade import Json, Vaults, one_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from graders.rescoring import Change
    from graders.separation import Signal
    from graders.standings import Panel
    from graders.vault_files import Vault
    from graders.vectors import Anchors, Table, Vector
    from harness.exercise.registry import Exercise
    from harness.trial.session import SandboxChoice

EPOCH = "epoch"
"""The file, in a run's folder, that says on which seeds it goes on."""


def run(
    exercise: Annotated[str, typer.Argument(help="An exercise's id, or the path of its folder.")],
    *,
    vault: Vaults = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Grade the panel, on seeds that no report used before.")
    ] = False,
    keep: Annotated[
        bool, typer.Option("--keep", help="Put what was measured into the vault, and today's scores of it.")
    ] = False,
    members: Annotated[
        list[str] | None,
        typer.Option(help="With --fresh: some of the panel, by commas or repeated; the others stay as kept."),
    ] = None,
    exemplars: Annotated[
        list[str] | None,
        typer.Option(help="With --keep: whose whole records the vault keeps too, by commas or repeated."),
    ] = None,
    rounds: Annotated[int, typer.Option(min=2, max=50, help="With --fresh: trials of each scenario.")] = 2,
    seed_epoch: Annotated[
        int | None, typer.Option(min=0, max=400_000, help="With --fresh: this one and the next; else fresh.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="With --fresh: where the records go; `signal/<id>` by default.")
    ] = None,
    sandbox: Annotated[str, typer.Option(help="With --fresh: auto, docker or process.")] = "auto",
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Trials, or works scored anew, at once; by default one a core.")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Write the report as a page, too.")] = None,
    json: Json = False,
) -> int:
    """Whether the exercise separates works of known quality: each figure with its target.

    From what the vault keeps of the panel's last grading, in seconds; a kept score that comes to
    something else under today's rubric and statistics is shown with its cause. `--fresh` grades the
    panel, or some of its members, twice; a run that was stopped goes on with the same command, and with
    `--keep` each member that is finished is kept at once. Exits with 1 when a figure misses its target.
    """
    from graders import vectors
    from graders.grade import write_json
    from graders.report.signal import write_signal
    from graders.standings import Panel
    from graders.vault_files import open_vault
    from harness.cli.output import console, print_json
    from harness.cli.trials import default_jobs
    from harness.errors import UsageError
    from harness.exercise.registry import find_exercise

    choice = cast("SandboxChoice", one_of("sandbox", sandbox, ("auto", "docker", "process")))
    found = find_exercise(exercise)
    hidden = open_vault(vault, found)
    folder = out or Path("signal") / found.id
    some = named(members or (), hidden.members)
    shown = named(exemplars or (), some or hidden.members)
    before = vectors.load(hidden.folder, hidden.members)
    shared, kept = before
    changes: list[Change] = []
    if fresh:
        what = Panel(found, hidden, rounds, _epoch(folder, seed_epoch), some)
        measured, changes = _grade(what, folder, choice=choice, jobs=jobs, kept=before[1], keep=keep)
        for name in shown if keep else ():
            vectors.keep_exemplar(hidden.folder, folder, measured[1][name])
        shared = vectors.Anchors(canary=shared.canary, works=shared.works | measured[0].works)
        kept = kept | measured[1]
        if not some:
            (folder / EPOCH).unlink(missing_ok=True)
    if not kept:
        raise UsageError(
            f"the vault keeps no measurements of the panel of `{found.id}`",
            hint="`--fresh` grades the panel; with `--keep` its measurements are kept",
        )
    made, rescored, today = reported(found, hidden, shared, kept, jobs=jobs or default_jobs())
    changes += rescored
    if keep:
        for vector in today:
            vectors.keep(hidden.folder, vector, shared)
        vectors.prune(hidden.folder)
    if json:
        print_json(made.model_dump(mode="json"))
    else:
        _show(made, changes)
    pages = [] if html is None else [html]
    if fresh:
        write_json(folder / "signal.json", made)
        pages.append(folder / "signal.html")
    for page in pages:
        write_signal(page, made)
        if not json:
            console().print(f"written to {page}", markup=False, soft_wrap=True)
    return int(any(figure.met is False for figure in made.figures))


def named(texts: Iterable[str], known: Collection[str]) -> tuple[str, ...]:
    """Names by commas, of all texts, each once. Raises `UsageError` for one that is not known."""
    from harness.errors import UsageError

    every = (name.strip() for text in texts for name in text.split(","))
    names = tuple(dict.fromkeys(name for name in every if name))
    if strange := [name for name in names if name not in known]:
        raise UsageError(f"the panel has no member {', '.join(strange)}", hint=f"one of {', '.join(known)}")
    return names


def _epoch(folder: Path, asked: int | None) -> int:
    """Which seeds: as asked, as a stopped run in this folder had them, or fresh ones."""
    import time

    mark = folder / EPOCH
    if asked is None and mark.is_file():
        return int(mark.read_text())
    epoch = 100_000 + int(time.time()) % 100_000 * 2 if asked is None else asked
    folder.mkdir(parents=True, exist_ok=True)
    mark.write_text(str(epoch))
    return epoch


def _grade(
    what: Panel,
    folder: Path,
    *,
    choice: SandboxChoice,
    jobs: int | None,
    kept: dict[str, Vector],
    keep: bool,
) -> tuple[tuple[Anchors, dict[str, Vector]], list[Change]]:
    """Grade the panel; what was measured, and how it differs from what was kept."""
    import time

    from graders import vectors
    from graders.anchors import AnchorCache, cache_folder
    from graders.cli.progress import GradeProgress
    from graders.rescoring import moved
    from graders.standings import grade_panel
    from harness.cli.output import messages
    from harness.cli.trials import default_jobs
    from harness.trial.session import Session

    found: dict[str, Vector] = {}
    works: dict[str, Table] = {}
    changes: list[Change] = []
    with (
        Session(
            what.exercise, what.vault.assessment, sandbox=choice, jobs=jobs or default_jobs(), patience=3
        ) as session,
        GradeProgress() as progress,
    ):
        begun = time.monotonic()
        for name, vector, shared in grade_panel(
            what, session, folder, cache=AnchorCache(cache_folder()), on_trial=progress
        ):
            found[name] = vector
            works |= shared.works
            if keep:
                vectors.keep(what.vault.folder, vector, shared)
            if name in kept:
                changes += moved(kept[name], vector)
            done, minutes = f"{len(found)} of {len(what.members)}", (time.monotonic() - begun) / 60
            messages().print(
                f"{done} {name}: {_told(vector)}; {minutes:.1f} minutes so far",
                markup=False,
                soft_wrap=True,
            )
    return (vectors.Anchors(canary=what.vault.parameters.canary, works=works), found), changes


def _told(vector: Vector) -> str:
    """Both scores, in words."""
    scores = [graded.score for graded in vector.gradings]
    return ", then ".join(
        "no score" if score.value is None else f"{score.value:.1f} ± {score.sem_replay or 0:.1f}"
        for score in scores
    )


def reported(
    exercise: Exercise, vault: Vault, shared: Anchors, kept: dict[str, Vector], *, jobs: int = 1
) -> tuple[Signal, list[Change], list[Vector]]:
    """The report, what today's rules change in kept scores, and the vectors with today's."""
    from graders.cli.progress import GradeProgress
    from graders.rescoring import old, outdated, rescore_all, signal_of, standing

    simulator = exercise.model(vault.assessment.card).version
    remarks = []
    missing = [name for name in vault.members if name not in kept]
    if missing:
        remarks.append(f"not measured: {', '.join(missing)}")
    stale = sorted({what for vector in kept.values() for what in old(vector, vault, simulator)})
    if stale:
        remarks.append(f"measured with another {', '.join(stale)} than today's: `--fresh` measures anew")
    outgrown = [vector for vector in kept.values() if outdated(vector.versions, vault)]
    changes: list[Change] = []
    today: dict[str, Vector] = {}
    with GradeProgress() if outgrown else nullcontext() as progress:
        for again in rescore_all(outgrown, shared, exercise, vault, jobs=jobs):
            changes += again.changes
            today[again.today.member] = again.today
            if progress:
                progress(again.today.member, len(today), len(outgrown))
    standings = [standing(vault.members[name], today.get(name, kept[name]), shared) for name in kept]
    return signal_of(exercise, vault, standings, tuple(remarks)), changes, list(today.values())


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
