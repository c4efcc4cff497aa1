"""One gateway process: puts the parts together, opens the doors, waits for its parent to leave."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from contextlib import suppress
from pathlib import Path

from harness.errors import UsageError
from harness.exercise.registry import Exercise, find_exercise
from harness.gateway.admin import admin_app
from harness.gateway.admin_api import GatewayConfig, Ready
from harness.gateway.app import Gateway
from harness.gateway.backends.base import Backend
from harness.gateway.backends.simulated import SimulatedBackend
from harness.gateway.calls import Keep
from harness.gateway.intake import MODE, Intake
from harness.gateway.server import Doors, listen_private, open_admin
from harness.gateway.tokens import encoding
from harness.gateway.trials import Trials


def make_backend(exercise: Exercise, config: GatewayConfig) -> Backend:
    """What answers model requests. Raises `TakehomeError`."""
    if config.backend == "simulated":
        return SimulatedBackend(exercise.model(config.card))
    if config.backend == "cassette" and not config.live:
        from harness.gateway.backends.cassette import CassetteBackend

        return CassetteBackend(needed_cassette(config))
    from harness.gateway.backends.live import LiveBackend, Purse

    missing = [role for role in exercise.spec.models if role not in config.live]
    if missing:
        raise UsageError(
            f"no live model is named for: {', '.join(missing)}",
            hint="name one for each role, in `[live]` of exercise.toml or by an option",
        )
    return LiveBackend(config.live, Purse(config.max_usd))


def make_keep(config: GatewayConfig) -> Keep | None:
    """What records live answers, if anything does. Raises `TakehomeError`."""
    if config.backend != "cassette" or not config.live:
        return None
    from harness.gateway.backends.cassette import Recorder

    return Recorder(needed_cassette(config), config.live).keep


def needed_cassette(config: GatewayConfig) -> Path:
    """Raises `UsageError` when none is named."""
    if config.cassette is None:
        raise UsageError("the `cassette` backend needs a file", hint="give `cassette` a path")
    return config.cassette


async def serve(config: GatewayConfig, parent_pipe: int, parent: int) -> None:
    """Serve until `parent_pipe` ends or the process `parent` is gone. Raises `TakehomeError`."""
    exercise = find_exercise(config.exercise)
    trials = Trials(exercise, make_backend(exercise, config), config)
    encoding()
    app = Gateway(trials, config.hold_ms / 1_000, make_keep(config))
    doors = Doors(app.handle)
    port = await doors.listen(config.host, config.port)
    admin = await open_admin(admin_app(trials, doors), listen_private(config.admin_socket, mode=0o600))
    tasks = [asyncio.create_task(doors.keep_date()), asyncio.create_task(trials.stalls.watch())]
    if config.intake_socket is not None:
        intake = listen_private(config.intake_socket, mode=MODE)
        tasks.append(asyncio.create_task(Intake(trials, doors).serve(intake)))
    spare_the_collector()
    host = f"[{config.host}]" if ":" in config.host else config.host
    print(Ready(base_url=f"http://{host}:{port}", pid=os.getpid()).model_dump_json(), flush=True)  # noqa: T201
    await _parent_gone(parent_pipe, parent)
    doors.close()
    admin.close()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for path in (config.admin_socket, config.intake_socket):
        if path is not None:
            path.unlink(missing_ok=True)
    sys.stdout.flush()


def spare_the_collector() -> None:
    """What is loaded by now stays: leave it out of every later garbage collection."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


async def _parent_gone(pipe: int, parent: int) -> None:
    """Returns once stdin has ended, or once the parent process has."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()

    def read() -> None:
        if not os.read(pipe, 4_096):
            ended.set()

    os.set_blocking(pipe, False)
    with suppress(OSError):  # a file cannot be waited for: then the parent's life is all there is
        loop.add_reader(pipe, read)
    while not ended.is_set() and os.getppid() == parent:
        with suppress(TimeoutError):
            await asyncio.wait_for(ended.wait(), 1.0)
