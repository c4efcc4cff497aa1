"""Attacks that compare runs: a grade told from practice, and draws known from another assessment."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from graders.attacks.arena import Arena
from graders.attacks.attack import Attack, NotTried, Where
from harness.exercise.assessment import Assessment
from harness.sandbox.base import Kind
from harness.sandbox.folders import prefix
from harness.trial.record import TrialKey, TrialRecord, TrialStore
from harness.trial.session import Session
from harness.workspace.draft import keep
from harness.workspace.folder import Workspace
from harness.workspace.packing import pack
from harness.workspace.start import start
from harness.workspace.submission import unpack

Dump = dict[str, Any]
MARK = "SEEN "
TIMES = 3
"""Sessions of each side: what chance makes differ must have differed within each side too."""
_WORD = re.compile(r"[A-Za-z0-9]{16,}|[A-Za-z]{3,}")
"""A long run of letters and digits is an id, and one word: two random ids often share three letters."""
_BY_CONTENT = "task shape"
"""Which fields a task has belongs to the bank, not to who runs it."""


def tells(practice: Sequence[Dump], grading: Sequence[Dump]) -> list[str]:
    """By what a program that sees these could know where it runs; empty when by nothing.

    A thing that was the same in all sessions of a side must be the same on the other. Where sessions of
    both sides differ among themselves (ids, dates, user numbers), the words that never change must be
    the same.
    """
    found = []
    for name in sorted({name for dump in (*practice, *grading) for name in dump}):
        sides = [[dump.get(name, "(not there)") for dump in side] for side in (practice, grading)]
        ours, theirs = ({json.dumps(value, sort_keys=True) for value in side} for side in sides)
        if ours & theirs:
            continue
        if (len(ours) == 1 or len(theirs) == 1) or _lasting(ours) != _lasting(theirs):
            found.append(f"{name}: {_beside(min(ours), min(theirs))}")
    return found


def _beside(ours: str, theirs: str, room: int = 160) -> str:
    """Both texts from a little before the place where they part."""
    same = next((n for n, (one, other) in enumerate(zip(ours, theirs, strict=False)) if one != other), 0)
    at = max(same - room // 4, 0)
    return f"practice {ours[at : at + room]}, a grade {theirs[at : at + room]}"


def _lasting(texts: set[str]) -> set[str]:
    """The words that stand in all of them."""
    return set.intersection(*({*_WORD.findall(text)} for text in texts))


@contextmanager
def submitted(arena: Arena, name: str) -> Iterator[tuple[Workspace, Path]]:
    """A candidate's workspace with an attack's program, and the work as it comes out of its zip."""
    with tempfile.TemporaryDirectory(prefix=prefix("attack")) as temporary:
        into = Path(temporary)
        known = arena.exercise.package.startswith("exercises.")
        named = arena.exercise.id if known else str(arena.exercise.folder)
        workspace = start(arena.exercise, named, into / "workspace")
        arena.put(name, workspace.root)
        keep(workspace, "Improve", untested=True)
        taken = unpack(pack(workspace, into / "work.zip").path, into / "submission")
        yield workspace, taken.work


def run_in_session(
    arena: Arena, assessment: Assessment, work: Path, *, epoch: int = 0, trials: int = 1
) -> list[TrialRecord]:
    """Trials of one scenario in a session of its own, as `run` and `grade` begin one."""
    key = TrialKey(assessment.bank.scenarios[0].id, 0, epoch)
    keys = [key._replace(replay=replay) for replay in range(trials)]
    folder = Path(tempfile.mkdtemp(prefix=prefix("attack")))
    kind: Kind = "docker" if arena.where == "docker" else "process"
    try:
        with Session(arena.exercise, assessment, sandbox=kind, jobs=1, runtime=arena.runtime) as session:
            store = TrialStore(folder / "trials.jsonl.gz", session.store_key("0" * 64))
            return list(session.run(work, keys, store))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def dump_of(record: TrialRecord) -> Dump:
    """What the program wrote down. Raises `NotTried`."""
    for line in record.process.stdout.splitlines():
        if line.startswith(MARK):
            found: Dump = json.loads(line.removeprefix(MARK))
            found.pop(_BY_CONTENT, None)
            return found
    raise NotTried(f"the program wrote nothing down: {record.process.ended} {record.process.stderr[-200:]}")


def _telling_apart(arena: Arena) -> list[str]:
    with submitted(arena, "16_telling_apart") as (workspace, graded):
        practised = arena.folder / "practised"
        workspace.copy_now(practised)
        sides: list[list[Dump]] = []
        for assessment, work in ((arena.exercise.practice, practised), (arena.assessment, graded)):
            sides.append(
                [
                    dump_of(record)
                    for _ in range(TIMES)
                    for record in run_in_session(arena, assessment, work, trials=2)
                ]
            )
    return tells(*sides)


def draws_of(records: Sequence[TrialRecord]) -> dict[str, float]:
    """All keyed draws of some trials."""
    return {
        f"{record.replay} {call.seq} {draw.key}": draw.u
        for record in records
        for call in record.gateway.calls
        for draw in call.draws
    }


def _known_draws(arena: Arena) -> list[str]:
    other = replace(arena.assessment, secret=hashlib.sha256(b"another" + arena.assessment.secret).digest())
    with submitted(arena, "17_known_draws") as (_, work):
        first, again = (draws_of(run_in_session(arena, arena.assessment, work)) for _ in range(2))
        if len(first) < 4:
            raise NotTried(f"only {len(first)} draws were made")
        found = [] if first == again else ["candidates of one assessment do not meet the same draws"]
        for what, draws in (
            ("another assessment", draws_of(run_in_session(arena, other, work))),
            ("another epoch", draws_of(run_in_session(arena, arena.assessment, work, epoch=1))),
            ("practice", draws_of(run_in_session(arena, arena.exercise.practice, work))),
        ):
            same = set(first.values()) & set(draws.values())
            if not draws:
                raise NotTried(f"no draw was made in {what}")
            if same:
                found.append(f"{len(same)} of {len(first)} draws were known from {what}")
    return found


BOTH: tuple[Where, ...] = ("docker", "process")
ATTACKS: tuple[Attack, ...] = (
    Attack("16_telling_apart", "tell a grade from practice in docker", "the same image, names, paths, "
           "limits, clock, headers and errors; what differs by chance differs in both", _telling_apart),
    Attack("17_known_draws", "luck and faults known from practice or an earlier hiring", "every draw is "
           "keyed by the assessment's secret and the epoch", _known_draws, BOTH),
)  # fmt: skip
