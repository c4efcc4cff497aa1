"""Which sandbox, and where trials get theirs from."""

from __future__ import annotations

import hashlib
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from importlib.metadata import distributions
from pathlib import Path
from types import TracebackType
from typing import Literal, NamedTuple, Self

from harness.errors import EnvironmentFailure, UsageError
from harness.sandbox.base import Kind, Sandbox
from harness.sandbox.target import Target, here

Choice = Literal["auto", "docker", "process"]
Isolation = Literal["fork", "container"]


class Resolution(NamedTuple):
    """Which sandbox was taken, and why."""

    kind: Kind
    why: str


class Sandboxes:
    """Opens sandboxes of one kind and closes every one of them at the end."""

    def __init__(
        self,
        kind: Kind,
        description: str,
        image: str,
        make: Callable[[], Sandbox],
        end: Callable[[], None],
        *,
        target: Target | None = None,
        runtime: str = "",
    ) -> None:
        self.kind = kind
        self.description = description
        """For the grade: engine or machine, image, isolation, and why this kind."""
        self.image = image
        """Digest of what programs run on."""
        self.target = target or here()
        """What the wheels of own packages must fit."""
        self.runtime = runtime
        """The engine's OCI runtime; empty without an engine."""
        self._make = make
        self._end = end
        self._opened: list[Sandbox] = []
        self._lock = threading.Lock()

    def open(self) -> Sandbox:
        """A further sandbox; safe to call from several threads. Raises `EnvironmentFailure`."""
        sandbox = self._make()
        with self._lock:
            self._opened.append(sandbox)
        return sandbox

    def close(self) -> None:
        """Close all that were opened, whichever of them fails. May be called twice."""
        with self._lock:
            opened, self._opened = self._opened, []
        with ExitStack() as stack:
            stack.callback(self._end)
            for sandbox in opened:
                stack.callback(sandbox.close)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def resolve(kind: Choice) -> Kind:
    """What `kind` stands for on this machine. Raises `EnvironmentFailure` for a docker that is not there."""
    return resolution(kind).kind


def resolution(kind: Choice) -> Resolution:
    """The same, with the reason in words."""
    if kind == "process":
        return Resolution("process", "asked for")
    from harness.sandbox import fleet

    try:
        found = fleet.look(must_build=kind == "docker")
    except EnvironmentFailure as error:
        if kind == "docker":
            raise
        return Resolution("process", error.message)
    return Resolution("docker", found)


def make_sandboxes(
    kind: Choice, *, intake: Path | None, isolation: Isolation = "fork", runtime: str | None = None
) -> Sandboxes:
    """Get ready to open sandboxes.

    `intake` is the gateway's socket for listeners; it need not be there before the first trial.
    `runtime` names another runtime of the engine, such as `runsc`. `docker` builds its image when it
    is missing. Raises `EnvironmentFailure`, `UsageError` for a runtime without an engine.
    """
    taken = resolution(kind)
    if runtime is not None and taken.kind != "docker":
        raise UsageError(
            f"the runtime `{runtime}` is one of a container engine, and this sandbox is a process",
            hint=f"leave out `--runtime`, or use docker ({taken.why})",
        )
    if taken.kind == "docker":
        from harness.sandbox.fleet import docker_sandboxes

        return docker_sandboxes(taken.why, intake=intake, isolation=isolation, runtime=runtime)
    from harness.sandbox import folders
    from harness.sandbox.process import ProcessSandbox
    from harness.vocabulary import vocabulary_cache

    folders.reap()
    vocabularies = vocabulary_cache()

    def make() -> Sandbox:
        return ProcessSandbox(vocabularies=vocabularies, isolation=isolation)

    return Sandboxes(
        "process",
        f"process on {sys.platform}, {isolation} ({taken.why})",
        interpreter_digest(),
        make,
        lambda: None,
    )


def interpreter_digest() -> str:
    """`python-` and a digest of this interpreter's version and all packages that it can import."""
    packages = sorted({f"{one.metadata['Name']}=={one.version}" for one in distributions()})
    text = "\n".join([sys.version, sys.platform, *packages])
    return f"python-{hashlib.sha256(text.encode()).hexdigest()}"
