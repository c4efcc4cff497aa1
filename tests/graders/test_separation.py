from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from graders.grade import TrialEnd
from graders.measure.trial import Trial
from graders.separation import Figure, Standing, figures
from graders.summary import end_of

Make = Callable[..., list[Trial]]


def standing(make: Make, id: str, level: int, p: float, **more: Any) -> Standing:
    def ends(epoch: int) -> list[TrialEnd]:
        return [end_of(trial) for trial in make(p, epoch=epoch, scenarios=40)]

    score = 250 * (p - 0.5)
    known: dict[str, Any] = {
        "role": "panel", "expert": False, "pair": None, "score": score, "sem_replay": 4.0, "sem_general": 6.0,
        "said": "above" if score > 60 else "below", "p_same": 0.95, "again": score + level,
        "sem_again": 4.0,
        "said_again": "above" if score > 60 else "below", "ends": ends(0), "ends_again": ends(1),
    }  # fmt: skip
    return Standing(id=id, level=level, **{**known, **more})


@pytest.fixture
def panel(make_trials: Make) -> list[Standing]:
    return [
        standing(make_trials, f"m{level}{n}", level, 0.5 + 0.12 * level + 0.01 * n)
        for level in range(4)
        for n in range(3)
    ]


def by_id(members: list[Standing]) -> dict[str, Figure]:
    return {figure.id: figure for figure in figures(members, 60)}


def test_a_panel_that_separates(panel: list[Standing]) -> None:
    found = by_id(panel)
    assert found["auc"].value == 1
    assert found["auc"].low is not None
    assert found["auc"].low < 0.95
    assert found["order"].value == 1
    assert found["gap"].met
    assert found["same_decision"].value == 1
    assert found["phi"].value is not None
    assert found["aa"].value == 0
    assert found["ai_floor"].met is None
    assert found["predictive_validity"].met is None


def test_scores_that_mean_nothing_are_found(panel: list[Standing]) -> None:
    shuffled = [replace(m, score=panel[(n * 5) % 12].score, again=m.again) for n, m in enumerate(panel)]
    found = by_id(shuffled)
    assert not found["auc"].met
    assert not found["order"].met
    assert not found["gap"].met


def test_a_cheat_that_pays_is_found(panel: list[Standing], make_trials: Make) -> None:
    honest = panel[0]
    cheat = standing(make_trials, "cheat", 0, 0.5, role="cheat", pair=honest.id)
    assert by_id([*panel, cheat])["cheats"].met
    paid = replace(cheat, score=(honest.score or 0) + 5)
    found = by_id([*panel, cheat, paid])["cheats"]
    assert not found.met
    assert found.value == pytest.approx(1.0)
    assert by_id(panel)["cheats"].met is None


def test_a_cheat_without_a_score_is_not_passed_over(panel: list[Standing], make_trials: Make) -> None:
    """One that was measured does not pay; of the other nobody knows."""
    cheat = standing(make_trials, "cheat", 0, 0.5, role="cheat", pair=panel[0].id)
    lost = replace(cheat, id="lost", score=None)
    for others in ([lost], [cheat, lost]):
        found = by_id([*panel, *others])["cheats"]
        assert found.met is None
        assert "not measured: `lost`" in found.detail
    paid = replace(cheat, score=(panel[0].score or 0) + 50)
    found = by_id([*panel, paid, replace(lost, pair="nobody")])["cheats"]
    assert found.met is False
    assert "`lost`, without its honest pair" in found.detail


def test_intervals_say_what_they_take_members_for(panel: list[Standing]) -> None:
    found = by_id(panel)
    for id in ("auc", "same_decision", "refer_share", "ends", "aa"):
        assert "as if members were independent" in found[id].detail, id
    for id in ("auc", "order"):
        assert "other seeds of the same bank" in found[id].detail
    assert "members taken as independent" in found["phi"].detail


