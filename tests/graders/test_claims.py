from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graders.claims import grouped, judge, redrawn
from graders.measure.trial import Trial
from graders.patch_lines import changed_by_file, changed_lines, kept_share, overlap
from graders.replayed import Replayed
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
    work = base if said.base == "work" else variant
    return Replayed(said, base, variant, starter, frozenset(lines.split()), kept, work=work)


def points(*each: Replayed) -> float:
    found = judge(RULES, each, SCALES).points
    assert found is not None
    return found


def parts(make: Make, *, worth: float = 1.3) -> tuple[list[Trial], list[list[Trial]], list[Trial]]:
    """Starter, two repairs of half the families each, and the work that holds both."""
    base, fixed = make(0.5, **SIZE), make(worth, **SIZE)
    halves = [
        [new if int(new.family[1:]) % 2 == half else old for old, new in zip(base, fixed, strict=True)]
        for half in (0, 1)
    ]
    return base, halves, fixed


def test_a_sharp_true_claim_earns_and_two_earn_all(make_trials: Make) -> None:
    base, halves, work = parts(make_trials)
    each = [
        Replayed(claim(-0.29, -0.21, id=name), base, half, base, frozenset({f"+{name}"}), 1.0, work=work)
        for name, half in zip("ab", halves, strict=True)
    ]
    alone = [points(one) for one in each]
    assert all(8 < worth <= 12.5 for worth in alone)
    assert points(*each) == pytest.approx(sum(alone))


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
    found = judge(RULES, [replayed(make_trials, claim(-0.34, -0.26), kept=0.2)], SCALES)
    assert found.points == 0
    assert not found.results[0].in_work
    assert judge(RULES, [replayed(make_trials, claim(-0.34, -0.26))], SCALES).results[0].in_work


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
    found = judge(RULES, [ours], SCALES)
    assert found.points == 0
    assert found.possible == pytest.approx(12.5)


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


def test_padding_or_nesting_a_patch_leaves_it_one_change() -> None:
    fix = frozenset(f"+fix {n}" for n in range(10))
    padded = [fix | {f"+# {tag} {n}" for n in range(20)} for tag in "ab"]
    assert overlap(*padded) >= 0.3
    assert overlap(fix, fix | {f"+other {n}" for n in range(60)}) == 1
    assert overlap(fix, frozenset({"+9"})) == overlap(fix, frozenset()) == 0


def test_variants_that_end_alike_are_one_change_however_written(make_trials: Make) -> None:
    said = [replayed(make_trials, claim(-0.34, -0.26, id=f"c{n}"), lines=f"+pad{n}") for n in range(6)]
    assert {each.group for each in grouped(said)} == {0}
    assert points(*said) == pytest.approx(points(said[0]))


def test_all_claims_of_a_metric_gain_no_more_than_the_work(make_trials: Make) -> None:
    base, halves, _ = parts(make_trials)
    each = [
        Replayed(claim(-0.29, -0.21, id=name), base, half, base, frozenset({f"+{name}"}), 1.0, work=halves[0])
        for name, half in zip("ab", halves, strict=True)
    ]
    assert points(*each) <= 25 * 0.25 / 0.4 / RULES.enough + 1e-9
    results = judge(RULES, each, {"failure_rate": 2.0}).results
    assert sum(result.points or 0 for result in results) <= 25 * 0.25 / 2.0 / RULES.enough + 1e-9


def test_an_exit_in_the_starter_is_no_saving(make_trials: Make) -> None:
    base = make_trials(0.5, **SIZE)
    gone = [replace(trial, usd=0.0) for trial in make_trials(-1.0, harm=0.0, **SIZE)]
    for metric, said in (("usd_per_task", (-0.0101, -0.0099)), ("harm_rate", (-0.16, -0.14))):
        for work in (base, gone):
            one = Replayed(
                claim(*said, metric=metric),
                base,
                gone,
                base,
                frozenset({"+raise SystemExit"}),
                1.0,
                work=work,
            )
            assert points(one) == 0, (metric, work is base)


def test_an_exit_that_stands_in_the_work_is_no_saving_when_taken_out(make_trials: Make) -> None:
    base = make_trials(0.5, **SIZE)
    gone = [replace(trial, usd=0.0) for trial in make_trials(-1.0, harm=0.0, **SIZE)]
    said = claim(0.0099, 0.0101, metric="usd_per_task", base="work")
    assert points(Replayed(said, gone, base, base, frozenset({"+x"}), 1.0)) == 0


def test_an_effect_that_the_work_does_not_show_earns_nothing(make_trials: Make) -> None:
    one = replayed(make_trials, claim(-0.34, -0.26))
    assert points(one) > 5
    assert points(replace(one, work=one.base, known={})) == 0
    assert points(replace(one, work=(), known={})) == 0


def void(trials: list[Trial], which: Callable[[Trial], bool]) -> list[Trial]:
    return [replace(t, verdict=None, whose="simulator") if which(t) else t for t in trials]


