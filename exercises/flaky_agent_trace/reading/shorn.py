"""Pieces without the texts that are only shown: drafts and proposals say nothing of what is asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from harness.simulation.reading.context import Piece


def shorn(pieces: Iterable[Piece], shown: tuple[str, ...]) -> list[Piece]:
    """The pieces without the texts of proposals."""
    left = list(pieces)
    for text in shown:
        left = [
            replace(piece, text=piece.text.replace(text, " ")) if text in piece.text else piece
            for piece in left
        ]
    return left
