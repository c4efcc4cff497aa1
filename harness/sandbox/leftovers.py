"""Containers that a killed run left behind: each bears who made it, so that the next run can tell."""

from __future__ import annotations

import contextlib
import os
import socket
import tempfile
from pathlib import Path
from typing import Any

import docker
from docker.errors import DockerException

from harness.sandbox import folders
from harness.sandbox.folders import gone, started

OWNER = "takehome"
"""The label that every container of ours has; its value says what it is for."""
HOST, PID, STARTED = "takehome.host", "takehome.pid", "takehome.started"


def labels() -> dict[str, str]:
    """The labels of a container that this process makes."""
    pid = os.getpid()
    return {OWNER: "trial", HOST: socket.gethostname(), PID: str(pid), STARTED: started(pid)}


def orphaned(found: dict[str, str]) -> bool:
    """Whether the labels name a process of this host that is no more."""
    if found.get(HOST) != socket.gethostname():
        return False
    pid = found.get(PID, "")
    return not pid.isdecimal() or gone(int(pid), found.get(STARTED, ""))


def containers(client: docker.DockerClient) -> list[Any]:
    """All containers of ours, running or not."""
    return list(client.containers.list(all=True, filters={"label": OWNER}, ignore_removed=True))


def control_folder() -> Path:
    """A new private folder for a control socket, named after this process."""
    return Path(tempfile.mkdtemp(prefix=folders.prefix("control")))


def orphans(client: docker.DockerClient) -> list[Any]:
    """Our containers whose maker is gone."""
    return [container for container in containers(client) if orphaned(container.labels)]


def reap(client: docker.DockerClient) -> int:
    """Remove the containers and folders of dead runs; how many containers there were."""
    folders.reap()
    count = 0
    for container in orphans(client):
        with contextlib.suppress(DockerException):
            container.remove(force=True, v=True)
            count += 1
    return count
