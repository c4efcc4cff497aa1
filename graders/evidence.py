"""What a report shows, picked from a grade's folder and put in order; no statistic is made here.

Trials are counted and sorted; scores, intervals and probabilities are the grade's own and taken as
they stand. `None` is *not measured*, and its reason stands beside it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import BaseModel, ValidationError

from graders import history
from graders.difference import Changes, compare
from graders.example import Chosen, choose
from graders.grade import Grade, PartEnd, TrialEnd, read_grade, read_verdicts
from harness.errors import UsageError
from harness.gateway.admin_api import CallRecord
from harness.trial.record import TrialKey, TrialRecord, read_trials
from harness.workspace.submission import JOURNAL

Copy = Literal["reviewer", "candidate"]
Ended = Literal["success", "failure", "harm", "not measured"]
ENDED: tuple[Ended, ...] = ("success", "failure", "harm", "not measured")
CAPABILITIES = (
    "comfort with non-determinism",
    "eval design",
    "cost intuition",
    "prompt debugging",
    "recovery-mindedness",
)
"""What takehome's exercises measure, one each."""
OURS, STARTER = "submission", "starter"
RECORDS = "records"
SIGNAL = "signal.json"


@dataclass(frozen=True, slots=True)
class Level:
    """The score of one of the panel's works on the same scale; works of one level share its name."""

    name: str
    score: float


@dataclass(frozen=True, slots=True)
class Case:
    """One scenario: how each replay ended, of this work and of the starter, by epoch and replay."""

    id: str
    family: str
    ours: tuple[Ended, ...]
    starter: tuple[Ended, ...] = ()


@dataclass(frozen=True, slots=True)
class Weekend:
    """A trial of many tasks, task by task: of this work and of the starter on the same draws."""

    scenario: str
    family: str
    replay: int
    ours: tuple[PartEnd, ...]
    starter: tuple[PartEnd, ...] = ()


@dataclass(frozen=True, slots=True)
class Stratum:
    """One kind of scenario: trials of this work and how they ended."""

    name: str
    scenarios: int
    trials: int
    ended: dict[Ended, int]
    starter: dict[Ended, int]


@dataclass(frozen=True, slots=True)
class Pairs:
    """This work against the starter on the same draws, counted by who succeeded and by who did harm."""

    both: int = 0
    ours: int = 0
    starter: int = 0
    neither: int = 0
    harm_new: int = 0
    """Pairs in which only this work did harm."""
    harm_kept: int = 0
    harm_gone: int = 0
    """Pairs in which only the starter did harm."""

    @property
    def count(self) -> int:
        """All pairs of which both trials were measured."""
        return self.both + self.ours + self.starter + self.neither


@dataclass(frozen=True, slots=True)
class Failure:
    """A way to fail: trials, scenarios and families in which it happened, and trials with harm."""

    label: str
    trials: int
    scenarios: int
    families: int
    harm: int


class Failed(NamedTuple):
    """A trial of a single task that failed."""

    end: TrialEnd
    starter: Ended | None
    """How the starter ended on the same draws; `None` where it has no such trial."""


@dataclass(frozen=True, slots=True)
class Spend:
    """What one model's calls came to, over all trials of this work."""

    role: str
    calls: int
    failed: int
    """Calls that were answered with an error; they have no tokens and cost nothing."""
    tokens_in: int
    cached: int
    tokens_out: int
    usd: float


class Look(NamedTuple):
    """A trial worth reading, and why."""

    record: TrialRecord
    end: TrialEnd
    why: str
    starter: Ended | None = None
    """How the starter ended on the same draws."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All of one report."""

    grade: Grade
    copy: Copy = "reviewer"
    levels: tuple[Level, ...] = ()
    """Of the panel; the starter and the reference are the scale's own 0 and 100."""
    cases: tuple[Case, ...] = ()
    strata: tuple[Stratum, ...] = ()
    weekends: tuple[Weekend, ...] = ()
    pairs: Pairs = Pairs()
    failures: tuple[Failure, ...] = ()
    failed: tuple[Failed, ...] = ()
    """Trial by trial what `failures` counts; empty in the candidate's copy."""
    look: Look | None = None
    spent: tuple[Spend, ...] = ()
    refused: int = 0
    """Requests that came after a trial's budget was spent."""
    crashed: int = 0
    """Trials in which the program ended with an error, or not by itself."""
    changes: Changes = field(default_factory=Changes)
    journal: history.Journal = field(default_factory=history.Journal)


