"""Whatever fails around a grade: it goes on or says so, keeps what was finished, and leaves nothing."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from harness.trial.record import TrialKey
from tests.faults.conftest import Begin
from tests.faults.disturbed import Done, Grader, comparable, eventually, freeze
from tests.faults.engines import Engine

pytestmark = [pytest.mark.slow, pytest.mark.docker, pytest.mark.timeout(600)]
JUMPING = """
import time
real = time.time
def jumping():
    with open({clock!r}) as file:
        return real() + 86_400 * int(file.read().strip("d\\n"))
time.time = jumping
time.time_ns = lambda: int(jumping() * 1e9)
"""
"""For grader and gateway alike: the wall clock of this machine with a step that can be changed."""
Undisturbed = tuple[Grader, Done]
Kept = dict[TrialKey, dict[str, Any]]
SOME = 4
"""Trials that are kept when the fault strikes."""


def assert_same(found: Grader, done: Done, undisturbed: Undisturbed) -> None:
    """The disturbed grade came to what the undisturbed one did, trial by trial."""
    plain, expected = undisturbed
    assert done.code == 0, done.err
    assert comparable(done.grade) == comparable(expected.grade)
    assert found.kept() == plain.kept()
    assert found.ended() == {"exited"}
    assert found.left() == []


def assert_environment(done: Done) -> None:
    """An environment's failure, in words that a person can act on."""
    assert done.code == 3, (done.out, done.err)
    assert "error: " in done.err
    assert "hint: " in done.err
    assert "Traceback" not in done.err
    assert done.out == ""


def assert_resumes(found: Grader, before: Kept, undisturbed: Undisturbed) -> None:
    """The same command again keeps what was finished and comes to the undisturbed grade."""
    after = found.kept()
    assert {key: after.get(key) for key in before} == before, "a finished trial was lost"
    assert_same(found, found.again(), undisturbed)


def test_a_container_that_is_killed_costs_one_rerun(grader: Begin, undisturbed: Undisturbed) -> None:
    one = grader()
    one.begin()
    one.until(SOME)
    one.containers()[0].kill()
    assert_same(one, one.end(), undisturbed)


def test_a_supervisor_that_the_kernel_kills_is_not_the_programs_doing(
    grader: Begin, undisturbed: Undisturbed
) -> None:
    one = grader()
    one.begin()
    one.until(SOME)
    # What a kernel short of memory does to PID 1 of a container that took none.
    os.kill(one.containers()[0].attrs["State"]["Pid"], signal.SIGKILL)
    assert_same(one, one.end(), undisturbed)


def test_a_gateway_that_is_killed_ends_the_grade_and_the_next_goes_on(
    grader: Begin, undisturbed: Undisturbed
) -> None:
    one = grader()
    one.begin()
    one.until(SOME)
    before = dict(one.kept())
    os.kill(one.children("harness.gateway")[0], signal.SIGKILL)
    assert_environment(one.end())
    assert one.left() == []
    assert_resumes(one, before, undisturbed)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_grader_that_is_asked_to_end_leaves_nothing(
    grader: Begin, undisturbed: Undisturbed, number: signal.Signals
) -> None:
    one = grader()
    running = one.begin()
    one.until(SOME)
    before = dict(one.kept())
    running.send_signal(number)
    done = one.end()
    assert done.code == 130, done.err
    assert "interrupted" in done.err
    eventually(lambda: one.left() == [], "nothing left")
    assert_resumes(one, before, undisturbed)


def test_orphans_of_a_grader_that_is_killed_are_listed_and_removed(
    grader: Begin, undisturbed: Undisturbed
) -> None:
    one = grader()
    running = one.begin()
    one.until(SOME)
    before = dict(one.kept())
    running.kill()
    one.end()
    eventually(lambda: not list(one.processes()), "gateway and supervisors have gone by themselves")
    left = one.containers()
    assert left, "nothing to find: the test is void"
    listed = one.doctor()
    for container in left:
        assert container.short_id in listed
    for folder in one.tmp.iterdir():
        assert folder.name in listed
    assert_resumes(one, before, undisturbed)


