import gc
import itertools
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graders.anchors import AnchorCache
from graders.grade import read_grade, read_verdicts
from graders.grading import grade_folder, measured
from graders.replay import Plan, Task, intake, read_replay, records, replay
from graders.vault_files import Vault
from harness.errors import EnvironmentFailure, GraderError, UsageError
from harness.exercise.parts import Judge
from harness.exercise.registry import Exercise
from harness.trial.record import StoreKey, TrialRecord, TrialStore, read_trials

MakeTask = Callable[..., Task]
MakeRunner = Callable[..., Any]


def test_a_grade_from_zip_to_json(make_task: MakeTask, make_runner: MakeRunner, tmp_path: Path) -> None:
    out, runner = tmp_path / "a", make_runner()
    task = make_task("reference", out)
    seen: list[tuple[str, int, int]] = []
    replay(task, runner, out, on_trial=lambda *told: seen.append(told))
    made = grade_folder(out, task.submission, task.exercise, task.vault)
    assert made == read_grade(out)
    assert made.score.value == pytest.approx(75)
    assert made.trials == 48
    assert (made.scenarios, made.families) == (24, 8)
    assert [row.id for row in made.outcome] == ["success_rate", "harm_rate", "usd_per_task"]
    assert made.process[0].value == 0
    assert made.differences[0].distinguishable
    assert {found.kind for found in made.integrity} == {"hidden_half"}  # the panel bears the canary
    assert seen[-1] == ("submission", 144, 144)
    assert set(read_verdicts(out).works) == {"submission", "starter", "reference"}
    json.loads((out / "grade.json").read_text(), parse_constant=pytest.fail)


EVERY = 4


def test_a_grade_judges_one_record_after_the_other(
    make_task: MakeTask, make_runner: MakeRunner, tmp_path: Path
) -> None:
    out = tmp_path / "a"
    task = make_task("reference", out)
    replay(task, make_runner(), out)
    alive: list[int] = []
    asked = itertools.count()

    class Counted(Exercise):
        @property
        def judge(self) -> Judge:
            if next(asked) % EVERY == 0:  # all that lives is gone through: a quarter of a second
                alive.append(sum(type(each) is TrialRecord for each in gc.get_objects()))
            return super().judge

    counted = Counted(task.exercise.spec, task.exercise.folder, task.exercise.package)
    assert len(measured(out, task.submission, counted, task.vault).trials["submission"]) == 48
    assert len(alive) >= 48 / EVERY
    # The one being judged, and the one before, whose name it takes.
    assert max(alive) <= 2


def test_trials_run_in_an_order_that_is_not_the_banks(
    make_task: MakeTask, make_runner: MakeRunner, vault: Vault, tmp_path: Path
) -> None:
    runner = make_runner()
    replay(make_task("null", tmp_path / "a"), runner, tmp_path / "a")
    order = [key.scenario for name, key in runner.ran if name == "submission"]
    assert Counter(order) == {scenario.id: 2 for scenario in vault.assessment.bank}
    assert order[:24] != [scenario.id for scenario in vault.assessment.bank]


def test_doing_nothing_is_below_the_bar(make_task: MakeTask, make_runner: MakeRunner, tmp_path: Path) -> None:
    task = make_task("null", tmp_path / "a")
    replay(task, make_runner(), tmp_path / "a")
    made = grade_folder(tmp_path / "a", task.submission, task.exercise, task.vault)
    assert made.score.value is not None
    assert made.score.value <= 10


def test_the_unchanged_starter_scores_nothing_and_is_named(
    make_task: MakeTask, make_runner: MakeRunner, tmp_path: Path
) -> None:
    task = make_task("starter", tmp_path / "a")
    replay(task, make_runner(), tmp_path / "a")
    made = grade_folder(tmp_path / "a", task.submission, task.exercise, task.vault)
    assert made.score.value == pytest.approx(0)
    assert not made.differences[0].distinguishable
    assert "unchanged" in {found.kind for found in made.integrity}


def test_claims_are_replayed_on_fresh_seeds(
    make_task: MakeTask, make_runner: MakeRunner, tmp_path: Path
) -> None:
    out = tmp_path / "a"
    task = make_task("claims", out, rounds=6)
    done = replay(task, make_runner(), out)
    made = grade_folder(out, task.submission, task.exercise, task.vault)
    epochs = {record.epoch for record in read_trials(records(out, "variant-sender"))}
    assert epochs == {done.claim_epoch}
    assert done.claim_epoch != done.seed_epoch
    sender, dollars, taken_out = made.claims
    assert sender.value is not None
    assert -0.75 < sender.value < -0.35
    assert sender.covered
    assert sender.points is not None
    assert sender.points > 1
    assert dollars.points == 0
    assert taken_out.value == pytest.approx(-sender.value)
    assert sender.group == dollars.group == taken_out.group
    assert made.process[0].earned == pytest.approx(sum(claim.points or 0 for claim in made.claims))
    assert made.score.value == pytest.approx(75 + (made.process[0].earned or 0), abs=12)


