from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from harness.errors import EnvironmentFailure, SpecError, UsageError
from harness.exercise.registry import Exercise
from harness.gateway.admin_api import GatewayConfig, OpenTrial
from harness.gateway.process import GatewayProcess


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="th-") as name:
        yield Path(name)


@pytest.fixture
def config(tiny: Exercise, folder: Path) -> Callable[..., GatewayConfig]:
    def make(**changes: Any) -> GatewayConfig:
        fields: dict[str, Any] = {
            "exercise": str(tiny.folder),
            "secret": "00" * 16,
            "bank_digest": "bank",
            "card": tiny.practice.card,
            "admin_socket": folder / "admin.sock",
        }
        return GatewayConfig(**{**fields, **changes})

    return make


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.is_file() or status.read_text().rpartition(")")[2].split()[0] != "Z"


def gone(pid: int) -> bool:
    end = time.monotonic() + 30
    while alive(pid) and time.monotonic() < end:
        time.sleep(0.05)
    return not alive(pid)


def test_trials_from_many_threads(gateway: GatewayProcess, tiny: Exercise) -> None:
    scenario = tiny.practice.bank.scenarios[0].public()

    def one(number: int) -> str:
        opened = gateway.open(OpenTrial(scenario=scenario, replay=number, epoch=0))
        return gateway.close(opened.trial).simulator

    before = gateway.health()["open_trials"]
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(one, range(32))) == {"tiny/1"}
    assert gateway.health()["open_trials"] == before


def test_closing_twice_is_a_mistake_of_ours(gateway: GatewayProcess, tiny: Exercise) -> None:
    scenario = tiny.practice.bank.scenarios[0].public()
    opened = gateway.open(OpenTrial(scenario=scenario, replay=0, epoch=0))
    gateway.close(opened.trial)
    with pytest.raises(UsageError, match="no such trial"):
        gateway.close(opened.trial)


def test_the_process_ends_with_the_block(config: Any, folder: Path) -> None:
    with GatewayProcess(config(), folder / "log") as process:
        pid = process.pid
        assert alive(pid)
    assert gone(pid)
    assert not (folder / "admin.sock").exists()
    assert (folder / "log").read_text() == ""


def test_a_port_that_is_taken(config: Any) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(EnvironmentFailure, match="cannot be opened") as caught,
    ):
        GatewayProcess(config(port=taken.getsockname()[1]))
    assert "--port" in caught.value.hint


def test_what_is_wrong_with_the_exercise_is_told(config: Any) -> None:
    with pytest.raises(SpecError, match="not complete"):
        GatewayProcess(config(card={}))
    with pytest.raises(UsageError, match="there is no exercise"):
        GatewayProcess(config(exercise="nothing_of_that_name"))
    with pytest.raises(UsageError, match="no live model is named"):
        GatewayProcess(config(backend="live"))


def test_a_gateway_that_died_is_the_environments_fault(config: Any, folder: Path) -> None:
    process = GatewayProcess(config(), folder / "log")
    os.kill(process.pid, signal.SIGKILL)
    assert gone(process.pid)
    with pytest.raises(EnvironmentFailure, match="ended with code -9"):
        process.health()
    process.stop()


STARTER = """
import sys, time
from harness.gateway.admin_api import GatewayConfig
from harness.gateway.process import GatewayProcess
process = GatewayProcess(GatewayConfig.model_validate_json(sys.argv[1]))
print(process.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_is_left_when_the_starter_dies(config: Any, number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STARTER, config().model_dump_json()], stdout=subprocess.PIPE, text=True
    ) as starter:
        assert starter.stdout is not None
        pid = int(starter.stdout.readline())
        assert alive(pid)
        starter.send_signal(number)
    assert gone(pid)


def test_ctrl_c_leaves_the_gateway_to_its_starter(config: Any) -> None:
    with GatewayProcess(config()) as process:
        os.kill(process.pid, signal.SIGINT)
        assert os.getpgid(process.pid) != os.getpgid(0)
        assert process.health()["ok"]
