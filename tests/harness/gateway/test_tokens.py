from __future__ import annotations

import importlib
import inspect
import os
from pathlib import Path

import pytest
import tiktoken
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import EnvironmentFailure
from harness.gateway import vocabulary
from harness.gateway.tokens import STRETCH, count, cut, encoding, scaled
from harness.gateway.vocabulary import VARIABLE, VOCABULARIES, vocabulary_folder


def test_tiktoken_finds_both_vocabularies_offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = vocabulary_folder(tmp_path / "new")
    monkeypatch.setenv(VARIABLE, str(folder))
    monkeypatch.setattr(tiktoken.registry, "ENCODINGS", {})
    for name in ("o200k_base", "cl100k_base"):
        assert tiktoken.get_encoding(name).encode("hello world")
    assert sorted(path.name for path in folder.iterdir()) == sorted(v.file for v in VOCABULARIES)


def test_our_addresses_and_hashes_are_tiktokens_own() -> None:
    source = inspect.getsource(importlib.import_module("tiktoken_ext.openai_public"))
    for known in VOCABULARIES:
        assert known.url in source
        assert known.sha256 in source


def test_a_spoiled_file_is_written_again(tmp_path: Path) -> None:
    folder = vocabulary_folder(tmp_path)
    file = folder / VOCABULARIES[0].file
    file.write_bytes(b"spoiled")
    vocabulary_folder(folder)
    assert len(file.read_bytes()) > 1_000_000


def test_bytes_that_are_not_tiktokens_are_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "VOCABULARIES", (VOCABULARIES[0]._replace(sha256="0" * 64),))
    with pytest.raises(EnvironmentFailure, match="is not tiktoken's"):
        vocabulary_folder(tmp_path)


def test_loading_leaves_the_environment_alone() -> None:
    before = os.environ.get(VARIABLE)
    encoding()
    assert os.environ.get(VARIABLE) == before


def test_special_tokens_are_plain_text() -> None:
    assert count("<|endoftext|>") > 1


@pytest.mark.parametrize("text", [" " * 1_500_000, "a" * 300_000, "\n" * 300_000, "\U0001f600" * 50_000])
def test_texts_that_break_tokenizers(text: str) -> None:
    assert 0 < count(text) <= len(text.encode())


def test_a_long_text_counts_nearly_as_the_whole() -> None:
    text = "The customer asks where the parcel is. " * 3_000
    whole = len(encoding().encode_ordinary(text))
    assert whole <= count(text) <= whole + 3 * (len(text) // STRETCH)


@given(st.text(max_size=400), st.integers(-1, 100))
def test_a_cut_is_a_start_and_no_longer_than_asked(text: str, tokens: int) -> None:
    kept = cut(text, tokens)
    clean = text.encode("utf-8", "replace").decode()
    assert clean.startswith(kept) or text.startswith(kept)
    assert count(kept) <= max(0, tokens) + 1
    assert cut(text, 10_000) in (text, clean) or "\ud800" <= max(text) <= "\udfff"


def test_a_models_own_tokens() -> None:
    assert scaled(100, 1.0) == 100
    assert scaled(100, 1.25) == 125
    assert scaled(1, 1.25) == 2
