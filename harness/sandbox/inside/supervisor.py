"""The control loop: orders come from the host over one socket, trials run one after the other.

Order      head                                                        answer
load       digest, and the parcel as the body                          loaded
warm       modules, env                                                warming
run        command, env, uid, caps, files, listen                      (listening + descriptor, go,) ran
stop       -                                                           the process ends

`ran` carries stdout and stderr as its body. What goes wrong on our side is `failed` with `why`; the
host takes it for the environment's failure and never for the candidate's.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import socket
import stat
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from harness.sandbox.inside import child, frames, keeper
from harness.sandbox.inside.nursery import NoBirth, Nursery
from harness.sandbox.inside.place import Caps, Container, Host, Place
from harness.sandbox.inside.trial import Born, HostGone, Outcome, StageFailure, Trial

ADDRESS = ("127.0.0.1", 8080)
BACKLOG = 512
BIND_SECONDS = 3.0
"""How long the listener of the trial before may take to be closed by the gateway."""
PLACES = ("/trial", "/tmp", "/dev/shm", "/run/takehome")  # noqa: S108
"""Folders of a container whose modes the host wants to know."""


class Supervisor:
    """Serves one host until it says `stop` or goes away."""

    def __init__(self, place: Place, control: socket.socket) -> None:
        self._place = place
        self._control = control
        self._parcel = ("", b"")
        self._nursery: Nursery | None = None
        self._wakeup, waker = socket.socketpair()
        self._waker = waker
        for end in (self._wakeup, waker):
            end.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)

    def serve(self) -> None:
        """Obey until told to stop. Whatever is left of a trial has been killed and wiped."""
        try:
            self._serve()
        finally:
            self._end_nursery()
            signal.set_wakeup_fd(-1)
            self._wakeup.close()
            self._waker.close()

    def _serve(self) -> None:
        frames.send(self._control, {"say": "hello", "pid": os.getpid(), **facts()})
        while True:
            frame = frames.receive(self._control)
            if frame is None or frame.head.get("do") == "stop":
                return
            try:
                self._obey(frame)
            except HostGone:
                return
            except StageFailure as error:
                self._say_failed(str(error))
            except Exception:
                self._say_failed(traceback.format_exc(limit=-3))

    def _say_failed(self, why: str) -> None:
        frames.send(self._control, {"say": "failed", "why": why[-2000:]})

    def _obey(self, frame: frames.Frame) -> None:
        do = frame.head.get("do")
        if do == "load":
            self._parcel = (frame.head["digest"], frame.body)
            frames.send(self._control, {"say": "loaded"})
        elif do == "warm":
            self._warm(frame.head)
        elif do == "run":
            self._run(frame.head)
        else:
            self._say_failed(f"unknown order {do!r}")

    def _run(self, order: dict[str, Any]) -> None:
        started = time.monotonic()
        digest, files = self._parcel
        if digest != order["files"]:
            raise StageFailure("these files were not loaded")
        caps = Caps(**order["caps"])
        if order["listen"]:
            self._hand_over_listener()
        listened = time.monotonic() - started
        trial = Trial(self._place, caps, uid=order["uid"], control=self._control, wakeup=self._wakeup)
        env = {**self._own_env(), **order["env"]}
        command = tuple(order["command"])
        nursery = self._nursery
        try:
            note = nursery.why_not(command, env, files) if nursery else "nothing is preloaded"
            begin = spawn if note or nursery is None else nursery.spawn
            outcome = trial.run(command, env, files, begin)
        except NoBirth as error:
            self._end_nursery()
            raise StageFailure(str(error)) from error
        outcome.phases["listen"] = listened
        self._report(outcome, "exec" if note else "fork", note)

    def _warm(self, order: dict[str, Any]) -> None:
        self._end_nursery()
        env = {**self._own_env(), **order["env"]}
        self._nursery = Nursery(env, order["modules"], self._place.interpreter)
        self._place.spared.add(self._nursery.pid)
        frames.send(self._control, {"say": "warming"})

    def _end_nursery(self) -> None:
        nursery, self._nursery = self._nursery, None
        if nursery is not None:
            nursery.close()
            self._place.spared.discard(nursery.pid)
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(nursery.pid, signal.SIGKILL)

    def _own_env(self) -> dict[str, str]:
        return {"HOME": self._place.home, "TMPDIR": self._place.tmp}

    def _report(self, outcome: Outcome, how: str, note: str) -> None:
        head = {
            "say": "ran",
            "ended": outcome.ended,
            "exit_code": outcome.exit_code,
            "signal": outcome.signal,
            "wall": outcome.wall,
            "cpu": outcome.cpu,
            "withheld": outcome.withheld,
            "stdout": len(outcome.stdout),
            "stderr": len(outcome.stderr),
            "how": how,
            "note": note[:300],
            "dirt": outcome.dirt[:20],
            "phases": outcome.phases,
        }
        frames.send(self._control, head, outcome.stdout + outcome.stderr)

    def _hand_over_listener(self) -> None:
        """The trial's own listening socket, opened here and accepted on by the gateway alone."""
        listener = listen()
        try:
            frames.send(self._control, {"say": "listening"}, fds=[listener.fileno()])
        finally:
            listener.close()
        answer = frames.receive(self._control)
        if answer is None:
            raise HostGone
        if answer.head.get("do") != "go":
            raise StageFailure("the host did not say `go`")


