"""A gateway in a process of its own, and the client that its starter speaks through."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from harness import errors
from harness.errors import EnvironmentFailure, GraderError, TakehomeError, UsageError
from harness.gateway.admin_api import GatewayConfig, GatewayRecord, OpenedTrial, OpenTrial, Ready, Unread

START_SECONDS = 30.0
STOP_SECONDS = 10.0
ADMIN_SECONDS = 60.0


class GatewayProcess:
    """Starts `python -m harness.gateway`; all methods may be called from several threads.

    `log` takes what the process writes to stderr. Raises `EnvironmentFailure` when it does not
    start, and whatever the process says is wrong with the configuration.
    """

    def __init__(self, config: GatewayConfig, log: Path | None = None) -> None:
        self._config = config
        self._log = log
        with log.open("ab") if log else open("/dev/null", "wb") as stderr:  # noqa: PTH123
            self._process = subprocess.Popen(
                [sys.executable, "-m", "harness.gateway"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                start_new_session=True,  # Ctrl-C in the terminal is the starter's to handle
            )
        try:
            self._ready = self._start()
        except BaseException:
            self.stop()
            raise

    @property
    def base_url(self) -> str:
        """`http://host:port` as this machine sees it."""
        return self._ready.base_url

    @property
    def pid(self) -> int:
        """Of the gateway's process."""
        return self._ready.pid

    def open(self, trial: OpenTrial) -> OpenedTrial:
        """Begin a trial. Raises `EnvironmentFailure`, `UsageError`, `GraderError`."""
        return OpenedTrial.model_validate_json(self._ask("POST", "/trials", trial.model_dump_json()))

    def close(self, trial: str) -> GatewayRecord:
        """End a trial. Raises `EnvironmentFailure`; `UsageError` when it is not open."""
        return GatewayRecord.model_validate_json(self._ask("POST", f"/trials/{trial}/close", ""))

    def unread(self) -> list[Unread]:
        """What no model understood since this was asked last, of trials of which nothing is recorded.

        Raises `EnvironmentFailure`.
        """
        return [Unread.model_validate(one) for one in json.loads(self._ask("POST", "/unread", ""))]

    def health(self) -> dict[str, Any]:
        """`ok` and how many trials are open. Raises `EnvironmentFailure`."""
        found: dict[str, Any] = json.loads(self._ask("GET", "/health", None))
        return found

    def stop(self) -> None:
        """End the process; open trials are lost. May be called twice."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None and not stream.closed:
                stream.close()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _start(self) -> Ready:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(self._config.model_dump_json().encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._died() from None
        timer = threading.Timer(START_SECONDS, self._process.kill)
        timer.start()
        try:
            line = self._process.stdout.readline()
        finally:
            timer.cancel()
        if not line:
            raise self._died()
        data = json.loads(line)
        if "error" in data:
            raise _error(data)
        return Ready.model_validate(data)

    def _ask(self, method: str, path: str, body: str | None) -> bytes:
        connection = _UnixConnection(self._config.admin_socket)
        try:
            connection.request(
                method, path, None if body is None else body.encode(), {"content-type": "application/json"}
            )
            reply = connection.getresponse()
            data = reply.read()
        except (OSError, http.client.HTTPException):
            raise self._died() from None
        finally:
            connection.close()
        if reply.status != 200:
            raise _refused(data)
        return data

    def _died(self) -> EnvironmentFailure:
        code = self._process.poll()
        state = "does not answer" if code is None else f"ended with code {code}"
        tail = ""
        if self._log is not None and self._log.is_file():
            lines = self._log.read_text(errors="backslashreplace").splitlines()
            tail = "".join(f"\n  {line}" for line in lines[-8:])
        return EnvironmentFailure(
            f"the gateway process {state}{tail}",
            hint="the machine may be short of memory; run the same command again, finished work is kept",
        )


class _UnixConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("gateway", timeout=ADMIN_SECONDS)
        self._path = path

    def connect(self) -> None:
        """Raises `OSError`."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


def _error(data: dict[str, Any]) -> TakehomeError:
    """An error as the process reported it, in its own class where we know it."""
    kind = getattr(errors, str(data["error"]), EnvironmentFailure)
    if not (isinstance(kind, type) and issubclass(kind, TakehomeError)):
        kind = EnvironmentFailure
    return kind(str(data["message"]), hint=str(data.get("hint", "")))


def _refused(data: bytes) -> TakehomeError:
    try:
        found = json.loads(data)
    except ValueError:
        found = {}
    message = str(found.get("message", "the gateway failed to answer its starter"))
    return UsageError(message) if found.get("kind") == "usage" else GraderError(message)
