"""Fields that the model has to guess: a trial is measured where they make no difference, and only there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from graders.measure.trial import read_one
from harness.exercise.registry import Exercise, find_exercise
from harness.trial.guesses import mattered, not_understood
from harness.trial.record import Contrary, TrialKey, TrialRecord, TrialStore
from harness.trial.session import Session

KEY = TrialKey("p-damaged-01", 1, 0)
"""A trial whose first call meets no fault: the program asks once."""
PROGRAM = """
import json, os, urllib.request

def post(url, body):
    head = {{"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"], "content-type": "application/json"}}
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data, head)) as reply:
        return json.load(reply)

world = os.environ["TAKEHOME_WORLD_URL"]
task = post(world + "/task", None)
schema = {{"type": "object", "additionalProperties": False, "required": ["claim", "lunar_phase_relevant"],
           "properties": {{"claim": {{"type": "string", "enum": ["return", "damage", "late", "other"]}},
                           "lunar_phase_relevant": {{"type": "boolean"}}}}}}
answer = json.loads(post(os.environ["OPENAI_BASE_URL"] + "/chat/completions", {{
    "model": os.environ["TAKEHOME_MODEL_MEDIUM"],
    "messages": [{{"role": "system", "content": "Say what the customer of a shop wants."}},
                 {{"role": "user", "content": json.dumps(task["ticket"])}}],
    "response_format": {{"type": "json_schema",
                        "json_schema": {{"name": "a", "strict": True, "schema": schema}}}},
}})["choices"][0]["message"]["content"])
if {acts}:
    post(world + "/tools/escalate", {{"reason": "people decide", "summary": "see the mail"}})
"""


@pytest.fixture(scope="module")
def exercise() -> Exercise:
    return find_exercise("flaky_agent_trace")


@pytest.fixture(scope="module")
def session(exercise: Exercise) -> Iterator[Session]:
    with Session(exercise, exercise.practice, sandbox="process", jobs=1) as found:
        yield found


def run(session: Session, folder: Path, program: str) -> TrialRecord:
    """One trial of a program."""
    (folder / "work").mkdir()
    (folder / "work" / "main.py").write_text(program)
    store = TrialStore(folder / "trials.jsonl.gz", session.store_key("0" * 64))
    (record,) = session.run(folder / "work", [KEY], store)
    assert record.process.exit_code == 0, record.process.stderr
    return record


def test_a_guess_that_nobody_acts_on_is_measured(
    exercise: Exercise, session: Session, tmp_path: Path
) -> None:
    record = run(session, tmp_path, PROGRAM.format(acts="answer['claim'] == 'damage'"))
    (call,) = record.gateway.calls
    assert call.guessed == ("lunar_phase_relevant",)
    assert not call.understood
    scenario = exercise.bank[KEY.scenario]
    assert not mattered(record, scenario, exercise.judge)
    trial = read_one(record, scenario, exercise.judge)
    assert trial.verdict is not None
    assert trial.not_understood == 0


@pytest.mark.parametrize("acts", ["answer['lunar_phase_relevant']", "not answer['lunar_phase_relevant']"])
def test_a_guess_that_decides_is_not_measured(
    exercise: Exercise, session: Session, tmp_path: Path, acts: str
) -> None:
    record = run(session, tmp_path, PROGRAM.format(acts=acts))
    scenario = exercise.bank[KEY.scenario]
    assert mattered(record, scenario, exercise.judge)
    trial = read_one(record, scenario, exercise.judge)
    assert trial.verdict is None
    assert trial.whose == "simulator"
    assert trial.not_understood == 1


def test_a_guess_that_chooses_the_model_is_not_measured(
    exercise: Exercise, session: Session, tmp_path: Path
) -> None:
    """It ends alike either way and asks as often, and costs another sum."""
    tier = """
chosen = "LARGE" if answer["lunar_phase_relevant"] else "SMALL"
post(os.environ["OPENAI_BASE_URL"] + "/chat/completions", {
    "model": os.environ["TAKEHOME_MODEL_" + chosen],
    "messages": [{"role": "user", "content": "Summarise this mail. " + json.dumps(task["ticket"])}],
})
"""
    record = run(session, tmp_path, PROGRAM.format(acts="False") + tier)
    assert record.contrary is not None
    assert record.contrary.requests == record.gateway.requests == 2
    assert mattered(record, exercise.bank[KEY.scenario], exercise.judge)


def test_a_trial_without_guesses_is_run_once(session: Session, tmp_path: Path) -> None:
    assert run(session, tmp_path, "").contrary is None


def test_what_was_not_run_the_other_way_may_have_mattered(
    exercise: Exercise, make_record: Callable[..., TrialRecord]
) -> None:
    """Nor does a run that failed, or that asked more of models, tell that a guess made no difference."""
    record = guessing(make_record(1))
    scenario = exercise.bank[KEY.scenario]
    for contrary in (
        None,
        Contrary(end=record.gateway.end, requests=2, models={"large": 1}),
        Contrary(end=record.gateway.end, requests=1, models={"small": 1}),
        Contrary(end=record.gateway.end, requests=1, models={"large": 1}, failure="the world's end state"),
        Contrary(end={"nonsense": True}, requests=1, models={"large": 1}),
    ):
        kept = record.model_copy(update={"contrary": contrary})
        assert len(not_understood(kept, scenario, exercise.judge)) == 1


def guessing(record: TrialRecord) -> TrialRecord:
    """The record with a guess in its call."""
    calls = [call.model_copy(update={"guessed": ("mood",)}) for call in record.gateway.calls]
    return record.model_copy(update={"gateway": record.gateway.model_copy(update={"calls": tuple(calls)})})


def test_a_record_keeps_how_the_other_run_ended(make_record: Callable[..., TrialRecord]) -> None:
    kept = make_record(1).model_copy(
        update={"contrary": Contrary(end={"done": 2}, requests=1, models={"large": 1})}
    )
    assert TrialRecord.model_validate(json.loads(kept.model_dump_json())) == kept
