"""The world's face: `GET /task` and `POST /tools/<name>`, JSON in and JSON out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from harness.exercise.parts import Served, ToolProblem, hour_of
from harness.exercise.scenario import ToolFault
from harness.gateway.admin_api import ToolRecord
from harness.gateway.calls import retry_headers
from harness.gateway.faults import RETRY_MS, call_name, tool_fault
from harness.gateway.http import Incoming
from harness.gateway.strict_json import BadJson, parse_object
from harness.gateway.trial import Trial
from harness.gateway.wire.base import Problem

Json = Any
LARGEST_ARGUMENTS = 256 * 1024
SHOWN = 500
"""Bytes of a refused body that the record keeps."""
REFUSED: dict[str, int] = {
    "auth": 401,
    "invalid": 400,
    "not_found": 404,
    "method": 405,
    "too_large": 413,
    "encoding": 415,
    "budget": 429,
    "rate_limited": 429,
    "server_error": 500,
}
INJECTED = {
    "rate_limited": (429, "rate_limited", "too many requests, try again soon"),
    "error_before": (503, "unavailable", "the service is not available right now"),
    "lost_ack": (504, "gateway_timeout", "the service did not answer in time"),
}
"""Status, code and message of the faults that come as errors."""


def problem_body(problem: Problem) -> tuple[int, bytes]:
    """Status and `{"error": {code, message}}`."""
    return REFUSED.get(problem.kind, 400), error_body(problem.code or problem.kind, problem.message)


async def refuse(incoming: Incoming, problem: Problem, id: str) -> None:
    """Turn away what no visit was made of."""
    status, body = problem_body(problem)
    await incoming.respond(status, body, id_line(id) + retry_headers(problem))


def id_line(id: str) -> bytes:
    """The header that names a request."""
    return b"x-request-id: %b\r\n" % id.encode()


def error_body(code: str, message: str) -> bytes:
    """How all of the world's errors look."""
    return orjson.dumps({"error": {"code": code, "message": message}})


async def serve_task(trial: Trial, incoming: Incoming) -> None:
    """`GET /task`: 200 with the next task, 204 when there is none left."""
    visit = Visit(trial, incoming, trial.next_seq(), "task", trial.clock.now)
    try:
        visit.admit()
        task = visit.task()
    except Problem as problem:
        await visit.refuse(problem)
        return
    body = b"" if task is None else orjson.dumps(task)
    visit.note(204 if task is None else 200, task)
    if task is not None:
        trial.serve(Served(visit.seq, "task", {}, task))
    await visit.reply(204 if task is None else 200, body)


async def serve_tool(trial: Trial, incoming: Incoming, tool: str) -> None:
    """`POST /tools/<name>`: the world acts; its refusals are JSON errors; faults are drawn."""
    visit = Visit(trial, incoming, trial.next_seq(), tool[:80], trial.clock.now)
    try:
        visit.raw = await incoming.body(trial.room)
        visit.admit()
        visit.parse()
    except Problem as problem:
        await visit.refuse(problem)
        return
    visit.draw_fault()
    if visit.fault is not None and visit.fault.kind in ("error_before", "rate_limited"):
        await visit.fail_before()
        return
    try:
        status, result = visit.act()
    except Problem as problem:
        await visit.refuse(problem)
        return
    await visit.deliver(status, result)


