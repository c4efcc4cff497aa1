from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.gateway.tokens import STRETCH, count, cut, encoding, scaled
from harness.vocabulary import VARIABLE


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
