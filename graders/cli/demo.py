"""`takehome demo`: one exercise from start to report, by the commands that people use."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from graders.bands import UNCALIBRATED
from graders.grade import Grade, Scored, read_grade
from graders.vault_files import load_member, open_vault
from harness.cli.output import console, print_json
from harness.errors import EnvironmentFailure, NotHeld, UsageError
from harness.exercise.registry import find_exercise
from harness.sandbox.base import Kind
from harness.sandbox.choose import resolve

MARK = ".takehome-demo"
"""Stands in a folder that an earlier demo made, which this one may clear away."""
WORKS = ("starter", "solution")


def run(
    *,
    out: Annotated[Path, typer.Option(help="Where everything goes.")] = Path("build/demo"),
    exercise: Annotated[str, typer.Option(help="Which exercise.")] = "flaky_agent_trace",
    rounds: Annotated[int, typer.Option(min=1, help="Replays of the whole bank for each grade.")] = 1,
    vault: Annotated[Path | None, typer.Option(help="Another vault than the demonstration's.")] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Trials at once; else one a core.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Start an exercise, apply the reference solution, practise, submit, and grade it beside the starter."""
    found = find_exercise(exercise)
    opened = open_vault(vault, found)
    reference = opened.overlay("reference")
    if not reference.is_dir():
        raise UsageError(f"`{exercise}` has no reference solution at `{reference}`")
    clear(out)
    candidate = out / "candidate"
    sandbox = prepared(resolve("auto"))
    grading = ["--rounds", str(rounds), "--jobs", str(jobs or os.cpu_count() or 2), "--sandbox", sandbox]
    grading += ["--trust-submission"] if sandbox == "process" else []
    grading += ["--vault", str(vault)] if vault else []

    say("A candidate begins, and submits the starter as it is, to have something to compare with.")
    takehome("start", exercise, str(candidate))
    takehome("submit", "--out", str((out / "starter.zip").resolve()), inside=candidate)
    say("Now the work: here, the vault's reference solution, without the canary that its files bear.")
    apply(reference, candidate, canary=opened.parameters.canary)
    takehome("run", "--sandbox", sandbox, inside=candidate)
    takehome("submit", "--out", str((out / "solution.zip").resolve()), inside=candidate)
    say(
        f"A reviewer grades both in the {sandbox} sandbox. {rounds_said(rounds)} A grade that a person is "
        "judged by takes more: intervals here are wider."
    )
    for work in WORKS:
        takehome("grade", str(out / f"{work}.zip"), "--out", str(out / work), *grading)
    grades = {work: read_grade(out / work) for work in WORKS}
    missing = [work for work in WORKS if not (out / work / "report.html").is_file()]
    if missing:
        raise NotHeld(f"no report was written for {', '.join(missing)}")
    if json:
        print_json({work: grade.model_dump(mode="json") for work, grade in grades.items()})
    else:
        show(grades, out)


def rounds_said(rounds: int) -> str:
    """How long the grades are."""
    return "One round each." if rounds == 1 else f"{rounds} rounds each."


def clear(out: Path) -> None:
    """Make an empty folder, or empty the one that an earlier demo made. Raises `UsageError`."""
    if out.exists() and any(out.iterdir()) and not (out / MARK).exists():
        raise UsageError(f"`{out}` exists and is not from a demo", hint="name another folder with --out")
    shutil.rmtree(out, ignore_errors=True)
    try:
        out.mkdir(parents=True)
        (out / MARK).touch()
    except OSError as error:
        raise EnvironmentFailure(f"`{out}` cannot be made: {error.strerror}") from error


def prepared(sandbox: Kind) -> Kind:
    """Build the container's image before the clock of anything runs; without one, take the process."""
    if sandbox == "docker":
        say("The sandbox's image: built at first, which downloads packages; found from then on.")
        command = [sys.executable, "-m", "harness.sandbox.images"]
        if subprocess.run(command, stdout=sys.stderr, check=False).returncode != 0:
            say("It could not be built, so programs run as processes here. Trust them, or mend it first.")
            return "process"
    return sandbox


