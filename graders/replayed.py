"""A claim with our trials of it, and the paired differences that judging asks of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from graders.measure.rates import paired_units
from graders.measure.strata import weigh
from graders.measure.trial import Trial, settled, units
from graders.statistics import paired
from graders.statistics.units import Unit
from harness.workspace.claims import Claim

VALUES: dict[str, Callable[[Trial], float | None]] = {
    "failure_rate": lambda trial: None if trial.verdict is None else float(not trial.verdict.success),
    "harm_rate": lambda trial: None if trial.verdict is None else float(trial.verdict.harm),
    "usd_per_task": lambda trial: trial.usd,
}
"""A trial's value by the claims' metrics; all of them are better when lower."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """One claim with our trials of it, all of one fresh epoch."""

    claim: Claim
    base: Sequence[Trial] = ()
    variant: Sequence[Trial] = ()
    starter: Sequence[Trial] = ()
    """The starter on the same seeds; the base itself where that is the starter."""
    lines: frozenset[str] = frozenset()
    """The patch's changed lines, with their sign."""
    kept: float = 0.0
    """The share of them that stands in the submitted work."""
    why_not: str = ""
    whose: Literal["", "candidate", "grader"] = ""
    work: Sequence[Trial] = ()
    """The submitted work on the same seeds; may be left out where it is the base."""
    group: int = -1
    """Set by `grouped`; below 0 where not yet known."""
    known: dict[str, paired.Difference | None] = field(default_factory=dict, compare=False, repr=False)
    """Differences already taken of these very trials."""
    pairs: dict[str, list[Unit]] = field(default_factory=dict, compare=False, repr=False)
    """What those were taken of."""
    whole_of: tuple[Replayed, Place] | None = field(default=None, compare=False, repr=False)
    """For one with a single replay left out: of what, and which."""

    @property
    def submitted(self) -> Sequence[Trial]:
        """The work's trials."""
        return self.work or (self.base if self.claim.base == "work" else ())

    def only(self, keep: Callable[[Trial], bool]) -> Replayed:
        """The same with some trials left out; this very object where none is."""
        base, variant, work = ([t for t in each if keep(t)] for each in (self.base, self.variant, self.work))
        if (len(base), len(variant), len(work)) == (len(self.base), len(self.variant), len(self.work)):
            return self
        starter = base if self.starter is self.base else [trial for trial in self.starter if keep(trial)]
        return self._with(base, variant, starter, work)

    def without(self, place: Place) -> Replayed:
        """The same without one replay of one scenario, for a jackknife over replays.

        Its pairs are this one's but for one: taking all of them anew took minutes of a grading.
        """
        base, variant, work = (
            [t for t in each if (t.scenario, t.replay, t.epoch) != place]
            for each in (self.base, self.variant, self.work)
        )
        starter = base
        if self.starter is not self.base:
            starter = [t for t in self.starter if (t.scenario, t.replay, t.epoch) != place]
        return replace(self._with(base, variant, starter, work), whole_of=(self, place))

    def _with(
        self,
        base: Sequence[Trial],
        variant: Sequence[Trial],
        starter: Sequence[Trial],
        work: Sequence[Trial],
    ) -> Replayed:
        return replace(
            self, base=base, variant=variant, starter=starter, work=work, known={}, pairs={}, whole_of=None
        )

    def weighed(self, strata: Mapping[str, float]) -> Replayed:
        """The same with the strata's shares. Once: a family left out later hardly moves them."""
        base, variant, work = (weigh(each, strata) for each in (self.base, self.variant, self.work))
        starter = base if self.starter is self.base else weigh(self.starter, strata)
        return self._with(base, variant, starter, work)

    def difference(
        self,
        what: str,
        ours: tuple[Sequence[Trial], bool],
        theirs: tuple[Sequence[Trial], bool],
        metric: str,
    ) -> paired.Difference | None:
        """The paired difference of a metric, taken once; `what` names it.

        With each side goes how its trials that were not measured are settled (well: true). Where the
        starter's were not measured either, the pair is left out.
        """

        def taken() -> list[Unit]:
            lost = {met(trial) for trial in self.starter if trial.verdict is None}
            here, there = (
                settled([trial for trial in trials if met(trial) not in lost], well=well)
                for trials, well in (ours, theirs)
            )
            return paired_units(here, there, VALUES[metric])

        return self._known(what, taken, binary=metric != "usd_per_task")

    def _known(self, what: str, taken: Callable[[], list[Unit]], *, binary: bool) -> paired.Difference | None:
        """The difference of that name, taken once."""
        if what not in self.known:
            pairs = self._left_in(what)
            if pairs is None:
                pairs = taken()
            self.pairs[what] = pairs
            self.known[what] = paired.difference(pairs, binary=binary, bank="fixed") if pairs else None
        return self.known[what]

    def _left_in(self, what: str) -> list[Unit] | None:
        """The whole's pairs but for the one left out, where the whole has them."""
        if self.whole_of is None:
            return None
        whole, (scenario, replay, epoch) = self.whole_of
        pairs = whole.pairs.get(what)
        if pairs is None:
            return None
        found = []
        for unit in pairs:
            if unit.id == scenario:
                values = tuple(
                    value for value, at in zip(unit.values, unit.at, strict=True) if at != (epoch, replay)
                )
                at = tuple(at for at in unit.at if at != (epoch, replay))
                if values:
                    found.append(replace(unit, values=values, at=at))
            else:
                found.append(unit)
        return found

    def change(self) -> paired.Difference | None:
        """Variant minus base in the claim's metric, settled against the claim."""
        out = self.claim.base == "work"
        return self.difference("claim", (self.variant, out), (self.base, False), self.claim.metric)

    def whole(self) -> paired.Difference | None:
        """Starter minus work: what the work gains in the claim's metric on these seeds."""
        return self.difference("whole", (self.starter, True), (self.submitted, False), self.claim.metric)

    def noise(self) -> float:
        """The starter's own standard error in the claim's metric: no patch can raise it."""
        found = self._known("starter", lambda: units(self.starter, VALUES[self.claim.metric]), binary=True)
        return found.se if found is not None else 0.0


Place = tuple[str, int, int]
"""Scenario, replay, epoch: which draws a trial met."""


def met(trial: Trial) -> Place:
    """Which draws a trial met."""
    return trial.scenario, trial.replay, trial.epoch
