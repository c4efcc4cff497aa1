"""A request without the tags around a text: `answer yes or no in <answer> tags` is a yes or no."""

from __future__ import annotations

import re
from dataclasses import replace

from harness.simulation.forms.rendering import Layout
from harness.simulation.reading.context import Context

_WHERE = (
    r",?\s{0,2}\b(?:(?:and )?(?:wrap|put|place|enclose)\w* (?:it|this|that|your answer|the answer) )?"
    r"(?:in|inside|within|between|using|with|wrapped in|enclosed in)\s{1,2}(?:an? |the )?"
)
_REST = r"(?:\s{0,2}(?:\.{3}|…)?\s{0,2}(?:and )?</%s>)?(?: (?:xml )?(?:tags?|blocks?|elements?))?"


def tags_aside(context: Context, layout: Layout | None) -> Context:
    """The context without the words that only say in which tags a text is to stand."""
    if layout is None:
        return context
    names = [re.escape(name) for name in (layout.thought, layout.within) if name and name[:1].isalpha()]
    patterns = [re.compile(rf"{_WHERE}[`\"]?<{name}>{_REST % name}[`\"]?", re.IGNORECASE) for name in names]
    pieces = []
    for piece in context.pieces:
        text = piece.text
        if piece.source in {"system", "user"}:
            for pattern in patterns:
                text = pattern.sub("", text)
        pieces.append(piece if text == piece.text else replace(piece, text=text))
    return replace(context, pieces=tuple(pieces))
