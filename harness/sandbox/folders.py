"""Temporary folders that say whose they are, so that those of a killed run are found and removed."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from pathlib import Path

_NAME = re.compile(r"takehome-[a-z]+-(?P<pid>\d+)-(?P<started>\d*)-(?P<space>\d*)-[^-]+")


def prefix(what: str = "run") -> str:
    """How the name of a temporary folder of this process begins."""
    pid = os.getpid()
    return f"takehome-{what}-{pid}-{started(pid)}-{_space()}-"


def started(pid: int) -> str:
    """When a process was started, in the kernel's ticks; empty where that cannot be seen.

    With the pid it names a process for good, since pids come again.
    """
    with contextlib.suppress(OSError, IndexError, ValueError):
        line = Path(f"/proc/{pid}/stat").read_bytes()
        return line[line.rindex(b")") + 2 :].split()[19].decode()
    return ""


def _space() -> str:
    """Which table of processes our pids are numbers of: a container that shares this folder has another."""
    with contextlib.suppress(OSError):
        return "".join(filter(str.isdigit, os.readlink("/proc/self/ns/pid")))  # noqa: PTH115  (no path)
    return ""


def gone(pid: int, begun: str) -> bool:
    """Whether the process that was `pid` and began then is no more."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    return begun != started(pid)


def orphans() -> list[Path]:
    """This user's temporary folders whose process is gone."""
    found = []
    for folder in Path(tempfile.gettempdir()).glob("takehome-*-*-*-*-*"):
        named = _NAME.fullmatch(folder.name)
        if named is None or named["space"] != _space():
            continue
        with contextlib.suppress(OSError):
            if folder.stat().st_uid == os.getuid() and gone(int(named["pid"]), named["started"]):
                found.append(folder)
    return sorted(found)


def reap() -> None:
    """Remove them."""
    for folder in orphans():
        shutil.rmtree(folder, ignore_errors=True)
