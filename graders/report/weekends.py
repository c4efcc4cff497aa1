"""The picture of trials of many tasks: each task at the hour in which it came, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from markupsafe import Markup

from graders.evidence import Weekend
from graders.grade import PartEnd
from graders.report import plots
from graders.report.svg import draw
from harness.trace.visible import visible

Spec = dict[str, Any]
End = Literal["ended well", "failed", "harm", "left to people"]
COLOURS: dict[End, str] = {
    "ended well": plots.COLOURS["success"],
    "failed": plots.COLOURS["failure"],
    "harm": plots.COLOURS["harm"],
    "left to people": "#ffffff",
}
ROW = 20
APART = 1.6
"""Hours from one mark to the next: so wide is a mark."""
MARK = 11.0
"""Pixels of a mark's side, at most."""
LETTER = 7.6
"""Pixels of a letter of a label: readers' fonts are wider than the converter's."""
_STARTER = ", the starter"
SAID = f"test(/{_STARTER}$/, datum.value) ? 'the starter' : datum.value"
"""A row's label: the weekend's name stands once, beside the work."""


def end_of(part: PartEnd) -> End:
    """One word for a task; harm goes before what is left to people."""
    if part.harm:
        return "harm"
    return "ended well" if part.success else "left to people" if part.left else "failed"


def named(weekend: Weekend) -> str:
    """A weekend and its replay, by the number that records, traces and findings give it."""
    name = visible(weekend.scenario.rpartition("weekend-")[2])
    return f"{name[: plots.NAME]}, replay {weekend.replay}"


def apart(hours: Sequence[float], gap: float = APART) -> list[float]:
    """The same hours in their order, moved no further than it takes for none to be nearer than `gap`.

    Least squares: hours that crowd become a block about their common middle, and blocks that meet are one.
    """
    blocks: list[tuple[float, int]] = []  # where each begins, less its marks' own places, and its marks
    for place, hour in enumerate(hours):
        at, count = hour - place * gap, 1
        while blocks and blocks[-1][0] > at:
            before, more = blocks.pop()
            at, count = (before * more + at * count) / (more + count), more + count
        blocks.append((at, count))
    moved = [at for at, count in blocks for _ in range(count)]
    return [at + place * gap for place, at in enumerate(moved)]


def timelines(weekends: Sequence[Weekend]) -> Markup | None:
    """A row for each weekend and replay, below it the starter's on the same draws; `None` without any."""
    rows: list[Spec] = []
    names: list[str] = []
    for weekend in weekends:
        for who, parts in (("work", weekend.ours), ("starter", weekend.starter)):
            if parts:
                names.append(named(weekend) + (_STARTER if who == "starter" else ""))
                in_order = sorted(parts, key=lambda part: part.hour)
                hours = apart([part.hour for part in in_order])
                rows += [
                    {"row": names[-1], "hour": hour, "end": end_of(part)}
                    for hour, part in zip(hours, in_order, strict=True)
                ]
    if not rows:
        return None
    first = min(0, *(row["hour"] for row in rows)) - APART / 2
    last = max(48, *(row["hour"] for row in rows)) + APART / 2
    side = min(MARK, plots.WIDTH * APART / (last - first) - 0.5)
    spec: Spec = {
        "width": plots.WIDTH,
        "height": ROW * len(names),
        "data": {"values": rows},
        "mark": {"type": "square", "size": side**2, "stroke": plots.SOFT, "strokeWidth": 0.6, "opacity": 1},
        "encoding": {
            "y": {
                "field": "row",
                "type": "nominal",
                "sort": names,
                "scale": {"paddingInner": 0.1},
                "axis": {
                    "labelExpr": SAID,
                    "minExtent": LETTER * max(len(name.removesuffix(_STARTER)) for name in names),
                },
            },
            "x": {
                "field": "hour",
                "type": "quantitative",
                "title": "virtual hours since the weekend began",
                "axis": {"values": list(range(0, int(last) + 1, 6))},
                "scale": {"domain": [first, last], "nice": False},
            },
            "color": {
                "field": "end",
                "type": "nominal",
                "scale": {"domain": list(COLOURS), "range": list(COLOURS.values())},
                "legend": None,
            },
        },
        "config": plots.CONFIG,
    }
    ours = [end_of(part) for weekend in weekends for part in weekend.ours]
    said = ", ".join(f"{ours.count(end)} {end}" for end in COLOURS)
    return draw(
        spec,
        name="weekends",
        title="How each task of the weekends ended",
        text=f"{len(ours)} tasks: {said}",
    )
