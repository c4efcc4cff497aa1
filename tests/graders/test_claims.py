from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graders.claims import Replayed, changed_lines, judge, kept_share, overlaps
from graders.measure.trial import Trial
from graders.rubric import ClaimRules
from harness.workspace.claims import Claim

Make = Callable[..., list[Trial]]
RULES = ClaimRules()
SCALES = {"failure_rate": 0.4, "harm_rate": 0.12, "usd_per_task": 0.005}
SIZE = {"scenarios": 100, "families": 30, "epoch": 5}


def claim(
    low: float, high: float, *, id: str = "c", metric: str = "failure_rate", base: str = "starter"
) -> Claim:
    return Claim.model_validate(
        {
            "id": id,
            "hypothesis": "h",
            "patch": "claims/a.diff",
            "metric": metric,
            "base": base,
            "predicted": (low, high),
        }
    )


def replayed(
    make: Make,
    said: Claim,
    *,
    before: float = 0.5,
    after: float = 0.8,
    kept: float = 1.0,
    lines: str = "+x",
    usd: float = 0.01,
) -> Replayed:
    base = make(before, **SIZE)
    variant = make(after, usd=usd, **SIZE)
    starter = base if said.base == "starter" else make(0.5, **SIZE)
    return Replayed(said, base, variant, starter, frozenset(lines.split()), kept)


def points(*each: Replayed) -> float:
    found = judge(RULES, each, SCALES).points
    assert found is not None
    return found


def test_a_sharp_true_claim_earns_and_two_earn_all(make_trials: Make) -> None:
    one = replayed(make_trials, claim(-0.34, -0.26, id="a"), lines="+a")
    two = replayed(make_trials, claim(-0.34, -0.26, id="b"), lines="+b")
    assert points(one) == pytest.approx(12.5)
    assert points(one, two) == pytest.approx(25)


def test_the_truth_is_the_best_claim(make_trials: Make) -> None:
    narrow = points(replayed(make_trials, claim(-0.23, -0.17), after=0.7))
    wide = points(replayed(make_trials, claim(-0.35, -0.05), after=0.7))
    wrong = points(replayed(make_trials, claim(-0.40, -0.35), after=0.7))
    assert narrow > wide > 0
    assert wrong == 0


@pytest.mark.parametrize(
    ("low", "high"), [(-1.0, 1.0), (-1.0, 0.0), (-0.4, 0.0), (-0.01, 0.01), (0.1, 0.4), (-1.0, -0.9)]
)
def test_empty_or_false_claims_earn_nothing(make_trials: Make, low: float, high: float) -> None:
    assert points(replayed(make_trials, claim(low, high))) < 0.5


def test_a_change_without_effect_earns_nothing_however_well_predicted(make_trials: Make) -> None:
    assert points(replayed(make_trials, claim(-0.01, 0.01), after=0.5)) == 0


def test_harming_the_starter_earns_nothing_however_well_predicted(make_trials: Make) -> None:
    found = judge(RULES, [replayed(make_trials, claim(0.45, 0.55), after=-1.0)], SCALES)
    assert found.points == 0
    assert found.results[0].sign_right


def test_breaking_the_work_is_no_gain(make_trials: Make) -> None:
    broken = replayed(make_trials, claim(0.85, 0.95, base="work"), before=0.9, after=-1.0)
    found = judge(RULES, [broken], SCALES)
    assert found.points == 0
    assert "break" in found.results[0].remark


def test_taking_a_fix_out_of_the_work_earns(make_trials: Make) -> None:
    assert points(replayed(make_trials, claim(0.16, 0.24, base="work"), before=0.9, after=0.7)) > 5


def test_a_change_that_was_not_submitted_earns_nothing(make_trials: Make) -> None:
    assert points(replayed(make_trials, claim(-0.34, -0.26), kept=0.2)) == 0


def test_the_same_change_claimed_often_earns_once(make_trials: Make) -> None:
    said = [
        replayed(make_trials, claim(-0.34, -0.26, id=f"c{n}"), lines=f"+a +b +c +d +pad{n}") for n in range(6)
    ]
    assert points(*said) == pytest.approx(points(said[0]))


def test_hedging_one_change_with_several_intervals_pays_less_than_the_truth(make_trials: Make) -> None:
    true = replayed(make_trials, claim(-0.23, -0.17, id="a"), after=0.7)
    hedges = [
        replayed(make_trials, claim(low, low + 0.06, id=f"c{n}"), after=0.7)
        for n, low in enumerate((-0.4, -0.3, -0.23, -0.1))
    ]
    assert points(*hedges) < points(true)


