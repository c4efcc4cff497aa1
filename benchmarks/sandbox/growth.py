"""What grader, gateway and supervisors hold after few and after many trials of one real grade."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import docker
from docker.errors import DockerException

from benchmarks.rows import Row
from benchmarks.sandbox.works import WORKS, exercise
from graders.grading import grade_folder
from graders.replay import Plan, Task, intake, replay
from graders.vault_files import open_vault
from harness.sandbox import leftovers
from harness.sandbox.inside.sweep import descendants, processes
from harness.trial.session import SandboxChoice, Session
from harness.workspace.draft import keep
from harness.workspace.packing import pack
from harness.workspace.start import start

VAULT = Path(__file__).parents[2] / "tests" / "fixtures" / "tiny_vault"
FEW = 10
WORKS_RUN = 3
"""Starter, reference and the submission run on the same scenarios."""


def growth(kind: SandboxChoice, work: str, many: int) -> Iterator[Row]:
    """Memory and open files after 10 trials of a grade, after `many`, and once it was scored.

    The supervisor's are those of one sandbox, on average.
    """
    found = exercise()
    vault = open_vault(VAULT, found)
    rounds = -(-many // (WORKS_RUN * len(vault.assessment.bank)))
    held: dict[str, dict[str, Held]] = {}

    def finished(name: str, done: int, total: int) -> None:
        del name, total
        if done in {FEW, many}:
            held[str(done)] = holdings()

    with tempfile.TemporaryDirectory(prefix="th-bench-") as folder:
        out = Path(folder) / "out"
        task = Task(intake(_submitted(work, Path(folder)), out), found, vault, Plan(rounds))
        with Session(found, vault.assessment, sandbox=kind, jobs=2) as session:
            replay(task, session, out, on_trial=finished)
        grade_folder(out, task.submission, found, vault)
        held["scored"] = {"grader": _held([os.getpid()])}
    for when, parts in held.items():
        for part, one in parts.items():
            case, count = f"growth_{when}", max(1, one.count)
            yield Row(case, "takehome", f"{part}_mb", round(one.mb / count, 1), "MB", 1)
            yield Row(case, "takehome", f"{part}_files", round(one.files / count, 1), "files", 1)
        if "supervisor" in parts:
            yield Row(case, "takehome", "sandboxes", parts["supervisor"].count, "sandboxes", 1)


def _submitted(work: str, folder: Path) -> Path:
    """The work as a candidate hands it in."""
    found = exercise()
    workspace = start(found, str(found.folder), folder / "workspace")
    (workspace.root / "main.py").write_text(WORKS[work])
    keep(workspace, "Call it eight times", untested=True)
    return pack(workspace, folder / "submission.zip").path


@dataclass(frozen=True)
class Held:
    """What the processes of some parts of one kind hold together."""

    mb: float
    files: int
    count: int = 1
    """How many parts: a grade keeps the sandboxes of its other works warm."""


def holdings() -> dict[str, Held]:
    """By part: the grader (this process), the gateway, and the supervisors with their zygotes."""
    own = os.getpid()
    parents = {pid: parent for pid, parent in processes().items() if pid != own}
    children = [pid for pid, parent in parents.items() if parent == own]
    gateways = [pid for pid in children if "harness.gateway" in _words(pid)]
    sandboxes = [pid for pid in children if "--control" in _words(pid)] + _first_processes(own)
    below = [pid for first in sandboxes for pid in descendants(first)]
    held = replace(_held([*sandboxes, *below]), count=len(sandboxes))
    return {"grader": _held([own]), "gateway": _held(gateways), "supervisor": held}


def _first_processes(owner: int) -> list[int]:
    """The pids of the containers that the process `owner` made, as this machine counts them."""
    try:
        with closing(docker.from_env()) as client:
            found = client.containers.list(filters={"label": f"{leftovers.PID}={owner}"})
            return [int(one.attrs["State"]["Pid"]) for one in found]
    except DockerException:
        return []


def _words(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return []


def _held(pids: list[int]) -> Held:
    """Proportional sizes: what a trial's fork shares with its zygote counts once."""
    kib = files = 0
    for pid in pids:
        try:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            kib += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
            files += len(list(Path(f"/proc/{pid}/fd").iterdir()))
        except OSError:
            continue
    return Held(kib / 2**10, files)
