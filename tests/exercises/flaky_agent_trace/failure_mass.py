"""Where the starter's failures lie: by label, by what mends them, and on production alone.

`python -m tests.exercises.flaky_agent_trace.failure_mass` prints it as Markdown, for the reviewer's notes.
Trials of single tickets from the panel's kept vectors, weighed as the rubric has them; a failure is mended
by a work that ends the same trial, on the same draws, well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from graders.compositions import load
from graders.measure.trial import Trial
from graders.statistics.paired import Difference
from graders.vault_files import open_vault
from harness.exercise.registry import find_exercise
from tests.exercises.flaky_agent_trace.changes_table import gain, graded, of_stratum

IN_CODE = (
    "refund-key", "results-by-id", "errors-shown", "whole-mail", "whole-history", "model-retry",
    "whole-answers", "tool-retry", "whole-results", "amount-check", "one-call-at-a-time",
    "defer-outages", "desk-when-stuck",
)  # fmt: skip
"""Changes that a reader of the starter's code can come upon without having run it."""
TOGETHER = "c-32"
"""The composition of those that gain."""
STRONG = (
    "reference", "good_repair", "extract_then_decide", "blind_one", "blind_two", "blind_three", "blind_four",
    "blind_five", "blind_six", "blind_seven",
)  # fmt: skip
_TELLING = 0.15
"""Changes that bring so much of the reference's gain on production are listed."""

Key = tuple[str, int, int]


def _met(trial: Trial) -> Key:
    return trial.scenario, trial.epoch, trial.replay


def _well(trials: Iterable[Trial]) -> set[Key]:
    return {_met(trial) for trial in trials if trial.verdict is not None and trial.verdict.success}


def rows() -> Iterator[str]:
    """The lines."""
    vault = open_vault(None, find_exercise("flaky_agent_trace"))
    made = load(vault.panel)
    members = graded(vault)
    found = {name: each.ours for name, each in members.items()}
    single = {c.changes[0]: c.id for c in made.composition if len(c.changes) == 1 and c.id in found}
    failed = [t for t in found["starter"] if t.verdict is not None and not t.verdict.success]
    mass = sum(trial.weight for trial in failed)

    def share(mended: set[Key]) -> str:
        return f"{sum(t.weight for t in failed if _met(t) in mended) / mass:.0%}"

    yield (
        f"Of {len(found['starter'])} trials of the starter {len(failed)} fail: "
        + ", ".join(
            f"{label.replace('_', ' ')} {count}"
            for label, count in Counter(t.verdict.label for t in failed if t.verdict).most_common()
        )
        + "."
    )
    yield ""
    yield "| share of the starter's failures, by weight | |"
    yield "|---|---|"
    yield f"| mended by all repairs of the code together (`{TOGETHER}`) | {share(_well(found[TOGETHER]))} |"
    code = [single[change] for change in IN_CODE if change in single]
    every = set().union(*(_well(found[name]) for name in [*code, TOGETHER]))
    yield f"| mended by any of them, alone or together | {share(every)} |"
    draws = set(map(_met, found["starter"]))
    best = [name for name in STRONG if name in found and draws >= set(map(_met, found[name]))]
    counts = Counter(key for name in best for key in _well(found[name]))
    most = share(_at_least(counts, len(best) / 2))
    yield f"| mended by at least half of the {len(best)} strong works | {most} |"
    yield f"| mended by some strong work | {share(_at_least(counts, 1))} |"
    yield ""

    def on_production(name: str) -> Difference:
        return gain(*(of_stratum(trials, "production") for trials in members[name]))

    whole = on_production("reference")
    alone = {change: on_production(name) for change, name in single.items()}
    told = sorted(alone.items(), key=lambda each: -each[1].value)
    said = ", ".join(
        f"`{change}` {each.value / whole.value:.0%} ({100 * each.value:+.1f} ± {100 * each.se:.1f})"
        for change, each in told
        if each.value > _TELLING * whole.value
    )
    gained = f"{100 * whole.value:.1f} ± {100 * whole.se:.1f} points"
    yield f"On production alone the reference gains {gained}; of that: {said}."


def _at_least(counts: Counter[Key], fewest: float) -> set[Key]:
    return {key for key, count in counts.items() if count >= fewest}


def main() -> None:
    """Print it."""
    for row in rows():
        print(row)  # noqa: T201


if __name__ == "__main__":
    main()
