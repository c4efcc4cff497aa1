from __future__ import annotations

import json
from pathlib import Path

import pytest

from graders.evidence import SIGNAL, Case, Failure, Level, Pairs, Weekend, load
from graders.grade import FILE, VERDICTS, Grade, PartEnd, TrialEnd, Verdicts, write_json
from graders.report.page import FILES, write
from harness.errors import UsageError
from harness.gateway.admin_api import CallRecord, Charge, GatewayRecord
from harness.trial.record import Process, StoreKey, TrialRecord, TrialStore
from harness.workspace.journal import Journal

KEY = StoreKey(exercise="e", simulator="s", assessment="a", submission="w", image="i")


def end(scenario: str, replay: int, label: str = "ok", *, epoch: int = 1) -> TrialEnd:
    unknown = label == "not_measured"
    return TrialEnd(
        scenario=scenario,
        family=scenario.split(".", maxsplit=1)[0],
        replay=replay,
        epoch=epoch,
        success=None if unknown else label == "ok",
        harm=None if unknown else label == "wrong",
        label=label,
        detail="",
        usd=0.01,
        calls=2,
        ended="exited",
        why_not_measured="the gateway stopped" if unknown else None,
    )


def record(scenario: str, replay: int, *, epoch: int = 1) -> TrialRecord:
    call = CallRecord(
        seq=1,
        face="openai.chat",
        model="sim-large",
        role="large",
        status=200,
        start=0.0,
        end=1.0,
        charge=Charge(input=100, output=10, cache_read=40, usd=0.006),
    )
    small = call.model_copy(
        update={"seq": 2, "role": "small", "status": 529, "charge": Charge(input=50, output=5, usd=0.001)}
    )
    gateway = GatewayRecord(
        calls=(call, small),
        tools=(),
        end={},
        contents={},
        charge=Charge(input=150, output=15, usd=0.007),
        virtual_seconds=1.0,
        requests=2,
        refused=1,
        simulator="sim-1",
    )
    process = Process(
        ended="exited",
        exit_code=0,
        signal=None,
        wall_seconds=0.1,
        cpu_seconds=0.1,
        stdout="",
        stderr="",
        how="fork",
    )
    return TrialRecord(
        scenario=scenario,
        family=scenario.split(".", maxsplit=1)[0],
        replay=replay,
        epoch=epoch,
        gateway=gateway,
        process=process,
    )


@pytest.fixture
def folder(tmp_path: Path, grade: Grade) -> Path:
    ours = (
        end("late.1", 0),
        end("late.1", 1, "wrong"),
        end("late.2", 0, "idle"),
        end("late.2", 1, "idle"),
        end("item.1", 0, "not_measured"),
        end("item.1", 1),
    )
    starter = tuple(end(trial.scenario, trial.replay, "ok" if trial.replay else "idle") for trial in ours)
    write_json(tmp_path / VERDICTS, Verdicts(works={"submission": ours, "starter": starter}))
    write_json(tmp_path / FILE, grade)
    store = TrialStore(tmp_path / "records" / "submission.trials.jsonl.gz", KEY)
    for trial in ours:
        store.add(record(trial.scenario, trial.replay))
    store.add(record("late.1", 0, epoch=9))
    for name, text in (("starter", "a\n"), ("submission/work", "b\n")):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "main.py").write_text(text)
    clock = iter(("2026-11-20T10:00:00Z", "2026-11-20T10:30:00Z", "2026-11-20T09:00:00Z"))
    journal = Journal(tmp_path / "submission" / "journal.jsonl", now=lambda: next(clock))
    journal.append("start", {"exercise": "e", "digest": "a" * 64})
    journal.append(
        "try", {"hypothesis": "retry", "difference": -0.123456, "expected": {"low": -0.2, "high": -0.1}}
    )
    journal.append("note", {"text": "the clock was set back"})
    return tmp_path


def test_trials_are_counted_and_sorted(folder: Path) -> None:
    evidence = load(folder)
    assert evidence.cases == (
        Case("item.1", "item", ("not measured", "success"), ("failure", "success")),
        Case("late.1", "late", ("success", "harm"), ("failure", "success")),
        Case("late.2", "late", ("failure", "failure"), ("failure", "success")),
    )
    assert evidence.pairs == Pairs(both=1, ours=1, starter=2, neither=1, harm_new=1)
    assert evidence.failures == (Failure("wrong", 1, 1, 1, 1), Failure("idle", 2, 1, 1, 0))
    assert [(each.end.scenario, each.end.replay, each.starter) for each in evidence.failed] == [
        ("late.1", 1, "success"),
        ("late.2", 0, "failure"),
        ("late.2", 1, "success"),
    ]


