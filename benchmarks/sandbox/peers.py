"""Inspect AI and Harbor on the same works, each in an environment of its own, as their users run them."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from benchmarks.rows import OUT
from benchmarks.sandbox.floors import Timed, own_cpu
from benchmarks.sandbox.works import environments, written

PEERS = OUT / "peers"
PATIENCE = 900


class Skipped(Exception):
    """Why a peer could not be run."""


INSPECT = """
    import json, sys
    from datetime import datetime
    from inspect_ai import Task, eval
    from inspect_ai.dataset import Sample
    from inspect_ai.solver import solver
    from inspect_ai.util import sandbox

    order = json.load(sys.stdin)

    @solver
    def run():
        async def solve(state, generate):
            told = state.metadata["env"]
            done = await sandbox().exec([order["python"], "main.py"], env=told, timeout=60)
            assert done.success, done.stderr
            state.completed = True
            return state
        return solve

    def trials(environments):
        samples = [
            Sample(input="run", id=str(number), files={"main.py": order["program"]}, metadata={"env": told})
            for number, told in enumerate(environments)
        ]
        where = ("docker", order["compose"]) if order["compose"] else "local"
        task = Task(dataset=samples, solver=run(), sandbox=where)
        log, = eval(
            task, model="mockllm/model", display="plain", log_dir=order["logs"],
            max_samples=order["jobs"], max_sandboxes=order["jobs"],
        )
        assert log.status == "success", log.error
        assert not any(sample.error for sample in log.samples), log.samples[0].error
        ends = sorted(datetime.fromisoformat(sample.completed_at).timestamp() for sample in log.samples)
        return ends

    if __name__ == "__main__":
        print("ends " + json.dumps(trials(order["environments"])))
    """


def inspect(where: str, image: str) -> Callable[[str, int], list[Timed]]:
    """Inspect AI: one sample a trial, its solver executes the program in the sandbox `where`."""

    def run(work: str, runs: int) -> list[Timed]:
        python = _inspect_python()
        if where == "docker":
            _need_compose()
        with written(work) as folder, environments(runs + 1) as found:
            compose = folder / "compose.yaml"
            network = "none" if work == "trivial" else "host"
            service = {"image": image, "command": "sleep infinity", "init": True, "network_mode": network}
            compose.write_text(json.dumps({"services": {"default": service}}))
            order = {
                "python": "/usr/local/bin/python" if where == "docker" else str(python),
                "program": (folder / "main.py").read_text(),
                "environments": found,
                "compose": str(compose) if where == "docker" else "",
                "logs": str(folder.parent / "logs"),
                "jobs": 1,
            }
            ran = subprocess.run(
                [str(python), "-c", textwrap.dedent(INSPECT)],
                input=json.dumps(order),
                capture_output=True,
                text=True,
                timeout=PATIENCE,
                cwd=folder.parent,
                check=False,
            )
        line = next((line for line in ran.stdout.splitlines() if line.startswith("ends ")), None)
        if ran.returncode or line is None:
            raise Skipped(f"it ended with {ran.returncode}: {_tail(ran)}")
        ends = json.loads(line.removeprefix("ends "))
        return [Timed(end - before, own_cpu(work)) for before, end in pairwise(ends)]

    return run


TASK = """
    schema_version = "1.4"
    [environment]
    docker_image = "{image}"
    [agent]
    timeout_sec = 60
    [verifier]
    timeout_sec = 60
    """
ON_HOST = {"services": {"main": {"network_mode": "host"}}}
"""The compose file of a task on the host's network."""


def harbor(image: str) -> Callable[[str, int], list[Timed]]:
    """Harbor: its oracle runs the program in a container, a verifier gives it a one.

    Each trial is a task of its own, since each has a gateway key of its own. `trivial` has the network
    that Harbor makes for every task, the agent the host's, where its gateway is.
    """

    def run(work: str, runs: int) -> list[Timed]:
        program = _harbor_program()
        _need_compose()
        with written(work) as folder, environments(runs + 1) as found:
            tasks, jobs = folder.parent / "tasks", folder.parent / "jobs"
            more = {} if work == "trivial" else {"environment/docker-compose.yaml": json.dumps(ON_HOST)}
            more["solution/main.py"] = (folder / "main.py").read_text()
            for number, told in enumerate(found):
                _harbor_task(tasks / f"task-{number}", image, told, more)
            command = [str(program), "run", "--path", str(tasks), "--agent", "oracle", "--quiet", "--yes"]
            command += ["--n-concurrent", "1", "--jobs-dir", str(jobs), "--job-name", "bench"]
            ran = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
            ends = sorted(_harbor_end(path) for path in jobs.glob("bench/*/result.json"))
        if ran.returncode or len(ends) != runs + 1:
            raise Skipped(f"it ended with {ran.returncode}: {_tail(ran)}")
        return [Timed(end - before, own_cpu(work)) for before, end in pairwise(ends)]

    return run


def _harbor_task(folder: Path, image: str, told: dict[str, str], more: dict[str, str]) -> None:
    """A task whose oracle runs the program in an environment."""
    exports = "".join(f"export {name}={shlex.quote(value)}\n" for name, value in told.items())
    solve = f"set -e\n{exports}python /solution/main.py\necho done >/tmp/done\n"
    files = {
        "task.toml": textwrap.dedent(TASK).format(image=image),
        "instruction.md": "Run it.\n",
        "environment/Dockerfile": f"FROM {image}\n",
        "solution/solve.sh": f"#!/bin/bash\n{solve}",
        "tests/test.sh": "#!/bin/bash\ntest -f /tmp/done && echo 1 >/logs/verifier/reward.txt\n",
        **more,
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)


def _harbor_end(path: Path) -> float:
    """When a trial ended. Raises `Skipped` for one that did not end well."""
    found = json.loads(path.read_text())
    if found["exception_info"] or found["verifier_result"]["rewards"] != {"reward": 1.0}:
        raise Skipped(f"a trial failed: {found['exception_info']}")
    return datetime.fromisoformat(found["finished_at"]).timestamp()


def _harbor_program() -> Path:
    """Raises `Skipped`."""
    if (PEERS / "harbor" / "installed").exists():
        return (PEERS / "harbor" / "bin" / "harbor").absolute()
    for name in ("python3.12", "python3.13", "python3.14"):
        if python := shutil.which(name):
            return in_venv("harbor", python, "harbor").with_name("harbor")
    raise Skipped("it needs Python 3.12, which this machine does not have")


def _tail(ran: subprocess.CompletedProcess[str]) -> str:
    return " ".join(f"{ran.stdout} {ran.stderr}".split())[-300:]


def _need_compose() -> None:
    """Raises `Skipped`."""
    if subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode:
        raise Skipped("it needs `docker compose`, which is not installed")


def _inspect_python() -> Path:
    """Raises `Skipped`."""
    return in_venv("inspect", sys.executable, "inspect-ai", "openai")


def in_venv(name: str, python: str, *packages: str) -> Path:
    """The interpreter of a peer's own environment, made when it is missing. Raises `Skipped`."""
    folder = (PEERS / name).absolute()
    done = folder / "installed"
    if not done.exists():
        subprocess.run([python, "-m", "venv", "--clear", str(folder)], check=True)
        pip = [str(folder / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", *packages]
        ran = subprocess.run(pip, capture_output=True, text=True, check=False)
        if ran.returncode:
            raise Skipped(f"it does not install: {ran.stderr.strip()[-200:]}")
        done.touch()
    return folder / "bin" / "python"
