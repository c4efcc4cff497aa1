"""A cap on processes where `RLIMIT_NPROC` has none: it does not bind root."""

from __future__ import annotations

import contextlib
from pathlib import Path

_ROOTS = (Path("/sys/fs/cgroup/pids"), Path("/sys/fs/cgroup"))


class ProcessGroup:
    """A control group with a `pids.max`; made by root only, on either version of cgroups."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def make(cls, name: str) -> ProcessGroup | None:
        """A new group, or `None` where this user or kernel has no such thing."""
        for folder in _folders(name):
            with contextlib.suppress(OSError):
                folder.mkdir()
                if (folder / "pids.max").exists():
                    return cls(folder)
                folder.rmdir()
        return None

    @classmethod
    def find(cls, name: str) -> ProcessGroup | None:
        """The group that somebody else has made under that name."""
        return next((cls(folder) for folder in _folders(name) if (folder / "pids.max").exists()), None)

    def cap(self, processes: int) -> None:
        """Let no more than so many tasks stand in the group. Raises `OSError`."""
        (self.folder / "pids.max").write_text(str(processes))

    def members(self) -> list[int]:
        """The pids that stand in the group."""
        with contextlib.suppress(OSError):
            return [int(line) for line in (self.folder / "cgroup.procs").read_text().split()]
        return []

    def remove(self) -> None:
        """Give the group back; it must be empty."""
        with contextlib.suppress(OSError):
            self.folder.rmdir()


def _folders(name: str) -> list[Path]:
    return [root / f"takehome-{name}" for root in _ROOTS]
