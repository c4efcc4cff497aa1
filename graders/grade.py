"""`grade.json`, and what else stands in a grade's folder.

    grade.json                     this module's `Grade`; written last, in one step
    report.html
    replay.json                    what was run, with which versions (`graders.replay.Replay`)
    log.jsonl                      hash-chained: every grade and regrade, and what it came to
    verdicts.json                  how each trial ended, by work (`Verdicts`)
    records/submission.trials.jsonl.gz, starter…, reference…
    records/variant-ID.…, claim-starter.…, claim-work.…   claims' variants, starter and work, on fresh seeds
    submission.zip, submission/    as it came, and unpacked
    starter/                       the starter's work, for the report's difference

Each step reads only what the one before wrote.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, ValidationError

from graders.measure.measurement import Finite, Measurement
from harness.errors import EnvironmentFailure, UsageError
from harness.exercise.spec import Strict, explain

FORMAT = 1
FILE = "grade.json"
VERDICTS = "verdicts.json"
LOG = "log.jsonl"
Band = Literal["above", "refer", "below"]
Share = Annotated[float, Field(ge=0, le=1)]
M = TypeVar("M", bound=Strict)
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Score(Strict):
    """Measurements combined by the rubric: 0 is the starter, 100 the reference; not clamped."""

    value: Finite | None
    sem_replay: NotNegative | None
    """Standard error on a regrade of the same work on the same bank."""
    sem_general: NotNegative | None
    """Standard error on another bank of the same law: the headline."""
    low: Finite | None
    high: Finite | None
    """95 % interval by `sem_general`, Student's t over families."""
    calibrated: bool | None = None
    """Whether the interval was found to hold in 93 to 97 of 100 simulated banks; with few families it was not
    (`graders.bands.UNCALIBRATED`). `None` without an interval, and in grades from before this was written."""
    why_not_measured: str | None = None


class Recommendation(Strict):
    """Where the score stands to the bar. A person decides."""

    value: Band
    p_same: Share | None
    """How likely a regrade of the same work on the same bank says the same (`sem_replay`, `margin_error`)."""
    bar: Finite
    again: dict[Band, Share] | None = None
    """How likely a regrade says each; `p_same` is that of `value`. `None` where it is not known."""
    reasons: tuple[str, ...] = ()
    """Why a person is asked, where more than the error bar asks for it."""
    margin: NotNegative | None = None
    """Within so many points of the bar a person decides; `None` where the error is not known."""
    margin_error: NotNegative | None = None
    """Standard error of `margin` on a regrade, which estimates it anew; `None` where that is not known."""
    margin_follows: Finite = 0.0
    """Covariance of score and `margin` on a regrade: below 0 where a better score shows less scatter."""
    noisy_claims: bool = False
    """One of the reasons is that our replay was too noisy to judge claims: more rounds would tell."""


class Stopped(Strict):
    """Why the replay ended where it did."""

    limit: int
    """The most rounds that were allowed; 0 where their number was given."""
    settled: bool
    """More rounds on this bank would hardly have changed the recommendation."""
    saved: int
    """Rounds that were not needed."""


class Scored(Measurement):
    """A measurement that the rubric gives points for."""

    group: Literal["outcome", "process"]
    points: NotNegative
    """What the reference earns with it; 0 for what is only shown."""
    earned: Finite | None = None
    normalised: Finite | None = None
    """0 at the rubric's zero anchor, 1 at its full anchor; not clamped unless the rubric says."""
    starter: Finite | None = None
    reference: Finite | None = None
    zero: Finite | None = None
    full: Finite | None = None
    """Where it is worth nothing, and where all its points; `None` in grades from before this was written."""
    label: str = ""
    gate: str = ""
    """What it counts only as far as, by that measurement's label; empty for what counts in full."""
    share: Share = 1.0
    """How much of it counts by that."""


