"""What each change to the starter is worth alone and with others, from the panel's kept vectors.

`python -m tests.exercises.flaky_agent_trace.changes_table` prints it as Markdown, for the reviewer's
notes. A gain is in points of success, production at 0.6 and stress at 0.4 as the rubric weighs them; the
share is of what the reference gains. Where all parts of a composition were measured alone, the sum of
their gains stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import fmean, stdev
from typing import NamedTuple

from graders import vectors
from graders.compositions import load
from graders.measure.trial import Trial
from graders.vault_files import open_vault
from harness.exercise.registry import find_exercise

SHARES = {"production": 0.6, "stress": 0.4}


class Cell(NamedTuple):
    """How one trial ended."""

    stratum: str
    family: str
    success: float
    harm: float


Cells = dict[tuple[str, int, int], Cell]
"""By scenario, replay and epoch."""


def cells(trials: Sequence[Trial]) -> Cells:
    """The trials of single tickets that were measured."""
    return {
        (t.scenario, t.replay, t.epoch): Cell(t.stratum, t.family, t.verdict.success, t.verdict.harm)
        for t in trials
        if t.verdict is not None and t.stratum in SHARES
    }


def mean(found: Cells, stratum: str, field: str) -> float:
    """The share of `success` or `harm` in a stratum."""
    return fmean(float(getattr(cell, field)) for cell in found.values() if cell.stratum == stratum)


def gain(ours: Cells, starter: Cells) -> tuple[float, float]:
    """The weighted gain of success over the starter, and its standard error over families."""
    both = ours.keys() & starter.keys()
    sizes = {name: sum(starter[key].stratum == name for key in both) for name in SHARES}
    families: dict[str, float] = {}
    for key in both:
        stratum, family = starter[key].stratum, starter[key].family
        moved = SHARES[stratum] / sizes[stratum] * (ours[key].success - starter[key].success)
        families[family] = families.get(family, 0.0) + moved
    return sum(families.values()), stdev(families.values()) * len(families) ** 0.5


def rows() -> Iterator[str]:
    """The table's lines."""
    exercise = find_exercise("flaky_agent_trace")
    vault = open_vault(None, exercise)
    made = load(vault.panel)
    _, kept = vectors.load(vault.folder, vault.members)
    found: dict[str, Cells] = {}
    for name, vector in kept.items():
        found[name] = {}
        for graded in vector.gradings:
            found[name] |= cells(vectors.trials(graded.works["submission"]))
    starter = found["starter"]
    whole = gain(found["reference"], starter)[0]
    gains = {name: gain(each, starter) for name, each in found.items()}
    alone = {c.changes[0]: gains[c.id][0] for c in made.composition if len(c.changes) == 1 and c.id in gains}
    yield f"The reference gains {100 * whole:.1f} points; {len(found)} members, {len(starter)} trials each."
    yield ""
    yield "| member | changes | production | stress | harm | gain | share | parts alone |"
    yield "|---|---|---|---|---|---|---|---|"
    for name in sorted(found, key=lambda name: gains[name][0]):
        composition = made.of(name)
        changes = composition.changes if composition else ()
        known = len(changes) > 1 and all(change in alone for change in changes)
        parts = f"{100 * sum(alone[change] for change in changes):+.1f}" if known else ""
        harm = sum(share * mean(found[name], stratum, "harm") for stratum, share in SHARES.items())
        ends = [f"{mean(found[name], stratum, 'success'):.3f}" for stratum in SHARES]
        value = f"{100 * gains[name][0]:+.1f} ± {100 * gains[name][1]:.1f}"
        share = f"{gains[name][0] / whole:.0%}"
        yield f"| {' | '.join([name, ', '.join(changes), *ends, f'{harm:.3f}', value, share, parts])} |"


def main() -> None:
    """Print the table."""
    for row in rows():
        print(row)  # noqa: T201


if __name__ == "__main__":
    main()
