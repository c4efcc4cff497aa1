"""Other mock LLM servers, each installed in an environment of its own beside the results."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.gateway.load import KEY
from benchmarks.gateway.servers import REPLY, Server, Skipped, free_port, started
from benchmarks.rows import OUT

PEERS = (OUT / "peers").resolve()
PACKAGES = {
    "fakellm": "fakellm",
    "llmock": "llmock",
    "llm-mock-api": "llm-mock-api",
    "litellm": "litellm[proxy]",
}


def in_venv(name: str, program: str) -> str:
    """A Python peer's program, installed in an environment of its own. Raises `Skipped`."""
    folder = PEERS / name
    binary = folder / "bin" / program
    if not binary.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        pip = [
            str(folder / "bin" / "python"),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ]
        ran = subprocess.run([*pip, PACKAGES[name]], capture_output=True, text=True, check=False)
        if ran.returncode or not binary.exists():
            raise Skipped(f"it does not install: {ran.stderr.strip()[-200:]}")
    return str(binary)


@contextmanager
def fakellm() -> Iterator[Server]:
    """PyPI's fakellm with one rule."""
    program, port = in_venv("fakellm", "fakellm"), free_port()
    rule = {"name": "all", "when": {"messages_contain": "Ada"}, "respond": {"content": REPLY}}
    with written("fakellm.yaml", {"version": 1, "rules": [rule]}) as file:
        command = [program, "serve", "--port", str(port), "--config", str(file)]
        with started("fakellm", command, port) as server:
            yield server


@contextmanager
def llmock() -> Iterator[Server]:
    """PyPI's llmock as it comes."""
    program, port = in_venv("llmock", "llmock"), free_port()
    with started("llmock", [program, "serve", "--port", str(port), "--log-level", "warning"], port) as server:
        yield Server(port, server.process, "gpt-4o")


@contextmanager
def llm_mock_api() -> Iterator[Server]:
    """PyPI's llm-mock-api with a constant answer, at once."""
    program, port = in_venv("llm-mock-api", "llm-mock-api"), free_port()
    command = [
        program,
        "start",
        "-p",
        str(port),
        "-H",
        "127.0.0.1",
        "-l",
        "0",
        "-f",
        REPLY,
        "--log-level",
        "none",
    ]
    with started("llm-mock-api", command, port) as server:
        yield server


@contextmanager
def litellm() -> Iterator[Server]:
    """LiteLLM's proxy with its own mock answer."""
    program, port = in_venv("litellm", "litellm"), free_port()
    model = {
        "model_name": "mock",
        "litellm_params": {"model": "openai/mock", "mock_response": REPLY, "api_key": "x"},
    }
    config = {"model_list": [model], "general_settings": {"master_key": KEY}}
    with written("litellm.yaml", config) as file:
        command = [program, "--config", str(file), "--port", str(port), "--host", "127.0.0.1"]
        with started("litellm", command, port) as server:
            yield server


@contextmanager
def aimock() -> Iterator[Server]:
    """npm's @copilotkit/aimock with one fixture."""
    folder = PEERS / "node"
    binary, port = folder / "node_modules" / ".bin" / "llmock", free_port()
    if not binary.exists():
        if shutil.which("npm") is None:
            raise Skipped("npm is not installed")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text("{}\n")
        npm = ["npm", "install", "--no-audit", "--no-fund", "@copilotkit/aimock"]
        if subprocess.run(npm, cwd=folder, capture_output=True, check=False).returncode:
            raise Skipped("it does not install")
    fixture = {"match": {"userMessage": "Ada"}, "response": {"content": REPLY}}
    with written("fixtures.json", {"fixtures": [fixture]}) as file:
        command = [str(binary), "-p", str(port), "-f", str(file), "--log-level", "silent"]
        with started("aimock", command, port) as server:
            yield server


@contextmanager
def written(name: str, data: Any) -> Iterator[Path]:
    """JSON, which is YAML too, in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="th-bench-") as folder:
        path = Path(folder) / name
        path.write_text(json.dumps(data))
        yield path
