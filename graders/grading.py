"""From a grade's folder to its grade: reads records, runs nothing, so that a regrade needs no sandbox."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from graders import audit, integrity
from graders.grade import FILE, VERDICTS, Grade, Verdicts, write_json
from graders.integrity import Noted
from graders.measure.strata import weigh
from graders.measure.trial import Trial, not_run, read, read_one
from graders.patch_lines import changed_lines, kept_share
from graders.replay import Replay, ReplayedClaim, of_claims, read_replay, records
from graders.replayed import Replayed
from graders.score import Works, score
from graders.summary import Scoring, end_of, grade_of
from graders.vault_files import Vault
from harness.errors import GraderError, UsageError
from harness.exercise.registry import Exercise
from harness.trial.record import StoreKey, TrialKey, TrialRecord, read_store_key, read_trials
from harness.trial.session import all_keys
from harness.workspace import claims as claims_file
from harness.workspace.submission import Submission


@dataclass(frozen=True, slots=True)
class Measured:
    """What the records of a grade's folder came to, before any scoring."""

    done: Replay
    noted: list[Noted]
    """Of the submission's records."""
    trials: dict[str, list[Trial]]
    """By name of the work."""
    works: Works


def measured(out: Path, submission: Submission, exercise: Exercise, vault: Vault) -> Measured:
    """Read and judge the records in `out`.

    Raises `UsageError` when the records were made with another exercise or assessment,
    `GraderError` when some are missing.
    """
    done = read_replay(out)
    _check(done, submission, exercise, vault, out)
    bank = vault.assessment.bank
    scenarios = [scenario.id for scenario in bank]
    keys = all_keys(scenarios, done.rounds, epoch=done.seed_epoch)

    noted: dict[TrialKey, Noted] = {}

    def judged(name: str, asked: Sequence[TrialKey]) -> list[Trial]:
        found = {}
        for record in _kept(out, name, asked, done):
            found[record.key] = read_one(record, bank[record.scenario], exercise.judge)
            if name == "submission":
                noted[record.key] = integrity.note(record)
        return [found.get(key) or not_run(key, bank[key.scenario]) for key in asked]

    trials = {name: judged(name, keys) for name in ("submission", "starter", "reference")}
    fresh = all_keys(of_claims(bank), done.claim_rounds, epoch=done.claim_epoch)
    for name in sorted({name for claim in done.claims for name in _names(claim)}):
        trials[name] = judged(name, fresh)
    works = Works(
        trials["submission"], trials["starter"], trials["reference"], _replayed(done, submission, trials)
    )
    return Measured(done, [noted[key] for key in keys if key in noted], trials, works)


def grade_folder(
    out: Path, submission: Submission, exercise: Exercise, vault: Vault, *, others: Iterable[Path] = ()
) -> Grade:
    """Score the records in `out`; writes `verdicts.json` and `grade.json` and returns the grade.

    Raises as `measured` does.
    """
    what = measured(out, submission, exercise, vault)
    return grade_measured(out, what, submission, exercise, vault, others=others)


def grade_measured(
    out: Path,
    what: Measured,
    submission: Submission,
    exercise: Exercise,
    vault: Vault,
    *,
    others: Iterable[Path] = (),
) -> Grade:
    """`grade_folder`, of records that have been read."""
    result = score(what.works, vault.measure, vault.rubric, vault.parameters.bar)
    found = (
        *integrity.findings(submission, exercise, vault, others),
        *integrity.of_trials(what.noted),
        *audit.findings(
            what.trials["submission"],
            _audited(out, exercise, vault),
            contended=any(integrity.CONTENDED in one.seen for one in what.noted),
        ),
    )
    made = grade_of(Scoring(what.done, submission, exercise, vault, what.works, result, found))
    strata = vault.rubric.strata
    ends = Verdicts(works={n: tuple(map(end_of, weigh(each, strata))) for n, each in what.trials.items()})
    write_json(out / VERDICTS, ends)
    write_json(out / FILE, made)
    return made


