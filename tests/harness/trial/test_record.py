"""The store keeps each finished trial, whatever happens to the run."""

import gzip
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import UsageError
from harness.gateway.admin_api import Finding, ToolRecord
from harness.trial.archive import RECENT
from harness.trial.record import StoreKey, TrialKey, TrialRecord, TrialStore, read_trials

KEY = StoreKey(exercise="e", simulator="1", assessment="a", submission="s", image="i")


Make = Callable[..., TrialRecord]


def test_what_is_kept_is_read_again(make_record: Make, tmp_path: Path) -> None:
    path = tmp_path / "trials.jsonl.gz"
    store = TrialStore(path, KEY)
    for number in (2, 3, 4):
        store.add(make_record(number))
    assert list(read_trials(path)) == [make_record(2), make_record(3), make_record(4)]
    again = TrialStore(path, KEY)
    assert len(again) == 3
    assert again.get(TrialKey("s3", 0, 0)) == make_record(3)
    assert TrialKey("s9", 0, 0) not in again


def test_each_message_stands_once(make_record: Make, tmp_path: Path) -> None:
    path = tmp_path / "trials.jsonl.gz"
    store = TrialStore(path, KEY)
    for number in range(2, 12):
        store.add(make_record(number))
    assert gzip.decompress(path.read_bytes()).count(b'"shared"') == 1


@settings(max_examples=60, deadline=None)
@given(cut=st.integers(1, 10_000))
def test_a_torn_end_costs_the_last_trial_only(
    make_record: Make, tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    path = tmp_path_factory.mktemp("store") / "trials.jsonl.gz"
    store = TrialStore(path, KEY)
    store.add(make_record(2))
    whole = path.stat().st_size
    store.add(make_record(3))
    data = path.read_bytes()
    path.write_bytes(data[: max(whole, len(data) - cut)])
    torn = TrialStore(path, KEY)
    assert len(torn) == 1
    torn.add(make_record(4))
    assert [r.scenario for r in read_trials(path)] == ["s2", "s4"]


def test_a_store_torn_at_its_first_line_begins_again(make_record: Make, tmp_path: Path) -> None:
    path = tmp_path / "trials.jsonl.gz"
    TrialStore(path, KEY)
    path.write_bytes(path.read_bytes()[:7])
    TrialStore(path, KEY).add(make_record(2))
    assert [r.scenario for r in read_trials(path)] == ["s2"]


def test_trials_of_something_else_are_refused(make_record: Make, tmp_path: Path) -> None:
    path = tmp_path / "trials.jsonl.gz"
    TrialStore(path, KEY).add(make_record(2))
    with pytest.raises(UsageError, match="another submission, image"):
        TrialStore(path, KEY.model_copy(update={"submission": "x", "image": "y"}))
    assert len(TrialStore(path, KEY)) == 1


@pytest.mark.parametrize(
    "content", [b"not gzip at all", gzip.compress(b"not json\n", mtime=0)], ids=["text", "gzip"]
)
def test_a_foreign_file_is_not_overwritten_silently(
    make_record: Make, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "trials.jsonl.gz"
    path.write_bytes(content)
    with pytest.raises(UsageError):
        TrialStore(path, KEY)
    assert path.read_bytes() == content


@given(st.text())
def test_any_text_survives(make_record: Make, text: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.jsonl.gz"
        TrialStore(path, KEY).add(make_record(2, text))
        (kept,) = read_trials(path)
        assert kept.gateway.contents["d2"] == {"text": text}


def test_a_message_is_read_from_wherever_it_stands(make_record: Make, tmp_path: Path) -> None:
    path = tmp_path / "trials.jsonl.gz"
    store = TrialStore(path, KEY)
    numbers = range(2, 2 + 3 * RECENT)
    for number in numbers:
        store.add(make_record(number))
    keys = [TrialKey(f"s{number}", 0, 0) for number in numbers]
    for opened in (store, TrialStore(path, KEY)):
        assert list(opened.kept([*reversed(keys), TrialKey("s0", 0, 0)])) == [
            make_record(number) for number in reversed(numbers)
        ]


def test_threads_read_while_another_writes(make_record: Make, tmp_path: Path) -> None:
    store = TrialStore(tmp_path / "trials.jsonl.gz", KEY)
    store.add(make_record(2))
    numbers = range(3, 60)
    with ThreadPoolExecutor(3) as crew:
        written = [crew.submit(store.add, make_record(number)) for number in numbers]
        read = [crew.submit(store.get, TrialKey("s2", 0, 0)) for _ in numbers]
    assert all(each.result() is None for each in written)
    assert all(each.result() == make_record(2) for each in read)
    assert len(list(read_trials(store.path))) == 58


def tool(seq: int, name: str, at: float = 1.0, result: object = None) -> ToolRecord:
    return ToolRecord(seq=seq, tool=name, arguments={}, status=200, at=at, result=result)


def of_tools(record: TrialRecord, *tools: ToolRecord) -> dict[str, Any]:
    finding = Finding(kind="odd", detail="", seq=tools[0].seq)
    return record.model_copy(
        update={"gateway": record.gateway.model_copy(update={"tools": tools, "findings": (finding,)})}
    ).canonical()


def test_which_thread_is_first_at_a_virtual_moment_changes_no_canonical_record(make_record: Make) -> None:
    one = of_tools(make_record(1), tool(1, "get_order"), tool(2, "get_policy"), tool(3, "reply", at=2.0))

    assert one == of_tools(
        make_record(1), tool(2, "get_order"), tool(1, "get_policy"), tool(3, "reply", at=2.0)
    )


@pytest.mark.parametrize(
    "other",
    [
        (tool(1, "get_order"), tool(2, "get_policy"), tool(3, "reply")),
        (tool(1, "get_order"), tool(2, "get_policy", result="another"), tool(3, "reply", at=2.0)),
        (tool(1, "get_order"), tool(2, "reply", at=2.0), tool(3, "get_policy", at=2.0)),
        (tool(1, "get_order"), tool(3, "reply", at=2.0)),
    ],
    ids=["another moment", "another answer", "after it", "not at all"],
)
def test_what_was_asked_when_and_answered_stays_in_a_canonical_record(
    make_record: Make, other: tuple[ToolRecord, ...]
) -> None:
    one = of_tools(make_record(1), tool(1, "get_order"), tool(2, "get_policy"), tool(3, "reply", at=2.0))

    assert one != of_tools(make_record(1), *other)


def test_a_finding_follows_the_request_it_is_about(make_record: Make) -> None:
    found = of_tools(make_record(1), tool(2, "get_order"), tool(1, "get_policy"))

    assert found["gateway"]["findings"][0]["seq"] == found["gateway"]["tools"][0]["seq"]
