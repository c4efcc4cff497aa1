"""Rows of a benchmark: what `build/bench/NAME.json` holds, and a table of them."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

OUT = Path("build/bench")
WIDTH = 120
"""Of a table that goes into a file."""


class Row(NamedTuple):
    """One figure. Our own have the subject `takehome`."""

    case: str
    subject: str
    metric: str
    value: float
    unit: str
    runs: int


def write(name: str, rows: Sequence[Row]) -> Path:
    """Write `build/bench/NAME.json` and return its path."""
    OUT.mkdir(parents=True, exist_ok=True)
    path = OUT / f"{name}.json"
    path.write_text(json.dumps([row._asdict() for row in rows], indent=1) + "\n", encoding="utf-8")
    return path


def show(title: str, rows: Sequence[Row]) -> None:
    """A table: cases and subjects down, metrics across."""
    if not rows:
        return
    metrics = list(dict.fromkeys(row.metric for row in rows))
    table = Table(title=title, title_justify="left")
    for head in ("case", "subject", "runs", *metrics):
        table.add_column(head, justify="left" if head in {"case", "subject"} else "right")
    values = {(row.case, row.subject, row.metric): row.value for row in rows}
    for case, subject, runs in dict.fromkeys((row.case, row.subject, row.runs) for row in rows):
        found = [values.get((case, subject, metric)) for metric in metrics]
        shown = ["" if value is None else f"{value:.3f}" for value in found]
        table.add_row(case, subject, str(runs), *shown)
    Console(width=None if sys.stdout.isatty() else WIDTH).print(table)