class Shown(Measurement):
    """A measurement without points, beside the starter's and the reference's."""

    starter: Finite | None = None
    reference: Finite | None = None


class Difference(Strict):
    """This work minus the starter, on the same scenarios and draws."""

    id: str
    value: Finite
    low: Finite | None
    high: Finite | None
    pairs: int
    clusters: int
    detectable: NotNegative | None
    """The smallest true difference that these pairs would have shown with a power of .8."""
    gained: Share
    lost: Share
    distinguishable: bool
    unit: str


class FamilyRow(Strict):
    """One family of scenarios: its means, without intervals (too few scenarios each)."""

    family: str
    scenarios: int
    trials: int
    success: Share | None
    harm: Share | None
    starter_success: Share | None
    reference_success: Share | None
    not_measured: int


class ClaimResult(Strict):
    """A claim and what our replay of it found."""

    id: str
    metric: str
    unit: str
    base: str
    hypothesis: str
    predicted: tuple[Finite, Finite]
    """The candidate's 80 % interval."""
    measured: tuple[Finite, Finite] | None
    measured_n: int
    value: Finite | None
    low: Finite | None = None
    high: Finite | None = None
    """Our change of the metric on fresh seeds, with its 95 % interval."""
    n: int = 0
    why_not_measured: str | None = None
    sign_right: bool | None = None
    covered: bool | None = None
    """Whether the predicted interval holds our change, our own noise allowed for."""
    interval_score: Finite | None = None
    skill: Finite | None = None
    """1: as sharp and right as our own noise lets anybody be; 0: no better than a guess."""
    gain: Finite | None = None
    """How far the change surely improves the metric, as a share of what is to be gained."""
    inflation: Finite | None = None
    """(claimed - fresh)/|claimed|, of the middle of the prediction."""
    power: Share | None = None
    """The chance that our replay shows an effect as large as the predicted middle."""
    points: Finite | None = None
    group: int = 0
    """Claims whose patches overlap share a group, and its points."""
    in_work: bool = True
    """False: too little of the change stands in the submitted work to earn anything."""
    remark: str = ""


class Finding(Strict):
    """Something that a person should look at. It changes no score by itself."""

    kind: str
    detail: str
    weight: Literal["note", "look", "serious"] = "look"
    where: str = ""
    """`submission`, a trial as `scenario.replay`, or a file."""
    trials: int = 0
    """How many trials it was seen in; 0 when it is not about trials."""


class Simulator(Strict):
    """How far the simulated model was in its depth."""

    version: str
    calls: int
    not_understood: int
    trials_not_measured: int


class Cost(Strict):
    """What the submission's trials spent at the gateway."""

    usd: NotNegative
    tokens_in: int
    tokens_out: int
    calls: int


class Versions(Strict):
    """All that a change of could change a figure."""

    rubric: str
    measurement: str
    statistics: str
    scoring: str
    simulator: str
    card: str
    """Digest."""
    exercise: str
    """Digest of the exercise that judged; `replay.json` has that of the one that was run."""
    assessment: str
    """Digest."""
    vault: str
    """Digest of the vault's grading files."""
    takehome: str
    starter: str = ""
    reference: str = ""
    """Digests of the works that 0 and 100 stand for."""


class Sandbox(Strict):
    """Where the submission ran."""

    kind: str
    description: str
    image: str
    isolation: str
    runtime: str = ""
    """The engine's OCI runtime; empty without an engine, and in grades from before this was written."""
    packages: tuple[str, ...] = ()
    """`name==version` of the submission's own packages; its trials were executed, not forked."""
    packages_digest: str = ""
    """Names the set of wheels; empty for a work without own packages."""


