"""`takehome try`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, get_args

import typer

from harness.cli.runtime import RuntimeName

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.workspace.claims import Metric
    from harness.workspace.experiment import Seen
    from harness.workspace.tried import Tried


def run(
    hypothesis: Annotated[str, typer.Argument(help="Why the change should help, in a sentence.")],
    *,
    expect: Annotated[
        str,
        typer.Option(
            help="Your prediction, an 80 % interval of the change: -0.25..-0.10; "
            "for usd_per_task in dollars: -0.002..-0.001usd."
        ),
    ] = "",
    metric: Annotated[str, typer.Option(help="failure_rate, harm_rate or usd_per_task.")] = "failure_rate",
    trials: Annotated[int, typer.Option(min=1, help="Pairs of each scenario.")] = 2,
    first: Annotated[
        int, typer.Option(min=0, help="Number of the first pair: other numbers, other luck.")
    ] = 0,
    scenario: Annotated[
        list[str] | None, typer.Option(help="Only this scenario or family; may be repeated.")
    ] = None,
    against: Annotated[str, typer.Option(help="The commit to compare with.")] = "HEAD",
    jobs: Annotated[int | None, typer.Option(min=1, help="Trials at once; by default one a core.")] = None,
    sandbox: Annotated[str, typer.Option(help="auto, docker or process.")] = "auto",
    runtime: RuntimeName = None,
    json: Annotated[bool, typer.Option("--json", help="The result as JSON on stdout.")] = False,
) -> int:
    """Measure the change in your folder against the last commit.

    Both sides run on the same practice scenarios with the same luck, so a small difference shows
    soon. A prediction made before (`--expect`) is what becomes a claim when you keep the change.
    """
    from harness.cli.output import console, messages, print_json
    from harness.cli.trials import TrialProgress, practice_session
    from harness.workspace import practice
    from harness.workspace.experiment import try_change
    from harness.workspace.folder import find_workspace
    from harness.workspace.luck import worn
    from harness.workspace.tried import Plan, parse_expect

    chosen = _metric(metric)
    workspace = find_workspace()
    exercise = workspace.exercise
    plan = Plan(
        hypothesis=hypothesis,
        metric=chosen,
        expect=parse_expect(expect, chosen) if expect else None,
        trials=trials,
        first=first,
        only=tuple(scenario or ()),
        against=against,
    )
    pairs = len(practice.keys(exercise, 1, plan.only))
    with TrialProgress(2 * pairs * trials) as progress:

        def seen(latest: Seen, rounds: int) -> None:
            progress.reached(2 * latest.tried.pairs)
            if rounds < trials:
                progress.say(short(latest.tried))

        latest = try_change(
            workspace,
            plan,
            open_runner=lambda: practice_session(exercise, sandbox, jobs, runtime=runtime),
            progress=progress.note,
            seen=seen,
        )
    if often := worn(workspace, latest.tried):
        messages().print(
            f"these trials were used for tries of {often.changes} changes; "
            f"`--first {often.fresh}` gives fresh luck",
            markup=False,
            soft_wrap=True,
        )
    if json:
        print_json(latest.as_json())
        return 0
    out = console()
    for line in report(latest):
        out.print(line, markup=False, soft_wrap=True)
    return 0


def _metric(name: str) -> Metric:
    from harness.errors import UsageError
    from harness.workspace.claims import Metric

    for known in get_args(Metric):
        if known == name:
            found: Metric = known
            return found
    raise UsageError(f"there is no metric `{name}`", hint="one of " + ", ".join(get_args(Metric)))


def short(tried: Tried) -> str:
    """The difference so far, in a line."""
    from harness.cli.figures import signed, span

    ends = tried.interval_95
    if tried.differing == 0:
        interval = "no pair differed"
    else:
        interval = span(ends.low, ends.high, tried.metric) if ends else "no interval"
    return f"after {tried.pairs} pairs: {signed(tried.difference, tried.metric)} ({interval})"


def report(latest: Seen) -> Iterator[str]:
    """The result of an experiment, line by line."""
    from harness.cli.figures import signed, span

    tried = latest.tried
    metric = tried.metric
    kept, changed = _level(tried.baseline_value, metric), _level(tried.change_value, metric)
    yield f"{metric}: {kept} kept, {changed} changed"
    yield f"difference: {signed(tried.difference, metric)}"
    if tried.differing == 0:
        yield from _none_differed(tried)
    elif tried.interval_95 is None:
        alone = "one scenario says nothing of others"
        yield f"no interval: {alone if tried.scenarios == 1 else 'all scenarios moved alike'}"
    else:
        yield (
            f"95 % interval: {span(tried.interval_95.low, tried.interval_95.high, metric)}"
            f"  ({tried.pairs} pairs, {tried.scenarios} scenarios, {tried.clusters} clusters)"
        )
        if (claimed := tried.interval_80) is not None:
            yield f"80 % interval: {span(claimed.low, claimed.high, metric)}  (as claims state it)"
    if tried.detectable is None:
        if tried.differing != 0:
            yield "power: unknown, all scenarios moved alike"
    else:
        yield f"a true difference of {signed(tried.detectable, metric).lstrip('+')} would show 4 times in 5"
    if tried.expected is not None:
        yield f"expected: {span(tried.expected.low, tried.expected.high, metric)}: {tried.outcome}"
        if tried.power is not None and tried.power < 0.8 and tried.pairs_needed:
            yield (
                f"power to see what you expect: {100 * tried.power:.0f} %; for 80 % about "
                f"{tried.pairs_needed} pairs are needed, more if they repeat the same scenarios"
            )
    for row in (latest.baseline, latest.change):
        if row.unmeasured:
            yield f"{row.name}: {row.unmeasured} trials would not be measured (too much not understood)"
    yield "`takehome keep` commits the change, `takehome drop` goes back"


def _none_differed(tried: Tried) -> Iterator[str]:
    """What may still be said where both sides fared alike in every pair."""
    from harness.cli.figures import signed

    yield f"no pair differed  ({tried.pairs} pairs, {tried.scenarios} scenarios, {tried.clusters} clusters)"
    if tried.unseen is not None and tried.unseen <= 0.5:
        most = signed(tried.unseen, tried.metric).lstrip("+")
        yield f"a difference of up to {most}, up or down, could still have been missed"
    elif tried.scenarios == 1:
        yield "one scenario says nothing of others"
    elif tried.unseen is not None:
        yield f"{tried.scenarios} scenarios are too few to tell: half of all others could differ unseen"
    else:
        yield "how much others could differ is not known"


def _level(value: float, metric: str) -> str:
    from harness.cli.figures import dollars, percent

    return f"{dollars(value)} $" if metric == "usd_per_task" else percent(value)
