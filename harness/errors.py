"""Every error that a person may see.

    TakehomeError                 message, hint, exit code
    ├── UsageError            2   what was given to us is wrong
    │   ├── SpecError             exercise.toml, a card, a rubric, a scenario
    │   ├── WorkspaceError        not a workspace, nothing kept, a bad claim
    │   └── SubmissionError       a zip that cannot be trusted or read
    ├── NotHeld               1   the thing asked for did not hold
    ├── EnvironmentFailure    3   this machine: engine, gateway, disk, memory
    └── GraderError           3   our own fault; never counted against a candidate

A candidate's program that fails is none of these: it is how a trial ended, and is data.
"""

from __future__ import annotations


class TakehomeError(Exception):
    """Something a person can act on: `message` says what failed and where, `hint` what to do."""

    exit_code = 3

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\nhint: {self.hint}" if self.hint else self.message


class UsageError(TakehomeError):
    """What was given to us is wrong."""

    exit_code = 2


class SpecError(UsageError):
    """An exercise, card, rubric or scenario file does not say what it must."""


class WorkspaceError(UsageError):
    """The folder is not a workspace, or not in the state that the command needs."""


class SubmissionError(UsageError):
    """A submission that cannot be read, or that tries something."""


class NotHeld(TakehomeError):
    """The command ran; what it was asked to confirm did not hold."""

    exit_code = 1


class EnvironmentFailure(TakehomeError):
    """This machine failed us: engine, gateway, disk, memory, network."""

    exit_code = 3


class GraderError(TakehomeError):
    """The grader itself failed; what it touched is not measured."""

    exit_code = 3