def test_a_patch_that_makes_itself_unmeasurable_is_the_candidates_and_voids_nothing_else(
    make_trials: Make,
) -> None:
    good = replayed(make_trials, claim(-0.34, -0.26, id="good"), lines="+good")
    lost = replace(
        replayed(make_trials, claim(-0.1, 0.0, id="lost"), lines="+lost"),
        variant=void(make_trials(0.5, **SIZE), lambda _: True),
        known={},
    )
    assert points(good, lost) == pytest.approx(points(good))
    found = judge(RULES, [lost], SCALES)
    assert (found.points, found.possible) == (0, 0)
    assert "could not be measured" in (found.results[0].why_not_measured or "")


@pytest.mark.parametrize("base", ["starter", "work"])
def test_hiding_what_a_change_does_badly_gains_nothing(make_trials: Make, base: str) -> None:
    if base == "starter":
        honest = replayed(make_trials, claim(-0.34, -0.26))
        bad = [t for t in honest.variant if t.verdict and not t.verdict.success][:12]
    else:
        honest = replayed(make_trials, claim(0.16, 0.24, base="work"), before=0.9, after=0.7)
        bad = [t for t in honest.variant if t.verdict and t.verdict.success][:12]
    places = {(t.scenario, t.replay) for t in bad}
    hiding = replace(
        honest, variant=void(list(honest.variant), lambda t: (t.scenario, t.replay) in places), known={}
    )
    said, hidden = (judge(RULES, [each], SCALES).results[0] for each in (honest, hiding))
    assert said.value is not None
    assert hidden.value == pytest.approx(said.value)


def test_what_the_starter_could_not_have_measured_either_is_left_out(make_trials: Make) -> None:
    base, variant = make_trials(0.5, **SIZE), make_trials(0.8, **SIZE)
    lost = [void(each, lambda t: t.scenario in {"s1", "s2", "s3"}) for each in (base, variant)]
    one = Replayed(claim(-0.34, -0.26), lost[0], lost[1], lost[0], frozenset({"+a"}), 1.0, work=lost[1])
    found = judge(RULES, [one], SCALES).results[0]
    assert found.n == len(base) - 6
    assert found.points


def test_a_patch_that_adds_randomness_earns_no_more(make_trials: Make) -> None:
    said = claim(-0.45, -0.05)
    calm = replayed(make_trials, said, after=0.75)
    other = make_trials(0.75, **{**SIZE, "bank": 9})
    pairs = enumerate(zip(calm.variant, other, strict=True))
    wild = replace(calm, variant=[b if n % 2 else a for n, (a, b) in pairs], known={})
    assert points(wild) <= points(calm)


def test_points_do_not_jump_where_our_noise_begins_to_hide(make_trials: Make) -> None:
    one = replayed(make_trials, claim(-0.23, -0.17), after=0.7)
    scales = [0.05 + 0.0005 * n for n in range(300)]
    worth = [judge(RULES, [one], {"failure_rate": scale}).points or 0.0 for scale in scales]
    assert min(worth) == 0
    assert max(abs(a - b) for a, b in pairwise(worth)) < 1.0


def test_a_comment_leaves_no_room_for_a_gain(make_trials: Make) -> None:
    base = make_trials(0.5, **SIZE)
    note = Replayed(claim(-0.01, 0.0), base, list(base), base, frozenset({"+# a"}), 1.0, work=base)
    found = judge(RULES, [note], {"failure_rate": 0.05})
    assert (found.points, found.possible) == (0, 0)


def test_redrawing_gives_kinked_points_an_error(make_trials: Make) -> None:
    one = replayed(make_trials, claim(-0.23, -0.17), after=0.7)
    assert redrawn(RULES, grouped([one]), SCALES) > 0.5
    assert redrawn(RULES, grouped([replace(one, kept=0.0, known={})]), SCALES) == 0


PATCH = "--- a/m.py\n+++ b/m.py\n@@ -1,2 +1,2 @@\n-old = 1\n+new = 2\n same\n+\n"


def test_lines_of_a_patch_and_what_of_them_was_kept() -> None:
    assert changed_lines(PATCH) == {"-old = 1", "+new = 2"}
    assert kept_share(PATCH, {"m.py": frozenset({"new = 2", "same"})}) == 1
    assert kept_share(PATCH, {"m.py": frozenset({"old = 1", "same"})}) == 0
    assert kept_share("", {}) == 0


def test_lines_in_another_file_keep_nothing() -> None:
    notes = {"m.py": frozenset({"old = 1"}), "notes.txt": frozenset({"new = 2"})}
    assert kept_share(PATCH, notes) == 0


def test_a_changed_line_may_look_like_a_header() -> None:
    patch = "--- a/m.sql\n+++ b/m.sql\n@@ -1 +1 @@\n--- old\n+++ b/other\n"
    assert changed_by_file(patch) == {"m.sql": frozenset({"--- old", "+++ b/other"})}


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