def test_a_machine_that_was_suspended_charges_nobody(grader: Begin, undisturbed: Undisturbed) -> None:
    one = grader()
    one.begin()
    one.until(SOME)
    thaw = freeze(one.everything())
    try:
        # No shorter: the point is a stand-still beyond the wall time that the exercise gives.
        time.sleep(35)
    finally:
        thaw()
    assert_same(one, one.end(), undisturbed)


def test_a_grader_that_is_stopped_for_a_while_goes_on(grader: Begin, undisturbed: Undisturbed) -> None:
    one = grader()
    running = one.begin()
    one.until(SOME)
    thaw = freeze([running.pid])
    try:
        time.sleep(5)
    finally:
        thaw()
    assert_same(one, one.end(), undisturbed)


def test_a_full_disk_of_the_store_is_said_and_gone_on_from(
    grader: Begin, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    mount = tmp_path / "small"
    mount.mkdir()
    options = ["-t", "tmpfs", "-o", "size=96k", "tmpfs"]
    tried = subprocess.run(["mount", *options, str(mount)], capture_output=True, text=True, check=False)
    if tried.returncode != 0:
        pytest.skip(f"a small file system cannot be mounted: {tried.stderr.strip()}")
    try:
        one = grader(out=mount / "out")
        one.begin()
        done = one.end()
        assert_environment(done)
        assert "No space left" in done.err
        assert one.left() == []
        before = dict(one.kept())
        subprocess.run(["mount", "-o", "remount,size=64m", str(mount)], check=True)
        assert_resumes(one, before, undisturbed)
    finally:
        subprocess.run(["umount", "-l", str(mount)], check=True)


def test_an_engine_that_dies_ends_the_grade_and_the_next_goes_on(
    grader: Begin, undisturbed: Undisturbed, own_engine: Engine
) -> None:
    one = grader(engine=own_engine.address)
    one.begin()
    one.until(SOME)
    before = dict(one.kept())
    own_engine.kill()
    assert_environment(one.end())
    assert not list(one.processes())
    own_engine.start()
    assert_resumes(one, before, undisturbed)
    assert one.volumes() == set()


def test_a_full_disk_of_the_engine_is_said_and_gone_on_from(
    grader: Begin, undisturbed: Undisturbed, own_engine: Engine
) -> None:
    one = grader(engine=own_engine.address)
    with own_engine.full():
        one.begin()
        assert_environment(one.end())
        assert one.left() == []
    assert_resumes(one, {}, undisturbed)


@pytest.mark.parametrize("clock", ["python", "libc"])
def test_a_wall_clock_that_jumps_changes_nothing(
    grader: Begin, undisturbed: Undisturbed, tmp_path: Path, clock: str
) -> None:
    step = tmp_path / "step"
    one = grader(**(by_python if clock == "python" else by_libc)(tmp_path, step))
    one.begin()
    one.until(SOME)
    for number, days in enumerate((700, -30), start=1):
        jump(step, days)
        one.until(SOME + 4 * number)
    assert_same(one, one.end(), undisturbed)


def by_python(folder: Path, step: Path) -> dict[str, str]:
    """Variables with which Python's wall clock goes by as much as `step` says."""
    jump(step, 0)
    shim = folder / "shim"
    shim.mkdir()
    (shim / "sitecustomize.py").write_text(JUMPING.format(clock=str(step)))
    return {"PYTHONPATH": str(shim)}


def by_libc(folder: Path, step: Path) -> dict[str, str]:
    """The same for all that asks the C library, event loops and extensions as well.

    The clock of a whole machine is not ours to set in a test, and a time namespace has none of its own.
    """
    jump(step, 0)
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        pytest.skip("it needs a C compiler on Linux")
    library = folder / "clock.so"
    source = str(Path(__file__).with_name("clock.c"))
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", str(library), source, "-ldl"], check=True)
    return {"LD_PRELOAD": str(library), "CLOCK_STEP": str(step)}


def jump(step: Path, days: int) -> None:
    """Move the clock, in one rename, to so many days from now."""
    part = step.with_suffix(".part")
    part.write_text(f"{days:+d}d\n")
    part.replace(step)
