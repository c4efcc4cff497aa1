"""Runs a submission, the anchors and the claims on the hidden scenarios, and keeps the records.

Everything is written below the grade's folder as soon as it is there, so that the same call goes on
where an earlier one was stopped. Nothing is scored here.
"""

from __future__ import annotations

import hashlib
import hmac
import random
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Literal, Protocol

from graders.anchors import AnchorCache
from graders.grade import Sandbox, read_model, write_json
from graders.panel import materialise
from graders.vault_files import Vault
from harness.errors import EnvironmentFailure, SubmissionError, UsageError, WorkspaceError
from harness.exercise.registry import Exercise
from harness.exercise.scenario import Bank
from harness.exercise.spec import Strict
from harness.sandbox.folders import prefix
from harness.sandbox.target import Target
from harness.trial.record import StoreKey, TrialKey, TrialRecord, TrialStore
from harness.trial.runner import Progress
from harness.workspace import claims, tree, wheels
from harness.workspace.submission import Submission, unpack

FILE = "replay.json"
FRESH = 500_000
"""Added to the seed epoch for claims: their luck is neither practice's nor the score's."""


class Runner(Protocol):
    """What runs trials: `harness.trial.session.Session`, or a fake."""

    simulator: str
    card_provenance: str

    @property
    def sandbox_kind(self) -> str:
        """`docker` or `process`."""

    @property
    def sandbox_description(self) -> str:
        """For the grade."""

    @property
    def image(self) -> str:
        """Digest of what programs run on."""

    @property
    def runtime(self) -> str:
        """The engine's OCI runtime; empty without an engine."""

    @property
    def target(self) -> Target:
        """What the wheels of own packages must fit."""

    def store_key(self, submission_digest: str, packages: str = "") -> StoreKey:
        """What a store of these trials, of a work with those own packages, bears."""

    def run(
        self, work: Path, keys: Sequence[TrialKey], store: TrialStore, *, progress: Progress | None = None
    ) -> Sequence[TrialRecord]:
        """The records of all keys, those that the store lacks run now."""


class ReplayedClaim(Strict):
    """Which records belong to a claim."""

    id: str
    base: str = ""
    """Name of the base's records, such as `claim-starter`."""
    variant: str = ""
    variant_digest: str = ""
    why_not: str = ""
    whose: Literal["", "candidate", "grader"] = ""


class LostTrial(Strict):
    """A trial that the environment failed at although others succeeded: not measured, nobody's fault."""

    work: str
    """Name of the records that lack it."""
    scenario: str
    replay: int
    epoch: int


