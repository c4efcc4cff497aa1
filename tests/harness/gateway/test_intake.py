"""A sandbox hands over its listening socket; its trial is served there and nowhere else."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def hand_over(path: Path, message: bytes, *descriptors: int) -> str:
    """What a supervisor does; the answer."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as intake:
        intake.settimeout(10)
        intake.connect(str(path))
        if descriptors:
            socket.send_fds(intake, [message], list(descriptors))
        else:
            intake.sendall(message)
        return intake.recv(500).decode()


def name(listener: str) -> bytes:
    return json.dumps({"listener": listener}).encode() + b"\n"


def task(port: int, token: str) -> int:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/task", headers={"authorization": f"Bearer {token}"}
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:
            return int(reply.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_the_trial_is_served_by_its_own_door_only(
    open_trial: Any, socket_folder: Path, listener: socket.socket
) -> None:
    inside, outside = open_trial(listener="box-1"), open_trial()
    assert hand_over(socket_folder / "intake.sock", name("box-1"), listener.fileno()) == "ok\n"
    port = listener.getsockname()[1]
    assert task(port, outside.opened.token) == 401
    assert inside.ask("GET", "/task")[0] == 401
    assert task(port, inside.opened.token) == 200
    assert [tool.tool for tool in inside.close().tools] == ["task"]


def test_the_door_closes_with_the_trial(
    open_trial: Any, socket_folder: Path, listener: socket.socket
) -> None:
    visitor = open_trial(listener="box-2")
    port = listener.getsockname()[1]
    assert hand_over(socket_folder / "intake.sock", name("box-2"), listener.fileno()) == "ok\n"
    listener.close()
    with socket.create_connection(("127.0.0.1", port), timeout=10) as idle:
        assert task(port, visitor.opened.token) == 200
        visitor.close()
        assert idle.recv(10) == b""
    with pytest.raises(OSError, match=r"refused|reset"):
        socket.create_connection(("127.0.0.1", port), timeout=10)


def test_what_the_intake_turns_away(open_trial: Any, socket_folder: Path, listener: socket.socket) -> None:
    open_trial(listener="box-3")
    path = socket_folder / "intake.sock"
    assert "no open trial" in hand_over(path, name("box-4"), listener.fileno())
    assert "one descriptor" in hand_over(path, name("box-3"))
    assert "one descriptor" in hand_over(path, name("box-3"), listener.fileno(), listener.fileno())
    assert "one line" in hand_over(path, b"box-3\n", listener.fileno())
    with socket.socket() as idle:
        assert "does not listen" in hand_over(path, name("box-3"), idle.fileno())
    with Path("/dev/null").open() as file:
        assert hand_over(path, name("box-3"), file.fileno()).startswith("error: ")
    assert hand_over(path, name("box-3"), listener.fileno()) == "ok\n"


def test_no_descriptor_leaks(
    gateway: Any, open_trial: Any, socket_folder: Path, listener: socket.socket
) -> None:
    open_trial(listener="box-5")
    path = socket_folder / "intake.sock"
    folder = Path(f"/proc/{gateway.pid}/fd")
    if not folder.is_dir():
        pytest.skip("needs /proc")
    before = len(list(folder.iterdir()))
    for _ in range(20):
        hand_over(path, name("nobody"), listener.fileno())
        hand_over(path, name("box-5"), listener.fileno(), listener.fileno())
    assert len(list(folder.iterdir())) <= before + 1


def test_one_listener_one_trial(open_trial: Any) -> None:
    from harness.errors import UsageError

    open_trial(listener="box-6")
    with pytest.raises(UsageError, match="box-6"):
        open_trial(listener="box-6")


OTHER_USER = """
import os, socket, sys
os.setresuid(54321, 54321, 54321)
intake = socket.socket(socket.AF_UNIX)
intake.connect(sys.argv[1])
listener = socket.create_server(("127.0.0.1", 0))
try:
    socket.send_fds(intake, [b'{"listener": "box-7"}\\n'], [listener.fileno()])
except BrokenPipeError:
    pass  # turned away before it was heard; why stands in what it can still read
print(intake.recv(200).decode())
"""


@pytest.mark.skipif(os.getuid() != 0, reason="needs root to become another user")
def test_another_user_is_turned_away(open_trial: Any, socket_folder: Path) -> None:
    open_trial(listener="box-7")
    socket_folder.chmod(0o755)
    ran = subprocess.run(
        [sys.executable, "-c", OTHER_USER, str(socket_folder / "intake.sock")],
        capture_output=True, text=True, check=False, timeout=30,
    )  # fmt: skip
    socket_folder.chmod(0o700)
    assert "error: this user may not" in ran.stdout, ran.stderr
