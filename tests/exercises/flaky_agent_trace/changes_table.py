"""What each change to the starter is worth alone and with others, from the panel's kept vectors.

`python -m tests.exercises.flaky_agent_trace.changes_table` prints it as Markdown, for the reviewer's
notes. A gain is in points of success over single tickets against the starter on the same seeds, strata
weighed as the rubric has them, with its standard error over families; the share is of what the reference
gains. Where all parts of a composition were measured alone, the sum of their gains stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from graders import vectors
from graders.compositions import load
from graders.measure.rates import against, harm_rate, success_rate
from graders.measure.strata import weigh
from graders.measure.trial import Trial, part
from graders.statistics.paired import Difference
from graders.vault_files import Vault, open_vault
from harness.exercise.registry import find_exercise


class Graded(NamedTuple):
    """A member's trials of single tickets, strata weighed, and the starter's of the same seeds."""

    ours: Sequence[Trial]
    starter: Sequence[Trial]


def graded(vault: Vault) -> dict[str, Graded]:
    """Every member of the panel that has a vector."""
    shared, kept = vectors.load(vault.folder, vault.members)
    strata = vault.rubric.strata

    def trials(works: Iterator[vectors.Table]) -> Sequence[Trial]:
        found = [trial for work in works for trial in vectors.trials(work)]
        return weigh(part(found, lambda trial: trial.stratum in strata), strata)

    return {
        name: Graded(
            trials(each.works["submission"] for each in vector.gradings),
            trials(shared.works[vectors.anchor("starter", each.against)] for each in vector.gradings),
        )
        for name, vector in kept.items()
    }


def gain(ours: Sequence[Trial], starter: Sequence[Trial]) -> Difference:
    """The paired gain of success over the starter."""
    found = against(ours, starter, lambda trial: None if trial.verdict is None else trial.verdict.success)
    assert found is not None
    return found


def of_stratum(trials: Sequence[Trial], stratum: str) -> Sequence[Trial]:
    """The trials of one stratum."""
    return part(trials, lambda trial: trial.stratum == stratum)


def told(value: float | None) -> str:
    """A rate to three places."""
    return "" if value is None else f"{value:.3f}"


def rows() -> Iterator[str]:
    """The table's lines."""
    vault = open_vault(None, find_exercise("flaky_agent_trace"))
    strata = vault.rubric.strata
    made = load(vault.panel)
    found = graded(vault)
    gains = {name: gain(*each) for name, each in found.items()}
    whole = gains["reference"].value
    alone = {
        c.changes[0]: gains[c.id].value for c in made.composition if len(c.changes) == 1 and c.id in gains
    }
    each = len(found["starter"].ours)
    yield f"The reference gains {100 * whole:.1f} points; {len(found)} members, {each} trials each."
    yield ""
    yield f"| member | changes | {' | '.join(strata)} | harm | gain | share | parts alone |"
    yield f"|---|---|{'---|' * len(strata)}---|---|---|---|"
    for name in sorted(found, key=lambda name: gains[name].value):
        composition = made.of(name)
        changes = composition.changes if composition else ()
        known = len(changes) > 1 and all(change in alone for change in changes)
        parts = f"{100 * sum(alone[change] for change in changes):+.1f}" if known else ""
        ends = [told(success_rate(of_stratum(found[name].ours, stratum)).value) for stratum in strata]
        value = f"{100 * gains[name].value:+.1f} ± {100 * gains[name].se:.1f}"
        cells = [name, ", ".join(changes), *ends, told(harm_rate(found[name].ours).value), value]
        yield f"| {' | '.join([*cells, f'{gains[name].value / whole:.0%}', parts])} |"


def main() -> None:
    """Print the table."""
    for row in rows():
        print(row)  # noqa: T201


if __name__ == "__main__":
    main()