class Replay(Strict):
    """`replay.json`: what was run, and on what."""

    format: Literal[1] = 1
    exercise: str
    exercise_folder: str | None
    """For an exercise that was opened by its folder."""
    exercise_version: str
    exercise_digest: str
    assessment: str
    assessment_digest: str
    bank_digest: str
    submission_digest: str
    work_digest: str
    starter_digest: str = ""
    reference_digest: str = ""
    """Of the works that the score is normalised to; empty in replays from before this was written."""
    rounds: int
    limit: int = 0
    """The most rounds that it might have gone to; 0 where their number was given."""
    seed_epoch: int
    claim_epoch: int
    claim_rounds: int
    sandbox: Sandbox
    simulator: str
    card_provenance: str
    claims: tuple[ReplayedClaim, ...]
    takehome: str
    lost: tuple[LostTrial, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What a grade asks of the replay."""

    rounds: int = 2
    seed_epoch: int = 0
    isolation: str = "fork"
    exercise_folder: str | None = None
    limit: int = 0
    """The most rounds that a grade may go to until its recommendation is settled; 0: `rounds` it is."""
    alike: bool = False
    """Whether others will claim the same changes to the starter, as members of a panel do: then what the
    cache has of a claim's variant is used, and kept for them."""

    @property
    def claim_rounds(self) -> int:
        """Claims get twice the rounds, eight at least as soon as the score has four.

        An effect is a difference, and noisier than a rate; from eight rounds on it is as good as it
        gets for the time.
        """
        return max(min(2 * self.rounds, 8), self.rounds)


@dataclass(frozen=True, slots=True)
class Task:
    """A submission to be replayed under an assessment."""

    submission: Submission
    exercise: Exercise
    vault: Vault
    plan: Plan


@dataclass(frozen=True, slots=True)
class Step:
    """One work to be run."""

    name: str
    """Of its records."""
    work: Path
    digest: str
    epoch: int
    rounds: int
    anchor: bool = False
    """Whether its records are kept from one grade to the next."""
    packages: str = ""
    """Digest of its own packages."""


OnTrial = Callable[[str, int, int], None]
"""Called with the name of the work that a trial was of, trials finished, and trials in all."""


def intake(zip: Path, out: Path) -> Submission:
    """Copy and unpack a submission into the grade's folder, or find it there from before.

    Raises `UsageError` when the folder holds another submission, `SubmissionError` for a zip that
    is refused, `EnvironmentFailure` when the disk does not take it.
    """
    try:
        data = zip.read_bytes()
    except OSError as error:
        raise UsageError(f"`{zip}` cannot be read: {error.strerror}") from None
    kept = out / "submission.zip"
    try:
        if kept.is_file() and kept.read_bytes() != data:
            raise UsageError(
                f"`{out}` holds the grade of another submission", hint="give another --out folder"
            )
        if not kept.is_file() and out.is_dir() and any(out.iterdir()):
            raise UsageError(f"`{out}` is not empty and holds no grade", hint="give another --out folder")
        with tempfile.TemporaryDirectory(prefix=prefix()) as temporary:
            unpack(zip, Path(temporary) / "trial")
        out.mkdir(parents=True, exist_ok=True)
        part = out / ".submission.zip.part"
        part.write_bytes(data)
        part.replace(kept)
    except OSError as error:
        raise EnvironmentFailure(f"`{out}` could not be written: {error.strerror}") from error
    # Unpacked anew each time: what stands there may have been edited since.
    shutil.rmtree(out / "submission", ignore_errors=True)
    return unpack(kept, out / "submission")


def replay(
    task: Task,
    runner: Runner,
    out: Path,
    *,
    cache: AnchorCache | None = None,
    on_trial: OnTrial | None = None,
) -> Replay:
    """Run all that a grade needs; returns and writes `replay.json`.

    Raises `EnvironmentFailure` with everything finished kept, `UsageError` for a folder that holds
    trials made with something else.
    """
    submission, exercise, vault, plan = task.submission, task.exercise, task.vault, task.plan
    shutil.rmtree(out / "starter", ignore_errors=True)
    tree.copy(exercise.starter, out / "starter")
    with tempfile.TemporaryDirectory(prefix=prefix()) as temporary:
        steps, replayed = _steps(task, out / "starter", Path(temporary), runner)
        own, names = own_packages(submission, submission.work, runner)
        bank = vault.assessment.bank
        whole = [scenario.id for scenario in bank]
        keys = {
            step.name: _shuffled(vault, step, whole if step.epoch == plan.seed_epoch else of_claims(bank))
            for step in steps
        }
        lost: list[LostTrial] = []
        total, before = sum(map(len, keys.values())), 0
        for step in steps:
            store = TrialStore(records(out, step.name), runner.store_key(step.digest, step.packages))
            if step.anchor and cache is not None:
                cache.fetch(store, keys[step.name])
            runner.run(
                step.work, keys[step.name], store, progress=_progress(on_trial, step.name, before, total)
            )
            if step.anchor and cache is not None:
                cache.keep(store, keys[step.name])
            lost += [
                LostTrial(work=step.name, **key._asdict()) for key in keys[step.name] if key not in store
            ]
            before += len(keys[step.name])
            if on_trial is not None:
                on_trial(step.name, before, total)
    found = Replay(
        exercise=exercise.id,
        exercise_folder=plan.exercise_folder,
        exercise_version=exercise.spec.version,
        exercise_digest=exercise.digest,
        assessment=vault.assessment.name,
        assessment_digest=vault.assessment.digest,
        bank_digest=vault.assessment.bank.digest,
        submission_digest=submission.digest,
        work_digest=submission.work_digest,
        starter_digest=steps[0].digest,
        reference_digest=steps[1].digest,
        rounds=plan.rounds,
        limit=plan.limit,
        seed_epoch=plan.seed_epoch,
        claim_epoch=plan.seed_epoch + FRESH,
        claim_rounds=plan.claim_rounds,
        sandbox=Sandbox(
            kind=runner.sandbox_kind,
            description=runner.sandbox_description,
            image=runner.image,
            isolation=plan.isolation,
            runtime=runner.runtime,
            packages=names,
            packages_digest=own,
        ),
        simulator=runner.simulator,
        card_provenance=runner.card_provenance,
        claims=tuple(replayed),
        takehome=version("takehome"),
        lost=tuple(lost),
    )
    write_json(out / FILE, found)
    return found


def of_claims(bank: Bank) -> list[str]:
    """The scenarios that claims are replayed on. Claims are about single tasks."""
    return [scenario.id for scenario in bank if scenario.tasks == 1] or [scenario.id for scenario in bank]


def own_packages(submission: Submission, work: Path, runner: Runner) -> tuple[str, tuple[str, ...]]:
    """What a work of a submission, its own or a claim's, has of the packages that it locked.

    The set's digest and its `name==version`s; see `wheels.for_grading` for what it raises.
    """
    lock = submission.lock
    return wheels.for_grading(work, lock.read_bytes() if lock else None, runner)


def records(out: Path, name: str) -> Path:
    """The file of a work's trial records."""
    return out / "records" / f"{name}.trials.jsonl.gz"


def read_replay(out: Path) -> Replay:
    """What was run. Raises `UsageError`."""
    if not (out / FILE).is_file():
        raise UsageError(
            f"`{out}` holds no finished replay",
            hint="`takehome grade` with the same --out goes on where it stopped",
        )
    return read_model(out / FILE, Replay)


def _steps(
    task: Task, starter: Path, temporary: Path, runner: Runner
) -> tuple[list[Step], list[ReplayedClaim]]:
    submission = task.submission
    reference = materialise(task.vault, task.exercise, "reference", temporary / "reference")
    epoch, fresh = task.plan.seed_epoch, task.plan.seed_epoch + FRESH
    rounds, often = task.plan.rounds, task.plan.claim_rounds
    steps = [
        Step("starter", starter, tree.digest(starter), epoch, rounds, anchor=True),
        Step("reference", reference, tree.digest(reference), epoch, rounds, anchor=True),
        Step(
            "submission", submission.work, submission.work_digest, epoch, rounds,
            packages=own_packages(submission, submission.work, runner)[0],
        ),
    ]  # fmt: skip
    variants: dict[str, Step] = {}
    replayed = [
        _claim(
            claim,
            submission,
            temporary,
            (starter, fresh, often),
            variants,
            runner=runner,
            alike=task.plan.alike,
        )
        for claim in submission.claims
    ]
    if variants:
        steps.append(replace(steps[0], name="claim-starter", epoch=fresh, rounds=often))
        # Always: no claim earns more than the work shows on the same seeds.
        steps.append(replace(steps[2], name="claim-work", epoch=fresh, rounds=often))
    return [*steps, *variants.values()], replayed


def _claim(
    claim: claims.Claim,
    submission: Submission,
    temporary: Path,
    against: tuple[Path, int, int],
    variants: dict[str, Step],
    *,
    runner: Runner,
    alike: bool,
) -> ReplayedClaim:
    """The claim's records by name; a variant that another claim has is run once."""
    starter, epoch, rounds = against
    into = temporary / f"claim-{claim.id}"
    try:
        base = claims.variant(claim, submission.folder, starter=starter, work=submission.work, into=into)
        packages = own_packages(submission, into, runner)[0]
    except (WorkspaceError, SubmissionError) as error:
        return ReplayedClaim(id=claim.id, why_not=error.message, whose="candidate")
    digest = tree.digest(into)
    if digest == tree.digest(base):
        return ReplayedClaim(id=claim.id, why_not="its patch changes nothing", whose="candidate")
    common = alike and claim.base == "starter" and not packages
    step = variants.setdefault(
        digest,
        Step(f"variant-{claim.id}", into, digest, epoch, rounds, anchor=common, packages=packages),
    )
    return ReplayedClaim(id=claim.id, base=f"claim-{claim.base}", variant=step.name, variant_digest=digest)


def _shuffled(vault: Vault, step: Step, scenarios: Sequence[str]) -> list[TrialKey]:
    """Every scenario as often as there are rounds, in an order that nobody without the secret can foresee."""
    keys = [TrialKey(scenario, replay, step.epoch) for replay in range(step.rounds) for scenario in scenarios]
    seed = hmac.new(vault.assessment.secret, f"order:{step.digest}:{step.epoch}".encode(), hashlib.sha256)
    random.Random(seed.digest()).shuffle(keys)
    return keys


def _progress(on_trial: OnTrial | None, name: str, before: int, total: int) -> Progress | None:
    if on_trial is None:
        return None
    tell = on_trial
    return lambda _record, done, _asked: tell(name, before + done, total)
