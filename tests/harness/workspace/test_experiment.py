from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import UsageError, WorkspaceError
from harness.workspace import changes, claims, experiment, git, practice
from harness.workspace.claims import Metric
from harness.workspace.draft import keep
from harness.workspace.experiment import Seen, try_change
from harness.workspace.folder import Workspace
from harness.workspace.luck import worn
from harness.workspace.packing import check, pack
from harness.workspace.paired import Value, difference
from harness.workspace.start import start
from harness.workspace.submission import unpack
from harness.workspace.tried import Interval, Plan, last_try, outcome, parse_expect

EXPECT = Interval(low=-0.6, high=-0.1)


def attempt(workspace: Workspace, runner: Any, p: str, **plan: Any) -> Seen:
    (workspace.root / "p.txt").write_text(p)
    return try_change(workspace, Plan("it helps", **{"expect": EXPECT, **plan}), open_runner=lambda: runner)


def test_a_try_compares_both_sides_on_the_same_draws(workspace: Workspace, runner: Any) -> None:
    seen = attempt(workspace, runner, "0.1", trials=6)
    scenarios = len(workspace.exercise.bank)
    assert seen.tried.pairs == 6 * scenarios
    assert seen.tried.difference == pytest.approx(seen.tried.change_value - seen.tried.baseline_value)
    assert seen.tried.difference < 0
    assert seen.baseline.trials == seen.change.trials == 6 * scenarios
    assert runner.ran.count(runner.ran[0]) == 2
    # With the same luck, a work that fails less often fails in no other place.
    assert seen.change.successes >= seen.baseline.successes


def test_first_numbers_come_after_one_scenario_of_each_family(workspace: Workspace, runner: Any) -> None:
    (workspace.root / "p.txt").write_text("0.1")
    looks: list[Seen] = []
    plan = Plan("it helps", trials=2)
    try_change(workspace, plan, open_runner=lambda: runner, seen=lambda seen, _: looks.append(seen))
    bank = workspace.exercise.bank
    assert [seen.tried.pairs for seen in looks] == [len(bank.families), len(bank), 2 * len(bank)]
    assert looks[0].tried.clusters == len(bank.families)
    assert len(runner.ran) == 2 * 2 * len(bank), "a trial of the first look is not run again"


def test_a_later_first_trial_is_other_luck_for_both_sides(workspace: Workspace, runner: Any) -> None:
    seen = attempt(workspace, runner, "0.1", trials=2, first=10)
    assert seen.tried.first == 10
    assert {key.replay for key in runner.ran} == {10, 11}


def test_the_numbers_are_shown_after_each_round(workspace: Workspace, runner: Any) -> None:
    (workspace.root / "p.txt").write_text("0.1")
    rounds: list[int] = []
    try_change(
        workspace,
        Plan("it helps", trials=3),
        open_runner=lambda: runner,
        seen=lambda seen, number: rounds.append(number * len(workspace.exercise.bank) - seen.tried.pairs),
    )
    assert rounds[-3:] == [0, 0, 0]


def test_trials_that_were_run_before_are_taken_again(workspace: Workspace, runner: Any) -> None:
    attempt(workspace, runner, "0.1", trials=2)
    ran = len(runner.ran)
    attempt(workspace, runner, "0.2", trials=2)
    assert len(runner.ran) == ran + 2 * len(workspace.exercise.bank)


def test_the_same_work_is_nothing_to_try(workspace: Workspace, runner: Any) -> None:
    with pytest.raises(WorkspaceError):
        try_change(workspace, Plan("nothing"), open_runner=lambda: runner)
    assert runner.ran == []


def test_an_equal_change_is_not_settled_and_not_certain(workspace: Workspace, runner: Any) -> None:
    tried = attempt(workspace, runner, "0.5").tried
    assert tried.difference == 0
    assert tried.outcome == "not settled"
    assert tried.differing == 0
    assert tried.interval_95 is tried.interval_80 is None
    assert tried.unseen == pytest.approx(1 - 0.025 ** (1 / len(workspace.exercise.bank)))
    claim = keep(workspace).claim
    assert claim is not None
    assert (claim.n, claim.measured) == (tried.pairs, None)


