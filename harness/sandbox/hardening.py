"""The flags of a trial's container, and the two looks that check them before a program runs in it.

What was asked for is compared with what the engine says it made (`check_made`), and with what the
kernel says of PID 1 (`check_hello`): an engine that quietly leaves out a limit is an environment's
failure, never a softer sandbox.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from harness.errors import EnvironmentFailure
from harness.exercise.spec import Limits
from harness.sandbox.control import MIB, Hello
from harness.sandbox.packages import INSIDE_FOLDER

CONTROL_FOLDER = "/run/takehome/control"
CAPABILITIES = ("SETGID", "SETUID")
"""PID 1 starts trials under their own users, and needs nothing else."""
_CAPABILITY_BITS = (1 << 6) | (1 << 7)
SUPERVISOR_BYTES = 192 * MIB
"""Memory that the supervisor and the preloaded SDKs may take besides the trial's own."""
SPARE_PROCESSES = 16
INODES = 16_384
MISCELLANEOUS_BYTES = 64 * MIB
"""Size of /tmp and of /dev/shm, besides /trial."""
MODES = {"/trial": 0o1777, "/tmp": 0o1777, "/dev/shm": 0o1777, "/run/takehome": 0o700}  # noqa: S108
"""Engines take the mode of the image's folder over that of the mount's options; so it is checked."""
MUST_BE_EMPTY = ("Binds", "Devices", "DeviceRequests", "VolumesFrom", "Links", "ExtraHosts", "GroupAdd")
MUST_BE_OWN = ("PidMode", "UTSMode", "UsernsMode", "CgroupParent")
"""Keys of the engine's description that would lend the container something of the host's."""
SYSCTLS = {
    # Ports in TIME_WAIT would be a channel between trials.
    "net.ipv4.tcp_max_tw_buckets": "0",
    "net.ipv4.tcp_no_metrics_save": "1",
    "net.ipv4.tcp_fin_timeout": "1",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a container of one submission is asked to be."""

    image: str
    """Its id: a tag could be moved in the meantime."""
    limits: Limits
    control: str
    """The host's folder with the control socket; mounted read-only where only root may look."""
    labels: dict[str, str]
    environment: dict[str, str]
    runtime: str | None = None
    packages: str | None = None
    """The host's folder of the work's own packages; mounted read-only."""

    @property
    def mounts(self) -> list[tuple[str, str]]:
        """(folder of the host, folder of the container), all of them read-only."""
        own = [] if self.packages is None else [(self.packages, INSIDE_FOLDER)]
        return [(self.control, CONTROL_FOLDER), *own]

    @property
    def memory(self) -> int:
        """The container's memory in bytes, files on tmpfs included.

        The trial's own share is watched by the supervisor; this is the wall behind it.
        """
        limits = self.limits
        # The supervisor holds the files once, /trial can hold as much; full folders alone must not
        # bring the kernel to kill.
        return (limits.memory_mb + 2 * limits.disk_mb) * MIB + 2 * MISCELLANEOUS_BYTES + SUPERVISOR_BYTES

    @property
    def tmpfs(self) -> dict[str, str]:
        """Mount options by folder; nothing else of the file system can be written."""
        common = f"rw,nosuid,nodev,nr_inodes={INODES}"
        size = self.limits.disk_mb * MIB
        return {
            "/trial": f"{common},exec,mode=1777,size={size}",
            "/tmp": f"{common},noexec,mode=1777,size={MISCELLANEOUS_BYTES}",  # noqa: S108
            "/dev/shm": f"{common},noexec,mode=1777,size={MISCELLANEOUS_BYTES}",  # noqa: S108
            "/run/takehome": "rw,nosuid,nodev,noexec,mode=0700,size=65536,nr_inodes=16",
        }


def host_config(wish: Wish) -> dict[str, Any]:
    """The engine's `HostConfig` for a wish."""
    config: dict[str, Any] = {
        "NetworkMode": "none",
        "ReadonlyRootfs": True,
        "Privileged": False,
        "CapDrop": ["ALL"],
        "CapAdd": list(CAPABILITIES),
        "SecurityOpt": ["no-new-privileges", f"seccomp={profile()}"],
        "Memory": wish.memory,
        "MemorySwap": wish.memory,
        "PidsLimit": wish.limits.processes + SPARE_PROCESSES,
        "Tmpfs": wish.tmpfs,
        "Mounts": [
            {"Type": "bind", "Source": source, "Target": inside, "ReadOnly": True}
            for source, inside in wish.mounts
        ],
        "LogConfig": {"Type": "none", "Config": {}},
        "Sysctls": dict(SYSCTLS),
        "IpcMode": "private",
        "RestartPolicy": {"Name": "no", "MaximumRetryCount": 0},
        "Ulimits": [{"Name": "core", "Soft": 0, "Hard": 0}, {"Name": "nofile", "Soft": 4096, "Hard": 4096}],
        "Init": False,
        "OomScoreAdj": 0,
    }
    if wish.runtime is not None:
        config["Runtime"] = wish.runtime
    return config


def profile() -> str:
    """Our seccomp profile, as the engine wants it: one line of JSON."""
    text = files("harness.sandbox").joinpath("data/seccomp.json").read_text(encoding="utf-8")
    return json.dumps(json.loads(text), separators=(",", ":"))


def check_made(wish: Wish, made: dict[str, Any]) -> None:
    """Compare the engine's own description of the container with the wish. Raises `EnvironmentFailure`."""
    found = made.get("HostConfig") or {}
    wanted = host_config(wish)
    wrong = [name for name, value in wanted.items() if not _same(name, value, found.get(name))]
    wrong += [name for name in MUST_BE_EMPTY if found.get(name)]
    wrong += [name for name in MUST_BE_OWN if found.get(name) not in (None, "", "private")]
    mounts = {(mount.get("Source"), mount.get("RW")) for mount in made.get("Mounts") or ()}
    if mounts not in (set(), {(source, False) for source, _ in wish.mounts}):
        wrong.append("Mounts as made")
    if made.get("Image") != wish.image:
        wrong.append("Image")
    if wrong:
        raise EnvironmentFailure(
            f"the engine made a container without what was asked: {', '.join(sorted(set(wrong)))}",
            hint="nothing was run in it; `takehome doctor` looks at the engine",
        )


def _same(name: str, wanted: Any, found: Any) -> bool:
    """Whether the engine kept a value, in whichever of its spellings."""
    read = _READERS.get(name)
    return bool(read(found) == read(wanted)) if read else bool(found == wanted)


def _plain(capability: str) -> str:
    return capability.upper().removeprefix("CAP_")


def _capabilities(found: Any) -> list[str]:
    return sorted(_plain(one) for one in found or ())


def _limits(found: Any) -> list[tuple[str, int, int]]:
    return sorted((one["Name"], one["Soft"], one["Hard"]) for one in found or ())


def _mounts(found: Any) -> list[list[Any]]:
    return [[one.get(key) for key in ("Type", "Source", "Target", "ReadOnly")] for one in found or ()]


_READERS: dict[str, Callable[[Any], Any]] = {
    "CapAdd": _capabilities,
    "CapDrop": _capabilities,
    "Init": bool,
    "LogConfig": lambda found: (found or {}).get("Type"),
    "Mounts": _mounts,
    "SecurityOpt": lambda found: sorted(found or ()),
    "Ulimits": _limits,
}


def check_hello(hello: Hello, *, seccomp_seen: bool = True) -> None:
    """Compare what the kernel says of PID 1 with what we rely on. Raises `EnvironmentFailure`.

    `seccomp_seen`: runtimes with a kernel of their own (gVisor) do not show the engine's filter.
    """
    wrong = []
    if hello.uid != 0:
        wrong.append("PID 1 is not root")
    if hello.NoNewPrivs != "1":
        wrong.append("new privileges can be had")
    if seccomp_seen and hello.Seccomp != "2":
        wrong.append("no seccomp filter")
    wrong += [
        f"{name} is {value or 'unknown'}"
        for name, value in (("CapEff", hello.CapEff), ("CapBnd", hello.CapBnd))
        if int(value or "-1", 16) != _CAPABILITY_BITS
    ]
    if set(hello.interfaces) - {"lo"}:
        wrong.append(f"network interfaces {', '.join(hello.interfaces)}")
    if not hello.read_only:
        wrong.append("the root can be written to")
    if not 0 < hello.inodes <= INODES:
        wrong.append(f"{hello.inodes} inodes in /trial")
    wrong += [f"{folder} has the wrong mode" for folder in MODES if hello.modes.get(folder) != MODES[folder]]
    if wrong:
        raise EnvironmentFailure(f"the container is not hardened: {'; '.join(wrong)}")
