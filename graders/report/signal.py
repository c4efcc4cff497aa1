"""The signal report as one HTML file: what a panel of known quality shows of an exercise's scores."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from markupsafe import Markup

from graders.grade import write_text
from graders.report.page import environment, styles
from graders.report.plots import CONFIG, INK, OTHERS, OURS, SOFT, WIDTH
from graders.report.svg import draw
from graders.separation import Figure, PanelRow, Signal
from graders.vault_files import MemberRole
from harness.trace.html import POLICY
from harness.trace.visible import visible

MET = {True: "met", False: "missed", None: "unknown"}
NAMES = {
    "auc": "Works above the bar score higher than works below it",
    "order": "Better works score higher (Somers’ D)",
    "gap": "Adjacent levels lie apart (Hedges’ d)",
    "phi": "A success rate tells works apart at a cut, reliably (Φ)",
    "same_decision": "A second grading says the same",
    "as_printed": "… more often than was printed",
    "errors": "Two gradings lie apart as far as their errors say",
    "refer_share": "Works that a person has to look at",
    "cheats": "What the best cheat gains",
    "null_score": "The best work that does nothing",
    "expert_score": "The worst expert, solving blind",
    "ends": "Works at either end of the scale",
    "item_rest": "Scenarios agree with the others",
    "aa": "A work told apart from itself",
    "deterministic": "Trials that differ when run again on the same seeds",
    "ai_floor": "Experts score above unaided coding agents",
    "predictive_validity": "Scores foresee what happens after hiring",
}
KINDS: dict[MemberRole, tuple[str, str]] = {
    "panel": ("a work of the panel", OURS),
    "starter": ("starter and reference, which make the scale", OTHERS),
    "reference": ("starter and reference, which make the scale", OTHERS),
    "null": ("does nothing", "#dd8a3d"),
    "cheat": ("a cheat", "#7a230c"),
}


def write_signal(path: Path, signal: Signal) -> None:
    """Write the page. Raises `EnvironmentFailure` when the disk does not take it."""
    write_text(path, render_signal(signal))


def render_signal(signal: Signal) -> str:
    """The whole document."""
    rows = _by_level(signal.panel)
    return (
        environment()
        .get_template("signal.html.j2")
        .render(
            s=signal,
            policy=POLICY,
            style=styles(),
            headline=headline(signal.figures),
            named=[(NAMES.get(figure.id, figure.id), MET[figure.met], figure) for figure in signal.figures],
            counts={word: sum(MET[f.met] == word for f in signal.figures) for word in MET.values()},
            rows=rows,
            kinds={KINDS[row.role][0]: KINDS[row.role][1] for row in rows},
            plot=_plot(rows, signal.cut),
        )
    )


def headline(figures: tuple[Figure, ...]) -> str:
    """Whether the exercise separates, in a few words."""
    if any(figure.met is False for figure in figures):
        return "Some targets are missed"
    return "All that was measured is met" if any(figure.met for figure in figures) else "Nothing is known"


def _by_level(panel: tuple[PanelRow, ...]) -> list[PanelRow]:
    """Levels upwards, in each the best first."""
    return sorted(panel, key=lambda row: (int(row.level), -(row.score or 0.0), row.id))


def _plot(rows: list[PanelRow], bar: float) -> Markup | None:
    """A row for each member, by level: its score with one error of a rerun, and its score on other seeds."""
    known = [row for row in rows if row.score is not None]
    if not known:
        return None
    values = [
        {
            "name": visible(row.id),
            "level": f"level {row.level}",
            "score": row.score,
            "again": row.again,
            "low": row.score - (row.sem_replay or 0.0),
            "high": row.score + (row.sem_replay or 0.0),
            "kind": KINDS[row.role][0],
        }
        for row in known
        if row.score is not None
    ]
    ends = [0.0, 100.0, *(float(str(row[end])) for row in values for end in ("low", "high"))]
    kinds = dict(KINDS[row.role] for row in known)
    colour = {
        "field": "kind",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": [*kinds], "range": [*kinds.values()]},
    }
    y = {"field": "name", "type": "nominal", "sort": [row["name"] for row in values]}
    scale = {"domain": [min(ends), max(ends)], "nice": False, "zero": False}
    x = {"type": "quantitative", "scale": scale, "title": "score"}
    spec: dict[str, Any] = {
        "data": {"values": values},
        "facet": {
            "row": {
                "field": "level",
                "type": "nominal",
                "title": None,
                "header": {
                    "labelFontSize": 13,
                    "labelColor": SOFT,
                    "labelAngle": 0,
                    "labelAlign": "left",
                    "labelOrient": "top",
                    "labelAnchor": "start",
                },
            }
        },
        "resolve": {"scale": {"y": "independent"}},
        "spacing": 14,
        "spec": {
            "width": WIDTH,
            "height": {"step": 16},
            "layer": [
                {
                    "mark": {"type": "rule", "color": INK, "strokeDash": [3, 3]},
                    "encoding": {"x": {"datum": bar, **x}},
                },
                {
                    "mark": {"type": "rule", "strokeWidth": 5, "opacity": 0.35},
                    "encoding": {
                        "y": y,
                        "x": {"field": "low", **x},
                        "x2": {"field": "high"},
                        "color": colour,
                    },
                },
                {
                    "mark": {"type": "point", "filled": False, "size": 36, "opacity": 1},
                    "encoding": {"y": y, "x": {"field": "again", **x}, "color": colour},
                },
                {
                    "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1, "stroke": "white"},
                    "encoding": {"y": y, "x": {"field": "score", **x}, "color": colour},
                },
            ],
        },
        "config": CONFIG,
    }
    said = "; ".join(f"{row.id}, level {row.level}: {row.score:.0f}" for row in known)
    return draw(spec, name="panel", title=f"Scores of the panel, the bar at {bar:.0f}", text=visible(said))
