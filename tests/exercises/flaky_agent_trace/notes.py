"""Write the panel's tables into the reviewer's notes: `python -m tests.exercises.flaky_agent_trace.notes`.

From the kept vectors, after `takehome signal flaky_agent_trace --keep`: whatever stands in `NOTES.md` between
`<!-- NAME -->` and `<!-- /NAME -->`.
"""

from __future__ import annotations

import re
import sys

from graders import vectors
from graders.cli.signal import reported
from graders.compositions import Compositions, load
from graders.measure.trial import Trial
from graders.report.signal import MET, NAMES
from graders.separation import Signal
from graders.vault_files import Vault, open_vault
from graders.vectors import Vector
from harness.exercise.registry import find_exercise
from tests.exercises.flaky_agent_trace import changes_table, failure_mass

ON_WEEKENDS = ("starter", "reference", "good_repair", "extract_then_decide", "reviewed_once", "blind_five")


def main() -> None:
    """Rewrite the file; names what it wrote."""
    exercise = find_exercise("flaky_agent_trace")
    vault = open_vault(None, exercise)
    shared, kept = vectors.load(vault.folder, vault.members)
    signal = reported(exercise, vault, shared, kept)[0]
    made = load(vault.panel)
    rows = {
        cells[0]: cells
        for row in changes_table.rows()
        if len(cells := split(row)) == 8 and cells[0] != "member"
    }
    sections = {
        "measured": [f"{len(kept)} of {len(vault.members)} members"],
        "mass": list(failure_mass.rows()),
        "alone": alone(rows, made),
        "together": together(rows, made),
        "named": named(rows, made, signal),
        "weekends": weekends(vault, kept),
        "figures": figures(signal),
    }
    path = vault.folder / "NOTES.md"
    text = path.read_text(encoding="utf-8")
    for name, lines in sections.items():
        between = re.compile(rf"(<!-- {name} -->)(\s).*?\s(<!-- /{name} -->)", re.DOTALL)
        text, count = between.subn(lambda m, lines=lines: m[1] + m[2] + "\n".join(lines) + m[2] + m[3], text)  # type: ignore[misc]
        sys.stdout.write(f"{name}: {len(lines)} lines in {count} places\n")
    path.write_text(text, encoding="utf-8")


def split(row: str) -> list[str]:
    """The cells of a table's line; none of any other."""
    return [cell.strip() for cell in row.strip().strip("|").split("|")] if row.startswith("| ") else []


def alone(rows: dict[str, list[str]], made: Compositions) -> list[str]:
    """Each change by itself, the least gain first: the rows come in that order."""
    single = {each.id: each.changes[0] for each in made.composition if len(each.changes) == 1}
    lines = [
        f"| `{single[name]}` | {' | '.join(cells[2:7])} |" for name, cells in rows.items() if name in single
    ]
    return ["| change | production | stress | harm | gain | share |", "|---|---|---|---|---|---|", *lines]


def together(rows: dict[str, list[str]], made: Compositions) -> list[str]:
    """The compositions of several."""
    lines = [
        f"| {each.id}{', held out' if each.held_out else ''} | {', '.join(each.changes)} | "
        f"{' | '.join(rows[each.id][2:])} |"
        for each in made.composition
        if len(each.changes) > 1 and each.id in rows
    ]
    head = "| | changes | production | stress | harm | gain | share | sum of the parts |"
    return [head, "|---|---|---|---|---|---|---|---|", *lines]


def named(rows: dict[str, list[str]], made: Compositions, signal: Signal) -> list[str]:
    """Works that are no compositions, with their scores."""
    scores = {row.id: row for row in signal.panel}
    lines = [
        "| work | production | stress | harm | gain | score ± rerun, and again |",
        "|---|---|---|---|---|---|",
    ]
    for name, cells in rows.items():
        if made.of(name) is not None:
            continue
        row = scores.get(name)
        known = row is not None and row.score is not None and row.again is not None
        told = f"{row.score:.1f} ± {row.sem_replay or 0:.1f}, {row.again:.1f}" if row and known else ""
        lines.append(f"| `{name}` | {' | '.join(cells[2:6])} | {told} |")
    return lines


def weekends(vault: Vault, kept: dict[str, Vector]) -> list[str]:
    """How the weekends of a few works ended, both gradings together."""

    def of(name: str) -> list[Trial]:
        return [t for graded in kept[name].gradings for t in vectors.trials(graded.works["submission"])]

    lines = ["| | harm | recovered | left to people | dollars |", "|---|---|---|---|---|"]
    for name in ON_WEEKENDS:
        if name not in kept:
            continue
        found = {each.id: each for each in vault.measure(of(name), of("starter"))}
        shares = [found[f"weekend_{what}"] for what in ("harm", "recovery", "left_to_people")]
        told = [f"{each.value:.1%} ({each.low:.1%} to {each.high:.1%})" for each in shares]
        lines.append(f"| `{name}` | {' | '.join(told)} | {found['weekend_usd_per_task'].value:.4f} |")
    return lines


def figures(signal: Signal) -> list[str]:
    """The signal report's figures."""
    lines = ["| figure | found (95 %) | target | |", "|---|---|---|---|"]
    for figure in signal.figures:
        value = "" if figure.value is None else f"{figure.value:.3g}"
        if figure.low is not None and figure.high is not None:
            value += f" ({figure.low:.2g} to {figure.high:.2g})"
        what = "; ".join(part for part in (NAMES.get(figure.id, figure.id), figure.detail) if part)
        lines.append(f"| {what} | {value} | {figure.target} | {MET[figure.met]} |")
    return lines


if __name__ == "__main__":
    main()