def test_the_work_that_was_tried_is_the_newest_cached_or_not(workspace: Workspace, runner: Any) -> None:
    def newest() -> str:
        path = practice.newest_store(workspace)
        assert path is not None
        return path.parent.name

    for p in ("0.1", "0.2", "0.1"):
        tried = attempt(workspace, runner, p).tried
        assert newest().startswith(tried.change[:16])


def test_trials_that_many_changes_were_tried_on_are_said(workspace: Workspace, runner: Any) -> None:
    for p, first, only in (
        ("0.1", 0, ()),
        ("0.1", 0, ()),
        ("0.2", 0, ()),
        ("0.3", 2, ()),
        ("0.3", 0, ("stolen_card",)),
    ):
        found = worn(workspace, attempt(workspace, runner, p, first=first, only=only).tried)
        assert (found is None) == (only == ())
    assert found == (3, 4)
    assert worn(workspace, attempt(workspace, runner, "0.4", first=4).tried) is None


def test_the_journal_tells_the_try(workspace: Workspace, runner: Any) -> None:
    attempt(workspace, runner, "0.1")
    event = workspace.journal.read().events[-1]
    assert event.type == "try"
    assert event.data["hypothesis"] == "it helps"
    assert event.data["lines"] == {"added": 1, "removed": 0}


def test_a_kept_try_becomes_a_claim_about_the_starter(workspace: Workspace, runner: Any) -> None:
    tried = attempt(workspace, runner, "0.1").tried
    kept = keep(workspace)
    (claim,) = claims.load(workspace.root)
    assert kept.claim == claim
    assert claim.base == "starter"
    assert claim.predicted == (-0.6, -0.1)
    assert tried.interval_80 is not None
    assert claim.measured == pytest.approx((tried.interval_80.low, tried.interval_80.high), abs=1e-6)
    assert workspace.changes() == []
    assert check(workspace) == []
    assert git.head(workspace.root) == kept.commit != workspace.state.commit


def test_a_second_one_is_about_taking_it_out_again(workspace: Workspace, runner: Any, tmp_path: Path) -> None:
    attempt(workspace, runner, "0.3")
    keep(workspace)
    tried = attempt(workspace, runner, "0.1", expect=Interval(low=-0.3, high=-0.05)).tried
    keep(workspace)
    second = claims.load(workspace.root)[1]
    assert second.base == "work"
    assert second.predicted == (0.05, 0.3)
    assert tried.interval_80 is not None
    assert second.measured == pytest.approx((-tried.interval_80.high, -tried.interval_80.low), abs=1e-6)
    assert second.id == "it-helps-2"
    assert check(workspace) == []
    work, into = tmp_path / "work", tmp_path / "without"
    workspace.copy_now(work)
    claims.variant(second, workspace.root, starter=workspace.exercise.starter, work=work, into=into)
    assert (into / "p.txt").read_text() == "0.3"
    assert pack(workspace, tmp_path / "s.zip").meta.uncommitted is False


def test_an_older_claim_that_no_longer_comes_out_is_said(workspace: Workspace, runner: Any) -> None:
    attempt(workspace, runner, "0.3")
    keep(workspace)
    attempt(workspace, runner, "0.2")
    keep(workspace)
    (workspace.root / "p.txt").write_text("0.1")
    kept = keep(workspace, untested=True)
    (problem,) = check(workspace)
    assert kept.stale == (problem,)
    assert "`it-helps-2`" in problem
    assert "does not apply" in problem
    assert "\n" not in problem


