"""The store keeps each finished trial, whatever happens to the run."""

import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import UsageError
from harness.gateway.admin_api import CallRecord, Charge, GatewayRecord
from harness.trial.record import Process, StoreKey, TrialKey, TrialRecord, TrialStore, read_trials

KEY = StoreKey(exercise="e", simulator="1", assessment="a", submission="s", image="i")


def record(number: int, text: str = "hello") -> TrialRecord:
    call = CallRecord(
        seq=0,
        face="openai.chat",
        model="m",
        role="large",
        status=200,
        start=0,
        end=1,
        messages=("d1", f"d{number}"),
    )
    gateway = GatewayRecord(
        calls=(call,),
        tools=(),
        end={"done": number},
        contents={"d1": {"text": "shared"}, f"d{number}": {"text": text}},
        charge=Charge(),
        virtual_seconds=1,
        requests=1,
        refused=0,
        simulator="1",
    )
    process = Process(
        ended="exited",
        exit_code=0,
        signal=None,
        wall_seconds=1,
        cpu_seconds=None,
        stdout="",
        stderr="",
        how="exec",
    )
    return TrialRecord(scenario=f"s{number}", family="f", replay=0, epoch=0, gateway=gateway, process=process)


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "trials.jsonl.gz"
    store = TrialStore(path, KEY)
    for number in (2, 3, 4):
        store.add(record(number))
    assert list(read_trials(path)) == [record(2), record(3), record(4)]
    again = TrialStore(path, KEY)
    assert len(again) == 3
    assert again.get(TrialKey("s3", 0, 0)) == record(3)
    assert TrialKey("s9", 0, 0) not in again


def test_each_message_stands_once(tmp_path: Path) -> None:
    path = tmp_path / "trials.jsonl.gz"
    store = TrialStore(path, KEY)
    for number in range(2, 12):
        store.add(record(number))
    assert gzip.decompress(path.read_bytes()).count(b'"shared"') == 1


@settings(max_examples=60, deadline=None)
@given(cut=st.integers(1, 10_000))
def test_a_torn_end_costs_the_last_trial_only(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    path = tmp_path_factory.mktemp("store") / "trials.jsonl.gz"
    store = TrialStore(path, KEY)
    store.add(record(2))
    whole = path.stat().st_size
    store.add(record(3))
    data = path.read_bytes()
    path.write_bytes(data[: max(whole, len(data) - cut)])
    torn = TrialStore(path, KEY)
    assert len(torn) == 1
    torn.add(record(4))
    assert [r.scenario for r in read_trials(path)] == ["s2", "s4"]


def test_a_store_torn_at_its_first_line_begins_again(tmp_path: Path) -> None:
    path = tmp_path / "trials.jsonl.gz"
    TrialStore(path, KEY)
    path.write_bytes(path.read_bytes()[:7])
    TrialStore(path, KEY).add(record(2))
    assert [r.scenario for r in read_trials(path)] == ["s2"]


def test_trials_of_something_else_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "trials.jsonl.gz"
    TrialStore(path, KEY).add(record(2))
    with pytest.raises(UsageError, match="another submission, image"):
        TrialStore(path, KEY.model_copy(update={"submission": "x", "image": "y"}))
    assert len(TrialStore(path, KEY)) == 1


@pytest.mark.parametrize("content", [b"not gzip at all", gzip.compress(b"not json\n")])
def test_a_foreign_file_is_not_overwritten_silently(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "trials.jsonl.gz"
    path.write_bytes(content)
    with pytest.raises(UsageError):
        TrialStore(path, KEY)
    assert path.read_bytes() == content


@given(st.text())
def test_any_text_survives(text: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.jsonl.gz"
        TrialStore(path, KEY).add(record(2, text))
        (kept,) = read_trials(path)
        assert kept.gateway.contents["d2"] == {"text": text}
