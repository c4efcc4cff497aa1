from __future__ import annotations

import json
import multiprocessing
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import WorkspaceError
from harness.workspace.journal import MAX_LINE, START, Journal, seal, verify

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
DATA = st.dictionaries(st.text(max_size=8), VALUES, max_size=4)


def chain(datas: list[dict[str, Any]]) -> bytes:
    lines, prev = [], START
    for seq, data in enumerate(datas):
        event = seal(seq, "2026-11-23T09:00:00.000Z", "note", data, prev)
        prev = event.hash
        lines.append(json.dumps(event.model_dump()).encode() + b"\n")
    return b"".join(lines)


def append_some(path: str, count: int) -> None:
    for number in range(count):
        Journal(Path(path)).append("note", {"number": number})


@given(st.lists(DATA, max_size=6))
def test_what_is_sealed_is_read_back(datas: list[dict[str, Any]]) -> None:
    reading = verify(chain(datas))
    assert reading.broken is None
    assert [event.data for event in reading.events] == datas


@given(st.lists(DATA, min_size=2, max_size=5), st.data())
def test_no_event_can_be_changed_moved_or_left_out(datas: list[dict[str, Any]], data: st.DataObject) -> None:
    lines = chain(datas).splitlines(keepends=True)
    at = data.draw(st.integers(0, len(lines) - 1))
    kind = data.draw(st.sampled_from(["edit", "leave out", "repeat"]))
    if kind == "edit":
        event = json.loads(lines[at])
        event["data"] = {**event["data"], "added": 1}
        lines[at] = json.dumps(event).encode() + b"\n"
    elif kind == "leave out":
        if at == len(lines) - 1:
            at = 0
        del lines[at]
    else:
        lines.insert(at, lines[at])
        at += 1
    reading = verify(b"".join(lines))
    assert reading.broken is not None
    assert reading.broken.line == at + 1
    assert len(reading.events) == at


def test_an_edit_with_its_hash_made_good_breaks_the_next_line() -> None:
    lines = chain([{"n": 1}, {"n": 2}]).splitlines(keepends=True)
    lines[0] = chain([{"n": 9}])
    reading = verify(b"".join(lines))
    assert reading.broken is not None
    assert reading.broken.line == 2
    assert "follow" in reading.broken.why


@pytest.mark.parametrize(
    "line",
    [
        b"not json\n",
        b'{"seq": NaN}\n',
        b"[" * 90_000 + b"\n",
        b"{}\n",
        b'{"a": 1, "a": 2}\n',
        b"\xff\n",
        b"\n",
    ],
)
def test_a_hostile_line_is_a_broken_line(line: bytes) -> None:
    reading = verify(chain([{}]) + line)
    assert reading.broken is not None
    assert reading.broken.line == 2
    assert len(reading.events) == 1


def test_a_line_that_is_too_long_is_a_broken_line() -> None:
    reading = verify(chain([{"text": "x" * MAX_LINE}]))
    assert reading.broken is not None
    assert reading.events == ()


def test_appended_events_chain(journal: Journal) -> None:
    first = journal.append("note", {"text": "one"})
    second = journal.append("note", {"text": "two"})
    assert first.prev == START
    assert second.prev == first.hash
    assert journal.read().head == second.hash


def test_a_torn_tail_is_cut_off_and_said(journal: Journal) -> None:
    journal.append("note", {"text": "one"})
    with journal.path.open("ab") as file:
        file.write(b'{"seq": 1, "at"')
    assert journal.read().broken is not None
    journal.append("note", {"text": "two"})
    reading = journal.read()
    assert reading.broken is None
    assert [event.type for event in reading.events] == ["note", "repair", "note"]
    assert reading.events[1].data == {"dropped_bytes": 15}


def test_a_damaged_last_line_is_not_built_upon(journal: Journal) -> None:
    journal.append("note", {"text": "one"})
    with journal.path.open("ab") as file:
        file.write(b"rubbish\n")
    with pytest.raises(WorkspaceError) as caught:
        journal.append("note", {"text": "two"})
    assert "not an event" in caught.value.message


@pytest.mark.parametrize("data", [{"x": float("nan")}, {"text": "x" * MAX_LINE}])
def test_what_is_no_finite_json_or_too_long_is_refused(journal: Journal, data: dict[str, Any]) -> None:
    journal.append("note", {})
    with pytest.raises(WorkspaceError):
        journal.append("note", data)
    assert len(journal.read().events) == 1


def test_processes_that_append_at_once_do_not_break_the_chain(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    context = multiprocessing.get_context("spawn")
    crew = [context.Process(target=append_some, args=(str(path), 15)) for _ in range(3)]
    for process in crew:
        process.start()
    for process in crew:
        process.join()
    reading = verify(path.read_bytes())
    assert reading.broken is None
    assert len(reading.events) == 45


def test_the_clock_is_the_one_given(tmp_path: Path, clock: Callable[[], str]) -> None:
    journal = Journal(tmp_path / "j.jsonl", now=clock)
    assert [journal.append("note", {}).at for _ in range(2)] == [
        "2026-11-23T09:00:00.000Z",
        "2026-11-23T09:00:01.000Z",
    ]
