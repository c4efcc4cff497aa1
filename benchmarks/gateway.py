"""The gateway beside bare Starlette and other mock LLM servers: `make bench-gateway`.

Every server runs on one core and the load on another; a peer that does not install or start is left
out with its reason. Per second of wall time is what users see; per second of the server's own CPU is
what a busy machine does not distort. Rows: case, subject, metric, value, unit, runs.

    cases     chat_c1 chat_c8 chat_c64 stream_c1 stream_c8 stream_c64
    subjects  takehome (as `takehome gateway` serves it), takehome_recorded (as in a trial), starlette, peers
    metrics   rps, rps_cpu
"""

from __future__ import annotations

import argparse
import json
import os
import re
import secrets
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
OUT = ROOT / "build" / "bench"
PEERS = OUT / "peers"
EXERCISE = ROOT / "tests" / "fixtures" / "tiny"
KEY = "sk-" + secrets.token_hex(24)
MAIL = "I am Ada Stone. My card was stolen last night, please stop all payments."
REPLY = "Done: the account of Ada Stone is flagged, and all payments are stopped for now."
READY_TRIES = 40
TICKS = os.sysconf("SC_CLK_TCK")
PACKAGES = {
    "fakellm": "fakellm",
    "llmock": "llmock",
    "llm-mock-api": "llm-mock-api",
    "litellm": "litellm[proxy]",
}


class Skipped(Exception):
    """Why a subject is left out."""


@dataclass(frozen=True)
class Server:
    """A running subject."""

    port: int
    process: subprocess.Popen[bytes]
    model: str = "mock"

    def cpu(self) -> float:
        """CPU seconds of the process and its descendants."""
        return sum(_cpu(pid) for pid in _family(self.process.pid))


