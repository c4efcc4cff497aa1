"""The report's pictures, as Vega-Lite specifications; every number comes from the evidence.

Blue for this work, grey for what it is compared with, orange to dark brown for what went wrong: the
three differ in lightness too, so that print and colour-blind readers lose nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from markupsafe import Markup

from graders.evidence import ENDED, Case, Ended, Evidence, Failure
from graders.grade import ClaimResult
from graders.history import Event
from graders.report.svg import draw
from graders.report.words import METRICS, plain, reference_points
from harness.trace.visible import visible

Spec = dict[str, Any]
INK, SOFT, RULE = "#1b1f24", "#5b6470", "#d9dde2"
OURS, OTHERS = "#1f5fa8", "#8a939d"
COLOURS: dict[Ended, str] = {
    "success": "#d3e3f3",
    "failure": "#dd8a3d",
    "harm": "#7a230c",
    "not measured": "#ffffff",
}
WIDTH = 400
"""Of the plane; labels stand left of it."""
NAME = 28
"""Characters of a label."""
CONFIG: Spec = {
    "background": "transparent",
    "padding": {"left": 16, "right": 12, "top": 6, "bottom": 6},
    "view": {"stroke": None},
    "font": "sans-serif",
    "axis": {
        "labelColor": INK,
        "titleColor": SOFT,
        "labelFontSize": 13,
        "titleFontSize": 13,
        "titleFontWeight": "normal",
        "domainColor": OTHERS,
        "tickColor": OTHERS,
        "gridColor": RULE,
        "labelLimit": 260,
        "titlePadding": 8,
    },
    "axisX": {"tickCount": 6},
    "axisY": {
        "domain": False,
        "ticks": False,
        "labelPadding": 10,
        "minExtent": 112,
        "grid": False,
        "title": None,
    },
    "text": {"fontSize": 13, "color": INK},
}


def score_strip(evidence: Evidence) -> Markup | None:
    """The score with both its error bars, the anchors below it, and the bar through all."""
    score, bar = evidence.grade.score, evidence.grade.recommendation.bar
    if score.value is None:
        return None
    anchors = [("Reference", reference_points(evidence.grade))]
    anchors += [(level.name, level.score) for level in evidence.levels]
    anchors.append(("Starter", 0.0))
    rows: list[Spec] = [{"name": "This work", "value": score.value, "ours": True}]
    rows += [{"name": _name(name), "value": value, "ours": False} for name, value in anchors]
    names = list(dict.fromkeys(row["name"] for row in rows))
    ends = [end for end in (score.low, score.high, bar, *(row["value"] for row in rows)) if end is not None]
    y = {"field": "name", "type": "nominal", "sort": names}
    layers = [_rule(bar, f"bar {bar:.0f}"), _interval(score.low, score.high, y, 3)]
    if score.sem_replay is not None:
        layers.append(_interval(score.value - score.sem_replay, score.value + score.sem_replay, y, 10))
    layers.append(
        {
            "data": {"values": rows},
            "mark": {"type": "point", "filled": True, "size": 80, "opacity": 1, "stroke": "white"},
            "encoding": {
                "y": y,
                "x": {
                    "field": "value",
                    "type": "quantitative",
                    "scale": _domain(ends, (0, 100)),
                    "title": "score",
                },
                "color": {"condition": {"test": "datum.ours", "value": OURS}, "value": OTHERS},
            },
        }
    )
    said = ", ".join(f"{name} {value:.0f}" for name, value in anchors)
    whole = _ends(score.low, score.high, 1)
    text = f"This work {score.value:.1f}, interval {whole}, the bar at {bar:.0f}. {said}."
    return _draw(layers, len(names) * 26, "score", "Score, bar and anchors", text)


def claims(found: Sequence[ClaimResult]) -> list[Markup]:
    """What was predicted, what the candidate measured, what we found: one picture for each metric."""
    ordered = sorted(found, key=lambda claim: claim.metric)
    return [
        _claims(list(group), metric, f"claims{number}")
        for number, (metric, group) in enumerate(groupby(ordered, key=lambda claim: claim.metric))
    ]


SIDES = {"predicted": "#b3bac2", "measured by the candidate": "#7d8791", "found on fresh seeds": OURS}


def _claims(group: list[ClaimResult], metric: str, name: str) -> Markup:
    rows: list[Spec] = []
    points: list[Spec] = []
    said: list[str] = []
    for claim in group:
        factor = 100 if claim.unit == "share" else 1
        own = (claim.low, claim.high) if claim.value is not None else None
        for side, ends in zip(SIDES, (claim.predicted, claim.measured, own), strict=True):
            if ends is None or ends[0] is None or ends[1] is None:
                continue
            low, high = ends[0] * factor, ends[1] * factor
            rows.append({"name": _name(claim.id), "side": side, "low": low, "high": high})
            said.append(f"{claim.id} {side} {_ends(low, high, 4 if claim.unit == 'usd' else 1)}")
        if claim.value is not None:
            points.append({"name": _name(claim.id), "side": list(SIDES)[2], "low": claim.value * factor})
    share = group[0].unit == "share"
    title = f"change of the {METRICS.get(metric, metric)}, {'percentage points' if share else 'US dollars'}"
    domain = _domain([row[end] for row in rows for end in ("low", "high")], (0, 0))
    place: Spec = {
        "y": {"field": "name", "type": "nominal", "sort": None},
        "yOffset": {"field": "side", "sort": list(SIDES), "scale": {"paddingOuter": 1.2}},
        "x": {
            "field": "low",
            "type": "quantitative",
            "title": title,
            "scale": domain,
            "axis": {"tickCount": 7 if share else 4},
        },
        "color": {
            "field": "side",
            "type": "nominal",
            "scale": {"domain": list(SIDES), "range": list(SIDES.values())},
            "legend": None,
        },
    }
    layers: list[Spec] = [
        _rule(0, ""),
        {
            "data": {"values": rows},
            "mark": {"type": "rule"},
            "encoding": {
                **place,
                "x2": {"field": "high"},
                "strokeWidth": {
                    "field": "side",
                    "type": "nominal",
                    "scale": {"domain": list(SIDES), "range": [9, 4, 4]},
                    "legend": None,
                },
            },
        },
        {
            "data": {"values": points},
            "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1, "stroke": "white"},
            "encoding": place,
        },
    ]
    return _draw(
        layers, 46 * len(group), name, f"Claims about the {METRICS.get(metric, metric)}", "; ".join(said)
    )


def all_well(cases: Sequence[Case]) -> list[Case]:
    """The scenarios of families of which every trial of this work ended well."""
    bad = {case.family for case in cases if set(case.ours) != {"success"}}
    return [case for case in cases if case.family not in bad]


def heat_map(cases: Sequence[Case]) -> Markup | None:
    """A row for each family, a group of cells for each scenario, a cell for each replay.

    Families of which every trial ended well have no row.
    """
    whole = cases
    well = all_well(cases)
    cases = [case for case in cases if case not in well]
    if not cases:
        return None
    columns = ("This work", "Starter") if any(case.starter for case in cases) else ("This work",)
    families = _worst_first(cases)
    names = [_name(family) for family, _ in families]
    pitch = max(max(len(case.ours), len(case.starter)) for case in cases) + 0.5
    widest = pitch * max(len(group) for _, group in families)
    cells: list[Spec] = [
        {"family": _name(family), "column": column, "x": left, "x2": left + 0.94, "ended": ended}
        for family, group in families
        for place, case in enumerate(group)
        for column, ends in zip(columns, (case.ours, case.starter), strict=False)
        for left, ended in ((place * pitch + replay, ended) for replay, ended in enumerate(ends))
    ]
    panel = 190 if len(columns) == 2 else 400
    size = min(panel / widest, 15)
    spec: Spec = {
        "data": {"values": cells},
        "facet": {
            "column": {
                "field": "column",
                "type": "nominal",
                "sort": list(columns),
                "title": None,
                "header": {
                    "labelFontSize": 13,
                    "labelColor": SOFT,
                    "labelAnchor": "start",
                    "labelPadding": 4,
                },
            }
        },
        "spacing": 24,
        "spec": {
            "width": size * widest,
            "height": 17 * len(names),
            "mark": {"type": "rect", "stroke": SOFT, "strokeWidth": 0.4},
            "encoding": {
                "y": {"field": "family", "type": "nominal", "sort": names, "scale": {"paddingInner": 0.16}},
                "x": {
                    "field": "x",
                    "type": "quantitative",
                    "axis": None,
                    "scale": {"domain": [0, widest], "nice": False},
                },
                "x2": {"field": "x2"},
                "color": {
                    "field": "ended",
                    "type": "nominal",
                    "scale": {"domain": list(ENDED), "range": [COLOURS[name] for name in ENDED]},
                    "legend": None,
                },
            },
        },
        "config": CONFIG,
    }
    counts = {name: sum(case.ours.count(name) for case in whole) for name in ENDED}
    said = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    return draw(
        spec,
        name="map",
        title="How every trial ended",
        text=f"{len({case.family for case in whole})} families, {len(whole)} scenarios: {said}",
    )


def _worst_first(cases: Sequence[Case]) -> list[tuple[str, list[Case]]]:
    families = [(name, list(group)) for name, group in groupby(cases, key=lambda case: case.family)]

    def well(item: tuple[str, list[Case]]) -> float:
        ends = [ended for case in item[1] for ended in case.ours]
        return ends.count("success") / max(len(ends), 1)

    return sorted(families, key=well)


def failures(found: Sequence[Failure]) -> Markup | None:
    """How often each way to fail was met, harm apart from the rest."""
    if not found:
        return None
    names = [_name(plain(failure.label)) for failure in found]
    rows = [
        {"name": name, "kind": kind, "trials": trials}
        for name, failure in zip(names, found, strict=True)
        for kind, trials in (("harm", failure.harm), ("failure", failure.trials - failure.harm))
        if trials
    ]
    totals = [{"name": name, "trials": f.trials} for name, f in zip(names, found, strict=True)]
    y = {"field": "name", "type": "nominal", "sort": names, "scale": {"paddingInner": 0.35}}
    layers: list[Spec] = [
        {
            "data": {"values": rows},
            "mark": {"type": "bar"},
            "encoding": {
                "y": y,
                "x": {"field": "trials", "type": "quantitative", "axis": None},
                "order": {"field": "kind", "sort": "descending"},
                "color": {
                    "field": "kind",
                    "type": "nominal",
                    "scale": {"domain": ["failure", "harm"], "range": [COLOURS["failure"], COLOURS["harm"]]},
                    "legend": None,
                },
            },
        },
        {
            "data": {"values": totals},
            "mark": {"type": "text", "align": "left", "dx": 6},
            "encoding": {
                "y": y,
                "x": {"field": "trials", "type": "quantitative"},
                "text": {"field": "trials"},
            },
        },
    ]
    said = ", ".join(f"{plain(failure.label)} {failure.trials}" for failure in found)
    return _draw(layers, 26 * len(names), "failures", "Failed trials by label", said)


def timeline(events: Sequence[Event]) -> Markup | None:
    """When each kind of event was written into the journal."""
    if len(events) < 2:
        return None
    kinds = list(dict.fromkeys(_name(event.kind) for event in events))
    rows = [{"kind": _name(event.kind), "minutes": event.minutes} for event in events]
    layers = [
        {
            "data": {"values": rows},
            "mark": {"type": "tick", "thickness": 2, "color": OURS, "opacity": 0.8},
            "encoding": {
                "y": {"field": "kind", "type": "nominal", "sort": kinds, "scale": {"paddingInner": 0.3}},
                "x": {
                    "field": "minutes",
                    "type": "quantitative",
                    "title": "minutes since the first event",
                    "scale": {"domain": [0, max(10, *(event.minutes for event in events))], "nice": False},
                },
            },
        }
    ]
    text = f"{len(events)} events over {events[-1].minutes:.0f} minutes: {', '.join(kinds)}"
    return _draw(layers, 22 * len(kinds), "timeline", "The journal's events over time", text)


def _draw(layers: list[Spec], height: float, name: str, title: str, text: str) -> Markup:
    spec = {"width": WIDTH, "height": height, "layer": layers, "config": CONFIG}
    return draw(spec, name=name, title=title, text=visible(text))


def _interval(low: float | None, high: float | None, y: Spec, width: int) -> Spec:
    known = low is not None and high is not None
    return {
        "data": {"values": [{"name": "This work", "low": low, "high": high}] if known else []},
        "mark": {"type": "rule", "strokeWidth": width, "color": OURS, "opacity": 1 if width < 5 else 0.3},
        "encoding": {"y": y, "x": {"field": "low", "type": "quantitative"}, "x2": {"field": "high"}},
    }


def _rule(at: float, label: str) -> Spec:
    """A line through all rows, named at its top."""
    rule: Spec = {
        "data": {"values": [{"at": at, "label": label}]},
        "encoding": {"x": {"field": "at", "type": "quantitative"}},
        "layer": [
            {"mark": {"type": "rule", "color": INK, "strokeDash": [3, 3]}},
            {
                "mark": {"type": "text", "align": "left", "dx": 5, "baseline": "bottom", "color": INK},
                "encoding": {"text": {"field": "label"}, "y": {"value": -2}},
            },
        ],
    }
    return rule


def _domain(values: list[float], at_least: tuple[float, float]) -> Spec:
    """An axis that shows every value, and no less than `at_least`."""
    low, high = min([*values, at_least[0]]), max([*values, at_least[1]])
    room = 0.04 * ((high - low) or 1)
    ends = [low - (room if low < at_least[0] else 0), high + (room if high > at_least[1] else 0)]
    return {"domain": ends, "nice": False, "zero": False}


def _ends(low: float | None, high: float | None, digits: int) -> str:
    return "not known" if low is None or high is None else f"{low:.{digits}f} to {high:.{digits}f}"


def _name(text: str) -> str:
    return visible(text if len(text) <= NAME else f"{text[: NAME - 1]}…")
