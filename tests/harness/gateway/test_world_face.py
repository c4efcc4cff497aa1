"""The world as programs reach it: tasks, tools, faults, and JSON that is no JSON."""

from __future__ import annotations

from typing import Any

import pytest

FLAG = {"account_id": "A-107", "flag": "fraud"}


def fault(kind: str, **more: Any) -> dict[str, Any]:
    return {"tool_faults": [{"tool": "set_flag", "kind": kind, **more}]}


def test_the_task_comes_once_then_204(open_trial: Any) -> None:
    visitor = open_trial()
    status, headers, task = visitor.ask("GET", "/task")
    assert (status, headers["content-type"]) == (200, "application/json")
    assert task["now"] == "2026-03-02T09:00:00Z"
    assert visitor.ask("GET", "/task")[0] == 204
    assert [(tool.tool, tool.status) for tool in visitor.close().tools] == [("task", 200), ("task", 204)]


def test_a_tool_acts_and_is_recorded(open_trial: Any) -> None:
    visitor = open_trial()
    assert visitor.ask("POST", "/tools/set_flag", FLAG)[::2] == (
        200, {"account_id": "A-107", "flags": ["fraud"]},
    )  # fmt: skip
    record = visitor.close()
    assert record.end == {"flags": {"A-107": ["fraud"]}}
    assert record.tools[0].arguments == FLAG
    assert record.tools[0].result == {"account_id": "A-107", "flags": ["fraud"]}
    assert record.failure is None


def test_what_was_served_does_not_change_afterwards(open_trial: Any) -> None:
    visitor = open_trial()
    visitor.ask("POST", "/tools/set_flag", FLAG)
    visitor.ask("POST", "/tools/set_flag", {**FLAG, "flag": "vip"})
    assert [tool.result["flags"] for tool in visitor.close().tools] == [["fraud"], ["fraud", "vip"]]


def test_the_worlds_own_refusals(open_trial: Any) -> None:
    visitor = open_trial()
    status, _, body = visitor.ask("POST", "/tools/set_flag", {**FLAG, "account_id": "A-1"})
    assert (status, body["error"]["code"]) == (404, "no_such_account")
    status, _, body = visitor.ask("POST", "/tools/drop_tables", {})
    assert (status, body["error"]["code"]) == (404, "no_such_tool")
    assert visitor.close().end == {"flags": {}}


@pytest.mark.parametrize(
    "raw",
    [
        b"[]",
        b"{",
        b'{"a": NaN}',
        b'{"a": 1e999}',
        b'{"a": 1, "a": 2}',
        b'{"a": "\\ud800"}',
        b'{"a": 99999999999999999999}',
        b'{"a": ' + b"9" * 5_000 + b"}",
        b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"a": ' + b"[" * 40 + b"]" * 40 + b"}",
        b'{"a": "\xff"}',
    ],
)
def test_hostile_json_is_refused_and_recorded(open_trial: Any, raw: bytes) -> None:
    visitor = open_trial()
    status, _, body = visitor.ask("POST", "/tools/set_flag", raw=raw)
    assert (status, body["error"]["code"]) == (400, "bad_json")
    record = visitor.close()
    assert record.end == {"flags": {}}
    assert record.tools[0].status == 400
    assert [finding.kind for finding in record.findings] == ["bad_json"]


def test_nothing_was_done_before_an_error(open_trial: Any) -> None:
    for kind, status in (("error_before", 503), ("rate_limited", 429)):
        visitor = open_trial(changes=fault(kind))
        assert visitor.ask("POST", "/tools/set_flag", FLAG)[0] == status
        assert visitor.ask("POST", "/tools/set_flag", FLAG)[0] == 200
        first, second = visitor.close().tools
        assert (first.fault, first.result, second.fault) == (kind, None, None)


def test_a_lost_acknowledgement_was_done(open_trial: Any) -> None:
    visitor = open_trial(changes=fault("lost_ack"))
    assert visitor.ask("POST", "/tools/set_flag", FLAG)[0] == 504
    record = visitor.close()
    assert record.end == {"flags": {"A-107": ["fraud"]}}
    assert not record.tools[0].delivered
    assert record.tools[0].result == {"account_id": "A-107", "flags": ["fraud"]}


def test_half_a_body_and_a_slow_one(open_trial: Any) -> None:
    visitor = open_trial(changes=fault("truncated"))
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        visitor.ask("POST", "/tools/set_flag", FLAG)
    assert not visitor.close().tools[0].delivered
    visitor = open_trial(changes=fault("slow", seconds=8))
    assert visitor.ask("POST", "/tools/set_flag", FLAG)[0] == 200
    record = visitor.close()
    assert record.virtual_seconds == 8
    assert record.tools[0].delivered


def test_an_idempotency_key_makes_no_new_call(open_trial: Any) -> None:
    """Faults are numbered by what is called, so a new key does not draw the first try's luck again."""
    visitor = open_trial(changes=fault("error_before", attempts=2))
    seen = [
        visitor.ask("POST", "/tools/set_flag", {**FLAG, "idempotency_key": str(number)})[0]
        for number in range(3)
    ]
    assert seen == [503, 503, 200]
    assert visitor.ask("POST", "/tools/set_flag", {**FLAG, "flag": "vip"})[0] == 503


def test_fault_draws_do_not_move_with_other_calls(open_trial: Any) -> None:
    changes = fault("error_before", rate=0.5, attempts=8)
    runs = []
    for noise in (0, 5):
        visitor = open_trial(changes=changes)
        for _ in range(noise):
            visitor.ask("POST", "/tools/find_account", {"name": "Ada"})
        runs.append([visitor.ask("POST", "/tools/set_flag", FLAG)[0] for _ in range(8)])
    assert runs[0] == runs[1]
    assert set(runs[0]) == {200, 503}


def test_calls_to_the_world_are_counted(open_trial: Any) -> None:
    visitor = open_trial(budget={"requests": 1, "usd": 0.1, "tool_calls": 2})
    seen = [visitor.ask("POST", "/tools/set_flag", FLAG)[0] for _ in range(4)]
    assert seen == [200, 200, 429, 429]


def test_a_key_is_good_for_its_own_trial_while_it_lasts(open_trial: Any) -> None:
    visitor = open_trial()
    assert visitor.ask("GET", "/task", headers={"authorization": "Bearer nonsense"})[0] == 401
    assert (
        visitor.ask("GET", "/task", headers={"authorization": "", "x-api-key": visitor.opened.token})[0]
        == 200
    )
    visitor.close()
    status, _, body = visitor.ask("GET", "/task")
    assert (status, body["error"]["code"]) == (401, "invalid_api_key")


def test_paths_and_methods_that_there_are_not(open_trial: Any) -> None:
    visitor = open_trial()
    assert visitor.ask("POST", "/task", {})[0] == 405
    assert visitor.ask("GET", "/nothing")[0] == 404
    assert visitor.ask("POST", "/v1/files", {})[0] == 404
    assert visitor.ask("POST", "/v1/messages/batches", {})[2]["type"] == "error"
