"""Servers of others, each in an environment of its own, as upstreams of a live gateway."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
START_SECONDS = 240


def environment(name: str, packages: list[str], **settings: str) -> Path:
    """The `bin` of a virtual environment with these packages, made once. Skips where it cannot be made.

    `settings`: environment variables for what is built from source.
    """
    folder = ROOT / "build" / "venvs" / name
    stamp = folder / ".made-from"
    if not stamp.exists() or stamp.read_text() != "\n".join(packages):
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", *packages]
        if subprocess.run(pip, check=False, capture_output=True, env={**os.environ, **settings}).returncode:
            if os.environ.get("CI"):
                raise AssertionError(f"`{name}` does not install")
            pytest.skip(f"`{name}` does not install here")
        stamp.write_text("\n".join(packages))
    return folder / "bin"


def free_port() -> int:
    """Nobody listens on it now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], url: str, log: Path, **settings: str) -> Iterator[None]:
    """The server, once a GET of `url` is answered; killed with all that it started."""
    with log.open("wb") as file:
        process = subprocess.Popen(
            command, stdout=file, stderr=file, start_new_session=True, env={**os.environ, **settings}
        )
    try:
        for _ in range(START_SECONDS):
            assert process.poll() is None, log.read_text()[-2_000:]
            try:
                with urllib.request.urlopen(url, timeout=5):
                    break
            except (urllib.error.URLError, OSError):
                time.sleep(1)
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