def _check(done: Replay, submission: Submission, exercise: Exercise, vault: Vault, out: Path) -> None:
    for what, theirs, ours in (
        ("exercise", done.exercise, exercise.id),
        ("assessment", done.assessment, vault.assessment.name),
        ("bank of scenarios", done.bank_digest, vault.assessment.bank.digest),
    ):
        if theirs != ours:
            raise UsageError(
                f"the records in `{out}` were made with another {what}",
                hint="give the --vault that they were made with, or grade the submission again",
            )
    if (submission.digest, submission.work_digest) != (done.submission_digest, done.work_digest):
        raise UsageError(
            f"the submission in `{out}` is not the one that was replayed",
            hint="grade the submission again, into another --out folder",
        )
    digests = {
        "submission": done.work_digest,
        "claim-work": done.work_digest,
        "starter": done.starter_digest,
        "claim-starter": done.starter_digest,
        "reference": done.reference_digest,
        **{claim.variant: claim.variant_digest for claim in done.claims if claim.variant},
    }
    for name, digest in digests.items():
        path = records(out, name)
        if path.is_file():
            _check_store(done, path, digest, _packages(done, name))


def _packages(done: Replay, name: str) -> tuple[str, ...]:
    """Which own packages the records of that name may have been made with."""
    own = done.sandbox.packages_digest
    if name in {"submission", "claim-work"}:
        return (own,)
    return (own, "") if name.startswith("variant-") else ("",)


def _check_store(done: Replay, path: Path, digest: str, packages: tuple[str, ...]) -> None:
    """Raises `UsageError` unless these trials are those that `replay.json` tells of."""
    key = read_store_key(path)
    expected = StoreKey(
        exercise=done.exercise_digest,
        simulator=done.simulator,
        assessment=done.assessment_digest,
        submission=digest or (key.submission if key else ""),
        image=done.sandbox.image,
        isolation=done.sandbox.isolation,
        runtime=done.sandbox.runtime,
        packages=key.packages if key and key.packages in packages else packages[0],
    )
    if key != expected:
        names = [
            name for name in StoreKey.model_fields if key and getattr(key, name) != getattr(expected, name)
        ]
        raise UsageError(
            f"`{path}` holds trials of another {', '.join(names) or 'work'} than `replay.json` says",
            hint="grade the submission again, into another --out folder",
        )


def _kept(out: Path, name: str, keys: Sequence[TrialKey], done: Replay) -> Iterator[TrialRecord]:
    """The records of a work, one after the other: those of a long grade do not fit into memory.

    Raises `GraderError` behind the last one when some are missing that the replay does not call lost.
    """
    path = records(out, name)
    missing = set(keys)
    wanted = frozenset(missing)
    for record in read_trials(path) if path.is_file() else ():
        missing.discard(record.key)
        if record.key in wanted:
            yield record
    missing -= {TrialKey(each.scenario, each.replay, each.epoch) for each in done.lost if each.work == name}
    if missing:
        raise GraderError(
            f"`{path}` lacks {len(missing)} of {len(keys)} trials",
            hint="`takehome grade` with the same --out runs what is missing",
        )


def _audited(out: Path, exercise: Exercise, vault: Vault) -> list[Trial]:
    path = records(out, audit.NAME)
    return read(read_trials(path), vault.assessment.bank, exercise.judge) if path.is_file() else []


def _names(claim: ReplayedClaim) -> list[str]:
    if claim.why_not:
        return []
    return sorted({claim.base, claim.variant, "claim-starter", "claim-work"})


def _replayed(done: Replay, submission: Submission, trials: dict[str, list[Trial]]) -> list[Replayed]:
    work = integrity.lines_by_file(submission.work)
    found = []
    by_id = {claim.id: claim for claim in done.claims}
    for claim in submission.claims:
        kept = by_id.get(claim.id)
        if kept is None:
            found.append(Replayed(claim, why_not="it was not replayed", whose="grader"))
        elif kept.why_not:
            found.append(Replayed(claim, why_not=kept.why_not, whose=kept.whose or "grader"))
        else:
            patch = claims_file.read_patch(claim, submission.folder)
            found.append(
                Replayed(
                    claim,
                    trials[kept.base],
                    trials[kept.variant],
                    trials["claim-starter"],
                    changed_lines(patch),
                    kept_share(patch, work),
                    work=trials["claim-work"],
                )
            )
    return found
