"""Claims whose patches or figures fit no longer, and how that is said."""

from __future__ import annotations

import re
import subprocess
from typing import Any

from harness.workspace import changes, claims
from harness.workspace.draft import keep, stale
from harness.workspace.experiment import try_change
from harness.workspace.folder import Workspace
from harness.workspace.tried import Interval, Plan
from harness.workspace.unshown import unshown


def keep_two(workspace: Workspace, runner: Any) -> None:
    """One claim about the starter, and one about the work."""
    for p in ("0.3", "0.1"):
        (workspace.root / "p.txt").write_text(p)
        plan = Plan("it helps", expect=Interval(low=-0.6, high=-0.1))
        try_change(workspace, plan, open_runner=lambda: runner)
        keep(workspace)


def test_a_claim_is_redrafted_as_the_hint_says(workspace: Workspace, runner: Any) -> None:
    path = workspace.root / "p.txt"
    keep_two(workspace, runner)
    path.write_text("0.05")
    (problem,) = keep(workspace, untested=True).stale
    path.write_text("0.3")
    (command,) = (part for part in problem.split("`") if part.startswith("git diff"))
    subprocess.run(command, shell=True, cwd=workspace.root, check=True)
    changes.drop(workspace)
    assert path.read_text() == "0.05"
    assert stale(workspace) == ()


def test_a_diff_that_the_starter_does_not_take_is_said_with_a_hint(workspace: Workspace, runner: Any) -> None:
    keep_two(workspace, runner)
    file = workspace.root / "claims.toml"
    file.write_text(file.read_text().replace('base = "work"', 'base = "starter"'))
    problem = stale(workspace)[-1]
    assert "applied to the starter" in problem
    assert "against the starter" in problem


def test_figures_of_a_claim_that_no_try_shows_are_told(workspace: Workspace, runner: Any) -> None:
    keep_two(workspace, runner)
    file = workspace.root / "claims.toml"

    def told() -> list[str]:
        return list(unshown(claims.load(workspace.root), workspace.journal.read().events))

    assert told() == []
    first, second = claims.load(workspace.root)
    assert second.measured is not None
    drafted = file.read_text()
    low, high = second.measured
    file.write_text(drafted.replace(f"[{low!r}, {high!r}]", f"[{low:.2f}, {high:.2f}]"))
    assert told() == [], "people round"
    file.write_text(drafted.replace(f"[{low!r}, {high!r}]", "[0.9, 0.95]"))
    (line,) = told()
    assert "`it-helps-2`" in line
    assert "0.9 to 0.95" in line
    file.write_text(drafted.replace(f"n = {first.n}", "n = 4000"))
    assert [("4000" in line) for line in told()] == [True, True]
    file.write_text(re.sub(r"(?m)^(n|measured) = .*\n", "", drafted))
    assert told() == []
