"""Sandboxes wait for the work that they ran, and for no other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.errors import EnvironmentFailure
from harness.sandbox.base import Sandbox
from harness.sandbox.process import ProcessSandbox
from harness.trial.record import StoreKey, TrialKey, TrialRecord, TrialStore
from harness.trial.runner import run_trials
from harness.trial.warm import WarmSandboxes

STORE = StoreKey(exercise="e", simulator="1", assessment="a", submission="s", image="i")
KEYS = [TrialKey(f"s{number}", 0, 0) for number in range(2, 8)]


class Place(ProcessSandbox):
    """Starts nothing before its first program, and none comes; says whether it was closed."""

    closed = False

    def close(self) -> None:
        self.closed = True
        super().close()


def test_a_work_gets_its_own_sandbox_again_and_never_another_works() -> None:
    warm = WarmSandboxes(Place, 4)
    first, second = warm.lend("a"), warm.lend("a")
    assert first is not second
    warm.give_back("a", first)
    assert warm.lend("b") is not first
    assert warm.lend("a") is first
    assert warm.lend("a") is not first


def test_the_one_that_waited_longest_makes_room() -> None:
    warm = WarmSandboxes(Place, 2)
    places = [Place() for _ in range(3)]
    for place in places:
        warm.give_back("a", place)
    assert [place.closed for place in places] == [True, False, False]


def test_a_run_gives_back_what_works_and_closes_what_failed(
    tmp_path: Path, make_record: Callable[..., TrialRecord]
) -> None:
    opened: list[Place] = []
    back: list[Sandbox] = []

    def open_sandbox() -> Place:
        opened.append(Place())
        return opened[-1]

    def one(sandbox: Sandbox, key: TrialKey) -> TrialRecord:
        if sandbox is opened[0]:
            raise EnvironmentFailure("it broke")
        return make_record(int(key.scenario[1:]))

    store = TrialStore(tmp_path / "trials.jsonl.gz", STORE)
    records = run_trials(one, KEYS, store, open_sandbox=open_sandbox, done_with=back.append, jobs=1)
    assert [record.key for record in records] == KEYS
    assert [place.closed for place in opened] == [True, False]
    assert back == opened[1:]


def test_a_run_that_is_given_up_gives_nothing_back(tmp_path: Path) -> None:
    def one(sandbox: Sandbox, key: TrialKey) -> TrialRecord:
        raise ValueError(key)

    back: list[Sandbox] = []
    store = TrialStore(tmp_path / "trials.jsonl.gz", STORE)
    with pytest.raises(ValueError, match="s2"):
        run_trials(one, KEYS, store, open_sandbox=Place, done_with=back.append, jobs=1)
    assert back == []
