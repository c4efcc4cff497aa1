"""Asking pip for wheels, with the user's own configuration: indexes, proxies, certificates.

Nothing is ever built: only wheels are taken, and pip runs no code of theirs. What fails is told apart:
the index that does not answer is the environment's failure, the wheel that is not there is the fault of
whoever asked for it.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from harness.errors import EnvironmentFailure
from harness.sandbox.folders import prefix
from harness.sandbox.target import Target

WHEELHOUSE = "TAKEHOME_WHEELHOUSE"
"""Names a folder of wheels; where it is set, no index is asked."""
MEMORY_BYTES = 3 << 30
WHEEL_BYTES = 192 << 20
SECONDS = 900
_UNREACHED = re.compile(r"Could not fetch URL \S+: (?!404 )[^\n]*")
_LEFT_OUT = re.compile(r"Skipping link: (No sources permitted|none of the wheel's tags)")
_NONE_THERE = "No matching distribution found"
_THEIRS = (
    _NONE_THERE,
    "DO NOT MATCH THE HASHES",
    "ResolutionImpossible",
    "MemoryError",
    "File too large",
    "Invalid wheel",
    "is invalid.",
    "has inconsistent",
)


class NotToBeHad(Exception):
    """The index answered, and what was asked for is not there or not as it was said to be."""


def pip(arguments: list[str], target: Target) -> None:
    """Run a pip command that takes wheels of `target`.

    Raises `NotToBeHad`, or `EnvironmentFailure` when pip, an index or the network fails.
    """
    if importlib.util.find_spec("pip") is None:
        raise EnvironmentFailure(
            "packages cannot be had without pip", hint="install pip into the environment of takehome"
        )
    told = {"markers": target.markers, "memory": MEMORY_BYTES, "file": WHEEL_BYTES}
    command, options = arguments[0], [*target.options, *_wheelhouse(), *arguments[1:]]
    with tempfile.TemporaryDirectory(prefix=prefix()) as folder:
        log = Path(folder) / "pip.log"
        try:
            done = subprocess.run(
                [
                    *(sys.executable, "-P", str(Path(__file__).with_name("pip_main.py")), json.dumps(told)),
                    *("--quiet", "--disable-pip-version-check", "--no-input", "--log", str(log)),
                    *(command, *options),
                ],
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
                timeout=SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise EnvironmentFailure(
                f"pip did not end within {SECONDS} s", hint="is the index slow?"
            ) from None
        said = log.read_text(encoding="utf-8", errors="replace") if log.is_file() else ""
    if done.returncode != 0:
        raise _failure(done.stderr, said)


def _wheelhouse() -> list[str]:
    folder = os.environ.get(WHEELHOUSE)
    if not folder:
        return []
    if not Path(folder).is_dir():
        raise EnvironmentFailure(f"`{folder}`, which `{WHEELHOUSE}` names, is no folder")
    return ["--no-index", "-f", folder]


def _failure(stderr: str, log: str) -> Exception:
    """Whose it is, judged by what pip logged; in doubt the environment's."""
    words = "\n".join(line for line in stderr.splitlines() if not line.startswith("WARNING")).strip()[-900:]
    unreached = _UNREACHED.search(log)
    if unreached:
        return EnvironmentFailure(
            f"a package index cannot be reached: {unreached[0][:300]}",
            hint="pip's own settings hold: PIP_INDEX_URL, proxies, PIP_CERT; "
            f"offline, `{WHEELHOUSE}` names a folder of wheels",
        )
    if _NONE_THERE in stderr and "Ignoring indexes:" in log and not _LEFT_OUT.search(log):
        return EnvironmentFailure(
            f"the folder of wheels lacks a package, and no index is asked: {words}",
            hint="`pip download` it there, or let pip ask an index",
        )
    if any(phrase in stderr or phrase in log for phrase in _THEIRS):
        return NotToBeHad(_conflict(log) or words)
    return EnvironmentFailure(f"pip failed: {words}", hint="try the same with `pip download`")


def _conflict(log: str) -> str:
    """What cannot stand together, in pip's own words; empty when that was not it."""
    lines = [line.partition(" ")[2] for line in log.splitlines()]
    starts = [number for number, line in enumerate(lines) if "The conflict is caused by:" in line]
    if not starts:
        return ""
    told = [line.strip() for line in lines[starts[-1] + 1 : starts[-1] + 12]]
    return "; ".join(line for line in told[: told.index("") if "" in told else None])