@dataclass(slots=True)
class Visit:
    """One request to the world."""

    trial: Trial
    incoming: Incoming
    seq: int
    tool: str
    at: float
    """Virtual seconds at arrival."""
    raw: bytes = b""
    arguments: dict[str, Json] | None = None
    fault: ToolFault | None = None

    def admit(self) -> None:
        """Count it. Raises `Problem` when the trial has ended or made all of its calls."""
        if self.trial.closed:
            raise Problem("auth", "this key is no longer valid", code="unauthorized")
        if not self.trial.meter.admit_tool_call():
            raise Problem(
                "budget", "the trial has made all of its calls to the world", code="budget_exceeded"
            )

    def parse(self) -> None:
        """Find the tool and read the arguments. Raises `Problem`."""
        if self.tool not in self.trial.world.tools:
            raise Problem("not_found", f"there is no tool `{self.tool}`", code="no_such_tool")
        if len(self.raw) > LARGEST_ARGUMENTS:
            raise Problem("too_large", f"the body is larger than {LARGEST_ARGUMENTS} bytes")
        try:
            self.arguments = parse_object(self.raw)
        except BadJson as error:
            self.trial.find("bad_json", f"{self.tool}: {error}", self.seq)
            raise Problem("invalid", str(error), code="bad_json") from None

    def draw_fault(self) -> None:
        """The fault of this try of this call, if the scenario has any."""
        if self.trial.scenario.tool_faults:
            trial, call = self.trial, call_name(self.tool, self.arguments or {})
            attempt = trial.count_try(call)
            draws = trial.draws.with_log([])
            self.fault = tool_fault(
                trial.scenario, draws, self.tool, call, attempt, hour=hour_of(trial.world)
            )

    async def fail_before(self) -> None:
        """A fault that comes before anything was done."""
        assert self.fault is not None
        status, code, message = INJECTED[self.fault.kind]
        self.note(status, None)
        problem = Problem("overloaded", message, code=code, retry_ms=RETRY_MS)
        await self.reply(status, error_body(code, message), retry_headers(problem))

    def task(self) -> Json:
        """The next task as plain JSON, `None` when there is none. Raises `Problem`."""
        try:
            return orjson.loads(orjson.dumps(self.trial.world.task()))
        except Exception as error:
            raise self._broken("the world's task", error) from None

    def act(self) -> tuple[int, Json]:
        """Let the world act: status and result as plain JSON. Raises `Problem` when it fails."""
        try:
            result = self.trial.world.call(self.tool, self.arguments or {}, now=self.at)
            # a world may hand out its own objects: what was served must not change afterwards
            return 200, orjson.loads(orjson.dumps(result))
        except ToolProblem as problem:
            return problem.status, orjson.loads(error_body(problem.code, problem.message))
        except Exception as error:
            raise self._broken(f"the tool `{self.tool}`", error) from None

    async def deliver(self, status: int, result: Json) -> None:
        """Record, remember as served, and write what the client is to see of it."""
        body, sent, kind = orjson.dumps(result), status, self.fault.kind if self.fault else None
        if kind == "lost_ack":
            sent, body = INJECTED[kind][0], error_body(*INJECTED[kind][1:])
        elif kind == "truncated":
            body = body[: len(body) // 2]
        self.note(sent, result)
        if status == 200:
            self.trial.serve(Served(self.seq, self.tool, self.arguments or {}, result, self.delivered))
        await self.reply(sent, body)
        if self.fault is not None and kind == "slow":
            self.trial.clock.written(self.at + self.fault.seconds)

    async def refuse(self, problem: Problem) -> None:
        """Turn it away; the record keeps the start of what was sent."""
        status, body = problem_body(problem)
        if not self.trial.closed:
            shown = self.raw[:SHOWN].decode("utf-8", "backslashreplace")
            self.note(status, {"refused": problem.message, "body": shown}, spare=True)
        await self.reply(status, body)

    @property
    def delivered(self) -> bool:
        """Whether the client was sent the whole result."""
        return self.fault is None or self.fault.kind not in ("lost_ack", "truncated")

    def note(self, status: int, result: Json, *, spare: bool = False) -> None:
        """Put it in the record."""
        record = ToolRecord(
            seq=self.seq,
            tool=self.tool,
            arguments=self.arguments or {},
            status=status,
            fault=self.fault.kind if self.fault else None,
            at=round(self.at, 6),
            result=result,
            delivered=self.delivered,
        )
        self.trial.add_tool(record, spare=spare)

    async def reply(self, status: int, body: bytes, more: bytes = b"") -> None:
        """Write a reply with its id."""
        await self.incoming.respond(status, body, id_line(self.trial.request_id(self.seq)) + more)

    def _broken(self, where: str, error: Exception) -> Problem:
        self.trial.fail(where, error, self.seq)
        return Problem("server_error", "the world failed; this is the grader's fault", code="internal")
