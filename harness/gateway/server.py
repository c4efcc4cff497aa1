"""The gateway's doors: its own port, the admin socket, the intake, and one listener a sandbox.

Who listens where, and until when, is decided here. Trials are served by `GatewayProtocol`; the admin
socket, which no trial can reach, by uvicorn.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from harness.errors import EnvironmentFailure
from harness.gateway.protocol import IDLE_SECONDS, GatewayProtocol, Handler, Visitors

BACKLOG = 512


@dataclass(slots=True)
class Door:
    """One listening socket and the connections that came by it."""

    server: asyncio.AbstractServer
    connections: Collection[Any]
    """Of either protocol."""
    visitors: Visitors | None = None

    def close(self) -> None:
        """Listen no longer and drop every connection."""
        self.server.close()
        for connection in list(self.connections):
            transport = getattr(connection, "transport", None)
            if transport is not None and not transport.is_closing():
                transport.abort()


async def open_door(handler: Handler, listener: socket.socket, name: str | None = None) -> Door:
    """Serve trials on a listening socket. Requests find `name` as their `door`."""
    visitors = Visitors(handler, name)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: GatewayProtocol(visitors), sock=listener, backlog=BACKLOG)
    return Door(server, visitors.connections, visitors)


async def open_admin(app: Any, listener: socket.socket) -> Door:
    """Serve an ASGI application on a listening Unix socket."""
    config = Config(
        app,
        http=HttpToolsProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        timeout_keep_alive=int(IDLE_SECONDS),
        interface="asgi3",
    )
    config.load()
    state = ServerState()

    def protocol() -> HttpToolsProtocol:
        return HttpToolsProtocol(config=config, server_state=state, app_state={})

    server = await asyncio.get_running_loop().create_unix_server(protocol, sock=listener, backlog=BACKLOG)
    return Door(server, state.connections)


@dataclass(slots=True)
class Doors:
    """All doors that trials come by: the gateway's own port, and one listener for each sandbox."""

    handler: Handler
    _doors: dict[str, Door] = field(default_factory=dict)
    _main: Door | None = None

    async def listen(self, host: str, port: int) -> int:
        """Open the gateway's own port and return its number.

        Raises `EnvironmentFailure` when it cannot be had.
        """
        listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port))
            listener.listen(BACKLOG)
        except OSError as error:
            listener.close()
            raise EnvironmentFailure(
                f"port {port} on {host} cannot be opened: {error.strerror}",
                hint="another program may be listening there; take another --port, or 0 for a free one",
            ) from None
        self._main = await open_door(self.handler, listener)
        return int(listener.getsockname()[1])

    async def adopt(self, listener: str, descriptor: socket.socket) -> None:
        """Serve a listening socket that a sandbox handed over, for that sandbox's trial only."""
        self.shut(listener)
        descriptor.setblocking(False)
        self._doors[listener] = await open_door(self.handler, descriptor, listener)

    def shut(self, listener: str | None) -> None:
        """Close a sandbox's listener and everything that came by it."""
        door = self._doors.pop(listener, None) if listener is not None else None
        if door is not None:
            door.close()

    def close(self) -> None:
        """Close all doors."""
        for listener in list(self._doors):
            self.shut(listener)
        if self._main is not None:
            self._main.close()

    async def keep_date(self) -> None:
        """Refresh the `date` header every second. Never returns."""
        while True:
            for door in (*self._doors.values(), *((self._main,) if self._main else ())):
                if door.visitors is not None:
                    door.visitors.refresh()
            await asyncio.sleep(1)


def listen_private(path: Path, *, mode: int) -> socket.socket:
    """A listening Unix socket at `path`. Raises `EnvironmentFailure`."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        path.unlink(missing_ok=True)
        listener.bind(str(path))
        path.chmod(mode)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise EnvironmentFailure(
            f"the socket `{path}` cannot be opened: {error.strerror or error}",
            hint="Unix sockets need a short path (under 104 characters) in a folder that you may write to",
        ) from None
    finally:
        os.umask(before)
    return listener
