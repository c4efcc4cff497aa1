from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import fmean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.bands import FEW_FAMILIES, band, on_a_regrade, same_again
from graders.measure.measurement import Measurement
from graders.measure.trial import Trial
from graders.replayed import Replayed
from graders.rubric import Rubric
from graders.score import Works, score, total
from harness.exercise.parts import Verdict
from harness.workspace.claims import Claim

Make = Callable[..., list[Trial]]
Measure = Callable[[Sequence[Trial], Sequence[Trial]], list[Measurement]]


def works(make: Make, p: float, **more: int) -> Works:
    return Works(make(p, **more), make(0.5, **more), make(0.9, **more))


def lose(trials: Sequence[Trial], count: int) -> list[Trial]:
    """The first `count` failed trials become `not measured: simulator`."""
    left = count
    changed = []
    for trial in trials:
        if left and trial.verdict is not None and not trial.verdict.success:
            left -= 1
            changed.append(replace(trial, verdict=None, why_not_measured="simulator", whose="simulator"))
        else:
            changed.append(trial)
    return changed


def test_the_starter_scores_nothing_and_the_reference_all_of_the_outcome(
    make_trials: Make, measure: Measure, rubric: Rubric
) -> None:
    low = total(works(make_trials, 0.5), measure, rubric)
    high = total(works(make_trials, 0.9), measure, rubric)
    assert low.value == pytest.approx(0)
    assert high.value == pytest.approx(75)
    assert high.claimed.why == "the submission claims nothing"


def test_doing_nothing_earns_nothing(make_trials: Make, measure: Measure, rubric: Rubric) -> None:
    nothing = [
        replace(t, verdict=Verdict(success=False, harm=False, label="nothing"), usd=0.0)
        for t in make_trials(0.5)
    ]
    value = total(replace(works(make_trials, 0.5), submission=nothing), measure, rubric).value
    assert value is not None
    assert value <= 10


def test_cheap_failure_earns_no_cost_points(make_trials: Make, measure: Measure, rubric: Rubric) -> None:
    cheap = replace(works(make_trials, 0.5), submission=make_trials(0.5, usd=0.0001))
    assert total(cheap, measure, rubric).value == pytest.approx(0)


def test_both_errors_are_what_the_score_does_on_other_banks_and_seeds(
    make_trials: Make, measure: Measure, rubric: Rubric
) -> None:
    found = [
        score(works(make_trials, 0.75, bank=bank, scenarios=40), measure, rubric, 60).score
        for bank in range(25)
    ]
    values = [each.value for each in found if each.value is not None]
    general = [each.sem_general for each in found if each.sem_general is not None]
    assert len(values) == len(general) == 25
    assert fmean(general) == pytest.approx(stdev(values), rel=0.35)
    again = [total(works(make_trials, 0.75, epoch=epoch), measure, rubric).value for epoch in range(40)]
    regrade = score(works(make_trials, 0.75), measure, rubric, 60).score.sem_replay
    assert regrade == pytest.approx(stdev([value for value in again if value is not None]), rel=0.35)


def test_far_from_the_bar_it_decides_and_near_it_refers(
    make_trials: Make, measure: Measure, rubric: Rubric
) -> None:
    found = works(make_trials, 0.75, families=FEW_FAMILIES)
    value = total(found, measure, rubric).value
    assert value is not None
    assert score(found, measure, rubric, value - 40).recommendation.value == "above"
    assert score(found, measure, rubric, value + 40).recommendation.value == "below"
    near = score(found, measure, rubric, value + 1).recommendation
    assert near.value == "refer"
    assert near.p_same is not None
    assert near.p_same > 0.5


def test_with_few_families_it_decides_and_says_neither_how_surely_nor_that_its_interval_holds(
    make_trials: Make, measure: Measure, rubric: Rubric
) -> None:
    for families, known in ((FEW_FAMILIES - 1, False), (FEW_FAMILIES, True)):
        found = score(works(make_trials, 0.75, families=families), measure, rubric, 0)
        assert found.recommendation.value == "above"
        assert (found.recommendation.p_same is not None) == known
        assert found.score.calibrated == known


