"""`takehome trace`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from harness.exercise.registry import Exercise
    from harness.trial.record import TrialRecord
    from harness.workspace.practice import Judged


def run(
    trial: Annotated[str, typer.Argument(help="SCENARIO:REPLAY, or SCENARIO for its first trial.")] = "",
    *,
    otlp: Annotated[
        Path | None, typer.Option(help="Write the trial, or all of them, as OpenTelemetry JSON here.")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Write the trial as one HTML page here.")] = None,
    work: Annotated[str, typer.Option(help="Trials of the work with this digest, not of the newest.")] = "",
    full: Annotated[bool, typer.Option("--full", help="Messages at full length.")] = False,
    json: Annotated[bool, typer.Option("--json", help="The record, or the list, as JSON.")] = False,
) -> int:
    """Look at one trial, call by call; without a name, list the newest run's trials.

    With `--otlp` and no trial, the path is a folder, and every trial gets a file.
    """
    from json import dumps

    from harness.cli.output import console, messages, print_json
    from harness.errors import UsageError
    from harness.trace import otlp as telemetry
    from harness.trace.html import page
    from harness.trace.terminal import lines
    from harness.trial.record import read_trials
    from harness.workspace import practice
    from harness.workspace.folder import find_workspace

    workspace = find_workspace()
    store = practice.newest_store(workspace, work or None)
    if store is None:
        raise UsageError("there are no trials yet", hint="`takehome run` makes some")
    records = list(read_trials(store))
    if trial:
        record = find(records, trial)
        if otlp is not None:
            _write(otlp, dumps(telemetry.trace(record, service=workspace.exercise.id), ensure_ascii=False))
        if html is not None:
            _write(html, page(record, verdict=_words(workspace.exercise, record)))
        if otlp is not None or html is not None:
            return 0
        if json:
            print_json(record.model_dump(mode="json", exclude={"gateway": {"calls": {"__all__": _DRAWN}}}))
        else:
            out = console()
            for line in lines(record, full=full, verdict=_words(workspace.exercise, record)):
                out.print(line, soft_wrap=True)
        return 0
    if otlp is not None:
        paths = telemetry.export(records, otlp, service=workspace.exercise.id)
        messages().print(f"{len(paths)} files written to `{otlp}`", markup=False)
        return 0
    judged = practice.judge(workspace.exercise, records)
    judged.sort(key=lambda item: (item.verdict.success, item.record.scenario, item.record.replay))
    if json:
        print_json([_summary(item) for item in judged])
    else:
        console().print(trial_table(judged))
    return 0


def _words(exercise: Exercise, record: TrialRecord) -> str:
    """The verdict, as practice may see it."""
    from harness.workspace.practice import judge

    (item,) = judge(exercise, [record])
    verdict = item.verdict
    detail = f": {verdict.detail}" if verdict.detail else ""
    harm = ", harm was done" if verdict.harm else ""
    return f"{'success' if verdict.success else 'failure'}, {verdict.label}{harm}{detail}"


_DRAWN = {"modes", "draws"}
"""What the simulated model drew: the cause that the candidate is to find."""


def find(records: Sequence[TrialRecord], name: str) -> TrialRecord:
    """The trial of that name. Raises `UsageError`."""
    from harness.errors import UsageError

    scenario, _, replay = name.partition(":")
    for record in sorted(records, key=lambda record: record.key):
        if record.scenario == scenario and replay in {"", str(record.replay)}:
            return record
    raise UsageError(
        f"there is no trial `{name}` in the newest run", hint="`takehome trace` lists the trials"
    )


def _write(path: Path, text: str) -> None:
    from harness.errors import EnvironmentFailure

    try:
        path.write_bytes(text.encode("utf-8", "replace") + b"\n")
    except OSError as error:
        raise EnvironmentFailure(f"`{path}` could not be written: {error.strerror}") from error


def _summary(item: Judged) -> dict[str, object]:
    return {
        "trial": item.name,
        "family": item.record.family,
        "success": item.verdict.success,
        "harm": item.verdict.harm,
        "label": item.verdict.label,
        "detail": item.verdict.detail,
        "ended": item.record.process.ended,
        "exit_code": item.record.process.exit_code,
        "calls": len(item.record.gateway.calls),
        "not_understood": item.unclear,
        "faults": _faults(item),
        "usd": item.usd,
    }


def _faults(item: Judged) -> int:
    gateway = item.record.gateway
    calls = sum(call.fault is not None for call in gateway.calls)
    return calls + sum(tool.fault is not None for tool in gateway.tools)


def trial_table(judged: Sequence[Judged]) -> Table:
    """One line a trial."""
    from rich.table import Table

    from harness.cli.figures import dollars
    from harness.cli.output import harmless

    table = Table(box=None, pad_edge=False)
    for title in ("trial", "verdict", "harm", "ended"):
        table.add_column(title, no_wrap=True)
    for title in ("calls", "faults", "unclear", "$"):
        table.add_column(title, justify="right")
    table.add_column("detail")
    for item in judged:
        process = item.record.process
        code = f" {process.exit_code}" if process.exit_code else ""
        table.add_row(
            item.name,
            item.verdict.label if not item.verdict.success else "ok",
            "harm" if item.verdict.harm else "",
            process.ended.replace("_", " ") + code,
            str(len(item.record.gateway.calls)),
            str(_faults(item)),
            str(item.unclear),
            dollars(item.usd),
            harmless(item.verdict.detail[:80]),
            style="" if item.verdict.success else "bold",
        )
    return table
