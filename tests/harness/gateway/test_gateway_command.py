"""`takehome gateway` as a mock LLM server."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from harness.exercise.registry import Exercise


@contextmanager
def command(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "harness.cli.main", "gateway", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)


def read_json(process: subprocess.Popen[str]) -> Any:
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line == "}\n":
            break
    return json.loads("".join(lines))


def ask(told: Any, model: str = "tiny-large", content: str = "Ada Stone: A-107 or A-103?") -> Any:
    body = {"model": model, "messages": [{"role": "user", "content": content}]}
    request = urllib.request.Request(
        told["env"]["OPENAI_BASE_URL"] + "/chat/completions",
        json.dumps(body).encode(),
        {"authorization": f"Bearer {told['key']}"},
    )
    with urllib.request.urlopen(request, timeout=30) as reply:
        return json.loads(reply.read())


def test_any_client_any_number_of_times_until_ctrl_c(tiny: Exercise) -> None:
    with command("--exercise", str(tiny.folder), "--json", "--key", "my-own-key") as process:
        told = read_json(process)
        assert told["key"] == "my-own-key"
        assert told["scenario"] == "stolen_card_1"
        answers = [ask(told) for _ in range(40)]
        assert {answer["object"] for answer in answers} == {"chat.completion"}
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0


def test_the_seed_changes_the_luck_and_repeats_it(tiny: Exercise) -> None:
    def answers(seed: str) -> list[str]:
        with command("--exercise", str(tiny.folder), "--json", "--seed", seed) as process:
            told = read_json(process)
            return [ask(told)["choices"][0]["message"]["content"] for _ in range(12)]

    texts = {seed: answers(seed) for seed in ("1", "3")}
    assert answers("1") == texts["1"] != texts["3"]


def test_what_the_model_does_not_understand_is_told() -> None:
    with command("--exercise", "flaky_agent_trace", "--json") as process:
        told = read_json(process)
        assert process.stderr is not None
        ask(told, told["env"]["TAKEHOME_MODEL_LARGE"], "What is the capital of France?")
        lines = iter(process.stderr.readline, "")
        assert next(line for line in lines if line.startswith("call ")).startswith("call 1: not understood: ")


def test_lines_that_a_shell_can_read(tiny: Exercise) -> None:
    with command("--exercise", str(tiny.folder)) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(9)]
    assert lines[0].startswith("export OPENAI_BASE_URL=http://127.0.0.1:")
    assert all(line.startswith("export ") for line in lines)


def test_mistakes_are_told_and_have_their_codes(tiny: Exercise) -> None:
    with command("--exercise", str(tiny.folder), "--scenario", "nothing") as process:
        assert process.wait(30) == 2
        assert process.stderr is not None
        assert "hint: known: `stolen_card_1`" in process.stderr.read()
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        command("--exercise", str(tiny.folder), "--port", str(taken.getsockname()[1])) as process,
    ):
        assert process.wait(30) == 3
        assert process.stderr is not None
        assert "cannot be opened" in process.stderr.read()


def test_a_key_that_is_too_short_is_refused_with_a_hint(tiny: Exercise) -> None:
    arguments = ("--exercise", str(tiny.folder), "--key", "short")
    done = subprocess.run(
        [sys.executable, "-m", "harness.cli.main", "gateway", *arguments],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2
    assert "8 to 200" in done.stderr
    assert "Traceback" not in done.stderr