def test_one_replay_leaves_the_regrade_error_unknown(
    make_trials: Make, measure: Measure, rubric: Rubric
) -> None:
    found = score(works(make_trials, 0.9, replays=1), measure, rubric, 20)
    assert found.score.sem_replay is None
    assert found.recommendation.p_same is None
    assert found.score.sem_general is not None


def test_a_family_without_which_the_anchors_lie_close_leaves_the_error_known(
    make_trials: Make, measure: Measure, rubric: Rubric
) -> None:
    found = works(make_trials, 0.75)
    whole = total(found, measure, rubric)
    gap = next(e for e in whole.earned if e.item.id == "harm")
    assert gap.starter is not None
    assert gap.reference is not None
    # As much as the whole bank's anchors lie apart: some families gone, it is less.
    items = [
        item.model_copy(update={"min_gap": gap.starter - gap.reference}) if item.id == "harm" else item
        for item in rubric.item
    ]
    strict = rubric.model_copy(update={"item": tuple(items)})

    def unscored(family: str) -> bool:
        return total(found.only(lambda trial: trial.family != family), measure, strict).value is None

    assert any(unscored(family) for family in {trial.family for trial in found.submission})
    easy, hard = (score(found, measure, each, 20) for each in (rubric, strict))
    assert hard.score.sem_general == pytest.approx(easy.score.sem_general)
    assert hard.recommendation.value == "above"


def test_one_family_refers(make_trials: Make, measure: Measure, rubric: Rubric) -> None:
    found = score(works(make_trials, 0.9, families=1), measure, rubric, 20)
    assert found.score.sem_general is None
    assert found.score.low is None
    assert found.recommendation.value == "refer"
    assert "too few families" in found.recommendation.reasons[0]


def test_a_spotless_work_is_not_certain(make_trials: Make, measure: Measure, rubric: Rubric) -> None:
    spotless = replace(works(make_trials, 0.9), submission=make_trials(2.0))
    found = score(spotless, measure, rubric, 60).score
    assert found.sem_general is not None
    assert found.sem_general > 2


def test_hiding_failures_behind_an_unmeasured_trial_gains_no_recommendation(
    make_trials: Make, measure: Measure, rubric: Rubric
) -> None:
    honest = works(make_trials, 0.75)
    value = total(honest, measure, rubric).value
    assert value is not None
    margin = score(honest, measure, rubric, value).score.sem_general
    assert margin is not None
    bar = value - 2 * margin
    assert score(honest, measure, rubric, bar).recommendation.value == "above"
    hidden = replace(honest, submission=lose(honest.submission, 2))
    assert total(hidden, measure, rubric).value > value  # type: ignore[operator]
    for lost in (2, 10):
        found = score(replace(honest, submission=lose(honest.submission, lost)), measure, rubric, value + 2.5)
        assert found.recommendation.value == "refer"


def test_many_unmeasured_trials_leave_no_score(make_trials: Make, measure: Measure, rubric: Rubric) -> None:
    honest = works(make_trials, 0.6)
    found = score(replace(honest, submission=lose(honest.submission, 30)), measure, rubric, 20)
    assert found.score.value is None
    assert "not" in (found.score.why_not_measured or "")
    assert found.recommendation.value == "refer"
    assert found.recommendation.p_same is None


def test_calls_out_of_depth_refer_even_when_no_trial_is_lost(
    make_trials: Make, measure: Measure, rubric: Rubric
) -> None:
    honest = works(make_trials, 0.9)
    mumbling = [replace(trial, calls=40, not_understood=1) for trial in honest.submission]
    found = score(replace(honest, submission=mumbling), measure, rubric, 10)
    assert found.recommendation.value == "refer"
    assert any("simulator" in reason for reason in found.recommendation.reasons)