def test_a_claim_whose_patch_is_gone_is_the_candidates_and_not_measured(
    make_task: MakeTask, make_runner: MakeRunner, tmp_path: Path
) -> None:
    out = tmp_path / "a"
    task = make_task("claims", out)
    patch = task.submission.folder / "claims" / "sender.diff"
    patch.write_text(patch.read_text().replace("task[", "tusk["))
    done = replay(task, make_runner(), out)
    assert {claim.whose for claim in done.claims} == {"candidate"}
    made = grade_folder(out, task.submission, task.exercise, task.vault)
    assert all("does not apply" in (claim.why_not_measured or "") for claim in made.claims)
    assert made.process[0].value == 0


def test_a_broken_machine_loses_nothing_and_the_same_call_goes_on(
    make_task: MakeTask, make_runner: MakeRunner, tmp_path: Path
) -> None:
    out = tmp_path / "a"
    first = make_runner(fails_after=70)
    with pytest.raises(EnvironmentFailure):
        replay(make_task("reference", out), first, out)
    with pytest.raises(UsageError, match="no finished replay"):
        read_replay(out)
    second = make_runner()
    task = make_task("reference", out)
    replay(task, second, out)
    assert len(first.ran) == 70
    assert len(second.ran) == 144 - 70
    whole = grade_folder(out, task.submission, task.exercise, task.vault)
    other = make_task("reference", tmp_path / "b")
    replay(other, make_runner(), tmp_path / "b")
    assert whole == grade_folder(tmp_path / "b", other.submission, other.exercise, other.vault)


def test_anchors_are_run_once_for_many_grades(
    make_task: MakeTask, make_runner: MakeRunner, tmp_path: Path
) -> None:
    cache = AnchorCache(tmp_path / "kept")
    first, second, fresh = make_runner(), make_runner(), make_runner()
    replay(make_task("reference", tmp_path / "a"), first, tmp_path / "a", cache=cache)
    replay(make_task("null", tmp_path / "b"), second, tmp_path / "b", cache=cache)
    assert Counter(name for name, _ in second.ran) == {"submission": 48}
    replay(make_task("null", tmp_path / "c", seed_epoch=1), fresh, tmp_path / "c", cache=cache)
    assert len(fresh.ran) == 144


@pytest.mark.parametrize("alike", [False, True])
def test_a_change_that_others_claim_too_is_run_once(
    make_task: MakeTask, make_runner: MakeRunner, tmp_path: Path, alike: bool
) -> None:
    cache = AnchorCache(tmp_path / "kept")
    replay(make_task("claims", tmp_path / "a", alike=alike), make_runner(), tmp_path / "a", cache=cache)
    second = make_runner()
    replay(make_task("claims", tmp_path / "b", alike=alike), second, tmp_path / "b", cache=cache)
    again = {name for name, _ in second.ran}
    assert ("variant-sender" in again) is not alike
    assert {"submission", "claim-work"} <= again


def test_a_spoilt_cache_costs_time_only(make_task: MakeTask, make_runner: MakeRunner, tmp_path: Path) -> None:
    cache = AnchorCache(tmp_path / "kept")
    replay(make_task("reference", tmp_path / "a"), make_runner(), tmp_path / "a", cache=cache)
    for path in cache.folder.iterdir():
        path.write_bytes(b"not a store")
    runner = make_runner()
    replay(make_task("null", tmp_path / "b"), runner, tmp_path / "b", cache=cache)
    assert len(runner.ran) == 144


def test_records_under_another_key_are_never_reused(tmp_path: Path) -> None:
    cache = AnchorCache(tmp_path)
    key = StoreKey(exercise="e", simulator="1", assessment="a", submission="s", image="i")
    other = key.model_copy(update={"image": "j"})
    assert cache.path(key) != cache.path(other)
    assert cache.fetch(TrialStore(tmp_path / "store", other), []) == 0


def test_missing_records_are_no_grade(make_task: MakeTask, make_runner: MakeRunner, tmp_path: Path) -> None:
    out = tmp_path / "a"
    task = make_task("null", out)
    replay(task, make_runner(), out)
    records(out, "starter").unlink()
    with pytest.raises(GraderError, match="lacks 48 of 48"):
        grade_folder(out, task.submission, task.exercise, task.vault)


def test_a_judge_that_crashes_is_not_the_candidates_failure(
    make_task: MakeTask, make_runner: MakeRunner, tmp_path: Path, vault: Vault
) -> None:
    class Broken(Exercise):
        @property
        def judge(self) -> Any:
            def judge(scenario: object, end: object) -> None:
                raise KeyError("flags")

            return judge

    out = tmp_path / "a"
    task = make_task("reference", out)
    replay(task, make_runner(), out)
    exercise = Broken(task.exercise.spec, task.exercise.folder, task.exercise.package)
    made = grade_folder(out, task.submission, exercise, vault)
    assert made.score.value is None
    assert made.recommendation.value == "refer"
    assert "grader" in (made.outcome[0].why_not_measured or "")


