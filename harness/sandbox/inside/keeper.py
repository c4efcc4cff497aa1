"""Outlives a supervisor on the candidate's machine, and ends what a killed one leaves running.

In a container the kernel does it: when PID 1 dies, everything does. Here the supervisor's parent is
a process that only waits for it. As a subreaper it becomes the parent of all that the supervisor
leaves, whatever died in between.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import time
from pathlib import Path

from harness.sandbox.inside import sweep
from harness.sandbox.inside.cgroup import ProcessGroup

PATIENCE = 60.0
"""Seconds until what refuses to die is left alone."""
_PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parents have died. Only Linux has this."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def keep(supervisor: int, root: str) -> int:
    """Wait until the child `supervisor` has ended, then leave nothing of it; returns its exit code.

    `root`: the folder that its trials live in.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    _, status = os.waitpid(supervisor, 0)
    group = ProcessGroup.find(str(supervisor))
    if group is not None:
        # A fork that fails cannot run away from those that are being killed.
        with contextlib.suppress(OSError):
            group.cap(0)
    deadline = time.monotonic() + PATIENCE
    while left := _left(group):
        sweep.kill_tree(left, spared=(os.getpgrp(),))
        sweep.reap()
        if time.monotonic() > deadline:
            break
        time.sleep(0.001)
    with contextlib.suppress(OSError):
        sweep.wipe((root,))
        Path(root).rmdir()
    if group is not None:
        group.remove()
    return 1 if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def _left(group: ProcessGroup | None) -> list[int]:
    found = sweep.descendants(os.getpid())
    return found if group is None else list({*found, *group.members()})
