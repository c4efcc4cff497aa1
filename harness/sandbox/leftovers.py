"""Containers that a killed run left behind: each bears who made it, so that the next run can tell."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import tempfile
from pathlib import Path
from typing import Any

import docker
from docker.errors import DockerException

OWNER = "takehome"
"""The label that every container of ours has; its value says what it is for."""
FOLDER = "takehome-control-"
HOST, PID, STARTED = "takehome.host", "takehome.pid", "takehome.started"


def labels() -> dict[str, str]:
    """The labels of a container that this process makes."""
    pid = os.getpid()
    return {OWNER: "trial", HOST: socket.gethostname(), PID: str(pid), STARTED: started(pid)}


def started(pid: int) -> str:
    """When a process was started, in the kernel's ticks; empty where that cannot be seen.

    With the pid it names a process for good, since pids come again.
    """
    with contextlib.suppress(OSError, IndexError, ValueError):
        line = Path(f"/proc/{pid}/stat").read_bytes()
        return line[line.rindex(b")") + 2 :].split()[19].decode()
    return ""


def orphaned(found: dict[str, str]) -> bool:
    """Whether the labels name a process of this host that is no more."""
    if found.get(HOST) != socket.gethostname():
        return False
    try:
        pid = int(found.get(PID, ""))
        os.kill(pid, 0)
    except (ValueError, ProcessLookupError):
        return True
    except PermissionError:
        return False
    return found.get(STARTED, "") != started(pid)


def containers(client: docker.DockerClient) -> list[Any]:
    """All containers of ours, running or not."""
    return list(client.containers.list(all=True, filters={"label": OWNER}, ignore_removed=True))


def control_folder() -> Path:
    """A new private folder for a control socket, named after this process."""
    pid = os.getpid()
    return Path(tempfile.mkdtemp(prefix=f"{FOLDER}{pid}-{started(pid)}-"))


def reap_folders() -> None:
    """Remove the control folders of this user's dead runs."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER}*-*-*"):
        pid, begun, _ = folder.name.removeprefix(FOLDER).split("-", 2)
        if pid.isdigit() and started(int(pid)) != begun:
            shutil.rmtree(folder, ignore_errors=True)


def reap(client: docker.DockerClient) -> int:
    """Remove the containers and folders of dead runs; how many containers there were."""
    reap_folders()
    count = 0
    for container in containers(client):
        if orphaned(container.labels):
            with contextlib.suppress(DockerException):
                container.remove(force=True)
                count += 1
    return count
