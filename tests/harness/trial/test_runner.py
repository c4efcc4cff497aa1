"""The runner keeps what finished, whatever fails."""

import gc
import threading
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from harness.errors import EnvironmentFailure
from harness.sandbox.base import Job, Kind, Ran, Sandbox
from harness.trial.heartbeat import Heartbeat
from harness.trial.record import StoreKey, TrialKey, TrialRecord, TrialStore
from harness.trial.runner import STAND_STILLS, OneTrial, Side, run_sides, run_trials

STORE = StoreKey(exercise="e", simulator="1", assessment="a", submission="s", image="i")
Make = Callable[..., TrialRecord]
KEYS = [TrialKey(f"s{number}", 0, 0) for number in range(2, 12)]


class Place:
    """A sandbox that runs nothing; counts how many are open."""

    kind: Kind = "process"
    description = "fake"
    open = 0
    lock = threading.Lock()

    def __init__(self) -> None:
        self.closed = False
        with Place.lock:
            Place.open += 1

    def base_url(self, gateway: str) -> str:
        return gateway

    def run(self, job: Job) -> Ran:
        raise NotImplementedError

    def close(self) -> None:
        with Place.lock:
            Place.open -= not self.closed
        self.closed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@pytest.fixture
def one(make_record: Callable[..., TrialRecord]) -> OneTrial:
    return lambda _, key: make_record(int(key.scenario[1:]))


@pytest.fixture
def store(tmp_path: Path) -> TrialStore:
    return TrialStore(tmp_path / "trials.jsonl.gz", STORE)


def test_records_come_in_the_order_asked_for(store: TrialStore, one: OneTrial) -> None:
    records = run_trials(one, KEYS, store, open_sandbox=Place, jobs=3)
    assert [r.key for r in records] == KEYS
    assert Place.open == 0


def test_kept_trials_are_not_run_again(store: TrialStore, one: OneTrial) -> None:
    run_trials(one, KEYS[:4], store, open_sandbox=Place, jobs=2)
    ran: list[TrialKey] = []
    seen: list[tuple[int, int]] = []

    def watch(sandbox: Sandbox, key: TrialKey) -> TrialRecord:
        ran.append(key)
        return one(sandbox, key)

    run_trials(
        watch, KEYS, store, open_sandbox=Place, jobs=1, progress=lambda _, n, total: seen.append((n, total))
    )
    assert ran == KEYS[4:]
    assert seen == [(n, 10) for n in range(5, 11)]


def test_a_passing_environment_failure_is_tried_again(store: TrialStore, one: OneTrial) -> None:
    failed = set[TrialKey]()

    def flaky(sandbox: Sandbox, key: TrialKey) -> TrialRecord:
        if key.scenario == "s5" and key not in failed:
            failed.add(key)
            raise EnvironmentFailure("the engine hiccuped")
        return one(sandbox, key)

    assert len(run_trials(flaky, KEYS, store, open_sandbox=Place, jobs=2)) == 10
    assert Place.open == 0


def test_a_lasting_one_stops_the_run_and_keeps_the_rest(store: TrialStore, one: OneTrial) -> None:
    def dead(sandbox: Sandbox, key: TrialKey) -> TrialRecord:
        if key.scenario == "s6":
            raise EnvironmentFailure("the engine died")
        return one(sandbox, key)

    with pytest.raises(EnvironmentFailure, match="died"):
        run_trials(dead, KEYS, store, open_sandbox=Place, jobs=1)
    assert len(TrialStore(store.path, STORE)) == 4
    assert Place.open == 0


