from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.errors import EnvironmentFailure
from harness.workspace import checks, preflight
from harness.workspace.checks import FLAWS, Check
from harness.workspace.folder import Workspace

GIGABYTE = 2**30


def test_this_machine_can_run_its_own_tests(tmp_path: Path) -> None:
    found = list(checks.machine(tmp_path))
    assert [check.name for check in found] == [
        "python", "system", "git", "disk", "memory", "loopback", "clock",
    ]  # fmt: skip
    assert not [check for check in found if check.level == "fail"]


@pytest.mark.parametrize(
    ("check", "level"),
    [
        (checks.python((3, 10, 14)), "fail"),
        (checks.python((3, 13, 0)), "ok"),
        (checks.system("win32"), "fail"),
        (checks.disk(Path("/"), 100 * 2**20), "fail"),
        (checks.disk(Path("/"), GIGABYTE), "warn"),
        (checks.disk(Path("/"), 50 * GIGABYTE), "ok"),
        (checks.memory(200 * 2**20), "fail"),
        (checks.memory(GIGABYTE), "warn"),
        (checks.memory(8 * GIGABYTE), "ok"),
        (checks.clock(0.0), "fail"),
        (checks.clock(1_800_000_000.0), "warn"),
    ],
)
def test_levels(check: Check, level: str) -> None:
    assert check.level == level
    assert bool(check.hint) is (level != "ok")


def test_a_check_that_breaks_is_a_failure_and_no_crash() -> None:
    def broken() -> Check:
        raise ZeroDivisionError

    def missing() -> Check:
        raise EnvironmentFailure("no such thing", hint="get one")

    assert checks.guarded("x", broken).level == "fail"
    assert checks.guarded("x", missing) == Check("x", "fail", "no such thing", "get one")


def engine(desktop: str = "", runc: str = "") -> dict[str, Any]:
    return {
        "Platform": {
            "Name": f"Docker Desktop {desktop} (191279)" if desktop else "Docker Engine - Community"
        },
        "Components": [{"Name": "Engine", "Version": "28.0.0"}, {"Name": "runc", "Version": runc}],
    }


@pytest.mark.parametrize(
    ("version", "named"),
    [
        (engine(desktop="4.44.2"), "CVE-2025-9074"),
        (engine(desktop="4.44.3"), ""),
        (engine(desktop="4.50.0"), ""),
        (engine(runc="1.1.5+ds1"), "CVE-2024-21626"),
        (engine(runc="1.1.12"), "CVE-2025-31133"),
        (engine(runc="1.2.7"), "CVE-2025-31133"),
        (engine(runc="1.2.8"), ""),
        (engine(runc="1.3.2"), "CVE-2025-31133"),
        (engine(runc="1.3.3"), ""),
        (engine(runc="v1.4.1"), ""),
        (engine(runc="N/A"), ""),
        ({"Components": None, "Platform": None}, ""),
        ({"Components": ["odd"]}, ""),
    ],
)
def test_known_bad_engines_are_named(version: dict[str, Any], named: str) -> None:
    found = checks.engine(version, "engine")
    assert found.level == ("warn" if named else "ok")
    assert named in found.detail


def test_a_flaw_names_its_mended_releases_in_order() -> None:
    assert all(list(flaw.mended) == sorted(flaw.mended) for flaw in FLAWS)


def test_the_simulator_s_share_is_unknown_before_a_run_and_said_after(workspace: Workspace) -> None:
    assert preflight.simulator(workspace).level == "unknown"


def test_an_exercise_loads(workspace: Workspace) -> None:
    found = preflight.loadable(workspace.exercise)
    assert found.level == "ok"
    assert "8 scenarios" in found.detail
