from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.exercise.registry import Exercise, find_exercise
from harness.workspace import git
from harness.workspace.folder import Workspace
from harness.workspace.journal import START, Journal
from harness.workspace.start import start
from harness.workspace.submission import Meta

TINY = Path(__file__).parents[2] / "fixtures" / "tiny"


@pytest.fixture
def exercise() -> Exercise:
    return find_exercise(str(TINY))


@pytest.fixture
def workspace(exercise: Exercise, tmp_path: Path) -> Workspace:
    return start(exercise, str(TINY), tmp_path / "space")


@pytest.fixture
def clock() -> Callable[[], str]:
    def ticks() -> Iterator[str]:
        for second in range(10_000):
            yield f"2026-11-23T09:{second // 60:02}:{second % 60:02}.000Z"

    source = ticks()
    return lambda: next(source)


@pytest.fixture
def journal(tmp_path: Path, clock: Callable[[], str]) -> Journal:
    return Journal(tmp_path / "journal.jsonl", now=clock)


@pytest.fixture
def meta() -> Meta:
    return Meta(
        exercise="tiny",
        exercise_version="1.0.0",
        exercise_digest="1" * 64,
        work="2" * 64,
        commit="3" * 40,
        uncommitted=False,
        journal="4" * 64,
        journal_head=START,
        journal_events=0,
        harness="0.1.0",
        python="3.11.0",
        created="2026-11-23T09:00:00.000Z",
    )


def edit(workspace: Workspace, name: str, text: str) -> None:
    path = workspace.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.fixture
def a_patch(workspace: Workspace) -> str:
    """A diff that adds a comment at the top of the starter's `main.py`; the tree is left as it was."""
    path = workspace.root / "main.py"
    before = path.read_text()
    path.write_text("# a change\n" + before)
    text = git.diff(workspace.root, "HEAD", ["main.py"])
    path.write_text(before)
    return text