def test_a_measurement_that_crashes_is_the_graders_failure(make_trials: Make, rubric: Rubric) -> None:
    def broken(trials: Sequence[Trial], baseline: Sequence[Trial]) -> list[Measurement]:
        raise ZeroDivisionError("no")

    found = score(works(make_trials, 0.9), broken, rubric, 20)
    assert found.score.value is None
    assert (found.score.why_not_measured or "").startswith("grader:")
    assert found.recommendation.value == "refer"


def test_anchors_that_do_not_differ_measure_nothing(
    make_trials: Make, measure: Measure, rubric: Rubric
) -> None:
    flat = Works(make_trials(0.8), make_trials(0.8), make_trials(0.8))
    found = score(flat, measure, rubric, 20)
    assert found.score.value is None
    assert "too close" in (found.score.why_not_measured or "")


@given(st.floats(-50, 150), st.floats(0.1, 30), st.floats(0, 30))
def test_the_three_bands_share_all_probability(value: float, margin: float, sem: float) -> None:
    said = band(value, 60, margin)
    p = same_again(value, 60, margin, sem)
    assert sum(on_a_regrade(value, 60, margin, sem).values()) == pytest.approx(1)
    assert 0 <= p <= 1
    if sem == 0:
        assert p == 1
    if said != "refer" and abs(value - 60) > margin + 6 * sem:
        assert p > 0.99
    moved = same_again(value, 60, margin, sem, margin_error=0.2 * margin)
    assert 0 <= moved <= 1
    if said != "refer" and sem:
        assert moved <= p


def test_a_band_that_is_estimated_anew_makes_a_regrade_less_sure(
    make_trials: Make, measure: Measure, rubric: Rubric
) -> None:
    few = works(make_trials, 0.75, families=FEW_FAMILIES, scenarios=48)
    value = total(few, measure, rubric).value
    assert value is not None
    said = score(few, measure, rubric, value - 40).recommendation
    found = score(few, measure, rubric, value - 40).score
    assert said.margin is not None
    assert said.margin_error is not None
    assert found.sem_replay is not None
    assert found.sem_general is not None
    share = (found.sem_replay / found.sem_general) ** 2
    assert said.margin_error / said.margin == pytest.approx(
        (share * (2 - share) / (2 * (FEW_FAMILIES - 1))) ** 0.5
    )
    assert said.margin_follows < 0
    bar = value - said.margin - found.sem_replay
    near = score(few, measure, rubric, bar).recommendation
    assert near.value == "above"
    assert near.p_same is not None
    assert near.p_same < same_again(value, bar, said.margin, found.sem_replay)


def claim_of(make: Make, variant: Sequence[Trial] | None = None, **more: int) -> Replayed:
    size = {"replays": 4, "epoch": 9, **more}
    said = Claim.model_validate(
        {
            "id": "c",
            "hypothesis": "h",
            "patch": "claims/a.diff",
            "metric": "failure_rate",
            "predicted": (-0.2, 0),
        }
    )
    base, work = make(0.5, **size), make(0.75, **size)
    return Replayed(said, base, variant or work, base, frozenset({"+a"}), 1.0, work=work)


def test_a_claim_that_cannot_be_judged_takes_no_score_away(
    make_trials: Make, measure: Measure, rubric: Rubric
) -> None:
    honest = works(make_trials, 0.5)
    lost = [
        replace(t, verdict=None, not_understood=1, whose="simulator")
        for t in make_trials(0.5, replays=4, epoch=9)
    ]
    found = score(replace(honest, claims=[claim_of(make_trials, lost)]), measure, rubric, 60)
    alone = score(honest, measure, rubric, 60)
    assert found.score.value == alone.score.value == pytest.approx(0)
    assert found.recommendation.value == alone.recommendation.value == "below"