def test_cost_is_of_the_scored_trials_only(folder: Path) -> None:
    large, small = load(folder).spent
    assert (large.role, large.calls, large.tokens_in, large.cached, large.tokens_out) == (
        "large",
        6,
        600,
        240,
        60,
    )
    assert large.usd == pytest.approx(0.036)
    assert small.role == "small"
    assert small.usd == pytest.approx(0.006)
    assert (large.failed, small.failed) == (0, 6)
    assert load(folder).refused == 6


def test_the_example_is_where_harm_was_done_whatever_is_more_common(folder: Path) -> None:
    look = load(folder).look
    assert look is not None
    assert (look.record.scenario, look.record.replay, look.end.label) == ("late.1", 1, "wrong")
    assert look.starter == "success"
    assert "1 of 1" in look.why


def test_a_grade_from_before_the_task_was_recorded_is_read(folder: Path) -> None:
    path = folder / FILE
    old = json.loads(path.read_text())
    del old["summary"], old["timebox_minutes"]
    path.write_text(json.dumps(old))
    page = write(folder).read_text(encoding="utf-8")
    assert "What was asked" not in page
    assert "Timebox" not in page
    assert "1 file, 1 line added and 1 removed" in page


def test_the_journal_is_told_without_digests_and_with_its_own_clock(folder: Path) -> None:
    journal = load(folder).journal
    assert journal.broken == ""
    assert [(event.minutes, event.kind, event.text) for event in journal.events] == [
        (0.0, "start", "exercise e"),
        (30.0, "try", "retry; difference -0.1235; expected -0.2 to -0.1"),
        (0.0, "note", "the clock was set back"),
    ]


def test_a_cut_journal_is_told_as_far_as_it_holds(folder: Path) -> None:
    path = folder / "submission" / "journal.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[2])
    journal = load(folder).journal
    assert len(journal.events) == 1
    assert journal.broken.startswith("line 2")


def test_what_is_not_there_is_left_out(folder: Path) -> None:
    (folder / "records" / "submission.trials.jsonl.gz").unlink()
    (folder / "submission" / "journal.jsonl").unlink()
    (folder / "starter" / "main.py").unlink()
    (folder / "starter").rmdir()
    evidence = load(folder)
    assert evidence.look is None
    assert evidence.spent == ()
    assert evidence.journal.events == ()
    assert "not at hand" in evidence.changes.note


def test_both_copies_are_written(folder: Path) -> None:
    page, own = write(folder), write(folder, copy="candidate")
    assert (page.name, own.name) == (FILES["reviewer"], FILES["candidate"])
    assert "late.2" in page.read_text(encoding="utf-8")
    assert "late.2" not in own.read_text(encoding="utf-8")
    assert not list(folder.glob(".*.part"))


def test_an_unfinished_grade_has_no_report(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no finished grade"):
        write(tmp_path)


def test_the_panels_levels_stand_best_first(folder: Path) -> None:
    panel = (
        '[{"id": "a", "level": "2", "score": 40.0, "findings": []}, {"id": "b", "level": "3", "score": 80.5},'
        '{"id": "c", "level": "2", "score": 85.0}, {"id": "d", "level": "1", "score": null}]'
    )
    (folder / SIGNAL).write_text(f'{{"exercise": "e", "figures": [], "panel": {panel}}}')
    levels = load(folder).levels
    assert levels == (Level("Panel: 2", 85.0), Level("Panel: 2", 40.0), Level("Panel: 3", 80.5))
    assert "Panel: 3" in write(folder).read_text(encoding="utf-8")
    (folder / SIGNAL).write_text('{"panel": 3}')
    with pytest.raises(UsageError, match="signal --json"):
        load(folder)


def test_weekends_stand_by_themselves(tmp_path: Path, grade: Grade) -> None:
    part = PartEnd(hour=2, success=True, harm=False, left=False, label="ok")
    ours = (
        end("late.1", 0).model_copy(update={"stratum": "stress"}),
        end("item.1", 0, "wrong").model_copy(update={"stratum": "production"}),
        end("weekend.1", 0, "idle").model_copy(update={"stratum": "weekend", "parts": (part, part)}),
        end("weekend.1", 1, "not_measured").model_copy(update={"stratum": "weekend"}),
    )
    write_json(tmp_path / VERDICTS, Verdicts(works={"submission": ours, "starter": ours[:3]}))
    write_json(tmp_path / FILE, grade)
    evidence = load(tmp_path)
    assert [case.id for case in evidence.cases] == ["item.1", "late.1"]
    assert [(s.name, s.trials, s.ended["success"], s.ended["harm"]) for s in evidence.strata] == [
        ("production", 1, 0, 1),
        ("stress", 1, 1, 0),
    ]
    assert evidence.weekends == (Weekend("weekend.1", "weekend", 0, (part, part), (part, part)),)
    assert evidence.pairs.count == 2
    assert [failure.label for failure in evidence.failures] == ["wrong"]
