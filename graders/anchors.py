"""Records of starter and reference, kept from one grade to the next.

Every draw is keyed by meaning, so an anchor that is run again on the same scenarios and epoch meets
the same luck: its records can be used again as long as nothing that made them has changed. The file
is named by all of that: the store's key, and the digest of the harness's own source.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import harness
from harness.errors import EnvironmentFailure, UsageError
from harness.trial.record import StoreKey, TrialKey, TrialStore

VARIABLE = "TAKEHOME_CACHE"


def cache_folder() -> Path:
    """Where this user's caches stand; `TAKEHOME_CACHE` names another place."""
    if named := os.environ.get(VARIABLE):
        return Path(named)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "takehome"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "takehome"


@cache
def source_digest() -> str:
    """Hex SHA-256 over the harness's Python files: a changed gateway makes other records."""
    total = hashlib.sha256()
    root = Path(next(iter(harness.__path__)))
    for path in sorted(root.rglob("*.py")):
        total.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


class AnchorCache:
    """Kept records by what made them. Whatever is wrong with it costs time, never a grade."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "anchors"

    def path(self, key: StoreKey) -> Path:
        """The file of this key's records."""
        name = hashlib.sha256(f"{key.model_dump_json()}\n{source_digest()}".encode()).hexdigest()
        return self.folder / f"{name[:40]}.trials.jsonl.gz"

    def fetch(self, store: TrialStore, keys: Iterable[TrialKey]) -> int:
        """Put known records of `keys` into the store; how many they were."""
        missing = [key for key in keys if key not in store]
        path = self.path(store.key)
        if not missing or not path.is_file():
            return 0
        found = 0
        try:
            for record in TrialStore(path, store.key).kept(missing):
                store.add(record)
                found += 1
        except (UsageError, OSError, ValueError, KeyError):
            return found
        return found

    def keep(self, store: TrialStore, keys: Iterable[TrialKey]) -> None:
        """Add the store's records of `keys`. Two grades at once may lose each other's, no more."""
        path = self.path(store.key)
        part = path.with_name(f".{os.getpid()}.{path.name}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.is_file():
                shutil.copyfile(path, part)
            merged = _opened(part, store.key)
            for key in keys:
                record = store.get(key)
                if record is not None and key not in merged:
                    merged.add(record)
            part.replace(path)
        except (EnvironmentFailure, OSError):
            part.unlink(missing_ok=True)


def _opened(path: Path, key: StoreKey) -> TrialStore:
    """The store in that file, begun anew when it is not one."""
    try:
        return TrialStore(path, key)
    except (UsageError, ValueError, KeyError):
        path.unlink(missing_ok=True)
        return TrialStore(path, key)
