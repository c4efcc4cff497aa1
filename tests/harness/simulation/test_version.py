"""A model's version is that of all sources that it reasons with, those of its packages included."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.simulation.version import source_digest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An exercise with two rooms and with data."""
    written = {
        "__init__.py": "", "model.py": "1", "ontology.toml": "a = 1", "exercise.toml": "title = 'x'",
        "papers/__init__.py": "", "papers/clauses.py": "2", "papers/cues.toml": "b = 2",
        "papers/old/__init__.py": "", "papers/old/mails.py": "3",
        "starter/main.py": "4", "practice/card.toml": "c = 3",
    }  # fmt: skip
    for name, text in written.items():
        path = tmp_path / "one" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "one"


def digest(folder: Path) -> str:
    source_digest.cache_clear()
    return source_digest(folder)


@pytest.mark.parametrize(
    "name", ["model.py", "ontology.toml", "papers/clauses.py", "papers/cues.toml", "papers/old/mails.py"]
)
def test_each_source_counts(folder: Path, name: str) -> None:
    before = digest(folder)
    (folder / name).write_text("another", encoding="utf-8")
    assert digest(folder) != before


def test_a_module_that_moves_counts(folder: Path) -> None:
    before = digest(folder)
    (folder / "papers" / "clauses.py").rename(folder / "clauses.py")
    assert digest(folder) != before


@pytest.mark.parametrize(
    "name",
    [
        "exercise.toml", "starter/main.py", "practice/card.toml", "BRIEF.md", "papers/notes.md",
        "__pycache__/model.py", "papers/__pycache__/clauses.cpython-311.pyc",
    ],
)  # fmt: skip
def test_data_and_what_python_left_do_not(folder: Path, name: str) -> None:
    before = digest(folder)
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("another", encoding="utf-8")
    assert digest(folder) == before


def test_where_the_folder_lies_does_not(folder: Path) -> None:
    before = digest(folder)
    assert digest(folder.rename(folder.with_name("other"))) == before
