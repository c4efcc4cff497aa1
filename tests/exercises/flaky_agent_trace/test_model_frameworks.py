"""The agents of LangChain and Pydantic AI, each in its own environment, under the twenty wordings."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from harness.errors import EnvironmentFailure
from harness.exercise.registry import Exercise
from harness.gateway.admin_api import GatewayConfig, OpenTrial
from harness.gateway.process import GatewayProcess
from harness.gateway.urls import trial_env
from tests.clients.conformance import QUIET
from tests.clients.environments import CLIENTS, make
from tests.exercises.flaky_agent_trace.test_model_invariance import PLAIN, SYSTEMS, paired

PROGRAMS = Path(__file__).parents[2] / "clients" / "programs" / "refund_desk"
AGENTS = {"langchain_agent": "langchain_client", "pydantic_ai_agent": "pydantic_ai_client"}
REPLAYS = 2


class Agent:
    """A framework's program that waits for tickets."""

    def __init__(self, program: subprocess.Popen[str], gateway: GatewayProcess, exercise: Exercise) -> None:
        self.program = program
        self.gateway = gateway
        self.exercise = exercise
        self.calls = 0
        self.lost: list[str] = []

    def succeeds(self, id: str, replay: int, system: str, last: str = "") -> float:
        """1 when the ticket ended as it should."""
        scenario = self.exercise.bank[id]
        trial = self.gateway.open(OpenTrial(scenario=scenario.public(), replay=replay, epoch=0))
        assert self.program.stdin
        assert self.program.stdout
        line = {"token": trial.token, "system": system, "last": last}
        print(json.dumps(line), file=self.program.stdin, flush=True)
        ended = json.loads(self.program.stdout.readline())
        record = self.gateway.close(trial.trial)
        assert not record.failure, record.failure
        assert not ended["error"], ended["error"]
        self.calls += len(record.calls)
        self.lost += [call.why_not for call in record.calls if not call.understood]
        return float(self.exercise.judge(scenario, record.end).success)


def _prompt(wording: str) -> tuple[str, str]:
    """The system's text, and what stands behind the data."""
    return SYSTEMS[wording] or "You are an assistant.", f"\n\n{PLAIN}" if wording == "rules_last" else ""


@contextmanager
def running(name: str, exercise: Exercise) -> Iterator[Agent]:
    """A framework's agent beside a gateway of the practice tickets. Raises `EnvironmentFailure`."""
    client = next(client for client in CLIENTS if client.name == AGENTS[name])
    make(client)
    with tempfile.TemporaryDirectory(prefix="th-") as folder:
        config = GatewayConfig.of(exercise, exercise.practice, Path(folder))
        with GatewayProcess(config, Path(folder) / "gateway.log") as gateway:
            env = trial_env(gateway.base_url, "none", exercise.spec)
            with subprocess.Popen(
                [client.python, PROGRAMS / f"{name}.py"],
                env={"PATH": os.environ["PATH"], "HOME": folder, **QUIET, **env},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            ) as program:
                yield Agent(program, gateway, exercise)
                assert program.stdin
                program.stdin.close()


@pytest.mark.slow
@pytest.mark.timeout(3_000)
@pytest.mark.parametrize("name", AGENTS)
def test_wording_moves_a_frameworks_agent_by_less_than_three_points(
    exercise: Exercise, ids: list[str], name: str
) -> None:
    try:
        with running(name, exercise) as agent:
            ends = {
                wording: [
                    [agent.succeeds(id, replay, *_prompt(wording)) for replay in range(REPLAYS)] for id in ids
                ]
                for wording in SYSTEMS
            }
    except EnvironmentFailure as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))
    assert len(agent.lost) <= 0.02 * agent.calls, agent.lost[:5]
    moved = {wording: paired(ends["plain"], found) for wording, found in ends.items()}
    assert {wording: gap for wording, gap in moved.items() if abs(gap[0]) > 0.03} == {}
