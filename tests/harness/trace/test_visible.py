from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.trace.visible import capped, visible, visible_code


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain\n\ttext", "plain\n\ttext"),
        ("Grüße, 東京 🙂", "Grüße, 東京 🙂"),
        ("if admin\u202e{ return", "if admin\\u{202e}{ return"),
        ("a\u200bb\ufeff", "a\\u{200b}b\\u{feff}"),
        ("\x1b]8;;http://x\x07", "\\u{1b}]8;;http://x\\u{7}"),
        ("\ud800", "\\u{d800}"),
        ("a\r\nb\rc", "a\nb\\u{d}c"),
        ("x\u3164y", "x\\u{3164}y"),
        ("tag\U000e0041", "tag\\u{e0041}"),
        ("one\u2028two", "one\\u{2028}two"),
    ],
)
def test_what_would_not_show_is_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_a_pile_of_marks_is_cut_into_sight() -> None:
    assert visible("a" + "\u0301" * 4) == "a\u0301\u0301\\u{301}\\u{301}"


def test_look_alikes_inside_latin_words_show_in_code() -> None:
    assert visible_code("p\u0430y(\u043f\u0440\u0438\u0432\u0435\u0442)") == "p\\u{430}y(привет)"
    assert visible("p\u0430y") == "p\u0430y"


@given(st.text())
def test_nothing_hidden_is_left(text: str) -> None:
    shown = visible(text)
    assert all(char in "\n\t" or unicodedata.category(char)[0] != "C" for char in shown)
    assert visible(shown) == shown


def test_a_cut_is_said() -> None:
    assert capped("abc", 3) == "abc"
    assert capped("a" * 2_000, 3) == "aaa… [1,997 further characters not shown]"
