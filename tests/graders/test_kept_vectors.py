"""Every change of the graders is tried on what the vaults keep; a moved score is shown with its cause."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from graders import vectors
from graders.measure.trial import read
from graders.rescoring import COMPUTED, old, rescore, rescore_all
from graders.score import total, weighed
from graders.vault_files import DEMONSTRATION, open_vault
from graders.vectors import EXEMPLARS, works_of
from harness.exercise.registry import find_exercise
from harness.trial.record import read_trials

KEPT = sorted(path.parents[1].name for path in DEMONSTRATION.glob(f"*/{vectors.FOLDER}/anchors.json.gz"))
HINT = "`takehome signal {id} --keep` keeps today's scores, for all to see in the change"


def exemplars() -> Iterator[tuple[str, Path]]:
    for path in sorted(DEMONSTRATION.glob(f"*/{EXEMPLARS}/*.trials.jsonl.gz")):
        yield path.parents[1].name, path


@pytest.mark.parametrize("id", KEPT)
def test_kept_values_are_what_todays_rules_come_to(id: str) -> None:
    vault = open_vault(None, find_exercise(id))
    shared, kept = vectors.load(vault.folder, vault.members)
    moved = []
    for name, vector in kept.items():
        for graded in vector.gradings:
            now = total(weighed(works_of(graded, shared), vault.rubric), vault.measure, vault.rubric).value
            was = graded.score.value
            if (now is None) != (was is None) or abs((now or 0.0) - (was or 0.0)) > 1e-6:
                moved.append(f"{name}, epoch {graded.epoch}: {was} -> {now}")
    assert not moved, "\n".join([*moved, HINT.format(id=id)])


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("id", KEPT)
def test_kept_errors_and_recommendations_are_what_todays_rules_come_to(id: str) -> None:
    exercise = find_exercise(id)
    vault = open_vault(None, exercise)
    shared, kept = vectors.load(vault.folder, vault.members)
    every = rescore_all(kept.values(), shared, exercise, vault, jobs=os.cpu_count() or 1)
    changes = [change for again in every for change in again.changes]
    assert not changes, "\n".join([*(change.text() for change in changes), HINT.format(id=id)])


def test_as_many_at_once_come_to_the_same() -> None:
    exercise = find_exercise(KEPT[0])
    vault = open_vault(None, exercise)
    shared, kept = vectors.load(vault.folder, ["deny_everything", "nothing_done"])
    alone, together = (
        [again.today for again in rescore_all(kept.values(), shared, exercise, vault, jobs=jobs)]
        for jobs in (1, 2)
    )
    assert together == alone == list(kept.values())


@pytest.mark.parametrize(("id", "path"), list(exemplars()))
def test_todays_judge_reads_an_exemplar_as_it_was_kept(id: str, path: Path, tmp_path: Path) -> None:
    """And its errors, of a few works, in every run of the tests."""
    exercise = find_exercise(id)
    vault = open_vault(None, exercise)
    name = path.name.removesuffix(".trials.jsonl.gz")
    shared, kept = vectors.load(vault.folder, [name])
    simulator = exercise.model(vault.assessment.card).version
    stale = old(kept[name], vault, simulator)
    if "assessment" in stale:
        today = {"simulator": simulator, "card": vault.card_digest, "assessment": vault.assessment.digest}
        then = kept[name].versions
        apart = ", ".join(f"{what} {getattr(then, what)[:12]} (today {today[what][:12]})" for what in stale)
        mend = f"takehome signal {id} --fresh --members {name} --keep --exemplars {name}"
        pytest.skip(f"`{name}` was measured with {apart}: `{mend}`")
    store = vectors.unpack_exemplar(path, tmp_path / "store.trials.jsonl.gz")
    found = read(read_trials(store), vault.assessment.bank, exercise.judge)
    own = vectors.trials(kept[name].gradings[0].works["submission"])
    assert sorted(found, key=repr) == sorted(own, key=repr)
    again = rescore(kept[name], shared, vault)
    assert again.changes == (), "\n".join(change.text() for change in again.changes)
    assert all(getattr(again.today.versions, what) for what in COMPUTED)
