"""Every file of a vault bears the vault's canary, so that one search finds any of them anywhere."""

from __future__ import annotations

from pathlib import Path


def test_there_is_a_vault(vault_files: dict[str, list[Path]], root: Path) -> None:
    exercises = {path.parent.name for path in (root / "exercises").glob("*/exercise.toml")}
    assert set(vault_files) == exercises
    assert all(vault_files.values())


def test_every_file_bears_the_canary(vault_files: dict[str, list[Path]], canaries: dict[str, str]) -> None:
    without = [
        str(path)
        for id, paths in vault_files.items()
        for path in paths
        if path.name != "__init__.py" and canaries[id].encode() not in path.read_bytes()
    ]
    assert without == []


def test_canaries_are_long_and_differ(canaries: dict[str, str]) -> None:
    assert all(len(canary) >= 32 for canary in canaries.values())
    assert len(set(canaries.values())) == len(canaries)


def test_the_canary_stands_nowhere_else(root: Path, canaries: dict[str, str]) -> None:
    for folder in ("harness", "exercises", "docs", "docker"):
        for path in (root / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                data = path.read_bytes()
                assert not [id for id, canary in canaries.items() if canary.encode() in data], path
