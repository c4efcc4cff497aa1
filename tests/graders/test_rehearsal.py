"""Anchors, works that do nothing, cheats and experts on the tiny exercise, whose trials are made up."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graders.rehearsal import in_replay
from graders.validation import Check
from graders.vault_files import Vault, open_vault
from harness.exercise.registry import Exercise
from harness.trial.record import TrialKey, TrialRecord

MakeRunner = Callable[..., Any]
FIXTURES = Path(__file__).parents[1] / "fixtures"


def by_id(checks: list[Check]) -> dict[str, Check]:
    return {check.id: check for check in checks}


@pytest.fixture
def peopled(tiny: Exercise, tmp_path: Path) -> Vault:
    """The tiny vault with a cheat that is the starter in disguise, one that repairs, and an expert."""
    shutil.copytree(FIXTURES / "tiny_vault" / "tiny", tmp_path / "vault" / "tiny")
    panel = tmp_path / "vault" / "tiny" / "panel"
    starter, repaired = tiny.starter / "main.py", panel / "reference" / "work" / "main.py"
    for name, source, more in (
        ("idle_cheat", starter, 'role = "cheat"\npair = "starter"'),
        ("paid_cheat", repaired, 'role = "cheat"\npair = "starter"'),
        ("lone_cheat", starter, 'role = "cheat"'),
        ("blind", repaired, 'role = "panel"\nexpert = true'),
    ):
        (panel / name / "work").mkdir(parents=True)
        (panel / name / "work" / "main.py").write_text(source.read_text() + "\n# once more\n")
        text = f'canary = "x"\nlevel = 1\ndescription = "made up"\n{more}\n'
        (panel / name / "member.toml").write_text(text)
    return open_vault(tmp_path / "vault", tiny)


def test_in_replay(tiny: Exercise, vault: Vault, make_runner: MakeRunner, tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    found = by_id(
        in_replay(tiny, vault, make_runner(), tmp_path, rounds=2, on_trial=lambda *told: seen.append(told))
    )
    assert all(check.held for check in found.values() if check.asked)
    assert {id for id, check in found.items() if not check.asked} == {"cheats", "experts"}
    assert set(found) == {
        "starter",
        "anchors_apart",
        "null_score:null",
        "null_score:empty",
        "understood:starter",
        "understood:reference",
        "deterministic",
        "cheats",
        "experts",
        "one_grade",
    }
    assert "24 scenarios end now well, now badly in 2 rounds" in found["starter"].detail
    assert seen[-1] == ("starter again", 240, 240)


def test_a_program_that_differs_when_run_again_is_found(
    tiny: Exercise, vault: Vault, make_runner: MakeRunner, tmp_path: Path
) -> None:
    runner = make_runner()
    plain = runner.trial
    count = iter(range(10_000))

    def moody(key: TrialKey, p: float) -> TrialRecord:
        record: TrialRecord = plain(key, p)
        virtual = record.gateway.model_copy(update={"virtual_seconds": float(next(count))})
        return record.model_copy(update={"gateway": virtual})

    runner.trial = moody
    found = by_id(in_replay(tiny, vault, runner, tmp_path))
    assert not found["deterministic"].held


def test_anchors_that_do_not_differ_are_found(
    tiny: Exercise, vault: Vault, make_runner: MakeRunner, tmp_path: Path
) -> None:
    runner = make_runner()
    plain = runner.trial
    runner.trial = lambda key, p: plain(key, 0.5 if p else p)
    found = by_id(in_replay(tiny, vault, runner, tmp_path))
    assert not found["anchors_apart"].held
    assert found["null_score:null"].held is None


def test_cheats_are_held_against_the_same_work_without(
    tiny: Exercise, peopled: Vault, make_runner: MakeRunner, tmp_path: Path
) -> None:
    found = by_id(in_replay(tiny, peopled, make_runner(), tmp_path))
    assert found["cheat:idle_cheat"].held
    assert "gains +0.0 over `starter`" in found["cheat:idle_cheat"].detail
    assert found["cheat:paid_cheat"].held is False
    assert found["cheat:lone_cheat"].held is False
    assert "names no member" in found["cheat:lone_cheat"].detail
    assert {f"understood:{name}_cheat" for name in ("idle", "paid", "lone")} <= set(found)
    assert found["experts"].held is None
    assert not found["experts"].asked
    assert "`--experts` runs `blind`" in found["experts"].detail


def test_one_round_says_nothing_of_a_cheats_gain(
    tiny: Exercise, peopled: Vault, make_runner: MakeRunner, tmp_path: Path
) -> None:
    found = by_id(in_replay(tiny, peopled, make_runner(), tmp_path, rounds=1))
    assert found["cheat:idle_cheat"].held is None
    assert "`--rounds 2`" in found["cheat:idle_cheat"].detail


def test_experts_are_run_when_asked(
    tiny: Exercise, peopled: Vault, make_runner: MakeRunner, tmp_path: Path
) -> None:
    found = by_id(in_replay(tiny, peopled, make_runner(), tmp_path, experts=True))
    assert found["expert:blind"].held
    assert "claims, which are not replayed here, add 25 at most" in found["expert:blind"].detail
    assert found["understood:blind"].held
    assert "experts" not in found


def test_an_expert_who_fails_is_found(
    tiny: Exercise, peopled: Vault, make_runner: MakeRunner, tmp_path: Path
) -> None:
    (peopled.panel / "blind" / "work" / "main.py").write_text((tiny.starter / "main.py").read_text())
    found = by_id(in_replay(tiny, peopled, make_runner(), tmp_path, experts=True))
    assert found["expert:blind"].held is False


def test_calls_of_any_work_that_are_not_understood_are_found(
    tiny: Exercise, peopled: Vault, make_runner: MakeRunner, tmp_path: Path
) -> None:
    """Recognition beyond starter and reference: a cheat's wording may be what the model cannot read."""
    runner = make_runner()
    run = runner.run

    def mumbled(work: Path, keys: Any, store: Any, **more: Any) -> list[TrialRecord]:
        records: list[TrialRecord] = run(work, keys, store, **more)
        if not store.path.name.startswith("idle"):
            return records
        calls = [
            r.gateway.model_copy(
                update={
                    "calls": tuple(call.model_copy(update={"understood": False}) for call in r.gateway.calls)
                }
            )
            for r in records
        ]
        return [r.model_copy(update={"gateway": g}) for r, g in zip(records, calls, strict=True)]

    runner.run = mumbled
    found = by_id(in_replay(tiny, peopled, runner, tmp_path))
    assert found["understood:idle_cheat"].held is False
    assert found["understood:reference"].held
    assert found["cheat:idle_cheat"].held is None


def test_a_starter_that_always_fails_is_found(
    tiny: Exercise, vault: Vault, make_runner: MakeRunner, tmp_path: Path
) -> None:
    runner = make_runner()
    plain = runner.trial
    runner.trial = lambda key, p: plain(key, 1e-9 if p == 0.4 else p)
    assert by_id(in_replay(tiny, vault, runner, tmp_path))["starter"].held is False


def test_time_and_cost_of_one_grade(
    tiny: Exercise, vault: Vault, make_runner: MakeRunner, tmp_path: Path
) -> None:
    """144 trials of .1 s; kept ones take no time, and their cost stays."""
    first, again = (by_id(in_replay(tiny, vault, make_runner(), tmp_path))["one_grade"] for _ in range(2))
    assert first.held
    assert "144 trials" in first.detail
    assert "14.4 seconds one after the other" in first.detail
    assert "a claim adds up to 288 trials" in first.detail
    assert "not timed" in again.detail
    assert first.detail.split("; ")[1:] == again.detail.split("; ")[1:]
