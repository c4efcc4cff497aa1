"""Leave nothing of a trial: kill its processes, wipe its folders, prove that both are empty."""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import sys
from collections.abc import Container, Iterable

from harness.sandbox.inside import child


def kill_user(uid: int) -> None:
    """SIGKILL everything of user `uid`, in one system call that no fork can race."""
    child.apart(uid, lambda: os.kill(-1, signal.SIGKILL))


def processes() -> dict[int, int]:
    """The parent's pid by pid, of all processes that can be seen."""
    if sys.platform != "linux":
        return _processes_by_ps()
    found = {}
    for name in os.listdir("/proc"):  # noqa: PTH208  (hot)
        if name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                with open(f"/proc/{name}/stat", "rb") as file:  # noqa: PTH123
                    line = file.read()
                # The name stands in parentheses and may hold anything, parentheses too.
                found[int(name)] = int(line[line.rindex(b")") + 2 :].split()[1])
    return found


def _processes_by_ps() -> dict[int, int]:
    import subprocess

    text = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, check=False).stdout
    return {int(pid): int(parent) for pid, parent in (line.split() for line in text.splitlines())}


def descendants(root: int, spared: frozenset[int] = frozenset()) -> list[int]:
    """Everything below `root` but `spared` themselves; a zygote is ours, its children are trials."""
    children: dict[int, list[int]] = {}
    for pid, parent in processes().items():
        children.setdefault(parent, []).append(pid)
    found: list[int] = []
    waiting = [root]
    while waiting:
        young = children.get(waiting.pop(), [])
        found += [pid for pid in young if pid not in spared]
        waiting += young
    return found


def quick_descendants(root: int, spared: frozenset[int] = frozenset()) -> list[int]:
    """The same by the kernel's lists of children: cheap, and in a crowd it may miss the newest."""
    if not os.path.exists(f"/proc/{root}/task/{root}/children"):  # noqa: PTH110  (hot)
        return descendants(root, spared)
    found: list[int] = []
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        young = _children(pid)
        found += [one for one in young if one not in spared]
        waiting += young
    return found


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208
            with open(f"/proc/{pid}/task/{thread}/children", "rb") as file:  # noqa: PTH123
                found += map(int, file.read().split())
    return found


def kill_tree(pids: Iterable[int], spared: Container[int] = ()) -> None:
    """Stop all, then kill all: what is stopped cannot fork while the others die.

    First whole process groups but the `spared` ones: those the kernel kills at once, so that nothing
    in them forks away.
    """
    known = list(pids)
    groups: set[int] = set()
    for pid in known:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            groups.add(os.getpgid(pid))
    for group in groups:
        if group not in spared:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(group, signal.SIGKILL)
    for number in (signal.SIGSTOP, signal.SIGKILL):
        for pid in known:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)


def wipe(folders: Iterable[str]) -> None:
    """Remove all that stands in `folders`, however deep and whatever its mode. Raises `OSError`.

    Subfolders are moved up to the top before they are emptied, so that neither the length of a path
    nor the depth of the tree can stop it.
    """
    for folder in folders:
        top = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            _empty(top)
        finally:
            os.close(top)


def _empty(top: int) -> None:
    serial = 0
    waiting = _unlink_all(top)
    while waiting:
        name = waiting.pop()
        os.chmod(name, 0o700, dir_fd=top)
        inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=top)
        try:
            for inside in _unlink_all(inner):
                serial += 1
                moved = f".takehome-wipe-{serial}"
                # Only its owner may move a folder whose own mode forbids writing to its `..`.
                os.chmod(inside, 0o700, dir_fd=inner)
                os.rename(inside, moved, src_dir_fd=inner, dst_dir_fd=top)
                waiting.append(moved)
        finally:
            os.close(inner)
        os.rmdir(name, dir_fd=top)


def _unlink_all(folder: int) -> list[str]:
    """Unlink every non-folder in it; the names of its subfolders."""
    left = []
    for name in os.listdir(folder):
        if stat.S_ISDIR(os.lstat(name, dir_fd=folder).st_mode):
            left.append(name)
        else:
            os.unlink(name, dir_fd=folder)
    return left


def reap() -> float:
    """Collect every dead child; the CPU seconds that they and theirs had used."""
    total = 0.0
    while True:
        try:
            pid, _, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return total
        if pid == 0:
            return total
        total += usage.ru_utime + usage.ru_stime


def dirt(folders: Iterable[str], allowed: frozenset[int]) -> list[str]:
    """What should not be there in a container: processes, files, System V objects."""
    found = [f"process {pid}" for pid in processes() if pid not in allowed]
    for folder in folders:
        found += [f"file in {folder}" for _ in os.listdir(folder)[:1]]  # noqa: PTH208
    for kind in ("shm", "sem", "msg"):
        with contextlib.suppress(OSError), open(f"/proc/sysvipc/{kind}", "rb") as file:  # noqa: PTH123
            if len(file.read().splitlines()) > 1:
                found.append(f"System V {kind}")
    return found
