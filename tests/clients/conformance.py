"""Real clients, each in an environment of its own, against a running gateway: `make clients`.

    python -m tests.clients.conformance [NAME ...] [--upgrade] [--cases]

The last line is `N passed, M failed`. What the gateway does not offer yet is `not served` and counts
as neither. Exit code: 0 all passed, 1 something failed, 3 a client could not be installed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from harness.errors import EnvironmentFailure
from harness.gateway.admin_api import GatewayRecord
from tests.clients.environments import CLIENTS, Client, make, upgrade
from tests.clients.stand import Stand, Visit, open_stand

PROGRAM_SECONDS = 300
QUIET = {
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "LANGSMITH_TRACING": "false",
    "OPENAI_AGENTS_DISABLE_TRACING": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
}
"""Clients that would otherwise call home."""


@dataclass(frozen=True, slots=True)
class Case:
    """What a client tried."""

    name: str
    ok: bool | None
    """`None`: not served."""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """All cases of one client's program."""

    cases: tuple[Case, ...]
    stderr: str = ""

    def count(self, ok: bool | None) -> int:
        """How many cases ended so."""
        return sum(case.ok is ok for case in self.cases)


def run_program(program: Path, python: str | Path, stand: Stand) -> Run:
    """Run a client's program with keys of its own, then ask the gateway what it saw."""
    visit = stand.visit()
    with tempfile.TemporaryDirectory(prefix="th-home-") as home:
        try:
            ran = subprocess.run(
                [python, program],
                env={"PATH": os.environ["PATH"], "HOME": home, **QUIET, **visit.env},
                cwd=home,
                capture_output=True,
                check=False,
                text=True,
                timeout=PROGRAM_SECONDS,
            )
            lines, stderr, end = ran.stdout.splitlines(), ran.stderr, f"exit code {ran.returncode}"
        except subprocess.TimeoutExpired as late:
            lines, stderr = (late.stdout or b"").decode().splitlines(), (late.stderr or b"").decode()
            end = f"no end within {PROGRAM_SECONDS} s"
    return Run(judge(lines, end, visit), stderr)


def judge(lines: Sequence[str], end: str, visit: Visit) -> tuple[Case, ...]:
    """The program's own cases, and those that only the gateway can tell."""
    records = visit.close()
    reports = [json.loads(line) for line in lines if line.startswith("{")]
    cases = [Case(row["case"], row["ok"], row["detail"]) for row in reports if "case" in row]
    made = next((row["requests"] for row in reports if "requests" in row), None)
    if made is None:
        last = cases[-1].name if cases else "the beginning"
        return (*cases, Case("the program ends", ok=False, detail=f"{end}, after {last}"))
    return (*cases, *_requests(made, records), _gateway_sound(records))


def _requests(made: dict[str, int], records: dict[str, GatewayRecord]) -> list[Case]:
    """Retries as the gateway saw them: a fault that is retried too often or too seldom shows here."""
    return [
        Case(
            f"requests that met {name}",
            ok=records[name].requests == count,
            detail=f"{count} made, {records[name].requests} seen",
        )
        for name, count in made.items()
    ]


def _gateway_sound(records: dict[str, GatewayRecord]) -> Case:
    """Nothing of ours broke, and every call was understood."""
    broken = [record.failure for record in records.values() if record.failure]
    lost = [call.why_not for record in records.values() for call in record.calls if not call.understood]
    return Case("the gateway is sound", ok=not broken and not lost, detail="; ".join([*broken, *lost])[:400])


def show(client: Client, run: Run, table: Table, console: Console, *, all_cases: bool) -> None:
    """One row of the table; failures at once, below each other."""
    versions = "\n".join(f"{name} {version}" for name, version in client.versions.items())
    counts = [str(run.count(ok)) for ok in (True, False, None)]
    what = ", ".join(case.name.replace("_", " ") for case in run.cases)
    table.add_row(client.name, versions, *counts, what)
    words = {True: "passed", False: "FAILED", None: "not served"}
    for case in run.cases:
        if all_cases or not case.ok:
            console.print(f"{client.name}: {case.name}: {words[case.ok]}: {case.detail}", markup=False)
    if run.count(ok=False) and run.stderr:
        log = client.folder.with_suffix(".log")
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(run.stderr, encoding="utf-8")
        console.print(
            f"{client.name}: see {log.relative_to(Path.cwd()) if log.is_relative_to(Path.cwd()) else log}",
            markup=False,
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code."""
    chosen = _choose(arguments)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 140)
    progress = Console(stderr=True, highlight=False)
    table = Table("client", "versions", "passed", "failed", "not served", "cases")
    runs: list[Run] = []
    missing = 0
    with open_stand() as stand:
        for number, client in enumerate(chosen.clients, start=1):
            progress.print(f"{number} of {len(chosen.clients)}: {client.name}", style="dim")
            try:
                (upgrade if chosen.upgrade else make)(client)
            except EnvironmentFailure as error:
                missing += 1
                console.print(f"{client.name}: not run: {error}", markup=False)
                continue
            runs.append(run_program(client.program, client.python, stand))
            show(client, runs[-1], table, console, all_cases=chosen.cases)
    console.print(table)
    passed, failed, absent = (sum(run.count(ok) for run in runs) for ok in (True, False, None))
    console.print(f"{absent} not served, {missing} clients not run")
    console.print(f"{passed} passed, {failed} failed")
    return 1 if failed else 3 if missing else 0


def _choose(arguments: Sequence[str] | None) -> Any:
    parser = argparse.ArgumentParser(prog="conformance", description="Real clients against the gateway.")
    names = {client.name: client for client in CLIENTS}
    parser.add_argument("clients", nargs="*", metavar="NAME", help=", ".join(names))
    parser.add_argument("--upgrade", action="store_true", help="pin the newest versions, then run")
    parser.add_argument("--cases", action="store_true", help="show every case, not only those that failed")
    chosen = parser.parse_args(arguments)
    if unknown := set(chosen.clients) - names.keys():
        parser.error(f"no such client: {', '.join(sorted(unknown))}")
    chosen.clients = [names[name] for name in chosen.clients or names]
    return chosen


if __name__ == "__main__":
    sys.exit(main())
