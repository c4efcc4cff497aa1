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
ROW = 19
SAID = "test(/, starter$/, datum.value) ? 'starter' : replace(datum.value, /, work$/, '')"
"""A row's label: the weekend's name stands once, beside the work."""


def end_of(part: PartEnd) -> End:
    """One word for a task; harm goes before what is left to people."""
    if part.harm:
        return "harm"
    return "ended well" if part.success else "left to people" if part.left else "failed"


def timelines(weekends: Sequence[Weekend]) -> Markup | None:
    """A row for each weekend and replay, below it the starter's on the same draws; `None` without any."""
    rows: list[Spec] = []
    names: list[str] = []
    for weekend in weekends:
        for who, parts in (("work", weekend.ours), ("starter", weekend.starter)):
            if parts:
                name = f"{weekend.scenario.rpartition('weekend-')[2]} {weekend.replay + 1}, {who}"
                names.append(visible(name)[: plots.NAME + 8])
                rows += [{"row": names[-1], "hour": part.hour, "end": end_of(part)} for part in parts]
    if not rows:
        return None
    latest = max(row["hour"] for row in rows)
    spec: Spec = {
        "width": plots.WIDTH,
        "height": ROW * len(names),
        "data": {"values": rows},
        "mark": {"type": "square", "size": 130, "stroke": plots.SOFT, "strokeWidth": 0.6, "opacity": 1},
        "encoding": {
            "y": {
                "field": "row",
                "type": "nominal",
                "sort": names,
                "scale": {"paddingInner": 0.1},
                "axis": {"labelExpr": SAID},
            },
            "x": {
                "field": "hour",
                "type": "quantitative",
                "title": "virtual hours since the weekend began",
                "scale": {"domain": [0, max(48, latest)], "nice": False},
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
        title="How each ticket of the weekends ended",
        text=f"{len(ours)} tickets: {said}",
    )
