from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graders import vectors
from graders.measure.trial import read
from graders.rescoring import current, moved, old, rescore, signal_of, standing
from graders.score import Works, score
from graders.standings import Panel, grade_panel
from graders.vault_files import Vault
from graders.vectors import Anchors, Vector
from harness.errors import EnvironmentFailure, SpecError
from harness.exercise.registry import Exercise
from harness.trial.record import read_trials

Kept = tuple[Anchors, dict[str, Vector]]


def graded(what: Panel, runner: Any, folder: Path) -> Kept:
    works: dict[str, vectors.Table] = {}
    kept = {}
    for name, vector, shared in grade_panel(what, runner, folder):
        kept[name] = vector
        works |= shared.works
    return Anchors(canary="c", works=works), kept


@pytest.fixture
def kept(tiny: Exercise, vault: Vault, make_runner: Callable[..., Any], tmp_path: Path) -> Kept:
    return graded(Panel(tiny, vault, 2, 0), make_runner(), tmp_path / "panel")


def test_a_panel_is_graded_twice_and_goes_on_where_it_stopped(
    tiny: Exercise, vault: Vault, make_runner: Callable[..., Any], tmp_path: Path
) -> None:
    what = Panel(tiny, vault, 2, 0)
    with pytest.raises(EnvironmentFailure):
        graded(what, make_runner(fails_after=200), tmp_path)
    shared, kept = graded(what, make_runner(), tmp_path)
    standings = [standing(vault.members[name], each, shared) for name, each in kept.items()]
    made = signal_of(tiny, vault, standings, ())
    scores = {row.id: row.score for row in made.panel}
    assert scores["reference"] == pytest.approx(75)
    assert scores["starter"] == pytest.approx(0)
    assert scores["null"] is not None
    assert scores["null"] < 10
    assert next(f for f in made.figures if f.id == "null_score").met
    again = make_runner()
    assert graded(what, again, tmp_path)[1] == kept
    assert again.ran == []
    (tmp_path / vectors.FOLDER / "null.json.gz").unlink()
    assert graded(what, again, tmp_path)[1] == kept, "records are enough"
    assert again.ran == []


def test_some_of_a_panel_are_graded_and_a_changed_member_anew(
    tiny: Exercise, vault: Vault, make_runner: Callable[..., Any], tmp_path: Path
) -> None:
    what = Panel(tiny, vault, 2, 0, only=("null",))
    _, kept = graded(what, make_runner(), tmp_path)
    assert list(kept) == ["null"]
    other = make_runner()
    other.simulator = "fake/2"
    (vector,) = graded(what, other, tmp_path)[1].values()
    assert vector.versions.simulator == "fake/2"
    assert other.ran
    (change,) = moved(kept["null"], vector.model_copy(update={"made_from": "edited"}))
    assert change.causes == ("simulator",)
    assert moved(vector, vector) == []


def test_trials_come_back_as_they_were(make_trials: Callable[..., Any]) -> None:
    trials = make_trials(0.7)
    assert vectors.trials(vectors.table(trials)) == trials


def test_a_vector_comes_back_from_disk_and_bears_the_canary(kept: Kept, tmp_path: Path) -> None:
    shared, members = kept
    first = members["reference"].model_copy(update={"canary": "takehome-canary-x"})
    path = vectors.write(tmp_path, "reference", first)
    vectors.write(tmp_path, vectors.ANCHORS, shared)
    assert b"takehome-canary-x" in path.read_bytes()
    before = path.read_bytes()
    vectors.write(tmp_path, "reference", first)
    assert path.read_bytes() == before
    assert vectors.load(tmp_path, ["reference", "nobody"]) == (shared, {"reference": first})


def test_keeping_adds_anchors_and_pruning_drops_those_of_nobody(kept: Kept, tmp_path: Path) -> None:
    shared, members = kept
    first, *_ = members.values()
    only = vectors.Anchors(
        canary="c", works={n: t for n, t in shared.works.items() if n.endswith(first.gradings[0].against)}
    )
    stranger = vectors.Anchors(canary="c", works={"starter@gone": next(iter(shared.works.values()))})
    vectors.keep(tmp_path, first, stranger)
    vectors.keep(tmp_path, first, only)
    vectors.keep(tmp_path, first, shared)
    assert set(vectors.load(tmp_path, [])[0].works) == set(shared.works) | {"starter@gone"}
    vectors.prune(tmp_path)
    kept_now, vector = vectors.load(tmp_path, [first.member])
    assert (kept_now.works, vector) == (shared.works, {first.member: first})


