"""The sandbox's benchmark runs, and its rows are those that others rely on; how fast is not asked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from math import isfinite
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FEW = ["--runs", "2", "--grown", "12", "--sandbox", "process", "--only", "ours,floors,growth"]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_short_run_writes_every_row(tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "benchmarks.sandbox", *FEW]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "left out" not in done.stderr
    rows = json.loads((tmp_path / "build" / "bench" / "sandbox.json").read_text())
    for row in rows:
        assert set(row) == {"case", "subject", "metric", "value", "unit", "runs"}
        assert isfinite(row["value"])
    found = {(row["case"], row["subject"], row["metric"]): row["unit"] for row in rows}
    assert len(found) == len(rows), "a row stands twice"
    assert found["trivial_warm", "takehome", "overhead_ms"] == "ms"
    assert found["agent8_warm_j2", "takehome", "trials_per_s"] == "trials/s"
    timed = ("wall_ms", "cpu_ms", "overhead_ms", "trials_per_s")
    ours = ("trivial_warm", "trivial_exec", "trivial_container", "agent8_warm", "agent8_exec")
    named = [(case, "takehome") for case in ours]
    named += [(work, subject) for work in ("trivial", "agent8") for subject in ("fork", "exec")]
    assert {(case, subject, metric) for case, subject in named for metric in timed} <= set(found)
    assert {f"agent8_warm_j{jobs}" for jobs in (1, 2, 4)} <= {case for case, _, _ in found}
    for when, parts in {"10": 3, "12": 3, "scored": 1}.items():
        held = [metric for case, _, metric in found if case == f"growth_{when}" and metric.endswith("_mb")]
        assert len(held) == parts
