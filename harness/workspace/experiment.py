"""Trying a change: one hypothesis, one prediction, one paired measurement.

The kept work (the last commit, whoever made it) and the working tree run on the same practice
scenarios with the same draws.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.errors import WorkspaceError
from harness.sandbox.folders import prefix
from harness.trial.record import TrialKey
from harness.trial.session import Part
from harness.workspace import changes, git, practice
from harness.workspace.folder import Workspace, alone
from harness.workspace.paired import difference, mean
from harness.workspace.practice import Judged, Progress, Row, Runner
from harness.workspace.tried import Plan, Tried, all_tries, describe, folder

OpenRunner = Callable[[], AbstractContextManager[Runner]]


@dataclass(frozen=True, slots=True)
class Seen:
    """The numbers after a round: what `try` prints while it goes on."""

    tried: Tried
    baseline: Row
    change: Row

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            **self.tried.model_dump(mode="json"),
            "baseline_row": self.baseline.as_json(),
            "change_row": self.change.as_json(),
        }


def try_change(
    workspace: Workspace,
    plan: Plan,
    *,
    open_runner: OpenRunner,
    progress: Progress | None = None,
    seen: Callable[[Seen, int], None] | None = None,
) -> Seen:
    """Measure the working tree against a commit; `seen` is told the numbers
    after a first glance and after each round.

    Trials of either side that were run before are taken from their stores. Raises
    `WorkspaceError` when the two sides are the same work.
    """
    exercise = workspace.exercise
    commit = git.output(workspace.root, "rev-parse", "--verify", f"{plan.against}^{{commit}}").strip()
    paths = all_tries(workspace)
    number = 1 + (int(paths[-1].stem) if paths else 0)
    with tempfile.TemporaryDirectory(prefix=prefix()) as temporary:
        works = Path(temporary) / "baseline", Path(temporary) / "change"
        digests = workspace.copy_commit(commit, works[0]), workspace.copy_now(works[1])
        if digests[0] == digests[1]:
            raise WorkspaceError(
                "there is nothing to try: the work is what was kept last",
                hint="change something first, or name an older commit with `--against`",
            )
        text = changes.diff(workspace, commit)
        with alone(workspace), open_runner() as runner:
            stores = [
                practice.open_store(workspace, runner, digest, work)
                for digest, work in zip(digests, works, strict=True)
            ]

            judged: tuple[dict[TrialKey, Judged], ...] = ({}, {})

            def look(keys: Sequence[TrialKey]) -> Seen:
                # Both at once, each in sandboxes of its own: half as many have to be made.
                parts = [
                    Part(work, [key for key in keys if key not in known], store)
                    for known, work, store in zip(judged, works, stores, strict=True)
                ]
                for known, records in zip(judged, runner.run_together(parts, progress=progress), strict=True):
                    known.update({one.record.key: one for one in practice.judge(exercise, records)})
                sides = [[known[key] for key in keys] for known in judged]
                return _see(plan, sides, number, commit, digests)

            if seen is not None and (few := practice.glance(exercise, plan.only, first=plan.first)):
                seen(look(few), 0)
            for rounds in range(1, plan.trials + 1):
                latest = look(practice.keys(exercise, rounds, plan.only, first=plan.first))
                if seen is not None:
                    seen(latest, rounds)
            practice.make_newest(workspace, stores[1])
    _remember(workspace, latest.tried, text)
    return latest


def _see(plan: Plan, sides: list[list[Judged]], number: int, commit: str, digests: tuple[str, str]) -> Seen:
    before, after = (practice.measure(side, plan.metric) for side in sides)
    found = difference(before, after, bound=None if plan.metric == "usd_per_task" else 1.0)
    return Seen(
        tried=describe(
            plan,
            found,
            number=number,
            commit=commit,
            digests=digests,
            values=(mean(before).value, mean(after).value),
        ),
        baseline=practice.row("baseline", sides[0]),
        change=practice.row("change", sides[1]),
    )


def _remember(workspace: Workspace, tried: Tried, text: str) -> None:
    home = folder(workspace)
    home.mkdir(exist_ok=True)
    (home / f"{tried.number:03}.diff").write_bytes(text.encode("utf-8", "surrogateescape"))
    (home / f"{tried.number:03}.json").write_text(tried.model_dump_json(indent=2) + "\n")
    workspace.journal.append("try", {**tried.model_dump(mode="json"), "lines": changes.lines(text)})
