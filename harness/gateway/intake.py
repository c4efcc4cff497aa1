r"""How a sandbox without a network reaches the gateway: it hands over a listening socket.

Protocol. The sandbox's supervisor opens a TCP socket inside its own network namespace, listens on
it, and connects to the intake (a Unix stream socket on a read-only volume). It sends one message of
at most 4,096 bytes, in one `sendmsg`:

    {"listener": "ID"}\\n      with exactly one descriptor attached (SCM_RIGHTS)

and reads one line back: `ok\\n` once the gateway accepts on that socket, or `error: WHY\\n`. Then both
sides close the connection. The gateway serves HTTP on the socket until the trial that was opened
with `listener = ID` is closed; requests that come by it are served for that trial alone, and that
trial by no other door. A supervisor may close its own copy of the descriptor after `ok`, and must
not accept on it.

Who may connect: root and the gateway's own user, by the peer's credentials, so a trial's
unprivileged user is refused even if it finds the path. Where the system cannot tell (macOS), the
socket's mode keeps everyone but its owner out.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import struct
from contextlib import suppress
from dataclasses import dataclass

from harness.errors import UsageError
from harness.gateway.server import Doors
from harness.gateway.trials import Trials

LONGEST = 4_096
PATIENCE = 10.0
"""Seconds that a supervisor may take for its one message."""
MODE = 0o666 if hasattr(socket, "SO_PEERCRED") else 0o600
"""Credentials are checked where they can be; a container's root may lack the right to pass a mode."""


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes listening sockets from sandboxes."""

    trials: Trials
    doors: Doors

    async def serve(self, listener: socket.socket) -> None:
        """Accept supervisors on a listening Unix socket. Never returns."""
        loop = asyncio.get_running_loop()
        listener.setblocking(False)
        running: set[asyncio.Task[None]] = set()
        while True:
            peer, _ = await loop.sock_accept(listener)
            task = loop.create_task(self._welcome(peer))
            running.add(task)
            task.add_done_callback(running.discard)

    async def _welcome(self, peer: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        with peer, suppress(OSError):
            try:
                check_trusted(peer)
                async with asyncio.timeout(PATIENCE):
                    name, handed = await _receive(peer)
                await self._adopt(name, handed)
                answer = "ok\n"
            except (UsageError, TimeoutError, OSError) as error:
                answer = f"error: {error or 'too slow'}\n"
            await loop.sock_sendall(peer, answer.encode())

    def _check_awaited(self, name: str) -> None:
        if not self.trials.by_listener(name):
            raise UsageError(f"no open trial has the listener {name[:80]!r}")

    async def _adopt(self, name: str, handed: socket.socket) -> None:
        try:
            check_listening(handed)
            self._check_awaited(name)
            await self.doors.adopt(name, handed)
        except BaseException:
            handed.close()
            raise


def check_listening(handed: socket.socket) -> None:
    """Raises `UsageError` unless it is a TCP socket that listens."""
    if handed.family not in (socket.AF_INET, socket.AF_INET6) or handed.type != socket.SOCK_STREAM:
        raise UsageError("the socket is not a TCP socket")
    if not handed.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
        raise UsageError("the socket does not listen")


def check_trusted(peer: socket.socket) -> None:
    """Raises `UsageError` unless the process at the other end is root's or our own user's."""
    if not hasattr(socket, "SO_PEERCRED"):
        return
    _, uid, _ = struct.unpack("3i", peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    if uid not in (0, os.getuid()):
        raise UsageError("this user may not hand over sockets")


async def _receive(peer: socket.socket) -> tuple[str, socket.socket]:
    """The listener's id and the socket. Raises `UsageError`; leaks no descriptor."""
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()
    peer.setblocking(False)
    loop.add_reader(peer, _resolve, ready)
    try:
        await ready
    finally:
        loop.remove_reader(peer)
    data, descriptors, _, _ = socket.recv_fds(peer, LONGEST, 4)
    try:
        if len(descriptors) != 1:
            raise UsageError(f"expected one descriptor, got {len(descriptors)}")
        name = _name(data)
        return name, socket.socket(fileno=descriptors.pop())
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


def _resolve(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)


def _name(data: bytes) -> str:
    try:
        name = json.loads(data)["listener"]
    except (ValueError, KeyError, TypeError):
        name = None
    if not isinstance(name, str) or not data.endswith(b"\n"):
        raise UsageError('expected one line {"listener": "ID"}')
    return name