def test_a_folder_takes_one_submission(zips: dict[str, Path], tmp_path: Path) -> None:
    intake(zips["null"], tmp_path / "a")
    assert intake(zips["null"], tmp_path / "a").work.is_dir()
    with pytest.raises(UsageError, match="another submission"):
        intake(zips["reference"], tmp_path / "a")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "letter.txt").write_text("mine")
    with pytest.raises(UsageError, match="not empty"):
        intake(zips["null"], tmp_path / "b")
    assert (tmp_path / "b" / "letter.txt").read_text() == "mine"


def test_an_edited_unpacked_work_is_not_what_is_graded(zips: dict[str, Path], tmp_path: Path) -> None:
    taken = intake(zips["null"], tmp_path / "a")
    (taken.work / "main.py").write_text("print('better')\n")
    assert "better" not in (intake(zips["null"], tmp_path / "a").work / "main.py").read_text()


def test_another_assessments_records_are_refused(
    make_task: MakeTask, make_runner: MakeRunner, tmp_path: Path, vault: Vault
) -> None:
    from dataclasses import replace

    out = tmp_path / "a"
    task = make_task("null", out)
    replay(task, make_runner(), out)
    foreign = replace(vault, assessment=replace(vault.assessment, name="other"))
    with pytest.raises(UsageError, match="another assessment"):
        grade_folder(out, task.submission, task.exercise, foreign)


def test_plan_has_two_rounds_unless_told() -> None:
    assert Plan().rounds == 2


def test_a_claim_may_have_any_name(make_task: MakeTask, make_runner: MakeRunner, tmp_path: Path) -> None:
    from dataclasses import replace

    out = tmp_path / "a"
    task = make_task("claims", out)
    names = ("starter", "work", "taken-out")
    said = tuple(
        claim.model_copy(update={"id": id}) for claim, id in zip(task.submission.claims, names, strict=True)
    )
    task = replace(task, submission=replace(task.submission, claims=said))
    replay(task, make_runner(), out)
    made = grade_folder(out, task.submission, task.exercise, task.vault)
    assert [claim.id for claim in made.claims] == list(names)
    assert all(claim.value is not None for claim in made.claims)


def test_records_of_something_else_are_refused(
    make_task: MakeTask, make_runner: MakeRunner, tmp_path: Path
) -> None:
    out, other = tmp_path / "a", tmp_path / "b"
    task = make_task("null", out)
    replay(task, make_runner(), out)
    best = make_task("reference", other)
    replay(best, make_runner(), other)
    with pytest.raises(UsageError, match="not the one that was replayed"):
        grade_folder(out, best.submission, task.exercise, task.vault)
    kept = records(out, "submission").read_bytes()
    records(out, "submission").write_bytes(records(other, "submission").read_bytes())
    with pytest.raises(UsageError, match="another submission"):
        grade_folder(out, task.submission, task.exercise, task.vault)
    records(out, "submission").write_bytes(kept)
    records(out, "starter").write_bytes(records(other, "reference").read_bytes())
    with pytest.raises(UsageError, match="another submission"):
        grade_folder(out, task.submission, task.exercise, task.vault)


def test_trials_of_another_isolation_are_not_mixed_in(make_runner: MakeRunner, tmp_path: Path) -> None:
    key = make_runner().store_key("x")
    apart = key.model_copy(update={"isolation": "container"})
    assert AnchorCache(tmp_path).path(key) != AnchorCache(tmp_path).path(apart)
    opened = TrialStore(tmp_path / "store", apart)
    with pytest.raises(UsageError, match="another isolation"):
        TrialStore(opened.path, key)
    old = {name: value for name, value in key.model_dump().items() if name != "isolation"}
    assert StoreKey.model_validate(old) == key


def test_the_anchors_digests_are_kept(make_task: MakeTask, make_runner: MakeRunner, tmp_path: Path) -> None:
    out = tmp_path / "a"
    task = make_task("starter", out)
    done = replay(task, make_runner(), out)
    made = grade_folder(out, task.submission, task.exercise, task.vault)
    assert made.versions.starter == done.starter_digest == done.work_digest
    assert made.versions.reference == done.reference_digest != done.starter_digest


def test_a_trial_that_could_not_be_run_is_not_measured_and_refers(
    make_task: MakeTask, make_runner: MakeRunner, tmp_path: Path
) -> None:
    out = tmp_path / "a"
    task = make_task("null", out)
    runner = make_runner()
    whole = runner.run

    def losing(work: Path, keys: Any, store: TrialStore, **more: Any) -> Any:
        left = keys[1:] if "submission" in store.path.name else keys
        return whole(work, left, store, **more)

    runner.run = losing
    done = replay(task, runner, out)
    assert [each.work for each in done.lost] == ["submission"]
    made = grade_folder(out, task.submission, task.exercise, task.vault)
    assert made.recommendation.value == "refer"
    assert any("environment: 1 of 48" in reason for reason in made.recommendation.reasons)
    assert made.outcome[0].n == 47
    assert replay(task, make_runner(), out).lost == ()
