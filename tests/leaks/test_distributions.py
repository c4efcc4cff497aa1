"""What a candidate installs holds nothing of the reviewer's half, and works without it."""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


def members(archive: Path) -> list[str]:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return wheel.namelist()
    with tarfile.open(archive) as sdist:
        return [name.partition("/")[2] for name in sdist.getnames()]


@pytest.mark.parametrize("pattern", ["takehome-*.whl", "takehome-*.tar.gz"])
def test_the_candidates_half_alone(
    artefacts: Path, pattern: str, find_secrets: Callable[[Path], list[str]]
) -> None:
    (archive,) = artefacts.glob(pattern)
    names = members(archive)
    tops = {name.split("/")[0] for name in names}
    assert {"harness", "exercises"} <= tops
    allowed = {"harness", "exercises", ".gitignore", "CHANGELOG.md", "LICENSE", "PKG-INFO", "README.md"}
    assert {top for top in tops - allowed if not top.endswith(".dist-info")} <= {"pyproject.toml"}
    assert [name for name in names if {"graders", "vault", "tests", "panel"} & set(name.split("/"))] == []
    assert find_secrets(archive) == []


def test_the_search_finds(
    artefacts: Path, find_secrets: Callable[..., list[str]], root: Path, tmp_path: Path
) -> None:
    (wheel,) = artefacts.glob("takehome_graders-*.whl")
    assert find_secrets(wheel, most=1)
    (sdist,) = artefacts.glob("takehome_graders-*.tar.gz")
    assert find_secrets(sdist, most=1)
    inner, nested = tmp_path / "inner.tar.gz", tmp_path / "nested.zip"
    (vault,) = (root / "graders" / "vault").iterdir()
    with tarfile.open(inner, "w:gz") as archive:
        archive.add(vault / "rubric.toml", "rubric.toml")
    with zipfile.ZipFile(nested, "w") as outer:
        outer.write(inner, "inner.tar.gz")
    assert find_secrets(nested, most=1)


def test_the_reviewers_half_is_whole(artefacts: Path, root: Path) -> None:
    (wheel,) = artefacts.glob("takehome_graders-*.whl")
    names = members(wheel)
    assert [name for name in names if "./" in name or name.startswith("/")] == []
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"graders"}
    listed = subprocess.run(
        ["git", "ls-files", "-z", "graders"], cwd=root, capture_output=True, check=True, text=True
    )
    kept = {name for name in listed.stdout.split("\0") if name and (root / name).is_file()}
    assert kept - {"graders/pyproject.toml"} <= set(names)


def test_an_sdist_builds_the_same_wheel(artefacts: Path, tmp_path: Path) -> None:
    for name in ("takehome", "takehome_graders"):
        (sdist,) = artefacts.glob(f"{name}-*.tar.gz")
        with tarfile.open(fileobj=io.BytesIO(sdist.read_bytes())) as archive:
            safely: Any = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}  # Python 3.11.4
            archive.extractall(tmp_path, **safely)
        subprocess.run(
            [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path / "again"],
            cwd=tmp_path / sdist.name.removesuffix(".tar.gz"),
            check=True,
            capture_output=True,
        )
        (wheel,) = artefacts.glob(f"{name}-*.whl")
        assert sorted(members(tmp_path / "again" / wheel.name)) == sorted(members(wheel))


def bare(installed: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Run code with the standard library and the candidate's wheel, and nothing else."""
    return subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(installed)!r}); {code}"],
        cwd=installed,
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )


def test_graders_cannot_be_imported(installed: Path) -> None:
    assert not (installed / "graders").exists()
    ran = bare(installed, "import importlib.util as u; print(u.find_spec('harness'), u.find_spec('graders'))")
    assert ran.stdout.startswith("ModuleSpec(")
    assert ran.stdout.endswith(" None\n")


def test_help_works_without_dependencies(installed: Path) -> None:
    ran = bare(installed, "from harness.cli.main import main; main(['--help'])")
    assert ran.returncode == 0, ran.stderr
    assert "  start " in ran.stdout
    assert "reviewer:" not in ran.stdout
