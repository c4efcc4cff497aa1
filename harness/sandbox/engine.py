"""The container engine: whether one answers, and what it must be able to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import docker
from docker.errors import DockerException

from harness.errors import EnvironmentFailure

TIMEOUT_SECONDS = 60
TRIED_RUNTIMES = frozenset({"runc", "io.containerd.runc.v2"})
"""Those that the walls were tried under; they share the host's kernel and show its seccomp filter."""
OLDEST_API = (1, 41)
"""Engine 20.10: the first whose seccomp profiles carry an error number."""


def connect() -> docker.DockerClient:
    """A client of the engine that the environment names. Raises `EnvironmentFailure`."""
    client = None
    try:
        client = docker.from_env(timeout=TIMEOUT_SECONDS)
        client.ping()
    except (DockerException, OSError) as error:
        if client is not None:
            client.close()
        raise EnvironmentFailure(
            "no container engine answers", hint=f"start docker, or use `--sandbox process` ({error})"
        ) from None
    return client


@contextmanager
def answering() -> Iterator[None]:
    """For calls of an engine that was there just now: if it is no more, `EnvironmentFailure` is raised."""
    try:
        yield
    except (DockerException, OSError) as error:
        raise EnvironmentFailure(
            f"the container engine failed to answer: {error}",
            hint="start it again, then run the same command: what was finished is kept",
        ) from error


def check(version: dict[str, Any], info: dict[str, Any], *, kernel: str) -> str:
    """The engine in words, when it is one that we can harden. Raises `EnvironmentFailure`.

    `kernel`: our own release. Descriptors are passed from a container to the gateway, so both need one.
    """
    name = f"engine {version.get('Version', '?')}"
    if info.get("OSType") != "linux":
        raise EnvironmentFailure(f"{name} does not run Linux containers")
    api = tuple(int(part) for part in str(version.get("ApiVersion", "0")).split("."))
    if api < OLDEST_API:
        raise EnvironmentFailure(f"{name} is too old", hint="20.10 is the oldest that will do")
    if info.get("KernelVersion", kernel) != kernel:
        where = info.get("OperatingSystem") or "another system"
        raise EnvironmentFailure(
            f"{name} ({where}) runs in a virtual machine, which sockets of this machine do not reach",
            hint="`--sandbox process`, or run takehome in a container there: see docs/security.md",
        )
    options = [str(option) for option in info.get("SecurityOptions") or ()]
    if not any("seccomp" in option for option in options):
        raise EnvironmentFailure(f"{name} was built without seccomp")
    lacking = [what for what in ("MemoryLimit", "SwapLimit", "PidsLimit") if not info.get(what)]
    if lacking:
        raise EnvironmentFailure(
            f"{name} cannot enforce {', '.join(lacking)}", hint="the kernel lacks the control groups for it"
        )
    return name


def runtime(info: dict[str, Any], asked: str | None = None) -> str:
    """The OCI runtime that containers get: the one asked for, else the engine's default.

    Raises `EnvironmentFailure` for one that the engine lacks.
    """
    known = sorted(info.get("Runtimes") or {})
    named = asked or str(info.get("DefaultRuntime") or "runc")
    if asked is not None and asked not in known:
        raise EnvironmentFailure(
            f"the engine has no runtime `{asked}`",
            hint=f"it has {', '.join(f'`{name}`' for name in known) or 'none that it names'}; "
            "a new one is added to the engine's own configuration",
        )
    return named


def check_local(client: docker.DockerClient) -> None:
    """Raises `EnvironmentFailure` for an engine elsewhere: descriptors cross no network."""
    if not str(client.api.base_url).startswith("http+docker://"):
        raise EnvironmentFailure(
            "the container engine is not on this machine", hint="unset `DOCKER_HOST`, or use a local engine"
        )


def remapped(info: dict[str, Any]) -> bool:
    """Whether container user ids are mapped, so that only the first 65,536 exist."""
    options = [str(option) for option in info.get("SecurityOptions") or ()]
    return any("userns" in option or "rootless" in option for option in options)
