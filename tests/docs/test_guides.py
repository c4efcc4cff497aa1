"""Every command in the README and the guides runs, in its order, and does what the text goes on from.

The exercise is the tests' tiny one and the numbers are smaller; nothing else is changed. Two comments
steer it: `<!-- test: edit FILE -->` stands for the reader's own change, `<!-- test: skip, why -->`
leaves the next block out.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TINY = ROOT / "tests" / "fixtures" / "tiny"
VAULT = TINY.parent / "tiny_vault"
HIDDEN = 8
"""So many of the vault's scenarios are replayed."""
GUIDES = [ROOT / "README.md", ROOT / "docs" / "gateway.md", *sorted((ROOT / "docs").glob("for-*.md"))]
BLOCK = re.compile(r"^```console\n(.*?)^```$|<!-- test: (.*?) -->", re.DOTALL | re.MULTILINE)

SHORTER = {
    "flaky_agent_trace": str(TINY),
    "takehome doctor": "takehome doctor --quick",
    "--trials 3": "--trials 1",
    "takehome try ": "takehome try --sandbox process ",
    "takehome run": "takehome run --sandbox process",
    "takehome grade ": f"takehome grade --exercise {TINY} --vault $VAULT --rounds 1 --sandbox process "
    "--trust-submission ",
    "takehome regrade ": f"takehome regrade --exercise {TINY} --vault $VAULT ",
}


def commands(page: str) -> Iterator[str]:
    """The page's command lines in order, the reader's own changes among them."""
    skip = False
    for block, directive in BLOCK.findall(page):
        if directive:
            verb, _, rest = directive.partition(" ")
            skip = verb.startswith("skip")
            if verb == "edit":
                yield f"echo '# a change' >> {rest}"
        elif skip:
            skip = False
        else:
            lines = block.splitlines()
            assert all(line.startswith("$ ") for line in lines), f"a line of output in {block!r}"
            yield from (line.removeprefix("$ ") for line in lines)


def test_commands_are_found() -> None:
    page = (
        "```console\n$ a\n$ b\n```\n<!-- test: edit f -->\n<!-- test: skip, slow -->\n"
        "```console\n$ c\n```\n```console\n$ d\n```\n"
    )
    assert list(commands(page)) == ["a", "b", "echo '# a change' >> f", "d"]


@pytest.fixture
def shell(tmp_path: Path) -> dict[str, str]:
    """An environment where `takehome` and `python` are these ones, and git knows nobody."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, more in (("takehome", "-m harness.cli.main"), ("python", "")):
        program = programs / name
        started = f'PYTHONPATH={ROOT} exec {sys.executable} {more} "$@"'
        program.write_text(f"#!/bin/sh\n{started}\n", encoding="utf-8")
        program.chmod(0o755)
    home = tmp_path / "home"
    home.mkdir()
    vault = tmp_path / "vault"
    shutil.copytree(VAULT, vault)
    bank = vault / "tiny" / "scenarios.jsonl"
    lines = bank.read_text(encoding="utf-8").splitlines(keepends=True)
    scenarios = [line for line in lines if line.startswith("{")]
    bank.write_text("".join(scenarios[:: max(1, len(scenarios) // HIDDEN)]), encoding="utf-8")
    return {
        "VAULT": str(vault),
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
    }


def run(lines: list[str], folder: Path, env: dict[str, str]) -> str:
    script = "\n".join(["set -euxo pipefail", *lines])
    for long, short in SHORTER.items():
        script = script.replace(long, short)
    ran = subprocess.run(
        ["bash", "-c", script], cwd=folder, env=env, capture_output=True, check=False, text=True, timeout=300
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.mark.timeout(310)
@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_guide(guide: Path, tmp_path: Path, shell: dict[str, str]) -> None:
    folder = tmp_path / "desk"
    folder.mkdir()
    lines = list(commands(guide.read_text(encoding="utf-8")))
    assert lines, "a guide without a command"
    if guide.stem == "for-reviewers":
        run(submissions(), folder, shell)
    run([line for line in lines if not line.startswith("make ")], folder, shell)


def submissions() -> list[str]:
    """What a reviewer has before the guide begins."""
    return [
        f"takehome start {TINY} work >&2",
        "cd work",
        "takehome submit --out ../refunds.zip",
        "echo '# a change' >> main.py",
        "git -c user.name=x -c user.email=x@localhost commit --quiet --all --message x",
        "takehome submit --out ../other.zip",
    ]


def test_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = {
        line.split()[1]
        for guide in GUIDES
        for line in commands(guide.read_text(encoding="utf-8"))
        if line.startswith("make ")
    }
    assert named == {"demo", "test"}
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in named)


@pytest.mark.parametrize(
    "page",
    [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))],
    ids=lambda path: path.stem,
)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?://|#)([^)#\s]+)", text)
    assert [link for link in links if not (page.parent / link).exists()] == []
