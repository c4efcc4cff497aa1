"""The source as the architecture tests see it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def tracked() -> list[Path]:
    """Every file that git knows and that is there."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True)
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


@pytest.fixture(scope="session")
def modules() -> dict[str, Path]:
    """Our modules by name: packages only, so that starters and panels, which are data, stay out."""
    found = {}
    for package in ("harness", "exercises", "graders"):
        for path in sorted((ROOT / package).rglob("*.py")):
            folders = [path.parent, *path.parent.parents]
            inside = folders[: folders.index(ROOT)]
            if all((folder / "__init__.py").is_file() for folder in inside):
                parts = path.relative_to(ROOT).with_suffix("").parts
                found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found
