"""What a scoring came to, written as a grade; nothing is scored here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graders.compare import differences
from graders.grade import (
    Cost,
    Difference,
    FamilyRow,
    Finding,
    Grade,
    PartEnd,
    Scored,
    Shown,
    Simulator,
    Stopped,
    TrialEnd,
    Versions,
)
from graders.measure.measurement import Measurement
from graders.measure.strata import weigh
from graders.measure.trial import Trial
from graders.replay import Replay
from graders.rounds import settled, stand_of
from graders.rubric import Earned, anchors
from graders.score import Result, Works
from graders.vault_files import Vault
from harness.exercise.registry import Exercise
from harness.workspace.submission import Submission

STATISTICS = "4"
SCORING = "8"
MEASUREMENT = "3"
"""Versions of `graders.statistics`, of `graders.score` with `graders.claims`, of `graders.measure`:
one of them rises with every change that can change a figure."""


@dataclass(frozen=True, slots=True)
class Scoring:
    """All that a grade is written from."""

    done: Replay
    submission: Submission
    exercise: Exercise
    vault: Vault
    works: Works
    result: Result
    findings: tuple[Finding, ...]


def grade_of(scoring: Scoring) -> Grade:
    """The grade, ready to be written."""
    done, submission, exercise, vault = scoring.done, scoring.submission, scoring.exercise, scoring.vault
    works, result = scoring.works, scoring.result
    spec, bank = exercise.spec, vault.assessment.bank
    scored = {each.item.measurement for each in result.total.earned}
    return Grade(
        exercise=exercise.id,
        exercise_version=spec.version,
        title=spec.title,
        summary=spec.summary,
        timebox_minutes=spec.timebox_minutes,
        labels=spec.labels,
        capability=spec.capability,
        exercise_status=spec.status,
        assessment=vault.assessment.name,
        demonstration=vault.demonstration,
        submission_digest=submission.digest,
        work_digest=submission.work_digest,
        provenance="self-attested",
        card_provenance=done.card_provenance,
        sandbox=done.sandbox,
        rounds=done.rounds,
        stopped=Stopped(
            limit=done.limit,
            settled=settled(stand_of(result.score, result.recommendation), done.rounds, done.limit),
            saved=max(0, done.limit - done.rounds),
        ),
        seed_epoch=done.seed_epoch,
        trials=len(works.submission),
        scenarios=len(bank),
        families=len(bank.families),
        score=result.score,
        recommendation=result.recommendation,
        outcome=_outcome(result),
        process=(_process(vault, result, submission.claims_problem),),
        shown=_shown(result, scored),
        differences=_differences(works, vault.rubric.strata),
        strata=dict(vault.rubric.strata),
        by_family=_families(works, bank.families),
        claims=result.total.claimed.results,
        integrity=scoring.findings,
        simulator=Simulator(
            version=done.simulator,
            calls=sum(trial.calls for trial in works.submission),
            not_understood=sum(trial.not_understood for trial in works.submission),
            trials_not_measured=sum(trial.whose == "simulator" for trial in works.submission),
        ),
        cost=_cost(works.submission),
        starter_cost=_cost(works.starter),
        evidence=tuple(_evidence(works)),
        versions=Versions(
            rubric=vault.rubric.version,
            measurement=f"{MEASUREMENT}/{vault.measure_version}",
            statistics=STATISTICS,
            scoring=SCORING,
            simulator=done.simulator,
            card=vault.card_digest,
            exercise=exercise.digest,
            assessment=done.assessment_digest,
            vault=vault.digest,
            takehome=done.takehome,
            starter=done.starter_digest,
            reference=done.reference_digest,
        ),
    )


def _outcome(result: Result) -> tuple[Scored, ...]:
    by_id = {each.id: each for each in result.total.measurements}
    labels = {each.item.id: each.item.label or each.item.id for each in result.total.earned}
    rows = []
    for each in result.total.earned:
        found = by_id.get(each.item.measurement)
        if found is None:
            found = Measurement(
                id=each.item.measurement,
                value=None,
                n=0,
                unit="",
                why_not_measured=each.why or "nobody took it",
            )
        zero, full = _anchors(each)
        rows.append(
            Scored(
                **found.model_dump(),
                group="outcome",
                points=each.item.points,
                earned=each.points,
                normalised=each.normalised,
                starter=each.starter,
                reference=each.reference,
                zero=zero,
                full=full,
                label=each.item.label,
                gate=labels[each.item.gate] if each.item.gate else "",
                share=each.share,
            )
        )
    return tuple(rows)


def _anchors(each: Earned) -> tuple[float, float] | tuple[None, None]:
    if each.starter is None or each.reference is None:
        return None, None
    return anchors(each.item, each.starter, each.reference)


def _shown(result: Result, scored: Collection[str]) -> tuple[Shown, ...]:
    total = result.total
    starter, reference = (
        {each.id: each.value for each in found} for found in (total.starter, total.reference)
    )
    return tuple(
        Shown(**each.model_dump(), starter=starter.get(each.id), reference=reference.get(each.id))
        for each in total.measurements
        if each.id not in scored
    )


def _process(vault: Vault, result: Result, problem: str) -> Scored:
    claimed = result.total.claimed
    said = f"the claims cannot be read: {problem}" if problem else claimed.why
    return Scored(
        id="claims",
        value=claimed.points,
        n=sum(each.value is not None for each in claimed.results),
        unit="points",
        why_not_measured=(claimed.why or "not measured") if claimed.points is None else None,
        group="process",
        points=vault.rubric.claims.points,
        earned=claimed.points,
        label=said or "all claims together",
    )


def _differences(works: Works, strata: Mapping[str, float]) -> tuple[Difference, ...]:
    """From the starter, the strata weighed as in the score."""
    ours, starter = ([end_of(t) for t in weigh(each, strata)] for each in (works.submission, works.starter))
    return differences(ours, starter)


def _families(works: Works, names: Sequence[str]) -> tuple[FamilyRow, ...]:
    rows = []
    for name in names:
        ours, starter, reference = (
            [trial for trial in trials if trial.family == name]
            for trials in (works.submission, works.starter, works.reference)
        )
        rows.append(
            FamilyRow(
                family=name,
                scenarios=len({trial.scenario for trial in ours}),
                trials=len(ours),
                success=_share(ours, "success"),
                harm=_share(ours, "harm"),
                starter_success=_share(starter, "success"),
                reference_success=_share(reference, "success"),
                not_measured=sum(trial.verdict is None for trial in ours),
            )
        )
    return tuple(rows)


def _share(trials: Sequence[Trial], name: str) -> float | None:
    """Of trials of many tasks the share of tasks."""
    verdicts = [trial.verdict for trial in trials if trial.verdict is not None]
    kept = [getattr(each, name) for verdict in verdicts for each in verdict.parts or (verdict,)]
    return sum(kept) / len(kept) if kept else None


def _cost(trials: Sequence[Trial]) -> Cost:
    return Cost(
        usd=sum(trial.usd for trial in trials),
        tokens_in=sum(trial.tokens_in for trial in trials),
        tokens_out=sum(trial.tokens_out for trial in trials),
        calls=sum(trial.calls for trial in trials),
    )


def _evidence(works: Works) -> list[dict[str, Any]]:
    """Trials that say most: harm, what the starter did better, the most frequent failure."""
    better = {(t.scenario, t.replay) for t in works.starter if t.verdict is not None and t.verdict.success}
    single = [trial for trial in works.submission if trial.tasks == 1]
    failed = [t for t in single if t.verdict is not None and not t.verdict.success]
    labels = Counter(t.verdict.label for t in failed if t.verdict is not None)
    common = labels.most_common(1)[0][0] if labels else ""
    base_harm = {(t.scenario, t.replay) for t in works.starter if t.verdict is not None and t.verdict.harm}
    wanted = (
        (
            "new_harm",
            "harm that the starter did not do here",
            [t for t in failed if t.verdict and t.verdict.harm and (t.scenario, t.replay) not in base_harm],
        ),
        ("backflow", "the starter succeeded here", [t for t in failed if (t.scenario, t.replay) in better]),
        (
            "harm",
            "something was done that should not have been",
            [t for t in failed if t.verdict and t.verdict.harm],
        ),
        (
            "common",
            f"the most frequent failure, `{common}`",
            [t for t in failed if t.verdict and t.verdict.label == common],
        ),
        ("not_measured", "it could not be measured", [t for t in works.submission if t.verdict is None]),
    )
    rows = []
    for kind, why, trials in wanted:
        if trials:
            first = min(trials, key=lambda t: (t.scenario, t.replay))
            rows.append(
                {
                    "kind": kind,
                    "work": "submission",
                    "scenario": first.scenario,
                    "replay": first.replay,
                    "epoch": first.epoch,
                    "why": f"{why} ({len(trials)} trials)",
                }
            )
    return rows


def end_of(trial: Trial) -> TrialEnd:
    verdict = trial.verdict
    return TrialEnd(
        scenario=trial.scenario,
        family=trial.family,
        replay=trial.replay,
        epoch=trial.epoch,
        success=verdict.success if verdict else None,
        harm=verdict.harm if verdict else None,
        label=verdict.label if verdict else "not_measured",
        detail=verdict.detail if verdict else "",
        why=verdict.why if verdict else "",
        usd=trial.usd,
        calls=trial.calls,
        ended=trial.ended,
        weight=trial.weight,
        stratum=trial.stratum,
        parts=tuple(
            PartEnd(hour=p.hour, success=p.success, harm=p.harm, left=p.left, label=p.label, struck=p.struck)
            for p in (verdict.parts if verdict else ())
        ),
        why_not_measured=trial.why_not_measured or None if verdict is None else None,
    )
