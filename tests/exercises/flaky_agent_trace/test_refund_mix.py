"""Which causes weigh how much: a mix moves rates between causes, and the kit of an assessment carries it."""

from __future__ import annotations

import statistics
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from exercises.flaky_agent_trace.mix import CAUSES, LANGUAGES, STRENGTHS, drawn, scaled
from graders.vault_files import open_vault
from harness.errors import UsageError
from harness.exercise.registry import Exercise, find_exercise, open_exercise
from harness.workspace import kit

MIXES = [f"{number:08x}" for number in range(400)]


def test_a_mix_spreads_one_set_of_strengths_over_the_causes() -> None:
    for mix in MIXES:
        assert sorted(drawn(mix).strengths.values()) == sorted(STRENGTHS)
    assert drawn(MIXES[1]) == drawn(MIXES[1])


def test_no_cause_and_no_language_is_favoured() -> None:
    strong = Counter(
        cause for mix in MIXES for cause in CAUSES if drawn(mix).strengths[cause] == max(STRENGTHS)
    )
    expected = len(MIXES) * 2 / len(CAUSES)
    assert all(abs(strong[cause] - expected) < 4 * (expected * 5 / 7) ** 0.5 for cause in CAUSES)
    spoken = Counter(drawn(mix).language for mix in MIXES)
    assert all(spoken[language] > len(MIXES) / 10 for language in LANGUAGES)


def test_a_weight_is_scaled_by_what_it_adds() -> None:
    from math import exp

    assert scaled(1.0, 1.0) == pytest.approx(1.0)
    assert exp(scaled(1.2, 1.6)) - 1 == pytest.approx(1.6 * (exp(1.2) - 1), rel=1e-4)
    assert scaled(-0.5, 0.4) == pytest.approx(-0.2)


def _rates(exercise: Exercise, mix: str) -> dict[str, float]:
    """Mean rate by cause that stands in the faults and worlds of the practice bank."""
    mixed = exercise.assessment("x", b"x" * 16, {}, exercise.bank, mix)
    lost = [f.rate for s in mixed.bank for f in s.tool_faults if f.kind == "lost_ack"]
    trouble = [f.rate for s in mixed.bank for f in s.model_faults]
    stale = [s.world["cached_share"] for s in mixed.bank if s.world.get("cached_policy")]
    return {
        name: statistics.mean(v) for name, v in (("acks", lost), ("endpoint", trouble), ("handbook", stale))
    }


def test_faults_and_stale_caches_follow_their_cause(exercise: Exercise) -> None:
    for cause in ("acks", "endpoint", "handbook"):
        weak = next(mix for mix in MIXES if drawn(mix).strengths[cause] == min(STRENGTHS))
        strong = next(mix for mix in MIXES if drawn(mix).strengths[cause] == max(STRENGTHS))
        assert _rates(exercise, strong)[cause] > 2 * _rates(exercise, weak)[cause]


def test_the_assessment_follows_its_mix(exercise: Exercise) -> None:
    bank: Any = exercise.bank
    one, other = (exercise.assessment("x", b"x" * 16, {}, bank, mix) for mix in MIXES[:2])
    assert one.digest != other.digest
    assert one.digest == exercise.assessment("x", b"x" * 16, {}, bank, MIXES[0]).digest


def test_practice_and_demonstration_share_a_mix(exercise: Exercise) -> None:
    assert open_vault(None, exercise).assessment.mix == exercise.practice.mix == exercise.spec.practice.mix


def test_the_kit_carries_the_mix_of_its_assessment(exercise: Exercise, tmp_path: Path) -> None:
    kit.make(exercise, tmp_path / "kit", MIXES[3])
    (wheel,) = (tmp_path / "kit").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    sent = open_exercise(tmp_path / "site" / "exercises" / "flaky_agent_trace")
    assert sent.spec.practice.mix == MIXES[3]
    assert sent.digest == exercise.digest  # files of the same exercise
    with pytest.raises(UsageError, match="not a mix"):
        kit.make(exercise, tmp_path / "other", "strong")
    find_exercise("flaky_agent_trace")


def test_one_language_is_read_badly_and_less_so_by_the_large_model(exercise: Exercise) -> None:
    from exercises.flaky_agent_trace.deciding.features import SHAPE
    from harness.simulation.card import parse_card

    assessment = exercise.practice
    card = parse_card(assessment.card, SHAPE)
    weak = drawn(assessment.mix).language
    assert [name for name in LANGUAGES if card.quirks[f"weak_{name}"]] == [weak]
    p = {share: card.p("wrong_issue", {"weak_language": share, "language": 1.0}) for share in (0, 0.35, 1)}
    assert p[0] < p[0.35] < p[1] / 2
