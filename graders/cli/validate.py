"""`takehome validate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from graders.cli.grade import Json, Vaults, one_of
from harness.cli.runtime import RuntimeName

if TYPE_CHECKING:
    from graders.attacks.attack import Tried
    from graders.validation import Check
    from graders.vault_files import Vault
    from harness.exercise.registry import Exercise
    from harness.trial.session import SandboxChoice


def run(
    exercise: Annotated[str, typer.Argument(help="An exercise's id, or the path of its folder.")],
    *,
    vault: Vaults = None,
    rounds: Annotated[int, typer.Option(min=1, max=20, help="Trials of each scenario.")] = 2,
    experts: Annotated[
        bool, typer.Option("--experts", help="Run those of the panel, too, who saw only the brief.")
    ] = False,
    attacks: Annotated[
        bool, typer.Option("--attacks", help="Try what submissions do to graders, and nothing else.")
    ] = False,
    paper: Annotated[bool, typer.Option("--paper", help="Only what can be seen without running.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="Where to keep the records, so that the same command goes on.")
    ] = None,
    sandbox: Annotated[str, typer.Option(help="auto, docker or process.")] = "auto",
    runtime: RuntimeName = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Trials at once; by default one a core.")] = None,
    json: Json = False,
) -> int:
    """Check that an exercise can be trusted: files, leaks, anchors, works that do nothing, cheats,
    recognition, determinism, and what one grade takes.

    With --attacks: run programs and submissions that cheat or break graders, against every sandbox that
    claims to stop them. Exits with 1 when something does not hold, or could not be tried; what the
    panel does not hold, and experts without --experts, are told as not run.
    """
    import tempfile
    from dataclasses import asdict

    from graders.cli.progress import GradeProgress
    from graders.rehearsal import in_replay
    from graders.validation import on_paper
    from graders.vault_files import open_vault
    from harness.cli.output import print_json
    from harness.cli.runtime import told
    from harness.cli.trials import default_jobs
    from harness.exercise.registry import find_exercise
    from harness.sandbox.folders import prefix
    from harness.trial.session import Session

    choice = cast("SandboxChoice", one_of("sandbox", sandbox, ("auto", "docker", "process")))
    found = find_exercise(exercise)
    hidden = open_vault(vault, found)
    if attacks:
        return _attack(found, hidden, choice, told(runtime), json=json)
    checks = on_paper(found, hidden)
    if not paper:
        with (
            tempfile.TemporaryDirectory(prefix=prefix()) as temporary,
            Session(
                found, hidden.assessment, sandbox=choice, jobs=jobs or default_jobs(), runtime=told(runtime)
            ) as session,
            GradeProgress() as progress,
        ):
            checks += in_replay(
                found,
                hidden,
                session,
                out or Path(temporary),
                rounds=rounds,
                experts=experts,
                on_trial=progress,
            )
    if json:
        print_json([asdict(check) for check in checks])
    else:
        show(checks)
    return exit_code(checks)


def exit_code(checks: list[Check]) -> int:
    """1 when something that was asked does not hold or could not be told."""
    return int(not all(check.held for check in checks if check.asked))


def _attack(
    exercise: Exercise, vault: Vault, sandbox: SandboxChoice, runtime: str | None, *, json: bool
) -> int:
    from dataclasses import asdict

    from graders.attacks.suite import run_attacks
    from harness.cli.output import console, harmless, messages, print_json

    def tell(one: Tried, done: int, asked: int) -> None:
        line = f"{done}/{asked} {one.where} {one.id}: {one.outcome.replace('_', ' ')}"
        messages().print(line, markup=False, soft_wrap=True)

    found = run_attacks(exercise, vault, sandbox=sandbox, runtime=runtime, on_attack=tell)
    if json:
        print_json(asdict(found))
        return int(not found.held)
    show = console().print
    show(f"tried {found.tried}, stopped {found.stopped}, gained {found.gained}")
    for one in found.attacks:
        for gain in one.gained:
            show(f"gained: {one.id} ({one.where}): {harmless(gain)}", markup=False, soft_wrap=True)
    for line in found.not_tried:
        show(f"not tried: {harmless(line)}", markup=False, soft_wrap=True)
    for line in found.not_preventable:
        show(f"not preventable: {line}", markup=False, soft_wrap=True)
    return int(not found.held)


def show(checks: list[Check]) -> None:
    from harness.cli.output import console

    words = {True: "holds", False: "does not hold", None: "not measured"}
    for check in checks:
        word = words[check.held] if check.asked else "not run"
        console().print(f"{check.id}: {word} ({check.detail})", markup=False, soft_wrap=True)
