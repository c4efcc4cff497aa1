"""The load: wrk on a core of its own, the same requests to every server."""

from __future__ import annotations

import json
import os
import re
import resource
import secrets
import shutil
import subprocess
import tempfile
import textwrap
import time
import urllib.request
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from benchmarks.gateway.servers import TICKS, Server, Skipped, pinned
from benchmarks.rows import OUT

KEY = "sk-" + secrets.token_hex(24)
MAIL = "I am Ada Stone. My card was stolen last night, please stop all payments."
READY_TRIES = 40
UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4}
"""In milliseconds."""


@dataclass(frozen=True, slots=True)
class Work:
    """What every connection asks again and again."""

    stream: bool = False
    fresh: bool = False
    """Whether each request bears a text that no other had."""

    def body(self, model: str) -> dict[str, Any]:
        """A request's JSON."""
        body: dict[str, Any] = {"model": model, "messages": [{"role": "user", "content": MAIL}]}
        return {**body, "stream": True} if self.stream else body


@dataclass(frozen=True, slots=True)
class Load:
    """One run."""

    count: int
    seconds: float
    p50_ms: float
    p99_ms: float
    server_cpu: float
    """CPU seconds of the server; `load_cpu` those of the load."""
    load_cpu: float


def load(server: Server, work: Work, connections: int, seconds: int) -> Load:
    """Requests answered well. Raises `Skipped` when any was not."""
    wrk, env = find_wrk()
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(_script(work, server.model))
        file.flush()
        url = f"http://127.0.0.1:{server.port}/v1/chat/completions"
        options = ["-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "--latency"]
        before, own = server.cpu(), _children()
        ran = subprocess.run(
            [*pinned(1), wrk, *options, "-s", file.name, url],
            capture_output=True,
            text=True,
            check=True,
            env=env,
        )
        used, loading = max(server.cpu() - before, 1 / TICKS), _children() - own
    counted = re.search(r"(\d+) requests in ([\d.]+)(ms|s|m)", ran.stdout)
    if counted is None:
        raise Skipped(f"the load ended with {ran.stdout!r}")
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)|Socket errors: (.*)", ran.stdout)
    if bad is not None:
        raise Skipped(f"not all was answered: {bad[0]}")
    took = float(counted[2]) * UNITS[counted[3]] / 1e3
    return Load(
        int(counted[1]), took, _percentile(ran.stdout, 50), _percentile(ran.stdout, 99), used, loading
    )


def check(server: Server, work: Work) -> None:
    """The answer is one: not an error, not empty, and streamed when it was to be. Raises `Skipped`."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/v1/chat/completions",
        json.dumps(work.body(server.model)).encode(),
        {"authorization": f"Bearer {KEY}", "content-type": "application/json"},
    )
    for left in reversed(range(READY_TRIES)):
        try:
            with urllib.request.urlopen(request, timeout=30) as reply:
                text = reply.read().decode()
            break
        except OSError as error:  # it may listen before it is ready
            if not left:
                raise Skipped(f"it answers {error}") from None
            time.sleep(0.5)
    if ("[DONE]" in text) is not work.stream or not said(text, stream=work.stream):
        raise Skipped(f"its answer is none: {text[:200]!r}")


def said(text: str, *, stream: bool) -> str:
    """The words of an answer, empty where it is none."""
    lines = [line.removeprefix("data:").strip() for line in text.splitlines() if line.startswith("data:")]
    bodies = [line for line in lines if line != "[DONE]"] if stream else [text]
    try:
        choices = [choice for body in bodies for choice in json.loads(body)["choices"]]
        return "".join(choice["delta" if stream else "message"].get("content") or "" for choice in choices)
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""


@lru_cache(maxsize=1)
def find_wrk() -> tuple[str, dict[str, str]]:
    """wrk of this machine, else Debian's, unpacked beside the results. Raises `SystemExit`."""
    found = shutil.which("wrk")
    if found:
        return found, dict(os.environ)
    folder = (OUT / "wrk").resolve()
    binary = folder / "usr" / "bin" / "wrk"
    if not binary.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as there:
            get = ["apt-get", "download", "wrk", "libluajit-5.1-2"]
            if subprocess.run(get, cwd=there, capture_output=True, check=False).returncode:
                raise SystemExit("wrk is not installed, and `apt-get download wrk` fails")
            for package in Path(there).glob("*.deb"):
                subprocess.run(["dpkg", "-x", str(package), str(folder)], check=True)
    libraries = ":".join(str(path) for path in folder.glob("usr/lib/*"))
    return str(binary), {**os.environ, "LD_LIBRARY_PATH": libraries}


def _script(work: Work, model: str) -> str:
    """wrk's program. A fresh text has a number between its first and its second sentence."""
    script = f"""
        wrk.method = "POST"
        wrk.body = {json.dumps(json.dumps(work.body(model)))}
        wrk.headers["content-type"] = "application/json"
        wrk.headers["authorization"] = "Bearer {KEY}"
        """
    if work.fresh:
        first = MAIL.split(". ", maxsplit=1)[0]
        script += f"""
        local before, after = wrk.body:match("^(.*{first}%.)(.*)$")
        local number = {time.time_ns() // 1000 % 10**12} * 1000
        request = function()
          number = number + 1
          return wrk.format(nil, nil, nil, before .. string.format(" Ticket %.0f.", number) .. after)
        end
        """
    return textwrap.dedent(script)


def _percentile(text: str, share: int) -> float:
    found = re.search(rf"^\s+{share}%\s+([\d.]+)(us|ms|s|m)", text, re.MULTILINE)
    return float(found[1]) * UNITS[found[2]] if found else float("nan")


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
