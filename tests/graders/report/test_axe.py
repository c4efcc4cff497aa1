"""The page under axe-core, the accessibility rules of WCAG, in a real Chromium. `make axe` fetches axe."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from graders import evidence as ev
from graders.report.page import render
from graders.report.redaction import for_candidate
from graders.report.signal import render_signal
from graders.separation import Signal
from tests.graders.report.test_browser import CHROMIUM, load

AXE = Path(__file__).parents[3] / "build" / "axe" / "node_modules" / "axe-core" / "axe.min.js"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed"),
    pytest.mark.skipif(not AXE.is_file(), reason="no axe-core: `make axe` fetches it"),
]

RUN = """
axe.run(document, {resultTypes: ['violations']}).then(found => {
  const shown = found.violations.map(v => [v.id, v.impact, v.nodes.map(n => n.target.join(' ')).slice(0, 3)]);
  document.documentElement.setAttribute('data-axe', JSON.stringify([found.passes.length, shown]));
});
"""


def violations(text: str, folder: Path) -> list[tuple[str, str, list[str]]]:
    """What axe finds wrong: rule, impact, and where."""
    text = re.sub("<meta http-equiv[^>]*>", "", text)  # axe itself must run
    text = text.replace("<details", "<details open")
    scripts = f"<script>{AXE.read_text(encoding='utf-8')}</script><script>{RUN}</script>"
    document, _ = load(text.replace("</body>", scripts + "</body>"), folder)
    found = re.search(r'data-axe="([^"]*)"', document)
    assert found is not None
    passes, shown = json.loads(
        found.group(1).replace("&quot;", '"').replace("&amp;", "&").replace("&gt;", ">")
    )
    assert passes > 10
    return [(rule, impact, where) for rule, impact, where in shown]


def test_axe_finds_nothing(evidence: ev.Evidence, tmp_path: Path) -> None:
    assert violations(render(evidence), tmp_path) == []


def test_axe_finds_nothing_in_the_candidates_copy(evidence: ev.Evidence, tmp_path: Path) -> None:
    assert violations(render(for_candidate(evidence)), tmp_path) == []


def test_axe_finds_nothing_in_a_signal_report(signal: Signal, tmp_path: Path) -> None:
    assert violations(render_signal(signal), tmp_path) == []


def test_axe_sees_what_is_wrong(evidence: ev.Evidence, tmp_path: Path) -> None:
    """The instrument works: a picture without words and pale text are told."""
    wrong = '<img src="x.png"><p style="color:#ccc;background:#fff">pale</p>'
    found = {rule for rule, *_ in violations(render(evidence).replace("<main>", f"<main>{wrong}"), tmp_path)}
    assert {"image-alt", "color-contrast"} <= found
