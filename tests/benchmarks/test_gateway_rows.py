"""The gateway's benchmark runs, and what it times are right answers; how fast is not asked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from math import isfinite
from pathlib import Path

import pytest

from benchmarks.gateway.load import said

ROOT = Path(__file__).parents[2]
SUBJECTS, CASES = ("takehome", "starlette"), ("chat_c64", "stream_c8")
FEW = ["--only", "speed", "--subjects", ",".join(SUBJECTS), "--cases", ",".join(CASES), "--runs", "1"]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_short_run_writes_every_row(tmp_path: Path) -> None:
    """A subject that answers wrongly, or not all that it was asked, is left out and said to be."""
    kept = ROOT / "build" / "bench" / "wrk"
    kept.mkdir(parents=True, exist_ok=True)
    (tmp_path / "build" / "bench").mkdir(parents=True)
    (tmp_path / "build" / "bench" / "wrk").symlink_to(kept)
    command = [sys.executable, "-m", "benchmarks.gateway", *FEW]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    if "wrk is not installed" in done.stderr and not os.environ.get("CI"):
        pytest.skip("neither `wrk` nor its package is to be had here")
    assert done.returncode == 0, done.stderr
    assert "left out" not in done.stderr
    rows = json.loads((tmp_path / "build" / "bench" / "gateway.json").read_text())
    found = {(row["case"], row["subject"]): row for row in rows if row["metric"] == "rps"}
    assert set(found) == {(case, subject) for case in CASES for subject in SUBJECTS}
    for row in rows:
        assert set(row) == {"case", "subject", "metric", "value", "unit", "runs"}
        assert isfinite(row["value"])
    assert all(row["value"] > 0 and row["unit"] == "requests/s" for row in found.values())


@pytest.mark.parametrize(
    ("text", "stream", "words"),
    [
        ('{"choices": [{"message": {"content": "ok"}}]}', False, "ok"),
        ('{"choices": [{"message": {"content": null}}]}', False, ""),
        ('{"error": {"message": "no such model"}}', False, ""),
        ("Not Found", False, ""),
        (
            'data: {"choices": [{"delta": {"content": "o"}}]}\n\ndata: {"choices": []}\n\ndata: [DONE]',
            True,
            "o",
        ),
        ('data: {"error": {"message": "no"}}\n\ndata: [DONE]', True, ""),
    ],
)
def test_what_counts_as_an_answer(text: str, words: str, *, stream: bool) -> None:
    assert said(text, stream=stream) == words
