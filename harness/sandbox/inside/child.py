"""What a trial's process does between its birth and the first line of the candidate's program."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

OOM_FIRST = b"1000"
"""`oom_score_adj`: when memory runs out, the kernel takes the trial and not the supervisor."""
NO_FILES = 1_024
ALOOF_UID = 9999
"""The real and saved user id of helpers among a trial's processes; no trial ever has it."""
_PR_SET_DUMPABLE = 4


@dataclass(frozen=True, slots=True)
class Birth:
    """All that a trial's process needs to know of itself."""

    command: tuple[str, ...]
    env: dict[str, str]
    work: str
    """The current directory."""
    uid: int | None
    """`None`: stay the user that we are."""
    processes: int | None
    """`RLIMIT_NPROC`, already counted up by what the user runs besides."""
    file_bytes: int
    data_bytes: int | None
    cpu_seconds: int
    program: str | None = None
    """The file to execute when it is not to be looked up by the command's first word."""
    group: str | None = None
    """A control group's folder to join first."""

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Birth:
        """The inverse of `to_json`."""
        return cls(**{**data, "command": tuple(data["command"])})

    def to_json(self) -> dict[str, Any]:
        """As it crosses to the zygote."""
        return {name: getattr(self, name) for name in self.__slots__}


def enter(birth: Birth, *, stdin: int, stdout: int, stderr: int) -> None:
    """Become the trial's process: session, descriptors, limits, user, folder. Raises `OSError`."""
    os.setsid()
    if birth.group is not None:
        Path(birth.group, "cgroup.procs").write_text("0")
    for target, source in enumerate((stdin, stdout, stderr)):
        os.dup2(source, target, inheritable=True)
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "wb") as file:  # noqa: PTH123
        file.write(OOM_FIRST)
    limit(birth)
    if birth.uid is not None:
        become(birth.uid)
    os.umask(0o022)
    os.chdir(birth.work)


def become(uid: int) -> None:
    """Give up every right: no groups, and `uid` as all three user and group ids."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    # A change of user closes /proc/self until the next exec; a forked trial has none to come.
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0)


def resemble(uid: int) -> None:
    """Take `uid` as effective id only: may do what it may, and cannot be signalled by it.

    Without CAP_KILL root may not signal another user, and nobody but root may signal us then.
    """
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(ALOOF_UID, uid, ALOOF_UID)


def limit(birth: Birth) -> None:
    """Set the resource limits, never above what is allowed already."""
    wanted = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: birth.file_bytes,
        resource.RLIMIT_NOFILE: NO_FILES,
        resource.RLIMIT_CPU: birth.cpu_seconds,
    }
    if birth.processes is not None:
        wanted[resource.RLIMIT_NPROC] = birth.processes
    if birth.data_bytes is not None and sys.platform == "linux":
        wanted[resource.RLIMIT_DATA] = birth.data_bytes
    for what, value in wanted.items():
        hard = resource.getrlimit(what)[1]
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(what, (allowed, allowed))


def plain_signals() -> None:
    """Undo what a Python supervisor has set: default actions, nothing blocked."""
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def execute(birth: Birth) -> NoReturn:
    """Replace this process by the command. Raises `OSError` when it cannot be run."""
    if birth.program is not None:
        os.execve(birth.program, birth.command, birth.env)  # noqa: S606  (no shell is the point)
    os.execvpe(birth.command[0], birth.command, birth.env)  # noqa: S606


def spawn_exec(birth: Birth, *, stdin: int, stdout: int, stderr: int) -> tuple[int, str]:
    """Fork and execute; the child's pid and, when it could not be run, why not.

    The pid must be waited for either way.
    """
    told, tell = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            plain_signals()
            enter(birth, stdin=stdin, stdout=stdout, stderr=stderr)
            execute(birth)
        except OSError as error:
            os.write(tell, f"{error.strerror}: {birth.command[0]}".encode(errors="replace"))
        except BaseException as error:
            os.write(tell, repr(error).encode(errors="replace"))
        finally:
            os._exit(127)
    os.close(tell)
    with open(told, "rb") as file:  # noqa: PTH123  (a descriptor)
        why_not = file.read().decode(errors="replace")
    return pid, why_not


def as_user(uid: int | None, action: Callable[[], None]) -> str:
    """Do `action` with the rights of `uid`; empty, or what went wrong. `None`: as we are.

    Only the effective ids change, which is all that files are judged by. The real and the saved ones
    stay ours: no process of `uid` may signal or trace us meanwhile, and we can come back.
    """
    if uid is None:
        return _problem_of(action)
    os.setgroups([])
    os.setegid(uid)
    os.seteuid(uid)
    try:
        return _problem_of(action)
    finally:
        os.seteuid(0)
        os.setegid(0)
        # A change of user closes /proc/self, where our forks still have to write.
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0)


def _problem_of(action: Callable[[], None]) -> str:
    try:
        action()
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:4000]
    return ""


def apart(uid: int, action: Callable[[], None]) -> None:
    """Do `action` in a process of its own while processes of `uid` live, who cannot stop it.

    It may do what they may, and whatever happens to it leaves us as we were.
    """
    pid = os.fork()
    if pid == 0:
        try:
            plain_signals()
            resemble(uid)
            action()
        finally:
            os._exit(0)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, 0)


def make_folders(folders: Sequence[str]) -> None:
    """The trial's own empty folders, for nobody else."""
    for folder in folders:
        Path(folder).mkdir(mode=0o700)
