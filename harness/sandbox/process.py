"""A sandbox on the candidate's own machine: no walls against malice, but limits, a wipe and a clean room.

A supervisor process (`harness.sandbox.inside`) runs the trials; every process that one starts is its
descendant and dies with it, as does all if this process dies. Its parent, the keeper, does nothing but
end what a supervisor leaves that was killed itself.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import harness
from harness.errors import EnvironmentFailure
from harness.sandbox import packages
from harness.sandbox.base import Job, Kind, Ran
from harness.sandbox.control import Control, Gone
from harness.sandbox.folders import prefix
from harness.sandbox.inside import sweep

_START = (
    "import sys; sys.path.append(sys.argv[1]); "
    "from harness.sandbox.inside.supervisor import main; main(sys.argv[2:])"
)


class ProcessSandbox:
    """Runs programs as this user, one at a time, each in a fresh copy of its files."""

    kind: Kind = "process"

    def __init__(
        self, *, vocabularies: Path | None = None, isolation: Literal["fork", "container"] = "fork"
    ) -> None:
        self.description = f"process on {sys.platform}, {isolation}"
        self._vocabularies = vocabularies
        self._isolation = isolation
        self._root: Path | None = None
        self._keeper: subprocess.Popen[bytes] | None = None
        self._control: Control | None = None

    def base_url(self, gateway: str) -> str:
        """The same as on the host: there is only one network."""
        return gateway

    def run(self, job: Job) -> Ran:
        """See `Sandbox.run`."""
        control = self._control or self._start()
        try:
            answer = control.run(job, uid=None, env=self._env(job), hand_over=None)
        except EnvironmentFailure as error:
            self.close()
            if isinstance(error, Gone):
                error.hint = error.hint or "the program may have killed it; run it in docker"
            raise
        except BaseException:
            self.close()
            raise
        if answer.dirt:
            self.close()
            raise EnvironmentFailure(f"a trial left something that could not be removed: {answer.dirt[0]}")
        return answer.ran

    def _env(self, job: Job) -> dict[str, str]:
        own = self._own_env()
        ours = {name: own[name] for name in ("TIKTOKEN_CACHE_DIR",) if name in own}
        found = {} if job.packages is None else {packages.VARIABLE: str(job.packages)}
        return {**own, **job.env, **ours, **found}

    def _own_env(self) -> dict[str, str]:
        told = {} if self._vocabularies is None else {"TIKTOKEN_CACHE_DIR": str(self._vocabularies)}
        return {**host_env(), **told}

    def _start(self) -> Control:
        ours, theirs = socket.socketpair()
        # The supervisor removes it; so a run that is killed leaves nothing either.
        self._root = Path(tempfile.mkdtemp(prefix=prefix("trial"))).resolve()
        package_root = str(Path(next(iter(harness.__path__))).parent)
        command = [
            *(sys.executable, "-I", "-S", "-E", "-c", _START, package_root),
            *("--control", str(theirs.fileno()), "--root", str(self._root)),
        ]
        try:
            with theirs:
                self._keeper = subprocess.Popen(
                    command,
                    pass_fds=(theirs.fileno(),),
                    env=host_env(),
                    cwd="/",
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,
                )
            self._control = Control(ours)
            if self._isolation == "fork" and sys.platform == "linux":
                self._control.warm(self._own_env())
        except OSError as error:
            ours.close()
            self.close()
            raise EnvironmentFailure(f"the supervisor could not be started: {error}") from error
        except BaseException:
            ours.close()
            self.close()
            raise
        return self._control

    def close(self) -> None:
        """See `Sandbox.close`."""
        control, self._control = self._control, None
        keeper, self._keeper = self._keeper, None
        root, self._root = self._root, None
        if control is not None:
            control.close()
        if keeper is not None:
            try:
                keeper.wait(10)
            except subprocess.TimeoutExpired:
                # The supervisor hangs. Without it the keeper ends by itself.
                sweep.kill_tree(sweep.descendants(keeper.pid))
                keeper.wait()
        if root is not None:
            shutil.rmtree(root, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        with contextlib.suppress(Exception):
            self.close()


def host_env() -> dict[str, str]:
    """The environment that every program on this machine starts from: nothing of the caller's."""
    folders = [str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin"]
    if sys.platform == "darwin":
        folders.insert(1, "/opt/homebrew/bin")
    return {**common_env(), "PATH": os.pathsep.join(dict.fromkeys(folders))}


def common_env() -> dict[str, str]:
    """What is the same in every sandbox.

    The hash seed is fixed so that the order of sets is no further source of chance: two trials that
    see the same replies behave the same.
    """
    return {
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "USER": "candidate",
        "LOGNAME": "candidate",
        "PYTHONUNBUFFERED": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
