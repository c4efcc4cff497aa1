"""The vendors' SDKs on every run; the other clients, each in its own environment, on the slow one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import anthropic
import openai
import pytest

from harness.errors import EnvironmentFailure
from tests.clients.conformance import Run, run_program
from tests.clients.environments import CLIENTS, Client, make
from tests.clients.stand import ECHO, Stand, open_stand

HERE = ("openai_sdk", "openai_faults", "openai_responses", "anthropic_sdk", "anthropic_faults")


@pytest.fixture(scope="module")
def stand() -> Iterator[Stand]:
    with open_stand() as running:
        yield running


def failures(run: Run) -> list[str]:
    return [f"{case.name}: {case.detail}" for case in run.cases if case.ok is False]


@pytest.mark.parametrize("client", [c for c in CLIENTS if c.name in HERE], ids=lambda client: client.name)
def test_installed_sdks(client: Client, stand: Stand) -> None:
    run = run_program(client.program, sys.executable, stand)
    assert failures(run) == []
    assert run.count(ok=True) > 12


@pytest.mark.slow
@pytest.mark.timeout(1_500)
@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.name)
def test_clients_in_their_own_environments(client: Client, stand: Stand) -> None:
    try:
        make(client)
    except EnvironmentFailure as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))
    run = run_program(client.program, client.python, stand)
    assert failures(run) == []
    assert run.count(ok=True) > 5


def test_a_mock_server_by_one_command() -> None:
    """`takehome gateway` alone: what it prints is all that a client needs."""
    command = [sys.executable, "-m", "harness.cli.main", "gateway", "--exercise", str(ECHO), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as gateway:
        try:
            assert gateway.stdout is not None
            env = json.loads("".join(iter(gateway.stdout.readline, "}\n")) + "}")["env"]
            with openai.OpenAI(base_url=env["OPENAI_BASE_URL"], api_key=env["OPENAI_API_KEY"]) as sdk:
                whole = sdk.responses.create(model=env["TAKEHOME_MODEL_LARGE"], input="say yes")
            with anthropic.Anthropic(
                base_url=env["ANTHROPIC_BASE_URL"], api_key=env["ANTHROPIC_API_KEY"]
            ) as other:
                said = other.messages.create(
                    model="echo-small", max_tokens=50, messages=[{"role": "user", "content": "say no"}]
                )
        finally:
            gateway.send_signal(signal.SIGINT)
    assert whole.output_text == "yes"
    assert [block.text for block in said.content if block.type == "text"] == ["no"]


def test_a_mock_server_says_whose_world_it_knows() -> None:
    command = [sys.executable, "-m", "harness.cli.main", "gateway", "--exercise", str(ECHO)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as gateway:
        try:
            assert gateway.stderr is not None
            said = gateway.stderr.readline() + gateway.stderr.readline()
        finally:
            gateway.send_signal(signal.SIGINT)
    assert "scenario `plain`" in said
    assert "`--scenario` serves another" in said


def test_pins_are_whole() -> None:
    for client in CLIENTS:
        lines = client.requirements.read_text(encoding="utf-8").splitlines()
        assert lines
        assert all(line.count("==") == 1 for line in lines), client.name
        assert all(client.versions.values())


def written(folder: Path, text: str) -> Path:
    program = folder / "program.py"
    program.write_text(text, encoding="utf-8")
    return program


def test_a_program_that_dies_has_failed(tmp_path: Path, stand: Stand) -> None:
    text = """print('{"case": "chat", "ok": true, "detail": ""}'); raise SystemExit(7)"""
    run = run_program(written(tmp_path, text), sys.executable, stand)
    assert [case.ok for case in run.cases] == [True, False]
    assert run.cases[-1].detail == "exit code 7, after chat"


def test_requests_are_what_the_gateway_saw(tmp_path: Path, stand: Stand) -> None:
    text = """print('{"requests": {"rate_limited": 3}}')"""
    run = run_program(written(tmp_path, text), sys.executable, stand)
    assert failures(run) == ["requests that met rate_limited: 3 made, 0 seen"]


def test_what_is_not_served_counts_as_neither(tmp_path: Path, stand: Stand) -> None:
    text = """
print('{"case": "responses", "ok": null, "detail": "not there"}')
print('{"requests": {}}')
"""
    run = run_program(written(tmp_path, text), sys.executable, stand)
    assert (run.count(ok=True), run.count(ok=False), run.count(ok=None)) == (1, 0, 1)