def test_one_trial_that_breaks_the_environment_does_not_end_a_patient_run(
    store: TrialStore, one: OneTrial
) -> None:
    def provoked(sandbox: Sandbox, key: TrialKey) -> TrialRecord:
        if key.scenario in {"s4", "s8"}:
            raise EnvironmentFailure("the container went away")
        return one(sandbox, key)

    found = run_trials(provoked, KEYS, store, open_sandbox=Place, jobs=1, patience=3)
    assert [r.key for r in found] == [key for key in KEYS if key.scenario not in {"s4", "s8"}]
    assert len(run_trials(one, KEYS, store, open_sandbox=Place, jobs=1, patience=3)) == 10
    assert Place.open == 0


def test_several_trials_in_a_row_stop_even_a_patient_run(store: TrialStore, one: OneTrial) -> None:
    def dead(sandbox: Sandbox, key: TrialKey) -> TrialRecord:
        if int(key.scenario[1:]) >= 5:
            raise EnvironmentFailure("the engine died")
        return one(sandbox, key)

    with pytest.raises(EnvironmentFailure, match="died"):
        run_trials(dead, KEYS, store, open_sandbox=Place, jobs=1, patience=3)
    assert len(store) == 3


def test_a_sandbox_that_cannot_be_closed_is_no_success(store: TrialStore, one: OneTrial) -> None:
    class Stuck(Place):
        def close(self) -> None:
            super().close()
            raise EnvironmentFailure("a container could not be removed", hint="`docker rm -f it`")

    with pytest.raises(EnvironmentFailure, match="removed"):
        run_trials(one, KEYS, store, open_sandbox=Stuck, jobs=2)
    assert len(TrialStore(store.path, STORE)) == len(KEYS)
    assert Place.open == 0


def test_a_trial_in_which_the_machine_stood_still_is_run_again(store: TrialStore, one: OneTrial) -> None:
    now = [0.0]
    slept = set[TrialKey]()
    ran: list[TrialKey] = []

    def sleepy(sandbox: Sandbox, key: TrialKey) -> TrialRecord:
        ran.append(key)
        if key.scenario == "s5" and key not in slept:
            slept.add(key)
            now[0] += 600
        return one(sandbox, key)

    heartbeat = Heartbeat(lambda: now[0])
    found = run_trials(sleepy, KEYS, store, open_sandbox=Place, jobs=1, heartbeat=heartbeat)
    assert [r.key for r in found] == KEYS
    assert ran.count(TrialKey("s5", 0, 0)) == 2
    assert len(ran) == len(KEYS) + 1


def test_an_interrupt_waits_for_who_is_making_a_sandbox(store: TrialStore, one: OneTrial) -> None:
    begun, interrupted = threading.Event(), threading.Event()

    def slow() -> Sandbox:
        begun.set()
        assert interrupted.wait(60)
        return Place()

    class Interrupted(Heartbeat):
        def beat(self) -> None:
            if begun.is_set() and not interrupted.is_set():
                interrupted.set()
                raise KeyboardInterrupt
            super().beat()

    with pytest.raises(KeyboardInterrupt):
        run_trials(one, KEYS, store, open_sandbox=slow, jobs=2, heartbeat=Interrupted())
    assert Place.open == 0
    assert len(store) <= 2


def test_a_machine_that_stands_still_again_and_again_loses_no_trial_until_it_is_given_up_on(
    store: TrialStore, one: OneTrial
) -> None:
    now = [0.0]
    ran: list[TrialKey] = []

    def sleepy(times: int) -> OneTrial:
        def run(sandbox: Sandbox, key: TrialKey) -> TrialRecord:
            ran.append(key)
            if key == KEYS[3] and ran.count(key) <= times:
                now[0] += 600
                raise EnvironmentFailure("the container did not answer in time")
            return one(sandbox, key)

        return run

    heartbeat = Heartbeat(lambda: now[0])
    found = run_trials(sleepy(STAND_STILLS), KEYS[:4], store, open_sandbox=Place, jobs=1, heartbeat=heartbeat)
    assert [r.key for r in found] == KEYS[:4]
    assert ran.count(KEYS[3]) == STAND_STILLS + 1
    ran.clear()
    other = TrialStore(store.path.with_name("other.jsonl.gz"), STORE)
    with pytest.raises(EnvironmentFailure, match="in time"):
        run_trials(
            sleepy(100), KEYS[:4], other, open_sandbox=Place, jobs=1, heartbeat=Heartbeat(lambda: now[0])
        )
    assert len(other) == 3
    assert Place.open == 0


