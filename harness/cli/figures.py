"""Numbers as people read them."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from harness.cli.output import harmless
from harness.exercise.parts import Verdict
from harness.workspace.practice import Row


def percent(value: float) -> str:
    """`12 %`; one digit more below 10 %."""
    number = 100 * value
    return f"{number:.0f} %" if abs(number) >= 10 or number == 0 else f"{number:.1f} %"


def signed(value: float, metric: str) -> str:
    """A change of a metric: percentage points, or dollars."""
    if metric == "usd_per_task":
        return f"{value:+.5f} $".replace("-", "−")
    return f"{100 * value:+.1f} points".replace("-", "−")


def span(low: float, high: float, metric: str) -> str:
    """An interval of a change."""
    return f"{signed(low, metric)} to {signed(high, metric)}"


def dollars(value: float) -> str:
    """Dollars, with digits that matter at a tenth of a cent."""
    return f"{value:.4f}"


def family_table(rows: list[Row], total: Row) -> Table:
    """Families and the sum of all."""
    table = Table(box=None, pad_edge=False)
    table.add_column("family", no_wrap=True)
    for title in ("ok", "95 % interval", "harm", "$/task", "not understood"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("failures")
    for row in rows:
        _add(table, row)
    table.add_section()
    _add(table, total, style="bold")
    return table


def print_parts(console: Console, name: str, verdict: Verdict) -> None:
    """A trial of many tasks in a line, and below it those that did not end well."""
    console.print(harmless(f"{name}: {verdict.detail}"))
    table = Table(box=None, pad_edge=False)
    table.add_column("hour", justify="right", no_wrap=True)
    for title in ("task", "end"):
        table.add_column(title, no_wrap=True)
    for part in verdict.parts:
        if part.success and not part.harm:
            continue
        end = f"{part.label} (harm)" if part.harm else part.label
        table.add_row(
            f"{part.hour:.1f}", harmless(part.task), harmless(end), style="red" if part.harm else "yellow"
        )
    if table.row_count:
        console.print(table)


def _add(table: Table, row: Row, style: str = "") -> None:
    table.add_row(
        harmless(row.name),
        f"{row.successes}/{row.trials}",
        f"{percent(row.low)} – {percent(row.high)}",
        str(row.harms),
        dollars(row.usd),
        percent(row.unclear / row.calls) if row.calls else "–",
        harmless(", ".join(f"{label} {count}" for label, count in row.labels[:3])),
        style=style,
    )
