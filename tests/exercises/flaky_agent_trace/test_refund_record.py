"""The panel's record: whom it has, that the simulator understood them, and what stands frozen."""

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest

from graders import compositions, vectors
from graders.vault_files import open_vault
from harness.exercise.registry import find_exercise
from harness.exercise.spec import read_toml

EXERCISE = find_exercise("flaky_agent_trace")
VAULT = open_vault(None, EXERCISE)
SHARED, KEPT = vectors.load(VAULT.folder, VAULT.members)
FROZEN: dict[str, Any] = read_toml(VAULT.folder / "frozen.toml")
ROOT = Path(__file__).parents[3]


def test_the_panel_has_every_kind_of_work() -> None:
    made = compositions.load(VAULT.panel).composition
    assert len(made) >= 40
    assert sum(each.held_out for each in made) >= 20
    kinds = {
        "rules_only", "extract_then_decide", "plan_then_act", "anthropic_loop", "stuffed_words",
        "hard_coded_practice", "escalate_everything", "deny_everything", "harmful_retry_everything",
        "read_three_times", "nothing_done", "partial_context", "partial_retry_keys", "good_repair",
        "framework_agent", "reviewed_once",
    }  # fmt: skip
    assert kinds <= set(VAULT.members)
    roles = [member.role for member in VAULT.members.values()]
    assert all(roles.count(role) >= 1 for role in ("starter", "reference", "null", "cheat"))
    assert sum(member.expert for member in VAULT.members.values()) >= 2


def test_no_two_compositions_come_to_the_same() -> None:
    inert = {"typo", "mended-bugs"}
    made = [frozenset(each.changes) - inert for each in compositions.load(VAULT.panel).composition]
    assert len(set(made)) >= len(made) - 1, "only those two alone may leave the starter as it is"


LOST = pytest.mark.xfail(
    reason="as kept: of a mail that is cut before its claim it got no translation on the twelfth freeze"
)
"""On the thirteenth 1 of 4,173 of its calls is not understood: told in the notes."""


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=LOST) if name == "c-46" else name for name in sorted(KEPT)]
)
def test_the_simulator_understood_what_a_member_asked(name: str) -> None:
    trials = [t for graded in KEPT[name].gradings for t in vectors.trials(graded.works["submission"])]
    calls, lost = sum(trial.calls for trial in trials), sum(trial.not_understood for trial in trials)
    assert lost <= 0.02 * calls, f"{lost} of {calls}"


@pytest.mark.parametrize("name", sorted({"rules_only", "deny_everything", "escalate_everything"} & set(KEPT)))
def test_who_judges_nothing_ends_below_the_bar(name: str) -> None:
    for graded in KEPT[name].gradings:
        assert graded.said == "below"
        assert (graded.score.value or 0.0) < 0


@pytest.mark.parametrize("name", sorted({"good_repair", "extract_then_decide"} & set(KEPT)))
def test_who_lets_the_model_read_and_code_decide_ends_above_it(name: str) -> None:
    assert all(graded.said == "above" for graded in KEPT[name].gradings)


def test_what_was_frozen_has_not_been_touched() -> None:
    """A change of these asks for a freeze of its own: another date, and the panel measured anew."""
    now = {name: hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in FROZEN["files"]}
    assert now == FROZEN["files"]
    assert EXERCISE.model(VAULT.assessment.card).version == FROZEN["simulator"]
    assert str(FROZEN["date"]) in (VAULT.folder / "NOTES.md").read_text(encoding="utf-8")


def test_the_notes_are_filled_in() -> None:
    assert not re.search(r"@[A-Z]+@", (VAULT.folder / "NOTES.md").read_text(encoding="utf-8"))
