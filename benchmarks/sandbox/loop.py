"""The candidate's loop: from `takehome try` to the first numbers, and 300 pairs."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.rows import Row
from harness.exercise.registry import find_exercise
from harness.trial.session import SandboxChoice

EXERCISE = "flaky_agent_trace"
PAIRS = 300
TAKEHOME = [sys.executable, "-m", "harness.cli.main"]


def rows(kind: SandboxChoice) -> Iterator[Row]:
    """Of the starter with a change of one line."""
    with tempfile.TemporaryDirectory(prefix="th-bench-") as folder:
        work = Path(folder) / "work"
        subprocess.run([*TAKEHOME, "start", EXERCISE, str(work)], check=True, capture_output=True)
        changed = work / "llm.py"
        changed.write_text(changed.read_text().replace("TEMPERATURE = 0.7", "TEMPERATURE = 0.2"))
        scenarios = len(find_exercise(EXERCISE).practice.bank.scenarios)
        trials = -(-PAIRS // scenarios)
        command = [*TAKEHOME, "try", "colder", "--trials", str(trials), "--sandbox", kind, "--json"]
        begun = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=work, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        assert process.stderr is not None
        first = None
        for line in process.stderr:
            if first is None and "pairs:" in line:
                first = time.perf_counter() - begun
        if process.wait() != 0:
            raise RuntimeError(f"`takehome try` ended with {process.returncode}")
        wall = time.perf_counter() - begun
    case, pairs = f"loop_{kind}", trials * scenarios
    if first is not None:
        yield Row(case, "takehome", "first_numbers_s", round(first, 2), "s", scenarios)
    yield Row(case, "takehome", f"pairs{PAIRS}_s", round(wall * PAIRS / pairs, 2), "s", pairs)
