"""The supervisor's side of the zygote: starts it, decides what may be forked, has trials born."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from harness.sandbox.inside import child, frames, parcel
from harness.sandbox.inside.trial import Born

READY_SECONDS = 80.0
BIRTH_SECONDS = 10.0
ROOT = str(Path(__file__).resolve().parents[3])
"""The folder that holds our package."""
ALWAYS_ASKED = ("PYTHON", "LC_", "LANG", "TZ", "LD_", "MALLOC_", "OPENSSL_")
"""Variables that begin so shape an interpreter before its first line, whoever asks for them."""


class NoBirth(Exception):
    """The zygote failed us; whatever it may have begun must be killed."""


class Nursery:
    """One zygote. It is started at once and waited for when first needed."""

    def __init__(self, env: dict[str, str], modules: list[str], program: str | None) -> None:
        """`program`: the interpreter's file, `None` for `python` as the path finds it."""
        self.env = env
        self._modules: frozenset[str] = frozenset()
        self._asked: frozenset[str] = frozenset()
        self._is_ready = False
        self._control, theirs = socket.socketpair()
        with theirs:
            self.pid = start(theirs.fileno(), env, program)
        frames.send(self._control, {"modules": modules})

    def why_not(self, command: tuple[str, ...], env: dict[str, str], files: bytes) -> str:
        """Why the command must be executed afresh; empty when a fork comes to the same."""
        self._wait_until_ready()
        index = parcel.read_index(files)
        if command[0] != "python" or len(command) < 2 or not command[1].endswith(".py"):
            return "the command is not `python FILE`"
        source = parcel.content(files, os.path.normpath(command[1]))
        if source is None or not _is_plain(source):
            return f"`{command[1]}` is no file of the work in UTF-8"
        names = {*self._asked, *(n for n in {*env, *self.env} if n.startswith(ALWAYS_ASKED))}
        if "*" in names:
            names |= {*env, *self.env}
        changed = sorted(name for name in names if env.get(name) != self.env.get(name))
        if changed:
            return f"`{changed[0]}` is read while the SDKs are imported"
        shadowed = sorted(importable(index) & self._modules)
        return f"`{shadowed[0]}` is the name of a preloaded module" if shadowed else ""

    def _wait_until_ready(self) -> None:
        if self._is_ready:
            return
        self._control.settimeout(READY_SECONDS)
        head = self._next().head
        self._modules = frozenset(head["modules"])
        self._asked = frozenset(head["asked"])
        self._is_ready = True

    def spawn(self, birth: child.Birth, stdin: int, stdout: int, stderr: int) -> Born:
        """Have the trial forked. Raises `NoBirth`."""
        self._control.settimeout(BIRTH_SECONDS)
        try:
            frames.send(self._control, {"birth": birth.to_json()}, fds=[stdin, stdout, stderr])
        except OSError as error:
            raise NoBirth(f"the zygote is gone: {error}") from error
        pid = int(self._next().head["pid"])
        if pid <= 0:
            raise NoBirth("the zygote could not fork")
        return Born(pid, news=self._control, read_news=self._read_end)

    def _read_end(self) -> tuple[int, float]:
        head = self._next().head
        return int(head["status"]), float(head["cpu"])

    def _next(self) -> frames.Frame:
        try:
            frame = frames.receive(self._control)
        except (OSError, frames.BrokenFrame) as error:
            raise NoBirth(f"the zygote does not answer: {error}") from error
        if frame is None:
            raise NoBirth("the zygote has ended")
        return frame

    def close(self) -> None:
        """Let the zygote end."""
        self._control.close()


def _is_plain(source: bytes) -> bool:
    """Whether reading it from a file and from memory comes to the same, complaints included."""
    try:
        return "\0" not in source.decode("utf-8")
    except UnicodeDecodeError:
        return False


def importable(index: list[tuple[str, bool, int]]) -> frozenset[str]:
    """Names that an `import` could find in the work, from any folder that may come onto the path.

    A folder with an `__init__.py` is a package: what is in it is not a top-level name.
    """
    packages = {path.rpartition("/")[0] for path, _, _ in index if path.endswith("/__init__.py")}
    found = set()
    for path, _, _ in index:
        parts = path.split("/")
        for depth, part in enumerate(parts):
            if "/".join(parts[:depth]) not in packages:
                found.add(part.partition(".")[0])
    return frozenset(found)


def start(descriptor: int, env: dict[str, str], program: str | None) -> int:
    """Start the zygote with the control socket `descriptor`; its pid."""
    arguments = [str(Path(__file__).with_name("zygote.py")), str(descriptor), ROOT]
    pid = os.fork()
    if pid:
        return pid
    try:
        child.plain_signals()
        os.setsid()
        nothing = os.open(os.devnull, os.O_RDWR)
        for target in (0, 1, 2):
            os.dup2(nothing, target)
        os.set_inheritable(descriptor, True)
        os.chdir("/")
        if program is not None:
            os.execve(program, [program, *arguments], env)  # noqa: S606
        os.execvpe("python", ["python", *arguments], env)  # noqa: S606
    finally:
        os._exit(127)
