"""The signal report as a page."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.report.signal import headline, render_signal, write_signal
from graders.separation import Signal
from harness.errors import EnvironmentFailure
from tests.graders.report.conftest import figure


def test_figures_stand_with_target_and_whether_they_are_met(signal: Signal) -> None:
    page = render_signal(signal)
    for told in (
        "≥ 0.95",
        "<strong>missed</strong>",
        "unknown",
        "not measured: c-07",
        "Some targets are missed",
    ):
        assert told in page


def test_every_member_that_was_measured_is_drawn(signal: Signal) -> None:
    page = render_signal(signal)
    assert "worst, level 0: -12; " in page
    assert "best, level 3: 91" in page


def test_texts_of_others_stay_texts(signal: Signal) -> None:
    page = render_signal(signal)
    assert "<script" not in page
    assert "\u202e" not in page


def test_a_headline_never_says_more_than_is_known() -> None:
    assert headline((figure("auc", None),)) == "Nothing is known"
    assert headline((figure("auc", None), figure("gap", True))) == "All that was measured is met"
    assert headline((figure("auc", True), figure("gap", False))) == "Some targets are missed"


def test_a_page_without_a_panel(signal: Signal) -> None:
    assert "No member was measured" in render_signal(signal.model_copy(update={"panel": ()}))


def test_a_page_that_cannot_be_written_is_said(signal: Signal, tmp_path: Path) -> None:
    page = tmp_path / "signal.html"
    write_signal(page, signal)
    with pytest.raises(EnvironmentFailure, match="could not be written"):
        write_signal(page / "below a file" / "signal.html", signal)
    assert [path.name for path in tmp_path.iterdir()] == ["signal.html"]
