from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import UsageError, WorkspaceError
from harness.rng import Draws
from harness.trial.record import TrialKey, TrialStore
from harness.trial.session import Session
from harness.workspace import practice
from harness.workspace.scaffolding import scaffold


def test_a_new_exercise_runs_at_once(tmp_path: Path) -> None:
    made = scaffold("triage_mail", tmp_path / "triage_mail")
    assert made.id == "triage_mail"
    first = made.bank.scenarios[0]
    keys = [TrialKey(first.id, replay, 0) for replay in range(2)]
    with Session(made, made.practice, sandbox="process", jobs=2) as session:
        store = TrialStore(tmp_path / "trials.jsonl.gz", session.store_key("0" * 64))
        judged = practice.judge(made, session.run(made.starter, keys, store))
    for item in judged:
        assert item.verdict.label in {"ok", "wrong_queue"}, item.record.process.stderr
        assert item.unclear == 0
        assert item.record.gateway.calls[0].modes[0].p == pytest.approx(0.31, abs=0.01)


def test_every_scenario_can_be_done_and_can_be_failed(tmp_path: Path) -> None:
    made = scaffold("sample", tmp_path / "sample")
    for scenario in made.bank:
        for queue, good in ((scenario.expected["queue"], True), ("nowhere", False)):
            world = made.world(scenario.public(), Draws(b"secret", ()))
            if good:
                world.call("file_mail", {"queue": queue}, now=0)
            verdict = made.judge(scenario, world.end_state())
            assert verdict.success is good


@pytest.mark.parametrize("id", ["", "ab", "Big", "1st", "with-dash", "../up"])
def test_what_is_no_id_is_refused(tmp_path: Path, id: str) -> None:
    with pytest.raises(UsageError):
        scaffold(id, tmp_path / "folder")
    assert not (tmp_path / "folder").exists()


def test_a_folder_that_holds_anything_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("kept")
    with pytest.raises(WorkspaceError):
        scaffold("sample", tmp_path)