def test_work_that_was_not_tried_is_kept_only_when_asked(workspace: Workspace, runner: Any) -> None:
    attempt(workspace, runner, "0.1")
    (workspace.root / "p.txt").write_text("0.05")
    with pytest.raises(WorkspaceError):
        keep(workspace)
    kept = keep(workspace, untested=True)
    assert kept.claim is None
    assert claims.load(workspace.root) == ()


@pytest.mark.parametrize(
    ("plan", "why"), [({"expect": None}, "predicted"), ({"only": ("stolen_card",)}, "part")]
)
def test_no_claim_without_a_prediction_on_all_of_practice(
    workspace: Workspace, runner: Any, plan: dict[str, Any], why: str
) -> None:
    attempt(workspace, runner, "0.1", **plan)
    kept = keep(workspace)
    assert kept.claim is None
    assert why in kept.why_no_claim


def test_keeping_nothing_is_said(workspace: Workspace) -> None:
    with pytest.raises(WorkspaceError):
        keep(workspace)


def test_broken_claims_are_not_written_over(workspace: Workspace, runner: Any) -> None:
    attempt(workspace, runner, "0.1")
    (workspace.root / "claims.toml").write_text("[[claim\n")
    with pytest.raises(WorkspaceError):
        keep(workspace)
    assert (workspace.root / "claims.toml").read_text() == "[[claim\n"


@given(st.text(min_size=1, max_size=100))
def test_any_hypothesis_is_valid_toml(text: str) -> None:
    from harness.workspace.draft import _string

    try:
        text.encode()
    except UnicodeEncodeError:
        return
    import tomllib

    assert tomllib.loads(f"x = {_string(text)}")["x"] == text


def test_a_drop_restores_the_work_and_saves_what_was_dropped(workspace: Workspace) -> None:
    before = workspace.digest()
    root = workspace.root
    main = (root / "main.py").read_text()
    (root / "main.py").unlink()
    (root / "lib" / "deep").mkdir(parents=True)
    (root / "lib" / "deep" / "data.bin").write_bytes(bytes(range(256)))
    (root / "claims.toml").write_text("# mine\n")
    (root / ".env").write_text("ignored")
    changed = workspace.digest()
    data = changes.drop(workspace)
    assert workspace.digest() == before
    assert (root / "main.py").read_text() == main
    assert not (root / "lib").exists()
    assert (root / "claims.toml").read_text() == "# mine\n"
    assert (root / ".env").read_text() == "ignored"
    git.output(root, "apply", data["saved"])
    assert workspace.digest() == changed


def test_staged_work_is_dropped_as_well(workspace: Workspace) -> None:
    (workspace.root / "new.py").write_text("x = 1\n")
    git.output(workspace.root, "add", "new.py")
    changes.drop(workspace)
    assert workspace.changes() == []
    with pytest.raises(WorkspaceError):
        changes.drop(workspace)


def test_two_drops_are_two_files(workspace: Workspace) -> None:
    saved = []
    for number in range(2):
        (workspace.root / "new.py").write_text(f"x = {number}\n")
        saved.append(changes.drop(workspace)["saved"])
    assert len(set(saved)) == 2


def test_a_damaged_try_is_said(workspace: Workspace, runner: Any) -> None:
    attempt(workspace, runner, "0.1")
    (workspace.home / "tries" / "001.json").write_text("{")
    with pytest.raises(WorkspaceError):
        last_try(workspace)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("-0.25..-0.10", -0.25, -0.1),
        ("+0.10..+0.25", 0.1, 0.25),
        ("-25%..-10%", -0.25, -0.1),
        ("0 .. .5", 0, 0.5),
    ],
)
def test_predictions_are_read(text: str, low: float, high: float) -> None:
    assert parse_expect(text, "failure_rate") == Interval(low=low, high=high)


@pytest.mark.parametrize("text", ["", "0.1", "0.2..0.1", "a..b", "..", "1.2.3..4", "nan..1", "-..1"])
def test_what_is_no_prediction_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_expect(text, "failure_rate")


