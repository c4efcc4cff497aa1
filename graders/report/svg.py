"""Vega-Lite to SVG that may stand inside a page.

The converter runs offline and draws with the page's own font. What it writes is taken apart and put
together again from a short list of elements and attributes: no links, no styles, no ids of its own,
one text alternative for the whole picture.
"""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree as ET

import vl_convert
from markupsafe import Markup

_SVG = "http://www.w3.org/2000/svg"
_ELEMENTS = frozenset({"svg", "g", "path", "line", "rect", "text", "tspan"})
_ATTRIBUTES = frozenset(
    {
        "d",
        "fill",
        "fill-opacity",
        "font-size",
        "font-weight",
        "height",
        "opacity",
        "stroke",
        "stroke-dasharray",
        "stroke-linecap",
        "stroke-opacity",
        "stroke-width",
        "text-anchor",
        "transform",
        "viewBox",
        "width",
        "x",
        "x1",
        "x2",
        "y",
        "y1",
        "y2",
    }
)


def draw(spec: dict[str, Any], *, name: str, title: str, text: str) -> Markup:
    """An inline SVG of a Vega-Lite specification.

    `name` is unique on the page; `title` and `text` are the picture's name and its description in
    words. The picture scales down to its box and never up past its own width.
    """
    svg = vl_convert.vegalite_to_svg(json.dumps(spec), allowed_base_urls=[])
    return tame(svg, name=name, title=title, text=text)


def tame(svg: str, *, name: str, title: str, text: str) -> Markup:
    """Only what the page's policy and its reader need of an SVG."""
    root = ET.fromstring(svg)  # noqa: S314  (our own converter's output)
    width = root.get("width", "640")
    height = root.get("height", "100")
    _strip(root)
    root.attrib.pop("width", None)
    root.attrib.pop("height", None)
    root.set("viewBox", root.get("viewBox", f"0 0 {width} {height}"))
    root.set("class", "plot")
    root.set("style", f"max-width:{float(width):.0f}px")
    root.set("role", "img")
    root.set("aria-labelledby", f"{name}-title {name}-text")
    for place, (tag, words) in enumerate((("title", title), ("desc", text))):
        child = ET.Element(f"{{{_SVG}}}{tag}", {"id": f"{name}-{'text' if tag == 'desc' else tag}"})
        child.text = words
        root.insert(place, child)
    ET.register_namespace("", _SVG)
    return Markup(ET.tostring(root, encoding="unicode"))  # noqa: S704  (rebuilt from the lists above)


def _strip(element: ET.Element) -> None:
    for name in [name for name in element.attrib if name not in _ATTRIBUTES]:
        del element.attrib[name]
    for child in list(element):
        if child.tag.removeprefix(f"{{{_SVG}}}") not in _ELEMENTS or _invisible(child):
            element.remove(child)
        else:
            _strip(child)


def _invisible(element: ET.Element) -> bool:
    """Empty groups and the background: most of what a converter writes draws nothing."""
    return element.get("class", "") == "background" or (
        element.tag == f"{{{_SVG}}}path" and not element.get("d")
    )
