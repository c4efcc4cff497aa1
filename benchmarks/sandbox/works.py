"""The two works that every subject runs, and the gateway that the second one talks to."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.exercise.registry import Exercise, find_exercise
from harness.gateway.admin_api import GatewayConfig, OpenTrial
from harness.gateway.process import GatewayProcess
from harness.gateway.urls import trial_env

EXERCISE = Path(__file__).parents[2] / "tests" / "fixtures" / "tiny"
CALLS = 8
TRIVIAL = "pass\n"
AGENT = f'''"""{CALLS} model calls in a row by the OpenAI SDK; one call to the world before and one after."""

import json
import os
import urllib.request

from openai import OpenAI


def world(method, path, body=None):
    request = urllib.request.Request(
        os.environ["TAKEHOME_WORLD_URL"] + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={{
            "Authorization": "Bearer " + os.environ["OPENAI_API_KEY"],
            "Content-Type": "application/json",
        }},
    )
    with urllib.request.urlopen(request, timeout=20) as reply:
        return json.loads(reply.read() or b"null")


task = world("GET", "/task")
client = OpenAI()
messages = [{{"role": "user", "content": task["mail"]["body"]}}]
for _ in range({CALLS}):
    answer = client.chat.completions.create(model=os.environ["TAKEHOME_MODEL_LARGE"], messages=messages)
    said = answer.choices[0].message.content or "."
    messages += [{{"role": "assistant", "content": said}}, {{"role": "user", "content": "Go on."}}]
world("POST", "/tools/find_account", {{"name": "Ada Stone"}})
'''
WORKS = {"trivial": TRIVIAL, f"agent{CALLS}": AGENT}


def exercise() -> Exercise:
    """The tests' smallest one: its model answers at once, and nobody's program depends on it."""
    return find_exercise(str(EXERCISE))


@contextmanager
def written(name: str) -> Iterator[Path]:
    """A folder with the work's one file."""
    with tempfile.TemporaryDirectory(prefix="th-bench-") as folder:
        work = Path(folder) / "work"
        work.mkdir()
        (work / "main.py").write_text(WORKS[name])
        yield work


@contextmanager
def environments(count: int) -> Iterator[list[dict[str, str]]]:
    """What `count` programs need to reach a gateway on this machine, each with a trial of its own."""
    found = exercise()
    practice = found.practice
    with tempfile.TemporaryDirectory(prefix="th-bench-") as folder:
        config = GatewayConfig.of(found, practice, Path(folder))
        with GatewayProcess(config) as gateway:
            scenario = practice.bank.scenarios[0].public()
            tokens = [
                gateway.open(OpenTrial(scenario=scenario, replay=number, epoch=0)).token
                for number in range(count)
            ]
            yield [trial_env(gateway.base_url, token, found.spec) for token in tokens]
