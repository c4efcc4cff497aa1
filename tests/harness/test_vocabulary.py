"""Vocabularies are tiktoken's own, and lie where it looks for them."""

from __future__ import annotations

import importlib
import inspect
import tempfile
from pathlib import Path

import pytest
import tiktoken

from harness import vocabulary
from harness.errors import EnvironmentFailure
from harness.vocabulary import VARIABLE, VOCABULARIES, vocabulary_cache, write_vocabularies


def test_tiktoken_finds_both_vocabularies_offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "new"
    write_vocabularies(folder)
    monkeypatch.setenv(VARIABLE, str(folder))
    monkeypatch.setattr(tiktoken.registry, "ENCODINGS", {})
    for name in ("o200k_base", "cl100k_base"):
        assert tiktoken.get_encoding(name).encode("hello world")
    assert sorted(path.name for path in folder.iterdir()) == sorted(v.file_name for v in VOCABULARIES)


def test_our_addresses_and_hashes_are_tiktokens_own() -> None:
    source = inspect.getsource(importlib.import_module("tiktoken_ext.openai_public"))
    for known in VOCABULARIES:
        assert known.url in source
        assert known.sha256 in source


def test_a_spoiled_file_is_written_again(tmp_path: Path) -> None:
    folder = tmp_path
    write_vocabularies(folder)
    file = folder / VOCABULARIES[0].file_name
    file.write_bytes(b"spoiled")
    write_vocabularies(folder)
    assert len(file.read_bytes()) > 1_000_000


def test_bytes_that_are_not_tiktokens_are_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "VOCABULARIES", (VOCABULARIES[0]._replace(sha256="0" * 64),))
    with pytest.raises(EnvironmentFailure, match="than tiktoken expects"):
        write_vocabularies(tmp_path)


def test_a_cache_that_cannot_be_made_is_made_among_temporary_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TAKEHOME_CACHE", str(tmp_path / "file"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    folder = vocabulary_cache()
    assert folder.parent == tmp_path / "temporary"
    assert len(list(folder.iterdir())) == len(VOCABULARIES)
