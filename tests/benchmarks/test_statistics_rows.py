"""The benchmark of the statistics runs, and every study writes its rows; what they say is not asked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from math import isfinite
from pathlib import Path
from typing import Any

from benchmarks.statistics import scores
from benchmarks.statistics.__main__ import STUDIES

ROOT = Path(__file__).parents[2]


def check(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        assert set(row) == {"case", "subject", "metric", "value", "unit", "runs"}
        assert isfinite(row["value"]), row
    named = [(row["case"], row["subject"], row["metric"]) for row in rows]
    assert len(set(named)) == len(named), "a row stands twice"
    assert "takehome" in {row["subject"] for row in rows}


def test_a_short_run_writes_every_row(tmp_path: Path) -> None:
    """All studies but the one of whole scores, which takes minutes for the truth alone."""
    brief = {name: title for name, (title, _) in STUDIES.items() if name != "scores"}
    command = [sys.executable, "-m", "benchmarks.statistics", "--runs", "2", "--only", ",".join(brief)]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr
    check(json.loads((tmp_path / "build" / "bench" / "statistics.json").read_text()))
    assert all(title.split(":")[0] in done.stdout for title in brief.values())


def test_a_case_of_whole_scores_has_its_rows() -> None:
    case = scores.cases()[0]
    rows = scores.coverage(2, [case])
    check([row._asdict() for row in rows])
    assert {(row.case, row.runs) for row in rows} == {(case.name, 2)}
    assert {"truth", "coverage", "width", "sem_replay", "wrong"} <= {row.metric for row in rows}