def main() -> int:
    """Measure, print the ratios, write `build/bench/gateway.json`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=2.0, help="of one run")
    parser.add_argument("--runs", type=int, default=3, help="of each case; the median counts")
    parser.add_argument("--only", help="subjects, by commas")
    options = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    wanted = options.only.split(",") if options.only else list(SUBJECTS)
    rows: list[dict[str, Any]] = []
    for name in wanted:
        with ExitStack() as stack:
            try:
                server = stack.enter_context(SUBJECTS[name]())
                rows += list(measure(name, server, options.seconds, options.runs))
            except Skipped as reason:
                print(f"{name}: left out: {reason}", file=sys.stderr)
    (OUT / "gateway.json").write_text(json.dumps(rows, indent=1) + "\n")
    show(rows)
    return 0


def measure(name: str, server: Server, seconds: float, runs: int) -> Iterator[dict[str, Any]]:
    """All cases of one subject."""
    for kind in ("chat", "stream"):
        for connections in (1, 8, 64):
            body: dict[str, Any] = {
                "model": server.model,
                "messages": [{"role": "user", "content": MAIL}],
            }
            if kind == "stream":
                body["stream"] = True
            check(server, body)
            load(server.port, body, connections, 0.5)
            found = []
            for _ in range(runs):
                before = server.cpu()
                count, took = load(server.port, body, connections, seconds)
                used = max(server.cpu() - before, 1 / TICKS)
                found.append((count / took, count / used))
            for metric, values in zip(("rps", "rps_cpu"), zip(*found, strict=True), strict=True):
                yield {
                    "case": f"{kind}_c{connections}",
                    "subject": name,
                    "metric": metric,
                    "value": round(statistics.median(values), 1),
                    "unit": "requests/s" if metric == "rps" else "requests/CPU-s",
                    "runs": runs,
                }
            print(f"{name:18} {kind}_c{connections:<3} {statistics.median(f[0] for f in found):10.0f}/s")


def show(rows: list[dict[str, Any]]) -> None:
    """Every subject as a share of bare Starlette, case by case."""
    for metric in ("rps", "rps_cpu"):
        table = {(r["case"], r["subject"]): r["value"] for r in rows if r["metric"] == metric}
        cases = list(dict.fromkeys(case for case, _ in table))
        print(f"\n{metric}: absolute, and as a share of bare Starlette")
        print(f"{'':18}" + "".join(f"{case:>18}" for case in cases))
        for subject in dict.fromkeys(subject for _, subject in table):
            cells = []
            for case in cases:
                value, base = table.get((case, subject)), table.get((case, "starlette"))
                share = f" {value / base:5.2f}" if value and base else ""
                cells.append(f"{f'{value:.0f}{share}' if value else '-':>18}")
            print(f"{subject:18}" + "".join(cells))


def load(port: int, body: dict[str, Any], connections: int, seconds: float) -> tuple[int, float]:
    """Requests answered well, and the seconds it took."""
    script = f"""
        wrk.method = "POST"
        wrk.body = {json.dumps(json.dumps(body))}
        wrk.headers["content-type"] = "application/json"
        wrk.headers["authorization"] = "Bearer {KEY}"
        """
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(textwrap.dedent(script))
        file.flush()
        wrk, env = find_wrk()
        command = [
            *pinned(1),
            wrk,
            "-t1",
            f"-c{connections}",
            f"-d{max(1, round(seconds))}s",
            "--timeout",
            "10s",
        ]
        url = f"http://127.0.0.1:{port}/v1/chat/completions"
        ran = subprocess.run(
            [*command, "-s", file.name, url], capture_output=True, text=True, check=True, env=env
        )
    counted = re.search(r"(\d+) requests in ([\d.]+)(ms|s|m)", ran.stdout)
    if counted is None:
        raise Skipped(f"the load ended with {ran.stdout!r}")
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", ran.stdout)
    if bad is not None:
        raise Skipped(f"{bad[1]} requests were refused")
    unit = {"ms": 1e-3, "s": 1.0, "m": 60.0}[counted[3]]
    return int(counted[1]), float(counted[2]) * unit


def check(server: Server, body: dict[str, Any]) -> None:
    """The answer is one: not an error, not empty, and streamed when it was to be."""
    import urllib.request

    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/v1/chat/completions",
        json.dumps(body).encode(),
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
    if ("[DONE]" in text) is not bool(body.get("stream")) or len(text) < 100:
        raise Skipped(f"its answer is none: {text[:200]!r}")


def find_wrk() -> tuple[str, dict[str, str]]:
    """wrk of this machine, else Debian's, unpacked beside the results. Raises `SystemExit`."""
    found = shutil.which("wrk")
    if found:
        return found, dict(os.environ)
    folder = OUT / "wrk"
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


def pinned(core: int) -> list[str]:
    """To one core, where there are two."""
    cores = sorted(os.sched_getaffinity(0))
    return ["taskset", "-c", str(cores[core])] if len(cores) > 1 and shutil.which("taskset") else []


@contextmanager
def started(
    command: list[str], port: int, *, model: str = "mock", cwd: Path | None = None
) -> Iterator[Server]:
    """A server on its core, once it listens. Raises `Skipped`."""
    log = OUT / f"{Path(command[0]).name}.log"
    env = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with log.open("wb") as file:
        process = subprocess.Popen(
            [*pinned(0), *command], cwd=cwd, stdout=file, stderr=file, start_new_session=True, env=env
        )
    try:
        for _ in range(300):
            if process.poll() is not None:
                raise Skipped(f"it ended with {process.returncode}: {log.read_text()[-300:]!r}")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        else:
            raise Skipped("it does not listen after a minute")
        yield Server(port, process, model)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextmanager
def takehome() -> Iterator[Server]:
    """As any client gets it."""
    port = free_port()
    command = [sys.executable, "-m", "harness.cli.main", "gateway", "--exercise", str(EXERCISE)]
    with started([*command, "--port", str(port), "--key", KEY], port, model="tiny-large") as server:
        yield server