class _Member(BaseModel):
    """What a report needs of one member of the panel in `signal --json`."""

    level: str
    score: float | None


class _Signal(BaseModel):
    panel: tuple[_Member, ...] = ()


def load(folder: Path) -> Evidence:
    """The evidence in a grade's folder; `signal.json`, where one was put there, gives the panel.

    Raises `UsageError` when there is no finished grade.
    """
    grade = read_grade(folder)
    works = read_verdicts(folder).works
    ends = works.get(OURS, ())
    base = works.get(STARTER, ())
    # A trial of many tasks is neither a success nor a failure: its tasks stand by themselves.
    many = {end.scenario for end in (*ends, *base) if end.parts}
    single, base_single = ([end for end in each if end.scenario not in many] for each in (ends, base))
    look, spent, refused, crashed = _records(folder, ends, choose(single))
    if look is not None:
        look = look._replace(starter={_key(end): _ended(end) for end in base_single}.get(look.record.key))
    return Evidence(
        grade=grade,
        levels=_levels(folder / SIGNAL),
        cases=_cases(single, base_single),
        strata=_strata(single, base_single),
        weekends=_weekends(ends, base),
        pairs=_pairs(single, base_single),
        failures=_failures(single),
        failed=_failed(single, base_single),
        look=look,
        spent=spent,
        refused=refused,
        crashed=crashed,
        changes=compare(_folder(folder / "starter"), _folder(folder / "submission" / "work")),
        journal=history.read(folder / "submission" / JOURNAL),
    )


def _levels(path: Path) -> tuple[Level, ...]:
    """Scores of the panel's members by their level, the best level first."""
    if not path.is_file():
        return ()
    try:
        signal = _Signal.model_validate_json(path.read_bytes())
    except ValidationError:
        raise UsageError(
            f"`{path}` is not what `takehome signal --json` prints", hint="take it away, or write it anew"
        ) from None
    levels = [Level(f"Panel: {each.level}", each.score) for each in signal.panel if each.score is not None]
    best: dict[str, float] = {}
    for level in levels:
        best[level.name] = max(level.score, best.get(level.name, level.score))
    return tuple(sorted(levels, key=lambda level: (-best[level.name], level.name, -level.score)))


def _folder(path: Path) -> Path | None:
    return path if path.is_dir() else None


def _ended(end: TrialEnd) -> Ended:
    if end.success is None:
        return "not measured"
    return "harm" if end.harm else "success" if end.success else "failure"


def _cases(ours: Iterable[TrialEnd], starter: Iterable[TrialEnd]) -> tuple[Case, ...]:
    """By family, families and scenarios in the order of their names."""
    family: dict[str, str] = {}
    found: dict[str, list[Ended]] = defaultdict(list)
    other: dict[str, list[Ended]] = defaultdict(list)
    for ends, into in ((ours, found), (starter, other)):
        for end in sorted(ends, key=lambda end: (end.family, end.scenario, end.epoch, end.replay)):
            family.setdefault(end.scenario, end.family)
            into[end.scenario].append(_ended(end))
    names = sorted(found, key=lambda name: (family[name], name))
    return tuple(Case(name, family[name], tuple(found[name]), tuple(other[name])) for name in names)


def _strata(ours: Sequence[TrialEnd], starter: Sequence[TrialEnd]) -> tuple[Stratum, ...]:
    """In the order of their names; none where the bank has only one."""

    def ended(ends: Sequence[TrialEnd], name: str) -> dict[Ended, int]:
        counts = Counter(_ended(end) for end in ends if end.stratum == name)
        return {kind: counts[kind] for kind in ENDED}

    names = sorted({end.stratum for end in ours})
    if len(names) < 2:
        return ()
    return tuple(
        Stratum(
            name,
            len({end.scenario for end in ours if end.stratum == name}),
            sum(end.stratum == name for end in ours),
            ended(ours, name),
            ended(starter, name),
        )
        for name in names
    )