def takehome(*arguments: str, inside: Path | None = None) -> None:
    """Run one of our commands as a person would, its line shown first. Raises `NotHeld`."""
    line = shlex.join(["takehome", *arguments])
    place = f"(cd {shlex.quote(str(inside))}) " if inside else ""
    print(f"{place}$ {line}", file=sys.stderr, flush=True)  # noqa: T201
    ran = subprocess.run([sys.executable, "-m", "harness.cli.main", *arguments], cwd=inside, check=False)
    if ran.returncode != 0:
        raise NotHeld(
            f"`{line}` ended with {ran.returncode}", hint="what it printed above says why; `takehome doctor`"
        )


def apply(overlay: Path, workspace: Path, *, canary: str) -> None:
    """Lay the reference solution's files over the workspace and commit them with plain git."""
    member = overlay.parent
    for gone in load_member(member / "member.toml").remove:
        (workspace / gone).unlink()
    claims = [member / "claims.toml", *member.glob("claims/*")]
    pieces = [(path, path.relative_to(overlay)) for path in overlay.rglob("*")]
    for path, name in [*pieces, *((path, path.relative_to(member)) for path in claims)]:
        if path.is_file() and "__pycache__" not in name.parts:
            (workspace / name).parent.mkdir(parents=True, exist_ok=True)
            lines = path.read_bytes().splitlines(keepends=True)
            (workspace / name).write_bytes(b"".join(line for line in lines if canary.encode() not in line))
    git("add", "--all", inside=workspace)
    git("commit", "--quiet", "--message", "The reference solution", inside=workspace)


def git(*arguments: str, inside: Path) -> None:
    """Run plain git as a candidate may, its line shown first. Raises `EnvironmentFailure`."""
    print(f"(cd {shlex.quote(str(inside))}) $ git {shlex.join(arguments)}", file=sys.stderr, flush=True)  # noqa: T201
    identity = ["-c", "user.name=demo", "-c", "user.email=demo@localhost"]
    if subprocess.run(["git", *identity, *arguments], cwd=inside, check=False).returncode != 0:
        raise EnvironmentFailure(f"`git {arguments[0]}` failed in `{inside}`")


def say(text: str) -> None:
    """A line of the story, on stderr."""
    print(f"\n# {text}", file=sys.stderr, flush=True)  # noqa: T201


def show(grades: dict[str, Grade], out: Path) -> None:
    """The two grades side by side, intervals included."""
    from rich.table import Table

    first = grades[WORKS[0]]
    table = Table(title=f"{first.title}: {first.assessment}", title_justify="left")
    table.add_column("95 % intervals in brackets")
    for work in WORKS:
        table.add_column(work, justify="right")
    table.add_row("score", *(score(grade) for grade in grades.values()))
    table.add_row("recommendation", *(grade.recommendation.value for grade in grades.values()))
    for index, item in enumerate(first.outcome):
        table.add_row(item.label or item.id, *(figure(grade.outcome[index]) for grade in grades.values()))
    table.add_row("trials", *(str(grade.trials) for grade in grades.values()))
    table.add_row("cost", *(f"{grade.cost.usd:.2f} USD, simulated" for grade in grades.values()))
    printer = console()
    printer.print()
    printer.print(table)
    if any(grade.score.calibrated is False for grade in grades.values()):
        printer.print(f"{UNCALIBRATED[:1].upper()}{UNCALIBRATED[1:]}.")
    printer.print(
        "Starter and reference are the ends of the outcome's scale: their outcome points are exact by "
        "definition. What was measured of them is not, and claims are judged on fresh luck.\n"
    )
    for work in WORKS:
        printer.print(f"{work:<8}  {out / work / 'report.html'}", soft_wrap=True)


def score(grade: Grade) -> str:
    """The score with its interval, or why there is none."""
    found = grade.score
    if found.value is None:
        return f"not measured: {found.why_not_measured}"
    return interval(found.value, found.low, found.high, places=0)


def figure(item: Scored) -> str:
    """A measurement with its interval and unit, or why there is none."""
    if item.value is None:
        return f"not measured: {item.why_not_measured}"
    if item.unit == "share":
        ends = [None if end is None else 100 * end for end in (item.low, item.high)]
        return f"{interval(100 * item.value, ends[0], ends[1], places=0)} %"
    return f"{interval(item.value, item.low, item.high, places=4)} {item.unit}"


def interval(value: float, low: float | None, high: float | None, *, places: int) -> str:
    """`82 [74, 90]`, without the brackets where there is no interval."""
    ends = "" if low is None or high is None else f" [{low:.{places}f}, {high:.{places}f}]"
    return f"{value:.{places}f}{ends}"