def test_an_exemplar_holds_what_was_recorded_in_the_first_grading(
    tiny: Exercise, vault: Vault, make_runner: Callable[..., Any], tmp_path: Path
) -> None:
    run = tmp_path / "run"
    _, kept = graded(Panel(tiny, vault, 2, 0, only=("null",)), make_runner(), run)
    path = vectors.keep_exemplar(tmp_path, run, kept["null"])
    store = vectors.unpack_exemplar(path, tmp_path / "again.trials.jsonl.gz")
    found = read(read_trials(store), vault.assessment.bank, tiny.judge)
    own = vectors.trials(kept["null"].gradings[0].works["submission"])
    assert sorted(found, key=repr) == sorted(own, key=repr)
    assert kept["null"].canary.encode() in path.read_bytes()


def test_the_same_rules_give_the_same_scores(kept: Kept, vault: Vault) -> None:
    shared, members = kept
    for vector in members.values():
        again = rescore(vector, shared, vault)
        assert again.changes == ()
        assert [result.score for result in again.results] == [graded.score for graded in vector.gradings]


def test_a_changed_rubric_is_named_as_the_cause(kept: Kept, vault: Vault) -> None:
    shared, members = kept
    vector = members["reference"]
    items = tuple(
        item.model_copy(update={"points": item.points * 0.5}) if n == 0 else item
        for n, item in enumerate(vault.rubric.item)
    )
    changed = vars(vault) | {"rubric": vault.rubric.model_copy(update={"item": items, "version": "new"})}
    other = Vault(**{name: changed[name] for name in Vault.__dataclass_fields__})
    change = rescore(vector, shared, other).changes[0]
    assert change.causes == ("rubric",)
    assert change.was.value is not None
    assert change.now.value is not None
    assert change.now.value < change.was.value
    assert "cause: rubric" in change.text()
    today = rescore(vector, shared, other).today
    assert rescore(today, shared, other).changes == ()
    assert today.versions.rubric == "new"


def test_a_change_that_no_version_tells_of_is_ours_to_mend(kept: Kept, vault: Vault) -> None:
    shared, members = kept
    vector = members["reference"]
    first = vector.gradings[0]
    wrong = first.model_copy(update={"score": first.score.model_copy(update={"value": 1.0})})
    edited = vector.model_copy(update={"gradings": (wrong, vector.gradings[1])})
    (change,) = rescore(edited, shared, vault).changes
    assert change.causes == ()
    assert "one must be raised" in change.text()


def test_another_simulator_makes_a_vector_old(kept: Kept, vault: Vault) -> None:
    vector = kept[1]["starter"]
    assert old(vector, vault, vector.versions.simulator) == ()
    assert old(vector, vault, "another") == ("simulator",)
    assert set(current(vault)) <= set(type(vector.versions).model_fields)


def test_an_anchor_handed_in_runs_the_same_trials_twice(kept: Kept, vault: Vault) -> None:
    shared, members = kept
    vector = members["starter"]
    first = vector.gradings[0]
    seen = standing(vault.members["starter"], vector, shared).reruns
    assert len(seen) == sum(len(graded.works["submission"].rows) for graded in vector.gradings)
    assert all(seen)
    assert standing(vault.members["null"], members["null"], shared).reruns == ()
    name = vectors.anchor("starter", first.against)
    known = vectors.trials(shared.works[name])
    known[3] = replace(known[3], calls=known[3].calls + 1)
    other = Anchors(canary="c", works=shared.works | {name: vectors.table(known)})
    assert standing(vault.members["starter"], vector, other).reruns.count(False) == 1


def test_a_vector_without_its_anchors_is_refused(kept: Kept, vault: Vault) -> None:
    with pytest.raises(SpecError, match="lack `starter`"):
        rescore(kept[1]["reference"], Anchors(canary="c", works={}), vault)


def test_works_of_a_vector_score_as_the_grade_did(kept: Kept, vault: Vault) -> None:
    shared, members = kept
    graded = members["reference"].gradings[1]
    works = vectors.works_of(graded, shared)
    assert isinstance(works, Works)
    assert score(works, vault.measure, vault.rubric, vault.parameters.bar).score == graded.score


def test_what_is_no_vector_is_refused(tmp_path: Path) -> None:
    (tmp_path / vectors.FOLDER).mkdir()
    (tmp_path / vectors.FOLDER / f"{vectors.ANCHORS}.json.gz").write_bytes(b"torn")
    with pytest.raises(SpecError, match="does not hold a vector"):
        vectors.load(tmp_path, [])