def test_replays_of_claims_say_nothing_of_how_the_submission_scatters(
    make_trials: Make, measure: Measure, rubric: Rubric
) -> None:
    single = works(make_trials, 0.9, replays=1)
    found = score(replace(single, claims=[claim_of(make_trials)]), measure, rubric, 20)
    assert found.score.sem_replay is None
    assert found.recommendation.p_same is None


@pytest.mark.parametrize("edge", [-0.30, -0.24, -0.18, -0.12, -0.06])
def test_claims_scatter_no_more_than_their_points_can(
    make_trials: Make, measure: Measure, rubric: Rubric, edge: float
) -> None:
    """At the edge of a prediction all of a claim's points hang on a few trials."""
    plain = works(make_trials, 0.75)
    few = claim_of(make_trials, make_trials(0.75, replays=2, epoch=9))
    narrow = few.claim.model_copy(update={"predicted": (edge - 0.01, edge)})
    claiming = replace(plain, claims=[replace(few, claim=narrow)])
    bare, with_claim = (score(each, measure, rubric, 60).score for each in (plain, claiming))
    most = rubric.claims.points / 2
    assert bare.sem_replay is not None
    assert with_claim.sem_replay is not None
    assert bare.sem_general is not None
    assert with_claim.sem_general is not None
    assert with_claim.sem_replay <= (bare.sem_replay**2 + most**2) ** 0.5 + 1e-9
    assert with_claim.sem_general <= bare.sem_general + most + bare.sem_replay + 1e-9


def test_comments_as_claims_turn_no_below_into_refer(
    make_trials: Make, measure: Measure, rubric: Rubric
) -> None:
    honest = works(make_trials, 0.6)
    value = total(honest, measure, rubric).value
    margin = score(honest, measure, rubric, 60).score.sem_general
    assert value is not None
    assert margin is not None
    bar = value + 2.2 * margin
    assert score(honest, measure, rubric, bar).recommendation.value == "below"
    note = claim_of(make_trials, make_trials(0.5, replays=4, epoch=9))
    found = score(replace(honest, claims=[note]), measure, rubric, bar)
    assert found.total.claimed.possible == 0
    assert found.recommendation.value == "below"


@pytest.mark.parametrize("lost", [3, 5, 20])
def test_making_trials_unmeasurable_is_no_way_out_of_below(
    make_trials: Make, measure: Measure, rubric: Rubric, lost: int
) -> None:
    honest = works(make_trials, 0.45)
    hiding = replace(honest, submission=lose(honest.submission, lost))
    found = score(hiding, measure, rubric, 80)
    assert found.recommendation.value == "below"
    assert any("ended well" in reason for reason in found.recommendation.reasons)
    assert found.score.low is not None
    assert found.score.high is not None
    assert found.score.low < found.score.high


def test_what_the_machine_kept_from_running_refers(
    make_trials: Make, measure: Measure, rubric: Rubric
) -> None:
    honest = works(make_trials, 0.45)
    ours = [replace(t, whose="environment") if t.verdict is None else t for t in lose(honest.submission, 1)]
    found = score(replace(honest, submission=ours), measure, rubric, 80)
    assert found.recommendation.value == "refer"
    assert any(reason.startswith("environment") for reason in found.recommendation.reasons)


def test_one_failure_fewer_near_the_ceiling_does_not_shrink_the_error(
    make_trials: Make, measure: Measure, rubric: Rubric
) -> None:
    spotless = make_trials(2.0)
    one = [
        replace(t, verdict=Verdict(success=False, harm=True, label="bad")) if not n else t
        for n, t in enumerate(spotless)
    ]
    errors = [
        score(replace(works(make_trials, 0.9), submission=each), measure, rubric, 60).score.sem_general
        for each in (spotless, one)
    ]
    assert errors[0] is not None
    assert errors[1] is not None
    assert errors[1] > 0.6 * errors[0]
