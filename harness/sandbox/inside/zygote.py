"""A process with the SDKs imported already, from which trials are forked.

It is started just as a trial's `python FILE` would be, imports what it is told, and then does one
thing: for each order it forks a process that becomes the trial. It learns a trial's user, arguments,
environment and descriptors, and nothing of its files, answers or other trials.
"""

from __future__ import annotations

import gc
import importlib
import os
import socket
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

if TYPE_CHECKING:
    from harness.sandbox.inside import frames

OURS = "harness"
"""Our own package's name; a trial must find it as it would without us, so it is forgotten again."""


class Watched(dict[bytes, bytes]):
    """The environment's bytes, remembering which names were asked for."""

    def __init__(self, data: dict[bytes, bytes]) -> None:
        super().__init__(data)
        self.asked: set[str] = set()

    def __getitem__(self, name: bytes) -> bytes:
        self.asked.add(os.fsdecode(name))
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        if isinstance(name, bytes):
            self.asked.add(os.fsdecode(name))
        return super().__contains__(name)

    def __iter__(self) -> Iterator[bytes]:
        self.asked.add("*")
        return super().__iter__()


def preload(modules: list[str]) -> dict[str, Any]:
    """Import what can be imported; what it read of the environment, and what there was not.

    A trial whose environment differs in one of those names would have imported something else, and
    so must not be forked; the same holds for one with a file of the same name as a module.
    """
    environ: Any = os.environ
    plain = environ._data  # noqa: SLF001  (a look at every read, whoever reads)
    watched = Watched(plain)
    environ._data = watched  # noqa: SLF001
    missing = []
    try:
        for name in modules:
            try:
                importlib.import_module(name)
            except ImportError:
                missing.append(name)
            except Exception as error:
                missing.append(f"{name}: {error!r}")
    finally:
        asked = sorted(watched.asked)
        plain.clear()
        plain.update(watched)
        environ._data = plain  # noqa: SLF001
    return {"asked": asked, "missing": missing}


def serve(control: socket.socket, parts: Parts) -> None:
    """Fork trials, one at a time, until the supervisor closes the channel.

    Answers each order twice: with the trial's pid, and with how it ended.
    """
    preloaded = frozenset(name for name in sys.modules if name.partition(".")[0] != OURS)
    last = next(name for name in reversed(sys.modules) if name in preloaded)
    gc.collect()
    # What stands now is never looked at by a trial's collector, and its pages stay shared.
    gc.freeze()
    parts.pages.enlarge()
    while True:
        frame = parts.frames.receive(control)
        if frame is None:
            return
        try:
            pid = os.fork()
        except OSError:
            pid = -1
        if pid == 0:
            be_born(control, frame, parts, preloaded, last)
        for descriptor in frame.fds:
            os.close(descriptor)
        parts.frames.send(control, {"pid": pid})
        if pid > 0:
            _, status, usage = os.wait4(pid, 0)
            parts.frames.send(control, {"status": status, "cpu": usage.ru_utime + usage.ru_stime})


def be_born(
    control: socket.socket, frame: frames.Frame, parts: Parts, preloaded: frozenset[str], last: str
) -> NoReturn:
    """Become the trial and run its program. Whatever goes wrong before its first line ends in 127."""
    try:
        control.detach()
        birth = parts.child.Birth.from_json(frame.head["birth"])
        stdin, stdout, stderr = frame.fds
        parts.child.enter(birth, stdin=stdin, stdout=stdout, stderr=stderr)
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    except BaseException as error:
        os.write(frame.fds[2], f"{error!r}\n".encode())
        os._exit(127)
    forget_ourselves()
    parts.program.run(birth.command, birth.env, preloaded, last)
    os._exit(127)


def forget_ourselves() -> None:
    """Take our own modules and path out, as if the interpreter had just begun."""
    for name in OWN_MODULES:
        del sys.modules[name]
    for path in OWN_PATHS:
        while path in sys.path:
            sys.path.remove(path)
        sys.path_importer_cache.pop(path, None)


class Parts(NamedTuple):
    """Our own modules, which a trial's process uses without finding them by name."""

    child: Any
    frames: Any
    pages: Any
    program: Any


OWN_MODULES: list[str] = []
OWN_PATHS: list[str] = []


def main(descriptor: int, root: str) -> None:
    """Begin. `descriptor`: the control socket; `root`: the folder that holds our package."""
    OWN_PATHS[:] = [sys.path[0], root]
    sys.path.pop(0)
    control = socket.socket(fileno=descriptor)
    os.set_inheritable(descriptor, False)
    added = root not in sys.path
    if added:
        sys.path.append(root)
    else:
        # An editable or a usual installation: a trial may import us as anybody's package.
        OWN_PATHS.remove(root)
    parts = Parts(*(importlib.import_module(f"{OURS}.sandbox.inside.{name}") for name in Parts._fields))
    frame = parts.frames.receive(control)
    if frame is None:
        return
    preloaded = preload(frame.head["modules"])
    importlib.import_module(f"{OURS}.sandbox.inside.rehearsal").rehearse()
    names = {name.partition(".")[0] for name in sys.modules} - {OURS, "__main__"}
    parts.frames.send(control, {"modules": sorted(names), **preloaded})
    OWN_MODULES[:] = [name for name in sys.modules if name.partition(".")[0] == OURS]
    serve(control, parts)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
