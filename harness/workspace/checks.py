"""What will go wrong on this machine, found before the clock starts."""

from __future__ import annotations

import os
import re
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from harness.errors import TakehomeError
from harness.workspace import git

Level = Literal["ok", "warn", "fail", "unknown"]
MEGABYTE = 2**20
OLDEST_PYTHON = (3, 11)
OLDEST_GIT = (2, 26)
"""The first whose `checkout` and `add` read paths from standard input."""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of `takehome doctor`."""

    name: str
    level: Level
    detail: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Flaw:
    """A known flaw of a container engine's part, and the releases that mended it."""

    part: str
    mended: tuple[tuple[int, ...], ...]
    """The first good release of each line; older lines are flawed, newer ones good."""
    what: str


FLAWS = (
    Flaw("Docker Desktop", ((4, 44, 3),), "containers can reach the engine's own API (CVE-2025-9074)"),
    Flaw("runc", ((1, 1, 12),), "a container can leave through a leaked descriptor (CVE-2024-21626)"),
    Flaw(
        "runc",
        ((1, 2, 8), (1, 3, 3), (1, 4, 0)),
        "a container can write to the host's /proc (CVE-2025-31133, CVE-2025-52565, CVE-2025-52881)",
    ),
)


def machine(folder: Path) -> Iterator[Check]:
    """What needs no exercise. `folder` is where the work will lie."""
    yield guarded("python", python)
    yield guarded("system", system)
    yield guarded("git", lambda: git_version(folder))
    yield guarded("disk", lambda: disk(folder))
    yield guarded("memory", memory)
    yield guarded("loopback", loopback)
    yield guarded("clock", clock)


def guarded(name: str, check: Callable[[], Check]) -> Check:
    """A check that itself fails is a failure with a reason, never a crash."""
    try:
        return check()
    except TakehomeError as error:
        return Check(name, "fail", error.message, error.hint)
    except Exception as error:
        return Check(name, "fail", f"the check itself failed: {error!r}", "tell the maintainers")


def python(version: tuple[int, ...] = tuple(sys.version_info[:3])) -> Check:
    """The interpreter."""
    text = ".".join(map(str, version))
    if version[:2] < OLDEST_PYTHON:
        return Check("python", "fail", text, "install Python 3.11 or newer")
    return Check("python", "ok", text)


def system(platform: str = sys.platform) -> Check:
    """Linux, macOS, or Windows by way of WSL2."""
    if platform in {"linux", "darwin"}:
        return Check("system", "ok", platform)
    return Check("system", "fail", platform, "use Linux or macOS; on Windows, WSL2")


def git_version(folder: Path) -> Check:
    """Git, and new enough."""
    text = git.output(folder, "--version").strip()
    found = re.search(r"(\d+)\.(\d+)", text)
    if found is None:
        return Check("git", "unknown", text)
    if (int(found[1]), int(found[2])) < OLDEST_GIT:
        return Check("git", "fail", text, "install git 2.26 or newer")
    return Check("git", "ok", text)


def disk(folder: Path, free: int | None = None) -> Check:
    """Room for trials."""
    found = shutil.disk_usage(folder).free if free is None else free
    level: Level = "fail" if found < 300 * MEGABYTE else "warn" if found < 2_000 * MEGABYTE else "ok"
    hint = "" if level == "ok" else "free some space: an image takes 1 GB, a thousand trials about 10 MB"
    return Check("disk", level, f"{found // MEGABYTE:,} MB free in `{folder}`", hint)


def memory(available: int | None = None) -> Check:
    """Room for programs."""
    found = _available() if available is None else available
    if found is None:
        return Check("memory", "unknown", "this system does not say how much is free")
    level: Level = "fail" if found < 400 * MEGABYTE else "warn" if found < 1_500 * MEGABYTE else "ok"
    hint = "" if level == "ok" else "close other programs, or use `--jobs 1`"
    return Check("memory", level, f"{found // MEGABYTE:,} MB free", hint)


def _available() -> int | None:
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return None


def loopback() -> Check:
    """A port of this machine can be listened on and reached."""
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            with socket.create_connection(("127.0.0.1", port), timeout=5):
                return Check("loopback", "ok", "127.0.0.1 can be listened on and reached")
    except OSError as error:
        return Check("loopback", "fail", f"127.0.0.1: {error}", "a firewall or VPN may be in the way")


def clock(now: float | None = None) -> Check:
    """The clock says a sensible year, and files agree with it."""
    found = time.time() if now is None else now
    year = time.gmtime(found).tm_year
    if not 2025 <= year <= 2100:
        return Check("clock", "fail", f"the clock says {year}", "set the clock")
    with tempfile.NamedTemporaryFile() as file:
        skew = Path(file.name).stat().st_mtime - found
    if abs(skew) > 60:
        return Check("clock", "warn", f"files are dated {skew:+.0f} s off", "restart the virtual machine")
    return Check("clock", "ok", time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(found)))


def engine(version: dict[str, Any], words: str) -> Check:
    """The engine that answered; `version` is what it says of itself, `words` how we name it."""
    flaws = [flaw.what for part, release in parts(version) for flaw in FLAWS if flawed(flaw, part, release)]
    if flaws:
        return Check(
            "engine", "warn", f"{words}: {'; '.join(flaws)}",
            "update it; a distribution may have mended it under an old number",
        )  # fmt: skip
    return Check("engine", "ok", words)


def parts(version: dict[str, Any]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The named parts of an engine with their releases."""
    platform = version.get("Platform")
    name = str(platform.get("Name", "")) if isinstance(platform, dict) else ""
    if found := re.search(r"Docker Desktop[^\d]*(\d+(?:\.\d+)*)", name):
        yield "Docker Desktop", _release(found[1])
    components = version.get("Components")
    for component in components if isinstance(components, Iterable) else ():
        if isinstance(component, dict):
            yield str(component.get("Name")), _release(str(component.get("Version")))


def _release(text: str) -> tuple[int, ...]:
    found = re.match(r"v?(\d+(?:\.\d+){0,2})", text)
    return tuple(int(number) for number in found[1].split(".")) if found else ()


def flawed(flaw: Flaw, part: str, release: tuple[int, ...]) -> bool:
    """Whether a part's release has the flaw; unknown releases have none."""
    if part != flaw.part or not release:
        return False
    same = [mended for mended in flaw.mended if mended[:2] == release[:2]]
    return release < (same[0] if same else max(flaw.mended))
