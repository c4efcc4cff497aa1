"""Own packages of a work: unpacked wheels in the cache, mounted read-only where its trials look.

Only the trial's `PYTHONPATH` names them: the supervisor and the zygote never have them on their path,
and a trial that has them is executed, not forked.
"""

from __future__ import annotations

import hashlib
import sys
import unicodedata
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path, PurePosixPath

from harness.sandbox.target import Target
from harness.vocabulary import cache_folder

INSIDE_FOLDER = "/opt/packages"
"""Where a container has them."""
VARIABLE = "PYTHONPATH"
REVISION = "1"
"""Changes when unpacking does."""
_STARTERS = frozenset(
    {"sitecustomize", "usercustomize", "__main__", "harness", "exercises", "graders", "pip"}
)
"""What an interpreter imports by itself, and our own."""
_GONE = frozenset({"asynchat", "asyncore", "distutils", "imp", "smtpd"})
"""Of the standard library in 3.11 and no longer in 3.12."""


def digest(target: Target, lines: Iterable[str]) -> str:
    """Names a set by what it is: locked requirements for a target. Empty for an empty set."""
    named = sorted(lines)
    return hashlib.sha256("\n".join([REVISION, str(target), *named]).encode()).hexdigest() if named else ""


def folder_of(named: str) -> Path:
    """Where the set of that digest is, or would be, unpacked."""
    return cache_folder() / "packages" / named


def reserved() -> frozenset[str]:
    """Top-level names, casefolded, that no wheel may bring: the image's, Python's and ours."""
    text = files("harness.sandbox").joinpath("data/modules-image.txt").read_text(encoding="utf-8")
    names = {*text.split(), *sys.stdlib_module_names, *_STARTERS, *_GONE}
    return frozenset(name.casefold() for name in names)


def refusal(path: PurePosixPath, taken: frozenset[str]) -> str:
    """Why a file may not lie at that path below the folder of packages; empty when it may."""
    top = unicodedata.normalize("NFKC", path.parts[0])
    if len(path.parts) == 1 and top.casefold().endswith((".pth", ".egg-link")):
        return "it would run, or lead elsewhere, when an interpreter starts"
    if len(path.parts) > 1 and top.endswith(".dist-info"):
        return ""
    name = top.partition(".")[0].casefold()
    if name in taken:
        return f"`{name}` is the name of a module that the sandbox has already"
    return ""
