"""When the exercise's own code fails, the trial says so, and the candidate is not blamed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from openai import InternalServerError, OpenAI

from harness.errors import GraderError
from harness.exercise.registry import Exercise, open_exercise
from harness.gateway.admin_api import GatewayConfig, OpenTrial
from harness.gateway.process import GatewayProcess
from harness.gateway.urls import openai_url

BREAK = {
    "world.py": "        account, flag = arguments",
    "model.py": '        if reading.decision == "close":',
}
"""In each file the line before which something fails; in the model for the small one only."""
FAILS = {"world.py": "        1 // 0\n", "model.py": "        if known.small:\n            1 // 0\n"}


@pytest.fixture(scope="module")
def broken(tiny: Exercise) -> Iterator[tuple[GatewayProcess, Exercise]]:
    with tempfile.TemporaryDirectory(prefix="th-") as name:
        folder = Path(name) / "broken"
        shutil.copytree(tiny.folder, folder, ignore=shutil.ignore_patterns("__pycache__"))
        for file, line in BREAK.items():
            text = (folder / file).read_text()
            assert line in text
            (folder / file).write_text(text.replace(line, FAILS[file] + line))
        exercise = open_exercise(folder)
        config = GatewayConfig(
            exercise=str(folder),
            secret="00" * 16,
            bank_digest="bank",
            card=exercise.practice.card,
            admin_socket=Path(name) / "admin.sock",
        )
        with GatewayProcess(config) as process:
            yield process, exercise


def test_a_model_that_fails(broken: tuple[GatewayProcess, Exercise]) -> None:
    process, exercise = broken
    scenario = exercise.practice.bank.scenarios[0].public()
    opened = process.open(OpenTrial(scenario=scenario, replay=0, epoch=0))
    with OpenAI(base_url=openai_url(process.base_url), api_key=opened.token) as sdk:
        with pytest.raises(InternalServerError, match="grader's fault"):
            sdk.chat.completions.create(
                model="tiny-small", messages=[{"role": "user", "content": "Ada Stone: A-107, A-103"}]
            )
        sdk.chat.completions.create(model="tiny-large", messages=[{"role": "user", "content": "Ada Stone"}])
    record = process.close(opened.trial)
    assert record.failure is not None
    assert "ZeroDivisionError" in record.failure
    assert [call.status for call in record.calls] == [500, 200]
    assert record.charge == record.calls[1].charge
    assert [finding.kind for finding in record.findings] == ["grader_error"]


def test_a_world_that_fails(broken: tuple[GatewayProcess, Exercise]) -> None:
    import urllib.error
    import urllib.request

    process, exercise = broken
    scenario = exercise.practice.bank.scenarios[0].public()
    opened = process.open(OpenTrial(scenario=scenario, replay=0, epoch=0))
    request = urllib.request.Request(
        f"{process.base_url}/tools/set_flag", b"{}", {"authorization": f"Bearer {opened.token}"}
    )
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=30)
    caught.value.close()
    assert caught.value.code == 500
    record = process.close(opened.trial)
    assert record.failure is not None
    assert "the tool `set_flag`" in record.failure


def test_a_world_that_cannot_be_made(broken: tuple[GatewayProcess, Exercise]) -> None:
    process, exercise = broken
    scenario = exercise.practice.bank.scenarios[0].public().model_copy(update={"world": {}})
    with pytest.raises(GraderError, match="KeyError"):
        process.open(OpenTrial(scenario=scenario, replay=0, epoch=0))
