"""Our gateway for the benchmark: `python -m benchmarks.gateway.serve PORT trial|alone KEY...`.

`trial`: as in a grade, every call recorded, with budgets that are never spent and replies not held, since
a load with 64 connections is no agent. `alone`: as `takehome gateway` opens it. Runs until SIGTERM.
"""

from __future__ import annotations

import contextlib
import signal
import sys
import tempfile
from pathlib import Path

from harness.exercise.registry import find_exercise
from harness.exercise.spec import Budget
from harness.gateway.admin_api import GatewayConfig, OpenTrial
from harness.gateway.process import GatewayProcess

EXERCISE = Path(__file__).parents[2] / "tests" / "fixtures" / "tiny"
ENDLESS = Budget(requests=10**12, usd=1e12, tool_calls=10**12)


def configure(folder: Path, port: int = 0) -> tuple[GatewayConfig, OpenTrial]:
    """The gateway's configuration, and a trial to open in it."""
    found = find_exercise(str(EXERCISE))
    practice = found.practice
    config = GatewayConfig.of(found, practice, folder, port=port, hold_ms=0)
    scenario = practice.bank.scenarios[0].public()
    return config, OpenTrial(scenario=scenario, replay=0, epoch=0, budget=ENDLESS)


def main() -> int:
    """Serve until told to stop."""
    port, how, *keys = sys.argv[1:]
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="th-") as folder, contextlib.suppress(KeyboardInterrupt):
        config, trial = configure(Path(folder), int(port))
        with GatewayProcess(config) as gateway:
            for key in keys:
                gateway.open(trial.model_copy(update={"token": key, "keep": how == "trial"}))
            signal.pause()
    return 0


if __name__ == "__main__":
    sys.exit(main())
