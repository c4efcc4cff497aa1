"""The page in a real Chromium. Its console says what it refused or failed to do."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from graders import evidence as ev
from graders import history
from graders.report.page import render
from graders.report.signal import render_signal
from graders.separation import Signal

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--virtual-time-budget=4000",
    "--enable-logging=stderr",
)

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")]


def load(text: str, folder: Path) -> tuple[str, list[str]]:
    """The document after loading, and the lines of its console."""
    page = folder / "page.html"
    page.write_text(text, encoding="utf-8")
    assert CHROMIUM
    ran = subprocess.run(
        [CHROMIUM, *FLAGS, f"--user-data-dir={folder / 'profile'}", "--dump-dom", page.as_uri()],
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    return ran.stdout, [line for line in ran.stderr.splitlines() if "CONSOLE" in line]


def test_the_page_loads_without_a_word_in_the_console(evidence: ev.Evidence, tmp_path: Path) -> None:
    document, console = load(render(evidence), tmp_path)
    assert console == []
    assert "How it was measured" in document


def test_a_signal_report_loads_without_a_word_in_the_console(signal: Signal, tmp_path: Path) -> None:
    document, console = load(render_signal(signal), tmp_path)
    assert console == []
    assert "The panel" in document


def test_the_policy_stops_what_would_get_in(evidence: ev.Evidence, tmp_path: Path) -> None:
    intruder = (
        '<script>document.title="taken"</script><img src="page.png"><link rel="stylesheet" href="x.css">'
    )
    document, console = load(render(evidence).replace("<main>", f"<main>{intruder}"), tmp_path)
    assert "<title>taken" not in document
    for what in ("script", "image", "stylesheet"):
        assert any("Content Security Policy" in line and what in line for line in console)


@pytest.mark.parametrize("width", [340, 390, 760, 1200])
def test_nothing_is_wider_than_the_screen(evidence: ev.Evidence, tmp_path: Path, width: int) -> None:
    long = history.Event(1.0, "note", "x" * 900)
    text = render(replace(evidence, journal=history.Journal((*evidence.journal.events, long))))
    text = re.sub("<meta http-equiv[^>]*>", "", text)  # the measuring script must run
    text = text.replace("<details", "<details open")
    measure = "parent.document.title=document.documentElement.scrollWidth"
    inner = text.replace("</body>", f"<script>{measure}</script></body>")
    frame = f'<iframe style="border:0;width:{width}px;height:9000px" srcdoc="{html.escape(inner)}"></iframe>'
    document, _ = load(f"<!doctype html><title>-</title>{frame}", tmp_path)
    found = re.search(r"<title>(\d+)</title>", document)
    assert found is not None
    assert int(found.group(1)) <= width
