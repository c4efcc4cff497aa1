"""Whether it mattered what the simulated model guessed in a trial."""

from __future__ import annotations

from dataclasses import replace

from harness.exercise.parts import Judge
from harness.exercise.scenario import Scenario
from harness.gateway.admin_api import CallRecord
from harness.trial.record import TrialRecord


def not_understood(record: TrialRecord, scenario: Scenario, judge: Judge) -> list[CallRecord]:
    """The calls that the model did not understand as far as the program has use for its answer.

    A call whose guesses made no difference to the trial is none of them: whatever these fields mean, the
    trial is measured.
    """
    lost = [call for call in record.gateway.calls if not call.understood]
    if not any(call.guessed for call in lost) or mattered(record, scenario, judge):
        return lost
    return [call for call in lost if not call.guessed]


def mattered(record: TrialRecord, scenario: Scenario, judge: Judge) -> bool:
    """Whether the trial ended otherwise, or asked models more often or less, with every guess the other way.

    Where that is not known it may have.
    """
    other = record.contrary
    if other is None or other.failure is not None or other.requests != record.gateway.requests:
        return True
    try:
        ends = [replace(judge(scenario, end), detail="") for end in (record.gateway.end, other.end)]
    except Exception:
        return True  # who failed is told where the trial itself is judged
    return ends[0] != ends[1]
