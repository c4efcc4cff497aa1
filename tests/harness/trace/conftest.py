"""A trial as the gateway and the host would have recorded it."""

from __future__ import annotations

from typing import Any

import pytest

from harness.gateway.admin_api import CallRecord, Charge, Finding, GatewayRecord, ModeRecord, ToolRecord
from harness.trial.record import Process, TrialRecord

HOSTILE = "</pre><script>alert(1)</script>\u202e\x1b[2J"


@pytest.fixture
def trial() -> TrialRecord:
    contents: dict[str, Any] = {
        "m1": {"role": "system", "parts": [{"text": "You answer support mail."}]},
        "m2": {"role": "user", "parts": [{"text": f"Where is my parcel? {HOSTILE}"}]},
        "m3": {
            "role": "assistant",
            "parts": [{"id": "c1", "name": "refund", "arguments": '{"order":"A1","usd":12.5}'}],
        },
        "m4": {"role": "user", "parts": [{"call_id": "c1", "content": "timeout", "is_error": True}]},
        "t1": [{"name": "refund", "description": "", "schema": {}}],
    }
    first = CallRecord(
        seq=2,
        face="openai.chat",
        model="sim-large",
        role="large",
        status=200,
        start=0.0,
        end=2.5,
        messages=("m1", "m2"),
        tools="t1",
        reply="m3",
        stop="tool",
        charge=Charge(input=812, output=40, usd=0.0042),
        operation="act",
        decision="refund",
        subject="A1",
        modes=(ModeRecord(mode="wrong_amount", p=0.31, u=0.12, fired=True),),
    )
    second = first.model_copy(
        update={
            "seq": 4,
            "status": 529,
            "fault": "overloaded",
            "start": 2.5,
            "end": 3.0,
            "messages": ("m1", "m2", "m3", "m4"),
            "reply": None,
            "stop": None,
            "modes": (),
        }
    )
    gateway = GatewayRecord(
        calls=(first, second),
        tools=(
            ToolRecord(seq=1, tool="task", arguments={}, status=200, at=0.0, result={"id": "A1"}),
            ToolRecord(
                seq=3,
                tool="refund",
                arguments={"order": HOSTILE, "usd": 12.5},
                status=504,
                fault="lost_ack",
                at=2.5,
                result={"ok": True},
                delivered=False,
            ),
        ),
        end={"refunds": [{"order": "A1", "usd": 12.5}]},
        contents=contents,
        charge=Charge(input=1_624, output=80, usd=0.0084),
        virtual_seconds=3.0,
        requests=2,
        refused=0,
        simulator="sim-1",
        findings=(Finding(kind="forged_turn", detail=HOSTILE, seq=4),),
    )
    process = Process(
        ended="exited",
        exit_code=1,
        signal=None,
        wall_seconds=0.4,
        cpu_seconds=0.2,
        stdout=HOSTILE,
        stderr="Traceback …",
        how="fork",
    )
    return TrialRecord(scenario="late-01", family="late", replay=1, epoch=0, gateway=gateway, process=process)
