"""Whether it mattered what the simulated model guessed in a trial."""

from __future__ import annotations

from dataclasses import replace

from harness.exercise.parts import Judge
from harness.exercise.scenario import Scenario
from harness.gateway.admin_api import CallRecord
from harness.trial.record import TrialRecord, answered


def not_understood(record: TrialRecord, scenario: Scenario, judge: Judge) -> list[CallRecord]:
    """The calls that the model did not understand as far as the program has use for its answer.

    Where some fields were guessed, it is understood if the guesses made no difference to the trial: whatever
    these fields mean then.
    """
    matter = any(call.guessed for call in record.gateway.calls) and mattered(record, scenario, judge)
    return [call for call in record.gateway.calls if (matter if call.guessed else not call.understood)]


def mattered(record: TrialRecord, scenario: Scenario, judge: Judge) -> bool:
    """Whether the trial ended otherwise, or asked models otherwise often, with every guess the other way.

    Where that is not known it may have.
    """
    other = record.contrary
    if other is None or other.failure is not None:
        return True
    if (other.requests, other.models) != (record.gateway.requests, answered(record.gateway)):
        return True
    try:
        ends = [replace(judge(scenario, end), detail="") for end in (record.gateway.end, other.end)]
    except Exception:
        return True  # who failed is told where the trial itself is judged
    return ends[0] != ends[1]