@contextmanager
def takehome_recorded() -> Iterator[Server]:
    """As in a trial: every call recorded, with a budget that is never spent."""
    port = free_port()
    program = f"""
        import sys, tempfile
        from pathlib import Path
        from harness.exercise.registry import find_exercise
        from harness.gateway.admin_api import GatewayConfig, OpenTrial
        from harness.gateway.process import GatewayProcess
        found = find_exercise({str(EXERCISE)!r})
        practice = found.practice
        with tempfile.TemporaryDirectory(prefix="th-") as folder:
            config = GatewayConfig(
                exercise=str(found.folder), secret=practice.secret.hex(), card=practice.card,
                bank_digest=practice.bank.digest, port={port}, hold_ms=0,
                admin_socket=Path(folder) / "admin.sock",
            )
            with GatewayProcess(config) as gateway:
                budget = dict(requests=10**12, usd=1e12, tool_calls=10**12)
                scenario = practice.bank.scenarios[0].public()
                gateway.open(OpenTrial.model_validate(
                    dict(scenario=scenario, replay=0, epoch=0, token={KEY!r}, budget=budget)
                ))
                gateway._process.wait()
        """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    with started(command, port, model="tiny-large") as server:
        yield server


@contextmanager
def starlette() -> Iterator[Server]:
    """The floor: the body parsed, a constant answered, nothing counted or kept."""
    port = free_port()
    with started([sys.executable, "-c", textwrap.dedent(BARE), str(port)], port) as server:
        yield server


BARE = f"""
    import json, sys, uvicorn
    from starlette.applications import Starlette
    from starlette.responses import JSONResponse, StreamingResponse
    from starlette.routing import Route

    def chunk(delta, finish):
        choice = dict(index=0, delta=delta, finish_reason=finish)
        data = dict(id="c", object="chat.completion.chunk", created=1, model="m", choices=[choice])
        return "data: " + json.dumps(data) + "\\n\\n"

    TEXT = {REPLY!r}
    PIECES = [TEXT[at:at + 20] for at in range(0, len(TEXT), 20)]

    async def events():
        yield chunk(dict(role="assistant", content=""), None)
        for piece in PIECES:
            yield chunk(dict(content=piece), None)
        yield chunk(dict(), "stop")
        yield "data: [DONE]\\n\\n"

    async def chat(request):
        body = json.loads(await request.body())
        if body.get("stream"):
            return StreamingResponse(events(), media_type="text/event-stream")
        message = dict(role="assistant", content=TEXT)
        choice = dict(index=0, message=message, finish_reason="stop")
        usage = dict(prompt_tokens=20, completion_tokens=20, total_tokens=40)
        return JSONResponse(dict(
            id="c", object="chat.completion", created=1, model="m", choices=[choice], usage=usage
        ))

    app = Starlette(routes=[Route("/v1/chat/completions", chat, methods=["POST"])])
    uvicorn.run(app, port=int(sys.argv[1]), loop="uvloop", http="httptools", access_log=False,
                log_level="warning")
    """


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
        with started(command, port) as server:
            yield server


@contextmanager
def llmock() -> Iterator[Server]:
    """PyPI's llmock as it comes."""
    program, port = in_venv("llmock", "llmock"), free_port()
    with started([program, "serve", "--port", str(port), "--log-level", "warning"], port) as server:
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
    with started(command, port) as server:
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
        with started(command, port) as server:
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
        with started(command, port) as server:
            yield server


@contextmanager
def written(name: str, data: Any) -> Iterator[Path]:
    """JSON, which is YAML too, in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="th-bench-") as folder:
        path = Path(folder) / name
        path.write_text(json.dumps(data))
        yield path


def free_port() -> int:
    """One that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _family(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += _family(int(child))
    return found


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


SUBJECTS: dict[str, Callable[[], Any]] = {
    "starlette": starlette,
    "takehome": takehome,
    "takehome_recorded": takehome_recorded,
    "aimock": aimock,
    "llm-mock-api": llm_mock_api,
    "fakellm": fakellm,
    "llmock": llmock,
    "litellm": litellm,
}

if __name__ == "__main__":
    sys.exit(main())