def test_a_shotgun_of_wrong_intervals_shrinks_what_was_right(make_trials: Make) -> None:
    right = replayed(make_trials, claim(-0.34, -0.26, id="right"), lines="+r")
    wrong = [replayed(make_trials, claim(0.2, 0.3, id=f"w{n}"), after=0.55, lines=f"+w{n}") for n in range(5)]
    assert points(right, *wrong) < points(right) / 2


def test_what_cannot_be_applied_is_not_measured_and_costs_nothing_else(make_trials: Make) -> None:
    good = replayed(make_trials, claim(-0.34, -0.26, id="a"))
    bad = Replayed(claim(-0.3, -0.1, id="b"), why_not="the patch does not apply", whose="candidate")
    found = judge(RULES, [good, bad], SCALES)
    assert found.points == pytest.approx(points(good))
    assert found.results[1].value is None
    assert found.results[1].why_not_measured == "the patch does not apply"
    assert judge(RULES, [bad], SCALES).points == 0


def test_our_own_failure_is_not_the_candidates(make_trials: Make) -> None:
    ours = Replayed(claim(-0.3, -0.1), why_not="the sandbox failed", whose="grader")
    assert judge(RULES, [ours], SCALES).points is None


def test_no_claims_are_no_points() -> None:
    found = judge(RULES, [], SCALES)
    assert found.points == 0
    assert "claims nothing" in found.why


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(st.floats(-1, 1), st.floats(-1, 1), st.sampled_from([0.2, 0.5, 0.7, 0.9])),
        min_size=1,
        max_size=4,
    )
)
def test_points_stay_inside_and_add_up(make_trials: Make, said: list[tuple[float, float, float]]) -> None:
    each = [
        replayed(make_trials, claim(min(a, b), max(a, b), id=f"c{n}"), after=after, lines=f"+l{n}")
        for n, (a, b, after) in enumerate(said)
    ]
    found = judge(RULES, each, SCALES)
    assert found.points is not None
    assert 0 <= found.points <= 25 + 1e-9
    assert sum(result.points or 0 for result in found.results) == pytest.approx(found.points)


def test_overlapping_patches_are_one_change() -> None:
    a, b, c = frozenset({"+1", "+2", "+3"}), frozenset({"+2", "+3", "+4"}), frozenset({"+9"})
    groups = overlaps([a, b, c])
    assert groups[0] == groups[1] != groups[2]


def test_lines_of_a_patch_and_what_of_them_was_kept() -> None:
    patch = "--- a/m.py\n+++ b/m.py\n@@ -1,2 +1,2 @@\n-old = 1\n+new = 2\n same\n+\n"
    lines = changed_lines(patch)
    assert lines == {"-old = 1", "+new = 2"}
    assert kept_share(lines, frozenset({"new = 2", "same"})) == 1
    assert kept_share(lines, frozenset({"old = 1", "same"})) == 0
    assert kept_share(frozenset(), frozenset()) == 0


def test_what_our_noise_hides_is_not_judged_and_might_have_earned(make_trials: Make) -> None:
    noisy = {"failure_rate": 0.05}
    hidden = replayed(make_trials, claim(-0.05, -0.02, id="a"), after=0.53, lines="+a")
    found = judge(RULES, [hidden], noisy)
    assert found.points == 0
    assert found.results[0].points is None
    assert "too noisy" in found.results[0].remark
    assert found.possible == pytest.approx(12.5)
    full = replayed(make_trials, claim(-0.34, -0.26, id="b"), lines="+a")
    both = judge(RULES, [hidden, full], {**SCALES, "failure_rate": 0.4})
    assert both.possible == 0


def test_a_group_that_has_earned_its_most_leaves_no_room(make_trials: Make) -> None:
    sure = replayed(make_trials, claim(-0.34, -0.26, id="a"), lines="+a")
    harm = replayed(make_trials, claim(-0.1, -0.05, id="b", metric="harm_rate"), lines="+a")
    found = judge(RULES, [sure, harm], {"failure_rate": 0.4, "harm_rate": 0.01})
    assert found.results[1].skill is None
    assert found.points == pytest.approx(12.5)
    assert found.possible == pytest.approx(0)
