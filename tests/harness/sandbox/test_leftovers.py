"""A run that is killed leaves nothing, or nothing that the next run does not find."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Literal

import pytest

from harness.exercise.spec import Limits
from harness.sandbox import folders, leftovers
from harness.sandbox.base import Job
from harness.sandbox.control import Gone
from harness.sandbox.inside import sweep
from harness.sandbox.process import ProcessSandbox

RUN = """
import sys
from pathlib import Path
from harness.exercise.spec import Limits
from harness.sandbox.base import Job
from harness.sandbox.process import ProcessSandbox
sandbox = ProcessSandbox()
sandbox._start()
print(sandbox._keeper.pid, sandbox._root, flush=True)
sandbox.run(Job(Path(sys.argv[1]), ("python", "main.py"), {}, Limits(), "none"))
"""


def eventually(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def test_a_killed_run_takes_its_programs_along(files: Path) -> None:
    mark = files / "started"
    main = f"import os, time, pathlib\npathlib.Path({str(mark)!r}).write_text(str(os.getpid()))\n"
    (files / "main.py").write_text(main + "os.setsid() if os.fork() == 0 else None\ntime.sleep(100)\n")
    run = subprocess.Popen([sys.executable, "-c", RUN, str(files)], stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    with run.stdout:
        supervisor, root = run.stdout.readline().split()
        assert eventually(mark.exists)
        run.send_signal(signal.SIGKILL)
        run.wait()
    assert eventually(lambda: not Path(root).exists())
    assert eventually(lambda: not Path(f"/proc/{supervisor}").exists())
    program = mark.read_text()
    assert eventually(lambda: not Path(f"/proc/{program}").exists())


CHURN = """
import os, sys, time
end = time.monotonic() + 60
if os.fork():
    time.sleep(60)
    sys.exit()
for _ in range(4):
    os.fork()
open(sys.argv[1], "a").close()
while time.monotonic() < end:
    try:
        if os.fork():
            os._exit(0)
        if "alone" in sys.argv:
            os.setsid()
    except OSError:
        pass
"""
"""Sixteen processes that change their numbers all the time, and end by themselves if nobody ends them.

The first one stays, so that the trial has not ended when its supervisor is killed.
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has subreapers")
@pytest.mark.parametrize("isolation", ["fork", "container"])
@pytest.mark.parametrize("more", [(), ("alone",)], ids=["one group", "groups of their own"])
def test_a_fork_bomb_does_not_outlive_a_supervisor_that_is_killed(
    files: Path, isolation: Literal["fork", "container"], more: tuple[str, ...]
) -> None:
    (files / "main.py").write_text(CHURN)
    mark = files / "started"
    with ProcessSandbox(isolation=isolation) as sandbox, ThreadPoolExecutor(1) as other:
        control = sandbox._start()
        keeper, root = sandbox._keeper, sandbox._root
        assert keeper is not None
        assert root is not None
        job = Job(files, ("python", "main.py", str(mark), *more), {}, Limits(processes=32), "none")
        running = other.submit(sandbox.run, job)
        assert eventually(mark.exists)
        zygotes = set(sweep.descendants(keeper.pid))
        os.kill(control.hello.pid, signal.SIGKILL)
        with pytest.raises(Gone):
            running.result(60)
        assert not root.exists()
        assert keeper.wait(60) == 1
        assert not [pid for pid in zygotes if Path(f"/proc/{pid}").exists()]
        assert not [pid for pid in sweep.processes() if str(root) in folder_of(pid)]


def folder_of(pid: int) -> str:
    with suppress(OSError):
        return str(Path(f"/proc/{pid}/cwd").readlink())
    return ""


def test_an_orphan_is_told_from_a_running_ones() -> None:
    own = leftovers.labels()
    assert not leftovers.orphaned(own)
    assert leftovers.orphaned({**own, leftovers.PID: "999999999"})
    assert leftovers.orphaned({**own, leftovers.STARTED: "1"}), "the pid came again"
    assert not leftovers.orphaned({**own, leftovers.HOST: "another", leftovers.PID: "999999999"})


def test_folders_of_dead_runs_are_removed_and_others_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    kept = leftovers.control_folder()
    own = folders.prefix()
    pid, begun, space = own.removeprefix("takehome-run-").split("-")[:3]
    again = tmp_path / f"takehome-run-{pid}-{int(begun or 0) + 1}-{space}-pid_came_again"
    dead = tmp_path / f"takehome-control-999999999-1-{space}-dead"
    elsewhere = tmp_path / "takehome-run-999999999-1-1-elsewhere"
    foreign = tmp_path / "takehome-mine"
    for folder in (again, dead, elsewhere, foreign):
        folder.mkdir()
    (dead / "control.sock").touch()
    assert folders.orphans() == sorted([again, dead])
    folders.reap()
    assert sorted(tmp_path.iterdir()) == sorted([kept, elsewhere, foreign])
