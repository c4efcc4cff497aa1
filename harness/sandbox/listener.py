"""Hands a trial's listening socket over to the gateway."""

from __future__ import annotations

import json
import socket
from pathlib import Path

from harness.errors import EnvironmentFailure

TIMEOUT_SECONDS = 10.0


def hand_over(intake: Path, listener: str, descriptor: int) -> None:
    """Give the gateway `descriptor` under the id `listener` and wait for its word.

    The protocol: one JSON line `{"listener": ID}` with the descriptor beside it, answered by `ok`.
    Raises `EnvironmentFailure`.
    """
    line = json.dumps({"listener": listener}).encode() + b"\n"
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
            sock.settimeout(TIMEOUT_SECONDS)
            sock.connect(str(intake))
            socket.send_fds(sock, [line], [descriptor])
            answer = sock.recv(64)
    except OSError as error:
        raise EnvironmentFailure(f"the gateway takes no listener at `{intake}`: {error}") from error
    if answer != b"ok\n":
        raise EnvironmentFailure(f"the gateway refused a listener: {answer[:40]!r}")
