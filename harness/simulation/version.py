"""A simulated model's version: a digest of the sources that it reasons with."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=64)
def source_digest(*folders: Path) -> str:
    """Hex SHA-256 over the toolkit's sources and the data and sources of `folders` (not below them).

    The card is left out: it stands in the assessment's own digest.
    """
    total = hashlib.sha256()
    for folder in (Path(__file__).parent, *folders):
        for path in sorted(folder.iterdir()):
            if path.suffix in {".py", ".toml"} and path.name != "exercise.toml":
                total.update(path.name.encode() + b"\0")
                total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
