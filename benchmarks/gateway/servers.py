"""Servers under load: started on a core of their own, watched from outside."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.rows import OUT

LOGS = OUT / "gateway_logs"
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
POLL, PATIENCE = 0.25, 30.0
"""Seconds between two looks, and until nobody waits any longer."""
IDLE = 0.1
"""CPU seconds a second of a server that nobody asks."""
REPLY = "Done: the account of Ada Stone is flagged, and all payments are stopped for now."


class Skipped(Exception):
    """Why a subject is left out."""


@dataclass(frozen=True)
class Server:
    """A running subject."""

    port: int
    process: subprocess.Popen[bytes]
    model: str = "mock"

    def cpu(self) -> float:
        """CPU seconds of the process and its descendants."""
        return sum(_cpu(pid) for pid in _family(self.process.pid))

    def rest(self) -> None:
        """Returns once it is idle: some go on answering a load that has left, on the core of the next one."""
        end = time.monotonic() + PATIENCE
        before, now = -1.0, self.cpu()
        while now - before > IDLE * POLL and time.monotonic() < end:
            time.sleep(POLL)
            before, now = now, self.cpu()

    def memory(self) -> int:
        """Resident bytes of the largest of them: the one that serves."""
        return max(_resident(pid) for pid in _family(self.process.pid))


@contextmanager
def started(
    name: str, command: Sequence[str], port: int, *, model: str = "mock", cwd: Path | None = None
) -> Iterator[Server]:
    """A server on its core, once it listens. Raises `Skipped`."""
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"{name}.log"
    env = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with log.open("wb") as file:
        process = subprocess.Popen(
            [*pinned(0), *command], cwd=cwd, stdout=file, stderr=file, start_new_session=True, env=env
        )
    try:
        for _ in range(300):
            if process.poll() is not None:
                raise Skipped(f"it ended with {process.returncode}: {log.read_text()[-300:]!r}")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        else:
            raise Skipped("it does not listen after a minute")
        yield Server(port, process, model)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextmanager
def takehome(*keys: str, alone: bool = False) -> Iterator[Server]:
    """Our gateway with an open trial for each key; `alone`: as `takehome gateway` serves it."""
    port = free_port()
    how = "alone" if alone else "trial"
    command = [sys.executable, "-m", "benchmarks.gateway.serve", str(port), how, *keys]
    with started(f"takehome_{how}", command, port, model="tiny-large") as server:
        yield server


@contextmanager
def starlette() -> Iterator[Server]:
    """The floor: the body parsed, a constant answered, nothing counted or kept."""
    port = free_port()
    with started("starlette", [sys.executable, "-c", textwrap.dedent(BARE), str(port)], port) as server:
        yield server


BARE = f"""
    import json, sys, uvicorn
    from starlette.applications import Starlette
    from starlette.responses import JSONResponse, StreamingResponse
    from starlette.routing import Route

    def chunk(delta, finish):
        choice = dict(index=0, delta=delta, finish_reason=finish)
        data = dict(id="c", object="chat.completion.chunk", created=1, model="m", choices=[choice])
        return "data: " + json.dumps(data) + "\\n\\n"

    TEXT = {REPLY!r}
    PIECES = [TEXT[at:at + 20] for at in range(0, len(TEXT), 20)]

    async def events():
        yield chunk(dict(role="assistant", content=""), None)
        for piece in PIECES:
            yield chunk(dict(content=piece), None)
        yield chunk(dict(), "stop")
        yield "data: [DONE]\\n\\n"

    async def chat(request):
        body = json.loads(await request.body())
        if body.get("stream"):
            return StreamingResponse(events(), media_type="text/event-stream")
        message = dict(role="assistant", content=TEXT)
        choice = dict(index=0, message=message, finish_reason="stop")
        usage = dict(prompt_tokens=20, completion_tokens=20, total_tokens=40)
        return JSONResponse(dict(
            id="c", object="chat.completion", created=1, model="m", choices=[choice], usage=usage
        ))

    app = Starlette(routes=[Route("/v1/chat/completions", chat, methods=["POST"])])
    uvicorn.run(app, port=int(sys.argv[1]), loop="uvloop", http="httptools", access_log=False,
                log_level="warning")
    """


def pinned(core: int) -> list[str]:
    """To one core, where there are two."""
    cores = sorted(os.sched_getaffinity(0))
    return ["taskset", "-c", str(cores[core])] if len(cores) > 1 and shutil.which("taskset") else []


def free_port() -> int:
    """One that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _family(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += _family(int(child))
    return found


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except OSError:
        return 0
