"""Replays a submission round by round until its recommendation is settled."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from graders.anchors import AnchorCache
from graders.grading import grade_folder
from graders.replay import OnTrial, Plan, Runner, Task, replay
from graders.rounds import next_look, settled, stand_of


def replay_until_settled(
    task: Task,
    runner: Runner,
    out: Path,
    *,
    cache: AnchorCache | None = None,
    on_trial: OnTrial | None = None,
) -> Task:
    """Replay as many rounds as the plan says, and more up to its limit while nothing is settled.

    Returns the task with the rounds that were run. Trials are kept as they finish, so a call that was
    stopped goes on and comes to the same end. Raises as `replay` does.
    """
    while True:
        replay(task, runner, out, cache=cache, on_trial=on_trial)
        look = next_look(task.plan.rounds, task.plan.limit)
        if look is None:
            return task
        made = grade_folder(out, task.submission, task.exercise, task.vault)
        if settled(stand_of(made.score, made.recommendation), task.plan.rounds, task.plan.limit):
            return task
        task = replace(task, plan=replace(task.plan, rounds=look))


def counted(plan: Plan) -> str:
    """How many rounds, in words."""
    if not plan.limit or plan.limit <= plan.rounds:
        return f"{plan.rounds} round{'s' if plan.rounds > 1 else ''}"
    return f"{plan.rounds} to {plan.limit} rounds, until the recommendation is settled"
