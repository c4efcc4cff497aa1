"""The shape of modules: short, plainly named, packages without logic."""

from __future__ import annotations

import ast
from pathlib import Path

LONGEST = 400


def test_modules_are_short(modules: dict[str, Path]) -> None:
    lengths = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in modules.items()}
    long = {name: length for name, length in lengths.items() if length > LONGEST}
    assert long == {}


def test_no_drawer_for_everything(modules: dict[str, Path]) -> None:
    drawers = {"utils", "util", "helpers", "misc", "common"}
    assert [name for name in modules if drawers & set(name.split("."))] == []


def test_packages_hold_no_logic(modules: dict[str, Path]) -> None:
    for name, path in modules.items():
        if path.name == "__init__.py":
            body = ast.parse(path.read_text(encoding="utf-8")).body
            assert all(is_text(node) for node in body), f"{name} has logic in its `__init__.py`"


def is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def test_docker_folder_does_not_shadow_the_sdk(root: Path) -> None:
    assert not (root / "docker" / "__init__.py").exists()
