"""The host's end of the channel to a supervisor. Nothing that comes from there is believed untyped."""

from __future__ import annotations

import contextlib
import hashlib
import os
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal, TypeVar

from pydantic import Field, ValidationError

from harness.errors import EnvironmentFailure
from harness.exercise.spec import Limits, Strict, explain
from harness.sandbox.base import Ended, Job, Ran
from harness.sandbox.inside import frames, parcel
from harness.sandbox.inside.trial import MOST

HELLO_SECONDS = 30.0
WARM_SECONDS = 90.0
"""What importing the SDKs may take on a machine that is busy; the first trial waits for it."""
GRACE_SECONDS = 60.0
"""What a trial's set-up, kill and wipe may take over its longest time before the sandbox is given up."""
MIB = 1 << 20
PRELOADED = (
    *("openai", "openai.resources.chat", "openai.resources.responses", "openai.types.responses"),
    *("anthropic", "anthropic.resources.messages", "httpx", "httpx2", "pydantic", "tiktoken"),
    *("openai.resources.chat.completions", "openai.lib.streaming.chat", "openai.pagination", "jiter"),
    *("httpcore2", "h11", "truststore", "anyio._backends._asyncio", "encodings.idna", "stringprep"),
    *("tiktoken_ext.openai_public", "asyncio", "json", "concurrent.futures.thread", "urllib.request"),
)
"""What a zygote imports, as far as it is installed: trusted packages that nearly every program needs."""

Model = TypeVar("Model", bound=Strict)
Finite = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Hello(Strict):
    """What a supervisor says first."""

    say: Literal["hello"]
    pid: int
    uid: int
    python: str
    NoNewPrivs: str = ""
    Seccomp: str = ""
    CapEff: str = ""
    CapBnd: str = ""
    interfaces: tuple[str, ...] = ()
    read_only: bool = False
    inodes: int = 0
    modes: dict[str, int] = {}


class RanHead(Strict):
    """How a trial went."""

    say: Literal["ran"]
    ended: Ended
    exit_code: int | None = Field(ge=0, le=255)
    signal: int | None = Field(ge=1, le=128)
    wall: Finite
    cpu: Finite
    withheld: Finite
    stdout: int = Field(ge=0)
    stderr: int = Field(ge=0)
    how: Literal["exec", "fork"]
    note: str
    """Why it was not forked."""
    dirt: tuple[str, ...]
    phases: dict[str, Finite]


class Gone(EnvironmentFailure):
    """The supervisor closed the channel, or did not answer in time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One run as the supervisor reported it."""

    ran: Ran
    dirt: tuple[str, ...]
    """What was left after the wipe; the sandbox must not be used again when there is any."""
    phases: dict[str, float]
    note: str = ""


