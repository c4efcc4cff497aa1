"""Made-up trial records."""

from collections.abc import Callable

import pytest

from harness.gateway.admin_api import CallRecord, Charge, GatewayRecord
from harness.trial.record import Process, TrialRecord


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


@pytest.fixture(scope="session")
def make_record() -> Callable[..., TrialRecord]:
    """A record of scenario `s{number}` with a message of its own and a shared one."""
    return record