def test_a_long_run_holds_the_records_on_disk_alone(store: TrialStore, make_record: Make) -> None:
    alive, held = [], []

    def counted(record: TrialRecord, number: int, total: int) -> None:
        del record, total
        if number % 100 == 0:
            gc.collect()
            # Not by `isinstance`: a lazy module of a vendor's SDK would answer by importing pandas.
            alive.append(sum(type(each) is TrialRecord for each in gc.get_objects()))
            held.append(tracemalloc.get_traced_memory()[0])

    def big(_: Sandbox, key: TrialKey) -> TrialRecord:
        return make_record(int(key.scenario[1:]), "x" * 50_000)

    keys = [TrialKey(f"s{number}", 0, 0) for number in range(2, 602)]
    tracemalloc.start()
    try:
        records = run_trials(big, keys, store, open_sandbox=Place, jobs=2, progress=counted)
    finally:
        tracemalloc.stop()
    # Each worker may hold the one that it has just run.
    assert max(alive) <= 2
    assert (held[-1] - held[0]) / 500 < 2_000
    assert len(records) == 600
    assert records[-1] == make_record(601, "x" * 50_000)
    assert [record.scenario for record in records[:3]] == ["s2", "s3", "s4"]


@pytest.mark.parametrize(("jobs", "sandboxes"), [(1, 2), (2, 2), (3, 3), (4, 4), (99, 20)])
def test_two_works_at_once_share_the_jobs(
    make_record: Make, tmp_path: Path, jobs: int, sandboxes: int
) -> None:
    opened: list[str] = []
    ran: list[tuple[str, TrialKey]] = []
    most = 0

    def side(name: str, store: TrialStore) -> Side:
        def one(sandbox: Sandbox, key: TrialKey) -> TrialRecord:
            nonlocal most
            most = max(most, Place.open)
            ran.append((name, key))
            return make_record(int(key.scenario[1:]))

        def open_sandbox() -> Place:
            opened.append(name)
            return Place()

        return Side(one, KEYS, store, open_sandbox)

    stores = {name: TrialStore(tmp_path / name, STORE) for name in ("before", "after")}
    found = run_sides([side(name, store) for name, store in stores.items()], jobs=jobs)
    assert [[record.key for record in records] for records in found] == [KEYS, KEYS]
    assert sorted(ran) == sorted((name, key) for name in stores for key in KEYS)
    assert len(opened) <= sandboxes
    assert set(opened) == set(stores)
    assert most <= jobs
    assert Place.open == 0


def test_a_work_that_fails_stops_the_other(make_record: Make, tmp_path: Path) -> None:
    began, failed = threading.Event(), threading.Event()

    def fails(_: Sandbox, key: TrialKey) -> TrialRecord:
        assert began.wait(60)
        raise ValueError(key)

    def waits(_: Sandbox, key: TrialKey) -> TrialRecord:
        began.set()
        assert failed.wait(60)
        return make_record(int(key.scenario[1:]))

    def closing() -> Place:
        place = Place()
        close = place.close

        def told() -> None:
            close()
            failed.set()

        place.close = told  # type: ignore[method-assign]
        return place

    good, bad = (TrialStore(tmp_path / name, STORE) for name in ("good", "bad"))
    sides = [Side(waits, KEYS, good, Place), Side(fails, KEYS, bad, closing)]
    with pytest.raises(ValueError, match="s2"):
        run_sides(sides, jobs=2)
    assert len(good) == 1
    assert len(bad) == 0
    assert Place.open == 0
