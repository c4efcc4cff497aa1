"""The world's face: `GET /task` and `POST /tools/<name>`, JSON in and JSON out."""

from __future__ import annotations

from typing import Any

import orjson

from harness.exercise.parts import Served, ToolProblem
from harness.exercise.scenario import ToolFault
from harness.gateway.admin_api import ToolRecord
from harness.gateway.calls import retry_headers
from harness.gateway.faults import RETRY_MS, call_name, tool_fault
from harness.gateway.http import Incoming, Pairs
from harness.gateway.strict_json import BadJson, parse_object
from harness.gateway.trial import Trial
from harness.gateway.wire.base import Problem

Json = Any
LARGEST_ARGUMENTS = 256 * 1024
SHOWN = 500
"""Characters of a refused body that the record keeps."""
REFUSED: dict[str, int] = {
    "auth": 401,
    "invalid": 400,
    "not_found": 404,
    "method": 405,
    "too_large": 413,
    "encoding": 415,
    "budget": 429,
    "server_error": 500,
}


def problem_body(problem: Problem) -> tuple[int, bytes]:
    """Status and `{"error": {code, message}}`."""
    error = {"code": problem.code or problem.kind, "message": problem.message}
    return REFUSED.get(problem.kind, 400), orjson.dumps({"error": error})


async def serve_task(trial: Trial, incoming: Incoming) -> None:
    """`GET /task`: 200 with the next task, 204 when there is none left."""
    seq, at = trial.next_seq(), trial.clock.now
    if not trial.meter.admit_tool_call():
        await _refuse(trial, incoming, seq, "task", _spent())
        return
    try:
        task = trial.world.task()
        body = b"" if task is None else orjson.dumps(task)
    except Exception as error:
        trial.fail("the world's task", error, seq)
        await _refuse(trial, incoming, seq, "task", _failed())
        return
    status = 204 if task is None else 200
    kept = None if task is None else orjson.loads(body)
    trial.add_tool(ToolRecord(seq=seq, tool="task", arguments={}, status=status, at=at, result=kept))
    if task is not None:
        trial.serve(Served(seq, "task", {}, kept))
    await _reply(trial, incoming, seq, status, body)


async def serve_tool(trial: Trial, incoming: Incoming, tool: str) -> None:
    """`POST /tools/<name>`: the world acts; its refusals are JSON errors; faults are drawn."""
    seq = trial.next_seq()
    arguments: dict[str, Json] = {}
    raw = b""
    try:
        raw = await incoming.body()
        if trial.closed:
            raise Problem("auth", "this key is no longer valid", code="unauthorized")
        if not trial.meter.admit_tool_call():
            raise _spent()
        if tool not in trial.world.tools:
            raise Problem("not_found", f"there is no tool `{tool[:80]}`", code="no_such_tool")
        if len(raw) > LARGEST_ARGUMENTS:
            raise Problem("too_large", f"the body is larger than {LARGEST_ARGUMENTS} bytes")
        arguments = parse_object(raw)
    except BadJson as error:
        trial.find("bad_json", f"{tool}: {error}", seq)
        await _refuse(trial, incoming, seq, tool, Problem("invalid", str(error), code="bad_json"), raw)
        return
    except Problem as problem:
        await _refuse(trial, incoming, seq, tool, problem, raw)
        return
    await _act(trial, incoming, seq, tool, arguments)


async def _act(trial: Trial, incoming: Incoming, seq: int, tool: str, arguments: dict[str, Json]) -> None:
    now = trial.clock.now
    fault = _draw_fault(trial, tool, arguments)
    if fault is not None and fault.kind in ("error_before", "rate_limited"):
        limited = fault.kind == "rate_limited"
        status = 429 if limited else 503
        problem = Problem(
            "rate_limited" if limited else "overloaded",
            "too many requests, try again soon" if limited else "the service is not available right now",
            code="rate_limited" if limited else "unavailable",
            retry_ms=RETRY_MS,
        )
        _note(trial, seq, tool, arguments, status, now, fault, None)
        await _reply(
            trial, incoming, seq, status, _error(problem.code or "", problem.message), retry_headers(problem)
        )
        return
    slow = fault.seconds if fault is not None and fault.kind == "slow" else 0.0
    try:
        result = trial.world.call(tool, arguments, now=now)
        status, body = 200, orjson.dumps(result)
    except ToolProblem as problem:
        status, body = problem.status, _error(problem.code, problem.message)
    except Exception as error:
        trial.fail(f"the tool `{tool}`", error, seq)
        await _refuse(trial, incoming, seq, tool, _failed())
        return
    kept = orjson.loads(body)
    lost = fault is not None and fault.kind in ("lost_ack", "truncated")
    sent = status
    if fault is not None and fault.kind == "lost_ack":
        sent, body = 504, _error("gateway_timeout", "the service did not answer in time")
    elif fault is not None and fault.kind == "truncated":
        body = body[: len(body) // 2]
    _note(trial, seq, tool, arguments, sent, now, fault, kept)
    if status == 200:
        trial.serve(Served(seq, tool, arguments, kept, delivered=not lost))
    await _reply(trial, incoming, seq, sent, body)
    if slow:
        trial.clock.written(now + slow)


def _draw_fault(trial: Trial, tool: str, arguments: dict[str, Json]) -> ToolFault | None:
    if not trial.scenario.tool_faults:
        return None
    call = call_name(tool, arguments)
    attempt = trial.tries.get(call, 0)
    trial.tries[call] = attempt + 1
    return tool_fault(trial.scenario, trial.draws, tool, call, attempt)


def _note(
    trial: Trial,
    seq: int,
    tool: str,
    arguments: dict[str, Json],
    status: int,
    at: float,
    fault: ToolFault | None,
    result: Json,
) -> None:
    lost = fault is not None and fault.kind in ("lost_ack", "truncated")
    trial.add_tool(
        ToolRecord(
            seq=seq,
            tool=tool,
            arguments=arguments,
            status=status,
            fault=fault.kind if fault else None,
            at=round(at, 6),
            result=result,
            delivered=not lost,
        )
    )


async def _refuse(
    trial: Trial, incoming: Incoming, seq: int, tool: str, problem: Problem, raw: bytes = b""
) -> None:
    status, body = problem_body(problem)
    if not trial.closed:
        shown = {"refused": problem.message, "body": raw[:SHOWN].decode("utf-8", "backslashreplace")}
        record = ToolRecord(
            seq=seq, tool=tool[:80], arguments={}, status=status, at=round(trial.clock.now, 6), result=shown
        )
        trial.add_tool(record, spare=True)
    await _reply(trial, incoming, seq, status, body)


async def _reply(
    trial: Trial,
    incoming: Incoming,
    seq: int,
    status: int,
    body: bytes,
    more: Pairs = (),
) -> None:
    await incoming.respond(status, body, [(b"x-request-id", trial.request_id(seq).encode()), *more])


def _error(code: str, message: str) -> bytes:
    return orjson.dumps({"error": {"code": code, "message": message}})


def _spent() -> Problem:
    return Problem("budget", "the trial has made all of its calls to the world", code="budget_exceeded")


def _failed() -> Problem:
    return Problem("server_error", "the world failed; this is the grader's fault", code="internal")
