"""A simulated model's version: a digest of the sources that it reasons with."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=64)
def source_digest(*folders: Path) -> str:
    """Hex SHA-256 over the toolkit's sources and the data and sources of `folders`, their packages included.

    Folders that are no packages are an exercise's data, and left out: a starter, practice with its card,
    which stands in the assessment's own digest.
    """
    total = hashlib.sha256()
    for folder in (Path(__file__).parent, *folders):
        for path in sorted(_sources(folder), key=lambda path: path.relative_to(folder).as_posix()):
            total.update(path.relative_to(folder).as_posix().encode() + b"\0")
            total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _sources(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if (path / "__init__.py").is_file():
            yield from _sources(path)
        elif path.suffix in {".py", ".toml"} and path.name != "exercise.toml" and path.is_file():
            yield path