class Grade(Strict):
    """One grade of one submission."""

    format: Literal[1] = 1
    exercise: str
    exercise_version: str
    title: str
    summary: str = ""
    """What was asked, in a sentence or two; empty in grades from before this was written."""
    timebox_minutes: int | None = None
    labels: dict[str, str] = {}
    """What the judge's labels mean, as the exercise says it."""
    capability: str
    exercise_status: Literal["draft", "active"] = "draft"
    """A draft has not yet proven that it separates: its signal report does not hold."""
    assessment: str
    demonstration: bool
    """The vault is the public one: who read the repository has seen its hidden half."""
    submission_digest: str
    work_digest: str
    provenance: str
    """The journal's: `self-attested`, or `witnessed` by a hosted gateway."""
    card_provenance: str
    sandbox: Sandbox
    rounds: int
    stopped: Stopped | None = None
    seed_epoch: int
    trials: int
    scenarios: int
    families: int
    score: Score
    recommendation: Recommendation
    outcome: tuple[Scored, ...]
    process: tuple[Scored, ...]
    shown: tuple[Shown, ...] = ()
    """Measured and without points."""
    differences: tuple[Difference, ...] = ()
    strata: dict[str, float] = {}
    """How much each stratum of the bank counts in rates and means."""
    by_family: tuple[FamilyRow, ...] = ()
    claims: tuple[ClaimResult, ...] = ()
    integrity: tuple[Finding, ...] = ()
    simulator: Simulator
    cost: Cost
    starter_cost: Cost | None = None
    evidence: tuple[dict[str, Any], ...] = ()
    """Trials to look at first, each `{kind, work, scenario, replay, epoch, why}`; the report's example is
    `graders.example`'s."""
    versions: Versions


class PartEnd(Strict):
    """How one task of a trial of many ended."""

    hour: float
    """The virtual hour in which it came."""
    success: bool
    harm: bool
    left: bool
    """Whether people have it to do."""
    label: str
    struck: bool = True
    """Whether it came once something had broken; so in grades from before this was written."""


class TrialEnd(Strict):
    """How one trial ended, for people and the report."""

    scenario: str
    family: str
    replay: int
    epoch: int
    success: bool | None
    """`None`: not measured."""
    harm: bool | None
    label: str
    detail: str
    why: str = ""
    """Why what was expected is due, as the scenario's author puts it; empty where that is not said."""
    usd: NotNegative
    calls: int
    ended: str
    why_not_measured: str | None = None
    weight: NotNegative = 1.0
    """As the strata weigh it."""
    stratum: str = ""
    parts: tuple[PartEnd, ...] = ()
    """Its tasks by their hours, where the trial had many."""


class Verdicts(Strict):
    """`verdicts.json`: the ends of all trials, by work: `submission`, `starter`, `reference`, …"""

    works: dict[str, tuple[TrialEnd, ...]]


def write_json(path: Path, model: Strict) -> None:
    """Write a model in one step, as `write_text` does."""
    write_text(path, model.model_dump_json(indent=2) + "\n")


def write_text(path: Path, text: str) -> None:
    """Write a file in one step: readers see the old one or the new one, never half of one.

    Raises `EnvironmentFailure`.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise EnvironmentFailure(f"`{path}` could not be written: {error.strerror}") from error


def read_grade(folder: Path) -> Grade:
    """The grade in a folder. Raises `UsageError`."""
    path = folder / FILE
    if not path.is_file():
        raise UsageError(
            f"`{folder}` holds no finished grade",
            hint="`takehome grade` makes one; the same command goes on where it stopped",
        )
    return read_model(path, Grade)


def read_verdicts(folder: Path) -> Verdicts:
    """The trials' ends in a grade's folder. Raises `UsageError`."""
    return read_model(folder / VERDICTS, Verdicts)


def read_model(path: Path, model: type[M]) -> M:
    """A model from its file. Raises `UsageError`."""
    try:
        return model.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise UsageError(f"`{path}` does not exist", hint="grade the submission again") from None
    except ValidationError as error:
        raise UsageError(
            f"`{path}` is not as this version of takehome writes it:\n{explain(error)}",
            hint="`takehome regrade` scores kept records anew",
        ) from None