def spawn(birth: child.Birth, stdin: int, stdout: int, stderr: int) -> Born:
    """Start by fork and execute."""
    return Born(*child.spawn_exec(birth, stdin=stdin, stdout=stdout, stderr=stderr))


def listen() -> socket.socket:
    """A listening socket on the sandbox's one address. Raises `StageFailure`."""
    deadline = time.monotonic() + BIND_SECONDS
    while True:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(ADDRESS)
            listener.listen(BACKLOG)
        except OSError as error:
            listener.close()
            if time.monotonic() > deadline:
                raise StageFailure(f"port {ADDRESS[1]} is taken: {error.strerror}") from None
            time.sleep(0.002)
        else:
            return listener


def facts() -> dict[str, Any]:
    """What the kernel says of this process, for the host to compare with what it asked for."""
    found: dict[str, Any] = {"uid": os.geteuid(), "python": ".".join(map(str, sys.version_info[:3]))}
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            name, _, value = line.partition(":")
            if name in {"NoNewPrivs", "Seccomp", "CapEff", "CapBnd"}:
                found[name] = value.strip()
        found["interfaces"] = [
            line.split(":")[0].strip() for line in Path("/proc/net/dev").read_text().splitlines()[2:]
        ]
        found["read_only"] = bool(os.statvfs("/").f_flag & os.ST_RDONLY)
        found["modes"] = {
            path: stat.S_IMODE(Path(path).stat().st_mode) for path in PLACES if Path(path).is_dir()
        }
        found["inodes"] = os.statvfs("/trial").f_files if Path("/trial").is_dir() else 0
    return found


def main(arguments: list[str]) -> None:
    """Begin as told on the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--connect", help="the control socket's path: this is a container")
    parser.add_argument("--control", type=int, help="the control socket's descriptor: this is the host")
    parser.add_argument("--root", help="the folder that trials on the host live in")
    options = parser.parse_args(arguments)
    os.umask(0o022)
    place: Place
    if options.connect:
        control = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        control.connect(options.connect)
        place = Container()
        Supervisor(place, control).serve()
        return
    keeper.adopt_orphans()
    supervisor = os.fork()
    if supervisor:
        # Whoever holds the other end must see at once when the supervisor has died.
        os.close(options.control)
        os._exit(keeper.keep(supervisor, options.root))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.set_inheritable(options.control, False)
    host = Host(options.root)
    try:
        Supervisor(host, socket.socket(fileno=options.control)).serve()
    finally:
        host.leave()
