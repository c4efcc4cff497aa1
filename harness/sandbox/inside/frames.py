"""Messages over a Unix stream socket: a JSON head, raw bytes, and file descriptors."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_PREFIX = struct.Struct(">II")
HEAD_BYTES = 4_000_000
BODY_BYTES = 1 << 30


class BrokenFrame(Exception):
    """The other side sent something that is not a message, or ended in the middle of one."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One message. `fds` belong to whoever received it."""

    head: dict[str, Any]
    body: bytes = b""
    fds: tuple[int, ...] = ()


def send(sock: socket.socket, head: dict[str, Any], body: bytes = b"", fds: Sequence[int] = ()) -> None:
    """Send one message. Raises `OSError` when the other side is gone."""
    text = json.dumps(head, separators=(",", ":")).encode("utf-8", "surrogatepass")
    data = _PREFIX.pack(len(text), len(body)) + text
    if fds:
        sent = socket.send_fds(sock, [data], list(fds))
        data = data[sent:]
    sock.sendall(data)
    if body:
        sock.sendall(body)


def receive(sock: socket.socket) -> Frame | None:
    """The next message, `None` once the other side has closed. Raises `BrokenFrame` or `OSError`."""
    prefix, fds, _, _ = socket.recv_fds(sock, _PREFIX.size, 4)
    if not prefix:
        return None
    if len(prefix) < _PREFIX.size:
        prefix += _exactly(sock, _PREFIX.size - len(prefix))
    head_size, body_size = _PREFIX.unpack(prefix)
    if head_size > HEAD_BYTES or body_size > BODY_BYTES:
        raise BrokenFrame(f"a message of {head_size} + {body_size} bytes")
    try:
        head = json.loads(_exactly(sock, head_size))
    except ValueError as error:
        raise BrokenFrame("the head is not JSON") from error
    if not isinstance(head, dict):
        raise BrokenFrame("the head is not an object")
    return Frame(head, _exactly(sock, body_size), tuple(fds))


def _exactly(sock: socket.socket, size: int) -> bytes:
    parts = []
    while size:
        part = sock.recv(min(size, 1 << 20))
        if not part:
            raise BrokenFrame("the other side ended in the middle of a message")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