def _weekends(ours: Iterable[TrialEnd], starter: Iterable[TrialEnd]) -> tuple[Weekend, ...]:
    base = {_key(end): end.parts for end in starter}
    found = [
        Weekend(end.scenario, end.family, end.replay, end.parts, base.get(_key(end), ()))
        for end in ours
        if end.parts
    ]
    return tuple(sorted(found, key=lambda weekend: (weekend.scenario, weekend.replay)))


def _key(end: TrialEnd) -> TrialKey:
    return TrialKey(end.scenario, end.replay, end.epoch)


def _pairs(ours: Iterable[TrialEnd], starter: Iterable[TrialEnd]) -> Pairs:
    base = {_key(end): end for end in starter}
    pairs = [(end, base[_key(end)]) for end in ours if _key(end) in base]
    both = Counter((end.success, other.success) for end, other in pairs)
    harm = Counter((end.harm, other.harm) for end, other in pairs)
    return Pairs(
        both[True, True], both[True, False], both[False, True], both[False, False],
        harm_new=harm[True, False], harm_kept=harm[True, True], harm_gone=harm[False, True],
    )  # fmt: skip


def _bad(end: TrialEnd) -> bool:
    return end.success is False or end.harm is True


def _failed(ours: Iterable[TrialEnd], starter: Iterable[TrialEnd]) -> tuple[Failed, ...]:
    """Those that did harm first, then by name."""
    base = {_key(end): _ended(end) for end in starter}
    bad = sorted(filter(_bad, ours), key=lambda end: (not end.harm, end.scenario, end.epoch, end.replay))
    return tuple(Failed(end, base.get(_key(end))) for end in bad)


def _failures(ends: Iterable[TrialEnd]) -> tuple[Failure, ...]:
    """Those with most harm first, then the most frequent, then by name."""
    groups: dict[str, list[TrialEnd]] = defaultdict(list)
    for end in filter(_bad, ends):
        groups[end.label].append(end)
    found = [
        Failure(
            label,
            len(group),
            len({end.scenario for end in group}),
            len({end.family for end in group}),
            sum(end.harm is True for end in group),
        )
        for label, group in groups.items()
    ]
    return tuple(sorted(found, key=lambda failure: (-failure.harm, -failure.trials, failure.label)))


def _records(
    folder: Path, ends: Sequence[TrialEnd], chosen: Chosen | None
) -> tuple[Look | None, tuple[Spend, ...], int, int]:
    """One pass over the trials: the one to look at, what each model cost, what was turned away, crashes."""
    path = folder / RECORDS / f"{OURS}.trials.jsonl.gz"
    look: Look | None = None
    spent: dict[str, list[CallRecord]] = defaultdict(list)
    refused = crashed = 0
    scored = {_key(end) for end in ends}
    for record in read_trials(path) if path.is_file() else ():
        if record.key not in scored:
            continue
        refused += record.gateway.refused
        crashed += record.process.ended != "exited" or record.process.exit_code != 0
        for call in record.gateway.calls:
            spent[call.role or call.model or "none that was named"].append(call)
        if chosen is not None and record.key == _key(chosen.end):
            look = Look(record, chosen.end, chosen.why)
    table = [_spend(role, calls) for role, calls in spent.items()]
    return look, tuple(sorted(table, key=lambda spend: (-spend.usd, spend.role))), refused, crashed


def _spend(role: str, calls: Sequence[CallRecord]) -> Spend:
    charges = [call.charge for call in calls]
    return Spend(
        role,
        len(calls),
        sum(call.status >= 400 for call in calls),
        sum(charge.input for charge in charges),
        sum(charge.cache_read for charge in charges),
        sum(charge.output for charge in charges),
        sum(charge.usd for charge in charges),
    )