@pytest.mark.parametrize("text", ["-0.002..-0.001usd", "-0.002$..-0.001$", "-.002 USD .. -.001 USD"])
def test_dollars_are_said(text: str) -> None:
    assert parse_expect(text, "usd_per_task") == Interval(low=-0.002, high=-0.001)


@pytest.mark.parametrize(
    ("text", "metric"),
    [("-0.02..0.005", "usd_per_task"), ("-20%..-10usd", "usd_per_task"), ("-0.2..-0.1usd", "harm_rate")],
)
def test_an_expectation_of_another_metric_is_refused(text: str, metric: Metric) -> None:
    with pytest.raises(UsageError) as caught:
        parse_expect(text, metric)
    assert "belongs to its metric" in caught.value.hint


def test_per_cent_of_dollars_is_refused_and_so_is_a_rate_beyond_one() -> None:
    with pytest.raises(UsageError):
        parse_expect("-20%..-10%", "usd_per_task")
    with pytest.raises(UsageError):
        Plan("x", expect=Interval(low=-25, high=-10))


def side(values: list[float]) -> list[Value]:
    return [Value(f"s{n}", f"f{n}", value) for n, value in enumerate(values)]


@pytest.mark.parametrize(
    ("after", "expect", "said"),
    [
        ([0.0] * 15 + [1.0] * 5, (-0.9, -0.5), "as predicted"),
        ([0.0] * 15 + [1.0] * 5, (0.1, 0.5), "outside the prediction"),
        ([0.0] * 2 + [1.0] * 18, (-0.3, -0.05), "not settled"),
        ([1.0] * 20, (-0.3, 0.3), "as predicted"),
    ],
)
def test_a_prediction_is_borne_out_or_not(after: list[float], expect: tuple[float, float], said: str) -> None:
    found = difference(side([1.0] * 20), side(after), bound=1.0)
    assert outcome(found, Interval(low=expect[0], high=expect[1])) == said


def test_the_module_s_own_json_is_finite(workspace: Workspace, runner: Any) -> None:
    import json

    seen: experiment.Seen = attempt(workspace, runner, "0.1", metric="usd_per_task", expect=None)
    text = json.dumps(seen.as_json(), allow_nan=False)
    assert json.loads(text)["metric"] == "usd_per_task"


def test_claims_and_their_diffs_travel_with_the_submission(
    workspace: Workspace, runner: Any, tmp_path: Path
) -> None:
    attempt(workspace, runner, "0.3")
    keep(workspace)
    attempt(workspace, runner, "0.1", expect=Interval(low=-0.3, high=-0.05))
    keep(workspace)
    found = unpack(pack(workspace, tmp_path / "s.zip").path, tmp_path / "into")
    assert found.findings == ()
    assert found.claims == claims.load(workspace.root)
    starter = workspace.exercise.starter
    assert claims.problems(found.claims, found.folder, starter=starter, work=found.work) == []
    first, second = found.claims
    assert (
        claims.variant(first, found.folder, starter=starter, work=found.work, into=tmp_path / "a") == starter
    )
    assert (tmp_path / "a" / "p.txt").read_text() == "0.3"
    claims.variant(second, found.folder, starter=starter, work=found.work, into=tmp_path / "b")
    assert (tmp_path / "b" / "p.txt").read_text() == "0.3"
    assert (found.work / "p.txt").read_text() == "0.1"


def test_a_workspace_is_known_by_its_submissions(workspace: Workspace, exercise: Any, tmp_path: Path) -> None:
    other = start(exercise, workspace.state.exercise, tmp_path / "other")
    first = unpack(pack(workspace, tmp_path / "1.zip").path, tmp_path / "a").meta.workspace
    again = unpack(pack(workspace, tmp_path / "2.zip").path, tmp_path / "b").meta.workspace
    second = unpack(pack(other, tmp_path / "3.zip").path, tmp_path / "c").meta.workspace
    assert first == again != second
