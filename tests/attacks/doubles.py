"""Doubles of gateway and sandbox: a grader without its walls."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any, Self

from harness.errors import EnvironmentFailure
from harness.gateway.admin_api import CallRecord, Charge, GatewayRecord, OpenedTrial, OpenTrial, ToolRecord
from harness.sandbox.base import Ended, Job, Kind, Ran


def gateway_record(**fields: Any) -> GatewayRecord:
    whole: dict[str, Any] = {
        "calls": (),
        "tools": (),
        "end": {},
        "contents": {},
        "charge": Charge(),
        "virtual_seconds": 1.0,
        "requests": 0,
        "refused": 0,
        "simulator": "x",
    }
    return GatewayRecord(**(whole | fields))


def call_record(**fields: Any) -> CallRecord:
    whole: dict[str, Any] = {
        "seq": 1,
        "face": "openai.chat",
        "model": "m",
        "role": "large",
        "status": 200,
        "start": 0,
        "end": 1,
    }
    return CallRecord(**(whole | fields))


TOOL = ToolRecord(seq=1, tool="task", arguments={}, status=200, at=0)


class FakeGateway:
    """Hands out trials, and a prepared record for each that closes."""

    base_url = "http://127.0.0.1:9"

    def __init__(self, *records: GatewayRecord) -> None:
        self._records = list(records) or [gateway_record()]

    def open(self, trial: OpenTrial) -> OpenedTrial:
        return OpenedTrial(trial="t", token=f"sk-takehome-{os.urandom(12).hex()}")

    def close(self, trial: str) -> GatewayRecord:
        return self._records.pop(0) if len(self._records) > 1 else self._records[0]

    def health(self) -> dict[str, Any]:
        return {"ok": True}


class ScriptedSandbox:
    """Prints what it is told to, for every program but the honest one."""

    kind: Kind = "docker"
    description = "scripted"

    def __init__(self, printed: str = "", ended: Ended = "exited", wall: float = 1.0) -> None:
        self._printed, self._ended, self._wall = printed, ended, wall

    def base_url(self, gateway: str) -> str:
        return gateway

    def run(self, job: Job) -> Ran:
        if self._printed == "broken":
            raise EnvironmentFailure("the engine is gone")
        honest = "What every trial may do" in (job.files / "main.py").read_text()
        text = b"TRIED served\n" if honest else self._printed.encode()
        ended: Ended = "exited" if honest else self._ended
        return Ran(ended, 0, None, self._wall, None, text, b"", "exec")

    def close(self) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


class OpenSandbox(ScriptedSandbox):
    """A plain subprocess: no wall, no wipe, and nobody kills what it leaves."""

    def run(self, job: Job) -> Ran:
        out = job.files / "out.txt"
        with out.open("wb") as file:
            child = subprocess.Popen(
                [sys.executable, *job.command[1:]], cwd=job.files, env=job.env, stdout=file, stderr=file
            )
            try:
                code = child.wait(3)
                ended: Ended = "exited"
            except subprocess.TimeoutExpired:
                child.kill()
                code, ended = child.wait(), "out_of_time"
        return Ran(ended, code, None, 1.0, None, out.read_bytes(), b"", "exec")