def test_order_leaves_out_a_change_with_all_that_have_it(panel: list[Standing]) -> None:
    """All that is good has `key`: without it little order is left."""
    noise = [replace(m, score=50 + (n * 5) % 12, again=50 + (n * 7) % 12) for n, m in enumerate(panel)]
    made = [
        replace(m, changes=("key", f"own-{n}") if n >= 6 else (f"own-{n}",),
                score=(m.score or 0) + 100 * (n >= 6), again=(m.again or 0) + 100 * (n >= 6))
        for n, m in enumerate(noise)
    ]  # fmt: skip
    alone = by_id([replace(m, changes=()) for m in made])["order"]
    found = by_id(made)["order"]
    assert found.value == alone.value
    assert "leaving out one change" in found.detail
    assert "leaving out one member" in alone.detail
    assert "without `key`" in found.detail
    assert found.low is not None
    assert alone.low is not None
    assert found.low < alone.low


def test_works_that_do_nothing_and_experts(panel: list[Standing], make_trials: Make) -> None:
    null = standing(make_trials, "null", 0, 0.56, role="null")
    expert = replace(panel[-1], id="expert", expert=True, score=90.0)
    found = by_id([*panel, null, expert])
    assert not found["null_score"].met
    assert found["expert_score"].met


def test_trials_that_differ_when_run_again_are_found(panel: list[Standing]) -> None:
    assert by_id(panel)["deterministic"].met is None
    same = replace(panel[0], reruns=(True,) * 40)
    assert by_id([same, *panel[1:]])["deterministic"].met
    found = by_id([replace(same, reruns=(True,) * 39 + (False,)), *panel[1:]])["deterministic"]
    assert not found.met
    assert found.value == pytest.approx(1 / 40)


def test_two_gradings_that_disagree_are_found(panel: list[Standing], make_trials: Make) -> None:
    others = [end_of(trial) for trial in make_trials(0.1, epoch=1, scenarios=40)]
    changed = [replace(m, ends_again=others, said_again="refer") for m in panel]
    found = by_id(changed)
    assert found["aa"].value == 1
    assert found["same_decision"].value == 0


def test_agreement_is_held_against_what_was_printed(panel: list[Standing]) -> None:
    found = by_id(panel)["as_printed"]
    assert found.value == pytest.approx(0.05)
    assert found.met
    surer = [replace(m, said_again="refer", p_same=0.95) for m in panel]
    assert not by_id(surer)["as_printed"].met
    assert by_id([replace(m, p_same=None) for m in panel])["as_printed"].met is None


def test_scores_that_lie_farther_apart_than_their_errors_are_found(panel: list[Standing]) -> None:
    """Errors of 3 and 4 make one of 5."""

    def apart(*points: float) -> Figure:
        pairs = zip(panel, points, strict=False)
        return by_id([replace(m, sem_replay=3, sem_again=4, again=(m.score or 0) + by) for m, by in pairs])[
            "errors"
        ]

    honest = apart(5, -5, 2, -8, 9, 0, 1, -3)
    assert honest.value == pytest.approx(((25 + 25 + 4 + 64 + 81 + 1 + 9) / 8) ** 0.5 / 5)
    assert honest.met
    assert apart(15, -14, 16, -15, 13, 15, -15, 14).met is False
    assert apart(0.1, 0.2, -0.1, 0.1, 0.2, 0.1, 0.2, 0.1).met, "errors that are too large mislead nobody"
    assert apart(15, -14).met is None


def test_a_panel_of_nobody_leaves_everything_unknown() -> None:
    assert all(figure.met is None for figure in figures([], 60))


def test_anchors_make_the_scale_and_do_not_count_on_it(panel: list[Standing], make_trials: Make) -> None:
    anchors = [
        standing(make_trials, role, level, p, role=role, said="refer", said_again="refer")
        for role, level, p in (("starter", 0, 0.5), ("reference", 3, 0.9))
    ]
    assert figures([*panel, *anchors], 60) == figures(panel, 60)