class Control:
    """Speaks with one supervisor; not for several threads at once, but for `close`."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._receiving = threading.Lock()
        self._loaded = ""
        self._still_warming = 0.0
        self.hello = self._hello()

    def _hello(self) -> Hello:
        self._sock.settimeout(HELLO_SECONDS)
        return _typed(self._next("its first word"), Hello)

    def warm(self, env: dict[str, str]) -> None:
        """Have the SDKs imported once, ahead of the trials; they are forked where that is the same."""
        self._sock.settimeout(GRACE_SECONDS)
        self._say({"do": "warm", "modules": PRELOADED, "env": env})
        if self._next("`warming`").head.get("say") != "warming":
            raise EnvironmentFailure("the supervisor did not begin to warm up")
        self._still_warming = WARM_SECONDS

    def run(
        self, job: Job, *, uid: int | None, env: dict[str, str], hand_over: Callable[[int], None] | None
    ) -> Answer:
        """Run a job. `hand_over` is given the trial's listening descriptor, which it must not close.

        Raises `Gone` when the supervisor died or hung, `EnvironmentFailure` for what it could not do.
        """
        try:
            files = parcel.pack(job.files)
        except OSError as error:
            raise EnvironmentFailure(f"`{job.files}` cannot be read: {error}") from error
        if sum(size for _, _, size in parcel.read_index(files)) > job.limits.disk_mb * MIB:
            return Answer(_too_big(job), (), {})
        self._load(files)
        self._say(
            {
                "do": "run",
                "command": job.command,
                "env": env,
                "uid": uid,
                "caps": caps(job.limits),
                "files": _digest(files),
                "listen": hand_over is not None,
            }
        )
        if hand_over is not None:
            self._pass_listener(hand_over)
        self._sock.settimeout(MOST * job.limits.wall_seconds + GRACE_SECONDS + self._still_warming)
        frame = self._next("the end of a trial")
        self._still_warming = 0.0
        head = _typed(frame, RanHead)
        if len(frame.body) != head.stdout + head.stderr:
            raise EnvironmentFailure("the supervisor's report does not fit its output")
        ran = Ran(
            ended=head.ended,
            exit_code=head.exit_code,
            signal=head.signal,
            wall_seconds=head.wall,
            cpu_seconds=head.cpu,
            withheld_seconds=head.withheld,
            stdout=frame.body[: head.stdout],
            stderr=frame.body[head.stdout :],
            how=head.how,
        )
        return Answer(ran, head.dirt, head.phases, head.note)

    def _load(self, files: bytes) -> None:
        digest = _digest(files)
        if digest == self._loaded:
            return
        self._sock.settimeout(GRACE_SECONDS)
        self._say({"do": "load", "digest": digest}, files)
        if self._next("`loaded`").head.get("say") != "loaded":
            raise EnvironmentFailure("the supervisor did not take the files")
        self._loaded = digest

    def _pass_listener(self, hand_over: Callable[[int], None]) -> None:
        self._sock.settimeout(GRACE_SECONDS)
        frame = self._next("the trial's listener")
        if frame.head.get("say") != "listening" or len(frame.fds) != 1:
            raise EnvironmentFailure(f"the supervisor opened no listener: {frame.head.get('why', '')}")
        try:
            hand_over(frame.fds[0])
        finally:
            os.close(frame.fds[0])
        self._say({"do": "go"})

    def _say(self, head: dict[str, object], body: bytes = b"") -> None:
        try:
            frames.send(self._sock, head, body)
        except OSError as error:
            raise Gone("the sandbox's supervisor is gone", hint=str(error)) from error

    def _next(self, what: str) -> frames.Frame:
        try:
            with self._receiving:
                frame = frames.receive(self._sock)
        except TimeoutError:
            raise Gone(f"the sandbox's supervisor did not send {what} in time") from None
        except (OSError, frames.BrokenFrame) as error:
            raise Gone(f"the sandbox's supervisor broke off before {what}", hint=str(error)) from error
        if frame is None:
            raise Gone(f"the sandbox's supervisor ended before {what}")
        if frame.head.get("say") == "failed":
            raise EnvironmentFailure(
                f"the sandbox could not run a trial: {frame.head.get('why', '')!s:.2000}"
            )
        return frame

    def close(self) -> None:
        """Let the supervisor end: it kills, wipes and leaves."""
        with contextlib.suppress(OSError):
            self._sock.settimeout(1)
            frames.send(self._sock, {"do": "stop"})
        # Wakes a thread of ours that waits for a trial's end on this socket, and only then gives its number
        # back: that thread would wait on whatever has it next.
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)
        with self._receiving:
            self._sock.close()


def caps(limits: Limits) -> dict[str, float | int]:
    """The limits as the supervisor reads them: bytes and seconds."""
    return {
        "wall": limits.wall_seconds,
        "output": limits.output_bytes,
        "memory": limits.memory_mb * MIB,
        "disk": limits.disk_mb * MIB,
        "processes": limits.processes,
    }


def _typed(frame: frames.Frame, model: type[Model]) -> Model:
    try:
        return model.model_validate(frame.head, strict=False)
    except ValidationError as error:
        raise EnvironmentFailure(f"the supervisor's answer is not one:\n{explain(error)}") from None


def _digest(files: bytes) -> str:
    return hashlib.sha256(files).hexdigest()


def _too_big(job: Job) -> Ran:
    why = f"the files need more than the {job.limits.disk_mb} MB that a trial may use\n".encode()
    return Ran("not_started", None, None, 0.0, 0.0, b"", why, "exec")
